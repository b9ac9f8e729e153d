use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn count(store: &Store) -> i64 {
    store.read(|it| it.query_row("SELECT count(*) FROM document", [], |row| row.get(0))).unwrap()
}

fn fill(store: &Store, documents: usize) {
    fill_from(store, 0, documents);
}

fn fill_from(store: &Store, first: usize, documents: usize) {
    store
        .transaction(|connection| {
            for number in first..first + documents {
                connection.execute(
                    "INSERT INTO document (key, scope, stored_at, length, size, body)
                     VALUES (?1, 'a scope', 0, 4000, 4000, zeroblob(4000))",
                    [number.to_string()],
                )?;
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_was_committed_is_there_after_a_new_start_and_only_its_user_can_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let (store, aside) = Store::open(folder.path()).unwrap();
    assert_eq!(aside, None);
    fill(&store, 3);
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?} is {mode:o}", entry.path());
    }
    drop(store);
    assert_eq!(count(&Store::open(folder.path()).unwrap().0), 3);
}

#[test]
fn work_that_fails_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path()).unwrap();
    fill(&store, 1);
    let failed: Result<(), _> = store.transaction(|connection| {
        connection.execute("DELETE FROM document", [])?;
        connection.execute("DELETE FROM nothing", []).map(|_| ())
    });
    assert!(failed.is_err());
    assert_eq!(count(&store), 1);
}

#[test]
fn a_file_that_is_no_database_is_set_aside_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    fs::write(&path, "no database at all, but someone's text").unwrap();
    let (store, aside) = Store::open(folder.path()).unwrap();
    let aside = aside.unwrap();
    assert_eq!(count(&store), 0);
    assert_eq!(fs::read_to_string(&aside.path).unwrap(), "no database at all, but someone's text");
    let name = aside.path.file_name().unwrap().to_string_lossy().into_owned();
    assert!(name.starts_with("agent.db.damaged-"), "{name}");
}

/// Overwrites pages in the middle of a closed database, as a torn write does.
fn tear(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 8192].fill(0xA5);
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_torn_page_is_found_at_the_start_and_nothing_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path()).unwrap();
    fill(&store, 100);
    drop(store);
    let path = folder.path().join(FILE_NAME);
    tear(&path);
    let torn = fs::read(&path).unwrap();
    let (store, aside) = Store::open(folder.path()).unwrap();
    let kept = fs::read(aside.unwrap().path).unwrap();
    assert!(kept.len() == torn.len() && kept[4096..] == torn[4096..], "something was changed");
    assert_eq!(count(&store), 0);
    fill(&store, 1);
    // A second damaged file in the same second gets a name of its own.
    drop(store);
    fs::write(&path, "damaged again").unwrap();
    let (_store, again) = Store::open(folder.path()).unwrap();
    assert_eq!(fs::read_to_string(again.unwrap().path).unwrap(), "damaged again");
    let aside = fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains("damaged"));
    assert_eq!(aside.count(), 2);
}

#[test]
fn a_truncated_file_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path()).unwrap();
    fill(&store, 100);
    drop(store);
    let file = OpenOptions::new().write(true).open(folder.path().join(FILE_NAME)).unwrap();
    file.set_len(file.metadata().unwrap().len() / 2).unwrap();
    assert!(Store::open(folder.path()).unwrap().1.is_some());
}

#[test]
fn damage_found_while_running_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path()).unwrap();
    fill(&store, 100);
    store.read(|it| it.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")).unwrap();
    tear(&folder.path().join(FILE_NAME));
    // Nothing of the file may be in the cache.
    store.read(|it| it.execute_batch("PRAGMA shrink_memory")).unwrap();
    let reading = |it: &Connection| -> rusqlite::Result<i64> {
        it.query_row("SELECT sum(length(hex(body))) FROM document", [], |row| row.get(0))
    };
    let error = store.read(reading).unwrap_err();
    assert!(!error.is_unwritable(), "{error}");
    assert!(store.replace_damaged(&error).unwrap().is_some());
    assert_eq!(count(&store), 0);
    fill(&store, 1);
}

#[test]
fn a_file_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path()).unwrap();
    store.read(|it| it.pragma_update(None, "user_version", 999)).unwrap();
    drop(store);
    let error = Store::open(folder.path()).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 999, .. }), "{error}");
    assert!(error.to_string().contains("upgrade"), "{error}");
}

#[test]
fn a_disk_that_is_full_is_not_damage() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path()).unwrap();
    store.read(|it| it.pragma_update(None, "max_page_count", 20)).unwrap();
    let error = store
        .transaction(|it| {
            it.execute(
                "INSERT INTO document (key, scope, stored_at, length, size, body)
                 VALUES ('k', 's', 0, 0, 0, zeroblob(1000000))",
                [],
            )
        })
        .unwrap_err();
    assert!(error.is_unwritable(), "{error}");
    assert_eq!(store.replace_damaged(&error).unwrap(), None);
}

#[test]
fn processes_that_start_at_once_agree_on_who_makes_the_file() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let starts = std::sync::Barrier::new(4);
        std::thread::scope(|scope| {
            let start = || {
                starts.wait();
                let (store, aside) = Store::open(folder.path()).unwrap();
                assert_eq!((count(&store), aside), (0, None));
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
            threads.into_iter().for_each(|thread| thread.join().unwrap());
        });
    }
}

#[test]
fn without_room_for_what_processes_share_the_file_is_opened_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path()).unwrap();
    fill(&store, 3);
    drop(store);
    // A full disk has no room for this file; here something else is in its place.
    fs::create_dir(folder.path().join("agent.db-shm")).unwrap();
    let (store, aside) = Store::open(folder.path()).unwrap();
    assert_eq!((count(&store), aside), (3, None));
    fill_from(&store, 3, 1);
    assert_eq!(count(&store), 4);
}

#[test]
fn a_folder_that_cannot_be_looked_into_is_not_taken_for_an_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Store::open_existing(folder.path()).unwrap().is_none());
    // The same error for every user, root included.
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = Store::open_existing(&file).err().unwrap();
    assert!(refused.to_string().contains("Not a directory"), "{refused}");
}
