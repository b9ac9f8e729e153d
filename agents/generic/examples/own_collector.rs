//! A program with a collector of its own, beside those that are built in:
//!
//! ```text
//! cargo run -p generic-agent --example own_collector
//! ```
//!
//! It measures once and prints the document's readings; with a server's address as its argument it
//! sends them there.

use finops_core::agent::Agent as _;
use finops_core::cli::print;
use generic_agent::GenericAgent;
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join("openfinops-own-collector");
    let builder =
        GenericAgent::builder().data_dir(folder).register_metric_collector("gpu_cluster", || {
            // Whatever the program knows: a closure may block, and may fail.
            let text = std::fs::read_to_string("/proc/loadavg")?;
            let load: f64 = text.split_whitespace().next().unwrap_or_default().parse()?;
            Ok(json!({ "source": "on-prem-gpu-cluster", "load": load }))
        });
    match std::env::args().nth(1) {
        Some(server) => {
            let agent = builder.openfinops_endpoint(server).build()?;
            let report = agent.run_once().await;
            print(&format!("{} documents delivered\n", report.receipt.delivered));
        }
        None => {
            let agent = builder.without_server().build()?;
            for reading in agent.snapshot().await.readings.list {
                let figures = serde_json::to_string(&reading.outcome.ok())?;
                print(&format!("{}: {figures}\n", reading.collector));
            }
        }
    }
    Ok(())
}
