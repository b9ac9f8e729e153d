//! Queries to a Cloud Monitoring of our own.

use serde_json::{Value, json};

use finops_core::daily::DailyFigures;

use super::{Answer, Asked, Figure, Importance, MetricBudget, Query, Statistic, Window, fetch};
use crate::google::scripted::{Reply, Script, Seen};
use crate::scope::GcpScope;
use crate::services::sample;

static PROCESSOR: Query = Query {
    name: "processor",
    metric: "compute.googleapis.com/instance/cpu/utilization",
    filter: "resource.type = \"gce_instance\"",
    by: &["resource.label.instance_id"],
    statistic: Statistic::Mean,
    window: Window::Latest,
    importance: Importance::Activity,
};

static EXECUTIONS: Query = Query {
    name: "executions",
    metric: "cloudfunctions.googleapis.com/function/execution_count",
    filter: "",
    by: &["resource.label.function_name", "metric.label.status"],
    statistic: Statistic::Growth,
    window: Window::LastHour,
    importance: Importance::Cost,
};

static TIMES: Query = Query {
    name: "times",
    metric: "cloudfunctions.googleapis.com/function/execution_times",
    statistic: Statistic::Distribution,
    ..EXECUTIONS
};

static STORED: Query = Query {
    name: "stored",
    metric: "storage.googleapis.com/storage/v2/total_bytes",
    filter: "",
    by: &["resource.label.bucket_name", "metric.label.storage_class"],
    statistic: Statistic::Last,
    window: Window::Daily,
    importance: Importance::Cost,
};

async fn scope(script: &Script) -> GcpScope {
    let mut scope = sample::scope().await;
    scope.google = script.google().await;
    scope.now = "2026-11-20T10:07:31Z".parse().unwrap();
    scope
}

async fn ask(script: &Script, budget: u64, queries: &[&'static Query]) -> Asked {
    let scope = scope(script).await;
    fetch(&scope, &DailyFigures::default(), &MetricBudget::new(budget), queries).await
}

/// A series with one value, which ends at `end`.
fn series(resource: &Value, metric: &Value, end: &str, value: &Value) -> Value {
    json!({
        "metric": {"type": "m", "labels": metric},
        "resource": {"type": "r", "labels": resource},
        "points": [{"interval": {"endTime": end}, "value": value}],
    })
}

fn page(series: &[Value]) -> Reply {
    Reply::json(&json!({ "timeSeries": series }))
}

fn figures(asked: &Asked, query: &Query) -> Vec<Figure> {
    match asked.answers.of(query) {
        Some(Answer::Figures(figures)) => figures.clone(),
        other => panic!("{other:?}"),
    }
}

fn figure(labels: &[&str], value: &str, count: Option<u64>) -> Figure {
    let labels = labels.iter().map(|label| (*label).to_owned()).collect();
    Figure { labels, value: value.parse().unwrap(), count }
}

fn asked_for(seen: &Seen) -> [String; 6] {
    [
        "filter",
        "interval.startTime",
        "interval.endTime",
        "aggregation.alignmentPeriod",
        "aggregation.perSeriesAligner",
        "aggregation.crossSeriesReducer",
    ]
    .map(|key| seen.query(key))
}

#[tokio::test]
async fn one_request_asks_for_a_metric_of_all_resources() {
    let script = Script::of(&[page(&[])]);
    ask(&script, 10, &[&PROCESSOR, &PROCESSOR]).await;
    let seen = script.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].url.path(), "/v3/projects/web-1/timeSeries");
    assert_eq!(seen[0].query("aggregation.groupByFields"), "resource.label.instance_id");
    assert_eq!((seen[0].query("pageSize"), seen[0].query("view")), ("100000".into(), "0".into()));
}

