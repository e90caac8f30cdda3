//! An append that waits for the disk, against an insert of the same row into a table of its own that waits too.
//! They take turns, so that whatever else the machine does falls on both.

use std::{path::Path, time::Instant};

use futures_executor::block_on;
use office::{Journal, journal::sqlite::SqliteJournal};
use rusqlite::{Connection, params};

use crate::{
    filling::{Chance, further, moment, prepared},
    searching::percentile,
};

/// How many times longer an append takes than the bare insert: by the medians, and on average.
pub fn ratios(journal: &SqliteJournal, folder: &Path) -> [f64; 2] {
    // The first ones are not counted: until a log was once brought into its file, it grows, which the disk does slowly.
    const WARMING: u64 = 800;
    const OPERATIONS: u64 = 1600;
    let bare = bare_table(&folder.join("bare.sqlite"));
    // Other ids and numbers each time a kept journal is measured again.
    let counted = block_on(journal.note("measured")).expect("a note").and_then(|times| times.parse().ok()).unwrap_or(0);
    let times: u64 = counted + 1;
    block_on(journal.set_note("measured", Some(&times.to_string()))).expect("a note");
    let begin = 10_000_000 * times;
    let mut chance = Chance(begin);
    let (mut firsts, mut others, mut inserts) = (Vec::new(), Vec::new(), Vec::new());
    for number in begin..begin + OPERATIONS {
        let (id, first) = prepared(&mut chance, number);
        let events = std::iter::once(first).chain(further(&mut chance, number, u64::MAX));
        for (version, event) in (0..).zip(events) {
            let (at, body) = (moment(number), serde_json::to_string(&event).expect("JSON"));
            let start = Instant::now();
            bare.prepare_cached("INSERT INTO events (operation, number, at, body) VALUES (?1, ?2, ?3, ?4)")
                .and_then(|mut insert| insert.execute(params![id.0.as_bytes(), version, at.as_microsecond(), body]))
                .expect("a bare insert");
            let insert = start.elapsed().as_secs_f64() * 1e3;

            let start = Instant::now();
            block_on(journal.append(id, version, at, event)).expect("an append");
            let append = start.elapsed().as_secs_f64() * 1e3;

            if number >= begin + WARMING {
                inserts.push(insert);
                if version == 0 { &mut firsts } else { &mut others }.push(append);
            }
        }
    }
    let all: Vec<_> = firsts.iter().chain(&others).copied().collect();
    let medians = [&inserts, &firsts, &others].map(|times| percentile(times, 50));
    println!(
        "  bare insert {:.3} ms, first event {:.3} ms, others {:.3} ms (medians)",
        medians[0], medians[1], medians[2]
    );
    // Every so manieth append brings the lists up to date, which no median shows.
    println!("  on average: bare insert {:.3} ms, append {:.3} ms", mean(&inserts), mean(&all));
    [percentile(&all, 50) / medians[0], mean(&all) / mean(&inserts)]
}

fn mean(times: &[f64]) -> f64 {
    times.iter().sum::<f64>() / times.len() as f64
}

fn bare_table(path: &Path) -> Connection {
    let conn = Connection::open(path).expect("a file");
    conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).expect("a log");
    conn.pragma_update(None, "synchronous", "FULL").expect("waits for the disk");
    conn.execute_batch(
        "CREATE TABLE IF NOT EXISTS events (operation BLOB, number INTEGER, at INTEGER, body TEXT) STRICT",
    )
    .expect("a table");
    conn
}
