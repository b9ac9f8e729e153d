//! Machine types as fleets have them.
//! <https://cloud.google.com/compute/docs/machine-resource>

/// A machine type.
#[derive(Debug)]
pub(crate) struct MachineType {
    /// `n2-standard-8`
    pub(crate) name: &'static str,
    /// `n2`
    pub(crate) family: &'static str,
    /// Processors that a machine shows.
    pub(crate) processors: u64,
    /// What sets it apart from others.
    pub(crate) sort: Sort,
}

/// What sets a machine type apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Nothing.
    Ordinary,
    /// Local disks of 375 GiB may be attached to it, at a price of their own.
    /// <https://cloud.google.com/compute/docs/disks/local-ssd>
    TakesLocalDisks,
    /// An E2 machine with a share of a core.
    SharedCore,
    /// So many local disks come with it.
    LocalDisks(u64),
    /// Graphics processors of this kind come with it, one.
    Gpu(&'static str),
    /// Its owner chose processors and memory.
    Custom(Custom),
}

/// The size of a custom machine type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Custom {
    /// Quarters of a GiB of memory.
    pub(crate) quarters: u64,
    /// The most of them at the ordinary price, for each processor.
    /// <https://cloud.google.com/compute/vm-instance-pricing#custommachinetypepricing>
    pub(crate) ordinary: u64,
}

const fn of(name: &'static str, family: &'static str, processors: u64, sort: Sort) -> MachineType {
    MachineType { name, family, processors, sort }
}

const fn custom(quarters: u64, ordinary: u64) -> Sort {
    Sort::Custom(Custom { quarters, ordinary })
}

/// Types by how often they are seen. The last is one that no list has.
pub(crate) const TYPES: &[(u64, MachineType)] = &[
    (60, of("e2-micro", "e2", 2, Sort::SharedCore)),
    (60, of("e2-small", "e2", 2, Sort::SharedCore)),
    (90, of("e2-medium", "e2", 2, Sort::SharedCore)),
    (120, of("e2-standard-2", "e2", 2, Sort::Ordinary)),
    (110, of("e2-standard-4", "e2", 4, Sort::Ordinary)),
    (40, of("e2-highmem-4", "e2", 4, Sort::Ordinary)),
    (30, of("n1-standard-1", "n1", 1, Sort::TakesLocalDisks)),
    (50, of("n1-standard-4", "n1", 4, Sort::TakesLocalDisks)),
    (60, of("n2-standard-2", "n2", 2, Sort::TakesLocalDisks)),
    (80, of("n2-standard-4", "n2", 4, Sort::TakesLocalDisks)),
    (60, of("n2-standard-8", "n2", 8, Sort::TakesLocalDisks)),
    (30, of("n2-highmem-16", "n2", 16, Sort::TakesLocalDisks)),
    (50, of("n2d-standard-4", "n2d", 4, Sort::TakesLocalDisks)),
    (25, of("c2-standard-8", "c2", 8, Sort::TakesLocalDisks)),
    (30, of("c3-standard-4", "c3", 4, Sort::Ordinary)),
    (8, of("c3-standard-4-lssd", "c3", 4, Sort::LocalDisks(1))),
    (25, of("c4-standard-8", "c4", 8, Sort::Ordinary)),
    (30, of("n4-standard-4", "n4", 4, Sort::Ordinary)),
    (30, of("t2d-standard-4", "t2d", 4, Sort::Ordinary)),
    (6, of("t2a-standard-2", "t2a", 2, Sort::Ordinary)),
    (2, of("m1-ultramem-40", "m1", 40, Sort::TakesLocalDisks)),
    (3, of("a2-highgpu-1g", "a2", 12, Sort::Gpu("nvidia-tesla-a100"))),
    (8, of("g2-standard-4", "g2", 4, Sort::Gpu("nvidia-l4"))),
    (10, of("custom-4-16384", "n1", 4, custom(64, 26))),
    (10, of("n2-custom-6-24576", "n2", 6, custom(96, 32))),
    (8, of("e2-custom-2-5120", "e2", 2, custom(20, 32))),
    (4, of("n2-custom-2-20480-ext", "n2", 2, custom(80, 32))),
    (3, of("q1-standard-8", "q1", 8, Sort::Ordinary)),
];
