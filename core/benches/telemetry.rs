//! What a span costs: with no subscriber, with the registry alone, written to a file, sampled out.

#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use finops_core::telemetry::{Destination, Settings, Telemetry};
use tracing::{Dispatch, Subscriber, info_span};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::{EnvFilter, fmt, registry};

/// A span below another: its entry and its exit.
fn child() {
    info_span!("child", id = black_box(7), limit = black_box(100)).in_scope(|| black_box(()));
}

/// A span without a parent, and with an attribute.
fn root() {
    info_span!("root", page.size = black_box(100)).in_scope(|| black_box(()));
}

fn below_a_root(criterion: &mut Criterion, name: &str, subscriber: impl Into<Dispatch>) {
    tracing::dispatcher::with_default(&subscriber.into(), || {
        info_span!("parent").in_scope(|| {
            criterion.bench_function(name, |bencher| bencher.iter(child));
        });
    });
}

fn telemetry(sample_ratio: f64, file: bool) -> (Telemetry, Option<tempfile::TempDir>) {
    let folder = file.then(|| tempfile::tempdir().expect("there is a folder for temporary files"));
    let file =
        folder.as_ref().map(|folder| Destination::File(folder.path().join("telemetry.jsonl")));
    let settings = Settings { file, sample_ratio, ..Settings::default() };
    (Telemetry::start(settings).expect("telemetry starts"), folder)
}

/// Ends telemetry, and says how much of the flood did not fit: what is dropped costs less.
fn end(telemetry: &Telemetry) {
    telemetry.shutdown(Duration::from_secs(60));
    eprintln!("{} events dropped", telemetry.metrics().dropped());
}

fn logs<S: Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>>()
-> impl tracing_subscriber::Layer<S> {
    fmt::layer().with_writer(std::io::sink).with_filter(EnvFilter::new("info"))
}

fn spans(criterion: &mut Criterion) {
    criterion.bench_function("no subscriber", |bencher| bencher.iter(child));
    below_a_root(criterion, "registry alone", registry());
    below_a_root(criterion, "registry with logs", registry().with(logs()));
    for (name, ratio, file, beside) in [
        ("recorded, to nowhere", 1.0, false, false),
        ("recorded, to a file", 1.0, true, false),
        ("recorded, to a file, with logs", 1.0, true, true),
        ("sampled out", 0.0, true, false),
        ("sampled out, with logs", 0.0, true, true),
    ] {
        let (telemetry, _folder) = telemetry(ratio, file);
        if beside {
            let subscriber = registry().with(logs()).with(telemetry.layer());
            below_a_root(criterion, name, subscriber);
        } else {
            below_a_root(criterion, name, registry().with(telemetry.layer()));
        }
        end(&telemetry);
    }
    for (name, ratio) in [("root to a file", 1.0), ("root sampled out", 0.0)] {
        let (telemetry, _folder) = telemetry(ratio, true);
        let subscriber = registry().with(telemetry.layer());
        tracing::subscriber::with_default(subscriber, || {
            criterion.bench_function(name, |bencher| bencher.iter(root));
        });
        end(&telemetry);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = spans
}
criterion_main!(benches);
