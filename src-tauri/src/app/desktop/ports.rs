//! What is asked of the system around the window. On the desktop it is the system; in tests, doubles that remember.

use async_trait::async_trait;

use crate::view::AutostartState;

/// Opens the program when the user signs in to the system.
pub(crate) trait Autostart: Send + Sync {
    /// What the system says now, whoever changed it.
    ///
    /// # Errors
    /// The system's words.
    fn state(&self) -> Result<AutostartState, String>;

    /// Lets the program be opened from now on, or no longer.
    ///
    /// # Errors
    /// The system's words. Nothing is changed then.
    fn set(&self, on: bool) -> Result<(), String>;
}

/// The icon of the program in the notification area.
#[async_trait]
pub(crate) trait Tray: Send + Sync {
    /// Whether this desktop has a notification area now.
    async fn is_possible(&self) -> bool;

    /// Whether a person can see the icon now.
    async fn is_shown(&self) -> bool;

    /// Shows the icon, or changes what it says. On a desktop whose notification area comes later, it comes with it.
    ///
    /// # Errors
    /// The system's words.
    async fn show(&self, face: &TrayFace) -> Result<(), String>;

    /// Takes the icon away.
    async fn remove(&self);
}

/// What the icon says. Its menu has a line for each text; a click shows the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TrayFace {
    /// Beside the icon.
    pub title: String,
    /// Shows the window.
    pub open: String,
    /// Shows the operations of unknown outcome; `None`: there are none.
    pub unknown: Option<String>,
    /// Ends the program.
    pub quit: String,
}

/// Notifications of the system.
#[async_trait]
pub(crate) trait Notifier: Send + Sync {
    /// Whether this system shows notifications.
    async fn is_possible(&self) -> bool;

    /// Makes the program known to the system as one that notifies, or has it forgotten.
    ///
    /// # Errors
    /// The system's words.
    async fn set(&self, on: bool) -> Result<(), String>;

    /// Shows a notification. A click on it shows the window, where the system tells of clicks.
    ///
    /// # Errors
    /// The system's words.
    async fn notify(&self, notification: &Notification) -> Result<(), String>;
}

/// A notification. It names no person: it may be shown on a locked screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notification {
    /// The name of the program.
    pub title: String,
    /// What became known, a line for each thing.
    pub text: String,
    /// What a click does.
    pub open: String,
}

/// The window of the program.
pub(crate) trait OfficeWindow: Send + Sync {
    /// Whether nothing of it is on the desktop, not even minimised.
    fn is_hidden(&self) -> bool;

    /// Whether a person works with it: it is shown and has the focus.
    fn is_in_front(&self) -> bool;

    /// Hides it.
    fn hide(&self);

    /// Shows it in front of all others.
    fn raise(&self);

    /// Ends the program, once what is being sent is answered.
    fn end(&self);
}

/// All that is asked of the system.
pub(crate) struct DesktopPorts {
    /// Opens the program at the sign-in.
    pub autostart: Box<dyn Autostart>,
    /// The icon.
    pub tray: Box<dyn Tray>,
    /// The notifications.
    pub notifier: Box<dyn Notifier>,
    /// The window.
    pub window: Box<dyn OfficeWindow>,
}
