//! A journal is a file, and files have troubles: each gets its own error, and nothing is lost.

use std::{
    fs,
    path::{Path, PathBuf},
};

use futures_executor::block_on;
use rusqlite::Connection;

use crate::{
    Filter, Journal, JournalError, PageRequest,
    journal::{
        SqliteJournal,
        conformance::sample::*,
        sqlite::{Append, Durability, Options, Run, append, connections::Writer, migrations},
    },
    model::{
        event::Event,
        operation::{Operation, State, Subject},
    },
};

pub(super) fn options(path: impl Into<PathBuf>) -> Options {
    Options::new(path).run(Run::Inline).durability(Durability::Process)
}

fn open(path: &Path) -> Result<SqliteJournal, JournalError> {
    SqliteJournal::open(options(path))
}

/// A folder that goes with the test, and the name of a journal in it.
pub(super) fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.sqlite");
    (folder, path)
}

pub(super) fn fill(journal: &SqliteJournal, operations: u64) {
    fill_from(journal, 1, operations);
}

pub(super) fn fill_from(journal: &SqliteJournal, first: u64, last: u64) {
    for number in first..=last {
        block_on(prepare(journal, number, refill("7", rubles(1)))).unwrap();
        block_on(go_on(journal, number, [sending(1), confirmed(Some(&format!("t{number}")))])).unwrap();
    }
}

pub(super) fn everything(journal: &SqliteJournal) -> Vec<Operation> {
    block_on(journal.list(&Filter::default(), PageRequest { after: None, size: 500 })).unwrap().rows
}

/// Brings the log into the file, so that a test may spoil the file alone.
fn whole(path: &Path) -> Vec<u8> {
    let conn = Connection::open(path).unwrap();
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(conn);
    fs::read(path).unwrap()
}

#[test]
fn a_missing_folder_is_made_whatever_its_name() {
    let (folder, _) = place();
    // Windows allows neither `:` nor `?` in a name.
    let like_an_address = if cfg!(windows) { "file;x&mode=ro#%20" } else { "file:x?mode=ro#%20" };
    for name in ["Папка с журналом/ещё одна", "with spaces & 'quotes' \u{201c}two\u{201d}", like_an_address, "日本"]
    {
        let path = folder.path().join(name).join("журнал 'a b'.sqlite");
        fill(&open(&path).unwrap(), 1);
        assert!(path.is_file());
        let journal = open(&path).unwrap();
        assert_eq!(everything(&journal).len(), 1);
        let copy = path.with_file_name("копия 'b'.sqlite");
        block_on(journal.backup_to(copy.clone())).unwrap();
        assert_eq!(everything(&open(&copy).unwrap()), everything(&journal));
    }
}

#[test]
fn a_second_holder_is_told_so_until_the_first_ends() {
    let (_folder, path) = place();
    let first = open(&path).unwrap();
    for _ in 0..2 {
        assert!(matches!(open(&path), Err(JournalError::Locked)));
    }
    fill(&first, 1);
    drop(first);
    assert_eq!(everything(&open(&path).unwrap()).len(), 1);
}

#[test]
fn a_full_disk_loses_nothing_and_is_survived() {
    let (_folder, path) = place();
    drop(open(&path).unwrap());
    let pages = fs::metadata(&path).unwrap().len() / 4096 + 8;
    let journal = SqliteJournal::open(options(&path).most_pages(u32::try_from(pages).unwrap())).unwrap();
    let mut written = Vec::new();
    let refused = loop {
        let number = written.len() as u64 + 1;
        let event = prepared(refill("7", rubles(1)), subject(&"Ы".repeat(500), ""));
        match block_on(journal.append(id(number), 0, at(0), event)) {
            Ok(operation) => written.push(operation),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, JournalError::DiskFull), "{refused:?}");
    written.reverse();
    assert!(!written.is_empty());
    assert_eq!(everything(&journal), written);
    assert!(block_on(journal.check()).unwrap().is_well());
    drop(journal);
    // With room again, it goes on where it stood.
    let journal = open(&path).unwrap();
    assert_eq!(everything(&journal), written);
    fill(&journal, 0);
    block_on(prepare(&journal, 99, refill("7", rubles(1)))).unwrap();
}

