//! Backups, restoring, migrations, export.

use std::{collections::BTreeMap, fs, path::Path};

use futures_executor::block_on;
use jiff::tz::TimeZone;
use probonus::AccountId;
use rusqlite::Connection;

use super::troubles::{everything, fill, fill_from, options, place};
use crate::{
    Filter, Journal, JournalError, Kind, Operation, OperationId, PageRequest, State,
    journal::{
        SqliteJournal,
        conformance::sample::*,
        sqlite::{KEPT, Made, backups, contents, losses, migrations, operations, restore, search},
    },
};

#[test]
fn a_backup_is_the_journal_as_it_was() {
    let (folder, path) = place();
    let journal = SqliteJournal::open(options(&path)).unwrap();
    fill(&journal, 20);
    block_on(journal.set_note("halt", Some("factor"))).unwrap();
    let before = everything(&journal);
    let copy = folder.path().join("copies").join("copy.sqlite");
    block_on(journal.backup_to(copy.clone())).unwrap();
    block_on(go_on(&journal, 1, [])).unwrap();
    block_on(prepare(&journal, 99, refill("7", rubles(1)))).unwrap();
    // A copy over an older one.
    block_on(journal.backup_to(copy.clone())).unwrap();
    block_on(prepare(&journal, 100, refill("7", rubles(1)))).unwrap();

    let copy = SqliteJournal::open(options(copy)).unwrap();
    assert_eq!(everything(&copy)[1..], before);
    assert_eq!(everything(&copy)[0].id, id(99));
    assert_eq!(block_on(copy.note("halt")).unwrap().as_deref(), Some("factor"));
    assert!(block_on(copy.check()).unwrap().is_well());
    assert_eq!(
        fs::read_dir(folder.path().join("copies"))
            .unwrap()
            .filter(|entry| { entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part") })
            .count(),
        0
    );
}

#[test]
fn daily_backups_are_made_once_a_day_and_kept_two_weeks() {
    let (folder, path) = place();
    let journal = SqliteJournal::open(options(&path).zone(TimeZone::UTC)).unwrap();
    fill(&journal, 1);
    let stranger = folder.path().join("backups").join("journal-notes.sqlite");
    for day in 0..20 {
        let now = at(day * 86_400);
        assert!(block_on(journal.backup_daily(now)).unwrap().is_some());
        assert_eq!(block_on(journal.backup_daily(now)).unwrap(), None, "the second of a day");
        if day == 0 {
            fs::write(&stranger, "a file of someone else").unwrap();
        }
    }
    let kept = backups(&path, journal.backup_folder()).unwrap();
    assert_eq!(kept.len(), KEPT);
    assert_eq!(kept[0].made, Made::Daily("2026-11-21".parse().unwrap()));
    assert_eq!(kept[KEPT - 1].made, Made::Daily("2026-11-08".parse().unwrap()));
    assert!(stranger.exists());
    // A clock that was a year ahead does not push out the days that follow, and today's is never the one removed.
    block_on(journal.backup_daily(at(400 * 86_400))).unwrap();
    let today = block_on(journal.backup_daily(at(20 * 86_400))).unwrap().unwrap();
    assert!(today.exists());
    assert_eq!(backups(&path, journal.backup_folder()).unwrap().len(), KEPT);
}

#[test]
fn a_restored_journal_is_the_backup_and_the_old_one_is_kept() {
    let (folder, path) = place();
    let copy = folder.path().join("copy.sqlite");
    let journal = SqliteJournal::open(options(&path)).unwrap();
    fill(&journal, 3);
    let before = everything(&journal);
    block_on(journal.backup_to(copy.clone())).unwrap();
    block_on(prepare(&journal, 99, refill("7", rubles(1)))).unwrap();
    assert!(matches!(restore(&copy, &options(&path), at(0)), Err(JournalError::Locked)));
    drop(journal);

    let aside = restore(&copy, &options(&path), at(0)).unwrap().unwrap();
    assert_eq!(everything(&SqliteJournal::open(options(&path)).unwrap()), before);
    assert_eq!(everything(&SqliteJournal::open(options(&aside)).unwrap()).len(), 4);
    assert!(copy.exists());
    // Where there is none.
    fs::remove_file(&path).unwrap();
    assert_eq!(restore(&copy, &options(&path), at(1)).unwrap(), None);
    assert_eq!(everything(&SqliteJournal::open(options(&path)).unwrap()), before);
}

#[test]
fn a_backup_that_cannot_be_used_leaves_the_journal_in_its_place() {
    let (folder, path) = place();
    let copy = folder.path().join("copy.sqlite");
    let journal = SqliteJournal::open(options(&path)).unwrap();
    fill(&journal, 30);
    let before = everything(&journal);
    block_on(journal.backup_to(copy.clone())).unwrap();
    drop(journal);
    let sound = fs::read(&copy).unwrap();

    let refused = |what: &str| {
        let refused = restore(&copy, &options(&path), at(0)).unwrap_err();
        assert_eq!(everything(&SqliteJournal::open(options(&path)).unwrap()), before, "{what}");
        refused
    };
    fs::write(&copy, &sound[..sound.len() / 2]).unwrap();
    assert!(matches!(refused("half a file"), JournalError::Corrupt(_)));
    fs::write(&copy, "").unwrap();
    assert!(matches!(refused("an empty file"), JournalError::NotAJournal));
    fs::write(&copy, &sound).unwrap();
    Connection::open(&copy).unwrap().execute("UPDATE operations SET version = 9 WHERE seq = 2", []).unwrap();
    assert!(matches!(refused("another row"), JournalError::Corrupt(_)));
    fs::write(&copy, &sound).unwrap();
    Connection::open(&copy).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(refused("a newer file"), JournalError::Newer { found: 99, .. }));
    fs::remove_file(&copy).unwrap();
    assert!(matches!(refused("no file"), JournalError::ReadOnly(_)));
}

#[test]
fn what_a_restoration_forgets_is_told_before() {
    let (folder, path) = place();
    let copy = folder.path().join("copy.sqlite");
    let journal = SqliteJournal::open(options(&path)).unwrap();
    fill(&journal, 2);
    block_on(prepare(&journal, 3, refill("7", rubles(1)))).unwrap();
    block_on(journal.backup_to(copy.clone())).unwrap();
    assert_eq!(losses(&copy, &path).unwrap(), super::super::Losses::default());
    assert_eq!(contents(&copy).unwrap().operations, 3);
    assert_eq!(contents(&copy).unwrap().newest, Some(at(3)));

    block_on(go_on(&journal, 3, [sending(1), confirmed(None)])).unwrap();
    block_on(prepare(&journal, 4, refill("7", rubles(1)))).unwrap();
    block_on(prepare(&journal, 5, refill("7", rubles(1)))).unwrap();
    block_on(go_on(&journal, 5, [sending(1), unknown()])).unwrap();
    // While the journal is in use.
    let told = losses(&copy, &path).unwrap();
    assert_eq!((told.missing, told.behind, told.sent), (2, 1, 2));
    let shown: Vec<_> = told.shown.iter().map(|operation| operation.id).collect();
    assert_eq!(shown, [id(5), id(3)], "what was only written down and never sent is not among them");
}

#[test]
fn what_waits_by_the_backup_and_may_have_gone_since_does_not_go_again() {
    let (folder, path) = place();
    let copy = folder.path().join("copy.sqlite");
    let journal = SqliteJournal::open(options(&path)).unwrap();
    for number in 1..=4 {
        block_on(prepare(&journal, number, refill("7", rubles(1)))).unwrap();
    }
    block_on(journal.backup_to(copy.clone())).unwrap();
    block_on(go_on(&journal, 1, [sending(1), confirmed(None)])).unwrap();
    block_on(go_on(&journal, 2, [cancelled()])).unwrap();
    block_on(go_on(&journal, 3, [sending(1)])).unwrap();
    drop(journal);

    restore(&copy, &options(&path), at(0)).unwrap();
    let journal = SqliteJournal::open(options(&path)).unwrap();
    let states = |journal: &SqliteJournal| {
        (1..=4).map(|number| block_on(journal.get(id(number))).unwrap().unwrap().state).collect::<Vec<_>>()
    };
    // The last one still waited when the journal was put aside: it surely never left.
    assert_eq!(states(&journal), [State::Unknown, State::Unknown, State::Unknown, State::Prepared]);
    assert!(block_on(journal.check()).unwrap().is_well());
    drop(journal);

    // Without a journal to compare with, all are in doubt.
    fs::remove_file(&path).unwrap();
    restore(&copy, &options(&path), at(1)).unwrap();
    assert_eq!(states(&SqliteJournal::open(options(&path)).unwrap()), [State::Unknown; 4]);
}

#[test]
fn a_journal_that_was_put_aside_can_be_restored_with_what_stood_in_its_log() {
    let (folder, path) = place();
    let copy = folder.path().join("copy.sqlite");
    let journal = SqliteJournal::open(options(&path)).unwrap();
    fill(&journal, 1);
    block_on(journal.backup_to(copy.clone())).unwrap();
    fill_from(&journal, 2, 5);
    let before = everything(&journal);
    // As a process that was killed leaves it: file and log.
    let dead = folder.path().join("dead").join("journal.sqlite");
    fs::create_dir_all(dead.parent().unwrap()).unwrap();
    for suffix in ["", "-wal"] {
        fs::copy(format!("{}{suffix}", path.display()), format!("{}{suffix}", dead.display())).unwrap();
    }
    drop(journal);

    let aside = restore(&copy, &options(&dead), at(0)).unwrap().unwrap();
    assert_eq!(everything(&SqliteJournal::open(options(&dead)).unwrap()).len(), 1);
    let listed = backups(&dead, &options(&dead).backups).unwrap();
    assert_eq!(
        listed.iter().map(|backup| (backup.path.clone(), backup.made)).collect::<Vec<_>>(),
        [(aside.clone(), Made::BeforeRestore(at(0)))]
    );
    restore(&aside, &options(&dead), at(1)).unwrap();
    assert_eq!(everything(&SqliteJournal::open(options(&dead)).unwrap()), before);
}

#[test]
fn a_damaged_journal_gives_way_to_its_backup_and_is_kept() {
    let (folder, path) = place();
    let copy = folder.path().join("copy.sqlite");
    let journal = SqliteJournal::open(options(&path)).unwrap();
    fill(&journal, 3);
    let before = everything(&journal);
    block_on(journal.backup_to(copy.clone())).unwrap();
    drop(journal);
    let noise = vec![0x5a; 40_000];
    fs::write(&path, &noise).unwrap();
    assert!(matches!(SqliteJournal::open(options(&path)), Err(JournalError::Corrupt(_))));
    assert!(losses(&copy, &path).is_err());
    let aside = restore(&copy, &options(&path), at(0)).unwrap().unwrap();
    assert_eq!(fs::read(aside).unwrap(), noise);
    assert_eq!(everything(&SqliteJournal::open(options(&path)).unwrap()), before);
}

#[test]
fn names_of_copies_tell_their_occasion() {
    let (folder, path) = place();
    let journal = SqliteJournal::open(options(&path).zone(TimeZone::UTC)).unwrap();
    fill(&journal, 1);
    let backup_folder = folder.path().join("backups");
    let by_hand = block_on(journal.backup_by_hand(at(86_400))).unwrap();
    block_on(journal.backup_daily(at(0))).unwrap();
    for stranger in
        ["journal-vv1.sqlite", "journal-by-hand-.sqlite", "journal-2026-13-01.sqlite", "other-2026-11-02.sqlite"]
    {
        fs::write(backup_folder.join(stranger), "").unwrap();
    }
    let made: Vec<_> = backups(&path, &backup_folder).unwrap().into_iter().map(|backup| backup.made).collect();
    assert_eq!(made, [Made::ByHand(at(86_400)), Made::Daily("2026-11-02".parse().unwrap())]);
    assert!(by_hand.is_file());
}

#[test]
fn each_version_is_added_once_and_a_failed_one_leaves_the_last() {
    let mut conn = Connection::open_in_memory().unwrap();
    let first: &[&str] = &["CREATE TABLE one (x)", "INSERT INTO one VALUES (1)"];
    let second: &[&str] = &["ALTER TABLE one ADD COLUMN y"];
    let broken: &[&str] = &["INSERT INTO one VALUES (2, 2)", "NOT SQL"];
    let version =
        |conn: &Connection| conn.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0)).unwrap();
    migrations::migrate(&mut conn, 0, &[first]).unwrap();
    migrations::migrate(&mut conn, 1, &[first, second]).unwrap();
    migrations::migrate(&mut conn, 2, &[first, second]).unwrap();
    assert_eq!(version(&conn), 2);
    migrations::migrate(&mut conn, 2, &[first, second, broken]).unwrap_err();
    assert_eq!(version(&conn), 2);
    let rows: u32 = conn.query_row("SELECT count(*) FROM one", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 1, "what the broken version began is undone");
}

