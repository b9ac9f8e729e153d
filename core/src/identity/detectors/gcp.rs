//! Google Cloud, by its metadata server:
//! <https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys>.
//!
//! An instance's attributes may hold secrets; only the cluster's name and location are kept of
//! them.

use futures::future::join;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::client::{Answer, Client, Fault, GOOGLE, word};
use super::super::document::Fields;
use super::super::finding::{Finding, Part};
use super::super::surroundings::Surroundings;
use super::signs::{Issuer, Maker, in_kubernetes, issuer, maker};
use super::{Asking, put};

/// What to do where the server does not answer.
pub(super) const REMEDY: &str = "check that nothing on the way blocks metadata.google.internal (169.254.169.254), or set GCE_METADATA_HOST";

const HOST: &str = "GCE_METADATA_HOST";
/// Without it the server refuses; with it in the answer the server is Google's.
const FLAVOR: (&str, &str) = ("Metadata-Flavor", "Google");

/// What is read of `instance/?recursive=true`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Instance {
    /// A number beyond what a float can hold, or a text (Cloud Run).
    id: Option<Box<RawValue>>,
    name: Option<String>,
    hostname: Option<String>,
    zone: Option<String>,
    /// Cloud Run's own.
    region: Option<String>,
    machine_type: Option<String>,
    attributes: Attributes,
    network_interfaces: Vec<Interface>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Attributes {
    cluster_name: Option<String>,
    cluster_location: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Interface {
    ip: Option<String>,
    access_configs: Vec<AccessConfig>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AccessConfig {
    external_ip: Option<String>,
}

/// Whether the firmware is Google's, the token's issuer is, this is Cloud Run, or a server is
/// given.
pub(super) fn worth_asking(around: &Surroundings) -> bool {
    around.variable(HOST).is_some()
        || in_cloud_run(around)
        || maker(around) == Some(Maker::Google)
        || matches!(issuer(around), Some(Issuer::Gke { .. }))
}

/// Knative sets the same variable in pods of any cloud.
fn in_cloud_run(around: &Surroundings) -> bool {
    around.variable("K_SERVICE").is_some() && !in_kubernetes(around)
}

/// Cloud Run's service and revision:
/// <https://cloud.google.com/run/docs/container-contract#env-vars>.
pub(super) fn service(around: &Surroundings) -> Fields {
    let mut service = Fields::new();
    if in_cloud_run(around) {
        put(&mut service, "name", around.variable("K_SERVICE"));
        put(&mut service, "version", around.variable("K_REVISION"));
    }
    service
}

/// The instance and its project.
pub(super) async fn detect(asking: &Asking) -> Finding {
    let client = match super::client(asking) {
        Ok(client) => client,
        Err(trouble) => return Finding::Failed(trouble),
    };
    let around = &asking.around;
    let host = around.variable(HOST).unwrap_or(GOOGLE).trim_end_matches('/');
    let server = Server { client, base: format!("http://{host}/computeMetadata/v1") };
    let (instance, project) = join(server.instance(), server.word("project/project-id")).await;
    let mut troubles = Vec::new();
    let instance = match instance {
        Ok(instance) => instance,
        Err(fault) => {
            let trouble = fault.on("the instance's metadata");
            if fault.is_silence() || matches!(fault, Fault::Redirect(_)) {
                return Finding::Failed(trouble.hint(REMEDY));
            }
            let Some(instance) = server.piece_by_piece().await else {
                return Finding::Failed(trouble.hint(REMEDY));
            };
            // GKE's metadata server may refuse to tell all at once; that is no trouble.
            if !matches!(fault, Fault::Status(_)) {
                troubles.push(trouble.hint("single values were asked for instead"));
            }
            instance
        }
    };
    let project = match project {
        Ok(project) => Some(project),
        Err(fault) => {
            troubles.push(fault.on("the project's id"));
            None
        }
    };
    Finding::Here(Box::new(part(&instance, project, around)), troubles)
}

struct Server<'a> {
    client: &'a Client,
    base: String,
}

impl Server<'_> {
    async fn instance(&self) -> Result<Instance, Fault> {
        self.get("instance/?recursive=true").await?.json()
    }

    /// The values one by one; `None` where there is not even an id.
    async fn piece_by_piece(&self) -> Option<Instance> {
        let [id, name, hostname, zone, kind, cluster, location, ip] = [
            "id",
            "name",
            "hostname",
            "zone",
            "machine-type",
            "attributes/cluster-name",
            "attributes/cluster-location",
            "network-interfaces/0/ip",
        ]
        .map(|path| async move { self.word(&format!("instance/{path}")).await.ok() });
        let (id, name, hostname, zone, machine_type, cluster_name, cluster_location, ip) =
            futures::join!(id, name, hostname, zone, kind, cluster, location, ip);
        Some(Instance {
            id: serde_json::value::to_raw_value(&id?).ok(),
            name,
            hostname,
            zone,
            region: None,
            machine_type,
            attributes: Attributes { cluster_name, cluster_location },
            network_interfaces: vec![Interface { ip, access_configs: Vec::new() }],
        })
    }

    async fn word(&self, path: &str) -> Result<String, Fault> {
        self.get(path).await?.word()
    }

    async fn get(&self, path: &str) -> Result<Answer, Fault> {
        let answer = self.client.get(&format!("{}/{path}", self.base), &[FLAVOR]).await?;
        let flavor = answer.headers.get(FLAVOR.0).and_then(|value| value.to_str().ok());
        if flavor != Some(FLAVOR.1) {
            return Err(Fault::Strange("it lacks Google's Metadata-Flavor header".to_owned()));
        }
        Ok(answer)
    }
}

