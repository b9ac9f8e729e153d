//! Databases: what they are and what they cost.

use rust_decimal::Decimal;

use super::bill::Bill;
use super::offer::{Model, OFFERS, Offer};
use super::pool::Pool;
use super::{Server, pools};
use crate::azure::Azure;
use crate::azure::kind::Kind;
use crate::azure::machines::purpose;
use crate::azure::place::Place;
use crate::draw::Draw;
use crate::names;
use crate::truth::Cost;

/// A database.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) id: String,
    pub(super) name: String,
    pub(crate) region: usize,
    pub(super) offer: &'static Offer,
    /// The number and the tier of the pool that it is in, and the pool's identifier.
    pub(super) pool: Option<(u64, &'static str, String)>,
    pub(super) licence: Option<&'static str>,
    pub(super) zones: bool,
    /// GiB that it may hold.
    pub(super) largest: u64,
    /// MiB of all its backups together; a multiple of four.
    pub(crate) backups: u64,
    pub(super) redundancy: &'static str,
    /// Whether it is one of the free databases, and goes on for money when the amount is used up.
    pub(super) free: Option<bool>,
    pub(super) paused: bool,
    /// Hyperscale.
    pub(super) replicas: u64,
    pub(super) named_replica: bool,
    pub(super) old: bool,
    /// What it did.
    pub(crate) hour: Hour,
    pub(super) tags: Vec<(&'static str, &'static str)>,
    pub(super) bits: u64,
}

/// What a database did in the last hour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hour {
    /// Serverless: billed vCore-seconds of five minutes; three of them times twelve are a hundredth
    /// of an hour.
    pub(crate) period: Option<u64>,
    /// MiB that are allocated; a multiple of four.
    pub(crate) allocated: u64,
    pub(crate) percent: u64,
}

impl Database {
    pub(crate) fn of(place: &Place, server: u64, owner: &Server, index: u64) -> Self {
        let mut draw = place.draw("database", index);
        let bits = draw.bits();
        let purpose = purpose(names::name(&mut draw, index));
        let name = format!("{}-{purpose}", Kind::Database.start(index));
        let (offer, pools) = (&draw_offer(&mut draw).1, pools(place, server));
        let pooled = draw.percent(25) && !pools.is_empty();
        let chosen = draw.below((pools.end - pools.start).max(1));
        let pool = pooled.then(|| Pool::of(place, owner, pools.start + chosen));
        let largest = match offer.model {
            Model::Dtu(included) if draw.percent(90) => included,
            Model::Dtu(included) => included * 2,
            _ => *draw.one(&[32, 64, 128, 256, 512, 1_024]),
        };
        let paused = matches!(offer.model, Model::Serverless(_)) && draw.percent(30);
        let most = if draw.percent(30) { largest * 512 } else { largest * 64 };
        let backups = 4 * draw.below(most);
        Self {
            id: format!("{}/databases/{name}", owner.id),
            name,
            region: owner.region,
            offer,
            licence: draw
                .weighted(&[(70, Some("LicenseIncluded")), (25, Some("BasePrice")), (5, None)])
                .to_owned(),
            zones: draw.percent(12),
            largest,
            backups,
            redundancy: *draw.weighted(&[(60, "Geo"), (25, "Local"), (10, "Zone"), (5, "GeoZone")]),
            free: (offer.name == "GP_S_Gen5_2" && pool.is_none() && draw.percent(10))
                .then(|| draw.percent(30)),
            paused,
            replicas: draw.below(3),
            named_replica: draw.percent(10),
            old: draw.percent(20),
            hour: Hour {
                period: (!paused).then(|| 3 * draw.below(200)),
                allocated: 4 * draw.below(200_000),
                percent: draw.below(100),
            },
            pool: pool.map(|pool| (pool.index, pool.tier(), pool.id)),
            tags: names::tags(&mut draw),
            bits,
        }
    }

