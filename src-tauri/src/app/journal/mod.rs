//! The journal's file: backups, restore, export. And the drafts that the journal keeps.

mod backups;
mod files;
