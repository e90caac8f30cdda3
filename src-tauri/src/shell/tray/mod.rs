//! The icon in the notification area.
//!
//! On Linux it is a `StatusNotifierItem` on the session bus, without a C library; the bus also tells whether a desktop shows such
//! items. On Windows and macOS it is Tauri's own.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod native;

use tauri::AppHandle;

use crate::app::{App, desktop::ports::Tray};

/// The icon of this system.
#[cfg(target_os = "linux")]
pub fn of_system(handle: &AppHandle, app: &App) -> Box<dyn Tray> {
    Box::new(linux::StatusNotifier::new(handle, app.clone()))
}

/// The icon of this system.
#[cfg(not(target_os = "linux"))]
pub fn of_system(handle: &AppHandle, app: &App) -> Box<dyn Tray> {
    Box::new(native::NativeTray::new(handle.clone(), app.clone()))
}
