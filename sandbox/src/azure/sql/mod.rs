//! SQL servers, their databases and elastic pools.
//! <https://azure.microsoft.com/pricing/details/azure-sql-database/single/>

mod bill;
mod database;
mod offer;
mod pool;
mod vcores;
mod write;

use super::Azure;
use super::kind::Kind;
use super::machines::purpose;
use super::place::{Place, before};
use crate::names;
use crate::size::part;
use crate::truth::{Cost, Sum};
pub(super) use database::Database;
pub(super) use pool::Pool;
pub(super) use vcores::Prices;

const GIBIBYTE: u64 = 1 << 30;

/// A logical server. It costs nothing by itself.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) id: String,
    name: String,
    pub(super) region: usize,
    tags: Vec<(&'static str, &'static str)>,
}

impl Server {
    pub(super) fn of(place: &Place, index: u64) -> Self {
        let mut draw = place.draw("server", index);
        let purpose = purpose(names::name(&mut draw, index));
        let name = format!("{}-{purpose}", Kind::Server.start(index));
        Self {
            id: place.resource(&Kind::Server.group(index), Kind::Server, &name),
            name,
            region: place.region(&mut draw),
            tags: names::tags(&mut draw),
        }
    }
}

/// Which databases a server has, and which pools, by their numbers in the subscription.
pub(super) fn databases(place: &Place, server: u64) -> std::ops::Range<u64> {
    let (all, servers) = (place.counts.databases, place.counts.servers);
    let first = before(all, servers, server);
    first..first + part(all, servers, server)
}

pub(super) fn pools(place: &Place, server: u64) -> std::ops::Range<u64> {
    let (all, servers) = (place.counts.pools, place.counts.servers);
    let first = before(all, servers, server);
    first..first + part(all, servers, server)
}

/// A row: a server, then its databases, its own `master`, and its pools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    Server(u64),
    /// Server and number.
    Database(u64, u64),
    /// The system database of a server, which is no record.
    Master(u64),
    /// Server and number.
    Pool(u64, u64),
}

/// How many rows there are before those of a server.
fn start(place: &Place, server: u64) -> u64 {
    server * 2 + databases(place, server).start + pools(place, server).start
}

/// How many rows a subscription has.
pub(super) fn rows(place: &Place) -> u64 {
    let it = &place.counts;
    it.servers * 2 + it.databases + it.pools
}

/// The row number `index`.
pub(super) fn row(place: &Place, index: u64) -> Row {
    // The last server whose rows begin at `index` or before.
    let (mut low, mut high) = (0, place.counts.servers);
    while high - low > 1 {
        let middle = u64::midpoint(low, high);
        if start(place, middle) <= index {
            low = middle;
        } else {
            high = middle;
        }
    }
    let offset = index - start(place, low);
    let (databases, pools) = (databases(place, low), pools(place, low));
    let count = databases.end - databases.start;
    match offset.checked_sub(1) {
        None => Row::Server(low),
        Some(offset) if offset < count => Row::Database(low, databases.start + offset),
        Some(offset) if offset == count => Row::Master(low),
        Some(offset) => Row::Pool(low, pools.start + offset - count - 1),
    }
}

/// What the databases, pools and servers of a subscription cost.
pub(super) fn sum(azure: &Azure, place: &Place) -> Sum {
    let mut sum = Sum::default();
    for server in 0..place.counts.servers {
        sum.add(&Cost::FREE);
        let owner = Server::of(place, server);
        let here: Vec<Database> =
            databases(place, server).map(|it| Database::of(place, server, &owner, it)).collect();
        for database in &here {
            sum.add(&database.cost(azure));
        }
        for index in pools(place, server) {
            let pool = Pool::of(place, &owner, index);
            let members = here.iter().filter(|it| it.pool.as_ref().is_some_and(|it| it.0 == index));
            sum.add(&pool.cost(azure, members));
        }
    }
    sum
}
