//! An authority of the office's own: the certificate by which its servers, or its inspection of TLS, are trusted.

use std::fmt::Write as _;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use x509_parser::{
    pem::Pem,
    prelude::{FromDer as _, X509Certificate},
    x509::{X509Name, X509Version},
};

/// A certificate that others may be trusted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// Whom it names: `Office CA`.
    pub subject: String,
    /// Who signed it; for a root the same.
    pub issuer: String,
    /// The moment from which it is good.
    pub not_before: Timestamp,
    /// The last moment at which it is good.
    pub not_after: Timestamp,
    /// SHA-256 of the certificate: `A1:B2:…`, as the system's own windows show it.
    pub fingerprint: String,
}

/// Why a file can't be trusted by.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorityError {
    /// There is no certificate in it that can be read.
    #[error("the file holds no certificate")]
    NotACertificate,
    /// It has ended.
    #[error("the certificate ended on {0}")]
    Expired(Timestamp),
    /// It begins later: or this machine's clock is wrong.
    #[error("the certificate begins on {0}")]
    NotYet(Timestamp),
    /// It is the certificate of one server, signed by another authority: that authority's is wanted.
    #[error("a server's certificate, not an authority's")]
    NotAnAuthority,
}

/// The largest file that is looked at, bytes: every authority that an office may have, and room.
pub const LARGEST_FILE: usize = 512 * 1024;

/// The most certificates of one file.
const MOST: usize = 100;

impl Authority {
    /// The authorities in a file: PEM, one or many, or DER. Of many, those that can't be used are left out.
    ///
    /// # Errors
    /// [`AuthorityError`] of the first, if none can be used.
    pub fn read_all(file: &[u8], now: Timestamp) -> Result<Vec<Self>, AuthorityError> {
        let mut good: Vec<Self> = Vec::new();
        let mut first = None;
        for der in certificates(file)? {
            match Self::read(der).and_then(|authority| authority.usable(now)) {
                Ok(authority) if good.contains(&authority) => {}
                Ok(authority) => good.push(authority),
                Err(error) => first = first.or(Some(error)),
            }
        }
        match first {
            Some(error) if good.is_empty() => Err(error),
            _ => Ok(good),
        }
    }

    /// An authority by its certificate (DER), whether it is good now or not.
    ///
    /// # Errors
    /// [`AuthorityError::NotACertificate`], [`AuthorityError::NotAnAuthority`].
    pub fn read(der: Vec<u8>) -> Result<Self, AuthorityError> {
        let (rest, certificate) = X509Certificate::from_der(&der).map_err(|_| AuthorityError::NotACertificate)?;
        // What the verifier will take is asked of the verifier's own library.
        let anchored = rustls::RootCertStore::empty().add(der.as_slice().into()).is_ok();
        if !rest.is_empty() || !anchored {
            return Err(AuthorityError::NotACertificate);
        }
        if !may_sign(&certificate) {
            return Err(AuthorityError::NotAnAuthority);
        }
        let moment = |time: x509_parser::time::ASN1Time| Timestamp::from_second(time.timestamp());
        let validity = certificate.validity();
        let not_before = moment(validity.not_before).map_err(|_| AuthorityError::NotACertificate)?;
        let not_after = moment(validity.not_after).unwrap_or(Timestamp::MAX);
        let (subject, issuer) = (name(certificate.subject()), name(certificate.issuer()));
        let fingerprint = fingerprint(&der);
        Ok(Self { subject, issuer, not_before, not_after, fingerprint, der })
    }

    /// Whether it is good at a moment.
    ///
    /// # Errors
    /// [`AuthorityError::Expired`], [`AuthorityError::NotYet`].
    pub fn usable(self, now: Timestamp) -> Result<Self, AuthorityError> {
        match () {
            () if now > self.not_after => Err(AuthorityError::Expired(self.not_after)),
            () if now < self.not_before => Err(AuthorityError::NotYet(self.not_before)),
            () => Ok(self),
        }
    }
}

/// The certificates of a file, DER: all of a PEM file (its keys are left out), or the one that the file is.
///
/// # Errors
/// [`AuthorityError::NotACertificate`] if there is none.
pub fn certificates(file: &[u8]) -> Result<Vec<Vec<u8>>, AuthorityError> {
    if file.len() > LARGEST_FILE {
        return Err(AuthorityError::NotACertificate);
    }
    if X509Certificate::from_der(file).is_ok() {
        return Ok(vec![file.to_vec()]);
    }
    // Saved by an editor, it may have a byte order mark, or be in UTF-16.
    let (text, ..) = encoding_rs::UTF_8.decode(file);
    let mut found = Vec::new();
    for pem in Pem::iter_from_buffer(text.as_bytes()) {
        match pem {
            Ok(pem) if matches!(pem.label.as_str(), "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE") => {
                found.push(own_part(pem.contents));
            }
            Ok(_other) => {}
            Err(_) => return Err(AuthorityError::NotACertificate),
        }
        if found.len() > MOST {
            return Err(AuthorityError::NotACertificate);
        }
    }
    if found.is_empty() { Err(AuthorityError::NotACertificate) } else { Ok(found) }
}

/// OpenSSL's trusted certificates have remarks behind the certificate.
fn own_part(contents: Vec<u8>) -> Vec<u8> {
    match X509Certificate::from_der(&contents) {
        Ok((rest, _)) if !rest.is_empty() => contents[..contents.len() - rest.len()].to_vec(),
        _ => contents,
    }
}

/// By its basic constraints; one that has none may only vouch for itself, as self-signed and old ones do.
fn may_sign(certificate: &X509Certificate<'_>) -> bool {
    let own = certificate.subject() == certificate.issuer();
    match certificate.basic_constraints() {
        Ok(Some(constraints)) => constraints.value.ca || own,
        Ok(None) => own || certificate.version() == X509Version::V1,
        Err(_) => false,
    }
}

/// The common name, or else all that the name has.
fn name(name: &X509Name<'_>) -> String {
    let common = name.iter_common_name().find_map(|common| common.as_str().ok()).map(str::trim);
    let text = match common {
        Some(common) if !common.is_empty() => common.to_owned(),
        _ => name.to_string(),
    };
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

fn fingerprint(der: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(der) {
        let colon = if text.is_empty() { "" } else { ":" };
        // Writing to a string does not fail.
        let _ = write!(text, "{colon}{byte:02X}");
    }
    text
}
