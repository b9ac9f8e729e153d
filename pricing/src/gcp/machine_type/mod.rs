//! What the name of a machine type tells.
//!
//! Series, class, number of processors, local disks: <https://cloud.google.com/compute/docs/machine-resource>.
//! Custom ones: <https://cloud.google.com/compute/docs/instances/creating-instance-with-custom-machine-type>.

mod sizes;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// The types that have a share of a core: name, hundredths of a processor that they are billed
/// for, memory in MiB. <https://cloud.google.com/compute/vm-instance-pricing>
const SHARED_CORE: &[(&str, i64, u64)] = &[
    ("e2-micro", 25, 1_024),
    ("e2-small", 50, 2_048),
    ("e2-medium", 100, 4_096),
    ("f1-micro", 20, 614),
    ("g1-small", 50, 1_740),
];

/// The series whose types have graphics processors built in, which are in the type's price.
/// <https://cloud.google.com/compute/docs/accelerator-optimized-machines>
const WITH_GPUS: &[&str] = &["a2", "a3", "a4", "a4x", "g2", "g4"];

/// The types, by the beginning of their names, that come with local disks without saying so. The
/// same page, and <https://cloud.google.com/compute/docs/storage-optimized-machines>.
const WITH_LOCAL_SSD: &[&str] = &["a2-ultragpu-", "a3-", "a4-", "a4x-", "z3-"];

/// A machine type's name, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineType {
    /// In lower case: `n2-standard-8`.
    name: String,
    /// `n2`; that of `custom-4-16384` is `n1`.
    family: String,
    custom: Option<Custom>,
}

/// The size of a custom machine type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Custom {
    /// The processors that it is billed for; less than one in a shared-core type.
    pub vcpus: Decimal,
    /// Its memory in MiB.
    pub memory_mib: u64,
    /// Whether it may have more memory than its processors come with (`-ext`).
    pub extended: bool,
    /// Whether it has a share of a core only (`e2-custom-micro-1024`).
    pub shared_core: bool,
}

impl Custom {
    /// Its memory in GiB, exact.
    #[must_use]
    pub fn memory_gib(&self) -> Decimal {
        gibibytes(self.memory_mib)
    }
}

impl MachineType {
    /// The machine type of a name in any case: `n2-standard-8`, `e2-micro`, `n2d-custom-4-16384`,
    /// `custom-2-15360-ext`; `None` where it is no machine type's name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric());
        let parts: Vec<&str> = name.split('-').collect();
        if parts.len() < 2 || !parts.iter().all(|part| word(part)) {
            return None;
        }
        let (family, size) = match parts.as_slice() {
            ["custom", size @ ..] => ("n1", Some(size)),
            [family, "custom", size @ ..] => (*family, Some(size)),
            [family, ..] => (*family, None),
            [] => return None,
        };
        let custom = match size {
            None => None,
            Some(size) => Some(custom(family, size)?),
        };
        let family = family.to_owned();
        Some(Self { name, family, custom })
    }

    /// The name as the price book writes it: `n2-standard-8`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The series that it belongs to: `n2`, `c3d`, `a2`; `f1` and `g1` are series of their own.
    #[must_use]
    pub fn family(&self) -> &str {
        &self.family
    }

    /// Its size where it is a custom one.
    #[must_use]
    pub fn custom(&self) -> Option<&Custom> {
        self.custom.as_ref()
    }

    /// How many processors it is billed for, where the name tells: a quarter for `e2-micro`, and
    /// `None` for `a2-highgpu-1g`, whose number counts graphics processors.
    #[must_use]
    pub fn vcpus(&self) -> Option<Decimal> {
        if let Some(custom) = &self.custom {
            return Some(custom.vcpus);
        }
        if let Some((_, hundredths, _)) = self.shared_core() {
            return Some(Decimal::new(*hundredths, 2));
        }
        let number: u32 = self.name.split('-').nth(2)?.parse().ok()?;
        Some(Decimal::from(number))
    }

    /// How many processors a machine of the type has, which it need not be billed for in full: two
    /// for `e2-micro`, twelve for `a2-highgpu-1g`. `None` where that is not known.
    /// <https://cloud.google.com/compute/docs/general-purpose-machines#sharedcore>
    #[must_use]
    pub fn machine_vcpus(&self) -> Option<u32> {
        if self.is_shared_core() {
            return Some(if self.family == "e2" { 2 } else { 1 });
        }
        let predefined = sizes::size(&self.name).map(|size| size.vcpus);
        predefined.or_else(|| self.vcpus()?.to_u32())
    }

    /// Its memory in GiB; `None` of predefined types that are not known here.
    #[must_use]
    pub fn memory_gib(&self) -> Option<Decimal> {
        let shared = || self.shared_core().map(|(_, _, memory_mib)| gibibytes(*memory_mib));
        let predefined = || sizes::size(&self.name).map(|size| size.memory_gib);
        self.custom.as_ref().map(Custom::memory_gib).or_else(shared).or_else(predefined)
    }

    /// Whether it has a share of a core only.
    #[must_use]
    pub fn is_shared_core(&self) -> bool {
        self.shared_core().is_some() || self.custom.is_some_and(|custom| custom.shared_core)
    }

    /// Whether graphics processors are built in: its price includes them.
    #[must_use]
    pub fn has_built_in_gpus(&self) -> bool {
        WITH_GPUS.contains(&self.family.as_str())
    }

    /// Whether local disks are built in: its price includes them.
    #[must_use]
    pub fn has_built_in_local_ssd(&self) -> bool {
        let mut parts = self.name.split('-').rev();
        match parts.find(|part| part.ends_with("lssd")) {
            Some("nolssd") => false,
            Some(_) => true,
            None => WITH_LOCAL_SSD.iter().any(|start| self.name.starts_with(start)),
        }
    }

    fn shared_core(&self) -> Option<&'static (&'static str, i64, u64)> {
        SHARED_CORE.iter().find(|(name, _, _)| *name == self.name)
    }
}

/// `4-16384`, `2-15360-ext`, `micro-1024`.
fn custom(family: &str, size: &[&str]) -> Option<Custom> {
    let (size, extended) = match size {
        [size @ .., "ext"] => (size, true),
        size => (size, false),
    };
    let [vcpus, memory] = size else { return None };
    let memory_mib = memory.parse().ok().filter(|memory| (1..=1 << 30).contains(memory))?;
    let shared = SHARED_CORE.iter().find(|(name, _, _)| *name == format!("{family}-{vcpus}"));
    let vcpus = match shared {
        Some((_, hundredths, _)) => Decimal::new(*hundredths, 2),
        None => Decimal::from(vcpus.parse::<u16>().ok().filter(|vcpus| *vcpus > 0)?),
    };
    Some(Custom { vcpus, memory_mib, extended, shared_core: shared.is_some() })
}

/// 1,024 is a power of two, so that the quotient is a finite decimal.
fn gibibytes(mebibytes: u64) -> Decimal {
    Decimal::from(mebibytes) / Decimal::from(1_024)
}

#[cfg(test)]
mod tests;
