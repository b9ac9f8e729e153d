//! What lets the agent into Google's catalogue, and who gets to see it.

use serde_json::{Value, json};

use crate::list::{Catalogue, parameter};
use crate::support::agent::{Agent, Ran, SECRETS};
use crate::support::foreign::Foreign;
use crate::support::google::Google;
use crate::support::google::errors::refusal;
use crate::support::http::Reply;
use crate::{agent, built_in, costs, fetched, fleet, pricing, today};

/// The key for the catalogue.
const KEY: &str = "AIzaSyScripted-key_of_the_price_list_012";

/// The agent with the key in a file.
fn with_key(google: &Google, catalogue: &Catalogue) -> Agent {
    let agent = agent(google, catalogue);
    let file = agent.file("google-api-key", &format!("{KEY}\n"));
    agent.variable("OPENFINOPS_PRICES_API_KEY_FILE", file)
}

/// Nobody reads the key, whatever went wrong.
fn assert_unseen(agent: &Agent, ran: &Ran) {
    assert!(!ran.stdout.contains(KEY) && !ran.stderr.contains(KEY), "{ran:?}");
    for file in agent.state() {
        let content = std::fs::read(&file).unwrap();
        let found = content.windows(KEY.len()).any(|window| window == KEY.as_bytes());
        assert!(!found, "the key is in {}", file.display());
    }
}

/// Google's answer to who is not let in, as it is sent: with blanks and details.
fn denied(message: &str, reason: &str) -> Reply {
    let metadata = json!({ "service": "cloudbilling.googleapis.com", "consumer": "projects/1" });
    let Reply::Whole(mut answer) = refusal(403, "PERMISSION_DENIED", message, reason, &metadata)
    else {
        unreachable!("a refusal is a whole answer")
    };
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    answer.body = serde_json::to_vec_pretty(&body).unwrap();
    Reply::Whole(answer)
}

/// <https://cloud.google.com/service-usage/docs/enable-disable>
const DISABLED: &str = "Cloud Billing API has not been used in project 900000000001 before or it \
    is disabled. Enable it by visiting https://console.developers.google.com/apis/api/\
    cloudbilling.googleapis.com/overview?project=900000000001 then retry. If you enabled this API \
    recently, wait a few minutes for the action to propagate to our systems and retry.";

/// <https://cloud.google.com/docs/authentication/api-keys-use>
const UNREGISTERED: &str = "Method doesn't allow unregistered callers (callers without established \
    identity). Please use API Key or other form of API consumer identity to call this API.";

#[test]
fn the_key_travels_in_the_header_to_the_catalogue_and_to_nobody_else() {
    let (google, catalogue) = (Google::of(fleet().shared()), Catalogue::of(&today()));
    let agent = with_key(&google, &catalogue);
    agent.collect().assert_well();
    let synced = pricing(&agent, &["sync"]).assert_well();
    assert_eq!(costs(&agent), fetched());
    let asked = catalogue.asked();
    assert!(asked.len() > 1, "{asked:?}");
    for request in &asked {
        assert_eq!(request.header("x-goog-api-key"), Some(KEY));
        assert_eq!(request.header("authorization"), None);
        assert!(!request.query.contains(KEY) && !request.path.contains(KEY), "{request:?}");
        assert_eq!(parameter(request, "key"), None);
    }
    for call in google.calls() {
        assert!(!call.request.contains(KEY), "{call:?}");
    }
    assert_unseen(&agent, &synced);
}

#[test]
fn the_key_does_not_follow_to_another_host() {
    let (google, catalogue) = (Google::of(fleet().shared()), Catalogue::of(&today()));
    let agent = with_key(&google, &catalogue);
    agent.collect().assert_well();
    let foreign = Foreign::start();
    for status in [301, 302, 307, 308] {
        let there = foreign.url("/v1/services/6F81-5844-456A/skus");
        catalogue.answers(Reply::of(status, "text/html", "moved").with("location", there));
        let failed = pricing(&agent, &["sync"]);
        failed.assert_status(5);
        assert!(failed.stdout.contains("another host"), "{}", failed.stdout);
        assert_unseen(&agent, &failed);
    }
    foreign.assert_unseen();
    assert_eq!(costs(&agent), built_in());
}

