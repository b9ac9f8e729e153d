//! The outbox against a list in memory: whatever happens in whatever order, both say the same.

use std::collections::BTreeSet;

use fastrand::Rng;

use super::*;

const SINKS: [&str; 2] = ["one", "two"];
const SCOPES: [&str; 3] = ["a", "b", "c"];
const STEPS: usize = 2_000;

/// What a sink still has to do with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Waiting(u32),
    Refused,
    Done,
}

/// A document as the model knows it, in the order of storing.
#[derive(Debug)]
struct Known {
    key: EntryKey,
    scope: &'static str,
    content: Vec<u8>,
    due: [Due; 2],
}

/// What the disk does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Disk {
    Works,
    Full,
    ReadOnly,
}

struct Model {
    folder: tempfile::TempDir,
    outbox: Outbox,
    known: Vec<Known>,
    disk: Disk,
    random: Rng,
}

impl Model {
    fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let outbox = open(&folder);
        Self { folder, outbox, known: Vec::new(), disk: Disk::Works, random: Rng::with_seed(seed) }
    }

    fn step(&mut self) {
        let sink = self.random.usize(..2);
        match self.random.u8(..100) {
            0..35 => self.store(),
            35..65 => self.acknowledge(sink),
            65..72 => self.refuse(sink),
            72..80 => self.fail(sink),
            80..84 => self.retry(),
            84..90 => self.look(sink),
            90..98 => self.change_disk(),
            _ => self.reopen(),
        }
    }

    /// A snapshot of one or two documents, now and then a large one.
    fn store(&mut self) {
        let scope = SCOPES[self.random.usize(..3)];
        let snapshot = Uuid::from_u128(self.random.u128(..));
        let mut entries = Vec::new();
        for part in 1..=self.random.usize(1..3) {
            let bytes = if self.random.u8(..10) == 0 { 40_000 } else { 30 };
            let content: Vec<u8> =
                std::iter::repeat_with(|| self.random.u8(..)).take(bytes).collect();
            let body = Body::pack(|writer| writer.write_all(&content)).unwrap();
            let key = EntryKey::new(snapshot, part);
            entries.push(Entry { key: key.clone(), body, traceparent: None });
            self.known.push(Known { key, scope, content, due: [Due::Waiting(0); 2] });
        }
        self.outbox.store(scope, &entries, &|_| Ok(())).unwrap();
        if self.disk == Disk::Works {
            assert!(self.in_memory().is_empty(), "there is room, and documents stay in memory");
        }
        let in_memory = !self.in_memory().is_empty();
        assert_eq!(self.outbox.trouble().is_some(), in_memory, "what is said is not what is so");
    }

    /// What the sink is given next; the model must agree, blocked scopes or not.
    fn next(&mut self, sink: usize) -> Option<(usize, Queued)> {
        let blocked: Vec<&str> = SCOPES.into_iter().filter(|_| self.random.u8(..6) == 0).collect();
        let waits = |known: &Known| {
            matches!(known.due[sink], Due::Waiting(_)) && !blocked.contains(&known.scope)
        };
        let expected = self.known.iter().position(waits);
        let given = self.outbox.next(SINKS[sink], |scope| blocked.contains(&scope)).unwrap();
        let key = |index: usize| &self.known[index].key;
        assert_eq!(given.as_ref().map(|it| &it.key), expected.map(key), "not what is next");
        let (index, queued) = (expected?, given?);
        let content = self.outbox.document(&queued).unwrap();
        assert_eq!(content.as_ref(), Some(&self.known[index].content));
        Some((index, queued))
    }

    fn acknowledge(&mut self, sink: usize) {
        let Some((index, queued)) = self.next(sink) else { return };
        self.outbox.acknowledge(SINKS[sink], &queued);
        self.known[index].due[sink] = Due::Done;
    }

    fn refuse(&mut self, sink: usize) {
        let Some((index, queued)) = self.next(sink) else { return };
        if self.outbox.refuse(SINKS[sink], &queued, "status 400").is_ok() {
            self.known[index].due[sink] = Due::Refused;
        } else {
            assert_ne!(self.disk, Disk::Works, "there is room, and it was not written down");
        }
    }

    fn fail(&mut self, sink: usize) {
        let Some((index, queued)) = self.next(sink) else { return };
        let Ok(failures) = self.outbox.failed(SINKS[sink], &queued) else {
            assert_ne!(self.disk, Disk::Works, "there is room, and it was not written down");
            return;
        };
        let Due::Waiting(before) = self.known[index].due[sink] else { panic!("it waited") };
        assert_eq!(failures, before + 1);
        self.known[index].due[sink] = Due::Waiting(failures);
    }

    /// Every dead letter of the file waits again.
    fn retry(&mut self) {
        let in_memory = self.in_memory();
        let retried = self.outbox.change(|connection| listing::retry(connection, None));
        if retried.is_err() {
            assert_ne!(self.disk, Disk::Works, "there is room, and it was not written down");
            return;
        }
        for known in self.known.iter_mut().filter(|it| !in_memory.contains(it.key.as_str())) {
            for due in known.due.iter_mut().filter(|due| **due == Due::Refused) {
                *due = Due::Waiting(0);
            }
        }
    }

    /// The figures are the model's.
    fn look(&mut self, sink: usize) {
        self.next(sink);
        let count = |wanted: fn(&Due) -> bool| {
            self.known.iter().filter(|known| wanted(&known.due[sink])).count() as u64
        };
        let depth = self.outbox.depth(SINKS[sink]).unwrap();
        assert_eq!(depth.documents, count(|due| matches!(due, Due::Waiting(_))));
        assert_eq!(depth.dead_letters, count(|due| *due == Due::Refused));
        if self.disk == Disk::Works {
            let needed = self.known.iter().filter(|known| known.due != [Due::Done; 2]).count();
            assert_eq!(self.outbox.tally().unwrap().documents, needed as u64);
        }
    }

    fn change_disk(&mut self) {
        let next = [Disk::Works, Disk::Works, Disk::Full, Disk::ReadOnly][self.random.usize(..4)];
        self.set_disk(next);
    }

    fn set_disk(&mut self, disk: Disk) {
        let file = self.outbox.file().unwrap();
        let pages = if disk == Disk::Full { 1 } else { 1_000_000 };
        file.read(|it| it.pragma_update(None, "max_page_count", pages)).unwrap();
        let read_only = disk == Disk::ReadOnly;
        file.read(|it| it.pragma_update(None, "query_only", read_only)).unwrap();
        self.disk = disk;
    }

    /// The process ends without a word. What was in memory is gone, and what was acknowledged but
    /// could not be written down waits again.
    fn reopen(&mut self) {
        let in_memory = self.in_memory();
        let unrecorded: Vec<_> = self.outbox.state().unrecorded.iter().cloned().collect();
        for (sink, queued) in unrecorded {
            let sink = SINKS.iter().position(|name| *name == sink).unwrap();
            let attempts = self.attempts(sink, &queued);
            let known = self.known.iter_mut().find(|known| known.key == queued.key).unwrap();
            assert_eq!(known.due[sink], Due::Done);
            known.due[sink] = Due::Waiting(attempts);
        }
        self.known.retain(|known| !in_memory.contains(known.key.as_str()));
        self.outbox = open(&self.folder);
        self.disk = Disk::Works;
    }

    fn attempts(&self, sink: usize, queued: &Queued) -> u32 {
        let question = |connection: &Connection| {
            connection.query_row(
                "SELECT attempts FROM pending WHERE sink = ?1 AND document = ?2",
                rusqlite::params![SINKS[sink], queued.id],
                |row| row.get(0),
            )
        };
        self.outbox.read(question).unwrap().unwrap()
    }

    /// The documents that wait in memory.
    fn in_memory(&self) -> BTreeSet<String> {
        let keys = |connection: &Connection| {
            connection
                .prepare("SELECT key FROM document")?
                .query_map([], |row| row.get(0))?
                .collect()
        };
        self.outbox.memory.get().map(|it| it.read(keys).unwrap()).unwrap_or_default()
    }
}

fn open(folder: &tempfile::TempDir) -> Outbox {
    let sinks = SINKS.map(str::to_owned).into();
    Outbox::open(folder.path(), sinks, Limits::default()).unwrap()
}

/// Says which run it was where a test fails.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("seed: {}", self.0);
        }
    }
}

#[test]
fn the_outbox_does_what_a_list_would_do() {
    let seed = Seed(fastrand::u64(..));
    let mut model = Model::new(seed.0);
    for _ in 0..STEPS {
        model.step();
    }
    // At the end everything is taken, in order.
    model.set_disk(Disk::Works);
    model.store();
    for sink in 0..2 {
        for _ in 0..model.known.len() * 10 {
            model.acknowledge(sink);
        }
        model.look(sink);
        assert!(model.known.iter().all(|it| !matches!(it.due[sink], Due::Waiting(_))));
    }
}
