//! What must never leave the process.

use tracing::{info_span, instrument};

use crate::support::Recorder;

const SECRET: &str = "correct-horse-battery-staple";

#[instrument]
fn log_in(user: &str, password: &str) {
    info_span!("verify", token = password, auth.password = password, api.access_token = %password)
        .in_scope(|| {});
}

#[test]
fn no_parameters_value_and_no_attribute_that_names_a_secret_is_told() {
    let recorder = Recorder::new();
    recorder.run(|| {
        log_in("ada-lovelace", SECRET);
        let late = info_span!("late", session.secret = tracing::field::Empty);
        late.record("session.secret", SECRET);
    });
    assert!(!recorder.events().is_empty());
    let text = std::fs::read_to_string(&recorder.path).unwrap();
    assert!(!text.contains(SECRET));
    assert!(!text.contains("ada-lovelace"));
    assert!(text.contains("\"function.parameters\":\"user, password\""));
    assert!(text.contains("\"auth.password\":\"[redacted]\""));
    assert!(text.contains("\"session.secret\":\"[redacted]\""));
}
