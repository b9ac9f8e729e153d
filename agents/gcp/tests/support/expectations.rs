//! Documents against what is known of a fleet.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::documents::{self, LISTS, assert_total, hourly, number, records};
use super::fleet::{Cost, Expected, Fleet};

/// The documents say of every project what is expected of it: each record once, each with its cost
/// or the reason for none, and totals to the last digit.
pub(crate) fn assert_all(fleet: &Fleet, documents: &[Value]) {
    assert_eq!(documents.len(), fleet.projects.len(), "a document a project");
    for project in &fleet.projects {
        assert_project(fleet, documents::of(documents, project), project);
    }
}

/// The same of one project's document.
pub(crate) fn assert_project(fleet: &Fleet, document: &Value, project: &str) {
    assert_eq!(documents::failed(document), Vec::<&str>::new(), "{}", document["events"]);
    assert_services(fleet, document, project, &[]);
    assert_summary(document, &fleet.expected(project));
}

/// The same of its services but for some.
pub(crate) fn assert_services(fleet: &Fleet, document: &Value, project: &str, but: &[&str]) {
    let mut expected = fleet.expected(project);
    expected.retain(|it| !but.contains(&it.service));
    let mut wrong: Vec<String> = expected.iter().flat_map(|it| differences(document, it)).collect();
    for (service, _, key) in LISTS.iter().filter(|(service, ..)| !but.contains(service)) {
        let of_service = expected.iter().filter(|it| it.service == *service);
        let names: Vec<&str> = of_service.map(|it| it.name.as_str()).collect();
        let found = records(document, service);
        let unknown = |record: &&Value| !names.contains(&record[key].as_str().unwrap_or_default());
        wrong.extend(found.iter().filter(unknown).map(|it| format!("{service}: unknown {it}")));
        if found.len() != names.len() {
            wrong.push(format!("{service}: {} records, not {}", found.len(), names.len()));
        }
    }
    let first = wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} differences in {project}:\n{first}", wrong.len());
    for (service, sum) in sums(&expected) {
        assert_service(&document["services"][service], &sum, service);
    }
    counts(document, &expected, but);
}

/// How a record differs from what is expected.
fn differences(document: &Value, expected: &Expected) -> Vec<String> {
    let (service, _, key) = LISTS.iter().find(|(name, ..)| *name == expected.service).unwrap();
    let found: Vec<&Value> =
        records(document, service).iter().filter(|record| record[*key] == *expected.name).collect();
    let [record] = found.as_slice() else {
        return vec![format!("{service} {}: {} records", expected.name, found.len())];
    };
    let mut wrong: Vec<String> = cost_problem(record, &expected.cost).into_iter().collect();
    for (key, value) in &expected.keys {
        let same = match (value.as_f64(), record[*key].as_f64()) {
            (Some(_), Some(_)) => number(value) == number(&record[*key]),
            _ => record[*key] == *value,
        };
        if !same {
            wrong.push(format!("{key} is {}, not {value}", record[*key]));
        }
    }
    wrong.into_iter().map(|it| format!("{service} {}: {it}", expected.name)).collect()
}

fn cost_problem(record: &Value, cost: &Cost) -> Option<String> {
    let reason = record["unpriced_reason"].as_str();
    let components = record.get("unpriced_components").cloned().unwrap_or(Value::Null);
    let told = |known: Decimal| {
        let lines = record["price"].as_array().map_or(&[][..], Vec::as_slice);
        record["hourly_cost"].is_number()
            && number(&record["hourly_cost"]) == hourly(known)
            && by_lines(record) == known.normalize()
            && lines.iter().all(is_traceable)
            && lines.is_empty() == known.is_zero()
    };
    let (right, wanted) = match cost {
        Cost::Priced(known) => (told(*known) && reason.is_none(), json!(hourly(*known))),
        Cost::Unpriced(word) => (
            record["hourly_cost"].is_null()
                && record["monthly_cost"].is_null()
                && record["price"] == json!([])
                && reason.is_some_and(|reason| contains(reason, word) && reason.len() > 12),
            json!({ "unpriced": word }),
        ),
        Cost::Partly(known, parts, word) => (
            told(*known)
                && components == json!(parts)
                && reason.is_some_and(|reason| contains(reason, word)),
            json!({ "known": hourly(*known), "parts": parts, "because": word }),
        ),
    };
    let found = json!({ "hourly": record["hourly_cost"], "reason": reason,
                        "parts": components, "price": record["price"] });
    (!right).then(|| format!("wanted {wanted}, found {found}"))
}

