//! Compressed answers: whole, cut off, damaged, and larger than they look.

use finops_pricing::sync::engine::Outcome;

use crate::support::document::{csv, gzip, long_csv};
use crate::support::{Document, Reply, Stand};

#[tokio::test]
async fn a_compressed_list_is_read_and_goes_on_where_it_broke_off() {
    let served = Document::new(gzip(long_csv(5_000, "0.5").as_bytes()), "v1");
    let all = served.body.len();
    let stand = Stand::new(move |asked, before| {
        assert_eq!(asked.header("accept-encoding"), "gzip");
        let reply = served.answer(asked).with("content-encoding", "gzip");
        if before == 0 { reply.cut(all / 2) } else { reply }
    })
    .await;
    let report = stand.sync().await.unwrap();
    assert!(matches!(report.tables[0].outcome, Outcome::Fresh { rows: 5_000, .. }), "{report}");
    assert_eq!((report.bytes, report.requests), (all as u64, 2));
}

#[tokio::test]
async fn a_compressed_list_that_ends_early_is_no_short_list() {
    let whole = gzip(long_csv(5_000, "0.5").as_bytes());
    for cut in [1, 5, 20, whole.len() / 2, whole.len() - 9] {
        let body = whole[..whole.len() - cut].to_vec();
        let stand =
            Stand::new(move |_, _| Reply::ok(&*body).with("content-encoding", "gzip")).await;
        let why = stand.failing().await;
        assert!(why.contains("cut off or damaged"), "{cut}: {why}");
        assert!(stand.downloads().is_empty());
    }
}

#[tokio::test]
async fn what_is_not_compressed_as_it_says_is_refused() {
    let plain = |_: &_, _| Reply::ok(csv(&[("a", "1")])).with("content-encoding", "gzip");
    let why = Stand::new(plain).await.failing().await;
    assert!(why.contains("cut off or damaged"), "{why}");
    let other = |_: &_, _| Reply::ok("x").with("content-encoding", "br");
    let why = Stand::new(other).await.failing().await;
    assert!(why.contains("packed as br, which was not asked for"), "{why}");
}

#[tokio::test]
async fn a_list_that_swells_is_given_up_at_the_limit() {
    let bomb = gzip(long_csv(20_000, "0.5").as_bytes());
    let large = bomb.len() as u64;
    let mut stand =
        Stand::new(move |_, _| Reply::ok(&*bomb).with("content-encoding", "gzip")).await;
    stand.settings.largest_file = large;
    let why = stand.failing().await;
    assert!(why.contains(&format!("larger than {large} bytes")), "{why}");
    assert!(stand.downloads().is_empty());
}

#[tokio::test]
async fn a_list_that_is_too_large_is_not_even_fetched() {
    let list = long_csv(20_000, "0.5");
    let mut stand = Stand::new(move |_, _| Reply::ok(list.as_bytes())).await;
    stand.settings.largest_file = 1_000;
    let report = stand.sync().await.unwrap();
    let (_, why) = report.failures().next().unwrap();
    assert!(why.contains("larger than 1000 bytes, which no price list is"), "{why}");
    assert_eq!((report.bytes, report.requests), (0, 1));
}

#[tokio::test]
async fn an_index_is_bounded_as_it_is_sent_and_as_it_is_unpacked() {
    for (body, packed) in [(vec![b' '; 5_000], false), (gzip(&[b' '; 5_000]), true)] {
        let mut stand = Stand::new(move |_, _| {
            let reply = Reply::ok(&*body);
            if packed { reply.with("content-encoding", "gzip") } else { reply }
        })
        .await;
        stand.shop.index = true;
        stand.settings.largest_index = 4_000;
        let error = stand.sync().await.unwrap_err().to_string();
        assert!(error.contains("larger than 4000 bytes"), "{error}");
    }
    let mut stand = Stand::new(|asked, _| match asked.path.as_str() {
        "/index" => Reply::ok(gzip(b"an index")).with("content-encoding", "gzip"),
        _ => Reply::ok(csv(&[("a", "1")])),
    })
    .await;
    stand.shop.index = true;
    assert!(stand.sync().await.unwrap().all_good());
}
