//! A program with collectors of its own.

use std::sync::Arc;

use finops_core::agent::Agent as _;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use generic_agent::GenericAgent;
use generic_agent::collectors::{CollectError, Collected, Collector};
use serde_json::{Map, json};

use crate::openfinops::Server;

/// A collector as a type.
struct Answer;

impl Collector for Answer {
    fn name(&self) -> &'static str {
        "answer"
    }

    fn collect(&self) -> BoxFuture<'_, Result<Collected, CollectError>> {
        let data = Map::from_iter([("answer".to_owned(), 42.into())]);
        async { Ok(Collected { data, ..Collected::default() }) }.boxed()
    }
}

#[tokio::test]
async fn closures_and_types_collect_beside_the_built_in_ones() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let agent = GenericAgent::builder()
        .openfinops_endpoint(server.url())
        .data_dir(folder.path())
        .register_metric_collector("gpu_cluster", || {
            Ok(json!({ "source": "on-prem-gpu-cluster", "gpu_metrics": [{ "gpu_utilization": 37.0 }] }))
        })
        .register_metric_collector("broken", || Err("the cluster is away".into()))
        .register_metric_collector("panicking", || panic!("on purpose"))
        .register_collector(Arc::new(Answer))
        .build()
        .unwrap();
    let report = agent.run_once().await;
    assert_eq!(report.receipt.delivered, 1, "{:?}", report.errors);

    let recent = server.get("/api/v1/telemetry/recent").await;
    let collectors = &recent["telemetry"][0]["metrics"]["collectors"];
    assert_eq!(collectors["gpu_cluster"]["data"]["gpu_metrics"][0]["gpu_utilization"], 37.0);
    assert_eq!(collectors["answer"]["data"]["answer"], 42);
    assert_eq!(collectors["broken"]["error"], "the cluster is away");
    assert_eq!(collectors["panicking"]["healthy"], false);
    assert_eq!(collectors["system_metrics"]["healthy"], true);
    // Three of five work: fewer than four fifths.
    assert_eq!(recent["telemetry"][0]["metrics"]["summary"]["health_status"], "warning");
}

#[test]
fn two_collectors_cannot_have_one_name() {
    let folder = tempfile::tempdir().unwrap();
    let built = GenericAgent::builder()
        .data_dir(folder.path())
        .register_collector(Arc::new(Answer))
        .register_collector(Arc::new(Answer))
        .build();
    assert!(built.err().unwrap().to_string().contains("two collectors are called answer"));
}
