//! The witness of a journal, in a file of a few bytes outside the journal's folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use office::journal::witness::{Testimony, Witness};

use super::private_folder;

/// A witness in a file. A testimony is written to another file, which then replaces this one, so that the file is always whole.
#[derive(Debug)]
pub(crate) struct WitnessFile {
    path: PathBuf,
}

impl WitnessFile {
    /// The file at `path`. It need not exist.
    pub const fn at(path: PathBuf) -> Self {
        Self { path }
    }

    fn proposed(&self) -> PathBuf {
        self.path.with_extension("part")
    }
}

impl Witness for WitnessFile {
    fn read(&self) -> io::Result<Option<Testimony>> {
        match fs::read(&self.path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(named(&self.path, &error)),
        }
    }

    fn propose(&self, testimony: &Testimony) -> io::Result<()> {
        let (path, bytes) = (self.proposed(), serde_json::to_vec(testimony)?);
        let written = match fs::write(&path, &bytes) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => path
                .parent()
                .map_or(Ok(()), |folder| private_folder::make(folder).map(drop))
                .and_then(|()| fs::write(&path, &bytes)),
            written => written,
        };
        written.map_err(|error| named(&path, &error))
    }

    fn accept(&self) -> io::Result<()> {
        fs::rename(self.proposed(), &self.path).map_err(|error| named(&self.path, &error))
    }
}

/// The system's error, with the name of the file.
fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_testimony_counts_once_it_is_accepted() {
        let folder = tempfile::tempdir().unwrap();
        let witness = WitnessFile::at(folder.path().join("witness").join("live.json"));
        let testimony = |generation| Testimony { life: uuid::Uuid::from_u128(7), generation, operations: 2 };
        assert_eq!(witness.read().unwrap(), None);
        for generation in 1..4 {
            witness.propose(&testimony(generation)).unwrap();
            witness.accept().unwrap();
            witness.propose(&testimony(99)).unwrap();
            assert_eq!(witness.read().unwrap(), Some(testimony(generation)));
        }
        fs::write(&witness.path, "{").unwrap();
        assert!(witness.read().is_err());
    }
}
