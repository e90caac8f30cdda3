//! The contract of the live server: learnt from its description, overruled by an administrator, stored between runs. A
//! change that touches writes or money is used only when a person has accepted it; until then nothing is sent.

mod answers;
mod difference;
mod entries;
mod kept;
mod lines;
mod live;
mod search;
mod secrets;

use std::sync::atomic::Ordering;

use office::Host as _;
use probonus::{Method, binding::Binding, client::Client};

pub(super) use self::{
    entries::{Replaced, SecretConstantEntries},
    live::LiveContract,
};
use self::{kept::Kept, search::SearchOutcome};
use crate::{
    app::{App, machine::host::Machine},
    error::{AppError, ErrorCode},
    shape::{AuthKind, Mode, shown_name},
    view::{ContractReport, ContractStatus, QueueHold, RightsDoubt, shown_change},
};

impl App {
    /// The client with the contract that is stored for its server, or with the server's present description. With a login it
    /// signs in before it reads the description. It sends the keys that were entered, and does not keep them. Reads only.
    pub(super) async fn learn(
        &self,
        mut client: Client,
        url: &str,
        auth: AuthKind,
        keys: &SecretConstantEntries,
    ) -> Client {
        let origin = self.contract_of(url).await.kept.origin;
        let again = origin.as_ref().and_then(|origin| Some((origin.kind, origin.again.clone()?)));
        // A contract that was chosen by hand is not searched at the server.
        let by_hand = origin.is_some() && again.is_none();
        let outcome = match by_hand {
            true => SearchOutcome::Nothing,
            false => {
                let again = again.as_ref().map(|(kind, from)| (*kind, from.as_str()));
                let as_kept = self.contract_of(url).await;
                let as_kept = keys.applied_to(&as_kept, &self.operator()).unwrap_or(as_kept).speak(&client);
                match auth {
                    AuthKind::Login => {
                        let (outcome, signed_in) = search::find_signed_in(&as_kept, again).await;
                        client = signed_in;
                        outcome
                    }
                    AuthKind::Token => search::find(&as_kept, again).await,
                }
            }
        };
        // The contract may have been changed by hand during the search.
        let _one_at_a_time = self.0.learning.lock().await;
        let mut live = self.contract_of(url).await;
        live.description_refused = matches!(outcome, SearchOutcome::Refused(_));
        match outcome {
            SearchOutcome::Found(base, kind, from) if live.kept.origin == origin => {
                live.other_service = None;
                live.meet(*base, kind, from, self.has_worked_with(url));
                self.keep_contract(&live).await;
            }
            SearchOutcome::OfOther(title, _) => live.other_service = Some(title),
            _ => {}
        }
        self.read_secrets(&mut live).await;
        // A name that no method can send fails where the keys are applied for good.
        let client = keys.applied_to(&live, &self.operator()).as_ref().unwrap_or(&live).speak(&client);
        self.use_contract(live);
        // Before the client is attached: a change that must be accepted holds the queue from now on.
        self.hold_or_release().await;
        client
    }

    /// Whether this server was ever connected; an attempt alone does not count.
    pub(super) fn has_worked_with(&self, url: &str) -> bool {
        let document = self.document();
        document.get().connection.as_ref().is_some_and(|connection| connection.known && connection.url == url)
    }

    /// Loads the stored contract of the server.
    pub(super) async fn load_contract(&self, url: &str) {
        let live = self.contract_of(url).await;
        self.use_contract(live);
    }

    /// Uses a contract for its own server from now on.
    fn use_contract(&self, live: LiveContract) {
        self.contracts().insert(live.kept.server.clone(), live);
    }

    /// Reads the contract of the connected server; `None` while it is not known.
    pub(super) fn of_contract<T>(&self, read: impl FnOnce(&LiveContract) -> T) -> Option<T> {
        let url = self.connected().ok()?.url;
        self.contracts().get(&url).map(read)
    }

    /// When the description of the connected server was read last.
    pub(super) fn description_read_at(&self) -> Option<jiff::Timestamp> {
        self.of_contract(|live| live.kept.checked_at)?
    }

