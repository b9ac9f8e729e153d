//! The counts, as Prometheus reads them.

use prometheus::{Registry, TextEncoder};
use tracing::{error, info_span};

use crate::identities::ec2;
use crate::support::Recorder;

#[test]
fn calls_and_durations_have_the_labels_of_the_guides_queries() {
    let recorder = Recorder::new();
    recorder.telemetry.identify(ec2());
    recorder.run(|| {
        for fails in [false, true, false] {
            info_span!("charge").in_scope(|| {
                if fails {
                    error!("refused");
                }
            });
        }
    });
    let registry = Registry::new();
    recorder.telemetry.metrics().register(&registry).unwrap();
    let text = TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
    for expected in [
        r#"function_calls_total{cloud_provider="aws",environment="prod",function_name="charge",service="user-api",severity="INFO"} 2"#,
        r#"function_calls_total{cloud_provider="aws",environment="prod",function_name="charge",service="user-api",severity="ERROR"} 1"#,
        r#"function_duration_seconds_count{function_name="charge",service="user-api"} 3"#,
        r#"function_duration_seconds_bucket{function_name="charge",service="user-api",le="0.001"}"#,
        r#"function_duration_seconds_bucket{function_name="charge",service="user-api",le="300"} 3"#,
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}
