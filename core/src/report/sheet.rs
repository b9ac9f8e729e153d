//! Adds up the rows of the history by group.

use std::time::Duration;

use super::answer::{DayFigures, Group, GroupKey, HourFigures};
use super::groups::Groups;
use super::now::Current;
use super::times;
use crate::history::money::{divided, usd};
use crate::history::read::{Catalogue, ResourceDay, ServiceHour};
use crate::model::CostRate;

/// The groups while they are added up.
pub(super) struct Sheet {
    groups: Groups,
    sums: Vec<Sum>,
    /// The day at hand, by pair.
    day: Vec<PairDay>,
}

/// One group.
struct Sum {
    group: Group,
    /// Something of it lies in the period.
    is_of_period: bool,
    /// A service that adds to it has a last good answer.
    has_answer: bool,
    cost: Option<i128>,
}

/// One pair of a group and a service on one day.
#[derive(Clone, Copy, Default)]
struct PairDay {
    has_rows: bool,
    /// Pico-USD.
    cost: Option<i128>,
    resources: u64,
    is_incomplete: bool,
}

/// Several services' figures of one group, in pico-USD and seconds.
#[derive(Clone, Copy, Default)]
struct Figures {
    seconds: i64,
    cost: Option<i128>,
    mean_hourly: Option<i128>,
}

impl Figures {
    /// Adds what a service came to in `seconds`: nothing is known of no time.
    fn add(&mut self, cost: Option<i128>, seconds: i64) {
        if seconds <= 0 {
            return;
        }
        self.seconds = self.seconds.max(seconds);
        if let Some(cost) = cost {
            let hourly = divided(cost.saturating_mul(3_600), i128::from(seconds));
            *self.cost.get_or_insert(0) += cost;
            *self.mean_hourly.get_or_insert(0) += hourly;
        }
    }
}

impl Sheet {
    pub(super) fn new(groups: Groups, (first, last): (i64, i64)) -> Self {
        let days = usize::try_from(last - first + 1).unwrap_or(0);
        let sum = |key: &GroupKey| Sum {
            group: empty(key, days),
            is_of_period: false,
            has_answer: false,
            cost: None,
        };
        let sums = groups.keys.iter().map(sum).collect();
        let day = vec![PairDay::default(); groups.pairs.len()];
        Self { groups, sums, day }
    }

    /// Adds a resource's figures to the day at hand.
    pub(super) fn add(&mut self, row: &ResourceDay) {
        let pair = &mut self.day[self.groups.of_resource[row.resource]];
        pair.has_rows = true;
        pair.resources += u64::from(row.seen);
        pair.is_incomplete |= row.is_incomplete;
        if let Some(cost) = row.cost {
            *pair.cost.get_or_insert(0) += i128::from(cost);
        }
    }

    /// Ends the day at hand, in which each service was observed for so many seconds, or not asked.
    pub(super) fn finish_day(&mut self, day: i64, seconds: &[Option<i64>]) {
        let day = times::date(day);
        let mut figures = vec![(Figures::default(), 0); self.sums.len()];
        for ((group, service), pair) in self.groups.pairs.iter().zip(&mut self.day) {
            let pair = std::mem::take(pair);
            let sum = &mut self.sums[*group];
            sum.is_of_period |=
                pair.has_rows || (self.groups.with_empty && seconds[*service].is_some());
            sum.group.is_incomplete |= pair.is_incomplete;
            let (figures, resources) = &mut figures[*group];
            *resources += pair.resources;
            // A service that was watched and had nothing of the group cost nothing there.
            let cost = if pair.has_rows { pair.cost } else { Some(0) };
            figures.add(cost, seconds[*service].unwrap_or(0));
        }
        for (sum, (figures, resources)) in self.sums.iter_mut().zip(figures) {
            sum.add_day(DayFigures {
                day,
                observed: seconds_of(figures.seconds),
                cost: figures.cost.map(usd),
                mean_hourly: figures.mean_hourly.map(usd),
                resources,
            });
            if let Some(cost) = figures.cost {
                *sum.cost.get_or_insert(0) += cost;
            }
        }
    }

    /// Adds the hours from the first to the last, where each service is in one group.
    pub(super) fn add_hours(&mut self, (first, last): (i64, i64), rows: &[ServiceHour]) {
        let hours = usize::try_from(last - first + 1).unwrap_or(0);
        let mut figures = vec![vec![Figures::default(); hours]; self.sums.len()];
        for row in rows {
            let hour = usize::try_from(row.hour - first).unwrap_or(0);
            for (group, _) in self.groups.pairs.iter().filter(|pair| pair.1 == row.service) {
                figures[*group][hour].add(row.cost.map(i128::from), row.seconds);
            }
        }
        for (sum, figures) in self.sums.iter_mut().zip(figures) {
            sum.group.hours = (first..=last)
                .zip(figures)
                .map(|(hour, figures)| HourFigures {
                    start: times::hour(hour),
                    mean_hourly: figures.mean_hourly.map(usd),
                })
                .collect();
        }
    }

    /// Adds what the last good answers hold.
    pub(super) fn add_current(&mut self, catalogue: &Catalogue, current: &Current) {
        for (group, service) in &self.groups.pairs {
            self.sums[*group].has_answer |= catalogue.services[*service].last_at.is_some();
        }
        for sight in &current.sights {
            let group = &mut self.sums[self.groups.group_of(sight.resource)].group;
            group.resources += 1;
            group.unpriced += u64::from(sight.pricing == 2);
            group.partly_priced += u64::from(sight.pricing == 1);
            if let Some(rate) = sight.rate {
                *group.rate_now.get_or_insert(CostRate::ZERO) += rate;
            }
        }
    }

    /// The groups of which something lies in the period.
    pub(super) fn of_period(self) -> Vec<Group> {
        self.sums.into_iter().filter(|sum| sum.is_of_period).map(Sum::finish).collect()
    }

    /// The first group, where there is only one: the total.
    pub(super) fn whole(self) -> Group {
        self.sums.into_iter().next().map_or_else(|| empty(&GroupKey::Total, 0), Sum::finish)
    }
}

impl Sum {
    fn add_day(&mut self, day: DayFigures) {
        self.group.observed += day.observed;
        self.group.days.push(day);
    }

    fn finish(mut self) -> Group {
        self.group.cost = self.cost.map(usd);
        // Nothing is there any more, which costs nothing.
        if self.has_answer && self.group.resources == 0 {
            self.group.rate_now = Some(CostRate::ZERO);
        }
        self.group
    }
}

fn empty(key: &GroupKey, days: usize) -> Group {
    Group {
        key: key.clone(),
        cost: None,
        is_incomplete: false,
        observed: Duration::ZERO,
        rate_now: None,
        resources: 0,
        unpriced: 0,
        partly_priced: 0,
        days: Vec::with_capacity(days),
        hours: Vec::new(),
    }
}

fn seconds_of(seconds: i64) -> Duration {
    Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
}
