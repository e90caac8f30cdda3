//! The desktop around the window, with doubles in place of the system.

use std::sync::Mutex;

use super::*;
use crate::{
    app::desktop::ports::{Autostart, DesktopPorts},
    view::AutostartState,
};

/// The system's entry of the sign-in, which anybody can change.
#[derive(Clone)]
struct Entry(Arc<Mutex<Result<bool, String>>>);

impl Entry {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Ok(false))))
    }

    fn becomes(&self, state: Result<bool, &str>) {
        *self.0.lock().unwrap() = state.map_err(str::to_owned);
    }
}

impl Autostart for Entry {
    fn state(&self) -> Result<AutostartState, String> {
        self.0.lock().unwrap().clone().map(|on| if on { AutostartState::On } else { AutostartState::Off })
    }

    fn set(&self, on: bool) -> Result<(), String> {
        let mut state = self.0.lock().unwrap();
        if let Err(words) = &*state {
            return Err(words.clone());
        }
        *state = Ok(on);
        Ok(())
    }
}

fn ports(autostart: &Entry) -> DesktopPorts {
    DesktopPorts { autostart: Box::new(autostart.clone()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_entry_of_the_sign_in_is_what_the_system_says() {
    let app = Machine::new(keychains::missing()).start().await;
    assert_eq!(app.desktop().autostart, AutostartState::Impossible, "there is no desktop");
    assert_eq!(app.open_at_sign_in(true).unwrap_err().code, ErrorCode::AutostartNotSet);

    let entry = Entry::new();
    app.live_on(ports(&entry));
    assert_eq!(app.open_at_sign_in(true).unwrap().autostart, AutostartState::On);
    entry.becomes(Ok(false));
    assert_eq!(app.desktop().autostart, AutostartState::Off, "somebody else switched it off");
    entry.becomes(Err("access denied"));
    assert_eq!(app.desktop().autostart, AutostartState::Unreadable { technical: "access denied".into() });
    let refused = app.open_at_sign_in(true).unwrap_err();
    let expected = (ErrorCode::AutostartNotSet, Some("access denied"));
    assert_eq!((refused.code, refused.details.technical.as_deref()), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_at_the_sign_in_is_quiet_unless_a_person_waits_for_it_after_an_update() {
    let machine = Machine::new(keychains::missing());
    let app = machine.start().await;
    assert!(app.starts_quietly(true) && !app.starts_quietly(false));
    app.open_window_next();
    let again = machine.start().await;
    assert!(!again.starts_quietly(true), "the update was begun by a person");
    assert!(machine.start().await.starts_quietly(true), "once");
}
