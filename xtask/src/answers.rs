//! The answers of the real program that the page is tested with, recorded by a test of the shell.

use anyhow::Result;

use crate::run;

/// Plays the recorder's scene and writes the files that differ; without this, the same test compares.
pub fn run() -> Result<()> {
    run::run(
        run::cargo().arg("test").args(["--package", "probonus-office", "--lib", "answers"]).env("RECORD_ANSWERS", "1"),
    )
}
