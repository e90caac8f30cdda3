//! What is asked of the system around the window. On the desktop it is the system; in tests, doubles that remember.

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

/// All that is asked of the system.
pub(crate) struct DesktopPorts {
    /// Opens the program at the sign-in.
    pub autostart: Box<dyn Autostart>,
}
