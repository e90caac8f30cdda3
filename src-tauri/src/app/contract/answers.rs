//! What a person does with a contract: search for another one, accept or decline it, overrule lines, probe formats.

use std::sync::Arc;

use office::Host as _;
use probonus::{Loyalty as _, Method, binding::Binding, client::Client};

use probonus_swagger::LearnError;

use super::{
    LiveContract, SecretConstantEntries,
    difference::Difference,
    kept::{FileError, Found, Kept},
    lines::bad_line,
    search::{self, SearchOutcome},
};
use crate::{
    app::{App, machine::host::Machine},
    error::{AppError, ErrorCode},
    form::{DescriptionForm, Fields},
    shape::{AuthKind, Origin, OriginKind},
    view::{ContractReport, ProbeView, ProposalView, RightsDoubt},
};

impl App {
    /// Proposes another contract: from the description at the usual addresses, at a typed address or in a file, or the
    /// table. The contract does not change. A search at the usual addresses that reaches the server also
    /// [settles the rights](App::settle_rights).
    ///
    /// # Errors
    /// `not_connected`, `sign_in_again`, `description_not_found`, `description_unreadable`, `description_of_other`,
    /// `file_broken`, `file_newer`, and those of the network.
    pub async fn find_contract(&self, form: &DescriptionForm) -> Result<ProposalView, AppError> {
        self.not_in_safe_mode()?;
        let (client, url) = self.live_client()?;
        let found = match form {
            DescriptionForm::Find => {
                let auth = self.connected()?.auth;
                let found = usual(&client, auth).await;
                let is_unreachable = found.as_ref().is_err_and(|error| error.code == ErrorCode::CannotConnect);
                if !is_unreachable {
                    self.settle_rights().await?;
                }
                found?
            }
            DescriptionForm::Table => table(),
            DescriptionForm::Address { address } => at_address(&client, address).await?,
            DescriptionForm::File { name, text } => in_file(&client, name, text).await?,
        };
        let mut live = self.contract_of(&url).await;
        let proposal = live.proposal(&found);
        live.offered = Some(found);
        self.use_contract(live);
        Ok(proposal)
    }

    /// The client of a server that is being connected, with the contract that the form chooses. A contract that was chosen
    /// by hand is used at once: nobody has worked with the server yet, or the person who connects it confirms it.
    ///
    /// If the connection fails afterwards, the caller [puts the former contract back](App::put_contract_back).
    ///
    /// # Errors
    /// Why the description can't be used, and `file_not_written`. Nothing is changed then.
    pub(in crate::app) async fn learn_by(
        &self,
        client: Client,
        url: &str,
        auth: AuthKind,
        form: &DescriptionForm,
        keys: &SecretConstantEntries,
    ) -> Result<Client, AppError> {
        let found = match form {
            DescriptionForm::Find => {
                self.forget_what_led_nowhere(url).await;
                return Ok(self.learn(client, url, auth, keys).await);
            }
            DescriptionForm::Table => table(),
            DescriptionForm::Address { address } => {
                // Signs in first: a server may show more of its description then. A failed sign-in shows at the first use.
                let known = self.contract_with(keys, url).await?;
                let client = if known.secrets.is_empty() { client.clone() } else { known.speak(&client) };
                let _ = client.groups().await;
                at_address(&client, address).await?
            }
            DescriptionForm::File { name, text } => in_file(&client, name, text).await?,
        };
        let _one_at_a_time = self.0.learning.lock().await;
        let mut live = self.contract_of(url).await;
        live.kept = live.kept.with(&found);
        (live.offered, live.other_service) = (None, None);
        if !self.keep_contract(&live).await {
            return Err(AppError::new(ErrorCode::FileNotWritten, "the contract could not be kept"));
        }
        self.read_secrets(&mut live).await;
        let client = keys.applied_to(&live, &self.operator())?.speak(&client);
        self.use_contract(live);
        Ok(client)
    }

    /// Whether the present contract writes, or counts money, otherwise than the former one of the same server did.
    pub(in crate::app) fn counts_otherwise_than(&self, former: &LiveContract) -> bool {
        let present = self.contracts().get(&former.kept.server).map(LiveContract::binding);
        let difference = present.map(|present| Difference::between(&former.binding(), &present));
        former.kept.file_changed || difference.is_some_and(|difference| difference.touches_writes_or_money())
    }

    /// Undoes what an attempt to connect that failed has learnt. `former`: the contract that its server had; if somebody has worked
    /// with that server, it is stored again.
    pub(in crate::app) async fn put_contract_back(&self, former: LiveContract) {
        let _one_at_a_time = self.0.learning.lock().await;
        if self.has_worked_with(&former.kept.server) {
            self.store_again(&former).await;
            self.use_contract(former);
        } else {
            self.contracts().remove(&former.kept.server);
        }
    }

