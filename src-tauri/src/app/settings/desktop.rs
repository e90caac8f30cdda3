//! What is kept of the desktop.

use serde::{Deserialize, Serialize};

/// What the user has chosen of the desktop, and what the program has said of it. Whether the program is opened at the sign-in
/// is not here: the system knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct DesktopSettings {
    /// Whether there is an icon in the notification area; the cross then hides the window.
    pub tray: bool,
    /// Whether outcomes that become known are told by a notification.
    pub notify: bool,
    /// Whether the page has said that the cross hides the window.
    pub tray_explained: bool,
    /// Whether the next start opens the window, although it is a start at the sign-in: it follows an update that a person began.
    pub opens_window_next: bool,
}
