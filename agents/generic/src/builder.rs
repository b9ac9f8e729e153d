//! What an agent is built from.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Map, json};
use tokio::sync::Semaphore;

use finops_core::assembly::{Assembled, Assembly, BuildError, Views};
use finops_core::cli::Launch;
use finops_core::config::TelemetryConfig;
use finops_core::model::Event;
use finops_core::progress::{Progress, Silent};
use finops_core::wire::{Registration, RegistrationConfig};

use crate::agent::{GenericAgent, NAME, VERSION};
use crate::collectors::{Collector, DockerMetrics, ProcessMetrics, SystemMetrics};
use crate::config::{GenericConfig, PluginConfig};
use crate::custom_commands::CustomCommands;
use crate::folder;
use crate::gpu::Gpu;
use crate::host::{MACHINE, PLUGIN_VIEW, VIEW};
use crate::plugin::Plugin;
use crate::registered::{Closure, Figures};
use crate::station::Station;

/// Collectors, each with the time between two runs where it has a beat of its own.
type Beats = Vec<(Arc<dyn Collector>, Option<Duration>)>;

/// What an agent is built from. Everything has a default.
pub struct GenericAgentBuilder {
    assembly: Assembly,
    config: GenericConfig,
    registered: Beats,
    group_by: Vec<String>,
    traced: usize,
    progress: Arc<dyn Progress>,
    once: bool,
}

impl GenericAgentBuilder {
    pub(crate) fn new() -> Self {
        Self {
            assembly: Assembly::new(NAME, VERSION).interval(Duration::from_secs(60)),
            config: GenericConfig::default(),
            registered: Vec::new(),
            group_by: Vec::new(),
            traced: TelemetryConfig::default().snapshot_events,
            progress: Arc::new(Silent),
            once: false,
        }
    }

    /// As the program is started: the common settings and its own.
    pub(crate) fn launched(config: GenericConfig, launch: Launch) -> Self {
        let Launch { common, assembly, progress, once, .. } = launch;
        Self {
            assembly,
            config,
            registered: Vec::new(),
            group_by: common.group_by,
            traced: common.telemetry.snapshot_events,
            progress,
            once,
        }
    }

    finops_core::assembly_methods!();

    /// All the settings that only this agent has.
    #[must_use]
    pub fn config(mut self, config: GenericConfig) -> Self {
        self.config = config;
        self
    }

    /// A collector of the program's own, that measures with every cycle. It may block. What it
    /// returns is a JSON object of figures.
    ///
    /// ```no_run
    /// use generic_agent::GenericAgent;
    /// use serde_json::json;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let agent = GenericAgent::builder()
    ///     .openfinops_endpoint("http://localhost:8080")
    ///     .register_metric_collector("gpu_cluster", || {
    ///         Ok(json!({ "source": "on-prem-gpu-cluster", "gpu_metrics": [] }))
    ///     })
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn register_metric_collector(
        self,
        name: impl Into<String>,
        measure: impl Fn() -> Figures + Send + Sync + 'static,
    ) -> Self {
        self.register_collector(Arc::new(Closure::new(name, measure)))
    }

    /// A collector of the program's own, that measures with every cycle.
    #[must_use]
    pub fn register_collector(mut self, collector: Arc<dyn Collector>) -> Self {
        self.registered.push((collector, None));
        self
    }

    /// The agent.
    ///
    /// # Errors
    /// The server's address is none, the data directory or the folder of plugins cannot be used, or
    /// two collectors have one name.
    pub fn build(self) -> Result<GenericAgent, BuildError> {
        let Self { assembly, config, registered, group_by, traced, progress, once } = self;
        let region: Arc<str> = config.region.as_str().into();
        let (collectors, notices) = collectors(&config, registered, &region)?;
        let views = Views { services: vec![&VIEW], other: Some(&PLUGIN_VIEW) };
        let assembled = assembly.hostname(config.hostname.clone()).assemble(views)?;
        Ok(GenericAgent {
            registration: registration(&assembled, &config, &collectors),
            delivery: assembled.delivery,
            group_by,
            region,
            station: Station::new(collectors, assembled.interval),
            machine: config.machine,
            notices: Mutex::new(notices),
            once,
            cycles: AtomicU64::new(0),
            progress,
            traced,
        })
    }
}

