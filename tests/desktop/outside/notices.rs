//! The notifications of a desktop, on the test's own session bus.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context as _;
use house_tests::desktop::{Desk, Result, until};
use zbus::{Connection, connection, zvariant::OwnedValue};

const SERVICE: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// A notification: its title, its text, its actions.
type Notice = (String, String, Vec<String>);

/// What the service was told.
#[derive(Clone, Default)]
struct Service(Arc<Mutex<Vec<Notice>>>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    #[expect(clippy::too_many_arguments, reason = "as the specification has it")]
    fn notify(
        &self,
        _program: String,
        _replaces: u32,
        _icon: String,
        title: String,
        text: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _milliseconds: i32,
    ) -> u32 {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.push((title, text, actions));
        u32::try_from(told.len()).unwrap_or_default()
    }
}

/// The notifications of a desktop.
pub struct Notices {
    bus: Connection,
    service: Service,
}

impl Notices {
    /// Lets this desktop show notifications.
    pub async fn on(desk: &Desk) -> Result<Self> {
        let service = Service::default();
        let address = desk.bus().context("this desktop has no bus")?;
        let builder = connection::Builder::address(address)?.serve_at(PATH, service.clone())?;
        Ok(Self { bus: builder.name(SERVICE)?.build().await?, service })
    }

    /// Waits for the first notification, and compares its text.
    pub async fn told(&self, text: &str) -> Result {
        let all = || self.service.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (title, told, actions) = until("there is a notification", async || Ok(all().pop())).await?;
        let plain = told.replace('\u{202f}', " ");
        assert_eq!((title.as_str(), plain.as_str(), all().len()), ("ProBonus Office", text, 1));
        assert_eq!(actions, ["default", "Открыть"]);
        Ok(())
    }

    /// Clicks the first notification.
    pub async fn click(&self) -> Result {
        let click = (1_u32, "default");
        Ok(self.bus.emit_signal(None::<&str>, PATH, SERVICE, "ActionInvoked", &click).await?)
    }
}
