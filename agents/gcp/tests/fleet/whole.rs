//! The whole fleet below its folder.

use std::collections::BTreeSet;

use crate::support::agent::Agent;
use crate::support::documents::{self, LISTS, events, hourly, number, record, records};
use crate::support::expectations::assert_all;
use crate::support::facts::{CLUSTER, PD_BALANCED, decimal, machine, times};
use crate::support::fleet::whole::MACHINES;
use crate::support::fleet::{ATTIC, DATA, EDGE, Fleet, MAIN};
use crate::support::google::Google;

#[test]
fn four_projects_cost_what_the_price_facts_say_in_at_most_80_requests() {
    let fleet = Fleet::whole().shared();
    let google = Google::of(fleet.clone());
    let documents = Agent::of(&google).collect().assert_well().documents();
    assert_all(&fleet, &documents);
    let machines: usize = documents.iter().map(|document| records(document, "compute").len()).sum();
    assert_eq!(machines, MACHINES);

    let work = google.work();
    let paths: Vec<String> =
        work.iter().map(|call| format!("{} {:?}", call.path, call.metric())).collect();
    assert!(work.len() <= 80, "{} requests:\n{}", work.len(), paths.join("\n"));
    // Nobody was asked for a token: it is signed by the agent itself.
    assert_eq!(google.calls().len(), work.len(), "{:?}", google.calls());

    // What the documents say of the work is what was seen of it: the search for the projects is
    // counted once.
    let told: u64 = documents
        .iter()
        .map(|document| document["metrics"]["collection"]["api_calls"].as_u64().unwrap())
        .sum();
    assert_eq!(usize::try_from(told).unwrap(), work.len());
    // One question for one metric of all resources of a project together.
    let mut asked = BTreeSet::new();
    for call in work.iter().filter(|call| call.ends_in("/timeSeries")) {
        let question = (call.project(), call.metric(), call.parameter("filter"));
        assert!(asked.insert(question), "asked twice: {question:?}");
    }
}

#[test]
fn every_resource_is_in_one_document_and_once_in_it() {
    let fleet = Fleet::whole().shared();
    let google = Google::of(fleet);
    let documents = Agent::of(&google).collect().assert_well().documents();
    let mut seen = BTreeSet::new();
    for document in &documents {
        assert_eq!(document["cloud_provider"], "gcp");
        assert_eq!(document["region"], "global");
        for (service, _, key) in LISTS {
            for record in records(document, service) {
                assert!(seen.insert((service, record[key].to_string())), "{record}");
            }
        }
    }

    // For information: thirty nodes at 0.13402284 an hour, and no cost of theirs in the cluster's.
    let edge = documents::of(&documents, EDGE);
    let cluster = record(edge, "gke", "kitchen");
    let node = machine("us-central1", "e2-standard-4");
    let nodes = (node * decimal("30")).round_dp(6).normalize();
    assert_eq!(number(&cluster["nodes_hourly_cost"]), nodes);
    assert_eq!(number(&cluster["hourly_cost"]), decimal(CLUSTER));
    let pool = &cluster["node_pools"][0];
    assert_eq!(
        (&pool["pool_name"], &pool["machine_type"], &pool["auto_scaling"]),
        (&"pool-1".into(), &"e2-standard-4".into(), &true.into()),
    );
    // 30 of the kitchen; Autopilot's are no instances of the project.
    assert_eq!(edge["services"]["gke"]["total_nodes"], 30);
    // The service behind a function is the function.
    let services: Vec<&str> =
        records(edge, "cloud_run").iter().map(|it| it["service_name"].as_str().unwrap()).collect();
    assert_eq!(services, ["api"]);

    // For information: the machine's disk.
    let main = documents::of(&documents, MAIN);
    let disk = hourly(times(&["20", PD_BALANCED]));
    assert_eq!(number(&record(main, "compute", "web-0001")["storage_hourly_cost"]), disk);
    let machine = record(main, "compute", "web-0002");
    assert_eq!(machine["labels"]["team"], "team-2");
    assert_eq!(machine["machine_type"], "n1-standard-1");
    // For information: 30 % of 0.05225175 an hour.
    assert_eq!(machine["sustained_use_percent"], 30);
    assert_eq!(number(&machine["sustained_use_hourly_saving"]), decimal("0.015676"));
    assert_eq!(machine["preemptible"], false);

    let attic = documents::of(&documents, ATTIC);
    let left = events(attic, "unattached_disks");
    assert_eq!(left.len(), 1, "{}", attic["events"]);
    assert!(left[0].to_string().contains("extreme"), "{}", left[0]);
    assert_eq!(attic["services"]["disks"]["unattached_disks"], 11);
    assert_eq!(main["services"]["disks"]["unattached_disks"], 0);
    let data = documents::of(&documents, DATA);
    assert_eq!(events(data, "unattached_disks").len(), 0, "{}", data["events"]);
    let gpus = &record(attic, "compute", "gpu-k80")["gpus"];
    assert_eq!(gpus[0]["type"], "nvidia-tesla-k80");
    assert_eq!(gpus[0]["count"], 2);
}

#[test]
fn the_shards_of_one_cycle_have_every_project_once() {
    let google = Google::of(Fleet::whole().shared());
    let accounts = |agent: Agent| -> Vec<String> {
        let documents = agent.collect().assert_well().documents();
        documents.iter().map(|it| it["account_id"].as_str().unwrap().to_owned()).collect()
    };
    let mut all = accounts(Agent::of(&google));
    let mut shared: Vec<String> = (0..3)
        .flat_map(|number| {
            let shard = format!("gcp-agent-{number}/3");
            accounts(Agent::of(&google).variable("OPENFINOPS_SHARD", shard))
        })
        .collect();
    all.sort();
    shared.sort();
    assert_eq!(shared, all);
}
