//! The mapping itself.

use crate::sync::gcp::mapping::{Kind, Mapping, rows};
use crate::sync::gcp::place::Place;

/// Whatever a line is of is of no other line, and is not left out.
#[test]
fn no_two_lines_understand_a_description_differently() {
    let mapping = Mapping::get();
    for line in mapping.lines() {
        for kind in line.examples() {
            assert_eq!(mapping.left_out(&kind), None, "{kind:?}");
            let meanings: Vec<&str> = mapping
                .meanings(line.list(), &kind)
                .into_iter()
                .filter(|other| line.shares_places(other))
                .map(|other| other.sku)
                .collect();
            assert_eq!(meanings, [line.sku], "{kind:?}");
        }
    }
}

#[test]
fn every_unit_of_the_mapping_is_one_that_can_be_billed() {
    let units: std::collections::BTreeSet<&str> =
        Mapping::get().lines().iter().map(|line| line.unit).collect();
    let expected = [
        "GB-second",
        "GHz-second",
        "GiB-Mo",
        "GiB-hour",
        "IOPS-Mo",
        "MBPS-Mo",
        "hour",
        "invocation",
        "vCPU-hour",
    ];
    assert_eq!(units.into_iter().collect::<Vec<_>>(), expected);
}

static DESCRIPTIONS: &str = include_str!("descriptions.tsv");

#[test]
fn descriptions_of_the_catalogue_mean_what_they_say() {
    let mapping = Mapping::get();
    for row in rows(DESCRIPTIONS) {
        let [list, group, usage, description, place, expected] = row.as_slice() else {
            panic!("{row:?}")
        };
        let kind = Kind::new(group, usage, description);
        let meanings = match mapping.left_out(&kind) {
            None => mapping.meanings(list, &kind),
            Some(_) => Vec::new(),
        };
        if *expected == "-" {
            assert!(meanings.is_empty(), "{description}");
            continue;
        }
        let here = meanings.iter().filter(|line| line.region(Place::of(place)).is_some());
        let skus: Vec<&str> = here.map(|line| line.sku).collect();
        assert_eq!(skus, [*expected], "{description}");
    }
}
