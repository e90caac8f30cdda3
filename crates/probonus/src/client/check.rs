//! «Проверить подключение»: one reading call, told step by step.

use serde::{Deserialize, Serialize};

use super::{Client, TransportFault};
use crate::{Delivery, Error, ErrorKind, Loyalty, Method, model::Group};

/// A phone that a server without groups is asked for, to see whether it lets us in: 900 is the first code of mobile phones.
pub const ANYBODY: &str = "+79000000000";

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
    /// Reads the groups, to see whether the server can be worked with; a failure is looked into more closely than that
    /// of another call. A server without groups is asked for a guest, and gives no groups. Writes nothing, may be repeated.
    ///
    /// # Errors
    /// As [`Loyalty::groups`]; [`ErrorKind::WantsTls`] also for a server that says nothing of it but speaks TLS.
    pub async fn try_out(&self) -> Result<Vec<Group>, Error> {
        let result = match self.unsupported(Method::Groups) {
            None => self.groups().await,
            Some(_) => self.ask_for_anybody().await.map(|()| Vec::new()),
        };
        match result {
            Err(error)
                if self.is_plaintext()
                    && matches!(error.kind(), ErrorKind::NotHttp | ErrorKind::ConnectionLost)
                    && self.speaks_tls().await =>
            {
                Err(error.with_kind(ErrorKind::WantsTls))
            }
            other => other,
        }
    }

    /// Looks for a guest who need not be there: any answer to it is one of a server that lets us in.
    async fn ask_for_anybody(&self) -> Result<(), Error> {
        let invalid = |_| Error::new(ErrorKind::InvalidRequest, Delivery::NotSent).with_method(Method::FindByPhone);
        match self.find_by_phone(&ANYBODY.parse().map_err(invalid)?).await {
            Err(error) if error.kind() != ErrorKind::Refused => Err(error),
            _ => Ok(()),
        }
    }

    /// Whether TLS is spoken at the server's port. Nothing is told to the server but its own name.
    async fn speaks_tls(&self) -> bool {
        let Some(uri) = self.address().under_tls() else { return false };
        let Ok(request) = http::Request::head(uri).body(bytes::Bytes::new()) else { return false };
        match tokio::time::timeout(self.wire.limits.connect, self.wire.transport.send(request)).await {
            Ok(Ok(_)) => true,
            Ok(Err(error)) => matches!(
                error.fault,
                TransportFault::CertificateExpired
                    | TransportFault::CertificateNotYetValid
                    | TransportFault::CertificateOtherHost
                    | TransportFault::CertificateNotTrusted
                    | TransportFault::Certificate
                    | TransportFault::TlsTooOld
            ),
            Err(_) => false,
        }
    }

    /// Checks the connection by reading the groups. Writes nothing, may be repeated; takes no longer than the limits.
    pub async fn check(&self) -> CheckReport {
        let result = self.try_out().await;
        let failed = result.as_ref().err().map(CheckStep::of);
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

impl CheckStep {
    /// The step at which a failed reading of the groups shows.
    #[must_use]
    pub fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Unreadable if error.method() == Some(Method::Groups) => Self::Groups,
            ErrorKind::NameNotResolved => Self::Resolve,
            ErrorKind::CannotConnect
            | ErrorKind::Unreachable
            | ErrorKind::ProxyAbsent
            | ErrorKind::ProxyPassword
            | ErrorKind::ProxyScheme
            | ErrorKind::Proxy => Self::Connect,
            ErrorKind::NoTls
            | ErrorKind::TlsTooOld
            | ErrorKind::Certificate
            | ErrorKind::CertificateExpired
            | ErrorKind::CertificateNotYetValid
            | ErrorKind::CertificateOtherHost
            | ErrorKind::CertificateNotTrusted => Self::Tls,
            ErrorKind::SignInAgain | ErrorKind::Forbidden => Self::Authorise,
            ErrorKind::Refused | ErrorKind::Unsupported => Self::Groups,
            _ => Self::Answer,
        }
    }
}
