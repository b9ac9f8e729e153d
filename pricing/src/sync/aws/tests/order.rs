//! The order of the rows never changes the harvest.

use proptest::prelude::*;

use super::*;

/// A row that may be like another, or contradict it.
fn any_row() -> impl Strategy<Value = [(&'static str, &'static str); 6]> {
    let value = |values: &'static [&'static str]| prop::sample::select(values);
    (
        value(&["m5.large", "m5.xlarge"]),
        value(&["Linux", "Windows"]),
        value(&["0.1", "0.2", "0"]),
        value(&["2026-01-01", "2026-06-01", "2027-01-01"]),
        value(&["OnDemand", "OnDemand", "Reserved"]),
        value(&["Shared", "Shared", "Dedicated"]),
    )
        .prop_map(|(kind, system, price, since, term, tenancy)| {
            [
                ("Instance Type", kind),
                ("Operating System", system),
                ("PricePerUnit", price),
                ("EffectiveDate", since),
                ("TermType", term),
                ("Tenancy", tenancy),
            ]
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_order_gives_the_same_prices_and_counts(
        (rows, shuffled) in prop::collection::vec(any_row(), 0..20)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
    ) {
        let harvest = |rows: &[[(&'static str, &'static str); 6]]| {
            let add = |document: Document, row: &[(&'static str, &'static str); 6]| {
                let windows = row.contains(&("Operating System", "Windows"));
                let operation = if windows { "RunInstances:0002" } else { "RunInstances" };
                document.row(&with(&with(&LINUX, row), &[("operation", operation)]))
            };
            rows.iter().fold(Document::of("AmazonEC2"), add).harvest()
        };
        let (one, other) = (harvest(&rows), harvest(&shuffled));
        prop_assert_eq!(lines(&one), lines(&other));
        prop_assert_eq!(one.dropped(), other.dropped());
    }
}
