//! The types of resources that are discovered.

/// A type of Azure resource that some service reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A virtual machine, also one of a flexible scale set.
    VirtualMachine,
    /// A scale set.
    ScaleSet,
    /// An instance of a uniform scale set.
    ScaleSetInstance,
    /// A managed disk.
    Disk,
    /// An AKS cluster.
    Cluster,
    /// A web site: function apps are some of them.
    Site,
    /// An App Service plan.
    Plan,
    /// A logical SQL server.
    SqlServer,
    /// A SQL database.
    SqlDatabase,
    /// An elastic pool.
    ElasticPool,
    /// A storage account.
    StorageAccount,
}

impl Kind {
    /// Every type.
    pub(crate) const ALL: &'static [Self] = &[
        Self::VirtualMachine,
        Self::ScaleSet,
        Self::ScaleSetInstance,
        Self::Disk,
        Self::Cluster,
        Self::Site,
        Self::Plan,
        Self::SqlServer,
        Self::SqlDatabase,
        Self::ElasticPool,
        Self::StorageAccount,
    ];

    /// The type as Azure Resource Manager writes it.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::VirtualMachine => "Microsoft.Compute/virtualMachines",
            Self::ScaleSet => "Microsoft.Compute/virtualMachineScaleSets",
            Self::ScaleSetInstance => "Microsoft.Compute/virtualMachineScaleSets/virtualMachines",
            Self::Disk => "Microsoft.Compute/disks",
            Self::Cluster => "Microsoft.ContainerService/managedClusters",
            Self::Site => "Microsoft.Web/sites",
            Self::Plan => "Microsoft.Web/serverfarms",
            Self::SqlServer => "Microsoft.Sql/servers",
            Self::SqlDatabase => "Microsoft.Sql/servers/databases",
            Self::ElasticPool => "Microsoft.Sql/servers/elasticPools",
            Self::StorageAccount => "Microsoft.Storage/storageAccounts",
        }
    }

    /// The action that reading it needs: its type and `/read`.
    pub(crate) const fn permission(self) -> &'static str {
        match self {
            Self::VirtualMachine => "Microsoft.Compute/virtualMachines/read",
            Self::ScaleSet => "Microsoft.Compute/virtualMachineScaleSets/read",
            Self::ScaleSetInstance => {
                "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read"
            }
            Self::Disk => "Microsoft.Compute/disks/read",
            Self::Cluster => "Microsoft.ContainerService/managedClusters/read",
            Self::Site => "Microsoft.Web/sites/read",
            Self::Plan => "Microsoft.Web/serverfarms/read",
            Self::SqlServer => "Microsoft.Sql/servers/read",
            Self::SqlDatabase => "Microsoft.Sql/servers/databases/read",
            Self::ElasticPool => "Microsoft.Sql/servers/elasticPools/read",
            Self::StorageAccount => "Microsoft.Storage/storageAccounts/read",
        }
    }

    /// The type that Azure calls `type_name`, in any case.
    pub(crate) fn of(type_name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.type_name().eq_ignore_ascii_case(type_name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_found_by_its_name_and_has_its_permission() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of(&kind.type_name().to_lowercase()), Some(*kind));
            assert_eq!(kind.permission(), format!("{}/read", kind.type_name()));
        }
        assert_eq!(Kind::of("microsoft.network/publicipaddresses"), None);
    }
}
