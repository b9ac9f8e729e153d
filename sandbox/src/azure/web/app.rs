//! Function apps, and other sites.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::plan::{Plan, Sku};
use super::price;
use crate::azure::Azure;
use crate::azure::json::{Form, Head};
use crate::azure::kind::Kind;
use crate::azure::machines::purpose;
use crate::azure::place::Place;
use crate::draw::Draw;
use crate::names;
use crate::truth::Cost;

/// What an app ran in an hour.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Executions {
    pub(crate) count: u64,
    /// MB-milliseconds: 1,024,000 of them are a GB-second.
    /// <https://learn.microsoft.com/azure/azure-functions/functions-consumption-costs>
    pub(crate) units: u64,
}

impl Executions {
    /// As many in each of the twelve periods of an hour. A period's units are a multiple of 16,000,
    /// so that the hour's GB-seconds have few places.
    fn some(draw: &mut Draw) -> Self {
        let count = 12 * draw.below(50_000);
        Self { count, units: 12 * 16_000 * (count / 12) * (1 + draw.below(60)) }
    }

    fn gigabyte_seconds(self) -> Decimal {
        Decimal::from(self.units) / Decimal::from(1_024_000)
    }
}

/// A site.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) id: String,
    name: String,
    pub(crate) region: usize,
    kind: &'static str,
    /// The identifier and the size of its plan; none in Container Apps.
    plan: Option<(String, Sku)>,
    /// Nothing where it did not run.
    pub(crate) on_demand: Executions,
    pub(crate) always_ready: Executions,
    /// MB-milliseconds of instances that are always ready; `None` where Azure Monitor has none.
    pub(crate) baseline: Option<u64>,
    ready: u64,
    tags: Vec<(&'static str, &'static str)>,
}

impl App {
    /// The site number `index`; from the count of function apps on, they are none.
    pub(crate) fn of(place: &Place, index: u64) -> Self {
        let mut draw = place.draw("app", index);
        let purpose = purpose(names::name(&mut draw, index));
        let name = format!("{}-{purpose}", Kind::Site.start(index));
        let is_app = index < place.counts.apps;
        // The first apps see to it that every plan has one.
        let odd = if index < place.counts.plans { 50 } else { draw.below(100) };
        let anywhere = place.region(&mut draw);
        let plan = index.checked_rem(place.counts.plans).map(|plan| Plan::of(place, plan));
        let (plan, region) = match plan {
            _ if odd < 3 => (None, anywhere),
            Some(plan) if odd > 6 => (Some((plan.id, plan.sku)), plan.region),
            // In a group that is not to be seen.
            _ => {
                let id = place.resource("elsewhere", Kind::Plan, "hidden");
                (Some((id, ("Y1", "Dynamic"))), anywhere)
            }
        };
        let idle = draw.percent(25);
        let some = |draw: &mut Draw| match idle {
            true => Executions::default(),
            false => Executions::some(draw),
        };
        let flex = plan.as_ref().is_some_and(|(_, sku)| sku.0 == "FC1");
        let ready = if flex && draw.percent(40) { 1 + draw.below(3) } else { 0 };
        let (on_demand, busy) = (some(&mut draw), some(&mut draw));
        let baseline = (!draw.percent(10)).then_some(ready * 12 * 16_000 * 38_400);
        let kind = match (is_app, draw.percent(70)) {
            (true, true) => "functionapp,linux",
            (true, false) => "functionapp",
            (false, true) => "app,linux",
            (false, false) => "functionapp,workflowapp",
        };
        Self {
            id: place.resource(&Kind::Site.group(index), Kind::Site, &name),
            name,
            region,
            kind,
            plan,
            on_demand,
            always_ready: if ready > 0 { busy } else { Executions::default() },
            baseline,
            ready,
            tags: names::tags(&mut draw),
        }
    }

    /// Whether it is on Flex Consumption, which has metrics of its own.
    pub(crate) fn is_flex(&self) -> bool {
        self.plan.as_ref().is_some_and(|(_, sku)| sku.0 == "FC1")
    }

