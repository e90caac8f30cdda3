//! Proxies, with real small ones: forwarding, tunnels, SOCKS, passwords, and the system's own settings.

use std::{
    process::Command,
    sync::{Arc, Mutex},
};

use probonus::{
    Auth, Client, Delivery, ErrorKind, Loyalty,
    client::{Proxy, ServerAddress, SystemProxy},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::{
    support::{GROUPS, Reply, Server, builder, head, json, refill},
    tls,
};

/// `olga:пароль`
const PASS: &str = "proxy-authorization: Basic b2xnYTrQv9Cw0YDQvtC70Yw=";

/// A proxy that passes on what it is asked to, to any name as if it were this machine.
struct SmallProxy {
    url: String,
    /// First lines of what it was asked.
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl SmallProxy {
    async fn start(wants_password: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let seen = Arc::clone(&seen);
                tokio::spawn(async move { serve(stream, wants_password, &seen).await });
            }
        });
        Self { url, asked, task }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn through(&self, password: Option<&str>) -> Proxy {
        through(&self.url, password)
    }
}

impl Drop for SmallProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn through(url: &str, password: Option<&str>) -> Proxy {
    let credentials = password.map(|password| ("olga".to_owned(), password.into()));
    Proxy::Through { address: url.parse().unwrap(), credentials }
}

/// One connection: a head is read, judged, and joined with the server's.
async fn serve(mut stream: TcpStream, wants_password: bool, seen: &Mutex<Vec<String>>) -> Option<()> {
    let mut asked = Vec::new();
    while !asked.windows(4).any(|four| four == b"\r\n\r\n") {
        asked.push(stream.read_u8().await.ok()?);
    }
    let text = String::from_utf8(asked).ok()?;
    let line = text.lines().next()?.to_owned();
    seen.lock().unwrap().push(line.clone());
    if wants_password && !text.to_lowercase().contains(&PASS.to_lowercase()) {
        let refusal = b"HTTP/1.1 407 X\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        stream.write_all(refusal).await.ok()?;
        return stream.shutdown().await.ok();
    }
    let target = line.split(' ').nth(1)?;
    let port = target.trim_start_matches("http://").split('/').next()?.rsplit_once(':')?.1;
    let mut server = TcpStream::connect(format!("127.0.0.1:{port}")).await.ok()?;
    if line.starts_with("CONNECT ") {
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.ok()?;
    } else {
        server.write_all(text.as_bytes()).await.ok()?;
    }
    copy_bidirectional(&mut stream, &mut server).await.ok().map(drop)
}

#[tokio::test]
async fn plain_requests_are_forwarded_and_secure_ones_tunnelled_with_the_password_told_to_the_proxy_only() {
    let plain = Server::always(json(200, GROUPS)).await;
    let (secure, authority) = tls::of_the_office(&["bonus.example"]).await;
    let proxy = SmallProxy::start(true).await;
    let (http, https) = (plain.address.port(), secure.address.port());
    for (url, server) in
        [(format!("http://bonus.example:{http}"), &plain), (format!("https://bonus.example:{https}"), &secure)]
    {
        let client = builder(&url).extra_roots(authority.as_bytes());
        let client = client.proxy(proxy.through(Some("пароль"))).build().unwrap();
        assert_eq!(client.groups().await.unwrap().len(), 1, "{url}");
        let told = server.requests().join("").to_lowercase();
        assert!(told.contains("bearer s3cr3t-t0ken"), "{told}");
        // Of a plain request the proxy itself takes its header out; in a tunnel it never is.
        assert!(server.address.port() == http || !told.contains("proxy-authorization"), "{told}");
    }
    let asked = proxy.asked();
    assert!(asked[0].starts_with(&format!("POST http://bonus.example:{http}/api/v0/")), "{asked:?}");
    assert_eq!(asked[1], format!("CONNECT bonus.example:{https} HTTP/1.1"));
}

#[tokio::test]
async fn a_name_in_russian_is_asked_for_as_the_network_spells_it() {
    let plain = Server::always(json(200, GROUPS)).await;
    let (secure, authority) = tls::of_the_office(&["xn--90aycnj.xn--p1ai"]).await;
    let proxy = SmallProxy::start(false).await;
    for (scheme, server) in [("http", &plain), ("https", &secure)] {
        let url = format!("{scheme}://бонус.рф:{}", server.address.port());
        let client = builder(&url).extra_roots(authority.as_bytes()).proxy(proxy.through(None)).build().unwrap();
        assert_eq!(client.groups().await.unwrap().len(), 1, "{url}");
        let host = format!("host: xn--90aycnj.xn--p1ai:{}", server.address.port());
        assert!(server.requests()[0].to_lowercase().contains(&host), "{:?}", server.requests());
    }
    assert!(proxy.asked().iter().all(|line| line.contains("xn--90aycnj.xn--p1ai:")), "{:?}", proxy.asked());
}