    /// The client with the stored contract of its server.
    pub(super) async fn as_kept(&self, client: Client, url: &str) -> Client {
        let mut live = self.contract_of(url).await;
        // The keychain may have been locked before.
        self.read_secrets(&mut live).await;
        let client = live.speak(&client);
        self.use_contract(live);
        client
    }

    /// Whether the server answers by the contract that is proposed in `live`. Example: its methods were moved to other paths. Reads
    /// only.
    pub(super) async fn answers_by_the_pending(client: &Client, live: &LiveContract) -> bool {
        let pending = live.kept.pending.as_deref();
        let pending = pending.map(|found| live.with_keys(live.kept.with(found).effective().0));
        match pending {
            Some(binding) => probonus::Loyalty::groups(&client.with_binding(binding)).await.is_ok(),
            None => false,
        }
    }

    pub(super) async fn contract_of(&self, url: &str) -> LiveContract {
        if let Some(live) = self.contracts().get(url) {
            return live.clone();
        }
        let (path, server) = (self.0.folders.binding(url), url.to_owned());
        let read = tokio::task::spawn_blocking(move || Kept::read(&path, &server)).await.ok().flatten();
        let kept = match read {
            Some((kept, fingerprint)) if self.is_our_contract(url, &fingerprint) => kept,
            Some((kept, _)) => {
                tracing::warn!("the contract's file was changed from outside; it waits to be accepted");
                kept.asking(Machine.new_uuid().to_string())
            }
            // No file can be read. If one was stored before, it was deleted; a description that is found now must be accepted.
            None => {
                let mut table = Kept::table(url);
                table.file_changed = self.had_contract(url);
                table
            }
        };
        let mut live = LiveContract::of(kept);
        self.read_secrets(&mut live).await;
        live
    }

    /// Whether this program wrote the contract file: its fingerprint is in the settings. Settings of a version that stored
    /// no fingerprints accept the file of the connected server once.
    fn is_our_contract(&self, url: &str, fingerprint: &str) -> bool {
        let document = self.document();
        let stored = document.get();
        match &stored.contracts {
            Some(contracts) => contracts.get(url).is_some_and(|known| known == fingerprint),
            None => stored.connection.as_ref().is_some_and(|connection| connection.known && connection.url == url),
        }
    }

    /// Whether a contract of this server was stored.
    fn had_contract(&self, url: &str) -> bool {
        self.document().get().contracts.as_ref().is_some_and(|contracts| contracts.contains_key(url))
    }

    /// Stores the contract: first the fingerprint in the settings, then the file, so that every file that counts is
    /// recorded.
    async fn keep_contract(&self, live: &LiveContract) -> bool {
        let (server, path) = (live.kept.server.clone(), self.0.folders.binding(&live.kept.server));
        let Ok(text) = live.kept.text() else { return false };
        let fingerprint = kept::fingerprint(&text);
        let noted = self.change_document(|stored| {
            stored.contracts.get_or_insert_default().insert(server, fingerprint);
        });
        if let Err(error) = noted {
            tracing::warn!(%error, "the contract could not be noted");
            return false;
        }
        let written = tokio::task::spawn_blocking(move || kept::write(&path, &text)).await;
        if !matches!(written, Ok(Ok(()))) {
            tracing::warn!(?written, "the contract could not be kept");
        }
        matches!(written, Ok(Ok(())))
    }

    /// Why the contract holds the queue.
    pub(super) fn hold(&self) -> Option<QueueHold> {
        if self.mode() != Mode::Live {
            return None;
        }
        let waits = self.of_contract(|live| {
            // A lost file leaves the table, which may count in another unit than the lost contract did. Nothing is sent by it
            // until somebody accepts a contract.
            let is_lost_or_changed = live.kept.file_changed.then_some(QueueHold::ContractFileChanged);
            is_lost_or_changed.or_else(|| live.kept.pending.is_some().then_some(QueueHold::ContractChanged))
        });
        let is_searching = *self.0.searching.borrow() || self.0.connecting.load(Ordering::SeqCst);
        waits.flatten().or(is_searching.then_some(QueueHold::SearchingContract))
    }

