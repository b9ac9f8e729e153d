//! One agent among those that share its work.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use super::agreement::Agreement;
use super::intervals::{Interval, Intervals};
use super::layout::Layout;
use super::leader::{Leader, Place};
use super::lease::{LeaseApi, LeaseFailure};
use super::shard::Shard;
use super::starts::Starts;
use crate::agent::AgentError;
use crate::identity::Surroundings;
use crate::model::Scope;
use crate::run::Plan;

/// This process among all replicas, in the Lease and beside the pod's name: a pod that starts anew is
/// another.
static PROCESS: LazyLock<Uuid> = LazyLock::new(Uuid::now_v7);

/// The name of this pod, by the downward API; else its host name says it.
const POD_NAME: &str = "POD_NAME";

/// The share of an interval in which replicas have to agree on it.
const AGREE_WITHIN: f64 = 0.25;

/// One agent among those that share its work; alone unless told otherwise.
#[derive(Clone, Default)]
pub struct Replica {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    role: Role,
    /// The interval of the cycle that runs.
    current: Mutex<Option<Interval>>,
    /// Scopes of the cycle that runs which are other replicas'.
    elsewhere: AtomicUsize,
}

/// How the work is shared.
#[derive(Default)]
pub(super) enum Role {
    /// It is not.
    #[default]
    Alone,
    /// Each replica has its scopes.
    Part { shard: Shard, intervals: Arc<Intervals>, agreement: Option<Arc<Agreement>> },
    /// One has all, the others none.
    Elected { leader: Arc<Leader>, intervals: Arc<Intervals> },
}

/// Where a replica stands, for whoever watches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Standing {
    /// There is no other.
    #[default]
    Alone,
    /// It collects a part of the scopes; the Lease by which the replicas agree, if any.
    Part {
        /// Which.
        shard: Shard,
        /// The Lease by which the replicas agree, if any.
        lease: Option<String>,
    },
    /// It collects, by the Lease of this name.
    Leading {
        /// The Lease.
        lease: String,
        /// Since when.
        since: Timestamp,
    },
    /// Another one does.
    Standby {
        /// The Lease.
        lease: String,
        /// Who holds it.
        leader: String,
    },
    /// Nothing is collected, because it is not known who leads.
    Unknown {
        /// The Lease.
        lease: String,
        /// Why not, where more is known than that it was not asked yet.
        trouble: Option<String>,
    },
}

impl Standing {
    /// The same in a few words; nothing where there is no other replica.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        match self {
            Self::Alone => None,
            Self::Part { shard, lease: None } => Some(format!("part {shard} of the scopes")),
            Self::Part { shard, lease: Some(lease) } => {
                Some(format!("part {shard} of the scopes, agreed by the lease {lease}"))
            }
            Self::Leading { lease, .. } => Some(format!("collects, by the lease {lease}")),
            Self::Standby { lease, leader } => {
                Some(format!("stands by: {leader} collects, by the lease {lease}"))
            }
            Self::Unknown { lease, trouble: None } => {
                Some(format!("waits to see who holds the lease {lease}"))
            }
            Self::Unknown { lease, trouble: Some(trouble) } => {
                Some(format!("nothing is collected, by the lease {lease}: {trouble}"))
            }
        }
    }
}

/// Why an agent cannot share its work.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the lease cannot be used: {0}")]
pub struct ReplicaError(LeaseFailure);

impl Replica {
    /// A part of the scopes, without asking anybody: for one cycle, or where the number of replicas
    /// never changes while they run.
    #[must_use]
    pub fn part(shard: Shard, interval: Duration) -> Self {
        let intervals = Arc::new(Intervals::new(interval));
        Self::of(Role::Part { shard, intervals, agreement: None })
    }

