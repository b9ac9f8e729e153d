//! What an agent delivered beside what is true.

use std::collections::BTreeMap;

use super::figures;
use crate::truth::Sum;

/// The two sides of every service.
#[derive(Debug)]
pub(super) struct Comparison {
    rows: BTreeMap<String, (Sum, Sum)>,
    failed: BTreeMap<String, String>,
}

const HEADINGS: [[&str; 11]; 2] = [
    ["", "", "", "", "un-", "partly", "", "", "un-", "partly", ""],
    [
        "service", "count", "hourly", "monthly", "priced", "priced", "count", "monthly", "priced",
        "priced", "",
    ],
];
/// How many letters of an error are shown.
const LONGEST_ERROR: usize = 160;
/// The column before which the truth begins.
const TRUTH: usize = 6;

impl Comparison {
    pub(super) fn of(
        delivered: &BTreeMap<String, Sum>,
        truth: &BTreeMap<&'static str, Sum>,
        failed: &BTreeMap<String, String>,
    ) -> Self {
        let mut rows: BTreeMap<String, (Sum, Sum)> = BTreeMap::new();
        for (name, sum) in delivered {
            rows.entry(name.clone()).or_default().0 = *sum;
        }
        for (name, sum) in truth {
            rows.entry((*name).to_owned()).or_default().1 = *sum;
        }
        Self { rows, failed: failed.clone() }
    }

    /// Whether every figure is the truth's, to the last digit, and nothing failed.
    pub(super) fn equal(&self) -> bool {
        self.failed.is_empty() && self.rows.values().all(|(delivered, truth)| delivered == truth)
    }

    /// The table, and below it what differs.
    pub(super) fn text(&self) -> String {
        let mut rows: Vec<[String; 11]> = HEADINGS.map(|row| row.map(str::to_owned)).to_vec();
        let (mut delivered, mut truth) = (Sum::default(), Sum::default());
        for (name, (left, right)) in &self.rows {
            delivered.merge(left);
            truth.merge(right);
            rows.push(row(name, left, right));
        }
        rows.push(row("total", &delivered, &truth));
        let mut text = aligned(&rows);
        for (name, sums) in &self.rows {
            for difference in differences(sums) {
                text.push_str(&format!("  {name}: {difference}\n"));
            }
        }
        for (name, error) in &self.failed {
            text.push_str(&format!("  {name} failed, wholly or in part: {}\n", line(error)));
        }
        text
    }
}

/// An error on one line, and not a long one.
fn line(error: &str) -> String {
    let line = error.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_ERROR) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn row(name: &str, delivered: &Sum, truth: &Sum) -> [String; 11] {
    [
        name.to_owned(),
        figures::count(delivered.count),
        figures::hourly(delivered.monthly),
        figures::monthly(delivered.monthly),
        figures::count(delivered.unpriced),
        figures::count(delivered.partly_priced),
        figures::count(truth.count),
        figures::monthly(truth.monthly),
        figures::count(truth.unpriced),
        figures::count(truth.partly_priced),
        if delivered == truth { "=" } else { "≠" }.to_owned(),
    ]
}

/// The rows in columns as wide as they have to be, under a line that says whose they are.
fn aligned(rows: &[[String; 11]]) -> String {
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let widths: [usize; 11] = std::array::from_fn(width);
    let gap = |column: usize| if column == TRUTH { 4 } else { 2 };
    let before: usize = 2 + widths[0];
    let agents: usize = (1..TRUTH).map(|column| gap(column) + widths[column]).sum();
    let truths: usize = (TRUTH..10).map(|column| gap(column) + widths[column]).sum();
    let title = |text: &str, width: usize| {
        let dashes = width.saturating_sub(text.len() + 2);
        let (left, right) = (dashes / 2, dashes - dashes / 2);
        format!("{} {text} {}", "─".repeat(left), "─".repeat(right))
    };
    let mut text = format!(
        "{}  {}    {}\n",
        " ".repeat(before),
        title("delivered", agents - 2),
        title("the truth", truths - gap(TRUTH))
    );
    for row in rows {
        let mut line = format!("  {:<1$}", row[0], widths[0]);
        for column in 1..row.len() {
            line.push_str(&" ".repeat(gap(column)));
            line.push_str(&format!("{:>1$}", row[column], widths[column]));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// What differs, with every digit.
fn differences((delivered, truth): &(Sum, Sum)) -> Vec<String> {
    let mut all = Vec::new();
    let mut compare = |what: &str, left: String, right: String| {
        if left != right {
            all.push(format!("{what} {left}, and {right} is true"));
        }
    };
    compare("count", delivered.count.to_string(), truth.count.to_string());
    let exact = |sum: &Sum| sum.monthly.normalize().to_string();
    compare("monthly", exact(delivered), exact(truth));
    compare("unpriced", delivered.unpriced.to_string(), truth.unpriced.to_string());
    let partly = |sum: &Sum| sum.partly_priced.to_string();
    compare("partly priced", partly(delivered), partly(truth));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(count: u64, monthly: &str) -> Sum {
        Sum { count, monthly: monthly.parse().unwrap(), unpriced: 1, partly_priced: 0 }
    }

    #[test]
    fn the_last_digit_decides_and_what_differs_is_said() {
        let truth = BTreeMap::from([("ec2", sum(3, "1234.50"))]);
        let compare = |delivered: &str| {
            let delivered = BTreeMap::from([("ec2".to_owned(), sum(3, delivered))]);
            Comparison::of(&delivered, &truth, &BTreeMap::new())
        };
        assert!(compare("1234.5").equal());
        let other = compare("1234.50000001");
        assert!(!other.equal());
        let text = other.text();
        assert!(text.contains("  ec2: monthly 1234.50000001, and 1234.5 is true\n"), "{text}");
        assert!(text.contains('≠'), "{text}");
    }

    #[test]
    fn a_service_that_failed_or_is_missing_is_not_equal() {
        let truth = BTreeMap::from([("ec2", sum(3, "1"))]);
        assert!(!Comparison::of(&BTreeMap::new(), &truth, &BTreeMap::new()).equal());
        let delivered = BTreeMap::from([("ec2".to_owned(), sum(3, "1"))]);
        let failed = BTreeMap::from([("rds".to_owned(), "Access\nDenied ".repeat(20))]);
        let failed = Comparison::of(&delivered, &truth, &failed);
        assert!(!failed.equal());
        let text = failed.text();
        assert!(text.contains("  rds failed, wholly or in part: Access Denied Access"), "{text}");
        assert!(text.ends_with("…\n"), "{text}");
    }
}
