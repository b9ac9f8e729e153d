use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::*;
use crate::config::WhenFull;

const DAY: i64 = 24 * 3600;

fn open(folder: &Path, limits: Limits) -> Outbox {
    let sinks = ["one", "two"].map(str::to_owned).into();
    Outbox::open(folder, sinks, limits).unwrap()
}

fn outbox() -> (tempfile::TempDir, Outbox) {
    let folder = tempfile::tempdir().unwrap();
    let outbox = open(folder.path(), Limits::default());
    (folder, outbox)
}

/// Stores one document of `scope` with these bytes, which do not compress.
fn put_bytes(outbox: &Outbox, scope: &str, content: &[u8]) -> EntryKey {
    let key = EntryKey::new(Uuid::now_v7(), 1);
    let body = Body::pack(|writer| writer.write_all(content)).unwrap();
    let entry = Entry { key: key.clone(), body, traceparent: None };
    outbox.store(scope, &[entry], &|_| Ok(())).unwrap();
    key
}

fn put(outbox: &Outbox, scope: &str) -> EntryKey {
    put_bytes(outbox, scope, b"{}")
}

fn noise(bytes: usize) -> Vec<u8> {
    std::iter::repeat_with(|| fastrand::u8(..)).take(bytes).collect()
}

fn next(outbox: &Outbox, sink: &str) -> Option<Queued> {
    outbox.next(sink, |_| false).unwrap()
}

/// Takes everything that waits for `sink`, in order.
fn drain(outbox: &Outbox, sink: &str) -> Vec<EntryKey> {
    let mut keys = Vec::new();
    while let Some(queued) = next(outbox, sink) {
        outbox.acknowledge(sink, &queued);
        keys.push(queued.key);
    }
    keys
}

fn limits(max_bytes: u64) -> Limits {
    Limits { max_bytes, ..Limits::default() }
}

#[test]
fn documents_come_in_the_order_in_which_they_were_stored() {
    let (folder, outbox) = outbox();
    let keys = ["a", "b", "a", "c"].map(|scope| put(&outbox, scope));
    assert_eq!(drain(&outbox, "one"), keys);
    // After a new start too, and for a sink that had nothing so far.
    drop(outbox);
    assert_eq!(drain(&open(folder.path(), Limits::default()), "two"), keys);
}

#[test]
fn a_snapshots_documents_are_stored_together_or_not_at_all() {
    let (_folder, outbox) = outbox();
    let entry = |part| {
        let body = Body::pack(|writer| writer.write_all(b"{}")).unwrap();
        Entry { key: EntryKey::new(Uuid::nil(), part), body, traceparent: None }
    };
    outbox.store("a", &[entry(1), entry(2)], &|_| Ok(())).unwrap();
    assert_eq!(outbox.depth("one").unwrap().documents, 2);
    // The second of these is there already: the first must not stay either.
    let stored = outbox.store("a", &[entry(3), entry(2)], &|_| Ok(()));
    assert!(stored.is_ok(), "memory takes them where the file does not");
    assert_eq!(outbox.file().unwrap().read(limits::tally).unwrap().documents, 2);
}

#[test]
fn what_fails_beside_a_document_is_taken_back_alone() {
    let (_folder, outbox) = outbox();
    let key = EntryKey::new(Uuid::nil(), 1);
    let body = Body::pack(|writer| writer.write_all(b"{}")).unwrap();
    let beside = |connection: &Connection| {
        let scope = "INSERT INTO history_scope (provider, account, region) VALUES ('p', 'a', 'r')";
        connection.execute(scope, [])?;
        // The same again breaks a rule of the table.
        connection.execute(scope, []).map(|_| ())
    };
    outbox.store("a", &[Entry { key: key.clone(), body, traceparent: None }], &beside).unwrap();
    assert_eq!(outbox.trouble(), None, "the document is in the file");
    let count = "SELECT count(*) FROM history_scope";
    let scopes: Option<i64> = outbox.read(|it| it.query_row(count, [], |row| row.get(0))).unwrap();
    assert_eq!(scopes, Some(0));
    assert_eq!(drain(&outbox, "one"), [key]);
}

