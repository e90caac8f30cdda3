//! How the live server wants its calls: learnt from its own description, overruled by an administrator, kept between
//! runs. A change that touches writes or money is taken over only when someone has accepted it; until then nothing is
//! sent.

mod answers;
mod difference;
mod kept;
mod search;
mod standing;

use office::Host as _;
use probonus::{Method, binding::Binding, client::Client};

pub(super) use self::standing::Standing;
use self::{kept::Kept, search::Looked};
use crate::{
    app::{App, machine::host::Machine},
    error::{AppError, ErrorCode},
    shape::{AuthKind, Mode},
    view::{ContractReport, ContractStatus, QueueHold},
};

impl App {
    /// The client, speaking as is kept of its server or as the server says of itself now. With a login it signs in before
    /// it reads the description. Reads only.
    pub(super) async fn learn(&self, client: Client, url: &str, auth: AuthKind) -> Client {
        let origin = self.standing_of(url).await.kept.origin;
        let again = origin.as_ref().and_then(|origin| Some((origin.kind, origin.again.clone()?)));
        // What was given by hand, and not by the server, is not looked for at the server.
        let by_hand = origin.is_some() && again.is_none();
        let looked = match by_hand {
            true => Looked::Nothing,
            false => {
                let again = again.as_ref().map(|(kind, from)| (*kind, from.as_str()));
                let as_kept = client.with_binding(self.standing_of(url).await.binding());
                match auth {
                    AuthKind::Login => search::look_signed_in(&as_kept, again).await,
                    AuthKind::Token => search::look(&as_kept, again).await,
                }
            }
        };
        // It may have been changed by hand during the look.
        let _one_at_a_time = self.0.learning.lock().await;
        let mut standing = self.standing_of(url).await;
        match looked {
            Looked::Found(base, kind, from) if standing.kept.origin == origin => {
                standing.other_service = None;
                standing.meet(*base, kind, from, self.has_worked_with(url));
                self.keep_standing(&standing).await;
            }
            Looked::OfOther(title, _) => standing.other_service = Some(title),
            _ => {}
        }
        let client = client.with_binding(standing.binding());
        *self.contract() = Some(standing);
        client
    }

    /// Whether this server was connected, and not only tried.
    fn has_worked_with(&self, url: &str) -> bool {
        let document = self.document();
        document.get().connection.as_ref().is_some_and(|connection| connection.known && connection.url == url)
    }

    /// Whose description the server publishes, if it is another service's: its title.
    pub(super) fn other_service(&self) -> Option<String> {
        self.contract().as_ref().and_then(|standing| standing.other_service.clone())
    }

    /// The client, speaking as is kept of its server.
    pub(super) async fn as_kept(&self, client: Client, url: &str) -> Client {
        let standing = self.standing_of(url).await;
        let client = client.with_binding(standing.binding());
        *self.contract() = Some(standing);
        client
    }

    /// Whether the server answers by the contract that waits to be accepted, as when its methods have moved. Reads only.
    pub(super) async fn answers_by_the_pending(&self, client: &Client) -> bool {
        let pending = self.contract().as_ref().and_then(|standing| {
            let found = standing.kept.pending.as_deref()?;
            Some(standing.kept.with(found).effective().0)
        });
        match pending {
            Some(binding) => probonus::Loyalty::groups(&client.with_binding(binding)).await.is_ok(),
            None => false,
        }
    }

    async fn standing_of(&self, url: &str) -> Standing {
        if let Some(standing) = self.contract().as_ref().filter(|standing| standing.kept.server == url) {
            return standing.clone();
        }
        let (path, server) = (self.0.folders.binding(url), url.to_owned());
        let read = tokio::task::spawn_blocking(move || Kept::read(&path, &server)).await.ok().flatten();
        let kept = match read {
            Some((kept, mark)) if self.is_our_contract(url, &mark) => kept,
            Some((kept, _)) => {
                tracing::warn!("the contract's file was changed from outside; it waits to be accepted");
                kept.asking(Machine.new_uuid().to_string())
            }
            None => Kept::table(url),
        };
        Standing { kept, offered: None, other_service: None }
    }

    /// Whether this program wrote the file with this fingerprint. A file of a version that noted none is taken for ours once,
    /// where the server is the one that is connected.
    fn is_our_contract(&self, url: &str, mark: &str) -> bool {
        let document = self.document();
        let stored = document.get();
        match &stored.contracts {
            Some(contracts) => contracts.get(url).is_some_and(|known| known == mark),
            None => stored.connection.as_ref().is_some_and(|connection| connection.known && connection.url == url),
        }
    }

