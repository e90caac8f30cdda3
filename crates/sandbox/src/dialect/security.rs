//! The security schemes in a description.

use serde_json::{Map, Value as Json, json};

use super::{Dialect, Framework, KeyDeclared, ServerKey, TokenPlace};

/// The security schemes by name.
pub(crate) fn schemes(dialect: &Dialect, is_swagger2: bool) -> Json {
    let mut schemes = Map::new();
    for (name, place) in ways(dialect) {
        schemes.insert(name.to_owned(), scheme(dialect, &place, is_swagger2));
    }
    if let Some(key) = key(dialect) {
        let place = TokenPlace::header(&key.header);
        let mut scheme = scheme(dialect, &place, is_swagger2);
        scheme["description"] = json!("Ключ приложения");
        schemes.insert(KEY.to_owned(), scheme);
    }
    Json::Object(schemes)
}

/// The name of the scheme of the application's key.
const KEY: &str = "ApplicationKey";

/// The key of the application, if it is declared as a scheme.
fn key(dialect: &Dialect) -> Option<&ServerKey> {
    dialect.key.as_ref().filter(|key| key.declared == KeyDeclared::AsScheme)
}

/// The security of a call: one of the schemes, each together with the key of the application.
pub(crate) fn required(dialect: &Dialect) -> Json {
    let with_key = |name: &str| match key(dialect) {
        Some(_) => json!({ name: [], KEY: [] }),
        None => json!({ name: [] }),
    };
    ways(dialect).into_iter().map(|(name, _)| with_key(name)).collect()
}

/// The security of a call that signs in: the key of the application alone, if there is one.
pub(crate) fn required_to_sign_in(dialect: &Dialect) -> Json {
    key(dialect).into_iter().map(|_| json!({ KEY: [] })).collect()
}

/// The schemes with the place of the token: only one if sessions and the permanent token use the same place.
fn ways(dialect: &Dialect) -> Vec<(&'static str, TokenPlace)> {
    let [session, permanent] = match dialect.framework {
        Framework::FastApi => ["OAuth2PasswordBearer", "APIKeyHeader"],
        Framework::Plain | Framework::AspNet => ["Bearer", "ApiToken"],
    };
    let mut ways = Vec::new();
    if dialect.login {
        ways.push((session, TokenPlace::bearer()));
    }
    match &dialect.token {
        Some(place) if !ways.iter().any(|(_, known)| known == place) => ways.push((permanent, place.clone())),
        _ => {}
    }
    ways
}

fn scheme(dialect: &Dialect, place: &TokenPlace, is_swagger2: bool) -> Json {
    match place {
        bearer if *bearer == TokenPlace::bearer() && dialect.login && dialect.framework == Framework::FastApi => {
            let address = format!("{}/auth/login", dialect.base);
            json!({ "type": "oauth2", "flows": { "password": { "scopes": {}, "tokenUrl": address } } })
        }
        bearer if *bearer == TokenPlace::bearer() && !is_swagger2 => json!({ "type": "http", "scheme": "bearer" }),
        TokenPlace::Header { name, prefix } if prefix.is_empty() => {
            json!({ "type": "apiKey", "in": "header", "name": name, "description": "Токен для API" })
        }
        TokenPlace::Header { name, prefix } => json!({
            "type": "apiKey",
            "in": "header",
            "name": name,
            "description": format!("Значение заголовка: \"{prefix}{{token}}\""),
        }),
        TokenPlace::Query { name } => {
            json!({ "type": "apiKey", "in": "query", "name": name, "description": "Токен для API" })
        }
    }
}
