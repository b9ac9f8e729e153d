//! The figures of an agent that does not exist: all that the status page can show.

use std::time::Duration;

use finops_core::admin::*;
use finops_core::model::CostRate;
use finops_core::replicas::Standing;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

/// How the agent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Nothing is wrong.
    Healthy,
    /// A service failed and a sink is down.
    Degraded,
    /// No service answered.
    Failing,
    /// The first cycle has not ended yet.
    Fresh,
}

/// A source of the same figures for every request.
pub(crate) struct Sample(pub(crate) Mood);

impl Source for Sample {
    fn view(&self) -> BoxFuture<'_, View> {
        let view = match self.0 {
            Mood::Healthy => healthy(),
            Mood::Degraded => degraded(),
            Mood::Failing => failing(),
            Mood::Fresh => fresh(),
        };
        Box::pin(std::future::ready(view))
    }

    fn ready(&self) -> Readiness {
        let failing = self.0 == Mood::Failing;
        Readiness {
            configured: true,
            registered: !failing,
            queueing: !failing,
            started_at: ago(90_000),
            last_cycle: (self.0 != Mood::Fresh).then(|| ago(if failing { 7_300 } else { 130 })),
            interval: Duration::from_secs(300),
            standing: Standing::Alone,
        }
    }
}

fn ago(seconds: i64) -> Timestamp {
    Timestamp::now() - SignedDuration::from_secs(seconds)
}

fn hourly(usd: &str) -> CostRate {
    CostRate::from_hourly(usd.parse().unwrap_or_default())
}

fn fresh() -> View {
    View {
        agent: Agent {
            name: "aws-agent".into(),
            version: "0.1.0".into(),
            agent_id: "aws-01989f3e-7a51-7c1f-9d0e-5b7a2f6c1e44".into(),
            hostname: "ip-10-40-12-201.eu-central-1.compute.internal".into(),
            place: Some("aws ec2 eu-central-1a i-0a1b2c3d4e5f60718".into()),
        },
        started_at: ago(42),
        now: Timestamp::now(),
        interval: Duration::from_secs(300),
        standing: Standing::Alone,
        registration: Registration::Registered { at: ago(41) },
        cycles: 0,
        cycle_failures: 0,
        last_cycle: None,
        calls: Calls { api_calls: 17, ..Calls::default() },
        sinks: vec![delivering("openfinops", Some("https://finops.example.com"))],
        outbox: Outbox { bytes: 0, max_bytes: 1_000_000_000, ..Outbox::default() },
        price_book: Some(PriceBook {
            newest: jiff::civil::date(2026, 7, 14),
            rows: 55_137,
            synced: None,
            failures: 0,
            trouble: None,
        }),
        history: Vec::new(),
        functions: Vec::new(),
    }
}

fn delivering(name: &str, address: Option<&str>) -> Sink {
    Sink {
        name: name.into(),
        address: address.map(Into::into),
        state: SinkState::Delivering,
        waiting: 0,
        oldest: None,
        delivered: 14_208,
        dead_letters: 0,
        retries: 3,
    }
}

fn healthy() -> View {
    let operations = [
        ("ec2:DescribeInstances", 4_302),
        ("cloudwatch:GetMetricData", 8_640),
        ("ec2:DescribeVolumes", 4_300),
        ("rds:DescribeDBInstances", 3_456),
        ("lambda:ListFunctions", 3_455),
        ("sts:GetCallerIdentity", 1_728),
    ];
    View {
        started_at: ago(6 * 86_400 + 4_000),
        registration: Registration::Registered { at: ago(132) },
        cycles: 1_728,
        last_cycle: Some(cycle(130)),
        calls: Calls {
            api_calls: 41_977,
            retries: 210,
            throttled: 37,
            estimated_cost: "4.3217".parse().ok(),
            operations: operations.map(|(name, count)| (name.into(), count)).into(),
        },
        outbox: Outbox { bytes: 48_200, max_bytes: 1_000_000_000, ..Outbox::default() },
        history: history(),
        functions: Vec::new(),
        ..fresh()
    }
}

