//! Keeps secrets out of what leaves the process.

/// What stands in a secret's place.
pub const REDACTED: &str = "[redacted]";
