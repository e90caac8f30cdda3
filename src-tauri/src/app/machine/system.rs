//! The build of this program and the name of the system, for support.

/// The build of this version: in a release, the commit that it was built from.
pub const BUILD: &str = match option_env!("PROBONUS_OFFICE_BUILD") {
    Some(build) => build,
    None => "—",
};

/// `Debian GNU/Linux 13 (trixie), x86_64`, `Windows 11 (10.0.22631), x86_64`.
#[must_use]
pub fn name() -> String {
    format!("{}, {}", of_this_machine(), std::env::consts::ARCH)
}

#[cfg(target_os = "linux")]
fn of_this_machine() -> String {
    let text = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    pretty_name(&text).unwrap_or_else(|| "Linux".to_owned())
}

/// The system's name in `os-release`.
#[cfg(target_os = "linux")]
fn pretty_name(text: &str) -> Option<String> {
    let name = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?.trim().trim_matches(['"', '\'']);
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(windows)]
fn of_this_machine() -> String {
    let windows_version::OsVersion { major, minor, build, .. } = windows_version::OsVersion::current();
    // Windows 11 still reports version 10.
    let name = if (major, build) >= (10, 22_000) { 11 } else { major };
    format!("Windows {name} ({major}.{minor}.{build})")
}

#[cfg(not(any(target_os = "linux", windows)))]
fn of_this_machine() -> String {
    std::env::consts::OS.to_owned()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_system_is_named_as_it_names_itself() {
        let text = "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n";
        assert_eq!(pretty_name(text).as_deref(), Some("Debian GNU/Linux 13 (trixie)"));
        assert_eq!(pretty_name("ID=x\nPRETTY_NAME=\"\"\n"), None);
    }
}
