//! CloudWatch gives bucket sizes once a day, so they are paid for once a day: kept in the data
//! directory between cycles and runs.

use std::collections::HashMap;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use finops_core::data_dir::write_synced;

use super::sizes::BucketSize;
use crate::scope::AwsScope;

/// The figures of one account.
pub(super) struct Cache {
    folder: Option<PathBuf>,
    account: String,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    day: String,
    buckets: HashMap<String, BucketSize>,
}

impl Cache {
    pub(super) fn of(scope: &AwsScope) -> Self {
        Self { folder: scope.shared.cache_dir.clone(), account: scope.scope.account_id.to_string() }
    }

    /// What was asked for on `today` in `region`. Anything that cannot be read is as good as
    /// absent: the figures are asked for again.
    pub(super) fn read(&self, region: &str, today: Date) -> Option<HashMap<String, BucketSize>> {
        let text = std::fs::read(self.file(region)?).ok()?;
        let stored: Stored = serde_json::from_slice(&text).ok()?;
        (stored.day == today.to_string()).then_some(stored.buckets)
    }

    /// Keeps `buckets`; where that fails, they are asked for again in the next cycle.
    pub(super) fn write(&self, region: &str, today: Date, buckets: &HashMap<String, BucketSize>) {
        let Some(file) = self.file(region) else {
            return;
        };
        let stored = Stored { day: today.to_string(), buckets: buckets.clone() };
        let aside = file.with_extension("tmp");
        let kept = serde_json::to_vec(&stored).map_err(std::io::Error::other).and_then(|text| {
            let folder = file.parent().unwrap_or(&file);
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            write_synced(&aside, &text)?;
            std::fs::rename(&aside, &file)
        });
        if let Err(error) = kept {
            tracing::warn!(%error, file = %file.display(), "bucket sizes cannot be kept");
        }
    }

    fn file(&self, region: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("s3-{}-{region}.json", self.account)))
    }
}
