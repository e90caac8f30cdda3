//! Who we are to the live server in this run, and where that secret is.

use probonus::client::{Auth, Client};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    app::settings::stored::Connection,
    error::{AppError, FieldCode, FieldError},
    form::{AuthForm, Remember},
    shape::{AuthKind, KeychainProblem},
    view::SecretStorage,
};

/// What is known of the live server in this run only.
#[derive(Clone, Default)]
pub struct Held {
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

/// Who we are to the server, read from a form.
pub struct Credentials {
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

/// The name under which the keychain keeps the secret of a connection. It holds the address, so that a secret can't
/// go to another server than the one it was given for.
pub fn keychain_user(connection: &Connection) -> String {
    match &connection.login {
        Some(login) => format!("{login}@{}", connection.url),
        None => format!("token@{}", connection.url),
    }
}
