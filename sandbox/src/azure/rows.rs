//! The rows of a subscription, one kind laid after the other, in the order of their identifiers.

use super::aks::Cluster;
use super::disks::Disk;
use super::json::Form;
use super::kind::Kind;
use super::machines::Machine;
use super::place::Place;
use super::sets::{self, Set};
use super::sql::{self, Database, Pool, Row, Server};
use super::storage::Account;
use super::web::{App, Plan};

/// What is laid one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shelf {
    NodeSets,
    Sites,
    Clusters,
    Sql,
    Disks,
    Machines,
    Plans,
    Sets,
    Accounts,
    /// In a table of their own.
    Instances,
}

impl Shelf {
    /// Those of the table `resources`, as their resource groups sort.
    const RESOURCES: [Self; 9] = [
        Self::NodeSets,
        Self::Sites,
        Self::Clusters,
        Self::Sql,
        Self::Disks,
        Self::Machines,
        Self::Plans,
        Self::Sets,
        Self::Accounts,
    ];

    pub(super) fn count(self, place: &Place) -> u64 {
        let it = &place.counts;
        match self {
            Self::NodeSets => it.node_sets(),
            Self::Sites => it.apps + it.sites,
            Self::Clusters => it.clusters,
            Self::Sql => sql::rows(place),
            Self::Disks => it.disks,
            Self::Machines => it.machines,
            Self::Plans => it.plans,
            Self::Sets => it.sets + it.flexible,
            Self::Accounts => it.accounts,
            Self::Instances => it.nodes + it.instances,
        }
    }

    /// Writes the row number `index`.
    pub(super) fn write(self, into: &mut String, place: &Place, form: Form, index: u64) {
        match self {
            Self::NodeSets => Set::of(place, index).write(into, place, form),
            Self::Sets => {
                Set::of(place, place.counts.node_sets() + index).write(into, place, form);
            }
            Self::Sites => App::of(place, index).write(into, place, form),
            Self::Clusters => Cluster::of(place, index).write(into, place, form),
            Self::Disks => Disk::of(place, index).write(into, place, form),
            Self::Machines => Machine::of(place, index).write(into, place, form),
            Self::Plans => Plan::of(place, index).write(into, place, form),
            Self::Accounts => Account::of(place, index).write(into, place, form),
            Self::Sql => write_sql(into, place, form, sql::row(place, index)),
            Self::Instances => {
                let (set, number) = sets::instance(place, index);
                Set::of(place, set).write_instance(into, place, form, number);
            }
        }
    }
}

/// Writes something of SQL. The server is found by its row.
fn write_sql(into: &mut String, place: &Place, form: Form, row: Row) {
    match row {
        Row::Server(server) => Server::of(place, server).write(into, place, form),
        Row::Master(server) => Server::of(place, server).write_master(into, place, form),
        Row::Database(server, index) => {
            let owner = Server::of(place, server);
            Database::of(place, server, &owner, index).write(into, place, form);
        }
        Row::Pool(server, index) => {
            Pool::of(place, &Server::of(place, server), index).write(into, place, form);
        }
    }
}

/// How many rows the table `resources` has.
pub(super) fn count(place: &Place) -> u64 {
    Shelf::RESOURCES.iter().map(|shelf| shelf.count(place)).sum()
}

/// The shelf of row number `index` of the table `resources`, and its number there.
pub(super) fn find(place: &Place, mut index: u64) -> Option<(Shelf, u64)> {
    Shelf::RESOURCES.into_iter().find_map(|shelf| {
        let count = shelf.count(place);
        if index < count {
            return Some((shelf, index));
        }
        index -= count;
        None
    })
}

/// The numbers of a type that a list of Azure Resource Manager for the whole subscription has, by
/// shelves.
pub(super) fn listed(kind: Kind) -> &'static [Shelf] {
    match kind {
        Kind::Machine => &[Shelf::Machines],
        Kind::ScaleSet => &[Shelf::NodeSets, Shelf::Sets],
        Kind::Disk => &[Shelf::Disks],
        Kind::Cluster => &[Shelf::Clusters],
        Kind::Site => &[Shelf::Sites],
        Kind::Plan => &[Shelf::Plans],
        Kind::Account => &[Shelf::Accounts],
        Kind::Instance | Kind::Server | Kind::Database | Kind::Pool => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::size::{Mix, Size};

    /// The identifiers of a table in the order of its rows.
    fn identifiers(place: &Place, shelves: impl Iterator<Item = (Shelf, u64)>) -> Vec<String> {
        let identifier = |(shelf, index): (Shelf, u64)| {
            let mut text = String::new();
            shelf.write(&mut text, place, Form::Graph, index);
            let row: serde_json::Value = serde_json::from_str(&text).expect("a row is JSON");
            row["id"].as_str().expect("an identifier").to_owned()
        };
        shelves.map(identifier).collect()
    }

    #[test]
    fn rows_are_in_the_order_of_their_identifiers_and_none_is_there_twice() {
        let size = Size { seed: 7, resources: 2_500, accounts: 2, regions: 4, mix: Mix::All };
        let place = Place::new(&size, 1);
        let all = (0..count(&place)).map(|index| find(&place, index).expect("a row"));
        let instances = (0..Shelf::Instances.count(&place)).map(|it| (Shelf::Instances, it));
        for table in [identifiers(&place, all), identifiers(&place, instances)] {
            assert!(table.is_sorted_by(|one, next| one < next));
        }
        assert!(find(&place, count(&place)).is_none());
    }

    #[test]
    fn every_form_of_a_row_is_json() {
        let size = Size { seed: 7, resources: 900, accounts: 1, regions: 3, mix: Mix::All };
        let place = Place::new(&size, 0);
        for form in [Form::List, Form::Expanded, Form::States] {
            for index in 0..count(&place) {
                let (shelf, index) = find(&place, index).expect("a row");
                let mut text = String::new();
                shelf.write(&mut text, &place, form, index);
                assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
            }
        }
    }
}
