//! What is taken and what is refused.

use std::path::Path;

use finops_core::config::{ConfigErrors, Layers};

use super::*;

const ONE: &str = "11111111-2222-3333-4444-555555555555";

fn checked(yaml: &str) -> (AzureConfig, Result<(), ConfigErrors>) {
    let mut layers = Layers::new(AZURE_SETTINGS);
    layers.text(Path::new("agent.yaml"), yaml);
    let mut check = Checker::new(layers);
    let config = AzureConfig::check(&mut check);
    (config, check.finish())
}

fn mistakes(yaml: &str) -> String {
    checked(yaml).1.unwrap_err().to_string()
}

#[test]
fn nothing_configured_is_every_subscription_of_the_public_cloud() {
    let (config, result) = checked("{}");
    result.unwrap();
    assert_eq!(config.subscriptions, Subscriptions::All);
    assert_eq!(config.endpoints.arm.as_str(), "https://management.azure.com/");
    assert_eq!(config.credential, CredentialConfig::default());
    assert_eq!(config.max_metric_requests, 2_000);
}

#[test]
fn a_sovereign_cloud_has_its_own_endpoints_and_each_can_be_replaced() {
    let yaml = "cloud: usgov\nendpoints:\n  arm: https://arm.example:8443/base\n";
    let (config, result) = checked(yaml);
    result.unwrap();
    assert_eq!(config.endpoints.authority.as_str(), "https://login.microsoftonline.us/");
    assert_eq!(config.endpoints.arm.as_str(), "https://arm.example:8443/base");
    assert_eq!(config.endpoints.metrics, "https://{region}.metrics.monitor.azure.us/");
    assert_eq!(config.cloud.arm_audience(), "https://management.usgovcloudapi.net/.default");
}

#[test]
fn subscriptions_are_ids_each_once_in_small_letters() {
    let yaml = format!("subscription: [{ONE}, {}]\n", ONE.to_uppercase());
    let (config, result) = checked(&yaml);
    result.unwrap();
    assert_eq!(config.subscriptions, Subscriptions::Named(vec![ONE.to_owned()]));
    for odd in
        ["production", "11111111222233334444555555555555", "{11111111-2222-3333-4444-555555555555}"]
    {
        let text = mistakes(&format!("subscription: ['{odd}']\n"));
        assert!(
            text.contains(&format!("has \"{odd}\"")) && text.contains("az account list"),
            "{text}"
        );
    }
    assert!(mistakes(&format!("subscription: [all, {ONE}]\n")).contains("is `all` and more"));
}

#[test]
fn endpoints_in_clear_text_or_with_a_password_are_refused() {
    for (key, text) in [
        ("authority", "http://login.example"),
        ("arm", "http://arm.example"),
        ("metrics", "http://{region}.example"),
    ] {
        let text = mistakes(&format!("endpoints:\n  {key}: '{text}'\n"));
        assert!(text.contains(&format!("`endpoints.{key}`")), "{text}");
        assert!(text.contains("not https") && text.contains("in clear text"), "{text}");
    }
    let text = mistakes("endpoints:\n  arm: https://me:secret@arm.example\n");
    assert!(text.contains("user name or password") && !text.contains("secret@"), "{text}");
    assert!(mistakes("endpoints:\n  arm: arm.example\n").contains("not an address"));
}

#[test]
fn a_groups_name_cannot_hold_a_quote_or_a_slash() {
    checked("resource_group: [Web-1_(a).b, données]\n").1.unwrap();
    for odd in ["a'b", "a/b", "a b", "dot."] {
        let text = mistakes(&format!("resource_group: [\"{odd}\"]\n"));
        assert!(text.contains("resource_group"), "{text}");
    }
}
