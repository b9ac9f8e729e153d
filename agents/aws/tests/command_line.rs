//! The command line: each mistake ends within ten seconds in one sentence that says what to do.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod support;

use support::agent::{Agent, Ran};
use support::aws::{Aws, Rule};
use support::fault::{Fault, STS, TARGETS, fails};
use support::fleet::Fleet;
use support::http::{Reply, Server, closed_port};
use support::openfinops::OpenFinOps;

const ONCE: [&str; 3] = ["--once", "--server", "none"];

/// An agent without credentials, on a machine without any.
fn nobody() -> Agent {
    Agent::new().without("AWS_ACCESS_KEY_ID").without("AWS_SECRET_ACCESS_KEY")
}

/// A server that takes connections and says nothing.
fn black_hole() -> Server {
    Server::start(|_| Reply::Hang)
}

#[test]
fn no_credentials() {
    let remedy = ["no AWS credentials", "AWS_PROFILE", "AWS_ACCESS_KEY_ID"];
    nobody().run(&ONCE).assert_one_sentence(2, &remedy);
    nobody()
        .run(&["--once", "--server", "none", "--output", "json"])
        .assert_one_sentence(2, &remedy);
}

#[test]
fn a_profile_that_does_not_exist() {
    let agent = nobody().variable("AWS_PROFILE", "nobody");
    agent.run(&ONCE).assert_one_sentence(2, &["no AWS credentials", "nobody"]);
}

#[test]
fn a_metadata_service_that_does_not_answer() {
    let hole = black_hole();
    let agent = nobody()
        .without("AWS_EC2_METADATA_DISABLED")
        .variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", hole.url());
    agent.run(&ONCE).assert_one_sentence(2, &["no AWS credentials", "AWS_PROFILE"]);
}

#[test]
fn expired_credentials() {
    let aws = Aws::failing(fails("GetCallerIdentity", STS, Fault::Expired));
    Agent::of(&aws).run(&ONCE).assert_one_sentence(2, &["ExpiredToken", "renew the credentials"]);
}

/// In a region that does not exist no service has an address.
fn nowhere(region: &'static str) -> Rule {
    Box::new(move |call, _| (call.region == region).then_some(Reply::Reset))
}

#[test]
fn a_wrong_region_name() {
    let aws = Aws::scripted(Fleet::healthy(), vec![nowhere("us-wset-2")]);
    let words = ["us-wset-2", "did you mean us-west-2?"];
    let flag = ["--once", "--server", "none", "--region", "us-wset-2"];
    Agent::of(&aws).run(&flag).assert_one_sentence(2, &words);
    let agent = Agent::of(&aws).variable("AWS_REGION", "us-wset-2");
    agent.run(&ONCE).assert_one_sentence(2, &words);
    let profile = agent.folder().join("profile");
    std::fs::write(&profile, "[default]\nregion = us-wset-2\n").unwrap();
    let agent = agent.without("AWS_REGION").variable("AWS_CONFIG_FILE", profile.to_str().unwrap());
    agent.run(&ONCE).assert_one_sentence(2, &words);
    assert!(aws.calls("DescribeInstances").is_empty());
}

#[test]
fn what_is_no_region_at_all() {
    let agent = Agent::new();
    let flag = ["--once", "--server", "none", "--region", "Oregon"];
    agent.run(&flag).assert_one_sentence(2, &["flag --region", "\"Oregon\"", "us-east-1"]);
}

/// Runs with a configuration file of this text.
fn with_config(text: &str) -> Ran {
    let agent = Agent::new();
    let config = agent.file("agent.yaml", text);
    agent.run(&["--once", "--server", "none", "--config", &config])
}

#[test]
fn an_unreadable_configuration() {
    let agent = Agent::new();
    let missing = agent.folder().join("missing.yaml");
    let missing = missing.to_str().unwrap();
    let words = [missing, "cannot be read", "check the path given to --config"];
    agent.run(&["--once", "--config", missing]).assert_one_sentence(2, &words);
    let folder = agent.folder().to_str().unwrap();
    let words = [folder, "cannot be read", "check the path given to --config"];
    agent.run(&["--once", "--config", folder]).assert_one_sentence(2, &words);
}

#[test]
fn a_misspelt_configuration() {
    let words = ["agent.yaml:2:1", "`intervall` is not a setting", "did you mean `interval`?"];
    with_config("output: json\nintervall: 60\n").assert_one_sentence(2, &words);
    let words = ["agent.yaml:2:5", "`accounts[].rolearn`", "did you mean `role_arn`?"];
    let ran = with_config("accounts:\n  - rolearn: arn:aws:iam::111111111111:role/a\n");
    assert_eq!(ran.status, Some(2));
    words.iter().for_each(|word| assert!(ran.stderr.contains(word), "{ran:?}"));
}

