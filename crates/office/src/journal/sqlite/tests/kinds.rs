//! The kind of an operation is checked by the program, not by the table.

use futures_executor::block_on;
use rusqlite::Connection;

use super::troubles::{everything, fill, options, place};
use crate::{
    Filter, Journal, JournalError, PageRequest,
    journal::{SqliteJournal, conformance::sample::*, sqlite::events},
};

/// Writes an operation as a newer program would that knows a kind of its own, in row `seq`.
fn write_newer(conn: &Connection, seq: i64, kind: &str) {
    let body = format!(
        r#"{{"event":"prepared","payload":{{"kind":"{kind}","request":{{}}}},"subject":{{"account":null,"phone":null,"name":"","group":null}},"operator":"Ольга","reason":""}}"#
    );
    let id = id(u64::try_from(seq).unwrap()).0;
    conn.execute(
        "INSERT INTO operations (seq, id, kind, state, stands, version, created_at, listed)
         VALUES (?1, ?2, ?3, 'prepared', 1, 1, 0, 0)",
        (seq, id, kind),
    )
    .expect("no table refuses a kind");
    conn.execute(
        "INSERT INTO events (operation, number, at, body, checksum) VALUES (?1, 1, 0, ?2, ?3)",
        (seq, &body, events::checksum(seq, 1, 0, &body)),
    )
    .unwrap();
}

/// Both where the lists are read from: in the tail, and behind it.
#[test]
fn a_kind_of_a_newer_program_is_refused_politely_at_the_opening() {
    for operations in [0, 3, 70] {
        let (_folder, path) = place();
        let journal = SqliteJournal::open(options(&path)).unwrap();
        fill(&journal, operations);
        drop(journal);
        let conn = Connection::open(&path).unwrap();
        let seq = i64::try_from(operations).unwrap() + 1;
        write_newer(&conn, seq, "write_off");
        if operations == 70 {
            conn.execute_batch("UPDATE operations SET listed = 1; UPDATE tail SET after = 71").unwrap();
        }
        drop(conn);
        let refused = SqliteJournal::open(options(&path));
        assert!(matches!(&refused, Err(JournalError::NewerKind(kind)) if kind == "write_off"), "{refused:?}");
    }
}

/// It was written while this program had the file open.
#[test]
fn a_kind_of_a_newer_program_is_reported_where_it_is_read() {
    let (_folder, path) = place();
    let journal = SqliteJournal::open(options(&path)).unwrap();
    fill(&journal, 2);
    write_newer(&Connection::open(&path).unwrap(), 3, "write_off");
    let one = block_on(journal.get(id(3)));
    assert!(matches!(&one, Err(JournalError::NewerKind(kind)) if kind == "write_off"), "{one:?}");
    let list = block_on(journal.list(&Filter::default(), PageRequest { after: None, size: 10 }));
    assert!(matches!(list, Err(JournalError::NewerKind(_))), "{list:?}");
    assert!(block_on(journal.get(id(2))).unwrap().is_some());
}

/// A flipped bit in the row's kind: the story knows better, and the check tells.
#[test]
fn a_damaged_kind_is_no_newer_one() {
    let (_folder, path) = place();
    let journal = SqliteJournal::open(options(&path)).unwrap();
    fill(&journal, 2);
    drop(journal);
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("DROP TRIGGER operations_identity; UPDATE operations SET kind = 'refild' WHERE seq = 1")
        .unwrap();
    drop(conn);
    let journal = SqliteJournal::open(options(&path)).unwrap();
    assert_eq!(everything(&journal).len(), 2);
    assert!(!block_on(journal.check()).unwrap().is_well());
}