    async fn store_again(&self, former: &LiveContract) {
        if former.kept.file_changed {
            // It was lost before, and stays lost: the next start must ask as this one does.
            let path = self.0.folders.binding(&former.kept.server);
            let removed = tokio::task::spawn_blocking(move || std::fs::remove_file(path)).await;
            tracing::info!(?removed, "the contract of a connection that failed is not kept");
        } else if !self.keep_contract(former).await {
            tracing::warn!("the former contract could not be stored again");
        }
    }

    /// Forgets the description that a failed first attempt to connect left behind, so that the next attempt searches again. How the
    /// keys at hand are sent is not forgotten: they were entered when the server was connected before.
    async fn forget_what_led_nowhere(&self, url: &str) {
        let _one_at_a_time = self.0.learning.lock().await;
        let mut live = self.contract_of(url).await;
        if live.kept.origin.is_some() && !self.has_worked_with(url) {
            let of_keys = live.lines_of_keys();
            live.kept = Kept::table(url);
            live.kept.overruled = of_keys;
            self.use_contract(live);
        }
    }

    /// Uses a proposed contract: one that was found by hand, or one that waits since the start.
    ///
    /// # Errors
    /// `proposal_gone` if it is not there any more, `file_not_written`: nothing is changed then.
    pub async fn accept_contract(&self, id: &str) -> Result<ContractReport, AppError> {
        self.change_contract(|live| {
            let found = live.waiting(id).cloned().ok_or_else(gone)?;
            live.kept = live.kept.with(&found);
            live.kept.news.clear();
            (live.offered, live.other_service) = (None, None);
            Ok(())
        })
        .await
    }

