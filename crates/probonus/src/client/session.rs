//! The token or session of the client. Calls that need a new session at the same time share one renewal.

use std::{
    fmt,
    sync::{
        PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use secrecy::{ExposeSecret, SecretString};
use tokio::{sync::Mutex, time::Instant};

use super::{
    masks::Masks,
    redirect::Purpose,
    speech::Speech,
    wire::{Outgoing, Pass, Wire},
};
use crate::{
    Delivery, Error, ErrorKind, Method,
    binding::Binding,
    codec::{self, Call, Tokens},
};

/// How the client proves who it is.
#[derive(Clone)]
pub enum Auth {
    /// A permanent API token \[S].
    Token(SecretString),
    /// Login and password of a user of the web administration \[S]. The client opens and renews the session.
    Login {
        /// The login.
        login: String,
        /// The password.
        password: SecretString,
    },
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Auth::Token(…)",
            Self::Login { .. } => "Auth::Login(…)",
        })
    }
}

/// A secret for one call: the token, or the access token of the session.
#[derive(Clone)]
pub(super) struct Held {
    secret: SecretString,
    /// The number of the renewal that it came from; 0 for a permanent token.
    generation: u64,
}

impl Held {
    pub(super) fn pass<'a>(&'a self, binding: &'a Binding) -> Pass<'a> {
        let scheme = if self.generation == 0 { &binding.token } else { &binding.session };
        Pass { scheme: &scheme.value, secret: &self.secret }
    }
}

#[derive(Default)]
struct State {
    generation: u64,
    tokens: Option<Tokens>,
    /// The failure of the last renewal, for the calls that waited for it.
    failed: Option<Error>,
    /// How often the server answered the login with a failure, one after the other, and when it is asked next.
    failed_logins: u32,
    next_login: Option<Instant>,
    /// The refusal of the login. After it the client never signs in again: repeated attempts could lock the user's account.
    ended: Option<Error>,
}

pub(super) struct Session {
    auth: Auth,
    state: Mutex<State>,
    /// The number of renewals that have ended, in success or failure.
    finished: AtomicU64,
    /// The tokens of the last sessions. A server may still name an old one in an error.
    issued: std::sync::Mutex<Vec<SecretString>>,
}

/// Tokens that are remembered to be masked: those of the last four sessions.
const MOST_ISSUED: usize = 8;

impl Session {
    pub(super) fn new(auth: Auth) -> Self {
        Self { auth, state: Mutex::default(), finished: AtomicU64::new(0), issued: std::sync::Mutex::default() }
    }

    /// An error without the secrets of the client, `keys` among them; see [`Masks`].
    pub(super) fn masked<'k>(&self, error: Error, keys: impl Iterator<Item = &'k SecretString>) -> Error {
        let issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (own, pair) = match &self.auth {
            Auth::Token(token) => (token, None),
            Auth::Login { login, password } => {
                (password, Some(SecretString::from(format!("{login}:{}", password.expose_secret()))))
            }
        };
        let secrets = std::iter::once(own.clone()).chain(issued).chain(keys.cloned());
        Masks::of(secrets, pair.as_ref()).laid_over(error)
    }

    fn remember(&self, tokens: &Tokens) {
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        issued.extend([Some(&tokens.access), tokens.refresh.as_ref()].into_iter().flatten().cloned());
        let old = issued.len().saturating_sub(MOST_ISSUED);
        issued.drain(..old);
    }

    /// How it signs in.
    pub(super) fn auth(&self) -> Auth {
        self.auth.clone()
    }

    /// The secret, if it can be had without a request to the server.
    pub(super) async fn at_hand(&self) -> Option<Held> {
        match &self.auth {
            Auth::Token(token) => Some(Held { secret: token.clone(), generation: 0 }),
            Auth::Login { .. } => {
                let state = self.state.lock().await;
                state.tokens.as_ref().map(|t| Held { secret: t.access.clone(), generation: state.generation })
            }
        }
    }

    /// The secret for a call. Opens the session if it is not open.
    pub(super) async fn enter(&self, wire: &Wire, speech: &Speech) -> Result<Held, Error> {
        match &self.auth {
            Auth::Token(token) => Ok(Held { secret: token.clone(), generation: 0 }),
            Auth::Login { login, password } => self.renew_from(0, wire, speech, login, password).await,
        }
    }

    /// A new secret in place of `stale`, which the server has just refused with `refusal`. A permanent token has no other:
    /// the error is `refusal`.
    pub(super) async fn renew(
        &self,
        stale: &Held,
        refusal: Error,
        wire: &Wire,
        speech: &Speech,
    ) -> Result<Held, Error> {
        match &self.auth {
            Auth::Token(_) => Err(refusal),
            Auth::Login { login, password } => self.renew_from(stale.generation, wire, speech, login, password).await,
        }
    }

    /// A session newer than generation `stale`. If a renewal is under way, the call waits for it and takes its session or its
    /// failure.
    async fn renew_from(
        &self,
        stale: u64,
        wire: &Wire,
        speech: &Speech,
        login: &str,
        password: &SecretString,
    ) -> Result<Held, Error> {
        let seen = self.finished.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        if let Some(ended) = &state.ended {
            return Err(ended.clone());
        }
        if let Some(tokens) = &state.tokens
            && state.generation > stale
        {
            return Ok(Held { secret: tokens.access.clone(), generation: state.generation });
        }
        if let Some(failed) = &state.failed
            && self.finished.load(Ordering::Acquire) != seen
        {
            return Err(failed.clone());
        }
        if let Some(failed) = &state.failed
            && state.next_login.is_some_and(|next| Instant::now() < next)
        {
            return Err(failed.clone());
        }
        // The server's pause is not over. It is asked nothing, so this is no failed login.
        if let Some(not_yet) = wire.closed(Method::Login) {
            return Err(not_yet);
        }
        let refresh = state.tokens.as_ref().and_then(|tokens| tokens.refresh.clone());
        let renewed = open(wire, speech, refresh.as_ref(), login, password).await;
        self.finished.fetch_add(1, Ordering::Release);
        match renewed {
            Ok(mut tokens) => {
                // A server that does not change its refresh token need not send it again.
                tokens.refresh = tokens.refresh.or(refresh);
                self.remember(&tokens);
                state.generation += 1;
                let held = Held { secret: tokens.access.clone(), generation: state.generation };
                state.tokens = Some(tokens);
                (state.failed, state.failed_logins, state.next_login) = (None, 0, None);
                Ok(held)
            }
            Err(error) => {
                if error.kind() == ErrorKind::SignInAgain {
                    state.ended = Some(error.clone());
                    state.tokens = None;
                }
                if error.method() == Some(Method::Login) && error.status().is_some() {
                    state.failed_logins += 1;
                    state.next_login = Some(Instant::now() + pause_after(state.failed_logins));
                }
                state.failed = Some(error.clone());
                Err(error)
            }
        }
    }
}

