//! Whether a file is the one that was signed for a version: minisign's signature in the format of Tauri's updater. The plugin
//! verifies it once more when it installs; here it is known before the program is closed.

use ct_codecs::{Base64, Decoder as _};
use minisign_verify::{PublicKey, Signature};
use semver::Version;

/// Verifies a file. The version stands in the part of the signature that is signed itself, so that a server can't pass an older
/// file off as a newer one.
///
/// # Errors
/// Why it is not that file, in words for the log.
pub fn verify(file: &[u8], signature: &str, key: &str, version: &Version) -> Result<(), String> {
    let key = PublicKey::decode(&unpacked(key)?).map_err(|error| format!("the public key: {error}"))?;
    let signature = Signature::decode(&unpacked(signature)?).map_err(|error| format!("the signature: {error}"))?;
    // Only signatures over a hash: the older kind is made by no tool of ours.
    key.verify(file, &signature, false).map_err(|error| error.to_string())?;
    let comment = signature.trusted_comment();
    let signed = comment.split('\t').find_map(|field| field.strip_prefix("version:"));
    match signed.map(Version::parse) {
        Some(Ok(signed)) if signed == *version => Ok(()),
        Some(_) => Err(format!("signed for {}, not for {version}", signed.unwrap_or_default())),
        None => Err("signed for no version".to_owned()),
    }
}

/// A file of minisign, as a line of base64 carries it.
fn unpacked(text: &str) -> Result<String, String> {
    let bytes = Base64::decode_to_vec(text.trim(), None).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use ct_codecs::Encoder as _;
    use minisign::KeyPair;

    use super::*;

    fn signed(pair: &KeyPair, file: &[u8], comment: &str) -> String {
        let signature = minisign::sign(None, &pair.sk, Cursor::new(file), Some(comment), None).unwrap();
        Base64::encode_to_string(signature.to_string()).unwrap()
    }

    fn public(pair: &KeyPair) -> String {
        Base64::encode_to_string(pair.pk.to_box().unwrap().to_string()).unwrap()
    }

    #[test]
    fn only_the_signed_file_of_the_signed_version_passes() {
        let (pair, other) =
            (KeyPair::generate_unencrypted_keypair().unwrap(), KeyPair::generate_unencrypted_keypair().unwrap());
        let comment = "timestamp:1\tfile:setup.exe\tversion:1.2.3";
        let (good, key) = (signed(&pair, b"program", comment), public(&pair));
        let version = Version::new(1, 2, 3);
        assert_eq!(verify(b"program", &good, &key, &version), Ok(()));

        assert!(verify(b"Program", &good, &key, &version).is_err(), "another file");
        assert!(verify(b"program", &good, &public(&other), &version).is_err(), "another key");
        assert!(verify(b"program", &good, &key, &Version::new(1, 2, 4)).unwrap_err().contains("1.2.3"));
        let unbound = signed(&pair, b"program", "timestamp:1\tfile:setup.exe");
        assert_eq!(verify(b"program", &unbound, &key, &version), Err("signed for no version".to_owned()));
    }

    #[test]
    fn a_comment_that_was_changed_afterwards_proves_nothing() {
        let pair = KeyPair::generate_unencrypted_keypair().unwrap();
        let good = signed(&pair, b"program", "version:1.2.3");
        let forged = unpacked(&good).unwrap().replace("version:1.2.3", "version:9.9.9");
        let forged = Base64::encode_to_string(forged).unwrap();
        assert!(verify(b"program", &forged, &public(&pair), &Version::new(9, 9, 9)).is_err());
    }

    #[test]
    fn what_is_no_signature_is_refused() {
        let pair = KeyPair::generate_unencrypted_keypair().unwrap();
        let key = public(&pair);
        for signature in ["", "AAAA", "не подпись", &key, &"A".repeat(100_000)] {
            assert!(verify(b"program", signature, &key, &Version::new(1, 2, 3)).is_err());
        }
        assert!(verify(b"program", &signed(&pair, b"program", "version:1.2.3"), "", &Version::new(1, 2, 3)).is_err());
    }
}
