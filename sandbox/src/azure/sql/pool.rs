//! Elastic pools.
//! <https://learn.microsoft.com/azure/azure-sql/database/elastic-pool-overview>

use super::Server;
use super::bill::Bill;
use super::database::Database;
use crate::azure::Azure;
use crate::azure::kind::Kind;
use crate::azure::machines::purpose;
use crate::azure::place::Place;
use crate::names;
use crate::truth::Cost;

/// Sku, tier and capacity by how often they are seen.
const SKUS: &[(u64, (&str, &str, u64))] = &[
    (30, ("GP_Gen5", "GeneralPurpose", 2)),
    (25, ("GP_Gen5", "GeneralPurpose", 8)),
    (15, ("BC_Gen5", "BusinessCritical", 8)),
    (20, ("StandardPool", "Standard", 100)),
    (10, ("HS_Gen5", "Hyperscale", 4)),
];

/// A pool.
#[derive(Debug)]
pub(crate) struct Pool {
    pub(super) index: u64,
    pub(crate) id: String,
    pub(super) name: String,
    pub(crate) region: usize,
    pub(super) sku: (&'static str, &'static str, u64),
    pub(super) licence: Option<&'static str>,
    pub(super) zones: bool,
    /// GiB that it may hold.
    pub(super) largest: u64,
    pub(super) tags: Vec<(&'static str, &'static str)>,
}

impl Pool {
    pub(crate) fn of(place: &Place, owner: &Server, index: u64) -> Self {
        let mut draw = place.draw("pool", index);
        let purpose = purpose(names::name(&mut draw, index));
        let name = format!("{}-{purpose}", Kind::Pool.start(index));
        Self {
            index,
            id: format!("{}/elasticPools/{name}", owner.id),
            name,
            region: owner.region,
            sku: *draw.weighted(SKUS),
            licence: *draw.weighted(&[(75, Some("LicenseIncluded")), (25, Some("BasePrice"))]),
            zones: draw.percent(15),
            largest: *draw.one(&[32, 64, 512]),
            tags: names::tags(&mut draw),
        }
    }

    pub(super) const fn tier(&self) -> &'static str {
        self.sku.1
    }

    /// What it is sold as, and the backups of its databases together; of other tiers than these
    /// the lists have no pools.
    pub(super) fn cost<'a>(
        &self,
        azure: &Azure,
        members: impl Iterator<Item = &'a Database>,
    ) -> Cost {
        let (mut backups, mut redundancy, mut alike) = (0, None, true);
        for member in members {
            backups += member.backups;
            alike &= redundancy.is_none_or(|it| it == member.redundancy);
            redundancy = Some(member.redundancy);
        }
        let bill = Bill {
            azure,
            region: self.region,
            licence: self.licence,
            zones: self.zones,
            largest: self.largest,
            backups,
            redundancy: redundancy.filter(|_| alike),
        };
        match self.sku {
            (family, "GeneralPurpose", cores) => bill.general(family, cores),
            (family, "BusinessCritical", cores) => bill.critical(family, cores),
            _ => Cost::FREE.and(None),
        }
    }
}
