//! Certificates: each quarrel told apart, and none of them lets a byte of the request out.

use std::{sync::Arc, time::Duration};

use probonus::{
    Client, Delivery, ErrorKind,
    ErrorKind::{
        CertificateExpired, CertificateNotTrusted, CertificateNotYetValid, CertificateOtherHost, NoTls, Unreachable,
        WantsTls,
    },
    Loyalty,
    client::{BuildError, Limits},
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
};

use super::support::{GROUPS, Reply, Server, builder, json, refill};

/// The office's own authority.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, "Office CA");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

async fn serve(chain: Vec<CertificateDer<'static>>, key: &KeyPair, script: fn(usize, &str) -> Reply) -> Server {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    Server::over(script, move |stream| {
        let acceptor = acceptor.clone();
        async move { acceptor.accept(stream).await.ok() }
    })
    .await
}

/// A server of these names, and the certificate (PEM) of the authority that vouches for it.
pub async fn of_the_office(names: &[&str]) -> (Server, String) {
    let (authority, key) = (authority(), KeyPair::generate().unwrap());
    let names = names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let leaf = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
    (serve(vec![leaf.der().clone()], &key, groups).await, authority.pem())
}

fn trusting(server: &Server, authority: &CertifiedIssuer<'_, KeyPair>) -> Client {
    let url = format!("https://localhost:{}", server.address.port());
    builder(&url).extra_roots(authority.pem()).build().unwrap()
}

fn groups(_: usize, _: &str) -> Reply {
    json(200, GROUPS)
}

#[tokio::test]
async fn a_certificate_of_the_offices_own_authority_is_good_once_it_is_named() {
    let (authority, key) = (authority(), KeyPair::generate().unwrap());
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let server = serve(vec![leaf.der().clone()], &key, groups).await;

    assert_eq!(trusting(&server, &authority).groups().await.unwrap().len(), 1);

    let stranger = builder(&format!("https://localhost:{}", server.address.port())).build().unwrap();
    let error = stranger.refill(&refill()).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (CertificateNotTrusted, Delivery::NotSent), "{error}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn each_bad_certificate_is_told_apart_and_nothing_is_sent() {
    let authority = authority();
    let of = |names: &[&str], until: i32| {
        let mut params = CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        params
    };
    let rows: [(&str, CertificateParams, bool, ErrorKind); 5] = [
        ("expired", of(&["localhost"], 2001), true, CertificateExpired),
        (
            "not valid yet",
            {
                let mut params = of(&["localhost"], 2090);
                params.not_before = date_time_ymd(2080, 1, 1);
                params
            },
            true,
            CertificateNotYetValid,
        ),
        ("of another host", of(&["bonus.example"], 2090), true, CertificateOtherHost),
        ("self-signed", of(&["localhost"], 2090), false, CertificateNotTrusted),
        (
            "self-signed and its own authority",
            {
                let mut params = of(&["localhost"], 2090);
                params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
                params
            },
            false,
            CertificateNotTrusted,
        ),
    ];
    for (what, params, signed, kind) in rows {
        let key = KeyPair::generate().unwrap();
        let leaf = if signed { params.signed_by(&key, &authority) } else { params.self_signed(&key) };
        let server = serve(vec![leaf.unwrap().der().clone()], &key, groups).await;
        let error = trusting(&server, &authority).refill(&refill()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (kind, Delivery::NotSent), "{what}: {error}");
        assert!(server.requests().is_empty(), "{what}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_not_connected_to() {
    let limits = Limits { connect: Duration::from_millis(300), ..Limits::default() };
    for (script, kind) in [
        ("waits for a request that never comes", Unreachable),
        ("answers the handshake with HTTP", NoTls),
        ("hangs up", NoTls),
    ] {
        let server = match script {
            "hangs up" => Server::over(groups, |_stream| async { None::<tokio::net::TcpStream> }).await,
            "answers the handshake with HTTP" => {
                Server::over(groups, |mut stream: tokio::net::TcpStream| async move {
                    tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await.ok()?;
                    Some(stream)
                })
                .await
            }
            _ => Server::always(json(200, GROUPS)).await,
        };
        let client = builder(&format!("https://{}", server.address)).limits(limits).build().unwrap();
        let error = client.refill(&refill()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (kind, Delivery::NotSent), "{script}: {error}");
    }
}

#[tokio::test]
async fn plain_http_to_a_port_of_tls_is_found_out_by_a_handshake_and_the_token_stays_home() {
    let (authority, key) = (authority(), KeyPair::generate().unwrap());
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let server = serve(vec![leaf.der().clone()], &key, groups).await;
    let plain = builder(&format!("http://localhost:{}", server.address.port())).build().unwrap();
    let error = plain.try_out().await.unwrap_err();
    assert_eq!(error.kind(), WantsTls, "{error}");
    assert!(server.requests().iter().all(|request| !request.contains("s3cr3t")));

    let other = Server::always(Reply::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec())).await;
    assert_eq!(builder(&other.url()).build().unwrap().try_out().await.unwrap_err().kind(), ErrorKind::NotHttp);
}

#[tokio::test]
async fn an_offer_of_nothing_but_old_ciphers_is_told_from_no_tls() {
    // The alert by which a server says that it has no version in common: `protocol_version`.
    let server = Server::over(groups, |mut stream: tokio::net::TcpStream| async move {
        let hello = &mut [0; 2048];
        tokio::io::AsyncReadExt::read(&mut stream, hello).await.ok()?;
        tokio::io::AsyncWriteExt::write_all(&mut stream, &[0x15, 3, 1, 0, 2, 2, 70]).await.ok()?;
        Some(stream)
    })
    .await;
    let error = builder(&format!("https://{}", server.address)).build().unwrap().refill(&refill()).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::TlsTooOld, Delivery::NotSent), "{error}");
}

