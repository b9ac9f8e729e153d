//! Questions to a scripted Azure Monitor.

use std::sync::Arc;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use finops_core::daily::DailyFigures;

use super::fetch::Asked;
use super::{Answer, Importance, Metric, MetricBudget, Query, Question, Statistic, Window, fetch};
use crate::arm::scripted::{Reply, Script, Seen};
use crate::arm::{Lost, Meter, Trouble};

const SUBSCRIPTION: &str = "11111111-2222-3333-4444-555555555555";

static PROCESSOR: Query = Query {
    name: "processor",
    namespace: "microsoft.compute/virtualmachines",
    metrics: &[
        Metric { name: "Percentage CPU", statistic: Statistic::Average },
        Metric { name: "Disk Read Bytes", statistic: Statistic::Total },
    ],
    window: Window::Latest,
    dimensions: &[],
    importance: Importance::Machine,
};

static CAPACITY: Query = Query {
    name: "blob-capacity",
    namespace: "microsoft.storage/storageaccounts/blobservices",
    metrics: &[Metric { name: "BlobCapacity", statistic: Statistic::Average }],
    window: Window::Daily,
    dimensions: &["Tier", "BlobType"],
    importance: Importance::Cost,
};

fn now() -> Timestamp {
    "2026-11-20T10:07:31Z".parse().unwrap()
}

fn machine(number: usize) -> String {
    format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/web/providers/Microsoft.Compute/\
         virtualMachines/web-{number}"
    )
}

fn account(number: usize) -> String {
    format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/data/providers/Microsoft.Storage/\
         storageAccounts/data{number}/blobServices/default"
    )
}

fn question(query: &'static Query, target: &str, region: &str) -> Question {
    Question { resource: None, target: target.into(), region: region.into(), query }
}

fn machines(count: usize) -> Vec<Question> {
    (0..count).map(|number| question(&PROCESSOR, &machine(number), "westeurope")).collect()
}

async fn ask(script: &Script, budget: u64, questions: &[Question]) -> Asked {
    ask_keeping(script, &DailyFigures::default(), budget, questions).await
}

async fn ask_keeping(
    script: &Script,
    daily: &DailyFigures,
    budget: u64,
    questions: &[Question],
) -> Asked {
    // The agent runs each scope in a task.
    fn task<T: Send>(future: T) -> T {
        future
    }
    let (azure, meter) = (script.azure(), Meter::default());
    let budget = Arc::new(MetricBudget::new(budget, 1));
    task(fetch(&azure, &meter, daily, &budget, SUBSCRIPTION, now(), questions)).await
}

fn metric(name: &str, series: &Value) -> Value {
    json!({"name": {"value": name}, "errorCode": "Success", "timeseries": series})
}

/// The answer about one machine: its processor's share, and 5 bytes read.
fn of_machine(id: &str, percent: &Value) -> Value {
    let points = |key: &str, value: &Value| {
        json!([{"metadatavalues": [], "data": [
            {"timeStamp": "2026-11-20T09:50:00Z", key: 99},
            {"timeStamp": "2026-11-20T09:55:00Z", key: value},
            {"timeStamp": "2026-11-20T10:00:00Z"},
        ]}])
    };
    json!({"resourceid": id, "value": [
        metric("Percentage CPU", &points("average", percent)),
        metric("Disk Read Bytes", &points("total", &json!(5))),
    ]})
}

/// Answers for every machine of a batch, each named in capitals as Azure may.
fn batch(seen: &Seen) -> Reply {
    let ids = seen.body["resourceids"].as_array().unwrap();
    let values: Vec<Value> = ids
        .iter()
        .map(|id| of_machine(&id.as_str().unwrap().to_uppercase(), &json!(12.5)))
        .collect();
    Reply::json(&json!({"values": values}))
}

fn is_batch(seen: &Seen) -> bool {
    seen.url.contains("metrics:getBatch")
}

fn errors(asked: &Asked) -> Vec<&str> {
    let failed = asked.answers.iter().filter_map(|answer| match answer {
        Answer::Failed(failure) => Some(failure.error.as_str()),
        _ => None,
    });
    failed.collect()
}

