//! The discount that Google gives without being asked for what runs for most of a month.

use finops_core::model::{CostLine, CostRate, Costs};
use rust_decimal::Decimal;

use super::{Instance, Purchase};
use crate::gcp::machine_type::MachineType;

/// The series whose processors and memory get it, with the percentage of a month's list price that
/// one pays less for a whole month. All other series (E2, T2D, C3, N4, M3, A2, …) get none.
/// <https://cloud.google.com/compute/docs/sustained-use-discounts>
const PERCENT: &[(&str, u32)] = &[
    ("n1", 30),
    ("f1", 30),
    ("g1", 30),
    ("m1", 30),
    ("m2", 30),
    ("n2", 20),
    ("n2d", 20),
    ("c2", 20),
];

/// The sustained-use discount of an instance that runs for a whole calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SustainedUse {
    /// Of the list price, in percent.
    pub percent: u32,
    /// What one pays less, while the costs go on as they are.
    pub saved: CostRate,
}

/// The sustained-use discount that an instance gets if it runs for the whole calendar month, of
/// the costs that [`instance`](super::instance) gives for it. `None` where its series gets none.
///
/// It is not in those costs: they are the list price, and the discount is what may come off it.
/// What comes off really depends on what is not known here. It grows with the use of the month,
/// from nothing in the first quarter of it; use that a commitment covers, and invoiced (not
/// self-serve) billing accounts, get none. It applies to processors, memory and the graphics
/// processors of N1, neither to local disks, addresses nor licences.
#[must_use]
pub fn sustained_use(instance: &Instance<'_>, costs: &Costs) -> Option<SustainedUse> {
    if instance.purchase != Purchase::OnDemand {
        return None;
    }
    let machine_type = MachineType::parse(instance.machine_type)?;
    let family = machine_type.family();
    let percent = PERCENT.iter().find(|(name, _)| *name == family).map(|(_, percent)| *percent)?;
    let discounted = |line: &&CostLine| match line.component {
        "compute" => true,
        "gpu" => family == "n1",
        _ => false,
    };
    let lines: Vec<&CostLine> = costs.lines.iter().filter(discounted).collect();
    if lines.is_empty() {
        return None;
    }
    let list: CostRate = lines.iter().map(|line| line.rate()).sum();
    let share = Decimal::new(i64::from(percent), 2);
    Some(SustainedUse { percent, saved: CostRate::from_monthly(list.exact_monthly() * share) })
}
