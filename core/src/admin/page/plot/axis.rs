//! The marks along the axes.

use super::hours::Hours;
use super::percent;

/// A mark on the axis of time.
pub(in crate::admin::page) struct TickX {
    pub(in crate::admin::page) x: String,
    /// Empty where there is no room for one.
    pub(in crate::admin::page) label: String,
    /// Every second label, which narrow screens leave out.
    pub(in crate::admin::page) odd: bool,
}

/// A mark on the axis of cost.
pub(in crate::admin::page) struct TickY {
    pub(in crate::admin::page) y: String,
    pub(in crate::admin::page) label: String,
}

/// Marks from zero to a round figure at or above `top` USD an hour, and that figure.
pub(super) fn ticks_y(top: f64) -> (Vec<TickY>, f64) {
    let step = round_step(top / 4.0);
    let steps = (top / step).ceil().max(1.0);
    let scale = step * steps;
    let places = if step < 1.0 { (-step.log10().floor()).clamp(1.0, 6.0) as usize + 1 } else { 0 };
    let places = (0..=places)
        .find(|&places| {
            let rounded: f64 = format!("{step:.places$}").parse().unwrap_or(0.0);
            (rounded - step).abs() < step / 1000.0
        })
        .unwrap_or(places);
    let ticks = (0..=steps as u32)
        .map(|index| {
            let amount = step * f64::from(index);
            TickY {
                y: format!("{:.3}%", 100.0 - amount / scale * 100.0),
                label: format!("{amount:.places$}"),
            }
        })
        .collect();
    (ticks, scale)
}

/// The least of 1, 2, 2.5, 5 and 10 times a power of ten that is at least `least`.
fn round_step(least: f64) -> f64 {
    if least <= 0.0 {
        return 0.25;
    }
    let power = 10_f64.powf(least.log10().floor());
    let factor = [1.0, 2.0, 2.5, 5.0].into_iter().find(|factor| factor * power >= least);
    factor.unwrap_or(10.0) * power
}

/// Midnights in UTC, or every sixth hour of a short plot. At most eight have a label.
pub(super) fn ticks_x(hours: &Hours) -> Vec<TickX> {
    let (every, format) = if hours.len() <= 48 { (6, "%H:%M") } else { (24, "%-d %b") };
    let marks: Vec<_> = (0..hours.len())
        .filter(|&hour| hours.at(hour).as_second().rem_euclid(every * 3_600) == 0)
        .collect();
    let step = marks.len().div_ceil(8).max(1);
    let label = |index: usize, hour: usize| {
        // A label begins at its mark: one near the right edge would run out of the page.
        let fits = hour * 100 / hours.len() < 90;
        let text = || hours.at(hour).strftime(format).to_string();
        if fits && index.is_multiple_of(step) { text() } else { String::new() }
    };
    let marks = marks.into_iter().enumerate();
    marks
        .map(|(index, hour)| TickX {
            x: percent(hour, hours.len()),
            label: label(index, hour),
            odd: !(index / step).is_multiple_of(2),
        })
        .collect()
}
