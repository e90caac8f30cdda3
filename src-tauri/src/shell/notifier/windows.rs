//! Notifications as toasts of Windows, which shows them only for a program that is registered with it.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use tauri_winrt_notification::Toast;
use windows_registry::CURRENT_USER;

use crate::app::{
    App,
    desktop::ports::{Notification, Notifier},
};

/// The id by which Windows knows the program. The uninstaller removes its registration: `xtask/src/dist/installer/office.nsi`.
const ID: &str = "ru.probonus.office";

/// Where the programs of this user are registered that show toasts. A portable copy is registered as an installed one is.
const REGISTERED: &str = r"Software\Classes\AppUserModelId\ru.probonus.office";

/// What a press of the toast's button says. It does the same as a click on the toast.
const OPEN: &str = "open";

/// The picture beside a notification. Windows reads it from a file.
const ICON: &[u8] = include_bytes!("../../../../icons/128x128.png");

/// The toasts.
pub(super) struct Toasts {
    app: App,
    icon: PathBuf,
}

impl Toasts {
    pub const fn new(app: App, icon: PathBuf) -> Self {
        Self { app, icon }
    }
}

#[async_trait]
impl Notifier for Toasts {
    async fn is_possible(&self) -> bool {
        true
    }

    async fn set(&self, on: bool) -> Result<(), String> {
        if on { register(&self.icon) } else { forget(&self.icon) }
    }

    async fn notify(&self, notification: &Notification) -> Result<(), String> {
        // The registration may have gone with another copy of the program.
        register(&self.icon)?;
        let (app, notification) = (self.app.clone(), notification.clone());
        let shown = tokio::task::spawn_blocking(move || {
            let toast = Toast::new(ID).title(&notification.title).text1(&notification.text);
            let toast = toast.add_button(&notification.open, OPEN);
            let clicked = move |_| {
                app.raise_window();
                Ok(())
            };
            toast.on_activated(clicked).show().map_err(|error| error.to_string())
        });
        shown.await.map_err(|error| error.to_string())?
    }
}

fn register(icon: &Path) -> Result<(), String> {
    if !icon.is_file() {
        std::fs::write(icon, ICON).map_err(|error| format!("{}: {error}", icon.display()))?;
    }
    let key = CURRENT_USER.create(REGISTERED).map_err(|error| error.to_string())?;
    let named = key.set_string("DisplayName", "ProBonus Office");
    named.and_then(|()| key.set_string("IconUri", icon.to_string_lossy())).map_err(|error| error.to_string())
}

fn forget(icon: &Path) -> Result<(), String> {
    // Without its icon, the registration would be of no use; without the registration, the icon.
    let _ = std::fs::remove_file(icon);
    CURRENT_USER.remove_tree(REGISTERED).map_err(|error| error.to_string())
}
