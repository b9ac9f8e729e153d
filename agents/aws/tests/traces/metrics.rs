//! How often the agent's own functions ran, as Prometheus gets it.

use crate::support::agent::Agent;
use crate::support::aws::Aws;
use crate::support::fleet::Fleet;
use crate::support::openfinops::OpenFinOps;
use crate::support::page::Page;

#[test]
fn metrics_count_calls_and_durations_under_the_guides_names() {
    let aws = Aws::with(Fleet::healthy());
    let server = OpenFinOps::healthy();
    let agent = Agent::of(&aws).variable("ENVIRONMENT", "prod");
    let running = agent.serve(&server.url(), &["--listen", "127.0.0.1:0"]);
    let page = Page::of(&running);
    running.wait_for_cycles(1);
    let text = running.wait_for("the metrics of a whole cycle", || {
        let (status, text) = page.get("/metrics");
        assert_eq!(status, 200, "{text}");
        text.contains("function_name=\"send\"").then_some(text)
    });
    for line in [
        "function_calls_total{cloud_provider=\"local\",environment=\"prod\",function_name=\"cycle\",\
         service=\"aws-agent\",severity=\"INFO\"} 1",
        "function_duration_seconds_count{function_name=\"cycle\",service=\"aws-agent\"} 1",
        "telemetry_events_dropped_total{reason=\"file\"} 0",
    ] {
        assert!(text.lines().any(|it| it == line), "no {line} in\n{text}");
    }
    running.terminate();
}
