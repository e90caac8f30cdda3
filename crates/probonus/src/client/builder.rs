//! What a client is made of.

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

/// Begins with [`Client::builder`]. Everything but the authorisation has a default.
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

    /// Who we are to the server.
    #[must_use]
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = Some(auth);
        self
    }

    /// How the server wants to be spoken to; the contract table by default.
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

    /// Which way requests leave the house; by default as the system is set up.
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = proxy;
        self
    }

    /// Certificates (a PEM bundle, or one in DER) to trust besides the platform's: the office's own authority.
    #[must_use]
    pub fn extra_roots(mut self, file: impl Into<Vec<u8>>) -> Self {
        self.extra_roots.push(file.into());
        self
    }

    /// Who asks: `ProBonus-Office/1.2`.
    #[must_use]
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = name.into();
        self
    }

    /// Another transport than the network; proxy, certificates and the connect limit are then its own affair.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// The clock that the server's is compared with.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Makes the client. Asks the server nothing.
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
                user_agent: self.user_agent,
            }),
            session: Arc::new(Session::new(auth)),
            speech: Arc::new(Speech { binding: self.binding.unwrap_or_default(), ..Speech::default() }),
        })
    }
}

/// The token without the white space that comes along with pasting.
fn sendable(token: &SecretString) -> Result<SecretString, BuildError> {
    let trimmed = token.expose_secret().trim();
    let carried = !trimmed.is_empty() && trimmed.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if carried { Ok(SecretString::from(trimmed)) } else { Err(BuildError::Token) }
}

/// The one place of this crate that asks the system for the time; a caller with a clock of its own replaces it.
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
