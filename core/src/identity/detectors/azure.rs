//! Azure, by its instance metadata service:
//! <https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service>.

use serde::Deserialize;

use super::super::client::{Client, Fault, word};
use super::super::finding::{Finding, Part};
use super::super::surroundings::Surroundings;
use super::signs::{Issuer, Maker, in_kubernetes, issuer, maker};
use super::{Asking, put};

/// What to do where the service does not answer.
pub(super) const REMEDY: &str =
    "check that nothing on the way blocks 169.254.169.254 (a firewall, a network policy)";

const ENDPOINT: &str = "AZURE_METADATA_SERVICE_ENDPOINT";
const DEFAULT: &str = "http://169.254.169.254";
const CLUSTER_TAG: &str = "aks-managed-cluster-name";

#[derive(Debug, Deserialize)]
struct Metadata {
    compute: Compute,
    #[serde(default)]
    network: Network,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Compute {
    location: Option<String>,
    name: Option<String>,
    resource_group_name: Option<String>,
    subscription_id: Option<String>,
    tags_list: Vec<Tag>,
    vm_id: Option<String>,
    vm_size: Option<String>,
    zone: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tag {
    name: String,
    value: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Network {
    interface: Vec<Interface>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Interface {
    ipv4: Ipv4,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Ipv4 {
    ip_address: Vec<Address>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Address {
    private_ip_address: Option<String>,
    public_ip_address: Option<String>,
}

/// Whether the firmware is Azure's, the token's issuer is, or an endpoint is given.
pub(super) fn worth_asking(around: &Surroundings) -> bool {
    around.variable(ENDPOINT).is_some()
        || maker(around) == Some(Maker::Microsoft)
        || matches!(issuer(around), Some(Issuer::Aks { .. }))
}

/// The machine and its addresses.
pub(super) async fn detect(asking: &Asking) -> Finding {
    let client = match super::client(asking) {
        Ok(client) => client,
        Err(trouble) => return Finding::Failed(trouble),
    };
    let base = asking.around.variable(ENDPOINT).unwrap_or(DEFAULT).trim_end_matches('/');
    match ask(client, base).await {
        Ok(metadata) => Finding::Here(Box::new(part(&metadata, &asking.around)), Vec::new()),
        Err(fault) => Finding::Failed(fault.on("the machine's metadata").hint(REMEDY)),
    }
}

async fn ask(client: &Client, base: &str) -> Result<Metadata, Fault> {
    let url = format!("{base}/metadata/instance?api-version=2021-02-01");
    let metadata: Metadata = client.get(&url, &[("Metadata", "true")]).await?.json()?;
    match metadata.compute.vm_id.as_deref().and_then(word) {
        Some(_) => Ok(metadata),
        None => Err(Fault::Strange("it names no machine".to_owned())),
    }
}

fn part(metadata: &Metadata, around: &Surroundings) -> Part {
    let mut part = Part::default();
    let compute = &metadata.compute;
    let value = |text: &Option<String>| text.as_deref().and_then(word);
    let cluster = cluster(compute).filter(|_| in_kubernetes(around));
    let issued = in_kubernetes(around) && matches!(issuer(around), Some(Issuer::Aks { .. }));
    let region = value(&compute.location);
    let zone = value(&compute.zone);
    let zone = region.as_deref().zip(zone).map(|(region, zone)| format!("{region}-{zone}"));
    let cloud = &mut part.cloud;
    put(cloud, "provider", Some("azure"));
    put(cloud, "region", region);
    put(cloud, "availability_zone", zone);
    put(cloud, "account.id", value(&compute.subscription_id));
    put(cloud, "instance.id", value(&compute.vm_id));
    put(cloud, "machine.type", value(&compute.vm_size));
    put(cloud, "platform", Some(if cluster.is_some() || issued { "aks" } else { "vm" }));
    put(cloud, "metadata_source", Some("Azure IMDS"));
    put(&mut part.k8s, "cluster.name", cluster);
    let first = metadata.network.interface.first();
    let address = first.and_then(|interface| interface.ipv4.ip_address.first());
    put(&mut part.host, "name", value(&compute.name));
    put(&mut part.host, "ip", address.and_then(|it| value(&it.private_ip_address)));
    put(&mut part.host, "public_ip", address.and_then(|it| value(&it.public_ip_address)));
    part
}

/// The cluster that a node belongs to, by its tag or by its resource group
/// `MC_<group>_<cluster>_<region>`, where no name in it has a `_` of its own.
fn cluster(compute: &Compute) -> Option<String> {
    let tag = compute.tags_list.iter().find(|tag| tag.name.eq_ignore_ascii_case(CLUSTER_TAG));
    if let Some(name) = tag.and_then(|tag| word(&tag.value)) {
        return Some(name);
    }
    let parts: Vec<&str> = compute.resource_group_name.as_deref()?.split('_').collect();
    match parts.as_slice() {
        [prefix, _, cluster, _] if prefix.eq_ignore_ascii_case("MC") => word(cluster),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_group(group: &str) -> Option<String> {
        let resource_group_name = Some(group.to_owned());
        cluster(&Compute { resource_group_name, ..Compute::default() })
    }

    #[test]
    fn a_cluster_is_known_by_its_group_only_where_the_parts_are_plain() {
        assert_eq!(in_group("MC_shop_prod_eastus").as_deref(), Some("prod"));
        assert_eq!(in_group("mc_shop_prod_eastus").as_deref(), Some("prod"));
        assert_eq!(in_group("MC_my_shop_prod_eastus"), None);
        assert_eq!(in_group("shop"), None);
    }

    #[test]
    fn a_clusters_tag_beats_its_group() {
        let tag = Tag { name: CLUSTER_TAG.to_owned(), value: "blue".to_owned() };
        let compute = Compute {
            resource_group_name: Some("MC_shop_prod_eastus".to_owned()),
            tags_list: vec![tag],
            ..Compute::default()
        };
        assert_eq!(cluster(&compute).as_deref(), Some("blue"));
    }
}
