//! How the server is reached, who we are to it, and where that fails.

use serde::{Deserialize, Serialize};
use specta::Type;

/// How we are authorised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuthKind {
    /// The permanent token.
    Token,
    /// Login and password.
    Login,
}

/// Why the keychain can't be used. Each has its own advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeychainProblem {
    /// Locked: unlock it and repeat.
    Locked,
    /// There is no keychain service on this machine.
    Missing,
    /// It refused.
    Refused,
    /// It did not answer in time.
    Timeout,
}

/// Which way requests leave the house.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProxyKind {
    /// As the system is set up.
    #[default]
    System,
    /// Straight to the server.
    None,
    /// Through the proxy that is given here.
    Own,
}

/// Which step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
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
