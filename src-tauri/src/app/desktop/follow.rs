//! Follows the news until the program ends, and keeps the icon up to date.

use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;

use crate::app::{App, News};

/// How long a hidden window waits for a notification area that went away. A desktop that starts its panel anew brings it back
/// within a second or two.
const GRACE: Duration = Duration::from_secs(5);

impl App {
    /// Keeps the icon up to date, until the program ends.
    pub async fn follow_for_desktop(self) {
        let mut news = self.news();
        self.show_tray_as_it_is().await;
        loop {
            let unknown = match news.recv().await {
                Ok(News::Queue(queue)) => queue.unknown,
                // The language may have changed too.
                Ok(News::Session(status)) => status.queue.map_or(0, |queue| queue.unknown),
                Ok(_) | Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => return,
            };
            self.0.desktop_state.set_unknown(unknown);
            self.show_tray_as_it_is().await;
        }
    }

    async fn show_tray_as_it_is(&self) {
        if let Err(words) = self.refresh_tray().await {
            tracing::warn!(words, "the icon in the notification area does not say what it must");
        }
    }

    /// The notification area came or went. A hidden window comes back if its icon stays away, or nothing would.
    pub async fn tray_changed(&self) {
        self.tell_desktop().await;
        if self.lives_in_tray().await {
            return;
        }
        tokio::time::sleep(GRACE).await;
        let Some(desktop) = self.0.desktop.get() else { return };
        if desktop.window.is_hidden() && !self.lives_in_tray().await {
            tracing::warn!("the notification area is gone; the window comes back");
            desktop.window.raise();
        }
    }

    async fn tell_desktop(&self) {
        let view = self.desktop().await;
        // There may be no page yet.
        let _ = self.0.news.send(News::Desktop(Box::new(view)));
    }
}