/// Every collector that is on, built-in ones first, and what is worth knowing about them.
fn collectors(
    config: &GenericConfig,
    registered: Beats,
    region: &Arc<str>,
) -> Result<(Beats, Vec<Event>), BuildError> {
    let permits = Arc::new(Semaphore::new(config.plugin_concurrency));
    let mut all = built_in(config, &permits);
    let plugin = |plugin: &PluginConfig| -> (Arc<dyn Collector>, Option<Duration>) {
        let interval = plugin.interval;
        (Arc::new(Plugin::new(plugin.clone(), Arc::clone(region), Arc::clone(&permits))), interval)
    };
    all.extend(config.plugins.iter().map(plugin));
    let mut notices = Vec::new();
    if let Some(path) = &config.plugins_directory {
        let found = folder::read(path).map_err(BuildError::Agent)?;
        all.extend(found.plugins.iter().map(plugin));
        notices.extend(
            found.left_out.into_iter().map(|reason| Event::now("plugin_left_out", None, reason)),
        );
    }
    all.extend(registered);
    for (index, (collector, _)) in all.iter().enumerate() {
        let name = collector.name();
        if name == MACHINE || all[..index].iter().any(|(other, _)| other.name() == name) {
            let remedy = "give each its own name";
            return Err(BuildError::Agent(format!("two collectors are called {name}; {remedy}")));
        }
    }
    Ok((all, notices))
}

fn built_in(config: &GenericConfig, permits: &Arc<Semaphore>) -> Beats {
    let on = &config.collectors;
    let mut all: Vec<Arc<dyn Collector>> = Vec::new();
    if on.system_metrics {
        all.push(Arc::new(SystemMetrics::new()));
    }
    if on.gpu_metrics.unwrap_or_else(Gpu::is_there) {
        all.push(Arc::new(Gpu));
    }
    if let Some(socket) = &on.docker_metrics {
        all.push(Arc::new(DockerMetrics::new(socket.clone())));
    }
    if let Some(names) = &on.process_metrics {
        all.push(Arc::new(ProcessMetrics::new(names.clone())));
    }
    if !on.custom_commands.is_empty() {
        let commands = on.custom_commands.clone();
        all.push(Arc::new(CustomCommands::new(commands, Arc::clone(permits))));
    }
    all.into_iter().map(|collector| (collector, None)).collect()
}

fn registration(assembled: &Assembled, config: &GenericConfig, collectors: &Beats) -> Registration {
    let names: Vec<&str> = collectors.iter().map(|(collector, _)| collector.name()).collect();
    let finding = collectors.iter().filter(|(collector, _)| collector.finds_resources());
    let services = std::iter::once(MACHINE.into())
        .chain(finding.map(|(collector, _)| collector.name().to_owned().into()))
        .collect();
    let environment = &assembled.delivery.sender().identity.environment;
    let more = [
        ("environment", json!(environment)),
        ("capabilities", json!(config.capabilities)),
        ("collectors", json!(names)),
        ("version", json!(VERSION)),
    ];
    Registration {
        agent_id: assembled.agent_id.clone(),
        hostname: assembled.hostname.clone(),
        cloud_provider: "generic",
        region: config.region.clone(),
        agent_type: config.agent_type.clone().into(),
        agent_version: VERSION,
        config: RegistrationConfig {
            services,
            collection_interval: assembled.interval.as_secs(),
            cost_tracking: true,
        },
        more: Map::from_iter(more.map(|(key, value)| (key.to_owned(), value))),
    }
}