    /// Holds or releases the queue. It is held for the contract, while the journal is checked or is damaged, and while the program
    /// is being replaced.
    ///
    /// One caller at a time looks and acts. Otherwise one that looked before the check ended could hold the queue after another had
    /// released it, and nobody would release it again.
    pub(super) async fn hold_or_release(&self) {
        if let Ok(work) = self.work().await {
            let _one_at_a_time = self.0.holding.lock().await;
            let journal_stops = *self.0.checking.borrow() || work.journal.stopped().borrow().is_some();
            let is_held = journal_stops || self.is_safe() || self.is_installing() || self.hold().is_some();
            work.office.hold(is_held).await;
        }
    }

    /// Waits until the search for the server's description has ended, at most [`search::PATIENCE`].
    pub(super) async fn search_ended(&self) {
        let mut searching = self.0.searching.subscribe();
        let _ = tokio::time::timeout(search::PATIENCE, searching.wait_for(|searching| !searching)).await;
    }

    /// The contract's part of the status: methods that can't be used, and notices for the operator.
    pub(super) fn contract_status(&self, phones_known: bool, rights_doubt: Option<RightsDoubt>) -> ContractStatus {
        let hold = self.hold();
        let is_live = self.mode() == Mode::Live;
        let live = self.of_contract(LiveContract::clone).filter(|_| is_live);
        let live = live.as_ref();
        let binding = live.map(LiveContract::binding);
        let impossible = binding.iter().flat_map(|binding| {
            Method::ALL.iter().map(|method| (*method, binding.blockers(*method))).filter(|(_, why)| !why.is_empty())
        });
        ContractStatus {
            impossible: impossible.map(Into::into).collect(),
            hold,
            has_news: live.is_some_and(|live| !live.kept.news.is_empty()),
            phones_known,
            rights_doubt: rights_doubt.filter(|doubt| match doubt {
                RightsDoubt::Forbidden { method } => live.is_some_and(|live| !live.kept.forbidden.contains(method)),
                RightsDoubt::OtherUser => is_live,
            }),
        }
    }

    /// How each method is called on this server.
    ///
    /// # Errors
    /// Why nothing is open.
    pub async fn contract_report(&self) -> Result<ContractReport, AppError> {
        let training = self.work().await?.training.as_ref().map(|training| training.client.clone());
        if let Some(client) = training {
            return Ok(ContractReport::of(client.binding(), &Binding::default()));
        }
        let url = self.connected()?.url;
        let live = self.contract_of(&url).await;
        Ok(Self::report(&live))
    }

    fn report(live: &LiveContract) -> ContractReport {
        let kept = &live.kept;
        let mut report = ContractReport::of(&live.binding(), &kept.base);
        report.show_overruled(&kept.overruled);
        report.editable = true;
        report.origin = kept.origin.as_ref().map(Into::into);
        report.checked_at = kept.checked_at;
        report.description_refused = live.description_refused;
        report.other_service = live.other_service.as_deref().map(shown_name);
        report.pending = kept.pending.as_deref().map(|found| live.proposal(found));
        report.news = kept.news.iter().map(shown_change).collect();
        report
    }

    async fn connected_contract(&self) -> Result<(String, LiveContract), AppError> {
        self.of_live()?;
        let url = self.connected()?.url;
        let live = self.contract_of(&url).await;
        Ok((url, live))
    }

    fn live_client(&self) -> Result<(Client, String), AppError> {
        self.of_live()?;
        let url = self.connected()?.url;
        let client = self.held().client.clone();
        let client = client.ok_or_else(|| AppError::new(ErrorCode::SignInAgain, "no secret is at hand"))?;
        Ok((client, url))
    }

    /// Refuses the training mode: the training server's contract can't be changed.
    fn of_live(&self) -> Result<(), AppError> {
        match self.mode() {
            Mode::Live => Ok(()),
            Mode::Training => Err(AppError::new(ErrorCode::WrongMode, "the training server's contract is fixed")),
        }
    }
}
