//! What machine types cost in each region, looked up once.

use rust_decimal::Decimal;

use super::types::{Custom, MachineType, Sort, TYPES};
use crate::facts::Facts;
use crate::gcp::place::{REGIONS, index};

/// Hourly prices.
#[derive(Debug)]
pub(crate) struct Catalog {
    regions: Vec<Region>,
    /// By type: a licence does not cost more anywhere.
    licences: Vec<Licences>,
    /// One processor that Windows sees.
    windows: Option<Decimal>,
}

#[derive(Debug)]
struct Region {
    /// By type.
    machines: Vec<Option<Decimal>>,
    /// An external address of a machine.
    address: Option<Decimal>,
    /// A GiB of an attached local disk, for a month.
    local_disk: Option<Decimal>,
    k80: Option<Decimal>,
}

/// What licences cost beside a machine type, an hour.
#[derive(Debug)]
pub(crate) struct Licences {
    pub(crate) windows: Option<Decimal>,
    pub(crate) red_hat: Option<Decimal>,
    pub(crate) suse: Option<Decimal>,
}

impl Catalog {
    /// The prices of the tables.
    pub(crate) fn of(facts: &Facts) -> Self {
        let windows = licence(facts, "n1-standard-1", "windows");
        Self {
            regions: REGIONS.iter().map(|(name, _)| Region::of(facts, name)).collect(),
            licences: TYPES.iter().map(|(_, kind)| Licences::of(facts, kind)).collect(),
            windows,
        }
    }

    /// USD an hour of the type number `kind` on demand.
    pub(crate) fn machine(&self, region: u64, kind: usize) -> Option<Decimal> {
        self.regions[index(region)].machines[kind]
    }

    /// USD an hour of an external address.
    pub(crate) fn address(&self, region: u64) -> Option<Decimal> {
        self.regions[index(region)].address
    }

    /// USD a month of a GiB of local disk.
    pub(crate) fn local_disk(&self, region: u64) -> Option<Decimal> {
        self.regions[index(region)].local_disk
    }

    /// USD an hour of a graphics processor that is attached.
    pub(crate) fn gpu(&self, region: u64, kind: &str) -> Option<Decimal> {
        self.regions[index(region)].k80.filter(|_| kind == "nvidia-tesla-k80")
    }

    /// What licences cost beside a type.
    pub(crate) fn licences(&self, kind: usize) -> &Licences {
        &self.licences[kind]
    }

    /// USD an hour of Windows for each processor that it sees.
    pub(crate) fn windows(&self) -> Option<Decimal> {
        self.windows
    }
}

impl Region {
    fn of(facts: &Facts, region: &str) -> Self {
        Self {
            machines: TYPES.iter().map(|(_, kind)| machine(facts, kind, region)).collect(),
            address: facts.price("gcp/network", "ip/vm", "", "hour", region),
            local_disk: facts.price("gcp/disk", "local-ssd", "", "GiB-Mo", region),
            k80: facts.price("gcp/compute", "gpu/nvidia-tesla-k80", "", "hour", region),
        }
    }
}

/// USD an hour of a type, without the memory of custom types that is extended.
fn machine(facts: &Facts, kind: &MachineType, region: &str) -> Option<Decimal> {
    let Sort::Custom(size) = kind.sort else {
        return facts.price("gcp/compute", kind.name, "linux", "hour", region);
    };
    let Custom { quarters, ordinary } = size;
    let memory = quarters.min(ordinary * kind.processors);
    let (core, gigabyte) = custom_parts(facts, kind.family, region)?;
    Some(
        core * Decimal::from(kind.processors)
            + gigabyte * Decimal::new(25, 2) * Decimal::from(memory),
    )
}

