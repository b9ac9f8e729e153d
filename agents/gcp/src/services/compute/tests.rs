use google_cloud_compute_v1::model::Instance;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use finops_core::model::Value;

use super::*;
use crate::metrics::{Answer, Figure};
use crate::services::sample;

const PROJECTS: &str = "https://www.googleapis.com/compute/v1/projects";

fn merge(into: &mut Json, more: Json) {
    match (into, more) {
        (Json::Object(into), Json::Object(more)) => {
            for (key, value) in more {
                merge(into.entry(key).or_insert(Json::Null), value);
            }
        }
        (into, more) => *into = more,
    }
}

/// A machine of a type in us-central1-a that runs, as Google describes it, with more or other fields.
fn described(machine_type: &str, more: Json) -> Json {
    let zone = format!("{PROJECTS}/web-1/zones/us-central1-a");
    let mut described = json!({
        "id": "4158127351007949610", "name": "shop-1", "status": "RUNNING", "zone": zone,
        "selfLink": format!("{zone}/instances/Shop-1"),
        "machineType": format!("{zone}/machineTypes/{machine_type}"),
        "cpuPlatform": "Intel Ice Lake",
        "creationTimestamp": "2026-05-01T12:34:32.859-07:00",
        "lastStartTimestamp": "2026-05-02T12:34:32.859-07:00",
        "labels": {"team": "shop"},
        "scheduling": {"provisioningModel": "STANDARD", "preemptible": false},
        "disks": [{
            "type": "PERSISTENT", "boot": true, "deviceName": "shop-1", "diskSizeGb": "10",
            "source": format!("{zone}/disks/shop-1"),
            "licenses": [format!("{PROJECTS}/debian-cloud/global/licenses/debian-12-bookworm")],
        }],
    });
    merge(&mut described, more);
    described
}

async fn listed(described: Json) -> Resource {
    let instance: Instance = serde_json::from_value(described).unwrap();
    machine::resource(&sample::scope().await, "zones/us-central1-a", &instance)
}

async fn one(machine_type: &str, more: Json) -> Resource {
    listed(described(machine_type, more)).await
}

/// The hourly cost in USD of a resource that has no unpriced part, exactly.
fn hourly(resource: &Resource) -> String {
    assert!(resource.costs.unpriced.is_empty(), "{:?}", resource.costs);
    let month = resource.costs.known().unwrap().exact_monthly();
    (month / Decimal::from(730)).normalize().to_string()
}

/// The parts of a resource without a price, and why.
fn unpriced(resource: &Resource) -> Vec<(&'static str, &str)> {
    resource.costs.unpriced.iter().map(|part| (part.component, &*part.reason)).collect()
}

fn missing(resource: &Resource) -> Vec<&'static str> {
    unpriced(resource).into_iter().map(|(component, _)| component).collect()
}

fn license(project: &str, name: &str) -> Json {
    let url = format!("{PROJECTS}/{project}/global/licenses/{name}");
    json!({"disks": [{"type": "PERSISTENT", "boot": true, "licenses": [url]}]})
}

#[tokio::test]
async fn a_running_machine_costs_its_type_and_tells_what_it_is() {
    let machine = one("n2-standard-8", json!({})).await;
    assert_eq!(hourly(&machine), "0.388472"); // n2-standard-8 in us-central1
    assert_eq!(&*machine.id, "projects/web-1/zones/us-central1-a/instances/shop-1");
    assert_eq!((machine.name.as_deref(), &*machine.region), (Some("shop-1"), "us-central1"));
    assert_eq!(machine.zone.as_deref(), Some("us-central1-a"));
    assert_eq!(machine.state.as_deref(), Some("RUNNING"));
    assert_eq!(machine.tags.get("team"), Some("shop"));
    let text = |key| machine.attributes.text(key);
    assert_eq!(text("instance_id"), Some("4158127351007949610"));
    assert_eq!(
        (text("machine_type"), text("cpu_platform")),
        (Some("n2-standard-8"), Some("Intel Ice Lake"))
    );
    assert_eq!(text("provisioning_model"), Some("STANDARD"));
    assert_eq!(text("created_time"), Some("2026-05-01T19:34:32Z"));
    assert_eq!(text("started_time"), Some("2026-05-02T19:34:32Z"));
    assert_eq!(machine.attributes.integer("vcpus"), Some(8));
    assert_eq!(machine.attributes.integer("memory_gb"), Some(32));
    assert_eq!(machine.attributes.get("preemptible"), Some(&false.into()));
    assert_eq!(machine.attributes.get("sole_tenant"), Some(&false.into()));
}

