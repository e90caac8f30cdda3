//! «Проверить подключение»: makes one reading call and shows its outcome step by step.

use serde::{Deserialize, Serialize};

use super::{Client, TransportFault};
use crate::{Delivery, Error, ErrorKind, Loyalty, Method, model::Group};

/// The phone by which the check looks for a guest on a server without groups. Nobody needs to have it: 900 is the first
/// mobile code, so the server takes it for a valid number.
pub const ANYBODY: &str = "+79000000000";

/// A step on the way to a server's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum CheckStep {
    /// The server's name has an address.
    Resolve,
    /// The server, or the proxy, accepts a connection.
    Connect,
    /// TLS is set up and the certificate is trusted. There is no such step for `http://`.
    Tls,
    /// ProBonus answers, not another program.
    Answer,
    /// The server accepts the token or the login.
    Authorise,
    /// The groups can be read and understood.
    Groups,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum StepOutcome {
    /// It succeeded.
    Passed,
    /// It failed; see [`CheckReport::error`].
    Failed,
    /// An earlier step failed.
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

/// The result of a check of the connection. All steps are derived from the outcome of one ordinary call, so the check meets
/// the same proxy and the same certificate as every later call.
#[derive(Clone, Debug)]
pub struct CheckReport {
    /// The steps, in order.
    pub steps: Vec<StepResult>,
    /// The failure of the failed step.
    pub error: Option<Error>,
    /// The groups, if they could be read.
    pub groups: Vec<Group>,
    /// Whether the connection is unprotected (`http://`).
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
    /// Reads the groups, to see whether the server works. If the server has no method for groups, it looks for a guest instead
    /// and returns no groups. Writes nothing; may be repeated.
    ///
    /// # Errors
    /// As [`Loyalty::groups`]. [`ErrorKind::WantsTls`] also if an `http://` server breaks the connection or does not answer in
    /// HTTP, and its port turns out to speak TLS.
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

    /// Looks for the guest with the phone [`ANYBODY`]. It succeeds if the server answers, also with nobody or a refusal: a server
    /// does so only after it has accepted our token.
    async fn ask_for_anybody(&self) -> Result<(), Error> {
        let invalid = |_| Error::new(ErrorKind::InvalidRequest, Delivery::NotSent).with_method(Method::FindByPhone);
        match self.find_by_phone(&ANYBODY.parse().map_err(invalid)?).await {
            Err(error) if error.kind() != ErrorKind::Refused => Err(error),
            _ => Ok(()),
        }
    }

    /// Whether the server's port speaks TLS. It sends a HEAD request for `/` without the token.
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

    /// Checks the connection by reading the groups. Writes nothing; may be repeated.
    ///
    /// It may take several times [`Limits::request`](super::Limits::request): a login goes before the read, and a read that
    /// meets a 429 is repeated.
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
    /// The step that failed, by the error of the reading call.
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
