//! The server over HTTP: one router per dialect over the same sandbox.

mod carry;
mod control;
mod endpoint;
mod intake;
mod received;
mod running;
mod said;
mod wire;

use std::sync::Arc;

use axum::{
    Router,
    extract::{RawPathParams, Request, State},
    http::{StatusCode, header},
    middleware::{Next, from_fn},
    response::IntoResponse as _,
    routing::{MethodFilter, MethodRouter, get, on},
};

use endpoint::Endpoint;
pub use running::Running;

use crate::{
    dialect::{Dialect, Verb},
    sandbox::Sandbox,
};

impl Sandbox {
    /// The server in the table's dialect.
    pub fn router(&self) -> Router {
        self.router_in(&Dialect::table())
    }

    /// The server in a dialect.
    pub fn router_in(&self, dialect: &Dialect) -> Router {
        let endpoint = Arc::new(Endpoint { sandbox: self.clone(), dialect: dialect.clone() });
        let mut router: Router<Arc<Endpoint>> = Router::new();
        for method in dialect.methods() {
            let route = dialect.route(method);
            let handler: MethodRouter<Arc<Endpoint>> = on(
                filter(route.verb),
                move |State(endpoint): State<Arc<Endpoint>>, path: RawPathParams, request: Request| async move {
                    intake::take_in(endpoint, method, path, request).await
                },
            );
            router = router.route(&format!("{}/{}", dialect.base, route.path), handler);
        }
        if let Some(published) = dialect.published() {
            let to_others = dialect.published_to_others();
            let description = get(async move |State(endpoint): State<Arc<Endpoint>>, request: Request| {
                let is_known = endpoint.knows(request.headers(), request.uri().query().unwrap_or_default());
                match if is_known { Some(published) } else { to_others } {
                    Some(shown) => ([(header::CONTENT_TYPE, shown.content_type)], shown.body).into_response(),
                    None => endpoint.unauthorized(),
                }
            });
            let page = page(dialect);
            let viewer = get(move || async move { axum::response::Html(page) });
            router = router
                .route(&dialect.description_path, description)
                .route(&format!("{}{}", dialect.prefix, dialect.viewer_path), viewer);
        }
        let absent = Arc::clone(&endpoint);
        let router = router.with_state(Arc::clone(&endpoint)).fallback(move |_: Request| {
            let endpoint = Arc::clone(&absent);
            async move { endpoint.dialect.error(StatusCode::NOT_FOUND, "no_such_method", "Метод не найден") }
        });
        if dialect.key.is_none() {
            return router;
        }
        router.layer(from_fn(move |request: Request, next: Next| {
            let endpoint = Arc::clone(&endpoint);
            async move {
                match endpoint.lacks_key(request.uri().path(), request.headers()) {
                    true => endpoint.dialect.error(StatusCode::FORBIDDEN, "key_required", "Нужен ключ приложения"),
                    false => next.run(request).await,
                }
            }
        }))
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
