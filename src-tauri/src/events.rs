//! What the page is told without asking.

use serde::Serialize;
use specta::Type;
use tauri_specta::Event;

use crate::view::{AppStatus, OperationView, QueueView};

/// An operation has a new event.
#[derive(Clone, Debug, Serialize, Type, Event)]
pub struct OperationChanged {
    /// The operation as it is now.
    pub operation: OperationView,
}

/// The queue's counters, pause or halt changed.
#[derive(Clone, Debug, Serialize, Type, Event)]
pub struct QueueChanged {
    /// How it stands now.
    pub queue: QueueView,
}

/// The session, the mode or the journal's health changed.
#[derive(Clone, Debug, Serialize, Type, Event)]
pub struct SessionChanged {
    /// The whole state anew.
    pub status: AppStatus,
}