#[test]
fn a_dead_sink_holds_up_no_other_and_keeps_its_documents() {
    let (_folder, outbox) = outbox();
    let keys = [put(&outbox, "a"), put(&outbox, "a")];
    assert_eq!(drain(&outbox, "one"), keys);
    assert_eq!(outbox.tally().unwrap().documents, 2);
    assert_eq!(outbox.depth("one").unwrap().documents, 0);
    assert_eq!(outbox.depth("two").unwrap().documents, 2);
    assert_eq!(drain(&outbox, "two"), keys);
    assert_eq!(outbox.tally().unwrap(), Tally::default());
}

#[test]
fn a_scope_that_is_held_up_is_passed_over_whole() {
    let (_folder, outbox) = outbox();
    let [_, other, _] = ["a", "b", "a"].map(|scope| put(&outbox, scope));
    let queued = outbox.next("one", |scope| scope == "a").unwrap().unwrap();
    assert_eq!(queued.key, other);
    outbox.acknowledge("one", &queued);
    assert_eq!(outbox.next("one", |scope| scope == "a").unwrap(), None);
}

#[test]
fn a_refused_document_becomes_a_dead_letter_until_it_is_retried_or_dropped() {
    let (_folder, outbox) = outbox();
    put_bytes(&outbox, "a", b"{\"part\":1}");
    let queued = next(&outbox, "one").unwrap();
    outbox.refuse("one", &queued, "status 400").unwrap();
    assert_eq!(next(&outbox, "one"), None);
    assert_eq!(drain(&outbox, "two").len(), 1);
    assert_eq!(outbox.depth("one").unwrap().dead_letters, 1);
    // Its bytes stay for whoever wants to see them.
    assert_eq!(outbox.document(&queued).unwrap().unwrap(), b"{\"part\":1}");

    let file = outbox.file().unwrap();
    assert_eq!(file.transaction(|it| listing::retry(it, Some(queued.id))).unwrap(), 1);
    assert_eq!(drain(&outbox, "one"), [queued.key]);
    assert_eq!(outbox.tally().unwrap(), Tally::default());

    put(&outbox, "a");
    outbox.refuse("one", &next(&outbox, "one").unwrap(), "status 422").unwrap();
    drain(&outbox, "two");
    assert_eq!(file.transaction(listing::drop_refused).unwrap(), 1);
    assert_eq!(outbox.tally().unwrap(), Tally::default());
}

#[test]
fn a_full_outbox_drops_the_oldest_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = open(folder.path(), limits(10_000));
    let keys: Vec<_> = (0..5).map(|_| put_bytes(&outbox, "a", &noise(3_000))).collect();
    // Three documents of 3,000 bytes fit below 10,000, four do not.
    assert_eq!(drain(&outbox, "one"), keys[2..]);
    assert_eq!(outbox.tally().unwrap().dropped, 2);
    let notices = outbox.take_notices();
    assert_eq!(notices.len(), 2);
    assert_eq!(notices[0].kind, "outbox_dropped");
    assert!(notices[0].message.contains("1 because it was full"), "{}", notices[0].message);
    assert!(notices[0].hint.as_ref().unwrap().contains("outbox.max_bytes"));
    assert!(outbox.take_notices().is_empty());
}

#[test]
fn a_document_that_is_larger_than_the_bound_is_kept_alone() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = open(folder.path(), limits(1_000));
    put(&outbox, "a");
    let large = put_bytes(&outbox, "a", &noise(5_000));
    assert_eq!(drain(&outbox, "one"), [large]);
}

#[test]
fn a_full_outbox_that_blocks_drops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let blocking = Limits { when_full: WhenFull::Block, ..limits(5_000) };
    let outbox = open(folder.path(), blocking);
    assert!(!outbox.is_blocking());
    let keys = [(); 2].map(|()| put_bytes(&outbox, "a", &noise(3_000)));
    assert!(outbox.is_blocking());
    assert_eq!(drain(&outbox, "one"), keys);
    assert!(outbox.is_blocking(), "the other sink still needs them");
    drain(&outbox, "two");
    assert!(!outbox.is_blocking());
}

/// A clock that a test can set, in seconds.
static NOW: AtomicI64 = AtomicI64::new(0);

fn set_clock() -> Timestamp {
    Timestamp::from_second(NOW.load(Ordering::Relaxed)).unwrap()
}