/// Whether a filter keeps an operation.
type Kept = fn(&Operation) -> bool;

#[test]
fn a_journal_of_before_the_tail_goes_on_as_it_was() {
    for operations in [0, 1, 63, 64, 150] {
        let (folder, path) = place();
        let now = folder.path().join("now.sqlite");
        let journal = SqliteJournal::open(options(&now)).unwrap();
        fill(&journal, operations);
        for number in (1..=operations).filter(|number| number % 10 == 5) {
            block_on(prepare(&journal, 1000 + number, guest("+79123456789"))).unwrap();
            block_on(go_on(&journal, 1000 + number, [sending(1), unknown()])).unwrap();
        }
        let before = everything(&journal);
        drop(journal);
        as_of_version_3(&now, &path);

        let journal = SqliteJournal::open(options(&path)).unwrap();
        let listed = backups(&path, journal.backup_folder()).unwrap();
        assert_eq!(listed.iter().map(|backup| backup.made).collect::<Vec<_>>(), [Made::BeforeMigration(3)]);
        // Whatever of it was in the lists before, and while they grow.
        for more in [0, 1, 64, 200] {
            fill_from(&journal, 5000 + more * 1000, 5000 + more * 1001);
            let rows = everything(&journal);
            assert_eq!(rows[rows.len() - before.len()..], before);
            assert!(block_on(journal.check()).unwrap().is_well());
            let finds = |filter| block_on(journal.list(&filter, PageRequest { after: None, size: 500 })).unwrap().rows;
            let all = |kept: Kept| rows.iter().filter(|row| kept(row)).cloned().collect::<Vec<_>>();
            let unknown: Kept = |row| row.state == State::Unknown;
            let cases: [(Filter, Kept); 6] = [
                (Filter { text: "жал".into(), states: vec![State::Unknown], ..Filter::default() }, unknown),
                (Filter { text: "жалоба".into(), ..Filter::default() }, |_| true),
                (Filter { states: vec![State::Unknown], ..Filter::default() }, unknown),
                (Filter { kinds: vec![Kind::CreateGuest], ..Filter::default() }, unknown),
                (Filter { account: Some(AccountId::new("7")), ..Filter::default() }, |row| {
                    row.state == State::Confirmed
                }),
                (Filter { from: Some("2026-11-01".parse().unwrap()), ..Filter::default() }, |_| true),
            ];
            for (filter, kept) in cases {
                assert_eq!(finds(filter.clone()), all(kept), "{filter:?} with {operations} and {more} operations");
            }
            assert_eq!(block_on(journal.counts()).unwrap().unknown as usize, all(unknown).len());
        }
        drop(journal);

        // The copy from before is as good as any other.
        restore(&listed[0].path, &options(&path), at(0)).unwrap();
        let journal = SqliteJournal::open(options(&path)).unwrap();
        assert_eq!(everything(&journal), before);
        assert!(block_on(journal.check()).unwrap().is_well());
    }
}

