//! A notification area on the test's own session bus: the watcher that collects icons, and the hand that uses them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context as _;
use house_tests::desktop::{Desk, Result, until};
use zbus::{
    Connection, connection,
    zvariant::{OwnedValue, Structure, Value},
};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

/// What the watcher was told.
#[derive(Clone, Default)]
struct Watcher(Arc<Mutex<Vec<String>>>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(service);
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}

/// A notification area. Dropping it takes it off the desktop.
pub struct Area {
    bus: Connection,
    watcher: Watcher,
}

impl Area {
    /// Puts one on this desktop.
    pub async fn on(desk: &Desk) -> Result<Self> {
        let watcher = Watcher::default();
        let address = desk.bus().context("this desktop has no bus")?;
        let builder = connection::Builder::address(address)?.serve_at("/StatusNotifierWatcher", watcher.clone())?;
        Ok(Self { bus: builder.name(WATCHER)?.build().await?, watcher })
    }

    /// Waits until the program's icon says this.
    pub async fn says(&self, title: &str) -> Result {
        until(format!("the icon says \"{title}\""), async || {
            let Some(item) = self.last() else { return Ok(None) };
            let said = self.property(&item, "Title").await;
            // An icon that has just gone, or another program's.
            let Ok(said) = said else { return Ok(None) };
            let tip = self.property(&item, "ToolTip").await?;
            let tip = Structure::try_from(tip)?;
            let [_, _, Value::Str(tip), _] = tip.fields() else { anyhow::bail!("a tool tip of another shape") };
            Ok((String::try_from(said)? == title && tip.as_str() == title).then_some(()))
        })
        .await
    }

    /// Waits until no icon is left.
    pub async fn is_empty(&self) -> Result {
        until("the icon is gone", async || {
            let Some(item) = self.last() else { return Ok(Some(())) };
            Ok(self.property(&item, "Title").await.is_err().then_some(()))
        })
        .await
    }

    /// Clicks the icon.
    pub async fn click(&self) -> Result {
        let item = self.last().context("there is no icon")?;
        self.bus.call_method(Some(item), "/StatusNotifierItem", Some(ITEM), "Activate", &(0, 0)).await?;
        Ok(())
    }

    /// Chooses a line of the icon's menu.
    pub async fn choose(&self, words: &str) -> Result {
        let lines = self.menu().await?;
        let (id, _) = lines.iter().find(|(_, label)| label == words).with_context(|| format!("{lines:?}"))?;
        let item = self.last().context("there is no icon")?;
        let click = (id, "clicked", Value::from(0), 0_u32);
        self.bus.call_method(Some(item), "/MenuBar", Some(MENU), "Event", &click).await?;
        Ok(())
    }

    /// The lines of the icon's menu, with their numbers.
    async fn menu(&self) -> Result<Vec<(i32, String)>> {
        type Line = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);
        let item = self.last().context("there is no icon")?;
        let all = (0, -1, Vec::<String>::new());
        let answer = self.bus.call_method(Some(item), "/MenuBar", Some(MENU), "GetLayout", &all).await?;
        let (_, (_, _, children)): (u32, Line) = answer.body().deserialize()?;
        let mut lines = Vec::new();
        for child in children {
            let child = Structure::try_from(child)?;
            let [Value::I32(id), Value::Dict(properties), _] = child.fields() else { continue };
            let label: Option<String> = properties.get(&"label")?;
            lines.extend(label.map(|label| (*id, label)));
        }
        Ok(lines)
    }

    async fn property(&self, item: &str, name: &str) -> zbus::Result<OwnedValue> {
        let properties = Some("org.freedesktop.DBus.Properties");
        let answer = self.bus.call_method(Some(item), "/StatusNotifierItem", properties, "Get", &(ITEM, name)).await?;
        answer.body().deserialize()
    }

    /// The icon that came last.
    fn last(&self) -> Option<String> {
        self.watcher.0.lock().unwrap_or_else(PoisonError::into_inner).last().cloned()
    }
}
