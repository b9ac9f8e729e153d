//! The Azure agent, as the tests start it.

use super::azure::Azure;
use super::identity::{ASSERTION, CLIENT, SECRET, TENANT, TOKEN};

pub(crate) use super::binary::{Agent, Ran};

/// The program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_azure-agent");
/// What it calls itself.
pub(crate) const NAME: &str = "azure-agent";
/// What nobody may ever read.
pub(crate) const SECRETS: &[&str] = &[SECRET, ASSERTION, TOKEN];

impl Agent {
    /// An agent without an identity and without a network.
    pub(crate) fn nobody() -> Self {
        Self::empty()
    }

    /// An agent that knows where this Azure is, and has no identity yet.
    pub(crate) fn near(azure: &Azure) -> Self {
        let agent = Self::nobody();
        let certificates = agent.file("azure.pem", &azure.certificates());
        agent
            .variable("AZURE_AUTHORITY_HOST", azure.url())
            .variable("OPENFINOPS_AZURE_ARM", azure.url())
            .variable("OPENFINOPS_AZURE_METRICS", format!("{}/{{region}}", azure.url()))
            .variable("OPENFINOPS_AZURE_CA_FILE", certificates)
    }

    /// An agent of this Azure with a client secret.
    pub(crate) fn of(azure: &Azure) -> Self {
        Self::near(azure)
            .variable("AZURE_TENANT_ID", TENANT)
            .variable("AZURE_CLIENT_ID", CLIENT)
            .variable("AZURE_CLIENT_SECRET", SECRET)
    }
}
