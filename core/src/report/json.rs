//! A report for machines.

use rust_decimal::Decimal;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::json;

use super::answer::{
    Change, ChangeList, Changes, Coverage, DayFigures, Group, GroupKey, HourFigures, Outdated,
    Report, ResourceKey,
};
use super::text::{hours, name};
use crate::model::CostRate;

/// The report as one JSON object, written as it is serialised: by resource it may be large.
///
/// Money is a string and exact, to the pico-USD where it accrued; a mean and an hourly rate are
/// rounded. What is not known is `null`.
pub fn json(report: &Report) -> impl Serialize + '_ {
    Json(report)
}

/// Writes a type of the report. The types themselves say nothing of how they look in JSON.
struct Json<'a, T>(&'a T);

impl Serialize for Json<'_, Report> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("by", &report.question.by.to_string())?;
        map.serialize_entry("at", &report.at.to_string())?;
        map.serialize_entry("first_day", &report.first.to_string())?;
        map.serialize_entry("last_day", &report.last.to_string())?;
        map.serialize_entry("total", &Json(&report.total))?;
        map.serialize_entry("groups", &List(&report.groups))?;
        map.serialize_entry("changes", &Json(&report.changes))?;
        map.serialize_entry("coverage", &Json(&report.coverage))?;
        map.end()
    }
}

impl Serialize for Json<'_, Group> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let group = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("group", &name(&group.key))?;
        if let GroupKey::Resource(resource) = &group.key {
            map.serialize_entry("resource", &Json(resource))?;
        }
        map.serialize_entry("cost_usd", &exact(group.cost))?;
        map.serialize_entry("cost_is_incomplete", &group.is_incomplete)?;
        map.serialize_entry("observed_hours", &number(hours(group.observed)))?;
        map.serialize_entry("rate_now", &rate(group.rate_now))?;
        map.serialize_entry("resources", &group.resources)?;
        map.serialize_entry("unpriced", &group.unpriced)?;
        map.serialize_entry("partly_priced", &group.partly_priced)?;
        map.serialize_entry("days", &List(&group.days))?;
        if !group.hours.is_empty() {
            map.serialize_entry("hours", &List(&group.hours))?;
        }
        map.end()
    }
}

impl Serialize for Json<'_, DayFigures> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let day = self.0;
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("day", &day.day.to_string())?;
        map.serialize_entry("cost_usd", &exact(day.cost))?;
        map.serialize_entry("observed_hours", &number(hours(day.observed)))?;
        map.serialize_entry("mean_hourly_usd", &exact(day.mean_hourly))?;
        map.serialize_entry("resources", &day.resources)?;
        map.end()
    }
}

impl Serialize for Json<'_, HourFigures> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let hour = self.0;
        json!({ "hour": hour.start.to_string(), "mean_hourly_usd": exact(hour.mean_hourly) })
            .serialize(serializer)
    }
}

impl Serialize for Json<'_, ResourceKey> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ResourceKey { account, region, service, kind, id, name } = self.0;
        json!({
            "account": account, "region": region, "service": service,
            "kind": kind, "id": id, "name": name,
        })
        .serialize(serializer)
    }
}

impl Serialize for Json<'_, Changes> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let changes = self.0;
        let mut map = serializer.serialize_map(Some(7))?;
        map.serialize_entry("baseline_day", &changes.baseline.map(|day| day.to_string()))?;
        map.serialize_entry("new", &Json(&changes.new))?;
        map.serialize_entry("gone", &Json(&changes.gone))?;
        map.serialize_entry("dearer", &Json(&changes.dearer))?;
        map.serialize_entry("cheaper", &Json(&changes.cheaper))?;
        map.serialize_entry("newly_watched", &Json(&changes.newly_watched))?;
        map.serialize_entry("not_comparable", &changes.not_comparable)?;
        map.end()
    }
}

impl Serialize for Json<'_, ChangeList> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let list = self.0;
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("count", &list.changes.len())?;
        map.serialize_entry("difference", &rate(Some(list.difference)))?;
        map.serialize_entry("resources", &List(&list.changes))?;
        map.end()
    }
}

impl Serialize for Json<'_, Change> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let change = self.0;
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("resource", &Json(&change.resource))?;
        map.serialize_entry("first_seen", &change.first_seen.to_string())?;
        map.serialize_entry("old_rate", &rate(change.old))?;
        map.serialize_entry("new_rate", &rate(change.new))?;
        map.serialize_entry("difference", &rate(change.difference))?;
        map.end()
    }
}

impl Serialize for Json<'_, Coverage> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let coverage = self.0;
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("snapshots", &coverage.snapshots)?;
        map.serialize_entry("first_snapshot", &coverage.first.map(|time| time.to_string()))?;
        map.serialize_entry("last_snapshot", &coverage.last.map(|time| time.to_string()))?;
        map.serialize_entry("failures", &coverage.failures)?;
        map.serialize_entry("outdated", &List(&coverage.outdated))?;
        map.end()
    }
}

impl Serialize for Json<'_, Outdated> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Outdated { account, region, service, answered, failed } = self.0;
        json!({
            "account": account, "region": region, "service": service,
            "last_answer": answered.map(|time| time.to_string()),
            "last_failure": failed.map(|time| time.to_string()),
        })
        .serialize(serializer)
    }
}

struct List<'a, T>(&'a [T]);

impl<'a, T> Serialize for List<'a, T>
where
    Json<'a, T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for item in self.0 {
            list.serialize_element(&Json(item))?;
        }
        list.end()
    }
}

fn exact(usd: Option<Decimal>) -> Option<String> {
    usd.map(|usd| usd.to_string())
}

/// The exact figure, and the one that a person reads.
fn rate(rate: Option<CostRate>) -> serde_json::Value {
    rate.map_or(serde_json::Value::Null, |rate| {
        json!({
            "monthly_usd": rate.exact_monthly().to_string(),
            "hourly_usd": rate.hourly().normalize().to_string(),
        })
    })
}

/// A figure of at most six places as a JSON number.
fn number(figure: Decimal) -> f64 {
    rust_decimal::prelude::ToPrimitive::to_f64(&figure).unwrap_or(0.0)
}
