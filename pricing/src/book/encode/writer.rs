//! The parts of a book, written one after the other.

use std::sync::Arc;

use super::layout::{
    HEADER_SIZE, MAGIC, MAX_SERIES, MAX_SOURCES, RECORD_SIZE, SERIES_SIZE, SERIES_STRINGS, VERSION,
    checksum, hash, slots,
};
use super::{EncodeError, Row, Source};

/// The bits of a packed date, without the scale.
const DATE: u32 = (1 << 23) - 1;

/// The rows of one series: service, sku, variant, unit.
struct Series {
    key: [u32; SERIES_STRINGS],
    /// The place after its last row.
    end: u32,
}

/// Writes the book; `sources` and `rows` are sorted, and their numbers are places in `strings`.
pub(super) fn write(
    strings: &[Arc<str>],
    sources: &[Source],
    rows: &[Row],
) -> Result<Vec<u8>, EncodeError> {
    let regions = regions(rows);
    let series = series(rows);
    if regions.len() > MAX_SOURCES || series.len() > MAX_SERIES {
        return Err(EncodeError::TooLarge);
    }
    let text: usize = strings.iter().map(|string| string.len()).sum();
    let counts = [strings.len(), text, sources.len(), regions.len(), series.len(), rows.len()];
    let mut book = Vec::with_capacity(
        HEADER_SIZE + text + rows.len() * (RECORD_SIZE + 2) + series.len() * (SERIES_SIZE + 8),
    );
    write_header(&mut book, counts, newest(sources, rows))?;
    write_strings(&mut book, strings);
    for source in sources {
        extend(&mut book, source.strings);
    }
    extend(&mut book, regions.iter().copied());
    for Series { key, end } in &series {
        extend(&mut book, *key);
        book.extend(end.to_le_bytes());
    }
    write_records(&mut book, &regions, sources, rows);
    let text = |id: u32| &*strings[id as usize];
    let hashes: Vec<u64> = regions.iter().map(|&region| hash(&[text(region)])).collect();
    extend(&mut book, slots(&hashes));
    let hashes: Vec<u64> = series.iter().map(|series| hash(&series.key.map(text))).collect();
    extend(&mut book, slots(&hashes));
    let sum = checksum(&book);
    book.extend(sum.to_le_bytes());
    Ok(book)
}

fn extend(book: &mut Vec<u8>, numbers: impl IntoIterator<Item = u32>) {
    book.extend(numbers.into_iter().flat_map(u32::to_le_bytes));
}

/// The distinct regions, sorted.
fn regions(rows: &[Row]) -> Vec<u32> {
    let mut regions: Vec<u32> = rows.iter().map(|row| row.key[SERIES_STRINGS]).collect();
    regions.sort_unstable();
    regions.dedup();
    regions
}

fn series(rows: &[Row]) -> Vec<Series> {
    let mut end = 0;
    let runs = rows.chunk_by(|one, next| one.key[..SERIES_STRINGS] == next.key[..SERIES_STRINGS]);
    runs.map(|run| {
        // As many rows as an u32 counts were let in.
        end += run.len() as u32;
        let [service, sku, variant, unit, _] = run[0].key;
        Series { key: [service, sku, variant, unit], end }
    })
    .collect()
}

/// The youngest date of the rows whose source does not say when it was taken.
fn newest(sources: &[Source], rows: &[Row]) -> u32 {
    let mut dated = vec![false; sources.len()];
    sources.iter().for_each(|source| dated[usize::from(source.number)] = !source.taken);
    let dates = rows.iter().filter(|row| dated[usize::from(row.source)]);
    // Packed dates are in the order of the calendar.
    dates.map(|row| row.packed & DATE).max().unwrap_or_default()
}

fn write_header(book: &mut Vec<u8>, counts: [usize; 6], newest: u32) -> Result<(), EncodeError> {
    book.extend(MAGIC);
    book.extend(VERSION.to_le_bytes());
    book.extend((RECORD_SIZE as u16).to_le_bytes());
    for count in counts {
        let count = u32::try_from(count).map_err(|_| EncodeError::TooLarge)?;
        book.extend(count.to_le_bytes());
    }
    extend(book, [newest, 0]);
    Ok(())
}

fn write_strings(book: &mut Vec<u8>, strings: &[Arc<str>]) {
    let mut end = 0_u32;
    for string in strings {
        // `Strings::number` has checked that all strings together fit.
        end += string.len() as u32;
        book.extend(end.to_le_bytes());
    }
    for string in strings {
        book.extend(string.as_bytes());
    }
}

fn write_records(book: &mut Vec<u8>, regions: &[u32], sources: &[Source], rows: &[Row]) {
    let mut places = vec![0_u16; sources.len()];
    for (place, source) in sources.iter().enumerate() {
        // No more than 65,536 sources were let in.
        places[usize::from(source.number)] = place as u16;
    }
    for row in rows {
        let region = regions
            .binary_search(&row.key[SERIES_STRINGS])
            .expect("the regions are those of the rows");
        book.extend((region as u16).to_le_bytes());
    }
    for row in rows {
        book.extend(row.mantissa.to_le_bytes());
        book.extend(row.packed.to_le_bytes());
        book.extend(places[usize::from(row.source)].to_le_bytes());
    }
}