#[tokio::test]
async fn a_machine_lists_its_disks_licences_and_graphics_processors() {
    let more = json!({"guestAccelerators": [
        {"acceleratorType": "projects/web-1/zones/us-central1-a/acceleratorTypes/nvidia-tesla-k80", "acceleratorCount": 2},
    ]});
    let machine = one("n1-standard-4", more).await;
    // 0.189999 and 2 × 0.45.
    assert_eq!(hourly(&machine), "1.089999");
    let record = |key: &str| match machine.attributes.get(key) {
        Some(Value::List(list)) => match list.as_slice() {
            [Value::Record(record)] => record.clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    let gpu = record("gpus");
    assert_eq!((gpu.text("type"), gpu.integer("count")), (Some("nvidia-tesla-k80"), Some(2)));
    let disk = record("disks");
    assert_eq!((disk.text("name"), disk.text("type")), (Some("shop-1"), Some("PERSISTENT")));
    assert_eq!((disk.integer("size_gb"), disk.get("boot")), (Some(10), Some(&true.into())));
    let licenses = Value::List(vec!["debian-12-bookworm".into()]);
    assert_eq!(machine.attributes.get("licenses"), Some(&licenses));
}

#[tokio::test]
async fn a_machine_that_shares_a_core_and_a_custom_one_have_their_sizes() {
    let small = one("e2-micro", json!({})).await;
    assert_eq!(hourly(&small), "0.0083764275");
    assert_eq!(small.attributes.integer("vcpus"), Some(2));
    // (4 × 0.031611 + 16 × 0.004237) × 1.05
    let custom = one("n2-custom-4-16384", json!({})).await;
    assert_eq!(hourly(&custom), "0.2039478");
    assert_eq!(
        (custom.attributes.integer("vcpus"), custom.attributes.integer("memory_gb")),
        (Some(4), Some(16))
    );
    let gpus = one("a2-highgpu-1g", json!({})).await;
    assert_eq!(
        (gpus.attributes.integer("vcpus"), gpus.attributes.integer("memory_gb")),
        (Some(12), Some(85))
    );
}

#[tokio::test]
async fn local_disks_addresses_and_licences_cost_beside_the_type() {
    let local = json!({"disks": [
        {"type": "SCRATCH", "diskSizeGb": "375"}, {"type": "SCRATCH"}, {"type": "PERSISTENT", "diskSizeGb": "99"},
    ]});
    let machine = one("n2-standard-8", local).await;
    // 0.388472 × 730 + 750 × 0.08 = 343.58456, an hour of it 0.470663780…
    assert_eq!(machine.costs.known().unwrap().exact_monthly(), "343.58456".parse().unwrap());
    assert_eq!(machine.attributes.integer("local_ssd_gb"), Some(750));
    let addresses = json!({"networkInterfaces": [
        {"accessConfigs": [{"natIP": "203.0.113.7"}, {"natIP": ""}, {}]},
        {"accessConfigs": [{"natIP": "203.0.113.8"}], "ipv6AccessConfigs": [{"externalIpv6": "2001:db8::1"}]},
    ]});
    let machine = one("n2-standard-8", addresses).await;
    assert_eq!(hourly(&machine), "0.398472"); // and 2 × 0.005
    let shown = Value::List(vec!["203.0.113.7".into(), "203.0.113.8".into()]);
    assert_eq!(machine.attributes.get("external_addresses"), Some(&shown));
    let windows = one("n1-standard-4", license("windows-cloud", "windows-server-2022-dc")).await;
    assert_eq!(hourly(&windows), "0.373999"); // 0.189999 + 0.184
    let red_hat = one("n2-standard-8", license("rhel-cloud", "rhel-9-server")).await;
    assert_eq!(hourly(&red_hat), "0.503672"); // 0.388472 + 0.1152
}

#[tokio::test]
async fn windows_is_billed_for_the_processors_that_are_shown() {
    for (features, licence) in [
        (json!({"threadsPerCore": 1}), "0.092"), // 2 × 0.046
        (json!({"visibleCoreCount": 1, "threadsPerCore": 1}), "0.046"),
        (json!({"visibleCoreCount": 1}), "0.092"),
        (json!({"visibleCoreCount": 99}), "0.184"),
        (json!({"visibleCoreCount": -1, "threadsPerCore": 0}), "0.184"),
    ] {
        let mut more = license("windows-cloud", "windows-server-2022-dc");
        more["advancedMachineFeatures"] = features.clone();
        let machine = one("n1-standard-4", more).await;
        let month = machine.costs.component("license").unwrap().exact_monthly();
        let expected: Decimal = licence.parse().unwrap();
        assert_eq!(month, expected * Decimal::from(730), "{features}");
    }
}

#[tokio::test]
async fn only_what_is_started_and_not_stopping_costs_its_type() {
    for status in ["PROVISIONING", "STAGING", "RUNNING", "PENDING_STOP"] {
        let machine = one("n2-standard-8", json!({"status": status})).await;
        assert_eq!(hourly(&machine), "0.388472", "{status}");
    }
    for status in ["PENDING", "STOPPING", "STOPPED", "TERMINATED", "DEPROVISIONING", "REPAIRING"] {
        let mut more = license("windows-cloud", "windows-server-2022-dc");
        more["status"] = status.into();
        let machine = one("n2-standard-8", more).await;
        assert_eq!(hourly(&machine), "0", "{status}");
    }
    for status in [json!("SUSPENDING"), json!("DREAMING"), Json::Null] {
        let machine = one("n2-standard-8", json!({"status": status})).await;
        assert!(machine.costs.is_unpriced());
        assert!(unpriced(&machine)[0].1.contains("billed"), "{status}");
    }
}

#[tokio::test]
async fn a_stopped_machine_costs_the_addresses_that_are_reserved_for_it() {
    let more = json!({
        "status": "TERMINATED", "cpuPlatform": "Unknown CPU Platform",
        // The first is given back, the second is reserved.
        "networkInterfaces": [{"accessConfigs": [{"name": "External NAT"}, {"natIP": "203.0.113.7"}]}],
    });
    let machine = one("n2-standard-8", more).await;
    assert_eq!(hourly(&machine), "0.005");
    assert_eq!(machine.attributes.text("cpu_platform"), None);
    assert_eq!(machine.attributes.get("sustained_use_percent"), None);
}

#[tokio::test]
async fn what_is_kept_of_a_suspended_or_stopped_machine_is_named() {
    let suspended = one("n2-standard-8", json!({"status": "SUSPENDED"})).await;
    assert!(suspended.costs.is_unpriced());
    assert_eq!(missing(&suspended), ["suspended_memory"]);
    let kept = json!({"disks": [{"type": "SCRATCH", "savedState": "PRESERVED"}]});
    let mut more = kept.clone();
    more["status"] = "SUSPENDED".into();
    assert_eq!(missing(&one("n2-standard-8", more).await), ["suspended_memory", "local_ssd"]);
    let mut more = kept;
    more["status"] = "TERMINATED".into();
    assert_eq!(missing(&one("n2-standard-8", more).await), ["local_ssd"]);
}

#[tokio::test]
async fn machines_that_are_paid_for_in_another_way_are_unpriced() {
    let affinity = json!([{"key": "team", "operator": "IN", "values": ["a"]}]);
    for (scheduling, word, preemptible) in [
        (json!({"provisioningModel": "SPOT"}), "spot", true),
        (json!({"provisioningModel": null, "preemptible": true}), "spot", true),
        (json!({"provisioningModel": "FLEX_START"}), "flexible start", false),
        (json!({"provisioningModel": "RESERVATION_BOUND"}), "reservations", false),
        (json!({"provisioningModel": "SOMEDAY"}), "SOMEDAY", false),
        (json!({"nodeAffinities": affinity}), "sole-tenant", false),
    ] {
        let machine = one("n2-standard-8", json!({"scheduling": scheduling})).await;
        assert!(machine.costs.is_unpriced());
        assert!(unpriced(&machine)[0].1.contains(word), "{:?}", unpriced(&machine));
        assert_eq!(machine.attributes.get("preemptible"), Some(&preemptible.into()));
    }
    let old = one("n2-standard-8", json!({"scheduling": null})).await;
    assert_eq!(hourly(&old), "0.388472");
}

#[tokio::test]
async fn what_is_billed_beside_the_machine_and_has_no_price_is_named() {
    for (more, component) in [
        (
            json!({"confidentialInstanceConfig": {"enableConfidentialCompute": true}}),
            "confidential_computing",
        ),
        (
            json!({"confidentialInstanceConfig": {"confidentialInstanceType": "TDX"}}),
            "confidential_computing",
        ),
        (
            json!({"networkPerformanceConfig": {"totalEgressBandwidthTier": "TIER_1"}}),
            "network_tier",
        ),
    ] {
        let machine = one("n2-standard-8", more).await;
        assert_eq!(missing(&machine), [component]);
        assert!(machine.costs.is_partly_priced());
    }
    for plain in [
        json!({"confidentialInstanceConfig": {"enableConfidentialCompute": false}}),
        json!({"networkPerformanceConfig": {"totalEgressBandwidthTier": "DEFAULT"}}),
    ] {
        assert_eq!(hourly(&one("n2-standard-8", plain).await), "0.388472");
    }
}

#[tokio::test]
async fn the_discount_for_sustained_use_is_shown_and_not_taken_off() {
    let machine = one("n2-standard-8", json!({})).await;
    assert_eq!(machine.attributes.integer("sustained_use_percent"), Some(20));
    let Some(Value::Cost(saving)) = machine.attributes.get("sustained_use_hourly_saving") else {
        panic!("{:?}", machine.attributes)
    };
    // 20 % of 0.388472 × 730.
    assert_eq!(saving.exact_monthly(), "56.716912".parse().unwrap());
    assert_eq!(hourly(&machine), "0.388472");
    let none = one("e2-medium", json!({})).await;
    assert_eq!(none.attributes.get("sustained_use_percent"), None);
}

#[tokio::test]
async fn a_node_names_its_cluster_and_one_of_autopilot_is_not_counted() {
    let labels =
        json!({"labels": {"goog-k8s-cluster-name": "web", "goog-k8s-node-pool-name": "pool-1"}});
    let node = one("n2-standard-8", labels.clone()).await;
    assert_eq!(
        (node.attributes.text("cluster"), node.attributes.text("node_pool")),
        (Some("web"), Some("pool-1"))
    );
    assert_eq!(hourly(&node), "0.388472");
    let mut managed = described("n2-standard-8", labels);
    managed["name"] = "gk3-web-pool-1-abcd".into();
    let managed = listed(managed).await;
    assert!(managed.costs.is_unpriced());
    assert!(unpriced(&managed)[0].1.contains("Autopilot"));
}

#[tokio::test]
async fn an_odd_machine_is_listed_with_the_reason() {
    let bare = listed(json!({})).await;
    assert_eq!(&*bare.id, "projects/web-1/zones/us-central1-a/instances/");
    assert_eq!((&*bare.region, bare.name.as_deref()), ("us-central1", None));
    assert!(bare.costs.is_unpriced());
    let untyped = listed(json!({"name": "a", "status": "RUNNING"})).await;
    assert!(unpriced(&untyped)[0].1.contains("which machine type"));
    let unknown = one("x9-standard-8", json!({})).await;
    assert!(unpriced(&unknown)[0].1.contains("x9-standard-8"));
    let nonsense = json!({
        "name": "größe", "zone": "", "machineType": "//", "selfLink": "nowhere", "labels": {"": ""},
        "disks": [{}, {"type": "SCRATCH", "diskSizeGb": "-9223372036854775808"}, {"type": "TAPE"}],
        "guestAccelerators": [{}, {"acceleratorCount": -1}, {"acceleratorType": "/", "acceleratorCount": 2147483647}],
        "networkInterfaces": [{}], "creationTimestamp": "soon", "id": "18446744073709551615",
    });
    let machine = one("n2-standard-8", nonsense).await;
    assert_eq!(machine.attributes.text("instance_id"), Some("18446744073709551615"));
    assert!(machine.costs.is_unpriced());
}

#[test]
fn every_field_that_is_read_is_asked_for() {
    let more = json!({
        "guestAccelerators": [], "advancedMachineFeatures": {}, "confidentialInstanceConfig": {},
        "networkPerformanceConfig": {}, "networkInterfaces": [],
    });
    let described = described("n2-standard-8", more);
    for key in described.as_object().unwrap().keys() {
        assert!(FIELDS.contains(key.as_str()), "{key}");
    }
    for key in described["disks"][0].as_object().unwrap().keys() {
        assert!(FIELDS.contains(key.as_str()), "{key}");
    }
}

fn answer(figures: &[(&str, &str)]) -> Answer {
    let figure = |(label, value): &(&str, &str)| Figure {
        labels: vec![(*label).to_owned()],
        value: value.parse().unwrap(),
        count: None,
    };
    Answer::Figures(figures.iter().map(figure).collect())
}

#[tokio::test]
async fn figures_are_noted_at_the_machine_with_their_number() {
    let scope = sample::scope().await;
    let mut machines = [
        one("n2-standard-8", json!({"id": "7"})).await,
        one("n2-standard-8", json!({"id": "8", "status": "TERMINATED"})).await,
        listed(json!({"status": "RUNNING"})).await,
    ];
    let queries = Compute.queries(&scope, &machines);
    let names: Vec<&str> = queries.iter().map(|query| query.name).collect();
    assert_eq!(names, ["compute_cpu", "compute_memory", "compute_received", "compute_sent"]);
    let answers = Answers(
        [
            ("compute_cpu", answer(&[("7", "0.125"), ("99", "1")])),
            ("compute_memory", Answer::OverCeiling),
            ("compute_received", answer(&[("7", "4096"), ("8", "1")])),
            (
                "compute_sent",
                Answer::Figures(vec![Figure { labels: Vec::new(), value: 1.into(), count: None }]),
            ),
        ]
        .into(),
    );
    Compute.settle(&scope, &mut machines, &answers);
    assert_eq!(machines[0].measured("cpu_utilization"), Some(&12.5.into()));
    assert_eq!(machines[0].measured("network_ingress"), Some(&4096.into()));
    assert_eq!(machines[0].measured("memory_usage"), None);
    assert_eq!(machines[0].measured("network_egress"), None);
    assert!(machines[2].usage.is_empty());
}

#[tokio::test]
async fn nothing_is_asked_where_no_machine_runs() {
    let scope = sample::scope().await;
    let mut stopped = [one("n2-standard-8", json!({"status": "TERMINATED"})).await];
    assert!(Compute.queries(&scope, &stopped).is_empty());
    Compute.settle(&scope, &mut stopped, &Answers::default());
    assert!(stopped[0].usage.is_empty());
}

#[tokio::test]
async fn machines_are_counted_by_their_state() {
    let machines = [
        one("n2-standard-8", json!({})).await,
        one("n2-standard-8", json!({"status": "TERMINATED"})).await,
    ];
    let counts: Vec<_> = VIEW.counts.iter().map(|it| (it.key, (it.count)(&machines))).collect();
    assert_eq!(counts, [("total_instances", Some(2)), ("running_instances", Some(1))]);
}
