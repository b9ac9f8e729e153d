//! What cannot be shared is refused at the start, in a sentence.

use crate::support::agent::Agent;
use crate::support::http::closed_port;

#[test]
fn a_shard_that_is_none_is_wrong_usage() {
    for shard in ["3/3", "x", "-1/3", "0/0", "1", "aws-agent/3", "0/1001"] {
        let ran = Agent::new().run(&["--once", "--server", "none", &format!("--shard={shard}")]);
        ran.assert_one_sentence(2, &["shard", &format!("\"{shard}\""), "0/3"]);
    }
}

#[test]
fn a_lease_of_no_name_is_wrong_usage() {
    for name in ["Bad_Name", "-a", "a-", "a b", "a/b", "é"] {
        let ran = Agent::new().run(&["--server", &closed_port(), &format!("--lease={name}")]);
        ran.assert_one_sentence(2, &["lease", &format!("\"{name}\""), "small letters"]);
    }
}

#[test]
fn a_lease_outside_of_a_pod_is_wrong_usage() {
    let ran = Agent::new().run(&["--server", &closed_port(), "--lease", "aws-agent"]);
    ran.assert_one_sentence(2, &["lease", "a pod with its service account's token"]);
}

#[test]
fn one_cycle_takes_no_lease() {
    let ran = Agent::new().run(&["--once", "--server", "none", "--lease", "aws-agent"]);
    assert_eq!(ran.status, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("--lease"), "{ran:?}");
}
