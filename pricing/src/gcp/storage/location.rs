//! Where a bucket is.

/// How many places the data of a bucket is kept in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// What the price book adds to the class: nothing, `-dual`, `-multi`.
    pub(super) suffix: &'static str,
    /// The price book's name of the place: `europe-west1`, `eur4`, `europe-multi`.
    pub(super) region: String,
}

/// Locations that are several regions, as the bucket and as the price book names them.
/// <https://cloud.google.com/storage/docs/locations>
const SEVERAL: &[(&str, &str, &str)] = &[
    ("asia", "-multi", "asia-multi"),
    ("eu", "-multi", "europe-multi"),
    ("us", "-multi", "us-multi"),
    ("asia1", "-dual", "asia1"),
    ("eur4", "-dual", "eur4"),
    ("nam4", "-dual", "nam4"),
];

impl Place {
    /// The place of a location in any case. One that is not known is taken for a region, which
    /// has no price.
    pub(super) fn of(location: &str) -> Self {
        let location = location.to_lowercase();
        match SEVERAL.iter().find(|(name, ..)| *name == location) {
            Some((_, suffix, region)) => Self { suffix, region: (*region).to_owned() },
            None => Self { suffix: "", region: location },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_found_in_any_case() {
        for (location, suffix, region) in [
            ("US", "-multi", "us-multi"),
            ("eu", "-multi", "europe-multi"),
            ("EUR4", "-dual", "eur4"),
            ("EUROPE-WEST1", "", "europe-west1"),
            ("us-east1", "", "us-east1"),
        ] {
            let expected = Place { suffix, region: region.to_owned() };
            assert_eq!(Place::of(location), expected, "{location}");
        }
    }
}
