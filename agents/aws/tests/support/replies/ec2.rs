//! EC2's query protocol.

use super::super::fleet::{Fleet, Instance, SpotPrice, Volume};
use super::super::http::Reply;
use super::xml;

pub(super) fn reply(fleet: &Fleet, operation: &str) -> Reply {
    match operation {
        "DescribeInstances" => instances(&fleet.instances, None),
        "DescribeVolumes" => list(operation, "volumeSet", &fleet.volumes, volume),
        "DescribeSpotPriceHistory" => {
            list(operation, "spotPriceHistorySet", &fleet.spot_prices, spot_price)
        }
        "DescribeAddresses" => list(operation, "addressesSet", &fleet.elastic_ips, address),
        "DescribeRegions" => {
            list(operation, "regionInfo", &["eu-west-1", "us-east-1", "us-west-2"], region)
        }
        other => Reply::of(501, "text/plain", format!("ec2 {other}?")),
    }
}

/// A page of instances, each in a reservation of its own.
pub(crate) fn instances(instances: &[Instance], next: Option<&str>) -> Reply {
    let items: String = instances.iter().map(reservation).collect();
    response("DescribeInstances", "reservationSet", &items, &optional("nextToken", next))
}

fn list<T>(operation: &str, set: &str, records: &[T], item: impl Fn(&T) -> String) -> Reply {
    let items: String = records.iter().map(item).collect();
    response(operation, set, &items, "")
}

/// The envelope; `rest` stands behind the set.
fn response(operation: &str, set: &str, items: &str, rest: &str) -> Reply {
    xml(&format!(
        "<{operation}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\
         <requestId>8f7724cf-496f-496e-8fe3-example</requestId><{set}>{items}</{set}>{rest}\
         </{operation}Response>"
    ))
}

fn element(name: &str, text: impl std::fmt::Display) -> String {
    format!("<{name}>{text}</{name}>")
}

fn optional(name: &str, text: Option<impl std::fmt::Display>) -> String {
    text.map(|text| element(name, text)).unwrap_or_default()
}

fn reservation(instance: &Instance) -> String {
    let Instance { id, kind, state, zone, tenancy, usage_operation, platform_details, .. } =
        instance;
    let code = match *state {
        "pending" => 0,
        "running" => 16,
        "shutting-down" => 32,
        "terminated" => 48,
        "stopping" => 64,
        _ => 80,
    };
    let private = |(index, (ip, owner)): (usize, &(&str, &str))| {
        format!(
            "<item><privateIpAddress>10.0.0.{index}</privateIpAddress><primary>{}</primary>\
             <association><publicIp>{ip}</publicIp><ipOwnerId>{owner}</ipOwnerId></association></item>",
            index == 0
        )
    };
    let addresses: String = instance.addresses.iter().enumerate().map(private).collect();
    let first = optional("ipAddress", instance.addresses.first().map(|address| address.0));
    let lifecycle = optional("instanceLifecycle", instance.lifecycle);
    format!(
        "<item><reservationId>r-1</reservationId><ownerId>123456789012</ownerId><groupSet/>\
         <instancesSet><item><instanceId>{id}</instanceId><imageId>ami-1</imageId>\
         <instanceState><code>{code}</code><name>{state}</name></instanceState>\
         <instanceType>{kind}</instanceType><launchTime>2026-11-01T07:00:00.000Z</launchTime>\
         <placement><availabilityZone>{zone}</availabilityZone><groupName/>\
         <tenancy>{tenancy}</tenancy></placement><privateIpAddress>10.0.0.0</privateIpAddress>{first}\
         <architecture>x86_64</architecture>{lifecycle}\
         <networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId>\
         <privateIpAddressesSet>{addresses}</privateIpAddressesSet></item></networkInterfaceSet>\
         <platformDetails>{platform_details}</platformDetails>\
         <usageOperation>{usage_operation}</usageOperation></item></instancesSet></item>"
    )
}

fn volume(volume: &Volume) -> String {
    let attachment = volume.attached_to.map(|instance| {
        format!("<item><instanceId>{instance}</instanceId><status>attached</status></item>")
    });
    [
        "<item>".to_owned(),
        element("volumeId", volume.id),
        element("size", volume.size),
        element("availabilityZone", "us-east-1a"),
        element("status", volume.state),
        element("createTime", "2026-11-01T07:00:00.000Z"),
        element("attachmentSet", attachment.unwrap_or_default()),
        element("volumeType", volume.kind),
        optional("iops", volume.iops),
        optional("throughput", volume.throughput),
        "</item>".to_owned(),
    ]
    .concat()
}

fn spot_price(row: &SpotPrice) -> String {
    let SpotPrice { kind, zone, product, price, at } = row;
    format!(
        "<item><instanceType>{kind}</instanceType><productDescription>{product}</productDescription>\
         <spotPrice>{price}</spotPrice><timestamp>{at}</timestamp>\
         <availabilityZone>{zone}</availabilityZone></item>"
    )
}

fn address((ip, pool): &(&str, &str)) -> String {
    format!(
        "<item><publicIp>{ip}</publicIp><allocationId>eipalloc-1</allocationId><domain>vpc</domain>\
         <publicIpv4Pool>{pool}</publicIpv4Pool></item>"
    )
}

fn region(name: &&str) -> String {
    format!(
        "<item><regionName>{name}</regionName><regionEndpoint>ec2.{name}.amazonaws.com\
         </regionEndpoint><optInStatus>opt-in-not-required</optInStatus></item>"
    )
}
