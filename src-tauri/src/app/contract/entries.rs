//! Keys that are entered beside a sign-in. They are in memory only, and are dropped with an attempt that fails; a connection that
//! succeeds keeps them as if they had been entered in the settings.

use std::collections::BTreeSet;

use probonus::{
    Method,
    binding::{Binding, IN_KEYCHAIN, Place, SecretConstant},
};
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    LiveContract,
    lines::{bad_line, problem_of},
    secrets,
};
use crate::{
    app::App,
    error::{AppError, ErrorCode, FieldCode},
    form::{Fields, SecretConstantEntry},
    shape::KeychainProblem,
};

/// The keys of one attempt to sign in.
#[derive(Default)]
pub(in crate::app) struct SecretConstantEntries {
    entered: Vec<Entered>,
    /// Keys that the program asked for and the user does not have.
    declined: BTreeSet<SecretConstant>,
}

struct Entered {
    /// Which field of the form has its name: `keys.0.name`.
    field: String,
    constant: SecretConstant,
    value: SecretString,
}

impl SecretConstantEntries {
    /// Parses the keys of a form. A row without a name and without a value is no key.
    ///
    /// # Errors
    /// `invalid_input` with the fields `keys.0.name`, `keys.0.value`…
    pub fn read(forms: Vec<SecretConstantEntry>) -> Result<Self, AppError> {
        let (mut fields, mut keys) = (Fields::default(), Self::default());
        for (at, SecretConstantEntry { place, name, value, asked }) in forms.into_iter().enumerate() {
            let field = |part: &str| format!("keys.{at}.{part}");
            let is_empty = value.0.expose_secret().trim().is_empty();
            if is_empty && asked {
                keys.declined.insert(SecretConstant { place, name });
            } else if !(is_empty && name.trim().is_empty()) {
                let [at_name, at_value] = [field("name"), field("value")];
                let Some((constant, value)) = secrets::key(&mut fields, [&at_name, &at_value], place, &name, &value.0)
                else {
                    continue;
                };
                if let Some(code) = keys.why_not(&constant) {
                    fields.add(&at_name, code);
                }
                keys.entered.push(Entered { field: at_name, constant, value });
            }
        }
        fields.done(Some(keys))
    }

    /// Why no contract sends a key of this name. The settings refuse the same names, and by the same check: `Host`, `Cookie`.
    fn why_not(&self, constant: &SecretConstant) -> Option<FieldCode> {
        if self.entered.iter().any(|known| is_same(&known.constant, constant)) {
            return Some(FieldCode::Repeated);
        }
        let checked = Binding::default().overrule(Some(Method::Groups), &constant.line(), IN_KEYCHAIN);
        checked.err().map(|error| problem_of(&error))
    }

    /// Whether nothing was entered.
    pub fn is_empty(&self) -> bool {
        self.entered.is_empty()
    }

    /// The keys with their values, under the names by which a contract sends them.
    fn named_in(&self, live: &LiveContract) -> Vec<(SecretConstant, SecretString)> {
        let names = live.kept.effective().0.secrets();
        let name = |entered: &Entered| names.iter().find(|name| is_same(name, &entered.constant)).cloned();
        self.entered.iter().filter_map(|entered| Some((name(entered)?, entered.value.clone()))).collect()
    }

    /// The contract with these keys. A key that the contract names already keeps its methods.
    ///
    /// # Errors
    /// `invalid_input` with the field of the name that a method can't send.
    pub fn applied_to(&self, live: &LiveContract, by: &str) -> Result<LiveContract, AppError> {
        let mut live = live.clone();
        for Entered { field, constant, value } in &self.entered {
            let binding = live.kept.effective().0;
            let named = binding.secrets().into_iter().find(|named| is_same(named, constant));
            if let Some(named) = named {
                live.secrets.insert(named, value.clone());
                continue;
            }
            // The server's own spelling answers what its document asks for.
            let declared = binding.declared_keys().into_iter().find(|declared| is_same(declared, constant));
            let constant = declared.unwrap_or_else(|| constant.clone());
            live.send_key(&constant, value.clone(), None, by).map_err(|error| bad_line(field, &error))?;
        }
        Ok(live)
    }
}

/// Whether two keys are one: a header's name has no case.
fn is_same(one: &SecretConstant, other: &SecretConstant) -> bool {
    let is_same_name = match one.place {
        Place::Header => one.name.eq_ignore_ascii_case(&other.name),
        _ => one.name == other.name,
    };
    one.place == other.place && is_same_name
}

