//! A report as plain data.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Question;
use crate::model::CostRate;

/// What the history answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What was asked.
    pub question: Question,
    /// When it was asked.
    pub at: Timestamp,
    /// The first UTC day of the period: not before the history begins.
    pub first: Date,
    /// The last UTC day of the period: the day on which it was asked.
    pub last: Date,
    /// Everything together.
    pub total: Group,
    /// The groups, the dearest over the period first.
    pub groups: Vec<Group>,
    /// What is different from the day before.
    pub changes: Changes,
    /// How complete the figures are.
    pub coverage: Coverage,
}

/// What a group is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupKey {
    /// All groups together.
    Total,
    /// A service, region, account, or a tag's value.
    Named(String),
    /// The resources without the tag that was asked for.
    NoSuchTag,
    /// One resource.
    Resource(ResourceKey),
}

/// Which resource, and how a person knows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceKey {
    /// The account whose scope it was found in.
    pub account: String,
    /// The region it is billed in.
    pub region: String,
    /// Its service.
    pub service: String,
    /// What it is within its service.
    pub kind: String,
    /// The vendor's identifier.
    pub id: String,
    /// The name that it had when it was last seen.
    pub name: Option<String>,
}

/// The costs of one group.
///
/// Several services of several scopes may add to a group, each observed for a time of its own. A
/// group's mean rate is the sum of theirs; its observed time is the longest of theirs.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What it is.
    pub key: GroupKey,
    /// USD accrued over the period, exact to the pico-USD; `None` where nothing is known.
    pub cost: Option<Decimal>,
    /// Some part of a resource had no price for some time: the cost is what is known of it.
    pub is_incomplete: bool,
    /// The time observed within the period.
    pub observed: Duration,
    /// What its resources cost now, by each service's last good answer; `None` where that is not
    /// known.
    pub rate_now: Option<CostRate>,
    /// Resources in the last good answers.
    pub resources: u64,
    /// Those of them of which nothing has a price.
    pub unpriced: u64,
    /// Those of them of which some part has no price.
    pub partly_priced: u64,
    /// Every day of the period, in order.
    pub days: Vec<DayFigures>,
    /// Every hour, where at most 48 hours were asked for by service or account; otherwise empty.
    pub hours: Vec<HourFigures>,
}

/// A group on one UTC day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayFigures {
    /// The day.
    pub day: Date,
    /// The time observed: zero is a gap.
    pub observed: Duration,
    /// USD accrued, exact to the pico-USD; `None` in a gap and where nothing had a price.
    pub cost: Option<Decimal>,
    /// USD per hour of observed time, to the pico-USD; `None` where the cost is.
    pub mean_hourly: Option<Decimal>,
    /// Resources seen on the day.
    pub resources: u64,
}

/// A group in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourFigures {
    /// When the hour begins.
    pub start: Timestamp,
    /// USD per hour of observed time, to the pico-USD; `None` in a gap and where nothing had a price.
    pub mean_hourly: Option<Decimal>,
}

/// What is different in the services' last good answers from the baseline day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The day compared with: the last one before today with an answer; `None` where there is none
    /// and so nothing to compare.
    pub baseline: Option<Date>,
    /// There now and not seen on the baseline day, in a service that was watched then.
    pub new: ChangeList,
    /// There now, in a service that gave no answer on the baseline day: perhaps old.
    pub newly_watched: ChangeList,
    /// Seen on the baseline day, and no longer in its service's last good answer.
    pub gone: ChangeList,
    /// Seen both times, at a higher rate now than last on the baseline day.
    pub dearer: ChangeList,
    /// Seen both times, at a lower rate now.
    pub cheaper: ChangeList,
    /// Seen both times, but with a price for more or fewer of their parts: not compared.
    pub not_comparable: u64,
}

/// The changes of one sort.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeList {
    /// The changes, the largest difference first; those without a price last.
    pub changes: Vec<Change>,
    /// The sum of the differences that are known.
    pub difference: CostRate,
}

/// How one resource changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub resource: ResourceKey,
    /// When it was first seen at all: before the baseline day where it has come back.
    pub first_seen: Timestamp,
    /// Its last rate on the baseline day; `None` where it was not there or had no price.
    pub old: Option<CostRate>,
    /// Its rate now; `None` where it is not there or has no price.
    pub new: Option<CostRate>,
    /// New less old, where what is needed of them is known.
    pub difference: Option<CostRate>,
}

/// How complete a report is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Snapshots on the days of the period, one a scope and cycle.
    pub snapshots: u64,
    /// The first of them.
    pub first: Option<Timestamp>,
    /// The last of them.
    pub last: Option<Timestamp>,
    /// The last snapshot of the whole history.
    pub last_ever: Option<Timestamp>,
    /// How often a service failed in those snapshots.
    pub failures: u64,
    /// Services whose figures are older than the others'.
    pub outdated: Vec<Outdated>,
}

/// A service of a scope that has no recent good answer: its last attempt failed, or it was not asked
/// for a day while others were. Its rate now is that of its last good answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outdated {
    /// The scope's account.
    pub account: String,
    /// The scope's region.
    pub region: String,
    /// The service.
    pub service: String,
    /// Its last good answer.
    pub answered: Option<Timestamp>,
    /// Its last failure.
    pub failed: Option<Timestamp>,
}
