//! Who an agent says it is: `identify`, and what its documents carry.

use serde_json::{Value, json};

use crate::support::agent::Agent;
use crate::support::aws::Aws;
use crate::support::fleet::Fleet;
use crate::support::http::{Reply, Server};

/// An EC2 instance's metadata service with the guides' values.
pub(crate) fn imds() -> Server {
    Server::start(|request| {
        let known = request.header("x-aws-ec2-metadata-token") == Some("token-1");
        let text = |body: &str| Reply::of(200, "text/plain", body);
        match (request.method.as_str(), request.path.as_str()) {
            ("PUT", "/latest/api/token") => {
                assert!(request.header("x-aws-ec2-metadata-token-ttl-seconds").is_some());
                text("token-1")
            }
            _ if !known => Reply::of(401, "text/plain", "no token"),
            (_, "/latest/dynamic/instance-identity/document") => text(
                r#"{ "accountId": "123456789012", "architecture": "x86_64",
                     "availabilityZone": "us-east-1a", "imageId": "ami-0ff8a91507f77f867",
                     "instanceId": "i-0b123456789abcdef", "instanceType": "t3.large",
                     "region": "us-east-1" }"#,
            ),
            (_, "/latest/meta-data/local-hostname") => text("ip-172-31-23-45.ec2.internal"),
            (_, "/latest/meta-data/local-ipv4") => text("172.31.23.45"),
            (_, "/latest/meta-data/public-ipv4") => text("54.91.123.45"),
            _ => Reply::of(404, "text/plain", "Not Found"),
        }
    })
}

/// An agent whose metadata service is that one.
pub(crate) fn on_ec2(agent: Agent, imds: &Server) -> Agent {
    agent
        .without("AWS_EC2_METADATA_DISABLED")
        .without("ENABLE_CLOUD_METADATA")
        .variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", imds.url())
}

fn cloud() -> Value {
    json!({
        "provider": "aws", "region": "us-east-1", "availability_zone": "us-east-1a",
        "account.id": "123456789012", "instance.id": "i-0b123456789abcdef",
        "machine.type": "t3.large", "image.id": "ami-0ff8a91507f77f867", "platform": "ec2",
        "metadata_source": "IMDSv2",
    })
}

#[test]
fn identify_prints_the_document_and_a_table() {
    let imds = imds();
    let agent = on_ec2(Agent::new(), &imds).variable("ENVIRONMENT", "prod");
    let ran = agent.run(&["identify"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["cloud"], cloud());
    assert_eq!(document["service"], json!({ "name": "aws-agent", "version": "0.1.0" }));
    assert_eq!(document["environment"], "prod");
    let host = json!({
        "name": "ip-172-31-23-45.ec2.internal", "ip": "172.31.23.45", "public_ip": "54.91.123.45",
    });
    assert_eq!(document["host"], host);

    let table = agent.run(&["identify", "--output", "table"]);
    assert_eq!(table.status, Some(0), "{table:?}");
    for part in ["cloud", "instance.id", "i-0b123456789abcdef", "ec2"] {
        assert!(table.stdout.contains(part), "no {part} in:\n{}", table.stdout);
    }
}

#[test]
fn a_snapshot_says_who_collected_it() {
    let aws = Aws::with(Fleet::healthy());
    let imds = imds();
    let document = on_ec2(Agent::of(&aws), &imds).collect().document();
    assert_eq!(document["agent"]["cloud"], cloud());
    for object in ["host", "process", "resource", "service"] {
        assert!(document["agent"][object].is_object(), "no {object}");
    }
}

#[test]
fn switched_off_nobody_is_asked() {
    let imds = Server::start(|request| panic!("{} was asked", request.path));
    let agent = on_ec2(Agent::new(), &imds).variable("ENABLE_CLOUD_METADATA", "false");
    let ran = agent.run(&["identify"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["cloud"]["provider"], "local");
}

#[test]
fn what_could_not_be_learned_is_said_with_a_hint() {
    let imds = Server::start(|_| Reply::of(403, "text/plain", "Forbidden"));
    let ran = on_ec2(Agent::new(), &imds).run(&["identify"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("ec2") && ran.stderr.contains("403"), "{}", ran.stderr);
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["cloud"]["provider"], "local");
}
