//! A certificate authority of the office's own. It signs the office's servers, or the proxy that inspects its TLS.

use std::fmt::Write as _;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use x509_parser::{
    pem::Pem,
    prelude::{FromDer as _, X509Certificate},
    x509::{X509Name, X509Version},
};

/// The certificate of an authority: the client trusts server certificates that it has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// The name of the authority: `Office CA`.
    pub subject: String,
    /// Who signed it; for a root the same.
    pub issuer: String,
    /// The first moment of its validity.
    pub not_before: Timestamp,
    /// The last moment of its validity.
    pub not_after: Timestamp,
    /// SHA-256 of the certificate: `A1:B2:…`, as the system's own windows show it.
    pub fingerprint: String,
}

/// Why a file can't be used as an authority.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorityError {
    /// The file has no certificate that can be read; or it is larger than [`LARGEST_FILE`], or holds more than 100 of them.
    #[error("the file holds no certificate")]
    NotACertificate,
    /// Its validity has ended.
    #[error("the certificate ended on {0}")]
    Expired(Timestamp),
    /// Its validity begins later, or this machine's clock is behind.
    #[error("the certificate begins on {0}")]
    NotYet(Timestamp),
    /// It is the certificate of one server. The certificate of the authority that signed it is needed instead.
    #[error("a server's certificate, not an authority's")]
    NotAnAuthority,
}

/// The largest file that is read, in bytes. A bundle of a hundred authorities fits.
pub const LARGEST_FILE: usize = 512 * 1024;

/// The most certificates of one file.
const MOST: usize = 100;

impl Authority {
    /// The authorities in a file (PEM with one or many, or DER) that are valid at `now`, each once.
    ///
    /// # Errors
    /// If none can be used: the [`AuthorityError`] of the first one.
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

    /// Reads an authority from its certificate (DER). Does not check whether it is valid now.
    ///
    /// # Errors
    /// [`AuthorityError::NotACertificate`], [`AuthorityError::NotAnAuthority`].
    pub fn read(der: Vec<u8>) -> Result<Self, AuthorityError> {
        let (rest, certificate) = X509Certificate::from_der(&der).map_err(|_| AuthorityError::NotACertificate)?;
        // The TLS library itself must accept the certificate as a root.
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

    /// The authority, if it is valid at `now`.
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

/// The certificates of a file, each in DER: all of a PEM file (private keys are skipped), or the single one of a DER file.
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
    // An editor may have saved it with a byte order mark or in UTF-16.
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

/// The certificate without the extra data that OpenSSL appends to a `TRUSTED CERTIFICATE`.
fn own_part(contents: Vec<u8>) -> Vec<u8> {
    match X509Certificate::from_der(&contents) {
        Ok((rest, _)) if !rest.is_empty() => contents[..contents.len() - rest.len()].to_vec(),
        _ => contents,
    }
}

/// Whether a certificate may be trusted as an authority.
///
/// | certificate | may sign |
/// |---|---|
/// | basic constraints say that it is an authority | yes |
/// | it is self-signed | yes: it stands for itself |
/// | X.509 version 1, which has no constraints | yes |
/// | any other, or constraints that can't be read | no |
fn may_sign(certificate: &X509Certificate<'_>) -> bool {
    let own = certificate.subject() == certificate.issuer();
    match certificate.basic_constraints() {
        Ok(Some(constraints)) => constraints.value.ca || own,
        Ok(None) => own || certificate.version() == X509Version::V1,
        Err(_) => false,
    }
}

/// The common name; without one, the whole name. At most 200 characters, none of them a control character.
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
