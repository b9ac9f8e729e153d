//! What systemd is told. Without systemd nothing happens.

use sd_notify::NotifyState;

use super::report::CycleReport;

/// The agent runs: configured, and collecting or about to.
pub fn notify_ready() {
    tell(&[NotifyState::Ready]);
}

/// The agent takes a new configuration; [`notify_ready`] follows.
pub fn notify_reloading() {
    // systemd wants the time, to tell this reload from an earlier one.
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(_) => tell(&[NotifyState::Reloading]),
    }
}

/// The agent ends.
pub fn notify_stopping() {
    tell(&[NotifyState::Stopping]);
}

/// One line for `systemctl status`.
pub(super) fn status(report: &CycleReport) {
    let total = report.total();
    let line = format!(
        "{} resources, {} USD/hour, {} unpriced, {} services failed; documents waiting: {}",
        total.count,
        total.rate.hourly(),
        total.unpriced,
        total.failures,
        report.receipt.kept
    );
    tell(&[NotifyState::Status(&line)]);
}

/// Tells systemd's watchdog again and again that the agent is alive; for ever, and only where
/// there is a watchdog.
pub async fn watchdog() {
    let Some(limit) = sd_notify::watchdog_enabled() else {
        return std::future::pending().await;
    };
    // Twice within the limit, as sd_watchdog_enabled(3) asks for.
    let mut ticks = tokio::time::interval(limit / 2);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        tell(&[NotifyState::Watchdog]);
    }
}

/// A message that does not get through is no reason to stop.
fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "systemd could not be told");
    }
}
