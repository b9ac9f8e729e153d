//! Repeats, quotas, tokens, and what is refused before it is sent.

use serde_json::{Value, json};

use super::{DISKS, PATH};
use crate::arm::scripted::{Reply, Script};
use crate::arm::{Lost, Meter, Operation, Trouble};
use crate::cloud::Cloud;
use crate::config::AzureConfig;

const GRAPH: Operation =
    Operation { permission: "Microsoft.ResourceGraph/resources/read", api_version: "2022-10-01" };
const GRAPH_PATH: &str = "/providers/Microsoft.ResourceGraph/resources";

#[tokio::test]
async fn a_throttled_call_is_tried_again_after_the_wait_it_is_told() {
    let script = Script::new(|before, _| match before {
        0 => Reply::error(429, "TooManyRequests").header("retry-after", "0"),
        1 => Reply::error(503, "ServerBusy"),
        _ => Reply::json(&json!({"name": "found"})),
    });
    let meter = Meter::default();
    let found: Value = script.azure().get(&meter, DISKS, PATH, &[]).await.unwrap();
    assert_eq!(found["name"], "found");
    let stats = meter.stats();
    assert_eq!((stats.api_calls, stats.retries, stats.throttled), (3, 2, 2));
}

#[tokio::test]
async fn a_wait_of_a_day_fails_the_call_at_once() {
    let script =
        Script::new(|_, _| Reply::error(429, "TooManyRequests").header("retry-after", "86400"));
    let meter = Meter::default();
    let error = script.azure().get::<Value>(&meter, DISKS, PATH, &[]).await.unwrap_err();
    assert_eq!((error.trouble, script.seen().len()), (Trouble::Throttled, 1));
    assert!(error.failure.error.contains("86400 seconds"), "{}", error.failure.error);
    assert_eq!(meter.stats().throttled, 1);
}

#[tokio::test]
async fn a_refusal_of_resource_graph_waits_until_its_quota_resets() {
    let script = Script::new(|before, _| match before {
        0 => Reply::error(429, "RateLimiting")
            .header("x-ms-user-quota-remaining", "0")
            .header("x-ms-user-quota-resets-after", "00:00:00.05"),
        _ => Reply::json(&json!({"data": []})),
    });
    let question = json!({"query": "resources"});
    let meter = Meter::default();
    let asked = script.azure().post::<_, Value>(&meter, GRAPH, GRAPH_PATH, &question).await;
    assert!(asked.is_ok());
    let seen = &script.seen()[1];
    assert_eq!((seen.method.as_str(), &seen.body), ("POST", &question));
    let days = Script::new(|_, _| {
        Reply::error(429, "RateLimiting").header("x-ms-user-quota-resets-after", "24:00:00")
    });
    let asked = days.azure().post::<_, Value>(&meter, GRAPH, GRAPH_PATH, &question).await;
    assert_eq!((asked.unwrap_err().trouble, days.seen().len()), (Trouble::Throttled, 1));
}

#[tokio::test]
async fn a_used_up_quota_holds_up_the_next_question_of_any_task() {
    let script = Script::new(|_, _| {
        Reply::json(&json!({"data": []}))
            .header("x-ms-user-quota-remaining", "0")
            .header("x-ms-user-quota-resets-after", "00:10:00")
    });
    let azure = script.azure();
    let ask = |azure: crate::arm::Azure| async move {
        azure.post::<_, Value>(&Meter::default(), GRAPH, GRAPH_PATH, &json!({})).await
    };
    assert!(ask(azure.clone()).await.is_ok());
    let later = tokio::spawn(ask(azure.clone())).await.unwrap().unwrap_err();
    assert_eq!((later.trouble, script.seen().len()), (Trouble::Throttled, 1));
    // Azure Resource Manager's own quota is another.
    assert!(azure.get::<Value>(&Meter::default(), DISKS, PATH, &[]).await.is_ok());
}

#[tokio::test]
async fn a_refused_token_is_replaced_by_one_of_a_credential_made_anew() {
    let script = Script::new(|_, seen| match seen.token.starts_with("1 ") {
        true => Reply::error(401, "ExpiredAuthenticationToken"),
        false => Reply::json(&json!({})),
    });
    let azure = script.azure();
    let meter = Meter::default();
    let (one, two) = tokio::join!(
        azure.get::<Value>(&meter, DISKS, PATH, &[]),
        azure.get::<Value>(&meter, DISKS, PATH, &[]),
    );
    assert!(one.is_ok() && two.is_ok());
    assert!(azure.get::<Value>(&meter, DISKS, PATH, &[]).await.is_ok());
    let newest = script.seen().last().unwrap().token.clone();
    assert_eq!(newest, "2 https://management.azure.com/.default");
    assert_eq!((meter.stats().api_calls, meter.stats().retries), (5, 2));
}

