//! How a server wants its secrets, by the document's security schemes.

use serde_json::Value;

use super::document::Doc;
use crate::binding::{Scheme, words::is_token};

/// The schemes of a permanent token and of a session's access token.
pub(super) struct Schemes {
    pub(super) token: Option<Scheme>,
    pub(super) session: Option<Scheme>,
}

struct Told {
    scheme: Scheme,
    /// 0 plainly a session's, 2 plainly a permanent token's.
    permanence: u8,
}

pub(super) fn schemes(doc: &Doc) -> Schemes {
    let at = if doc.swagger2 { "/securityDefinitions" } else { "/components/securitySchemes" };
    let declared = doc.root.pointer(at).and_then(Value::as_object);
    let declared = declared.into_iter().flatten().take(32);
    let mut told: Vec<Told> = declared.filter_map(|(name, scheme)| read(name, doc.resolve(scheme))).collect();
    told.sort_by_key(|told| told.permanence);
    // One scheme for both, if it is the only one.
    Schemes {
        session: told.first().map(|told| told.scheme.clone()),
        token: told.last().map(|told| told.scheme.clone()),
    }
}

fn read(key: &str, scheme: &Value) -> Option<Told> {
    let word = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
    let said = format!("{key} {}", word("description"));
    let bearer = |prefix: &str| Scheme::Header { name: "Authorization".into(), prefix: prefix.into() };
    let (scheme, permanence) = match word("type") {
        "oauth2" | "openIdConnect" => (bearer("Bearer "), 0),
        "http" => match word("scheme").to_lowercase().as_str() {
            "bearer" => (bearer("Bearer "), 0),
            "basic" | "digest" | "" => return None,
            _ => (bearer(&format!("{} ", word("scheme"))), 1),
        },
        "apiKey" => {
            let name = word("name").to_owned();
            if !is_token(&name) {
                return None;
            }
            let authorization = name.eq_ignore_ascii_case("authorization");
            match word("in") {
                "query" => (Scheme::Query { name }, 2),
                "cookie" => (Scheme::Header { name: "Cookie".into(), prefix: format!("{name}=") }, 1),
                _ => {
                    let told = prefix_in(&said);
                    // An API key that says nothing of a prefix has none: so the specification has it.
                    (Scheme::Header { name, prefix: told.unwrap_or_default() }, if authorization { 1 } else { 2 })
                }
            }
        }
        _ => return None,
    };
    let said = said.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let permanence = match () {
        () if has(&["постоянн", "permanent", "api token", "apitoken", "api-token", "токен для api", "статич"]) => {
            3
        }
        () if has(&["session", "сесси", "login", "логин", "access token", "jwt"]) => 0,
        () => permanence,
    };
    Some(Told { scheme, permanence })
}

/// The word that stands before the secret, as a description shows it: `Bearer {token}`, `Token <key>`, «bearer <токен>».
fn prefix_in(said: &str) -> Option<String> {
    let shown = said.char_indices().filter(|(_, c)| matches!(c, '{' | '<')).find_map(|(at, _)| {
        let before = said[..at].strip_suffix(' ')?;
        let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-').next()?;
        (!word.is_empty()).then(|| format!("{word} "))
    });
    shown.or_else(|| {
        let lower = said.to_ascii_lowercase();
        let at = lower.match_indices("bearer").map(|(at, _)| at).last()?;
        // As it is written there.
        let negated = ["без", "without", "no "].iter().any(|word| lower.contains(word));
        (!negated).then(|| format!("{} ", &said[at..at + "bearer".len()]))
    })
}
