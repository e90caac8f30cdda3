//! Authenticode signatures, by a key from the environment. Without one a certificate that is made for the occasion proves
//! the way, and the names of the results say `unsigned`: nobody trusts it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::place::{self, quietly};
use crate::run;

/// What Debian must have installed.
pub const PACKAGES: &[&str] = &["osslsigncode", "openssl", "ca-certificates"];

/// The file with key and certificates, PKCS #12.
const KEY: &str = "PROBONUS_SIGN_PKCS12";
/// The file with its password. A file, because every user of a machine can read the arguments of a program.
const PASSWORD: &str = "PROBONUS_SIGN_PASSWORD_FILE";
/// A server that vouches for the time, so that signatures outlive the certificate.
const TIMESTAMP: &str = "PROBONUS_SIGN_TIMESTAMP";

const AUTHORITIES_OF_SYSTEM: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Signs with one key.
pub struct Signer {
    key: PathBuf,
    password: PathBuf,
    timestamp: Option<String>,
    /// Who must vouch for the signature when it is verified.
    authorities: PathBuf,
    is_test: bool,
}

impl Signer {
    /// The key that the environment names, or one that is made now.
    pub fn of_environment() -> Result<Self> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let Some(key) = set(KEY) else { return Self::test() };
        let password = set(PASSWORD).with_context(|| format!("{KEY} is set, {PASSWORD} is not"))?;
        let timestamp = set(TIMESTAMP).with_context(|| format!("{KEY} is set, {TIMESTAMP} is not"))?;
        Ok(Self {
            key: key.into(),
            password: password.into(),
            timestamp: Some(timestamp),
            authorities: AUTHORITIES_OF_SYSTEM.into(),
            is_test: false,
        })
    }

    fn test() -> Result<Self> {
        let folder = place::work("test-certificate")?;
        let [key, certificate, both, password] =
            ["key.pem", "certificate.pem", "both.p12", "password"].map(|name| folder.join(name));
        fs::write(&password, "test")?;
        let mut make = run::command("openssl");
        make.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj"]);
        make.arg("/CN=ProBonus Office: test certificate, not to be trusted");
        make.args(["-addext", "extendedKeyUsage=codeSigning", "-keyout"]).arg(&key).arg("-out").arg(&certificate);
        quietly(&mut make)?;
        let mut pack = run::command("openssl");
        pack.args(["pkcs12", "-export", "-inkey"]).arg(&key).arg("-in").arg(&certificate).arg("-out").arg(&both);
        quietly(pack.arg("-passout").arg(format!("file:{}", password.display())))?;
        Ok(Self { key: both, password, timestamp: None, authorities: certificate, is_test: true })
    }

    /// What the names of results end with.
    pub const fn mark(&self) -> &'static str {
        if self.is_test { "-unsigned" } else { "" }
    }

    /// Signs a file in its place, and verifies the signature.
    pub fn sign(&self, file: &Path) -> Result<()> {
        let words = self.shell_command(&file.display().to_string());
        quietly(run::command("sh").args(["-c", &words]))?;
        let mut verify = run::command("osslsigncode");
        verify.arg("verify").arg("-CAfile").arg(&self.authorities).arg("-in").arg(file);
        quietly(&mut verify).with_context(|| format!("the signature of {} does not hold", file.display()))
    }

    /// A line for the shell that signs a file in its place; makensis signs the uninstaller with it.
    pub fn shell_command(&self, file: &str) -> String {
        let timestamp = self.timestamp.as_ref().map_or(String::new(), |server| format!(" -ts '{server}'"));
        format!(
            "osslsigncode sign -pkcs12 '{}' -readpass '{}' -h sha256 -n 'ProBonus Office'{timestamp} -in '{file}' -out \
             '{file}.signed' && mv '{file}.signed' '{file}'",
            self.key.display(),
            self.password.display(),
        )
    }
}
