//! The folders of the journal and of its backups.

use std::{fs, io, path::Path};

/// Makes a folder and those above it, readable for the owner alone: the journal names guests and their phones. A folder that
/// exists stays as it is.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