    /// Ends a doubt about the rights: the description was read since, or the user says that the rights are unchanged.
    ///
    /// If the server forbade a method, it is remembered: forbidding it again raises no doubt until the description changes.
    ///
    /// # Errors
    /// As [`App::accept_contract`].
    pub async fn settle_rights(&self) -> Result<(), AppError> {
        let link = Arc::clone(&self.work().await?.link);
        let doubt = *link.rights_doubt().borrow();
        link.doubt_rights(None);
        if let Some(RightsDoubt::Forbidden { method }) = doubt {
            self.change_contract(|live| {
                live.kept.forbidden.insert(method);
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    /// Declines a proposal: it is forgotten, and the contract stays. A description that a start had found is not proposed again
    /// until it changes.
    ///
    /// # Errors
    /// As [`App::accept_contract`].
    pub async fn decline_contract(&self, id: &str) -> Result<ContractReport, AppError> {
        self.change_contract(|live| {
            if live.kept.pending.as_ref().is_some_and(|found| found.id == id) {
                let declined = live.kept.pending.take().and_then(|found| found.base.document);
                live.kept.declined = declined.map(|document| document.fingerprint);
                live.kept.file_changed = false;
            }
            live.offered = None;
            Ok(())
        })
        .await
    }

    /// Marks the changes that were taken over without asking as read.
    ///
    /// # Errors
    /// As [`App::accept_contract`].
    pub async fn see_contract_news(&self) -> Result<ContractReport, AppError> {
        self.change_contract(|live| {
            live.kept.news.clear();
            Ok(())
        })
        .await
    }

    /// Overrules a line in the operator's name, or returns it to the server's own value (`None`). In a dry run nothing is
    /// kept.
    ///
    /// # Errors
    /// `invalid_input` with the field `value`: nothing is changed; `file_not_written`.
    pub async fn overrule_line(
        &self,
        method: Option<Method>,
        key: &str,
        value: Option<&str>,
        dry_run: bool,
    ) -> Result<ContractReport, AppError> {
        let (by, now) = (self.operator(), Machine.now());
        if dry_run {
            let (_, mut live) = self.connected_contract().await?;
            live.kept.overrule(method, key, value, &by, now).map_err(|error| bad_line("value", &error))?;
            return Ok(Self::report(&live));
        }
        self.change_contract(|live| {
            live.kept.overrule(method, key, value, &by, now).map_err(|error| bad_line("value", &error))
        })
        .await
    }

    /// The contract as the text of a file, and a name for it.
    ///
    /// # Errors
    /// `not_connected`.
    pub async fn contract_file(&self) -> Result<(String, String), AppError> {
        let (url, live) = self.connected_contract().await?;
        let host: String =
            url.split("://").last().unwrap_or_default().chars().filter(|c| !"/\\:[]".contains(*c)).collect();
        Ok((format!("probonus-contract-{host}.json"), live.kept.export()))
    }

    /// Searches a guest who is known to exist, with every format of a phone, and keeps the format and the envelope that were
    /// found. Reads only.
    ///
    /// # Errors
    /// `invalid_input` with the field `phone`, `not_connected`, `sign_in_again`, and those of the reads.
    pub async fn probe_contract(&self, phone: &str) -> Result<ProbeView, AppError> {
        self.not_in_safe_mode()?;
        let mut fields = Fields::default();
        let phone = fields.phone("phone", phone);
        let phone = fields.done(phone)?;
        let (client, url) = self.live_client()?;
        let discovered = client.discover_formats(&phone).await?;
        let before = client.binding().clone();
        if !discovered.accounts.is_empty() {
            self.change_contract(|live| {
                live.kept.base = live.kept.base.with_discoveries_of(&discovered.binding);
                Ok(())
            })
            .await?;
        }
        let changes = before.diff(&self.contract_of(&url).await.binding());
        Ok(ProbeView::of(&discovered, changes))
    }

    /// Changes the contract: first on the disk, then in the client. If the change touches writes or money, the next refill is a
    /// canary again.
    pub(super) async fn change_contract(
        &self,
        change: impl FnOnce(&mut LiveContract) -> Result<(), AppError>,
    ) -> Result<ContractReport, AppError> {
        let _one_at_a_time = self.0.learning.lock().await;
        let (_, former) = self.connected_contract().await?;
        let (before, mut live) = (former.binding(), former.clone());
        change(&mut live)?;
        if !self.keep_contract(&live).await {
            return Err(AppError::new(ErrorCode::FileNotWritten, "the contract could not be kept"));
        }
        self.forget_unused_secrets(&former, &mut live).await;
        // An accepted contract may name a key that is in the keychain.
        self.read_secrets(&mut live).await;
        let difference = Difference::between(&before, &live.binding());
        self.use_contract(live.clone());
        if !difference.is_empty() {
            for change in &difference.changes {
                tracing::info!(method = ?change.method, line = change.key, before = ?change.before, after = ?change.after, "the contract changed");
            }
        }
        // The value of a key may have changed although its line has not.
        // What counted under a file that was lost or changed is not known any more, even if the accepted contract changes nothing.
        let is_recovered = former.kept.file_changed && !live.kept.file_changed;
        if !difference.is_empty() || !live.secrets.is_empty() || is_recovered {
            self.speak_by(&live, difference.touches_writes_or_money() || is_recovered).await?;
        }
        self.hold_or_release().await;
        self.tell_session().await;
        Ok(Self::report(&live))
    }

    /// Gives the client of the live server the contract's binding.
    async fn speak_by(&self, live: &LiveContract, doubt: bool) -> Result<(), AppError> {
        let client = self.held().client.as_ref().map(|client| live.speak(client));
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

/// A proposal with a new id. `again`: the address that the next start reads again.
fn found(base: Binding, kind: OriginKind, from: String, again: Option<String>) -> Found {
    let origin = Origin { kind, from, at: Machine.now(), again };
    Found { id: Machine.new_uuid().to_string(), base, origin, overruled: None, server: None }
}

fn table() -> Found {
    found(Binding::default(), OriginKind::Table, String::new(), None)
}

/// The description at the usual addresses, as the signed-in user sees it.
async fn usual(client: &Client, auth: AuthKind) -> Result<Found, AppError> {
    let outcome = match auth {
        AuthKind::Login => search::find_signed_in(client, None).await.0,
        AuthKind::Token => search::find(client, None).await,
    };
    match outcome {
        SearchOutcome::Found(base, kind, from) => Ok(found(*base, kind, from.clone(), Some(from))),
        SearchOutcome::Nothing => Err(AppError::new(ErrorCode::DescriptionNotFound, "at none of the usual addresses")),
        SearchOutcome::Refused(status) => {
            Err(AppError::new(ErrorCode::DescriptionNotFound, "the server refuses to show a description")
                .with(|details| details.status = Some(status)))
        }
        SearchOutcome::OfOther(title, _) => Err(search::unlearnt(&LearnError::OtherService(title))),
        SearchOutcome::Unreachable => Err(AppError::new(ErrorCode::CannotConnect, "the server does not answer")),
    }
}

async fn at_address(client: &Client, address: &str) -> Result<Found, AppError> {
    let (base, from) = search::at(client, address).await?;
    Ok(found(base, OriginKind::Url, from.clone(), Some(from)))
}

async fn in_file(client: &Client, name: &str, text: &str) -> Result<Found, AppError> {
    let name: String = name.chars().take(200).collect();
    match Kept::import(text) {
        Ok(file) => {
            let again = file.origin.and_then(|origin| origin.again);
            let server = (!file.server.is_empty()).then_some(file.server);
            let found = found(file.base, OriginKind::Import, name, again);
            Ok(Found { overruled: Some(file.overruled), server, ..found })
        }
        Err(FileError::Newer) => Err(AppError::new(ErrorCode::FileNewer, "of a newer program")),
        Err(FileError::Broken(how)) => {
            Err(AppError::new(ErrorCode::FileBroken, "a damaged contract")
                .with(|details| details.technical = Some(how)))
        }
        Err(FileError::Foreign) => Ok(found(search::in_text(client, text).await?, OriginKind::File, name, None)),
    }
}

fn gone() -> AppError {
    AppError::new(ErrorCode::ProposalGone, "what was proposed is not there any more")
}
