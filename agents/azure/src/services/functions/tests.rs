//! Apps and plans as Azure describes them, and their costs by the list prices of eastus.

use finops_core::model::ServiceOutcome;

use super::*;
use crate::inventory::{Inventory, Row};
use crate::metrics::Importance;
use crate::services::answers::{figures, month, settle};
use crate::services::sample::{scope_of, scope_of_rows};

const GROUP: &str = "/subscriptions/s-1/resourceGroups/Shop/providers/Microsoft.Web";

fn row(text: &str) -> Row {
    serde_json::from_str(&text.replace("GROUP", GROUP)).unwrap()
}

fn plan(name: &str, sku: &str, tier: &str, instances: i64) -> Row {
    row(&format!(
        r#"{{"id": "GROUP/serverfarms/{name}", "name": "{name}", "type": "Microsoft.Web/serverfarms",
            "location": "East US", "kind": "functionapp", "properties": {{"status": "Ready"}},
            "sku": {{"name": "{sku}", "tier": "{tier}", "capacity": {instances}}}}}"#
    ))
}

fn app(name: &str, plan: &str, more: &str) -> Row {
    row(&format!(
        r#"{{"id": "GROUP/sites/{name}", "name": "{name}", "type": "microsoft.web/sites",
            "location": "eastus", "kind": "functionapp,linux", "tags": {{"team": "web"}},
            "properties": {{"state": "Running", "defaultHostName": "{name}.azurewebsites.net",
                "serverFarmId": "GROUP/ServerFarms/{plan}" {more}}}}}"#
    ))
}

/// Lists, asks, and gives every question the same answer.
fn collected(rows: Vec<Row>, answer: &Answer) -> Vec<Resource> {
    let scope = scope_of_rows(rows);
    let mut resources = list(&scope).unwrap();
    settle(&Functions, &scope, &mut resources, |_, _| answer.clone());
    resources
}

#[test]
fn a_consumption_app_pays_for_the_hour_and_its_plan_nothing() {
    let rows = vec![app("orders", "y", ""), plan("y", "Y1", "Dynamic", 0)];
    let used = figures(&[
        ("FunctionExecutionCount", 1_000),
        ("FunctionExecutionUnits", 102_400_000),
        ("Http5xx", 3),
    ]);
    let resources = collected(rows, &used);
    let orders = &resources[0];
    assert_eq!(
        &*orders.id,
        "/subscriptions/s-1/resourcegroups/shop/providers/microsoft.web/sites/orders"
    );
    assert_eq!(orders.attributes.text("plan"), Some("y"));
    assert_eq!(orders.attributes.text("resource_group"), Some("Shop"));
    assert_eq!(orders.attributes.text("host_name"), Some("orders.azurewebsites.net"));
    assert_eq!(orders.measured("invocations"), Some(&Value::Integer(1_000)));
    assert_eq!(orders.measured("errors"), Some(&Value::Integer(3)));
    // 1,000 × 730 × 0.0000002 = 0.146; 100 GB-seconds × 730 × 0.000016 = 1.168.
    assert_eq!(month(orders), "1.314");
    assert_eq!(resources[1].kind, "plan");
    assert_eq!(month(&resources[1]), "0");
    assert_eq!(&*resources[1].region, "eastus");
}

#[test]
fn an_app_without_figures_did_not_run() {
    let rows = vec![app("idle", "y", ""), plan("y", "Y1", "Dynamic", 0)];
    let resources = collected(rows, &figures(&[]));
    assert_eq!(month(&resources[0]), "0");
    assert_eq!(resources[0].measured("invocations"), Some(&Value::Integer(0)));
}

#[test]
fn an_app_that_could_not_be_asked_about_has_no_known_cost_and_no_count() {
    let rows = vec![app("orders", "y", ""), plan("y", "Y1", "Dynamic", 0)];
    let resources = collected(rows, &Answer::OverCeiling);
    assert!(resources[0].costs.is_unpriced());
    let counts: Vec<_> = VIEW.counts.iter().map(|count| (count.count)(&resources)).collect();
    assert_eq!(counts, [Some(1), None, Some(1)]);
}

#[test]
fn a_flex_app_pays_for_what_it_keeps_ready() {
    let ready = r#", "functionAppConfig": {
        "runtime": {"name": "python", "version": "3.12"},
        "scaleAndConcurrency": {"instanceMemoryMB": 2048,
            "alwaysReady": [{"name": "http", "instanceCount": 1}, {"instanceCount": null}]}}"#;
    let rows = || vec![app("stream", "f", ready), plan("f", "FC1", "FlexConsumption", 0)];
    let used = figures(&[
        ("OnDemandFunctionExecutionCount", 10),
        ("AlwaysReadyFunctionExecutionCount", 20),
        ("AlwaysReadyUnits", 7_372_800_000),
    ]);
    let resources = collected(rows(), &used);
    assert_eq!(resources[0].measured("invocations"), Some(&Value::Integer(30)));
    assert_eq!(resources[0].attributes.text("runtime"), Some("python 3.12"));
    assert_eq!(resources[0].attributes.integer("always_ready_instances"), Some(1));
    // 30 × 730 × 0.0000004 = 0.00876; 7,200 GB-seconds × 730 × 0.000004 = 21.024.
    assert_eq!(month(&resources[0]), "21.03276");
    let silent = collected(rows(), &figures(&[]));
    assert_eq!(silent[0].costs.unpriced[0].component, "always_ready_baseline");
}

