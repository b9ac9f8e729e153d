//! What an instance is sold as, and the prices of that.

use std::sync::Arc;

use finops_core::model::{Costs, Quantity};

use super::engine::Engine;
use super::tier::{Size, Tier};
use super::{Book, Instance};
use crate::prices::Found;

/// An instance of the edition Enterprise, with its words understood.
pub(super) struct Sold {
    engine: Engine,
    /// The tier's name in small letters.
    tier_name: String,
    tier: Tier,
    /// Engine and availability as the price book has them: `mysql/zonal`, `postgres/regional`.
    variant: String,
}

impl Sold {
    /// What `instance` is sold as, or why nothing of that has a price.
    pub(super) fn of(instance: &Instance, region: &str) -> Result<Self, Arc<str>> {
        let Instance { instance_type, database_version, tier, edition, .. } = instance;
        let missing = |why: &str| Arc::from(format!("no list price for {tier} in {region}: {why}"));
        let engine = Engine::of(database_version)
            .ok_or_else(|| missing(&format!("unknown database version {database_version:?}")))?;
        let tier_name = tier.to_lowercase();
        let tier = Tier::of(&tier_name);
        // Only Enterprise Plus has read pools.
        if edition == "ENTERPRISE_PLUS"
            || instance_type == "READ_POOL_INSTANCE"
            || tier == Tier::Plus
        {
            return Err(missing("the price book has no prices of the edition Enterprise Plus"));
        }
        // One that is not said was made before there were any.
        if !matches!(edition.as_str(), "" | "ENTERPRISE") {
            let why = format!("the price book has no prices of the edition {edition:?}");
            return Err(missing(&why));
        }
        let availability = match instance.availability_type.as_str() {
            "ZONAL" => "zonal",
            "REGIONAL" => "regional",
            other => return Err(missing(&format!("unknown availability type {other:?}"))),
        };
        let variant = format!("{}/{availability}", engine.name());
        Ok(Self { engine, tier_name, tier, variant })
    }

    /// The machine for an hour.
    pub(super) fn machine(&self, book: &Book<'_>) -> Costs {
        let mut costs = Costs::free();
        let listed = book.price(&self.tier_name, &self.variant, "hour");
        match (listed, self.tier) {
            (Ok(price), _) => costs.add("instance", Quantity::ONE, price),
            (Err(_), Tier::Dedicated(size)) => self.add_parts(book, &mut costs, size),
            (Err(reason), _) => costs.miss("instance", reason),
        }
        costs
    }

    /// The listed tiers cost what their parts do, but for the last places.
    fn add_parts(&self, book: &Book<'_>, costs: &mut Costs, size: Size) {
        let vcpu = book.price("vcpu", &self.variant, "vCPU-hour");
        costs.add_or_miss("instance", Quantity::from(u64::from(size.vcpus)), vcpu);
        let memory = book.price("ram", &self.variant, "GiB-hour");
        costs.add_or_miss("instance", size.memory_gib(), memory);
    }

    /// The price of a GiB of its storage for a month.
    pub(super) fn storage(&self, book: &Book<'_>, disk_type: &str) -> Found {
        match disk_type {
            "PD_SSD" => book.price("storage-ssd", &self.variant, "GiB-Mo"),
            "PD_HDD" => book.price("storage-hdd", &self.variant, "GiB-Mo"),
            other => Err(format!(
                "no list price for storage of type {other:?} in {}: the price book has none of it",
                book.region
            )
            .into()),
        }
    }

    /// The price of a GiB of its backups for a month.
    pub(super) fn backup(&self, book: &Book<'_>) -> Found {
        book.price("backup", self.engine.name(), "GiB-Mo")
    }
}
