//! Why a client could not be made.

use super::address::AddressError;

/// Why a client could not be made. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The text is not a server's address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Neither a token nor a login was given.
    #[error("neither a token nor a login was given")]
    NoAuth,
    /// The token is empty or has characters that no header can carry.
    #[error("the token is empty or has characters that can't be sent")]
    Token,
    /// The proxy's address can't be used.
    #[error("the proxy: {0}")]
    Proxy(String),
    /// A file of certificates can't be read.
    #[error("the file of certificates: {0}")]
    Roots(String),
    /// The system's trust store or the network could not be set up.
    #[error("the network: {0}")]
    Network(String),
}
