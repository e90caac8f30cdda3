//! The list of parts as a CycloneDX document, for those who look for known holes in it.

use serde_json::{Value, json};

use super::parts::{Part, Registry};

/// The document of a version. The same parts make the same document: it carries neither a time nor a random number.
pub fn document(version: &str, parts: &[Part]) -> Value {
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {
            "type": "application",
            "name": "ProBonus Office",
            "version": version,
            "licenses": [{"expression": "MIT OR Apache-2.0"}],
        }},
        "components": parts.iter().map(component).collect::<Vec<_>>(),
    })
}

fn component(part: &Part) -> Value {
    let address = address(part);
    let mut component = json!({
        "type": "library",
        "bom-ref": address,
        "name": part.name,
        "version": part.version,
        "purl": address,
        "licenses": [{"expression": part.licence}],
    });
    if let Some(checksum) = &part.checksum {
        component["hashes"] = json!([{"alg": "SHA-256", "content": checksum}]);
    }
    component
}

/// The package URL, e.g. `pkg:npm/%40tauri-apps/api@2.12.5`.
fn address(part: &Part) -> String {
    let registry = match part.registry {
        Registry::Cargo => "cargo",
        Registry::Npm => "npm",
    };
    format!("pkg:{registry}/{}@{}", part.name.replace('@', "%40"), part.version.replace('+', "%2B"))
}
