//! «Проверить подключение»: one reading call, told step by step.

use serde::{Deserialize, Serialize};

use super::Client;
use crate::{Error, ErrorKind, Loyalty, Method, model::Group};

/// A step on the way to a server's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum CheckStep {
    /// The server's name is found.
    Resolve,
    /// It, or the proxy on the way, takes our connection.
    Connect,
    /// Its certificate is good. Not a step of `http://`.
    Tls,
    /// What answers is ProBonus.
    Answer,
    /// It knows us.
    Authorise,
    /// It lets us read the groups, and we understand them.
    Groups,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum StepOutcome {
    /// Well.
    Passed,
    /// Badly; [`CheckReport::error`] says how.
    Failed,
    /// It was not reached.
    NotReached,
}

/// A step and its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct StepResult {
    /// The step.
    pub step: CheckStep,
    /// Its outcome.
    pub outcome: StepOutcome,
}

/// What a check of the connection found. The steps are told from the outcome of one true call, so proxies and
/// certificates are met exactly as every later call meets them.
#[derive(Clone, Debug)]
pub struct CheckReport {
    /// The steps, in order.
    pub steps: Vec<StepResult>,
    /// The failure of the failed step.
    pub error: Option<Error>,
    /// The groups, if they could be read.
    pub groups: Vec<Group>,
    /// Whether everything travels unprotected.
    pub plaintext: bool,
    /// Seconds that the server's clock is ahead of ours.
    pub clock_ahead: Option<i64>,
}

impl CheckReport {
    /// Whether every step passed.
    #[must_use]
    pub const fn passed(&self) -> bool {
        self.error.is_none()
    }
}

impl Client {
    /// Checks the connection by reading the groups. Writes nothing, may be repeated; takes no longer than the limits.
    pub async fn check(&self) -> CheckReport {
        let result = self.groups().await;
        let failed = result.as_ref().err().map(failed_step);
        let steps = [
            CheckStep::Resolve,
            CheckStep::Connect,
            CheckStep::Tls,
            CheckStep::Answer,
            CheckStep::Authorise,
            CheckStep::Groups,
        ];
        let steps = steps
            .into_iter()
            .filter(|step| *step != CheckStep::Tls || !self.is_plaintext())
            .map(|step| StepResult { step, outcome: outcome(step, failed) })
            .collect();
        let (groups, error) = match result {
            Ok(groups) => (groups, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        CheckReport {
            steps,
            error,
            groups,
            plaintext: self.is_plaintext(),
            clock_ahead: self.clock_offset().map(|offset| offset.as_secs()),
        }
    }
}

fn outcome(step: CheckStep, failed: Option<CheckStep>) -> StepOutcome {
    match failed {
        Some(failed) if step == failed => StepOutcome::Failed,
        Some(failed) if step as u8 > failed as u8 => StepOutcome::NotReached,
        _ => StepOutcome::Passed,
    }
}

fn failed_step(error: &Error) -> CheckStep {
    match error.kind() {
        ErrorKind::NameNotResolved => CheckStep::Resolve,
        ErrorKind::CannotConnect | ErrorKind::Proxy => CheckStep::Connect,
        ErrorKind::Certificate
        | ErrorKind::CertificateExpired
        | ErrorKind::CertificateOtherHost
        | ErrorKind::CertificateNotTrusted => CheckStep::Tls,
        ErrorKind::SignInAgain | ErrorKind::Forbidden => CheckStep::Authorise,
        ErrorKind::Unreadable if error.method() == Some(Method::Groups) => CheckStep::Groups,
        ErrorKind::Refused | ErrorKind::Unsupported => CheckStep::Groups,
        _ => CheckStep::Answer,
    }
}
