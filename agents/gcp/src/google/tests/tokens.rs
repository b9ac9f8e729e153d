//! Tokens: where they come from, and what happens without.

use std::path::PathBuf;

use finops_core::agent::AgentError;
use google_cloud_auth::credentials::{mds, testing, user_account};
use serde_json::json;

use super::door::ask;
use crate::google::identity::{Identity, Source};
use crate::google::scripted::{Reply, Script};
use crate::google::{Google, Meter, Trouble};

fn user(token_uri: &str) -> serde_json::Value {
    json!({"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r",
           "quota_project_id": "billing-1", "token_uri": token_uri})
}

#[tokio::test]
async fn a_token_travels_with_the_quota_project() {
    let tokens = Script::of(&[Reply::json(
        &json!({"access_token": "t-1", "expires_in": 3600, "token_type": "Bearer"}),
    )]);
    let credentials = user_account::Builder::new(user(&tokens.address)).build().unwrap();
    let script = Script::of(&[Reply::json(&json!({}))]);
    let google = Google::of(&script.address, Identity::of(credentials)).await;
    google.authenticate().await.unwrap();
    ask(&google, &Meter::default()).await.unwrap();
    ask(&google, &Meter::default()).await.unwrap();
    assert_eq!(tokens.seen().len(), 1);
    for seen in script.seen() {
        assert!(seen.head.contains(&"authorization: bearer t-1".to_owned()), "{:?}", seen.head);
        assert!(seen.head.contains(&"x-goog-user-project: billing-1".to_owned()));
    }
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    for (transient, trouble) in [(false, Trouble::Unauthenticated), (true, Trouble::Unreachable)] {
        let script = Script::of(&[Reply::json(&json!({}))]);
        let identity = Identity::of(testing::error_credentials(transient));
        let google = Google::of(&script.address, identity).await;
        let meter = Meter::default();
        let failed = ask(&google, &meter).await.unwrap_err();
        assert_eq!(failed.trouble, trouble, "{failed:?}");
        assert_eq!((script.seen().len(), meter.stats().api_calls), (0, 0));
    }
}

#[tokio::test]
async fn a_login_that_is_revoked_says_so() {
    let reply = r#"{"error": "invalid_grant", "error_description": "Token has been revoked."}"#;
    let tokens = Script::of(&[Reply::new(400, &[], reply)]);
    let credentials = user_account::Builder::new(user(&tokens.address)).build().unwrap();
    let google = Google::of("http://127.0.0.1:9", Identity::of(credentials)).await;
    let error = google.authenticate().await.unwrap_err();
    assert!(matches!(error, AgentError::Setup(_)), "{error:?}");
    assert!(error.to_string().contains("invalid_grant: Token has been revoked."), "{error}");
    let failed = ask(&google, &Meter::default()).await.unwrap_err();
    let text = "Unauthenticated: compute.snapshots.list: there is no token: \
                invalid_grant: Token has been revoked.";
    assert_eq!(failed.failure.error, text);
}

#[tokio::test]
async fn a_token_server_that_is_away_is_told_of_as_that() {
    let credentials = user_account::Builder::new(user("http://127.0.0.1:9")).build().unwrap();
    let google = Google::of("http://127.0.0.1:9", Identity::of(credentials)).await;
    let error = google.authenticate().await.unwrap_err();
    assert!(matches!(error, AgentError::Cloud(_)), "{error:?}");
    let failed = ask(&google, &Meter::default()).await.unwrap_err();
    assert_eq!(failed.trouble, Trouble::Unreachable, "{failed:?}");
}

#[tokio::test]
async fn a_machine_gives_its_own_token() {
    let machine = Script::of(&[Reply::json(
        &json!({"access_token": "m-1", "expires_in": 3600, "token_type": "Bearer"}),
    )]);
    let credentials = mds::Builder::default().with_endpoint(&machine.address).build().unwrap();
    let script = Script::of(&[Reply::json(&json!({}))]);
    let google = Google::of(&script.address, Identity::of(credentials)).await;
    google.authenticate().await.unwrap();
    ask(&google, &Meter::default()).await.unwrap();
    assert!(script.seen()[0].head.contains(&"authorization: bearer m-1".to_owned()));
    // Not which universe it is in, which its library asks while clients are made.
    assert!(machine.seen().iter().all(|seen| seen.url.path().ends_with("/token")));
}

#[tokio::test]
async fn a_refused_token_is_found_anew_with_the_next_cycle() {
    let script = Script::of(&[Reply::new(401, &[], "{}")]);
    let identity = Identity::new(Source::Nobody).unwrap();
    let google = Google::of(&script.address, identity).await;
    let failed = ask(&google, &Meter::default()).await.unwrap_err();
    assert_eq!(failed.trouble, Trouble::Unauthenticated);
    assert!(google.is_stale());
    google.authenticate().await.unwrap();
    assert!(!google.is_stale());
}

#[test]
fn credentials_are_looked_for_where_gcloud_puts_them() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".config/gcloud/application_default_credentials.json");
    let home = || Some(home.path().to_owned());
    assert_eq!(Source::find(None, home()), Source::Machine(Some(file.clone())));
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "{}").unwrap();
    assert_eq!(Source::find(None, home()), Source::File(file));
    let named = PathBuf::from("/keys/agent.json");
    assert_eq!(Source::find(Some(named.clone()), home()), Source::File(named));
    assert_eq!(Source::find(None, None), Source::Machine(None));
}

#[test]
fn a_file_that_cannot_be_used_is_named_without_its_contents() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    };
    let elsewhere = json!({"type": "service_account", "universe_domain": "apis-other.example"});
    for (file, problem) in [
        (folder.path().join("missing.json"), "No such file"),
        (write("broken.json", "{\"private_key\": \"geheim"), "no JSON"),
        (write("other.json", &elsewhere.to_string()), "they are for apis-other.example"),
    ] {
        let shown = file.display().to_string();
        let error = Identity::new(Source::File(file)).unwrap_err();
        assert!(matches!(error, AgentError::Setup(_)));
        let text = error.to_string();
        assert!(text.contains(&shown) && text.contains(problem), "{text}");
        assert!(!text.contains("geheim") && text.lines().count() == 1, "{text}");
    }
}
