use std::net::TcpListener;
use std::time::Duration;

use google_cloud_container_v1::model::Cluster;
use serde_json::{Value as Json, json};

use finops_core::model::ServiceFailure;

use super::sum::{PodPage, Sum};
use super::{Pods, add_pages, address, why};
use crate::google::{ClusterAddress, GoogleError, Trouble};
use crate::services::sample::scope;

/// A running pod of the namespace `shop` whose one container requests this, with more in its spec.
fn pod(requests: &Json, more: &Json) -> Json {
    let mut pod = json!({
        "metadata": {"name": "web-1", "namespace": "shop"},
        "spec": {"containers": [{"name": "web", "resources": {"requests": requests}}]},
        "status": {"phase": "Running"},
    });
    for (key, value) in more.as_object().cloned().unwrap_or_default() {
        pod["spec"][key] = value;
    }
    pod
}

fn small() -> Json {
    json!({"cpu": "250m", "memory": "512Mi", "ephemeral-storage": "1Gi"})
}

fn sum(pods: &[Json]) -> Sum {
    let page: PodPage = serde_json::from_value(json!({"metadata": {}, "items": pods})).unwrap();
    let mut sum = Sum::default();
    assert_eq!(sum.add(&page), None);
    sum
}

/// vCPUs, GiB of memory, GiB of ephemeral storage.
fn requested(sum: &Sum) -> [String; 3] {
    let requests = &sum.requests;
    let all = [requests.vcpus, requests.memory_gib(), requests.ephemeral_storage_gib()];
    all.map(|amount| amount.normalize().to_string())
}

#[test]
fn running_pods_are_added_up() {
    let large = json!({"cpu": "2", "memory": "8Gi", "ephemeral-storage": "10Gi"});
    let sum = sum(&[pod(&small(), &json!({})), pod(&large, &json!({}))]);
    // 0.25 + 2; 0.5 + 8; 1 + 10.
    assert_eq!(requested(&sum), ["2.25", "8.5", "11"]);
    assert_eq!((sum.other, sum.odd), (0, None));
}

#[test]
fn pods_of_the_system_and_pods_that_do_not_run_are_free() {
    let mut pods = Vec::new();
    for namespace in ["kube-system", "gke-managed-cim", "gmp-system", "gke-gmp-system"] {
        let mut system = pod(&small(), &json!({}));
        system["metadata"]["namespace"] = namespace.into();
        pods.push(system);
    }
    for phase in ["Pending", "Succeeded", "Failed"] {
        let mut idle = pod(&small(), &json!({}));
        idle["status"]["phase"] = phase.into();
        pods.push(idle);
    }
    assert_eq!(sum(&pods), Sum::default());
}

#[test]
fn pods_of_another_price_are_counted_and_not_priced() {
    let wants = |key: &str, operator: &str, value: &str| json!({"matchExpressions": [{"key": key, "operator": operator, "values": [value]}]});
    let required = |term: &Json| {
        json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution":
            {"nodeSelectorTerms": [term]}}}})
    };
    let spot = "cloud.google.com/gke-spot";
    let gpu = json!({"cpu": "4", "memory": "16Gi", "nvidia.com/gpu": "1"});
    let special = [
        pod(&small(), &json!({"nodeSelector": {spot: "true"}})),
        pod(&small(), &json!({"nodeSelector": {"cloud.google.com/compute-class": "Scale-Out"}})),
        pod(&small(), &json!({"nodeSelector": {"cloud.google.com/gke-accelerator": "nvidia-l4"}})),
        pod(&small(), &json!({"nodeSelector": {"kubernetes.io/arch": "arm64"}})),
        pod(&small(), &json!({"nodeSelector": {"cloud.google.com/gke-tpu-topology": "2x2"}})),
        pod(&small(), &required(&wants(spot, "In", "true"))),
        pod(&small(), &required(&wants(spot, "Exists", ""))),
        pod(
            &small(),
            &json!({"affinity": {"nodeAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution":
                [{"weight": 1, "preference": wants(spot, "In", "true")}]}}}),
        ),
        pod(&gpu, &json!({})),
    ];
    for one in special {
        let sum = sum(std::slice::from_ref(&one));
        assert_eq!((sum.other, requested(&sum)[0].as_str()), (1, "0"), "{one}");
    }
    let plain = [
        pod(&small(), &json!({"nodeSelector": {"cloud.google.com/compute-class": "autopilot"}})),
        pod(&small(), &json!({"nodeSelector": {"kubernetes.io/arch": "amd64", "team": "shop"}})),
        pod(&small(), &required(&wants(spot, "DoesNotExist", ""))),
    ];
    for one in plain {
        let sum = sum(std::slice::from_ref(&one));
        assert_eq!((sum.other, requested(&sum)[0].as_str()), (0, "0.25"), "{one}");
    }
}

