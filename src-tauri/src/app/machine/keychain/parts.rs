//! Keeps a secret that is too long for one entry of the store in several entries.
//!
//! The Credential Manager of Windows takes 2,560 bytes, which are 1,280 characters. Some servers have longer tokens, which are
//! cut into parts. Example for the user `a` and three parts: the entry of `a` begins with [`MARK`] and the number of parts
//! (`␁3␁eyJhbGciOi…`); the other parts are the entries of `a#2` and `a#3`.

use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};
use secrecy::{ExposeSecret, SecretString};

/// The most UTF-16 units of an entry. On Windows it leaves room for the mark; other systems have no such limit.
pub const MOST: usize = if cfg!(windows) { 1_200 } else { usize::MAX };

/// The first character of a cut secret's first entry. No typed secret begins with it.
const MARK: char = '\u{1}';

/// The entries of one service in a store, none longer than `most`.
pub(crate) struct Parts<'a> {
    pub store: &'a Arc<CredentialStore>,
    pub service: &'a str,
    pub most: usize,
}

impl Parts<'_> {
    /// The secret of `user`; `None` if there is none or a part of it is missing.
    ///
    /// # Errors
    /// The store's.
    pub fn read(&self, user: &str) -> Result<Option<SecretString>, Error> {
        let Some(first) = self.part(user, 1)? else { return Ok(None) };
        let Some((count, start)) = marked(first.expose_secret()) else { return Ok(Some(first)) };
        let mut whole = start.to_owned();
        for number in 2..=count {
            let Some(part) = self.part(user, number)? else { return Ok(None) };
            whole.push_str(part.expose_secret());
        }
        Ok(Some(whole.into()))
    }

    /// Keeps the secret in place of an earlier one. The first part is written last, because the others do not count without it.
    ///
    /// # Errors
    /// The store's.
    pub fn write(&self, user: &str, secret: &SecretString) -> Result<(), Error> {
        let parts = cut(secret.expose_secret(), self.most);
        if parts.len() > 1 {
            // If the writing breaks off, there is no secret, not a mixture with the earlier one.
            self.forget(user)?;
        }
        for (part, number) in parts.iter().zip(1_usize..).skip(1) {
            self.entry(user, number)?.set_password(part)?;
        }
        match parts.as_slice() {
            [whole] => self.entry(user, 1)?.set_password(whole)?,
            [first, ..] => {
                let marked = SecretString::from(format!("{MARK}{}{MARK}{first}", parts.len()));
                self.entry(user, 1)?.set_password(marked.expose_secret())?;
            }
            [] => self.entry(user, 1)?.set_password("")?,
        }
        self.forget_from(user, parts.len().max(1) + 1)
    }

    /// Forgets the secret of `user`, if there is one.
    ///
    /// # Errors
    /// The store's.
    pub fn forget(&self, user: &str) -> Result<(), Error> {
        self.forget_from(user, 1)
    }

    /// Deletes the part `first` and all after it.
    fn forget_from(&self, user: &str, first: usize) -> Result<(), Error> {
        for number in first.. {
            match self.entry(user, number)?.delete_credential() {
                Ok(()) => {}
                // The first part may be missing while others are left.
                Err(Error::NoEntry) if number == 1 => {}
                Err(Error::NoEntry) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn part(&self, user: &str, number: usize) -> Result<Option<SecretString>, Error> {
        match self.entry(user, number)?.get_password() {
            Ok(part) => Ok(Some(part.into())),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn entry(&self, user: &str, number: usize) -> Result<Entry, Error> {
        if number == 1 {
            return self.store.build(self.service, user, None);
        }
        self.store.build(self.service, &format!("{user}#{number}"), None)
    }
}

/// The number of parts and the text of the first one; `None` if the entry does not begin with the mark.
fn marked(first: &str) -> Option<(usize, &str)> {
    let (count, start) = first.strip_prefix(MARK)?.split_once(MARK)?;
    Some((count.parse().ok()?, start))
}

/// Cuts a secret between characters into parts of at most `most` UTF-16 units.
fn cut(secret: &str, most: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut units) = (0, 0);
    for (at, letter) in secret.char_indices() {
        if units + letter.len_utf16() > most {
            parts.push(&secret[start..at]);
            (start, units) = (at, 0);
        }
        units += letter.len_utf16();
    }
    parts.push(&secret[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use keyring_core::mock;

    use super::*;

    fn parts(store: &Arc<CredentialStore>) -> Parts<'_> {
        Parts { store, service: "test", most: 4 }
    }

    #[test]
    fn a_long_secret_is_kept_in_parts_and_a_shorter_one_leaves_none_behind() {
        let store: Arc<CredentialStore> = mock::Store::new().unwrap();
        let parts = parts(&store);
        for secret in ["секрет из тринадцати", "abcd", "abcde", "", "🙂🙂🙂"] {
            parts.write("a", &secret.into()).unwrap();
            assert_eq!(parts.read("a").unwrap().unwrap().expose_secret(), secret);
        }
        assert!(matches!(parts.entry("a", 4).unwrap().get_password(), Err(Error::NoEntry)));
        parts.forget("a").unwrap();
        assert!(parts.read("a").unwrap().is_none());
        assert!(matches!(parts.entry("a", 2).unwrap().get_password(), Err(Error::NoEntry)));
    }

    #[test]
    fn a_secret_that_lacks_a_part_is_none() {
        let store: Arc<CredentialStore> = mock::Store::new().unwrap();
        let parts = parts(&store);
        parts.write("a", &"0123456789".into()).unwrap();
        parts.entry("a", 2).unwrap().delete_credential().unwrap();
        assert!(parts.read("a").unwrap().is_none());
    }

    #[test]
    fn no_letter_is_cut_in_two() {
        assert_eq!(cut("a🙂b", 2), ["a", "🙂", "b"]);
        assert_eq!(cut("абв", usize::MAX), ["абв"]);
    }
}