fn part(instance: &Instance, project: Option<String>, around: &Surroundings) -> Part {
    let mut part = Part { service: service(around), ..Part::default() };
    let run = in_cloud_run(around);
    let zone = instance.zone.as_deref().and_then(last);
    let cluster = instance.attributes.cluster_name.as_deref().and_then(word);
    let location = instance.attributes.cluster_location.as_deref().and_then(word);
    let in_cluster = in_kubernetes(around)
        && (cluster.is_some() || matches!(issuer(around), Some(Issuer::Gke { .. })));
    let named = instance.region.as_deref().and_then(last);
    let place = location.filter(|_| in_cluster).or_else(|| zone.clone());
    let cloud = &mut part.cloud;
    put(cloud, "provider", Some("gcp"));
    put(cloud, "region", named.or_else(|| place.map(|place| region(&place))));
    // What Cloud Run calls a zone and a machine are no real ones.
    put(cloud, "availability_zone", zone.filter(|_| !run));
    put(cloud, "account.id", project);
    put(cloud, "instance.id", instance.id.as_deref().and_then(digits));
    let kind = instance.machine_type.as_deref().and_then(last);
    put(cloud, "machine.type", kind.filter(|_| !run));
    let platform = match (in_cluster, run) {
        (true, _) => "gke",
        (_, true) => "cloud_run",
        _ => "compute",
    };
    put(cloud, "platform", Some(platform));
    put(cloud, "metadata_source", Some("GCE metadata"));
    if in_cluster {
        put(&mut part.k8s, "cluster.name", cluster);
    }
    host(&mut part.host, instance);
    part
}

fn host(host: &mut Fields, instance: &Instance) {
    let first = |name: &str| name.split('.').next().and_then(word);
    let name = instance.name.as_deref().and_then(word);
    put(host, "name", name.or_else(|| instance.hostname.as_deref().and_then(first)));
    let interface = instance.network_interfaces.first();
    put(host, "ip", interface.and_then(|it| word(it.ip.as_deref()?)));
    let external = interface.and_then(|it| it.access_configs.first()?.external_ip.as_deref());
    put(host, "public_ip", external.and_then(word));
}

/// The id with all its digits: it is larger than what a float can hold.
fn digits(id: &RawValue) -> Option<String> {
    word(id.get().trim_matches('"'))
}

/// The last segment of `projects/123/zones/us-central1-a`.
fn last(path: &str) -> Option<String> {
    word(path.rsplit('/').next()?)
}

/// The region of a zone (`us-central1-a`), or the region itself (`us-central1`).
pub(super) fn region(location: &str) -> String {
    match location.rsplit_once('-') {
        Some((region, zone)) if zone.len() == 1 => region.to_owned(),
        _ => location.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_a_zone_or_a_region() {
        assert_eq!(region("us-central1-a"), "us-central1");
        assert_eq!(region("us-central1-1"), "us-central1");
        assert_eq!(region("europe-west4"), "europe-west4");
    }

    #[test]
    fn a_service_of_knative_elsewhere_is_not_cloud_runs() {
        let run = [("K_SERVICE", "shop"), ("K_REVISION", "shop-00001")];
        assert!(worth_asking(&Surroundings::scripted(run, "/nowhere", "host")));
        let knative = [("K_SERVICE", "shop"), ("KUBERNETES_SERVICE_HOST", "10.96.0.1")];
        let around = Surroundings::scripted(knative, "/nowhere", "host");
        assert!(!worth_asking(&around) && service(&around).is_empty());
    }
}
