//! What the layer, the ways out and the calls from anywhere share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use tracing::{Dispatch, Level, Metadata, dispatcher};

use super::context::TraceContext;
use super::described::Described;
use super::metrics::{Metrics, Reason};
use super::render::Common;
use super::settings::Settings;
use super::ways::{Queues, Rounds};
use crate::identity::Identity;

pub(super) struct Shared {
    pub(super) sample_ratio: f64,
    pub(super) parent: Option<TraceContext>,
    pub(super) metrics: Metrics,
    pub(super) queues: Queues,
    pub(super) rounds: Rounds,
    targets: Vec<String>,
    level: Level,
    /// The program's file name.
    program: String,
    /// What is said before the identity is known.
    nameless: Described,
    known: OnceLock<(Described, std::sync::Arc<Identity>)>,
    sequence: AtomicU64,
    places: Mutex<HashMap<(&'static str, u32), &'static str>>,
    /// The subscriber that the layer is part of, for what there is to say to people.
    log: Mutex<Option<tracing::dispatcher::WeakDispatch>>,
}

impl Shared {
    pub(super) fn new(settings: Settings, metrics: Metrics, queues: Queues) -> Self {
        let program = program();
        Self {
            sample_ratio: settings.sample_ratio,
            parent: settings.parent,
            metrics,
            rounds: Rounds::of(&queues),
            queues,
            targets: settings.targets,
            level: settings.level,
            nameless: Described::program(&program, |name| std::env::var(name).ok()),
            program,
            known: OnceLock::new(),
            sequence: AtomicU64::new(0),
            places: Mutex::default(),
            log: Mutex::default(),
        }
    }

    /// Says who the process is. The first word stands.
    pub(super) fn identify(&self, identity: std::sync::Arc<Identity>) {
        self.known.get_or_init(|| (Described::of(&identity), identity));
    }

    /// The identity, once it is known.
    pub(super) fn identity(&self) -> Option<&Identity> {
        self.known.get().map(|(_, identity)| &**identity)
    }

    /// The identity's text, and whether it is the real one.
    pub(super) fn described(&self) -> (&Described, bool) {
        match self.known.get() {
            Some((described, _)) => (described, true),
            None => (&self.nameless, false),
        }
    }

    /// What all events have in common at this moment.
    pub(super) fn common(&self) -> Common<'_> {
        Common { program: &self.program, identity: self.described().0 }
    }

    /// The next event's number: 1, 2, 3, …
    pub(super) fn next(&self) -> u64 {
        self.sequence.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The level that spans are taken up to.
    pub(super) fn level(&self) -> Level {
        self.level
    }

    /// Whether a span of this callsite is taken.
    pub(super) fn takes(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && *metadata.level() <= self.level && self.is_target(metadata.target())
    }

    fn is_target(&self, target: &str) -> bool {
        self.targets.is_empty()
            || self.targets.iter().any(|name| {
                target
                    .strip_prefix(name.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
            })
    }

    /// Notes which function's span is made at a place in the code.
    pub(super) fn note_place(&self, metadata: &'static Metadata<'static>) {
        if let (Some(file), Some(line)) = (metadata.file(), metadata.line()) {
            let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
            places.insert((file, line), metadata.name());
        }
    }

    /// The function whose span is made at a place in the code.
    pub(super) fn function_at(&self, file: &'static str, line: u32) -> Option<&'static str> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner).get(&(file, line)).copied()
    }

    /// Hands an event to the ways out.
    pub(super) fn hand_out(&self, event: &[u8]) {
        let dropped = self.queues.add_event(event);
        if dropped > 0 {
            self.metrics.drop_events(Reason::QueueFull, dropped);
        }
    }

    /// Keeps the subscriber that the layer is part of.
    pub(super) fn keep_log(&self, dispatch: &Dispatch) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        *log = Some(dispatch.downgrade());
    }

    /// Says something to people through the subscriber that the layer is part of, also on the
    /// background thread, which has none.
    pub(super) fn say(&self, what: impl FnOnce()) {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match log.and_then(|log| log.upgrade()) {
            Some(dispatch) => dispatcher::with_default(&dispatch, what),
            None => what(),
        }
    }
}

/// The program's file name, as it was called.
pub(super) fn program() -> String {
    let called = std::env::args_os().next().map(std::path::PathBuf::from);
    let path = called.or_else(|| std::env::current_exe().ok()).unwrap_or_default();
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
