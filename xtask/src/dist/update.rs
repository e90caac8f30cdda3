//! The signature by which the program accepts an update: minisign's, over the finished file, as Tauri's updater reads it.
//! It is the last one: a signature of the system changes the file. Without a key in the environment one is made for the
//! occasion, which proves the way and which no program accepts.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use ct_codecs::{Base64, Decoder as _, Encoder as _};
use minisign::{KeyPair, PublicKey, SecretKeyBox, SignatureBox};

use super::place::VERSION;

/// The file with the secret key, as `tauri signer generate` writes it.
const KEY: &str = "PROBONUS_UPDATE_KEY_FILE";
/// The file with its password.
const PASSWORD: &str = "PROBONUS_UPDATE_PASSWORD_FILE";

/// Where the program asks for updates: the address of `latest.json`. Put into the program with the public key.
const URL: &str = "PROBONUS_UPDATE_URL";
/// The public key, as the program is built with it; see `src-tauri/src/app/update/source.rs`.
const PUBLIC: &str = "PROBONUS_UPDATE_PUBKEY";

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

    /// Lets a build accept what this key signs, and ask where the environment says. With a test key the program is built to
    /// know no updates.
    pub fn tell(&self, build: &mut Command) -> Result<()> {
        build.env_remove(PUBLIC).env_remove(URL);
        if self.is_test {
            return Ok(());
        }
        let url = std::env::var(URL).ok().filter(|url| url.starts_with("https://"));
        let url = url.with_context(|| format!("{KEY} is set, {URL} is not, or is no https:// address"))?;
        build.env(PUBLIC, self.public()?).env(URL, url);
        Ok(())
    }

    /// The public key as Tauri's updater knows it.
    fn public(&self) -> Result<String> {
        Ok(Base64::encode_to_string(self.pair.pk.to_box()?.to_string())?)
    }

    /// Fails if a program was built with another key than this one, or, with a test key, with any.
    pub fn must_be_in(&self, program: &Path) -> Result<()> {
        let bytes = fs::read(program)?;
        let public = self.public()?;
        let is_in = bytes.windows(public.len()).any(|window| window == public.as_bytes());
        ensure!(is_in != self.is_test, "{} does not know the key that signs its updates", program.display());
        Ok(())
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
    fn a_build_is_told_the_public_key_and_a_test_key_to_none() {
        let pair = || KeyPair::generate_unencrypted_keypair().unwrap();
        let told = |key: &UpdateKey| {
            let mut build = Command::new("cargo");
            key.tell(&mut build).unwrap();
            build.get_envs().map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned))).collect::<Vec<_>>()
        };
        let test = UpdateKey { pair: pair(), is_test: true };
        assert!(told(&test).iter().all(|(_, value)| value.is_none()));
        let real = UpdateKey { pair: pair(), is_test: false };
        let refused = real.tell(&mut Command::new("cargo")).unwrap_err().to_string();
        assert!(refused.contains(URL), "{refused}");

        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("program");
        fs::write(&program, format!("MZ..{}..", real.public().unwrap())).unwrap();
        real.must_be_in(&program).unwrap();
        test.must_be_in(&program).unwrap();
        assert!(UpdateKey { pair: pair(), is_test: false }.must_be_in(&program).is_err());
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
