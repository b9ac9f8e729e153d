//! The vCore model: General Purpose and Business Critical.

use std::sync::Arc;

use finops_core::model::{Costs, Price, Quantity, Unit};
use rust_decimal::Decimal;

use super::size::{Tier, VcoreSize};
use super::{Backup, Book, Licence, backup, with_log};
use crate::azure::Measured;
use crate::measured::quantity;

/// The rows of compute without a licence.
const WITHOUT_LICENCE: &str = "license-excluded";
const SECONDS_PER_HOUR: Decimal = Decimal::from_parts(3_600, 0, 0, false, 0);

/// What a price by the vCore is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The vCores.
    Compute,
    /// What is added where they are spread over zones.
    ZoneRedundancy,
}

/// What is provisioned: of a database or a pool.
pub(super) struct Provisioned<'a> {
    pub(super) licence: Licence,
    pub(super) zone_redundant: bool,
    pub(super) max_bytes: Option<u64>,
    pub(super) backup: &'a Backup,
}

/// A database or a pool with provisioned compute.
pub(super) fn provisioned(book: &Book<'_>, size: &VcoreSize, it: &Provisioned<'_>) -> Costs {
    let mut costs = Costs::free();
    add_vcores(&mut costs, "compute", Quantity::ONE, vcores(book, size, Part::Compute));
    costs.merge(licence(book, size, it.licence));
    // The replicas of Business Critical are there anyway: spreading them costs nothing.
    // <https://learn.microsoft.com/azure/azure-sql/database/high-availability-sla-local-zone-redundancy>
    if it.zone_redundant && size.tier == Tier::GeneralPurpose {
        let zones = vcores(book, size, Part::ZoneRedundancy);
        add_vcores(&mut costs, "zone_redundancy", Quantity::ONE, zones);
    }
    costs.merge(storage(book, size.tier, it.zone_redundant, it.max_bytes));
    costs.merge(backup::costs(book, it.max_bytes, it.backup));
    costs
}

/// A serverless database: the vCores that it used. That price includes the licence: the Azure
/// Hybrid Benefit does not exist for it.
/// <https://learn.microsoft.com/azure/cost-management-billing/scope-level/overview-azure-hybrid-benefit-scope>
pub(super) fn serverless(book: &Book<'_>, size: &VcoreSize, seconds: Measured) -> Costs {
    let mut costs = Costs::free();
    match seconds.and_then(|seconds| quantity(seconds, SECONDS_PER_HOUR)) {
        // A paused database.
        Ok(hours) if hours == Quantity::ZERO => {}
        Ok(hours) => {
            let price = book.price(&format!("{}/vcore", size.family), "", "vCore-hour");
            costs.add_or_miss("compute", hours, price);
        }
        Err(reason) => costs.miss("compute", reason),
    }
    costs
}

/// Why a serverless database that is spread over zones is not known in full.
pub(super) fn no_serverless_zones(region: &str) -> String {
    format!(
        "no list price for the zone redundancy of serverless compute in {region}: \
         the price book does not know it"
    )
}

/// Azure's licence, by the vCore.
/// <https://learn.microsoft.com/azure/azure-sql/azure-hybrid-benefit>
pub(super) fn licence(book: &Book<'_>, size: &VcoreSize, licence: Licence) -> Costs {
    let mut costs = Costs::free();
    let sku = match size.tier {
        Tier::GeneralPurpose | Tier::Hyperscale => "license/gp/hs-vcore",
        Tier::BusinessCritical => "license/bc-vcore",
    };
    match licence {
        Licence::Own | Licence::NotCharged => {}
        Licence::Included => {
            let vcores = Quantity::from(u64::from(size.vcores));
            costs.add_or_miss("license", vcores, book.licence(sku));
        }
        Licence::Unknown => costs.miss("license", "Azure does not say whose licence it runs on"),
    }
    costs
}

/// Data and log storage of what may be held at most, whatever is.
pub(super) fn storage(
    book: &Book<'_>,
    tier: Tier,
    zone_redundant: bool,
    max_bytes: Option<u64>,
) -> Costs {
    let sku = match (tier, zone_redundant) {
        (Tier::BusinessCritical, _) => "BC/storage",
        (_, true) => "GP/storage-zone-redundant",
        (_, false) => "GP/storage",
    };
    let Some(bytes) = max_bytes else {
        return Costs::unpriced("storage", "Azure does not say how much it may hold");
    };
    let mut costs = Costs::free();
    costs.add_or_miss("storage", with_log(bytes), book.stored(sku));
    costs
}

/// Adds `times` the vCores of a size, or why they have no price.
pub(super) fn add_vcores(
    costs: &mut Costs,
    component: &'static str,
    times: Quantity,
    vcores: Result<(Quantity, Arc<Price>), Arc<str>>,
) {
    match vcores {
        Ok((each, price)) => {
            costs.add(component, Quantity::new(each.amount() * times.amount()), price);
        }
        Err(reason) => costs.miss(component, reason),
    }
}

/// How many of which price the vCores of a size cost: one of its own row where that is listed,
/// else its vCores at the listed price of one, or at the one that they have in all listed sizes.
pub(super) fn vcores(
    book: &Book<'_>,
    size: &VcoreSize,
    part: Part,
) -> Result<(Quantity, Arc<Price>), Arc<str>> {
    let VcoreSize { family, vcores, .. } = size;
    let prefix = match part {
        Part::Compute => format!("{family}/"),
        Part::ZoneRedundancy => format!("{family}/zone-redundancy-"),
    };
    let listed = book.price(&format!("{prefix}{vcores}-vcore"), WITHOUT_LICENCE, "hour");
    let reason = match listed {
        Ok(price) => return Ok((Quantity::ONE, price)),
        Err(reason) => reason,
    };
    if let Ok(one) = book.price(&format!("{prefix}vcore"), WITHOUT_LICENCE, "vCore-hour") {
        return Ok((Quantity::from(u64::from(*vcores)), one));
    }
    let price = price_of_one(book, &prefix).ok_or_else(|| {
        format!("{reason}, and too few sizes of {family} are listed there to know a vCore's price")
    })?;
    Ok((Quantity::from(u64::from(*vcores)), price))
}

/// The price of one vCore, where at least two sizes are listed and all give the same to the last
/// digit. It names the smallest of them.
fn price_of_one(book: &Book<'_>, prefix: &str) -> Option<Arc<Price>> {
    let mut listed: Vec<(u32, Decimal)> = book
        .prices
        .service_rows("azure/sql")
        .filter(|row| {
            row.region == book.region && row.variant == WITHOUT_LICENCE && row.unit == "hour"
        })
        .filter_map(|row| {
            let vcores = row.sku.strip_prefix(prefix)?.strip_suffix("-vcore")?;
            Some((vcores.parse().ok()?, row.price))
        })
        .collect();
    listed.sort_unstable();
    let [(vcores, price), others @ ..] = listed.as_slice() else { return None };
    let one = price / Decimal::from(*vcores);
    let agrees = |(vcores, price): &(u32, Decimal)| one * Decimal::from(*vcores) == *price;
    if others.is_empty() || !listed.iter().all(agrees) {
        return None;
    }
    let row = book.price(&format!("{prefix}{vcores}-vcore"), WITHOUT_LICENCE, "hour").ok()?;
    let sku_key = format!("{} ÷ {vcores}", row.sku_key).into();
    let unit_price = one.normalize();
    Some(Arc::new(Price { unit_price, unit: Unit::VcoreHour, sku_key, ..(*row).clone() }))
}
