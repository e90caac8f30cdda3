//! What ends all writing to an open journal.

use std::{fs, path::Path};

use futures_executor::block_on;
use rusqlite::Connection;

use super::troubles::{fill, options, place};
use crate::{
    Journal, JournalError,
    journal::{
        SqliteJournal,
        conformance::sample::*,
        sqlite::{Stopped, backup::suffixed},
    },
};

fn open(path: &Path) -> SqliteJournal {
    SqliteJournal::open(options(path)).unwrap()
}

/// As a hand would change the file: past the triggers.
fn change(path: &Path, statements: &str) {
    Connection::open(path).unwrap().execute_batch(statements).unwrap();
}

#[test]
fn a_damaged_journal_takes_nothing_more_and_is_still_read() {
    let (_folder, path) = place();
    fill(&open(&path), 3);
    change(
        &path,
        "DROP TRIGGER events_no_update;
         UPDATE events SET body = replace(body, '\"sum\":100', '\"sum\":900') WHERE operation = 2 AND number = 1",
    );
    let journal = open(&path);
    let stopped = journal.stopped();
    assert_eq!(*stopped.borrow(), None);
    assert!(!block_on(journal.check()).unwrap().is_well());
    assert!(matches!(&*stopped.borrow(), Some(Stopped::Damaged(_))));

    let refused = block_on(prepare(&journal, 9, refill("7", rubles(1))));
    assert!(matches!(refused, Err(JournalError::Corrupt(_))), "{refused:?}");
    assert!(matches!(block_on(journal.set_note("draft", Some("x"))), Err(JournalError::Corrupt(_))));
    assert!(block_on(journal.get(id(3))).unwrap().is_some(), "reading goes on");
    assert_eq!(block_on(journal.get(id(9))).unwrap(), None);
}

#[test]
fn a_write_that_meets_damage_is_the_last_one() {
    let (_folder, path) = place();
    fill(&open(&path), 3);
    change(&path, "DROP TRIGGER events_no_delete; DELETE FROM events WHERE operation = 2 AND number = 2");
    let journal = open(&path);
    let refused = block_on(journal.append(id(2), 3, at(0), unknown()));
    assert!(matches!(refused, Err(JournalError::Corrupt(_))), "{refused:?}");
    let refused = block_on(prepare(&journal, 9, refill("7", rubles(1))));
    assert!(matches!(refused, Err(JournalError::Corrupt(_))), "{refused:?}");
}

/// Deletes or replaces something under an open journal, which must notice it at the next write.
#[cfg(unix)]
fn is_noticed(displace: impl FnOnce(&Path)) {
    let (_folder, path) = place();
    let journal = open(&path);
    fill(&journal, 1);
    displace(&path);
    for _ in 0..2 {
        let refused = block_on(prepare(&journal, 9, refill("7", rubles(1))));
        assert!(matches!(refused, Err(JournalError::Displaced(_))), "{refused:?}");
    }
    assert!(matches!(&*journal.stopped().borrow(), Some(Stopped::Displaced(_))));
}

#[cfg(unix)]
#[test]
fn a_lock_that_was_deleted_locks_nothing_and_is_noticed() {
    is_noticed(|path| {
        fs::remove_file(suffixed(path, "-lock")).unwrap();
        // A second program takes the place of the first.
        let second = open(path);
        block_on(prepare(&second, 2, refill("7", rubles(1)))).unwrap();
    });
}

#[cfg(unix)]
#[test]
fn a_journal_that_was_deleted_or_replaced_is_noticed() {
    is_noticed(|path| fs::remove_file(path).unwrap());
    is_noticed(|path| fs::remove_dir_all(path.parent().unwrap()).unwrap());
    is_noticed(|path| fs::remove_file(suffixed(path, "-wal")).unwrap());
    is_noticed(|path| {
        let copy = path.with_file_name("copy");
        fs::copy(path, &copy).unwrap();
        fs::rename(&copy, path).unwrap();
    });
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_made_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, _) = place();
    let path = folder.path().join("deep/er/journal.sqlite");
    let journal = open(&path);
    fill(&journal, 1);
    block_on(journal.backup_by_hand(at(0))).unwrap();
    for made in ["deep", "deep/er", "deep/er/backups"] {
        let mode = fs::metadata(folder.path().join(made)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{made}");
    }
}
