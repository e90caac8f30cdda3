//! Secret constants: keys that a server wants besides the token. Their values are in the keychain, or in memory for this run;
//! the contract only names them.

use probonus::{
    Method,
    binding::{Place, SecretConstant},
};
use secrecy::{ExposeSecret as _, SecretString};

use super::{LiveContract, lines::bad_line};
use crate::{
    app::{App, machine::host::Machine},
    error::{AppError, FieldCode},
    form::{Fields, Remember, SecretConstantForm},
    mask,
    view::ContractReport,
};

use office::Host as _;

impl App {
    /// Keeps a key. The methods send it from now on.
    ///
    /// # Errors
    /// `invalid_input` with the fields `name` and `value`, `keychain_locked` and the other ones of the keychain, those of a
    /// changed contract. Nothing is changed then.
    pub async fn keep_secret_constant(&self, form: SecretConstantForm) -> Result<ContractReport, AppError> {
        let url = self.connected_contract().await?.0;
        let mut fields = Fields::default();
        let read = key(&mut fields, ["name", "value"], form.place, &form.name, &form.value.0);
        let (constant, value) = fields.done(read)?;
        let in_keychain = form.remember == Remember::Keychain;
        if in_keychain {
            self.0.keychain.write(&keychain_user(&constant, &url), value.clone()).await.map_err(AppError::from)?;
        }
        let by = self.operator();
        let changed = self.change_contract(|live| {
            live.send_key(&constant, value, form.method, &by).map_err(|error| bad_line("name", &error))
        });
        let changed = changed.await;
        if changed.is_err() && in_keychain {
            self.forget_in_keychain(&constant, &url).await;
        }
        changed
    }

    /// Forgets a key. No method sends it any more.
    ///
    /// # Errors
    /// As any change of the contract.
    pub async fn forget_secret_constant(&self, constant: &SecretConstant) -> Result<ContractReport, AppError> {
        let (by, now) = (self.operator(), Machine.now());
        self.change_contract(|live| {
            let key = constant.line();
            for method in Method::ALL {
                live.kept.overrule(Some(method), &key, None, &by, now).map_err(|error| bad_line("name", &error))?;
            }
            Ok(())
        })
        .await
    }

    /// Reads the keys that the contract names from the keychain, unless they are known already. A key that the keychain does not
    /// give blocks its methods.
    pub(super) async fn read_secrets(&self, live: &mut LiveContract) {
        let wanted = live.kept.effective().0.secrets();
        for constant in wanted.into_iter().filter(|constant| !live.secrets.contains(constant)).collect::<Vec<_>>() {
            match self.0.keychain.read(&keychain_user(&constant, &live.kept.server)).await {
                Ok(Some(value)) => {
                    mask::hide(&value);
                    live.secrets.insert(constant, value);
                }
                Ok(None) => {}
                Err(problem) => {
                    tracing::warn!(?problem, name = constant.name, "a key that the server wants is not to be had");
                    self.held().problem = Some(problem);
                    return;
                }
            }
        }
    }

    /// Forgets the keys that no method sends any more.
    pub(super) async fn forget_unused_secrets(&self, before: &LiveContract, after: &mut LiveContract) {
        let used = after.kept.effective().0.secrets();
        for gone in before.kept.effective().0.secrets().difference(&used) {
            self.forget_in_keychain(gone, &after.kept.server).await;
        }
        after.secrets.retain(|constant| used.contains(constant));
    }

    async fn forget_in_keychain(&self, constant: &SecretConstant, url: &str) {
        if let Err(problem) = self.0.keychain.forget(&keychain_user(constant, url)).await {
            tracing::warn!(?problem, "a key that is not used any more is still in the keychain");
        }
    }
}

/// The name under which the keychain keeps a key. It contains the server's address, so that the key is never sent to another one.
pub(super) fn keychain_user(constant: &SecretConstant, url: &str) -> String {
    format!("{}@{url}", constant.line())
}

/// Parses the name and the value of a key; `at` are their fields.
pub(super) fn key(
    fields: &mut Fields,
    [at_name, at_value]: [&str; 2],
    place: Place,
    name: &str,
    value: &SecretString,
) -> Option<(SecretConstant, SecretString)> {
    let name = fields.line(at_name, name);
    let value = value.expose_secret().trim();
    let is_carried = match place {
        Place::Header => value.bytes().all(|byte| (b' '..=b'~').contains(&byte)),
        _ => !value.chars().any(char::is_control),
    };
    if value.is_empty() {
        return fields.fail(at_value, FieldCode::Required);
    }
    if !is_carried {
        return fields.fail(at_value, FieldCode::BadCharacters);
    }
    let value = SecretString::from(value);
    mask::hide(&value);
    Some((SecretConstant { place, name: name? }, value))
}
