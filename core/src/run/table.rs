//! The table a person wants to read at the end of `--once`.

use std::fmt::Write as _;

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Row, Table};
use rust_decimal::Decimal;

use super::report::{CycleReport, ServiceTotals};
use crate::figures::{grouped, rounded, short_id};
use crate::model::CostRate;

/// The report as text: costs by service, the dearest resources, costs by tag, what has no price,
/// what failed.
#[must_use]
pub fn render(report: &CycleReport) -> String {
    let mut text = String::new();
    let total = report.total();
    let prices = match (report.readings.is_empty(), total.list == total.rate) {
        (true, true) => "list prices",
        (true, false) => "your own prices",
        (false, _) => "your own rates",
    };
    if !report.readings.is_empty() {
        section(&mut text, "Measured", &readings(report));
    }
    section(&mut text, &format!("Cost by service (USD, {prices})"), &services(report, &total));
    beside_the_list(&mut text, &total);
    let dearest = report.dearest();
    if !dearest.is_empty() {
        let mut table = sheet(&["resource", "name", "service", "region", "hourly", "monthly"], 4);
        for one in dearest {
            table.add_row(row(
                &[&short_id(&one.id), &one.label, &one.service, &one.region],
                &[hourly(one.rate), money(one.rate.monthly())],
            ));
        }
        section(&mut text, "Dearest resources", &table);
    }
    for (key, values) in &report.groups {
        section(&mut text, &format!("Cost by tag {key}"), &group(key, values));
    }
    notes(&mut text, report);
    footer(&mut text, report);
    text
}

/// A row for each line of each collector; its name and time stand on the first.
fn readings(report: &CycleReport) -> Table {
    let mut table = sheet(&["collector", "took", ""], 1);
    for reading in &report.readings {
        let mut lines = match &reading.said {
            Ok(lines) => lines.clone(),
            Err(error) => vec![format!("failed: {error}")],
        };
        if lines.is_empty() {
            lines.push("measured".to_owned());
        }
        let took = format!("{} ms", grouped(&reading.duration.as_millis().to_string()));
        for (index, line) in lines.iter().enumerate() {
            let (name, took) =
                if index == 0 { (&*reading.collector, took.as_str()) } else { ("", "") };
            table.add_row([
                Cell::new(printable(name)),
                Cell::new(took).set_alignment(CellAlignment::Right),
                Cell::new(printable(line)),
            ]);
        }
    }
    if let Some(last) = table.column_mut(2) {
        last.set_cell_alignment(CellAlignment::Left);
    }
    table
}

/// What the list says and what is really paid, where these differ.
fn beside_the_list(text: &mut String, total: &ServiceTotals) {
    if total.list == total.rate {
        return;
    }
    // The section before ended with an empty line.
    text.pop();
    let (list, paid) = (money(total.list.monthly()), money(total.rate.monthly()));
    let _ = writeln!(text, " list price {list}, after discounts {paid} USD a month\n");
}

fn services(report: &CycleReport, total: &ServiceTotals) -> Table {
    let mut table =
        sheet(&["service", "count", "hourly", "daily", "monthly", "unpriced", "partly priced"], 1);
    for (name, totals) in &report.services {
        table.add_row(service_row(name, totals));
    }
    table.add_row(service_row("total", total));
    table
}

fn service_row(name: &str, totals: &ServiceTotals) -> Row {
    // A service that failed everywhere has no figures: zero would be a claim.
    if totals.count == 0 && totals.failures > 0 {
        return row(&[name], &["failed".to_owned()]);
    }
    let name = if totals.failures > 0 { format!("{name} (incomplete)") } else { name.to_owned() };
    row(
        &[&name],
        &[
            grouped(&totals.count.to_string()),
            hourly(totals.rate),
            money(totals.rate.daily()),
            money(totals.rate.monthly()),
            grouped(&totals.unpriced.to_string()),
            grouped(&totals.partly_priced.to_string()),
        ],
    )
}

fn group(
    key: &str,
    values: &std::collections::BTreeMap<String, super::report::GroupTotals>,
) -> Table {
    let mut table = sheet(&[key, "count", "hourly", "monthly"], 1);
    let mut sorted: Vec<_> = values.iter().collect();
    sorted.sort_by(|a, b| b.1.rate.cmp(&a.1.rate).then_with(|| a.0.cmp(b.0)));
    for (value, totals) in sorted {
        let value = if value.is_empty() { "(no such tag)" } else { value };
        table.add_row(row(
            &[value],
            &[
                grouped(&totals.count.to_string()),
                hourly(totals.rate),
                money(totals.rate.monthly()),
            ],
        ));
    }
    table
}