fn contains(text: &str, word: &str) -> bool {
    text.to_lowercase().contains(&word.to_lowercase())
}

/// The cost of a record by its own price lines, USD a month: quantity × unit price.
pub(crate) fn by_lines(record: &Value) -> Decimal {
    let lines = record["price"].as_array().into_iter().flatten();
    let one = |line: &Value| {
        let amount = number(&line["quantity"]) * number(&line["unit_price"]);
        let unit = line["unit"].as_str().unwrap_or_default();
        // What is not of a month is of an hour.
        let hours = if unit.ends_with("month") { Decimal::ONE } else { Decimal::from(730) };
        amount * hours
    };
    lines.map(one).sum::<Decimal>().normalize()
}

/// Whether a person can find the price.
fn is_traceable(line: &Value) -> bool {
    ["unit_price", "unit", "source", "as_of", "sku_key"].iter().all(|key| !line[key].is_null())
}

/// Known costs of a month; how many have no price, and how many have one in part.
type Sum = (Decimal, u64, u64);

fn sums<'a>(expected: &[&'a Expected]) -> BTreeMap<&'a str, Sum> {
    let mut services: BTreeMap<&str, Sum> = BTreeMap::new();
    for one in expected {
        let sum = services.entry(one.service).or_default();
        sum.0 += one.cost.known();
        sum.1 += u64::from(matches!(one.cost, Cost::Unpriced(_)));
        sum.2 += u64::from(matches!(one.cost, Cost::Partly(..)));
    }
    services
}

fn assert_service(own: &Value, sum: &Sum, service: &str) {
    assert_total(own, sum.0, service);
    assert_eq!(own["unpriced"], sum.1, "{service}");
    assert_eq!(own["partly_priced"], sum.2, "{service}");
}

fn assert_summary(document: &Value, expected: &[&Expected]) {
    let mut whole = (Decimal::ZERO, 0, 0);
    for sum in sums(expected).values() {
        whole = (whole.0 + sum.0, whole.1 + sum.1, whole.2 + sum.2);
    }
    let summary = &document["summary"];
    assert_total(summary, whole.0, "summary");
    assert_eq!(summary["unpriced_resources"], whole.1);
    assert_eq!(summary["partly_priced_resources"], whole.2);
    assert_eq!(summary["resources"], expected.len());
    assert_eq!(document["metrics"]["summary"], *summary);
    assert_eq!(document["metrics"]["services"], document["services"]);
}

fn counts(document: &Value, expected: &[&Expected], but: &[&str]) {
    let of = |service: &str| expected.iter().filter(|it| it.service == service).count();
    for (service, key) in [
        ("compute", "total_instances"),
        ("disks", "total_disks"),
        ("snapshots", "total_snapshots"),
        ("gke", "total_clusters"),
        ("functions", "total_functions"),
        ("cloud_run", "total_services"),
        ("sql", "total_instances"),
        ("storage", "total_buckets"),
    ] {
        if !but.contains(&service) {
            assert_eq!(document["services"][service][key], of(service), "{service}: {key}");
        }
    }
    let running = expected.iter().filter(|it| it.service == "compute");
    let running = running.filter(|it| it.keys.get("status") == Some(&json!("RUNNING")));
    if !but.contains(&"compute") {
        assert_eq!(document["services"]["compute"]["running_instances"], running.count());
    }
}
