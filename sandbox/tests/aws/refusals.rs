//! What the vendor refuses, breaks off or never answers: a cycle ends with the truth, or names the
//! service that failed; it never says zero.

use serde_json::Value;

use super::agent::{documents, environment, run};
use super::support::{Ran, Sandbox};

const SERVICES: [&str; 8] = ["ec2", "rds", "eks", "lambda", "s3", "tagging", "cloudwatch", "sts"];

/// A small fleet before which these rules hold.
async fn fleet(rules: &str) -> Sandbox {
    let sandbox = Sandbox::start(&["--resources", "200", "--accounts", "2", "--regions", "2"]);
    let answer = sandbox.ask("PUT", "/faults", rules).await;
    assert!(answer["error"].is_null(), "{answer}");
    sandbox
}

/// A cycle that meets these rules.
async fn meet(rules: &str) -> (Sandbox, Ran) {
    let sandbox = fleet(rules).await;
    let ran = sandbox.run("aws", &[]).await;
    (sandbox, ran)
}

/// The same where every call is tried twice: who refuses always need not be asked five times.
async fn meet_twice(rules: &str) -> (Sandbox, Ran) {
    let sandbox = fleet(rules).await;
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("agent.yaml");
    let mut settings = sandbox.ask("GET", "/agents", "").await["aws"]["settings"].take();
    settings["api"] = serde_json::json!({ "attempts": 2 });
    std::fs::write(&config, settings.to_string()).expect("written");
    let arguments = ["--once", "--server", "none", "--output", "json", "--config"];
    let config = [config.to_str().expect("UTF-8")];
    let ran = run(&[&arguments[..], &config].concat(), &environment(&sandbox).await);
    let errors = String::from_utf8_lossy(&ran.stderr).into_owned();
    let ran = Ran { status: ran.status.code(), documents: documents(&ran), errors };
    (sandbox, ran)
}

/// How a service that was refused is named in every document that asked it.
fn failures<'r>(ran: &'r Ran, service: &str) -> Vec<&'r str> {
    let services = ran.documents.iter().map(|document| &document["services"][service]);
    services.filter_map(|service| service["error"].as_str()).collect()
}

/// A token bucket for each service, account and region lets every call through at some later try.
#[tokio::test]
async fn throttled_calls_are_asked_again_until_they_are_answered() {
    let (sandbox, ran) = meet("aws:throttle=4/1").await;
    assert_eq!(ran.status, Some(0), "{}", ran.errors);
    assert_eq!(ran.sums(), sandbox.truth("aws").await);
    let counts = sandbox.ask("GET", "/counts", "").await;
    let operations = counts["aws"].as_object().expect("operations").values();
    let throttled: u64 = operations.filter_map(|count| count["throttled"].as_u64()).sum();
    assert!(throttled > 0, "nothing was throttled: {counts:#}");
}

/// Every form of refusal is understood: the error's own name is in the document.
#[tokio::test]
async fn a_service_that_always_refuses_is_named_with_the_vendors_word() {
    for (fault, words) in [
        (
            "throttled",
            [
                ("ec2", "RequestLimitExceeded"),
                ("rds", "Throttling"),
                ("eks", "TooManyRequestsException"),
                ("lambda", "TooManyRequestsException"),
                ("s3", "SlowDown"),
            ],
        ),
        (
            "errors",
            [
                ("ec2", "InternalError"),
                ("rds", "InternalFailure"),
                ("eks", "ServerException"),
                ("lambda", "ServiceException"),
                ("s3", "InternalError"),
            ],
        ),
        (
            "expired",
            [
                ("ec2", "RequestExpired"),
                ("rds", "ExpiredToken"),
                ("eks", "ExpiredTokenException"),
                ("lambda", "ExpiredTokenException"),
                ("s3", "ExpiredToken"),
            ],
        ),
    ] {
        let rules = words.map(|(service, _)| format!("aws/{service}:{fault}=100%"));
        let (_sandbox, ran) = meet_twice(&rules.join("\n")).await;
        for (service, word) in words {
            refused(&ran, service, word);
        }
    }
}

/// CloudWatch refuses in CBOR. What depends on its figures is unpriced then, and nothing else.
#[tokio::test]
async fn what_cloudwatch_refuses_to_tell_has_no_price() {
    for (fault, word) in [
        ("throttled", "Throttling"),
        ("errors", "InternalServiceFault"),
        ("expired", "ExpiredTokenException"),
    ] {
        let (sandbox, ran) = meet_twice(&format!("aws/cloudwatch:{fault}=100%")).await;
        refused(&ran, "cloudwatch", word);
        never_zero(&sandbox, &ran).await;
    }
}

fn refused(ran: &Ran, service: &str, word: &str) {
    let failures = failures(ran, service);
    assert!(!failures.is_empty(), "{service} did not fail: {}", ran.errors);
    assert!(failures.iter().all(|failure| failure.contains(word)), "{service}: {failures:?}");
}

#[tokio::test]
async fn bodies_that_break_off_and_closed_connections_are_no_answers() {
    for fault in ["truncate=12%", "close=12%", "errors=12%", "throttled=12%"] {
        let services = SERVICES.map(|service| format!("aws/{service}:{fault}"));
        let (sandbox, ran) = meet(&services.join("\n")).await;
        never_zero(&sandbox, &ran).await;
    }
}

/// Each service of each document is the truth's, or says that it failed. What metrics tell may be
/// missing where CloudWatch failed, and is then unpriced.
async fn never_zero(sandbox: &Sandbox, ran: &Ran) {
    let truth = sandbox.ask("GET", "/truth/aws", "").await;
    let places = truth["places"].as_array().expect("places");
    for document in &ran.documents {
        let services = document["services"].as_object().expect("services");
        let place = places.iter().find(|place| {
            place["account_id"] == document["account_id"] && place["region"] == document["region"]
        });
        let place = place.expect("a place of the fleet");
        let unmeasured = services.contains_key("cloudwatch")
            || document["events"].to_string().contains("bucket_sizes_failed");
        for (name, service) in services.iter().filter(|(name, _)| *name != "cloudwatch") {
            if service["error"].is_string() {
                continue;
            }
            let (expected, counted) = (&place["services"][name], count(service));
            assert_eq!(Some(counted), expected["count"].as_u64(), "{name}: {document:#}");
            let exact = |value: &Value| {
                let text = value.as_str().expect("an exact figure is a text");
                text.parse::<rust_decimal::Decimal>().expect("a decimal")
            };
            if exact(&service["monthly_cost_exact"]) != exact(&expected["monthly"]) {
                assert!(unmeasured, "{name} is not the truth, and nothing says why");
                let missing = |it: &Value, unpriced: &str, partly: &str| {
                    it[unpriced].as_u64().unwrap_or(0) + it[partly].as_u64().unwrap_or(0)
                };
                let known = missing(expected, "unpriced", "partly_priced");
                let said = missing(service, "unpriced", "partly_priced");
                assert!(said > known, "{name}: what is missing is not said");
            }
        }
    }
}

fn count(service: &Value) -> u64 {
    let lists = service.as_object().into_iter().flat_map(|it| it.values());
    lists.filter_map(Value::as_array).map(|list| list.len() as u64).sum()
}