    /// What it ran, where that is billed; the free grants are a subscription's.
    pub(super) fn cost(&self, azure: &Azure) -> Cost {
        let Some((_, (size, _))) = &self.plan else { return Cost::FREE.and(None) };
        let mut cost = Cost::FREE;
        let mut add = |sku: &str, unit: &str, amount: Decimal| {
            if !amount.is_zero() {
                let price = price(azure, self.region, sku, unit);
                cost = cost.and_hourly(price.map(|price| price * amount));
            }
        };
        // The list is by ten.
        let tens = |ran: Executions| Decimal::from(ran.count) / Decimal::TEN;
        let (ran, busy) = (self.on_demand, self.always_ready);
        let (ten, second) = ("10 executions", "GB-second");
        match *size {
            "Y1" => {
                add("Functions/Standard Total Executions/over-1M", ten, tens(ran));
                let time = "Functions/Standard Execution Time/over-400000GBs";
                add(time, second, ran.gigabyte_seconds());
            }
            "FC1" => {
                let meter = |name: &str| format!("Flex Consumption/{name}");
                add(&meter("On Demand Total Executions/over-250K"), ten, tens(ran));
                let time = meter("On Demand Execution Time/over-100000GBs");
                add(&time, second, ran.gigabyte_seconds());
                add(&meter("Always Ready Total Executions"), ten, tens(busy));
                let time = meter("Always Ready Execution Time");
                add(&time, second, busy.gigabyte_seconds());
                let units = self.baseline.unwrap_or_default();
                let baseline = Executions { count: 0, units }.gigabyte_seconds();
                add(&meter("Always Ready Baseline"), second, baseline);
                if self.ready > 0 && self.baseline.is_none() {
                    cost = cost.and(None);
                }
            }
            "" => cost = cost.and(None),
            _ => {}
        }
        cost
    }

    /// <https://learn.microsoft.com/rest/api/appservice/web-apps/list>
    pub(crate) fn write(&self, into: &mut String, place: &Place, form: Form) {
        let Self { name, .. } = self;
        let mut head = Head::new(&self.id, name, Kind::Site, self.region);
        head.tags = &self.tags;
        head.word = Some(self.kind);
        head.write(into, place, form, |into| {
            let host = format!("{name}.azurewebsites.net");
            let _ = write!(
                into,
                "\"name\":\"{name}\",\"state\":\"Running\",\"enabled\":true,\
                 \"hostNames\":[\"{host}\"],\"enabledHostNames\":[\"{host}\",\
                 \"{name}.scm.azurewebsites.net\"],\"defaultHostName\":\"{host}\",\
                 \"webSpace\":\"apps-webspace\",\"usageState\":\"Normal\",\
                 \"availabilityState\":\"Normal\",\"hostNameSslStates\":[{{\"name\":\"{host}\",\
                 \"sslState\":\"Disabled\",\"hostType\":\"Standard\"}}],\"reserved\":true,\
                 \"httpsOnly\":true,\"clientAffinityEnabled\":false,\"containerSize\":1536,\
                 \"siteConfig\":{{\"numberOfWorkers\":1,\"linuxFxVersion\":\"\",\
                 \"alwaysOn\":false,\"http20Enabled\":false,\"minimumElasticInstanceCount\":0}}"
            );
            match &self.plan {
                None => {
                    let id = place.resource("containers", Kind::Plan, "environment");
                    let id = id
                        .replace("Microsoft.Web/serverFarms", "Microsoft.App/managedEnvironments");
                    let _ = write!(into, ",\"managedEnvironmentId\":\"{id}\"");
                }
                Some((id, (_, tier))) => {
                    let _ = write!(into, ",\"serverFarmId\":\"{id}\"");
                    if !tier.is_empty() {
                        let _ = write!(into, ",\"sku\":\"{tier}\"");
                    }
                }
            }
            if self.is_flex() {
                let _ = write!(
                    into,
                    ",\"functionAppConfig\":{{\"runtime\":{{\"name\":\"python\",\
                     \"version\":\"3.12\"}},\"scaleAndConcurrency\":{{\"alwaysReady\":[{{\
                     \"name\":\"http\",\"instanceCount\":{}}}],\"maximumInstanceCount\":100,\
                     \"instanceMemoryMB\":2048}}}}",
                    self.ready
                );
            }
        });
    }
}
