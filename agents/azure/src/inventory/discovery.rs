//! All subscriptions of a cycle, one after the other, as the pages of Resource Graph come in.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use futures::{Stream, stream};
use serde::Deserialize;

use finops_core::model::{Event, Scope, ServiceFailure};

use super::graph::{self, Pages};
use super::{Inventory, Row, lists};
use crate::arm::{ArmError, Azure, Meter, Operation, Trouble};
use crate::subscriptions::Target;

/// Shows whether there is anything in a subscription.
/// <https://learn.microsoft.com/rest/api/resources/resources/list>
pub(crate) const ANYTHING: Operation = Operation {
    permission: "Microsoft.Resources/subscriptions/resources/read",
    api_version: "2021-04-01",
};

/// What is in one subscription, and what it took to find out.
#[derive(Debug)]
pub(crate) struct Found {
    /// Which subscription.
    pub scope: Scope,
    /// What is there, or why that is not known.
    pub inventory: Result<Inventory, ServiceFailure>,
    /// Counts the calls since the subscription before it. The calls that are for all of them are
    /// so counted once, with one of them.
    pub meter: Meter,
    /// What an operator should know of the way.
    pub events: Vec<Event>,
}

/// Discovers what is in `targets`. At most one subscription and one page is in memory, and the
/// instances of uniform scale sets.
pub(crate) fn discover(
    azure: Azure,
    meter: Meter,
    targets: Vec<Target>,
    groups: Vec<String>,
) -> impl Stream<Item = Found> + Send {
    let discovery = Discovery::new(azure, meter, targets, groups);
    stream::unfold(discovery, |mut discovery| async move {
        let found = discovery.next().await?;
        Some((found, discovery))
    })
}

struct Discovery {
    azure: Azure,
    groups: Vec<String>,
    meter: Meter,
    scopes: HashMap<Arc<str>, Scope>,
    /// Those that the identity cannot see.
    hidden: VecDeque<(Scope, ServiceFailure)>,
    /// What is asked of Resource Graph in one query each.
    chunks: VecDeque<Vec<Arc<str>>>,
    /// The subscriptions of the query that have not been handed on.
    waiting: BTreeSet<Arc<str>>,
    way: Way,
    instances: HashMap<Arc<str>, Vec<Row>>,
    rows: VecDeque<Row>,
    current: Option<(Arc<str>, Inventory)>,
    events: Vec<Event>,
}

/// How it goes on.
enum Way {
    /// The next query begins.
    Begin,
    /// By the pages of a query.
    Graph(Pages),
    /// The query's pages have been read: what waits still had no rows.
    Rest,
    /// By lists.
    Lists,
    /// Not at all.
    Broken(ServiceFailure),
}

impl Discovery {
    fn new(azure: Azure, meter: Meter, targets: Vec<Target>, groups: Vec<String>) -> Self {
        let mut hidden = VecDeque::new();
        let mut scopes = HashMap::new();
        let mut visible = Vec::new();
        for Target { scope, access } in targets {
            match access {
                Err(failure) => hidden.push_back((scope, failure)),
                Ok(()) => {
                    visible.push(Arc::clone(&scope.account_id));
                    scopes.insert(Arc::clone(&scope.account_id), scope);
                }
            }
        }
        let chunks = visible.chunks(graph::SUBSCRIPTIONS).map(<[_]>::to_vec).collect();
        Self {
            azure,
            groups,
            meter,
            scopes,
            hidden,
            chunks,
            waiting: BTreeSet::new(),
            way: Way::Begin,
            instances: HashMap::new(),
            rows: VecDeque::new(),
            current: None,
            events: Vec::new(),
        }
    }

    async fn next(&mut self) -> Option<Found> {
        if let Some((scope, failure)) = self.hidden.pop_front() {
            return Some(self.found(scope, Err(failure)));
        }
        loop {
            if let Some((id, inventory)) = self.take_whole() {
                return Some(self.hand_on(&id, Ok(inventory)));
            }
            match std::mem::replace(&mut self.way, Way::Rest) {
                Way::Begin => self.begin().await?,
                Way::Graph(pages) => self.turn(pages).await,
                Way::Rest => match self.waiting.pop_first() {
                    Some(id) => {
                        let inventory = self.empty(&id).await;
                        return Some(self.hand_on(&id, inventory));
                    }
                    None => self.way = Way::Begin,
                },
                Way::Lists => match self.waiting.pop_first() {
                    Some(id) => {
                        self.way = Way::Lists;
                        let inventory =
                            lists::list(&self.azure, &self.meter, &id, &self.groups).await;
                        return Some(self.hand_on(&id, Ok(inventory)));
                    }
                    None => self.way = Way::Begin,
                },
                Way::Broken(failure) => match self.waiting.pop_first() {
                    Some(id) => {
                        self.way = Way::Broken(failure.clone());
                        return Some(self.hand_on(&id, Err(failure)));
                    }
                    None => self.way = Way::Begin,
                },
            }
        }
    }

