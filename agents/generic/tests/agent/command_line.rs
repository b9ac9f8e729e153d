//! What a newcomer types.

use crate::support::{Agent, Ran};

/// A run that has to be refused as wrong usage, with one reason.
fn refused(ran: &Ran) -> &str {
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.stderr.starts_with("generic-agent: "), "{ran:?}");
    assert!(!ran.stderr.contains("backtrace"), "{ran:?}");
    &ran.stderr
}

#[test]
fn once_shows_the_machine_and_what_it_costs() {
    let agent = Agent::new();
    let ran = agent.run(&["--once", "--server", "none"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    for words in ["Measured", "system_metrics", "vCPUs", "GiB", "no rates are configured"] {
        assert!(ran.stdout.contains(words), "there is no {words:?} in\n{}", ran.stdout);
    }
}

#[test]
fn the_example_that_it_writes_is_valid_and_stays() {
    let agent = Agent::new();
    let file = agent.folder().join("new.yaml");
    let path = file.to_str().unwrap();
    let ran = agent.run(&["--create-config", path]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let ran = agent.run(&["config", "validate", "--config", path]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), "the configuration is valid\n"));
    let text = std::fs::read_to_string(&file).unwrap();
    // Uncommented, the nested parts are valid too.
    let nested: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("# collectors:"))
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.starts_with(' ') || line.ends_with(':'))
        .collect();
    let whole = agent.file("whole.yaml", &format!("{}\n", nested.join("\n")));
    let ran = agent.run(&["config", "validate", "--config", &whole]);
    assert_eq!(ran.status, Some(0), "{}\n{ran:?}", nested.join("\n"));
    let ran = agent.run(&["--create-config", path]);
    assert!(refused(&ran).contains("is there already"), "{ran:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn every_mistake_is_told_at_once_with_its_place() {
    let agent = Agent::new();
    let file = agent.file(
        "agent.yaml",
        "interval: 0
plugins:
  - name: one
    comand: [df]
  - name: one two
    command: df -h
    parse: { format: cvs }
    timeout: 99999d
  - name: three
    command: [df]
    parse: { format: regex, pattern: '(?P<a>[' }
    resources: { id: 'x-{', hourly_cost: { rate: gold } }
rates:
  bad: { price: -1, unit: GB-month, source: '', as_of: 2999-01-01, currency: EUR }
machine:
  vcpu: bad
  power: { rate: nothing }
",
    );
    let ran = agent.run(&["--once", "--server", "none", "--config", &file]);
    let told = refused(&ran);
    for (line, words) in [
        (1, "`interval` is 0 s"),
        (4, "`plugins[0].comand` is not a setting; did you mean `command`?"),
        (3, "`plugins[0]` has no `command`"),
        (5, "`plugins[1].name` is \"one two\""),
        (5, "`plugins[1]` has a command that is no list"),
        (7, "`plugins[1].parse.format` is \"cvs\""),
        (8, "`plugins[1].timeout` is \"99999d\""),
        (11, "`plugins[2].parse.pattern` is no pattern"),
        (12, "`plugins[2].resources.id` has a {"),
        (12, "`plugins[2].resources.hourly_cost.rate` is \"gold\", which is no rate"),
        (14, "`rates.bad.price` is \"-1\""),
        (14, "`rates.bad.unit` is \"GB-month\""),
        (14, "`rates.bad.source` is empty"),
        (14, "`rates.bad.as_of` is 2999-01-01, in the future"),
        (14, "`rates.bad.currency` is \"EUR\""),
        (17, "`machine.power.rate` is \"nothing\", which is no rate; add it to `rates`, or write"),
        (17, "`machine.power` says not just once how many watts"),
    ] {
        let found = told.lines().any(|it| it.contains(&format!(":{line}:")) && it.contains(words));
        assert!(found, "line {line}: {words}\nis not in\n{told}");
    }
}

#[test]
fn a_plugin_can_be_tried_alone() {
    let agent = Agent::new();
    let file = agent.file(
        "agent.yaml",
        "plugins:
  - name: cards
    command: [printf, '0, 37\\n1, 0\\n']
    parse: { format: csv, columns: [index, used] }
    resources: { id: 'gpu-{index}', hourly_cost: { rate: gpu } }
  - name: broken
    command: [printf, '{']
rates:
  gpu: { price: '2.10', unit: GPU-hour, source: contract, as_of: 2026-01-01 }
",
    );
    let ran = agent.run(&["plugins", "list", "--config", &file]);
    assert!(ran.stdout.contains("cards") && ran.stdout.contains("broken"), "{ran:?}");
    let ran = agent.run(&["plugins", "test", "cards", "--config", &file]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    for words in ["exited with status 0", "\"used\": 37", "gpu-1", "2.1", "1533", "rates/gpu"] {
        assert!(ran.stdout.contains(words), "there is no {words:?} in\n{}", ran.stdout);
    }
    let ran = agent.run(&["plugins", "test", "broken", "--config", &file]);
    assert_eq!(ran.status, Some(3), "{ran:?}");
    assert!(ran.stderr.contains("line 1, column"), "{ran:?}");
    let ran = agent.run(&["plugins", "test", "none", "--config", &file]);
    assert!(refused(&ran).contains("there are cards, broken"), "{ran:?}");
}

#[test]
fn help_names_what_this_agent_has() {
    let ran = Agent::new().run(&["--help"]);
    assert_eq!(ran.status, Some(0));
    for words in ["--create-config", "plugins", "[default: 60]", "OPENFINOPS_REGION"] {
        assert!(ran.stdout.contains(words), "there is no {words:?} in\n{}", ran.stdout);
    }
}

#[test]
fn two_collectors_of_one_name_are_refused() {
    let agent = Agent::new();
    let file = agent.file(
        "agent.yaml",
        "plugins: [ { name: one, command: [df] }, { name: one, command: [df] } ]\n",
    );
    let ran = agent.run(&["--once", "--config", &file]);
    assert!(refused(&ran).contains("\"one\", which is taken"), "{ran:?}");
}
