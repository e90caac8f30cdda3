//! The parts of an open mode.

use std::sync::Arc;

use office::{Office, journal::SqliteJournal};
use probonus_sandbox::Running;
use tokio::task::JoinHandle;

use super::keeper::Keeper;
use crate::{
    app::{connection::link::Link, terms::KnownCodes},
    shape::Mode,
    view::SessionState,
};

/// An open mode.
pub(crate) struct Work {
    pub mode: Mode,
    /// The address of the live server.
    pub server: Option<String>,
    pub journal: Arc<SqliteJournal>,
    pub office: Office,
    pub link: Arc<Link>,
    pub training: Option<Training>,
    pub tasks: Vec<JoinHandle<()>>,
    /// The codes of levels and types of bonuses that guests of this run had.
    pub known_codes: KnownCodes,
}

/// The training server of a training mode.
pub(crate) struct Training {
    pub keeper: Keeper,
    pub client: probonus::client::Client,
    pub running: Running,
}

impl Work {
    /// The state of the session with the server.
    pub fn session(&self) -> SessionState {
        *self.link.session().borrow()
    }

    /// Ends the background work, and waits until nothing holds the journal any more.
    pub async fn close(mut self) {
        for task in &self.tasks {
            task.abort();
        }
        for task in self.tasks.drain(..) {
            // It was aborted, so its error means nothing.
            let _ = task.await;
        }
        if let Some(training) = self.training.take() {
            training.running.stop().await;
        }
    }
}