fn notes(text: &mut String, report: &CycleReport) {
    if !report.unpriced.is_empty() {
        let mut reasons: Vec<_> = report.unpriced.iter().collect();
        reasons.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        let _ = writeln!(text, "Without a price");
        for (reason, count) in reasons {
            let _ = writeln!(text, "  {} × {}", grouped(&count.to_string()), printable(reason));
        }
        text.push('\n');
    }
    if report.events.is_empty() {
        return;
    }
    let _ = writeln!(text, "Worth knowing");
    for (scope, event) in &report.events {
        let service =
            event.service.as_ref().map(|service| format!(" {service}")).unwrap_or_default();
        let _ = writeln!(text, "  {scope}{service}: {}", printable(&event.message));
        if let Some(hint) = &event.hint {
            let _ = writeln!(text, "    → {}", printable(hint));
        }
    }
    text.push('\n');
}

fn footer(text: &mut String, report: &CycleReport) {
    let work = if report.readings.is_empty() {
        let calls = grouped(&report.api_calls.to_string());
        let usd = |cost: Decimal| format!(" (about {} USD)", cost.normalize());
        let cost = report.api_cost.map(usd).unwrap_or_default();
        let scopes = match report.scopes {
            1 => "1 scope".to_owned(),
            many => format!("{many} scopes"),
        };
        let elsewhere = match report.elsewhere {
            0 => String::new(),
            many => format!(" ({many} left to other replicas)"),
        };
        format!("{scopes}{elsewhere}, {calls} API calls{cost}")
    } else {
        let failed = report.readings.iter().filter(|reading| reading.said.is_err()).count();
        let collectors = match report.readings.len() {
            1 => "1 collector".to_owned(),
            many => format!("{many} collectors"),
        };
        format!("{collectors}, {failed} failed")
    };
    let _ = writeln!(
        text,
        "{work}, {:.1} s; documents: {} delivered, {} kept, {} refused",
        report.duration.as_secs_f64(),
        report.receipt.delivered,
        report.receipt.kept,
        report.receipt.refused,
    );
}

/// A table whose first `names` columns are text and whose others are figures.
fn sheet(header: &[&str], names: usize) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(header.iter().enumerate().map(|(index, title)| {
        let side = if index < names { CellAlignment::Left } else { CellAlignment::Right };
        Cell::new(title).set_alignment(side)
    }));
    table
}

fn row(names: &[&str], figures: &[String]) -> Row {
    let names = names.iter().map(|name| Cell::new(printable(name)));
    let figures =
        figures.iter().map(|figure| Cell::new(figure).set_alignment(CellAlignment::Right));
    Row::from(names.chain(figures).collect::<Vec<_>>())
}

fn section(text: &mut String, title: &str, table: &Table) {
    let _ = writeln!(text, "{title}");
    for line in table.to_string().lines() {
        let _ = writeln!(text, " {}", line.trim_end());
    }
    text.push('\n');
}

fn hourly(rate: CostRate) -> String {
    rounded(rate.hourly(), 4)
}

fn money(amount: Decimal) -> String {
    rounded(amount, 2)
}

/// Names and tags come from strangers: control characters must not reach the terminal.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_price_stands_below_the_total_where_it_is_another() {
        let usd = |text: &str| CostRate::from_monthly(text.parse().unwrap());
        let mut report = CycleReport::new(&[]);
        let mut totals = ServiceTotals { count: 1, rate: usd("1000"), ..ServiceTotals::default() };
        totals.list = totals.rate;
        report.services.insert("ec2".into(), totals.clone());
        assert!(render(&report).starts_with("Cost by service (USD, list prices)"));
        totals.list = usd("1234.5");
        report.services.insert("ec2".into(), totals);
        let text = render(&report);
        assert!(text.starts_with("Cost by service (USD, your own prices)"), "{text}");
        let below = "\n list price 1,234.50, after discounts 1,000.00 USD a month\n\n";
        assert!(text.contains(below), "{text}");
    }

    #[test]
    fn a_name_cannot_move_the_cursor() {
        assert_eq!(printable("a\u{1b}[2Jb\n"), "a\u{fffd}[2Jb\u{fffd}");
    }
}