/// Copies the journal `now` to `path` as the program that knew version 3 would have written it.
fn as_of_version_3(now: &Path, path: &Path) {
    let mut conn = Connection::open(path).unwrap();
    migrations::migrate(&mut conn, 0, &migrations::VERSIONS[..3]).unwrap();
    conn.execute("ATTACH ?1 AS now", [now.to_str().unwrap()]).unwrap();
    conn.execute_batch(
        "INSERT INTO operations
         SELECT seq, id, kind, state, stands, version, created_at, account, sum, guid, undoes, rest_code, number_key, proof,
                returned_by, late FROM now.operations;
         INSERT INTO events SELECT * FROM now.events;
         INSERT INTO watches SELECT * FROM now.watches;
         INSERT INTO days SELECT created_at / 86400000000, min(seq), max(seq) FROM operations GROUP BY 1",
    )
    .unwrap();
    let last: i64 = conn.query_row("SELECT coalesce(max(seq), 0) FROM operations", [], |row| row.get(0)).unwrap();
    for seq in 1..=last / 64 * 64 {
        search::insert(&conn, seq, &operations::at(&conn, seq).unwrap()).unwrap();
    }
}

#[test]
fn the_export_tells_every_event_and_is_enough_to_fold_all() {
    let (folder, path) = place();
    let journal = SqliteJournal::open(options(&path)).unwrap();
    fill(&journal, 5);
    let out = folder.path().join("всё.jsonl");
    assert_eq!(block_on(journal.export_to(out.clone())).unwrap(), 15);
    let mut stories: BTreeMap<OperationId, Vec<crate::EventRecord>> = BTreeMap::new();
    for line in fs::read_to_string(&out).unwrap().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| line[name].clone();
        stories.entry(serde_json::from_value(field("operation")).unwrap()).or_default().push(crate::EventRecord {
            number: serde_json::from_value(field("number")).unwrap(),
            at: serde_json::from_value(field("at")).unwrap(),
            event: serde_json::from_value(line).unwrap(),
        });
    }
    for operation in everything(&journal) {
        assert_eq!(crate::Operation::fold(operation.id, &stories[&operation.id]).unwrap(), Some(operation));
    }
    // Into a folder that is not there: told, and nothing is left.
    let nowhere = folder.path().join("none").join("x.jsonl");
    assert!(matches!(block_on(journal.export_to(nowhere)), Err(JournalError::ReadOnly(_))));
}