#[tokio::test]
async fn fifty_resources_are_asked_about_at_once() {
    let script = Script::new(|_, seen| batch(seen));
    let mut questions = machines(60);
    questions.push(question(&PROCESSOR, &machine(3).to_lowercase(), "westeurope"));
    questions.push(question(&PROCESSOR, &machine(70), "eastus"));
    let asked = ask(&script, 100, &questions).await;
    assert_eq!((asked.failure, asked.events.len()), (None, 0));
    for answer in &asked.answers {
        assert_eq!(answer.value("Percentage CPU"), Some(Decimal::new(125, 1)));
        assert_eq!(answer.value("Disk Read Bytes"), Some(Decimal::from(5)));
    }
    let seen = script.seen();
    let mut sizes: Vec<usize> =
        seen.iter().map(|seen| seen.body["resourceids"].as_array().unwrap().len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 10, 50]);
    let first = seen.iter().find(|seen| seen.url.contains("westeurope")).unwrap();
    assert!(first.url.starts_with(&format!(
        "https://westeurope.metrics.monitor.azure.com/subscriptions/{SUBSCRIPTION}/metrics:getBatch?"
    )));
    for (name, value) in [
        ("starttime", "2026-11-20T09:45:00.000Z"),
        ("endtime", "2026-11-20T10:05:00.000Z"),
        ("interval", "PT5M"),
        ("metricnamespace", "microsoft.compute/virtualmachines"),
        ("metricnames", "Percentage CPU,Disk Read Bytes"),
        ("aggregation", "average,total"),
        ("api-version", "2024-02-01"),
    ] {
        assert_eq!(first.query(name).as_deref(), Some(value));
    }
    assert_eq!(first.query("filter"), None);
}

#[tokio::test]
async fn figures_are_told_apart_by_their_dimensions() {
    let script = Script::new(|_, seen| {
        let series = |tier: &str, kind: &str, bytes: &Value| {
            json!({
                "metadatavalues": [
                    {"name": {"value": "blobtype"}, "value": kind},
                    {"name": {"value": "tier"}, "value": tier},
                ],
                "data": [{"timeStamp": "2026-11-20T04:00:00Z", "average": bytes}],
            })
        };
        let capacity = metric(
            "BlobCapacity",
            &json!([
                series("Hot", "BlockBlob", &json!(1_000)),
                series("Cool", "PageBlob", &json!(7)),
                {"metadatavalues": [], "data": [{"timeStamp": "2026-11-20T04:00:00Z"}]},
            ]),
        );
        let id = &seen.body["resourceids"][0];
        Reply::json(&json!({"values": [{"resourceid": id, "value": [capacity]}]}))
    });
    let asked = ask(&script, 1, &[question(&CAPACITY, &account(1), "eastus")]).await;
    let figures = asked.answers[0].figures();
    let told: Vec<(Vec<&str>, Decimal)> = figures
        .iter()
        .map(|figure| (figure.dimensions.iter().map(String::as_str).collect(), figure.value))
        .collect();
    assert_eq!(
        told,
        [
            (vec!["Hot", "BlockBlob"], Decimal::from(1_000)),
            (vec!["Cool", "PageBlob"], Decimal::from(7)),
        ]
    );
    let seen = script.seen().remove(0);
    assert_eq!(seen.query("filter").as_deref(), Some("Tier eq '*' and BlobType eq '*'"));
    assert_eq!(seen.query("top").as_deref(), Some("1000"));
}

#[tokio::test]
async fn a_metric_that_failed_is_not_a_metric_without_values() {
    let script = Script::new(|_, seen| {
        let id = &seen.body["resourceids"][0];
        let failed = json!({
            "name": {"value": "Percentage CPU"},
            "errorCode": "InvalidSamplingType",
            "errorMessage": "Sampling type is not found.",
        });
        let quiet = metric("Disk Read Bytes", &json!([]));
        let silent = [metric("Percentage CPU", &json!([])), quiet.clone()];
        let odd = of_machine(&machine(2), &json!("NaN"));
        Reply::json(&json!({"values": [
            {"resourceid": id, "value": [failed, quiet]},
            {"resourceid": machine(1), "value": silent},
            odd,
            {"resourceid": machine(3), "value": [quiet]},
        ]}))
    });
    let asked = ask(&script, 1, &machines(4)).await;
    let errors = errors(&asked);
    assert_eq!(asked.answers[1], Answer::Figures(Vec::new()));
    assert!(errors[0].contains("InvalidSamplingType") && errors[0].contains("Percentage CPU"));
    assert!(errors[1].contains("NaN"), "{errors:?}");
    assert!(errors[2].contains("leaves it out"), "{errors:?}");
    assert_eq!(asked.failure.as_ref().unwrap().error, errors[0]);
}