#[test]
fn a_file_of_another_program_stays_as_it_is() {
    let (_folder, path) = place();
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("CREATE TABLE books (title TEXT); PRAGMA user_version = 1").unwrap();
    drop(conn);
    let before = fs::read(&path).unwrap();
    assert!(matches!(open(&path), Err(JournalError::NotAJournal)));
    assert_eq!(fs::read(&path).unwrap(), before);

    fs::write(&path, "just some text, long enough to be taken for the header of a file".repeat(100)).unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(open(&path), Err(JournalError::Corrupt(_))));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_newer_file_is_refused_politely() {
    let (_folder, path) = place();
    fill(&open(&path).unwrap(), 1);
    let newer = migrations::KNOWN + 1;
    Connection::open(&path).unwrap().pragma_update(None, "user_version", newer).unwrap();
    let before = whole(&path);
    let refused = open(&path);
    assert!(
        matches!(refused, Err(JournalError::Newer { found, known }) if found == newer && known == migrations::KNOWN),
        "{refused:?}"
    );
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_folder_in_the_place_of_the_file_is_told() {
    let (folder, path) = place();
    fs::create_dir(&path).unwrap();
    assert!(matches!(open(&path), Err(JournalError::ReadOnly(_))));
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    let refused = open(&file.join("journal.sqlite"));
    assert!(matches!(refused, Err(JournalError::ReadOnly(_) | JournalError::Other(_))), "{refused:?}");
}

/// Where nobody may write, not even the administrator.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let refused = open(Path::new("/proc/self/journal.sqlite"));
    assert!(matches!(refused, Err(JournalError::ReadOnly(_))), "{refused:?}");
    let refused = open(Path::new("/proc/journal/journal.sqlite"));
    assert!(matches!(refused, Err(JournalError::ReadOnly(_))), "{refused:?}");
}

#[test]
fn a_file_marked_read_only_is_told() {
    let (_folder, path) = place();
    fill(&open(&path).unwrap(), 1);
    whole(&path);
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let writable_all_the_same = fs::OpenOptions::new().append(true).open(&path).is_ok();
    match open(&path) {
        // The administrator of a Unix machine writes where nobody may.
        Ok(journal) => {
            assert!(writable_all_the_same);
            assert_eq!(everything(&journal).len(), 1);
        }
        Err(error) => {
            assert!(!writable_all_the_same);
            assert!(matches!(error, JournalError::ReadOnly(_)), "{error:?}");
        }
    }
    #[allow(clippy::permissions_set_readonly_false, reason = "so that Windows lets the folder be removed")]
    {
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(false);
        fs::set_permissions(&path, permissions).unwrap();
    }
}

#[test]
fn a_flipped_bit_in_an_event_is_noticed() {
    let (_folder, path) = place();
    fill(&open(&path).unwrap(), 3);
    let conn = Connection::open(&path).unwrap();
    // As a disk would do it: past the triggers and past SQLite's own notice.
    conn.execute_batch(
        "DROP TRIGGER events_no_update;
         UPDATE events SET body = replace(body, '\"sum\":100', '\"sum\":900') WHERE operation = 2 AND number = 1",
    )
    .unwrap();
    drop(conn);
    let journal = open(&path).unwrap();
    assert!(matches!(block_on(journal.get(id(2))), Err(JournalError::Corrupt(_))));
    assert!(matches!(block_on(journal.append(id(2), 3, at(0), unknown())), Err(JournalError::Corrupt(_))));
    assert!(block_on(journal.get(id(3))).unwrap().is_some(), "the others are read as before");
    let health = block_on(journal.check()).unwrap();
    assert_eq!(health.problems.len(), 1, "{health:?}");
}

