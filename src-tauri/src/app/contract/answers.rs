//! What is done with a contract by hand: finding another one, accepting or declining it, overruling lines, probing.

use std::sync::Arc;

use office::Host as _;
use probonus::{
    Loyalty as _, Method,
    binding::{Binding, OverruleError},
    client::Client,
};

use probonus_swagger::LearnError;

use super::{
    Standing,
    difference::Difference,
    kept::{FileError, Found, Kept},
    search::{self, Looked},
};
use crate::{
    app::{App, machine::host::Machine},
    error::{AppError, ErrorCode, FieldCode, FieldError},
    form::{DescriptionForm, Fields},
    shape::{AuthKind, Origin, OriginKind},
    view::{ContractReport, ProbeView, ProposalView},
};

impl App {
    /// What the server is spoken to by, in another way than now: its description at the usual addresses, at one that was typed
    /// or in a file; or no description, the table. Nothing is changed by it.
    ///
    /// # Errors
    /// `not_connected`, `sign_in_again`, `description_not_found`, `description_unreadable`, `description_of_other`,
    /// `file_broken`, `file_newer`, and those of the network.
    pub async fn find_contract(&self, form: &DescriptionForm) -> Result<ProposalView, AppError> {
        let (client, url) = self.live_client()?;
        let found = match form {
            DescriptionForm::Find => usual(&client).await?,
            DescriptionForm::Table => table(),
            DescriptionForm::Address { address } => at_address(&client, address).await?,
            DescriptionForm::File { name, text } => in_file(&client, name, text)?,
        };
        let mut standing = self.standing_of(&url).await;
        let proposal = standing.proposal(&found);
        standing.offered = Some(found);
        *self.contract() = Some(standing);
        Ok(proposal)
    }

    /// The client of a server that is being connected, speaking as the form says. What was given by hand is taken over at
    /// once: nobody has worked with the server yet, or the one who connects it says so.
    ///
    /// # Errors
    /// Why the description can't be used, and `file_not_written`. Nothing is changed then.
    pub(in crate::app) async fn learn_by(
        &self,
        client: Client,
        url: &str,
        auth: AuthKind,
        form: &DescriptionForm,
    ) -> Result<Client, AppError> {
        let found = match form {
            DescriptionForm::Find => {
                self.forget_what_led_nowhere(url).await;
                return Ok(self.learn(client, url, auth).await);
            }
            DescriptionForm::Table => table(),
            DescriptionForm::Address { address } => {
                // Who is not signed in may be shown less; what is wrong with the login is told by its first use.
                let _ = client.groups().await;
                at_address(&client, address).await?
            }
            DescriptionForm::File { name, text } => in_file(&client, name, text)?,
        };
        let _one_at_a_time = self.0.learning.lock().await;
        let mut standing = self.standing_of(url).await;
        standing.kept = standing.kept.with(&found);
        (standing.offered, standing.other_service) = (None, None);
        if !self.keep_standing(&standing).await {
            return Err(AppError::new(ErrorCode::FileNotWritten, "the contract could not be kept"));
        }
        let client = client.with_binding(standing.binding());
        *self.contract() = Some(standing);
        Ok(client)
    }

    /// Of a server that nobody has worked with, the last description did not lead to a connection: it is looked for anew.
    async fn forget_what_led_nowhere(&self, url: &str) {
        let _one_at_a_time = self.0.learning.lock().await;
        let mut standing = self.standing_of(url).await;
        if standing.kept.origin.is_some() && !self.has_worked_with(url) {
            standing.kept = Kept::table(url);
            *self.contract() = Some(standing);
        }
    }

    /// Takes over what was found, or what waits since the start.
    ///
    /// # Errors
    /// `proposal_gone` if it is not there any more, `file_not_written`: nothing is changed then.
    pub async fn accept_contract(&self, id: &str) -> Result<ContractReport, AppError> {
        self.change_contract(|standing| {
            let found = standing.waiting(id).cloned().ok_or_else(gone)?;
            standing.kept = standing.kept.with(&found);
            standing.kept.news.clear();
            (standing.offered, standing.other_service) = (None, None);
            Ok(())
        })
        .await
    }

    /// Leaves the contract as it is: what was found is forgotten, and not proposed again until it changes.
    ///
    /// # Errors
    /// As [`App::accept_contract`].
    pub async fn decline_contract(&self, id: &str) -> Result<ContractReport, AppError> {
        self.change_contract(|standing| {
            if standing.kept.pending.as_ref().is_some_and(|found| found.id == id) {
                let declined = standing.kept.pending.take().and_then(|found| found.base.document);
                standing.kept.declined = declined.map(|document| document.fingerprint);
            }
            standing.offered = None;
            Ok(())
        })
        .await
    }

    /// The operator has seen what was changed by itself.
    ///
    /// # Errors
    /// As [`App::accept_contract`].
    pub async fn see_contract_news(&self) -> Result<ContractReport, AppError> {
        self.change_contract(|standing| {
            standing.kept.news.clear();
            Ok(())
        })
        .await
    }

    /// Overrules a line in the name of who works here, or gives it back to the server (`None`). On trial nothing is kept.
    ///
    /// # Errors
    /// `invalid_input` with the field `value`: nothing is changed; `file_not_written`.
    pub async fn overrule_line(
        &self,
        method: Option<Method>,
        key: &str,
        value: Option<&str>,
        trial: bool,
    ) -> Result<ContractReport, AppError> {
        let (by, now) = (self.operator(), Machine.now());
        if trial {
            let (_, mut standing) = self.live_standing().await?;
            standing.kept.overrule(method, key, value, &by, now).map_err(|error| bad_line(&error))?;
            return Ok(Self::report(&standing));
        }
        self.change_contract(|standing| {
            standing.kept.overrule(method, key, value, &by, now).map_err(|error| bad_line(&error))
        })
        .await
    }