#[tokio::test]
async fn a_second_refusal_of_a_token_is_final() {
    let script = Script::new(|_, _| Reply::error(401, "InvalidAuthenticationToken"));
    let error = script.azure().get::<Value>(&Meter::default(), DISKS, PATH, &[]).await.unwrap_err();
    assert_eq!((error.trouble, script.seen().len()), (Trouble::Unauthenticated, 2));
    assert!(error.failure.hint.unwrap().contains("clock"));
}

#[tokio::test]
async fn a_denied_call_is_not_tried_again() {
    let script = Script::new(|_, _| Reply::error(403, "AuthorizationFailed"));
    let error = script.azure().get::<Value>(&Meter::default(), DISKS, PATH, &[]).await.unwrap_err();
    assert_eq!((error.trouble, script.seen().len()), (Trouble::Denied, 1));
}

#[tokio::test]
async fn a_call_is_tried_as_often_as_configured() {
    let lost = Lost {
        trouble: Trouble::Unreachable,
        cause: "no connection to management.azure.com".to_owned(),
        remedy: "check DNS".to_owned(),
    };
    let script = Script::new(move |_, _| Reply::Lost(lost.clone()));
    let config = AzureConfig { api_attempts: 3, ..AzureConfig::default() };
    let asked = script.azure_with(&config).get::<Value>(&Meter::default(), DISKS, PATH, &[]).await;
    let error = asked.unwrap_err();
    assert_eq!((error.trouble, script.seen().len()), (Trouble::Unreachable, 3));
    assert_eq!(
        error.failure.error,
        "Unreachable: Microsoft.Compute/disks/read: no connection to management.azure.com"
    );
    let once = AzureConfig { api_attempts: 1, ..AzureConfig::default() };
    let asked = script.azure_with(&once).get::<Value>(&Meter::default(), DISKS, PATH, &[]).await;
    assert!(asked.is_err());
    assert_eq!(script.seen().len(), 4);
}

#[tokio::test]
async fn metrics_are_asked_in_their_region_with_a_token_of_their_own() {
    let script = Script::new(|_, _| Reply::json(&json!({})));
    let azure = script.azure();
    let ask = |region: &'static str| {
        let azure = azure.clone();
        async move {
            let meter = Meter::default();
            azure.post_metrics::<_, Value>(&meter, DISKS, region, "/s:get", &[], &json!(1)).await
        }
    };
    assert!(ask("westeurope").await.is_ok());
    let seen = script.seen().remove(0);
    assert_eq!(
        (seen.url.as_str(), seen.token.as_str()),
        (
            "https://westeurope.metrics.monitor.azure.com/s:get?api-version=2024-03-02",
            "1 https://metrics.monitor.azure.com/.default"
        )
    );
    for odd in ["evil.example.org/", "west europe", ""] {
        assert_eq!(ask(odd).await.unwrap_err().trouble, Trouble::BadReply, "{odd:?}");
    }
    assert_eq!(script.seen().len(), 1);
}

/// The endpoints and audiences of Microsoft's pages for these clouds.
#[tokio::test]
async fn a_sovereign_cloud_is_asked_at_its_own_hosts_with_tokens_for_them() {
    for (cloud, arm, metrics) in [
        (Cloud::UsGov, "management.usgovcloudapi.net", "metrics.monitor.azure.us"),
        (Cloud::China, "management.chinacloudapi.cn", "metrics.monitor.azure.cn"),
    ] {
        let config = AzureConfig { cloud, endpoints: cloud.endpoints(), ..AzureConfig::default() };
        let script = Script::new(|_, _| Reply::json(&json!({})));
        let (azure, meter) = (script.azure_with(&config), Meter::default());
        azure.get::<Value>(&meter, DISKS, PATH, &[]).await.unwrap();
        azure
            .post_metrics::<_, Value>(&meter, DISKS, "region1", "/s:get", &[], &json!(1))
            .await
            .unwrap();
        let seen = script.seen();
        assert!(seen[0].url.starts_with(&format!("https://{arm}/")), "{}", seen[0].url);
        assert_eq!(seen[0].token, format!("1 https://{arm}/.default"));
        assert!(seen[1].url.starts_with(&format!("https://region1.{metrics}/")), "{}", seen[1].url);
        assert_eq!(seen[1].token, format!("1 https://{metrics}/.default"));
    }
}

#[tokio::test]
async fn a_path_that_leads_elsewhere_is_not_asked_for() {
    let script = Script::new(|_, _| Reply::json(&json!({})));
    let odd = "/subscriptions/s-1/../../providers";
    let asked = script.azure().get::<Value>(&Meter::default(), DISKS, odd, &[]).await;
    assert_eq!(asked.unwrap_err().trouble, Trouble::BadReply);
    assert!(script.seen().is_empty());
}
