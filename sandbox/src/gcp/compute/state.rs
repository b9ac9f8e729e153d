//! The states of instances, how they are paid for, and what their disks are licensed for.

/// A state, and what is billed in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    /// `RUNNING`
    pub(crate) name: &'static str,
    /// What of the machine is billed.
    pub(crate) billed: Billed,
}

/// What of a machine is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Billed {
    /// Everything.
    Whole,
    /// Its addresses, and what is kept of its local disks.
    Kept,
    /// The same, and its memory.
    Suspended,
    /// Google does not say.
    Unknown,
}

const fn state(name: &'static str, billed: Billed) -> State {
    State { name, billed }
}

/// States by how often they are seen.
/// <https://cloud.google.com/compute/docs/instances/instance-lifecycle>,
/// <https://cloud.google.com/compute/vm-instance-pricing#instance_uptime>
pub(crate) const STATES: &[(u64, State)] = &[
    (840, RUNNING),
    (110, state("TERMINATED", Billed::Kept)),
    (6, state("STOPPING", Billed::Kept)),
    (6, state("PENDING_STOP", Billed::Whole)),
    (8, state("PROVISIONING", Billed::Whole)),
    (8, state("STAGING", Billed::Whole)),
    (5, state("REPAIRING", Billed::Kept)),
    (12, state("SUSPENDED", Billed::Suspended)),
    (5, state("SUSPENDING", Billed::Unknown)),
];

/// It runs.
pub(crate) const RUNNING: State = state("RUNNING", Billed::Whole);

/// How an instance is paid for.
/// <https://cloud.google.com/compute/docs/instances/provisioning-models>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purchase {
    OnDemand,
    Spot,
    /// The same, as it was before there were provisioning models.
    Preemptible,
    FlexibleStart,
    Reservation,
    /// With the node that it runs on.
    SoleTenant,
}

impl Purchase {
    /// By how often they are seen.
    pub(crate) const ALL: &'static [(u64, Self)] = &[
        (900, Self::OnDemand),
        (70, Self::Spot),
        (10, Self::Preemptible),
        (4, Self::FlexibleStart),
        (4, Self::Reservation),
        (12, Self::SoleTenant),
    ];

    /// Its provisioning model.
    pub(crate) const fn model(self) -> &'static str {
        match self {
            Self::Spot => "SPOT",
            Self::FlexibleStart => "FLEX_START",
            Self::Reservation => "RESERVATION_BOUND",
            Self::OnDemand | Self::Preemptible | Self::SoleTenant => "STANDARD",
        }
    }

    /// Whether addresses cost what the list says: those of machines that are cheaper are cheaper too.
    /// <https://cloud.google.com/vpc/network-pricing#ipaddress>
    pub(crate) const fn has_list_addresses(self) -> bool {
        matches!(self, Self::OnDemand | Self::Reservation | Self::SoleTenant)
    }
}

/// What a boot disk's image is licensed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Licence {
    Debian,
    Ubuntu,
    ContainerOptimized,
    Windows,
    /// And Windows.
    SqlServer,
    RedHat,
    /// A subscription of the owner's.
    RedHatOwn,
    Suse,
    UbuntuPro,
    Marketplace,
}

impl Licence {
    /// By how often they are seen.
    pub(crate) const ALL: &'static [(u64, Self)] = &[
        (480, Self::Debian),
        (320, Self::Ubuntu),
        (90, Self::Windows),
        (8, Self::SqlServer),
        (40, Self::RedHat),
        (8, Self::RedHatOwn),
        (20, Self::Suse),
        (14, Self::UbuntuPro),
        (20, Self::Marketplace),
    ];

    /// Where licences are, below `https://www.googleapis.com/compute/v1/`.
    /// <https://cloud.google.com/compute/docs/images/os-details>
    pub(crate) const fn paths(self) -> &'static [&'static str] {
        match self {
            Self::Debian => &["projects/debian-cloud/global/licenses/debian-12-bookworm"],
            Self::Ubuntu => &["projects/ubuntu-os-cloud/global/licenses/ubuntu-2404-lts"],
            Self::ContainerOptimized => &[
                "projects/cos-cloud/global/licenses/cos",
                "projects/gke-node-images/global/licenses/gke-node",
            ],
            Self::Windows => &["projects/windows-cloud/global/licenses/windows-server-2022-dc"],
            Self::SqlServer => &[
                "projects/windows-cloud/global/licenses/windows-server-2022-dc",
                "projects/windows-sql-cloud/global/licenses/sql-server-2022-enterprise",
            ],
            Self::RedHat => &["projects/rhel-cloud/global/licenses/rhel-9-server"],
            Self::RedHatOwn => &["projects/rhel-byos-cloud/global/licenses/rhel-9-byos"],
            Self::Suse => &["projects/suse-cloud/global/licenses/sles-15"],
            Self::UbuntuPro => {
                &["projects/ubuntu-os-pro-cloud/global/licenses/ubuntu-pro-2404-lts"]
            }
            Self::Marketplace => &["projects/firewalls-public/global/licenses/gate-500"],
        }
    }
}
