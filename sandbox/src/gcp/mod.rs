//! Google Cloud: the REST APIs that the agent asks, all on one port, and the metadata server.

mod aggregated;
mod assets;
mod buckets;
mod bytes;
mod clusters;
mod compute;
mod disks;
mod errors;
mod fields;
mod functions;
mod json;
mod key;
mod metadata;
mod monitoring;
mod page;
mod place;
mod run;
mod snapshots;
mod sql;
mod times;
mod tokens;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use http::Method;
use serde_json::json;

use crate::cloud::{Call, Cloud};
use crate::draw::Draw;
use crate::facts::Facts;
use crate::faults::Refusal;
use crate::http::{Reply, Request};
use crate::running::Directions;
use crate::size::{Size, part};
use crate::truth::{self, Sum, Truth};
use place::{Blocks, Project, ZONES};

/// How many in a thousand resources of a mixed fleet are of each kind; the rest are instances.
const DISKS: u64 = 410;
const REGIONAL_DISKS: u64 = 10;
const SNAPSHOTS: u64 = 80;
const CLUSTERS: u64 = 4;
const FUNCTIONS: u64 = 50;
const SERVICES: u64 = 30;
const DATABASES: u64 = 16;
const BUCKETS: u64 = 40;
const OTHERS: &[u64] =
    &[DISKS, REGIONAL_DISKS, SNAPSHOTS, CLUSTERS, FUNCTIONS, SERVICES, DATABASES, BUCKETS];

/// Google Cloud with a fleet.
#[derive(Debug)]
pub struct Gcp {
    size: Size,
    facts: Facts,
    catalog: compute::Catalog,
    tokens: tokens::Tokens,
}

impl Gcp {
    /// Google Cloud with the fleet of this size.
    #[must_use]
    pub fn new(size: Size) -> Self {
        let facts = Facts::of(&[
            include_str!("../../../pricing/tables/gcp/cloudsql.tsv"),
            include_str!("../../../pricing/tables/gcp/compute.tsv"),
            include_str!("../../../pricing/tables/gcp/disk.tsv"),
            include_str!("../../../pricing/tables/gcp/functions.tsv"),
            include_str!("../../../pricing/tables/gcp/gke.tsv"),
            include_str!("../../../pricing/tables/gcp/network.tsv"),
            include_str!("../../../pricing/tables/gcp/os_license.tsv"),
            include_str!("../../../pricing/tables/gcp/storage.tsv"),
        ]);
        let catalog = compute::Catalog::of(&facts);
        let tokens = tokens::Tokens::new(size.seed);
        Self { size, facts, catalog, tokens }
    }

    /// How many of a kind with this share in a thousand a project has.
    fn count(&self, share: u64, project: &Project) -> u64 {
        part(self.size.of_share(share), self.size.accounts, project.index)
    }

    /// Zones in use.
    fn zones(&self) -> u64 {
        self.size.regions * ZONES
    }

    /// How the instances of a project lie in its zones.
    fn instances(&self, project: &Project) -> Blocks {
        let total = part(self.size.machines(OTHERS), self.size.accounts, project.index);
        Blocks { total, places: self.zones() }
    }

    /// How the disks of zones do.
    fn zonal_disks(&self, project: &Project) -> Blocks {
        Blocks { total: self.count(DISKS, project), places: self.zones() }
    }

    /// How the disks of regions lie in these.
    fn regional_disks(&self, project: &Project) -> Blocks {
        Blocks { total: self.count(REGIONAL_DISKS, project), places: self.size.regions }
    }