fn degraded() -> View {
    let mut view = healthy();
    view.cycle_failures = 2;
    view.outbox.bytes = 341_700_000;
    view.sinks = vec![
        delivering("standard output", None),
        Sink {
            state: SinkState::Down {
                since: ago(11_220),
                reason: "connection refused (os error 111); is the server running?".into(),
                next_try: Some(Timestamp::now() + SignedDuration::from_secs(64)),
            },
            waiting: 1_214,
            oldest: Some(ago(11_300)),
            dead_letters: 3,
            retries: 96,
            ..delivering("openfinops", Some("https://finops.example.com/api/v1/telemetry/ingest"))
        },
    ];
    let Some(cycle) = &mut view.last_cycle else { return view };
    for service in &mut cycle.services {
        match service.name.as_str() {
            "rds" => (service.figures, service.failed_scopes) = (None, 6),
            "lambda" => service.failed_scopes = 1,
            _ => {}
        }
    }
    cycle.events = notes();
    view
}

fn failing() -> View {
    let mut view = degraded();
    let since = ago(7_300);
    view.registration = Registration::Waiting {
        since,
        reason: "401 Unauthorized: the token is not valid; check OPENFINOPS_TOKEN".into(),
    };
    view.outbox.in_memory_because =
        Some("/var/lib/openfinops is read-only (os error 30); mount it writable".into());
    view.outbox.dropped = 12;
    view.outbox.bytes = view.outbox.max_bytes;
    view.history.retain(|point| point.at < since);
    if let Some(cycle) = &mut view.last_cycle {
        cycle.finished_at = since;
        cycle.errors = vec!["no credentials: the SDK's chain found none; set AWS_PROFILE".into()];
        cycle.groups.clear();
        cycle.dearest.clear();
        cycle.unpriced_reasons.clear();
        for service in &mut cycle.services {
            (service.figures, service.failed_scopes, service.failing_cycles) = (None, 6, 3);
        }
    }
    view
}

fn cycle(age: i64) -> Cycle {
    let service = |name: &str, resources, usd: &str, unpriced, partly_priced| Service {
        name: name.into(),
        figures: Some(Figures { resources, rate: hourly(usd), unpriced, partly_priced }),
        failed_scopes: 0,
        failing_cycles: 0,
    };
    let reasons = [
        ("rds storage: no list price for gp3 in eu-central-1: the price book does not know it", 41),
        ("ec2 compute: no list price for x99.mega linux in us-east-1", 3),
        ("s3 storage: CloudWatch has no size for the bucket yet; sizes come once a day", 2),
    ];
    Cycle {
        finished_at: ago(age),
        duration: Duration::from_millis(18_420),
        scopes: 6,
        services: vec![
            service("ebs", 1_904, "61.2595", 0, 0),
            service("ec2", 1_312, "214.1716", 3, 12),
            service("eks", 9, "3.7", 0, 1),
            service("lambda", 640, "0.00004", 0, 0),
            service("rds", 57, "41.0785", 0, 41),
            service("s3", 233, "12.4179", 2, 0),
        ],
        places: Vec::new(),
        groups: groups(),
        dearest: dearest(),
        unpriced_reasons: reasons.map(|(reason, count)| (reason.into(), count)).into(),
        events: Vec::new(),
        errors: Vec::new(),
    }
}

fn groups() -> Vec<Group> {
    let value = |value: &str, resources, usd: &str| GroupValue {
        value: value.into(),
        resources,
        rate: hourly(usd),
    };
    let mut teams = vec![
        value("payments", 820, "121.4"),
        value("データ基盤", 402, "74.02"),
        value("", 911, "58.1"),
        value("Größe & Gewicht", 77, "31.55"),
        value("платформа", 130, "22.9"),
        value("قسم الفوترة", 41, "9.75"),
        value("<script>alert('team')</script>", 2, "3.2"),
        value(
            "a-team-name-that-goes-on-and-on-without-a-single-place-to-break-it-anywhere",
            1,
            "1.9",
        ),
    ];
    for index in 0_i64..27 {
        let rate = CostRate::from_hourly(rust_decimal::Decimal::new(150 - 5 * index, 2));
        teams.push(GroupValue { value: format!("squad-{index:02}"), resources: 3, rate });
    }
    let environments = vec![
        value("production", 2_912, "260.8"),
        value("staging", 701, "44.1"),
        value("development", 499, "27.9"),
    ];
    vec![
        Group { key: "team".into(), values: teams },
        Group { key: "environment".into(), values: environments },
    ]
}

