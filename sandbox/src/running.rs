//! Everything in the box, started.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use serde::Serialize;
use tokio_rustls::TlsAcceptor;

use crate::aws::Aws;
use crate::azure::{self, Azure};
use crate::cloud::{Cloud, Port};
use crate::control::{Control, Truths};
use crate::counts::Counts;
use crate::faults::{Faults, Rule};
use crate::http::Server;
use crate::size::Size;

/// What an agent has to be told to find its cloud here, and nothing else.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Directions {
    /// Environment variables.
    pub environment: BTreeMap<&'static str, String>,
    /// Its configuration file.
    pub settings: serde_json::Value,
}

/// Clouds that answer. They end when this is dropped.
pub struct Running {
    /// The sandbox's own port.
    pub control: Server,
    /// What each cloud's agent has to be told.
    pub agents: BTreeMap<&'static str, Directions>,
    /// What each cloud's fleet costs.
    pub truths: Truths,
    clouds: Vec<Server>,
}

/// What is started so far.
struct Starting<'a> {
    faults: &'a Arc<Faults>,
    counts: &'a Arc<Counts>,
    servers: Vec<Server>,
    truths: Truths,
    agents: BTreeMap<&'static str, Directions>,
}

impl Starting<'_> {
    /// Starts a cloud, over TLS where that is given; gives its address.
    async fn cloud<C: Cloud>(
        &mut self,
        cloud: C,
        tls: Option<Arc<ServerConfig>>,
        directions: impl FnOnce(&C, &str) -> io::Result<Directions>,
    ) -> io::Result<()> {
        let cloud = Arc::new(cloud);
        let (faults, counts) = (Arc::clone(self.faults), Arc::clone(self.counts));
        let port = Arc::new(Port { cloud: Arc::clone(&cloud), faults, counts });
        let scheme = if tls.is_some() { "https://localhost" } else { "http://127.0.0.1" };
        let server = Server::start(0, tls.map(TlsAcceptor::from), port).await?;
        let url = format!("{scheme}:{}", server.address().port());
        self.agents.insert(cloud.name(), directions(&cloud, &url)?);
        let truth = Arc::clone(&cloud);
        self.truths.insert(cloud.name(), Arc::new(move || truth.truth()));
        self.servers.push(server);
        Ok(())
    }

    /// Starts what answers beside a cloud without a fleet of its own; gives its address.
    async fn beside<C: Cloud>(&mut self, cloud: C) -> io::Result<String> {
        let (faults, counts) = (Arc::clone(self.faults), Arc::clone(self.counts));
        let port = Arc::new(Port { cloud: Arc::new(cloud), faults, counts });
        let server = Server::start(0, None, port).await?;
        let url = format!("http://{}", server.address());
        self.servers.push(server);
        Ok(url)
    }
}

impl Running {
    /// Starts every cloud with a fleet of this size. Keys and certificates go into `folder`; the
    /// sandbox's own port is `port`, 0 for any that is free.
    ///
    /// # Errors
    /// A port is taken, or `folder` cannot be written.
    pub async fn start(
        size: &Size,
        rules: Vec<Rule>,
        port: u16,
        folder: &Path,
    ) -> io::Result<Self> {
        let (faults, counts) =
            (Arc::new(Faults::new(size.seed, rules)), Arc::new(Counts::default()));
        let mut starting = Starting {
            faults: &faults,
            counts: &counts,
            servers: Vec::new(),
            truths: BTreeMap::new(),
            agents: BTreeMap::new(),
        };
        starting.cloud(Aws::new(size.clone()), None, |aws, url| Ok(aws.directions(url))).await?;
        let (tls, trusted) = azure::certificate(folder)?;
        let metadata = starting.beside(azure::Metadata::new(size.clone())).await?;
        starting
            .cloud(Azure::new(size.clone()), Some(tls), |azure, url| {
                Ok(azure.directions(url, &trusted, &metadata))
            })
            .await?;
        let Starting { servers: clouds, truths, agents, .. } = starting;
        let documents = BTreeMap::from([("/agents", serde_json::json!(agents))]);
        let control = Control { truths: truths.clone(), counts, faults, documents };
        let control = Server::start(port, None, Arc::new(control)).await?;
        Ok(Self { control, agents, truths, clouds })
    }

    /// How many clouds there are.
    #[must_use]
    pub fn clouds(&self) -> usize {
        self.clouds.len()
    }
}
