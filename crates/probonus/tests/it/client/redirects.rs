//! The token goes to the server it is for, and nowhere else.

use probonus::{
    Delivery::{Refused, Unknown},
    ErrorKind, Loyalty, Method,
    binding::{Binding, Place, SecretConstant},
    codec::SecretConstants,
};

use super::support::{GROUPS, Server, builder, client, head, json, refill};

#[tokio::test]
async fn a_document_is_followed_on_the_same_server_only() {
    let other = Server::always(json(200, "{}")).await;
    let elsewhere = format!("location: {}/swagger.json\r\n", other.url());
    let rows = [
        ("location: /moved/swagger.json\r\n".to_owned(), true),
        ("location: swagger.json?v=2\r\n".to_owned(), true),
        (elsewhere, false),
        ("location: //portal.example/login\r\n".to_owned(), false),
        ("location: file:///etc/passwd\r\n".to_owned(), false),
        (String::new(), false),
    ];
    for (location, followed) in rows {
        let redirect = location.clone();
        let server = Server::start(move |n, _| if n == 0 { head(302, &redirect) } else { json(200, "{}") }).await;
        let result = client(&server).fetch_document("/swagger/v1/swagger.json").await;
        match result {
            Ok(document) => assert!(followed && document.body == "{}", "{location}"),
            Err(error) => assert!(!followed && error.kind() == ErrorKind::Redirect, "{location}: {error}"),
        }
    }
    assert!(other.requests().is_empty(), "the token went to another server");
}

#[tokio::test]
async fn a_document_is_asked_for_with_the_keys_of_its_own_server_alone() {
    let (own, other) = (Server::always(json(200, "{}")).await, Server::always(json(200, "{}")).await);
    let mut keys = SecretConstants::default();
    let places =
        [(Place::Header, "X-Api-Key"), (Place::Query, "app key"), (Place::Body, "/key"), (Place::Header, "Host")];
    for (place, name) in places {
        keys.insert(SecretConstant { place, name: name.into() }, "k3y&".into());
    }
    let client = client(&own).with_secrets(keys);
    client.fetch_document("/swagger.json?v=2").await.unwrap();
    client.fetch_document_anywhere(&format!("{}/swagger.json", other.url())).await.unwrap();
    let [asked] = own.requests().try_into().unwrap();
    assert!(asked.starts_with("GET /swagger.json?v=2&app%20key=k3y%26 HTTP"), "{asked}");
    assert!(asked.to_lowercase().contains("x-api-key: k3y&\r\n") && !asked.contains("/key"), "{asked}");
    assert_eq!(asked.matches("k3y").count(), 2, "{asked}");
    assert!(!other.requests()[0].contains("k3y"), "a key went to another server");
}

#[tokio::test]
async fn going_round_in_circles_ends() {
    let server = Server::start(|n, _| head(302, &format!("location: /{n}\r\n"))).await;
    let error = client(&server).fetch_document("/swagger.json").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RedirectLoop);
    assert_eq!(server.requests().len(), 6, "the request and five redirects");
}

#[tokio::test]
async fn a_document_on_another_server_is_not_asked_for() {
    let server = Server::always(json(200, GROUPS)).await;
    let client = client(&server);
    let error = client.fetch_document("https://other.example/swagger.json").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(client.fetch_document(&format!("{}/swagger.json", server.url())).await.is_ok());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_call_with_a_body_is_never_redirected() {
    let server = Server::start(|n, _| if n == 0 { head(307, "location: /again\r\n") } else { json(200, GROUPS) }).await;
    assert_eq!(client(&server).groups().await.unwrap_err().kind(), ErrorKind::Redirect);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_server_that_moved_to_https_is_told_from_one_that_sends_elsewhere() {
    for (location, kind, said) in [
        ("https://127.0.0.1/api/v0/", ErrorKind::RedirectToTls, "https on the same host"),
        ("https://login.hotel.example/?token=1", ErrorKind::Redirect, "a redirect to https://login.hotel.example"),
    ] {
        let server = Server::always(head(302, &format!("location: {location}\r\n"))).await;
        let error = client(&server).groups().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{location}: {error}");
        assert!(error.to_string().ends_with(said), "{error}");
    }
}

/// A server may want a write by GET, and answer a finished one by a redirect to the very same address.
#[tokio::test]
async fn a_write_is_never_followed_whatever_its_verb() {
    let mut binding = Binding::default();
    for (key, value) in [
        ("verb", "GET"),
        ("field.account", "query accountId any required"),
        ("field.sum", "query sum integer kopecks required"),
        ("field.comment", "query comment string"),
    ] {
        binding.overrule(Some(Method::Refill), key, value).unwrap();
    }
    for (status, delivery) in [(301, Unknown), (302, Unknown), (303, Unknown), (307, Unknown), (308, Refused)] {
        let redirect = head(status, "location: /api/v0/accounts/refill?accountId=15&sum=10000\r\n");
        let server = Server::start(move |n, _| if n == 0 { redirect.clone() } else { json(200, "{}") }).await;
        let client = builder(&server.url()).binding(binding.clone()).build().unwrap();
        let error = client.refill(&refill()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::Redirect, delivery), "{status}: {error}");
        assert_eq!(server.requests().len(), 1, "{status}: a write goes out once");
    }
}
