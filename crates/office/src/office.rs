//! The office: the one door to everything that changes something on the server.

use std::sync::Arc;

use probonus::Loyalty;
use tokio::sync::broadcast;

use crate::{
    decision::{Decision, Reconciled, Story},
    draft::Draft,
    host::Host,
    journal::{Filter, Journal, JournalError, Page, PageRequest},
    operation::{Operation, OperationId},
    policy::Policy,
    preview::Preview,
    queue::{Change, QueueStatus},
    refusal::Refusal,
};

/// Who does it, and why it is done although it looks like a duplicate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Who, as the journal shows it.
    pub operator: String,
    /// Why it is sent although something alike was made within a day; `None`: it is not.
    pub reason_for_duplicate: Option<String>,
}

/// The office's work on one server with one journal. Cheap to clone: all clones are the same office.
///
/// Two offices must never share a journal; the store's lock on its file sees to that.
#[derive(Clone)]
pub struct Office {
    inner: Arc<Inner>,
}

struct Inner {
    journal: Arc<dyn Journal>,
    #[expect(dead_code, reason = "the dispatch stands on it")]
    loyalty: Arc<dyn Loyalty>,
    #[expect(dead_code, reason = "the dispatch stands on it")]
    host: Arc<dyn Host>,
    #[expect(dead_code, reason = "the dispatch stands on it")]
    policy: Policy,
    changes: broadcast::Sender<Change>,
}

impl Office {
    /// Opens the office on a journal. Whatever stood in Sending is Unknown from here on: the program ended while it was out.
    ///
    /// # Errors
    /// [`JournalError`] if the journal can't be read or written.
    #[expect(clippy::unused_async, reason = "recovery reads the journal")]
    pub async fn open(
        journal: Arc<dyn Journal>,
        loyalty: Arc<dyn Loyalty>,
        host: Arc<dyn Host>,
        policy: Policy,
    ) -> Result<Self, JournalError> {
        Ok(Self { inner: Arc::new(Inner { journal, loyalty, host, policy, changes: broadcast::channel(1024).0 }) })
    }

    /// What `draft` would do: validates it, reads the account and its balance, looks for duplicates. Writes nothing.
    ///
    /// # Errors
    /// Any [`Refusal`] that [`Office::submit`] would give, save [`Refusal::PossibleDuplicate`]: duplicates are shown.
    pub async fn preview(&self, draft: &Draft) -> Result<Preview, Refusal> {
        let _ = draft;
        Err(self.not_ready())
    }

    /// Writes the operation down, sends it, and returns when its fate is known, honestly unknown, or it waits in the
    /// outbox. May be called again with the same id and draft as often as one likes: it is the same operation, and is
    /// sent once.
    ///
    /// # Errors
    /// [`Refusal`]: nothing was sent.
    pub async fn submit(&self, id: OperationId, draft: Draft, authority: Authority) -> Result<Operation, Refusal> {
        let _ = (id, draft, authority);
        Err(self.not_ready())
    }

    /// Gives up an operation that was not sent.
    ///
    /// # Errors
    /// [`Refusal::WrongState`] if it was.
    pub async fn cancel(&self, id: OperationId, operator: &str) -> Result<Operation, Refusal> {
        let _ = (id, operator);
        Err(self.not_ready())
    }

    /// Asks the server what became of an operation of unknown outcome.
    ///
    /// # Errors
    /// [`Refusal::WrongState`] if its outcome is known, [`Refusal::Server`] if the server can't be asked.
    pub async fn reconcile(&self, id: OperationId) -> Result<Reconciled, Refusal> {
        let _ = id;
        Err(self.not_ready())
    }

    /// Settles an operation of unknown outcome by the operator's word.
    ///
    /// # Errors
    /// [`Refusal::WrongState`] if its outcome is known, [`Refusal::Invalid`] without a reason.
    pub async fn decide(&self, id: OperationId, decision: Decision) -> Result<Operation, Refusal> {
        let _ = (id, decision);
        Err(self.not_ready())
    }

    /// Sends again what was surely not applied (after a last look at the server), or sends now what waits for the
    /// operator. Same id, same GUID.
    ///
    /// # Errors
    /// [`Refusal::WrongState`] if it stands elsewhere.
    pub async fn resend(&self, id: OperationId, operator: &str) -> Result<Operation, Refusal> {
        let _ = (id, operator);
        Err(self.not_ready())
    }

    /// An operation with all that happened to it.
    ///
    /// # Errors
    /// [`JournalError::NotFound`] if there is none.
    pub async fn story(&self, id: OperationId) -> Result<Story, JournalError> {
        let operation = self.inner.journal.get(id).await?.ok_or(JournalError::NotFound(id))?;
        Ok(Story { operation, events: self.inner.journal.story(id).await? })
    }

    /// A page of operations.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn list(&self, filter: &Filter, page: PageRequest) -> Result<Page, JournalError> {
        self.inner.journal.list(filter, page).await
    }

    /// How the queue stands.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn queue(&self) -> Result<QueueStatus, JournalError> {
        Ok(QueueStatus { counts: self.inner.journal.counts().await?, paused: false, halted: None, next_due: None })
    }

    /// Stops the outbox; what is on the wire comes to its end.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn pause(&self, operator: &str) -> Result<QueueStatus, JournalError> {
        let _ = operator;
        self.queue().await
    }

    /// Lets the outbox go on, and lifts a halt.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn resume(&self, operator: &str) -> Result<QueueStatus, JournalError> {
        let _ = operator;
        self.queue().await
    }

    /// Each change from now on. A receiver that falls behind by 1024 changes loses the oldest, and is told so.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// The work in the background: sends what waits, reconciles what is unknown. Never ends; dropping it at any point
    /// is safe.
    pub async fn run(&self) {
        std::future::pending::<()>().await;
    }

    #[expect(clippy::unused_self, reason = "goes with the pipeline")]
    fn not_ready(&self) -> Refusal {
        Refusal::Journal(JournalError::Other("the pipeline is not built yet".to_owned()))
    }
}
