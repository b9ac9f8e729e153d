//! Disks that nothing uses: they go on costing, and nobody may know of them.

use super::money::CostRate;
use super::resource::Resource;
use super::snapshot::Event;
use crate::figures::short_id;

/// How many of them the event names.
const NAMED: usize = 20;

/// The event of kind `kind` that names the disks of `service` that are attached to nothing, with
/// what they cost a month; `None` where there are none. `thing` is the vendor's word for one:
/// `volume`, `disk`.
pub fn unattached<'a>(
    kind: &'static str,
    service: &'static str,
    thing: &str,
    loose: impl Iterator<Item = &'a Resource>,
) -> Option<Event> {
    let loose: Vec<&Resource> = loose.collect();
    let what = match loose.len() {
        0 => return None,
        1 => format!("1 {thing} is attached to nothing and costs"),
        many => format!("{many} {thing}s are attached to nothing and cost"),
    };
    let cost: CostRate = loose.iter().filter_map(|disk| disk.costs.known()).sum();
    let unknown = match loose.iter().filter(|disk| disk.costs.known().is_none()).count() {
        0 => String::new(),
        1 => " (without 1 that has no list price here)".to_owned(),
        unknown => format!(" (without {unknown} that have no list price here)"),
    };
    let name = |disk: &&'a Resource| short_id(&disk.id).into_owned();
    let mut names: Vec<String> = loose.iter().take(NAMED).map(name).collect();
    if loose.len() > NAMED {
        names.push(format!("and {} more", loose.len() - NAMED));
    }
    let message =
        format!("{what} {:.2} USD a month{unknown}: {}", cost.monthly(), names.join(", "));
    Some(Event::now(kind, Some(service), message))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Price, Quantity, Unit};

    fn disk(id: &str, month: Option<&str>) -> Resource {
        let mut disk = Resource::new("disk", id, &"r-1".into());
        match month {
            None => disk.costs.miss("storage", "no list price"),
            Some(month) => {
                let price = Price {
                    unit_price: month.parse().unwrap(),
                    unit: Unit::Month,
                    source: "test".into(),
                    as_of: jiff::civil::date(2026, 1, 1),
                    sku_key: "key".into(),
                };
                disk.costs.add("storage", Quantity::ONE, Arc::new(price));
            }
        }
        disk
    }

    fn message(disks: &[Resource]) -> Option<String> {
        let event = unattached("unattached_disks", "disks", "disk", disks.iter())?;
        assert_eq!(event.service.as_deref(), Some("disks"));
        Some(event.message)
    }

    #[test]
    fn disks_are_named_with_what_they_cost_together() {
        let long = disk("projects/web-1/zones/us-east1-b/disks/old", Some("2.25"));
        assert_eq!(
            message(&[disk("a", Some("1.5")), long, disk("c", None)]).unwrap(),
            "3 disks are attached to nothing and cost 3.75 USD a month (without 1 that has no list \
             price here): a, web-1/us-east1-b/old, c"
        );
        assert_eq!(
            message(&[disk("a", Some("1"))]).unwrap(),
            "1 disk is attached to nothing and costs 1.00 USD a month: a"
        );
        assert_eq!(message(&[]), None);
    }

    #[test]
    fn of_many_disks_some_are_named_and_the_others_counted() {
        let many: Vec<Resource> = (0..22).map(|_| disk("d", Some("1"))).collect();
        let message = message(&many).unwrap();
        assert!(message.starts_with("22 disks are attached to nothing and cost 22.00 USD"));
        assert!(message.ends_with("d, d, and 2 more"), "{message}");
        assert_eq!(message.matches(" d,").count(), NAMED);
    }
}