impl App {
    /// The present contract of a server, with the keys that were entered.
    ///
    /// # Errors
    /// As [`SecretConstantEntries::applied_to`].
    pub(in crate::app) async fn contract_with(
        &self,
        keys: &SecretConstantEntries,
        url: &str,
    ) -> Result<LiveContract, AppError> {
        keys.applied_to(&self.contract_of(url).await, &self.operator())
    }

    /// Keeps the keys that were entered beside a sign-in. Returns what the keychain held before under their names.
    ///
    /// # Errors
    /// Why the keychain can't keep them. It holds then what it held before.
    pub(in crate::app) async fn keep_entered_keys(
        &self,
        keys: &SecretConstantEntries,
        live: &LiveContract,
    ) -> Result<Replaced, KeychainProblem> {
        let mut replaced = Replaced::default();
        for (constant, value) in keys.named_in(live) {
            let user = secrets::keychain_user(&constant, &live.kept.server);
            let former = self.0.keychain.read(&user).await;
            let written = match former {
                Ok(former) => {
                    replaced.0.push((user.clone(), former));
                    self.0.keychain.write(&user, value).await
                }
                Err(problem) => Err(problem),
            };
            if let Err(problem) = written {
                self.put_keys_back(replaced).await;
                return Err(problem);
            }
        }
        Ok(replaced)
    }

    /// Forgets what the keychain holds under the names of keys that are kept in memory from now on: the next run would read it.
    pub(in crate::app) async fn forget_earlier_keys(&self, keys: &SecretConstantEntries, live: &LiveContract) {
        let url = &live.kept.server;
        let earlier = self.contract_of(url).await.kept.effective().0.secrets();
        for (constant, _) in keys.named_in(live).into_iter().filter(|(constant, _)| earlier.contains(constant)) {
            if let Err(problem) = self.0.keychain.forget(&secrets::keychain_user(&constant, url)).await {
                tracing::warn!(?problem, "an earlier key is still in the keychain");
            }
        }
    }

    /// Undoes [`App::keep_entered_keys`], if the connection came to nothing after it.
    pub(in crate::app) async fn put_keys_back(&self, replaced: Replaced) {
        for (user, former) in replaced.0 {
            let undone = match former {
                Some(former) => self.0.keychain.write(&user, former).await,
                None => self.0.keychain.forget(&user).await,
            };
            if let Err(problem) = undone {
                tracing::warn!(?problem, "a key of a connection that failed is still in the keychain");
            }
        }
    }

    /// Uses a contract with keys from now on, once the server has accepted them.
    ///
    /// # Errors
    /// `file_not_written`.
    pub(in crate::app) async fn use_contract_with(
        &self,
        keys: &SecretConstantEntries,
        live: LiveContract,
    ) -> Result<(), AppError> {
        if keys.is_empty() {
            return Ok(());
        }
        let _one_at_a_time = self.0.learning.lock().await;
        if !self.keep_contract(&live).await {
            return Err(AppError::new(ErrorCode::FileNotWritten, "the contract could not be kept"));
        }
        self.use_contract(live);
        Ok(())
    }
}

/// What the keychain held under the names of keys that were kept since.
#[derive(Default)]
pub(in crate::app) struct Replaced(Vec<(String, Option<SecretString>)>);

impl LiveContract {
    /// Fails if the server wants keys that nobody has entered. `declared`: also those that only its document asks for.
    ///
    /// # Errors
    /// `key_wanted`.
    pub fn must_have_keys(&self, keys: &SecretConstantEntries, declared: bool) -> Result<(), AppError> {
        let binding = self.kept.effective().0;
        let named = binding.secrets().into_iter().filter(|named| !self.secrets.contains(named));
        let declared = declared.then(|| binding.declared_keys()).into_iter().flatten();
        let wanted: BTreeSet<SecretConstant> = named.chain(declared).collect();
        let wanted: Vec<SecretConstant> = wanted.difference(&keys.declined).cloned().collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = wanted.iter().map(|wanted| wanted.name.as_str()).collect();
        let message = format!("the server wants {}", names.join(", "));
        Err(AppError::new(ErrorCode::KeyWanted, message).with(|details| details.keys = wanted))
    }
}