#[test]
fn broken_yaml() {
    with_config("region: [us-east-1\noutput: json\n")
        .assert_one_sentence(2, &["agent.yaml:", "not valid YAML", "config example"]);
    with_config("just a sentence\n").assert_one_sentence(2, &["not a table of settings"]);
}

#[test]
fn several_mistakes_are_told_at_once() {
    let agent = Agent::new()
        .variable("COLLECTION_INTERVAL", "soon")
        .variable("OPENFINOPS_MAX_METRICS", "many");
    let config = agent.file("agent.yaml", "servr: http://a\noutput: xml\n");
    let ran = agent.run(&["--once", "--config", &config, "--region", "Oregon"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""));
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(lines.len(), 6, "{}", ran.stderr);
    assert_eq!(lines[0], "aws-agent: configuration: 5 mistakes");
    for mistake in [
        "agent.yaml:1:1: `servr` is not a setting; did you mean `server`?",
        "agent.yaml:2:9: `output` is \"xml\"; write one of table, json, none",
        "environment variable COLLECTION_INTERVAL: `interval`",
        "environment variable OPENFINOPS_MAX_METRICS: `cloudwatch.max_metrics_per_cycle`",
        "flag --region: `region` has \"Oregon\"",
    ] {
        assert!(ran.stderr.contains(mistake), "no {mistake:?} in:\n{}", ran.stderr);
    }
}

