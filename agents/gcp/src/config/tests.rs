//! What is taken and what is refused.

use std::path::Path;

use finops_core::config::{ConfigErrors, Layers};
use finops_pricing::settings::PRICE_SETTINGS;

use super::*;

fn checked(yaml: &str) -> (GcpConfig, Result<(), ConfigErrors>) {
    let mut layers = Layers::new(GCP_SETTINGS.iter().chain(PRICE_SETTINGS));
    layers.text(Path::new("agent.yaml"), yaml);
    let mut check = Checker::new(layers);
    let config = GcpConfig::check(&mut check);
    (config, check.finish())
}

fn mistakes(yaml: &str) -> String {
    checked(yaml).1.unwrap_err().to_string()
}

#[test]
fn nothing_configured_is_the_agents_own_project_at_googles_own_hosts() {
    let (config, result) = checked("{}");
    result.unwrap();
    assert!(config.projects.is_empty() && config.regions.is_empty());
    assert_eq!(config.endpoints, Endpoints::default());
    assert!(config.autopilot_pods);
    assert_eq!((config.api_attempts, config.max_metric_requests), (12, 2_000));
}

#[test]
fn projects_are_named_by_ids_and_folders_by_numbers_each_once() {
    let yaml = "project: [web-1, 'example.com:old-app', web-1]\nfolder: folders/345\n\
                organization: ['123', organizations/123]\n";
    let (config, result) = checked(yaml);
    result.unwrap();
    assert_eq!(config.projects.ids, ["web-1", "example.com:old-app"]);
    assert_eq!(config.projects.folders, ["345"]);
    assert_eq!(config.projects.organizations, ["123"]);
    for odd in ["My Project", "web/1", "1web", "w", "a:b:c/d"] {
        let text = mistakes(&format!("project: ['{odd}']\n"));
        assert!(text.contains(&format!("has \"{odd}\"")), "{text}");
        assert!(text.contains("gcloud projects list"), "{text}");
    }
    for odd in ["production", "folders/", "organizations/1", "-1"] {
        let text = mistakes(&format!("folder: ['{odd}']\n"));
        assert!(text.contains("write its number"), "{text}");
    }
}

#[test]
fn a_region_is_no_zone_and_no_continent() {
    let (config, result) = checked("region: us-central1,europe-west4\n");
    result.unwrap();
    assert_eq!(config.regions, ["us-central1", "europe-west4"]);
    for odd in ["us-central1-a", "us", "US-Central1"] {
        assert!(mistakes(&format!("region: {odd}\n")).contains("write a region"), "{odd}");
    }
}

#[test]
fn an_address_for_all_holds_for_those_without_one_of_their_own() {
    let yaml =
        "endpoints:\n  all: https://private.example/base\n  compute: http://127.0.0.1:8080\n";
    let (config, result) = checked(yaml);
    result.unwrap();
    let address = |api| config.endpoints.get(api).map(Url::as_str);
    assert_eq!(address(Api::Compute), Some("http://127.0.0.1:8080/"));
    for api in Api::ALL.iter().filter(|api| **api != Api::Compute) {
        assert_eq!(address(*api), Some("https://private.example/base"), "{api:?}");
    }
}

#[test]
fn tokens_go_in_clear_text_to_this_machine_only() {
    for fine in ["http://localhost:1", "http://127.0.0.9", "http://[::1]:80", "https://any.example"]
    {
        checked(&format!("endpoints: {{ all: '{fine}' }}\n")).1.unwrap();
    }
    for (odd, problem) in [
        ("http://compute.example", "not https"),
        ("http://10.0.0.1", "not https"),
        ("http://127.0.0.1.example", "not https"),
        ("ftp://x", "not an address"),
        ("compute.example", "not an address"),
        ("https://me:secret@compute.example", "holds a user name"),
        ("https://compute.example?key=1", "more than a host"),
    ] {
        let text = mistakes(&format!("endpoints: {{ compute: '{odd}' }}\n"));
        assert!(text.contains(problem) && text.contains("endpoints.compute"), "{odd}: {text}");
    }
}

#[test]
fn a_key_for_the_price_list_goes_nowhere_in_the_clear() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, "AIza-a-key\n").unwrap();
    let yaml =
        |url: &str| format!("prices:\n  url: {url}\n  api_key_file: {}\n", file.to_str().unwrap());
    let mistake = mistakes(&yaml("http://mirror.example"));
    assert!(mistake.contains("prices.api_key_file") && !mistake.contains("AIza"), "{mistake}");
    for url in ["https://mirror.example", "http://127.0.0.1:8080"] {
        checked(&yaml(url)).1.unwrap();
    }
}
