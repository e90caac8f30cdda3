//! Journals that change some methods of another journal.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use probonus::{AccountId, CheckGuid, Kopecks, RestCode};

use crate::{
    journal::port::{Filter, Journal, Page, PageRequest},
    model::{
        event::{Event, EventRecord},
        journal_error::JournalError,
        operation::{Operation, OperationId, State},
        payload::Kind,
        queue::Counts,
    },
};

/// A journal around another one. Each method of [`Journal`] goes to the other one, unless the decorator has its own.
///
/// Example: a journal on a disk that is full has its own [`append`](JournalDecorator::append) and nothing else.
#[async_trait]
#[allow(missing_docs, reason = "the methods are those of `Journal`, with its promises")]
#[allow(clippy::missing_errors_doc, reason = "the errors are those of `Journal`")]
pub trait JournalDecorator: Send + Sync {
    /// The other journal.
    ///
    /// # Errors
    /// Why it can't be reached now.
    fn inner(&self) -> Result<Arc<dyn Journal>, JournalError>;

    async fn append(
        &self,
        id: OperationId,
        version: u32,
        at: Timestamp,
        event: Event,
    ) -> Result<Operation, JournalError> {
        self.inner()?.append(id, version, at, event).await
    }

    async fn get(&self, id: OperationId) -> Result<Option<Operation>, JournalError> {
        self.inner()?.get(id).await
    }

    async fn list(&self, filter: &Filter, page: PageRequest) -> Result<Page, JournalError> {
        self.inner()?.list(filter, page).await
    }

    async fn in_states(&self, states: &[State], limit: u32) -> Result<Vec<Operation>, JournalError> {
        self.inner()?.in_states(states, limit).await
    }

    async fn unverified(&self, limit: u32) -> Result<Vec<Operation>, JournalError> {
        self.inner()?.unverified(limit).await
    }

    async fn active_return(&self, guid: CheckGuid) -> Result<Option<Operation>, JournalError> {
        self.inner()?.active_return(guid).await
    }

    async fn proves(&self, server: &str, proof: &str) -> Result<Option<OperationId>, JournalError> {
        self.inner()?.proves(server, proof).await
    }

    async fn set_note(&self, key: &str, value: Option<&str>) -> Result<(), JournalError> {
        self.inner()?.set_note(key, value).await
    }
}

#[async_trait]
impl<D: JournalDecorator> Journal for D {
    async fn append(
        &self,
        id: OperationId,
        version: u32,
        at: Timestamp,
        event: Event,
    ) -> Result<Operation, JournalError> {
        JournalDecorator::append(self, id, version, at, event).await
    }

    async fn get(&self, id: OperationId) -> Result<Option<Operation>, JournalError> {
        JournalDecorator::get(self, id).await
    }

    async fn story(&self, id: OperationId) -> Result<Vec<EventRecord>, JournalError> {
        self.inner()?.story(id).await
    }

    async fn list(&self, filter: &Filter, page: PageRequest) -> Result<Page, JournalError> {
        JournalDecorator::list(self, filter, page).await
    }

    async fn in_states(&self, states: &[State], limit: u32) -> Result<Vec<Operation>, JournalError> {
        JournalDecorator::in_states(self, states, limit).await
    }

    async fn unverified(&self, limit: u32) -> Result<Vec<Operation>, JournalError> {
        JournalDecorator::unverified(self, limit).await
    }

    async fn by_guid(&self, guid: CheckGuid) -> Result<Option<Operation>, JournalError> {
        self.inner()?.by_guid(guid).await
    }

    async fn by_outside_number(&self, rest: &RestCode, number: &str) -> Result<Option<Operation>, JournalError> {
        self.inner()?.by_outside_number(rest, number).await
    }

    async fn active_return(&self, guid: CheckGuid) -> Result<Option<Operation>, JournalError> {
        JournalDecorator::active_return(self, guid).await
    }

    async fn suspected_duplicates(
        &self,
        account: &AccountId,
        kind: Kind,
        sum: Kopecks,
        since: Timestamp,
    ) -> Result<Vec<Operation>, JournalError> {
        self.inner()?.suspected_duplicates(account, kind, sum, since).await
    }

    async fn proves(&self, server: &str, proof: &str) -> Result<Option<OperationId>, JournalError> {
        JournalDecorator::proves(self, server, proof).await
    }

    async fn precedes(&self, first: OperationId, second: OperationId) -> Result<bool, JournalError> {
        self.inner()?.precedes(first, second).await
    }

    async fn counts(&self) -> Result<Counts, JournalError> {
        self.inner()?.counts().await
    }

    async fn note(&self, key: &str) -> Result<Option<String>, JournalError> {
        self.inner()?.note(key).await
    }

    async fn set_note(&self, key: &str, value: Option<&str>) -> Result<(), JournalError> {
        JournalDecorator::set_note(self, key, value).await
    }
}
