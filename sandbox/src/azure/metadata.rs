//! What a machine of the fleet is told about itself, and its identity's tokens: plain HTTP on a port
//! of its own. <https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service>

use http::StatusCode;
use serde_json::json;

use super::authority::{Authority, CLIENT, TENANT};
use super::json::uuid;
use super::kind::Kind;
use super::machines::{Machine, sizes};
use super::place::{Place, REGIONS};
use super::refusals::json as answer;
use crate::cloud::{Call, Cloud};
use crate::faults::Refusal;
use crate::http::{Reply, Request};
use crate::size::Size;
use crate::truth::Truth;

/// The secret by which an app knows that it asks for its own identity.
pub(super) const IDENTITY_HEADER: &str = "sandbox";

/// The metadata service of the first machine of the first subscription, and the identity of an app
/// beside it.
#[derive(Debug)]
pub struct Metadata {
    size: Size,
    authority: Authority,
}

impl Metadata {
    /// That of the fleet of this size.
    #[must_use]
    pub fn new(size: Size) -> Self {
        let authority = Authority { seed: size.seed };
        Self { size, authority }
    }

    fn instance(&self) -> Reply {
        let place = Place::new(&self.size, 0);
        let machine = Machine::of(&place, 0);
        let tags: Vec<_> = machine
            .tags
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        let interface = json!({
            "ipv4": { "ipAddress": [{ "privateIpAddress": "10.144.133.132",
                                      "publicIpAddress": "" }],
                      "subnet": [{ "address": "10.144.133.128", "prefix": "26" }] },
            "ipv6": { "ipAddress": [] }, "macAddress": "0011AAFFBB22",
        });
        let document = json!({
            "compute": {
                "azEnvironment": "AzurePublicCloud", "location": REGIONS[machine.region].0,
                "name": machine.name, "osType": machine.system.word(), "provider": "Microsoft.Compute",
                "resourceGroupName": Kind::Machine.group(0), "resourceId": machine.id,
                "subscriptionId": place.id, "tagsList": tags, "vmId": uuid(machine.bits),
                "vmSize": sizes::at(machine.size).name,
                "zone": machine.zone.map(|zone| zone.to_string()).unwrap_or_default(),
            },
            "network": { "interface": [interface] },
        });
        answer(document.to_string())
    }

    /// The token of the machine's identity, or of the app's.
    /// <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>,
    /// <https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference>
    fn token(&self, request: &Request) -> Reply {
        let resource = request.parameter("resource").unwrap_or_default();
        let Some(token) = self.authority.token(resource.trim_end_matches('/'), CLIENT) else {
            return refused(400, "invalid_resource", "AADSTS500011: The resource was not found.");
        };
        let until = token.until.to_string();
        let document = json!({
            "access_token": token.text, "client_id": CLIENT, "expires_on": until,
            "expires_in": token.lifetime.to_string(), "ext_expires_in": token.lifetime.to_string(),
            "not_before": "1700000000", "resource": resource, "token_type": "Bearer",
        });
        answer(document.to_string())
    }
}

fn refused(status: u16, error: &str, description: &str) -> Reply {
    let document = json!({ "error": error, "error_description": description });
    answer(document.to_string())
        .status(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST))
}

impl Cloud for Metadata {
    fn name(&self) -> &'static str {
        "azure"
    }

    fn call(&self, request: &Request) -> Call {
        let operation = match request.path.as_str() {
            "/metadata/instance" => "instance",
            "/metadata/identity/oauth2/token" => "token",
            "/msi/token" => "app-token",
            _ => "unknown",
        };
        Call {
            service: "metadata",
            operation: operation.to_owned(),
            account: String::new(),
            region: String::new(),
        }
    }

    fn answer(&self, request: &Request, call: &Call) -> Reply {
        let own = match call.operation.as_str() {
            "app-token" => request.header("x-identity-header") == IDENTITY_HEADER,
            _ => request.header("metadata").eq_ignore_ascii_case("true"),
        };
        match call.operation.as_str() {
            "unknown" => refused(404, "not_found", "There is nothing at this path."),
            _ if !own => refused(400, "invalid_request", "Required metadata header not specified"),
            "instance" => self.instance(),
            _ => self.token(request),
        }
    }

    fn refuse(&self, _: &Call, refusal: Refusal) -> Reply {
        match refusal {
            Refusal::Throttled => refused(429, "too_many_requests", "Too many requests."),
            Refusal::Internal => refused(500, "unknown", "Failed to retrieve token."),
            Refusal::Expired => {
                refused(400, "invalid_request", &format!("Identity not found in {TENANT}."))
            }
        }
    }

    fn truth(&self) -> Truth {
        Truth::default()
    }
}
