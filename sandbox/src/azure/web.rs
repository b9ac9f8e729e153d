//! Function apps and the plans that they run on.
//! <https://azure.microsoft.com/pricing/details/functions/>

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::Azure;
use super::json::{Form, Head};
use super::kind::Kind;
use super::machines::purpose;
use super::place::{Place, REGIONS};
use crate::draw::Draw;
use crate::names;
use crate::truth::{Cost, Sum};

/// A plan's size: name and tier. <https://learn.microsoft.com/azure/azure-functions/functions-scale>
type Sku = (&'static str, &'static str);

/// By how often plans are seen. The last does not say what it is.
const SKUS: &[(u64, Sku)] = &[
    (40, ("Y1", "Dynamic")),
    (25, ("FC1", "FlexConsumption")),
    (10, ("EP1", "ElasticPremium")),
    (6, ("EP2", "ElasticPremium")),
    (4, ("EP3", "ElasticPremium")),
    (8, ("P1v3", "PremiumV3")),
    (4, ("S1", "Standard")),
    (2, ("F1", "Free")),
    (1, ("", "")),
];

/// A plan.
#[derive(Debug)]
pub(super) struct Plan {
    id: String,
    name: String,
    region: usize,
    sku: Sku,
    instances: u64,
    tags: Vec<(&'static str, &'static str)>,
}

impl Plan {
    pub(super) fn of(place: &Place, index: u64) -> Self {
        let mut draw = place.draw("plan", index);
        let purpose = purpose(names::name(&mut draw, index));
        let name = format!("{}-{purpose}", Kind::Plan.start(index));
        Self {
            id: place.resource(&Kind::Plan.group(index), Kind::Plan, &name),
            name,
            region: place.region(&mut draw),
            sku: *draw.weighted(SKUS),
            instances: 1 + draw.below(5),
            tags: names::tags(&mut draw),
        }
    }

    /// The instances of a Premium plan by their processors and memory; the apps of other plans are
    /// billed themselves, or by App Service, of which no table has prices.
    /// <https://learn.microsoft.com/azure/azure-functions/functions-premium-plan#available-instance-skus>
    fn cost(&self, azure: &Azure) -> Cost {
        let (processors, half_gibibytes) = match self.sku.0 {
            "EP1" => (1, 7),
            "EP2" => (2, 14),
            "EP3" => (4, 28),
            "Y1" | "FC1" | "F1" => return Cost::FREE,
            _ => return Cost::FREE.and(None),
        };
        let price = |sku, unit| price(azure, self.region, sku, unit);
        let times = |each: Decimal, count: u64| each * Decimal::from(count * self.instances);
        let processor = price("Premium Functions/Premium vCPU Duration", "vCPU-hour");
        let memory = price("Premium Functions/Premium Memory Duration", "GiB-hour");
        Cost::FREE
            .and_hourly(processor.map(|each| times(each, processors)))
            .and_hourly(memory.map(|each| times(each, half_gibibytes) / Decimal::TWO))
    }

    /// <https://learn.microsoft.com/rest/api/appservice/app-service-plans/list>
    pub(super) fn write(&self, into: &mut String, place: &Place, form: Form) {
        let Self { name, instances, .. } = self;
        let (size, tier) = self.sku;
        let family = size.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let sku = (!size.is_empty()).then(|| {
            format!(
                "{{\"name\":\"{size}\",\"tier\":\"{tier}\",\"size\":\"{size}\",\
                 \"family\":\"{family}\",\"capacity\":{instances}}}"
            )
        });
        let mut head = Head::new(&self.id, name, Kind::Plan, self.region);
        head.tags = &self.tags;
        head.word = Some(if tier == "ElasticPremium" { "elastic" } else { "functionapp" });
        head.sku = sku.as_deref();
        head.write(into, place, form, |into| {
            let (_, display) = REGIONS[self.region];
            let _ = write!(
                into,
                "\"serverFarmId\":1,\"name\":\"{name}\",\"status\":\"Ready\",\
                 \"subscription\":\"{}\",\"geoRegion\":\"{display}\",\"numberOfSites\":1,\
                 \"numberOfWorkers\":{instances},\"maximumNumberOfWorkers\":20,\
                 \"planName\":\"VirtualDedicatedPlan\",\"computeMode\":\"Dynamic\",\
                 \"perSiteScaling\":false,\"elasticScaleEnabled\":true,\"reserved\":true,\
                 \"isSpot\":false,\"hyperV\":false,\"zoneRedundant\":false,\
                 \"provisioningState\":\"Succeeded\"",
                place.id
            );
        });
    }
}

/// What an app ran in an hour.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Executions {
    pub(super) count: u64,
    /// MB-milliseconds: 1,024,000 of them are a GB-second.
    /// <https://learn.microsoft.com/azure/azure-functions/functions-consumption-costs>
    pub(super) units: u64,
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
pub(super) struct App {
    pub(super) id: String,
    name: String,
    pub(super) region: usize,
    kind: &'static str,
    /// The identifier and the size of its plan; none in Container Apps.
    plan: Option<(String, Sku)>,
    /// Nothing where it did not run.
    pub(super) on_demand: Executions,
    pub(super) always_ready: Executions,
    /// MB-milliseconds of instances that are always ready; `None` where Azure Monitor has none.
    pub(super) baseline: Option<u64>,
    ready: u64,
    tags: Vec<(&'static str, &'static str)>,
}

impl App {
    /// The site number `index`; from the count of function apps on, they are none.
    pub(super) fn of(place: &Place, index: u64) -> Self {
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
    pub(super) fn is_flex(&self) -> bool {
        self.plan.as_ref().is_some_and(|(_, sku)| sku.0 == "FC1")
    }

    /// What it ran, where that is billed; the free grants are a subscription's.
    fn cost(&self, azure: &Azure) -> Cost {
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
    pub(super) fn write(&self, into: &mut String, place: &Place, form: Form) {
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

fn price(azure: &Azure, region: usize, sku: &str, unit: &str) -> Option<Decimal> {
    azure.facts.price("azure/functions", sku, "", unit, REGIONS[region].0)
}

/// What the apps and plans of a subscription cost.
pub(super) fn sum(azure: &Azure, place: &Place) -> Sum {
    let mut sum = Sum::default();
    for index in 0..place.counts.apps {
        sum.add(&App::of(place, index).cost(azure));
    }
    for index in 0..place.counts.plans {
        sum.add(&Plan::of(place, index).cost(azure));
    }
    sum
}
