//! From identifiers, as agents give them back, to what they are of.

use super::kind::Kind;
use super::machines::Machine;
use super::place::Place;
use super::sets::Set;
use super::sql::{Database, Pool, Server, databases, pools};
use super::storage::Account;
use super::web::App;

/// Something that Azure Monitor has figures of.
#[derive(Debug)]
pub(super) enum Target {
    Machine(Machine),
    Set(Set),
    App(App),
    Database(Database),
    Pool(Pool),
    /// The account itself, or one of its services: `blobservices`.
    Account(Account, Option<String>),
}

impl Target {
    /// What has this identifier, in any case.
    pub(super) fn find(place: &Place, id: &str) -> Option<Self> {
        let id = id.to_lowercase();
        let (_, provider) = id.split_once("/providers/")?;
        let parts: Vec<&str> = provider.split('/').collect();
        let it = &place.counts;
        let below = |number: Option<u64>, count: u64| number.filter(|number| *number < count);
        match parts.as_slice() {
            ["microsoft.compute", "virtualmachines", name] => {
                let number = below(Kind::Machine.number(name), it.machines)?;
                let machine = Machine::of(place, number);
                (machine.id.to_lowercase() == id).then_some(Self::Machine(machine))
            }
            ["microsoft.compute", "virtualmachinescalesets", _] => {
                set(place, &id).map(|(_, set)| Self::Set(set))
            }
            ["microsoft.web", "sites", name] => {
                let app = App::of(place, below(Kind::Site.number(name), it.apps + it.sites)?);
                (app.id.to_lowercase() == id).then_some(Self::App(app))
            }
            ["microsoft.sql", "servers", server, kind, name] => {
                let number = below(Kind::Server.number(server), it.servers)?;
                Self::of_server(place, number, &id, kind, name)
            }
            ["microsoft.storage", "storageaccounts", name, rest @ ..] => {
                let number = below(Kind::Account.number(name), it.accounts)?;
                let account = Account::of(place, number);
                let (own, part) = match rest {
                    [] => (id.as_str(), None),
                    [part, "default"] => {
                        let end = format!("/{part}/default");
                        (id.strip_suffix(&end)?, Some((*part).to_owned()))
                    }
                    _ => return None,
                };
                (account.id.to_lowercase() == own).then_some(Self::Account(account, part))
            }
            _ => None,
        }
    }

    fn of_server(place: &Place, number: u64, id: &str, kind: &str, name: &str) -> Option<Self> {
        let server = Server::of(place, number);
        match kind {
            "databases" => {
                let index = Kind::Database.number(name)?;
                let mine = databases(place, number).contains(&index);
                let database = mine.then(|| Database::of(place, number, &server, index))?;
                (database.id.to_lowercase() == id).then_some(Self::Database(database))
            }
            "elasticpools" => {
                let index = Kind::Pool.number(name)?;
                let pool = pools(place, number)
                    .contains(&index)
                    .then(|| Pool::of(place, &server, index))?;
                (pool.id.to_lowercase() == id).then_some(Self::Pool(pool))
            }
            _ => None,
        }
    }

    /// Where in the list of regions it is.
    pub(super) const fn region(&self) -> usize {
        match self {
            Self::Machine(it) => it.region,
            Self::Set(it) => it.region,
            Self::App(it) => it.region,
            Self::Database(it) => it.region,
            Self::Pool(it) => it.region,
            Self::Account(it, _) => it.region,
        }
    }
}

/// The scale set with this identifier in small letters, and its number.
pub(super) fn set(place: &Place, id: &str) -> Option<(u64, Set)> {
    let (group, name) = (id.split('/').nth(4)?, id.split('/').next_back()?);
    let it = &place.counts;
    // `MC_clusters-00000_k00000012-web_eastus`
    let index = match group.strip_prefix("mc_") {
        Some(group) => {
            let cluster = Kind::Cluster.number(group.split('_').nth(1)?)?;
            cluster.checked_mul(2)? + u64::from(name.starts_with("aks-user-"))
        }
        None => it.node_sets() + Kind::ScaleSet.number(name)?,
    };
    let set = (index < it.all_sets()).then(|| Set::of(place, index))?;
    (set.id.to_lowercase() == id).then_some((index, set))
}