#[test]
fn age_is_bounded_and_a_clock_that_steps_back_a_day_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let week = Limits { max_age: Duration::from_secs(7 * 86_400), ..Limits::default() };
    let outbox = open(folder.path(), week).with_clock(set_clock);
    let start = 1_795_000_000;
    NOW.store(start, Ordering::Relaxed);
    let first = put(&outbox, "a");
    // Back by a day: the order is that of storing, and nothing is too old or too new.
    NOW.store(start - DAY, Ordering::Relaxed);
    let second = put(&outbox, "a");
    assert_eq!(next(&outbox, "one").unwrap().key, first);
    assert_eq!(outbox.tally().unwrap().documents, 2);
    assert!(outbox.take_notices().is_empty());
    // Seven days after the second was stored it is due, and the first, which says that it is
    // younger, stays in front of it.
    NOW.store(start + 6 * DAY + 1, Ordering::Relaxed);
    let third = put(&outbox, "a");
    assert_eq!(drain(&outbox, "one"), [first, second, third.clone()]);
    NOW.store(start + 7 * DAY + 1, Ordering::Relaxed);
    let fourth = put(&outbox, "a");
    assert_eq!(drain(&outbox, "two"), [third, fourth]);
    let [notice] = outbox.take_notices().try_into().unwrap();
    assert!(notice.message.contains("2 because they were older than 168 h"), "{}", notice.message);
}

fn fill_disk(outbox: &Outbox, pages: i64) {
    let file = outbox.file().unwrap();
    file.read(|it| it.pragma_update(None, "max_page_count", pages)).unwrap();
}

#[test]
fn a_full_disk_moves_the_queue_to_memory_and_back() {
    let (folder, outbox) = outbox();
    let first = put(&outbox, "a");
    fill_disk(&outbox, 1);
    let second = put_bytes(&outbox, "a", &noise(100_000));
    let third = put_bytes(&outbox, "a", &noise(100_000));
    assert!(outbox.trouble().unwrap().contains("full"), "{:?}", outbox.trouble());
    let notices = outbox.take_notices();
    assert_eq!(notices.len(), 1, "told once");
    assert_eq!(notices[0].kind, "outbox_in_memory");
    assert!(notices[0].hint.as_ref().unwrap().contains("free space"));
    // Sending goes on, in order.
    assert_eq!(outbox.depth("one").unwrap().documents, 3);
    assert_eq!(drain(&outbox, "one"), [first.clone(), second.clone(), third.clone()]);
    // There is room again: what the other sink needs goes to the disk with the next snapshot.
    fill_disk(&outbox, 1_000_000);
    let fourth = put(&outbox, "a");
    assert_eq!(outbox.trouble(), None);
    drop(outbox);
    let outbox = open(folder.path(), Limits::default());
    assert_eq!(drain(&outbox, "two"), [first, second, third, fourth.clone()]);
    assert_eq!(drain(&outbox, "one"), [fourth]);
}

#[test]
fn a_document_that_would_fit_does_not_overtake_those_that_wait_in_memory() {
    let (_folder, outbox) = outbox();
    put_bytes(&outbox, "a", &noise(20_000));
    // Room for a small document, as the first one leaves it, and not for a large one.
    drain(&outbox, "one");
    drain(&outbox, "two");
    fill_disk(&outbox, 1);
    let large = put_bytes(&outbox, "a", &noise(200_000));
    assert!(outbox.trouble().is_some());
    let small = put(&outbox, "a");
    assert!(outbox.trouble().is_some(), "documents wait in memory, and nobody is told");
    assert_eq!(drain(&outbox, "one"), [large, small]);
}

#[test]
fn an_acknowledgement_that_cannot_be_written_is_remembered() {
    let (_folder, outbox) = outbox();
    let keys = [put(&outbox, "a"), put(&outbox, "a")];
    // What a read-only disk does to every write.
    let writable = |yes: bool| {
        let file = outbox.file().unwrap();
        file.read(|it| it.pragma_update(None, "query_only", !yes)).unwrap();
    };
    writable(false);
    assert_eq!(drain(&outbox, "one"), keys);
    assert_eq!(outbox.depth("one").unwrap().documents, 0);
    assert_eq!(next(&outbox, "one"), None);
    writable(true);
    assert_eq!(next(&outbox, "one"), None);
    assert_eq!(drain(&outbox, "two"), keys);
    assert_eq!(outbox.tally().unwrap(), Tally::default());
}

