//! What the process says when it ends.

/// The exit status of `--once` and of the subcommands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitStatus {
    /// All collected and delivered.
    Success = 0,
    /// Wrong usage or configuration, missing credentials included.
    Usage = 2,
    /// Some services failed, the rest was delivered.
    Partial = 3,
    /// Collected, but kept in the outbox: the server is unreachable or refused.
    Kept = 4,
    /// Nothing could be collected.
    Nothing = 5,
}

impl From<ExitStatus> for std::process::ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}
