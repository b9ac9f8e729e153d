//! What the name of an instance's tier tells.
//! <https://cloud.google.com/sql/docs/mysql/instance-settings>

use finops_core::model::Quantity;
use rust_decimal::Decimal;

/// How many processors the predefined sizes of N1 have.
const N1_VCPUS: &[u32] = &[1, 2, 4, 8, 16, 32, 64, 96];

/// The beginnings of the tiers that only Enterprise Plus has.
const PLUS: &[&str] = &["db-perf-optimized-", "db-memory-optimized-", "db-c4a-highmem-"];

/// What a tier is sold as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tier {
    /// `db-f1-micro`, `db-g1-small`: a part of a processor, at a price for the whole.
    Shared,
    /// `db-n1-standard-4`, `db-n1-highmem-4`, `db-custom-4-16384`: processors and memory.
    Dedicated(Size),
    /// A tier of the edition Enterprise Plus: `db-perf-optimized-N-8`.
    Plus,
    /// Anything else.
    Unknown,
}

/// Processors and memory of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// How many processors.
    pub vcpus: u32,
    /// The memory in MiB.
    memory_mib: u32,
}

impl Size {
    /// The memory in GiB.
    #[must_use]
    pub fn memory_gib(self) -> Quantity {
        Quantity::new(Decimal::from(self.memory_mib) / Decimal::from(1_024))
    }
}

/// The processors and memory of a tier (`db-custom-4-16384`, in any case) whose name tells them:
/// not of those that share a processor, nor of Enterprise Plus.
#[must_use]
pub fn size(tier: &str) -> Option<Size> {
    match Tier::of(&tier.to_lowercase()) {
        Tier::Dedicated(size) => Some(size),
        Tier::Shared | Tier::Plus | Tier::Unknown => None,
    }
}

impl Tier {
    /// The tier of a name in small letters.
    pub(super) fn of(name: &str) -> Self {
        if matches!(name, "db-f1-micro" | "db-g1-small") {
            return Self::Shared;
        }
        if PLUS.iter().any(|plus| name.starts_with(plus)) {
            return Self::Plus;
        }
        let size = name
            .strip_prefix("db-custom-")
            .map(custom)
            // 3.75 and 6.5 GiB for each processor, of which the smallest has 1 or 2.
            .or_else(|| name.strip_prefix("db-n1-standard-").map(|rest| n1(rest, 1, 3_840)))
            .or_else(|| name.strip_prefix("db-n1-highmem-").map(|rest| n1(rest, 2, 6_656)));
        size.flatten().map_or(Self::Unknown, Self::Dedicated)
    }
}

/// Processors and MiB: `4-16384`.
fn custom(rest: &str) -> Option<Size> {
    let (vcpus, memory) = rest.split_once('-')?;
    let size = Size { vcpus: number(vcpus)?, memory_mib: number(memory)? };
    (size.vcpus > 0 && size.memory_mib > 0).then_some(size)
}

/// Processors: `4`.
fn n1(rest: &str, smallest: u32, mib_per_vcpu: u32) -> Option<Size> {
    let vcpus = number(rest)?;
    let listed = vcpus >= smallest && N1_VCPUS.contains(&vcpus);
    listed.then(|| Size { vcpus, memory_mib: vcpus * mib_per_vcpu })
}

fn number(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|letter| letter.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dedicated(name: &str) -> (u32, String) {
        match Tier::of(name) {
            Tier::Dedicated(size) => {
                (size.vcpus, size.memory_gib().amount().normalize().to_string())
            }
            other => panic!("{name} is {other:?}"),
        }
    }

    #[test]
    fn names_tell_processors_and_memory() {
        for (name, vcpus, memory) in [
            ("db-custom-4-16384", 4, "16"),
            ("db-custom-1-3840", 1, "3.75"),
            ("db-n1-standard-1", 1, "3.75"),
            ("db-n1-standard-96", 96, "360"),
            ("db-n1-highmem-2", 2, "13"),
            ("db-n1-highmem-96", 96, "624"),
        ] {
            assert_eq!(dedicated(name), (vcpus, memory.to_owned()), "{name}");
        }
    }

    #[test]
    fn the_size_of_a_tier_is_told_where_its_name_tells_it() {
        assert_eq!(size("DB-N1-HIGHMEM-2").map(|size| size.vcpus), Some(2));
        assert_eq!(size("db-g1-small"), None);
        assert_eq!(size("db-perf-optimized-N-8"), None);
    }

    #[test]
    fn small_sizes_share_a_processor_and_others_belong_to_enterprise_plus() {
        assert_eq!(Tier::of("db-f1-micro"), Tier::Shared);
        assert_eq!(Tier::of("db-g1-small"), Tier::Shared);
        assert_eq!(Tier::of("db-perf-optimized-n-8"), Tier::Plus);
        assert_eq!(Tier::of("db-c4a-highmem-4"), Tier::Plus);
    }

    #[test]
    fn what_is_no_known_tier_is_unknown() {
        for name in [
            "",
            "D1",
            "db-custom-4",
            "db-custom-0-0",
            "db-custom-+4-16384",
            "db-custom-n4-4-16384",
            "db-n1-standard-3",
            "db-n1-highmem-1",
            "db-n1-highcpu-4",
            "db-custom-4-99999999999",
        ] {
            assert_eq!(Tier::of(name), Tier::Unknown, "{name}");
        }
    }
}
