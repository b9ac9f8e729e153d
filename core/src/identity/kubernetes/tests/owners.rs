//! Each kind of controller a pod can have.

use serde_json::{Value, json};

use super::cluster::Cluster;
use super::objects::{self, POD, REPLICA_SET, payments};
use super::server::Reply;

const JOB: &str = "/apis/batch/v1/namespaces/payments/jobs/report-29000";

fn owner(api_version: &str, kind: &str, name: &str) -> Value {
    json!([{"apiVersion": api_version, "kind": kind, "name": name, "uid": "u", "controller": true}])
}

/// The `…_name` keys of a pod with these owners; `reply` is what there is at `path`.
async fn owners_of(owners: Value, path: &str, reply: Reply) -> (Value, Vec<String>) {
    let mut routes = payments();
    let mut pod = objects::pod();
    pod["metadata"]["ownerReferences"] = owners;
    routes.insert(POD.to_owned(), Reply::Json(pod));
    routes.insert(path.to_owned(), reply);
    let (part, troubles) = Cluster::start(routes).detect(&[]).await;
    let names = ["deployment", "replicaset", "statefulset", "daemonset", "job", "cronjob"];
    let pairs = names.map(|name| format!("{name}_name")).into_iter().filter_map(|key| {
        let value = part.k8s.get(&key)?.clone();
        Some((key, value))
    });
    (pairs.collect(), troubles.into_iter().map(|trouble| trouble.what).collect())
}

#[tokio::test]
async fn a_stateful_set_and_a_daemon_set_own_their_pods_themselves() {
    let nothing = Reply::Text(404, "{}");
    for (kind, key) in [("StatefulSet", "statefulset_name"), ("DaemonSet", "daemonset_name")] {
        let found = owners_of(owner("apps/v1", kind, "db"), "/none", nothing.clone()).await;
        assert_eq!(found, (json!({key: "db"}), vec![]));
    }
}

#[tokio::test]
async fn a_job_may_have_a_cron_job_above_it() {
    let job = json!({"kind": "Job", "apiVersion": "batch/v1",
        "metadata": {"name": "report-29000", "namespace": "payments",
            "ownerReferences": owner("batch/v1", "CronJob", "report")},
        "spec": {"template": {}}});
    let of_job = owner("batch/v1", "Job", "report-29000");
    let found = owners_of(of_job.clone(), JOB, Reply::Json(job.clone())).await;
    assert_eq!(found, (json!({"job_name": "report-29000", "cronjob_name": "report"}), vec![]));
    let mut alone = job;
    alone["metadata"]["ownerReferences"] = Value::Null;
    let found = owners_of(of_job, JOB, Reply::Json(alone)).await;
    assert_eq!(found, (json!({"job_name": "report-29000"}), vec![]));
}

#[tokio::test]
async fn a_cron_job_that_cannot_be_known_is_left_out_and_told() {
    let denied = Reply::Text(403, r#"{"kind":"Status"}"#);
    let found = owners_of(owner("batch/v1", "Job", "report-29000"), JOB, denied).await;
    let expected = "the Kubernetes API denies get on jobs in namespace payments".to_owned();
    assert_eq!(found, (json!({"job_name": "report-29000"}), vec![expected]));
}

#[tokio::test]
async fn a_replica_set_of_somebody_else_has_no_deployment() {
    let mut set = objects::replica_set();
    set["metadata"]["ownerReferences"] = owner("argoproj.io/v1alpha1", "Rollout", "payment-api");
    let of_set = owner("apps/v1", "ReplicaSet", "payment-api-7b8c9d");
    let found = owners_of(of_set, REPLICA_SET, Reply::Json(set)).await;
    assert_eq!(found, (json!({"replicaset_name": "payment-api-7b8c9d"}), vec![]));
}

#[tokio::test]
async fn an_owner_that_does_not_control_the_pod_or_is_of_another_kind_is_none() {
    let nothing = Reply::Text(404, "{}");
    let bystander =
        json!([{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "x", "uid": "u"}]);
    let foreign = owner("example.com/v1", "StatefulSet", "db");
    let node = owner("v1", "Node", "ip-10-0-45-123.ec2.internal");
    for owners in [bystander, foreign, node, Value::Null] {
        let found = owners_of(owners, "/none", nothing.clone()).await;
        assert_eq!(found, (json!({}), vec![]));
    }
}

#[tokio::test]
async fn the_pods_label_names_the_deployment_where_replica_sets_may_not_be_read() {
    let mut routes = payments();
    routes.insert(REPLICA_SET.to_owned(), Reply::Text(403, "{}"));
    let (part, troubles) = Cluster::start(routes.clone()).detect(&[]).await;
    assert_eq!(part.k8s.get("deployment_name"), None, "the pod has no such label");
    let what: Vec<&str> = troubles.iter().map(|trouble| trouble.what.as_str()).collect();
    assert_eq!(what, ["the Kubernetes API denies get on replicasets in namespace payments"]);
    let mut pod = objects::pod();
    pod["metadata"]["labels"]["pod-template-hash"] = "7b8c9d".into();
    routes.insert(POD.to_owned(), Reply::Json(pod));
    let (part, troubles) = Cluster::start(routes).detect(&[]).await;
    assert_eq!(part.k8s["deployment_name"], "payment-api");
    assert_eq!(part.k8s["replicaset_name"], "payment-api-7b8c9d");
    assert_eq!(troubles, [], "nothing is missing");
}
