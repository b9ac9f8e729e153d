//! A cycle that does not end by itself.

use crate::half_hanging;
use crate::support::openfinops::OpenFinOps;
use crate::support::running::{message_of, wait_until};

#[test]
fn a_scope_that_hangs_is_cut_off_and_the_next_cycle_begins() {
    let (agent, aws) = half_hanging();
    let agent = agent.variable("OPENFINOPS_CYCLE_DEADLINE", "2");
    let server = OpenFinOps::healthy();
    let running = agent.serve(&server.url(), &[]);
    running.wait_for_cycles(2);
    wait_until("each cycle's document", || server.documents().len() >= 2);
    assert!(server.documents().iter().all(|document| document["region"] == "us-east-1"));
    let of_hanging = |call: &&crate::support::aws::Call| call.region == "eu-west-1";
    assert!(aws.calls("DescribeInstances").iter().filter(of_hanging).count() >= 2);
    let log = running.log();
    let cut = log.iter().find(|line| message_of(line).contains("cut off")).unwrap();
    assert_eq!(cut["level"], "ERROR");
    for words in ["after 1 scopes", "longer than 2 s", "raise cycle_deadline or collect fewer"] {
        assert!(message_of(cut).contains(words), "no {words:?} in: {cut}");
    }
    running.terminate();
}
