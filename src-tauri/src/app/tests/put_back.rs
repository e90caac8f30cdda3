//! The journal's file was replaced by an older copy, is missing, or is empty.

use std::{
    fs,
    path::{Path, PathBuf},
};

use office::journal::{SqliteJournal, sqlite::Options, witness::Cause};

use super::*;
use crate::view::{BackupMade, JournalHealth};

const PHONE: &str = "+79120002233";

/// A training mode with a guest and one refill.
async fn at_work() -> (Machine, App, GuestView, PathBuf) {
    let machine = Machine::new(keychains::missing());
    let app = machine.start().await;
    app.start_training().await.unwrap();
    let guest = create(&app, PHONE).await;
    assert_eq!(refill(&app, &guest, "100").await.unwrap().state, State::Confirmed);
    let path = Folders::at(machine.home.path()).journal(Mode::Training);
    (machine, app, guest, path)
}

async fn refill(app: &App, guest: &GuestView, sum: &str) -> Result<OperationView, AppError> {
    let refill = json!({
        "kind": "refill", "phone": PHONE, "account": guest.account, "sum": sum, "reason": "Подарок", "note": ""
    });
    submit(app, refill).await
}

async fn balance(app: &App, guest: &GuestView) -> i64 {
    app.guest_card(PHONE, &guest.account).await.unwrap().balance.unwrap().balance.unwrap().get()
}

async fn listed(app: &App) -> usize {
    app.operations(form(json!({})), None, 100).await.unwrap().rows.len()
}

/// Waits until an operation has this state.
async fn becomes(app: &App, id: &str, state: State) {
    let mut news = app.news();
    while app.operation_story(id).await.unwrap().operation.state != state {
        let _ = news.recv().await.unwrap();
    }
}

/// The causes of the journal's lives, read from its file while the program is closed.
async fn lives(path: &Path) -> Vec<Cause> {
    let journal = SqliteJournal::open(Options::new(path)).unwrap();
    journal.lives().await.unwrap().into_iter().map(|life| life.cause).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_put_back_from_outside_is_reported_and_pays_nothing_twice() {
    let (machine, app, guest, path) = at_work().await;
    app.pause_queue().await.unwrap();
    let waiting = refill(&app, &guest, "70").await.unwrap();
    assert_eq!(waiting.state, State::Prepared);
    app.stop().await;
    let copy = fs::read(&path).unwrap();

    let app = machine.start().await;
    app.resume_queue().await.unwrap();
    becomes(&app, &waiting.id, State::Confirmed).await;
    refill(&app, &guest, "30").await.unwrap();
    let paid = balance(&app, &guest).await;
    app.stop().await;
    fs::write(&path, copy).unwrap();

    let app = machine.start().await;
    let told = app.status().await.journal.rolled_back.unwrap();
    assert_eq!((told.forgotten, told.doubted), (1, 1));
    app.resume_queue().await.unwrap();
    becomes(&app, &waiting.id, State::Confirmed).await;
    let story = app.operation_story(&waiting.id).await.unwrap();
    assert!(format!("{story:?}").contains("Unknown"), "it was asked after, not sent: {story:?}");
    assert_eq!(balance(&app, &guest).await, paid);
    assert_eq!(app.acknowledge_roll_back().await.unwrap().journal.rolled_back, None);
    app.stop().await;
    assert_eq!(lives(&path).await, [Cause::First, Cause::RolledBack]);

    let app = machine.start().await;
    assert_eq!(app.status().await.journal.rolled_back, None, "it is told once");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_restored_within_the_program_is_no_roll_back() {
    let (machine, app, guest, path) = at_work().await;
    app.backup_journal().await.unwrap();
    refill(&app, &guest, "30").await.unwrap();
    let copies = app.backups().await.unwrap();
    let copy = copies.iter().find(|copy| copy.made == BackupMade::ByHand).unwrap();
    let restored = app.restore_backup(&copy.name).await.unwrap();
    assert_eq!(restored.status.journal.rolled_back, None);
    app.stop().await;
    assert_eq!(lives(&path).await, [Cause::First, Cause::Restored]);
    let app = machine.start().await;
    assert_eq!(app.status().await.journal.rolled_back, None);
    app.stop().await;
}

/// Removes the journal, or empties it, and starts the program. The program asks for the journal, can read, and sends nothing.
async fn asked_for(empties: bool) -> (Machine, App, PathBuf) {
    let (machine, app, guest, path) = at_work().await;
    app.backup_journal().await.unwrap();
    let paid = balance(&app, &guest).await;
    app.stop().await;
    if empties {
        fs::write(&path, "").unwrap();
    } else {
        fs::remove_file(&path).unwrap();
    }
    let app = machine.start().await;
    assert_eq!(app.status().await.journal.health, JournalHealth::Missing);
    let guest = find(&app, PHONE).await;
    assert_eq!(refill(&app, &guest, "50").await.unwrap_err().code, ErrorCode::JournalMissing);
    assert_eq!(balance(&app, &guest).await, paid, "reading goes on, and nothing is sent");
    assert_eq!(
        app.open_again().await.unwrap().journal.health,
        JournalHealth::Missing,
        "nothing is forgotten by trying again"
    );
    (machine, app, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_journal_is_asked_for_and_a_backup_takes_its_place() {
    let (_machine, app, path) = asked_for(false).await;
    let copies = app.backups().await.unwrap();
    let copy = copies.iter().find(|copy| copy.made == BackupMade::ByHand).unwrap();
    let restored = app.restore_backup(&copy.name).await.unwrap();
    assert_eq!((restored.kept, restored.status.journal.rolled_back), (None, None));
    assert_eq!(listed(&app).await, 2);
    app.stop().await;
    assert_eq!(lives(&path).await.last(), Some(&Cause::Restored));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_journal_is_asked_for_and_begun_anew_by_a_typed_consent_only() {
    let (_machine, app, path) = asked_for(true).await;
    for consent in ["", "да", "заново"] {
        assert_eq!(app.begin_journal_anew(consent).await.unwrap_err().code, ErrorCode::InvalidInput, "{consent}");
    }
    let status = app.begin_journal_anew(" Начать Заново ").await.unwrap();
    assert!(matches!(status.journal.health, JournalHealth::Open | JournalHealth::Sound));
    assert_eq!(listed(&app).await, 0);
    let guest = find(&app, PHONE).await;
    assert_eq!(refill(&app, &guest, "50").await.unwrap().state, State::Confirmed);
    assert_eq!(
        app.begin_journal_anew("начать заново").await.unwrap_err().code,
        ErrorCode::WrongMode,
        "it is there now"
    );
    app.stop().await;
    assert_eq!(lives(&path).await, [Cause::Anew]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_from_elsewhere_can_be_taken_among_the_copies() {
    let (machine, app, path) = asked_for(false).await;
    let folder = path.with_file_name("backups");
    let elsewhere = machine.home.path().join("from a stick.db");
    let copy = app.backups().await.unwrap().into_iter().find(|copy| copy.made == BackupMade::ByHand).unwrap();
    fs::rename(folder.join(&copy.name), &elsewhere).unwrap();
    let taken = app.add_backup(elsewhere.clone()).await.unwrap();
    assert_eq!((taken.operations, taken.problem), (Some(2), None));
    app.restore_backup(&taken.name).await.unwrap();
    assert_eq!(listed(&app).await, 2);
    fs::write(&elsewhere, vec![0x5a; 20_000]).unwrap();
    assert_eq!(app.add_backup(elsewhere).await.unwrap_err().code, ErrorCode::BackupDamaged);
    app.stop().await;
}
