//! The settings of every agent of a cloud that say where its prices come from.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use finops_core::config::{Checker, Kind, Setting};
use url::Url;

use crate::overrides::Overrides;

/// A day: how often prices are fetched where nothing else is said.
const DAILY: Duration = Duration::from_secs(86_400);
/// How old prices may be before the agent warns of it, where nothing else is said.
const WEEK: Duration = Duration::from_secs(7 * 86_400);

/// The settings of every agent of a cloud that say where its prices come from.
pub const PRICE_SETTINGS: &[Setting] = &[
    Setting {
        key: "prices.refresh",
        aliases: &[],
        environment: &["OPENFINOPS_PRICES_REFRESH"],
        kind: Kind::Duration,
        default: Some("1d"),
        help: "How often a running agent fetches the vendor's list prices of what it found, at \
               random moments around that time. 0 never does: the prices that the agent was built \
               with are used, or those of the last `pricing sync`.",
        example: "",
    },
    Setting {
        key: "prices.warn_after",
        aliases: &[],
        environment: &["OPENFINOPS_PRICES_WARN_AFTER"],
        kind: Kind::Duration,
        default: Some("7d"),
        help: "How old fetched prices may get before the agent warns of it, once a day.",
        example: "",
    },
    Setting {
        key: "prices.url",
        aliases: &[],
        environment: &["OPENFINOPS_PRICES_URL"],
        kind: Kind::Text,
        default: None,
        help: "Where the vendor's price API answers, where not at the vendor's own host: a mirror.",
        example: "https://prices.example.com",
    },
    Setting {
        key: "prices.overrides",
        aliases: &[],
        environment: &["OPENFINOPS_PRICES_OVERRIDES"],
        kind: Kind::Text,
        default: None,
        help: "A YAML file of your own prices and discounts, which are shown beside the list \
               prices.",
        example: "/etc/openfinops/overrides.yaml",
    },
];

/// Where an agent's prices come from, checked.
#[derive(Debug, Clone)]
pub struct PriceConfig {
    /// How often they are fetched; `None` for never.
    pub refresh: Option<Duration>,
    /// The age from which on the agent warns.
    pub warn_after: Duration,
    /// Where the price API answers, where not at the vendor's own host.
    pub url: Option<Url>,
    /// The user's own prices and discounts.
    pub overrides: Option<Arc<Overrides>>,
}

impl Default for PriceConfig {
    fn default() -> Self {
        Self { refresh: Some(DAILY), warn_after: WEEK, url: None, overrides: None }
    }
}

impl PriceConfig {
    /// Reads the settings; mistakes go to `check`.
    pub fn check(check: &mut Checker) -> Self {
        let default = Self::default();
        let refresh = check.duration("prices.refresh", Duration::ZERO).unwrap_or(DAILY);
        let warn_after = check.duration("prices.warn_after", Duration::from_secs(60));
        Self {
            refresh: Some(refresh).filter(|every| !every.is_zero()),
            warn_after: warn_after.unwrap_or(default.warn_after),
            url: address(check, "prices.url"),
            overrides: overrides(check),
        }
    }
}

fn overrides(check: &mut Checker) -> Option<Arc<Overrides>> {
    let path = check.text("prices.overrides")?;
    match Overrides::read(Path::new(&path)) {
        Ok(overrides) => Some(Arc::new(overrides)),
        Err(error) => {
            check.mistake("prices.overrides", error.to_string(), "see docs/prices.md");
            None
        }
    }
}

/// The address of a price API: `https://host`, or `http://` for one at hand.
pub fn address(check: &mut Checker, key: &'static str) -> Option<Url> {
    let text = check.text(key)?;
    match Url::parse(&text) {
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            // The text is not repeated: it holds a password.
            check.mistake(key, "holds a user name or password", "leave them out");
            None
        }
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Some(url),
        _ => {
            check.mistake(key, format!("is \"{text}\""), "write https://host");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use finops_core::config::Layers;

    use super::*;

    fn checked(yaml: &str) -> Result<PriceConfig, String> {
        let mut layers = Layers::new(PRICE_SETTINGS);
        layers.text(Path::new("agent.yaml"), yaml);
        let mut check = Checker::new(layers);
        let config = PriceConfig::check(&mut check);
        check.finish().map(|()| config).map_err(|errors| errors.to_string())
    }

    #[test]
    fn prices_are_fetched_daily_unless_it_is_said_otherwise() {
        assert_eq!(checked("{}").unwrap().refresh, Some(DAILY));
        assert_eq!(checked("prices: { refresh: 0 }").unwrap().refresh, None);
        let hours = Duration::from_secs(6 * 3_600);
        assert_eq!(checked("prices: { refresh: 6h }").unwrap().refresh, Some(hours));
        assert!(checked("prices: { refresh: often }").unwrap_err().contains("prices.refresh"));
    }

    #[test]
    fn an_address_is_one_and_holds_no_password() {
        let url = |text: &str| checked(&format!("prices: {{ url: \"{text}\" }}"));
        assert_eq!(
            url("https://mirror.example").unwrap().url.unwrap().as_str(),
            "https://mirror.example/"
        );
        assert!(url("ftp://mirror.example").unwrap_err().contains("write https://host"));
        let secret = url("https://me:hunter2@mirror.example").unwrap_err();
        assert!(
            secret.contains("user name or password") && !secret.contains("hunter2"),
            "{secret}"
        );
    }

    #[test]
    fn overrides_that_are_not_there_are_a_mistake() {
        let mistake = checked("prices: { overrides: /nonexistent/overrides.yaml }").unwrap_err();
        assert!(mistake.contains("/nonexistent/overrides.yaml"), "{mistake}");
    }
}
