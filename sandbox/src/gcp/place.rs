//! Projects, regions and zones, and which number of a list is where.

use std::fmt;
use std::ops::Range;

use crate::draw::Draw;
use crate::size::{Size, part};

/// The folder that all projects are below.
pub(super) const FOLDER: &str = "400000000001";

/// Where Compute Engine's resources are, in their own words.
pub(super) const HOST: &str = "https://www.googleapis.com/compute/v1/";

/// Zones of each region: all have three here, by their letters.
pub(super) const ZONES: u64 = 3;

/// The regions and the letters of their zones, in the order in which a fleet spreads over them.
/// <https://cloud.google.com/compute/docs/regions-zones>
pub(super) const REGIONS: [(&str, [char; 3]); 25] = [
    ("us-central1", ['a', 'b', 'c']),
    ("europe-west1", ['b', 'c', 'd']),
    ("us-east1", ['b', 'c', 'd']),
    ("asia-northeast1", ['a', 'b', 'c']),
    ("europe-west4", ['a', 'b', 'c']),
    ("us-west1", ['a', 'b', 'c']),
    ("asia-southeast1", ['a', 'b', 'c']),
    ("europe-west3", ['a', 'b', 'c']),
    ("us-east4", ['a', 'b', 'c']),
    ("southamerica-east1", ['a', 'b', 'c']),
    ("europe-west2", ['a', 'b', 'c']),
    ("australia-southeast1", ['a', 'b', 'c']),
    ("asia-south1", ['a', 'b', 'c']),
    ("northamerica-northeast1", ['a', 'b', 'c']),
    ("asia-east1", ['a', 'b', 'c']),
    ("europe-north1", ['a', 'b', 'c']),
    ("us-west2", ['a', 'b', 'c']),
    ("europe-southwest1", ['a', 'b', 'c']),
    ("africa-south1", ['a', 'b', 'c']),
    ("me-west1", ['a', 'b', 'c']),
    ("asia-southeast3", ['a', 'b', 'c']),
    ("europe-west6", ['a', 'b', 'c']),
    ("us-south1", ['a', 'b', 'c']),
    ("asia-east2", ['a', 'b', 'c']),
    ("southamerica-west1", ['a', 'b', 'c']),
];

/// The name of a region by its number.
pub(super) fn region(number: u64) -> &'static str {
    REGIONS[index(number)].0
}

/// A number as an index; those of places are small.
pub(super) fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A zone by its number: three to a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Zone(pub(super) u64);

impl Zone {
    /// The number of its region.
    pub(super) fn region_number(self) -> u64 {
        self.0 / ZONES
    }

    /// Its region's name.
    pub(super) fn region(self) -> &'static str {
        region(self.region_number())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (region, letters) = &REGIONS[index(self.region_number())];
        write!(formatter, "{region}-{}", letters[index(self.0 % ZONES)])
    }
}

/// The id of a project.
pub(super) fn project_id(number: u64) -> String {
    format!("sandbox-{number:04}")
}

/// A project.
#[derive(Debug, Clone)]
pub(super) struct Project {
    /// `sandbox-0000`
    pub(super) id: String,
    /// Among all projects.
    pub(super) index: u64,
    /// For [`Draw::of`].
    place: u64,
    seed: u64,
}

impl Project {
    /// The project with this number.
    pub(super) fn new(size: &Size, index: u64) -> Self {
        let id = project_id(index);
        let place = Draw::place(&id);
        Self { id, index, place, seed: size.seed }
    }

    /// The project of this id, or of this number as Google has it, where the fleet has it.
    pub(super) fn find(size: &Size, id: &str) -> Option<Self> {
        let index: u64 = match id.strip_prefix("sandbox-") {
            Some(number) => number.parse().ok()?,
            None => id.parse::<u64>().ok()?.checked_sub(NUMBER)?,
        };
        (index < size.accounts).then(|| Self::new(size, index))
    }

    /// Its number, which Google gives it besides.
    pub(super) fn number(&self) -> u64 {
        NUMBER + self.index
    }

    /// The numbers of something here.
    pub(super) fn draw(&self, what: &str, index: u64) -> Draw {
        Draw::of(self.seed, self.place, what, index)
    }
}

/// The number of the first project.
const NUMBER: u64 = 900_000_000_001;

/// How a list is cut into blocks: first come those of the first place, then of the second.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blocks {
    /// Things in the list.
    pub(super) total: u64,
    /// Places.
    pub(super) places: u64,
}

impl Blocks {
    /// What of the list is in a place.
    pub(super) fn of(self, place: u64) -> Range<u64> {
        let Self { total, places } = self;
        let start = place * (total / places) + place.min(total % places);
        start..start + part(total, places, place)
    }

    /// Where a number of the list is, and its number there.
    pub(super) fn find(self, index: u64) -> (u64, u64) {
        let Self { total, places } = self;
        let (small, larger) = (total / places, total % places);
        let place = match index.checked_sub(larger * (small + 1)) {
            None => index / (small + 1),
            // Beyond the end of the list everything is in the first place.
            Some(rest) => rest.checked_div(small).map_or(0, |number| larger + number),
        };
        (place, index.saturating_sub(self.of(place).start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_a_list_is_in_one_block() {
        for (total, places) in [(0, 3), (2, 9), (10, 3), (1_000, 75)] {
            let blocks = Blocks { total, places };
            let mut next = 0;
            for place in 0..places {
                for (at, index) in blocks.of(place).enumerate() {
                    assert_eq!(blocks.find(index), (place, at as u64), "{blocks:?}");
                    assert_eq!(index, next);
                    next += 1;
                }
            }
            assert_eq!(next, total);
        }
    }

    #[test]
    fn a_zone_is_its_region_and_a_letter() {
        assert_eq!(Zone(3).to_string(), "europe-west1-b");
        assert_eq!(Zone(74).region(), "southamerica-west1");
    }

    #[test]
    fn a_project_is_found_by_its_id_and_by_its_number() {
        let size =
            Size { seed: 7, resources: 1, accounts: 2, regions: 1, mix: crate::size::Mix::All };
        let find = |id| Project::find(&size, id).map(|project| project.index);
        assert_eq!((find("sandbox-0001"), find("900000000002")), (Some(1), Some(1)));
        assert_eq!((find("sandbox-0002"), find("other")), (None, None));
    }
}
