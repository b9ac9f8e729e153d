//! An explanation for a person.

use std::fmt;

use finops_core::run::printable;

use super::answer::{Candidate, Explained, ExplainedResource, ExplainedRow, Explanation, NotFound};
use crate::inspect::amount::{count, counted, exact, signed};
use crate::inspect::sheet::Sheet;

/// How many incomplete services are named.
const NAMED: usize = 5;

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.found {
            Explained::Prices { rows, more } => match &rows[..] {
                [row] => price(row, formatter),
                rows => prices(rows, *more, formatter),
            },
            Explained::Resource(resource) => self::resource(resource, formatter),
            Explained::Candidates { resources, more } => {
                candidates(&self.question, resources, *more, formatter)
            }
            Explained::Nothing(nothing) => self::nothing(&self.question, nothing, formatter),
        }
    }
}

fn price(row: &ExplainedRow, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let ExplainedRow { key, unit, currency, table, what, .. } = row;
    writeln!(formatter, "{}", printable(key))?;
    writeln!(formatter, "  {} {currency} per {unit}", exact(row.price))?;
    if let Some(billed) = row.billed.as_ref().filter(|billed| billed.unit != unit) {
        let price = exact(billed.price);
        writeln!(formatter, "  in cost lines: {price} {currency} per {}", billed.unit)?;
    }
    writeln!(formatter, "  from the {} table {table}: {what}", row.layer.name())?;
    let mut fact = |name: &str, text: &str| {
        if text.is_empty() { Ok(()) } else { writeln!(formatter, "  {name}{}", printable(text)) }
    };
    fact("", &row.url)?;
    fact("published ", &row.published)?;
    fact("effective since ", row.effective.as_deref().unwrap_or_default())?;
    fact("taken ", &row.taken)?;
    fact("last seen to hold on ", &row.as_of)
}

fn prices(rows: &[ExplainedRow], more: usize, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut sheet = Sheet::new(&["key", ">price", "of", "table", "book"]);
    for row in rows {
        let price = format!("{} {}", exact(row.price), row.currency);
        sheet.row([&*row.key, &price, &row.as_of, &row.table, row.layer.name()]);
    }
    write!(formatter, "Prices that match\n{sheet}")?;
    if more > 0 {
        writeln!(formatter, " and {} more: add another word", count(more))?;
    }
    writeln!(formatter, "\nAsk for a whole key to see where its price comes from.")
}

fn name(resource: &Candidate) -> String {
    let name = resource.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
    printable(&format!("{}{name}", resource.id))
}

fn resource(explained: &ExplainedResource, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let resource = &explained.resource;
    let Candidate { provider, account, region, service, kind, .. } = resource;
    writeln!(formatter, "{}", name(resource))?;
    let place = printable(&format!("{provider} {account}, {region}"));
    writeln!(formatter, "{kind} of {service}, {place}, seen {}", explained.seen_at)?;
    for line in &explained.lines {
        writeln!(formatter, "\n  {}: {}", line.component, printable(&line.arithmetic))?;
        for adjustment in &line.adjustments {
            let (month, why) = (signed(adjustment.monthly), printable(&adjustment.why));
            let (component, source) = (&adjustment.component, &adjustment.source);
            let (quantity, usd) = (exact(line.quantity), exact(adjustment.unit_price));
            writeln!(
                formatter,
                "      {component}: {quantity} × {usd} USD ({why}; {source} of {}) = {month} USD per \
                 month",
                adjustment.as_of
            )?;
        }
    }
    writeln!(formatter)?;
    if let Some(list) = explained.list_monthly {
        writeln!(formatter, "  at list prices {} USD per month of 730 hours", exact(list))?;
    }
    match (explained.monthly, explained.hourly_rounded) {
        (Some(month), Some(hour)) => writeln!(
            formatter,
            "  costs {} USD per month of 730 hours ({} USD per hour)",
            exact(month),
            exact(hour)
        )?,
        _ => writeln!(formatter, "  nothing about it has a price: its cost is not known")?,
    }
    for (component, reason) in &explained.unpriced {
        writeln!(formatter, "  not counted: {component}: {}", printable(reason))?;
    }
    Ok(())
}

fn candidates(
    question: &str,
    resources: &[Candidate],
    more: usize,
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let all = count(resources.len() + more);
    writeln!(formatter, "{all} resources are called {}. Ask for one of:", printable(question))?;
    let mut sheet = Sheet::new(&["", "name"]);
    for resource in resources {
        sheet.row([&*resource.qualified(), resource.name.as_deref().unwrap_or_default()]);
    }
    // Without the titles.
    let rows = sheet.to_string();
    rows.lines().skip(1).try_for_each(|row| writeln!(formatter, "{row}"))?;
    if more > 0 {
        writeln!(formatter, " and {} more", count(more))?;
    }
    Ok(())
}

fn nothing(question: &str, nothing: &NotFound, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(formatter, "Neither a resource nor a price is called {}.", printable(question))?;
    match &nothing.last_seen {
        Some(seen) => writeln!(
            formatter,
            "Looked at {} of {}, the last of which answered {seen}, and at {}.",
            counted(nothing.resources, "resource"),
            counted(nothing.services, "service"),
            counted(nothing.prices, "price")
        )?,
        None => writeln!(
            formatter,
            "There is no inventory yet: run the agent once (`--once`) with this data directory. \
             Looked at {}.",
            counted(nothing.prices, "price")
        )?,
    }
    for service in nothing.incomplete.iter().take(NAMED) {
        writeln!(formatter, "It may be in {}, which answered in part.", printable(service))?;
    }
    writeln!(
        formatter,
        "A resource is asked for by its identifier, ARN or name; a price by its key, as in \
         aws/ec2/m5.large/us-east-1/linux/hour, or parts of it: m5.large us-east-1."
    )
}
