//! Operating systems, the images that they come from, and whose licences they run with.

/// What a machine runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    Ubuntu,
    /// An image of the company's own.
    Gallery,
    Windows,
    /// With the Azure Hybrid Benefit.
    OwnWindows,
    RedHat,
    OwnRedHat,
    Suse,
    UbuntuPro,
    SqlServer,
    /// A firewall of the marketplace.
    Marketplace,
    /// The image of AKS's nodes.
    Node,
}

impl System {
    /// By how often machines have them.
    pub(crate) const SEEN: &'static [(u64, Self)] = &[
        (560, Self::Ubuntu),
        (60, Self::Gallery),
        (220, Self::Windows),
        (60, Self::OwnWindows),
        (30, Self::RedHat),
        (10, Self::OwnRedHat),
        (15, Self::Suse),
        (15, Self::UbuntuPro),
        (20, Self::SqlServer),
        (10, Self::Marketplace),
    ];

    /// `Windows` or `Linux`.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Windows | Self::OwnWindows | Self::SqlServer => "Windows",
            _ => "Linux",
        }
    }

    pub(crate) const fn is_windows(self) -> bool {
        matches!(self, Self::Windows | Self::OwnWindows | Self::SqlServer)
    }

    /// Whether Azure's licence of Windows is in the price.
    /// <https://learn.microsoft.com/azure/virtual-machines/windows/hybrid-use-benefit-licensing>
    pub(crate) const fn is_windows_licensed(self) -> bool {
        matches!(self, Self::Windows | Self::SqlServer)
    }

    /// Whether Azure bills a licence beside the machine for which no table has a price.
    /// <https://learn.microsoft.com/azure/virtual-machines/linux/azure-hybrid-benefit-linux>
    pub(crate) const fn has_unlisted_licence(self) -> bool {
        matches!(
            self,
            Self::RedHat | Self::Suse | Self::UbuntuPro | Self::SqlServer | Self::Marketplace
        )
    }

    /// `licenseType`.
    pub(crate) const fn licence_type(self) -> Option<&'static str> {
        match self {
            Self::OwnWindows => Some("Windows_Server"),
            Self::OwnRedHat => Some("RHEL_BYOS"),
            _ => None,
        }
    }

    /// Publisher, offer and sku of its image; none for images of one's own.
    pub(crate) const fn image(self) -> Option<(&'static str, &'static str, &'static str)> {
        Some(match self {
            Self::Ubuntu => ("Canonical", "ubuntu-24_04-lts", "server"),
            Self::Gallery | Self::Node => return None,
            Self::Windows | Self::OwnWindows => {
                ("MicrosoftWindowsServer", "WindowsServer", "2022-datacenter-azure-edition")
            }
            Self::RedHat | Self::OwnRedHat => ("RedHat", "RHEL", "9-lvm-gen2"),
            Self::Suse => ("SUSE", "sles-15-sp6", "gen2"),
            Self::UbuntuPro => ("Canonical", "ubuntu-24_04-lts", "ubuntu-pro"),
            Self::SqlServer => ("MicrosoftSQLServer", "sql2022-ws2022", "standard-gen2"),
            Self::Marketplace => {
                ("fortinet", "fortinet_fortigate-vm_v5", "fortinet_fg-vm_payg_2023")
            }
        })
    }

    /// `plan`: the offer of the marketplace, as JSON.
    pub(crate) const fn plan(self) -> Option<&'static str> {
        match self {
            Self::Marketplace => Some(
                "{\"name\":\"fortinet_fg-vm_payg_2023\",\"publisher\":\"fortinet\",\
                 \"product\":\"fortinet_fortigate-vm_v5\"}",
            ),
            _ => None,
        }
    }
}
