//! The settings that only the Google Cloud agent has.

mod settings;
#[cfg(test)]
mod tests;

use std::time::Duration;

use url::{Host, Url};

use finops_core::config::{Checker, is_open};
use finops_pricing::settings::PriceConfig;
use secrecy::SecretString;

use crate::endpoints::{Api, Endpoints};

pub use settings::GCP_SETTINGS;

/// Which projects to collect. Where nothing is named it is the one that the agent runs in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Projects {
    /// These, by their ids.
    pub ids: Vec<String>,
    /// Every active one below these folders, by their numbers.
    pub folders: Vec<String>,
    /// Every active one below these organisations, by their numbers.
    pub organizations: Vec<String>,
}

impl Projects {
    /// Whether none is named in any way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.folders.is_empty() && self.organizations.is_empty()
    }
}

/// The checked settings that only the Google Cloud agent has.
#[derive(Debug, Clone)]
pub struct GcpConfig {
    /// Which projects.
    pub projects: Projects,
    /// Only what is in these regions; everything where there are none.
    pub regions: Vec<String>,
    /// Whether pods of Autopilot clusters are read from the clusters.
    pub autopilot_pods: bool,
    /// Where Google's APIs answer, where not at Google's own hosts.
    pub endpoints: Endpoints,
    /// How long one try of a call may take.
    pub api_timeout: Duration,
    /// How often a call is tried.
    pub api_attempts: u32,
    /// The most requests to Cloud Monitoring a cycle.
    pub max_metric_requests: u64,
    /// Where prices come from.
    pub prices: PriceConfig,
    /// What lets the agent read Google's price list, where not the agent's own credentials.
    pub price_api_key: Option<SecretString>,
}

impl Default for GcpConfig {
    fn default() -> Self {
        Self {
            projects: Projects::default(),
            regions: Vec::new(),
            autopilot_pods: true,
            endpoints: Endpoints::default(),
            api_timeout: Duration::from_secs(30),
            api_attempts: 12,
            max_metric_requests: 2_000,
            prices: PriceConfig::default(),
            price_api_key: None,
        }
    }
}

impl GcpConfig {
    /// Reads the settings; mistakes go to `check`.
    pub fn check(check: &mut Checker) -> Self {
        let default = Self::default();
        let prices = PriceConfig::check(check);
        let attempts = check.whole("api.attempts", 1).unwrap_or(12).min(20);
        Self {
            projects: Projects {
                ids: names(
                    check,
                    "project",
                    is_project,
                    "write its id, as `gcloud projects list` shows it",
                ),
                folders: numbers(check, "folder"),
                organizations: numbers(check, "organization"),
            },
            regions: names(check, "region", is_region, "write a region: us-central1"),
            autopilot_pods: check.flag("autopilot.pods").unwrap_or(default.autopilot_pods),
            endpoints: endpoints(check),
            api_timeout: check
                .duration("api.timeout", Duration::from_secs(1))
                .unwrap_or(default.api_timeout),
            api_attempts: u32::try_from(attempts).unwrap_or(default.api_attempts),
            max_metric_requests: check
                .whole("monitor.max_requests_per_cycle", 0)
                .unwrap_or(default.max_metric_requests),
            price_api_key: price_api_key(check, &prices),
            prices,
        }
    }
}

/// The key for Google's price list, which nobody on the way may read.
fn price_api_key(check: &mut Checker, prices: &PriceConfig) -> Option<SecretString> {
    let key = check.secret_file("prices.api_key_file")?;
    if prices.url.as_ref().is_some_and(is_open) {
        let problem = "would be sent where others can read it: prices.url is http";
        check.mistake("prices.api_key_file", problem, "write https in prices.url");
    }
    Some(key)
}

/// Names, each once; those that can be none are mistakes.
fn names(
    check: &mut Checker,
    key: &'static str,
    is_one: fn(&str) -> bool,
    remedy: &str,
) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in check.texts(key) {
        if !is_one(&name) {
            check.mistake(key, format!("has \"{name}\""), remedy);
        } else if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Folders and organisations go by numbers; `folders/1` is one too.
fn numbers(check: &mut Checker, key: &'static str) -> Vec<String> {
    let is_number = |name: &str| {
        let number = name.strip_prefix(&format!("{key}s/")).unwrap_or(name);
        !number.is_empty()
            && number.len() <= 20
            && number.bytes().all(|digit| digit.is_ascii_digit())
    };
    let mut numbers: Vec<String> = Vec::new();
    for name in check.texts(key) {
        let number = name.strip_prefix(&format!("{key}s/")).unwrap_or(&name).to_owned();
        if !is_number(&name) {
            check.mistake(key, format!("has \"{name}\""), "write its number: 123456789012");
        } else if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

/// 6 to 30 letters, digits and hyphens, which begin with a letter; old ones have a domain before them
/// (`example.com:my-project`).
/// <https://cloud.google.com/resource-manager/reference/rest/v3/projects>
fn is_project(name: &str) -> bool {
    let id = name.rsplit_once(':').map_or(name, |(_, id)| id);
    let letters = |text: &str, more: &str| {
        text.chars().all(|letter| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || more.contains(letter)
        })
    };
    let domain = name.rsplit_once(':').map_or("", |(domain, _)| domain);
    (4..=30).contains(&id.len())
        && letters(id, "-")
        && id.starts_with(|letter: char| letter.is_ascii_lowercase())
        && letters(domain, "-.")
}

/// `us-central1`: letters and digits with a hyphen, and no zone.
fn is_region(name: &str) -> bool {
    let letters = name
        .chars()
        .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-');
    letters && name.contains('-') && name.ends_with(|letter: char| letter.is_ascii_digit())
}

fn endpoints(check: &mut Checker) -> Endpoints {
    let mut endpoints = Endpoints::default();
    let all = check.text("endpoints.all").and_then(|text| address(check, "endpoints.all", &text));
    for api in Api::ALL {
        let own = check.text(api.setting());
        let own = own.and_then(|text| address(check, api.setting(), &text));
        if let Some(url) = own.or_else(|| all.clone()) {
            endpoints.set(*api, url);
        }
    }
    endpoints
}

/// An address that tokens may be sent to.
fn address(check: &mut Checker, key: &str, text: &str) -> Option<Url> {
    let problem = match Url::parse(text) {
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            "holds a user name or password".to_owned()
        }
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            format!("is {text}: more than a host and a path")
        }
        Ok(url)
            if url.scheme() == "https"
                && url.host().is_some_and(|host| host != Host::Domain("")) =>
        {
            return Some(url);
        }
        Ok(url) if url.scheme() == "http" && is_loopback(&url) => return Some(url),
        Ok(url) if url.scheme() == "http" => format!("is {text}: not https"),
        _ => format!("is \"{text}\", not an address"),
    };
    let remedy = "write https://host; http only to this machine (127.0.0.1): tokens are not sent in \
                  clear text";
    check.mistake(key, problem, remedy);
    None
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
