//! Whether somebody is looking.

/// Whether a person could see a window here. Where nobody could, the program's walks bring a screen of their own.
pub fn present() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(not(target_os = "linux")) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
