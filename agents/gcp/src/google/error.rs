//! What went wrong with a call to Google Cloud.

use finops_core::model::ServiceFailure;

/// What kind of trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The identity is not allowed to.
    Denied,
    /// The API is not enabled in the project.
    Disabled,
    /// The credentials are not accepted, or there are none.
    Unauthenticated,
    /// What was asked for does not exist.
    NotFound,
    /// Too many requests, also after waiting.
    Throttled,
    /// No answer in time.
    TimedOut,
    /// No connection.
    Unreachable,
    /// An answer that cannot be read, or that has no end.
    BadReply,
    /// Anything else that Google refuses.
    Refused,
}

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GoogleError {
    /// What kind of trouble it is.
    pub trouble: Trouble,
    /// What failed, with Google's error code, and what to do about it.
    pub failure: ServiceFailure,
}

impl From<GoogleError> for ServiceFailure {
    fn from(error: GoogleError) -> Self {
        error.failure
    }
}