#[tokio::test]
async fn each_window_is_whole_and_old_enough_to_be_complete() {
    // It is 10:07:31: until 10:03:31 all values are visible. ALIGN_DELTA is 1, ALIGN_NEXT_OLDER 4,
    // ALIGN_MEAN 12; REDUCE_MEAN 1, REDUCE_SUM 4.
    let metric = |metric: &str| {
        format!("metric.type = \"{metric}\" AND resource.label.project_id = \"web-1\"")
    };
    let of_machines = format!("{} AND resource.type = \"gce_instance\"", metric(PROCESSOR.metric));
    for (query, expected) in [
        (
            &PROCESSOR,
            [&*of_machines, "2026-11-20T09:50:00Z", "2026-11-20T10:00:00Z", "300s", "12", "1"],
        ),
        (
            &EXECUTIONS,
            [
                &*metric(EXECUTIONS.metric),
                "2026-11-20T09:00:00Z",
                "2026-11-20T10:00:00Z",
                "3600s",
                "1",
                "4",
            ],
        ),
        (
            &STORED,
            [
                &*metric(STORED.metric),
                "2026-11-18T10:00:00Z",
                "2026-11-20T10:00:00Z",
                "172800s",
                "4",
                "4",
            ],
        ),
    ] {
        let script = Script::of(&[page(&[])]);
        ask(&script, 1, &[query]).await;
        assert_eq!(asked_for(&script.seen()[0]), expected, "{}", query.name);
    }
}

#[tokio::test]
async fn values_of_every_kind_become_figures() {
    let end = "2026-11-20T10:00:00Z";
    let function = |name: &str| json!({ "function_name": name });
    let status = json!({"status": "ok"});
    let script = Script::of(&[page(&[
        series(&function("b"), &json!({}), end, &json!({"int64Value": "9007199254740993"})),
        series(&function("a"), &status, end, &json!({"doubleValue": 0.1})),
        series(&function("c"), &status, end, &json!({"doubleValue": "NaN"})),
        series(&function("d"), &status, end, &json!({"stringValue": "x"})),
        series(&function("e"), &status, "2026-11-20T09:00:00Z", &json!({"doubleValue": 1})),
        json!({}),
    ])]);
    let asked = ask(&script, 1, &[&EXECUTIONS]).await;
    let expected =
        [figure(&["a", "ok"], "0.1", None), figure(&["b", ""], "9007199254740993", None)];
    assert_eq!(figures(&asked, &EXECUTIONS), expected);
    assert!(asked.failure.is_none() && asked.events.is_empty());

    let distribution = json!({"distributionValue": {"count": "3", "mean": 1_500_000_000.5}});
    let script = Script::of(&[page(&[series(&function("a"), &status, end, &distribution)])]);
    let asked = ask(&script, 1, &[&TIMES]).await;
    assert_eq!(figures(&asked, &TIMES), [figure(&["a", "ok"], "1500000000.5", Some(3))]);
}

#[tokio::test]
async fn the_newest_value_counts_over_all_pages() {
    let machine = json!({"instance_id": "7"});
    let at =
        |end: &str, value: f64| series(&machine, &json!({}), end, &json!({"doubleValue": value}));
    let first = json!({
        "timeSeries": [at("2026-11-20T09:55:00Z", 0.1), at("2026-11-20T10:00:00Z", 0.2)],
        "nextPageToken": "two",
    });
    let script = Script::of(&[Reply::json(&first), page(&[at("2026-11-20T09:55:00Z", 0.3)])]);
    let asked = ask(&script, 2, &[&PROCESSOR]).await;
    assert_eq!(figures(&asked, &PROCESSOR), [figure(&["7"], "0.2", None)]);
    assert_eq!(script.seen()[1].query("pageToken"), "two");
}

#[tokio::test]
async fn costs_come_first_and_the_ceiling_leaves_out_the_rest() {
    let script = Script::of(&[page(&[])]);
    let asked = ask(&script, 2, &[&PROCESSOR, &EXECUTIONS, &STORED]).await;
    assert_eq!(script.seen().len(), 2);
    assert_eq!(asked.answers.of(&PROCESSOR), Some(&Answer::OverCeiling));
    assert_eq!(asked.answers.of(&STORED), Some(&Answer::Figures(Vec::new())));
    let event = &asked.events[0];
    assert_eq!((event.kind, asked.events.len()), ("metrics_limited", 1));
    let message = "2 of 3 metrics were asked for in full: the ceiling \
                   monitor.max_requests_per_cycle is reached; left out: 1 of 1 for activity";
    assert_eq!(event.message, message);
    assert_eq!(event.hint.as_deref(), Some("raise monitor.max_requests_per_cycle"));
    assert!(asked.failure.is_none());
}

#[tokio::test]
async fn a_list_that_the_ceiling_cuts_off_is_no_answer() {
    let value = json!({"doubleValue": 1});
    let some = series(&json!({"instance_id": "7"}), &json!({}), "2026-11-20T10:00:00Z", &value);
    let script = Script::of(&[Reply::json(&json!({"timeSeries": [some], "nextPageToken": "two"}))]);
    let asked = ask(&script, 1, &[&PROCESSOR]).await;
    assert_eq!(asked.answers.of(&PROCESSOR), Some(&Answer::OverCeiling));
}

