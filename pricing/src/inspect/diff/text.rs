//! A difference for a person.

use std::fmt;

use rust_decimal::Decimal;

use super::answer::{Difference, Effect, KeyChange, ServiceChanges, Totals};
use crate::inspect::amount::{count, counted, exact, signed};
use crate::inspect::sheet::Sheet;

/// How many keys that are gone are named.
const NAMED: usize = 20;

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.services.iter().all(ServiceChanges::is_same) {
            let keys: u64 = self.services.iter().map(|service| service.same).sum();
            writeln!(formatter, "Every price is the same: {}.", counted(keys, "key"))?;
            return Ok(());
        }
        services(&self.services, formatter)?;
        if self.not_compared > 0 {
            let keys = counted(self.not_compared, "key");
            writeln!(
                formatter,
                "Not compared: {keys} of what only one of the books was made for\n"
            )?;
        }
        changes("Largest changes of keys in use", &self.in_use, formatter)?;
        changes("Largest changes of other keys", &self.others, formatter)?;
        effect(&self.effect, formatter)
    }
}

fn services(services: &[ServiceChanges], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut sheet = Sheet::new(&[
        "service",
        ">dearer",
        ">cheaper",
        ">new",
        ">gone",
        ">other currency",
        ">same",
    ]);
    for one in services {
        let ServiceChanges { service, dearer, cheaper, new, gone, other_currency, same } = one;
        let counts = [dearer, cheaper, new, gone, other_currency, same].map(count);
        sheet.row(std::iter::once(service).chain(&counts));
    }
    writeln!(formatter, "Keys by service\n{sheet}")
}

fn changes(title: &str, keys: &[KeyChange], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    if keys.is_empty() {
        return Ok(());
    }
    let mut sheet = Sheet::new(&["key", ">before", ">after", ">change"]);
    for one in keys {
        let usd = |price| format!("{} {}", exact(price), one.currency);
        let percent = one.percent_rounded.map(|percent| format!("{} %", signed(percent)));
        let (before, after) = (usd(one.before), usd(one.after));
        sheet.row([&*one.key, &before, &after, percent.as_deref().unwrap_or_default()]);
    }
    writeln!(formatter, "{title}\n{sheet}")
}

fn effect(effect: &Effect, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Effect { priced, keys, gone, added, unlisted_lines } = effect;
    let used = priced.lines + added.lines + unlisted_lines;
    if used == 0 && gone.is_empty() {
        return writeln!(
            formatter,
            "No inventory to compare by: run the agent once (`--once`) with this data directory."
        );
    }
    writeln!(formatter, "Effect on the last inventory (USD per month of 730 hours, list prices)")?;
    let mut sheet = Sheet::new(&["key", ">lines", ">before", ">after", ">difference"]);
    for one in keys {
        sheet.row(row(&one.key, &one.totals));
    }
    let rest = rest(priced, keys.iter().map(|one| &one.totals));
    if rest.lines > 0 {
        sheet.row(row("all other lines", &rest));
    }
    sheet.row(row("total", priced));
    write!(formatter, "{sheet}")?;
    if !gone.is_empty() {
        let before: Decimal = gone.iter().map(|one| one.before).sum();
        let lines: u64 = gone.iter().map(|one| one.lines).sum();
        writeln!(
            formatter,
            " and {} that cost {} would have no price any more:",
            counted(lines, "line"),
            exact(before)
        )?;
        let mut sheet = Sheet::new(&["key", ">lines", ">before"]);
        for one in gone.iter().take(NAMED) {
            sheet.row([&*one.key, &count(one.lines), &exact(one.before)]);
        }
        write!(formatter, "{sheet}")?;
        if gone.len() > NAMED {
            writeln!(formatter, " and {} more", count(gone.len() - NAMED))?;
        }
    }
    if added.lines > 0 {
        let (lines, after) = (counted(added.lines, "line"), exact(added.after));
        writeln!(formatter, " and {lines} that only the second book has a price for: {after}")?;
    }
    if *unlisted_lines > 0 {
        let lines = counted(*unlisted_lines, "line");
        writeln!(
            formatter,
            " not compared: {lines} whose price is worked out, or not in both books"
        )?;
    }
    Ok(())
}

fn row(name: &str, totals: &Totals) -> [String; 5] {
    let Totals { lines, before, after, difference } = *totals;
    [name.to_owned(), count(lines), exact(before), exact(after), signed(difference)]
}

/// What is left of a total without the parts that are named.
fn rest<'a>(whole: &Totals, parts: impl Iterator<Item = &'a Totals>) -> Totals {
    parts.fold(*whole, |rest, part| Totals {
        lines: rest.lines.saturating_sub(part.lines),
        before: rest.before - part.before,
        after: rest.after - part.after,
        difference: rest.difference - part.difference,
    })
}
