//! The real journal on the simulated disk. The disk may be full, and any write may crash the machine. An await before and
//! after each write lets a process run end there too.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use office::{Event, Journal, JournalDecorator, JournalError, Operation, OperationId};

use super::disk::{CrashPoint, Disk};

/// A journal on the simulated disk.
pub struct DiskJournal(pub Arc<Disk>);

impl DiskJournal {
    async fn write<T>(&self, work: impl Future<Output = Result<T, JournalError>> + Send) -> Result<T, JournalError> {
        tokio::task::yield_now().await;
        if self.0.is_full() {
            return Err(JournalError::DiskFull);
        }
        let fate = self.0.fate();
        let before = self.0.begin_write();
        if fate != Some(CrashPoint::Before) {
            let done = work.await;
            if fate.is_none() {
                self.0.committed();
                tokio::task::yield_now().await;
                return done;
            }
        }
        if let Some(death) = fate {
            self.0.die(death, before);
        }
        std::future::pending().await
    }
}

#[async_trait]
impl JournalDecorator for DiskJournal {
    fn inner(&self) -> Result<Arc<dyn Journal>, JournalError> {
        Ok(self.0.journal()?)
    }

    async fn append(
        &self,
        id: OperationId,
        expected_version: u32,
        at: Timestamp,
        event: Event,
    ) -> Result<Operation, JournalError> {
        let journal = self.0.journal()?;
        if matches!(event, Event::Sending { .. }) {
            self.0.about_to_send(id);
        }
        let begins = matches!(event, Event::Prepared { .. } | Event::Resent { .. });
        let appended = self.write(async move { journal.append(id, expected_version, at, event).await }).await;
        if begins && appended.is_ok() {
            self.0.keep_copy();
        }
        appended
    }

    async fn set_note(&self, key: &str, value: Option<&str>) -> Result<(), JournalError> {
        let journal = self.0.journal()?;
        let disk = &self.0;
        let (key_of_note, is_closed) = (key, value.is_some());
        self.write(async move {
            let done = journal.set_note(key, value).await;
            if done.is_ok() {
                disk.note_gate(key_of_note, is_closed);
            }
            done
        })
        .await
    }
}
