//! The policy that the README tells people to attach, against the calls that the agent makes.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::lab::{Server, agent, documents};

/// Calls that need no permission.
const FREE: [&str; 1] = ["sts:GetCallerIdentity"];
/// Asked only where there are spot instances; the scripted tests have some.
const NOT_IN_THE_FLEET: [&str; 1] = ["ec2:DescribeSpotPriceHistory"];

fn policy() -> BTreeSet<String> {
    let text = include_str!("../../../../deploy/iam/aws-agent-policy.json");
    let policy: Value = serde_json::from_str(text).unwrap();
    let statements = policy["Statement"].as_array().unwrap();
    assert!(statements.iter().all(|statement| statement["Effect"] == "Allow"));
    statements
        .iter()
        .flat_map(|statement| match &statement["Action"] {
            Value::Array(actions) => actions.iter().collect(),
            action => vec![action],
        })
        .map(|action| action.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_policy_reads_and_names_each_action() {
    for action in policy() {
        let (_, verb) = action.split_once(':').unwrap();
        let reads = ["Describe", "List", "Get"].iter().any(|prefix| verb.starts_with(prefix));
        assert!(reads && !verb.contains('*'), "{action}");
        assert!(!["GetObject", "GetSecretValue"].contains(&verb), "{action} reads data");
    }
}

/// Every region, so that the list of regions is asked for too.
#[test]
fn the_agent_calls_what_the_policy_allows_and_nothing_else() {
    let aws = Server::moto();
    aws.seed("small");
    let seeded = aws.requests().len();
    let data = tempfile::tempdir().unwrap();
    let arguments = ["--once", "--server", "none", "--region", "all", "--output", "json"];
    let output = agent(&aws, data.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));

    let documents = documents(&output);
    assert!(documents.len() > 20, "one document for each enabled region");
    let mut called: BTreeSet<String> = documents
        .iter()
        .flat_map(|document| document["metrics"]["collection"]["operations"].as_object().unwrap())
        .map(|(operation, _)| match operation.as_str() {
            // The one operation whose permission has another name.
            "s3:ListBuckets" => "s3:ListAllMyBuckets".to_owned(),
            other => other.to_owned(),
        })
        .collect();
    // Calls before there are scopes appear in moto's log only.
    called.extend(aws.requests()[seeded..].iter().filter_map(|request| {
        let (service, action) = (request["service"].as_str()?, request["action"].as_str()?);
        let service = match service {
            "monitoring" => "cloudwatch",
            "tagging" => "tag",
            other => other,
        };
        Some(format!("{service}:{action}"))
    }));
    for free in FREE {
        called.remove(free);
    }
    let mut expected = policy();
    for absent in NOT_IN_THE_FLEET {
        assert!(expected.remove(absent), "{absent} is not in the policy");
    }
    assert_eq!(called, expected);

    // Buckets are the account's: one region of the account lists them, no other repeats them.
    let listed = documents.iter().filter(|document| document["services"]["s3"].is_object());
    assert_eq!(listed.count(), 1);
}
