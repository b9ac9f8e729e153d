//! The history laid out by hour and service.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::admin::HistoryPoint;
use crate::model::CostRate;

/// The longest history shown: 14 days.
const MOST_HOURS: i64 = 14 * 24;
/// The shortest: hours before the first known one are gaps.
const FEWEST_HOURS: i64 = 24;
/// Services with a band of their own; the rest is one band.
const OWN_BANDS: usize = 7;
const SECONDS: i64 = 3_600;

/// One service's rates, hour by hour.
pub(super) struct Series {
    pub(super) name: String,
    /// The sum of the services that have no band of their own.
    pub(super) rest: bool,
    pub(super) rates: Vec<Option<CostRate>>,
}

/// The history by hour and service, without holes in the hours.
pub(super) struct Hours {
    /// The first hour, counted since 1970.
    first: i64,
    len: usize,
    /// Bottom band first.
    pub(super) series: Vec<Series>,
    /// Services of which no hour is known.
    pub(super) never_known: Vec<String>,
}

/// What is known of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// Every service: here is the total.
    Whole(CostRate),
    /// Some services.
    Part,
    /// None.
    Nothing,
}

impl Hours {
    /// `None` where no hour of any service is known.
    pub(super) fn of(history: &[HistoryPoint], now: Timestamp) -> Option<Self> {
        let last = hour_of(now);
        let recent: BTreeMap<i64, &HistoryPoint> = history
            .iter()
            .map(|point| (hour_of(point.at), point))
            .filter(|(hour, _)| (last - MOST_HOURS + 1..=last).contains(hour))
            .collect();
        let first = *recent.keys().next()?;
        let first = first.min(last - FEWEST_HOURS + 1);
        let len = usize::try_from(last - first + 1).ok()?;
        let (known, never_known) = split(&recent, first, len);
        if known.is_empty() {
            return None;
        }
        Some(Self { first, len, series: ordered(known), never_known })
    }

    /// How many hours there are: at least 24.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The start of an hour.
    pub(super) fn at(&self, hour: usize) -> Timestamp {
        let seconds = (self.first + i64::try_from(hour).unwrap_or(0)) * SECONDS;
        // It lies between two timestamps that exist.
        Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// What is known of an hour. Services that are never known count against no hour: they would
    /// turn the whole plot into one gap.
    pub(super) fn known(&self, hour: usize) -> Known {
        let rates = || self.series.iter().map(|series| series.rates[hour]);
        match rates().sum_known() {
            Some(total) => Known::Whole(total),
            None if rates().any(|rate| rate.is_some()) => Known::Part,
            None => Known::Nothing,
        }
    }
}

/// Sums in which one unknown makes all unknown.
trait SumKnown {
    fn sum_known(self) -> Option<CostRate>;
}

impl<I: Iterator<Item = Option<CostRate>>> SumKnown for I {
    fn sum_known(mut self) -> Option<CostRate> {
        self.try_fold(CostRate::ZERO, |sum, rate| Some(sum + rate?))
    }
}

fn hour_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(SECONDS)
}

/// The services that are known in some hour, and the names of the others.
fn split(
    points: &BTreeMap<i64, &HistoryPoint>,
    first: i64,
    len: usize,
) -> (Vec<Series>, Vec<String>) {
    let mut rates: BTreeMap<&str, Vec<Option<CostRate>>> = BTreeMap::new();
    for (hour, point) in points {
        let Ok(index) = usize::try_from(hour - first) else { continue };
        for (service, rate) in &point.by_service {
            rates.entry(service).or_insert_with(|| vec![None; len])[index] = *rate;
        }
    }
    let unknown: BTreeSet<&str> = rates
        .iter()
        .filter(|(_, rates)| rates.iter().all(Option::is_none))
        .map(|(&name, _)| name)
        .collect();
    let never_known = unknown.iter().map(|&name| name.to_owned()).collect();
    let known = rates
        .into_iter()
        .filter(|(name, _)| !unknown.contains(name))
        .map(|(name, rates)| Series { name: name.to_owned(), rest: false, rates })
        .collect();
    (known, never_known)
}

/// The dearest services and the rest as one, those with the fewest gaps first.
fn ordered(mut series: Vec<Series>) -> Vec<Series> {
    let cost = |series: &Series| -> CostRate { series.rates.iter().flatten().copied().sum() };
    series.sort_by_cached_key(|one| (Reverse(cost(one)), one.name.clone()));
    if series.len() > OWN_BANDS + 1 {
        let rest = series.split_off(OWN_BANDS);
        series.push(merged(&rest));
    }
    // Stable: with equal gaps, the dearest stays lowest.
    series.sort_by_key(|one| one.rates.iter().filter(|rate| rate.is_none()).count());
    series
}

fn merged(rest: &[Series]) -> Series {
    let hours = rest.first().map_or(0, |one| one.rates.len());
    let rates = (0..hours).map(|hour| rest.iter().map(|one| one.rates[hour]).sum_known()).collect();
    Series { name: format!("{} more services", rest.len()), rest: true, rates }
}
