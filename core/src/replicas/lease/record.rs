//! What a Lease says: who holds it, which interval was collected last, and how scopes are split.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;

use super::super::intervals::Interval;
use super::super::layout::Layout;
use super::failure::LeaseFailure;

/// The last interval that somebody began to collect, or that a layout holds for.
const INTERVAL: &str = "openfinops.io/interval";

/// Who that is; nobody where the interval is only not to be begun any more.
const COLLECTOR: &str = "openfinops.io/collector";

/// How scopes are split in that interval, as JSON.
const LAYOUT: &str = "openfinops.io/layout";

/// How long a Lease that was given up still counts, in seconds: the least that the API server takes.
const GIVEN_UP: i32 = 1;

/// A Lease, or one that is still to be written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    lease: Lease,
}

impl From<Option<Lease>> for Record {
    fn from(lease: Option<Lease>) -> Self {
        Self { lease: lease.unwrap_or_default() }
    }
}

impl Record {
    /// Who holds it.
    pub(crate) fn holder(&self) -> Option<&str> {
        self.spec()?.holder_identity.as_deref().filter(|holder| !holder.is_empty())
    }

    /// Whether its last holder gave it up. One that has no holder and does not say so may have one
    /// that has not noticed yet.
    pub(crate) fn is_given_up(&self) -> bool {
        let duration = self.spec().and_then(|spec| spec.lease_duration_seconds);
        self.holder().is_none() && duration == Some(GIVEN_UP)
    }

    /// How long others wait for the holder to renew it.
    pub(crate) fn duration(&self) -> Option<Duration> {
        let seconds = self.spec()?.lease_duration_seconds?;
        u64::try_from(seconds).ok().map(Duration::from_secs)
    }

    /// Which writing of it this is.
    pub(crate) fn version(&self) -> Option<&str> {
        self.lease.metadata.resource_version.as_deref()
    }

    /// The last interval that somebody began to collect.
    ///
    /// # Errors
    /// Somebody else wrote what is no interval: a person has to look, or one may be collected twice.
    pub(crate) fn interval(&self) -> Result<Option<Interval>, LeaseFailure> {
        let Some(text) = self.annotation(INTERVAL) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| strange(INTERVAL))
    }

    /// Who began to collect it.
    pub(crate) fn collector(&self) -> Option<&str> {
        self.annotation(COLLECTOR)
    }

    /// Whether somebody did begin it.
    pub(crate) fn is_begun(&self) -> bool {
        self.collector().is_some_and(|collector| !collector.is_empty())
    }

    /// How scopes are split in that interval.
    ///
    /// # Errors
    /// Somebody else wrote what is no layout.
    pub(crate) fn layout(&self) -> Result<Option<Layout>, LeaseFailure> {
        let Some(text) = self.annotation(LAYOUT) else { return Ok(None) };
        serde_json::from_str(text).map(Some).map_err(|_| strange(LAYOUT))
    }

    /// The same, held by `holder` from `now` for `duration`.
    pub(crate) fn held_by(mut self, holder: &str, duration: Duration, now: Timestamp) -> Self {
        let changes = self.holder() != Some(holder);
        let spec = self.lease.spec.get_or_insert_with(LeaseSpec::default);
        if changes {
            spec.acquire_time = Some(MicroTime(now));
            spec.lease_transitions = Some(spec.lease_transitions.map_or(0, |many| many + 1));
        }
        spec.holder_identity = Some(holder.to_owned());
        spec.renew_time = Some(MicroTime(now));
        // A whole number of at least one, as the API server wants it.
        let seconds = i32::try_from(duration.as_secs()).unwrap_or(i32::MAX).max(1);
        spec.lease_duration_seconds = Some(seconds);
        self
    }

    /// The same, held by nobody, so that the next one need not wait.
    pub(crate) fn given_up(mut self, now: Timestamp) -> Self {
        if let Some(spec) = &mut self.lease.spec {
            spec.holder_identity = Some(String::new());
            spec.renew_time = Some(MicroTime(now));
            spec.lease_duration_seconds = Some(GIVEN_UP);
        }
        self
    }

    /// The same, with the interval that is collected now, and by whom.
    pub(crate) fn collecting(mut self, interval: Interval, collector: &str) -> Self {
        self.annotations().insert(INTERVAL.to_owned(), interval.to_string());
        self.annotations().insert(COLLECTOR.to_owned(), collector.to_owned());
        self
    }

    /// The same, with an interval that nobody begins any more: what was collected in it is not known.
    pub(crate) fn closing(self, interval: Interval) -> Self {
        self.collecting(interval, "")
    }

    /// The same, with how scopes are split in its interval.
    pub(crate) fn split(mut self, layout: &Layout) -> Self {
        // A layout is a number and a list of numbers.
        let text = serde_json::to_string(layout).unwrap_or_default();
        self.annotations().insert(LAYOUT.to_owned(), text);
        self
    }

    /// What is written.
    pub(crate) fn into_lease(self) -> Lease {
        self.lease
    }

    fn spec(&self) -> Option<&LeaseSpec> {
        self.lease.spec.as_ref()
    }

    fn annotation(&self, key: &str) -> Option<&str> {
        self.lease.metadata.annotations.as_ref()?.get(key).map(String::as_str)
    }

    fn annotations(&mut self) -> &mut BTreeMap<String, String> {
        self.lease.metadata.annotations.get_or_insert_with(BTreeMap::new)
    }
}

fn strange(annotation: &str) -> LeaseFailure {
    LeaseFailure::Strange(format!(
        "its annotation {annotation} is none that an agent writes; delete the lease"
    ))
}
