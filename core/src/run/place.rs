//! Where costs arise.

use std::sync::Arc;

use crate::model::ServiceName;

/// One service in one region of one account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// `aws`, `azure`, `gcp` or `generic`.
    pub provider: &'static str,
    /// The account, subscription or project.
    pub account: Arc<str>,
    /// The region that resources are billed in.
    pub region: Arc<str>,
    /// The service.
    pub service: ServiceName,
}
