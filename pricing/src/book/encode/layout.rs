//! The sizes of a book's parts, and what the encoder and the reader must agree on.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// The first bytes of every book.
pub const MAGIC: [u8; 8] = *b"FINOPSPB";
/// The version of the layout that this module describes.
pub const VERSION: u16 = 3;
/// Bytes of the header.
pub const HEADER_SIZE: usize = 44;
/// Strings of one source.
pub const SOURCE_STRINGS: usize = 11;
/// Bytes of one source.
pub const SOURCE_SIZE: usize = SOURCE_STRINGS * 4;
/// Strings of a series' key: service, sku, variant, unit.
pub const SERIES_STRINGS: usize = 4;
/// Bytes of one series.
pub const SERIES_SIZE: usize = SERIES_STRINGS * 4 + 4;
/// Bytes of one record, without its region.
pub const RECORD_SIZE: usize = 14;
/// Bytes of the checksum at the end.
pub const CHECKSUM_SIZE: usize = 8;
/// The most places a price may have after the point: what an exact decimal can hold.
pub const MAX_SCALE: u8 = 28;
/// The most sources, and the most regions: a record numbers them with a `u16`.
pub const MAX_SOURCES: usize = 1 << 16;
/// The most series: a slot numbers them with 24 bits, and 0 is an empty slot.
pub const MAX_SERIES: usize = (1 << 24) - 1;

/// The bits of a slot that hold a place, plus one.
pub const SLOT_PLACE: u32 = 0x00ff_ffff;
/// The bits of a slot that hold a part of the hash.
pub const SLOT_TAG: u32 = !SLOT_PLACE;

/// A year, a month and a day.
pub type Day = (u16, u8, u8);

/// XXH3 of `bytes`. It guards against damage, not against an attacker.
#[must_use]
pub fn checksum(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// A hash of strings in this order. Each is hashed by itself, so that none can run into the next.
#[must_use]
pub fn hash(strings: &[&str]) -> u64 {
    strings.iter().fold(0, |seed, string| xxh3_64_with_seed(string.as_bytes(), seed))
}

/// How many slots a hash table of `count` entries has: at most six in ten are taken.
#[must_use]
pub const fn slots_of(count: usize) -> usize {
    (count * 5).div_ceil(3)
}

/// The slot where the search for a hash begins; `slots` is not zero.
#[must_use]
pub const fn first_slot(hash: u64, slots: usize) -> usize {
    // The lower half of the hash, as a fraction of 2^32, of all slots.
    (((hash & 0xffff_ffff) * slots as u64) >> 32) as usize
}

/// The part of a hash that its slot holds: bits that do not choose the slot.
#[must_use]
pub const fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32 & SLOT_TAG
}

/// The hash table of entries with these hashes, in the order of their places.
#[must_use]
pub(super) fn slots(hashes: &[u64]) -> Vec<u32> {
    let mut slots = vec![0; slots_of(hashes.len())];
    for (place, &hash) in hashes.iter().enumerate() {
        let mut at = first_slot(hash, slots.len());
        // There are more slots than entries.
        while slots[at] != 0 {
            at = (at + 1) % slots.len();
        }
        slots[at] = tag(hash) | (place as u32 + 1);
    }
    slots
}

/// The scale of a price and its day in one number. From the lowest bit: 5 bits of day, 4 of month,
/// 14 of year, 5 of scale.
#[must_use]
pub const fn pack(scale: u8, (year, month, day): Day) -> u32 {
    (scale as u32) << 23 | (year as u32) << 9 | (month as u32) << 5 | day as u32
}

/// The scale and the day that [`pack`] put into a number. The day may be none of the calendar.
#[must_use]
pub const fn unpack(packed: u32) -> (u8, Day) {
    let day = ((packed >> 9 & 0x3fff) as u16, (packed >> 5 & 0xf) as u8, (packed & 0x1f) as u8);
    ((packed >> 23 & 0x1f) as u8, day)
}
