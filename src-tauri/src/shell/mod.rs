//! The edge: the window, the logs, and how the program starts and ends.

mod arguments;
mod desktop;
mod ending;
mod entrance;
pub mod logs;
mod main_window;
mod notifier;
mod panics;
pub mod run;
pub mod store;
mod tray;
mod update;
pub mod window;
#[cfg(windows)]
mod windows;

/// The parts that are built into the program: its page, its access list, its configuration.
pub fn context<R: tauri::Runtime>() -> tauri::Context<R> {
    tauri::generate_context!()
}
