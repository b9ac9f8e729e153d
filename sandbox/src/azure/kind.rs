//! The types of resources, and how their names are made and read.

/// A type of resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Machine,
    ScaleSet,
    Instance,
    Disk,
    Cluster,
    Site,
    Plan,
    Server,
    Database,
    Pool,
    Account,
}

/// How many resources a resource group of a kind has.
const GROUP: u64 = 500;

impl Kind {
    pub(super) const ALL: [Self; 11] = [
        Self::Machine,
        Self::ScaleSet,
        Self::Instance,
        Self::Disk,
        Self::Cluster,
        Self::Site,
        Self::Plan,
        Self::Server,
        Self::Database,
        Self::Pool,
        Self::Account,
    ];

    /// As Azure Resource Manager writes it, and in small letters, as Resource Graph does.
    const fn type_names(self) -> (&'static str, &'static str) {
        match self {
            Self::Machine => {
                ("Microsoft.Compute/virtualMachines", "microsoft.compute/virtualmachines")
            }
            Self::ScaleSet => (
                "Microsoft.Compute/virtualMachineScaleSets",
                "microsoft.compute/virtualmachinescalesets",
            ),
            Self::Instance => (
                "Microsoft.Compute/virtualMachineScaleSets/virtualMachines",
                "microsoft.compute/virtualmachinescalesets/virtualmachines",
            ),
            Self::Disk => ("Microsoft.Compute/disks", "microsoft.compute/disks"),
            Self::Cluster => (
                "Microsoft.ContainerService/managedClusters",
                "microsoft.containerservice/managedclusters",
            ),
            Self::Site => ("Microsoft.Web/sites", "microsoft.web/sites"),
            Self::Plan => ("Microsoft.Web/serverFarms", "microsoft.web/serverfarms"),
            Self::Server => ("Microsoft.Sql/servers", "microsoft.sql/servers"),
            Self::Database => {
                ("Microsoft.Sql/servers/databases", "microsoft.sql/servers/databases")
            }
            Self::Pool => {
                ("Microsoft.Sql/servers/elasticPools", "microsoft.sql/servers/elasticpools")
            }
            Self::Account => {
                ("Microsoft.Storage/storageAccounts", "microsoft.storage/storageaccounts")
            }
        }
    }

    pub(super) const fn type_name(self) -> &'static str {
        self.type_names().0
    }

    /// In small letters.
    pub(super) const fn small_name(self) -> &'static str {
        self.type_names().1
    }

    /// What the group and the name of a resource of this type begin with. Groups are in the order
    /// in which the resources of a subscription are laid one after the other.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Site => ("apps", "fn"),
            Self::Cluster => ("clusters", "k"),
            Self::Server => ("data", "sql"),
            Self::Database => ("data", "db"),
            Self::Pool => ("data", "pool"),
            Self::Disk => ("disks", "disk"),
            Self::Machine => ("machines", "vm"),
            Self::Plan => ("plans", "plan"),
            Self::ScaleSet | Self::Instance => ("sets", "set"),
            Self::Account => ("storage", "st"),
        }
    }

    /// The resource group of number `index`.
    pub(super) fn group(self, index: u64) -> String {
        format!("{}-{:05}", self.words().0, index / GROUP)
    }

    /// What a name begins with: names sort as their numbers do.
    pub(super) fn start(self, index: u64) -> String {
        format!("{}{index:08}", self.words().1)
    }

    /// The number in a name, in small letters.
    pub(super) fn number(self, name: &str) -> Option<u64> {
        name.strip_prefix(self.words().1)?.get(..8)?.parse().ok()
    }

    /// The type of this name, in small letters.
    pub(super) fn named(small: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.small_name() == small)
    }
}
