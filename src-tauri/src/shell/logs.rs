//! The log: one file a day, kept two weeks, without secrets and phones.

use std::{
    panic,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

use crate::mask::Masked;

/// Chooses how much is logged: `info` by default; the syntax is that of `tracing`'s `EnvFilter`.
pub const LEVEL: &str = "PROBONUS_OFFICE_LOG";

/// Days that logs are kept.
const KEPT: usize = 14;

/// Starts the log in `folder`. If the folder can't be written, the program runs without a log.
pub fn begin(folder: &Path) {
    let filter = EnvFilter::try_from_env(LEVEL).unwrap_or_else(|_| EnvFilter::new("info"));
    // Without the folder the appender complains; what it then can't write, it says itself.
    let _ = std::fs::create_dir_all(folder);
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("office")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(folder);
    let Ok(file) = file else { return };
    // A second subscriber in one process is a test's; the first one stays.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Masked(file)).try_init();
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "the program starts");
}

/// Logs a panic, and shows it once.
pub fn watch_for_panics(handle: tauri::AppHandle) {
    static SAID: AtomicBool = AtomicBool::new(false);
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |defect| {
        let words = defect.payload_as_str().unwrap_or("?");
        let place = defect.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic: {words}");
        usual(defect);
        if !SAID.swap(true, Ordering::SeqCst) {
            let text = "Внутренняя ошибка программы. Она записана в журнал работы (папка logs). \
                        Операции не потеряны: перезапустите программу.\n\n\
                        Internal error. It is in the log; no operation is lost. Please restart the program.";
            handle.dialog().message(text).title("ProBonus Office").kind(MessageDialogKind::Error).show(|_| {});
        }
    }));
}
