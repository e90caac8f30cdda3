//! What runs in the background while a mode is open.

use std::{path::Path, sync::Arc, time::Duration};

use office::{
    Change, Host as _, Office,
    journal::{SqliteJournal, sqlite::Stopped},
};
use tokio::sync::broadcast::error::RecvError;

use super::{file, keeper::Keeper};
use crate::{
    app::{App, News, connection::link::Link, machine::host::Machine},
    shape::Mode,
    view::{JournalHealth, QueueView},
};

/// Tells the page each change of an operation and of the queue.
pub async fn forward(app: App, office: Office) {
    let mut changes = office.subscribe();
    loop {
        let news = match changes.recv().await {
            Ok(Change::Operation(operation)) => News::Operation(Box::new((&*operation).into())),
            Ok(Change::Queue(queue)) => News::Queue((&*queue).into()),
            Err(RecvError::Lagged(lost)) => {
                tracing::warn!(lost, "the page is slower than the office");
                match office.queue().await {
                    Ok(queue) => News::Queue(QueueView::from(&queue)),
                    Err(_) => continue,
                }
            }
            Err(RecvError::Closed) => return,
        };
        // Without a page there is nobody to tell.
        let _ = app.0.news.send(news);
    }
}

/// Tells the page each change of the session and of how the clocks differ.
pub async fn watch_session(app: App, link: Arc<Link>) {
    let (mut session, mut clock) = (link.session(), link.clock_ahead());
    // What was heard before this task came to run is news too: a subscription takes it for known.
    session.mark_changed();
    clock.mark_changed();
    loop {
        let changed = tokio::select! {
            changed = session.changed() => changed,
            changed = clock.changed() => changed,
        };
        if changed.is_err() {
            return;
        }
        app.tell_session().await;
    }
}

/// Keeps the training server's state after each change, so that it agrees with the journal however the program ends.
pub async fn keep_training(office: Office, keeper: Keeper) {
    let mut changes = office.subscribe();
    while !matches!(changes.recv().await, Err(RecvError::Closed)) {
        // Changes that came meanwhile are kept by the same write.
        changes = changes.resubscribe();
        keeper.save().await;
    }
}

/// Looks after the journal's file: whether it is sound, and its backup of the day. Until it is known to be sound, nothing is
/// sent; if it is not, nothing is sent or written until it is replaced.
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
            // It stays unchecked: what waits goes after a check that comes to its end.
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

/// Tells the page when the journal is not written any more: it was found damaged, or its file is gone.
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
