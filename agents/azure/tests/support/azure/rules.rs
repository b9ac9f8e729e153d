//! What goes wrong, by script.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::call::Call;
use crate::support::http::Reply;

/// Answers a call in its own way, or leaves it to the next rule and at last to the tenant. It may
/// ask what would be answered otherwise.
pub(crate) type Rule = Box<dyn Fn(&Call, &dyn Fn() -> Reply) -> Option<Reply> + Send + Sync>;

/// Answers every call that matches.
pub(crate) fn every(
    matches: impl Fn(&Call) -> bool + Send + Sync + 'static,
    reply: impl Fn(&Call) -> Reply + Send + Sync + 'static,
) -> Rule {
    Box::new(move |call, _| matches(call).then(|| reply(call)))
}

/// Answers the first so many calls that match.
pub(crate) fn first(
    count: usize,
    matches: impl Fn(&Call) -> bool + Send + Sync + 'static,
    reply: impl Fn(&Call) -> Reply + Send + Sync + 'static,
) -> Rule {
    let before = AtomicUsize::new(0);
    Box::new(move |call, _| {
        let hit = matches(call) && before.fetch_add(1, Ordering::Relaxed) < count;
        hit.then(|| reply(call))
    })
}

/// Once `matches` has been answered, answers every call of its kind within `length` with `refuse`
/// and counts it; the first answer is what `answer` makes of the usual one.
pub(crate) fn closed_for(
    length: Duration,
    matches: impl Fn(&Call) -> bool + Send + Sync + 'static,
    answer: impl Fn(Reply) -> Reply + Send + Sync + 'static,
    refuse: impl Fn() -> Reply + Send + Sync + 'static,
) -> (Rule, Arc<AtomicUsize>) {
    let refused = Arc::new(AtomicUsize::new(0));
    let (count, first) = (Arc::clone(&refused), Mutex::new(None::<Instant>));
    let rule: Rule = Box::new(move |call, healthy| {
        if !matches(call) {
            return None;
        }
        let mut first = first.lock().unwrap();
        match *first {
            None => {
                *first = Some(Instant::now());
                Some(answer(healthy()))
            }
            Some(since) if since.elapsed() < length => {
                count.fetch_add(1, Ordering::Relaxed);
                Some(refuse())
            }
            Some(_) => None,
        }
    });
    (rule, refused)
}

/// The same answer with another header.
pub(crate) fn with_header(reply: Reply, name: &'static str, value: &str) -> Reply {
    let mut reply = reply;
    if let Reply::Whole(answer) = &mut reply {
        answer.headers.retain(|(known, _)| *known != name);
        answer.headers.push((name, value.to_owned()));
    }
    reply
}

/// The same answer, cut in the middle.
pub(crate) fn cut(reply: Reply) -> Reply {
    match reply {
        Reply::Whole(answer) => Reply::Truncated(answer),
        reply => reply,
    }
}
