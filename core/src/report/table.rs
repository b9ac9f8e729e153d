//! A report for a person.

use std::borrow::Cow;
use std::fmt::Write as _;

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use jiff::Timestamp;

use super::answer::{Change, ChangeList, Changes, Group, GroupKey, Report};
use super::question::Grouping;
use super::sparkline::sparkline;
use super::text::hours;
use super::times;
use crate::figures::{grouped, rounded, short_id};
use crate::model::CostRate;
use crate::run::printable;

/// The report as text: cost by group, cost by day, what changed, how complete it is. Without
/// snapshots one sentence says so.
///
/// `sparklines` draws the mean hourly cost of each day beside its group; a terminal shows them, a
/// file should not have them.
#[must_use]
pub fn table(report: &Report, sparklines: bool) -> String {
    if let Some(sentence) = nothing(report) {
        return format!("{sentence}\n");
    }
    let mut text = String::new();
    groups(&mut text, report, sparklines);
    days(&mut text, report);
    changes(&mut text, report);
    coverage(&mut text, report);
    text
}

/// Why there is nothing to show.
fn nothing(report: &Report) -> Option<String> {
    if report.coverage.snapshots > 0 {
        return None;
    }
    Some(report.coverage.last_ever.map_or_else(
        || "The history is empty: it begins with the agent's first snapshot.".to_owned(),
        |last| {
            format!(
                "No snapshots since {}: the last one was taken on {}. A longer --since reaches it.",
                report.first,
                minute(last)
            )
        },
    ))
}

fn groups(text: &mut String, report: &Report, sparklines: bool) {
    let names: &[&str] = match &report.question.by {
        Grouping::Resource => &["resource", "name", "service", "account", "region"],
        Grouping::Service => &["service"],
        Grouping::Region => &["region"],
        Grouping::Account => &["account"],
        Grouping::Tag(key) => &[key],
    };
    let by_hour = !report.total.hours.is_empty();
    let mut titles =
        vec!["cost", "observed hours", "hourly now", "resources", "unpriced", "partly priced"];
    if sparklines {
        titles.push(if by_hour { "by hour" } else { "by day" });
    }
    let mut sheet = Sheet::new(names, &titles);
    let shown = shown(report, report.groups.len());
    for group in &report.groups[..shown] {
        sheet.add(&names_of(&group.key, names.len()), figures(group, sparklines));
    }
    sheet.add(&names_of(&report.total.key, names.len()), figures(&report.total, sparklines));
    let (first, last) = (report.first, report.last);
    let by = printable(&report.question.by.to_string());
    let _ = writeln!(text, "Cost by {by}, {first} to {last} (USD, UTC days)");
    sheet.print(text);
    more(text, report.groups.len() - shown);
    let all = std::iter::once(&report.total).chain(&report.groups);
    if all.into_iter().any(|group| group.is_incomplete && group.cost.is_some()) {
        text.push_str(" ≥: some of it had no price, and the cost is what is known of it\n");
    }
    text.push('\n');
}

fn names_of(key: &GroupKey, columns: usize) -> Vec<Cow<'_, str>> {
    let mut names = match key {
        GroupKey::Total => vec!["total".into()],
        GroupKey::Named(name) => vec![(&**name).into()],
        GroupKey::NoSuchTag => vec!["(no such tag)".into()],
        GroupKey::Resource(one) => vec![
            short_id(&one.id),
            one.name.as_deref().unwrap_or_default().into(),
            (&*one.service).into(),
            (&*one.account).into(),
            (&*one.region).into(),
        ],
    };
    names.resize(columns, "".into());
    names
}

fn figures(group: &Group, sparklines: bool) -> Vec<String> {
    let at_least = if group.is_incomplete { "≥ " } else { "" };
    let cost = group.cost.map(|cost| format!("{at_least}{}", rounded(cost, 2)));
    let mut figures = vec![
        cost.unwrap_or_else(unknown),
        rounded(hours(group.observed), 2),
        group.rate_now.map_or_else(unknown, hourly),
        count(group.resources),
        count(group.unpriced),
        count(group.partly_priced),
    ];
    if sparklines && group.hours.is_empty() {
        figures.push(sparkline(group.days.iter().map(|day| day.mean_hourly)));
    } else if sparklines {
        figures.push(sparkline(group.hours.iter().map(|hour| hour.mean_hourly)));
    }
    figures
}

fn days(text: &mut String, report: &Report) {
    let mut sheet = Sheet::new(&["day"], &["cost", "observed hours", "mean hourly", "resources"]);
    let days = &report.total.days;
    let shown = shown(report, days.len());
    for day in &days[days.len() - shown..] {
        let name = day.day.to_string();
        // Zero resources where nobody looked would be a claim.
        let resources = if day.observed.is_zero() && day.resources == 0 {
            unknown()
        } else {
            count(day.resources)
        };
        sheet.add(
            &[&name],
            vec![
                day.cost.map_or_else(unknown, |cost| rounded(cost, 2)),
                rounded(hours(day.observed), 2),
                day.mean_hourly.map_or_else(unknown, |mean| rounded(mean, 4)),
                resources,
            ],
        );
    }
    text.push_str("Cost by day\n");
    sheet.print(text);
    if shown < days.len() {
        let _ = writeln!(text, " … and {} days before; --limit 0 shows all", days.len() - shown);
    }
    text.push('\n');
}

