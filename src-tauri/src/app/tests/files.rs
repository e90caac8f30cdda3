//! The journal's file, as the page sees it: each problem has its own code, and a backup can be restored.

use std::{
    fs,
    path::{Path, PathBuf},
};

use office::journal::{SqliteJournal, sqlite::Options};

use super::*;
use crate::view::{BackupMade, JournalHealth};

/// A machine whose training mode has a guest and this many refills. The program is closed.
async fn worked(refills: u32) -> (Machine, PathBuf) {
    let machine = Machine::new(keychains::missing());
    let app = machine.start().await;
    app.start_training().await.unwrap();
    let guest = create(&app, "+79120002233").await;
    for number in 0..refills {
        refill(&app, &guest, number).await;
    }
    app.stop().await;
    let path = Folders::at(machine.home.path()).journal(Mode::Training);
    (machine, path)
}

async fn refill(app: &App, guest: &GuestView, number: u32) -> OperationView {
    submit(app, refill_of(guest, number)).await.unwrap()
}

fn refill_of(guest: &GuestView, number: u32) -> Value {
    json!({
        "kind": "refill", "phone": "+79120002233", "account": guest.account, "sum": format!("{}", 100 + number),
        "reason": "Подарок", "note": ""
    })
}

async fn listed(app: &App) -> usize {
    app.operations(form(json!({})), None, 100).await.unwrap().rows.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_trouble_of_the_file_has_a_code_of_its_own() {
    let (machine, path) = worked(0).await;
    let sound = fs::read(&path).unwrap();
    // Positions in the header of an SQLite file, by its documentation.
    let (version, application) = (60..64, 68..72);
    let with = |place: std::ops::Range<usize>| {
        let mut bytes = sound.clone();
        bytes[place].copy_from_slice(&99_u32.to_be_bytes());
        bytes
    };
    let troubles = [
        (vec![0x5a; 20_000], JournalHealth::Corrupt, ErrorCode::JournalCorrupt),
        (with(version), JournalHealth::Newer, ErrorCode::JournalNewer),
        (with(application), JournalHealth::NotAJournal, ErrorCode::NotAJournal),
    ];
    for (bytes, health, code) in troubles {
        fs::write(&path, &bytes).unwrap();
        let app = machine.start().await;
        assert_eq!(app.status().await.journal.health, health);
        assert_eq!(app.operations(form(json!({})), None, 10).await.unwrap_err().code, code);
        app.stop().await;
        assert_eq!(fs::read(&path).unwrap(), bytes, "{code:?}: the file stays as it is");
    }

    fs::write(&path, &sound).unwrap();
    let other = SqliteJournal::open(Options::new(&path)).unwrap();
    let app = machine.start().await;
    assert_eq!(app.status().await.journal.health, JournalHealth::Locked);
    assert_eq!(app.groups().await.unwrap_err().code, ErrorCode::JournalLocked);
    app.stop().await;
    drop(other);

    // A file is where the folder should be, so nothing can be written there.
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path.parent().unwrap(), "").unwrap();
    let app = machine.start().await;
    assert_eq!(app.status().await.phase, Phase::Ready);
    assert!(app.groups().await.is_err());
    app.stop().await;

    // If the folder is missing, the operator is asked; a new journal creates it.
    fs::remove_file(path.parent().unwrap()).unwrap();
    let app = machine.start().await;
    assert_eq!(app.status().await.journal.health, JournalHealth::Missing);
    app.begin_journal_anew("begin anew").await.unwrap();
    assert!(matches!(app.status().await.journal.health, JournalHealth::Open | JournalHealth::Sound));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_lives_in_a_folder_with_any_name() {
    let mut machine = Machine::new(keychains::missing());
    machine.home = tempfile::Builder::new().prefix("Ольга Петрова «офис» ").tempdir().unwrap();
    let app = machine.start().await;
    app.start_training().await.unwrap();
    create(&app, "+79120002244").await;
    let copy = app.backup_journal().await.unwrap();
    assert!(copy.contains("Ольга Петрова"));
    assert_eq!(app.backups().await.unwrap()[0].operations, Some(1));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_restored_and_what_that_forgets_is_shown_before() {
    let (machine, _) = worked(1).await;
    let app = machine.start().await;
    let guest = find(&app, "+79120002233").await;
    app.backup_journal().await.unwrap();
    let later = refill(&app, &guest, 7).await;

    let copies = app.backups().await.unwrap();
    let copy = copies.iter().find(|copy| copy.made == BackupMade::ByHand).unwrap();
    assert_eq!((copy.operations, copy.problem), (Some(2), None));
    assert!(copy.bytes > 0 && copy.made_at.is_some() && copy.newest.is_some());
    let told = app.preview_restore(&copy.name).await.unwrap().losses.unwrap();
    assert_eq!((told.missing, told.behind, told.sent), (1, 0, 1));
    assert_eq!(told.operations[0].id, later.id);
    assert_eq!(listed(&app).await, 3, "a preview changes nothing");

    let restored = app.restore_backup(&copy.name).await.unwrap();
    assert_eq!(restored.status.mode, Mode::Training);
    assert_eq!(listed(&app).await, 2);
    let copies = app.backups().await.unwrap();
    let kept = copies.iter().find(|copy| Some(&copy.name) == restored.kept.as_ref()).unwrap();
    assert_eq!((kept.made, kept.operations), (BackupMade::BeforeRestore, Some(3)));
    // And back again.
    app.restore_backup(&kept.name).await.unwrap();
    assert_eq!(listed(&app).await, 3);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_cannot_be_used_is_named_as_such_and_changes_nothing() {
    let (machine, path) = worked(0).await;
    let app = machine.start().await;
    let folder = path.with_file_name("backups");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("journal-2020-01-01.db"), vec![0x5a; 20_000]).unwrap();
    let copies = app.backups().await.unwrap();
    let damaged = copies.iter().find(|copy| copy.name == "journal-2020-01-01.db").unwrap();
    assert_eq!((damaged.operations, damaged.problem), (None, Some(ErrorCode::BackupDamaged)));
    for (name, code) in [
        ("journal-2020-01-01.db", ErrorCode::BackupDamaged),
        ("journal-2020-01-02.db", ErrorCode::BackupNotFound),
        ("../journal.db", ErrorCode::BackupNotFound),
    ] {
        assert_eq!(app.preview_restore(name).await.unwrap_err().code, code);
        assert_eq!(app.restore_backup(name).await.unwrap_err().code, code);
        assert_eq!(listed(&app).await, 1, "{name}: the journal is open as before");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_journal_is_replaced_while_it_cannot_be_opened() {
    let (machine, path) = worked(1).await;
    let app = machine.start().await;
    app.backup_journal().await.unwrap();
    app.stop().await;
    fs::write(&path, vec![0x5a; 20_000]).unwrap();

    let app = machine.start().await;
    assert_eq!(app.groups().await.unwrap_err().code, ErrorCode::JournalCorrupt);
    let copies = app.backups().await.unwrap();
    let copy = copies.iter().find(|copy| copy.made == BackupMade::ByHand).unwrap();
    assert_eq!(app.preview_restore(&copy.name).await.unwrap().losses, None, "there is nothing to compare with");
    app.restore_backup(&copy.name).await.unwrap();
    assert_eq!(listed(&app).await, 2);
    app.stop().await;
}

/// Waits until the journal's health is one of these.
async fn health(app: &App, wanted: &[JournalHealth]) {
    let mut news = app.news();
    while !wanted.contains(&app.status().await.journal.health) {
        let _ = news.recv().await.unwrap();
    }
}

/// Replaces a text in a file by another one of the same length, as a bad disk or a person might.
fn spoil(path: &Path, text: &str, by: &str) {
    let mut bytes = fs::read(path).unwrap();
    let at = bytes.windows(text.len()).position(|window| window == text.as_bytes()).unwrap();
    bytes[at..at + text.len()].copy_from_slice(by.as_bytes());
    fs::write(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_journal_stops_money_and_reading_goes_on() {
    let (machine, path) = worked(1).await;
    spoil(&path, "\"sum\":10000", "\"sum\":90000");
    let app = machine.start().await;
    health(&app, &[JournalHealth::Corrupt]).await;
    let guest = find(&app, "+79120002233").await;
    let balance =
        async || app.guest_card("+79120002233", &guest.account).await.map(|card| card.balance.unwrap().balance);
    let before = balance().await;
    let refused = submit(&app, refill_of(&guest, 7)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::JournalCorrupt);
    assert_eq!(balance().await, before, "nothing went out");
    app.stop().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_is_taken_away_while_it_is_used_stops_money_and_says_so() {
    let (machine, path) = worked(1).await;
    let app = machine.start().await;
    let guest = find(&app, "+79120002233").await;
    fs::rename(path.with_file_name("journal.db-lock"), path.with_file_name("elsewhere")).unwrap();
    let refused = submit(&app, refill_of(&guest, 7)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::JournalDisplaced);
    health(&app, &[JournalHealth::Displaced]).await;
    assert_eq!(listed(&app).await, 2, "what is known can be read");
    // The operator opens it again.
    app.open_again().await.unwrap();
    health(&app, &[JournalHealth::Sound]).await;
    assert_eq!(submit(&app, refill_of(&guest, 7)).await.unwrap().state, State::Confirmed);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_begun_before_there_is_a_journal_is_there_after_a_restart() {
    let machine = Machine::new(keychains::missing());
    let (key, begun) = ("program.connect", "{\"url\":\"https://probonus.example.ru\"}");
    let app = machine.start().await;
    assert_eq!(app.save_draft("refill", Some("{}")).await.unwrap_err().code, ErrorCode::NotStarted);
    assert_eq!(app.draft(key).await.unwrap(), None);
    app.save_draft(key, Some(begun)).await.unwrap();
    let long = app.save_draft(key, Some(&"x".repeat(5000))).await.unwrap_err();
    assert_eq!(long.details.fields[0].code, FieldCode::TooLong, "the settings are no place for long texts");
    app.stop().await;

    let app = machine.start().await;
    assert_eq!(app.draft(key).await.unwrap().as_deref(), Some(begun));
    // It is the program's own, so it is there in every mode.
    app.start_training().await.unwrap();
    assert_eq!(app.draft(key).await.unwrap().as_deref(), Some(begun));
    app.save_draft(key, None).await.unwrap();
    assert_eq!(app.draft(key).await.unwrap(), None);
    assert!(machine.written("probonus.example.ru").is_empty(), "and gone when it is connected");
    app.stop().await;
}

/// Two tasks look at whether the queue must be held. One that has to wait goes by what holds when its turn comes.
#[tokio::test]
async fn whoever_looks_last_decides_whether_the_queue_is_held() {
    let machine = Machine::new(keychains::in_memory());
    let app = machine.start().await;
    app.start_training().await.unwrap();
    app.checked().await;
    app.hold_or_release().await;
    let turn = app.0.holding.lock().await;
    app.0.checking.send_replace(true);
    let look = tokio::spawn({
        let app = app.clone();
        async move { app.hold_or_release().await }
    });
    // As far as it comes without its turn.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    app.0.checking.send_replace(false);
    drop(turn);
    look.await.unwrap();
    assert!(!app.work().await.unwrap().office.queue().await.unwrap().held);
    app.stop().await;
}