#[tokio::test]
async fn a_resource_that_a_batch_leaves_out_is_asked_about_alone() {
    let script = Script::new(|_, seen| match is_batch(seen) {
        true => Reply::json(&json!({"values": [of_machine(&machine(0), &json!(1))]})),
        false => Reply::json(&of_machine("", &json!(2e0))),
    });
    let asked = ask(&script, 9, &machines(2)).await;
    assert_eq!(asked.answers[0].value("Percentage CPU"), Some(Decimal::ONE));
    assert_eq!(asked.answers[1].value("Percentage CPU"), Some(Decimal::TWO));
    assert_eq!(asked.events, []);
    let single = &script.seen()[1];
    assert!(single.url.starts_with(&format!(
        "https://management.azure.com{}/providers/Microsoft.Insights/metrics?",
        machine(1)
    )));
    assert_eq!(
        single.query("timespan").as_deref(),
        Some("2026-11-20T09:45:00Z/2026-11-20T10:05:00Z")
    );
}

#[tokio::test]
async fn where_batches_are_denied_resources_are_asked_about_one_by_one() {
    let script = Script::new(|_, seen| match is_batch(seen) {
        true => Reply::error(403, "AuthorizationFailed"),
        false => Reply::json(&of_machine("", &json!(3))),
    });
    let mut questions = machines(3);
    questions.push(question(&CAPACITY, &account(1), "eastus"));
    let asked = ask(&script, 100, &questions).await;
    for answer in &asked.answers[..3] {
        assert_eq!(answer.value("Percentage CPU"), Some(Decimal::from(3)));
    }
    // The denied batch of what matters most closes the others: one batch in all.
    assert_eq!(script.seen().iter().filter(|seen| is_batch(seen)).count(), 1);
    let [event] = &asked.events[..] else { panic!("{:?}", asked.events) };
    assert_eq!(event.kind, "metrics_one_by_one");
    assert!(event.hint.as_ref().unwrap().contains("Monitoring Reader"), "{event:?}");
}

#[tokio::test]
async fn a_region_that_cannot_be_reached_leaves_the_others_as_they_are() {
    let script = Script::new(|_, seen| match seen.url.contains("eastus.metrics") {
        true => Reply::Lost(Lost {
            trouble: Trouble::Unreachable,
            cause: "no connection".to_owned(),
            remedy: "open the firewall".to_owned(),
        }),
        false if is_batch(seen) => batch(seen),
        false => Reply::json(&of_machine("", &json!(3))),
    });
    let questions = [
        question(&PROCESSOR, &machine(0), "eastus"),
        question(&PROCESSOR, &machine(1), "northeurope"),
    ];
    let asked = ask(&script, 100, &questions).await;
    assert_eq!(asked.answers[0].value("Percentage CPU"), Some(Decimal::from(3)));
    assert_eq!(asked.answers[1].value("Percentage CPU"), Some(Decimal::new(125, 1)));
    assert!(asked.events[0].message.contains("in eastus"), "{:?}", asked.events);
    assert_eq!(asked.events[0].hint.as_deref(), Some("open the firewall"));
}

#[tokio::test]
async fn where_single_requests_are_denied_too_only_the_first_few_are_made() {
    let script = Script::new(|_, _| Reply::error(403, "AuthorizationFailed"));
    let asked = ask(&script, 1_000, &machines(200)).await;
    assert_eq!(errors(&asked).len(), 200);
    // Batches: four side by side. Single requests: three that fail, beside eight on their way.
    assert!(script.seen().len() <= 4 + 3 + 8, "{} requests", script.seen().len());
    assert!(asked.failure.unwrap().error.contains("AuthorizationFailed"));
}

#[tokio::test]
async fn one_resource_without_a_metric_does_not_fail_its_batch() {
    let script = Script::new(|_, seen| match is_batch(seen) || seen.url.contains("web-1/") {
        true => Reply::error(400, "BadRequest"),
        false => Reply::json(&of_machine("", &json!(3))),
    });
    let asked = ask(&script, 100, &machines(3)).await;
    assert!(matches!(asked.answers[1], Answer::Failed(_)));
    assert_eq!(asked.answers[2].value("Percentage CPU"), Some(Decimal::from(3)));
    assert_eq!(asked.events, []);
}

