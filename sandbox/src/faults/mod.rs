//! What goes wrong on demand: by cloud, service, account and region.

mod bucket;
mod rule;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use crate::cloud::Call;
use crate::http::Reply;
use bucket::Bucket;
pub use rule::{BadRule, Fault, Rule};

/// What becomes of a request.
#[derive(Debug, Clone)]
pub enum Fate {
    /// It is answered.
    Answered(Reply),
    /// It is refused, in the vendor's words.
    Refused(Refusal, Reply),
    /// The answer breaks off in its middle, and the connection with it.
    CutShort(Reply),
    /// The connection is closed without an answer.
    Closed,
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Too many requests: to be asked again later.
    Throttled,
    /// A fault inside the cloud, which is over at the next try.
    Internal,
    /// The token or the credentials have expired.
    Expired,
}

/// The rules that hold at present.
#[derive(Debug)]
pub struct Faults(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    rules: Vec<Rule>,
    /// By rule, service, account and region: vendors count each by itself.
    buckets: HashMap<(usize, &'static str, String, String), Bucket>,
    dice: fastrand::Rng,
}

/// What a request meets, decided before it is answered.
#[derive(Debug, Default)]
struct Met {
    wait: std::time::Duration,
    hangs: bool,
    closes: bool,
    cut: bool,
    refusal: Option<Refusal>,
}

impl Faults {
    /// These rules; `seed` decides which requests are hit.
    #[must_use]
    pub fn new(seed: u64, rules: Vec<Rule>) -> Self {
        let dice = fastrand::Rng::with_seed(seed);
        Self(Mutex::new(Inner { rules, buckets: HashMap::new(), dice }))
    }

    /// The rules that hold at present.
    #[must_use]
    pub fn rules(&self) -> Vec<Rule> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).rules.clone()
    }

    /// Puts these rules in the place of those before; buckets are full again.
    pub fn replace(&self, rules: Vec<Rule>) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.rules = rules;
        inner.buckets.clear();
    }

    /// What becomes of a call, which `answer` answers and `refuse` refuses.
    pub async fn fate(
        &self,
        cloud: &str,
        call: &Call,
        answer: impl FnOnce() -> Reply,
        refuse: impl FnOnce(Refusal) -> Reply,
    ) -> Fate {
        let met = self.met(cloud, call);
        if met.hangs {
            // Until the client has had enough and closes the connection.
            std::future::pending::<()>().await;
        }
        if !met.wait.is_zero() {
            tokio::time::sleep(met.wait).await;
        }
        match met {
            Met { closes: true, .. } => Fate::Closed,
            Met { refusal: Some(refusal), .. } => Fate::Refused(refusal, refuse(refusal)),
            Met { cut: true, .. } => Fate::CutShort(answer()),
            _ => Fate::Answered(answer()),
        }
    }

    fn met(&self, cloud: &str, call: &Call) -> Met {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Inner { rules, buckets, dice } = &mut *inner;
        let mut met = Met::default();
        let holding = rules.iter().enumerate().filter(|(_, rule)| rule.is_about(cloud, call));
        for (index, rule) in holding {
            let mut hit = |share: f64| dice.f64() < share;
            match rule.fault {
                Fault::Latency(wait) => met.wait += wait,
                Fault::Throttle { rate, burst } => {
                    let Call { service, account, region, .. } = call;
                    let bucket = buckets
                        .entry((index, service, account.clone(), region.clone()))
                        .or_insert_with(|| Bucket::full(rate, burst, Instant::now()));
                    if !bucket.take(Instant::now()) {
                        met.refusal = met.refusal.or(Some(Refusal::Throttled));
                    }
                }
                Fault::Throttled(share) if hit(share) => {
                    met.refusal = met.refusal.or(Some(Refusal::Throttled));
                }
                Fault::Errors(share) if hit(share) => {
                    met.refusal = met.refusal.or(Some(Refusal::Internal));
                }
                Fault::Expired(share) if hit(share) => {
                    met.refusal = met.refusal.or(Some(Refusal::Expired));
                }
                Fault::Truncate(share) => met.cut |= hit(share),
                Fault::Hang(share) => met.hangs |= hit(share),
                Fault::Close(share) => met.closes |= hit(share),
                Fault::Throttled(_) | Fault::Errors(_) | Fault::Expired(_) => {}
            }
        }
        met
    }
}
