use jiff::SignedDuration;

use super::super::super::fixture;
use super::*;

/// A point `age` hours ago with a rate in USD an hour by service; an empty one is unknown.
fn point(age: i64, rates: &[(&str, &str)]) -> HistoryPoint {
    let by_service = rates
        .iter()
        .map(|(service, usd)| {
            ((*service).to_owned(), (!usd.is_empty()).then(|| fixture::rate(usd)))
        })
        .collect();
    HistoryPoint { at: fixture::now() - SignedDuration::from_hours(age), by_service }
}

fn plot(history: &[HistoryPoint]) -> Plot {
    Plot::of(history, fixture::now()).unwrap()
}

fn band<'a>(plot: &'a Plot, name: &str) -> &'a Band {
    plot.bands.iter().find(|band| band.name == name).unwrap()
}

#[test]
fn without_a_known_hour_there_is_no_plot() {
    assert!(Plot::of(&[], fixture::now()).is_none());
    assert!(Plot::of(&[point(0, &[("ec2", "")])], fixture::now()).is_none());
    let old = point(24 * 20, &[("ec2", "1")]);
    assert!(Plot::of(&[old], fixture::now()).is_none());
}

#[test]
fn bands_stand_on_each_other_in_steps() {
    let hour = [("ec2", "3"), ("rds", "1")];
    let plot = plot(&[point(1, &hour), point(0, &hour)]);
    // 24 hours, of which the last two are known; the scale ends at 4 USD.
    assert_eq!(plot.width, 24);
    assert_eq!(band(&plot, "ec2").path, "M22 1000.0V250.0H23V250.0H24V1000.0H23V1000.0H22Z");
    assert_eq!(band(&plot, "rds").path, "M22 250.0V0.0H23V0.0H24V250.0H23V250.0H22Z");
    assert_eq!(plot.ticks_y.last().unwrap().label, "4");
}

#[test]
fn a_missing_hour_is_a_gap_in_every_band() {
    let hour = [("ec2", "1")];
    let plot = plot(&[point(2, &hour), point(0, &hour)]);
    assert_eq!(band(&plot, "ec2").path.matches('M').count(), 2);
    assert!(plot.columns[22].gap && !plot.columns[21].gap && !plot.columns[23].gap);
    assert!(plot.columns[22].title.ends_with("no data"));
}

#[test]
fn an_unknown_service_lies_on_top_and_its_total_is_unknown() {
    // The dearest, yet not at the bottom: it has a gap.
    let plot =
        plot(&[point(1, &[("rds", ""), ("ec2", "1")]), point(0, &[("rds", "9"), ("ec2", "1")])]);
    assert_eq!(plot.bands[0].name, "ec2");
    assert!(band(&plot, "ec2").path.starts_with("M22"));
    assert!(band(&plot, "rds").path.starts_with("M23"));
    assert!(plot.columns[22].gap);
    assert!(plot.columns[22].title.ends_with("total unknown\nec2: 1.0000\nrds: unknown"));
}

#[test]
fn a_service_that_is_never_known_is_named_and_hides_nothing() {
    let plot = plot(&[point(0, &[("rds", ""), ("ec2", "1")])]);
    assert_eq!(plot.never_known, ["rds"]);
    assert_eq!(plot.bands.len(), 1);
    assert!(!plot.columns[23].gap);
}

#[test]
fn beyond_eight_services_the_cheapest_are_one_band() {
    let names: Vec<_> = (0..10).map(|index| format!("s{index}")).collect();
    let costs: Vec<_> = (0..10).map(|index| (20 - index).to_string()).collect();
    let rates: Vec<_> =
        names.iter().zip(&costs).map(|(name, cost)| (name.as_str(), cost.as_str())).collect();
    let plot = plot(&[point(0, &rates)]);
    assert_eq!(plot.bands.len(), 8);
    assert_eq!(plot.bands[7].name, "3 more services");
    assert_eq!(plot.colour("s6"), Some(6));
    assert_eq!(plot.colour("s7"), None);
}

#[test]
fn the_scale_is_round_and_reaches_the_top() {
    for (top, last, marks) in
        [(0.0, "0.25", 2), (4.0, "4", 5), (5.7, "6", 4), (0.0003, "0.0003", 4), (341.0, "400", 5)]
    {
        let (ticks, scale) = axis::ticks_y(top);
        assert_eq!((ticks.last().unwrap().label.as_str(), ticks.len()), (last, marks), "{top}");
        assert!(scale >= top);
    }
}

#[test]
fn the_summary_says_what_the_plot_shows() {
    let plot = plot(&[point(1, &[("ec2", "2")]), point(0, &[("ec2", "3")])]);
    assert_eq!(
        plot.summary,
        "List prices in USD an hour from 2026-08-06 15:00 UTC to 2026-08-07 14:00 UTC. \
         Lowest 2.0000, highest 3.0000, latest 3.0000. 22 of 24 hours have gaps."
    );
}
