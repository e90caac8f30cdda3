//! Proxies and authorities that are chosen while the program runs.

use std::sync::Mutex;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
};

use super::*;
use crate::{
    form::ProxyForm,
    shape::{ProxyKind, Step},
};

/// The proxy's password, and `olga:` with it as the proxy receives it.
pub(super) const PASSWORD: &str = "pr0xy-pa55word";
const TOLD: &str = "b2xnYTpwcjB4eS1wYTU1d29yZA==";

/// A proxy that wants a password. Returns its address and the requests that it gets.
pub(super) async fn proxy() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(pass_on(stream, Arc::clone(&seen)));
        }
    });
    (address, asked)
}

async fn pass_on(mut stream: TcpStream, seen: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let text = String::from_utf8(head).ok()?;
    let line = text.lines().next()?.to_owned();
    let known = text.contains(TOLD);
    seen.lock().unwrap().push(line.clone());
    if !known {
        let refusal = "HTTP/1.1 407 X\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        return stream.write_all(refusal.as_bytes()).await.ok();
    }
    let server = line.split(' ').nth(1)?.trim_start_matches("http://").split('/').next()?.to_owned();
    let mut server = TcpStream::connect(server).await.ok()?;
    server.write_all(text.as_bytes()).await.ok()?;
    copy_bidirectional(&mut stream, &mut server).await.ok().map(drop)
}

pub(super) fn own(address: &str, login: &str, password: Option<&str>, remember: &str) -> ProxyForm {
    form(json!({
        "kind": "own", "address": address, "login": login, "password": password, "remember": remember
    }))
}

