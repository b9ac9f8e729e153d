//! Where something is sold.
//! <https://cloud.google.com/storage/docs/locations>

/// The places of the price book that are no regions: those that everything is sold at, or that are
/// several regions.
pub(super) const WITHOUT_REGION: &[&str] =
    &["global", "us-multi", "europe-multi", "asia-multi", "nam4", "eur4", "asia1"];

/// A place of `serviceRegions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// Everywhere at the same price.
    Global,
    /// One region, by its name: `europe-west1`.
    Region(&'a str),
    /// A continent, by its name in the price book: `us-multi`.
    Multi(&'static str),
    /// A pair of regions with a name of its own: `eur4`.
    Dual(&'a str),
    /// Something else: an edge, or a name that is not understood.
    Other,
}

impl<'a> Place<'a> {
    /// The place of a name in the catalogue.
    pub(super) fn of(name: &'a str) -> Self {
        let numbered = name.ends_with(|last: char| last.is_ascii_digit());
        match name {
            "global" => Self::Global,
            "us" | "us-multi" => Self::Multi("us-multi"),
            "eu" | "europe" | "europe-multi" => Self::Multi("europe-multi"),
            "asia" | "asia-multi" => Self::Multi("asia-multi"),
            _ if numbered && name.contains('-') => Self::Region(name),
            _ if numbered => Self::Dual(name),
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_apart() {
        for (name, expected) in [
            ("global", Place::Global),
            ("europe-west12", Place::Region("europe-west12")),
            ("europe", Place::Multi("europe-multi")),
            ("eur4", Place::Dual("eur4")),
            ("asia", Place::Multi("asia-multi")),
            ("", Place::Other),
            ("mars", Place::Other),
        ] {
            assert_eq!(Place::of(name), expected, "{name}");
        }
    }
}
