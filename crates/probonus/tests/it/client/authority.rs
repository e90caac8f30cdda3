//! Files of certificates, as administrators hand them out.

use probonus::client::authority::{Authority, AuthorityError, LARGEST_FILE, certificates};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};

fn now() -> jiff::Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn params(name: &str, from: i32, until: i32) -> CertificateParams {
    let mut params = CertificateParams::new(vec!["bonus.example".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    params
}

fn issuer(name: &str, from: i32, until: i32) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = params(name, from, until);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

#[test]
fn an_authority_is_read_in_every_form_that_it_is_handed_out_in() {
    let office = issuer("Офис CA", 2020, 2040);
    let pem = office.pem();
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(pem.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (what, file) in [
        ("DER", office.der().to_vec()),
        ("PEM", pem.clone().into_bytes()),
        ("PEM of Windows", pem.replace('\n', "\r\n").into_bytes()),
        ("PEM with a mark", format!("\u{feff}{pem}").into_bytes()),
        ("PEM in UTF-16", utf16),
        ("PEM with remarks", format!("Bag Attributes\n    friendlyName: Офис\n{pem}\n\n").into_bytes()),
        ("PEM twice", format!("{pem}\n{pem}").into_bytes()),
        ("PEM with a key", format!("{}{pem}", KeyPair::generate().unwrap().serialize_pem()).into_bytes()),
    ] {
        let read = Authority::read_all(&file, now()).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(read.len(), 1, "{what}");
        assert_eq!((read[0].subject.as_str(), read[0].issuer.as_str()), ("Офис CA", "Офис CA"), "{what}");
        assert_eq!(read[0].not_after.to_string(), "2040-01-01T00:00:00Z");
        assert_eq!(read[0].fingerprint.len(), 32 * 3 - 1);
        assert_eq!(read[0].der, office.der().to_vec());
    }
}

#[test]
fn of_a_bundle_what_can_be_used_is_taken() {
    let (office, branch, old) = (issuer("Office", 2020, 2040), issuer("Branch", 2020, 2040), issuer("Old", 2000, 2010));
    let key = KeyPair::generate().unwrap();
    let leaf = params("bonus.example", 2020, 2040).signed_by(&key, &office).unwrap();
    let bundle = [old.pem(), leaf.pem(), office.pem(), branch.pem()].concat();
    let read = Authority::read_all(bundle.as_bytes(), now()).unwrap();
    assert_eq!(read.iter().map(|one| one.subject.as_str()).collect::<Vec<_>>(), ["Office", "Branch"]);
}

#[test]
fn what_can_not_be_trusted_by_is_refused_for_its_reason() {
    let office = issuer("Office", 2020, 2040);
    let key = KeyPair::generate().unwrap();
    let leaf = params("bonus.example", 2020, 2040).signed_by(&key, &office).unwrap();
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    for (what, file, why) in [
        ("nothing", Vec::new(), AuthorityError::NotACertificate),
        ("a picture", b"\x89PNG\r\n\x1a\n".to_vec(), AuthorityError::NotACertificate),
        ("a page", b"<html>404</html>".to_vec(), AuthorityError::NotACertificate),
        ("a key alone", key.serialize_pem().into_bytes(), AuthorityError::NotACertificate),
        ("half a file", office.pem().as_bytes()[..200].to_vec(), AuthorityError::NotACertificate),
        (
            "garbage in armour",
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec(),
            AuthorityError::NotACertificate,
        ),
        ("something huge", vec![b' '; LARGEST_FILE + 1], AuthorityError::NotACertificate),
        ("a server's", leaf.pem().into_bytes(), AuthorityError::NotAnAuthority),
        (
            "an ended one",
            issuer("Old", 2000, 2010).pem().into_bytes(),
            AuthorityError::Expired(at("2010-01-01T00:00:00Z")),
        ),
        (
            "one to come",
            issuer("New", 2030, 2040).pem().into_bytes(),
            AuthorityError::NotYet(at("2030-01-01T00:00:00Z")),
        ),
    ] {
        assert_eq!(Authority::read_all(&file, now()).unwrap_err(), why, "{what}");
    }
    assert!(certificates(leaf.pem().as_bytes()).is_ok(), "a certificate, though not an authority's");
}
