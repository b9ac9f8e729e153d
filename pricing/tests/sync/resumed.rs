//! Downloads that break off, and what of them need not be fetched again.

use std::sync::{Arc, Mutex};

use finops_pricing::sync::engine::Outcome;

use crate::support::document::wide_csv;
use crate::support::{Asked, Document, Reply, Stand};

/// A list of 200 kB.
fn list(etag: &str) -> Document {
    let list = Document::new(wide_csv(1_000, "0.5"), etag);
    assert!(list.body.len() > 190_000);
    list
}

fn start(asked: &Asked) -> usize {
    let range = asked.header("range");
    range.trim_start_matches("bytes=").trim_end_matches('-').parse().unwrap_or(0)
}

async fn comes_whole(stand: &Stand) {
    let outcome = stand.one().await.outcome;
    assert!(matches!(outcome, Outcome::Fresh { rows: 1_000, .. }), "{outcome:?}");
    assert!(stand.downloads().is_empty());
}

#[tokio::test]
async fn a_download_that_breaks_off_goes_on_where_it_was() {
    let served = list("v1");
    let all = served.body.len();
    let stand = Stand::new(move |asked, before| match before {
        0 => served.answer(asked).cut(100_000),
        1 => served.answer(asked).cut(50_000),
        _ => served.answer(asked),
    })
    .await;
    let report = stand.sync().await.unwrap();
    assert!(matches!(report.tables[0].outcome, Outcome::Fresh { rows: 1_000, .. }));
    let starts: Vec<usize> = stand.server.asked().iter().map(start).collect();
    assert_eq!(starts.len(), 3);
    assert!(starts[1] > 0 && starts[1] <= 100_000 && starts[2] > starts[1], "{starts:?}");
    // Nothing that had come was fetched twice.
    assert_eq!(report.bytes, all as u64);
    assert_eq!(stand.server.headers("if-range"), ["", "\"v1\"", "\"v1\""]);
}

#[tokio::test]
async fn a_download_that_breaks_off_for_good_goes_on_in_the_next_sync() {
    let served = list("v1");
    let all = served.body.len() as u64;
    let stand = Stand::new(move |asked, before| match before {
        0 => served.answer(asked).cut(120_000),
        1 | 2 => Reply::new(500, ""),
        3 => served.answer(asked).cut(16_384),
        _ => served.answer(asked),
    })
    .await;
    let first = stand.sync().await.unwrap();
    assert!(first.nothing() && stand.downloads().len() == 2);
    let second = stand.sync().await.unwrap();
    assert!(second.all_good(), "{second}");
    assert_eq!(first.bytes + second.bytes, all);
    assert!(stand.downloads().is_empty());
}

#[tokio::test]
async fn a_download_that_breaks_off_again_and_again_ends_as_long_as_it_gets_on() {
    // 4 MB, of which each answer brings more than one, in more goes than there are tries.
    let served = Document::new(wide_csv(20_000, "0.5"), "v1");
    let all = served.body.len();
    assert!(all > 4_000_000);
    let stand = Stand::new(move |asked, _| {
        let left = all - start(asked);
        let reply = served.answer(asked);
        if left > 1_700_000 { reply.cut(1_700_000) } else { reply }
    })
    .await;
    let mut stand = stand;
    stand.settings.attempts = 2;
    let report = stand.sync().await.unwrap();
    assert!(matches!(report.tables[0].outcome, Outcome::Fresh { rows: 20_000, .. }), "{report}");
    assert!(report.requests >= 3 && report.bytes == all as u64, "{report}");
}

#[tokio::test]
async fn a_server_without_ranges_sends_all_of_it_again() {
    let served = list("v1");
    let stand = Stand::new(move |_, before| match before {
        0 => served.whole().cut(100_000),
        _ => served.whole(),
    })
    .await;
    comes_whole(&stand).await;
}

#[tokio::test]
async fn a_list_that_has_changed_meanwhile_is_begun_anew() {
    let (old, new) = (Document::new(wide_csv(1_000, "0.4"), "v1"), list("v2"));
    let stand = Stand::new(move |asked, before| match before {
        0 => old.answer(asked).cut(100_000),
        _ => new.answer(asked),
    })
    .await;
    comes_whole(&stand).await;
    assert_eq!(stand.price("sku0").as_deref(), Some("0.5"));
    assert_eq!(stand.source("file")[2], "\"v2\"");
}

/// The first answer breaks off; `second` makes another of the right second one.
async fn begun_anew(second: impl Fn(Reply) -> Reply + Send + Sync + 'static) {
    let served = list("v1");
    let stand = Stand::new(move |asked, before| match before {
        0 => served.answer(asked).cut(100_000),
        1 => second(served.answer(asked)),
        _ => served.answer(asked),
    })
    .await;
    comes_whole(&stand).await;
    let ranges = stand.server.headers("range");
    assert!(ranges.len() == 3 && !ranges[1].is_empty() && ranges[2].is_empty(), "{ranges:?}");
}

