//! A line of figures as bars.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// What is not known has no height.
const GAP: char = '·';

/// One bar a figure, from zero to the highest; a gap is a dot.
pub(super) fn sparkline(figures: impl Iterator<Item = Option<Decimal>> + Clone) -> String {
    let highest = figures.clone().flatten().max().unwrap_or_default();
    figures.map(|figure| figure.map_or(GAP, |figure| bar(figure, highest))).collect()
}

fn bar(figure: Decimal, highest: Decimal) -> char {
    let eighths = (figure * Decimal::from(BARS.len())).checked_div(highest).unwrap_or_default();
    let index = eighths.ceil().to_usize().unwrap_or(0).clamp(1, BARS.len()) - 1;
    BARS[index]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(figures: &[Option<u32>]) -> String {
        sparkline(figures.iter().map(|figure| figure.map(Decimal::from)))
    }

    #[test]
    fn a_gap_is_a_dot_and_zero_the_lowest_bar() {
        assert_eq!(line(&[Some(0), None, Some(4), Some(8)]), "▁·▄█");
    }

    #[test]
    fn nothing_but_zeros_or_gaps_is_drawn_too() {
        assert_eq!(line(&[Some(0), Some(0)]), "▁▁");
        assert_eq!(line(&[None, None]), "··");
        assert_eq!(line(&[]), "");
    }

    #[test]
    fn a_steady_cost_is_a_steady_line() {
        assert_eq!(line(&[Some(3), Some(3), Some(3)]), "███");
    }
}
