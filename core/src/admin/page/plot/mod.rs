//! The plot of the cost: what each service cost hour by hour, stacked, as inline SVG.
//!
//! A stack is only as good as its lower bands: where one is unknown, no band above it has a place.
//! So services with the fewest gaps lie at the bottom, a band ends where it or one below it is
//! unknown, and such hours are hatched. Nothing is drawn as zero that is not known to be zero.

mod axis;
mod bands;
mod hours;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use rust_decimal::prelude::ToPrimitive as _;

use self::axis::{TickX, TickY, ticks_x, ticks_y};
use self::bands::Band;
use self::hours::{Hours, Known};
use super::text;
use crate::admin::HistoryPoint;
use crate::model::CostRate;

/// Everything the plot's template places. Positions across are percentages of the width.
pub(super) struct Plot {
    pub(super) heading: String,
    /// The summary for those who do not see the plot.
    pub(super) summary: String,
    /// Hours across: the width of the bands' own coordinates.
    pub(super) width: usize,
    pub(super) bands: Vec<Band>,
    pub(super) columns: Vec<Column>,
    pub(super) ticks_x: Vec<TickX>,
    pub(super) ticks_y: Vec<TickY>,
    /// Some hour is hatched.
    pub(super) has_gaps: bool,
    /// Services of which no hour is known.
    pub(super) never_known: Vec<String>,
}

/// One hour, for the hatching and for the pointer.
pub(super) struct Column {
    pub(super) x: String,
    pub(super) width: String,
    pub(super) gap: bool,
    pub(super) title: String,
}

impl Plot {
    /// The plot of `history` up to `now`, or `None` where no hour is known.
    pub(super) fn of(history: &[HistoryPoint], now: Timestamp) -> Option<Self> {
        let hours = Hours::of(history, now)?;
        let stacked = bands::stacked(&hours);
        let top = stacked.highest.to_f64().unwrap_or(0.0);
        let (ticks_y, scale) = ticks_y(top);
        let columns: Vec<_> = (0..hours.len()).map(|hour| column(&hours, hour)).collect();
        Some(Self {
            heading: heading(hours.len()),
            summary: summary(&hours),
            width: hours.len(),
            bands: stacked.bands(scale),
            has_gaps: columns.iter().any(|column| column.gap),
            columns,
            ticks_x: ticks_x(&hours),
            ticks_y,
            never_known: hours.never_known.clone(),
        })
    }

    /// The colour of a service's band, where it has one of its own.
    pub(super) fn colour(&self, service: &str) -> Option<usize> {
        self.bands.iter().find(|band| !band.rest && band.name == service).map(|band| band.colour)
    }
}

fn heading(hours: usize) -> String {
    match hours {
        ..=48 => format!("Cost over the last {hours} hours"),
        _ => format!("Cost over the last {} days", hours.div_ceil(24)),
    }
}

fn column(hours: &Hours, hour: usize) -> Column {
    let known = hours.known(hour);
    Column {
        x: percent(hour, hours.len()),
        width: percent(1, hours.len()),
        gap: !matches!(known, Known::Whole(_)),
        title: column_title(hours, hour, known),
    }
}

fn column_title(hours: &Hours, hour: usize, known: Known) -> String {
    let mut title = hours.at(hour).strftime("%Y-%m-%d %H:%M UTC").to_string();
    match known {
        Known::Nothing => return title + "\nno data",
        Known::Part => title += "\ntotal unknown",
        Known::Whole(total) => title += &format!("\n{} USD an hour", text::hourly(total)),
    }
    for series in &hours.series {
        let rate = series.rates[hour].map_or_else(|| "unknown".to_owned(), text::hourly);
        title += &format!("\n{}: {rate}", series.name);
    }
    title
}

/// What the plot shows, in words.
fn summary(hours: &Hours) -> String {
    let day = |hour| hours.at(hour).strftime("%Y-%m-%d %H:%M UTC").to_string();
    let mut text =
        format!("List prices in USD an hour from {} to {}.", day(0), day(hours.len() - 1));
    let whole: Vec<CostRate> = (0..hours.len())
        .filter_map(|hour| match hours.known(hour) {
            Known::Whole(total) => Some(total),
            _ => None,
        })
        .collect();
    if let (Some(low), Some(high), Some(last)) =
        (whole.iter().min(), whole.iter().max(), whole.last())
    {
        text += &format!(
            " Lowest {}, highest {}, latest {}.",
            text::hourly(*low),
            text::hourly(*high),
            text::hourly(*last)
        );
    }
    let gaps = hours.len() - whole.len();
    if gaps > 0 {
        text += &format!(" {gaps} of {} hours have gaps.", hours.len());
    }
    text
}

/// `part` of `whole` in percent, fine enough for a screen.
fn percent(part: usize, whole: usize) -> String {
    format!("{:.3}%", part as f64 * 100.0 / whole as f64)
}
