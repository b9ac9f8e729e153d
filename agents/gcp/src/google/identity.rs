//! Who asks: Application Default Credentials, found as Google's own programs find them.
//! <https://cloud.google.com/docs/authentication/application-default-credentials>

use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use google_cloud_auth::credentials::{
    Builder, CacheableResource, Credentials, CredentialsProvider,
};
use google_cloud_auth::errors::CredentialsError;
use http::{Extensions, HeaderMap};
use tokio::sync::OnceCell;

use finops_core::agent::AgentError;

use super::no_token;
use super::quote::quote;

/// What a token may be used for. There are read-only scopes, but none that all APIs take: Kubernetes
/// Engine knows this one only. What the agent may do is for its role to say.
/// <https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters/list#authorization-scopes>
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

/// How much of a file is read that should hold credentials, in bytes: it may be a device.
const LARGEST_FILE: u64 = 64 << 10;

/// How long a first token may take. On a machine that is not Google's nobody may answer at the
/// metadata server's address.
const FIRST_TOKEN: Duration = Duration::from_secs(15);

/// Where credentials come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// A file: a key, a user's login, or how to get a token from elsewhere.
    File(PathBuf),
    /// The metadata server of the machine, since this file of gcloud's does not exist.
    Machine(Option<PathBuf>),
    /// Nobody, in tests.
    #[cfg(test)]
    Nobody,
}

impl Source {
    /// By what `GOOGLE_APPLICATION_CREDENTIALS` and `HOME` say.
    pub(super) fn find(named: Option<PathBuf>, home: Option<PathBuf>) -> Self {
        if let Some(file) = named {
            return Self::File(file);
        }
        let known =
            home.map(|home| home.join(".config/gcloud/application_default_credentials.json"));
        match known {
            Some(file) if file.exists() => Self::File(file),
            file => Self::Machine(file),
        }
    }

    fn of_environment() -> Self {
        let path = |name| std::env::var_os(name).map(PathBuf::from);
        Self::find(path("GOOGLE_APPLICATION_CREDENTIALS"), path("HOME"))
    }

    fn build(&self) -> Result<Credentials, AgentError> {
        #[cfg(test)]
        if *self == Self::Nobody {
            return Ok(google_cloud_auth::credentials::anonymous::Builder::new().build());
        }
        if let Self::File(file) = self {
            check(file)?;
        }
        let built = Builder::default().with_scopes([SCOPE]).build();
        built.map_err(|error| no_token::unusable(self, &error.to_string()))
    }
}

/// Whether a file can hold credentials for the hosts that the agent asks.
fn check(file: &PathBuf) -> Result<(), AgentError> {
    let source = || Source::File(file.clone());
    let unusable = |problem: &str| no_token::unusable(&source(), problem);
    let opened = File::open(file).map_err(|error| unusable(&error.to_string()))?;
    let json: serde_json::Value = serde_json::from_reader(opened.take(LARGEST_FILE))
        .map_err(|error| unusable(&format!("no JSON: {error}")))?;
    match json["universe_domain"].as_str() {
        Some(universe) if universe != "googleapis.com" => {
            let universe = quote(universe);
            Err(unusable(&format!("they are for {universe}, and the agent asks googleapis.com")))
        }
        _ => Ok(()),
    }
}

/// The credentials in use. Google's library gives up for good after a refusal that looks lasting,
/// and reads a file once: what went wrong is found anew with the next cycle.
#[derive(Debug)]
pub(super) struct Identity {
    current: Mutex<(Source, Credentials)>,
    stale: AtomicBool,
}

impl Identity {
    /// The credentials that there are. Nothing is asked of a network yet, but that refreshing them
    /// begins beside.
    ///
    /// # Errors
    /// They cannot be read.
    pub(super) fn find() -> Result<Arc<Self>, AgentError> {
        Self::new(Source::of_environment())
    }

    /// Those of a source.
    ///
    /// # Errors
    /// They cannot be read.
    pub(super) fn new(source: Source) -> Result<Arc<Self>, AgentError> {
        let credentials = source.build()?;
        let current = Mutex::new((source, credentials));
        Ok(Arc::new(Self { current, stale: AtomicBool::new(false) }))
    }

    /// Whatever was made of Google's library's parts, in tests.
    #[cfg(test)]
    pub(super) fn of(credentials: Credentials) -> Arc<Self> {
        let current = Mutex::new((Source::Nobody, credentials));
        Arc::new(Self { current, stale: AtomicBool::new(false) })
    }

    /// As Google's clients want them.
    pub(super) fn credentials(self: &Arc<Self>) -> Credentials {
        Credentials::from(Lent(Arc::clone(self)))
    }

    /// Google does not accept these: the next cycle finds them anew.
    pub(super) fn refused(&self) {
        self.stale.store(true, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(super) fn is_stale(&self) -> bool {
        self.stale.load(Ordering::Relaxed)
    }

    /// Gets a first token, or sees that there is a good one.
    ///
    /// # Errors
    /// There is no identity, or what should vouch for it refuses or cannot be reached.
    pub(super) async fn authenticate(&self) -> Result<(), AgentError> {
        if self.stale.swap(false, Ordering::Relaxed) {
            self.renew().inspect_err(|_| self.refused())?;
        }
        let got = tokio::time::timeout(FIRST_TOKEN, self.headers()).await;
        let failed = match got {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) => no_token::failed(&self.current().0, &error),
            Err(_) => no_token::too_slow(&self.current().0, FIRST_TOKEN),
        };
        self.refused();
        Err(failed)
    }

    /// The headers of a request: a token, and whose quota it is taken from.
    pub(super) async fn headers(&self) -> Result<HeaderMap, CredentialsError> {
        match self.current().1.headers(Extensions::new()).await? {
            CacheableResource::New { data, .. } => Ok(data),
            CacheableResource::NotModified => Ok(HeaderMap::new()),
        }
    }

    fn renew(&self) -> Result<(), AgentError> {
        let source = match self.current().0 {
            #[cfg(test)]
            Source::Nobody => return Ok(()),
            _ => Source::of_environment(),
        };
        let credentials = source.build()?;
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = (source, credentials);
        Ok(())
    }

    fn current(&self) -> (Source, Credentials) {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The agent's own credentials as the headers of a request to an API that has no client here. They
/// are found where they are first asked for.
#[derive(Debug, Default)]
pub(crate) struct OwnHeaders(OnceCell<Arc<Identity>>);

impl OwnHeaders {
    /// A token, and whose quota it is taken from. Nobody but Google may get them.
    ///
    /// # Errors
    /// There is no identity, or what should vouch for it refuses or cannot be reached.
    pub(crate) async fn get(&self) -> Result<HeaderMap, AgentError> {
        let identity = self.0.get_or_try_init(|| async { Identity::find() }).await?;
        identity.authenticate().await?;
        let headers = identity.headers().await;
        headers.map_err(|error| no_token::failed(&identity.current().0, &error))
    }
}

/// An identity as Google's clients hold it, which follows it where it is found anew.
#[derive(Debug)]
struct Lent(Arc<Identity>);

impl CredentialsProvider for Lent {
    async fn headers(
        &self,
        extensions: Extensions,
    ) -> Result<CacheableResource<HeaderMap>, CredentialsError> {
        let (_, credentials) = self.0.current();
        credentials.headers(extensions).await
    }

    /// Always Google's own. Its library would ask the metadata server for it while clients are
    /// made, which takes long where there is none; a file for another one is refused before.
    async fn universe_domain(&self) -> Option<String> {
        None
    }
}
