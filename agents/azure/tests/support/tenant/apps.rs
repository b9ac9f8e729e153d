//! Function apps and their plans, in East US.

use serde_json::{Value, json};

use super::expected::Cost;
use super::figures::Worth;
use super::thing::{Place, Thing, whole};
use crate::support::facts::{
    FLEX_GB_SECOND, FLEX_TEN_EXECUTIONS, GB_SECOND, PREMIUM_GIB, PREMIUM_VCPU,
    READY_BUSY_GB_SECOND, READY_GB_SECOND, READY_TEN_EXECUTIONS, TEN_EXECUTIONS, decimal, times,
};

fn plan(place: &Place, name: &str, sku: (&str, &str), workers: u32) -> Thing {
    let family = sku.0.trim_end_matches(|letter: char| letter.is_ascii_digit());
    Thing::new(place, "Microsoft.Web/serverfarms", name)
        .with("kind", json!(if sku.1 == "ElasticPremium" { "elastic" } else { "functionapp" }))
        .with(
            "sku",
            json!({ "name": sku.0, "tier": sku.1, "size": sku.0, "family": family,
                    "capacity": workers }),
        )
        .properties(json!({
            "numberOfWorkers": workers, "currentNumberOfWorkers": workers, "status": "Ready",
            "geoRegion": "East US", "maximumElasticWorkerCount": 20, "reserved": true,
            "numberOfSites": 1, "provisioningState": "Succeeded", "workerTierName": null,
        }))
}

fn app(plan: &Thing, name: &str, kind: &str, more: &Value) -> Thing {
    let place = Place::new(plan.subscription, &plan.group, plan.location);
    let mut properties = json!({
        "state": "Running", "enabled": true, "usageState": "Normal", "serverFarmId": plan.id,
        "hostNames": [format!("{name}.azurewebsites.net")],
        "defaultHostName": format!("{name}.azurewebsites.net"), "reserved": true,
        "sku": plan.keys["sku"]["tier"], "siteConfig": null,
    });
    for (key, value) in more.as_object().unwrap() {
        properties[key] = value.clone();
    }
    Thing::new(&place, "Microsoft.Web/sites", name).with("kind", json!(kind)).properties(properties)
}

/// Every plan, with apps.
pub(crate) fn every_plan(place: &Place) -> Vec<Thing> {
    let linux = "functionapp,linux";
    let mut things = Vec::new();

    let consumption = plan(place, "plan-consumption", ("Y1", "Dynamic"), 0);
    // 1,200 executions and 122,880,000 MB·ms, which are 120 GB·s, in an hour.
    let an_hour = times(&["120", GB_SECOND]) + times(&["120", TEN_EXECUTIONS]);
    things.push(
        app(&consumption, "resize", linux, &json!({}))
            .does("FunctionExecutionCount", Worth::Hour(whole(1_200)))
            .does("FunctionExecutionUnits", Worth::Hour(whole(122_880_000)))
            .does("Http5xx", Worth::Hour(whole(24)))
            .costs("function_apps", Cost::hourly(an_hour))
            .says("invocations", 1_200)
            .says("execution_units", 122_880_000)
            .says("errors", 24),
    );
    // Azure Monitor has no figures of an app that has not run.
    things.push(
        app(&consumption, "idle", linux, &json!({ "state": "Stopped" }))
            .costs("function_apps", Cost::nothing())
            .says("state", "Stopped"),
    );
    // A workflow is sold as another product.
    things.push(app(&consumption, "approve", "functionapp,workflowapp", &json!({})));
    things.push(consumption.costs("plans", Cost::nothing()));

    let flex = plan(place, "plan-flex", ("FC1", "FlexConsumption"), 0);
    // 600 executions and 245,760,000 MB·ms, which are 240 GB·s, in an hour.
    let an_hour = times(&["240", FLEX_GB_SECOND]) + times(&["60", FLEX_TEN_EXECUTIONS]);
    let runtime = json!({ "functionAppConfig": {
        "runtime": { "name": "python", "version": "3.13" },
        "scaleAndConcurrency": { "instanceMemoryMB": 2048, "maximumInstanceCount": 100,
                                 "alwaysReady": [] } } });
    things.push(
        app(&flex, "convert", linux, &runtime)
            .does("OnDemandFunctionExecutionCount", Worth::Hour(whole(600)))
            .does("OnDemandFunctionExecutionUnits", Worth::Hour(whole(245_760_000)))
            .costs("function_apps", Cost::hourly(an_hour))
            .says("invocations", 600),
    );
    // Two instances of 2,048 MB that are there all hour: 7,200 GB·s. They work for 100 of them.
    let an_hour = times(&["7200", READY_GB_SECOND])
        + times(&["100", READY_BUSY_GB_SECOND])
        + times(&["10", READY_TEN_EXECUTIONS]);
    let ready = json!({ "functionAppConfig": { "scaleAndConcurrency": { "instanceMemoryMB": 2048,
        "alwaysReady": [{ "name": "http", "instanceCount": 2 }] } } });
    things.push(
        app(&flex, "answer", linux, &ready)
            .does("AlwaysReadyFunctionExecutionCount", Worth::Hour(whole(100)))
            .does("AlwaysReadyFunctionExecutionUnits", Worth::Hour(whole(102_400_000)))
            .does("AlwaysReadyUnits", Worth::Hour(whole(7_372_800_000)))
            .costs("function_apps", Cost::hourly(an_hour))
            .says("invocations", 100),
    );
    things.push(flex.costs("plans", Cost::nothing()));

    let premium = plan(place, "plan-premium", ("EP1", "ElasticPremium"), 2);
    for name in ["billing", "mailing"] {
        things.push(
            app(&premium, name, linux, &json!({}))
                .does("FunctionExecutionCount", Worth::Hour(whole(60)))
                .costs("function_apps", Cost::nothing())
                .says("invocations", 60),
        );
    }
    // Two instances of one vCPU and 3.5 GiB.
    let instance = decimal(PREMIUM_VCPU) + times(&["3.5", PREMIUM_GIB]);
    things.push(premium.costs("plans", Cost::hourly(instance * whole(2))));

    let dedicated = plan(place, "plan-dedicated", ("S1", "Standard"), 1);
    things.push(
        app(&dedicated, "nightly", "functionapp", &json!({}))
            .costs("function_apps", Cost::nothing()),
    );
    // Web sites are no function apps, and a plan that hosts only them is none of ours.
    things.push(app(&dedicated, "homepage", "app", &json!({})));
    things.push(dedicated.costs("plans", Cost::Unpriced("S1")));
    things.push(plan(place, "plan-of-web-sites", ("P1v3", "PremiumV3"), 1));
    things
}

/// Where the price tables know nothing of functions.
pub(crate) fn elsewhere(place: &Place) -> Vec<Thing> {
    let plan = plan(place, "plan-elsewhere", ("Y1", "Dynamic"), 0);
    let linux = "functionapp,linux";
    vec![
        app(&plan, "resize-elsewhere", linux, &json!({}))
            .does("FunctionExecutionCount", Worth::Hour(whole(12)))
            .does("FunctionExecutionUnits", Worth::Hour(whole(12_288_000)))
            .costs("function_apps", Cost::Unpriced("westeurope"))
            .says("invocations", 12),
        // What has not run costs nothing anywhere.
        app(&plan, "idle-elsewhere", linux, &json!({})).costs("function_apps", Cost::nothing()),
        plan.costs("plans", Cost::nothing()),
    ]
}
