//! Where the agent stands among those that share its work; nothing where it is alone.

use prometheus::{Registry, Result};

use super::family::{gauge, gauges};
use super::flag;
use crate::replicas::Standing;

pub(super) fn register(registry: &Registry, standing: &Standing) -> Result<()> {
    let lease = match standing {
        Standing::Alone => return Ok(()),
        Standing::Part { shard, .. } => {
            let number = f64::from(shard.number());
            gauge(
                registry,
                "replica_number",
                "Which part of the scopes is its own, from 0.",
                number,
            )?;
            let count = f64::from(shard.count());
            let help = "In how many parts the scopes are split, as this replica was told.";
            return gauge(registry, "replica_count", help, count);
        }
        Standing::Leading { lease, .. }
        | Standing::Standby { lease, .. }
        | Standing::Unknown { lease, .. } => lease,
    };
    let leading = flag(matches!(standing, Standing::Leading { .. }));
    let help = "1 where this replica collects, 0 where another one does or nobody knows.";
    gauges(registry, "replica_leading", help, &["lease"], [([&**lease], leading)])?;
    let known = flag(!matches!(standing, Standing::Unknown { .. }));
    let help = "1 where it is known who collects, else 0.";
    gauges(registry, "replica_lease_known", help, &["lease"], [([&**lease], known)])
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture;
    use super::super::metrics;
    use super::*;

    fn text(standing: Standing) -> String {
        let mut view = fixture::view();
        view.standing = standing;
        metrics(&view).unwrap()
    }

    #[test]
    fn an_agent_alone_says_nothing_of_replicas() {
        assert!(!text(Standing::Alone).contains("replica"));
    }

    #[test]
    fn a_leader_a_standby_and_one_that_does_not_know_are_told_apart() {
        let lease = || "aws-agent".to_owned();
        let leading = text(Standing::Leading { lease: lease(), since: fixture::now() });
        assert!(leading.contains("openfinops_agent_replica_leading{lease=\"aws-agent\"} 1"));
        assert!(leading.contains("openfinops_agent_replica_lease_known{lease=\"aws-agent\"} 1"));
        let standby = text(Standing::Standby { lease: lease(), leader: "pod-1".to_owned() });
        assert!(standby.contains("openfinops_agent_replica_leading{lease=\"aws-agent\"} 0"));
        assert!(standby.contains("openfinops_agent_replica_lease_known{lease=\"aws-agent\"} 1"));
        let unknown = text(Standing::Unknown { lease: lease(), trouble: None });
        assert!(unknown.contains("openfinops_agent_replica_lease_known{lease=\"aws-agent\"} 0"));
    }

    #[test]
    fn a_part_says_which_of_how_many() {
        let part = text(Standing::Part { shard: "2/3".parse().unwrap(), lease: None });
        assert!(part.contains("openfinops_agent_replica_number 2"), "{part}");
        assert!(part.contains("openfinops_agent_replica_count 3"));
    }
}
