//! The signature by which the program accepts an update: minisign's, over the finished file, as Tauri's updater reads it.
//! It is the last one: a signature of the system changes the file. Without a key in the environment one is made for the
//! occasion, which proves the way and which no program accepts.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use ct_codecs::{Base64, Decoder as _, Encoder as _};
use minisign::{KeyPair, PublicKey, SecretKeyBox, SignatureBox};

use super::place::VERSION;

/// The file with the secret key, as `tauri signer generate` writes it.
const KEY: &str = "PROBONUS_UPDATE_KEY_FILE";
/// The file with its password.
const PASSWORD: &str = "PROBONUS_UPDATE_PASSWORD_FILE";

/// What the trusted comment of a signature ends with that no program accepts.
const TEST_MARK: &str = "\tkey:test";

/// Signs updates.
pub struct UpdateKey {
    pair: KeyPair,
    is_test: bool,
}

impl UpdateKey {
    /// The key that the environment names, or one that is made now.
    pub fn of_environment() -> Result<Self> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let Some(file) = set(KEY) else {
            return Ok(Self { pair: KeyPair::generate_unencrypted_keypair()?, is_test: true });
        };
        let password = set(PASSWORD).with_context(|| format!("{KEY} is set, {PASSWORD} is not"))?;
        Self::read(&fs::read_to_string(&file)?, fs::read_to_string(password)?.trim_end_matches(['\r', '\n']))
            .with_context(|| format!("the key in {file} can't be used"))
    }

    fn read(text: &str, password: &str) -> Result<Self> {
        let text = String::from_utf8(Base64::decode_to_vec(text.trim(), None)?)?;
        let secret = SecretKeyBox::from_string(&text)?.into_secret_key(Some(password.to_owned()))?;
        let pair = KeyPair { pk: PublicKey::from_secret_key(&secret)?, sk: secret };
        Ok(Self { pair, is_test: false })
    }

    /// Writes the signature of a file beside it, and verifies it.
    pub fn sign(&self, file: &Path) -> Result<PathBuf> {
        let signature = self.signature(&fs::read(file)?, &file.file_name().unwrap_or_default().to_string_lossy())?;
        let path = signature_of(file);
        fs::write(&path, signature)?;
        Ok(path)
    }

    /// The signature of bytes. It names the version, so that an older release can't be passed off as a newer one.
    fn signature(&self, bytes: &[u8], name: &str) -> Result<String> {
        let now = jiff::Timestamp::now().as_second();
        let mark = if self.is_test { TEST_MARK } else { "" };
        let comment = format!("timestamp:{now}\tfile:{name}\tversion:{VERSION}{mark}");
        let signature = minisign::sign(
            Some(&self.pair.pk),
            &self.pair.sk,
            Cursor::new(bytes),
            Some(&comment),
            Some("ProBonus Office"),
        )?;
        minisign::verify(&self.pair.pk, &signature, Cursor::new(bytes), true, false, false)?;
        Ok(Base64::encode_to_string(signature.to_string())?)
    }
}

/// Where the signature of a file lies.
pub fn signature_of(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".sig");
    path.into()
}

/// A signature that was read.
pub struct Signature {
    /// As the updater's manifest carries it.
    pub text: String,
    /// Whether no program accepts it.
    pub is_test: bool,
}

/// Reads a signature and makes sure that it is one for this version.
pub fn read_signature(path: &Path) -> Result<Signature> {
    let text = fs::read_to_string(path).with_context(|| format!("{} is not there", path.display()))?;
    let inside = String::from_utf8(Base64::decode_to_vec(text.trim(), None)?)?;
    let comment = SignatureBox::from_string(&inside)?.trusted_comment()?;
    let version = comment.split('\t').find_map(|field| field.strip_prefix("version:"));
    ensure!(version == Some(VERSION), "{} is signed for version {version:?}, not {VERSION}", path.display());
    Ok(Signature { text, is_test: comment.ends_with(TEST_MARK) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_names_its_version_and_another_versions_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("setup.exe");
        fs::write(&file, "program").unwrap();
        let key = UpdateKey { pair: KeyPair::generate_unencrypted_keypair().unwrap(), is_test: true };
        let signed = key.sign(&file).unwrap();
        assert_eq!(signed, folder.path().join("setup.exe.sig"));
        let read = read_signature(&signed).unwrap();
        assert!(read.is_test);
        let inside = String::from_utf8(Base64::decode_to_vec(&read.text, None).unwrap()).unwrap();
        assert!(inside.contains("\tfile:setup.exe\tversion:"), "{inside}");

        let comment = "timestamp:1\tfile:setup.exe\tversion:0.0.1";
        let other =
            minisign::sign(None, &key.pair.sk, Cursor::new("program"), Some(comment), None).unwrap().to_string();
        fs::write(&signed, Base64::encode_to_string(other).unwrap()).unwrap();
        assert!(read_signature(&signed).err().unwrap().to_string().contains("0.0.1"));
    }

    #[test]
    fn a_key_of_tauris_own_making_is_read_with_its_password() {
        let password = Some("secret".to_owned());
        let pair = KeyPair::generate_encrypted_keypair(password).unwrap();
        let text = Base64::encode_to_string(pair.sk.to_box(None).unwrap().to_string()).unwrap();
        let key = UpdateKey::read(&text, "secret").unwrap();
        assert!(!key.is_test && key.signature(b"x", "x").is_ok());
        assert!(UpdateKey::read(&text, "wrong").is_err());
    }
}
