//! What an account's sku says: `Standard_RAGRS`.
//! <https://learn.microsoft.com/rest/api/storagerp/storage-accounts/list#sku>

/// How an account is sold and where its copies are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sku {
    pub(super) performance: Performance,
    /// As the price list writes it: `RA-GRS`.
    pub(super) redundancy: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Performance {
    Standard,
    Premium,
    /// `StandardV2`, `PremiumV2`: file shares that are billed by what is provisioned.
    Provisioned,
}

impl Sku {
    /// `None` where the name is not known.
    pub(super) fn of(name: &str) -> Option<Self> {
        let (performance, redundancy) = name.split_once('_')?;
        let performance = match performance.to_ascii_lowercase().as_str() {
            "standard" => Performance::Standard,
            "premium" => Performance::Premium,
            "standardv2" | "premiumv2" => Performance::Provisioned,
            _ => return None,
        };
        let redundancy = match redundancy.to_ascii_uppercase().as_str() {
            "LRS" => "LRS",
            "ZRS" => "ZRS",
            "GRS" => "GRS",
            "RAGRS" => "RA-GRS",
            "GZRS" => "GZRS",
            "RAGZRS" => "RA-GZRS",
            _ => return None,
        };
        Some(Self { performance, redundancy })
    }

    /// The redundancy of its file shares, which cannot be read in the second region: those of an
    /// `RA-GRS` account are billed as `GRS`.
    /// <https://learn.microsoft.com/azure/storage/common/storage-redundancy#read-access-to-data-in-the-secondary-region>
    pub(super) fn of_files(self) -> &'static str {
        self.redundancy.strip_prefix("RA-").unwrap_or(self.redundancy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skus_are_read_in_any_case() {
        let sku = Sku::of("standard_ragzrs").unwrap();
        assert_eq!((sku.performance, sku.redundancy), (Performance::Standard, "RA-GZRS"));
        assert_eq!(sku.of_files(), "GZRS");
        assert_eq!(Sku::of("Premium_ZRS").unwrap().of_files(), "ZRS");
        assert_eq!(Sku::of("PremiumV2_LRS").unwrap().performance, Performance::Provisioned);
        for unknown in ["", "Standard", "Standard_XRS", "Basic_LRS"] {
            assert_eq!(Sku::of(unknown), None, "{unknown}");
        }
    }
}
