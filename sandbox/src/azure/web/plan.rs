//! Plans.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::price;
use crate::azure::Azure;
use crate::azure::json::{Form, Head};
use crate::azure::kind::Kind;
use crate::azure::machines::purpose;
use crate::azure::place::{Place, REGIONS};
use crate::names;
use crate::truth::Cost;

/// A plan's size: name and tier. <https://learn.microsoft.com/azure/azure-functions/functions-scale>
pub(super) type Sku = (&'static str, &'static str);

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
pub(crate) struct Plan {
    pub(super) id: String,
    name: String,
    pub(super) region: usize,
    pub(super) sku: Sku,
    instances: u64,
    tags: Vec<(&'static str, &'static str)>,
}

impl Plan {
    pub(crate) fn of(place: &Place, index: u64) -> Self {
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
    pub(super) fn cost(&self, azure: &Azure) -> Cost {
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
    pub(crate) fn write(&self, into: &mut String, place: &Place, form: Form) {
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
