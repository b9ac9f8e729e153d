//! Books in files.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use super::PriceBook;
use super::content::Content;
use super::data::Data;
use super::error::OpenError;
use super::mapped::Mapped;

/// The largest book that is read into memory, in bytes: several times all prices of a vendor.
const MOST: u64 = 256 << 20;

impl PriceBook {
    /// The book in a file of the agent's own, which is mapped into memory: it must never be changed
    /// in place. A new one is written aside and renamed ([`crate::Shelf::keep`]).
    ///
    /// # Errors
    /// It cannot be read, or is no book.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let (file, bytes) = regular_file(path)?;
        // An empty file cannot be mapped.
        let data = if bytes == 0 {
            Data::Static(&[])
        } else {
            Data::Mapped(Mapped::new(&file).map_err(|error| file_error(path, error))?)
        };
        checked(path, data)
    }

    /// The book in any file, which is read into memory: 256 MiB at most.
    ///
    /// # Errors
    /// It cannot be read, is no book, or too large.
    pub fn read(path: &Path) -> Result<Self, OpenError> {
        let (file, bytes) = regular_file(path)?;
        let too_large =
            |bytes| Err(OpenError::TooLarge { path: path.to_owned(), bytes, most: MOST });
        if bytes > MOST {
            return too_large(bytes);
        }
        let mut data = Vec::with_capacity(bytes as usize);
        // It may grow while it is read.
        let read = file.take(MOST + 1).read_to_end(&mut data);
        read.map_err(|error| file_error(path, error))?;
        if data.len() as u64 > MOST {
            return too_large(data.len() as u64);
        }
        checked(path, Data::Owned(data))
    }
}

/// A regular file with its size: to open a pipe would wait for a writer.
fn regular_file(path: &Path) -> Result<(File, u64), OpenError> {
    let failed = |error| file_error(path, error);
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(OpenError::NotAFile(path.to_owned()));
    }
    let file = File::open(path).map_err(failed)?;
    // Another file may have taken its name since.
    let found = file.metadata().map_err(failed)?;
    if found.is_file() {
        Ok((file, found.len()))
    } else {
        Err(OpenError::NotAFile(path.to_owned()))
    }
}

fn checked(path: &Path, data: Data) -> Result<PriceBook, OpenError> {
    Content::read(data)
        .map(PriceBook::of)
        .map_err(|error| OpenError::Book { path: path.to_owned(), error })
}

fn file_error(path: &Path, error: io::Error) -> OpenError {
    OpenError::File { path: path.to_owned(), error }
}

#[cfg(test)]
mod tests {
    use super::super::encode::{self, RowEntry, SourceEntry};
    use super::*;

    fn written(bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("book");
        fs::write(&path, bytes).unwrap();
        (folder, path)
    }

    #[test]
    fn a_book_is_the_same_mapped_and_read() {
        let row = RowEntry {
            service: "x/vm",
            sku: "small",
            variant: "",
            unit: "hour",
            region: "north",
            source: "s",
            mantissa: u64::MAX,
            scale: 28,
            date: (2026, 7, 20),
        };
        let sources = [SourceEntry::new("s", "a source", "")];
        let (_folder, path) = written(&encode::encode(&sources, &[row]).unwrap());
        let [mapped, read] = [PriceBook::open(&path).unwrap(), PriceBook::read(&path).unwrap()];
        // What is mapped stays, whatever becomes of the name.
        fs::remove_file(&path).unwrap();
        assert_eq!(mapped.all_rows().collect::<Vec<_>>(), read.all_rows().collect::<Vec<_>>());
        let price = mapped.all_rows().next().unwrap().price;
        assert_eq!(price.to_string(), "0.0000000018446744073709551615");
    }

    #[test]
    fn what_is_no_book_is_named() {
        for open in [PriceBook::open, PriceBook::read] {
            let (folder, path) = written(b"");
            assert!(open(&path).unwrap_err().to_string().ends_with("book: not a price book"));
            let error = open(folder.path()).unwrap_err();
            assert!(error.to_string().ends_with(": not a regular file"), "{error}");
            assert!(open(&folder.path().join("none")).unwrap_err().is_absent());
            let device = open(Path::new("/dev/null")).unwrap_err();
            assert!(matches!(device, OpenError::NotAFile(_)), "{device}");
        }
    }

    #[test]
    fn a_file_that_is_too_large_is_not_read() {
        let (_folder, path) = written(b"FINOPSPB");
        // It takes no room on the disk.
        File::options().write(true).open(&path).unwrap().set_len(MOST + 1).unwrap();
        let error = PriceBook::read(&path).unwrap_err().to_string();
        let expected =
            "268435457 bytes; a price book that is read into memory has at most 268435456";
        assert!(error.ends_with(expected), "{error}");
    }
}
