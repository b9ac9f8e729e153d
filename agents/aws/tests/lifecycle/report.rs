//! `report`: what the agent saw, from its own history.

use serde_json::Value;

use crate::healthy;

#[test]
fn two_runs_can_be_read_in_every_form() {
    let (agent, _aws) = healthy();
    for _ in 0..2 {
        let ran = agent.run_within(30, &["--once", "--server", "none", "--output", "none"]);
        assert_eq!(ran.status, Some(0), "{ran:?}");
    }
    let report = |more: &[&str]| {
        let ran = agent.run(&[&["report"], more].concat());
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{more:?}");
        ran.stdout
    };
    let table = report(&[]);
    for service in ["ec2", "ebs", "eks", "lambda", "rds", "s3"] {
        assert!(table.contains(service), "no {service} in:\n{table}");
    }
    let json: Value = serde_json::from_str(&report(&["--output", "json"])).unwrap();
    let groups = json["groups"].as_array().unwrap();
    let resources: u64 = groups.iter().map(|group| group["resources"].as_u64().unwrap()).sum();
    assert_eq!((groups.len(), resources), (6, 8), "{json}");
    let csv = report(&["--output", "csv"]);
    let header = "day,group,cost_usd,observed_hours,mean_hourly_usd,resources";
    assert_eq!(csv.lines().next(), Some(header));
    assert!(csv.lines().skip(1).all(|line| line.split(',').count() == 6), "{csv}");
    let by_tag: Value =
        serde_json::from_str(&report(&["--by", "tag:team", "--output", "json"])).unwrap();
    assert_eq!(by_tag["by"], "tag:team");
    assert_eq!(by_tag["groups"].as_array().unwrap().len(), 1, "nothing has that tag: {by_tag}");
    for by in ["region", "account", "resource"] {
        assert!(!report(&["--by", by]).is_empty());
    }
}

#[test]
fn what_cannot_be_answered_is_one_sentence() {
    let (agent, _aws) = healthy();
    let folder = agent.data_dir();
    let words = ["no history in", folder.to_str().unwrap(), "first run"];
    agent.run(&["report"]).assert_one_sentence(2, &words);
    assert!(!folder.exists(), "looking makes nothing");
    for wrong in [["--by", "colour"], ["--since", "soon"], ["--output", "xml"]] {
        let ran = agent.run(&[&["report"][..], &wrong].concat());
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        assert!(ran.stderr.contains(wrong[0]) && ran.stderr.contains(wrong[1]), "{ran:?}");
    }
}
