//! How far a cycle is, for whoever watches.

use crate::model::Scope;

/// Told as a cycle goes on. Every method may be called from several tasks.
pub trait Progress: Send + Sync {
    /// The cycle has this many scopes.
    fn scopes(&self, _total: usize) {}
    /// A service of a scope has been read; `found` resources, or `None` where it failed.
    fn service_done(&self, _scope: &Scope, _service: &str, _found: Option<usize>) {}
    /// A scope is done.
    fn scope_done(&self, _scope: &Scope) {}
}

/// Nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {}
