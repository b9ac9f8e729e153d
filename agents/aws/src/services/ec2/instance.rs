//! What is kept of one instance's record.

use std::sync::Arc;

use aws_sdk_ec2::types::{Instance, InstanceLifecycleType};

use finops_core::model::Resource;
use finops_pricing::aws::ec2::Platform;

use crate::scope::AwsScope;
use crate::services::time;

/// The elements of `DescribeInstances` that [`Seen::of`] reads, and those around them.
pub(super) fn is_read(element: &[u8]) -> bool {
    matches!(
        element,
        b"DescribeInstancesResponse"
            | b"nextToken"
            | b"reservationSet"
            | b"instancesSet"
            | b"item"
            | b"instanceId"
            | b"instanceState"
            | b"name"
            | b"instanceType"
            | b"launchTime"
            | b"placement"
            | b"availabilityZone"
            | b"tenancy"
            | b"platform"
            | b"platformDetails"
            | b"usageOperation"
            | b"instanceLifecycle"
            | b"outpostArn"
            | b"privateIpAddress"
            | b"ipAddress"
            | b"tagSet"
            | b"key"
            | b"value"
            | b"networkInterfaceSet"
            | b"privateIpAddressesSet"
            | b"association"
            | b"publicIp"
            | b"ipOwnerId"
    )
}

/// An instance before it has a price.
pub(super) struct Seen {
    pub(super) resource: Resource,
    pub(super) instance_type: Arc<str>,
    pub(super) platform: Platform,
    pub(super) tenancy: String,
    pub(super) lifecycle: Lifecycle,
    pub(super) outpost: Option<String>,
    pub(super) addresses: Vec<Address>,
}

/// How an instance was bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lifecycle {
    OnDemand,
    Spot,
    /// `scheduled`, `capacity-block` and whatever comes.
    Other(String),
}

/// A public IPv4 address of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) ip: String,
    /// Whether it is AWS's own, handed out at launch; otherwise it is an Elastic IP address,
    /// which may come from a pool that the account brought along.
    pub(super) assigned_at_launch: bool,
}

impl Seen {
    /// The instance, unless it is terminated: that one is gone, and AWS only remembers it.
    pub(super) fn of(scope: &AwsScope, instance: &Instance) -> Option<Self> {
        let state = instance.state().and_then(|state| state.name()).map(|name| name.as_str());
        if state == Some("terminated") {
            return None;
        }
        let id = instance.instance_id().unwrap_or_default();
        let placement = instance.placement();
        let mut resource = Resource::new("instance", id, scope.region());
        resource.state = state.map(|state| scope.share(state));
        resource.zone =
            placement.and_then(|it| it.availability_zone()).map(|zone| scope.share(zone));
        resource.tags = scope.tags(
            instance
                .tags()
                .iter()
                .filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))),
        );
        let mut seen = Self {
            instance_type: scope.share(instance.instance_type().map_or("", |kind| kind.as_str())),
            platform: platform(instance),
            tenancy: placement
                .and_then(|it| it.tenancy())
                .map_or("default", |tenancy| tenancy.as_str())
                .to_owned(),
            lifecycle: lifecycle(instance),
            outpost: instance.outpost_arn().map(str::to_owned),
            addresses: addresses(instance),
            resource,
        };
        seen.set_attributes(scope, instance);
        Some(seen)
    }

    fn set_attributes(&mut self, scope: &AwsScope, instance: &Instance) {
        let attributes = &mut self.resource.attributes;
        attributes.set("instance_type", Arc::clone(&self.instance_type));
        attributes.set_known("launch_time", time(instance.launch_time()));
        attributes.set_known("private_ip", instance.private_ip_address());
        attributes.set_known("public_ip", instance.public_ip_address());
        attributes.set("platform", scope.share(self.platform.name()));
        attributes.set("tenancy", scope.share(&self.tenancy));
        let lifecycle = match &self.lifecycle {
            Lifecycle::OnDemand => "on-demand",
            Lifecycle::Spot => "spot",
            Lifecycle::Other(word) => word,
        };
        attributes.set("lifecycle", scope.share(lifecycle));
    }
}

/// The operating system and licence: exactly from `UsageOperation`; where that is missing, from
/// the older fields.
fn platform(instance: &Instance) -> Platform {
    if let Some(operation) = instance.usage_operation().filter(|text| !text.is_empty()) {
        return Platform::from_usage_operation(operation);
    }
    if let Some(details) = instance.platform_details().filter(|text| !text.is_empty()) {
        return Platform::from_platform_details(details);
    }
    match instance.platform().map(|platform| platform.as_str().to_ascii_lowercase()) {
        Some(word) if word == "windows" => Platform::Windows,
        Some(word) if !word.is_empty() => Platform::Unknown(word),
        _ => Platform::Linux,
    }
}

fn lifecycle(instance: &Instance) -> Lifecycle {
    match instance.instance_lifecycle() {
        None => Lifecycle::OnDemand,
        Some(InstanceLifecycleType::Spot) => Lifecycle::Spot,
        Some(other) => Lifecycle::Other(other.as_str().to_owned()),
    }
}

/// Every public IPv4 address of every interface.
fn addresses(instance: &Instance) -> Vec<Address> {
    let mut addresses: Vec<Address> = instance
        .network_interfaces()
        .iter()
        .flat_map(|interface| interface.private_ip_addresses())
        .filter_map(|private| private.association())
        .filter_map(|association| {
            Some(Address {
                ip: association.public_ip()?.to_owned(),
                assigned_at_launch: association.ip_owner_id() == Some("amazon"),
            })
        })
        .collect();
    // An old record names only the instance's own address.
    if let Some(ip) = instance.public_ip_address().filter(|_| addresses.is_empty()) {
        addresses.push(Address { ip: ip.to_owned(), assigned_at_launch: true });
    }
    addresses
}