    /// The contract as the text of a file, and a name for it.
    ///
    /// # Errors
    /// `not_connected`.
    pub async fn contract_file(&self) -> Result<(String, String), AppError> {
        let (url, standing) = self.live_standing().await?;
        let host: String =
            url.split("://").last().unwrap_or_default().chars().filter(|c| !"/\\:[]".contains(*c)).collect();
        Ok((format!("probonus-contract-{host}.json"), standing.kept.export()))
    }

    /// Looks for a guest who is known to be there, in every format of a phone, and keeps what it found of the format and of
    /// the envelopes. Reads only.
    ///
    /// # Errors
    /// `invalid_input` with the field `phone`, `not_connected`, `sign_in_again`, and those of the reads.
    pub async fn probe_contract(&self, phone: &str) -> Result<ProbeView, AppError> {
        let mut fields = Fields::default();
        let phone = fields.phone("phone", phone);
        let phone = fields.done(phone)?;
        let (client, url) = self.live_client()?;
        let discovered = client.discover_formats(&phone).await?;
        let before = client.binding().clone();
        if !discovered.accounts.is_empty() {
            self.change_contract(|standing| {
                standing.kept.base = standing.kept.base.with_discoveries_of(&discovered.binding);
                Ok(())
            })
            .await?;
        }
        let changes = before.diff(&self.standing_of(&url).await.binding());
        Ok(ProbeView::of(&discovered, changes))
    }

    /// Changes what is kept: on the disk first, then in what is spoken by. Whatever touches writes or money makes the next
    /// refill the first again.
    async fn change_contract(
        &self,
        change: impl FnOnce(&mut Standing) -> Result<(), AppError>,
    ) -> Result<ContractReport, AppError> {
        let _one_at_a_time = self.0.learning.lock().await;
        let (_, mut standing) = self.live_standing().await?;
        let before = standing.binding();
        change(&mut standing)?;
        if !self.keep_standing(&standing).await {
            return Err(AppError::new(ErrorCode::FileNotWritten, "the contract could not be kept"));
        }
        let after = standing.binding();
        let difference = Difference::between(&before, &after);
        *self.contract() = Some(standing.clone());
        if !difference.is_empty() {
            for change in &difference.changes {
                tracing::info!(method = ?change.method, line = change.key, before = ?change.before, after = ?change.after, "the contract changed");
            }
            self.speak_by(after, difference.touches_writes_or_money()).await?;
        }
        self.hold_or_release().await;
        self.tell_session().await;
        Ok(Self::report(&standing))
    }

    /// The client of the live server speaks by another binding from now on.
    async fn speak_by(&self, binding: Binding, doubt: bool) -> Result<(), AppError> {
        let client = self.held().client.as_ref().map(|client| client.with_binding(binding));
        let work = self.work().await?;
        if doubt {
            work.office.doubt_money().await?;
        }
        if let Some(client) = client {
            self.held().client = Some(client.clone());
            work.link.attach_anew(Arc::new(client));
        }
        Ok(())
    }
}

/// What was found, under an id of its own. `again`: where a start looks whether it changed.
fn found(base: Binding, kind: OriginKind, from: String, again: Option<String>) -> Found {
    let origin = Origin { kind, from, at: Machine.now(), again };
    Found { id: Machine.new_uuid().to_string(), base, origin, marks: None, server: None }
}

fn table() -> Found {
    found(Binding::default(), OriginKind::Table, String::new(), None)
}

async fn usual(client: &Client) -> Result<Found, AppError> {
    match search::look(client, None).await {
        Looked::Found(base, kind, from) => Ok(found(*base, kind, from.clone(), Some(from))),
        Looked::Nothing => Err(AppError::new(ErrorCode::DescriptionNotFound, "at none of the usual addresses")),
        Looked::OfOther(title, _) => Err(search::unlearnt(&LearnError::OtherService(title))),
        Looked::Unreachable => Err(AppError::new(ErrorCode::CannotConnect, "the server does not answer")),
    }
}

async fn at_address(client: &Client, address: &str) -> Result<Found, AppError> {
    let (base, from) = search::at(client, address).await?;
    Ok(found(base, OriginKind::Url, from.clone(), Some(from)))
}

fn in_file(client: &Client, name: &str, text: &str) -> Result<Found, AppError> {
    let name: String = name.chars().take(200).collect();
    match Kept::import(text) {
        Ok(file) => {
            let again = file.origin.and_then(|origin| origin.again);
            let server = (!file.server.is_empty()).then_some(file.server);
            let found = found(file.base, OriginKind::Import, name, again);
            Ok(Found { marks: Some(file.marks), server, ..found })
        }
        Err(FileError::Newer) => Err(AppError::new(ErrorCode::FileNewer, "of a newer program")),
        Err(FileError::Broken(how)) => {
            Err(AppError::new(ErrorCode::FileBroken, "a damaged contract")
                .with(|details| details.technical = Some(how)))
        }
        Err(FileError::Foreign) => Ok(found(search::in_text(client, text)?, OriginKind::File, name, None)),
    }
}

fn gone() -> AppError {
    AppError::new(ErrorCode::ProposalGone, "what was proposed is not there any more")
}

fn bad_line(error: &OverruleError) -> AppError {
    let code = match error {
        OverruleError::NoRoom(_) => FieldCode::NoRoom,
        OverruleError::Secret(_) => FieldCode::SecretInClear,
        _ => FieldCode::NotUnderstood,
    };
    AppError::invalid(vec![FieldError::new("value", code)]).with(|details| details.technical = Some(error.to_string()))
}
