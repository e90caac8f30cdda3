//! Servers of other services with descriptions of their own. An office that types a wrong address may meet one. None of them has a
//! method of ProBonus.

use axum::{
    Json, Router,
    body::Bytes,
    http::{StatusCode, header},
    response::Html,
    routing::get,
};
use serde_json::json;

/// Another service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignService {
    /// A payment service with loyalty accounts, customers and refunds, similar to Square.
    Payments,
    /// A promotion engine with loyalty programs, similar to Talon.One.
    Promotions,
    /// A web shop made from the ASP.NET template: it has a sign-in, customers with a balance, and the template's weather forecast.
    Storefront,
}

impl ForeignService {
    /// Every service.
    pub const ALL: [Self; 3] = [Self::Payments, Self::Promotions, Self::Storefront];

    /// Its name, as the command line takes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Payments => "payments",
            Self::Promotions => "promotions",
            Self::Storefront => "storefront",
        }
    }

    /// The service of a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    /// Its description: OpenAPI 3, JSON.
    #[must_use]
    pub const fn document(self) -> &'static str {
        match self {
            Self::Payments => include_str!("payments.json"),
            Self::Promotions => include_str!("promotions.json"),
            Self::Storefront => include_str!("storefront.json"),
        }
    }

    /// The path of its description.
    #[must_use]
    pub const fn description_path(self) -> &'static str {
        match self {
            Self::Payments => "/openapi.json",
            Self::Promotions => "/swagger.json",
            Self::Storefront => "/swagger/v1/swagger.json",
        }
    }

    /// The server: its description, a start page, and 404 for everything else.
    pub fn router(self) -> Router {
        let (path, document) = (self.description_path(), Bytes::from_static(self.document().as_bytes()));
        let description = get(async move || ([(header::CONTENT_TYPE, "application/json")], document));
        let page = Html("<!DOCTYPE html><title>Welcome</title><h1>It works!</h1>");
        Router::new().route(path, description).route("/", get(async move || page)).fallback(async || {
            let body = json!({ "errors": [{ "category": "INVALID_REQUEST_ERROR", "code": "NOT_FOUND" }] });
            (StatusCode::NOT_FOUND, Json(body))
        })
    }
}
