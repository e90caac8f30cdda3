//! Certificates: each quarrel told apart, and none of them lets a byte of the request out.

use std::{sync::Arc, time::Duration};

use probonus::{
    Client, Delivery, ErrorKind,
    ErrorKind::{CannotConnect, CertificateExpired, CertificateNotTrusted, CertificateOtherHost},
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
    let rows: [(&str, CertificateParams, bool, ErrorKind); 4] = [
        ("expired", of(&["localhost"], 2001), true, CertificateExpired),
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
    let server = Server::always(json(200, GROUPS)).await;
    let limits = Limits { connect: Duration::from_millis(300), ..Limits::default() };
    let client = builder(&format!("https://{}", server.address)).limits(limits).build().unwrap();
    let error = client.refill(&refill()).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (CannotConnect, Delivery::NotSent), "{error}");
}

#[tokio::test]
async fn a_file_that_holds_no_certificate_is_refused_before_anything_is_sent() {
    for file in ["-----BEGIN NONSENSE-----", "", "MZ\u{0}not a certificate"] {
        let refused = builder("https://localhost").extra_roots(file).build().unwrap_err();
        assert!(matches!(refused, BuildError::Roots(_)), "{file:?}: {refused}");
    }
}