#[test]
fn without_a_folder_documents_wait_in_memory_until_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("not/yet");
    let outbox = open(&missing, Limits::default());
    let first = put(&outbox, "a");
    assert!(outbox.trouble().is_some());
    assert_eq!(outbox.take_notices().len(), 1);
    assert_eq!(next(&outbox, "one").unwrap().key, first);
    std::fs::create_dir_all(&missing).unwrap();
    let second = put(&outbox, "a");
    assert_eq!(outbox.trouble(), None);
    drop(outbox);
    assert_eq!(drain(&open(&missing, Limits::default()), "one"), [first, second]);
}

#[test]
fn a_damaged_file_is_reported_and_what_comes_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(crate::store::FILE_NAME), "not a database").unwrap();
    let outbox = open(folder.path(), Limits::default());
    let [notice] = outbox.take_notices().try_into().unwrap();
    assert_eq!(notice.kind, "outbox_set_aside");
    assert!(notice.message.contains("agent.db.damaged-"), "{}", notice.message);
    let key = put(&outbox, "a");
    assert_eq!(drain(&outbox, "one"), [key]);
}

#[test]
fn what_can_be_read_of_a_damaged_file_is_still_sent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(crate::store::FILE_NAME);
    let outbox = open(folder.path(), Limits::default());
    let keys: Vec<_> = (0..60).map(|_| put_bytes(&outbox, "a", &noise(6_000))).collect();
    for key in &keys[..10] {
        let queued = next(&outbox, "one").unwrap();
        assert_eq!(queued.key, *key);
        outbox.acknowledge("one", &queued);
    }
    drop(outbox);
    // A page in the middle is torn: it belongs to the content of one of sixty documents.
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xA5);
    std::fs::write(&path, bytes).unwrap();

    let outbox = open(folder.path(), Limits::default());
    let [notice] = outbox.take_notices().try_into().unwrap();
    let two = drain(&outbox, "two");
    let one = drain(&outbox, "one");
    // In order, without repeats, nearly all; and a sink that had some does not get them again.
    let in_order = |found: &[EntryKey], of: &[EntryKey]| {
        let mut rest = of.iter();
        found.iter().all(|key| rest.any(|known| known == key))
    };
    assert!(two.len() >= 55 && in_order(&two, &keys), "{} of 60", two.len());
    assert!(one.len() >= 45 && in_order(&one, &keys[10..]), "{} of 50", one.len());
    assert!(notice.message.contains(&format!("the {} waiting", two.len())), "{}", notice.message);
}

#[test]
fn a_sink_that_comes_later_gets_what_comes_later() {
    let (_folder, outbox) = outbox();
    put(&outbox, "a");
    outbox.reconfigure(["one", "three"].map(str::to_owned).into(), Limits::default());
    let second = put(&outbox, "a");
    assert_eq!(drain(&outbox, "three"), [second]);
    assert_eq!(drain(&outbox, "one").len(), 2);
    // The sink that went keeps what was for it.
    assert_eq!(outbox.depth("two").unwrap().documents, 1);
}

#[test]
fn without_sinks_nothing_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(folder.path(), Vec::new(), Limits::default()).unwrap();
    put(&outbox, "a");
    assert_eq!(outbox.tally().unwrap(), Tally::default());
}

#[test]
fn attempts_are_counted() {
    let (_folder, outbox) = outbox();
    put(&outbox, "a");
    let queued = next(&outbox, "one").unwrap();
    assert_eq!(outbox.failed("one", &queued).unwrap(), 1);
    assert_eq!(outbox.failed("one", &queued).unwrap(), 2);
    assert_eq!(outbox.failed("two", &queued).unwrap(), 1);
}

#[test]
fn a_document_keeps_its_trace_in_the_file_and_on_the_way_there_from_memory() {
    let folder = tempfile::tempdir().unwrap();
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let entry = |part| Entry {
        key: EntryKey::new(Uuid::nil(), part),
        body: Body::pack(|writer| writer.write_all(b"{}")).unwrap(),
        traceparent: Some(trace.to_owned()),
    };
    let outbox = Outbox::open(folder.path(), vec!["a".to_owned()], Limits::default()).unwrap();
    outbox.store_in_memory("scope", &[entry(1)], Timestamp::now()).unwrap();
    outbox.store("scope", &[entry(2)], &|_| Ok(())).unwrap();
    for part in [1, 2] {
        let queued = outbox.next("a", |_| false).unwrap().unwrap();
        assert_eq!(queued.key, EntryKey::new(Uuid::nil(), part));
        assert!(!queued.in_memory);
        assert_eq!(queued.traceparent.as_deref(), Some(trace));
        outbox.acknowledge("a", &queued);
    }
}
