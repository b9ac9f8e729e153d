//! Register, then collect and send: the guide's first example, verb by verb.
//!
//! ```text
//! cargo run -p aws-agent --example first_agent -- http://localhost:8080 us-west-2
//! ```

use std::pin::pin;

use aws_agent::AwsAgent;
use finops_core::agent::Agent;
use futures::StreamExt as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let endpoint = arguments.next().unwrap_or_else(|| "http://localhost:8080".to_owned());
    let region = arguments.next().unwrap_or_else(|| "us-west-2".to_owned());
    let agent = AwsAgent::builder().openfinops_endpoint(endpoint).aws_region(region).build()?;

    match agent.register().await {
        Ok(()) => eprintln!("registered as {}", agent.agent_id()),
        Err(error) => eprintln!("registration failed: {error}"),
    }

    // One collection, one snapshot a scope.
    let mut snapshots = pin!(agent.collect());
    while let Some(snapshot) = snapshots.next().await {
        let snapshot = snapshot?;
        let instances = snapshot.resources().filter(|(service, _)| *service == "ec2").count();
        eprintln!("collected from {} services in {}", snapshot.services.len(), snapshot.scope);
        eprintln!("total EC2 instances: {instances}");
        eprintln!("total hourly cost: ${:.2}", snapshot.total().hourly());
        let receipt = agent.send(snapshot).await?;
        eprintln!("documents delivered: {}", receipt.delivered);
    }

    // The same in one call. `run_continuous` repeats it until it is told to stop.
    let report = agent.run_once().await;
    eprintln!("telemetry sent: {}", report.exit_status() == finops_core::run::ExitStatus::Success);
    Ok(())
}
