//! The view as Prometheus text, built anew for each scrape.
//!
//! What is not known is absent: a service that failed everywhere has no resources and no cost here,
//! only failed scopes.

mod family;
mod place_costs;
mod reasons;
mod replica;
mod tag_costs;

use jiff::Timestamp;
use prometheus::{Registry, Result, TextEncoder};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use self::family::{counter, counters, gauge, gauges};
use super::view::{PriceBook, Registration, Sink, SinkState, View};
use super::{Cycle, Service};
use crate::model::CostRate;
use crate::replicas::Standing;

/// `view` in Prometheus' text format, version 0.0.4.
///
/// # Errors
/// A metric was defined twice or wrongly, which the tests rule out.
pub fn metrics(view: &View) -> Result<String> {
    let registry = Registry::new();
    agent(&registry, view)?;
    if let Some(cycle) = &view.last_cycle {
        last_cycle(&registry, cycle)?;
        if collects(&view.standing) {
            findings(&registry, cycle)?;
        }
    }
    replica::register(&registry, &view.standing)?;
    calls(&registry, view)?;
    outbox(&registry, view)?;
    sinks(&registry, view)?;
    let mut families = registry.gather();
    families.extend_from_slice(&view.functions);
    TextEncoder::new().encode_to_string(&families)
}

/// Whether what the last cycle found is this agent's to tell. Where another one may have taken over, it
/// tells the same resources, and a sum over both would have them twice.
fn collects(standing: &Standing) -> bool {
    match standing {
        Standing::Alone | Standing::Part { .. } | Standing::Leading { .. } => true,
        Standing::Standby { .. } | Standing::Unknown { .. } => false,
    }
}

fn findings(registry: &Registry, cycle: &Cycle) -> Result<()> {
    services(registry, cycle)?;
    place_costs::register(registry, &cycle.places)?;
    reasons::register(registry, &cycle.unpriced_reasons)?;
    tag_costs::register(registry, &cycle.groups)
}

fn agent(registry: &Registry, view: &View) -> Result<()> {
    let agent = &view.agent;
    gauges(
        registry,
        "build_info",
        "Which agent this is; always 1.",
        &["agent", "version", "agent_id"],
        [([&*agent.name, &*agent.version, &*agent.agent_id], 1.0)],
    )?;
    let start = seconds(view.started_at);
    gauge(registry, "start_time_seconds", "When the process started, in Unix time.", start)?;
    let help = "Time from one cycle's start to the next one's.";
    gauge(registry, "interval_seconds", help, view.interval.as_secs_f64())?;
    let ready = view.readiness().problems(view.now).is_empty();
    gauge(
        registry,
        "ready",
        "1 where the agent does its work, as /readyz answers, else 0.",
        flag(ready),
    )?;
    let registered = !matches!(view.registration, Registration::Waiting { .. });
    gauge(
        registry,
        "registered",
        "1 where the server knows the agent or there is none to know it, else 0.",
        flag(registered),
    )?;
    counter(registry, "cycles_total", "Cycles that ended.", number(view.cycles))?;
    counter(
        registry,
        "cycle_failures_total",
        "Cycles that could not begin or could collect nothing.",
        number(view.cycle_failures),
    )?;
    view.price_book.as_ref().map_or(Ok(()), |book| prices(registry, view, book))
}

fn prices(registry: &Registry, view: &View, book: &PriceBook) -> Result<()> {
    if let Some(age) = book.age(view.now) {
        let help = "Time since the prices in use were last seen to hold: since the oldest table \
                    was fetched from the vendor, or since the day of the newest price that the \
                    agent was built with.";
        gauge(registry, "price_book_age_seconds", help, age.as_secs_f64())?;
    }
    gauge(registry, "price_book_rows", "Prices in the price book.", number(book.rows))?;
    if let Some(synced) = &book.synced {
        let help = "When prices were last fetched from the vendor.";
        let name = "price_sync_last_success_timestamp_seconds";
        gauge(registry, name, help, seconds(synced.newest))?;
    }
    counter(
        registry,
        "price_sync_failures_total",
        "Attempts to fetch prices from the vendor that failed.",
        number(book.failures),
    )
}

fn last_cycle(registry: &Registry, cycle: &Cycle) -> Result<()> {
    let duration = cycle.duration.as_secs_f64();
    gauge(registry, "last_cycle_duration_seconds", "How long the last cycle took.", duration)?;
    gauge(
        registry,
        "last_cycle_timestamp_seconds",
        "When the last cycle ended, in Unix time.",
        seconds(cycle.finished_at),
    )?;
    gauge(registry, "scopes", "Scopes that the last cycle collected.", number(cycle.scopes))
}

