//! The settings that only the AWS agent has.

use std::time::Duration;

use finops_core::config::{Checker, Kind, Setting, Table};
use finops_pricing::aws;
use finops_pricing::settings::{PriceConfig, address};
use url::Url;

/// The settings that only the AWS agent has.
pub const AWS_SETTINGS: &[Setting] = &[
    Setting {
        key: "region",
        aliases: &["aws_region", "regions"],
        environment: &["AWS_REGION", "AWS_DEFAULT_REGION"],
        kind: Kind::Texts,
        default: None,
        help: "The regions to collect: one, several, or `all` for every region that the account \
               has enabled. Default: the profile's region, else us-east-1.",
        example: "[us-east-1, eu-west-1]",
    },
    Setting {
        key: "accounts",
        aliases: &[],
        environment: &[],
        kind: Kind::Tables(ACCOUNT_SETTINGS),
        default: None,
        help: "Further accounts, each through a role assumed with the agent's own credentials. \
               Where this is given, the agent's own account is collected too.",
        example: "",
    },
    Setting {
        key: "api.timeout",
        aliases: &[],
        environment: &["OPENFINOPS_API_TIMEOUT"],
        kind: Kind::Duration,
        default: Some("30"),
        help: "How long one try of an AWS call may take.",
        example: "",
    },
    Setting {
        key: "api.attempts",
        aliases: &[],
        environment: &["OPENFINOPS_API_ATTEMPTS"],
        kind: Kind::Whole,
        default: Some("20"),
        help: "How often an AWS call is tried where it is throttled or fails in passing.",
        example: "",
    },
    Setting {
        key: "cloudwatch.max_metrics_per_cycle",
        aliases: &[],
        environment: &["OPENFINOPS_MAX_METRICS"],
        kind: Kind::Whole,
        default: Some("10000"),
        help: "The most paid metrics asked for in one cycle, over all scopes (0.01 USD for 1,000). \
               Beyond it the least important are left out first: memory, then network, then \
               database figures, then CPU, and only then what costs depend on; of each, those of \
               the cheapest resources go first. 0 asks for none.",
        example: "",
    },
    Setting {
        key: "prices.china_url",
        aliases: &[],
        environment: &["OPENFINOPS_PRICES_CHINA_URL"],
        kind: Kind::Text,
        default: None,
        help: "The same for the regions in China, whose prices are listed apart and in CNY.",
        example: "https://prices.example.cn",
    },
];

const ACCOUNT_SETTINGS: &[Setting] = &[
    account("role_arn", "The role to assume.", "arn:aws:iam::123456789012:role/openfinops-agent"),
    account(
        "external_id",
        "The external id that the role's trust policy asks for.",
        "my-external-id",
    ),
    account("session_name", "The session's name in CloudTrail.", "openfinops-aws-agent"),
];

const fn account(key: &'static str, help: &'static str, example: &'static str) -> Setting {
    Setting { key, aliases: &[], environment: &[], kind: Kind::Text, default: None, help, example }
}

/// An account reached through a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleConfig {
    /// The role.
    pub role_arn: String,
    /// The external id that its trust policy asks for.
    pub external_id: Option<String>,
    /// The session's name in CloudTrail.
    pub session_name: String,
}

impl RoleConfig {
    /// The account that the role belongs to.
    #[must_use]
    pub fn account_id(&self) -> &str {
        self.role_arn.split(':').nth(4).unwrap_or_default()
    }
}

/// Which regions to collect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Regions {
    /// The profile's, else us-east-1.
    Default,
    /// These.
    Named(Vec<String>),
    /// Every region that the account has enabled.
    All,
}

/// The checked settings that only the AWS agent has.
#[derive(Debug, Clone)]
pub struct AwsConfig {
    /// Which regions.
    pub regions: Regions,
    /// Accounts beside the agent's own.
    pub roles: Vec<RoleConfig>,
    /// How long one try of a call may take.
    pub api_timeout: Duration,
    /// How often a call is tried.
    pub api_attempts: u32,
    /// The most paid metrics a cycle.
    pub max_metrics: u64,
    /// Where prices come from.
    pub prices: PriceConfig,
    /// Where the price API of China answers, where not at the vendor's own host.
    pub china_prices: Option<Url>,
}

