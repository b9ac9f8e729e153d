//! When it is synced and what is said of it, on a clock that jumps from wait to wait.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, Mutex};

use tokio::time::Instant;
use tracing::field::{Field, Visit};
use tracing::span;
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};

use super::pace::{Attempt, Clock, Pace, Syncing};
use super::*;

const DAY: Duration = Duration::from_secs(24 * 3600);
const MINUTE: Duration = Duration::from_secs(60);

/// What a sync comes to, and the state of the book, as the test says.
struct Script {
    attempts: VecDeque<Attempt>,
    /// When the book was taken, if there is one.
    taken: Option<Instant>,
    /// When it was synced, and how that was called.
    synced: Rc<RefCell<Vec<Duration>>>,
    begun: Instant,
}

impl Script {
    fn new(attempts: impl IntoIterator<Item = Attempt>) -> (Self, Rc<RefCell<Vec<Duration>>>) {
        let synced: Rc<RefCell<Vec<Duration>>> = Rc::default();
        let (attempts, begun) = (attempts.into_iter().collect(), Instant::now());
        (Self { attempts, taken: None, synced: Rc::clone(&synced), begun }, synced)
    }
}

impl Syncing for Script {
    fn youngest(&self) -> Option<Duration> {
        self.taken.map(|taken| taken.elapsed())
    }

    fn oldest(&self) -> Option<(String, Duration)> {
        Some(("the list".to_owned(), self.taken?.elapsed()))
    }

    // The test's clock is of one thread.
    #[allow(clippy::manual_async_fn, reason = "the trait's future is Send, and this one is ready")]
    fn sync(&mut self) -> impl Future<Output = Attempt> + Send {
        self.synced.borrow_mut().push(self.begun.elapsed());
        let attempt = self.attempts.pop_front();
        if matches!(attempt, Some(Attempt::Done { .. })) {
            self.taken = Some(Instant::now());
        }
        async move {
            match attempt {
                Some(attempt) => attempt,
                None => std::future::pending().await,
            }
        }
    }

    fn clock(&self) -> Clock {
        || "2026-11-21T00:00:00Z".parse().unwrap()
    }
}

/// Runs until the script has ended. The waits before each sync.
async fn waits(
    script: Script,
    synced: Rc<RefCell<Vec<Duration>>>,
    state: &RefreshState,
) -> Vec<Duration> {
    let count = script.attempts.len();
    let running = Pace::new(DAY, 2 * DAY, state).run(script);
    let ended = async {
        while synced.borrow().len() <= count {
            tokio::time::sleep(MINUTE).await;
        }
    };
    tokio::select! {
        () = running => {}
        () = ended => {}
    }
    let times = synced.borrow();
    std::iter::once(Duration::ZERO)
        .chain(times.iter().copied())
        .zip(times.iter())
        .map(|(before, at)| *at - before)
        .collect()
}

fn failed(why: &str) -> Attempt {
    Attempt::Failed(why.to_owned())
}

fn about(wait: Duration, expected: Duration) -> bool {
    let slack = Duration::from_millis(2);
    wait + slack >= expected.mul_f64(0.9) && wait <= expected.mul_f64(1.1) + slack
}

#[tokio::test(start_paused = true)]
async fn without_a_book_the_first_sync_is_soon_but_not_at_once_for_all() {
    let mut delays = Vec::new();
    for _ in 0..20 {
        let (script, synced) = Script::new([]);
        delays.extend(waits(script, synced, &RefreshState::default()).await);
    }
    assert!(delays.iter().all(|delay| *delay <= 15 * MINUTE + Duration::from_millis(2)));
    delays.sort_unstable();
    delays.dedup();
    assert!(delays.len() > 10, "not spread: {delays:?}");
}

#[tokio::test(start_paused = true)]
async fn a_book_that_is_young_is_left_alone_until_it_is_due() {
    let (mut script, synced) = Script::new([]);
    tokio::time::advance(DAY).await;
    script.begun = Instant::now();
    script.taken = Some(Instant::now() - DAY / 4);
    let first = waits(script, synced, &RefreshState::default()).await[0];
    assert!(first >= DAY / 4 * 3 && first <= DAY / 4 * 3 + 16 * MINUTE, "{first:?}");
}

