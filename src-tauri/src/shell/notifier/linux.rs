//! Notifications by the desktop's service on the session bus.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures::StreamExt as _;
use tokio::sync::OnceCell;
use zbus::{Connection, MatchRule, MessageStream, fdo::DBusProxy, message::Type, zvariant::Value};

use crate::app::{
    App,
    desktop::ports::{Notification, Notifier},
};

/// Who shows notifications.
const SERVICE: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// The action that is a click on the notification itself.
const CLICK: &str = "default";

/// How long the desktop may take for an answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The desktop's service.
pub(super) struct BusNotifier {
    app: App,
    bus: OnceCell<Connection>,
    /// The numbers of the notifications that were shown.
    shown: Arc<Mutex<HashSet<u32>>>,
}

impl BusNotifier {
    pub fn new(app: App) -> Self {
        Self { app, bus: OnceCell::new(), shown: Arc::default() }
    }

    /// The session bus, on which clicks are listened for.
    async fn bus(&self) -> zbus::Result<&Connection> {
        let connect = async || {
            let bus = Connection::session().await?;
            let rule = MatchRule::builder().msg_type(Type::Signal).interface(SERVICE)?.member("ActionInvoked")?;
            let mut clicks = MessageStream::for_match_rule(rule.build(), &bus, None).await?;
            let (app, shown) = (self.app.clone(), Arc::clone(&self.shown));
            tokio::spawn(async move {
                while let Some(Ok(click)) = clicks.next().await {
                    let Ok((id, action)) = click.body().deserialize::<(u32, String)>() else { continue };
                    let is_ours = shown.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
                    if is_ours && action == CLICK {
                        app.raise_window();
                    }
                }
            });
            Ok(bus)
        };
        self.bus.get_or_try_init(connect).await
    }

    async fn is_served(&self) -> zbus::Result<bool> {
        let bus = DBusProxy::new(self.bus().await?).await?;
        if bus.name_has_owner(SERVICE.try_into()?).await? {
            return Ok(true);
        }
        // Many desktops start the service with the first notification.
        Ok(bus.list_activatable_names().await?.iter().any(|name| name.as_str() == SERVICE))
    }

    async fn show(&self, notification: &Notification) -> zbus::Result<()> {
        let bus = self.bus().await?;
        let Notification { title, text, open } = notification;
        let hints: HashMap<&str, Value<'_>> = HashMap::from([("desktop-entry", "ru.probonus.office".into())]);
        let (replaces_none, icon, shown_as_usual) = (0_u32, "ru.probonus.office", -1_i32);
        let body = (title, replaces_none, icon, title, text, vec![CLICK, open.as_str()], hints, shown_as_usual);
        let answer = bus.call_method(Some(SERVICE), PATH, Some(SERVICE), "Notify", &body).await?;
        let id: u32 = answer.body().deserialize()?;
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        Ok(())
    }
}

#[async_trait]
impl Notifier for BusNotifier {
    async fn is_possible(&self) -> bool {
        matches!(tokio::time::timeout(PATIENCE, self.is_served()).await, Ok(Ok(true)))
    }

    async fn set(&self, _: bool) -> Result<(), String> {
        // The service asks for no registration.
        Ok(())
    }

    async fn notify(&self, notification: &Notification) -> Result<(), String> {
        let shown = tokio::time::timeout(PATIENCE, self.show(notification)).await;
        shown.map_err(|_| "the desktop does not answer".to_owned())?.map_err(|error| error.to_string())
    }
}
