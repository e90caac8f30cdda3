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

/// A binding whose search by phone is a GET with a query.
fn search_by_get() -> Binding {
    let mut binding = Binding::default();
    for (key, value) in [("verb", "GET"), ("field.phone", "query phone string 7XXXXXXXXXX required")] {
        binding.overrule(Some(Method::FindByPhone), key, value).unwrap();
    }
    binding
}

/// Servers do by GET what they are told, and the redirect carries the token.
#[tokio::test]
async fn a_call_is_followed_to_the_same_call_only() {
    for (location, followed) in [
        ("/api/v0/accounts/find_by_phone/?phone=79161234567", true),
        ("/api/v1/Accounts/Find_By_Phone?phone=79161234567", true),
        ("/api/v0/accounts/refill?accountId=101&sum=100", false),
        ("/api/v0/accounts/refill?phone=79161234567", false),
        ("/api/v0/accounts/find_by_phone?phone=79160000001", false),
        ("/api/v0/accounts/find_by_phone", false),
        ("/error/404?phone=79161234567", false),
    ] {
        let redirect = head(302, &format!("location: {location}\r\n"));
        let server = Server::start(move |n, _| if n == 0 { redirect.clone() } else { json(200, "[]") }).await;
        let client = builder(&server.url()).binding(search_by_get()).build().unwrap();
        let found = client.find_by_phone(&"+79161234567".parse().unwrap()).await;
        assert_eq!(server.requests().len(), if followed { 2 } else { 1 }, "{location}");
        match found {
            Ok(found) => assert!(followed && found.is_empty(), "{location}"),
            Err(error) => assert!(!followed && error.kind() == ErrorKind::Redirect, "{location}: {error}"),
        }
    }
}

#[tokio::test]
async fn a_document_is_never_followed_to_a_write() {
    let mut binding = Binding::default();
    binding.overrule(Some(Method::ReturnCheck), "path", "/purchases/undo").unwrap();
    for location in
        ["/api/v0/accounts/refill?accountId=101&sum=100", "/API//Accounts/Refill/", "/gate/purchases/undo?guid=1"]
    {
        let redirect = head(302, &format!("location: {location}\r\n"));
        let server = Server::start(move |n, _| if n == 0 { redirect.clone() } else { json(200, "{}") }).await;
        let client = builder(&server.url()).binding(binding.clone()).build().unwrap();
        let error = client.fetch_document("/swagger/v1/swagger.json").await.unwrap_err();
        assert_eq!((error.kind(), server.requests().len()), (ErrorKind::Redirect, 1), "{location}: {error}");
    }
}

#[tokio::test]
async fn a_redirect_that_is_refused_says_why_and_where_it_leads() {
    let other = Server::always(json(200, "{}")).await;
    for (location, why) in [
        (
            "/api/v0/accounts/refill?sum=1",
            "a redirect of a read to where the server writes, on this server: /api/v0/accounts/refill",
        ),
        ("/guests/79161234567?token=1", "a redirect of a call to another, on this server: /guests/…"),
        (&format!("{}/x?token=1", other.url()), &format!("a redirect to {}", other.url())),
    ] {
        let server = Server::always(head(302, &format!("location: {location}\r\n"))).await;
        let client = builder(&server.url()).binding(search_by_get()).build().unwrap();
        let error = client.find_by_phone(&"+79161234567".parse().unwrap()).await.unwrap_err();
        assert_eq!(error.detail(), Some(why), "{location}");
        // The same call with a body.
        let error = self::client(&server).groups().await.unwrap_err();
        let why =
            if location.starts_with('/') { "a redirect of a request that is no GET, on this server: " } else { why };
        assert!(error.detail().unwrap().starts_with(why), "{location}: {error}");
    }
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
