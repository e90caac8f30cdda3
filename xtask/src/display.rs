//! A desktop of our own for windows that nobody looks at: a virtual screen, a session bus and an unlocked keyring,
//! none of which touches the developer's.

use std::process::Command;

use anyhow::{Result, bail};

use crate::run;

/// The screen of a typical office PC.
const SCREEN: &str = "-screen 0 1366x768x24";

/// Started inside the session bus: folders of its own, a keyring unlocked with an empty password, then the command.
const SESSION: &str = r#"
set -eu
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export XDG_DATA_HOME="$home/data" XDG_CONFIG_HOME="$home/config" XDG_CACHE_HOME="$home/cache" XDG_RUNTIME_DIR="$home/run"
mkdir -p "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME"
mkdir -m 700 "$XDG_RUNTIME_DIR"
printf '\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
unset WAYLAND_DISPLAY
"$@"
"#;

/// Whether a person could see a window here.
pub fn present() -> bool {
    cfg!(not(target_os = "linux"))
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The command, wrapped so that it runs on a desktop of its own. Its environment must be set on what is returned.
pub fn of_its_own(inner: &Command) -> Result<Command> {
    if !cfg!(target_os = "linux") {
        bail!("a desktop of its own is made only on Linux (Xvfb, D-Bus, gnome-keyring)");
    }
    let mut outer = run::command("xvfb-run");
    outer.args([
        "--auto-servernum",
        "--server-args",
        SCREEN,
        "dbus-run-session",
        "--",
        "bash",
        "-c",
        SESSION,
        "session",
    ]);
    outer.arg(inner.get_program()).args(inner.get_args());
    // Software rendering gives the same pixels everywhere, and a machine without a GPU has nothing else.
    outer.env("LIBGL_ALWAYS_SOFTWARE", "1").env("GDK_BACKEND", "x11").env("GTK_A11Y", "none");
    Ok(outer)
}