#[tokio::test]
async fn another_part_than_was_asked_for_is_not_used() {
    let changed = |name: &'static str, value: &'static str| {
        move |reply: Reply| {
            let headers = reply.headers.into_iter().filter(|(old, _)| *old != name).collect();
            Reply { headers, ..reply }.with(name, value)
        }
    };
    begun_anew(changed("content-range", "bytes 0-9/10")).await;
    begun_anew(changed("content-range", "nonsense")).await;
    begun_anew(changed("etag", "\"v2\"")).await;
    begun_anew(changed("content-encoding", "gzip")).await;
    begun_anew(|_| Reply::new(416, "")).await;
}

#[tokio::test]
async fn without_a_strong_tag_nothing_is_gone_on_with() {
    for etag in [None, Some("W/\"v1\"")] {
        let served = list("v1");
        let stand = Stand::new(move |_, before| {
            let mut reply = Reply::ok(&*served.body);
            if let Some(etag) = etag {
                reply = reply.with("etag", etag);
            }
            if before == 0 { reply.cut(100_000) } else { reply }
        })
        .await;
        comes_whole(&stand).await;
        assert_eq!(stand.server.headers("range"), ["", ""]);
    }
}

#[tokio::test]
async fn a_length_that_is_too_large_is_noticed() {
    let served = list("v1");
    let said = (served.body.len() + 1).to_string();
    let stand = Stand::new(move |_, _| {
        Reply::ok(&*served.body).with("content-length", &said).cut(served.body.len())
    })
    .await;
    let why = stand.failing().await;
    assert!(why.contains("check the network"), "{why}");
}

#[tokio::test]
async fn a_length_that_is_too_small_makes_no_short_list() {
    // The cut is within a price: 0.5 must not become 0.
    let stand =
        Stand::new(|_, _| Reply::ok("sku,price\na,0.5\nb,0.5").with("content-length", "14")).await;
    // What is beyond the length that was said is not the document; an honest server breaks off.
    let outcome = stand.one().await.outcome;
    assert!(outcome.why().is_some(), "{outcome:?}");
}

#[tokio::test]
async fn a_sync_that_is_dropped_leaves_the_old_book_and_what_had_come() {
    let served = Arc::new(Mutex::new(list("v0")));
    let (shown, stuck) = (Arc::clone(&served), Arc::new(Mutex::new(false)));
    let holding = Arc::clone(&stuck);
    let stand = Stand::new(move |asked, _| {
        let reply = shown.lock().unwrap().answer(asked);
        let stuck = *holding.lock().unwrap();
        if stuck { Reply { stuck, ..reply.cut(100_000) } } else { reply }
    })
    .await;
    comes_whole(&stand).await;
    let before = stand.book();
    *served.lock().unwrap() = Document::new(wide_csv(1_000, "0.7"), "v1");
    *stuck.lock().unwrap() = true;
    {
        let syncing = stand.sync();
        tokio::pin!(syncing);
        let has_come = async {
            while stand
                .downloads()
                .iter()
                .all(|path| path.metadata().map_or(0, |file| file.len()) < 90_000)
            {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            report = &mut syncing => panic!("it should hang: {report:?}"),
            () = has_come => {}
        }
    }
    assert_eq!(stand.book(), before);
    *stuck.lock().unwrap() = false;
    let report = stand.sync().await.unwrap();
    assert!(report.all_good(), "{report}");
    assert!(report.bytes < 150_000, "what had come was fetched again: {}", report.bytes);
    assert_eq!(stand.price("sku9").as_deref(), Some("0.7"));
}

#[tokio::test]
async fn a_whole_download_that_was_not_read_is_not_fetched_again() {
    let served = list("v1");
    let all = served.body.len();
    let stand = Stand::new(move |asked, before| match before {
        0 => served.answer(asked).cut(120_000),
        1 | 2 => Reply::new(500, ""),
        _ => served.answer(asked),
    })
    .await;
    stand.sync().await.unwrap();
    // As if the program had been killed between the last byte and the first line.
    let part = stand.downloads().into_iter().find(|path| path.extension().unwrap() == "part");
    std::fs::write(part.unwrap(), list("v1").body).unwrap();
    let report = stand.sync().await.unwrap();
    assert!(report.all_good() && report.bytes == 1, "{report}");
    assert_eq!(stand.server.headers("range").last(), Some(&format!("bytes={}-", all - 1)));
}
