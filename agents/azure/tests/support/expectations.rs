//! Documents against what is known of a tenant.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::documents::{self, LISTS, assert_total, hourly, number, records};
use super::tenant::{Cost, Expected, Tenant};

/// The documents say of every subscription what is expected of it: each record once, each with its
/// cost or the reason for none, and totals to the last digit.
pub(crate) fn assert_all(tenant: &Tenant, documents: &[Value]) {
    assert_eq!(documents.len(), tenant.subscriptions.len(), "a document a subscription");
    for subscription in &tenant.subscriptions {
        assert_subscription(tenant, documents::of(documents, subscription.id), subscription.id);
    }
}

/// The same of one subscription's document.
pub(crate) fn assert_subscription(tenant: &Tenant, document: &Value, subscription: &str) {
    assert_eq!(documents::failed(document), Vec::<&str>::new(), "{}", document["events"]);
    let expected = tenant.expected(subscription);
    let mut wrong: Vec<String> = expected.iter().flat_map(|it| differences(document, it)).collect();
    for (service, list, key) in LISTS {
        let names: Vec<&str> =
            expected.iter().filter(|it| it.list == list).map(|it| it.name.as_str()).collect();
        for record in records(document, service, list) {
            let name = record[key].as_str().unwrap_or_default();
            if !names.contains(&name) {
                wrong.push(format!("{list}: {name} is not expected: {record}"));
            }
        }
        if records(document, service, list).len() != names.len() {
            let found = records(document, service, list).len();
            wrong.push(format!("{list}: {found} records, not {}", names.len()));
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), first(&wrong));
    assert_totals(document, &expected);
}

fn first(wrong: &[String]) -> String {
    wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n")
}

/// How a record differs from what is expected.
fn differences(document: &Value, expected: &Expected) -> Vec<String> {
    let (service, _, key) = LISTS.iter().find(|(_, list, _)| *list == expected.list).unwrap();
    let found: Vec<&Value> = records(document, service, expected.list)
        .iter()
        .filter(|record| record[*key] == *expected.name)
        .collect();
    let [record] = found.as_slice() else {
        return vec![format!("{} {}: {} records", expected.list, expected.name, found.len())];
    };
    let mut wrong: Vec<String> = Vec::new();
    if let Some(problem) = cost_problem(record, &expected.cost) {
        wrong.push(problem);
    }
    for (key, value) in &expected.keys {
        let same = match (value.as_f64(), record[*key].as_f64()) {
            (Some(_), Some(_)) => number(value) == number(&record[*key]),
            _ => record[*key] == *value,
        };
        if !same {
            wrong.push(format!("{key} is {}, not {value}", record[*key]));
        }
    }
    wrong.into_iter().map(|it| format!("{} {}: {it}", expected.list, expected.name)).collect()
}

fn cost_problem(record: &Value, cost: &Cost) -> Option<String> {
    let reason = record["unpriced_reason"].as_str();
    let components = record.get("unpriced_components").cloned().unwrap_or(Value::Null);
    let told = |known: Decimal| {
        let same = record["hourly_cost"].is_number()
            && number(&record["hourly_cost"]) == hourly(known)
            && by_lines(record) == known;
        let lines = record["price"].as_array().is_some_and(|lines| lines.iter().all(is_traceable));
        same && lines
            && record["price"].as_array().is_some_and(|it| it.is_empty() == known.is_zero())
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

/// Counts and totals of each service and of the summary.
fn assert_totals(document: &Value, expected: &[&Expected]) {
    let mut services: BTreeMap<&str, (Decimal, u64, u64)> = BTreeMap::new();
    for one in expected {
        let (service, _, _) = LISTS.iter().find(|(_, list, _)| *list == one.list).unwrap();
        let sum = services.entry(service).or_default();
        sum.0 += one.cost.known();
        sum.1 += u64::from(matches!(one.cost, Cost::Unpriced(_)));
        sum.2 += u64::from(matches!(one.cost, Cost::Partly(..)));
    }
    let mut whole = (Decimal::ZERO, 0, 0);
    for (service, sum) in services {
        let totals = &document["services"][service];
        assert_total(totals, sum.0, service);
        assert_eq!(totals["unpriced"], sum.1, "{service}");
        assert_eq!(totals["partly_priced"], sum.2, "{service}");
        whole = (whole.0 + sum.0, whole.1 + sum.1, whole.2 + sum.2);
    }
    let summary = &document["summary"];
    assert_total(summary, whole.0, "summary");
    assert_eq!(summary["unpriced_resources"], whole.1);
    assert_eq!(summary["partly_priced_resources"], whole.2);
    assert_eq!(summary["resources"], expected.len());
    assert_eq!(document["metrics"]["summary"], *summary);
    assert_eq!(document["metrics"]["services"], document["services"]);
    counts(document, expected);
}

fn counts(document: &Value, expected: &[&Expected]) {
    let of = |list: &str| expected.iter().filter(|it| it.list == list).count();
    for (list, service, key, summary) in [
        ("virtual_machines", "virtual_machines", "total_vms", "total_virtual_machines"),
        ("disks", "disks", "total_disks", "total_disks"),
        ("clusters", "aks", "total_clusters", "total_aks_clusters"),
        ("function_apps", "functions", "total_function_apps", "total_function_apps"),
        ("databases", "sql", "total_databases", "total_sql_databases"),
        ("storage_accounts", "storage", "total_accounts", "total_storage_accounts"),
    ] {
        assert_eq!(document["services"][service][key], of(list), "{key}");
        assert_eq!(document["summary"][summary], of(list), "{summary}");
    }
    let running = expected.iter().filter(|it| it.list == "virtual_machines");
    let running = running.filter(|it| it.keys.get("power_state") == Some(&json!("running")));
    assert_eq!(document["services"]["virtual_machines"]["running_vms"], running.count());
}
