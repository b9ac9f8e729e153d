//! What an instance's image is billed as.
//!
//! The table 'AMI billing information fields' gives each platform a usage operation and platform
//! details: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html>.

use std::fmt;

/// An edition of SQL Server that is part of the instance's price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SqlServer {
    /// SQL Server Standard.
    Standard,
    /// SQL Server Web.
    Web,
    /// SQL Server Enterprise.
    Enterprise,
}

/// What an instance's image is billed as: operating system, licence and bundled software.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Platform {
    /// Linux or UNIX without a licence fee.
    Linux,
    /// Linux with SQL Server.
    LinuxSql(SqlServer),
    /// Red Hat Enterprise Linux.
    Rhel,
    /// Red Hat Enterprise Linux under the customer's own licence: billed as Linux.
    RhelByol,
    /// Red Hat Enterprise Linux with high availability.
    RhelHa,
    /// Red Hat Enterprise Linux with high availability and SQL Server.
    RhelHaSql(SqlServer),
    /// Red Hat Enterprise Linux with SQL Server.
    RhelSql(SqlServer),
    /// SUSE Linux Enterprise Server.
    Suse,
    /// Ubuntu Pro.
    UbuntuPro,
    /// Windows.
    Windows,
    /// Windows under the customer's own licence: billed as Linux.
    WindowsByol,
    /// Windows with SQL Server.
    WindowsSql(SqlServer),
    /// Something that AWS's table does not have; what AWS called it.
    Unknown(String),
}

use SqlServer::{Enterprise, Standard, Web};

/// Every platform of AWS's table: usage operation, platform details.
const TABLE: [(Platform, &str, &str); 19] = [
    (Platform::Linux, "RunInstances", "Linux/UNIX"),
    (Platform::RhelByol, "RunInstances:00g0", "Red Hat BYOL Linux"),
    (Platform::Rhel, "RunInstances:0010", "Red Hat Enterprise Linux"),
    (Platform::RhelHa, "RunInstances:1010", "Red Hat Enterprise Linux with HA"),
    (
        Platform::RhelHaSql(Standard),
        "RunInstances:1014",
        "Red Hat Enterprise Linux with SQL Server Standard and HA",
    ),
    (
        Platform::RhelHaSql(Enterprise),
        "RunInstances:1110",
        "Red Hat Enterprise Linux with SQL Server Enterprise and HA",
    ),
    (
        Platform::RhelSql(Standard),
        "RunInstances:0014",
        "Red Hat Enterprise Linux with SQL Server Standard",
    ),
    (Platform::RhelSql(Web), "RunInstances:0210", "Red Hat Enterprise Linux with SQL Server Web"),
    (
        Platform::RhelSql(Enterprise),
        "RunInstances:0110",
        "Red Hat Enterprise Linux with SQL Server Enterprise",
    ),
    (Platform::LinuxSql(Enterprise), "RunInstances:0100", "SQL Server Enterprise"),
    (Platform::LinuxSql(Standard), "RunInstances:0004", "SQL Server Standard"),
    (Platform::LinuxSql(Web), "RunInstances:0200", "SQL Server Web"),
    (Platform::Suse, "RunInstances:000g", "SUSE Linux"),
    (Platform::UbuntuPro, "RunInstances:0g00", "Ubuntu Pro"),
    (Platform::Windows, "RunInstances:0002", "Windows"),
    (Platform::WindowsByol, "RunInstances:0800", "Windows BYOL"),
    (Platform::WindowsSql(Enterprise), "RunInstances:0102", "Windows with SQL Server Enterprise"),
    (Platform::WindowsSql(Standard), "RunInstances:0006", "Windows with SQL Server Standard"),
    (Platform::WindowsSql(Web), "RunInstances:0202", "Windows with SQL Server Web"),
];

impl Platform {
    /// From an instance's `UsageOperation`: `RunInstances:0002` is Windows.
    #[must_use]
    pub fn from_usage_operation(operation: &str) -> Self {
        Self::of(operation, |entry| entry.1 == operation)
    }

    /// From an instance's `PlatformDetails`: `Windows`, `Linux/UNIX`.
    #[must_use]
    pub fn from_platform_details(details: &str) -> Self {
        // Real images of Ubuntu Pro carry this, where the table has `Ubuntu Pro`.
        let details = if details == "Ubuntu Pro Linux" { "Ubuntu Pro" } else { details };
        Self::of(details, |entry| entry.2 == details)
    }

    fn of(name: &str, is: impl Fn(&&(Self, &str, &str)) -> bool) -> Self {
        TABLE
            .iter()
            .find(is)
            .map_or_else(|| Self::Unknown(name.to_owned()), |entry| entry.0.clone())
    }

    /// The platform's name for a person: what AWS calls it in `PlatformDetails`.
    #[must_use]
    pub fn name(&self) -> &str {
        if let Self::Unknown(name) = self {
            return name;
        }
        TABLE.iter().find(|entry| entry.0 == *self).map_or("unknown", |entry| entry.2)
    }

    /// The variant under which the platform's own prices are in the book; `None` where it has none:
    /// under the customer's licence, which is billed as Linux, and for what is not known.
    pub(crate) fn variant(&self) -> Option<&'static str> {
        match self {
            Self::Linux => Some("linux"),
            Self::Windows => Some("windows"),
            Self::Suse => Some("suse"),
            Self::RhelByol | Self::WindowsByol => None,
            other => TABLE.iter().find(|entry| entry.0 == *other).map(|entry| entry.2),
        }
    }

    /// The product description under which spot prices of this platform are listed, or `None`
    /// where spot prices are not asked for. What is billed as Linux is listed as Linux.
    #[must_use]
    pub fn spot_product_description(&self) -> Option<&'static str> {
        match self {
            Self::Linux | Self::RhelByol | Self::WindowsByol => Some("Linux/UNIX"),
            Self::Windows => Some("Windows"),
            Self::Suse => Some("SUSE Linux"),
            _ => None,
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_fields_of_the_table_lead_to_the_platform() {
        for (platform, operation, details) in &TABLE {
            assert_eq!(Platform::from_usage_operation(operation), *platform);
            assert_eq!(Platform::from_platform_details(details), *platform);
            assert_eq!(platform.name(), *details);
        }
    }

    #[test]
    fn what_the_table_lacks_keeps_its_name() {
        let unknown = Platform::from_usage_operation("RunInstances:9999");
        assert_eq!(unknown, Platform::Unknown("RunInstances:9999".to_owned()));
        assert_eq!(unknown.to_string(), "RunInstances:9999");
        assert_eq!(unknown.spot_product_description(), None);
    }

    #[test]
    fn spot_prices_are_listed_under_three_descriptions() {
        let described: Vec<&str> =
            TABLE.iter().filter_map(|entry| entry.0.spot_product_description()).collect();
        assert_eq!(described, ["Linux/UNIX", "Linux/UNIX", "SUSE Linux", "Windows", "Linux/UNIX"]);
    }
}
