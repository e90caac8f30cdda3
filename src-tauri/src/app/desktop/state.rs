//! What is known of the desktop in this run.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use tokio::sync::Mutex;

use super::ports::TrayFace;

/// What is known of the desktop in this run.
#[derive(Default)]
pub(crate) struct DesktopState {
    /// What the icon says; `None`: there is no icon. Held while that changes.
    pub face: Mutex<Option<TrayFace>>,
    /// Operations of unknown outcome.
    unknown: AtomicU32,
    /// Whether it was explained in this run that the cross hides the window.
    explained: AtomicBool,
}

impl DesktopState {
    /// The number of operations of unknown outcome.
    pub fn unknown(&self) -> u32 {
        self.unknown.load(Ordering::Relaxed)
    }

    /// There are so many now.
    pub fn set_unknown(&self, count: u32) {
        self.unknown.store(count, Ordering::Relaxed);
    }

    /// Whether it was explained already; from now on it is.
    pub fn explain(&self) -> bool {
        self.explained.swap(true, Ordering::Relaxed)
    }
}
