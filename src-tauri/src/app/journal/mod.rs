//! The journal as a file: copies, restoring, export; and the drafts it keeps.

mod backups;
mod files;
