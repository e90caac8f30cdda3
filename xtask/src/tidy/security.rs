//! The window's policy and what the page may ask of the program.

use serde_json::Value;

use super::breach::Breach;
use crate::house::{File, House};

const CONFIG: &str = "src-tauri/tauri.conf.json";

/// A policy that is absent, that allows code from strings, or that reaches for a network.
pub fn strict_policy(house: &House) -> Vec<Breach> {
    let Some(config) = house.file(CONFIG) else { return vec![format!("{CONFIG} is not there")] };
    let mut breaches = Vec::new();
    match json(config) {
        Ok(config) => {
            let csp = &config["app"]["security"]["csp"];
            let policy = csp.to_string();
            if !csp.is_object() && !csp.is_string() {
                breaches.push(format!("{CONFIG}: app.security.csp is {policy}"));
            }
            let words = policy.split([' ', '"', ',', ':', ';']).filter(|word| word.starts_with("'unsafe-"));
            breaches.extend(words.map(|word| format!("{CONFIG}: the policy says {word}")));
            if policy.contains('*') {
                breaches.push(format!("{CONFIG}: the policy allows anything by *"));
            }
            let allowed = policy.replace("http://ipc.localhost", "");
            for scheme in ["http:", "https:", "ws:", "wss:"] {
                if allowed.contains(scheme) {
                    breaches.push(format!("{CONFIG}: the policy lets the page out by {scheme}"));
                }
            }
            if config["app"]["withGlobalTauri"] == Value::Bool(true) {
                breaches.push(format!("{CONFIG}: withGlobalTauri opens a second door"));
            }
        }
        Err(breach) => breaches.push(breach),
    }
    // A platform's own file replaces the whole list of windows, and what was set for all is lost.
    let platform = |path: &str| path.starts_with("src-tauri/tauri.") && path.ends_with(".conf.json") && path != CONFIG;
    for file in house.files.iter().filter(|file| platform(&file.path)) {
        if json(file).is_ok_and(|config| !config["app"]["windows"].is_null()) {
            breaches.push(format!("{} replaces the windows", file.path));
        }
    }
    breaches
}

/// Capabilities for windows, addresses or commands by wildcard.
pub fn named_capabilities(house: &House) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let files: Vec<&File> = house.of(&["json", "toml"], &["src-tauri/capabilities/"]).collect();
    if files.is_empty() {
        return vec!["src-tauri/capabilities holds no capability".to_owned()];
    }
    for file in files {
        if file.text.contains('*') {
            breaches.push(format!("{} names something by *", file.path));
        }
        if file.text.contains("\"remote\"") {
            breaches.push(format!("{} lets a remote page in", file.path));
        }
    }
    breaches
}

fn json(file: &File) -> Result<Value, Breach> {
    serde_json::from_str(&file.text).map_err(|error| format!("{}: {error}", file.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loose_policy_is_caught() {
        for csp in
            ["null", "\"script-src 'unsafe-inline'\"", "\"default-src https://cdn.example\"", "{\"img-src\": \"*\"}"]
        {
            let text = format!("{{\"app\": {{\"security\": {{\"csp\": {csp}}}}}}}");
            assert_eq!(strict_policy(&House::with(CONFIG, &text)).len(), 1, "{csp}");
        }
        let good =
            "{\"app\": {\"security\": {\"csp\": \"default-src 'self'; connect-src ipc: http://ipc.localhost\"}}}";
        assert!(strict_policy(&House::with(CONFIG, good)).is_empty());
        assert_eq!(strict_policy(&House::default()).len(), 1);
    }

    #[test]
    fn a_wildcard_capability_is_caught() {
        let path = "src-tauri/capabilities/main.json";
        assert_eq!(named_capabilities(&House::with(path, "{\"windows\": [\"*\"]}")).len(), 1);
        assert!(named_capabilities(&House::with(path, "{\"windows\": [\"main\"]}")).is_empty());
        assert_eq!(named_capabilities(&House::default()).len(), 1);
    }
}