#[test]
fn without_a_key_a_mirror_gets_nothing_of_the_agents_own_credentials() {
    let (google, catalogue) = (Google::of(fleet().shared()), Catalogue::of(&today()));
    let agent = agent(&google, &catalogue);
    agent.collect().assert_well();
    pricing(&agent, &["sync"]).assert_well();
    for request in catalogue.asked() {
        assert_eq!(request.header("authorization"), None);
        for name in ["x-goog-api-key", "x-goog-user-project"] {
            assert_eq!(request.header(name), None);
        }
        for secret in SECRETS {
            assert!(!request.contains(secret), "{request:?}");
        }
    }
}

#[test]
fn a_refusal_is_told_in_googles_words_and_with_what_to_do() {
    let (google, catalogue) = (Google::of(fleet().shared()), Catalogue::of(&today()));
    let agent = with_key(&google, &catalogue);
    agent.collect().assert_well();
    for (message, reason) in [(DISABLED, "SERVICE_DISABLED"), (UNREGISTERED, "CREDENTIALS_MISSING")]
    {
        catalogue.answers(denied(message, reason));
        let failed = pricing(&agent, &["sync"]);
        failed.assert_status(5);
        for words in ["403", message, "an API key that may call cloudbilling.googleapis.com"] {
            assert!(failed.stdout.contains(words), "no {words} in {}", failed.stdout);
        }
        assert_unseen(&agent, &failed);
    }
    // Google does not say 403 of a key that is none.
    let message = "API key not valid. Please pass a valid API key.";
    catalogue.answers(refusal(400, "INVALID_ARGUMENT", message, "API_KEY_INVALID", &json!({})));
    let failed = pricing(&agent, &["sync"]);
    failed.assert_status(5);
    for words in [message, "an API key that may call cloudbilling.googleapis.com"] {
        assert!(failed.stdout.contains(words), "no {words} in {}", failed.stdout);
    }
}

#[test]
fn a_mirror_that_wants_a_key_is_told_how_to_give_it_one() {
    let (google, catalogue) = (Google::of(fleet().shared()), Catalogue::of(&today()));
    let agent = agent(&google, &catalogue);
    agent.collect().assert_well();
    catalogue.answers(denied(UNREGISTERED, "CREDENTIALS_MISSING"));
    let failed = pricing(&agent, &["sync"]);
    failed.assert_status(5);
    for words in [UNREGISTERED, "prices.api_key_file"] {
        assert!(failed.stdout.contains(words), "no {words} in {}", failed.stdout);
    }
}

#[test]
fn without_key_and_credentials_google_is_not_even_asked() {
    let agent = Agent::nobody().variable("GOOGLE_APPLICATION_CREDENTIALS", "/nonexistent/key.json");
    let failed = pricing(&agent, &["sync", "--in", "us-central1", "--service", "gcp/compute"]);
    failed.assert_status(5);
    for words in ["/nonexistent/key.json", "prices.api_key_file"] {
        assert!(failed.stdout.contains(words), "no {words} in {}", failed.stdout);
    }
}

#[test]
fn a_key_file_that_cannot_be_read_is_a_mistake_of_the_configuration() {
    let agent = Agent::nobody();
    let empty = agent.file("empty", "\n");
    for (file, words) in [("/nonexistent/key", "/nonexistent/key"), (&*empty, "empty")] {
        let agent = Agent::nobody().variable("OPENFINOPS_PRICES_API_KEY_FILE", file);
        let refused = agent.run(&["config", "validate"]);
        refused.assert_status(2);
        for word in ["prices.api_key_file", words] {
            assert!(refused.stderr.contains(word), "no {word} in {}", refused.stderr);
        }
    }
}
