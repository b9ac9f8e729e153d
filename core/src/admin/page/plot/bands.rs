//! The stacked bands as SVG paths.

use std::fmt::Write as _;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::hours::Hours;

/// The height of the bands' own coordinates.
pub(super) const HEIGHT: f64 = 1000.0;

/// One service's area.
pub(in crate::admin::page) struct Band {
    pub(in crate::admin::page) name: String,
    /// The sum of several services.
    pub(in crate::admin::page) rest: bool,
    /// Its place in the palette, from 0.
    pub(in crate::admin::page) colour: usize,
    /// Its outline. Steps, since a rate holds for its hour.
    pub(in crate::admin::page) path: String,
}

/// Where each band lies in each hour: its lower and upper edge in USD an hour.
pub(super) struct Stacked<'a> {
    hours: &'a Hours,
    edges: Vec<Vec<Option<(Decimal, Decimal)>>>,
    /// The highest upper edge.
    pub(super) highest: Decimal,
}

/// Stacks the series of `hours`. From the first unknown rate of an hour on, no band has a place.
pub(super) fn stacked(hours: &Hours) -> Stacked<'_> {
    let mut floor = vec![Some(Decimal::ZERO); hours.len()];
    let mut highest = Decimal::ZERO;
    let mut edges = Vec::with_capacity(hours.series.len());
    for series in &hours.series {
        let band: Vec<_> = floor
            .iter_mut()
            .zip(&series.rates)
            .map(|(floor, rate)| {
                let lower = floor.take()?;
                let upper = lower + (*rate)?.hourly();
                *floor = Some(upper);
                highest = highest.max(upper);
                Some((lower, upper))
            })
            .collect();
        edges.push(band);
    }
    Stacked { hours, edges, highest }
}

impl Stacked<'_> {
    /// The bands, where `scale` USD an hour fill the height.
    pub(super) fn bands(&self, scale: f64) -> Vec<Band> {
        let series = self.hours.series.iter().zip(&self.edges).enumerate();
        series
            .map(|(colour, (series, edges))| Band {
                name: series.name.clone(),
                rest: series.rest,
                colour,
                path: path(edges, scale),
            })
            .collect()
    }
}

/// The outline of each run of known hours: along the upper edge and back along the lower one.
fn path(edges: &[Option<(Decimal, Decimal)>], scale: f64) -> String {
    let y = |amount: Decimal| HEIGHT - amount.to_f64().unwrap_or(0.0) / scale * HEIGHT;
    let mut path = String::new();
    let mut start = 0;
    for run in edges.split(Option::is_none) {
        let known: Vec<_> = run.iter().flatten().collect();
        if let Some((lower, _)) = known.first() {
            let _ = write!(path, "M{start} {:.1}", y(*lower));
            for (hour, (_, upper)) in known.iter().enumerate() {
                let _ = write!(path, "V{:.1}H{}", y(*upper), start + hour + 1);
            }
            for (hour, (lower, _)) in known.iter().enumerate().rev() {
                let _ = write!(path, "V{:.1}H{}", y(*lower), start + hour);
            }
            path.push('Z');
        }
        start += run.len() + 1;
    }
    path
}
