//! The metadata service of an instance: the first of the fleet, with a role that may do everything.
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html>

use http::{Method, StatusCode};
use serde_json::json;

use super::Aws;
use super::ec2::Instance;
use super::place::{Place, session_key};
use crate::http::{Reply, Request};

/// What asks for a token, and what every other request has to show.
const TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds";
const TOKEN: &str = "x-aws-ec2-metadata-token";
/// The token: it is the same for all, and never runs out.
const ISSUED: &str = "c2FuZGJveC1tZXRhZGF0YS10b2tlbg==";
/// The role of the instance.
const ROLE: &str = "openfinops-agent";

pub(super) fn answer(aws: &Aws, request: &Request) -> Reply {
    let path = request.path.trim_start_matches("/latest/");
    if request.method == Method::PUT && path == "api/token" {
        return match request.header(TTL).parse::<u32>() {
            Ok(seconds @ 1..=21_600) => {
                Reply::of("text/plain", ISSUED).with(TTL, seconds.to_string())
            }
            _ => Reply::of("text/html", "").status(StatusCode::BAD_REQUEST),
        };
    }
    if request.header(TOKEN) != ISSUED {
        return Reply::of("text/html", "").status(StatusCode::UNAUTHORIZED);
    }
    let place = Place::new(&aws.size, 0, 0);
    match value(&place, &Instance::of(aws, &place, 0), path) {
        Some(value) => Reply::of("text/plain", value),
        None => Reply::of("text/html", "").status(StatusCode::NOT_FOUND),
    }
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html>
fn value(place: &Place, instance: &Instance, path: &str) -> Option<String> {
    let Place { account, region, .. } = place;
    let [a, b, c, d] = instance.private.octets();
    let mac = format!("06:{a:02x}:{b:02x}:{c:02x}:{d:02x}:01");
    if path == "dynamic/instance-identity/document" {
        return Some(document(place, instance));
    }
    let path = path.strip_prefix("meta-data/")?;
    Some(match path {
        "instance-id" => instance.id.clone(),
        "instance-type" => instance.type_name().to_owned(),
        "ami-id" => instance.image(),
        "local-ipv4" => instance.private.to_string(),
        "local-hostname" => format!("ip-{a}-{b}-{c}-{d}.{region}.compute.internal"),
        "public-ipv4" => instance.public()?.to_string(),
        "placement/region" => (*region).to_owned(),
        "placement/availability-zone" => format!("{region}{}", instance.zone),
        "mac" => mac,
        "iam/security-credentials/" | "iam/security-credentials" => ROLE.to_owned(),
        _ if path.strip_prefix("iam/security-credentials/") == Some(ROLE) => credentials(account),
        _ if path == format!("network/interfaces/macs/{mac}/owner-id") => account.clone(),
        _ => return None,
    })
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html>
fn document(place: &Place, instance: &Instance) -> String {
    let Place { account, region, .. } = place;
    let document = json!({
        "accountId": account, "architecture": "x86_64",
        "availabilityZone": format!("{region}{}", instance.zone), "billingProducts": null,
        "devpayProductCodes": null, "marketplaceProductCodes": null, "imageId": instance.image(),
        "instanceId": instance.id, "instanceType": instance.type_name(), "kernelId": null,
        "pendingTime": "2026-10-01T07:00:00Z", "privateIp": instance.private, "ramdiskId": null,
        "region": region, "version": "2017-09-30",
    });
    document.to_string()
}

fn credentials(account: &str) -> String {
    let credentials = json!({
        "Code": "Success", "LastUpdated": "2026-10-01T07:00:00Z", "Type": "AWS-HMAC",
        "AccessKeyId": session_key(account), "SecretAccessKey": "sandbox", "Token": "sandbox",
        "Expiration": "2099-01-01T00:00:00Z",
    });
    credentials.to_string()
}