#[test]
fn what_starts_a_pod_counts_where_it_is_more_than_what_runs() {
    let init = |requests: Json| json!({"initContainers": [{"resources": {"requests": requests}}]});
    let more = init(json!({"cpu": "1", "memory": "256Mi"}));
    // The larger of 0.25 and 1; of 0.5 and 0.25.
    assert_eq!(requested(&sum(&[pod(&small(), &more)])), ["1", "0.5", "1"]);
}

#[test]
fn sidecars_count_beside_the_others() {
    let requests = |cpu: &str| json!({"requests": {"cpu": cpu, "memory": "128Mi"}});
    let spec = json!({"initContainers": [
        {"resources": requests("500m")},
        {"resources": requests("100m"), "restartPolicy": "Always"},
        {"resources": requests("600m")},
    ]});
    // To start: 0.5, then 0.1, then 0.1 + 0.6 = 0.7. To run: 0.1 + 0.25 = 0.35.
    // Memory to start: 0.125 + 0.125; to run: 0.125 + 0.5.
    assert_eq!(requested(&sum(&[pod(&small(), &spec)])), ["0.7", "0.625", "1"]);
}

#[test]
fn requests_of_the_whole_pod_go_before_and_its_overhead_comes_on_top() {
    let spec = json!({
        "resources": {"requests": {"cpu": "3", "memory": "4Gi"}},
        "overhead": {"cpu": "250m", "memory": "1Gi"},
    });
    // 3 + 0.25; 4 + 1; storage is requested by the container only.
    assert_eq!(requested(&sum(&[pod(&small(), &spec)])), ["3.25", "5", "1"]);
}

#[test]
fn an_odd_pod_is_told_of_and_the_others_count() {
    let mut nowhere = pod(&small(), &json!({}));
    nowhere["status"] = json!({"phase": "Unknown"});
    for (odd, word) in [
        (pod(&json!({"cpu": "some", "memory": "1Gi"}), &json!({})), "cpu of \"some\""),
        (pod(&json!({"cpu": "1"}), &json!({})), "no memory"),
        (nowhere, "phase"),
        (json!({"metadata": 7}), "no pod"),
        (json!("pod"), "no pod"),
        (json!({}), "phase"),
    ] {
        let sum = sum(&[odd.clone(), pod(&small(), &json!({}))]);
        let (count, reason) = sum.odd.clone().unwrap();
        assert_eq!((count, requested(&sum)[0].as_str()), (1, "0.25"), "{odd}");
        assert!(reason.contains(word), "{reason}");
    }
}

#[test]
fn numbers_are_quantities_too_and_what_is_null_is_not_there() {
    let numbers = pod(&json!({"cpu": 2, "memory": 1_073_741_824}), &json!({"affinity": null}));
    assert_eq!(requested(&sum(&[numbers])), ["2", "1", "0"]);
    let empty: PodPage = serde_json::from_value(json!({"items": null})).unwrap();
    assert_eq!(Sum::default().add(&empty), None);
}

