//! Processors and memory of predefined machine types.
//!
//! The tables of Google's documents on machine families:
//! <https://cloud.google.com/compute/docs/general-purpose-machines>,
//! <https://cloud.google.com/compute/docs/compute-optimized-machines>,
//! <https://cloud.google.com/compute/docs/memory-optimized-machines>,
//! <https://cloud.google.com/compute/docs/storage-optimized-machines>,
//! <https://cloud.google.com/compute/docs/accelerator-optimized-machines>.

use rust_decimal::Decimal;

/// Series and class, and the memory that comes with each processor, in thousandths of a GiB.
const PER_PROCESSOR: &[(&str, u32)] = &[
    ("c2-standard", 4_000),
    ("c2d-highcpu", 2_000),
    ("c2d-highmem", 8_000),
    ("c2d-standard", 4_000),
    ("c3-highcpu", 2_000),
    ("c3-highmem", 8_000),
    ("c3-standard", 4_000),
    ("c3d-highcpu", 2_000),
    ("c3d-highmem", 8_000),
    ("c3d-standard", 4_000),
    ("c4-highcpu", 2_000),
    ("c4-highmem", 7_750),
    ("c4-standard", 3_750),
    ("c4a-highcpu", 2_000),
    ("c4a-highmem", 8_000),
    ("c4a-standard", 4_000),
    ("c4d-highcpu", 1_875),
    ("c4d-highmem", 7_875),
    ("c4d-standard", 3_875),
    ("c4n-highcpu", 2_000),
    ("c4n-highmem", 7_750),
    ("c4n-standard", 3_750),
    ("e2-highcpu", 1_000),
    ("e2-highmem", 8_000),
    ("e2-standard", 4_000),
    ("g2-standard", 4_000),
    ("g4-standard", 3_750),
    ("h3-standard", 4_000),
    ("h4d-highmem", 7_750),
    ("h4d-standard", 3_750),
    ("m1-ultramem", 24_025),
    ("m3-megamem", 15_250),
    ("m3-ultramem", 30_500),
    ("m4-hypermem", 15_500),
    ("n1-highcpu", 900),
    ("n1-highmem", 6_500),
    ("n1-standard", 3_750),
    ("n2-highcpu", 1_000),
    ("n2-highmem", 8_000),
    ("n2-standard", 4_000),
    ("n2d-highcpu", 1_000),
    ("n2d-highmem", 8_000),
    ("n2d-standard", 4_000),
    ("n4-highcpu", 2_000),
    ("n4-highmem", 8_000),
    ("n4-standard", 4_000),
    ("n4a-highcpu", 2_000),
    ("n4a-highmem", 8_000),
    ("n4a-standard", 4_000),
    ("n4d-highcpu", 2_000),
    ("n4d-highmem", 8_000),
    ("n4d-standard", 4_000),
    ("t2a-standard", 4_000),
    ("t2d-standard", 4_000),
    ("z3-highmem", 8_000),
];

/// The types that do not follow [`PER_PROCESSOR`], or whose number is not that of their
/// processors: name, processors, memory in tenths of a GiB.
const NAMED: &[(&str, u32, u32)] = &[
    ("a2-highgpu-1g", 12, 850),
    ("a2-highgpu-2g", 24, 1_700),
    ("a2-highgpu-4g", 48, 3_400),
    ("a2-highgpu-8g", 96, 6_800),
    ("a2-megagpu-16g", 96, 13_600),
    ("a2-ultragpu-1g", 12, 1_700),
    ("a2-ultragpu-2g", 24, 3_400),
    ("a2-ultragpu-4g", 48, 6_800),
    ("a2-ultragpu-8g", 96, 13_600),
    ("a3-edgegpu-8g", 208, 18_720),
    ("a3-highgpu-1g", 26, 2_340),
    ("a3-highgpu-2g", 52, 4_680),
    ("a3-highgpu-4g", 104, 9_360),
    ("a3-highgpu-8g", 208, 18_720),
    ("a3-megagpu-8g", 208, 18_720),
    ("a3-ultragpu-8g", 224, 29_520),
    ("a4-highgpu-8g", 224, 39_680),
    ("a4x-highgpu-4g", 140, 8_840),
    ("c3-highcpu-192-metal", 192, 5_120),
    ("c3d-highcpu-30", 30, 590),
    ("c3d-highcpu-60", 60, 1_180),
    ("c3d-highcpu-90", 90, 1_770),
    ("c3d-highcpu-180", 180, 3_540),
    ("c3d-highcpu-360", 360, 7_080),
    ("c4-highmem-2", 2, 150),
    ("c4-standard-2", 2, 70),
    ("c4d-highcpu-2", 2, 30),
    ("c4d-highcpu-4", 4, 70),
    ("c4d-highcpu-384-metal", 384, 7_680),
    ("c4d-highmem-2", 2, 150),
    ("c4d-highmem-4", 4, 310),
    ("c4d-highmem-384-metal", 384, 30_720),
    ("c4d-standard-2", 2, 70),
    ("c4d-standard-4", 4, 150),
    ("c4d-standard-384-metal", 384, 15_360),
    ("c4n-highmem-2", 2, 150),
    ("c4n-standard-2", 2, 70),
    ("g4-standard-6", 6, 220),
    ("m1-megamem-96", 96, 14_336),
    ("m2-hypermem-416", 416, 88_320),
    ("m2-megamem-416", 416, 58_880),
    ("m2-ultramem-208", 208, 58_880),
    ("m2-ultramem-416", 416, 117_760),
    ("m4-megamem-28", 28, 3_720),
    ("m4-megamem-56", 56, 7_440),
    ("m4-megamem-112", 112, 14_880),
    ("m4-megamem-224", 224, 29_760),
    ("m4-ultramem-56", 56, 14_880),
    ("m4-ultramem-112", 112, 29_760),
    ("m4-ultramem-224", 224, 59_520),
    ("n2-highmem-128", 128, 8_640),
];

/// What a predefined type has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    /// Processors that a machine of the type has.
    pub(super) vcpus: u32,
    /// Memory in GiB.
    pub(super) memory_gib: Decimal,
}

/// The size of a predefined type by its name in lower case; `None` where it is not known here.
///
/// Local disks (`-lssd`) do not change it, and neither does having a whole machine (`-metal`) but
/// for those that [`NAMED`] has.
pub(super) fn size(name: &str) -> Option<Size> {
    let mut parts = name.split('-');
    let (family, class, number) = (parts.next()?, parts.next()?, parts.next()?);
    let class = format!("{family}-{class}");
    let plain = format!("{class}-{number}");
    let named = |name: &str| NAMED.iter().find(|(known, _, _)| *known == name);
    if let Some((_, vcpus, tenths)) = named(name).or_else(|| named(&plain)) {
        let memory_gib = Decimal::new(i64::from(*tenths), 1).normalize();
        return Some(Size { vcpus: *vcpus, memory_gib });
    }
    let (_, thousandths) = PER_PROCESSOR.iter().find(|(known, _)| *known == class)?;
    // More than any machine has is no machine's number.
    let vcpus: u32 = number.parse().ok().filter(|vcpus| (1..=10_000).contains(vcpus))?;
    let memory_gib = Decimal::new(i64::from(vcpus) * i64::from(*thousandths), 3).normalize();
    Some(Size { vcpus, memory_gib })
}
