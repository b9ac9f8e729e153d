//! Events posted to a receiver that fails in every way.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use axum::routing::post;
use finops_core::telemetry::{Settings, Telemetry};
use serde_json::Value;
use tracing::info_span;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::support::LONG;

/// A receiver that answers with `answers` in turn, then with 200, and keeps what it took.
#[derive(Clone)]
struct Receiver {
    answers: Arc<Mutex<Vec<u16>>>,
    taken: Arc<Mutex<Vec<Value>>>,
    requests: Arc<Mutex<u32>>,
}

impl Receiver {
    /// Starts one, and telemetry that posts to it.
    fn start(answers: &[u16], user: &str) -> (Self, Telemetry) {
        let answers = Arc::new(Mutex::new(answers.iter().rev().copied().collect()));
        let receiver = Self { answers, taken: Arc::default(), requests: Arc::default() };
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().route("/telemetry", post(take)).with_state(receiver.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, app).await.unwrap();
            });
        });
        let url = format!("http://{user}{address}/telemetry").parse().unwrap();
        let settings = Settings { receiver: Some(url), ..Settings::default() };
        (receiver, Telemetry::start(settings).unwrap())
    }

    fn names(&self) -> Vec<String> {
        let taken = self.taken.lock().unwrap();
        taken.iter().map(|event| event["function_name"].as_str().unwrap().to_owned()).collect()
    }
}

async fn take(
    State(receiver): State<Receiver>,
    headers: HeaderMap,
    body: String,
) -> axum::response::Response {
    *receiver.requests.lock().unwrap() += 1;
    assert_eq!(headers["content-type"], "application/json");
    let answer = receiver.answers.lock().unwrap().pop();
    if let Some(answer) = answer {
        let elsewhere = [("location", "/elsewhere")];
        return (StatusCode::from_u16(answer).unwrap(), elsewhere).into_response();
    }
    let events: Vec<Value> = serde_json::from_str(&body).unwrap();
    receiver.taken.lock().unwrap().extend(events);
    StatusCode::OK.into_response()
}

fn run(telemetry: &Telemetry, program: impl FnOnce()) {
    let subscriber = tracing_subscriber::registry().with(telemetry.layer());
    tracing::subscriber::with_default(subscriber, program);
    telemetry.flush(LONG);
}

#[test]
fn events_are_posted_as_arrays_of_at_most_512() {
    let (receiver, telemetry) = Receiver::start(&[], "");
    run(&telemetry, || (0..600).for_each(|_| info_span!("work").in_scope(|| {})));
    assert_eq!(receiver.names().len(), 1_200);
    assert!(*receiver.requests.lock().unwrap() >= 3);
    assert_eq!(telemetry.metrics().dropped(), 0);
}

#[test]
fn a_receiver_that_is_overloaded_for_a_moment_loses_nothing() {
    let (receiver, telemetry) = Receiver::start(&[503, 429], "");
    run(&telemetry, || info_span!("work").in_scope(|| {}));
    assert_eq!(receiver.names(), ["work", "work"]);
    assert_eq!(*receiver.requests.lock().unwrap(), 3);
    assert_eq!(telemetry.metrics().dropped(), 0);
}

#[test]
fn after_three_tries_a_batch_is_given_up_and_the_next_goes_its_way() {
    let (receiver, telemetry) = Receiver::start(&[500, 502, 503], "");
    run(&telemetry, || info_span!("lost").in_scope(|| {}));
    assert_eq!(telemetry.metrics().dropped(), 2);
    run(&telemetry, || info_span!("kept").in_scope(|| {}));
    assert_eq!(receiver.names(), ["kept", "kept"]);
}

#[test]
fn what_is_refused_is_not_sent_again_and_no_redirect_is_followed() {
    for answer in [400, 401, 307] {
        let (receiver, telemetry) = Receiver::start(&[answer], "");
        run(&telemetry, || info_span!("work").in_scope(|| {}));
        assert_eq!(*receiver.requests.lock().unwrap(), 1, "{answer}");
        assert_eq!(telemetry.metrics().dropped(), 2, "{answer}");
    }
}

#[test]
fn no_receiver_at_all_costs_events_and_says_no_password() {
    // A port that was free a moment ago, and that nobody listens on.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://ada:hunter2@{address}/").parse().unwrap();
    let settings = Settings { receiver: Some(url), ..Settings::default() };
    let telemetry = Telemetry::start(settings).unwrap();
    let logs = Arc::new(Mutex::new(Vec::new()));
    let writer = Arc::clone(&logs);
    let shown = tracing_subscriber::fmt::layer().with_writer(move || Lines(Arc::clone(&writer)));
    let subscriber = tracing_subscriber::registry().with(shown).with(telemetry.layer());
    tracing::subscriber::with_default(subscriber, || {
        info_span!("work").in_scope(|| {});
        telemetry.flush(LONG);
    });
    assert_eq!(telemetry.metrics().dropped(), 2);
    let said = String::from_utf8(logs.lock().unwrap().clone()).unwrap();
    assert!(said.contains("cannot be written to http://127.0.0.1"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn a_full_queue_costs_events_and_never_holds_up_the_program() {
    // Connections are taken by the kernel, and nobody ever answers.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let settings = Settings { receiver: Some(url), ..Settings::default() };
    let telemetry = Telemetry::start(settings).unwrap();
    let large = "x".repeat(64 << 10);
    let subscriber = tracing_subscriber::registry().with(telemetry.layer());
    // 50 MiB, of which 8 are in a request and 8 wait at most.
    tracing::subscriber::with_default(subscriber, || {
        (0..400).for_each(|_| info_span!("work", body.text = large.as_str()).in_scope(|| {}));
    });
    assert!(telemetry.metrics().dropped() > 400);
}

struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
