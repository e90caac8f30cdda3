//! Panics: each is reported in a file, and the first one is shown.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
};

use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};

use crate::app::machine::crash;

/// From now on every panic writes a report into `folder`, and the first one is shown to the user.
pub fn watch(handle: AppHandle, folder: PathBuf) {
    static SAID: AtomicBool = AtomicBool::new(false);
    crash::watch(folder, move || {
        if !SAID.swap(true, Ordering::SeqCst) {
            let text = "Внутренняя ошибка программы. Отчёт о ней записан. Операции не потеряны: перезапустите программу, она \
                        предложит собрать файлы для поддержки.\n\n\
                        Internal error. A report was written; no operation is lost. Please restart the program.";
            handle.dialog().message(text).title("ProBonus Office").kind(MessageDialogKind::Error).show(|_| {});
        }
    });
}