#[tokio::test]
async fn a_wrong_password_of_the_proxy_is_told_from_one_of_the_server() {
    let server = Server::always(json(200, GROUPS)).await;
    let proxy = SmallProxy::start(true).await;
    for url in [format!("http://bonus.example:{}", server.address.port()), "https://bonus.example".to_owned()] {
        for password in [None, Some("не тот")] {
            let client = builder(&url).proxy(proxy.through(password)).build().unwrap();
            let error = client.refill(&refill()).await.unwrap_err();
            let told = (error.kind(), error.delivery());
            assert_eq!(told, (ErrorKind::ProxyPassword, Delivery::NotSent), "{url}, {password:?}: {error}");
            assert!(!format!("{error:?}").contains("не тот"));
        }
    }
    assert!(server.requests().is_empty());
}

/// NTLM and Negotiate are not spoken: it is told, or the password would be asked for without end.
#[tokio::test]
async fn a_proxy_that_takes_only_a_sign_in_of_windows_is_told_from_one_that_wants_a_password() {
    let offers = "proxy-authenticate: Negotiate\r\nproxy-authenticate: NTLM\r\n";
    let proxy = Server::always(head(407, offers)).await;
    for url in ["http://bonus.example", "https://bonus.example"] {
        let client = builder(url).proxy(through(&proxy.url(), Some("пароль"))).build().unwrap();
        let error = client.refill(&refill()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::ProxyScheme, Delivery::NotSent), "{url}: {error}");
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_did_not_pass_the_request_on() {
    use ErrorKind::{Proxy as Refused, ProxyAbsent};
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let absent = through(&format!("http://{closed}"), None);
    let absent_socks = through(&format!("socks5://{closed}"), None);
    let no_name = through("http://no-such-proxy.invalid:3128", None);
    let forbids = Server::always(head(403, "")).await;
    let hangs_up = Server::always(Reply::Reset(Vec::new())).await;
    for (what, url, proxy, kind) in [
        ("absent", "https://bonus.example", absent.clone(), ProxyAbsent),
        ("absent", "http://bonus.example", absent, ProxyAbsent),
        ("absent", "https://bonus.example", absent_socks.clone(), ProxyAbsent),
        ("absent", "http://bonus.example", absent_socks, ProxyAbsent),
        ("not known", "https://bonus.example", no_name.clone(), ProxyAbsent),
        ("not known", "http://bonus.example", no_name, ProxyAbsent),
        ("forbids the tunnel", "https://bonus.example", through(&forbids.url(), None), Refused),
        ("hangs up", "https://bonus.example", through(&hangs_up.url(), None), Refused),
    ] {
        let error = builder(url).proxy(proxy).build().unwrap().refill(&refill()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (kind, Delivery::NotSent), "{what}, {url}: {error}");
    }
}

/// A SOCKS5 proxy that wants `olga` and `пароль`, and is told names rather than addresses.
async fn socks() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("socks5://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let seen = Arc::clone(&seen);
            tokio::spawn(async move { serve_socks(stream, &seen).await });
        }
    });
    (url, asked)
}

