//! Background tasks of an open mode.

use std::{path::Path, sync::Arc, time::Duration};

use office::{
    Host as _, Office, OfficeChange,
    journal::{SqliteJournal, sqlite::Stopped},
};
use tokio::sync::broadcast::error::RecvError;

use super::{file, keeper::Keeper};
use crate::{
    app::{App, News, connection::link::Link, machine::host::Machine},
    shape::Mode,
    view::{JournalHealth, QueueView},
};

/// Sends the page each change of an operation and of the queue.
pub async fn forward(app: App, office: Office) {
    let mut changes = office.subscribe();
    loop {
        let news = match changes.recv().await {
            Ok(OfficeChange::Operation(operation)) => News::Operation(Box::new((&*operation).into())),
            Ok(OfficeChange::Queue(queue)) => News::Queue(QueueView::of(&queue, app.next_number())),
            Err(RecvError::Lagged(lost)) => {
                tracing::warn!(lost, "the page is slower than the office");
                let number = app.next_number();
                match office.queue().await {
                    Ok(queue) => News::Queue(QueueView::of(&queue, number)),
                    Err(_) => continue,
                }
            }
            Err(RecvError::Closed) => return,
        };
        // There may be no page yet.
        let _ = app.0.news.send(news);
    }
}

/// Sends the page each change of the session, of the difference of the clocks, and of the doubt about the rights.
pub async fn watch_session(app: App, link: Arc<Link>) {
    let (mut session, mut clock, mut rights) = (link.session(), link.clock_ahead(), link.rights_doubt());
    // A change before this task ran counts too; a new subscription would take it for seen.
    session.mark_changed();
    clock.mark_changed();
    rights.mark_changed();
    loop {
        let changed = tokio::select! {
            changed = session.changed() => changed,
            changed = clock.changed() => changed,
            changed = rights.changed() => changed,
        };
        if changed.is_err() {
            return;
        }
        app.tell_session().await;
    }
}

/// Reads the server's description again every hour, and soon after an answer that could not be read: the server may have been replaced
/// by a newer one.
pub async fn watch_contract(app: App, link: Arc<Link>) {
    const AT_LEAST_EVERY: Duration = Duration::from_secs(60 * 60);
    const AT_MOST_EVERY: Duration = Duration::from_secs(5 * 60);
    let mut unread = link.unread();
    loop {
        if let Ok(Err(_)) = tokio::time::timeout(AT_LEAST_EVERY, unread.changed()).await {
            return;
        }
        // The start reads it itself.
        let mut searching = app.0.searching.subscribe();
        if searching.wait_for(|searching| !searching).await.is_err() {
            return;
        }
        app.look_at_contract(&link).await;
        tokio::time::sleep(AT_MOST_EVERY).await;
    }
}

/// Saves the training server's state after each change, so that it agrees with the journal however the program ends.
pub async fn keep_training(office: Office, keeper: Keeper) {
    let mut changes = office.subscribe();
    while !matches!(changes.recv().await, Err(RecvError::Closed)) {
        // The same write saves the changes that came meanwhile.
        changes = changes.resubscribe();
        keeper.save().await;
    }
}

/// Checks the journal and makes the daily backup. Nothing is sent until the check has passed. While the journal is damaged,
/// nothing is sent and nothing is written to it.
pub async fn tend(app: App, mode: Mode, journal: Arc<SqliteJournal>) {
    const HOUR: Duration = Duration::from_secs(60 * 60);
    if journal.stopped().borrow().is_some() {
        app.0.checking.send_replace(false);
        return;
    }
    match journal.check().await {
        Ok(health) if health.is_well() => {
            app.set_health(mode, JournalHealth::Sound);
            app.0.checking.send_replace(false);
        }
        Ok(health) => {
            tracing::error!(problems = ?health.problems, "the journal is damaged");
            app.set_health(mode, JournalHealth::Corrupt);
            app.0.checking.send_replace(false);
        }
        Err(error) => {
            tracing::error!(%error, "the journal could not be checked");
            // The journal stays unchecked, and the queue held. A check that ends releases it.
            app.set_health(mode, file::health(&error));
        }
    }
    app.hold_or_release().await;
    app.tell_session().await;
    while journal.stopped().borrow().is_none() {
        match journal.backup_daily(Machine.now()).await {
            Ok(Some(path)) => tracing::info!(path = %short(&path), "the journal was backed up"),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "the journal could not be backed up"),
        }
        tokio::time::sleep(HOUR).await;
    }
}

/// Tells the page when the journal has stopped, because it is damaged or its file is gone.
pub async fn watch_journal(app: App, mode: Mode, journal: Arc<SqliteJournal>) {
    let mut stopped = journal.stopped();
    let Ok(reason) = stopped.wait_for(Option::is_some).await.map(|reason| reason.clone()) else { return };
    tracing::error!(?reason, "the journal is not written any more");
    app.set_health(
        mode,
        match reason {
            Some(Stopped::Displaced(_)) => JournalHealth::Displaced,
            Some(Stopped::Missing) => JournalHealth::Missing,
            Some(Stopped::Damaged(_)) | None => JournalHealth::Corrupt,
        },
    );
    app.hold_or_release().await;
    app.tell_session().await;
}

fn short(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
