//! One server in one dialect: checks the caller, reads the request, applies it and writes the answer.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Response, StatusCode},
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    core::{bonuses::Span, refusal::Refusal},
    dialect::{Dialect, Framework, KeyDeclared, RawRequest, TokenPlace},
    protocol::{Fields, Method, PROFILE, Reply, Value, handle, spec},
    sandbox::Sandbox,
    session::Sessions,
};

/// A sandbox and the dialect in which one router serves it.
pub(crate) struct Endpoint {
    pub(crate) sandbox: Sandbox,
    pub(crate) dialect: Dialect,
}

/// Ids of a request that a fault may write into its answer.
pub(crate) struct Marks {
    /// The `checkGuid` that the request carries.
    pub(crate) guid: Option<Uuid>,
    /// The newest ledger entry of the account that the request names.
    pub(crate) transaction: Option<i64>,
}

impl Endpoint {
    /// Applies a request now, in one step.
    pub(crate) fn serve(&self, method: Method, headers: &HeaderMap, request: &RawRequest) -> Response<Body> {
        let dialect = &self.dialect;
        let mut state = self.sandbox.at_now();
        let now = state.core.now();
        if !method.is_auth() && !self.admits(&state.sessions, now, headers, request) {
            return self.unauthorized();
        }
        let calendar = state.core.calendar();
        let mut fields = match dialect.read(method, request, calendar) {
            Ok(fields) => fields,
            Err(misread) => return dialect.misread(&misread),
        };
        if method.is_auth() {
            state.changes += 1;
            return match self.sign_in(&mut state.sessions, now, method, &fields) {
                Some(tokens) => dialect.answer(method, &tokens, calendar),
                None if method == Method::Login => {
                    let status = match dialect.framework {
                        Framework::FastApi => StatusCode::BAD_REQUEST,
                        Framework::Plain | Framework::AspNet => StatusCode::UNAUTHORIZED,
                    };
                    dialect.error(status, "bad_login", "Неверный логин или пароль")
                }
                None => dialect.error(StatusCode::UNAUTHORIZED, "bad_refresh", "Токен обновления недействителен"),
            };
        }
        if method.is_write() {
            state.changes += 1;
        }
        if method == Method::Update && dialect.update_blanks {
            for prop in dialect.takes(method).filter(|prop| PROFILE.iter().any(|own| own.name == prop.name)) {
                if fields.given(prop.name).is_none() {
                    fields.put(prop.name, Value::Null);
                }
            }
        }
        match handle(&mut state.core, method, &fields) {
            Ok(Reply::Found(value)) => dialect.answer(method, &value, calendar),
            Ok(Reply::NotFound(message)) => dialect.not_found(&message),
            Err(refusal) => self.refuse(method, &refusal),
        }
    }

    /// The answer 401, before the request is read.
    pub(crate) fn unauthorized(&self) -> Response<Body> {
        let mut response = self.dialect.error(StatusCode::UNAUTHORIZED, "unauthorized", "Требуется авторизация");
        response.headers_mut().insert("www-authenticate", HeaderValue::from_static("Bearer"));
        response
    }

    /// The marks of a request; empty if the request can't be parsed.
    pub(crate) fn marks(&self, method: Method, request: &RawRequest) -> Marks {
        let state = self.sandbox.at_now();
        let Ok(fields) = self.dialect.read(method, request, state.core.calendar()) else {
            return Marks { guid: None, transaction: None };
        };
        let account = fields.int("accountId").or_else(|| fields.int("id"));
        let newest = account.and_then(|id| state.core.transactions(id, Span::Last(1)).ok()?.first().map(|row| row.id));
        Marks { guid: fields.guid("checkGuid"), transaction: newest }
    }

    fn refuse(&self, method: Method, refusal: &Refusal) -> Response<Body> {
        let message = match refusal {
            // The field gets the name that it has in the request.
            Refusal::BadField { field, why } => {
                let prop = spec(method).request.iter().find(|prop| prop.name == *field);
                format!("Поле {}: {why}", prop.map_or_else(|| (*field).to_owned(), |prop| self.dialect.asked_as(prop)))
            }
            other => other.to_string(),
        };
        self.dialect.error(StatusCode::BAD_REQUEST, refusal.code(), &message)
    }

    fn sign_in(&self, sessions: &mut Sessions, now: Timestamp, method: Method, fields: &Fields) -> Option<Value> {
        let auth = self.sandbox.auth();
        let tokens = if method == Method::Login {
            let known = fields.text("login") == Some(&auth.login) && fields.text("password") == Some(&auth.password);
            known.then(|| sessions.open(now, auth.token_life))
        } else {
            sessions.renew(fields.text("refreshToken").unwrap_or_default(), now, auth.token_life)
        }?;
        let life = i64::try_from(auth.token_life.as_secs()).unwrap_or(i64::MAX);
        Some(Value::Record(vec![
            ("accessToken", Value::Text(tokens.access)),
            ("refreshToken", Value::Text(tokens.refresh)),
            ("expiresIn", Value::Int(life)),
            ("tokenType", Value::text("bearer")),
        ]))
    }

    /// Whether a request lacks the key of the application. A description that declares the key is shown without it.
    pub(crate) fn lacks_key(&self, path: &str, headers: &HeaderMap) -> bool {
        let Some(key) = &self.dialect.key else { return false };
        let viewer = format!("{}{}", self.dialect.prefix, self.dialect.viewer_path);
        let is_description = path == self.dialect.description_path || path == viewer;
        let is_open = is_description && key.declared != KeyDeclared::Nowhere;
        let has_key = headers.get(&key.header).is_some_and(|value| value.as_bytes() == key.value.as_bytes());
        !is_open && !has_key
    }

    /// Whether the caller has a valid access token or the permanent token.
    pub(crate) fn knows(&self, headers: &HeaderMap, query: &str) -> bool {
        let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let request = RawRequest { query, ..RawRequest::default() };
        let state = self.sandbox.at_now();
        self.admits(&state.sessions, state.core.now(), headers, &request)
    }

    fn admits(&self, sessions: &Sessions, now: Timestamp, headers: &HeaderMap, request: &RawRequest) -> bool {
        if self.dialect.login
            && token_in(headers, "authorization", "Bearer ").is_some_and(|token| sessions.admits(token, now))
        {
            return true;
        }
        let Some(permanent) = &self.sandbox.auth().token else { return false };
        match &self.dialect.token {
            None => false,
            Some(TokenPlace::Header { name, prefix }) => token_in(headers, name, prefix) == Some(permanent),
            Some(TokenPlace::Query { name }) => request.query.get(name) == Some(permanent),
        }
    }
}

/// The token in a header after its prefix. As in RFC 9110, the case of the prefix does not matter.
fn token_in<'a>(headers: &'a HeaderMap, name: &str, prefix: &str) -> Option<&'a str> {
    let value = headers.get(name)?.to_str().ok()?;
    let head = value.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &value[prefix.len()..])
}