    /// One of several that agree through the Lease `name` in this pod's namespace, which runs out
    /// after `duration`: who collects, or with a shard how many they are. Cycles are `interval` apart.
    ///
    /// # Errors
    /// This is no pod, or one without a service account's token.
    pub fn by_lease(
        name: &str,
        duration: Duration,
        shard: Option<Shard>,
        interval: Duration,
        around: &Surroundings,
    ) -> Result<Self, ReplicaError> {
        // Two calls have to fit before a third of the duration is over.
        let api = LeaseApi::connect(around, name, duration / 6).map_err(ReplicaError)?;
        let intervals = Arc::new(Intervals::new(interval));
        let pod = around.variable(POD_NAME).unwrap_or_else(|| around.hostname());
        let me = format!("{pod}_{}", PROCESS.simple());
        let shared = Arc::clone(&intervals);
        Ok(Self::of(match shard {
            None => {
                let leader = Arc::new(Leader::new(api, me, duration, shared));
                Role::Elected { leader, intervals }
            }
            Some(shard) => {
                let patience = interval.mul_f64(AGREE_WITHIN);
                let agreement = Agreement::new(api, me, duration, shared, patience);
                Role::Part { shard, intervals, agreement: Some(Arc::new(agreement)) }
            }
        }))
    }

    fn of(role: Role) -> Self {
        Self { inner: Arc::new(Inner { role, ..Inner::default() }) }
    }

    /// Those of `targets` that are this replica's in the cycle that runs.
    ///
    /// # Errors
    /// The replicas could not agree; nothing may be collected then.
    pub async fn share<T>(
        &self,
        targets: Vec<T>,
        scope: impl Fn(&T) -> &Scope,
    ) -> Result<Vec<T>, AgentError> {
        let Role::Part { shard, agreement, .. } = &self.inner.role else { return Ok(targets) };
        let keys: Vec<String> = targets.iter().map(|target| key(scope(target))).collect();
        let layout = match (agreement, self.current()) {
            (Some(agreement), Some(interval)) => {
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                let agreed = agreement.layout(interval, shard.count(), &keys).await;
                agreed.map_err(|failure| AgentError::Replicas(failure.to_string()))?
            }
            _ => Layout::plain(shard.count()),
        };
        if layout.count() != shard.count() {
            let (agreed, own) = (layout.count(), shard.count());
            tracing::info!(
                agreed,
                own,
                "the replicas share this interval's scopes as it was agreed"
            );
        }
        let all = targets.len();
        let mine =
            |(target, key): (T, &String)| (layout.owner(key) == shard.number()).then_some(target);
        let kept: Vec<T> = targets.into_iter().zip(&keys).filter_map(mine).collect();
        self.inner.elsewhere.store(all - kept.len(), Ordering::Relaxed);
        Ok(kept)
    }

    /// Scopes of the last cycle that were other replicas'.
    #[must_use]
    pub fn elsewhere(&self) -> usize {
        self.inner.elsewhere.load(Ordering::Relaxed)
    }

    /// Where it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match &self.inner.role {
            Role::Alone => Standing::Alone,
            Role::Part { shard, agreement, .. } => Standing::Part {
                shard: *shard,
                lease: agreement.as_ref().map(|agreement| agreement.lease().to_owned()),
            },
            Role::Elected { leader, .. } => {
                let lease = leader.lease().to_owned();
                match leader.place() {
                    Place::Leading(_) => Standing::Leading { lease, since: leader.since() },
                    Place::Standby(leader) => Standing::Standby { lease, leader },
                    Place::Starting => Standing::Unknown { lease, trouble: None },
                    Place::Unknown(failure) => {
                        Standing::Unknown { lease, trouble: Some(failure.to_string()) }
                    }
                }
            }
        }
    }

    /// Keeps what takes keeping, for ever.
    pub(crate) async fn keep(&self) {
        if let Role::Elected { leader, .. } = &self.inner.role {
            leader.keep().await;
        }
        std::future::pending::<()>().await;
    }

    /// Lets another replica take over at once.
    pub(crate) async fn give_up(&self) {
        if let Role::Elected { leader, .. } = &self.inner.role {
            leader.give_up().await;
        }
    }

    /// When its cycles start.
    pub(crate) fn starts(&self, plan: &Plan) -> Starts {
        Starts::new(self.clone(), plan)
    }

    pub(super) fn role(&self) -> &Role {
        &self.inner.role
    }

    /// The cycle that runs next is of `interval`.
    pub(super) fn begin(&self, interval: Interval) {
        *self.lock() = Some(interval);
    }

    fn current(&self) -> Option<Interval> {
        *self.lock()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Interval>> {
        // One value that is replaced whole.
        self.inner.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a scope is split by: `aws/123456789012/eu-west-1`.
fn key(scope: &Scope) -> String {
    format!("{}/{}/{}", scope.provider, scope.account_id, scope.region)
}
