//! The whole tenant by Resource Graph.

use std::collections::BTreeSet;

use crate::support::agent::Agent;
use crate::support::azure::Azure;
use crate::support::azure::authority::{ARM, METRICS};
use crate::support::documents::{self, events, hourly, number, record};
use crate::support::expectations::assert_all;
use crate::support::facts::{P4, decimal};
use crate::support::tenant::{ATTIC, LAB, SHOP, Tenant};

#[test]
fn three_subscriptions_cost_what_the_price_facts_say_in_at_most_90_requests() {
    let tenant = Tenant::whole().shared();
    let azure = Azure::of(tenant.clone());
    let ran = Agent::of(&azure).collect().assert_well();
    let documents = ran.documents();
    assert_all(&tenant, &documents);

    let work = azure.work();
    assert!(work.len() <= 90, "{} requests", work.len());
    let batches = work.iter().filter(|call| call.ends_in("/metrics:getBatch"));
    assert!(batches.clone().all(|call| call.audience.as_deref() == Some(METRICS)));
    let others = work.iter().filter(|call| !call.ends_in("/metrics:getBatch"));
    assert!(others.clone().all(|call| call.audience.as_deref() == Some(ARM)));
    // One token for each audience.
    assert_eq!(azure.authority().given(), 2);

    // What the documents say of the work is what was seen of it: what is for all subscriptions is
    // counted once.
    let told: u64 = documents
        .iter()
        .map(|document| document["metrics"]["collection"]["api_calls"].as_u64().unwrap())
        .sum();
    assert_eq!(usize::try_from(told).unwrap(), work.len());
}

#[test]
fn every_resource_is_in_one_document_and_once_in_it() {
    let tenant = Tenant::whole().shared();
    let azure = Azure::of(tenant);
    let documents = Agent::of(&azure).collect().assert_well().documents();
    let mut seen = BTreeSet::new();
    for document in &documents {
        assert_eq!(document["cloud_provider"], "azure");
        assert_eq!(document["region"], "global");
        for (service, list, key) in documents::LISTS {
            for record in documents::records(document, service, list) {
                // Names are unique in the tenant but for `master`.
                assert!(seen.insert((list, record[key].to_string())), "{record}");
            }
        }
    }
    let nodes = documents::of(&documents, LAB);
    let cluster = record(nodes, "clusters", "automatic");
    let pool = &cluster["node_pools"][0];
    assert_eq!(
        (&pool["pool_name"], &pool["vm_size"]),
        (&"system".into(), &"Standard_D4ds_v5".into())
    );
    assert_eq!((&pool["node_count"], &pool["auto_scaling"]), (&30.into(), &true.into()));
    assert_eq!((&pool["min_count"], &pool["max_count"]), (&1.into(), &9.into()));

    // For information: thirty nodes at 0.226 an hour, and the machine's disk of a month's 5.8072.
    assert_eq!(number(&cluster["nodes_hourly_cost"]), decimal("6.78"));
    let machine = record(documents::of(&documents, SHOP), "virtual_machines", "web-0001");
    assert_eq!(number(&machine["storage_hourly_cost"]), hourly(decimal(P4)));

    let attic = documents::of(&documents, ATTIC);
    let left = events(attic, "unattached_disks");
    assert_eq!(left.len(), 1, "{}", attic["events"]);
    for name in ["left-behind", "hdd-left-behind"] {
        assert!(left[0].to_string().contains(name), "{}", left[0]);
    }
    assert_eq!(attic["services"]["disks"]["unattached_disks"], 2);
    let shop = documents::of(&documents, SHOP);
    assert_eq!(shop["services"]["disks"]["unattached_disks"], 0);
    let machine = record(shop, "virtual_machines", "web-0002");
    assert_eq!(machine["tags"]["team"], "team-2");
    assert_eq!(machine["os_type"], "Windows");
    assert_eq!(machine["os_disk_size"], 32);
    assert_eq!(machine["os_disk_type"], "Premium_LRS");
}

#[test]
fn the_shards_of_one_cycle_have_every_subscription_once() {
    let azure = Azure::of(Tenant::whole().shared());
    let accounts = |agent: Agent| -> Vec<String> {
        let documents = agent.collect().assert_well().documents();
        documents.iter().map(|it| it["account_id"].as_str().unwrap().to_owned()).collect()
    };
    let mut all = accounts(Agent::of(&azure));
    let mut shared: Vec<String> = (0..3)
        .flat_map(|number| {
            let shard = format!("azure-agent-{number}/3");
            accounts(Agent::of(&azure).variable("OPENFINOPS_SHARD", shard))
        })
        .collect();
    all.sort();
    shared.sort();
    assert_eq!(shared, all);
}