fn dearest() -> Vec<Dear> {
    let dear = |id: &str, name: &str, service: &str, region: &str, usd: &str| Dear {
        id: id.into(),
        name: name.into(),
        service: service.into(),
        region: region.into(),
        rate: hourly(usd),
    };
    vec![
        dear("i-0a1b2c3d4e5f60718", "training-node-1", "ec2", "us-east-1", "32.7726"),
        dear("i-0a1b2c3d4e5f60719", "training-node-2", "ec2", "us-east-1", "32.7726"),
        dear("ledger-primary", "", "rds", "eu-central-1", "12.096"),
        dear("vol-e362ce6c4e68694ea", "検索インデックス", "ebs", "ap-northeast-1", "8.7465"),
        dear(
            "arn:aws:eks:us-west-2:222222222222:cluster/legacy-platform-that-nobody-dares-to-touch",
            "legacy",
            "eks",
            "us-west-2",
            "0.6",
        ),
        dear("logs-archive-222222222222-eu-central-1", "", "s3", "eu-central-1", "0.5411"),
    ]
}

fn notes() -> Vec<Note> {
    let note = |scope: &str, service: &str, kind: &str, message: &str, hint: Option<&str>| Note {
        scope: scope.into(),
        service: Some(service.into()),
        kind: kind.into(),
        message: message.into(),
        hint: hint.map(Into::into),
    };
    vec![
        note(
            "111111111111 us-east-1",
            "ebs",
            "volume_unattached",
            "14 volumes are attached to nothing and cost 212.40 USD a month",
            None,
        ),
        note(
            "222222222222 eu-central-1",
            "rds",
            "service_failed",
            "AccessDenied: User: arn:aws:sts::222222222222:assumed-role/openfinops-agent/aws-agent \
             is not authorized to perform: rds:DescribeDBInstances",
            Some("grant rds:DescribeDBInstances to the role openfinops-agent"),
        ),
        note(
            "222222222222 us-west-2",
            "lambda",
            "service_failed",
            "ThrottlingException: Rate exceeded, also after 5 attempts",
            Some("run fewer scopes side by side: --concurrency 2"),
        ),
        note(
            "111111111111 eu-central-1",
            "ec2",
            "metrics_limited",
            "1,204 metrics were not asked for: the ceiling of 10,000 a cycle was reached",
            Some("raise cloudwatch.max_metrics_per_cycle"),
        ),
    ]
}

/// Seven days that rise and fall, with 9 hours missing and 30 without databases.
fn history() -> Vec<HistoryPoint> {
    let hour = Timestamp::now().as_second().div_euclid(3_600);
    (0..168_i64)
        .rev()
        .filter(|age| !(61..70).contains(age))
        .map(|age| {
            let wave = [0, 4, 9, 15, 22, 28, 32, 33, 31, 27, 20, 12];
            let swing = wave[usize::try_from((hour - age) / 2 % 12).unwrap_or(0)];
            let at = Timestamp::from_second((hour - age) * 3_600).unwrap_or_default();
            let rate = |thousandths: i64| {
                Some(CostRate::from_hourly(rust_decimal::Decimal::new(thousandths, 3)))
            };
            let databases = if (100..130).contains(&age) { None } else { rate(41_078) };
            let by_service = vec![
                ("ebs".into(), rate(61_259 - age * 60)),
                ("ec2".into(), rate(180_000 + swing * 1_900 - age * 210)),
                ("eks".into(), rate(3_700)),
                ("lambda".into(), rate(1 + swing)),
                ("rds".into(), databases),
                ("s3".into(), rate(12_417 - age * 5)),
            ];
            HistoryPoint { at, by_service }
        })
        .collect()
}
