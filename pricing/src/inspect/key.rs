//! Keys of prices as text.

use crate::book::{PriceKey, Row};

/// A row's key without what says that it is on demand, as a user may write it:
/// `aws/ec2/m5.large/us-east-1/linux/hour`.
pub(super) fn write(row: &Row<'_>, key: &mut String) {
    key.clear();
    let parts = [row.service, row.sku, row.region, row.variant, row.unit];
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        if !key.is_empty() {
            key.push('/');
        }
        key.push_str(part);
    }
}

/// The same as a text of its own.
pub(super) fn of(row: &Row<'_>) -> String {
    let mut key = String::new();
    write(row, &mut key);
    key
}

/// A key's text without `od`.
pub(super) fn short(key: &str) -> String {
    match key.rsplit_once("/od/") {
        Some((front, unit)) => [front, "/", unit].concat(),
        None => key.to_owned(),
    }
}

/// What the rules write behind a key, or between two, whose price they worked another one out of:
/// `… × 1.05`, `… ÷ 0.92`, `… / 4 vCPUs`, `… and …`.
const WORKED_OUT: [&str; 4] = [" × ", " ÷ ", " / ", " and "];

/// The first key that a price was worked out of; `None` where the text is a key itself.
pub(super) fn base(text: &str) -> Option<&str> {
    let ends = WORKED_OUT.iter().filter_map(|how| text.find(how));
    ends.min().map(|end| &text[..end])
}

/// Everything that a key may mean, with or without `od`: sku, variant and unit may have slashes, and
/// so only the book can tell where the one ends and the other begins.
pub(super) fn meanings(text: &str) -> Vec<PriceKey<'_>> {
    if let Some((front, unit)) = text.rsplit_once("/od/") {
        return of_front(front, unit).collect();
    }
    // A unit has one slash at most: `1/Hour`.
    let ends = text.rmatch_indices('/').take(2).map(|(end, _)| end);
    ends.flat_map(|end| of_front(&text[..end], &text[end + 1..])).collect()
}

fn of_front<'a>(front: &'a str, unit: &'a str) -> impl Iterator<Item = PriceKey<'a>> {
    // The service is the first two parts.
    let service = front.match_indices('/').nth(1).map(|(end, _)| end);
    service.into_iter().flat_map(move |end| {
        let (service, rest) = (&front[..end], &front[end + 1..]);
        rest.match_indices('/').map(move |(end, _)| {
            let (sku, after) = (&rest[..end], &rest[end + 1..]);
            let (region, variant) = after.split_once('/').unwrap_or((after, ""));
            PriceKey { service, sku, region, variant, unit }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::PriceBook;

    #[test]
    fn a_price_that_was_worked_out_names_the_key_it_is_of() {
        let key = "gcp/compute/n2/core/us-central1/linux/od/vCPU-hour";
        for how in [" × 1.05", " ÷ 0.92 × 0.96", " / 4 vCPUs", " and gcp/compute/b: memory"] {
            assert_eq!(base(&format!("{key}{how}")), Some(key));
        }
        for whole in [key, "azure/disk/Ultra/eastus/od/1 GiB/Hour", "rates/gpu"] {
            assert_eq!(base(whole), None);
        }
    }

    #[test]
    fn the_book_knows_what_a_key_means() {
        let book = PriceBook::aws();
        for key in [
            "aws/ec2/m5.large/us-east-1/linux/od/hour",
            "aws/ec2/m5.large/us-east-1/linux/hour",
            "aws/ebs/gp3/throughput/us-east-1/GiBps-mo",
            "aws/rds/db.m5.large/us-east-1/mysql/multi-az/hour",
        ] {
            let rows: Vec<_> =
                meanings(key).iter().filter_map(|meaning| book.find(meaning)).collect();
            assert_eq!(rows.len(), 1, "{key}");
            assert_eq!(of(&rows[0]), short(key));
        }
        let slashed = meanings("azure/vm/D2/westeurope/1/Hour");
        assert!(slashed.iter().any(|key| (key.region, key.unit) == ("westeurope", "1/Hour")));
        assert!(meanings("aws/ec2").is_empty() && meanings("m5.large").is_empty());
    }
}