#[tokio::test(start_paused = true)]
async fn syncs_come_every_day_give_or_take_a_tenth() {
    let state = RefreshState::default();
    let (script, synced) = Script::new(vec![Attempt::Done { rows: 1 }; 10]);
    let waits = waits(script, synced, &state).await;
    assert!(waits[1..].iter().all(|wait| about(*wait, DAY)), "{waits:?}");
    let figures = state.figures();
    assert!(figures.last_success.is_some() && figures.last_failure.is_none());
    let next = figures.next.unwrap().duration_since(figures.last_success.unwrap());
    assert!(about(Duration::try_from(next).unwrap(), DAY) && figures.running);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_tried_again_after_longer_and_longer_waits() {
    let state = RefreshState::default();
    let attempts = vec![failed("no network"); 9];
    let (script, synced) = Script::new(attempts);
    let waits = waits(script, synced, &state).await;
    let minutes = [15, 30, 60, 120, 240, 480, 960, 1440, 1440];
    for (wait, minutes) in waits[1..].iter().zip(minutes) {
        assert!(about(*wait, minutes * MINUTE), "{wait:?} for {minutes} minutes");
    }
    let figures = state.figures();
    assert_eq!((figures.failures, figures.reason.as_deref()), (9, Some("no network")));
    assert!(figures.last_failure.is_some() && figures.last_success.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_success_ends_a_row_of_failures() {
    let state = RefreshState::default();
    let attempts = [failed("a"), failed("a"), Attempt::Done { rows: 1 }, failed("a")];
    let (script, synced) = Script::new(attempts);
    let waits = waits(script, synced, &state).await;
    assert!(about(waits[4], 15 * MINUTE), "{waits:?}");
    assert_eq!(state.figures().failures, 1);
}

#[tokio::test(start_paused = true)]
async fn another_process_or_nothing_to_want_is_no_failure() {
    let state = RefreshState::default();
    let (script, synced) =
        Script::new([Attempt::Busy("process 7".to_owned()), Attempt::NothingWanted]);
    let waits = waits(script, synced, &state).await;
    assert!(about(waits[1], 15 * MINUTE) && waits[2] <= 6 * MINUTE, "{waits:?}");
    assert_eq!(state.figures().failures, 0);
}

#[tokio::test(start_paused = true)]
async fn what_another_process_has_synced_is_not_synced_again() {
    let (script, synced) = Script::new([]);
    // Another process puts a book there while this one waits for its first sync.
    struct Other(Script);
    impl Syncing for Other {
        fn youngest(&self) -> Option<Duration> {
            let waited = self.0.begun.elapsed();
            (waited > Duration::ZERO).then(|| waited.min(MINUTE).max(self.0.begun.elapsed()))
        }
        fn oldest(&self) -> Option<(String, Duration)> {
            None
        }
        fn sync(&mut self) -> impl Future<Output = Attempt> + Send {
            self.0.sync()
        }
        fn clock(&self) -> Clock {
            self.0.clock()
        }
    }
    let state = RefreshState::default();
    let running = Pace::new(DAY, 2 * DAY, &state).run(Other(script));
    let _ = tokio::time::timeout(DAY / 4 * 3, running).await;
    assert!(synced.borrow().is_empty());
}

#[tokio::test(start_paused = true)]
async fn each_failure_is_told_once_and_old_prices_once_a_day() {
    let (told, _guard) = Told::listen();
    let attempts = [
        Attempt::Done { rows: 7 },
        failed("no network"),
        failed("no network"),
        failed("no network"),
        failed("it answered 403"),
        failed("it answered 403"),
        failed("it answered 403"),
        failed("it answered 403"),
        failed("it answered 403"),
    ];
    let (script, synced) = Script::new(attempts);
    waits(script, synced, &RefreshState::default()).await;
    let told = told.lock().unwrap();
    let count = |text: &str| told.iter().filter(|line| line.contains(text)).count();
    assert_eq!((count("WARN") - count("was last seen to hold"), count("INFO")), (2, 1), "{told:?}");
    assert_eq!((count("no network"), count("it answered 403")), (1, 1), "{told:?}");
    // The book of the first sync was old after two days; the last failure was after about four.
    let warnings = count("the list was last seen to hold");
    assert!((2..=3).contains(&warnings), "{told:?}");
}

/// A second listener. Where there is only one, a line that another thread reaches first is asked about on
/// that thread, where nobody listens, and is never heard of again (`Rebuilder::JustOne` in tracing-core's
/// `callsite`).
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(Told(Arc::default())));

/// What was logged, a line each.
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn listen() -> (Arc<Mutex<Vec<String>>>, tracing::subscriber::DefaultGuard) {
        LazyLock::force(&SECOND);
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        let guard = tracing::subscriber::set_default(Self(Arc::clone(&lines)));
        (lines, guard)
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push_str(&format!(" {field}={value:?}"));
    }
}

impl Subscriber for Told {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::INFO
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}
