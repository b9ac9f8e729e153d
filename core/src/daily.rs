//! Figures that a vendor gives once a day: asked for once a day, and kept in the data directory
//! between cycles and runs.

use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::data_dir::write_synced;

/// A folder of figures, a file for each name. Without a folder nothing is kept.
#[derive(Debug, Clone, Default)]
pub struct DailyFigures {
    folder: Option<PathBuf>,
}

#[derive(Serialize)]
struct Kept<'a, T> {
    day: String,
    figures: &'a T,
}

#[derive(Deserialize)]
struct Read<T> {
    day: String,
    figures: T,
}

impl DailyFigures {
    /// Figures in `folder`, which is made where it is missing.
    #[must_use]
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// What was kept on `today` under `name`. Anything that cannot be read is as good as absent:
    /// the figures are asked for again.
    #[must_use]
    pub fn read<T: DeserializeOwned>(&self, name: &str, today: Date) -> Option<T> {
        let text = std::fs::read(self.file(name)?).ok()?;
        let read: Read<T> = serde_json::from_slice(&text).ok()?;
        (read.day == today.to_string()).then_some(read.figures)
    }

    /// Keeps `figures`, for this user's eyes only; where that fails, they are asked for again in
    /// the next cycle.
    pub fn write<T: Serialize>(&self, name: &str, today: Date, figures: &T) {
        let Some(file) = self.file(name) else {
            return;
        };
        if let Err(error) = keep(&file, &Kept { day: today.to_string(), figures }) {
            tracing::warn!(%error, file = %file.display(), "daily figures cannot be kept");
        }
    }

    fn file(&self, name: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("{name}.json")))
    }
}

fn keep<T: Serialize>(file: &Path, kept: &Kept<'_, T>) -> io::Result<()> {
    let text = serde_json::to_vec(kept).map_err(io::Error::other)?;
    let folder = file.parent().unwrap_or(file);
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let aside = file.with_extension("tmp");
    write_synced(&aside, &text)?;
    std::fs::rename(&aside, file)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn figures_are_good_for_their_day_only() {
        let folder = tempfile::tempdir().unwrap();
        let daily = DailyFigures::new(Some(folder.path().join("cache")));
        daily.write("s3", date(2026, 11, 20), &vec![1, 2]);
        assert_eq!(daily.read::<Vec<u8>>("s3", date(2026, 11, 20)), Some(vec![1, 2]));
        assert_eq!(daily.read::<Vec<u8>>("s3", date(2026, 11, 21)), None);
        assert_eq!(daily.read::<Vec<u8>>("other", date(2026, 11, 20)), None);
    }

    #[test]
    fn what_cannot_be_read_is_absent() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("s3.json"), "{\"day\":").unwrap();
        let daily = DailyFigures::new(Some(folder.path().to_owned()));
        assert_eq!(daily.read::<Vec<u8>>("s3", date(2026, 11, 20)), None);
        DailyFigures::default().write("s3", date(2026, 11, 20), &1);
        assert_eq!(DailyFigures::default().read::<u8>("s3", date(2026, 11, 20)), None);
    }
}
