//! Cloud Run functions of both generations.
//! <https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions>

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::json::Enums;
use super::page::Page;
use super::place::Project;
use super::times::Moment;
use super::{FUNCTIONS, Gcp, json};
use crate::http::{Reply, Request};
use crate::names;
use crate::truth::{Cost, Sum};

/// The most that a page has.
const PAGE: u64 = 1_000;

/// How many in a hundred functions are of the first generation: they come first.
const FIRST: u64 = 55;

/// MB of memory, and MHz of the processor that comes with them in the first generation.
/// <https://cloud.google.com/functions/pricing-1stgen#compute_time>
const SIZES: &[(u64, (u64, u64))] = &[
    (20, (128, 200)),
    (50, (256, 400)),
    (15, (512, 800)),
    (8, (1_024, 1_400)),
    (4, (2_048, 2_400)),
    (2, (4_096, 4_800)),
    (1, (8_192, 4_800)),
];

/// A function.
#[derive(Debug)]
pub(super) struct Function {
    /// Unique in its project.
    pub(super) name: String,
    pub(super) region: &'static str,
    /// Whether it is of the first generation.
    pub(super) first: bool,
    memory_mb: u64,
    megahertz: u64,
    /// How often it ran in the last hour.
    pub(super) calls: u64,
    /// Milliseconds that it took each time, on average.
    pub(super) milliseconds: u64,
    /// Instances that are kept ready.
    ready: u64,
    state: (&'static str, u32),
    runtime: &'static str,
    labels: Vec<(&'static str, &'static str)>,
}

/// How many functions of a project are of the first generation.
pub(super) fn first(gcp: &Gcp, project: &Project) -> u64 {
    gcp.count(FUNCTIONS, project) * FIRST / 100
}

impl Function {
    /// The function number `index` of a project.
    pub(super) fn of(gcp: &Gcp, project: &Project, index: u64) -> Self {
        let mut draw = project.draw("function", index);
        let (memory_mb, megahertz) = *draw.weighted(SIZES);
        Self {
            name: names::name(&mut draw, index),
            region: gcp.region(&mut draw),
            first: index < first(gcp, project),
            memory_mb,
            megahertz,
            calls: match draw.below(10) {
                0..3 => 0,
                3..8 => 1 + draw.below(500),
                _ => 1_000 * (1 + draw.below(200)),
            },
            milliseconds: *draw.one(&[12, 40, 90, 100, 180, 250, 730, 2_400]),
            ready: if draw.percent(4) { 1 + draw.below(3) } else { 0 },
            // google.cloud.functions.v2.Function.State
            state: *draw.weighted(&[
                (96, ("ACTIVE", 1)),
                (3, ("FAILED", 2)),
                (1, ("DEPLOYING", 3)),
            ]),
            runtime: *draw.one(&["nodejs22", "python312", "go123", "java21"]),
            labels: names::labels(&mut draw),
        }
    }

    /// What the first generation used in the last hour, as if every hour were like it. Each execution
    /// counts as a tenth of a second at least; nothing tells more than their mean.
    /// <https://cloud.google.com/functions/pricing-1stgen>
    fn cost(&self, gcp: &Gcp) -> Cost {
        if !self.first {
            // It is billed as a service of Cloud Run.
            return Cost::FREE.and(None);
        }
        let mut cost = Cost::FREE;
        if self.calls > 0 {
            let price =
                |sku, unit| gcp.facts.price("gcp/functions", sku, "gen1", unit, self.region);
            let times = |amount: Decimal, price: Option<Decimal>| price.map(|price| price * amount);
            let billed = Decimal::from(self.calls * self.milliseconds.max(100));
            let memory = billed * Decimal::from(self.memory_mb) / Decimal::from(1_024_000);
            let processor = billed * Decimal::from(self.megahertz) / Decimal::from(1_000_000);
            let calls = Decimal::from(self.calls);
            cost = cost
                .and_hourly(times(calls, price("invocations", "invocation")))
                .and_hourly(times(memory, price("memory", "GB-second")))
                .and_hourly(times(processor, price("cpu", "GHz-second")));
        }
        // Instances that idle have a price that no list has.
        if self.ready > 0 { cost.and(None) } else { cost }
    }
}

/// Lists the functions of all locations.
pub(super) fn list(gcp: &Gcp, project: &Project, request: &Request) -> Result<Reply, Reply> {
    let all = gcp.count(FUNCTIONS, project);
    let page = Page::of(request, ("pageSize", "pageToken"), all, PAGE)?;
    let mut body = String::with_capacity(page.len() * 1_500 + 100);
    body.push('{');
    if page.len() > 0 {
        body.push_str("\"functions\":[");
        for index in page.items.clone() {
            json::comma(&mut body);
            let function = Function::of(gcp, project, index);
            write(&mut body, &project.id, &function, Enums::of(request));
        }
        body.push(']');
    }
    if let Some(next) = page.next {
        json::text(&mut body, "nextPageToken", next);
    }
    body.push('}');
    Ok(json::reply(body))
}

fn write(into: &mut String, project: &str, it: &Function, enums: Enums) {
    let Function { name, region, memory_mb, runtime, .. } = it;
    let unit = if it.first { "M" } else { "Mi" };
    let _ = write!(
        into,
        "{{\"name\":\"projects/{project}/locations/{region}/functions/{name}\",\"description\":\"\",\
         \"buildConfig\":{{\"build\":\"projects/900000000001/locations/{region}/builds/{name}\",\
         \"runtime\":\"{runtime}\",\"entryPoint\":\"main\",\"source\":{{\"storageSource\":{{\
         \"bucket\":\"gcf-sources-900000000001-{region}\",\"object\":\"{name}/version-1/function-source.zip\"}}}},\
         \"dockerRepository\":\"projects/{project}/locations/{region}/repositories/gcf-artifacts\"}},\
         \"serviceConfig\":{{\"availableMemory\":\"{memory_mb}{unit}\",\"timeoutSeconds\":60,\
         \"maxInstanceCount\":100,\"minInstanceCount\":{},\
         \"uri\":\"https://{region}-{project}.cloudfunctions.net/{name}\",\
         \"serviceAccountEmail\":\"{project}@appspot.gserviceaccount.com\"",
        it.ready,
    );
    // google.cloud.functions.v2.ServiceConfig.IngressSettings
    enums.word(into, "ingressSettings", ("ALLOW_ALL", 1));
    if !it.first {
        let _ = write!(
            into,
            ",\"availableCpu\":\"1\",\"maxInstanceRequestConcurrency\":1,\"revision\":\"{name}-00001-abc\",\
             \"service\":\"projects/{project}/locations/{region}/services/{name}\""
        );
    }
    into.push('}');
    json::text(into, "updateTime", Moment(1_770_000_000));
    enums.word(into, "state", it.state);
    // google.cloud.functions.v2.Environment
    enums.word(into, "environment", if it.first { ("GEN_1", 1) } else { ("GEN_2", 2) });
    if !it.labels.is_empty() {
        into.push_str(",\"labels\":");
        json::labels(into, &it.labels);
    }
    into.push('}');
}

/// What the functions of a project cost.
pub(super) fn sum(gcp: &Gcp, project: &Project) -> Sum {
    let mut sum = Sum::default();
    for index in 0..gcp.count(FUNCTIONS, project) {
        sum.add(&Function::of(gcp, project, index).cost(gcp));
    }
    sum
}
