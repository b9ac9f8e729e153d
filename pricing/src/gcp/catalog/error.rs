//! Why there is no page.

use std::fmt;

/// Why there is no page of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogError {
    /// Google refused the request.
    Refused {
        /// The HTTP status, where Google says it.
        code: Option<i64>,
        /// Google's name for it: `INVALID_ARGUMENT`; empty where it gives none.
        status: String,
        /// What Google says.
        message: String,
    },
    /// The body ends before its end.
    CutOff(String),
    /// The body is no page of the catalogue: what is wrong with it.
    Unreadable(String),
}

impl fmt::Display for CatalogError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { code, status, message } => {
                formatter.write_str("the Cloud Billing Catalog refused to answer")?;
                if let Some(code) = code {
                    write!(formatter, " with {code}")?;
                }
                if !status.is_empty() {
                    write!(formatter, " {status}")?;
                }
                write!(formatter, ": {message}")
            }
            Self::CutOff(reason) => {
                write!(formatter, "this page of the Cloud Billing Catalog is cut off: {reason}")
            }
            Self::Unreadable(reason) => {
                write!(formatter, "this is no page of the Cloud Billing Catalog: {reason}")
            }
        }
    }
}

impl std::error::Error for CatalogError {}