#[test]
fn a_row_that_differs_from_its_events_is_noticed() {
    let (_folder, path) = place();
    fill(&open(&path).unwrap(), 3);
    Connection::open(&path).unwrap().execute("UPDATE operations SET state = 'unknown' WHERE seq = 2", []).unwrap();
    let health = block_on(open(&path).unwrap().check()).unwrap();
    assert_eq!(health.problems.len(), 1, "{health:?}");
    assert!(health.problems[0].contains(&id(2).to_string()));
}

#[test]
fn an_operation_that_is_in_no_list_is_noticed() {
    let (_folder, path) = place();
    fill(&open(&path).unwrap(), 70);
    assert!(block_on(open(&path).unwrap().check()).unwrap().is_well());
    Connection::open(&path).unwrap().execute("UPDATE tail SET after = 66", []).unwrap();
    let health = block_on(open(&path).unwrap().check()).unwrap();
    assert_eq!(health.problems.len(), 2, "{health:?}");
}

#[test]
fn nothing_is_remembered_of_a_write_that_was_undone() {
    let (_folder, path) = place();
    let journal = open(&path).unwrap();
    fill(&journal, 1);
    block_on(prepare(&journal, 2, refill("7", rubles(1)))).unwrap();
    block_on(go_on(&journal, 2, [sending(1)])).unwrap();
    // Its row proves the first one: refused by the file, after the operation was folded.
    let refused = block_on(go_on(&journal, 2, [confirmed(Some("t1"))]));
    assert!(matches!(refused, Err(JournalError::ProofTaken(by)) if by == id(1)), "{refused:?}");
    // One of many is refused, and those before it with it.
    let append = |version, event| Append { id: id(2), expected_version: version, at: at(3), event };
    let refused = block_on(journal.append_all(vec![append(2, unknown()), append(3, sending(2))]));
    assert!(matches!(refused, Err(JournalError::Transition { state: State::Unknown, .. })), "{refused:?}");
    let operation = block_on(go_on(&journal, 2, [confirmed(Some("t2"))])).unwrap();
    assert_eq!((operation.version, operation.state), (3, State::Confirmed));
    assert_eq!(block_on(journal.get(id(2))).unwrap(), Some(operation));
    assert!(block_on(journal.check()).unwrap().is_well());
}

#[test]
fn what_somebody_else_wrote_is_not_written_over() {
    let (_folder, path) = place();
    let journal = open(&path).unwrap();
    block_on(prepare(&journal, 1, refill("7", rubles(1)))).unwrap();
    // Past the lock, which only our own programs know.
    let stranger = Writer::new(super::super::open::connect(&path).unwrap());
    let sent = Append { id: id(1), expected_version: 1, at: at(3), event: sending(1) };
    append::one(&mut { stranger }, &sent).unwrap();
    let refused = block_on(journal.append(id(1), 1, at(4), cancelled()));
    assert!(refused.is_err(), "{refused:?}");
    // It is read anew then.
    let refused = block_on(journal.append(id(1), 1, at(4), cancelled()));
    assert!(matches!(refused, Err(JournalError::Stale(_))), "{refused:?}");
    assert_eq!(block_on(journal.story(id(1))).unwrap().len(), 2);
    assert!(block_on(journal.check()).unwrap().is_well());
}

#[test]
fn every_damaged_page_is_noticed_or_harmless() {
    let (_folder, path) = place();
    let journal = open(&path).unwrap();
    // Some in the lists, some after them.
    fill(&journal, 90);
    let before = everything(&journal);
    drop(journal);
    let sound = whole(&path);
    let mut noticed = 0;
    let pages = sound.len() / 4096;
    for page in 0..pages {
        let mut damaged = sound.clone();
        // A sector that came back as noise.
        for (byte, place) in
            damaged[page * 4096..].iter_mut().skip(if page == 0 { 100 } else { 0 }).take(512).zip(0_u32..)
        {
            *byte ^= (place.wrapping_mul(2_654_435_761) >> 24) as u8 | 1;
        }
        fs::write(&path, &damaged).unwrap();
        let outcome = open(&path).and_then(|journal| {
            let health = block_on(journal.check())?;
            Ok((
                health.is_well(),
                block_on(journal.list(&Filter::default(), PageRequest { after: None, size: 500 }))?.rows,
            ))
        });
        match outcome {
            Ok((true, rows)) => assert_eq!(rows, before, "page {page} was damaged unnoticed"),
            Ok((false, _)) | Err(JournalError::Corrupt(_)) => noticed += 1,
            Err(other) => panic!("page {page}: {other:?}"),
        }
        for suffix in ["-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{suffix}", path.display()));
        }
    }
    assert!(noticed * 10 >= pages * 9, "{noticed} of {pages} pages noticed");
}

