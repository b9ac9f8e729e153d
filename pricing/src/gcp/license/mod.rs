//! Licences of operating systems, which Google bills beside the machine.
//!
//! The price does not depend on the region, and neither discounts nor the lower prices of Spot
//! instances apply to it. <https://cloud.google.com/compute/disks-image-pricing#premiumimages>

use std::sync::Arc;

use finops_core::model::{Costs, Price, Quantity, Unit};
use rust_decimal::Decimal;

use super::derived::derived;
use super::machine_type::MachineType;
use crate::ListPrices;
use crate::book::PriceKey;
use crate::prices::Found;

mod product;

use product::Product;

/// The types whose rows tell the price of one processor: from and up to which number of them, and
/// the number that the type has. Red Hat's falls with their number; of 9 to 11 and of 113 to 127
/// no type is listed, and so it is not known there which price is theirs.
const RED_HAT_CLASSES: &[(u32, u32, &str, u32)] = &[
    (1, 8, "n1-standard-8", 8),
    (12, 112, "n1-standard-16", 16),
    (128, 416, "n2-standard-128", 128),
];

/// The licences that a machine's disks carry (`disks[].licenses`, as URLs), for an hour: component
/// `license`. Each product is billed once, however many disks carry it.
///
/// Windows Server, Red Hat Enterprise Linux and SUSE Linux Enterprise Server have a listed price
/// for each listed machine type; for another one it is worked out from its number of processors
/// where the list agrees on that. SQL Server, the editions for SAP, Ubuntu Pro and licences of
/// projects that are not Google's are unpriced; those of one's own (`byos`, `byol`) are free.
///
/// `visible_vcpus` is how many processors the machine shows, where they were reduced (cores hidden
/// or simultaneous multithreading off): Windows is billed for each visible one.
#[must_use]
pub fn licenses(
    prices: &ListPrices,
    machine_type: &str,
    visible_vcpus: Option<u32>,
    urls: &[&str],
) -> Costs {
    let mut products: Vec<Product> = Vec::new();
    for product in urls.iter().map(|url| Product::of(url)) {
        if !products.contains(&product) {
            products.push(product);
        }
    }
    let machine = Machine { prices, name: machine_type, visible_vcpus };
    let mut costs = Costs::free();
    for product in products {
        let price = match product {
            Product::Free => continue,
            Product::Windows => machine.windows(),
            Product::RedHat => machine.red_hat(),
            Product::Suse => machine.suse(),
            Product::Unlisted(name) => Err(format!("no list price for {name}").into()),
        };
        match price {
            Ok((quantity, price)) => costs.add("license", quantity, price),
            Err(reason) => costs.miss("license", reason),
        }
    }
    costs
}

/// How many of what is licensed, each at which price.
type Licence = Result<(Quantity, Arc<Price>), Arc<str>>;

struct Machine<'a> {
    prices: &'a ListPrices,
    name: &'a str,
    visible_vcpus: Option<u32>,
}

impl Machine<'_> {
    /// By the visible processor, but for the two shared-core types of N1, which are listed.
    fn windows(&self) -> Licence {
        match self.visible_vcpus {
            None => self.by_processors("windows", |_| Some(("n1-standard-1", 1))),
            Some(vcpus) => self.of_processors("windows", vcpus, "n1-standard-1", 1),
        }
    }

    fn red_hat(&self) -> Licence {
        if self.visible_vcpus.is_some() {
            return Err("Red Hat's licence of a machine with hidden processors has no list price \
                        here"
                .into());
        }
        self.by_processors("rhel", |vcpus| {
            let class = |(from, to, _, _): &&(u32, u32, &str, u32)| (*from..=*to).contains(&vcpus);
            RED_HAT_CLASSES.iter().find(class).map(|(_, _, name, count)| (*name, *count))
        })
    }

    /// One price for all machines but the two shared-core types of N1, which are listed.
    fn suse(&self) -> Licence {
        let listed = self.price(&self.listed_name(), "sles");
        let price = listed.or_else(|_| self.price("n1-standard-1", "sles"))?;
        Ok((Quantity::ONE, price))
    }

    /// The listed price of the type, else that of its processors, by the type that `reference`
    /// names for their number, with how many that one has.
    fn by_processors(
        &self,
        variant: &'static str,
        reference: impl Fn(u32) -> Option<(&'static str, u32)>,
    ) -> Licence {
        let machine_type = MachineType::parse(self.name);
        // The rows of these types count a quarter, a half or one of the two processors that they
        // show, and Google documents that each visible one is billed: one of both is wrong.
        if machine_type.as_ref().is_some_and(|it| it.is_shared_core() && it.family() == "e2") {
            let reason = "Google bills the processors that it shows, the list its share of a core";
            return Err(format!("no list price for {variant} of {}: {reason}", self.name).into());
        }
        let unlisted = match self.price(&self.listed_name(), variant) {
            Ok(price) => return Ok((Quantity::ONE, price)),
            Err(reason) => reason,
        };
        let vcpus = machine_type.and_then(|it| it.vcpus()).and_then(|vcpus| vcpus.try_into().ok());
        match vcpus.and_then(|vcpus: u32| Some((vcpus, reference(vcpus)?))) {
            Some((vcpus, (name, count))) => self.of_processors(variant, vcpus, name, count),
            None => Err(unlisted),
        }
    }

    /// So many processors at what one costs in a listed type that has `count` of them.
    fn of_processors(&self, variant: &str, vcpus: u32, name: &str, count: u32) -> Licence {
        let listed = self.price(name, variant)?;
        // All counts are powers of two: the quotient is a finite decimal.
        let share = Decimal::ONE / Decimal::from(count);
        let price = derived(&listed, share, Unit::VcpuHour, &format!("/ {count} vCPUs"));
        Ok((Quantity::from(u64::from(vcpus)), price))
    }

    fn price(&self, sku: &str, variant: &str) -> Found {
        let key = PriceKey {
            service: "gcp/compute-license",
            sku,
            region: "global",
            variant,
            unit: "hour",
        };
        self.prices.price(&key)
    }

    fn listed_name(&self) -> String {
        MachineType::parse(self.name).map_or(self.name.to_owned(), |it| it.name().to_owned())
    }
}

#[cfg(test)]
mod tests;
