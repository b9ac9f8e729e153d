//! Every way to be somebody to Azure, from end to end.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;
use url::form_urlencoded;

use support::agent::{Agent, Ran};
use support::azure::Azure;
use support::azure::authority::{ARM, METRICS};
use support::expectations::assert_all;
use support::http::{Reply, Request, Server};
use support::identity::{ASSERTION, CLIENT, SECRET, TENANT};
use support::tenant::Tenant;

const ONCE: [&str; 3] = ["--once", "--server", "none"];

/// Seconds since 1970, an hour from now.
fn in_an_hour() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 3_600
}

/// One cycle, after which everything is there.
fn assert_collects(agent: &Agent, tenant: &Tenant) -> Ran {
    let ran = agent.collect().assert_well();
    assert_all(tenant, &ran.documents());
    ran
}

/// A folder with an `az` that answers as the real one, and tokens of `azure`.
fn fake_az(agent: &Agent, azure: &Azure) -> String {
    let token = |audience: &str| {
        json!({ "accessToken": azure.authority().token(audience), "expires_on": in_an_hour(),
                "expiresOn": "2099-01-01 00:00:00.000000", "subscription": "s", "tenant": TENANT,
                "tokenType": "Bearer" })
        .to_string()
    };
    let folder = agent.folder().join("bin");
    std::fs::create_dir_all(&folder).unwrap();
    let script = format!(
        "#!/bin/sh\necho \"$@\" >> {}\ncase \"$*\" in\n  *{METRICS}/.default*) echo '{}' ;;\n  \
         *{ARM}/.default*) echo '{}' ;;\n  *) echo 'not logged in' >&2; exit 1 ;;\nesac\n",
        agent.folder().join("az.log").display(),
        token(METRICS),
        token(ARM),
    );
    let path = folder.join("az");
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:/usr/bin:/bin", folder.display())
}

#[test]
fn developer_tools_as_az_is_logged_in() {
    let tenant = Tenant::small().shared();
    let azure = Azure::of(tenant.clone());
    let agent = Agent::near(&azure).variable("OPENFINOPS_AZURE_CREDENTIAL", "developer_tools");
    let path = fake_az(&agent, &azure);
    let agent = agent.variable("PATH", path);
    assert_collects(&agent, &tenant);
    let asked = std::fs::read_to_string(agent.folder().join("az.log")).unwrap();
    assert!(asked.contains("account get-access-token"), "{asked}");
    // Tokens are kept until they are over: at the beginning it is asked whether there is anybody,
    // and then once for each audience.
    assert!(asked.lines().count() <= 3, "{asked}");
    assert_eq!(azure.calls_to("/oauth2/").len(), 0);
}

#[test]
fn workload_identity_by_the_token_of_kubernetes() {
    let tenant = Tenant::small().shared();
    let azure = Azure::of(tenant.clone());
    let agent = Agent::near(&azure);
    let file = agent.file("azure-identity-token", ASSERTION);
    let agent = agent
        .variable("AZURE_TENANT_ID", TENANT)
        .variable("AZURE_CLIENT_ID", CLIENT)
        .variable("AZURE_FEDERATED_TOKEN_FILE", file)
        // It comes before a client secret, right or wrong.
        .variable("AZURE_CLIENT_SECRET", "wrong");
    assert_collects(&agent, &tenant);
    let asked = azure.calls_to("/oauth2/");
    assert_eq!(asked.len(), 2);
    assert!(asked.iter().all(|call| call.request.contains("client_assertion_type")));
    assert!(!asked.iter().any(|call| call.request.contains("wrong")));
}

#[test]
fn a_client_secret_from_a_file() {
    let tenant = Tenant::small().shared();
    let azure = Azure::of(tenant.clone());
    let agent = Agent::of(&azure).without("AZURE_CLIENT_SECRET");
    let file = agent.file("secret", &format!("{SECRET}\n"));
    assert_collects(&agent.variable("AZURE_CLIENT_SECRET_FILE", file), &tenant);
}

