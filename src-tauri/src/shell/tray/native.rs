//! The icon by Tauri's own means, which are of the window's thread.

use async_trait::async_trait;
use tauri::{
    AppHandle,
    menu::{Menu, MenuItem},
    tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent},
};

use crate::app::{
    App,
    desktop::ports::{Tray, TrayFace},
};

/// The id of the icon, and those of the lines of its menu.
const ID: &str = "main";
const OPEN: &str = "open";
const UNKNOWN: &str = "unknown";
const QUIT: &str = "quit";

/// The icon of Windows or macOS.
pub(super) struct NativeTray {
    handle: AppHandle,
    app: App,
}

impl NativeTray {
    pub const fn new(handle: AppHandle, app: App) -> Self {
        Self { handle, app }
    }
}

#[async_trait]
impl Tray for NativeTray {
    async fn is_possible(&self) -> bool {
        true
    }

    async fn is_shown(&self) -> bool {
        self.handle.tray_by_id(ID).is_some()
    }

    async fn show(&self, face: &TrayFace) -> Result<(), String> {
        let (done, drawn) = tokio::sync::oneshot::channel();
        let (handle, app, face) = (self.handle.clone(), self.app.clone(), face.clone());
        let draw = move || {
            // Who asked may be gone.
            let _ = done.send(draw(&handle, &app, &face).map_err(|error| error.to_string()));
        };
        self.handle.run_on_main_thread(draw).map_err(|error| error.to_string())?;
        drawn.await.map_err(|error| error.to_string())?
    }

    async fn remove(&self) {
        // Dropped on the window's thread.
        let handle = self.handle.clone();
        let removed = self.handle.run_on_main_thread(move || drop(handle.remove_tray_by_id(ID)));
        if let Err(error) = removed {
            tracing::warn!(%error, "the icon stays until the program ends");
        }
    }
}

/// Makes the icon, or changes what it says.
fn draw(handle: &AppHandle, app: &App, face: &TrayFace) -> tauri::Result<()> {
    let menu = Menu::new(handle)?;
    let lines = [(OPEN, Some(&face.open)), (UNKNOWN, face.unknown.as_ref()), (QUIT, Some(&face.quit))];
    for (id, text) in lines.into_iter().filter_map(|(id, text)| Some((id, text?))) {
        menu.append(&MenuItem::with_id(handle, id, text, true, None::<&str>)?)?;
    }
    if let Some(icon) = handle.tray_by_id(ID) {
        icon.set_menu(Some(menu))?;
        return icon.set_tooltip(Some(&face.title));
    }
    let (in_menu, at_icon) = (app.clone(), app.clone());
    let mut builder = TrayIconBuilder::with_id(ID)
        .tooltip(&face.title)
        .menu(&menu)
        .show_menu_on_left_click(false)
        .on_menu_event(move |_, event| chosen(&in_menu, event.id().as_ref()))
        .on_tray_icon_event(move |_, event| {
            if let TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. } = event {
                at_icon.raise_window();
            }
        });
    if let Some(icon) = handle.default_window_icon() {
        builder = builder.icon(icon.clone());
    }
    builder.build(handle).map(drop)
}

fn chosen(app: &App, line: &str) {
    match line {
        OPEN => app.raise_window(),
        UNKNOWN => app.show_unknown(),
        QUIT => app.end_program(),
        _ => {}
    }
}
