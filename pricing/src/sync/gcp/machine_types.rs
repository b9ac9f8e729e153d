//! Machine types, which the catalogue sells in parts: `mappings/gcp_machine_types.tsv`.
//! <https://cloud.google.com/compute/vm-instance-pricing>

use std::collections::BTreeSet;
use std::sync::OnceLock;

use rust_decimal::Decimal;

use super::mapping::rows;
use super::prices::{Key, Price, Prices};
use crate::gcp::machine_type::MachineType;
use crate::sync::{Harvest, Listed};

static TYPES: &str = include_str!("../../../mappings/gcp_machine_types.tsv");

/// Hours of the month for which local disks are priced, as Google's pages count it.
const HOURS: Decimal = Decimal::from_parts(730, 0, 0, false, 0);

/// The most places after the point that a price has: the hour of a local disk is no finite decimal.
const PLACES: u32 = 12;

/// A machine type and what it is made of.
#[derive(Debug)]
pub(super) struct Type {
    /// `n2-standard-8`.
    pub(super) name: String,
    /// The series whose processors and memory it has; with two, both prices are paid.
    parts: Vec<&'static str>,
    /// How many processors are billed.
    vcpus: Decimal,
    memory_gib: Decimal,
    /// A kind of graphics processor, and how many.
    gpus: Option<(&'static str, Decimal)>,
    /// A local disk's sku and how many GiB.
    local_disk: Option<(&'static str, Decimal)>,
}

/// The machine types that are made of parts.
pub(super) fn types() -> &'static [Type] {
    static READ: OnceLock<Vec<Type>> = OnceLock::new();
    // A test reads the very text that is compiled in.
    READ.get_or_init(|| read(TYPES).expect("the machine types can be read"))
}

/// Keeps the price of each machine type in each region where all of its parts have one, on demand
/// (`n2-standard-8`) and as a Spot VM (`n2-standard-8/spot`).
pub(super) fn keep(prices: &Prices, regions: &BTreeSet<String>, harvest: &mut Harvest) {
    for it in types() {
        for kind in ["", "/spot"] {
            let sku = format!("{}{kind}", it.name);
            for region in regions {
                if let Some(Price { amount: price, effective }) = it.price(prices, region, kind) {
                    harvest.keep(&Listed {
                        service: "gcp/compute",
                        sku: &sku,
                        variant: "linux",
                        unit: "hour",
                        region,
                        price,
                        effective,
                    });
                }
            }
        }
    }
}

impl Type {
    /// The parts together, for an hour, since the youngest of them holds.
    fn price(&self, prices: &Prices, region: &str, kind: &str) -> Option<Price> {
        let mut amount = Decimal::ZERO;
        let mut effective = None;
        let mut add = |key: Key<'_>, count: Decimal| {
            let part = prices.find(key, region)?;
            amount = amount.checked_add(part.amount.checked_mul(count)?)?;
            effective = effective.max(Some(part.effective));
            Some(())
        };
        for part in &self.parts {
            let sku = format!("{part}/core{kind}");
            add(["gcp/compute", &sku, "linux", "vCPU-hour"], self.vcpus)?;
            let sku = format!("{part}/ram{kind}");
            add(["gcp/compute", &sku, "linux", "GiB-hour"], self.memory_gib)?;
        }
        if let Some((gpu, count)) = self.gpus {
            add(["gcp/compute", &format!("gpu/{gpu}{kind}"), "", "hour"], count)?;
        }
        if let Some((disk, gib)) = self.local_disk {
            add(["gcp/disk", &format!("{disk}{kind}"), "", "GiB-Mo"], gib / HOURS)?;
        }
        Price::new(amount.round_dp(PLACES), effective?)
    }
}

fn read(text: &'static str) -> Result<Vec<Type>, String> {
    let mut types = Vec::new();
    for columns in rows(text) {
        let [class, parts, gpu, local_disk, sizes] = columns.as_slice() else {
            return Err(format!("{columns:?} are not five columns"));
        };
        for size in sizes.split(' ') {
            types.push(one(class, parts, (gpu, local_disk), size)?);
        }
    }
    Ok(types)
}

/// A type: `n2-standard` and `8`, `a2-ultragpu` and `1g:1:375`.
fn one(
    class: &str,
    parts: &'static str,
    (gpu, disk): (&'static str, &'static str),
    size: &str,
) -> Result<Type, String> {
    let mut size = size.split(':');
    let name = format!("{class}-{}", size.next().unwrap_or_default());
    let unread = |what: &str| format!("{name}: {what}");
    let mut count = |sku: &'static str| match (sku, size.next().filter(|count| !count.is_empty())) {
        ("-", None) => Ok(None),
        (sku, Some(count)) if sku != "-" => {
            let count = count.parse().map_err(|_| unread("no number"))?;
            Ok(Some((sku, count)))
        }
        _ => Err(unread("a number or what it is of is missing")),
    };
    let (gpus, local_disk) = (count(gpu)?, count(disk)?);
    let machine = MachineType::parse(&name).ok_or_else(|| unread("no machine type"))?;
    let vcpus = match machine.is_shared_core() {
        true => machine.vcpus(),
        false => machine.machine_vcpus().map(Decimal::from),
    };
    Ok(Type {
        parts: parts.split('+').collect(),
        vcpus: vcpus.ok_or_else(|| unread("how many processors it has is not known"))?,
        memory_gib: machine.memory_gib().ok_or_else(|| unread("its memory is not known"))?,
        gpus,
        local_disk,
        name,
    })
}
