//! The settings of every agent that say how it runs and delivers.

use std::net::SocketAddr;
use std::time::Duration;

use super::check::Checker;
use super::setting::{Kind, Setting};
use super::sinks::{self, SinkConfig};

/// The settings of every agent that say how it runs and delivers.
pub const RUN_SETTINGS: &[Setting] = &[
    setting(
        "cycle_deadline",
        &["OPENFINOPS_CYCLE_DEADLINE"],
        Kind::Duration,
        None,
        "How long a cycle may take before it is cut off; what it had collected by then is kept. \
         Default: three intervals.",
        "15m",
    ),
    setting(
        "grace",
        &["OPENFINOPS_GRACE"],
        Kind::Duration,
        Some("10"),
        "How long stopping may take after SIGTERM or SIGINT: half of it for the cycle that runs, \
         the rest for sending.",
        "",
    ),
    setting(
        "heartbeat",
        &["OPENFINOPS_HEARTBEAT"],
        Kind::Duration,
        Some("120"),
        "Time between two registrations, by which the server sees that the agent lives.",
        "",
    ),
    setting(
        "listen",
        &["OPENFINOPS_LISTEN"],
        Kind::Text,
        None,
        "Where the status page, /metrics, /healthz and /readyz are served: an address and a port. \
         Off by default. The page shows costs and resource names to whoever can reach it.",
        "127.0.0.1:9464",
    ),
    setting(
        "sinks",
        &[],
        Kind::Tables(sinks::SINK_SETTINGS),
        None,
        "Further places that get every document, each with a queue of its own: OpenFinOps servers \
         and files (one document a line).",
        "",
    ),
    setting(
        "outbox.max_bytes",
        &["OPENFINOPS_OUTBOX_MAX_BYTES"],
        Kind::Size,
        Some("512MiB"),
        "The most disk that documents may take while they wait, compressed.",
        "",
    ),
    setting(
        "outbox.max_age",
        &["OPENFINOPS_OUTBOX_MAX_AGE"],
        Kind::Duration,
        Some("7d"),
        "How long a document waits at most.",
        "",
    ),
    setting(
        "outbox.when_full",
        &["OPENFINOPS_OUTBOX_WHEN_FULL"],
        Kind::Choice(&["drop_oldest", "block"]),
        Some("drop_oldest"),
        "At max_bytes the oldest documents are dropped, counted and reported (drop_oldest), or no \
         cycle begins until there is room again (block).",
        "",
    ),
    setting(
        "send.timeout",
        &["OPENFINOPS_SEND_TIMEOUT"],
        Kind::Duration,
        Some("30"),
        "How long a server may take to answer one document.",
        "",
    ),
    setting(
        "send.rate",
        &["OPENFINOPS_SEND_RATE"],
        Kind::Whole,
        Some("10"),
        "Documents a second that a backlog goes out with, after the first hundred.",
        "",
    ),
    setting(
        "history.retention",
        &["OPENFINOPS_HISTORY_RETENTION"],
        Kind::Duration,
        Some("30d"),
        "How long the history stays that `report` and the status page answer from.",
        "",
    ),
];

/// A setting without further names.
pub(super) const fn setting(
    key: &'static str,
    environment: &'static [&'static str],
    kind: Kind,
    default: Option<&'static str>,
    help: &'static str,
    example: &'static str,
) -> Setting {
    Setting { key, aliases: &[], environment, kind, default, help, example }
}

/// The checked settings of how an agent runs and delivers.
#[derive(Debug, Clone)]
pub struct RunConfig {
    /// How long a cycle may take, where that was said.
    pub cycle_deadline: Option<Duration>,
    /// How long stopping may take.
    pub grace: Duration,
    /// Time between two registrations.
    pub heartbeat: Duration,
    /// Where the admin port listens, where it does.
    pub listen: Option<SocketAddr>,
    /// Further sinks.
    pub sinks: Vec<SinkConfig>,
    /// The outbox's bounds.
    pub limits: Limits,
    /// How long a server may take to answer one document.
    pub send_timeout: Duration,
    /// Documents a second that a backlog goes out with.
    pub send_rate: u32,
    /// How long the history stays.
    pub retention: Duration,
}

/// The bounds of an outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The most that waits, in bytes of compressed documents; refused ones count.
    pub max_bytes: u64,
    /// How long a document waits at most.
    pub max_age: Duration,
    /// What happens at `max_bytes`.
    pub when_full: WhenFull,
}

/// What happens when the outbox is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenFull {
    /// The oldest documents are dropped, counted and reported.
    DropOldest,
    /// No cycle begins until a sink has made room. One cycle's documents may be over the bound.
    Block,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 512 * 1024 * 1024,
            max_age: Duration::from_secs(7 * 24 * 3600),
            when_full: WhenFull::DropOldest,
        }
    }
}

impl Default for RunConfig {
    fn default() -> Self {
        Self {
            cycle_deadline: None,
            grace: Duration::from_secs(10),
            heartbeat: Duration::from_secs(120),
            listen: None,
            sinks: Vec::new(),
            limits: Limits::default(),
            send_timeout: Duration::from_secs(30),
            send_rate: 10,
            retention: Duration::from_secs(30 * 24 * 3600),
        }
    }
}

impl RunConfig {
    /// Reads the settings; mistakes go to `check`.
    pub(super) fn check(check: &mut Checker) -> Self {
        let default = Self::default();
        let second = Duration::from_secs(1);
        Self {
            cycle_deadline: check.duration("cycle_deadline", second),
            grace: check.duration("grace", second).unwrap_or(default.grace),
            heartbeat: check.duration("heartbeat", second).unwrap_or(default.heartbeat),
            listen: listen(check),
            sinks: sinks::sinks(check),
            limits: limits(check),
            send_timeout: check.duration("send.timeout", second).unwrap_or(default.send_timeout),
            send_rate: check
                .whole("send.rate", 1)
                .and_then(|rate| u32::try_from(rate).ok())
                .unwrap_or(default.send_rate),
            retention: check
                .duration("history.retention", Duration::from_secs(24 * 3600))
                .unwrap_or(default.retention),
        }
    }
}

fn limits(check: &mut Checker) -> Limits {
    let default = Limits::default();
    Limits {
        max_bytes: check.size("outbox.max_bytes", 1024 * 1024).unwrap_or(default.max_bytes),
        max_age: check
            .duration("outbox.max_age", Duration::from_secs(60))
            .unwrap_or(default.max_age),
        when_full: match check.choice("outbox.when_full").as_deref() {
            Some("block") => WhenFull::Block,
            _ => WhenFull::DropOldest,
        },
    }
}

fn listen(check: &mut Checker) -> Option<SocketAddr> {
    let text = check.text("listen").filter(|text| !text.is_empty() && text != "none")?;
    let address = text.parse().ok();
    if address.is_none() {
        check.mistake(
            "listen",
            format!("is \"{text}\", not an address and a port"),
            "write 127.0.0.1:9464, or 0.0.0.0:9464 for every interface",
        );
    }
    address
}