    /// Begins the next query with the instances of uniform scale sets. `None` after the last.
    async fn begin(&mut self) -> Option<()> {
        let chunk = self.chunks.pop_front()?;
        self.waiting = chunk.iter().cloned().collect();
        self.instances.clear();
        let mut pages = Pages::instances(chunk.clone(), &self.groups);
        loop {
            match pages.next(&self.azure, &self.meter).await {
                Ok(Some(rows)) => {
                    for row in rows {
                        if let Some(id) = subscription(&row) {
                            self.instances.entry(id).or_default().push(row);
                        }
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    self.give_up(error);
                    return Some(());
                }
            }
        }
        self.way = Way::Graph(Pages::resources(chunk, &self.groups));
        Some(())
    }

    async fn turn(&mut self, mut pages: Pages) {
        match pages.next(&self.azure, &self.meter).await {
            Ok(Some(rows)) => {
                self.rows = rows.into();
                self.way = Way::Graph(pages);
            }
            Ok(None) => self.way = Way::Rest,
            Err(error) => {
                // What was read of the current subscription is not all of it.
                if let Some((id, _)) = self.current.take() {
                    self.waiting.insert(id);
                }
                self.rows.clear();
                self.give_up(error);
            }
        }
    }

    /// Lists do the same where Resource Graph is denied or not there; after other trouble they
    /// would have it too.
    fn give_up(&mut self, error: ArmError) {
        self.way = match error.trouble {
            Trouble::Denied | Trouble::NotFound | Trouble::Refused => {
                // The lists have them too.
                self.instances.clear();
                self.events.push(by_lists(&error.failure));
                Way::Lists
            }
            _ => Way::Broken(error.failure),
        };
    }

    /// Takes rows until the current subscription is whole: the next one has begun, or there are no
    /// more pages.
    fn take_whole(&mut self) -> Option<(Arc<str>, Inventory)> {
        while let Some(row) = self.rows.pop_front() {
            let Some(id) = subscription(&row) else {
                continue;
            };
            match &mut self.current {
                Some((current, inventory)) if *current == id => inventory.add(row),
                Some(_) => {
                    self.rows.push_front(row);
                    return self.current.take();
                }
                // One that was not asked for, or was handed on already, must not count again.
                None if self.waiting.remove(&id) => {
                    let mut inventory = Inventory::default();
                    inventory.add(row);
                    self.current = Some((id, inventory));
                }
                None => {
                    let failure = ServiceFailure {
                        error: format!("BadReply: Resource Graph: rows of {id} where none belong"),
                        hint: Some("report this with the log".to_owned()),
                    };
                    self.rows.clear();
                    self.way = Way::Broken(failure);
                    return None;
                }
            }
        }
        if matches!(self.way, Way::Rest) { self.current.take() } else { None }
    }

    /// Resource Graph leaves out what the identity may not read and subscriptions that are gone, and
    /// says nothing of it: whether one without rows is empty has to be asked.
    async fn empty(&self, id: &str) -> Result<Inventory, ServiceFailure> {
        #[derive(Deserialize)]
        struct Anything {}
        #[derive(Deserialize)]
        struct Resources {
            #[serde(rename = "value")]
            _value: Vec<Anything>,
        }
        if self.instances.contains_key(id) {
            return Ok(Inventory::default());
        }
        let paths: Vec<String> = if self.groups.is_empty() {
            vec![format!("/subscriptions/{id}/resources")]
        } else {
            let group = |group| format!("/subscriptions/{id}/resourceGroups/{group}/resources");
            self.groups.iter().map(group).collect()
        };
        for path in paths {
            let asked = self.azure.get::<Resources>(&self.meter, ANYTHING, &path, &[("$top", "1")]);
            match asked.await {
                Ok(_) => {}
                Err(error) if is_group_missing(&error) => {}
                Err(error) => return Err(error.failure),
            }
        }
        Ok(Inventory::default())
    }

    fn hand_on(&mut self, id: &Arc<str>, inventory: Result<Inventory, ServiceFailure>) -> Found {
        let instances = self.instances.remove(id).unwrap_or_default();
        let inventory = inventory.map(|mut inventory| {
            instances.into_iter().for_each(|row| inventory.add(row));
            inventory
        });
        let scope = self.scopes.remove(id).expect("what is handed on was asked for, once");
        self.found(scope, inventory)
    }

    fn found(&mut self, scope: Scope, inventory: Result<Inventory, ServiceFailure>) -> Found {
        let meter = std::mem::take(&mut self.meter);
        Found { scope, inventory, meter, events: std::mem::take(&mut self.events) }
    }
}

fn by_lists(failure: &ServiceFailure) -> Event {
    let message =
        format!("resources are listed type by type, which takes more calls: {}", failure.error);
    let mut event = Event::now("resource_graph_unavailable", None, message);
    event.hint = Some("let the identity call Azure Resource Graph, where there is one".to_owned());
    event
}

/// Not every subscription has every group. A subscription that is gone is told by another code.
fn is_group_missing(error: &ArmError) -> bool {
    error.trouble == Trouble::NotFound && error.failure.error.starts_with("ResourceGroupNotFound")
}

/// The subscription that a row is of, in small letters.
fn subscription(row: &Row) -> Option<Arc<str>> {
    row.part("subscriptions").map(|id| id.to_ascii_lowercase().into())
}
