//! How the connection was checked.

use serde::Serialize;
use specta::Type;

use crate::error::AppError;

/// The steps of "check the connection", in order; a failed step ends it.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct ConnectionReport {
    /// What was tried.
    pub steps: Vec<ConnectionStep>,
    /// Whether all of it worked.
    pub ok: bool,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct ConnectionStep {
    /// Which.
    pub step: Step,
    /// Why it failed; `null`: it worked.
    pub error: Option<AppError>,
    /// A number that goes with it: groups seen, methods understood.
    pub count: Option<u32>,
}

/// Which step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The server's name is found.
    Resolve,
    /// It, or the proxy on the way, takes our connection.
    Connect,
    /// Its certificate is good.
    Tls,
    /// What answers is ProBonus.
    Answer,
    /// It knows us.
    Authorise,
    /// It lets us read the groups.
    Groups,
    /// A group takes new accounts; `count`: such groups.
    TemplateGroup,
    /// `count`: methods of the contract that this server can do.
    Contract,
}
