//! On an instance: who it is, and the role that it has, come from the metadata service alone.

use std::collections::BTreeMap;

use serde_json::Value;

use super::agent::{documents, environment, run};
use super::support::{Ran, Sandbox};

/// An environment without keys, in which the metadata service is the sandbox's.
async fn of_an_instance(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let mut variables = environment(sandbox).await;
    let url = variables["AWS_ENDPOINT_URL"].clone();
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"] {
        variables.remove(name).expect("the sandbox says it");
    }
    variables.insert("AWS_EC2_METADATA_SERVICE_ENDPOINT".to_owned(), url);
    variables
}

#[tokio::test]
async fn an_instance_knows_itself() {
    let sandbox = Sandbox::start(&["--resources", "50", "--accounts", "1"]);
    let ran = run(&["identify"], &of_an_instance(&sandbox).await);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let identity: Value = serde_json::from_slice(&ran.stdout).expect("JSON");
    let cloud = &identity["cloud"];
    assert_eq!(cloud["platform"], "ec2");
    assert_eq!(cloud["metadata_source"], "IMDSv2");
    assert_eq!(cloud["account.id"], "100000000001");
    assert_eq!(cloud["region"], "us-east-1");
    let listed = run(
        &["--once", "--server", "none", "--output", "json", "--region", "us-east-1"],
        &of_an_instance(&sandbox).await,
    );
    let documents = documents(&listed);
    let instances = documents[0]["services"]["ec2"]["instances"].as_array().expect("a list");
    let itself = instances.iter().find(|it| it["instance_id"] == cloud["instance.id"]);
    let itself = itself.expect("the instance is one of the fleet");
    assert_eq!(itself["instance_type"], cloud["machine.type"]);
    assert_eq!(itself["availability_zone"], cloud["availability_zone"]);
    assert_eq!(itself["private_ip"], identity["host"]["ip"]);
    assert_eq!(itself["public_ip"], identity["host"]["public_ip"]);
}

#[tokio::test]
async fn the_role_of_an_instance_is_enough_for_a_cycle() {
    let flags = ["--resources", "50", "--accounts", "1", "--regions", "1"];
    let sandbox = Sandbox::start(&flags);
    let ran = run(
        &["--once", "--server", "none", "--output", "json", "--region", "us-east-1"],
        &of_an_instance(&sandbox).await,
    );
    let errors = String::from_utf8_lossy(&ran.stderr).into_owned();
    let ran = Ran { status: ran.status.code(), documents: documents(&ran), errors };
    assert_eq!(ran.status, Some(0), "{}", ran.errors);
    assert_eq!(ran.sums(), sandbox.truth("aws").await);
    let counts = sandbox.ask("GET", "/counts", "").await;
    assert!(counts["aws"]["metadata:PutToken"]["requests"].as_u64() > Some(0), "{counts:#}");
}
