//! The journal's witness as the program has it: a file of a few bytes that is written beside itself and renamed.

use std::{fs, io, path::PathBuf};

use office::journal::witness::{Testimony, Witness};

#[derive(Debug)]
pub struct WitnessFile(pub PathBuf);

impl Witness for WitnessFile {
    fn read(&self) -> io::Result<Option<Testimony>> {
        match fs::read(&self.0) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(_) => Ok(None),
        }
    }

    fn propose(&self, testimony: &Testimony) -> io::Result<()> {
        fs::write(self.0.with_extension("part"), serde_json::to_vec(testimony)?)
    }

    fn accept(&self) -> io::Result<()> {
        fs::rename(self.0.with_extension("part"), &self.0)
    }
}