#[tokio::test]
async fn a_servers_own_certificate_may_be_named_if_it_vouches_for_itself() {
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let server = serve(vec![leaf.der().clone()], &key, groups).await;
    let url = format!("https://localhost:{}", server.address.port());
    let client = builder(&url).extra_roots(leaf.der().to_vec()).build().unwrap();
    assert_eq!(client.groups().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_file_that_holds_no_certificate_is_refused_before_anything_is_sent() {
    for file in ["-----BEGIN NONSENSE-----", "", "MZ\u{0}not a certificate"] {
        let refused = builder("https://localhost").extra_roots(file).build().unwrap_err();
        assert!(matches!(refused, BuildError::Roots(_)), "{file:?}: {refused}");
    }
}

/// The environment belongs to a whole process, so the one that asks is this very test again, told whom to ask.
const ASKED: &str = "PROBONUS_TEST_SYSTEM_TRUST";

/// What an office's filter that looks into TLS lives by: its authority is put into the system's store, and nothing is
/// said to the program.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn whom_the_system_trusts_is_trusted() {
    if let Ok(url) = std::env::var(ASKED) {
        let asked = builder(&url).build().unwrap().groups().await;
        return println!("ended: {:?}", asked.map(|groups| groups.len()).map_err(|error| error.kind()));
    }
    let (server, authority) = of_the_office(&["localhost"]).await;
    let store = tempfile::tempdir().unwrap();
    let file = store.path().join("ca.pem");
    std::fs::write(&file, authority).unwrap();
    let url = format!("https://localhost:{}", server.address.port());
    for (trusted, ending) in [(true, "ended: Ok(1)"), (false, "ended: Err(CertificateNotTrusted)")] {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "client::tls::whom_the_system_trusts_is_trusted", "--nocapture"]).env(ASKED, &url);
        child.env_remove("SSL_CERT_DIR").env_remove("SSL_CERT_FILE");
        if trusted {
            child.env("SSL_CERT_FILE", &file);
        }
        let output = tokio::task::spawn_blocking(move || child.output().unwrap()).await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains(ending), "{said}");
    }
}
