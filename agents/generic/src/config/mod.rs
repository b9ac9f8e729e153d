//! The settings that only the generic agent has.

mod collectors;
mod machine;
mod plugins;
mod rates;
mod resources;
mod rules;
mod settings;

use std::path::PathBuf;

use finops_core::config::{AgentConfig, Checker, ConfigErrors, Layers, ReplicaConfig};

pub use collectors::{CollectorsConfig, CustomCommand};
pub use machine::{MachineConfig, Watts};
pub use plugins::PluginConfig;
pub(crate) use plugins::is_plugin_name;
pub use rates::Rates;
pub use resources::{Amount, Charge, ResourceRule};
pub use settings::{GENERIC_SETTINGS, SHORTEST_INTERVAL, settings};

/// The checked settings that only the generic agent has.
#[derive(Debug, Clone)]
pub struct GenericConfig {
    /// What the agent calls itself at the server.
    pub agent_type: String,
    /// The machine's name, where it is not what the system says.
    pub hostname: Option<String>,
    /// Where the machine is: the server wants a region.
    pub region: String,
    /// What the agent says that it can do, at the server.
    pub capabilities: Vec<String>,
    /// The folder whose executables are plugins.
    pub plugins_directory: Option<PathBuf>,
    /// How many plugin commands run at once.
    pub plugin_concurrency: usize,
    /// The collectors that are built in.
    pub collectors: CollectorsConfig,
    /// The plugins.
    pub plugins: Vec<PluginConfig>,
    /// What the machine costs.
    pub machine: MachineConfig,
}

impl Default for GenericConfig {
    fn default() -> Self {
        Self {
            agent_type: "generic_telemetry".to_owned(),
            hostname: None,
            region: "on-premise".to_owned(),
            capabilities: vec!["system_monitoring".to_owned()],
            plugins_directory: None,
            plugin_concurrency: 8,
            collectors: CollectorsConfig::default(),
            plugins: Vec::new(),
            machine: MachineConfig::default(),
        }
    }
}

impl GenericConfig {
    /// Reads the settings; mistakes go to `check`. What this agent changes in the common settings
    /// is changed in `common`.
    pub(crate) fn check(check: &mut Checker, common: &mut AgentConfig) -> Self {
        let default = Self::default();
        ReplicaConfig::refuse(check, "generic-agent measures the machine that it runs on");
        let today = jiff::Zoned::now().date();
        let rates = Rates::check(check, today);
        let plugins = plugins::check(check, &rates);
        let machine = MachineConfig::check(check, &rates, today);
        if let Some(watts) = &machine.watts {
            known_plugin(check, &plugins, watts);
        }
        if let Some(interval) = check.duration("health_check_interval", SHORTEST_INTERVAL) {
            common.run.heartbeat = common.run.heartbeat.min(interval);
        }
        Self {
            agent_type: text(check, "agent_type").unwrap_or(default.agent_type),
            hostname: text(check, "hostname"),
            region: text(check, "region").unwrap_or(default.region),
            capabilities: check.texts("capabilities"),
            plugins_directory: text(check, "plugins_directory").map(PathBuf::from),
            plugin_concurrency: check
                .whole("plugin_concurrency", 1)
                .and_then(|number| usize::try_from(number).ok())
                .unwrap_or(default.plugin_concurrency)
                .min(256),
            collectors: CollectorsConfig::check(check),
            plugins,
            machine,
        }
    }

    /// Checks a configuration file's text, as `config validate` does with a file.
    ///
    /// # Errors
    /// All mistakes that were found.
    pub fn of_text(text: &str) -> Result<Self, ConfigErrors> {
        let mut layers = Layers::new(settings());
        layers.text(std::path::Path::new("configuration"), text);
        let mut check = Checker::new(layers);
        let mut common = AgentConfig::check(&mut check, None, SHORTEST_INTERVAL);
        let config = Self::check(&mut check, &mut common);
        check.finish().map(|()| config)
    }
}

fn text(check: &mut Checker, key: &'static str) -> Option<String> {
    check.text(key).filter(|text| !text.is_empty())
}

/// The watts have to come from somewhere.
fn known_plugin(check: &mut Checker, plugins: &[PluginConfig], watts: &Watts) {
    if plugins.iter().any(|plugin| plugin.name == watts.plugin) {
        return;
    }
    let problem = format!("takes its watts from \"{}\", which is no plugin", watts.plugin);
    check.mistake("machine", problem, "name a plugin of `plugins`");
}
