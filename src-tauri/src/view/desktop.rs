//! The desktop around the window, as the page shows it.

use serde::Serialize;
use specta::Type;

/// What the program does outside its window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DesktopView {
    /// Whether the program is opened at the sign-in.
    pub autostart: AutostartState,
    /// The icon in the notification area. Where it is not possible, the cross ends the program, whatever was chosen.
    pub tray: DesktopChoice,
    /// Notifications of outcomes that become known.
    pub notifications: DesktopChoice,
}

/// A choice of the user that needs something of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DesktopChoice {
    /// Whether the user has chosen it.
    pub is_wanted: bool,
    /// Whether the system has what it needs, now.
    pub is_possible: bool,
}

/// What the desktop asks of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DesktopQuestion {
    /// To say that the cross hides the window, before it does so for the first time.
    MayHide,
    /// To show the journal.
    Journal,
}

/// Whether the program is opened when the user signs in, as the system says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum AutostartState {
    /// It is not.
    Off,
    /// It is.
    On,
    /// The entry opens another copy of the program.
    Elsewhere {
        /// That copy.
        program: String,
    },
    /// There is an entry, and the system was told to leave it out.
    SwitchedOff,
    /// The system can't be asked.
    Unreadable {
        /// The system's words.
        technical: String,
    },
    /// No way is known on this system.
    Impossible,
}
