//! How the connection was checked.

use serde::Serialize;
use specta::Type;

use crate::{error::AppError, shape::Step};

/// The steps of "check the connection", in order; a failed step ends it.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub(crate) struct ConnectionReport {
    /// What was tried.
    pub steps: Vec<ConnectionStep>,
    /// Whether all of it worked.
    pub ok: bool,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub(crate) struct ConnectionStep {
    /// Which.
    pub step: Step,
    /// Why it failed; `null`: it worked.
    pub error: Option<AppError>,
    /// A number that goes with it: groups seen, methods understood.
    pub count: Option<u32>,
}