    /// Keeps the contract: its fingerprint first, so that no file counts that was not noted.
    async fn keep_standing(&self, standing: &Standing) -> bool {
        let (server, path) = (standing.kept.server.clone(), self.0.folders.binding(&standing.kept.server));
        let Ok(text) = standing.kept.text() else { return false };
        let mark = kept::fingerprint(&text);
        let noted = self.change_document(|stored| {
            stored.contracts.get_or_insert_default().insert(server, mark);
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

    /// Why nothing is sent just now, for the sake of the contract.
    pub(super) fn hold(&self) -> Option<QueueHold> {
        if self.mode() != Mode::Live {
            return None;
        }
        let waits = self.contract().as_ref().is_some_and(|standing| standing.kept.pending.is_some());
        if waits {
            return Some(QueueHold::ContractChanged);
        }
        self.0.looking.borrow().then_some(QueueHold::LookingAtContract)
    }

    /// Lets the office send, or not: the contract may stop it, and so may the journal, while it is checked or if it is not
    /// sound.
    pub(super) async fn hold_or_release(&self) {
        if let Ok(work) = self.work().await {
            let journal_stops = *self.0.checking.borrow() || work.journal.stopped().borrow().is_some();
            work.office.hold(journal_stops || self.hold().is_some()).await;
        }
    }

    /// Waits, for a while, until the look at the server's description at a start has ended.
    pub(super) async fn looked(&self) {
        let mut looking = self.0.looking.subscribe();
        let _ = tokio::time::timeout(search::PATIENCE, looking.wait_for(|looking| !looking)).await;
    }

    /// For the frame of the page: what can't be done, and what the operator has to see.
    pub(super) fn contract_status(&self, phones_known: bool) -> ContractStatus {
        // Both ask the contract: each in its turn, or the second waits for the first for ever.
        let hold = self.hold();
        let live = self.mode() == Mode::Live;
        let contract = self.contract();
        let standing = contract.as_ref().filter(|_| live);
        let binding = standing.map(Standing::binding);
        let impossible = binding.iter().flat_map(|binding| {
            Method::ALL.iter().map(|method| (*method, binding.blockers(*method))).filter(|(_, why)| !why.is_empty())
        });
        ContractStatus {
            impossible: impossible.map(Into::into).collect(),
            hold,
            has_news: standing.is_some_and(|standing| !standing.kept.news.is_empty()),
            phones_known,
        }
    }

    /// How this server wants each method.
    ///
    /// # Errors
    /// Why nothing is open.
    pub async fn contract_report(&self) -> Result<ContractReport, AppError> {
        let training = self.work().await?.training.as_ref().map(|training| training.client.clone());
        if let Some(client) = training {
            return Ok(ContractReport::of(client.binding(), &Binding::default()));
        }
        let url = self.connected()?.url;
        let standing = self.standing_of(&url).await;
        Ok(Self::report(&standing))
    }

    fn report(standing: &Standing) -> ContractReport {
        let kept = &standing.kept;
        let mut report = ContractReport::of(&standing.binding(), &kept.base);
        report.mark(&kept.marks);
        report.editable = true;
        report.origin = kept.origin.as_ref().map(Into::into);
        report.checked_at = kept.checked_at;
        report.other_service.clone_from(&standing.other_service);
        report.pending = kept.pending.as_deref().map(|found| standing.proposal(found));
        report.news.clone_from(&kept.news);
        report
    }

    async fn live_standing(&self) -> Result<(String, Standing), AppError> {
        self.of_live()?;
        let url = self.connected()?.url;
        let standing = self.standing_of(&url).await;
        Ok((url, standing))
    }

    fn live_client(&self) -> Result<(Client, String), AppError> {
        self.of_live()?;
        let url = self.connected()?.url;
        let client = self.held().client.clone();
        let client = client.ok_or_else(|| AppError::new(ErrorCode::SignInAgain, "no secret is at hand"))?;
        Ok((client, url))
    }

    /// The training server's contract is the program's own.
    fn of_live(&self) -> Result<(), AppError> {
        match self.mode() {
            Mode::Live => Ok(()),
            Mode::Training => Err(AppError::new(ErrorCode::WrongMode, "the training server's contract is fixed")),
        }
    }
}
