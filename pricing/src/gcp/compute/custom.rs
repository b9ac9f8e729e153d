//! Custom machine types, billed by the processor and by the memory.

use std::sync::Arc;

use finops_core::model::{Costs, Price, Quantity, Unit};
use rust_decimal::Decimal;

use super::hourly;
use crate::ListPrices;
use crate::gcp::derived::derived;
use crate::gcp::machine_type::Custom;

/// What a custom type costs more than a predefined one of its series: 5 %, for processors and
/// memory. <https://cloud.google.com/compute/vm-instance-pricing#custommachinetypepricing>
const PREMIUM: Decimal = Decimal::from_parts(105, 0, 0, false, 2);

/// The series that have custom types and the GiB of memory for each processor above which memory
/// is extended, in hundredths. The same page.
const SERIES: &[(&str, i64)] =
    &[("n1", 650), ("e2", 800), ("n2", 800), ("n2d", 800), ("n4", 800), ("n4a", 800), ("n4d", 800)];

/// A custom type for an hour: component `compute` with a line for processors and one for memory, and
/// component `extended_memory` for the memory above what comes with the processors, which has a
/// price of its own.
///
/// Only prices that were synced have those of custom types and of extended memory. For the others
/// custom types are worked out, and extended memory is unpriced.
pub(super) fn custom(prices: &ListPrices, region: &str, family: &str, size: &Custom) -> Costs {
    let Some((_, most)) = SERIES.iter().find(|(name, _)| *name == family) else {
        let reason = format!("no list price for custom machine types of the series {family}");
        return Costs::unpriced("compute", reason);
    };
    if size.shared_core {
        let reason = "no list price for custom machine types that have a share of a core";
        return Costs::unpriced("compute", reason);
    }
    let parts = listed(prices, region, family).or_else(|_| match family {
        "n1" => n1(prices, region),
        _ => series(prices, region, family),
    });
    let (core, memory) = match parts {
        Ok(parts) => parts,
        Err(reason) => return Costs::unpriced("compute", reason),
    };
    let ordinary = size.memory_gib().min(size.vcpus * Decimal::new(*most, 2));
    let mut costs = Costs::free();
    costs.add("compute", Quantity::new(size.vcpus), core);
    costs.add("compute", Quantity::new(ordinary), memory);
    let extended = (size.memory_gib() - ordinary).normalize();
    if extended > Decimal::ZERO {
        match hourly(prices, region, &format!("{family}/extended-ram"), "GiB-hour") {
            Ok(price) => costs.add("extended_memory", Quantity::new(extended), price),
            Err(_) => {
                let reason = format!("no list price for {extended} GiB extended memory");
                costs.miss("extended_memory", reason);
            }
        }
    }
    costs
}

type Parts = Result<(Arc<Price>, Arc<Price>), Arc<str>>;

/// A processor and a GiB of memory of custom types, as listed.
fn listed(prices: &ListPrices, region: &str, family: &str) -> Parts {
    let part = |part: &str, unit: &str| hourly(prices, region, &format!("{family}/{part}"), unit);
    Ok((part("custom-core", "vCPU-hour")?, part("custom-ram", "GiB-hour")?))
}

/// A processor and a GiB of memory: the prices of predefined types and the premium.
fn series(prices: &ListPrices, region: &str, family: &str) -> Parts {
    let part = |part: &str, unit: &str| {
        let listed = hourly(prices, region, &format!("{family}/{part}"), unit)?;
        Ok::<_, Arc<str>>(derived(&listed, PREMIUM, listed.unit, "× 1.05"))
    };
    Ok((part("core", "vCPU-hour")?, part("ram", "GiB-hour")?))
}

/// A processor and a GiB of memory of N1, whose custom prices are not everywhere 1.05 times the
/// others. Of N1 two custom types are listed, both with all their memory at the ordinary price
/// (also that of the first which Google bills as extended): `custom-1-7680-ext` is one processor
/// and 7.5 GiB, and `custom-2-10240-ext` two and 10 GiB. So a GiB is (2 × first − second) / 5, and
/// a processor 1.5 × second − 2 × first.
fn n1(prices: &ListPrices, region: &str) -> Parts {
    let first = hourly(prices, region, "custom-1-7680-ext", "hour")?;
    let second = hourly(prices, region, "custom-2-10240-ext", "hour")?;
    let (one, two) = (first.unit_price, second.unit_price);
    let core = Decimal::new(15, 1) * two - Decimal::TWO * one;
    let memory = (Decimal::TWO * one - two) * Decimal::new(2, 1);
    let part = |price: Decimal, unit, name: &str| {
        Arc::new(Price {
            unit_price: price.normalize(),
            unit,
            source: Arc::clone(&first.source),
            as_of: first.as_of.min(second.as_of),
            sku_key: format!("{} and {}: {name}", first.sku_key, second.sku_key).into(),
        })
    };
    Ok((part(core, Unit::VcpuHour, "vCPU"), part(memory, Unit::GibibyteHour, "memory")))
}
