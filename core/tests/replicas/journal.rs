//! What the replicas of a test did, and what must hold of it whatever happened.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

/// A replica began to collect a scope.
#[derive(Debug, Clone)]
pub(crate) struct Began {
    pub(crate) replica: String,
    /// The number of the cycle, of all replicas.
    pub(crate) cycle: usize,
    /// The interval that the Lease named when the cycle began.
    pub(crate) interval: Option<String>,
    pub(crate) scope: String,
}

#[derive(Default)]
struct Entries {
    began: Vec<Began>,
    /// The replica, the cycle and the scope of each document.
    delivered: Vec<(String, usize, String)>,
    cycles: usize,
}

/// What happened, in its order.
#[derive(Clone, Default)]
pub(crate) struct Journal(Arc<Mutex<Entries>>);

impl Journal {
    pub(crate) fn began(&self, began: Began) {
        self.lock().began.push(began);
    }

    pub(crate) fn delivered(&self, replica: String, cycle: u64, scope: String) {
        let cycle = usize::try_from(cycle).unwrap();
        self.lock().delivered.push((replica, cycle, scope));
    }

    pub(crate) fn next_cycle(&self) -> usize {
        let mut entries = self.lock();
        entries.cycles += 1;
        entries.cycles
    }

    /// What was begun so far.
    pub(crate) fn all(&self) -> Vec<Began> {
        self.lock().began.clone()
    }

    /// What `replica` began so far.
    pub(crate) fn of(&self, replica: &str) -> Vec<Began> {
        self.all().into_iter().filter(|began| began.replica == replica).collect()
    }

    /// Whether a document of this cycle and scope was stored: what is stored is delivered.
    pub(crate) fn has_stored(&self, began: &Began) -> bool {
        let wanted = (began.replica.clone(), began.cycle, began.scope.clone());
        self.lock().delivered.contains(&wanted)
    }

    /// Each interval's scopes, with who collected each.
    pub(crate) fn by_interval(&self) -> BTreeMap<String, BTreeMap<String, Vec<String>>> {
        let mut all = BTreeMap::<String, BTreeMap<String, Vec<String>>>::new();
        for began in self.all() {
            let interval = began.interval.clone();
            let interval = interval.unwrap_or_else(|| panic!("in no interval: {began:?}"));
            let scopes = all.entry(interval).or_default();
            scopes.entry(began.scope).or_default().push(began.replica);
        }
        all
    }

    /// No scope is collected twice in an interval, by two replicas or by one.
    pub(crate) fn assert_nothing_doubled(&self) {
        for (interval, scopes) in self.by_interval() {
            for (scope, replicas) in scopes {
                assert_eq!(replicas.len(), 1, "{scope} in {interval}: {replicas:?}");
            }
        }
    }

    /// The intervals in which something was collected, of `scopes` each.
    pub(crate) fn whole_intervals(&self, scopes: usize) -> BTreeSet<String> {
        let all = self.by_interval().into_iter();
        all.filter(|(_, found)| found.len() == scopes).map(|(interval, _)| interval).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap()
    }
}
