//! Mistakes in the file, all of them at once.

use std::fmt;
use std::path::PathBuf;

use finops_core::config::ConfigError;

/// Why the user's own prices cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverridesError {
    /// The file cannot be read.
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        problem: String,
    },
    /// The file has mistakes: each with its place and what would be right.
    Mistakes(Vec<ConfigError>),
}

impl fmt::Display for OverridesError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, problem } => write!(
                formatter,
                "your own prices in {} cannot be read: {problem}; check `prices.overrides` and the \
                 file's permissions",
                path.display()
            ),
            Self::Mistakes(mistakes) => match &mistakes[..] {
                [only] => write!(formatter, "your own prices: {only}"),
                all => {
                    write!(formatter, "your own prices: {} mistakes", all.len())?;
                    all.iter().try_for_each(|mistake| write!(formatter, "\n  {mistake}"))
                }
            },
        }
    }
}

impl std::error::Error for OverridesError {}
