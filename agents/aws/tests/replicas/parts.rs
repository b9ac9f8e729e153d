//! Each process has a part of the regions.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::lease_api::{Fault, LeaseApi, On, until};
use crate::support::agent::Agent;
use crate::support::aws::Aws;
use crate::support::fleet::Fleet;
use crate::support::openfinops::OpenFinOps;
use crate::support::running::Running;
use crate::{LEASE, REGIONS, in_a_pod};

/// How often each region is in `documents`.
fn regions<'a>(documents: impl IntoIterator<Item = &'a Value>) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for document in documents {
        *found.entry(document["region"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    found
}

#[test]
fn the_shards_of_one_cycle_have_every_region_once() {
    let aws = Aws::with(Fleet::healthy());
    for names in [["0", "1", "2"], ["aws-agent-0", "aws-agent-1", "aws-agent-2"]] {
        let mut documents: Vec<Value> = Vec::new();
        for name in names {
            let agent = Agent::of(&aws).variable("AWS_REGION", REGIONS.join(","));
            let shard = format!("{name}/3");
            let arguments = ["--once", "--server", "none", "--output", "json", "--shard", &shard];
            let ran = agent.run_within(60, &arguments);
            assert_eq!(ran.status, Some(0), "{ran:?}");
            let lines = serde_json::Deserializer::from_str(&ran.stdout).into_iter();
            documents.extend(lines.map(Result::unwrap));
        }
        assert_eq!(regions(&documents), REGIONS.map(|region| (region.to_owned(), 1)).into());
    }
}

#[test]
fn a_shard_without_a_region_is_a_success() {
    let aws = Aws::with(Fleet::healthy());
    let statuses: Vec<Option<i32>> = (0..4)
        .map(|number| {
            let agent = Agent::of(&aws).variable("AWS_REGION", "eu-west-1");
            let shard = format!("{number}/4");
            let arguments = ["--once", "--server", "none", "--output", "json", "--shard", &shard];
            agent.run_within(60, &arguments).status
        })
        .collect();
    assert_eq!(statuses, [Some(0); 4]);
    assert_eq!(aws.calls("DescribeInstances").len(), 1);
}

#[test]
fn processes_that_agree_by_a_lease_have_every_region_once_in_each_interval() {
    let (aws, api, server) =
        (Aws::with(Fleet::healthy()), LeaseApi::start(), OpenFinOps::healthy());
    let names = ["aws-agent-0", "aws-agent-1"];
    let agents = names.map(|name| in_a_pod(name, &aws, &api));
    let running: Vec<Running> = names
        .iter()
        .zip(&agents)
        .map(|(name, agent)| agent.serve(&server.url(), &["--shard", &format!("{name}/2")]))
        .collect();
    until("two intervals", || (server.documents().len() >= 2 * REGIONS.len()).then_some(()));
    let lease = api.lease(LEASE).unwrap();
    assert!(lease["metadata"]["annotations"]["openfinops.io/layout"].is_string(), "{lease}");
    // One that is cut off collects nothing and says so.
    api.fail(names[1], On::All, Fault::Reset);
    running[1].wait_for_log("nothing is collected in this interval");
    for process in running {
        process.terminate();
    }
    let documents = server.documents();
    let counts = regions(&documents);
    // The last interval is the one that one was cut off in.
    let (least, most) = (counts.values().min().unwrap(), counts.values().max().unwrap());
    assert_eq!(counts.len(), REGIONS.len(), "{counts:?}");
    assert!(most - least <= 1, "{counts:?}");
}
