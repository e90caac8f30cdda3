//! Builds a client.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::{
    Auth, BuildError, Client, Limits, Proxy, ServerAddress, Transport,
    network::{Network, NetworkOptions},
    session::Session,
    speech::Speech,
    wire::{Clock, Wire},
};
use crate::binding::Binding;

/// The settings of a new client; begin with [`Client::builder`]. Only [`ClientBuilder::auth`] has no default.
pub struct ClientBuilder {
    address: String,
    auth: Option<Auth>,
    binding: Option<Binding>,
    limits: Limits,
    proxy: Proxy,
    extra_roots: Vec<Vec<u8>>,
    user_agent: String,
    transport: Option<Arc<dyn Transport>>,
    clock: Clock,
}

impl Client {
    /// Begins a client of the server at `address`; see [`ServerAddress`] for what may be typed.
    #[must_use]
    pub fn builder(address: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(address.into())
    }
}

impl ClientBuilder {
    pub(super) fn new(address: String) -> Self {
        Self {
            address,
            auth: None,
            binding: None,
            limits: Limits::default(),
            proxy: Proxy::System,
            extra_roots: Vec::new(),
            user_agent: concat!("probonus/", env!("CARGO_PKG_VERSION")).to_owned(),
            transport: None,
            clock: Arc::new(system_clock),
        }
    }

    /// How the client proves who it is.
    #[must_use]
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = Some(auth);
        self
    }

    /// The binding of this server; by default that of the contract table.
    #[must_use]
    pub fn binding(mut self, binding: Binding) -> Self {
        self.binding = Some(binding);
        self
    }

    /// Limits of time and size.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Time for a whole request.
    #[must_use]
    pub const fn request_limit(mut self, limit: Duration) -> Self {
        self.limits.request = limit;
        self
    }

    /// The proxy for all requests; by default the system's.
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = proxy;
        self
    }

    /// Adds certificates (a PEM bundle, or one in DER) that are trusted besides the platform's. Example: the office's own
    /// authority.
    #[must_use]
    pub fn extra_roots(mut self, file: impl Into<Vec<u8>>) -> Self {
        self.extra_roots.push(file.into());
        self
    }

    /// The name that the client gives itself: `ProBonus-Office/1.2`.
    #[must_use]
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = name.into();
        self
    }

    /// Replaces the network by another transport. Proxy, certificates and the connect limit have no effect on it.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Our clock, with which the client compares the server's.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Builds the client. Sends nothing.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn build(self) -> Result<Client, BuildError> {
        let address: ServerAddress = self.address.parse()?;
        let auth = match self.auth.ok_or(BuildError::NoAuth)? {
            Auth::Token(token) => Auth::Token(sendable(&token)?),
            login => login,
        };
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(Network::new(&NetworkOptions {
                proxy: self.proxy,
                extra_roots: self.extra_roots,
                user_agent: self.user_agent.clone(),
                connect_limit: self.limits.connect,
                plaintext: address.is_plaintext(),
            })?),
        };
        Ok(Client {
            wire: Arc::new(Wire {
                address,
                transport,
                limits: self.limits,
                clock: self.clock,
                offset: Mutex::new(None),
                cached: Arc::default(),
                distance: Arc::default(),
                sign_in_distance: Arc::default(),
                cookies: Arc::default(),
                user_agent: self.user_agent,
            }),
            session: Arc::new(Session::new(auth)),
            speech: Arc::new(Speech { binding: self.binding.unwrap_or_default(), ..Speech::default() }),
        })
    }
}

/// The token without the white space that pasting adds.
fn sendable(token: &SecretString) -> Result<SecretString, BuildError> {
    let trimmed = token.expose_secret().trim();
    let carried = !trimmed.is_empty() && trimmed.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if carried { Ok(SecretString::from(trimmed)) } else { Err(BuildError::Token) }
}

/// The system's time. This is the only place in the crate that reads it; a caller may replace it ([`ClientBuilder::clock`]).
#[allow(clippy::disallowed_methods, reason = "the default behind ClientBuilder::clock")]
fn system_clock() -> Timestamp {
    Timestamp::now()
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("address", &self.address)
            .field("auth", &self.auth)
            .finish_non_exhaustive()
    }
}
