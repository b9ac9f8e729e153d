//! A rule as a person writes it: `aws/ec2@eu-west-1:throttle=20/40`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::cloud::Call;

/// What goes wrong, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// `aws`, `azure`, `gcp`, `receiver`; every one of them where it is missing.
    cloud: Option<String>,
    /// `ec2`, `compute`; every service where it is missing.
    service: Option<String>,
    /// A region, or an account, subscription or project; everywhere where it is missing.
    place: Option<String>,
    /// What goes wrong.
    pub fault: Fault,
}

/// What goes wrong. Shares are of all requests, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// Each answer takes so much longer.
    Latency(Duration),
    /// A bucket of `burst` tokens that gets `rate` new ones a second; who finds it empty is throttled.
    Throttle {
        /// Tokens a second.
        rate: f64,
        /// The most tokens.
        burst: f64,
    },
    /// This share is throttled, whatever the rate.
    Throttled(f64),
    /// This share meets an internal error.
    Errors(f64),
    /// This share is told that its token has expired.
    Expired(f64),
    /// This share of answers breaks off in the middle.
    Truncate(f64),
    /// This share is never answered.
    Hang(f64),
    /// This share has its connection closed.
    Close(f64),
}

/// A rule that cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "\"{rule}\" is no fault: {why}; write WHERE:KIND=VALUE, as aws/ec2@eu-west-1:throttle=20/40, *:latency=80ms or gcp:errors=5%"
)]
pub struct BadRule {
    rule: String,
    why: &'static str,
}

impl Rule {
    /// Whether a call meets this rule.
    #[must_use]
    pub fn is_about(&self, cloud: &str, call: &Call) -> bool {
        let any = |wanted: &Option<String>, is: &[&str]| {
            wanted.as_deref().is_none_or(|wanted| is.contains(&wanted))
        };
        any(&self.cloud, &[cloud])
            && any(&self.service, &[call.service])
            && any(&self.place, &[&call.region, &call.account])
    }
}

impl FromStr for Rule {
    type Err = BadRule;

    fn from_str(rule: &str) -> Result<Self, BadRule> {
        let bad = |why| BadRule { rule: rule.to_owned(), why };
        let (place, fault) = rule.rsplit_once(':').ok_or_else(|| bad("it has no colon"))?;
        let (kind, value) = fault.split_once('=').ok_or_else(|| bad("it has no value"))?;
        let (path, place) = match place.split_once('@') {
            Some((path, place)) => (path, Some(place)),
            None => (place, None),
        };
        let (cloud, service) = match path.split_once('/') {
            Some((cloud, service)) => (cloud, Some(service)),
            None => (path, None),
        };
        if !["*", "", "aws", "azure", "gcp", "receiver"].contains(&cloud) {
            return Err(bad("the cloud is none of aws, azure, gcp, receiver and *"));
        }
        let given =
            |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty() && text != "*");
        Ok(Self {
            cloud: given(cloud),
            service: service.and_then(given),
            place: place.and_then(given),
            fault: Fault::parse(kind, value).map_err(bad)?,
        })
    }
}

impl Fault {
    fn parse(kind: &str, value: &str) -> Result<Self, &'static str> {
        Ok(match kind {
            "latency" => Self::Latency(duration(value)?),
            "throttle" => {
                let (rate, burst) = value.split_once('/').ok_or("throttle takes RATE/BURST")?;
                Self::Throttle { rate: positive(rate)?, burst: positive(burst)? }
            }
            "throttled" => Self::Throttled(share(value)?),
            "errors" => Self::Errors(share(value)?),
            "expired" => Self::Expired(share(value)?),
            "truncate" => Self::Truncate(share(value)?),
            "hang" => Self::Hang(share(value)?),
            "close" => Self::Close(share(value)?),
            _ => {
                return Err("the kind is none of latency, throttle, throttled, errors, expired, \
                            truncate, hang and close");
            }
        })
    }
}

fn share(text: &str) -> Result<f64, &'static str> {
    let number = text.strip_suffix('%').and_then(|text| text.parse::<f64>().ok());
    let share = number.filter(|share| (0.0..=100.0).contains(share));
    share.map(|share| share / 100.0).ok_or("its value is no share from 0% to 100%")
}

fn positive(text: &str) -> Result<f64, &'static str> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    number.ok_or("its value is no number above 0")
}

fn duration(text: &str) -> Result<Duration, &'static str> {
    let why = "its value is no time like 80ms or 2s";
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (text.strip_suffix('s').ok_or(why)?, 1_000),
    };
    number.parse::<u64>().map(|number| Duration::from_millis(number * unit)).map_err(|_| why)
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.cloud.as_deref().unwrap_or("*"))?;
        if let Some(service) = &self.service {
            write!(formatter, "/{service}")?;
        }
        if let Some(place) = &self.place {
            write!(formatter, "@{place}")?;
        }
        let percent = |share: f64| share * 100.0;
        match self.fault {
            Fault::Latency(wait) => write!(formatter, ":latency={}ms", wait.as_millis()),
            Fault::Throttle { rate, burst } => write!(formatter, ":throttle={rate}/{burst}"),
            Fault::Throttled(share) => write!(formatter, ":throttled={}%", percent(share)),
            Fault::Errors(share) => write!(formatter, ":errors={}%", percent(share)),
            Fault::Expired(share) => write!(formatter, ":expired={}%", percent(share)),
            Fault::Truncate(share) => write!(formatter, ":truncate={}%", percent(share)),
            Fault::Hang(share) => write!(formatter, ":hang={}%", percent(share)),
            Fault::Close(share) => write!(formatter, ":close={}%", percent(share)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_and_written_alike() {
        for text in [
            "*:latency=80ms",
            "aws:errors=5%",
            "aws/ec2@eu-west-1:throttle=20/40",
            "*/compute:hang=100%",
            "azure@11111111-2222-3333-4444-555555555555:expired=50%",
        ] {
            assert_eq!(text.parse::<Rule>().map(|rule| rule.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn a_rule_that_cannot_be_read_says_why() {
        for (text, why) in [
            ("latency", "no colon"),
            ("aws:latency", "no value"),
            ("alibaba:errors=5%", "cloud"),
            ("aws:errors=5", "share"),
            ("aws:errors=101%", "share"),
            ("aws:throttle=20", "RATE/BURST"),
            ("aws:throttle=0/5", "above 0"),
            ("aws:latency=fast", "80ms"),
            ("aws:slow=1", "kind"),
        ] {
            let error = text.parse::<Rule>().unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn a_rule_is_about_its_own_place_only() {
        let call = |service, account: &str, region: &str| Call {
            service,
            operation: "List".to_owned(),
            account: account.to_owned(),
            region: region.to_owned(),
        };
        let rule: Rule = "aws/ec2@eu-west-1:errors=5%".parse().unwrap();
        assert!(rule.is_about("aws", &call("ec2", "1", "eu-west-1")));
        assert!(!rule.is_about("gcp", &call("ec2", "1", "eu-west-1")));
        assert!(!rule.is_about("aws", &call("rds", "1", "eu-west-1")));
        assert!(!rule.is_about("aws", &call("ec2", "1", "eu-west-2")));
        let account: Rule = "*@1:errors=5%".parse().unwrap();
        assert!(account.is_about("gcp", &call("compute", "1", "")));
    }
}
