//! Which way to a token is taken, and what is said where there is none.

use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;
use std::process::Output;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::http::HttpClient;
use azure_core::time::OffsetDateTime;
use azure_identity::Executor;
use secrecy::SecretString;
use serde_json::json;

use finops_core::agent::AgentError;

use super::sources::{Surroundings, sources};
use super::{Credential, Source};
use crate::arm::scripted::{Reply, Script};
use crate::arm::{Lost, Trouble};
use crate::config::{AzureConfig, CredentialConfig, CredentialKind};

const AUDIENCE: &str = "https://management.azure.com/.default";
const SECRET: &str = "s3cr3t~value/with+signs";

/// A tool on nobody's path: it prints the same for every command.
#[derive(Debug)]
struct Tool(i32, &'static str);

#[async_trait::async_trait]
impl Executor for Tool {
    async fn run(&self, _program: &OsStr, _arguments: &[&OsStr]) -> io::Result<Output> {
        use std::os::unix::process::ExitStatusExt as _;
        Ok(Output {
            status: std::process::ExitStatus::from_raw(self.0 << 8),
            stdout: self.1.into(),
            stderr: Vec::new(),
        })
    }
}

const LOGGED_IN: Tool = Tool(
    0,
    r#"{"accessToken": "of az", "expiresOn": "2030-01-01 00:00:00", "expires_on": 4102444800, "tokenType": "Bearer"}"#,
);

struct Place {
    authority: Script,
    machine: Script,
    around: Surroundings,
}

/// A machine whose authority and metadata service are these; developer tools are not installed.
fn place(
    authority: impl Fn() -> Reply + Send + Sync + 'static,
    machine: impl Fn() -> Reply + Send + Sync + 'static,
) -> Place {
    let authority = Script::new(move |_, _| authority());
    let machine = Script::new(move |_, _| machine());
    let around = Surroundings {
        secret: None,
        identity_endpoint: None,
        network: Arc::new(authority.clone()),
        direct: Arc::new(machine.clone()),
        executor: Some(Arc::new(Tool(127, ""))),
    };
    Place { authority, machine, around }
}

fn token() -> Reply {
    Reply::json(&json!({"token_type": "Bearer", "expires_in": 3600, "access_token": "a token"}))
}

fn nobody() -> Reply {
    Reply::Lost(Lost {
        trouble: Trouble::Unreachable,
        cause: "no connection to there".to_owned(),
        remedy: "check the way".to_owned(),
    })
}

fn configured(credential: CredentialConfig) -> AzureConfig {
    AzureConfig { credential, ..AzureConfig::default() }
}

fn application() -> CredentialConfig {
    CredentialConfig {
        tenant_id: Some("tenant-1".to_owned()),
        client_id: Some("client-1".to_owned()),
        ..CredentialConfig::default()
    }
}

fn names(config: &AzureConfig, around: &Surroundings) -> Vec<&'static str> {
    sources(config, around).unwrap().iter().map(|source| source.name).collect()
}

fn mistake(config: &AzureConfig, around: &Surroundings) -> String {
    match sources(config, around) {
        Err(AgentError::Setup(text)) => text,
        other => panic!("{other:?}"),
    }
}

async fn refused(config: &AzureConfig, around: &Surroundings) -> AgentError {
    let credential = Credential::of(sources(config, around).unwrap(), Duration::from_secs(15));
    credential.authenticate(AUDIENCE).await.unwrap_err()
}

#[test]
fn what_is_configured_is_taken_and_else_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "a token of Kubernetes").unwrap();
    let mut place = place(token, nobody);
    let mut config = configured(application());
    assert_eq!(names(&config, &place.around), ["managed identity", "az", "azd"]);
    place.around.secret = Some(SecretString::from(SECRET));
    assert_eq!(names(&config, &place.around), ["client secret"]);
    config.credential.federated_token_file = Some(file);
    assert_eq!(names(&config, &place.around), ["workload identity"]);
    for (kind, taken) in [
        (CredentialKind::ClientSecret, &["client secret"][..]),
        (CredentialKind::ManagedIdentity, &["managed identity"]),
        (CredentialKind::DeveloperTools, &["az", "azd"]),
        (CredentialKind::WorkloadIdentity, &["workload identity"]),
    ] {
        config.credential.kind = kind;
        assert_eq!(names(&config, &place.around), taken);
    }
}

