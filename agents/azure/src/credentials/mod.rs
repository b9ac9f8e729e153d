//! Who the agent is to Azure: workload identity, a client secret, a managed identity or developer
//! tools, through Microsoft's own library.

mod authority;
mod machine;
mod reason;
mod secret;
mod sources;

#[cfg(test)]
mod tests;

pub(crate) use sources::Source;

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::Duration;

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::error::ErrorKind;
use azure_core::http::HttpClient;
use azure_core::time::OffsetDateTime;
use tokio::sync::Mutex;
use tokio::time::Instant;

use finops_core::agent::AgentError;

use crate::arm::{Lost, Trouble};
use crate::config::AzureConfig;

/// How long getting a first token may take, over all ways.
const PATIENCE: Duration = Duration::from_secs(15);

/// A token is asked for anew when it is good for no longer than this: Microsoft's pipeline renews
/// those of the last five minutes.
const SPARE: Duration = Duration::from_secs(360);

const REMEDY: &str = "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (or \
                      AZURE_FEDERATED_TOKEN_FILE), run where a managed identity is assigned, or \
                      log in with az login";

/// The agent's identity: the first of its ways that gives a token is kept. A refused token makes it
/// anew, with files read anew and nothing remembered.
#[derive(Debug)]
pub(crate) struct Credential {
    sources: Vec<Source>,
    patience: Duration,
    state: Mutex<State>,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct State {
    /// Which way was taken.
    chosen: Option<usize>,
    /// It, as long as it is not to be made anew.
    made: Option<Arc<dyn TokenCredential>>,
    /// The fingerprint of the token that was refused last.
    refused: Option<u64>,
    /// The tokens by audience: `az` and `azd` are programs that take a second each, and remember
    /// nothing here.
    held: HashMap<String, AccessToken>,
}

impl State {
    /// A token for `scopes` that is good for some time still.
    fn held(&self, scopes: &[&str]) -> Option<AccessToken> {
        let token = self.held.get(&scopes.join(" "))?;
        (token.expires_on > OffsetDateTime::now_utc() + SPARE).then(|| token.clone())
    }

    fn hold(&mut self, scopes: &[&str], token: &AccessToken) {
        self.held.insert(scopes.join(" "), token.clone());
    }

    /// The next token comes from a credential made anew.
    fn forget(&mut self) {
        self.made = None;
        self.held.clear();
    }
}

impl Credential {
    /// The identity that the settings and the environment tell of. `network` leads to the
    /// authority.
    ///
    /// # Errors
    /// What is configured is incomplete, or its files cannot be read.
    pub(crate) fn new(
        config: &AzureConfig,
        network: Arc<dyn HttpClient>,
    ) -> Result<Self, AgentError> {
        let around = sources::Surroundings::of_this_process(network)?;
        Ok(Self::of(sources::sources(config, &around)?, PATIENCE))
    }

    /// An identity with these ways, the preferred one first.
    pub(crate) fn of(sources: Vec<Source>, patience: Duration) -> Self {
        Self { sources, patience, state: Mutex::default(), hasher: RandomState::new() }
    }

    /// Gets a first token for `audience`.
    ///
    /// # Errors
    /// There is no identity or it is refused (`Setup`), or the authority cannot be reached
    /// (`Cloud`): one sentence.
    pub(crate) async fn authenticate(&self, audience: &str) -> Result<(), AgentError> {
        let Err(lost) = self.token(&[audience]).await else {
            return Ok(());
        };
        let text = format!("{}; {}", lost.cause, lost.remedy);
        Err(match lost.trouble {
            Trouble::Unauthenticated => AgentError::Setup(text),
            _ => AgentError::Cloud(text),
        })
    }

    /// Azure refused a request with this `Authorization` header: the next token comes from a
    /// credential made anew. Others that were refused with the same token find that done.
    pub(crate) async fn refused(&self, authorization: &str) {
        let fingerprint = Some(self.hasher.hash_one(authorization));
        let mut state = self.state.lock().await;
        if state.refused != fingerprint {
            state.refused = fingerprint;
            state.forget();
        }
    }

    async fn token(&self, scopes: &[&str]) -> Result<AccessToken, Lost> {
        let mut state = self.state.lock().await;
        let Some(index) = state.chosen else {
            return self.choose(&mut state, scopes).await;
        };
        if let Some(token) = state.held(scopes) {
            return Ok(token);
        }
        let source = &self.sources[index];
        let credential = match &state.made {
            Some(made) => Arc::clone(made),
            None => Arc::clone(state.made.insert(source.make()?)),
        };
        // Others with a token at hand are not held up while this one is asked for.
        drop(state);
        let token = source.ask(&*credential, scopes, self.patience).await;
        let mut state = self.state.lock().await;
        match &token {
            // One that was refused is not remembered here too.
            Ok(token) if state.refused == Some(self.fingerprint(token)) => {}
            Ok(token) => state.hold(scopes, token),
            // A secret or a token's file may have been renewed by the next time.
            Err(_) => state.forget(),
        }
        token
    }

    /// A token's, as a request's `Authorization` header has it.
    fn fingerprint(&self, token: &AccessToken) -> u64 {
        self.hasher.hash_one(format!("Bearer {}", token.token.secret()).as_str())
    }

    /// Tries one way after another, all within the patience.
    async fn choose(&self, state: &mut State, scopes: &[&str]) -> Result<AccessToken, Lost> {
        let end = Instant::now() + self.patience;
        let mut failures: Vec<(&'static str, Lost)> = Vec::new();
        for (index, source) in self.sources.iter().enumerate() {
            let left = end.saturating_duration_since(Instant::now());
            let asked = match source.make() {
                Ok(made) => source.ask(&*made, scopes, left).await.map(|token| (token, made)),
                Err(lost) => Err(lost),
            };
            match asked {
                Ok((token, made)) => {
                    tracing::info!(identity = source.name, "Azure gives tokens");
                    state.chosen = Some(index);
                    state.made = Some(made);
                    state.hold(scopes, &token);
                    return Ok(token);
                }
                Err(lost) => failures.push((source.name, lost)),
            }
        }
        Err(none(failures))
    }
}

/// Why no way gave a token: of one way its own reason, of several one after the other.
fn none(mut failures: Vec<(&'static str, Lost)>) -> Lost {
    if failures.len() == 1 {
        let (name, lost) = failures.remove(0);
        let cause = format!("no token for Azure by {name}: {}", lost.cause);
        return Lost { cause, ..lost };
    }
    let reasons: Vec<String> =
        failures.iter().map(|(name, lost)| format!("{name}: {}", lost.cause)).collect();
    let cause = format!("no Azure identity was found ({})", reasons.join("; "));
    Lost { trouble: Trouble::Unauthenticated, cause, remedy: REMEDY.to_owned() }
}

#[async_trait::async_trait]
impl TokenCredential for Credential {
    async fn get_token(
        &self,
        scopes: &[&str],
        _options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let token = self.token(scopes).await;
        token.map_err(|lost| azure_core::Error::new(ErrorKind::Credential, lost))
    }
}
