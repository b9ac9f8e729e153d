//! Azure: the authority, Azure Resource Manager, Resource Graph and Azure Monitor.

mod aks;
mod authority;
mod certificate;
mod disks;
mod graph;
mod json;
mod kind;
mod lists;
mod machines;
mod metadata;
mod monitor;
mod place;
mod refusals;
mod resolve;
mod rows;
mod sets;
mod sql;
mod storage;
mod web;

use std::collections::BTreeMap;
use std::path::Path;

use http::{Method, StatusCode};
use serde_json::json;

use crate::cloud::{Call, Cloud};
use crate::facts::Facts;
use crate::faults::Refusal;
use crate::http::{Reply, Request};
use crate::running::Directions;
use crate::size::Size;
use crate::truth::{self, Sum, Truth};
use authority::Authority;

pub use certificate::make as certificate;
pub use metadata::Metadata;
pub use place::{Place, REGIONS, subscription_id};

/// Azure with a fleet.
#[derive(Debug)]
pub struct Azure {
    size: Size,
    facts: Facts,
    machines: machines::sizes::Prices,
    sql: sql::Prices,
    authority: Authority,
}

impl Azure {
    /// Azure with the fleet of this size.
    #[must_use]
    pub fn new(size: Size) -> Self {
        let facts = Facts::of(&[
            include_str!("../../../pricing/tables/azure/aks.tsv"),
            include_str!("../../../pricing/tables/azure/disk.tsv"),
            include_str!("../../../pricing/tables/azure/functions.tsv"),
            include_str!("../../../pricing/tables/azure/sql.tsv"),
            include_str!("../../../pricing/tables/azure/storage.tsv"),
            include_str!("../../../pricing/tables/azure/vm.tsv"),
            include_str!("../../../pricing/tables/azure/vm_windows_premium.tsv"),
        ]);
        let machines = machines::sizes::Prices::of(&facts);
        let (sql, authority) = (sql::Prices::of(&facts), Authority { seed: size.seed });
        Self { size, facts, machines, sql, authority }
    }

    /// What an agent has to be told to find this cloud at `url`, whose certificate is signed by the
    /// authority in the file `trusted`, and [`Metadata`] at `metadata`.
    #[must_use]
    pub fn directions(&self, url: &str, trusted: &Path, metadata: &str) -> Directions {
        let environment = BTreeMap::from([
            ("AZURE_TENANT_ID", authority::TENANT.to_owned()),
            ("AZURE_CLIENT_ID", authority::CLIENT.to_owned()),
            ("AZURE_CLIENT_SECRET", authority::SECRET.to_owned()),
            ("AZURE_AUTHORITY_HOST", url.to_owned()),
            ("OPENFINOPS_AZURE_ARM", url.to_owned()),
            ("OPENFINOPS_AZURE_METRICS", format!("{url}/{{region}}")),
            ("AZURE_METADATA_SERVICE_ENDPOINT", metadata.to_owned()),
            ("OPENFINOPS_AZURE_CA_FILE", trusted.display().to_string()),
            // Costs depend on use, and here asking is free.
            ("OPENFINOPS_MAX_METRIC_REQUESTS", "10000000".to_owned()),
        ]);
        Directions { environment, settings: json!({}) }
    }

    /// What an agent is told in the place of a secret where it is an app with an identity of its own.
    #[must_use]
    pub fn identity(metadata: &str) -> [(&'static str, String); 2] {
        let endpoint = format!("{metadata}/msi/token");
        [("IDENTITY_ENDPOINT", endpoint), ("IDENTITY_HEADER", metadata::IDENTITY_HEADER.to_owned())]
    }

    /// The identity that sees everything but may not call Resource Graph: what an agent is told as
    /// `AZURE_CLIENT_ID` to make it list type by type.
    #[must_use]
    pub const fn without_resource_graph() -> &'static str {
        authority::CLIENT_WITHOUT_GRAPH
    }

    /// What the services' resources of a subscription cost, each worked out as it is made.
    fn sums(&self, place: &Place) -> BTreeMap<&'static str, Sum> {
        let mut machines = machines::sum(self, place);
        machines.merge(&sets::sum(self, place));
        BTreeMap::from([
            ("virtual_machines", machines),
            ("disks", disks::sum(self, place)),
            ("aks", aks::sum(self, place)),
            ("functions", web::sum(self, place)),
            ("sql", sql::sum(self, place)),
            ("storage", storage::sum(self, place)),
        ])
    }

    fn ask(&self, request: &Request, call: &Call) -> Result<Reply, Reply> {
        if call.service == "tokens" {
            return Ok(self.authority.answer(request));
        }
        let batch = call.operation == "getBatch";
        let audience = if batch { authority::METRICS } else { authority::MANAGEMENT };
        let caller = self.authority.admit(request, audience)?;
        let wanted =
            if batch || call.service == "resourcegraph" { Method::POST } else { Method::GET };
        if request.method != wanted {
            let status = StatusCode::METHOD_NOT_ALLOWED;
            return Err(refusals::refusal(status, "MethodNotAllowed", "It is not asked so."));
        }
        Ok(match call.service {
            "resourcegraph" if !caller.may_use_graph => refusals::refusal(
                StatusCode::FORBIDDEN,
                "AuthorizationFailed",
                "The client does not have authorization to perform action \
                 'Microsoft.ResourceGraph/resources/read' over scope '/' or the scope is invalid.",
            ),
            "resourcegraph" => graph::answer(self, request),
            "monitor" if batch => monitor::batch(self, request, &call.region, &call.account),
            "monitor" => monitor::single(self, request, &call.account),
            _ => lists::answer(self, request),
        })
    }
}

impl Cloud for Azure {
    fn name(&self) -> &'static str {
        "azure"
    }

    fn call(&self, request: &Request) -> Call {
        let path = request.path.to_lowercase();
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let (service, operation, account, region) = match parts.as_slice() {
            [_, "oauth2", ..] => ("tokens", "token", "", ""),
            [_, "v2.0", ..] | ["common", ..] => ("tokens", "discovery", "", ""),
            ["providers", "microsoft.resourcegraph", ..] => ("resourcegraph", "resources", "", ""),
            [region, "subscriptions", id, "metrics:getbatch"] => {
                ("monitor", "getBatch", *id, *region)
            }
            ["subscriptions", id, ..] if path.ends_with(monitor::SINGLE) => {
                ("monitor", "list", *id, "")
            }
            ["subscriptions"] => ("resourcemanager", "subscriptions", "", ""),
            ["subscriptions", id, "providers", _, kind] => ("resourcemanager", *kind, *id, ""),
            ["subscriptions", id, .., last] => ("resourcemanager", *last, *id, ""),
            _ => ("unknown", "unknown", "", ""),
        };
        let (operation, account) = (operation.to_owned(), account.to_owned());
        Call { service, operation, account, region: region.to_owned() }
    }

    fn answer(&self, request: &Request, call: &Call) -> Reply {
        self.ask(request, call).unwrap_or_else(|refused| refused)
    }

    fn refuse(&self, call: &Call, refusal: Refusal) -> Reply {
        refusals::of_fault(call, refusal)
    }

    fn truth(&self) -> Truth {
        let place = |index| {
            let place = Place::new(&self.size, index);
            let sums = self.sums(&place);
            (truth::Place { account: place.id, region: "global".to_owned() }, sums)
        };
        Truth((0..self.size.accounts).map(place).collect())
    }
}