#[test]
fn events_and_identities_are_kept_by_the_file_itself() {
    let (_folder, path) = place();
    fill(&open(&path).unwrap(), 2);
    let conn = Connection::open(&path).unwrap();
    let statements = [
        "DELETE FROM events",
        "UPDATE events SET body = '{}'",
        "UPDATE events SET at = 0 WHERE operation = 1 AND number = 1",
        "DELETE FROM operations",
        "UPDATE operations SET id = zeroblob(16) WHERE seq = 1",
        "UPDATE operations SET kind = 'edit_guest' WHERE seq = 1",
        "UPDATE operations SET sum = 900 WHERE seq = 1",
        "UPDATE operations SET state = 'done' WHERE seq = 1",
        "INSERT INTO events (operation, number, at, body, checksum) VALUES (1, 9, 0, '{}', 0)",
        "INSERT INTO events (operation, number, at, body, checksum) VALUES (1, 3, 0, '{}', 0)",
        "INSERT INTO events (operation, number, at, body, checksum) VALUES (7, 1, 0, '{}', 0)",
        "INSERT INTO events (operation, number, at, body, checksum) VALUES (1, 4, 'now', '{}', 0)",
    ];
    for statement in statements {
        assert!(conn.execute(statement, []).is_err(), "{statement}");
    }
    drop(conn);
    assert!(block_on(open(&path).unwrap().check()).unwrap().is_well());
}

#[test]
fn all_are_appended_or_none() {
    let journal = SqliteJournal::in_memory().unwrap();
    let append = |number, outside: &str| crate::journal::sqlite::Append {
        id: id(number),
        expected_version: 0,
        at: at(0),
        event: prepared(purchase(u128::from(number), "1", outside), Subject::default()),
    };
    let taken = block_on(journal.append_all(vec![append(1, "A-1"), append(2, "A-2"), append(3, "a-1")]));
    assert!(matches!(taken, Err(JournalError::OutsideNumberTaken(by)) if by == id(1)), "{taken:?}");
    assert!(everything(&journal).is_empty());
    let written = block_on(journal.append_all(vec![append(1, "A-1"), append(2, "A-2")])).unwrap();
    assert_eq!(written.len(), 2);
    assert_eq!(block_on(journal.append_all(Vec::<crate::journal::sqlite::Append>::new())).unwrap(), []);
}

#[tokio::test]
async fn what_a_dropped_caller_began_is_whole() {
    let (_folder, path) = place();
    let journal = SqliteJournal::open(Options::new(&path)).unwrap();
    for number in 1..=20 {
        let event = Event::Cancelled { operator: "Ольга".into() };
        prepare(&journal, number, refill("7", rubles(1))).await.unwrap();
        // Polled once and dropped, as when the engine is stopped in the middle.
        let mut append = Box::pin(journal.append(id(number), 1, at(0), event));
        let _ = futures::poll!(&mut append);
    }
    // Writes go one after another, so this one waits for all before it.
    journal.set_note("last", Some("")).await.unwrap();
    let health = journal.check().await.unwrap();
    assert!(health.is_well(), "{health:?}");
    for number in 1..=20 {
        let operation = journal.get(id(number)).await.unwrap().unwrap();
        assert_eq!(journal.story(id(number)).await.unwrap().len(), operation.version as usize);
    }
}
