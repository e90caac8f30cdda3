//! The client of the live server in this run, and where its secret is kept.

use std::sync::atomic::{AtomicBool, Ordering};

use probonus::client::{Auth, Client};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    app::settings::stored::Connection,
    error::{AppError, FieldCode, FieldError},
    form::{AuthForm, Remember},
    shape::{AuthKind, KeychainProblem},
    view::SecretStorage,
};

/// Facts about the live server that are true for this run only.
#[derive(Clone, Default)]
pub(crate) struct Held {
    /// The client; `None` while the secret is not at hand.
    pub client: Option<Client>,
    /// Where the secret is.
    pub remember: Option<Remember>,
    /// Why the keychain could not be used, when it was last asked.
    pub problem: Option<KeychainProblem>,
}

impl Held {
    pub fn storage(&self) -> SecretStorage {
        match (&self.client, self.remember) {
            (Some(_), Some(Remember::Keychain)) => SecretStorage::Keychain,
            (Some(_), Some(Remember::Memory)) => SecretStorage::Memory,
            _ => SecretStorage::None,
        }
    }
}

/// An attempt to connect a server that is under way.
pub(super) struct Connecting<'a>(&'a AtomicBool);

impl<'a> Connecting<'a> {
    pub fn begin(connecting: &'a AtomicBool) -> Self {
        connecting.store(true, Ordering::SeqCst);
        Self(connecting)
    }
}

impl Drop for Connecting<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// The sign-in of a connection form, checked: what the client sends and what the keychain stores.
pub(crate) struct Credentials {
    pub auth: AuthKind,
    pub login: Option<String>,
    pub secret: SecretString,
}

impl Credentials {
    pub fn read(form: AuthForm) -> Result<Self, AppError> {
        let required = |field: &str| AppError::invalid(vec![FieldError::new(field, FieldCode::Required)]);
        let (auth, login, secret, field) = match form {
            AuthForm::Token { token } => (AuthKind::Token, None, token.0, "token"),
            AuthForm::Login { login, password } => {
                (AuthKind::Login, Some(login.trim().to_owned()), password.0, "password")
            }
        };
        if login.as_ref().is_some_and(String::is_empty) {
            return Err(required("login"));
        }
        if secret.expose_secret().trim().is_empty() {
            return Err(required(field));
        }
        Ok(Self { auth, login, secret })
    }

    pub fn auth(&self) -> Auth {
        match &self.login {
            Some(login) => Auth::Login { login: login.clone(), password: self.secret.clone() },
            None => Auth::Token(self.secret.clone()),
        }
    }

    pub fn connection(&self, url: String, remember: Remember) -> Connection {
        Connection {
            url,
            auth: self.auth,
            login: self.login.clone(),
            in_keychain: remember == Remember::Keychain,
            known: true,
        }
    }
}

/// The key of a connection's secret in the keychain. It contains the server's address, so that a secret is never sent to
/// another server than the one it was typed for.
pub fn keychain_user(connection: &Connection) -> String {
    match &connection.login {
        Some(login) => format!("{login}@{}", connection.url),
        None => format!("token@{}", connection.url),
    }
}
