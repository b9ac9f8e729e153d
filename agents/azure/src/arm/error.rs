//! What went wrong with a call to Azure.

use std::error::Error;
use std::fmt;

use azure_core::error::ErrorKind;

use finops_core::model::ServiceFailure;

use super::quote::chain;

/// What kind of trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The identity is not allowed to.
    Denied,
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
    /// An answer that cannot be read, or leads elsewhere.
    BadReply,
    /// Anything else that Azure refuses.
    Refused,
}

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArmError {
    /// What kind of trouble it is.
    pub trouble: Trouble,
    /// What failed, with Azure's error code, and what to do about it.
    pub failure: ServiceFailure,
}

impl ArmError {
    /// An error of an answer that cannot be used.
    pub(super) fn bad_reply(error: &str, hint: &str) -> Self {
        let failure =
            ServiceFailure { error: format!("BadReply: {error}"), hint: Some(hint.to_owned()) };
        Self { trouble: Trouble::BadReply, failure }
    }
}

impl From<ArmError> for ServiceFailure {
    fn from(error: ArmError) -> Self {
        error.failure
    }
}

/// Why a try gave no answer that Azure meant: what travels through the SDK's errors from where it
/// happened to where it is told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lost {
    /// What kind of trouble it is.
    pub trouble: Trouble,
    /// What happened: `no connection: …`.
    pub cause: String,
    /// What to do about it.
    pub remedy: String,
}

impl Lost {
    /// Why, where an SDK's error has one of these within.
    pub(crate) fn within(error: &azure_core::Error) -> Option<&Self> {
        chain(error).find_map(|error| error.downcast_ref())
    }

    /// As an error of the SDK, which tries again where that may help.
    pub(crate) fn passing(self) -> azure_core::Error {
        azure_core::Error::new(ErrorKind::Io, self)
    }

    /// As an error of the SDK that it does not try again on.
    pub(crate) fn lasting(self) -> azure_core::Error {
        azure_core::Error::new(ErrorKind::Other, self)
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.cause)
    }
}

impl Error for Lost {}
