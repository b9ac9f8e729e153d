//! Everything in the box, started.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use rustls::ServerConfig;
use serde::Serialize;
use tokio_rustls::TlsAcceptor;

use crate::aws::Aws;
use crate::azure::{self, Azure};
use crate::cloud::{Cloud, Port};
use crate::control::{Control, Truths};
use crate::counts::Counts;
use crate::faults::{Faults, Rule};
use crate::gcp::Gcp;
use crate::http::Server;
use crate::machine::Machine;
use crate::receiver::Receiver;
use crate::recorder::Recorder;
use crate::show::Page;
use crate::size::Size;
use crate::truth::Truth;

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
    /// What was asked.
    pub counts: Arc<Counts>,
    /// What takes the agents' documents, and where it is.
    pub receiver: (Arc<Receiver>, String),
    /// Where the agents' status pages are, once they run to stay.
    pub pages: Arc<Mutex<BTreeMap<&'static str, String>>>,
    clouds: Vec<Server>,
}

/// What is started so far.
struct Starting<'a> {
    faults: &'a Arc<Faults>,
    counts: &'a Arc<Counts>,
    recorder: &'a Arc<Recorder>,
    servers: Vec<Server>,
    urls: BTreeMap<&'static str, String>,
    truths: Truths,
    agents: BTreeMap<&'static str, Directions>,
}

impl Starting<'_> {
    /// Starts every cloud.
    async fn clouds(&mut self, size: &Size, folder: &Path) -> io::Result<()> {
        self.cloud(Aws::new(size.clone()), None, |aws, url| Ok(aws.directions(url))).await?;
        let (tls, trusted) = azure::certificate(folder)?;
        let metadata = self.beside(azure::Metadata::new(size.clone())).await?;
        self.cloud(Azure::new(size.clone()), Some(tls), |azure, url| {
            Ok(azure.directions(url, &trusted, &metadata))
        })
        .await?;
        self.cloud(Gcp::new(size.clone()), None, |gcp, url| gcp.directions(url, folder)).await
    }

    /// Starts a cloud, over TLS where that is given; gives its address.
    async fn cloud<C: Cloud>(
        &mut self,
        cloud: C,
        tls: Option<Arc<ServerConfig>>,
        directions: impl FnOnce(&C, &str) -> io::Result<Directions>,
    ) -> io::Result<()> {
        let cloud = Arc::new(cloud);
        let (faults, counts) = (Arc::clone(self.faults), Arc::clone(self.counts));
        let recorder = Arc::clone(self.recorder);
        let port = Arc::new(Port { cloud: Arc::clone(&cloud), faults, counts, recorder });
        let scheme = if tls.is_some() { "https://localhost" } else { "http://127.0.0.1" };
        let server = Server::start(0, tls.map(TlsAcceptor::from), port).await?;
        let url = format!("{scheme}:{}", server.address().port());
        let mut directions = directions(&cloud, &url)?;
        // The fleet is priced by the tables that agents bring along; nothing outside is asked.
        directions.environment.insert("OPENFINOPS_PRICES_REFRESH", "0".to_owned());
        self.agents.insert(cloud.name(), directions);
        self.urls.insert(cloud.name(), url);
        let truth = Arc::clone(&cloud);
        self.truth(cloud.name(), move || truth.truth());
        self.servers.push(server);
        Ok(())
    }

    /// Adds what works a truth out, which is done once: a fleet never changes.
    fn truth(&mut self, name: &'static str, truth: impl Fn() -> Truth + Send + Sync + 'static) {
        let known = OnceLock::new();
        self.truths.insert(name, Arc::new(move || known.get_or_init(&truth).clone()));
    }

    /// Starts what takes documents, and tells every agent so far where it is.
    async fn receiver(&mut self, folder: &Path) -> io::Result<(Arc<Receiver>, String)> {
        let (faults, counts) = (Arc::clone(self.faults), Arc::clone(self.counts));
        let receiver = Arc::new(Receiver::create(folder, faults, counts)?);
        let server = Server::start(0, None, Arc::clone(&receiver) as _).await?;
        let url = format!("http://{}", server.address());
        self.servers.push(server);
        for directions in self.agents.values_mut() {
            directions.environment.insert("OPENFINOPS_ENDPOINT", url.clone());
        }
        Ok((receiver, url))
    }

    /// Adds the machine that generic-agent measures.
    fn machine(&mut self, machine: Machine) -> io::Result<()> {
        self.agents.insert("generic", machine.directions()?);
        self.truth("generic", move || machine.truth());
        Ok(())
    }

    /// Starts what answers beside a cloud without a fleet of its own; gives its address.
    async fn beside<C: Cloud>(&mut self, cloud: C) -> io::Result<String> {
        let (faults, counts) = (Arc::clone(self.faults), Arc::clone(self.counts));
        let port = Arc::new(Port {
            cloud: Arc::new(cloud),
            faults,
            counts,
            recorder: Arc::clone(self.recorder),
        });
        let server = Server::start(0, None, port).await?;
        let url = format!("http://{}", server.address());
        self.servers.push(server);
        Ok(url)
    }
}

impl Running {
    /// Starts every cloud with a fleet of this size. Keys, certificates and what agents deliver go
    /// into `folder`; the sandbox's own port is `port`, 0 for any that is free.
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
        let recorder = Arc::new(Recorder::default());
        let mut starting = Starting {
            faults: &faults,
            counts: &counts,
            recorder: &recorder,
            servers: Vec::new(),
            urls: BTreeMap::new(),
            truths: BTreeMap::new(),
            agents: BTreeMap::new(),
        };
        starting.clouds(size, folder).await?;
        starting.machine(Machine::new(size))?;
        let receiver = starting.receiver(folder).await?;
        let Starting { servers: clouds, urls, truths, agents, .. } = starting;
        let pages = Arc::<Mutex<BTreeMap<_, _>>>::default();
        let page = Page {
            size: size.clone(),
            urls,
            truths: truths.clone(),
            counts: Arc::clone(&counts),
            faults: Arc::clone(&faults),
            receiver: receiver.clone(),
            agents: Arc::clone(&pages),
        };
        let control = Control {
            truths: truths.clone(),
            counts: Arc::clone(&counts),
            faults,
            recorder,
            documents: BTreeMap::from([
                ("/agents", serde_json::json!(agents)),
                ("/clouds", serde_json::json!(page.urls)),
            ]),
            page: Box::new(move || page.html()),
        };
        let control = Server::start(port, None, Arc::new(control)).await.map_err(|error| {
            let why = format!("port {port} of 127.0.0.1: {error}; give another with --port");
            io::Error::new(error.kind(), why)
        })?;
        Ok(Self { control, agents, truths, counts, receiver, pages, clouds })
    }

    /// How many servers there are beside the sandbox's own.
    #[must_use]
    pub fn clouds(&self) -> usize {
        self.clouds.len()
    }
}
