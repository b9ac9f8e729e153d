//! What a row of an offer says, by the names of its columns.
//!
//! The CSV names a column `Region Code`, the JSON names the same attribute `regionCode`, and older
//! files differ in capitals: names are compared by their letters and digits alone.
//! <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file-for-services.html>

/// A column that some mapping reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    TermType,
    EffectiveDate,
    StartingRange,
    EndingRange,
    Unit,
    PricePerUnit,
    Currency,
    ProductFamily,
    Location,
    LocationType,
    RegionCode,
    UsageType,
    Operation,
    Group,
    InstanceType,
    Tenancy,
    OperatingSystem,
    PreInstalledSoftware,
    LicenseModel,
    CapacityStatus,
    MarketOption,
    DatabaseEngine,
    DatabaseEdition,
    DeploymentOption,
    DeploymentModel,
    UnbundledLicensing,
    TransferType,
    FromLocation,
    FromLocationType,
    FromRegionCode,
    ToLocation,
}

/// How many columns there are.
pub(super) const COLUMNS: usize = Column::ALL.len();

impl Column {
    /// All of them, in the order in which they are declared.
    pub(super) const ALL: [Self; 31] = [
        Self::TermType,
        Self::EffectiveDate,
        Self::StartingRange,
        Self::EndingRange,
        Self::Unit,
        Self::PricePerUnit,
        Self::Currency,
        Self::ProductFamily,
        Self::Location,
        Self::LocationType,
        Self::RegionCode,
        Self::UsageType,
        Self::Operation,
        Self::Group,
        Self::InstanceType,
        Self::Tenancy,
        Self::OperatingSystem,
        Self::PreInstalledSoftware,
        Self::LicenseModel,
        Self::CapacityStatus,
        Self::MarketOption,
        Self::DatabaseEngine,
        Self::DatabaseEdition,
        Self::DeploymentOption,
        Self::DeploymentModel,
        Self::UnbundledLicensing,
        Self::TransferType,
        Self::FromLocation,
        Self::FromLocationType,
        Self::FromRegionCode,
        Self::ToLocation,
    ];

    /// The name in the header of the CSV.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::TermType => "TermType",
            Self::EffectiveDate => "EffectiveDate",
            Self::StartingRange => "StartingRange",
            Self::EndingRange => "EndingRange",
            Self::Unit => "Unit",
            Self::PricePerUnit => "PricePerUnit",
            Self::Currency => "Currency",
            Self::ProductFamily => "Product Family",
            Self::Location => "Location",
            Self::LocationType => "Location Type",
            Self::RegionCode => "Region Code",
            Self::UsageType => "usageType",
            Self::Operation => "operation",
            Self::Group => "Group",
            Self::InstanceType => "Instance Type",
            Self::Tenancy => "Tenancy",
            Self::OperatingSystem => "Operating System",
            Self::PreInstalledSoftware => "Pre Installed S/W",
            Self::LicenseModel => "License Model",
            Self::CapacityStatus => "CapacityStatus",
            Self::MarketOption => "MarketOption",
            Self::DatabaseEngine => "Database Engine",
            Self::DatabaseEdition => "Database Edition",
            Self::DeploymentOption => "Deployment Option",
            Self::DeploymentModel => "Deployment Model",
            Self::UnbundledLicensing => "Unbundled Licensing",
            Self::TransferType => "Transfer Type",
            Self::FromLocation => "From Location",
            Self::FromLocationType => "From Location Type",
            Self::FromRegionCode => "From Region Code",
            Self::ToLocation => "To Location",
        }
    }

    /// The column of this name in a header or among attributes.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| same(column.name(), name))
    }
}

/// Whether two names have the same letters and digits, in capitals or not.
pub(super) fn same(one: &str, other: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = u8> {
        let kept = name.bytes().filter(u8::is_ascii_alphanumeric);
        kept.map(|byte| byte.to_ascii_lowercase())
    }
    letters(one).eq(letters(other))
}

/// A row, or a product whose terms are elsewhere.
pub(super) trait Facts {
    /// What the row says in a column; empty where it says nothing or has no such column.
    fn get(&self, column: Column) -> &str;
}

/// Values that are owned: of a product in JSON.
#[derive(Debug, Clone, Default)]
pub(super) struct Owned {
    values: [String; COLUMNS],
}

impl Owned {
    /// Says `value` in the column.
    pub(super) fn set(&mut self, column: Column, value: String) {
        self.values[column as usize] = value;
    }
}

impl Facts for Owned {
    fn get(&self, column: Column) -> &str {
        &self.values[column as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_the_order_of_their_declaration() {
        for (place, column) in Column::ALL.into_iter().enumerate() {
            assert_eq!(column as usize, place);
            assert_eq!(Column::named(column.name()), Some(column));
        }
    }

    #[test]
    fn the_header_and_the_attributes_name_the_same_columns() {
        for (attribute, column) in [
            ("regionCode", Column::RegionCode),
            ("preInstalledSw", Column::PreInstalledSoftware),
            ("capacitystatus", Column::CapacityStatus),
            ("usagetype", Column::UsageType),
            ("productFamily", Column::ProductFamily),
        ] {
            assert_eq!(Column::named(attribute), Some(column));
        }
        assert_eq!(Column::named("instanceSKU"), None);
    }
}
