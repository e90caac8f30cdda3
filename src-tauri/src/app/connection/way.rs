//! The network settings in memory, and the certificate files in their folder.

use std::{fs, io, path::Path};

use probonus::client::authority::Authority;
use secrecy::SecretString;

/// The network settings of this run.
#[derive(Default)]
pub(crate) struct Way {
    pub password: Option<SecretString>,
    pub authorities: Vec<Authority>,
    /// Authorities whose files were put into the folder by hand, and that nobody has trusted yet.
    pub strange: Vec<Authority>,
    /// Counts the changes of these settings, and of the client that is held. What a search learns that began before is dropped.
    pub generation: u64,
}

/// The most authorities: each costs a file, and time at every connection.
pub const MOST_AUTHORITIES: usize = 100;

/// The file's name, made of the fingerprint: `a1b2….crt`. A certificate can't choose it.
pub fn file_name(authority: &Authority) -> String {
    format!("{}.crt", authority.fingerprint.replace(':', "").to_ascii_lowercase())
}

pub fn write(folder: &Path, authority: &Authority) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let path = folder.join(file_name(authority));
    let beside = path.with_extension("new");
    fs::write(&beside, &authority.der)?;
    fs::rename(beside, path)
}

pub fn unless_absent(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

/// Reads the certificate files of the folder. A file that can't be read is skipped and logged.
pub fn read_folder(folder: &Path) -> Vec<Authority> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let files = entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "crt"));
    let mut authorities = Vec::new();
    for path in files.take(MOST_AUTHORITIES) {
        let read = fs::read(&path).map_err(|error| error.to_string());
        match read.and_then(|der| Authority::read(der).map_err(|error| error.to_string())) {
            Ok(authority) => authorities.push(authority),
            Err(error) => tracing::warn!(%error, file = %path.display(), "an authority can't be read"),
        }
    }
    authorities
}
