//! What was asked and answered: requests and bytes by service and operation.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::cloud::Call;
use crate::faults::{Fate, Refusal};

/// The figures of one operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Requests.
    pub requests: u64,
    /// Of them, those that were not answered, or with a status of 400 and above.
    pub refused: u64,
    /// Of them, those that were told to ask less often.
    pub throttled: u64,
    /// Bytes of the requests' bodies.
    pub bytes_in: u64,
    /// Bytes of the answers' bodies.
    pub bytes_out: u64,
}

/// The figures of all clouds, since the start or since they were last read with `reset`.
#[derive(Debug, Default)]
pub struct Counts(Mutex<BTreeMap<String, BTreeMap<String, Count>>>);

impl Counts {
    /// Notes a request of `cloud`, with a body of `bytes`, and what became of it.
    pub fn note(&self, cloud: &str, call: &Call, bytes: usize, fate: &Fate) {
        let (answered, sent) = match fate {
            Fate::Answered(reply) => (reply.status.as_u16() < 400, reply.body.len()),
            Fate::Refused(_, reply) => (false, reply.body.len()),
            Fate::CutShort(reply) => (false, reply.body.len() / 2),
            Fate::Closed => (false, 0),
        };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Looked up before anything is allocated: at a million resources this runs often.
        if !counts.contains_key(cloud) {
            counts.insert(cloud.to_owned(), BTreeMap::new());
        }
        let operations = counts.get_mut(cloud).expect("it is there since the line above");
        let count = operations.entry(format!("{}:{}", call.service, call.operation)).or_default();
        count.requests += 1;
        count.refused += u64::from(!answered);
        count.throttled += u64::from(matches!(fate, Fate::Refused(Refusal::Throttled, _)));
        count.bytes_in += bytes as u64;
        count.bytes_out += sent as u64;
    }

    /// The figures of `cloud` by service and operation, `ec2:DescribeInstances`.
    #[must_use]
    pub fn of(&self, cloud: &str) -> BTreeMap<String, Count> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(cloud)
            .cloned()
            .unwrap_or_default()
    }

    /// Everything, and begins anew where `reset`.
    #[must_use]
    pub fn read(&self, reset: bool) -> BTreeMap<String, BTreeMap<String, Count>> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if reset { std::mem::take(&mut *counts) } else { counts.clone() }
    }
}
