//! What is known of updates in this run.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use semver::Version;

use super::manifest::{Release, ReleaseFile};
use crate::view::UpdateStage;

/// What is known of updates in this run.
#[derive(Default)]
pub(crate) struct Updating {
    /// The newer version that was found.
    pub found: Option<Arc<Release>>,
    pub stage: UpdateStage,
    /// When the server of updates answered last.
    pub checked_at: Option<Timestamp>,
    /// The file that was fetched and verified last.
    pub ready: Option<VerifiedFile>,
}

/// A file that came whole, with the signature of its version.
pub(crate) struct VerifiedFile {
    pub version: Version,
    /// What was promised of it.
    pub promised: ReleaseFile,
    pub bytes: Bytes,
}

impl VerifiedFile {
    /// Whether it is the file of a release as it is told now: a publisher may put another file under the same version.
    pub fn is_of(&self, release: &Release) -> bool {
        self.version == release.version && Some(&self.promised) == release.file.as_ref()
    }
}
