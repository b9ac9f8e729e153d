//! Layers and mistakes, as a user meets them.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::*;

static SETTINGS: &[Setting] = &[
    Setting {
        key: "cloudwatch.max_metrics_per_cycle",
        aliases: &[],
        environment: &["MAX_METRICS"],
        kind: Kind::Whole,
        default: Some("10000"),
        help: "A ceiling.",
        example: "",
    },
    Setting {
        key: "accounts",
        aliases: &[],
        environment: &[],
        kind: Kind::Tables(&[Setting {
            key: "role_arn",
            aliases: &[],
            environment: &[],
            kind: Kind::Text,
            default: None,
            help: "A role.",
            example: "arn:aws:iam::123456789012:role/openfinops-agent",
        }]),
        default: None,
        help: "Accounts.",
        example: "",
    },
];

fn layers(yaml: &str) -> Layers {
    let mut layers = Layers::new(agent_settings().chain(SETTINGS));
    let path: Arc<Path> = Path::new("agent.yaml").into();
    layers.yaml(&path, yaml);
    layers
}

fn checked(layers: Layers) -> (AgentConfig, Option<u64>, Result<(), ConfigErrors>) {
    let mut check = Checker::new(layers);
    let config = AgentConfig::check(&mut check, None, Duration::from_secs(10));
    let metrics = check.whole("cloudwatch.max_metrics_per_cycle", 1);
    check.tables("accounts");
    (config, metrics, check.finish())
}

#[test]
fn flags_beat_the_environment_beats_the_file_beats_defaults() {
    let mut layers = layers("server: http://file:1\ninterval: 60\nagent_id: from-file\n");
    layers.environment(|name| match name {
        "OPENFINOPS_ENDPOINT" => Some("http://environment:2".to_owned()),
        "COLLECTION_INTERVAL" => Some("2m".to_owned()),
        "OPENFINOPS_AGENT_ID" => Some(String::new()), // set to nothing: unset
        _ => None,
    });
    layers.flags(vec![Flag { key: "interval", name: "--interval", value: "30".to_owned() }]);
    let (config, metrics, result) = checked(layers);
    result.unwrap();
    assert_eq!(config.server.unwrap().as_str(), "http://environment:2/");
    assert_eq!(config.interval, Duration::from_secs(30));
    assert_eq!(config.agent_id.as_deref(), Some("from-file"));
    assert_eq!(metrics, Some(10_000));
}

#[test]
fn the_guides_names_mean_the_same() {
    for key in ["server", "openfinops_endpoint", "server_url"] {
        let (config, ..) = checked(layers(&format!("{key}: http://host:9\n")));
        assert_eq!(config.server.unwrap().as_str(), "http://host:9/");
    }
}

#[test]
fn every_mistake_is_reported_at_once_with_place_and_remedy() {
    let mut layers = layers(
        "servr: http://a\ninterval: soon\ncloudwatch:\n  max_metrics_per_cycle: many\n\
         accounts:\n  - role: arn\noutput: xml\n",
    );
    layers.flags(vec![Flag { key: "group_by", name: "--group-by", value: "team".to_owned() }]);
    let text = checked(layers).2.unwrap_err().to_string();
    for expected in [
        "6 mistakes",
        "agent.yaml:1:1: `servr` is not a setting; did you mean `server`?",
        "agent.yaml:2:11: `interval` has no whole number of seconds in \"soon\"",
        "agent.yaml:4:26: `cloudwatch.max_metrics_per_cycle` is \"many\"; write a whole number",
        "agent.yaml:6:5: `accounts[].role` is not a setting",
        "agent.yaml:7:9: `output` is \"xml\"; write one of table, json, none",
        "flag --group-by: `group_by` is \"team\"; write the word tag",
    ] {
        assert!(text.contains(expected), "no {expected:?} in:\n{text}");
    }
}

#[test]
fn broken_yaml_and_missing_files_are_one_sentence() {
    let text = checked(layers("server: [\n")).2.unwrap_err().to_string();
    assert!(text.contains("agent.yaml:") && text.contains("not valid YAML"), "{text}");
    assert!(!text.contains('\n'), "{text}");

    let mut layers = Layers::new(AGENT_SETTINGS);
    layers.file(Path::new("/nonexistent/agent.yaml"));
    let text = Checker::new(layers).finish().unwrap_err().to_string();
    assert!(text.contains("/nonexistent/agent.yaml") && text.contains("cannot be read"), "{text}");
}

#[test]
fn the_same_setting_twice_is_a_mistake() {
    let text = checked(layers("server: http://a\nserver_url: http://b\n")).2.unwrap_err();
    assert!(text.to_string().contains("`server_url` says again what `server` said"), "{text}");
}

#[test]
fn a_token_never_travels_in_clear_text_and_a_password_is_never_repeated() {
    let layers = layers("server: http://finops.example\n");
    let mut check = Checker::new(layers);
    AgentConfig::check(&mut check, Some("s3cret".to_owned()), Duration::from_secs(10));
    assert!(check.finish().unwrap_err().to_string().contains("clear text"));

    let text = checked(self::layers("server: http://me:hunter2@host\n")).2.unwrap_err();
    assert!(!text.to_string().contains("hunter2"), "{text}");
}

#[test]
fn the_example_file_is_valid_and_names_every_setting() {
    let settings: Vec<&'static Setting> = agent_settings().chain(SETTINGS).collect();
    let text = example("aws-agent", &settings);
    let (_, _, result) = checked(layers(&text));
    result.unwrap();
    for setting in settings {
        let name = setting.key.rsplit('.').next().unwrap();
        assert!(text.contains(&format!("{name}:")), "{name} is missing");
    }
}

#[test]
fn telemetry_has_its_settings_and_every_mistake_in_them_is_named() {
    let (config, _, result) = checked(layers("telemetry:\n  sample_ratio: 0.25\n  file: stderr\n"));
    result.unwrap();
    assert!((config.telemetry.sample_ratio - 0.25).abs() < f64::EPSILON);
    assert_eq!(config.telemetry.file.as_deref(), Some("stderr"));
    assert!(config.telemetry.cloud_metadata);

    let text = "cloud_metadata: maybe\ntelemetry:\n  sample_ratio: 25\n  receiver_url: localhost:1\n  \
                otlp_endpoint: http://me:hunter2@host\n";
    let text = checked(layers(text)).2.unwrap_err().to_string();
    for part in [
        "`cloud_metadata` is \"maybe\"",
        "`telemetry.sample_ratio` is \"25\"",
        "`telemetry.receiver_url` is \"localhost:1\"",
        "`telemetry.otlp_endpoint` holds a user name",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("hunter2"), "{text}");
}
