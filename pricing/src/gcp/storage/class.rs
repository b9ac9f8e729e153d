//! Storage classes.

/// A storage class that the price book has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Standard,
    Nearline,
    Coldline,
    Archive,
    DurableReducedAvailability,
}

impl Class {
    /// The class of a name, in any case. `MULTI_REGIONAL` and `REGIONAL` are what Standard was
    /// called, and are priced as it is.
    /// <https://cloud.google.com/storage/docs/storage-classes#legacy>
    pub(super) fn of(name: &str) -> Option<Self> {
        match name.to_uppercase().as_str() {
            "STANDARD" | "MULTI_REGIONAL" | "REGIONAL" => Some(Self::Standard),
            "NEARLINE" => Some(Self::Nearline),
            "COLDLINE" => Some(Self::Coldline),
            "ARCHIVE" => Some(Self::Archive),
            "DURABLE_REDUCED_AVAILABILITY" => Some(Self::DurableReducedAvailability),
            _ => None,
        }
    }

    /// As the price book writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Nearline => "nearline",
            Self::Coldline => "coldline",
            Self::Archive => "archive",
            Self::DurableReducedAvailability => "dra",
        }
    }

    /// The component that its storage is.
    pub(super) fn component(self) -> &'static str {
        match self {
            Self::Standard => "storage_standard",
            Self::Nearline => "storage_nearline",
            Self::Coldline => "storage_coldline",
            Self::Archive => "storage_archive",
            Self::DurableReducedAvailability => "storage_durable_reduced_availability",
        }
    }
}