fn services(registry: &Registry, cycle: &Cycle) -> Result<()> {
    let known = |figure: fn(&super::Figures) -> f64| {
        cycle.services.iter().filter_map(move |service| {
            service.figures.as_ref().map(|figures| ([&*service.name], figure(figures)))
        })
    };
    let label = &["service"];
    gauges(
        registry,
        "resources",
        "Resources that the last cycle found. Absent for a service that failed in every scope.",
        label,
        known(|figures| number(figures.resources)),
    )?;
    gauges(
        registry,
        "cost_usd_per_hour",
        "What resources cost, where a price is known. Absent for a service that \
         failed in every scope.",
        label,
        known(|figures| hourly(figures.rate)),
    )?;
    gauges(
        registry,
        "unpriced_resources",
        "Resources of which nothing has a price.",
        label,
        known(|figures| number(figures.unpriced)),
    )?;
    gauges(
        registry,
        "partly_priced_resources",
        "Resources of which some part has no price.",
        label,
        known(|figures| number(figures.partly_priced)),
    )?;
    let all = |figure: fn(&Service) -> u64| {
        cycle.services.iter().map(move |service| ([&*service.name], number(figure(service))))
    };
    gauges(
        registry,
        "failing_cycles",
        "Cycles in a row, the last one included, in which the service failed in some scope.",
        label,
        all(|service| service.failing_cycles),
    )?;
    gauges(
        registry,
        "failed_scopes",
        "Scopes in which the service failed in the last cycle.",
        label,
        all(|service| service.failed_scopes),
    )
}

fn calls(registry: &Registry, view: &View) -> Result<()> {
    let calls = &view.calls;
    for (name, help, count) in [
        ("api_calls_total", "Requests to the vendor's APIs, retries included.", calls.api_calls),
        ("api_retries_total", "Requests that repeated an earlier one.", calls.retries),
        ("api_throttles_total", "Answers that said 'too many requests'.", calls.throttled),
    ] {
        counter(registry, name, help, number(count))?;
    }
    let Some(cost) = calls.estimated_cost else {
        return Ok(());
    };
    counter(
        registry,
        "api_estimated_cost_usd_total",
        "What the vendor charges for the agent's requests at list price.",
        decimal(cost),
    )
}

fn outbox(registry: &Registry, view: &View) -> Result<()> {
    let outbox = &view.outbox;
    gauge(registry, "outbox_bytes", "What the outbox holds.", number(outbox.bytes))?;
    let in_memory = flag(outbox.in_memory_because.is_some());
    let help = "1 where documents wait in memory only and would not survive a restart, else 0.";
    gauge(registry, "outbox_in_memory", help, in_memory)?;
    gauge(registry, "outbox_max_bytes", "What the outbox may hold.", number(outbox.max_bytes))?;
    counter(
        registry,
        "outbox_dropped_documents_total",
        "Documents given up because the outbox was full or they were too old.",
        number(outbox.dropped),
    )
}

fn sinks(registry: &Registry, view: &View) -> Result<()> {
    let all =
        |figure: fn(&Sink) -> f64| view.sinks.iter().map(move |sink| ([&*sink.name], figure(sink)));
    let label = &["sink"];
    let up = |sink: &Sink| flag(sink.state == SinkState::Delivering);
    gauges(registry, "sink_up", "1 where the sink takes documents, 0 where not.", label, all(up))?;
    let waiting = all(|sink| number(sink.waiting));
    gauges(registry, "outbox_documents", "Documents that wait for the sink.", label, waiting)?;
    gauges(
        registry,
        "outbox_oldest_age_seconds",
        "Time since the oldest waiting document was collected. Absent where none waits.",
        label,
        view.sinks.iter().filter_map(|sink| {
            let oldest = seconds(sink.oldest?);
            Some(([&*sink.name], (seconds(view.now) - oldest).max(0.0)))
        }),
    )?;
    let refused = all(|sink| number(sink.dead_letters));
    gauges(registry, "dead_letters", "Documents that the sink refused for good.", label, refused)?;
    let delivered = all(|sink| number(sink.delivered));
    let help = "Documents that the sink took.";
    counters(registry, "outbox_delivered_documents_total", help, label, delivered)?;
    let retries = all(|sink| number(sink.retries));
    let help = "Attempts that repeated an earlier one.";
    counters(registry, "outbox_send_retries_total", help, label, retries)
}

/// A count as a sample; exact below 2^53.
fn number(count: u64) -> f64 {
    count as f64
}

/// A truth as a sample.
fn flag(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

fn decimal(amount: Decimal) -> f64 {
    // Every decimal has a nearest float.
    amount.to_f64().unwrap_or(f64::NAN)
}

fn hourly(rate: CostRate) -> f64 {
    decimal(rate.hourly())
}

/// Unix time in seconds.
fn seconds(at: Timestamp) -> f64 {
    at.as_duration().as_secs_f64()
}

#[cfg(test)]
mod tests;