#[test]
fn a_flag_that_does_not_exist() {
    let ran = Agent::new().run(&["--onse"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.contains("--onse") && ran.stderr.contains("--once"), "{}", ran.stderr);
}

#[test]
fn a_server_address_that_is_none() {
    let agent = Agent::new();
    let words = ["flag --server", "ftp://a", "write http://host:port"];
    agent.run(&["--once", "--server", "ftp://a"]).assert_one_sentence(2, &words);
    let ran = agent.run(&["--once", "--server", "http://me:password@localhost:1"]);
    ran.assert_one_sentence(2, &["user name or password", "OPENFINOPS_TOKEN"]);
    assert!(!ran.stderr.contains("me:password"), "{ran:?}");
}

#[test]
fn an_unreachable_server() {
    let aws = Aws::with(Fleet::healthy());
    let hole = black_hole();
    for (server, why) in [(closed_port(), "refused"), (hole.url(), "no answer")] {
        let agent = Agent::of(&aws);
        let folder = agent.data_dir();
        let words = [server.as_str(), why, folder.to_str().unwrap(), "next run"];
        let ran = agent.run(&["--once", "--server", &server, "--output", "none"]);
        ran.assert_one_sentence(4, &words);
        assert_eq!(agent.waiting().len(), 1);
    }
}

#[test]
fn an_unwritable_data_directory() {
    let agent = Agent::new();
    // Root may write into every folder, but into none below a file.
    let below = format!("{}/below", agent.file("file", ""));
    let ran = agent.run(&["--once", "--server", "none", "--data-dir", &below]);
    ran.assert_one_sentence(2, &[&below, "give another with --data-dir"]);
}

#[test]
fn help_lists_flags_environment_and_statuses() {
    let ran = Agent::new().run(&["--help"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    for word in [
        "--once",
        "--server",
        "--region",
        "--interval",
        "--config",
        "--agent-id",
        "--output",
        "--group-by",
        "--data-dir",
        "--log-level",
        "--debug",
        "check",
        "config",
        "OPENFINOPS_ENDPOINT",
        "OPENFINOPS_TOKEN",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "COLLECTION_INTERVAL",
        "OPENFINOPS_API_TIMEOUT",
        "OPENFINOPS_MAX_METRICS",
    ] {
        assert!(ran.stdout.contains(word), "no {word} in:\n{}", ran.stdout);
    }
    let statuses = ran.stdout.split("Exit status").nth(1).unwrap();
    let statuses: Vec<&str> =
        statuses.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(statuses, ["0", "2", "3", "4", "5"]);
}

#[test]
fn the_example_configuration_is_valid() {
    let agent = Agent::new();
    let example = agent.run(&["config", "example"]);
    assert_eq!((example.status, example.stderr.as_str()), (Some(0), ""));
    let as_it_is = agent.file("example.yaml", &example.stdout);
    // Every setting, those that are off included: prose has no lone lower-case word before a colon.
    let setting = |line: &str| {
        let (indent, rest) = line.split_once("# ")?;
        let key = rest.trim_start().trim_start_matches("- ").split_once(':')?.0;
        let word = |letter: char| letter.is_ascii_lowercase() || letter == '_';
        key.chars().all(word).then(|| format!("{indent}{rest}"))
    };
    let lines = example.stdout.lines().map(|line| setting(line).unwrap_or(line.to_owned()));
    let all = lines.collect::<Vec<_>>().join("\n");
    let token = agent.file("token", "a-token\n");
    let all = all.replace("/run/secrets/openfinops-token", &token);
    let overrides = agent.file("overrides.yaml", "edp: { percent: 7 }\n");
    let all = all.replace("/etc/openfinops/overrides.yaml", &overrides);
    let all = agent.file("all.yaml", &all.replace("/run/secrets/mirror-token", &token));
    for on in
        ["\naccounts:", "\ntoken_file:", "\nregion:", "\n  attempts:", "\nsinks:", "\n  overrides:"]
    {
        assert!(std::fs::read_to_string(&all).unwrap().contains(on), "{on} is off");
    }
    for file in [as_it_is, all] {
        let ran = agent.run(&["--config", &file, "config", "validate"]);
        assert_eq!(ran.status, Some(0), "{ran:?}\n{}", std::fs::read_to_string(&file).unwrap());
        assert_eq!(
            (ran.stdout.as_str(), ran.stderr.as_str()),
            ("the configuration is valid\n", "")
        );
    }
}

#[test]
fn check_names_what_is_missing() {
    let server = OpenFinOps::healthy();
    let check = |agent: Agent, server: &str| agent.run(&["check", "--server", server]);

    let ran = check(Agent::of(&Aws::with(Fleet::healthy())), &server.url());
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.stdout.contains("everything that the agent needs is there"), "{ran:?}");

    let lambda = TARGETS.iter().find(|target| target.name == "lambda").unwrap();
    let aws = Aws::failing(lambda.fails(Fault::Denied));
    let ran = check(Agent::of(&aws), &server.url());
    assert_eq!(ran.status, Some(3), "{ran:?}");
    assert_eq!(ran.stderr, "aws-agent: missing permissions: lambda:ListFunctions\n");
    let line = ran.stdout.lines().find(|line| line.contains("lambda:ListFunctions")).unwrap();
    assert!(line.contains("MISSING") && line.contains("us-east-1"), "{line}");
    assert_eq!(ran.stdout.matches("MISSING").count(), 1, "{}", ran.stdout);

    let ran = check(Agent::of(&aws), &closed_port());
    assert_eq!(ran.status, Some(4), "{ran:?}");
    let ran = check(nobody(), &server.url());
    assert_eq!(ran.status, Some(2), "{ran:?}");
    assert!(ran.stdout.contains("no AWS credentials"), "{ran:?}");
}

#[test]
fn check_names_each_permission_of_each_service() {
    for target in &TARGETS {
        let aws = Aws::failing(target.fails(Fault::Denied));
        let ran = Agent::of(&aws).run(&["check", "--server", "none"]);
        assert_eq!(ran.status, Some(3), "{ran:?}");
        assert_eq!(ran.stderr, format!("aws-agent: missing permissions: {}\n", target.action));
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let aws = Aws::with(Fleet::healthy());
    for output in ["table", "json"] {
        let ran = Agent::of(&aws).run_unread(&["--once", "--server", "none", "--output", output]);
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{output}");
    }
    for arguments in [&["--help"][..], &["config", "example"], &["check", "--server", "none"]] {
        let ran = Agent::of(&aws).run_unread(arguments);
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn documents_that_cannot_be_printed_are_kept() {
    let aws = Aws::with(Fleet::healthy());
    let agent = Agent::of(&aws);
    let ran = agent.run_into("/dev/full", &["--once", "--server", "none", "--output", "json"]);
    ran.assert_one_sentence(4, &["could not be written to standard output", "check where they go"]);
    assert_eq!(agent.waiting().len(), 1);
}

#[test]
fn a_telemetry_file_that_cannot_be_opened_is_said_before_anything_is_collected() {
    let aws = Aws::with(Fleet::healthy());
    let agent = Agent::of(&aws).variable("TELEMETRY_FILE", "/nonexistent/work.jsonl");
    let ran = agent.run(&["--once", "--server", "none"]);
    ran.assert_one_sentence(2, &["/nonexistent/work.jsonl", "No such file", "check"]);
    assert_eq!(aws.count(), 0);
}