/// A processor and a GiB of custom types: 5 % more than those of the others of their series.
/// <https://cloud.google.com/compute/vm-instance-pricing#custommachinetypepricing>
///
/// Of N1 two whole custom types are listed: one processor with 7.5 GiB, two with 10 GiB. Twice the
/// first less the second is 5 GiB.
fn custom_parts(facts: &Facts, family: &str, region: &str) -> Option<(Decimal, Decimal)> {
    if family == "n1" {
        let listed = |name| facts.price("gcp/compute", name, "linux", "hour", region);
        let (one, two) = (listed("custom-1-7680-ext")?, listed("custom-2-10240-ext")?);
        let gigabyte = (one + one - two) * Decimal::new(2, 1);
        return Some((one - gigabyte * Decimal::new(75, 1), gigabyte));
    }
    let part = |name: &str, unit| {
        let price = facts.price("gcp/compute", &format!("{family}/{name}"), "linux", unit, region);
        price.map(|price| price * Decimal::new(105, 2))
    };
    Some((part("core", "vCPU-hour")?, part("ram", "GiB-hour")?))
}

fn licence(facts: &Facts, kind: &str, product: &str) -> Option<Decimal> {
    facts.price("gcp/compute-license", kind, product, "hour", "global")
}

impl Licences {
    /// <https://cloud.google.com/compute/disks-image-pricing#premiumimages>
    fn of(facts: &Facts, kind: &MachineType) -> Self {
        let listed = |product| licence(facts, kind.name, product);
        let processors = Decimal::from(kind.processors);
        // Windows costs as much for each processor of any machine; Red Hat's, for each of a machine
        // of up to eight and for each of a larger one.
        let (size, shared) = match kind.processors {
            ..=8 => ("n1-standard-8", Decimal::from(8)),
            _ => ("n1-standard-16", Decimal::from(16)),
        };
        let each = |name, product, of: Decimal| {
            licence(facts, name, product).map(|price| price / of * processors)
        };
        let own = kind.sort != Sort::SharedCore;
        Self {
            // The list counts a share of the two processors that these show, which is not how Google
            // documents it: what they are billed is not known.
            windows: listed("windows")
                .or_else(|| each("n1-standard-1", "windows", Decimal::ONE))
                .filter(|_| own),
            red_hat: listed("rhel").or_else(|| each(size, "rhel", shared)).filter(|_| own),
            suse: listed("sles").or_else(|| licence(facts, "n1-standard-1", "sles")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog() -> Catalog {
        Catalog::of(&Facts::of(&[
            include_str!("../../../../pricing/tables/gcp/compute.tsv"),
            include_str!("../../../../pricing/tables/gcp/disk.tsv"),
            include_str!("../../../../pricing/tables/gcp/network.tsv"),
            include_str!("../../../../pricing/tables/gcp/os_license.tsv"),
        ]))
    }

    fn kind(name: &str) -> usize {
        TYPES.iter().position(|(_, kind)| kind.name == name).expect("a type of the fleet's")
    }

    fn decimal(text: &str) -> Option<Decimal> {
        Some(text.parse().expect("a decimal"))
    }

    #[test]
    fn custom_types_cost_five_percent_more_than_their_series() {
        let catalog = catalog();
        let in_iowa = |name| catalog.machine(0, kind(name));
        // (6 × 0.031611 + 24 × 0.004237) × 1.05.
        assert_eq!(in_iowa("n2-custom-6-24576"), decimal("0.3059217"));
        // Of N1 a processor is 0.03319155 and a GiB 0.004446: 4 and 16 of them.
        assert_eq!(in_iowa("custom-4-16384"), decimal("0.2039022"));
        // 16 of its 20 GiB are ordinary: 2 × 0.03319155 + 16 × 0.00444885.
        assert_eq!(in_iowa("n2-custom-2-20480-ext"), decimal("0.1375647"));
        assert_eq!(in_iowa("q1-standard-8"), None);
    }

    #[test]
    fn licences_go_by_processors_or_by_the_machine() {
        let catalog = catalog();
        let of = |name| catalog.licences(kind(name));
        // 8 × 0.046; of a type that no list has as well.
        for name in ["n2-standard-8", "q1-standard-8"] {
            assert_eq!(of(name).windows, decimal("0.368"), "{name}");
        }
        assert_eq!(of("custom-4-16384").red_hat, of("n2-standard-4").red_hat);
        assert_eq!(of("e2-small").windows, None);
        assert_eq!(of("e2-small").suse, decimal("0.11"));
    }
}
