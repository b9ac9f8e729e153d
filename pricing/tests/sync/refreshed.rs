//! Prices that are kept fresh beside whatever else the program does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use finops_pricing::sync::engine::{KeepFresh, RefreshState, keep_fresh};
use finops_pricing::sync::{Vendor, Wanted};
use tokio::sync::oneshot;

use crate::support::document::csv;
use crate::support::{Document, Shop, Stand, price};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// The clock jumps over the delay before the first sync, and walks once there is a network in play.
#[tokio::test(start_paused = true)]
async fn a_shelf_is_kept_fresh_until_it_is_told_to_end() {
    let list = Document::new(csv(&[("a", "1")]), "v1");
    let Stand { server, folder, shelf, settings, .. } =
        Stand::new(move |asked, _| list.answer(asked)).await;
    let (shelf, state) = (Arc::new(shelf), Arc::new(RefreshState::default()));
    let (base, asked) = (server.url(), Arc::new(AtomicUsize::new(0)));
    let wants = Arc::clone(&asked);
    let what = KeepFresh {
        vendor: move || {
            tokio::time::resume();
            Ok(Box::new(Shop::new(base.clone())) as Box<dyn Vendor>)
        },
        // The first time it is not known yet what is there.
        wanted: move || (wants.fetch_add(1, Ordering::Relaxed) > 4).then(Wanted::everything),
        shelf: Arc::clone(&shelf),
        settings,
        every: DAY,
        warn_after: 2 * DAY,
        state: Arc::clone(&state),
    };
    let (end, ended) = oneshot::channel::<()>();
    let running = tokio::spawn(keep_fresh(what, async { ended.await.unwrap_or_default() }));
    while state.figures().last_success.is_none() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(price(&shelf, "a").as_deref(), Some("1"));
    let figures = state.figures();
    assert!(figures.failures == 0 && !figures.running && figures.reason.is_none());
    end.send(()).unwrap();
    running.await.unwrap();
    drop(folder);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_without_credentials_is_a_failure_that_is_told() {
    let Stand { shelf, settings, folder, .. } = Stand::new(|_, _| unreachable!()).await;
    let state = Arc::new(RefreshState::default());
    let what = KeepFresh {
        vendor: || Err("no credentials: log in".to_owned()),
        wanted: || Some(Wanted::everything()),
        shelf: Arc::new(shelf),
        settings,
        every: DAY,
        warn_after: DAY,
        state: Arc::clone(&state),
    };
    keep_fresh(what, tokio::time::sleep(DAY / 24)).await;
    let figures = state.figures();
    assert!(figures.failures >= 2 && figures.last_success.is_none(), "{figures:?}");
    assert_eq!(figures.reason.as_deref(), Some("no credentials: log in"));
    assert!(figures.next.is_some());
    drop(folder);
}