#[test]
fn what_is_incomplete_is_named_and_not_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "\n").unwrap();
    let mut place = place(token, nobody);
    let missing = |file: &str| Some(PathBuf::from("/nonexistent").join(file));
    let of = |credential: CredentialConfig| configured(credential);
    for (config, setting) in [
        (
            of(CredentialConfig { federated_token_file: missing("token"), ..application() }),
            "credential.federated_token_file /nonexistent/token",
        ),
        (
            of(CredentialConfig { client_secret_file: missing("secret"), ..application() }),
            "credential.client_secret_file /nonexistent/secret",
        ),
        (of(CredentialConfig { client_secret_file: Some(empty), ..application() }), "is empty"),
        (
            of(CredentialConfig { kind: CredentialKind::ClientSecret, ..application() }),
            "AZURE_CLIENT_SECRET",
        ),
        (
            of(CredentialConfig { kind: CredentialKind::WorkloadIdentity, ..application() }),
            "AZURE_FEDERATED_TOKEN_FILE",
        ),
    ] {
        let text = mistake(&config, &place.around);
        assert!(text.contains(setting), "{text}");
    }
    place.around.secret = Some(SecretString::from(SECRET));
    for (credential, setting) in [
        (CredentialConfig { tenant_id: None, ..application() }, "AZURE_TENANT_ID"),
        (CredentialConfig { client_id: None, ..application() }, "AZURE_CLIENT_ID"),
        (
            CredentialConfig { tenant_id: Some("a/../b".to_owned()), ..application() },
            "invalid tenant ID",
        ),
    ] {
        let text = mistake(&of(credential), &place.around);
        assert!(text.contains(setting) && !text.contains(SECRET), "{text}");
    }
}

#[test]
fn an_authority_without_tls_is_refused() {
    let mut place = place(token, nobody);
    place.around.secret = Some(SecretString::from(SECRET));
    let mut config = configured(application());
    config.endpoints.authority = "http://login.example.org/".parse().unwrap();
    let text = mistake(&config, &place.around);
    assert!(text.contains("HTTPS"), "{text}");
    assert!(place.authority.seen().is_empty());
}

#[tokio::test]
async fn the_secret_goes_to_the_authority_and_nowhere_else() {
    let mut place = place(token, nobody);
    place.around.secret = Some(SecretString::from(SECRET));
    let config = configured(application());
    let credential =
        Credential::of(sources(&config, &place.around).unwrap(), Duration::from_secs(15));
    credential.authenticate(AUDIENCE).await.unwrap();
    let seen = place.authority.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].url, "https://login.microsoftonline.com/tenant-1/oauth2/v2.0/token");
    assert!(place.machine.seen().is_empty());
    assert!(!format!("{credential:?}").contains(SECRET));
}

#[tokio::test]
async fn a_refused_secret_is_one_sentence_without_the_secret() {
    let mut place = place(
        || {
            let said = format!(
                "AADSTS7000215: Invalid client secret provided: {SECRET}. Trace ID: 1\r\nTimestamp: 2"
            );
            let body = json!({"error": "invalid_client", "error_description": said,
                              "error_codes": [7000215]});
            Reply::Answer(401, Vec::new(), body.to_string())
        },
        || Reply::error(400, "bad_request_102"),
    );
    place.around.secret = Some(SecretString::from(SECRET));
    let AgentError::Setup(text) = refused(&configured(application()), &place.around).await else {
        panic!("a refusal is a matter of the setup");
    };
    assert_eq!(
        text,
        "no token for Azure by client secret: AADSTS7000215: Invalid client secret provided: \
         (secret); give the secret's value, not its id: credential.client_secret_file or \
         AZURE_CLIENT_SECRET"
    );
    // Nobody else is tried: the agent would be somebody else.
    assert!(place.machine.seen().is_empty());
}

