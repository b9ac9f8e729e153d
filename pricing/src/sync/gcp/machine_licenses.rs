//! The licences of machine types, which the catalogue sells by the processor or by the machine.
//! <https://cloud.google.com/compute/disks-image-pricing#premiumimages>

use rust_decimal::Decimal;

use super::machine_types::types;
use super::prices::{Price, Prices};
use crate::gcp::machine_type::MachineType;
use crate::sync::{Harvest, Listed};

/// The types that have licences of their own and are not made of parts.
const WHOLE: [&str; 2] = ["f1-micro", "g1-small"];

/// Keeps the licences of Windows Server, Red Hat Enterprise Linux and SUSE Linux Enterprise Server
/// for each machine type.
///
/// Google bills Windows and Red Hat for the processors that a machine shows; of the types of E2 with
/// a share of a core the price book's rule asks for none.
pub(super) fn keep(prices: &Prices, harvest: &mut Harvest) {
    let names = types().iter().map(|it| it.name.as_str()).chain(WHOLE);
    for machine in names.filter_map(MachineType::parse) {
        let shared = machine.is_shared_core() && machine.family() == "e2";
        let vcpus = machine.machine_vcpus().filter(|_| !shared);
        for (variant, price) in [
            ("windows", vcpus.and_then(|vcpus| windows(prices, machine.name(), vcpus))),
            ("rhel", vcpus.and_then(|vcpus| red_hat(prices, vcpus))),
            ("sles", suse(prices, machine.name())),
        ] {
            let Some(Price { amount: price, effective }) = price else { continue };
            harvest.keep(&Listed {
                service: "gcp/compute-license",
                sku: machine.name(),
                variant,
                unit: "hour",
                region: "global",
                price,
                effective,
            });
        }
    }
}

fn windows(prices: &Prices, name: &str, vcpus: u32) -> Option<Price> {
    match WHOLE.contains(&name) {
        true => find(prices, &format!("windows/{name}"), "hour"),
        false => processors(prices, "windows/vcpu", vcpus),
    }
}

/// By the processor, at a price that falls with their number.
fn red_hat(prices: &Prices, vcpus: u32) -> Option<Price> {
    let sku = match vcpus {
        0..=8 => "rhel/vcpu-of-1-to-8",
        9..=127 => "rhel/vcpu-of-9-to-127",
        128.. => "rhel/vcpu-of-128-and-more",
    };
    processors(prices, sku, vcpus)
}

/// By the machine.
fn suse(prices: &Prices, name: &str) -> Option<Price> {
    let sku = if WHOLE.contains(&name) { name } else { "machine" };
    find(prices, &format!("sles/{sku}"), "hour")
}

fn processors(prices: &Prices, sku: &str, vcpus: u32) -> Option<Price> {
    let Price { amount, effective } = find(prices, sku, "vCPU-hour")?;
    Price::new(amount.checked_mul(Decimal::from(vcpus))?, effective)
}

fn find(prices: &Prices, sku: &str, unit: &str) -> Option<Price> {
    prices.find(["gcp/compute-license", sku, "", unit], "global")
}
