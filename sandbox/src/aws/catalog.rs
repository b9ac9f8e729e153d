//! Instance types as fleets have them, with their prices in each region.

use rust_decimal::Decimal;

use super::REGIONS;
use crate::facts::Facts;

/// Types by how often they are seen. The last is one that no list has.
pub(super) const TYPES: &[(u64, &str)] = &[
    (110, "t3.micro"),
    (120, "t3.medium"),
    (80, "t3.large"),
    (40, "t4g.small"),
    (100, "m5.large"),
    (80, "m5.xlarge"),
    (30, "m5.4xlarge"),
    (60, "m6i.large"),
    (40, "m6i.2xlarge"),
    (40, "m6g.large"),
    (30, "m7g.xlarge"),
    (60, "c5.large"),
    (40, "c5.2xlarge"),
    (30, "c6i.4xlarge"),
    (30, "c7g.large"),
    (40, "r5.large"),
    (30, "r5.2xlarge"),
    (20, "r6i.4xlarge"),
    (10, "i3.xlarge"),
    (8, "g4dn.xlarge"),
    (6, "g5.2xlarge"),
    (2, "p3.2xlarge"),
    (2, "x1e.xlarge"),
    (2, "u99.mega"),
];

/// Whether a type has AWS's own processors: `m6g.large`, `t4g.small`, and not `g5.2xlarge`.
pub(super) fn is_arm(kind: &str) -> bool {
    kind.split('.').next().is_some_and(|family| family.len() > 1 && family.ends_with('g'))
}

/// What an instance's image is billed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum System {
    Linux,
    Windows,
    WindowsOwnLicence,
    Suse,
    RedHat,
    UbuntuPro,
}

impl System {
    /// By how often they are seen.
    pub(super) const ALL: &'static [(u64, Self)] = &[
        (800, Self::Linux),
        (110, Self::Windows),
        (10, Self::WindowsOwnLicence),
        (20, Self::Suse),
        (40, Self::RedHat),
        (20, Self::UbuntuPro),
    ];

    /// Usage operation and platform details
    /// (<https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html>).
    pub(super) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Linux => ("RunInstances", "Linux/UNIX"),
            Self::Windows => ("RunInstances:0002", "Windows"),
            Self::WindowsOwnLicence => ("RunInstances:0800", "Windows BYOL"),
            Self::Suse => ("RunInstances:000g", "SUSE Linux"),
            Self::RedHat => ("RunInstances:0010", "Red Hat Enterprise Linux"),
            Self::UbuntuPro => ("RunInstances:0g00", "Ubuntu Pro"),
        }
    }
}

/// Hourly prices, looked up once.
#[derive(Debug)]
pub(super) struct Catalog {
    /// By region, then by type.
    rows: Vec<Vec<Row>>,
    addresses: Vec<Option<Decimal>>,
}

#[derive(Debug)]
struct Row {
    linux: Option<Decimal>,
    windows: Option<Decimal>,
    windows_premium: Option<Decimal>,
    suse: Option<Decimal>,
}

impl Catalog {
    pub(super) fn of(facts: &Facts) -> Self {
        let hourly = |kind, variant, region| facts.price("aws/ec2", kind, variant, "hour", region);
        let row = |kind, region| Row {
            linux: hourly(kind, "linux", region),
            windows: hourly(kind, "windows", region),
            // Taken in Ireland, and the same everywhere.
            windows_premium: hourly(kind, "windows-premium", "eu-west-1"),
            suse: hourly(kind, "suse", region),
        };
        let rows = |region| TYPES.iter().map(|(_, kind)| row(kind, region)).collect();
        let address = |region| facts.price("aws/vpc", "public-ipv4/in-use", "", "hour", region);
        Self {
            rows: REGIONS.iter().map(|region| rows(*region)).collect(),
            addresses: REGIONS.iter().map(|region| address(*region)).collect(),
        }
    }

    /// USD an hour of the type number `kind` on demand.
    pub(super) fn on_demand(&self, region: usize, kind: usize, system: System) -> Option<Decimal> {
        let row = &self.rows[region][kind];
        match system {
            System::Linux | System::WindowsOwnLicence => row.linux,
            System::Windows => row.windows.or_else(|| Some(row.linux? + row.windows_premium?)),
            System::Suse => row.suse,
            System::RedHat | System::UbuntuPro => None,
        }
    }

    /// USD an hour of a public IPv4 address in use.
    pub(super) fn address(&self, region: usize) -> Option<Decimal> {
        self.addresses[region]
    }
}
