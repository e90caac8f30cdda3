//! Events that the program sends to the page.

use serde::Serialize;
use specta::Type;
use tauri::{AppHandle, Runtime};
use tauri_specta::Event;
use tokio::sync::broadcast::error::RecvError;

use crate::{
    app::{App, News},
    view::{AppStatus, DesktopQuestion, DesktopView, OperationView, QueueView, UpdateView},
};

/// An operation has a new event.
#[derive(Clone, Debug, Serialize, Type, Event)]
pub(crate) struct OperationChanged {
    /// The operation as it is now.
    pub operation: OperationView,
}

/// The queue's counters, pause or halt changed.
#[derive(Clone, Debug, Serialize, Type, Event)]
pub(crate) struct QueueChanged {
    /// The queue as it is now.
    pub queue: QueueView,
}

/// The session, the mode or the journal's health changed.
#[derive(Clone, Debug, Serialize, Type, Event)]
pub(crate) struct SessionChanged {
    /// The whole new status.
    pub status: AppStatus,
}

/// What is known of updates changed.
#[derive(Clone, Debug, Serialize, Type, Event)]
pub(crate) struct UpdateChanged {
    /// All of it anew.
    pub update: UpdateView,
}

/// The desktop around the window changed.
#[derive(Clone, Debug, Serialize, Type, Event)]
pub(crate) struct DesktopChanged {
    /// All of it anew.
    pub desktop: DesktopView,
}

/// The desktop asks something of the page.
#[derive(Clone, Debug, Serialize, Type, Event)]
pub(crate) struct DesktopAsks {
    /// What.
    pub question: DesktopQuestion,
}

macro_rules! events {
    ($($event:ident),+) => {
        /// The events with their types.
        pub fn collected() -> tauri_specta::Events {
            tauri_specta::collect_events![$($event),+]
        }

        /// The names under which the page receives the events.
        #[cfg(feature = "dev-host")]
        pub const NAMES: &[&str] = &[$($event::NAME),+];
    };
}

events!(OperationChanged, QueueChanged, SessionChanged, UpdateChanged, DesktopChanged, DesktopAsks);

/// Emits every change that the program reports as an event, until the program ends.
pub async fn emit_news<R: Runtime>(handle: AppHandle<R>, app: App) {
    let mut news = app.news();
    loop {
        let emitted = match news.recv().await {
            Ok(News::Operation(operation)) => OperationChanged { operation: *operation }.emit(&handle),
            Ok(News::Queue(queue)) => QueueChanged { queue }.emit(&handle),
            Ok(News::Session(status)) => SessionChanged { status: *status }.emit(&handle),
            Ok(News::Update(update)) => UpdateChanged { update: *update }.emit(&handle),
            Ok(News::Desktop(desktop)) => DesktopChanged { desktop: *desktop }.emit(&handle),
            Ok(News::DesktopAsks(question)) => DesktopAsks { question }.emit(&handle),
            Err(RecvError::Lagged(lost)) => {
                tracing::warn!(lost, "the page missed some news");
                Ok(())
            }
            Err(RecvError::Closed) => return,
        };
        if let Err(error) = emitted {
            tracing::warn!(%error, "an event could not be emitted");
        }
    }
}
