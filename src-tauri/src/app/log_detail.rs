//! How much is logged: as usual, or in detail for a day while somebody looks for a fault.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use office::Host as _;

use super::{
    App,
    machine::{host::Machine, log_level::LogLevel},
};
use crate::{error::AppError, view::LogView};

/// How long the detail lasts, hours: a log in detail that nobody reads only grows.
const LASTS: i64 = 24;

/// How often the clock on the wall is looked at: the clock that waits stands still while the machine sleeps.
const LOOK: Duration = Duration::from_secs(10 * 60);

impl App {
    /// The log that follows the settings.
    pub fn follow_log_level(&self, level: Box<dyn LogLevel>) {
        // A second one in one process is a test's; the first one stays.
        let _ = self.0.log_level.set(level);
    }

    /// How much is logged.
    #[must_use]
    pub fn log(&self) -> LogView {
        LogView { detailed_until: self.document().get().detailed_until }
    }

    /// Logs in detail for a day, or as usual, at once.
    ///
    /// # Errors
    /// `settings_newer`, `settings_not_saved`: nothing is changed then.
    pub async fn set_log_detail(&self, detailed: bool) -> Result<LogView, AppError> {
        let until = detailed.then(|| Machine.now() + SignedDuration::from_hours(LASTS));
        self.change_document(|stored| stored.detailed_until = until)?;
        self.apply_log_level();
        Ok(self.log())
    }

    /// Logs as the settings say, until the detail is over.
    pub(super) fn apply_log_level(&self) {
        let until = self.log().detailed_until;
        self.set_level(until.is_some());
        let Some(until) = until else { return };
        let app = self.clone();
        tokio::spawn(async move {
            wait_until(until).await;
            // Somebody may have chosen anew meanwhile.
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

/// Waits until this moment by whichever clock comes there first: a clock on the wall that was set back must not keep the detail for
/// ever, nor one that slept.
async fn wait_until(until: Timestamp) {
    let most = SignedDuration::from_hours(LASTS);
    let left = until.duration_since(Machine.now()).clamp(SignedDuration::ZERO, most).unsigned_abs();
    let end = tokio::time::Instant::now() + left;
    while tokio::time::Instant::now() < end && Machine.now() < until {
        tokio::time::sleep_until(end.min(tokio::time::Instant::now() + LOOK)).await;
    }
}
