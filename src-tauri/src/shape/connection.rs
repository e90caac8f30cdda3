//! The sign-in, the kind of proxy, the steps of the connection check, and problems of the keychain.

use serde::{Deserialize, Serialize};
use specta::Type;

/// The kind of sign-in.
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

/// The kind of proxy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProxyKind {
    /// The system's proxy.
    #[default]
    System,
    /// No proxy: directly to the server.
    None,
    /// The proxy that is given here.
    Own,
}

/// A step of the connection check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// The server's name has an address.
    Resolve,
    /// The server, or the proxy, accepts a connection.
    Connect,
    /// TLS is set up and the certificate is trusted.
    Tls,
    /// ProBonus answers, not another program.
    Answer,
    /// The server accepts the token or the login.
    Authorise,
    /// The groups can be read and understood.
    Groups,
    /// A group takes new accounts. `count`: the number of such groups.
    TemplateGroup,
    /// The contract is checked. `count`: the number of methods that this server can do.
    Contract,
}