#[tokio::test]
async fn daily_figures_are_asked_for_once_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let daily = DailyFigures::new(Some(folder.path().to_owned()));
    let bucket = json!({"bucket_name": "b-1"});
    let class = json!({"storage_class": "STANDARD"});
    let value = json!({"doubleValue": 5e12});
    let script = Script::of(&[page(&[series(&bucket, &class, "2026-11-20T10:00:00Z", &value)])]);
    let mut scope = scope(&script).await;
    let expected = [figure(&["b-1", "STANDARD"], "5000000000000", None)];
    for _ in 0..2 {
        let asked = fetch(&scope, &daily, &MetricBudget::new(9), &[&STORED]).await;
        assert_eq!(figures(&asked, &STORED), expected);
    }
    assert_eq!(script.seen().len(), 1);
    assert!(folder.path().join("gcp-web-1-stored.json").exists());
    scope.now = "2026-11-21T00:05:00Z".parse().unwrap();
    fetch(&scope, &daily, &MetricBudget::new(9), &[&STORED]).await;
    assert_eq!(script.seen().len(), 2);
}

#[tokio::test]
async fn nothing_is_kept_of_a_failure_or_of_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let daily = DailyFigures::new(Some(folder.path().to_owned()));
    let script = Script::of(&[Reply::refusal(400, "invalid", "what?"), page(&[])]);
    let scope = scope(&script).await;
    for seen in [1, 2, 3] {
        fetch(&scope, &daily, &MetricBudget::new(9), &[&STORED]).await;
        assert_eq!(script.seen().len(), seen);
    }
}

#[tokio::test]
async fn a_metric_that_was_never_written_has_no_figures() {
    let message = "Cannot find metric(s) that match type = \"agent.googleapis.com/memory\". If a \
                   metric was created recently, it could take up to 10 minutes to become available.";
    let error = json!({"error": {"code": 404, "message": message, "status": "NOT_FOUND"}});
    let script = Script::of(&[Reply::new(404, &[], &error.to_string())]);
    let asked = ask(&script, 9, &[&EXECUTIONS, &STORED]).await;
    assert_eq!(figures(&asked, &EXECUTIONS), []);
    assert_eq!(figures(&asked, &STORED), []);
    assert!(asked.failure.is_none());
}

#[tokio::test]
async fn a_query_that_fails_leaves_the_others_alone() {
    let refused = Reply::refusal(400, "badRequest", "The supplied filter is odd");
    let script = Script::new(move |_, seen| match seen.query("filter") {
        filter if filter.contains("execution_count") => refused.clone(),
        _ => page(&[]),
    });
    let asked = ask(&script, 9, &[&EXECUTIONS, &STORED, &PROCESSOR]).await;
    assert!(matches!(asked.answers.of(&EXECUTIONS), Some(Answer::Failed(_))));
    assert_eq!(figures(&asked, &STORED), []);
    assert_eq!(figures(&asked, &PROCESSOR), []);
    assert_eq!(asked.failure.unwrap().error, "badRequest: The supplied filter is odd");
}

#[tokio::test]
async fn what_concerns_all_is_asked_no_more() {
    let script = Script::of(&[Reply::refusal(403, "forbidden", "no")]);
    // One after the other: costs come first.
    let asked = ask(&script, 9, &[&PROCESSOR, &EXECUTIONS]).await;
    assert_eq!(script.seen().len(), 1);
    for query in [&PROCESSOR, &EXECUTIONS] {
        let answer = asked.answers.of(query).unwrap();
        assert!(matches!(answer, Answer::Failed(_)));
        assert!(answer.unknown_because().is_some());
    }
    let hint = "grant monitoring.timeSeries.list on project web-1 \
                (deploy/iam/gcp-agent-role.yaml)";
    assert_eq!(asked.failure.unwrap().hint.as_deref(), Some(hint));
}

#[tokio::test]
async fn an_answer_that_says_it_is_not_whole_is_a_failure() {
    let body = json!({"timeSeries": [], "executionErrors": [{"code": 4, "message": "too slow"}]});
    let asked = ask(&Script::of(&[Reply::json(&body)]), 9, &[&EXECUTIONS]).await;
    let error = "BadReply: monitoring.projects.timeSeries.list: values are missing: too slow";
    assert_eq!(asked.failure.unwrap().error, error);
}
