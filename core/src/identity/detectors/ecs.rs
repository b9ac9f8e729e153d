//! Amazon ECS, by the task metadata endpoint:
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-response.html>.

use std::net::IpAddr;

use serde::Deserialize;
use url::{Host, Url};

use super::super::client::{Client, Fault, word};
use super::super::finding::{Finding, Part, Trouble};
use super::super::surroundings::Surroundings;
use super::{Asking, put};

/// What to do where the endpoint does not answer.
pub(super) const REMEDY: &str =
    "check that ECS_CONTAINER_METADATA_URI_V4 is the one that ECS set for this container";

/// The variable that ECS sets in each container.
const ENDPOINT: &str = "ECS_CONTAINER_METADATA_URI_V4";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Task {
    #[serde(rename = "TaskARN")]
    arn: Option<String>,
    availability_zone: Option<String>,
    #[serde(default)]
    containers: Vec<Container>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Container {
    docker_id: Option<String>,
    #[serde(default)]
    networks: Vec<Network>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Network {
    #[serde(rename = "IPv4Addresses", default)]
    addresses: Vec<String>,
    #[serde(rename = "PrivateDNSName")]
    name: Option<String>,
}

/// Whether this is a task of ECS.
pub(super) fn worth_asking(around: &Surroundings) -> bool {
    let runs = |name: &str| name.starts_with("AWS_ECS");
    around.variable(ENDPOINT).is_some() || around.variable("AWS_EXECUTION_ENV").is_some_and(runs)
}

/// The task's account and zone and the container's address; the region alone where the endpoint
/// does not tell.
pub(super) async fn detect(asking: &Asking) -> Finding {
    let around = &asking.around;
    let endpoint = around.variable(ENDPOINT);
    let (Some(client), Some(endpoint)) = (&asking.client, endpoint) else {
        return Finding::Here(Box::new(by_environment(around)), Vec::new());
    };
    let task = match address(endpoint) {
        Ok(base) => ask(client, &base).await.map_err(|fault| fault.on("the task's metadata")),
        Err(trouble) => Err(trouble),
    };
    match task {
        Ok(task) => Finding::Here(Box::new(by_task(&task, around, endpoint)), Vec::new()),
        Err(mut trouble) => {
            trouble.hint.get_or_insert_with(|| REMEDY.to_owned());
            Finding::Here(Box::new(by_environment(around)), vec![trouble])
        }
    }
}

async fn ask(client: &Client, base: &str) -> Result<Task, Fault> {
    client.get(&format!("{base}/task"), &[]).await?.json()
}

/// `endpoint`, if it is on this machine or its network: what is elsewhere is no task metadata.
fn address(endpoint: &str) -> Result<String, Trouble> {
    let near = |host: Option<Host<&str>>| match host {
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_link_local() || ip.is_private(),
        Some(Host::Ipv6(ip)) => {
            ip.is_loopback() || ip.is_unicast_link_local() || ip.is_unique_local()
        }
        Some(Host::Domain(_)) | None => false,
    };
    let base = endpoint.trim_end_matches('/');
    match Url::parse(base) {
        Ok(url) if url.scheme() == "http" && near(url.host()) => Ok(base.to_owned()),
        _ => {
            let what = format!(
                "{ENDPOINT} is no address of this machine's network (http to a loopback, link-local or private address) and is not asked"
            );
            Err(Trouble::new(what).hint(REMEDY))
        }
    }
}

fn by_task(task: &Task, around: &Surroundings, endpoint: &str) -> Part {
    let mut part = by_environment(around);
    // arn:aws:ecs:us-east-1:123456789012:task/cluster/id
    let arn: Vec<&str> = task.arn.as_deref().unwrap_or_default().split(':').collect();
    if let &[_, _, "ecs", region, account, ..] = arn.as_slice() {
        put(&mut part.cloud, "region", word(region));
        put(&mut part.cloud, "account.id", word(account));
    }
    put(&mut part.cloud, "availability_zone", task.availability_zone.as_deref().and_then(word));
    put(&mut part.cloud, "metadata_source", Some("ECS metadata"));
    if let Some(network) = own_network(task, endpoint, around.hostname()) {
        put(&mut part.host, "name", network.name.as_deref().and_then(word));
        let address = network.addresses.first().filter(|it| it.parse::<IpAddr>().is_ok());
        put(&mut part.host, "ip", address.map(String::as_str));
    }
    part
}

/// The network of this container: on Fargate the endpoint's last segment is the container's id,
/// with Docker's own network the host's name is its beginning. Otherwise the containers of a task
/// share one network, or there is but one.
fn own_network<'a>(task: &'a Task, endpoint: &str, hostname: &str) -> Option<&'a Network> {
    let segment = endpoint.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let own = |container: &&Container| {
        let id = container.docker_id.as_deref().unwrap_or_default();
        id == segment || (hostname.len() >= 12 && id.starts_with(hostname))
    };
    if let Some(container) = task.containers.iter().find(own) {
        return container.networks.first();
    }
    let mut networks = task.containers.iter().filter_map(|container| container.networks.first());
    let first = networks.next()?;
    networks.all(|other| other.addresses == first.addresses).then_some(first)
}

fn by_environment(around: &Surroundings) -> Part {
    let mut part = Part::default();
    put(&mut part.cloud, "provider", Some("aws"));
    let region = around.variable("AWS_REGION").or_else(|| around.variable("AWS_DEFAULT_REGION"));
    put(&mut part.cloud, "region", region);
    put(&mut part.cloud, "platform", Some("ecs"));
    put(&mut part.cloud, "metadata_source", Some("env"));
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_of_this_machines_network_is_asked() {
        for near in
            ["http://169.254.170.2/v4/abc", "http://127.0.0.1:51678/v4/x/", "http://10.1.2.3"]
        {
            assert!(address(near).is_ok(), "{near}");
        }
        for far in [
            "http://198.51.100.7/v4/abc",
            "http://metadata.example.org/v4",
            "https://169.254.170.2/v4",
            "file:///etc/passwd",
            "169.254.170.2",
        ] {
            assert!(address(far).is_err(), "{far}");
        }
    }

    fn container(id: &str, address: &str) -> Container {
        let network = Network { addresses: vec![address.to_owned()], name: None };
        Container { docker_id: Some(id.to_owned()), networks: vec![network] }
    }

    #[test]
    fn of_several_containers_only_ones_own_network_counts() {
        let containers =
            vec![container("aaaabbbbccccdddd", "10.0.0.1"), container("e-1", "10.0.0.2")];
        let task = Task { arn: None, availability_zone: None, containers };
        let own = |endpoint: &str, host: &str| {
            own_network(&task, endpoint, host).map(|network| network.addresses[0].clone())
        };
        assert_eq!(own("http://169.254.170.2/v4/e-1", "x").as_deref(), Some("10.0.0.2"));
        assert_eq!(own("http://169.254.170.2/v4/q", "aaaabbbbcccc").as_deref(), Some("10.0.0.1"));
        assert_eq!(own("http://169.254.170.2/v4/q", "x"), None);
    }
}