#[test]
fn more_than_can_be_counted_is_told_of() {
    let most = json!({"cpu": "7".repeat(28), "memory": "1Gi"});
    let sum = sum(&vec![pod(&most, &json!({})); 12]);
    assert!(sum.odd.unwrap().1.contains("more than can be counted"));
}

#[test]
fn the_next_page_is_asked_for_by_its_token() {
    let page = |token: &str| serde_json::from_value(json!({"metadata": {"continue": token}}));
    let mut sum = Sum::default();
    assert_eq!(sum.add(&page("more").unwrap()), Some("more".to_owned()));
    assert_eq!(sum.add(&page("").unwrap()), None);
}

fn cluster(more: &Json) -> Cluster {
    let mut cluster = json!({"endpoint": "203.0.113.7"});
    for (key, value) in more.as_object().cloned().unwrap_or_default() {
        cluster[key] = value;
    }
    serde_json::from_value(cluster).unwrap()
}

#[test]
fn a_cluster_is_asked_by_its_name_where_that_is_open_and_else_by_its_address() {
    let named = |open: bool| {
        json!({
            "controlPlaneEndpointsConfig": {"dnsEndpointConfig":
                {"endpoint": "gke-1.us-central1.gke.goog", "allowExternalTraffic": open}},
            "masterAuth": {"clusterCaCertificate": "UEVN"},
        })
    };
    let by_name = address::of(&cluster(&named(true))).unwrap();
    assert_eq!(by_name.endpoint, "gke-1.us-central1.gke.goog");
    assert_eq!(by_name.certificate, None);
    let by_address = address::of(&cluster(&named(false))).unwrap();
    assert_eq!(by_address.endpoint, "203.0.113.7");
    assert_eq!(by_address.certificate.as_deref(), Some(b"PEM".as_slice()));
}

#[test]
fn no_cluster_is_asked_that_nobody_vouches_for() {
    let reason = |more| address::of(&cluster(&more)).unwrap_err();
    assert!(reason(json!({})).contains("certificate"));
    assert!(reason(json!({"masterAuth": {"clusterCaCertificate": "?"}})).contains("base64"));
    assert!(reason(json!({"endpoint": ""})).contains("no address"));
}

#[test]
fn a_refusal_is_told_with_what_to_do() {
    let failure = ServiceFailure {
        error: "Forbidden: no".to_owned(),
        hint: Some("grant container.pods.list".to_owned()),
    };
    let error = GoogleError { trouble: Trouble::Denied, failure };
    assert_eq!(why(error), "Forbidden: no; grant container.pods.list");
}

#[tokio::test]
async fn pods_are_read_where_they_are_billed_and_may_be_read() {
    let mut scope = scope().await;
    let standard = cluster(&json!({"status": "RUNNING"}));
    assert_eq!(Pods::of(&scope, &standard).await, Pods::NotBilled);
    let autopilot = cluster(&json!({"status": "RUNNING", "autopilot": {"enabled": true}}));
    let Pods::Unknown(reason) = Pods::of(&scope, &autopilot).await else { panic!() };
    assert!(reason.starts_with("its pods are not known: Google does not give the certificate"));
    scope.autopilot_pods = false;
    let Pods::Unknown(reason) = Pods::of(&scope, &autopilot).await else { panic!() };
    assert!(reason.contains("autopilot.pods is false"));
}

#[tokio::test]
async fn a_cluster_that_stays_silent_is_given_up() {
    // Connections wait to be accepted, for ever.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = listener.local_addr().unwrap().to_string();
    let address = ClusterAddress { endpoint: endpoint.clone(), certificate: None };
    let mut sum = Sum::default();
    let patience = Duration::from_millis(50);
    let read = add_pages(&scope().await, &address, patience, &mut sum).await;
    let reason = read.unwrap_err();
    assert!(reason.starts_with(&format!("{endpoint} did not answer")), "{reason}");
    assert_eq!(sum, Sum::default());
}