#[test]
fn a_premium_plan_is_billed_once_however_many_apps_it_has() {
    let rows = vec![
        app("a", "premium", ""),
        app("b", "premium", ""),
        plan("premium", "EP1", "ElasticPremium", 2),
        plan("spare", "EP3", "ElasticPremium", 1),
        plan("web", "S1", "Standard", 1),
    ];
    let resources = collected(rows, &figures(&[("FunctionExecutionCount", 7)]));
    assert_eq!(month(&resources[0]), "0");
    assert_eq!(resources[0].measured("invocations"), Some(&Value::Integer(7)));
    // 2 × (0.173 + 3.5 × 0.0123) × 730.
    assert_eq!(month(&resources[2]), "315.433");
    assert_eq!(resources[2].attributes.integer("function_apps"), Some(2));
    // 1 × (4 × 0.173 + 14 × 0.0123) × 730.
    assert_eq!(month(&resources[3]), "630.866");
    assert_eq!(resources.len(), 4, "the plan of web sites is no function's");
}

#[test]
fn a_dedicated_plan_has_no_price_and_its_apps_cost_nothing() {
    let rows = vec![app("a", "own", ""), plan("own", "P1v3", "PremiumV3", 1)];
    let resources = collected(rows, &figures(&[]));
    assert_eq!(month(&resources[0]), "0");
    assert!(resources[1].costs.unpriced[0].reason.contains("App Service plans"));
}

#[test]
fn what_costs_depend_on_is_asked_before_what_is_nice_to_know() {
    let scope = scope_of_rows(vec![
        app("a", "y", ""),
        app("b", "f", ""),
        app("c", "p", ""),
        plan("y", "Y1", "Dynamic", 0),
        plan("f", "FC1", "FlexConsumption", 0),
        plan("p", "EP1", "ElasticPremium", 1),
    ]);
    let resources = list(&scope).unwrap();
    let questions = Functions.questions(&scope, &resources);
    let asked: Vec<_> =
        questions.iter().map(|question| (question.query.name, question.query.importance)).collect();
    assert_eq!(
        asked,
        [
            ("functions", Importance::Cost),
            ("functions_flex", Importance::Cost),
            ("functions_hosted", Importance::Activity),
        ]
    );
}

#[test]
fn logic_apps_and_web_sites_are_left_out() {
    let mut logic = app("logic", "w", "");
    logic.kind = Some("functionapp,workflowapp".to_owned());
    let mut site = app("site", "w", "");
    site.kind = Some("app,linux".to_owned());
    assert_eq!(collected(vec![logic, site], &figures(&[])), []);
}

#[test]
fn odd_rows_are_listed_without_a_price() {
    let odd = app("odd", "y", "");
    let broken =
        row(r#"{"id": "GROUP/sites/broken", "type": "Microsoft.Web/sites", "kind": "functionapp",
            "properties": {"serverFarmId": 7}}"#);
    let container = app("boxed", "", r#", "managedEnvironmentId": "/subscriptions/s-1/x""#);
    let elsewhere = app("elsewhere", "gone", r#", "sku": "Dynamic""#);
    let resources = collected(vec![odd, broken, container, elsewhere], &figures(&[]));
    let reason = |index: usize| resources[index].costs.unpriced[0].reason.to_string();
    assert!(reason(0).contains("its plan is not known"));
    assert!(reason(1).contains("cannot be read"));
    assert!(reason(2).contains("Container Apps"));
    // Its plan is in another resource group, but the app itself says Consumption.
    assert_eq!(month(&resources[3]), "0");
    let none = plan("none", "EP1", "ElasticPremium", 0);
    let resources = collected(vec![none], &figures(&[]));
    assert!(resources[0].costs.is_unpriced());
}

#[test]
fn plans_that_cannot_be_read_fail_the_service() {
    let mut inventory = Inventory::default();
    let denied = ServiceFailure { error: "AuthorizationFailed".to_owned(), hint: None };
    inventory.set(Kind::Plan, Err(denied.clone()));
    let listed = list(&scope_of(inventory));
    assert_eq!(ServiceOutcome::from(listed), ServiceOutcome::Failed(denied));
}
