//! The registration document.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::ServiceName;

/// What an agent tells the server about itself.
#[derive(Debug, Clone, Serialize)]
pub struct Registration {
    /// The agent's identifier, the same for every run.
    pub agent_id: String,
    /// The machine's name.
    pub hostname: String,
    /// `aws`, `azure`, `gcp` or `generic`.
    pub cloud_provider: &'static str,
    /// The region, or several, comma-separated. The server refuses a registration without it.
    pub region: String,
    /// `aws_telemetry` and so on.
    pub agent_type: Cow<'static, str>,
    /// The program's version.
    pub agent_version: &'static str,
    /// What it will do.
    pub config: RegistrationConfig,
    /// What only this agent says of itself.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// What an agent tells the server about its work.
#[derive(Debug, Clone, Serialize)]
pub struct RegistrationConfig {
    /// The services collected.
    pub services: Vec<ServiceName>,
    /// Seconds between cycles.
    pub collection_interval: u64,
    /// Costs are worked out.
    pub cost_tracking: bool,
}