    /// A region in use; the first one has more than its share.
    fn region(&self, draw: &mut Draw) -> &'static str {
        let first = draw.percent(60);
        let number = draw.below(self.size.regions);
        place::region(if first { 0 } else { number })
    }

    /// What the services' resources of a project cost, each worked out as it is made.
    fn sums(&self, project: &Project) -> BTreeMap<&'static str, Sum> {
        BTreeMap::from([
            ("compute", compute::sum(self, project)),
            ("disks", disks::sum(self, project)),
            ("snapshots", snapshots::sum(self, project)),
            ("gke", clusters::sum(self, project)),
            ("functions", functions::sum(self, project)),
            ("cloud_run", run::sum(self, project)),
            ("sql", sql::sum(self, project)),
            ("storage", buckets::sum(self, project)),
        ])
    }

    /// What an agent has to be told to find this cloud at `url`; the service account's key goes into
    /// `folder`.
    ///
    /// # Errors
    /// The key cannot be written.
    pub fn directions(&self, url: &str, folder: &Path) -> io::Result<Directions> {
        let key = folder.join("gcp-key.json");
        std::fs::write(&key, self.tokens.key.file(url).to_string())?;
        let environment = BTreeMap::from([
            ("OPENFINOPS_GCP_ENDPOINT", url.to_owned()),
            ("GOOGLE_APPLICATION_CREDENTIALS", key.display().to_string()),
            ("GCE_METADATA_HOST", url.trim_start_matches("http://").to_owned()),
        ]);
        Ok(Directions { environment, settings: json!({ "folder": [place::FOLDER] }) })
    }

    fn reply(&self, request: &Request, call: &Call) -> Result<Reply, Reply> {
        match call.service {
            "tokens" => return Ok(self.tokens.exchange(request)),
            "metadata" => return Ok(metadata::answer(&self.tokens, request)),
            _ => {}
        }
        if !self.tokens.admits(request) {
            return Err(errors::unauthenticated());
        }
        if request.method != Method::GET {
            return Err(errors::nothing(&request.path));
        }
        if call.service == "asset" {
            return assets::search(self, request, &call.account);
        }
        let project = Project::find(&self.size, &call.account);
        let project = project.ok_or_else(|| errors::denied(call.service, &call.account))?;
        match (call.service, call.operation.as_str()) {
            ("compute", "instances.aggregatedList") => compute::list(self, &project, request),
            ("compute", "disks.aggregatedList") => disks::list(self, &project, request),
            ("compute", "snapshots.list") => snapshots::list(self, &project, request),
            ("container", _) => Ok(clusters::list(self, &project, request)),
            ("functions", _) => functions::list(self, &project, request),
            ("run", _) => run::list(self, &project, request),
            ("sqladmin", _) => sql::list(self, &project, request),
            ("storage", _) => buckets::list(self, &project, request),
            ("monitoring", _) => monitoring::list(self, &project, request),
            _ => Err(errors::nothing(&request.path)),
        }
    }
}

/// What a path asks for: the service, the operation, and the project or folder.
fn asked(path: &str) -> (&'static str, &'static str, &str) {
    if path.starts_with(metadata::ROOT) || path == "/" {
        return ("metadata", "get", "");
    }
    if let Some(place) = path.strip_suffix(":searchAllResources") {
        return ("asset", "searchAllResources", place.trim_start_matches("/v1/"));
    }
    if path == "/storage/v1/b" {
        return ("storage", "buckets.list", "");
    }
    if path == "/token" {
        return ("tokens", "token", "");
    }
    let rest = path.split_once("/projects/").map_or("", |(_, rest)| rest);
    let (project, what) = rest.split_once('/').unwrap_or((rest, ""));
    let (service, operation) = match what {
        "aggregated/instances" => ("compute", "instances.aggregatedList"),
        "aggregated/disks" => ("compute", "disks.aggregatedList"),
        "global/snapshots" => ("compute", "snapshots.list"),
        "locations/-/clusters" => ("container", "clusters.list"),
        "locations/-/functions" => ("functions", "functions.list"),
        "locations/-/services" => ("run", "services.list"),
        "instances" => ("sqladmin", "instances.list"),
        "timeSeries" => ("monitoring", "timeSeries.list"),
        _ => ("unknown", "unknown"),
    };
    (service, operation, project)
}

impl Cloud for Gcp {
    fn name(&self) -> &'static str {
        "gcp"
    }

    fn call(&self, request: &Request) -> Call {
        // A colon may be sent as it is, or escaped.
        let path = request.path.replace("%3A", ":");
        let (service, operation, account) = asked(&path);
        let account = match service {
            "storage" => request.parameter("project").unwrap_or_default(),
            _ => account.to_owned(),
        };
        Call { service, operation: operation.to_owned(), account, region: String::new() }
    }

    fn answer(&self, request: &Request, call: &Call) -> Reply {
        self.reply(request, call).unwrap_or_else(|refused| refused)
    }

    fn refuse(&self, call: &Call, refusal: Refusal) -> Reply {
        errors::of(call.service, refusal)
    }

    fn truth(&self) -> Truth {
        let of_project = |index| {
            let project = Project::new(&self.size, index);
            let sums = self.sums(&project);
            (truth::Place { account: project.id, region: "global".to_owned() }, sums)
        };
        Truth((0..self.size.accounts).map(of_project).collect())
    }
}