fn changes(text: &mut String, report: &Report) {
    let changes = &report.changes;
    let Some(baseline) = changes.baseline else {
        text.push_str("Nothing to compare with: there is no snapshot from before today.\n\n");
        return;
    };
    let yesterday = report.last.yesterday().is_ok_and(|yesterday| yesterday == baseline);
    let which = if yesterday { "yesterday" } else { "the last day before today with snapshots" };
    let _ = writeln!(text, "What changed since {baseline}, {which} (USD an hour)");
    let lists = sorts(changes);
    if lists.iter().all(|(_, list)| list.changes.is_empty()) {
        text.push_str(" nothing\n");
    } else {
        let mut sums = Sheet::new(&[""], &["resources", "difference"]);
        for (name, list) in &lists {
            sums.add(&[name], vec![count(list.changes.len() as u64), signed(list.difference)]);
        }
        sums.print(text);
        text.push('\n');
        changed_resources(text, report, &lists[..4]);
    }
    if changes.not_comparable > 0 {
        let _ = writeln!(
            text,
            " {} not compared: more or fewer of their parts have a price now",
            count(changes.not_comparable)
        );
    }
    text.push('\n');
}

/// The sorts of changes; the last has no rows of its own, since they may all be old.
fn sorts(changes: &Changes) -> [(&'static str, &ChangeList); 5] {
    [
        ("new", &changes.new),
        ("gone", &changes.gone),
        ("dearer", &changes.dearer),
        ("cheaper", &changes.cheaper),
        ("newly watched", &changes.newly_watched),
    ]
}

fn changed_resources(text: &mut String, report: &Report, lists: &[(&str, &ChangeList)]) {
    let names = ["", "resource", "name", "service", "account", "region"];
    let mut sheet = Sheet::new(&names, &["before", "now", "difference"]);
    let mut left_out = 0;
    for (name, list) in lists {
        let shown = shown(report, list.changes.len());
        left_out += list.changes.len() - shown;
        for change in &list.changes[..shown] {
            add_change(&mut sheet, name, change);
        }
    }
    if lists.iter().any(|(_, list)| !list.changes.is_empty()) {
        sheet.print(text);
    }
    more(text, left_out);
}

fn add_change(sheet: &mut Sheet, sort: &str, change: &Change) {
    let one = &change.resource;
    let name = one.name.as_deref().unwrap_or_default();
    sheet.add(
        &[sort, &short_id(&one.id), name, &one.service, &one.account, &one.region],
        vec![
            change.old.map_or_else(unknown, hourly),
            change.new.map_or_else(unknown, hourly),
            change.difference.map_or_else(unknown, signed),
        ],
    );
}

fn coverage(text: &mut String, report: &Report) {
    let coverage = &report.coverage;
    let (first, last) = (coverage.first.map(minute), coverage.last.map(minute));
    let _ = writeln!(
        text,
        "{} snapshots from {} to {}; services failed {} times; {} resources now, {} without a \
         price, {} with a part without one",
        count(coverage.snapshots),
        first.unwrap_or_else(unknown),
        last.unwrap_or_else(unknown),
        count(coverage.failures),
        count(report.total.resources),
        count(report.total.unpriced),
        count(report.total.partly_priced),
    );
    let shown = shown(report, coverage.outdated.len());
    for one in &coverage.outdated[..shown] {
        let answered = one.answered.map_or_else(
            || "never answered".to_owned(),
            |at| format!("last answered on {}", minute(at)),
        );
        let failed = one.failed.filter(|failed| Some(*failed) > one.answered);
        let failed = failed.map_or_else(String::new, |at| format!(", failed on {}", minute(at)));
        let place = printable(&format!("{} {}", one.account, one.region));
        let _ = writeln!(text, " {place} {}: {answered}{failed}", printable(&one.service));
    }
    more(text, coverage.outdated.len() - shown);
}

/// How many of `rows` are printed.
fn shown(report: &Report, rows: usize) -> usize {
    if report.question.limit == 0 { rows } else { rows.min(report.question.limit) }
}

fn more(text: &mut String, left_out: usize) {
    if left_out > 0 {
        let _ = writeln!(text, " … and {} more; --limit 0 shows all", count(left_out as u64));
    }
}

/// A figure that is not known is not zero.
fn unknown() -> String {
    "-".to_owned()
}

fn count(number: u64) -> String {
    grouped(&number.to_string())
}

fn hourly(rate: CostRate) -> String {
    rounded(rate.hourly(), 4)
}

fn signed(difference: CostRate) -> String {
    let sign = if difference > CostRate::ZERO { "+" } else { "" };
    format!("{sign}{}", hourly(difference))
}

fn minute(time: Timestamp) -> String {
    let clock = jiff::tz::Offset::UTC.to_datetime(time).time();
    format!("{} {:02}:{:02} UTC", times::date_of(time), clock.hour(), clock.minute())
}

/// A table of names on the left and figures on the right.
struct Sheet(Table);

impl Sheet {
    fn new(names: &[&str], figures: &[&str]) -> Self {
        let mut table = Table::new();
        table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        let mut sheet = Self(table);
        sheet.add(names, figures.iter().map(|title| (*title).to_owned()).collect());
        sheet
    }

    fn add(&mut self, names: &[impl AsRef<str>], figures: Vec<String>) {
        let names = names.iter().map(|name| Cell::new(printable(name.as_ref())));
        let figures =
            figures.into_iter().map(|text| Cell::new(text).set_alignment(CellAlignment::Right));
        self.0.add_row(names.chain(figures).collect::<Vec<_>>());
    }

    fn print(&self, text: &mut String) {
        for line in self.0.to_string().lines() {
            let _ = writeln!(text, " {}", line.trim_end());
        }
    }
}