pub(super) fn way(kind: &str) -> ProxyForm {
    form(json!({ "kind": kind, "address": "", "login": "", "password": null, "remember": "keychain" }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_is_taken_without_a_restart_and_its_password_lives_in_the_keychain_alone() {
    let (_sandbox, running) = server().await;
    let (address, asked) = proxy().await;
    let count = || asked.lock().unwrap().len();
    let machine = Machine::new(keychains::in_memory());
    let app = machine.start().await;

    // Still in the wizard: without the password the proxy refuses, at the step of the connection.
    app.save_proxy(own(&address, "", None, "keychain")).await.unwrap();
    let refused = app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap_err();
    assert_eq!((refused.code, refused.details.step), (ErrorCode::ProxyPassword, Some(Step::Connect)));
    let network = app.save_proxy(own(&address, "olga", Some(PASSWORD), "keychain")).await.unwrap();
    assert_eq!((network.kind, network.password), (ProxyKind::Own, SecretStorage::Keychain));
    assert_eq!(network.address, format!("http://{address}"));
    app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap();
    assert!(count() > 1, "asked through the proxy");

    app.save_proxy(way("none")).await.unwrap();
    let straight = count();
    app.groups().await.unwrap();
    assert_eq!(count(), straight, "the next request goes straight");
    let network = app.save_proxy(own(&address, "olga", None, "keychain")).await.unwrap();
    assert_eq!(network.password, SecretStorage::Keychain, "the password is still known for this login there");
    app.groups().await.unwrap();
    assert!(count() > straight);
    app.stop().await;

    // Counted before the start, because its greeting may open the connection on which the groups are read.
    let before = count();
    let app = machine.start().await;
    app.groups().await.unwrap();
    assert!(count() > before, "through the proxy after a restart too");
    let told = serde_json::to_string(&(app.network(), app.status().await)).unwrap();
    assert!(!told.contains(PASSWORD) && !told.contains(TOLD), "{told}");
    assert_eq!(crate::mask::masked(&format!("a line with {PASSWORD}")), "a line with •••");

    // The password is not sent to another proxy.
    let elsewhere = app.save_proxy(own("other.office:3128", "olga", None, "keychain")).await.unwrap_err();
    assert_eq!(elsewhere.details.fields[0].field, "proxy.password");
    app.save_proxy(own(&address, "", None, "keychain")).await.unwrap();
    assert_eq!(app.groups().await.unwrap_err().code, ErrorCode::ProxyPassword);
    let user = format!("proxy:olga@http://{address}");
    assert!(machine.keychain.read(&user).await.unwrap().is_none(), "forgotten with its login");
    app.stop().await;
    for secret in [PASSWORD, TOLD, TOKEN] {
        assert_eq!(machine.written(secret), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_proxy_is_refused_at_its_field_and_changes_nothing() {
    let machine = Machine::new(keychains::missing());
    let app = machine.start().await;
    for (form, field, code) in [
        (own("", "", None, "keychain"), "proxy.address", FieldCode::Required),
        (own("proxy.office", "", None, "keychain"), "proxy.address", FieldCode::NotAProxy),
        (own("http://olga:secret@proxy:1", "", None, "keychain"), "proxy.address", FieldCode::NotAProxy),
        (own("proxy.office:3128", "olga", Some(""), "keychain"), "proxy.password", FieldCode::Required),
        (own("proxy.office:3128", "a:b", Some("x"), "keychain"), "proxy.login", FieldCode::BadCharacters),
    ] {
        let refused = app.save_proxy(form).await.unwrap_err();
        assert_eq!((refused.details.fields[0].field.as_str(), refused.details.fields[0].code), (field, code));
    }
    let refused = app.save_proxy(own("proxy.office:3128", "olga", Some(PASSWORD), "keychain")).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::KeychainMissing);
    assert_eq!(app.network().kind, ProxyKind::System);

    let network = app.save_proxy(own("proxy.office:3128", "olga", Some(PASSWORD), "memory")).await.unwrap();
    assert_eq!(network.password, SecretStorage::Memory);
    app.stop().await;
    let network = machine.start().await.network();
    assert_eq!((network.kind, network.login.as_str()), (ProxyKind::Own, "olga"));
    assert_eq!(network.password, SecretStorage::None, "it lived as long as the run");
    assert_eq!(machine.written(PASSWORD), Vec::<String>::new());
}

/// A TLS port before a server without TLS, and the authority that signed its certificate.
pub(super) async fn behind_tls(server: &str) -> (String, CertifiedIssuer<'static, KeyPair>) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, "Центр офиса");
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap());
    let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let server = server.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, server) = (acceptor.clone(), server.clone());
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await.ok()?;
                let mut server = TcpStream::connect(server).await.ok()?;
                copy_bidirectional(&mut stream, &mut server).await.ok()
            });
        }
    });
    (url, authority)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_of_the_office_is_trusted_once_it_is_added_and_no_longer_when_it_is_removed() {
    let (_sandbox, running) = server().await;
    let (url, authority) = behind_tls(&running.url()).await;
    let machine = Machine::new(keychains::in_memory());
    let app = machine.start().await;
    app.save_proxy(way("none")).await.unwrap();

    let stranger = app.connect(token(&url, TOKEN, "keychain")).await.unwrap_err();
    assert_eq!((stranger.code, stranger.details.step), (ErrorCode::CertificateNotTrusted, Some(Step::Tls)));
    for (file, code) in [
        (b"<html>".to_vec(), ErrorCode::NotACertificate),
        (authority.key().serialize_pem().into_bytes(), ErrorCode::NotACertificate),
    ] {
        assert_eq!(app.add_authority(file).await.unwrap_err().code, code);
    }
    let network = app.add_authority(authority.pem().into_bytes()).await.unwrap();
    let added = &network.authorities[0];
    assert_eq!((network.authorities.len(), added.subject.as_str(), added.expired), (1, "Центр офиса", false));
    let again = app.add_authority(authority.der().to_vec()).await.unwrap();
    assert_eq!(again.authorities, network.authorities, "the same once more is the same");
    app.connect(token(&url, TOKEN, "keychain")).await.unwrap();
    assert!(!app.status().await.insecure_http);
    app.stop().await;

    let app = machine.start().await;
    app.groups().await.unwrap();
    assert!(app.check_connection().await.unwrap().ok);
    app.remove_authority(&added.fingerprint).await.unwrap();
    let failed = app.check_connection().await.unwrap();
    let last = failed.steps.last().unwrap();
    assert_eq!((last.step, last.error.as_ref().unwrap().code), (Step::Tls, ErrorCode::CertificateNotTrusted));
    assert_eq!(app.groups().await.unwrap_err().code, ErrorCode::CertificateNotTrusted);
    app.stop().await;
    assert_eq!(machine.start().await.network().authorities, []);
}

/// A certificate that was put into the folder from outside is not trusted until somebody trusts it.
#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_was_put_into_the_folder_counts_only_once_it_is_trusted() {
    let machine = Machine::new(keychains::missing());
    machine.start().await.stop().await;
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let foreign = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let folder = Folders::at(machine.home.path()).authorities();
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("put.crt"), foreign.der()).unwrap();

    let app = machine.start().await;
    let network = app.network();
    assert_eq!((network.authorities.len(), network.authorities[0].trusted), (1, false));
    let network = app.trust_authority(&network.authorities[0].fingerprint).await.unwrap();
    assert!(network.authorities[0].trusted);
    app.stop().await;
    let app = machine.start().await;
    assert!(app.network().authorities[0].trusted);
    app.stop().await;
}
