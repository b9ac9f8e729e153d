//! What changed since the day before.

use std::cmp::Reverse;
use std::collections::HashMap;

use rusqlite::{Connection, Result};
use rust_decimal::Decimal;

use super::answer::{Change, ChangeList, Changes};
use super::groups::resource_key;
use super::now::Current;
use super::times;
use crate::history::day_of;
use crate::history::read::{self, Catalogue, Sight};
use crate::model::CostRate;

/// Compares what is there now with the last day before `today` on which a service answered.
///
/// A service that gave no good answer since then takes no part: what it lists is as old as the
/// baseline or older.
pub(super) fn changes(
    connection: &Connection,
    catalogue: &Catalogue,
    current: &Current,
    today: i64,
) -> Result<Changes> {
    let Some(baseline) = read::answered_before(connection, today)? else {
        return Ok(Changes::default());
    };
    let before: HashMap<usize, Sight> = read::sights(connection, catalogue, baseline)?
        .into_iter()
        .map(|sight| (sight.resource, sight))
        .collect();
    let mut was_watched = vec![false; catalogue.services.len()];
    for day in read::service_days(connection, catalogue, (baseline, baseline))? {
        was_watched[day.service] = day.answers > 0;
    }
    let mut sorter = Sorter { catalogue, baseline, was_watched, changes: Changes::default() };
    let mut is_there = vec![false; catalogue.resources.len()];
    for now in &current.sights {
        is_there[now.resource] = true;
        sorter.add_current(before.get(&now.resource), now);
    }
    for sight in before.values().filter(|sight| !is_there[sight.resource]) {
        sorter.add_gone(sight);
    }
    Ok(sorter.finish())
}

struct Sorter<'a> {
    catalogue: &'a Catalogue,
    baseline: i64,
    was_watched: Vec<bool>,
    changes: Changes,
}

impl Sorter<'_> {
    fn add_current(&mut self, before: Option<&Sight>, now: &Sight) {
        let service = self.catalogue.resources[now.resource].service;
        let answered = self.catalogue.services[service].last_at.map(day_of);
        match before {
            Some(before) if before.pricing != now.pricing => self.changes.not_comparable += 1,
            Some(before) => self.compare(before, now),
            None if answered <= Some(self.baseline) => {}
            None => {
                let zero = Some(CostRate::ZERO);
                let change = self.change(now.resource, None, now.rate, (zero, now.rate));
                if self.was_watched[service] {
                    self.changes.new.changes.push(change);
                } else {
                    self.changes.newly_watched.changes.push(change);
                }
            }
        }
    }

    fn compare(&mut self, before: &Sight, now: &Sight) {
        let both = (before.rate, now.rate);
        if before.rate == now.rate {
            return;
        }
        let change = self.change(now.resource, before.rate, now.rate, both);
        if before.rate < now.rate {
            self.changes.dearer.changes.push(change);
        } else {
            self.changes.cheaper.changes.push(change);
        }
    }

    /// Its service has answered without it: were it in the last good answer, it would be current.
    fn add_gone(&mut self, before: &Sight) {
        let zero = Some(CostRate::ZERO);
        let change = self.change(before.resource, before.rate, None, (before.rate, zero));
        self.changes.gone.changes.push(change);
    }

    /// A change whose difference is that from the first to the second of `compared`.
    fn change(
        &self,
        resource: usize,
        old: Option<CostRate>,
        new: Option<CostRate>,
        compared: (Option<CostRate>, Option<CostRate>),
    ) -> Change {
        let resource = &self.catalogue.resources[resource];
        Change {
            resource: resource_key(self.catalogue, resource),
            first_seen: times::timestamp(resource.first_at),
            old,
            new,
            difference: compared.0.zip(compared.1).map(|(from, to)| {
                CostRate::from_monthly(to.exact_monthly() - from.exact_monthly())
            }),
        }
    }

    fn finish(self) -> Changes {
        let mut changes = self.changes;
        changes.baseline = Some(times::date(self.baseline));
        for list in [
            &mut changes.new,
            &mut changes.newly_watched,
            &mut changes.gone,
            &mut changes.dearer,
            &mut changes.cheaper,
        ] {
            finish(list);
        }
        changes
    }
}

fn finish(list: &mut ChangeList) {
    let size = |change: &Change| -> Option<Decimal> {
        change.difference.map(|difference| difference.exact_monthly().abs())
    };
    list.changes.sort_by(|one, other| {
        Reverse(size(one))
            .cmp(&Reverse(size(other)))
            .then_with(|| one.resource.cmp(&other.resource))
    });
    list.difference = list.changes.iter().filter_map(|change| change.difference).sum();
}
