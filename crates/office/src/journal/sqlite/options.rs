//! How a journal is opened.

use std::path::PathBuf;

use jiff::tz::TimeZone;

/// Where the work of SQLite is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Run {
    /// On a blocking thread of the tokio runtime, so that a window never waits for a disk.
    #[default]
    Worker,
    /// In the caller's own thread, within the call. For simulations: under tokio's paused clock, work on another thread
    /// lets time jump.
    Inline,
}

/// What an acknowledged write survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// A power cut: every commit waits for the disk.
    #[default]
    PowerCut,
    /// The end of the process, but not a power cut. For simulations and for filling a file in a bench.
    Process,
}

/// How a journal is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// The file.
    pub path: PathBuf,
    /// Folder of the daily backups, and of the copy that is made before a migration.
    pub backups: PathBuf,
    /// Where the work is done.
    pub run: Run,
    /// What a write survives.
    pub durability: Durability,
    /// The zone in which [`Filter`](crate::Filter)'s days and the days of backups are counted.
    pub zone: TimeZone,
    /// The most pages (4096 bytes) the file may have; `None`: no limit. At the limit it behaves like a full disk; tests use that.
    pub most_pages: Option<u32>,
}

impl Options {
    /// The file at `path`, backups in the folder `backups` beside it, on a worker, safe against a power cut, in the
    /// machine's time zone.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            backups: path.with_file_name("backups"),
            path,
            run: Run::default(),
            durability: Durability::default(),
            zone: TimeZone::system(),
            most_pages: None,
        }
    }

    /// With the work done `run`.
    #[must_use]
    pub const fn run(mut self, run: Run) -> Self {
        self.run = run;
        self
    }

    /// With writes that survive what `durability` says.
    #[must_use]
    pub const fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// With days counted in `zone`.
    #[must_use]
    pub fn zone(mut self, zone: TimeZone) -> Self {
        self.zone = zone;
        self
    }

    /// With a file of at most `pages`.
    #[must_use]
    pub const fn most_pages(mut self, pages: u32) -> Self {
        self.most_pages = Some(pages);
        self
    }
}