/// The pause after this many logins that the server answered with a failure: 5 s, 10 s, 20 s … 5 min. The password may be wrong all
/// the same, and many logins would lock the user's account.
fn pause_after(failed_logins: u32) -> Duration {
    let doubled = 1_u32.checked_shl(failed_logins.saturating_sub(1)).unwrap_or(u32::MAX);
    Duration::from_secs(5).saturating_mul(doubled).min(Duration::from_mins(5))
}

/// Renews by the refresh token. Signs in with the password if there is no refresh token or the server refuses it.
async fn open(
    wire: &Wire,
    speech: &Speech,
    refresh: Option<&SecretString>,
    login: &str,
    password: &SecretString,
) -> Result<Tokens, Error> {
    if let Some(refresh) = refresh {
        match ask(wire, speech, Call::RefreshToken(refresh)).await {
            Ok(tokens) => return Ok(tokens),
            // The network failed, not the token: the password would fail as well.
            Err(error) if !is_refusal(&error) => return Err(unsent(error)),
            Err(error) => tracing::info!(%error, "the refresh token was refused; signing in with the password"),
        }
    }
    ask(wire, speech, Call::Login { login, password }).await.map_err(|error| match error.status() {
        // A page in place of the server says nothing of the password.
        _ if error.kind() == ErrorKind::WebPage => unsent(error),
        Some(400 | 401 | 403 | 422) => sign_in_again(error),
        _ if error.kind() == ErrorKind::Refused => sign_in_again(error),
        _ => unsent(error),
    })
}

async fn ask(wire: &Wire, speech: &Speech, call: Call<'_>) -> Result<Tokens, Error> {
    let method = call.method();
    let request = speech.encode(call)?;
    let read = |answer: &codec::WireAnswer| codec::decode_tokens(&speech.binding, method, answer);
    let binding = &speech.binding;
    let outgoing = Outgoing { method, request: &request, pass: None, purpose: Purpose::Call, binding };
    wire.exchange_patiently(outgoing, read).await
}

/// Whether the server refused the refresh token itself, so that signing in with the password may succeed. Many servers answer a
/// token that they do not know with 500.
fn is_refusal(error: &Error) -> bool {
    let by_status =
        error.status().is_some_and(|status| matches!(status, 400..=500 if !matches!(status, 407 | 408 | 429)));
    let of_the_way = error.kind().is_of_the_way();
    (by_status && !of_the_way)
        || error.delivery() == Delivery::Refused
        || matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidRequest | ErrorKind::Unreadable)
}

fn sign_in_again(error: Error) -> Error {
    error.with_kind(ErrorKind::SignInAgain).with_delivery(Delivery::NotSent)
}

/// The failure of a renewal, for the call that needed it: that call was not sent.
fn unsent(error: Error) -> Error {
    error.with_delivery(Delivery::NotSent)
}
