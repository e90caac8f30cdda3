//! The HTTP interface of the development host.
//!
//! | request | answer |
//! |---|---|
//! | `POST /command/<name>`, JSON object of arguments | 200 and the result |
//! | the same, and the program refuses or fails | 422 and the program's error |
//! | the same, with an unknown name or arguments that can't be read | 400 and a text |
//! | `GET /events` | server-sent events with the names of the program's events and JSON payloads |
//!
//! Every request needs the key of this start in [`KEY`]. The page's development server adds it; another web page in the same
//! browser does not have it. A request through that server has the browser's `Origin`; the host refuses the origin of another
//! page.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{
        IntoResponse as _, Response,
        sse::{KeepAlive, Sse},
    },
    routing::{get, post},
};
use futures::{Stream, stream};
use serde_json::Value;
use tauri::{
    WebviewWindow,
    ipc::{CallbackFn, InvokeBody, InvokeError, InvokeResponse, InvokeResponseBody},
    test::{INVOKE_KEY, MockRuntime},
    webview::InvokeRequest,
};
use tokio::sync::{broadcast, oneshot};

use super::event::Event;

/// The header that carries the key of this start.
pub const KEY: &str = "x-office-dev-key";

/// Who may call.
pub struct Gate {
    /// The key of this start.
    pub key: String,
    /// The page's address, as a browser sends it.
    pub page: String,
}

#[derive(Clone)]
struct Host {
    window: WebviewWindow<MockRuntime>,
    events: broadcast::Sender<Event>,
}

/// The routes, behind the gate.
pub fn router(gate: Gate, window: WebviewWindow<MockRuntime>, events: broadcast::Sender<Event>) -> Router {
    Router::new()
        .route("/command/{name}", post(command))
        .route("/events", get(listen))
        .layer(middleware::from_fn_with_state(Arc::new(gate), check))
        .with_state(Host { window, events })
}

/// Lets a request through if it has the key and does not come from another page than ours.
async fn check(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    if !gate.admits(request.headers()) {
        return (StatusCode::FORBIDDEN, "only the page of this development server may call").into_response();
    }
    next.run(request).await
}

impl Gate {
    fn admits(&self, headers: &HeaderMap) -> bool {
        let is_our_page = headers.get(header::ORIGIN).is_none_or(|origin| origin == self.page.as_str());
        // A page of another site can make the browser send a request without an `Origin`: for an image, by a link.
        let is_of_site = headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
        is_our_page && is_of_site && headers.get(KEY).is_some_and(|key| key == self.key.as_str())
    }
}

async fn command(State(host): State<Host>, Path(name): Path<String>, Json(arguments): Json<Value>) -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    match host.invoke(name, arguments).await {
        Some(InvokeResponse::Ok(InvokeResponseBody::Json(result))) => (json, result).into_response(),
        Some(InvokeResponse::Ok(InvokeResponseBody::Raw(bytes))) => bytes.into_response(),
        // Tauri's own refusals are strings; the program's errors are objects.
        Some(InvokeResponse::Err(InvokeError(Value::String(text)))) => (StatusCode::BAD_REQUEST, text).into_response(),
        Some(InvokeResponse::Err(InvokeError(error))) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Json(error)).into_response()
        }
        None => (StatusCode::INTERNAL_SERVER_ERROR, "the command did not end").into_response(),
    }
}

impl Host {
    /// Calls a command as the window's page does. `None`: it panicked.
    async fn invoke(&self, name: String, arguments: Value) -> Option<InvokeResponse> {
        let request = InvokeRequest {
            cmd: name,
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: self.window.url().ok()?,
            body: InvokeBody::Json(arguments),
            headers: HeaderMap::new(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        let (done, result) = oneshot::channel();
        let done = std::sync::Mutex::new(Some(done));
        let responder = move |_, _, response, _, _| {
            if let Some(done) = done.lock().ok().and_then(|mut done| done.take()) {
                // A page that left meanwhile needs no answer.
                let _ = done.send(response);
            }
        };
        self.window.as_ref().clone().on_message(request, Box::new(responder));
        result.await.ok()
    }
}

async fn listen(State(host): State<Host>) -> Sse<impl Stream<Item = Result<axum::response::sse::Event, Infallible>>> {
    let events = stream::unfold(host.events.subscribe(), |mut events| async move {
        // A reader that is too slow is disconnected. The browser connects again, and the page asks for the whole state.
        let Event { name, payload } = events.recv().await.ok()?;
        Some((Ok(axum::response::sse::Event::default().event(name).data(payload)), events))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