/// App Service's endpoint for managed identities.
/// <https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference>
fn app_service(azure: &Azure) -> (Server, Arc<Mutex<Vec<Request>>>) {
    let authority = Arc::clone(azure.authority());
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&requests);
    let server = Server::start(move |request| {
        seen.lock().unwrap().push(request.clone());
        let query: Vec<(String, String)> =
            form_urlencoded::parse(request.query.as_bytes()).into_owned().collect();
        let value =
            |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, it)| it.as_str());
        let resource = value("resource").unwrap_or_default().trim_end_matches('/').to_owned();
        if request.header("x-identity-header") != Some("scripted-header")
            || value("api-version") != Some("2019-08-01")
            || ![ARM, METRICS].contains(&resource.as_str())
        {
            return Reply::of(400, "application/json", "{\"statusCode\":400,\"message\":\"no\"}");
        }
        let body = json!({ "access_token": authority.token(&resource), "token_type": "Bearer",
                           "expires_on": in_an_hour().to_string(), "resource": resource,
                           "client_id": CLIENT });
        Reply::of(200, "application/json", body.to_string())
    });
    (server, requests)
}

#[test]
fn a_managed_identity_of_app_service() {
    let tenant = Tenant::small().shared();
    let azure = Azure::of(tenant.clone());
    let (endpoint, requests) = app_service(&azure);
    let agent = Agent::near(&azure)
        .variable("IDENTITY_ENDPOINT", format!("{}/msi/token", endpoint.url()))
        .variable("IDENTITY_HEADER", "scripted-header")
        // A proxy has no business with it.
        .variable("HTTP_PROXY", "http://127.0.0.1:9")
        .variable("http_proxy", "http://127.0.0.1:9");
    assert_collects(&agent, &tenant);
    let requests = requests.lock().unwrap();
    assert_eq!(requests.len(), 2);
    assert!(requests.iter().all(|request| request.header("authorization").is_none()));
    assert!(requests.iter().all(|request| !request.query.contains("client_id")));
    assert_eq!(azure.calls_to("/oauth2/").len(), 0);
}

#[test]
fn a_user_assigned_identity_is_asked_for_by_its_id() {
    let tenant = Tenant::small().shared();
    let azure = Azure::of(tenant.clone());
    let (endpoint, requests) = app_service(&azure);
    let agent = Agent::near(&azure)
        .variable("OPENFINOPS_AZURE_CREDENTIAL", "managed_identity")
        .variable("AZURE_CLIENT_ID", CLIENT)
        .variable("IDENTITY_ENDPOINT", format!("{}/msi/token", endpoint.url()))
        .variable("IDENTITY_HEADER", "scripted-header");
    assert_collects(&agent, &tenant);
    let requests = requests.lock().unwrap();
    assert!(requests.iter().all(|request| request.query.contains(&format!("client_id={CLIENT}"))));
}

#[test]
fn an_identity_that_is_incomplete_names_the_setting_and_is_not_passed_over() {
    let azure = Azure::of(Tenant::small().shared());
    let secret = || Agent::of(&azure);
    let cases = [
        (secret().without("AZURE_TENANT_ID"), "tenant_id"),
        (secret().without("AZURE_CLIENT_ID"), "client_id"),
        (
            secret()
                .without("AZURE_CLIENT_SECRET")
                .variable("AZURE_CLIENT_SECRET_FILE", "/nonexistent/secret"),
            "/nonexistent/secret",
        ),
        (
            secret().variable("AZURE_FEDERATED_TOKEN_FILE", "/nonexistent/token"),
            "/nonexistent/token",
        ),
    ];
    for (agent, word) in cases {
        agent.run(&ONCE).assert_one_sentence(2, &[word]);
    }
    assert_eq!(azure.calls().len(), 0);
}

#[test]
fn nobody_is_told_what_was_tried() {
    let azure = Azure::of(Tenant::small().shared());
    let agent = Agent::near(&azure).variable("PATH", "/nonexistent");
    let ran = agent.run(&ONCE);
    ran.assert_one_sentence(2, &["managed identity"]);
    assert_eq!(azure.calls().len(), 0);
}
