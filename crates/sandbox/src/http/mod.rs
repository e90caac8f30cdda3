//! The server over HTTP: one router per dialect over the same sandbox.

mod control;
mod intake;
mod running;
mod wire;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{RawPathParams, Request, State},
    http::{HeaderMap, Response, StatusCode, header},
    routing::{MethodFilter, MethodRouter, get, on},
};

pub(crate) use intake::Letter;
pub use running::Running;
pub(crate) use wire::Connection;

use crate::{
    Dialect, Sandbox,
    core::refusal::Refusal,
    dialect::{RawRequest, TokenPlace, Verb},
    protocol::{Fields, Method, PROFILE, Reply, Value, attend},
};

/// What every handler of a router knows.
pub(crate) struct Counter {
    pub(crate) sandbox: Sandbox,
    pub(crate) dialect: Dialect,
}

impl Sandbox {
    /// The server in the table's dialect.
    pub fn router(&self) -> Router {
        self.router_in(&Dialect::table())
    }

    /// The server in a dialect.
    pub fn router_in(&self, dialect: &Dialect) -> Router {
        let counter = Arc::new(Counter { sandbox: self.clone(), dialect: dialect.clone() });
        let mut router: Router<Arc<Counter>> = Router::new();
        for method in dialect.methods() {
            let route = dialect.route(method);
            let handler: MethodRouter<Arc<Counter>> = on(
                filter(route.verb),
                move |State(counter): State<Arc<Counter>>, path: RawPathParams, request: Request| async move {
                    intake::take_in(counter, method, path, request).await
                },
            );
            router = router.route(&format!("{}/{}", dialect.base, route.path), handler);
        }
        if let Some(published) = dialect.published() {
            let (content_type, body) = (published.content_type, axum::body::Bytes::from(published.body));
            let description = get(move || async move { ([(header::CONTENT_TYPE, content_type)], body) });
            let page = page(dialect);
            router = router
                .route(&dialect.description_path, description)
                .route(&format!("{}/swagger", dialect.prefix), get(move || async move { axum::response::Html(page) }));
        }
        router.with_state(Arc::clone(&counter)).fallback(move |_: Request| {
            let counter = Arc::clone(&counter);
            async move { counter.dialect.error(StatusCode::NOT_FOUND, "no_such_method", "Метод не найден") }
        })
    }
}

/// A page for a person who opens the server in a browser.
fn page(dialect: &Dialect) -> String {
    let methods = dialect.methods().map(|method| {
        let (route, about) = (dialect.route(method), crate::protocol::spec(method).about);
        format!("<li><code>{:?} {}/{}</code> — {about}</li>", route.verb, dialect.base, route.path)
    });
    format!(
        "<!DOCTYPE html><html lang=\"ru\"><meta charset=\"utf-8\"><title>ProBonus API</title><h1>ProBonus API</h1>\
         <p><a href=\"{0}\">{0}</a></p><ul>{1}</ul></html>",
        dialect.description_path,
        methods.collect::<String>(),
    )
}

const fn filter(verb: Verb) -> MethodFilter {
    match verb {
        Verb::Get => MethodFilter::GET,
        Verb::Post => MethodFilter::POST,
        Verb::Put => MethodFilter::PUT,
        Verb::Patch => MethodFilter::PATCH,
    }
}

impl Counter {
    /// Carries out a request, at this moment and in one step.
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
            Err(misread) => return dialect.error(StatusCode::BAD_REQUEST, "bad_request", &misread.0),
        };
        if method.is_auth() {
            state.changes += 1;
            return match self.sign_in(&mut state.sessions, now, method, &fields) {
                Some(tokens) => dialect.answer(method, &tokens, calendar),
                None if method == Method::Login => {
                    dialect.error(StatusCode::UNAUTHORIZED, "bad_login", "Неверный логин или пароль")
                }
                None => dialect.error(StatusCode::UNAUTHORIZED, "bad_refresh", "Токен обновления недействителен"),
            };
        }
        if method.is_write() {
            state.changes += 1;
        }
        if method == Method::Update && dialect.update_blanks {
            for prop in dialect.takes(method).filter(|prop| PROFILE.contains(&prop.name)) {
                if fields.given(prop.name).is_none() {
                    fields.put(prop.name, Value::Null);
                }
            }
        }
        match attend(&mut state.core, method, &fields) {
            Ok(Reply::Is(value)) => dialect.answer(method, &value, calendar),
            Ok(Reply::NotFound(message)) => dialect.not_found(&message),
            Err(refusal) => self.refuse(method, &refusal),
        }
    }

    pub(crate) fn unauthorized(&self) -> Response<Body> {
        let mut response = self.dialect.error(StatusCode::UNAUTHORIZED, "unauthorized", "Требуется авторизация");
        response.headers_mut().insert("www-authenticate", axum::http::HeaderValue::from_static("Bearer"));
        response
    }

    fn refuse(&self, method: Method, refusal: &Refusal) -> Response<Body> {
        let message = match refusal {
            // The field is named as the caller called it.
            Refusal::BadField { field, why } => {
                let prop = crate::protocol::spec(method).request.iter().find(|prop| prop.name == *field);
                format!("Поле {}: {why}", prop.map_or_else(|| (*field).to_owned(), |prop| self.dialect.asked_as(prop)))
            }
            other => other.to_string(),
        };
        self.dialect.error(StatusCode::BAD_REQUEST, refusal.code(), &message)
    }

    fn sign_in(
        &self,
        sessions: &mut crate::session::Sessions,
        now: jiff::Timestamp,
        method: Method,
        fields: &Fields,
    ) -> Option<Value> {
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
        ]))
    }

    fn admits(
        &self,
        sessions: &crate::session::Sessions,
        now: jiff::Timestamp,
        headers: &HeaderMap,
        request: &RawRequest,
    ) -> bool {
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

/// The token of a header after its prefix; the prefix's case does not matter, as RFC 9110 has it.
fn token_in<'a>(headers: &'a HeaderMap, name: &str, prefix: &str) -> Option<&'a str> {
    let value = headers.get(name)?.to_str().ok()?;
    let head = value.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &value[prefix.len()..])
}
