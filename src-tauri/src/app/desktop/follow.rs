//! Follows the news until the program ends: keeps the icon up to date, and tells what became of unknown outcomes.

use std::time::Duration;

use tokio::{sync::broadcast::error::RecvError, time::Instant};

use super::outcomes::{Settled, Unsettled};
use crate::{
    app::{App, News},
    shape::Mode,
    view::AppStatus,
};

/// How long a hidden window waits for a notification area that went away. A desktop that starts its panel anew brings it back
/// within a second or two.
const GRACE: Duration = Duration::from_secs(5);

/// How long one notification waits for what else becomes known. After an outage outcomes come one after the other.
const GATHER: Duration = Duration::from_secs(2);

/// What one run of the task remembers.
#[derive(Default)]
pub(in crate::app) struct Following {
    unsettled: Unsettled,
    /// The number of the newest state of the queue.
    queue: u32,
    /// The journal that is open: its mode and server.
    journal: Option<(Mode, Option<String>)>,
    /// What is to be told, and when.
    to_tell: Vec<Settled>,
    tell_at: Option<Instant>,
    /// Whether the log says that the icon can't be shown.
    is_logged: bool,
}

impl App {
    /// Keeps the icon up to date and notifies, until the program ends.
    pub async fn follow_for_desktop(self) {
        let mut news = self.news();
        let mut following = Following::default();
        self.show_tray_as_it_is(&mut following).await;
        loop {
            let at = following.tell_at;
            tokio::select! {
                told = news.recv() => match told {
                    Ok(one) => self.follow_one(&mut following, one).await,
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                },
                () = sleep_until(at) => {
                    following.tell_at = None;
                    self.tell(&std::mem::take(&mut following.to_tell)).await;
                }
            }
        }
    }

    pub(in crate::app) async fn follow_one(&self, following: &mut Following, news: News) {
        match news {
            News::Operation(operation) => {
                let Some(settled) = self.to_tell(&mut following.unsettled, &operation).await else { return };
                following.to_tell.push(settled);
                following.tell_at.get_or_insert_with(|| Instant::now() + GATHER);
            }
            News::Queue(queue) => self.unknown_are(following, queue.number, queue.unknown).await,
            News::Session(status) => {
                following.see_journal(&status);
                // The language may have changed too.
                self.unknown_are(following, status.number, status.queue.map_or(0, |queue| queue.unknown)).await;
            }
            News::Update(_) | News::Desktop(_) | News::DesktopAsks(_) => {}
        }
    }

    /// `number`: that of the state of the queue. A status is read before it is sent, so it may overtake nothing that the queue itself told
    /// meanwhile.
    async fn unknown_are(&self, following: &mut Following, number: u32, count: u32) {
        if number >= following.queue {
            following.queue = number;
            self.0.desktop_state.set_unknown(count);
            self.read_unsettled(&mut following.unsettled, count).await;
        }
        self.show_tray_as_it_is(following).await;
    }

    /// It is tried with each piece of news, and logged once.
    async fn show_tray_as_it_is(&self, following: &mut Following) {
        if let Err(words) = self.refresh_tray().await
            && !std::mem::replace(&mut following.is_logged, true)
        {
            tracing::warn!(words, "the icon in the notification area does not say what it must");
        }
    }

    /// The notification area came or went. A hidden window comes back if its icon stays away, or nothing would.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "elsewhere the area is always there"))]
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

impl Following {
    fn see_journal(&mut self, status: &AppStatus) {
        let journal = (status.mode, status.server.as_ref().map(|server| server.url.clone()));
        if self.journal.replace(journal.clone()) != Some(journal) {
            self.unsettled.forget();
        }
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
