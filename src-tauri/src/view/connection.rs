//! The report of a connection check.

use serde::Serialize;
use specta::Type;

use crate::{error::AppError, shape::Step};

/// The steps of a connection check, in order. The first failed step ends it.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub(crate) struct ConnectionReport {
    /// The steps that were made.
    pub steps: Vec<ConnectionStep>,
    /// Whether every step passed.
    pub ok: bool,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub(crate) struct ConnectionStep {
    /// The step.
    pub step: Step,
    /// Why it failed; `null`: it passed.
    pub error: Option<AppError>,
    /// The number of groups or methods, for steps that count them.
    pub count: Option<u32>,
}
