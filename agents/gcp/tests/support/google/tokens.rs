//! Tokens: which are taken, and the ways to get one other than signing it oneself.

use serde_json::{Value, json};
use url::form_urlencoded;

use super::call::Call;
use super::errors::{json_reply, unauthenticated};
use crate::support::http::Reply;
use crate::support::key::{self, EMAIL, SCOPE, TOKEN};

/// What another identity provider says that the agent is.
pub(crate) const ASSERTION: &str = "scripted.federated.assertion";
/// What is named in the file of an external account.
pub(crate) const AUDIENCE: &str = "//iam.googleapis.com/projects/900000000001/locations/global/workloadIdentityPools/p/providers/q";
/// The path at which an identity is exchanged for that of the service account.
pub(crate) const IMPERSONATED: &str = "/v1/projects/-/serviceAccounts/openfinops@shop-main.iam.gserviceaccount.com:generateAccessToken";

/// Lets tokens through that Google gave out or takes.
pub(super) fn admit(call: &Call) -> Result<(), Reply> {
    let Some(token) = call.token() else { return Err(unauthenticated()) };
    if [given("federated"), given("impersonated"), given("metadata")].contains(&token.to_owned()) {
        return Ok(());
    }
    key::check(token).map_err(|_| unauthenticated())
}

fn given(way: &str) -> String {
    format!("{TOKEN}-{way}")
}

/// Whether a call is for a token or about an identity.
pub(super) fn is_about_tokens(call: &Call) -> bool {
    let parts = ["/token", "/computeMetadata/", ":generateAccessToken"];
    parts.iter().any(|part| call.is_to(part))
}

/// Answers calls for tokens.
pub(super) fn answer(call: &Call) -> Option<Reply> {
    match call.path.as_str() {
        "/v1/token" => Some(exchange(call)),
        IMPERSONATED => Some(impersonate(call)),
        path if path.starts_with("/computeMetadata/v1/") => Some(metadata(call)),
        // The token endpoint of service accounts is there to see that nobody asks.
        "/token" => Some(json_reply(400, &json!({ "error": "unsupported_grant_type" }))),
        _ => None,
    }
}

/// The Security Token Service. <https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token>
fn exchange(call: &Call) -> Reply {
    let form: Vec<(String, String)> =
        form_urlencoded::parse(&call.request.body).into_owned().collect();
    let field = |name: &str| {
        let found = form.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let scope = [SCOPE, "https://www.googleapis.com/auth/iam"];
    let right = call.request.method == "POST"
        && field("grant_type") == "urn:ietf:params:oauth:grant-type:token-exchange"
        && field("requested_token_type") == "urn:ietf:params:oauth:token-type:access_token"
        && field("subject_token_type") == "urn:ietf:params:oauth:token-type:jwt"
        && field("subject_token") == ASSERTION
        && field("audience") == AUDIENCE
        && field("scope").split(' ').all(|part| scope.contains(&part))
        && call.token().is_none();
    if !right {
        return json_reply(
            400,
            &json!({ "error": "invalid_grant", "error_description": "The form is wrong." }),
        );
    }
    let body = json!({ "access_token": given("federated"), "token_type": "Bearer",
        "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "expires_in": 3599 });
    json_reply(200, &body)
}

/// <https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken>
fn impersonate(call: &Call) -> Reply {
    let body: Value = call.body();
    if call.token() != Some(&given("federated")) || body["scope"] != json!([SCOPE]) {
        return unauthenticated();
    }
    json_reply(
        200,
        &json!({ "accessToken": given("impersonated"), "expireTime": "2099-01-01T00:00:00Z" }),
    )
}

/// The metadata server of a machine at Google's.
/// <https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys>
fn metadata(call: &Call) -> Reply {
    if call.request.header("metadata-flavor") != Some("Google") {
        return Reply::of(403, "text/html", "<html>Missing Metadata-Flavor:Google header.</html>");
    }
    let text = |text: &str| Reply::of(200, "application/text", text.to_owned());
    let reply = match call.path.trim_start_matches("/computeMetadata/v1/") {
        "instance/service-accounts/default/token" => {
            let body = json!({ "access_token": given("metadata"), "expires_in": 3599,
                               "token_type": "Bearer" });
            json_reply(200, &body)
        }
        "instance/service-accounts/default/email" => text(EMAIL),
        "project/project-id" => text("shop-main"),
        "instance/" => json_reply(
            200,
            &json!({ "id": 4_711, "name": "agent-1", "machineType": "projects/1/machineTypes/e2-small",
                     "zone": "projects/1/zones/us-central1-a", "hostname": "agent-1.internal" }),
        ),
        "universe/universe-domain" | "universe/universe_domain" => text("googleapis.com"),
        _ => Reply::of(404, "text/html", "<html>not found</html>"),
    };
    reply.with("metadata-flavor", "Google")
}
