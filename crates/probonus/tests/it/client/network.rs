//! Addresses, names and proxies of real offices.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::extract::{ConnectInfo, State};
use probonus::{
    Auth, Client, Delivery, ErrorKind, Loyalty,
    client::{AddressError, BuildError, CheckStep, ServerAddress, StepOutcome},
};

use super::support::{GROUPS, Server, builder, client, json, refill};

#[test]
fn an_address_is_understood_as_people_type_it() {
    for (text, address, base) in [
        ("https://bonus.example.ru", "https://bonus.example.ru", ""),
        ("  bonus.example.ru/ ", "https://bonus.example.ru", ""),
        ("bonus.example.ru:6896", "https://bonus.example.ru:6896", ""),
        ("http://probonus.pro:6896/", "http://probonus.pro:6896", ""),
        ("HTTP://Bonus.Example.RU", "http://bonus.example.ru", ""),
        ("https://бонус.рф", "https://xn--90aycnj.xn--p1ai", ""),
        ("http://[::1]:8080", "http://[::1]:8080", ""),
        ("http://192.168.0.5", "http://192.168.0.5", ""),
        ("http://bonus_server", "http://bonus_server", ""),
        ("https://gate.example/loyalty/", "https://gate.example/loyalty", "/loyalty"),
        ("https://gate.example/loyalty/api/v0/accounts/refill?x=1#y", "https://gate.example/loyalty", "/loyalty"),
        ("http://bonus.example/swagger/index.html", "http://bonus.example", ""),
        ("«https://bonus.example/»,", "https://bonus.example", ""),
        ("<http://[fe80::1]:6896/Swagger/>", "http://[fe80::1]:6896", ""),
        (
            "кириллица.рф:8443/loyalty/swagger/index.html#/accounts",
            "https://xn--80apaahia1b8c.xn--p1ai:8443/loyalty",
            "/loyalty",
        ),
    ] {
        let parsed: ServerAddress = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!((parsed.to_string().as_str(), parsed.base_path()), (address, base), "{text}");
        assert_eq!(parsed.is_plaintext(), address.starts_with("http://"), "{text}");
    }
    for (text, why) in [
        ("", AddressError::Empty),
        (" \u{200b}", AddressError::Empty),
        ("ftp://bonus.example", AddressError::Scheme),
        ("https://", AddressError::NotAnAddress),
        ("https://a b", AddressError::NotAnAddress),
        ("https://user:pass@bonus.example", AddressError::Credentials),
    ] {
        assert_eq!(text.parse::<ServerAddress>().unwrap_err(), why, "{text}");
    }
}

#[tokio::test]
async fn a_base_path_stands_before_every_call() {
    let server = Server::always(json(200, GROUPS)).await;
    builder(&format!("{}/loyalty", server.url())).build().unwrap().groups().await.unwrap();
    let line = server.requests()[0].lines().next().unwrap().to_owned();
    assert!(line.contains(" /loyalty/api/v0/account_groups/list"), "{line}");
}

#[tokio::test]
async fn a_host_may_be_an_address_of_the_newer_kind() {
    let Ok(listener) = tokio::net::TcpListener::bind("[::1]:0").await else { return println!("no IPv6 here") };
    let address = listener.local_addr().unwrap();
    let host = Arc::new(Mutex::new(String::new()));
    let told = Arc::clone(&host);
    let answer = move |headers: axum::http::HeaderMap| async move {
        *told.lock().unwrap() = headers["host"].to_str().unwrap().to_owned();
        ([("content-type", "application/json")], GROUPS)
    };
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(answer)).await });
    let client = builder(&format!("http://[0:0:0:0:0:0:0:1]:{}/", address.port())).build().unwrap();
    assert_eq!(client.groups().await.unwrap().len(), 1);
    assert_eq!(*host.lock().unwrap(), format!("[::1]:{}", address.port()));
    let report = client.check().await;
    assert!(report.passed(), "{report:?}");
}

#[test]
fn what_can_not_be_a_client_is_refused_before_anything_is_sent() {
    let refused = |builder: probonus::ClientBuilder| builder.build().unwrap_err();
    assert_eq!(refused(Client::builder("https://bonus.example")), BuildError::NoAuth);
    for token in ["", " \n", "кириллица", "line\nbreak"] {
        let refused = refused(builder("https://bonus.example").auth(Auth::Token(token.into())));
        assert_eq!(refused, BuildError::Token, "{token:?}");
    }
}

#[tokio::test]
async fn no_server_and_no_such_name_are_told_apart_and_nothing_is_sent() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for (url, kind) in [
        (format!("http://{free}"), ErrorKind::CannotConnect),
        ("http://no-such-host.invalid".to_owned(), ErrorKind::NameNotResolved),
    ] {
        let error = builder(&url).build().unwrap().refill(&refill()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (kind, Delivery::NotSent), "{error}");
    }
}

#[tokio::test]
async fn reads_share_a_connection_and_each_write_has_its_own() {
    type Peers = Arc<Mutex<Vec<SocketAddr>>>;
    let peers = Peers::default();
    let answer = |State(peers): State<Peers>, ConnectInfo(peer): ConnectInfo<SocketAddr>| async move {
        peers.lock().unwrap().push(peer);
        ([("content-type", "application/json")], GROUPS)
    };
    let router = axum::Router::new().fallback(answer).with_state(peers.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });

    let client = builder(&url).build().unwrap();
    client.groups().await.unwrap();
    client.groups().await.unwrap();
    let _ = client.refill(&refill()).await;
    let _ = client.refill(&refill()).await;
    let peers = peers.lock().unwrap();
    assert_eq!(peers[0], peers[1]);
    let writes = [peers[2], peers[3]];
    assert!(writes[0] != writes[1] && !writes.contains(&peers[0]), "{peers:?}");
}

#[tokio::test]
async fn a_check_of_the_connection_says_which_step_failed() {
    use CheckStep::{Answer, Authorise, Connect, Groups, Resolve};
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let good = Server::always(json(200, GROUPS)).await;
    let stranger = Server::always(json(401, "{}")).await;
    let portal = Server::always(json(200, "<html>")).await;
    let odd = Server::always(json(200, r#"[{"unexpected":true}]"#)).await;
    for (url, failed) in [
        (good.url(), None),
        ("http://no-such-host.invalid".to_owned(), Some(Resolve)),
        (format!("http://{closed}"), Some(Connect)),
        (portal.url(), Some(Answer)),
        (stranger.url(), Some(Authorise)),
        (odd.url(), Some(Groups)),
    ] {
        let report = builder(&url).build().unwrap().check().await;
        let step = report.steps.iter().find(|step| step.outcome == StepOutcome::Failed).map(|step| step.step);
        assert_eq!(step, failed, "{url}: {:?}", report.error);
        assert_eq!(report.passed(), failed.is_none());
        assert!(report.plaintext);
        assert_eq!(report.steps.len(), 5, "no TLS over http");
    }
    assert_eq!(client(&good).check().await.groups.len(), 1);
}
