//! The Google Cloud agent, as the tests start it.

use super::fleet::FOLDER;
use super::google::Google;
use super::key::{self, PRIVATE, SIGNED, TOKEN};

pub(crate) use super::binary::{Agent, Ran};

/// The program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_gcp-agent");
/// What it calls itself.
pub(crate) const NAME: &str = "gcp-agent";
/// What nobody may ever read.
pub(crate) const SECRETS: &[&str] = &[TOKEN, SIGNED, PRIVATE];
/// Where nothing listens. A port that was free a moment ago may be another test's by now.
pub(crate) const NOWHERE: &str = "127.0.0.1:9";

impl Agent {
    /// An agent without an identity and without a network.
    pub(crate) fn nobody() -> Self {
        Self::empty().variable("GCE_METADATA_HOST", NOWHERE)
    }

    /// An agent that knows where this Google is, and has no identity yet.
    pub(crate) fn near(google: &Google) -> Self {
        Self::nobody()
            .variable("OPENFINOPS_GCP_ENDPOINT", google.url())
            .variable("OPENFINOPS_GCP_FOLDER", FOLDER)
    }

    /// An agent of the folder with the key of a service account.
    pub(crate) fn of(google: &Google) -> Self {
        let agent = Self::near(google);
        let file = agent.file("key.json", &key::file(&google.url()).to_string());
        agent.variable("GOOGLE_APPLICATION_CREDENTIALS", file)
    }
}
