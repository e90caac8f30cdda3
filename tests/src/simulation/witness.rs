//! The journal's witness in a simulation: it outlives the process runs and the files.

use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use office::journal::witness::{Testimony, Witness};

/// What the witness says now, what it said before the last write, and what is proposed to it.
#[derive(Debug, Default)]
struct Words {
    said: Option<Testimony>,
    before: Option<Testimony>,
    proposed: Option<Testimony>,
}

/// A witness in memory.
#[derive(Debug, Default)]
pub struct SimWitness(Mutex<Words>);

impl SimWitness {
    /// A write begins: remembers what the witness says now.
    pub fn remember(&self) {
        let mut words = self.words();
        words.before = words.said;
    }

    /// Goes back to what the witness said before the last write: the rest is lost with the machine.
    pub fn take_back(&self) {
        let mut words = self.words();
        words.said = words.before;
    }

    /// What it says.
    pub fn says(&self) -> Option<Testimony> {
        self.words().said
    }

    /// Sets what the witness says: its file is put back.
    pub fn put_back(&self, said: Option<Testimony>) {
        self.words().said = said;
    }

    fn words(&self) -> MutexGuard<'_, Words> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Witness for SimWitness {
    fn read(&self) -> io::Result<Option<Testimony>> {
        Ok(self.words().said)
    }

    fn propose(&self, testimony: &Testimony) -> io::Result<()> {
        self.words().proposed = Some(*testimony);
        Ok(())
    }

    fn accept(&self) -> io::Result<()> {
        let mut words = self.words();
        words.said = words.proposed;
        Ok(())
    }
}