impl Default for AwsConfig {
    fn default() -> Self {
        Self {
            regions: Regions::Default,
            roles: Vec::new(),
            api_timeout: Duration::from_secs(30),
            api_attempts: 20,
            max_metrics: 10_000,
            prices: PriceConfig::default(),
            china_prices: None,
        }
    }
}

impl AwsConfig {
    /// Reads the settings; mistakes go to `check`.
    pub fn check(check: &mut Checker) -> Self {
        let default = Self::default();
        let regions = self::regions(check);
        let roles =
            check.tables("accounts").into_iter().filter_map(|table| role(check, &table)).collect();
        let attempts = check.whole("api.attempts", 1).unwrap_or(20).min(20);
        Self {
            regions,
            roles,
            api_timeout: check
                .duration("api.timeout", Duration::from_secs(1))
                .unwrap_or(default.api_timeout),
            api_attempts: u32::try_from(attempts).unwrap_or(default.api_attempts),
            max_metrics: check
                .whole("cloudwatch.max_metrics_per_cycle", 0)
                .unwrap_or(default.max_metrics),
            prices: PriceConfig::check(check),
            china_prices: address(check, "prices.china_url"),
        }
    }
}

fn regions(check: &mut Checker) -> Regions {
    let mut names = check.texts("region");
    if names.is_empty() {
        return Regions::Default;
    }
    if names.iter().any(|name| name == "all") {
        if names.len() > 1 {
            check.mistake("region", "is `all` and more", "write either all or the regions");
        }
        return Regions::All;
    }
    // In the order given: the first region is where the account's global services are asked.
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    for name in &names {
        if !looks_like_region(name) {
            check.mistake("region", format!("has \"{name}\""), region_remedy(name));
        }
    }
    Regions::Named(names)
}

/// What to do about the region `name` that AWS does not have.
pub fn region_remedy(name: &str) -> String {
    match aws::nearest_region(name) {
        Some(near) => format!("did you mean {near}?"),
        None => "write a region's code like us-east-1, or all".to_owned(),
    }
}

/// Letters, digits and dashes with a number at the end: `us-east-1`. Whether AWS has such a region
/// is for AWS to say.
fn looks_like_region(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    parts.len() >= 3
        && parts.iter().all(|part| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
        && parts.last().is_some_and(|last| last.parse::<u8>().is_ok())
}

fn role(check: &mut Checker, table: &Table) -> Option<RoleConfig> {
    let Some(role_arn) = table.get("role_arn").cloned() else {
        check.mistake("accounts", "has an entry without role_arn", "give each account a role_arn");
        return None;
    };
    let parts: Vec<&str> = role_arn.split(':').collect();
    let well_formed = parts.len() == 6
        && parts[0] == "arn"
        && parts[2] == "iam"
        && parts[4].len() == 12
        && parts[4].bytes().all(|byte| byte.is_ascii_digit())
        && parts[5].starts_with("role/");
    if !well_formed {
        check.mistake(
            "accounts",
            format!("has the role_arn \"{role_arn}\""),
            "write arn:aws:iam::<12 digits>:role/<name>",
        );
        return None;
    }
    Some(RoleConfig {
        role_arn,
        external_id: table.get("external_id").cloned(),
        session_name: table
            .get("session_name")
            .cloned()
            .unwrap_or_else(|| "openfinops-aws-agent".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_look_like_regions() {
        for name in ["us-east-1", "us-gov-west-1", "ap-southeast-7", "cn-north-1"] {
            assert!(looks_like_region(name), "{name}");
        }
        for name in ["us-east", "useast1", "US-EAST-1", "us-east-1a", "", "a--1"] {
            assert!(!looks_like_region(name), "{name}");
        }
    }
}