    /// A pool pays for its databases.
    pub(super) fn cost(&self, azure: &Azure) -> Cost {
        if self.pool.is_some() {
            return Cost::FREE;
        }
        match self.free {
            // <https://learn.microsoft.com/azure/azure-sql/database/free-offer>
            Some(false) => return Cost::FREE,
            Some(true) => return Cost::FREE.and(None),
            None => {}
        }
        let bill = self.bill(azure);
        let price = |sku: &str, unit| azure.sql_price(self.region, sku, "", unit);
        match self.offer.model {
            Model::Dtu(included) => {
                let listed = price(&format!("DTU/{}", self.offer.name), "hour");
                let cost = Cost::FREE.and_hourly(listed);
                if self.largest > included { cost.and(None) } else { cost }
            }
            Model::General(family, cores) => bill.general(family, cores),
            Model::Critical(family, cores) => bill.critical(family, cores),
            Model::Serverless(family) => {
                let cost = self.used(price(&format!("{family}/vcore"), "vCore-hour"));
                let cost = if self.zones { cost.and(None) } else { cost };
                bill.backup(bill.storage(cost))
            }
            Model::Hyperscale(family, cores) => {
                let each = azure.sql.hourly(self.region, &format!("{family}/"), cores);
                let mut cost = Cost::FREE.and_hourly(each);
                if self.replicas > 0 {
                    let all = each.map(|each| each * Decimal::from(self.replicas));
                    cost = cost.and_hourly(all);
                }
                self.hyperscale(cost, price("HS/storage", "GB-Mo"))
            }
            Model::HyperscaleServerless => {
                // What it cost before the present prices is not known.
                let vcore = price("HS_S_Gen5/vcore", "vCore-hour");
                let cost = if self.old { Cost::FREE.and(None) } else { self.used(vcore) };
                let cost = if self.replicas > 0 { cost.and(None) } else { cost };
                self.hyperscale(cost, price("HS/storage", "GB-Mo"))
            }
            Model::Warehouse | Model::Unheard => Cost::FREE.and(None),
        }
    }

    /// The vCores that it used, at the price of one for an hour.
    fn used(&self, vcore: Option<Decimal>) -> Cost {
        match self.hour.period.unwrap_or_default() * 12 {
            0 => Cost::FREE,
            seconds => {
                let hours = Decimal::from(seconds) / Decimal::from(3_600);
                Cost::FREE.and_hourly(vcore.map(|vcore| vcore * hours))
            }
        }
    }

    /// Storage by what is allocated; backups and zones have no price here. A named replica's are
    /// its primary's. Databases from before 2023-12-15 have other prices for storage and licences.
    /// <https://learn.microsoft.com/azure/azure-sql/database/service-tier-hyperscale>
    fn hyperscale(&self, mut cost: Cost, storage: Option<Decimal>) -> Cost {
        if self.named_replica {
            return cost;
        }
        if self.zones {
            cost = cost.and(None);
        }
        if self.old {
            return cost.and(None);
        }
        let gigabytes = Decimal::from(self.hour.allocated) / Decimal::from(1_024);
        cost.and(storage.map(|price| price * gigabytes)).and(None)
    }

    pub(super) fn bill<'a>(&self, azure: &'a Azure) -> Bill<'a> {
        Bill {
            azure,
            region: self.region,
            licence: self.licence,
            zones: self.zones,
            largest: self.largest,
            backups: self.backups,
            redundancy: Some(self.redundancy),
        }
    }
}

fn draw_offer(draw: &mut Draw) -> &'static (u64, Offer) {
    let mut left = draw.below(OFFERS.iter().map(|(weight, _)| weight).sum());
    let hit = |(weight, _): &&(u64, Offer)| match left.checked_sub(*weight) {
        Some(rest) => {
            left = rest;
            false
        }
        None => true,
    };
    OFFERS.iter().find(hit).unwrap_or(&OFFERS[0])
}
