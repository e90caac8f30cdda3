//! What is known of updates in this run.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use semver::Version;

use super::manifest::Release;
use crate::view::UpdateStage;

/// What is known of updates in this run.
#[derive(Default)]
pub(crate) struct Updating {
    /// The newer version that was found.
    pub found: Option<Arc<Release>>,
    pub stage: UpdateStage,
    /// When the server of updates answered last.
    pub checked_at: Option<Timestamp>,
    /// The verified file of a version.
    pub ready: Option<(Version, Bytes)>,
}
