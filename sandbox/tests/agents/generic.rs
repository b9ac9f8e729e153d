//! generic-agent.

use std::collections::BTreeSet;

use super::support::Sandbox;

#[tokio::test]
async fn the_machine_and_its_racks_cost_what_is_true() {
    let sandbox = Sandbox::start(&["--resources", "2000", "--seed", "11"]);
    let ran = sandbox.run("generic", &[]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.errors);
    let sums = ran.sums();
    assert_eq!(sums, sandbox.truth("generic").await);
    assert_eq!((sums["machine"].count, sums["racks"].count), (1, 1_999));
    assert!(sums["racks"].unpriced > 0 && sums["racks"].partly_priced > 0, "{sums:?}");
    let reason = |field: &str| format!("resource: the plugin printed no number as {field}");
    let reasons = ran.reasons();
    assert!(reasons.contains(&reason("watts")), "{reasons:?}");
}

#[tokio::test]
async fn racks_beyond_what_one_plugin_may_print_are_all_there() {
    let sandbox = Sandbox::start(&["--resources", "20500"]);
    let ran = sandbox.run("generic", &[]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.errors);
    let sums = ran.sums();
    assert_eq!(sums, sandbox.truth("generic").await);
    let names: BTreeSet<&str> = sums.keys().map(String::as_str).collect();
    assert_eq!(names, BTreeSet::from(["machine", "racks", "racks-1", "racks-2"]));
}
