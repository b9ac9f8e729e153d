//! Nobody to get a token from.

use crate::support::agent::Agent;
use crate::support::azure::Azure;
use crate::support::http::closed_port;
use crate::support::identity::SECRET;
use crate::support::tenant::Tenant;

const ONCE: [&str; 3] = ["--once", "--server", "none"];

#[test]
fn an_authority_without_tls_is_refused_before_anything_is_sent() {
    let azure = Azure::of(Tenant::small().shared());
    let agent = Agent::of(&azure).variable("AZURE_AUTHORITY_HOST", "http://login.example");
    let ran = agent.run(&ONCE);
    assert_eq!(ran.status, Some(2), "{ran:?}");
    for word in ["AZURE_AUTHORITY_HOST", "http://login.example", "https"] {
        assert!(ran.stderr.contains(word), "no {word} in: {}", ran.stderr);
    }
    assert_eq!(azure.calls().len(), 0);
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_named_with_the_setting() {
    let azure = Azure::of(Tenant::small().shared());
    let other = Azure::of(Tenant::small().shared());
    let agent = Agent::of(&azure);
    let wrong = agent.file("other.pem", &other.certificates());
    let ran = agent.variable("OPENFINOPS_AZURE_CA_FILE", wrong).run(&ONCE);
    assert!(matches!(ran.status, Some(2 | 5)), "{ran:?}");
    assert!(ran.stderr.contains("tls.ca_file"), "{}", ran.stderr);
    assert_eq!(azure.calls().len(), 0, "nothing was sent");
}

#[test]
fn certificates_that_cannot_be_read_are_said_before_anything_is_sent() {
    let azure = Azure::of(Tenant::small().shared());
    let missing = Agent::of(&azure).variable("OPENFINOPS_AZURE_CA_FILE", "/nonexistent/ca.pem");
    missing.run(&ONCE).assert_one_sentence(2, &["/nonexistent/ca.pem", "tls.ca_file"]);
    let agent = Agent::of(&azure);
    let text = agent.file("text.pem", "no certificate\n");
    let ran = agent.variable("OPENFINOPS_AZURE_CA_FILE", text).run(&ONCE);
    ran.assert_one_sentence(2, &["text.pem"]);
    assert_eq!(azure.calls().len(), 0);
}

#[test]
fn a_wrong_secret_is_refused_in_one_sentence_and_not_repeated() {
    let azure = Azure::of(Tenant::small().shared());
    let ran = Agent::of(&azure).variable("AZURE_CLIENT_SECRET", "wrong").run(&ONCE);
    ran.assert_one_sentence(2, &["AADSTS7000215"]);
    assert!(azure.calls_to("/oauth2/").len() <= 2, "a wrong secret does not become right");
    assert_eq!(azure.work().len(), 0);
}

#[test]
fn an_authority_that_is_away_is_said_in_one_sentence() {
    let azure = Azure::of(Tenant::small().shared());
    let away = closed_port().replace("http://127.0.0.1", "https://localhost");
    let ran = Agent::of(&azure).variable("AZURE_AUTHORITY_HOST", away).run(&ONCE);
    assert_eq!(ran.status, Some(5), "{ran:?}");
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    assert!(!ran.stderr.contains(SECRET), "{}", ran.stderr);
}

#[test]
fn no_secret_and_no_token_is_kept() {
    let azure = Azure::of(Tenant::small().shared());
    let agent = Agent::of(&azure);
    agent.collect().assert_well();
    let kept = agent.state();
    assert!(!kept.is_empty());
    for path in kept {
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for secret in [SECRET, crate::support::identity::TOKEN] {
            assert!(!text.contains(secret), "{secret} is in {}", path.display());
        }
    }
}

#[test]
fn no_secret_and_no_token_is_logged_however_much_is() {
    let azure = Azure::of(Tenant::small().shared());
    // What is said is searched for secrets after each run.
    let ran = Agent::of(&azure).run(&["--once", "--server", "none", "--log-level", "trace"]);
    let ran = ran.assert_well();
    assert!(!ran.stderr.is_empty(), "nothing is logged");
    assert!(azure.calls_to("/oauth2/").iter().all(|call| call.audience.is_none()));
}
