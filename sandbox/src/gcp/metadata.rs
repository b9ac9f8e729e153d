//! The metadata server of a machine at Google's, which vouches for the service account that is
//! attached to the machine. <https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys>

use http::StatusCode;
use serde_json::json;

use super::key::email;
use super::place::{FOLDER, project_id};
use super::tokens::Tokens;
use crate::http::{Reply, Request};

/// Where its values are.
pub(super) const ROOT: &str = "/computeMetadata/v1/";

/// The scope of its tokens.
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

/// Answers a request to the metadata server.
pub(super) fn answer(tokens: &Tokens, request: &Request) -> Reply {
    let reply = match request.header("metadata-flavor") {
        "Google" => value(tokens, request),
        // So that no browser is led here.
        _ => text("Missing Metadata-Flavor:Google header.").status(StatusCode::FORBIDDEN),
    };
    reply.with("metadata-flavor", "Google").with("server", "Metadata Server for VM")
}

fn value(tokens: &Tokens, request: &Request) -> Reply {
    let path = request.path.strip_prefix(ROOT).unwrap_or_default();
    let account = path.strip_prefix("instance/service-accounts/").and_then(|rest| {
        let (account, key) = rest.split_once('/')?;
        (account == "default" || account == email()).then_some(key)
    });
    match (path, account) {
        (_, Some("token")) => tokens.give(),
        (_, Some("email")) => text(&email()),
        (_, Some("scopes")) => text(SCOPE),
        (_, Some("")) => Reply::json(&json!({ "aliases": ["default"], "email": email(),
                                              "scopes": [SCOPE] })),
        ("", _) if request.path == "/" => text("computeMetadata/\n"),
        ("instance/service-accounts/", _) => text(&format!("default/\n{}/\n", email())),
        ("project/project-id", _) => text(&project_id(0)),
        ("project/numeric-project-id", _) => text("900000000001"),
        ("universe/universe-domain" | "universe/universe_domain", _) => text("googleapis.com"),
        ("instance/id", _) => text("4711471147114711"),
        ("instance/name", _) => text("openfinops-agent"),
        ("instance/zone", _) => text("projects/900000000001/zones/us-central1-a"),
        ("instance/", _) => instance(),
        _ => text("The requested URL was not found on this server.").status(StatusCode::NOT_FOUND),
    }
}

fn text(text: &str) -> Reply {
    Reply::of("application/text", text.to_owned())
}

/// All of the machine at once (`?recursive=true`).
fn instance() -> Reply {
    Reply::json(&json!({
        "id": 4_711_471_147_114_711_u64, "name": "openfinops-agent",
        "machineType": "projects/900000000001/machineTypes/e2-small",
        "zone": "projects/900000000001/zones/us-central1-a",
        "hostname": format!("openfinops-agent.us-central1-a.c.{}.internal", project_id(0)),
        "description": "", "tags": [], "attributes": { "folder": FOLDER },
        "serviceAccounts": { "default": { "aliases": ["default"], "email": email(),
                                          "scopes": [SCOPE] } },
    }))
}
