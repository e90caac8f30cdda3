//! The icon as a `StatusNotifierItem`, on a desktop whose `StatusNotifierWatcher` is on the session bus.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use ksni::{Handle, MenuItem, OfflineReason, ToolTip, TrayMethods as _, menu::StandardItem};
use tauri::AppHandle;
use tokio::sync::{Mutex, OnceCell};
use zbus::{Connection, zvariant::OwnedValue};

use crate::app::{
    App,
    desktop::ports::{Tray, TrayFace},
};

/// Who collects the icons of a desktop.
const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// How long the desktop may take to say whether it shows icons. One that hangs shows none.
const PATIENCE: Duration = Duration::from_secs(2);

/// The icon on the session bus.
pub(super) struct StatusNotifier {
    app: App,
    id: String,
    icon: Vec<ksni::Icon>,
    bus: OnceCell<Connection>,
    item: Mutex<Option<Handle<Item>>>,
    /// Whether the watcher took the icon.
    is_taken: Arc<AtomicBool>,
}

impl StatusNotifier {
    pub fn new(handle: &AppHandle, app: App) -> Self {
        let icon = handle.default_window_icon().map(|icon| argb(icon.rgba(), icon.width(), icon.height()));
        Self {
            app,
            id: handle.config().identifier.clone(),
            icon: icon.into_iter().collect(),
            bus: OnceCell::new(),
            item: Mutex::default(),
            is_taken: Arc::default(),
        }
    }

    /// Whether somebody shows the icons that the watcher collects.
    async fn is_host_registered(&self) -> zbus::Result<bool> {
        let bus = self.bus.get_or_try_init(Connection::session).await?;
        let asked = (WATCHER, "IsStatusNotifierHostRegistered");
        let properties = Some("org.freedesktop.DBus.Properties");
        let answer = bus.call_method(Some(WATCHER), "/StatusNotifierWatcher", properties, "Get", &asked).await?;
        Ok(answer.body().deserialize::<OwnedValue>()?.try_into()?)
    }
}

#[async_trait]
impl Tray for StatusNotifier {
    async fn is_possible(&self) -> bool {
        matches!(tokio::time::timeout(PATIENCE, self.is_host_registered()).await, Ok(Ok(true)))
    }

    async fn is_shown(&self) -> bool {
        self.is_taken.load(Ordering::Relaxed) && self.is_possible().await
    }

    async fn show(&self, face: &TrayFace) -> Result<(), String> {
        let mut item = self.item.lock().await;
        if let Some(handle) = &*item
            && handle.update(|item| item.face = face.clone()).await.is_some()
        {
            return Ok(());
        }
        self.is_taken.store(true, Ordering::Relaxed);
        let new = Item {
            id: self.id.clone(),
            icon: self.icon.clone(),
            face: face.clone(),
            app: self.app.clone(),
            is_taken: Arc::clone(&self.is_taken),
            tokio: tokio::runtime::Handle::current(),
        };
        // At the sign-in the panel may come later than the program.
        let spawned = new.assume_sni_available(true).spawn().await;
        if spawned.is_err() {
            self.is_taken.store(false, Ordering::Relaxed);
        }
        *item = Some(spawned.map_err(|error| error.to_string())?);
        Ok(())
    }

    async fn remove(&self) {
        self.is_taken.store(false, Ordering::Relaxed);
        if let Some(handle) = self.item.lock().await.take() {
            handle.shutdown().await;
        }
    }
}

/// The item, as the desktop asks for it. It is called on a thread of the bus.
struct Item {
    id: String,
    icon: Vec<ksni::Icon>,
    face: TrayFace,
    app: App,
    is_taken: Arc<AtomicBool>,
    tokio: tokio::runtime::Handle,
}

impl Item {
    fn came_or_went(&self, is_taken: bool) {
        self.is_taken.store(is_taken, Ordering::Relaxed);
        let app = self.app.clone();
        self.tokio.spawn(async move { app.tray_changed().await });
    }
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        self.id.clone()
    }

    fn title(&self) -> String {
        self.face.title.clone()
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        self.icon.clone()
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip { title: self.face.title.clone(), ..ToolTip::default() }
    }

    fn activate(&mut self, _: i32, _: i32) {
        self.app.raise_window();
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let mut lines = vec![line(&self.face.open, |item| item.app.raise_window())];
        lines.extend(self.face.unknown.iter().map(|text| line(text, |item| item.app.show_unknown())));
        lines.push(MenuItem::Separator);
        lines.push(line(&self.face.quit, |item| item.app.end_program()));
        lines
    }

    fn watcher_online(&self) {
        self.came_or_went(true);
    }

    fn watcher_offline(&self, _: OfflineReason) -> bool {
        self.came_or_went(false);
        // The item stays for a panel that comes back.
        true
    }
}

fn line(text: &str, act: fn(&Item)) -> MenuItem<Item> {
    // A line under a letter would stand for a key.
    let label = text.replace('_', "__");
    StandardItem { label, activate: Box::new(move |item: &mut Item| act(item)), ..StandardItem::default() }.into()
}

/// The picture as the bus wants it: opacity before the colours.
fn argb(rgba: &[u8], width: u32, height: u32) -> ksni::Icon {
    let data = rgba.chunks_exact(4).flat_map(|pixel| [pixel[3], pixel[0], pixel[1], pixel[2]]).collect();
    ksni::Icon { width: width.cast_signed(), height: height.cast_signed(), data }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opacity_comes_before_the_colours() {
        let icon = argb(&[1, 2, 3, 255, 4, 5, 6, 0], 2, 1);
        assert_eq!((icon.width, icon.height, icon.data), (2, 1, vec![255, 1, 2, 3, 0, 4, 5, 6]));
    }
}
