//! The identity of the machine, app or container, and whether there is one to ask.

use std::sync::Arc;
use std::time::Duration;

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::http::{HttpClient, Method, Request};
use tokio::sync::OnceCell;
use url::Url;

use crate::arm::{Lost, Trouble, innermost};

/// How long the metadata service has to show itself. It is on the same machine.
pub(super) const PROBE: Duration = Duration::from_secs(2);

/// Where virtual machines are told their tokens, plain http by design: the address is not routed.
/// <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>
pub(super) const METADATA: &str = "http://169.254.169.254/metadata/identity/oauth2/token";

/// A managed identity that is asked only where the metadata service shows itself: on a machine that
/// is not Azure's nothing answers, and the library would try for more than a minute.
#[derive(Debug)]
pub(super) struct Probed {
    /// The identity.
    pub(super) credential: Arc<dyn TokenCredential>,
    /// The way to the metadata service.
    pub(super) direct: Arc<dyn HttpClient>,
    /// Whether it has shown itself.
    pub(super) seen: OnceCell<()>,
}

impl Probed {
    async fn probe(&self) -> azure_core::Result<()> {
        let nobody = |cause: String| {
            let remedy = "run where a managed identity is assigned".to_owned();
            Lost { trouble: Trouble::Unauthenticated, cause, remedy }.lasting()
        };
        let url = Url::parse(METADATA).expect("a constant that is an address");
        let request = Request::new(url, Method::Get);
        let asked = tokio::time::timeout(PROBE, self.direct.execute_request(&request)).await;
        let answer = asked
            .map_err(|_| nobody("nothing answers at 169.254.169.254".to_owned()))?
            .map_err(|error| {
                nobody(format!("nothing answers at 169.254.169.254 ({})", innermost(&error)))
            })?;
        // Azure's refuses what comes without its header, or is busy; other clouds have another
        // service at this address, which knows no such path.
        match u16::from(answer.status()) {
            400 | 410 | 429 | 500.. => Ok(()),
            status => Err(nobody(format!(
                "what answers at 169.254.169.254 is not Azure's (status {status})"
            ))),
        }
    }
}

#[async_trait::async_trait]
impl TokenCredential for Probed {
    async fn get_token(
        &self,
        scopes: &[&str],
        options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        self.seen.get_or_try_init(|| self.probe()).await?;
        self.credential.get_token(scopes, options).await
    }
}