#[tokio::test]
async fn a_page_of_a_proxy_is_not_the_authority() {
    let page = || Reply::Answer(200, Vec::new(), "<html>log in to the network</html>".to_owned());
    let mut place = place(page, nobody);
    place.around.secret = Some(SecretString::from(SECRET));
    let error = refused(&configured(application()), &place.around).await;
    assert!(matches!(&error, AgentError::Cloud(text) if text.contains("proxies")), "{error:?}");
    assert_eq!(place.authority.seen().len(), 1);
}

#[tokio::test]
async fn an_authority_that_cannot_be_reached_is_the_clouds_matter() {
    let mut place = place(nobody, nobody);
    place.around.secret = Some(SecretString::from(SECRET));
    let error = refused(&configured(application()), &place.around).await;
    assert!(
        matches!(&error, AgentError::Cloud(text)
        if text == "no token for Azure by client secret: no connection to there; check the way"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_machine_without_any_identity_is_told_what_was_tried() {
    let place = place(token, nobody);
    let AgentError::Setup(text) = refused(&AzureConfig::default(), &place.around).await else {
        panic!("no identity is a matter of the setup");
    };
    for part in [
        "no Azure identity was found (managed identity: nothing answers at 169.254.169.254 (no \
         connection to there); az: ",
        "not found on PATH; azd: ",
        "; set AZURE_TENANT_ID",
    ] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
    assert_eq!(text.lines().count(), 1);
    // One probe, without repeats.
    assert_eq!(place.machine.seen().len(), 1);
    assert!(place.authority.seen().is_empty());
}

#[tokio::test]
async fn a_metadata_service_of_another_cloud_is_passed_by_for_developer_tools() {
    let mut place = place(token, || Reply::error(404, "NotFound"));
    place.around.executor = Some(Arc::new(LOGGED_IN));
    let ways = sources(&AzureConfig::default(), &place.around).unwrap();
    let credential = Credential::of(ways, Duration::from_secs(15));
    let token = credential.get_token(&[AUDIENCE], None).await.unwrap();
    assert_eq!((token.token.secret(), place.machine.seen().len()), ("of az", 1));
    // The way that gave a token is kept.
    credential.get_token(&[AUDIENCE], None).await.unwrap();
    assert_eq!(place.machine.seen().len(), 1);
}

/// Counts how often a tool is run, each time with another token.
#[derive(Debug, Default)]
struct Counting(AtomicUsize);

#[async_trait::async_trait]
impl Executor for Counting {
    async fn run(&self, program: &OsStr, arguments: &[&OsStr]) -> io::Result<Output> {
        self.0.fetch_add(1, Ordering::Relaxed);
        LOGGED_IN.run(program, arguments).await
    }
}

#[tokio::test]
async fn developer_tools_run_once_for_a_token_that_is_good() {
    let mut place = place(token, || Reply::error(404, "NotFound"));
    let counting = Arc::new(Counting::default());
    place.around.executor = Some(counting.clone());
    let ways = sources(&AzureConfig::default(), &place.around).unwrap();
    let credential = Credential::of(ways, Duration::from_secs(15));
    let runs = || counting.0.load(Ordering::Relaxed);
    credential.authenticate(AUDIENCE).await.unwrap();
    credential.get_token(&[AUDIENCE], None).await.unwrap();
    credential.authenticate(AUDIENCE).await.unwrap();
    assert_eq!(runs(), 1);
    // Another audience is another token, and a refused one is asked for anew, each time it is.
    credential.get_token(&["https://metrics.monitor.azure.com/.default"], None).await.unwrap();
    assert_eq!(runs(), 2);
    // (The tool prints the same token again, which is not kept then.)
    for more in 3..5 {
        credential.refused("Bearer of az").await;
        credential.get_token(&[AUDIENCE], None).await.unwrap();
        assert_eq!(runs(), more);
    }
}

#[tokio::test]
async fn a_managed_identity_is_asked_once_its_service_shows_itself() {
    let seen = Mutex::new(0);
    let place = place(token, move || {
        let mut seen = seen.lock().unwrap();
        *seen += 1;
        match *seen {
            1 => Reply::error(400, "bad_request_102"),
            _ => Reply::json(&json!({"access_token": "of the machine", "expires_on": "4102444800",
                                     "token_type": "Bearer", "resource": "r"})),
        }
    });
    let config = configured(CredentialConfig { tenant_id: None, ..application() });
    let ways = sources(&config, &place.around).unwrap();
    let credential = Credential::of(ways, Duration::from_secs(15));
    let token = credential.get_token(&[AUDIENCE], None).await.unwrap();
    assert_eq!(token.token.secret(), "of the machine");
    let asked = &place.machine.seen()[1];
    assert!(asked.url.starts_with("http://169.254.169.254/metadata/identity/oauth2/token?"));
    assert_eq!(asked.query("client_id").as_deref(), Some("client-1"));
    assert_eq!(asked.query("resource").as_deref(), Some("https://management.azure.com"));
}

#[tokio::test]
async fn a_secret_file_is_read_anew_after_a_refusal() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "old\n").unwrap();
    let bodies: Arc<Mutex<Vec<String>>> = Arc::default();
    let transport: Arc<dyn HttpClient> = Arc::new(Bodies(Arc::clone(&bodies)));
    let mut place = place(token, nobody);
    place.around.network = transport;
    let config =
        configured(CredentialConfig { client_secret_file: Some(file.clone()), ..application() });
    let ways = sources(&config, &place.around).unwrap();
    let credential = Credential::of(ways, Duration::from_secs(15));
    credential.get_token(&[AUDIENCE], None).await.unwrap();
    credential.get_token(&[AUDIENCE], None).await.unwrap();
    std::fs::write(&file, "new\n").unwrap();
    credential.refused("Bearer a token").await;
    credential.get_token(&[AUDIENCE], None).await.unwrap();
    // The same refusal, seen by another task, changes nothing.
    credential.refused("Bearer a token").await;
    credential.get_token(&[AUDIENCE], None).await.unwrap();
    let bodies = bodies.lock().unwrap();
    assert_eq!(bodies.len(), 2);
    assert!(bodies[0].contains("client_secret=old&") && bodies[1].contains("client_secret=new&"));
}

/// Gives tokens and keeps what was sent.
#[derive(Debug)]
struct Bodies(Arc<Mutex<Vec<String>>>);

#[async_trait::async_trait]
impl HttpClient for Bodies {
    async fn execute_request(
        &self,
        request: &azure_core::http::Request,
    ) -> azure_core::Result<azure_core::http::AsyncRawResponse> {
        if let azure_core::http::Body::Bytes(body) = request.body() {
            self.0.lock().unwrap().push(String::from_utf8_lossy(body).into_owned());
        }
        let body = r#"{"token_type": "Bearer", "expires_in": 3600, "access_token": "a token"}"#;
        Ok(azure_core::http::AsyncRawResponse::from_bytes(
            200.into(),
            azure_core::http::headers::Headers::new(),
            body,
        ))
    }
}

#[tokio::test]
async fn a_way_that_never_answers_does_not_hold_up_the_next() {
    #[derive(Debug)]
    struct Silent;

    #[async_trait::async_trait]
    impl TokenCredential for Silent {
        async fn get_token(
            &self,
            _scopes: &[&str],
            _options: Option<TokenRequestOptions<'_>>,
        ) -> azure_core::Result<AccessToken> {
            std::future::pending().await
        }
    }

    #[derive(Debug)]
    struct Ready;

    #[async_trait::async_trait]
    impl TokenCredential for Ready {
        async fn get_token(
            &self,
            _scopes: &[&str],
            _options: Option<TokenRequestOptions<'_>>,
        ) -> azure_core::Result<AccessToken> {
            Ok(AccessToken::new("ready", OffsetDateTime::now_utc() + Duration::from_secs(600)))
        }
    }

    let silent = || Source::new("silent", || Ok(Arc::new(Silent) as Arc<dyn TokenCredential>));
    let ready = Source::new("ready", || Ok(Arc::new(Ready) as Arc<dyn TokenCredential>));
    let patience = Duration::from_millis(20);
    let credential = Credential::of(vec![silent()], patience);
    let error = credential.authenticate(AUDIENCE).await.unwrap_err();
    assert!(matches!(&error, AgentError::Cloud(text) if text.contains("no answer")), "{error:?}");
    let credential = Credential::of(vec![silent().within(patience), ready], patience * 500);
    assert!(credential.authenticate(AUDIENCE).await.is_ok());
}