async fn serve_socks(mut stream: TcpStream, seen: &Mutex<Vec<String>>) -> std::io::Result<()> {
    async fn text(stream: &mut TcpStream) -> std::io::Result<String> {
        let mut bytes = vec![0; stream.read_u8().await?.into()];
        stream.read_exact(&mut bytes).await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
    assert_eq!(stream.read_u8().await?, 5);
    let mut methods = vec![0; stream.read_u8().await?.into()];
    stream.read_exact(&mut methods).await?;
    if !methods.contains(&2) {
        return stream.write_all(&[5, 0xff]).await;
    }
    stream.write_all(&[5, 2]).await?;
    stream.read_u8().await?;
    let (login, password) = (text(&mut stream).await?, text(&mut stream).await?);
    let known = (login.as_str(), password.as_str()) == ("olga", "пароль");
    stream.write_all(&[1, u8::from(!known)]).await?;
    if !known {
        return Ok(());
    }
    let mut command = [0; 4];
    stream.read_exact(&mut command).await?;
    assert_eq!(command, [5, 1, 0, 3], "a name, to be looked up by the proxy");
    let host = text(&mut stream).await?;
    let port = stream.read_u16().await?;
    seen.lock().unwrap().push(format!("{host}:{port}"));
    let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    copy_bidirectional(&mut stream, &mut server).await.map(drop)
}

#[tokio::test]
async fn a_socks_proxy_is_told_the_name_and_the_password() {
    let plain = Server::always(json(200, GROUPS)).await;
    let (secure, authority) = tls::of_the_office(&["bonus.example"]).await;
    let (proxy, asked) = socks().await;
    let (http, https) = (plain.address.port(), secure.address.port());
    for url in [format!("http://bonus.example:{http}"), format!("https://bonus.example:{https}")] {
        let client = builder(&url).extra_roots(authority.as_bytes()).proxy(through(&proxy, Some("пароль")));
        assert_eq!(client.build().unwrap().groups().await.unwrap().len(), 1, "{url}");
        for password in [None, Some("не тот")] {
            let client = builder(&url).proxy(through(&proxy, password)).build().unwrap();
            let error = client.refill(&refill()).await.unwrap_err();
            let told = (error.kind(), error.delivery());
            assert_eq!(told, (ErrorKind::ProxyPassword, Delivery::NotSent), "{url}, {password:?}: {error}");
        }
    }
    assert_eq!(*asked.lock().unwrap(), [format!("bonus.example:{http}"), format!("bonus.example:{https}")]);
}

/// The environment belongs to a whole process, so each case runs in one of its own: this very test, told what to do.
const CASE: &str = "PROBONUS_TEST_SYSTEM_PROXY";

#[tokio::test(flavor = "multi_thread")]
async fn the_systems_proxy_is_honoured() {
    if let Ok(url) = std::env::var(CASE) {
        return ask_as_the_system_says(&url).await;
    }
    let plain = Server::always(json(200, GROUPS)).await;
    let (secure, _) = tls::of_the_office(&["bonus.example"]).await;
    let proxy = SmallProxy::start(true).await;
    let with_password = proxy.url.replace("http://", "http://olga:%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C@");
    let http = format!("http://bonus.example:{}", plain.address.port());
    let https = format!("https://bonus.example:{}", secure.address.port());
    let local = format!("http://127.0.0.1:{}", plain.address.port());
    for (what, url, variables, asked) in [
        ("http", &http, vec![("HTTP_PROXY", with_password.as_str())], Some(("POST ", "Ok"))),
        ("a lower-case name", &http, vec![("http_proxy", &with_password)], Some(("POST ", "Ok"))),
        ("all", &http, vec![("ALL_PROXY", &with_password)], Some(("POST ", "Ok"))),
        ("no password", &http, vec![("HTTP_PROXY", &proxy.url)], Some(("POST ", "ProxyPassword"))),
        ("https", &https, vec![("HTTPS_PROXY", &with_password)], Some(("CONNECT ", "CertificateNotTrusted"))),
        ("https goes its own way", &https, vec![("HTTP_PROXY", &with_password)], None),
        ("an exception", &http, vec![("HTTP_PROXY", &with_password), ("NO_PROXY", "other,.example")], None),
        ("an exception of a network", &local, vec![("HTTP_PROXY", &with_password), ("NO_PROXY", "127.0.0.0/8")], None),
        ("nothing", &http, vec![], None),
    ] {
        let before = proxy.asked().len();
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "client::proxy::the_systems_proxy_is_honoured", "--nocapture"]).env(CASE, url);
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            child.env_remove(name).env_remove(name.to_lowercase());
        }
        let child = child.envs(variables);
        let mut child = std::mem::replace(child, Command::new("true"));
        let output = tokio::task::spawn_blocking(move || child.output().unwrap()).await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{what}: {said}");
        let asked_now = proxy.asked().split_off(before);
        match asked {
            Some((verb, ending)) => {
                assert!(asked_now.len() == 1 && asked_now[0].starts_with(verb), "{what}: {asked_now:?}");
                assert!(said.contains(&format!("ended: {ending}")), "{what}: {said}");
                assert!(said.contains(&format!("the system says: Some(\"{}\")", proxy.url)), "{what}: {said}");
            }
            None => {
                assert!(asked_now.is_empty(), "{what}: {asked_now:?}");
                assert!(said.contains("the system says: None"), "{what}: {said}");
            }
        }
    }
}

#[allow(clippy::print_stdout, reason = "the parent reads it")]
async fn ask_as_the_system_says(url: &str) {
    let server: ServerAddress = url.parse().unwrap();
    println!("the system says: {:?}", SystemProxy::now().for_server(&server));
    let client = Client::builder(url).auth(Auth::Token("s3cr3t-t0ken".into())).build().unwrap();
    match client.groups().await {
        Ok(_) => println!("ended: Ok"),
        Err(error) => println!("ended: {:?}", error.kind()),
    }
}

#[tokio::test]
async fn another_way_is_taken_without_signing_in_again() {
    let server = Server::always(json(200, GROUPS)).await;
    let proxy = SmallProxy::start(false).await;
    let straight = builder(&server.url()).build().unwrap();
    straight.groups().await.unwrap();
    assert!(proxy.asked().is_empty());
    let around = straight.over(proxy.through(None), Vec::new()).unwrap();
    around.groups().await.unwrap();
    assert_eq!(proxy.asked().len(), 1);
    around.over(Proxy::Direct, Vec::new()).unwrap().groups().await.unwrap();
    assert_eq!((proxy.asked().len(), server.requests().len()), (1, 3));
}
