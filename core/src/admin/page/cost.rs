//! What things cost: the figures at the top, and the tables by service, tag and resource.

use std::cmp::Reverse;

use rust_decimal::Decimal;

use super::plot::Plot;
use super::{bounds, text};
use crate::admin::{Cycle, Dear, Figures, Group, Service};
use crate::model::CostRate;

/// What everything costs.
pub(super) struct CostNow {
    pub(super) hour: String,
    pub(super) day: String,
    pub(super) month: String,
    pub(super) resources: String,
    pub(super) scopes: String,
    /// What the figures leave out. Empty where they are whole.
    pub(super) missing: Vec<String>,
}

impl CostNow {
    pub(super) fn of(cycle: &Cycle) -> Option<Self> {
        let total = cycle.total()?;
        let mut missing = Vec::new();
        if total.unpriced > 0 {
            missing.push(format!("{} without a price", plural(total.unpriced, "resource")));
        }
        if total.partly_priced > 0 {
            missing.push(format!("parts of {}", plural(total.partly_priced, "other resource")));
        }
        let failed: Vec<_> = cycle.failed_services().map(|service| service.name.as_str()).collect();
        match failed.as_slice() {
            [] => {}
            [one] => missing.push(format!("what {one} did not say")),
            many => missing.push(format!("what {} failed services did not say", many.len())),
        }
        Some(Self {
            hour: text::hourly(total.rate),
            day: text::daily(total.rate),
            month: text::monthly(total.rate),
            resources: plural(total.resources, "resource"),
            scopes: plural(cycle.scopes, "scope"),
            missing,
        })
    }
}

/// A count with its noun: `1 scope`, `2 scopes`.
pub(super) fn plural(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", text::count(count), if count == 1 { "" } else { "s" })
}

/// One line of the table by service.
pub(super) struct ServiceRow<'a> {
    pub(super) name: &'a str,
    /// Its colour in the plot, where it has one.
    pub(super) colour: Option<usize>,
    /// `None` where nothing is known.
    pub(super) figures: Option<FigureCells>,
    /// `failed in 2 scopes`, where it failed.
    pub(super) failed: Option<String>,
}

/// Figures as text.
pub(super) struct FigureCells {
    pub(super) resources: String,
    pub(super) hour: String,
    pub(super) day: String,
    pub(super) month: String,
    pub(super) unpriced: String,
    pub(super) partly_priced: String,
    /// Percent of the total.
    pub(super) share: String,
    /// The same for a person.
    pub(super) share_label: String,
}

impl FigureCells {
    fn new(figures: &Figures, total: CostRate) -> Self {
        let share = share(figures.rate, total);
        Self {
            resources: text::count(figures.resources),
            hour: text::hourly(figures.rate),
            day: text::daily(figures.rate),
            month: text::monthly(figures.rate),
            unpriced: text::count(figures.unpriced),
            partly_priced: text::count(figures.partly_priced),
            share_label: text::percent_label(&share, figures.rate.exact_monthly()),
            share,
        }
    }
}

fn share(rate: CostRate, total: CostRate) -> String {
    text::percent(rate.exact_monthly(), total.exact_monthly())
}

/// The services, those that failed everywhere first, then the dearest first.
pub(super) fn services<'a>(cycle: &'a Cycle, plot: Option<&Plot>) -> Vec<ServiceRow<'a>> {
    let total = cycle.total().unwrap_or_default().rate;
    let mut sorted: Vec<&Service> = cycle.services.iter().collect();
    sorted.sort_by_key(|service| {
        let rate = service.figures.map(|figures| Reverse(figures.rate));
        (rate, service.name.as_str())
    });
    sorted.truncate(bounds::SERVICES);
    sorted
        .into_iter()
        .map(|service| ServiceRow {
            name: &service.name,
            colour: plot.and_then(|plot| plot.colour(&service.name)),
            figures: service.figures.as_ref().map(|figures| FigureCells::new(figures, total)),
            failed: (service.failed_scopes > 0)
                .then(|| format!("failed in {}", plural(service.failed_scopes, "scope"))),
        })
        .collect()
}

/// Costs by the values of one tag key.
pub(super) struct GroupTable<'a> {
    pub(super) key: &'a str,
    pub(super) rows: Vec<GroupRow<'a>>,
}

/// One line of a table by tag.
pub(super) struct GroupRow<'a> {
    pub(super) label: GroupLabel<'a>,
    pub(super) resources: String,
    pub(super) hour: String,
    pub(super) month: String,
    /// Percent of the total.
    pub(super) share: String,
}

/// What a line of a table by tag is about.
pub(super) enum GroupLabel<'a> {
    /// A value of the tag, as it was given.
    Value(&'a str),
    /// Something else, in words.
    Words(String),
}

/// The tables by tag: the dearest values, and the rest as one line.
pub(super) fn groups(cycle: &Cycle) -> Vec<GroupTable<'_>> {
    let filled = cycle.groups.iter().filter(|group| !group.values.is_empty());
    filled.take(bounds::TAG_KEYS).map(group).collect()
}

fn group(group: &Group) -> GroupTable<'_> {
    let total: CostRate = group.values.iter().map(|value| value.rate).sum();
    let mut sorted: Vec<_> = group.values.iter().collect();
    sorted.sort_by_key(|value| (Reverse(value.rate), value.value.as_str()));
    let rest = sorted.split_off(sorted.len().min(bounds::TAG_VALUES));
    let row = |label, resources: u64, rate: CostRate| GroupRow {
        label,
        resources: text::count(resources),
        hour: text::hourly(rate),
        month: text::monthly(rate),
        share: share(rate, total),
    };
    let mut rows: Vec<_> = sorted
        .into_iter()
        .map(|value| {
            let label = if value.value.is_empty() {
                GroupLabel::Words("without this tag".to_owned())
            } else {
                GroupLabel::Value(&value.value)
            };
            row(label, value.resources, value.rate)
        })
        .collect();
    if !rest.is_empty() {
        let label = GroupLabel::Words(plural(rest.len() as u64, "more value"));
        let rate = rest.iter().map(|value| value.rate).sum();
        rows.push(row(label, rest.iter().map(|value| value.resources).sum(), rate));
    }
    GroupTable { key: &group.key, rows }
}

/// One of the dearest resources.
pub(super) struct DearRow<'a> {
    pub(super) resource: &'a Dear,
    pub(super) hour: String,
    pub(super) month: String,
    /// Percent of the dearest one.
    pub(super) share: String,
}

/// The dearest resources, the dearest first.
pub(super) fn dearest(cycle: &Cycle) -> Vec<DearRow<'_>> {
    let mut sorted: Vec<_> = cycle.dearest.iter().collect();
    sorted.sort_by_key(|resource| (Reverse(resource.rate), resource.id.as_str()));
    sorted.truncate(bounds::DEAREST);
    let most = sorted.first().map_or(Decimal::ZERO, |first| first.rate.exact_monthly());
    sorted
        .into_iter()
        .map(|resource| DearRow {
            resource,
            hour: text::hourly(resource.rate),
            month: text::monthly(resource.rate),
            share: text::percent(resource.rate.exact_monthly(), most),
        })
        .collect()
}
