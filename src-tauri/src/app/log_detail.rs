//! The level of the log: as usual, or in detail for a day while somebody looks for a fault.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use office::Host as _;

use super::{
    App,
    machine::{host::Machine, log_level::LogLevel},
};
use crate::{error::AppError, view::LogView};

/// How long the detailed log lasts, in hours. It ends by itself, or it would fill the disk.
const LASTS: i64 = 24;

/// How often the wall clock is read. The timer alone is not enough: it stands still while the machine sleeps.
const LOOK: Duration = Duration::from_secs(10 * 60);

impl App {
    /// Sets the log whose level follows the settings.
    pub fn follow_log_level(&self, level: Box<dyn LogLevel>) {
        // Only a test sets a second one; the first stays.
        let _ = self.0.log_level.set(level);
    }

    /// The level of the log.
    #[must_use]
    pub fn log(&self) -> LogView {
        LogView { detailed_until: self.document().get().detailed_until }
    }

    /// Logs in detail for a day, or as usual. It takes effect at once.
    ///
    /// # Errors
    /// `settings_newer`, `settings_not_saved`: nothing is changed then.
    pub async fn set_log_detail(&self, detailed: bool) -> Result<LogView, AppError> {
        let until = detailed.then(|| Machine.now() + SignedDuration::from_hours(LASTS));
        self.change_document(|stored| stored.detailed_until = until)?;
        self.apply_log_level();
        Ok(self.log())
    }

    /// Sets the level of the settings, and ends the detailed log when its time is over.
    pub(super) fn apply_log_level(&self) {
        let until = self.log().detailed_until;
        self.set_level(until.is_some());
        let Some(until) = until else { return };
        let app = self.clone();
        tokio::spawn(async move {
            wait_until(until).await;
            // The user may have changed it meanwhile.
            if app.log().detailed_until == Some(until) {
                app.end_detail();
            }
        });
    }

    fn end_detail(&self) {
        self.set_level(false);
        if let Err(error) = self.change_document(|stored| stored.detailed_until = None) {
            tracing::warn!(%error, "the settings still say that the log is in detail");
        }
    }

    fn set_level(&self, detailed: bool) {
        if let Some(level) = self.0.log_level.get() {
            level.set(detailed);
            tracing::info!(detailed, "how much is logged");
        }
    }
}

/// Waits until `until` by the wall clock, but at most [`LASTS`] hours by the timer.
///
/// If the wall clock is set back, the timer ends the wait. If the machine slept, so that the timer is late, the wall clock does.
async fn wait_until(until: Timestamp) {
    let most = SignedDuration::from_hours(LASTS);
    let left = until.duration_since(Machine.now()).clamp(SignedDuration::ZERO, most).unsigned_abs();
    let end = tokio::time::Instant::now() + left;
    while tokio::time::Instant::now() < end && Machine.now() < until {
        tokio::time::sleep_until(end.min(tokio::time::Instant::now() + LOOK)).await;
    }
}
