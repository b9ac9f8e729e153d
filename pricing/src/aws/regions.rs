//! Which regions there are.

use std::sync::OnceLock;

use crate::book::PriceBook;

/// The China regions: they exist, but their prices are in CNY and not in the book.
/// <https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Beijing.html>
const CHINA: [&str; 2] = ["cn-north-1", "cn-northwest-1"];

/// More wrong letters than this are no typing error any more.
const MAX_DISTANCE: usize = 3;

/// The regions in which the embedded book prices EC2, and the China regions.
fn known() -> &'static [&'static str] {
    static KNOWN: OnceLock<Vec<&'static str>> = OnceLock::new();
    KNOWN.get_or_init(|| PriceBook::aws().regions("aws/ec2").chain(CHINA).collect())
}

/// Whether `region` is an AWS region that this build knows.
///
/// A region that AWS opened after the embedded book was made is not known.
#[must_use]
pub fn is_known_region(region: &str) -> bool {
    known().contains(&region)
}

/// The known region that `region` most likely stands for, for a message: at most three letters
/// inserted, left out or changed; of several the first in the alphabet.
#[must_use]
pub fn nearest_region(region: &str) -> Option<&'static str> {
    let nearest = known().iter().map(|known| (distance(region, known), *known)).min()?;
    (nearest.0 <= MAX_DISTANCE).then_some(nearest.1)
}

/// The Levenshtein distance: how many bytes to insert, leave out or change.
fn distance(from: &str, to: &str) -> usize {
    let mut previous: Vec<usize> = (0..=to.len()).collect();
    for (row, byte) in from.bytes().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in to.bytes().enumerate() {
            let change = previous[column] + usize::from(byte != other);
            current.push(change.min(previous[column + 1] + 1).min(current[column] + 1));
        }
        previous = current;
    }
    previous[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_of_the_book_and_china_are_known() {
        for region in ["us-east-1", "us-gov-west-1", "ap-southeast-7", "cn-north-1"] {
            assert!(is_known_region(region), "{region}");
        }
        // A zone, a local zone, and nothing.
        for other in ["us-east-1a", "us-west-2-lax-1", ""] {
            assert!(!is_known_region(other), "{other}");
        }
    }

    #[test]
    fn the_nearest_region_is_a_likely_one() {
        assert_eq!(nearest_region("us-esat-1"), Some("us-east-1"));
        assert_eq!(nearest_region("eu-west1"), Some("eu-west-1"));
        assert_eq!(nearest_region("us-west-2"), Some("us-west-2"));
        assert_eq!(nearest_region("northeurope"), None);
    }

    #[test]
    fn the_distance_counts_single_changes() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
