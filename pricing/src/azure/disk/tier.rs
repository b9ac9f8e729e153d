//! The sizes by which Premium SSD (`P`), Standard SSD (`E`) and Standard HDD (`S`) are billed.

/// Number of the tier, GiB that it holds. `S` begins at number 4.
/// <https://learn.microsoft.com/azure/virtual-machines/disks-types>
const TIERS: &[(u32, u64)] = &[
    (1, 4),
    (2, 8),
    (3, 16),
    (4, 32),
    (6, 64),
    (10, 128),
    (15, 256),
    (20, 512),
    (30, 1_024),
    (40, 2_048),
    (50, 4_096),
    (60, 8_192),
    (70, 16_384),
    (80, 32_767),
];

/// The number of the smallest Standard HDD.
const SMALLEST_HDD: u32 = 4;

/// One tier of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tier {
    /// `P30`.
    pub(super) name: String,
    /// The largest disk of it, in GiB.
    pub(super) size_gib: u64,
}

/// The smallest tier of a series that holds a disk: that one is billed.
pub(super) fn holding(series: char, size_gib: u64) -> Option<Tier> {
    of(series).find(|tier| size_gib <= tier.size_gib)
}

/// The tier of that name, in any case.
pub(super) fn named(series: char, name: &str) -> Option<Tier> {
    of(series).find(|tier| tier.name.eq_ignore_ascii_case(name))
}

fn of(series: char) -> impl Iterator<Item = Tier> {
    TIERS.iter().filter(move |(number, _)| series != 'S' || *number >= SMALLEST_HDD).map(
        move |(number, size_gib)| Tier { name: format!("{series}{number}"), size_gib: *size_gib },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_billed_as_the_smallest_tier_that_holds_it() {
        for (series, size_gib, name) in [
            ('P', 1, "P1"),
            ('P', 32, "P4"),
            ('P', 33, "P6"),
            ('E', 127, "E10"),
            ('E', 1_025, "E40"),
            ('S', 1, "S4"),
            ('S', 32_767, "S80"),
        ] {
            assert_eq!(holding(series, size_gib).unwrap().name, name);
        }
        assert_eq!(holding('P', 40_000), None);
    }

    #[test]
    fn a_tier_has_a_name_in_any_case() {
        assert_eq!(named('P', "p50").unwrap().size_gib, 4_096);
        assert_eq!(named('P', "S50"), None);
        assert_eq!(named('S', "S1"), None);
    }
}
