//! The user guide's screenshots, taken from the running program.

use anyhow::Result;

use crate::{demo, run, setup};

/// Takes every screenshot of the guide anew, into its own folder.
pub fn run() -> Result<()> {
    setup::run(setup::For::Desktop)?;
    demo::build()?;
    demo::tour("guide", &run::root().join("docs/guide/img"))
}