#[tokio::test]
async fn the_ceiling_leaves_out_what_matters_least_and_says_so() {
    let script = Script::new(|_, seen| match seen.query("metricnames").unwrap().as_str() {
        "BlobCapacity" => Reply::json(&json!({"values": [
            {"resourceid": account(1), "value": [metric("BlobCapacity", &json!([]))]},
        ]})),
        _ => batch(seen),
    });
    let mut questions = machines(60);
    questions.push(question(&CAPACITY, &account(1), "eastus"));
    let asked = ask(&script, 2, &questions).await;
    assert_eq!(asked.answers[60], Answer::Figures(Vec::new()));
    let over = asked.answers.iter().filter(|answer| **answer == Answer::OverCeiling).count();
    assert_eq!((over, script.seen().len()), (10, 2));
    let [event] = &asked.events[..] else { panic!("{:?}", asked.events) };
    assert_eq!(
        event.message,
        "51 of 61 metric questions were asked: the ceiling monitor.max_requests_per_cycle is \
         reached; left out: 10 of 60 for machines"
    );
    assert_eq!(event.hint.as_deref(), Some("raise monitor.max_requests_per_cycle"));
    let asked = ask(&script, 0, &questions).await;
    assert!(asked.answers.iter().all(|answer| *answer == Answer::OverCeiling));
    assert_eq!(script.seen().len(), 2);
}

#[tokio::test]
async fn daily_figures_are_asked_for_once_a_day_and_failures_again() {
    let capacity = |bytes: i32| {
        let data = json!([{"timeStamp": "2026-11-20T04:00:00Z", "average": bytes}]);
        metric("BlobCapacity", &json!([{"metadatavalues": [], "data": data}]))
    };
    let failed = json!({"name": {"value": "BlobCapacity"}, "errorCode": "InternalError"});
    let script = Script::new(move |before, seen| {
        let ids = seen.body["resourceids"].as_array().unwrap();
        let value = |number: usize| match before {
            0 if number == 1 => failed.clone(),
            _ => capacity(42),
        };
        let values: Vec<Value> = ids
            .iter()
            .enumerate()
            .map(|(number, id)| json!({"resourceid": id, "value": [value(number)]}))
            .collect();
        Reply::json(&json!({"values": values}))
    });
    let folder = tempfile::tempdir().unwrap();
    let daily = DailyFigures::new(Some(folder.path().to_owned()));
    let questions: Vec<Question> =
        (0..2).map(|number| question(&CAPACITY, &account(number), "eastus")).collect();
    let asked = ask_keeping(&script, &daily, 9, &questions).await;
    assert_eq!(errors(&asked).len(), 1);
    let asked = ask_keeping(&script, &daily, 9, &questions).await;
    assert_eq!(asked.answers[1].value("BlobCapacity"), Some(Decimal::from(42)));
    assert_eq!(script.seen()[1].body["resourceids"], json!([account(1)]));
    // From here on all are kept, also where the budget is used up.
    let asked = ask_keeping(&script, &daily, 0, &questions).await;
    assert!(asked.answers.iter().all(|answer| answer.value("BlobCapacity").is_some()));
    assert_eq!(script.seen().len(), 2);
    assert!(folder.path().join(format!("azure-{SUBSCRIPTION}-blob-capacity.json")).is_file());
}

#[tokio::test]
async fn an_identifier_that_leads_elsewhere_is_not_asked_about() {
    let script = Script::new(|_, seen| match is_batch(seen) {
        true => Reply::error(404, "NotFound"),
        false => Reply::json(&json!({"value": []})),
    });
    let odd = question(&PROCESSOR, "/subscriptions/s-1/../../providers/x", "eastus");
    let asked = ask(&script, 9, &[odd]).await;
    assert_eq!((errors(&asked).len(), script.seen().len()), (1, 1));
    let no_region = question(&PROCESSOR, &machine(1), "no region");
    let asked = ask(&script, 9, &[no_region]).await;
    assert!(errors(&asked)[0].contains("leaves it out"));
    assert!(script.seen()[1].url.starts_with("https://management.azure.com/"));
}
