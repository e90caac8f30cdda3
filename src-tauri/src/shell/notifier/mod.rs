//! Notifications of the system.
//!
//! Not by a plugin: Tauri's tells of no click, and the library under it would bring a second zbus. On Linux a notification is one
//! call over the session bus, on Windows a toast. On macOS the program shows none yet.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(windows)]
mod windows;

use crate::app::{App, desktop::ports::Notifier, machine::folders::Folders};

/// The notifications of this system.
#[cfg(target_os = "linux")]
pub fn of_system(app: &App, _: &Folders) -> Box<dyn Notifier> {
    Box::new(linux::BusNotifier::new(app.clone()))
}

/// The notifications of this system.
#[cfg(windows)]
pub fn of_system(app: &App, folders: &Folders) -> Box<dyn Notifier> {
    Box::new(windows::Toasts::new(app.clone(), folders.notification_icon()))
}

/// A system for which no notifications are known.
#[cfg(not(any(target_os = "linux", windows)))]
pub fn of_system(_: &App, _: &Folders) -> Box<dyn Notifier> {
    Box::new(NoNotifier)
}

#[cfg(not(any(target_os = "linux", windows)))]
struct NoNotifier;

#[cfg(not(any(target_os = "linux", windows)))]
#[async_trait::async_trait]
impl Notifier for NoNotifier {
    async fn is_possible(&self) -> bool {
        false
    }

    async fn set(&self, _: bool) -> Result<(), String> {
        Ok(())
    }

    async fn notify(&self, _: &crate::app::desktop::ports::Notification) -> Result<(), String> {
        Err("no notifications are known on this system".to_owned())
    }
}
