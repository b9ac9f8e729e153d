//! Why there is no token, in one sentence.

use std::error::Error;
use std::time::Duration;

use google_cloud_auth::errors::CredentialsError;
use google_cloud_gax::error::Error as CallError;
use serde_json::Value;

use finops_core::agent::AgentError;

use super::identity::Source;
use super::quote::{chain, innermost, quote};
use super::said::Said;

/// What to do for credentials.
const REMEDY: &str = "set GOOGLE_APPLICATION_CREDENTIALS to a key's file, run `gcloud auth \
                      application-default login`, or run the agent where a service account is \
                      attached";

/// A file that cannot be used.
pub(super) fn unusable(source: &Source, problem: &str) -> AgentError {
    let name = name(source);
    AgentError::Setup(format!("{name} cannot be used: {}; {REMEDY}", quote(problem)))
}

/// A token that was not given.
pub(super) fn failed(source: &Source, error: &CredentialsError) -> AgentError {
    let name = name(source);
    let cause = cause(error);
    match (source, status(error)) {
        (Source::Machine(_), Some(404)) => AgentError::Setup(format!(
            "no service account is attached to this machine ({cause}); attach one, or set \
             GOOGLE_APPLICATION_CREDENTIALS to a key's file"
        )),
        (Source::Machine(file), None) => nothing(file.as_deref(), &cause),
        (_, status) if is_passing(error, status) => AgentError::Cloud(format!(
            "no token could be had with {name}: {cause}; check the network path to what gives \
             tokens, the next cycle asks again"
        )),
        _ => AgentError::Setup(format!(
            "no token was given for {name}: {cause}; renew the credentials, and check this \
             machine's clock"
        )),
    }
}

/// A token that did not come.
pub(super) fn too_slow(source: &Source, waited: Duration) -> AgentError {
    let cause = format!("no answer within {} seconds", waited.as_secs());
    match source {
        Source::Machine(file) => nothing(file.as_deref(), &cause),
        source => AgentError::Cloud(format!(
            "no token could be had with {}: {cause}; check the network path to what gives tokens, \
             the next cycle asks again",
            name(source)
        )),
    }
}

/// What the library or who gives tokens says: of an answer its error, else the innermost cause.
pub(super) fn cause(error: &(dyn Error + 'static)) -> String {
    let body = chain(error).find_map(|error| {
        let text = error.to_string();
        let (_, body) = text.split_once("body=<")?;
        let (body, _) = body.rsplit_once('>')?;
        let said = Said::read(&serde_json::from_str::<Value>(body).ok()?);
        let parts = [said.code, said.message];
        let said = parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>();
        (!said.is_empty()).then(|| said.join(": "))
    });
    let cause = body.unwrap_or_else(|| innermost(error));
    // What the library thinks of trying again is not what the agent does.
    [" and future attempts will not succeed", " but future attempts may succeed"]
        .iter()
        .find_map(|tail| cause.strip_suffix(tail))
        .map_or_else(|| cause.clone(), str::to_owned)
}

fn nothing(file: Option<&std::path::Path>, cause: &str) -> AgentError {
    let gcloud = match file {
        Some(file) => format!("{} does not exist", file.display()),
        None => "HOME, below which gcloud keeps them, is not set".to_owned(),
    };
    AgentError::Setup(format!(
        "there are no Google Cloud credentials: GOOGLE_APPLICATION_CREDENTIALS is not set, {gcloud}, \
         and no metadata server answers here ({cause}); {REMEDY}"
    ))
}

fn name(source: &Source) -> String {
    match source {
        Source::File(file) if file.as_os_str().is_empty() => {
            "the empty file name in GOOGLE_APPLICATION_CREDENTIALS".to_owned()
        }
        Source::File(file) => format!("the credentials file {}", file.display()),
        Source::Machine(_) => "the machine's service account".to_owned(),
        #[cfg(test)]
        Source::Nobody => "the credentials of a test".to_owned(),
    }
}

/// The status of an answer, where there was one.
fn status(error: &CredentialsError) -> Option<u16> {
    chain(error).find_map(|error| {
        let answered = error.downcast_ref::<CallError>().and_then(CallError::http_status_code);
        let status = || Some(error.downcast_ref::<reqwest::Error>()?.status()?.as_u16());
        answered.or_else(status)
    })
}

fn is_passing(error: &CredentialsError, status: Option<u16>) -> bool {
    let lost = |error: &reqwest::Error| error.is_connect() || error.is_timeout();
    let lost = chain(error).filter_map(|error| error.downcast_ref::<reqwest::Error>()).any(lost);
    lost || error.is_transient() || status.is_some_and(|status| status >= 500 || status == 429)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(error: &AgentError) -> String {
        let text = error.to_string();
        assert_eq!(text.lines().count(), 1, "{text}");
        text
    }

    #[test]
    fn where_there_is_nothing_all_that_was_tried_is_named() {
        let home = Some("/home/me".into());
        let Source::Machine(file) = Source::find(None, home) else {
            panic!("there is no such file")
        };
        let error = CredentialsError::from_msg(false, "Could not fetch\nmore information");
        let failed = failed(&Source::Machine(file), &error);
        assert!(matches!(failed, AgentError::Setup(_)));
        let text = text(&failed);
        for part in [
            "GOOGLE_APPLICATION_CREDENTIALS is not set",
            "/home/me/.config/gcloud/application_default_credentials.json does not exist",
            "no metadata server answers here",
            "gcloud auth application-default login",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn a_machine_without_a_service_account_is_told_apart() {
        let answer = CallError::http(404, http::HeaderMap::new(), "none".into());
        let error = CredentialsError::new(false, "failed to fetch token", answer);
        let failed = failed(&Source::Machine(None), &error);
        assert!(text(&failed).starts_with("no service account is attached to this machine"));
    }

    #[test]
    fn what_the_token_server_says_is_quoted() {
        let said = r#"failed to refresh, body=<{"error": "invalid_grant",
            "error_description": "Token has been expired or revoked."}>"#;
        let error = CredentialsError::from_msg(false, said);
        let source = Source::File("/keys/me.json".into());
        let failed = failed(&source, &error);
        assert!(matches!(failed, AgentError::Setup(_)));
        let text = text(&failed);
        let part = "/keys/me.json: invalid_grant: Token has been expired or revoked.";
        assert!(text.contains(part), "{text}");
    }

    #[test]
    fn a_token_server_that_cannot_be_reached_is_no_fault_of_the_setup() {
        let source = Source::File("/keys/me.json".into());
        let error = CredentialsError::from_msg(true, "no answer");
        assert!(matches!(failed(&source, &error), AgentError::Cloud(_)));
        let slow = too_slow(&source, Duration::from_secs(15));
        assert!(matches!(slow, AgentError::Cloud(_)));
        assert!(text(&slow).contains("no answer within 15 seconds"));
        assert_eq!(cause(&error), "no answer");
        let empty = unusable(&Source::File("".into()), "No such file");
        assert!(text(&empty).starts_with("the empty file name in GOOGLE_APPLICATION_CREDENTIALS"));
        let here = too_slow(&Source::Machine(None), Duration::from_secs(15));
        assert!(matches!(here, AgentError::Setup(_)));
    }
}
