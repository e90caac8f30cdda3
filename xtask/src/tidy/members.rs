//! The workspace's manifest is the map of the house, and its lints are in force in every room.

use super::breach::{Breach, at};
use crate::house::House;

const ROOT: &str = "Cargo.toml";

/// Bans that must stand, each with the file that holds it.
const BANS: &[(&str, &str)] = &[
    (ROOT, "unwrap_used = \"deny\""),
    (ROOT, "print_stdout = \"deny\""),
    (ROOT, "print_stderr = \"deny\""),
    (ROOT, "dbg_macro = \"deny\""),
    (ROOT, "unsafe_code = \"deny\""),
    (ROOT, "undocumented_unsafe_blocks = \"deny\""),
    (ROOT, "multiple_unsafe_ops_per_block = \"deny\""),
    (ROOT, "float_arithmetic"),
    ("clippy.toml", "std::time::SystemTime::now"),
    ("clippy.toml", "std::time::Instant::now"),
    ("clippy.toml", "jiff::Timestamp::now"),
    ("clippy.toml", "jiff::ZonedDateTime::now"),
    ("clippy.toml", "uuid::Uuid::new_v4"),
    ("clippy.toml", "rand::rng"),
    ("clippy.toml", "std::thread::sleep"),
];

/// Lines of the member list without a purpose.
pub fn purposes(house: &House) -> Vec<Breach> {
    let Some(root) = house.file(ROOT) else { return vec!["there is no Cargo.toml".to_owned()] };
    let inside = root.text.lines().enumerate().skip_while(|(_, line)| line.trim() != "members = [");
    inside
        .skip(1)
        .take_while(|(_, line)| line.trim() != "]")
        .filter(|(_, line)| line.split_once('#').is_none_or(|(_, purpose)| purpose.trim().len() < 20))
        .map(|(index, line)| at(ROOT, index, line))
        .collect()
}

/// Members that don't take the workspace's lints or licence, and licences whose text is not there.
pub fn manners(house: &House) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in house.files.iter().filter(|file| file.path.ends_with("/Cargo.toml")) {
        for wanted in ["[lints]\nworkspace = true", "license.workspace = true", "description = "] {
            if !file.text.replace("\r\n", "\n").contains(wanted) {
                breaches.push(format!("{} lacks `{}`", file.path, wanted.replace('\n', " ")));
            }
        }
    }
    if house.file(ROOT).is_some_and(|root| !root.text.contains("license = \"MIT OR Apache-2.0\"")) {
        breaches.push("the workspace's licence is not \"MIT OR Apache-2.0\"".to_owned());
    }
    breaches
}

/// Bans that were lifted, and bans without a reason.
pub fn bans(house: &House) -> Vec<Breach> {
    let mut breaches: Vec<Breach> = BANS
        .iter()
        .filter(|(path, ban)| house.file(path).is_none_or(|file| !file.text.contains(ban)))
        .map(|(path, ban)| format!("{path} no longer says {ban}"))
        .collect();
    if let Some(clippy) = house.file("clippy.toml") {
        let lines = clippy.text.lines().enumerate();
        let bare = lines.filter(|(_, line)| line.contains("path = ") && !line.contains("reason = "));
        breaches.extend(bare.map(|(index, line)| at("clippy.toml", index, line)));
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::File;

    #[test]
    fn a_member_without_a_purpose_is_caught() {
        let bad = "[workspace]\nmembers = [\n    \"a\", # what the first room is good for\n    \"b\",\n]\n";
        assert_eq!(purposes(&House::with(ROOT, bad)), ["Cargo.toml:4: \"b\","]);
    }

    #[test]
    fn a_member_without_lints_is_caught() {
        let bad = House::with("crates/a/Cargo.toml", "description = \"x\"\nlicense.workspace = true\n");
        assert_eq!(manners(&bad).len(), 1);
    }

    #[test]
    fn a_lifted_ban_and_a_ban_without_a_reason_are_caught() {
        let house = House {
            files: vec![File { path: "clippy.toml".into(), text: "{ path = \"std::thread::sleep\" },".into() }],
        };
        let found = bans(&house);
        assert!(found.iter().any(|breach| breach.contains("unwrap_used")));
        assert!(found.iter().any(|breach| breach.starts_with("clippy.toml:1:")));
        assert!(!found.iter().any(|breach| breach.contains("no longer says std::thread::sleep")));
    }
}
