//! The connection to the ProBonus server: its address, the sign-in, and where the secret is kept.

pub mod held;
pub mod link;
mod network;
pub mod way;

use std::sync::Arc;

use probonus::{
    ErrorKind, Loyalty as _,
    client::{BuildError, CheckStep, Client, ServerAddress, StepOutcome},
};
use secrecy::SecretString;

use self::{
    held::{Connecting, Credentials, Held, keychain_user},
    link::Link,
};
use crate::{
    app::{
        App,
        contract::{LiveContract, Replaced, SecretConstantEntries},
        settings::stored::{Connection, Stored},
        work::file,
    },
    error::{AppError, ErrorCode, FieldCode, FieldError},
    form::{AuthForm, ConnectForm, DescriptionForm, Remember, SecretConstantEntry},
    shape::{AuthKind, KeychainProblem, Mode, Step, shown_name},
    view::{AppStatus, ConnectionReport, ConnectionStep, RightsDoubt, SessionState},
};

impl App {
    /// Connects a server: reads from it once, stores the secret, and opens the live mode.
    ///
    /// # Errors
    /// Each field that is wrong; `key_wanted` if the server wants a key that was not entered; why the server can't be reached or
    /// refuses the sign-in; why the keychain can't store a secret; `unfinished_operations` of another server. Connection, contracts
    /// and keys are then as before; of a server that nobody has worked with the contract that was found stays stored.
    pub async fn connect(&self, form: ConnectForm) -> Result<AppStatus, AppError> {
        self.not_in_safe_mode()?;
        let _one_at_a_time = self.0.changing.lock().await;
        // An attempt at the server that is open may change its contract for a while.
        let connecting = Connecting::begin(&self.0.connecting);
        self.hold_or_release().await;
        let connected = self.connect_held(form).await;
        drop(connecting);
        self.hold_or_release().await;
        connected?;
        self.tell_session().await;
        Ok(self.status().await)
    }

    /// Connects a server while the queue is held.
    async fn connect_held(&self, form: ConnectForm) -> Result<(), AppError> {
        let url = address(&form.url)?.to_string();
        let credentials = Credentials::read(form.auth)?;
        let keys = SecretConstantEntries::read(form.keys)?;
        let client = self.client(&url, credentials.auth())?;
        let former = self.contract_of(&url).await;
        let connection = credentials.connection(url, form.remember);
        let kept = self.keep_connection(client, connection, credentials.secret, &form.description, &keys).await;
        let client = match kept {
            Ok(client) => client,
            Err(error) => {
                self.put_contract_back(former).await;
                return Err(error);
            }
        };
        let is_doubtful = self.counts_otherwise_than(&former);
        self.hold_client(client, form.remember);
        self.open_live_after(is_doubtful).await?;
        self.work().await?.office.try_again_now();
        Ok(())
    }

    /// Holds another client from now on. What a search learns that began with the former one is dropped: it would bring the former
    /// sign-in back.
    fn hold_client(&self, client: Client, remember: Remember) {
        self.way().generation += 1;
        *self.held() = Held { client: Some(client), remember: Some(remember), problem: None };
    }

    /// Tries a server, and stores its secret and its connection. Returns the client with the server's contract.
    async fn keep_connection(
        &self,
        client: Client,
        connection: Connection,
        secret: SecretString,
        description: &DescriptionForm,
        keys: &SecretConstantEntries,
    ) -> Result<Client, AppError> {
        let client = self.learn_by(client, &connection.url, connection.auth, description, keys).await?;
        let live = self.contract_with(keys, &connection.url).await?;
        // Who has worked with a server is asked only for a key that its contract names.
        live.must_have_keys(keys, !self.has_worked_with(&connection.url))?;
        self.must_answer(&client, &live).await?;
        let earlier = self.document().get().connection.clone();
        let known = earlier.as_ref().filter(|earlier| earlier.known);
        self.journal_may_serve(&connection.url, known.map(|earlier| earlier.url.as_str())).await?;
        self.keep_with(keys, live, &connection, secret, earlier.as_ref(), |stored| {
            stored.connection = Some(connection.clone());
            stored.mode = Some(Mode::Live);
        })
        .await?;
        Ok(client)
    }

    /// Stores a sign-in that the server has accepted: its keys, its secret, the contract that names the keys, the connection. If
    /// one of them can't be stored, the keychain has none of these keys afterwards.
    async fn keep_with(
        &self,
        keys: &SecretConstantEntries,
        live: LiveContract,
        connection: &Connection,
        secret: SecretString,
        earlier: Option<&Connection>,
        note: impl FnOnce(&mut Stored),
    ) -> Result<(), AppError> {
        let replaced = match connection.in_keychain {
            true => self.keep_entered_keys(keys, &live).await.map_err(|problem| self.keychain_failed(problem))?,
            false => Replaced::default(),
        };
        let kept = async {
            self.keep(connection, secret, earlier).await?;
            if !connection.in_keychain {
                self.forget_earlier_keys(keys, &live).await;
            }
            self.use_contract_with(keys, live).await?;
            self.change_document(note)
        };
        let kept = kept.await;
        if kept.is_err() {
            self.put_keys_back(replaced).await;
        }
        kept
    }

    /// A new token or password for the server that is connected, and the keys that are missing on this computer.
    ///
    /// # Errors
    /// As [`App::connect`]; `not_connected` if no server is.
    pub async fn sign_in(
        &self,
        form: AuthForm,
        remember: Remember,
        keys: Vec<SecretConstantEntry>,
    ) -> Result<AppStatus, AppError> {
        self.not_in_safe_mode()?;
        let _one_at_a_time = self.0.changing.lock().await;
        let earlier = self.connected()?;
        let credentials = Credentials::read(form)?;
        let keys = SecretConstantEntries::read(keys)?;
        let client = self.client(&earlier.url, credentials.auth())?;
        let read_before = self.description_read_at();
        let client = self.learn(client, &earlier.url, credentials.auth, &keys).await;
        let live = self.contract_with(&keys, &earlier.url).await?;
        live.must_have_keys(&keys, false)?;
        self.must_answer(&client, &live).await?;
        let connection = credentials.connection(earlier.url.clone(), remember);
        let is_other = (earlier.auth, &earlier.login) != (connection.auth, &connection.login);
        let is_doubtful = is_other && self.description_read_at() == read_before;
        let noted = connection.clone();
        let note = |stored: &mut Stored| stored.connection = Some(noted);
        self.keep_with(&keys, live, &connection, credentials.secret, Some(&earlier), note).await?;
        self.hold_client(client.clone(), remember);
        match self.work().await {
            Ok(work) => {
                work.link.attach(Arc::new(client), SessionState::SignedIn);
                drop(work);
                // The description was read just now. A search that began before is dropped, and does not say that it has ended.
                self.0.searching.send_replace(false);
                self.hold_or_release().await;
            }
            Err(_) => self.open_live().await?,
        }
        if let (true, Ok(work)) = (is_doubtful, self.work().await) {
            work.link.doubt_rights(Some(RightsDoubt::OtherUser));
        }
        if let Ok(work) = self.work().await {
            work.office.try_again_now();
        }
        self.tell_session().await;
        Ok(self.status().await)
    }

    /// Forgets the secret, in memory and in the keychain.
    ///
    /// # Errors
    /// `not_connected`; why the keychain could not delete the secret. It is deleted from memory in any case.
    pub async fn sign_out(&self) -> Result<AppStatus, AppError> {
        let _one_at_a_time = self.0.changing.lock().await;
        let connection = self.connected()?;
        *self.held() = Held::default();
        if let Ok(work) = self.work().await {
            work.link.detach();
        }
        if connection.in_keychain {
            self.0
                .keychain
                .forget(&keychain_user(&connection))
                .await
                .map_err(|problem| self.keychain_failed(problem))?;
            self.change_document(|stored| stored.connection = Some(Connection { in_keychain: false, ..connection }))?;
        }
        self.tell_session().await;
        Ok(self.status().await)
    }

    /// Tries the connection step by step, by reading only.
    ///
    /// # Errors
    /// `not_connected`. A step that fails is in the report.
    pub async fn check_connection(&self) -> Result<ConnectionReport, AppError> {
        self.not_in_safe_mode()?;
        let work = self.work().await?;
        let training = work.training.as_ref().map(|training| training.client.clone());
        if training.is_none() && self.held().client.is_none() {
            self.ask_the_keychain_again(&work.link).await;
        }
        let client = training.or_else(|| self.held().client.clone());
        let Some(client) = client else {
            return Err(AppError::new(ErrorCode::SignInAgain, "no secret is at hand"));
        };
        let checked = client.check().await;
        if work.training.is_none() {
            // The check goes past the link.
            work.link.greet().await;
            self.look_at_contract(&work.link).await;
        }
        if checked.error.is_none() {
            // Who checks it may know that the server works again.
            work.office.try_again_now();
        }
        let mut steps: Vec<ConnectionStep> = checked
            .steps
            .iter()
            .filter(|result| result.outcome != StepOutcome::NotReached)
            .map(|result| ConnectionStep {
                step: step(result.step),
                error: (result.outcome == StepOutcome::Failed)
                    .then(|| checked.error.clone().map(AppError::from))
                    .flatten(),
                count: None,
            })
            .collect();
        if checked.error.is_none() {
            let count = |n: usize| u32::try_from(n).ok();
            let with_template = checked.groups.iter().filter(|group| group.have_template).count();
            let no_template = || AppError::new(ErrorCode::NoTemplateGroup, "no group has a template");
            steps.push(ConnectionStep {
                step: Step::TemplateGroup,
                error: (with_template == 0).then(no_template),
                count: count(with_template),
            });
            let can = probonus::Method::ALL.iter().filter(|method| client.unsupported(**method).is_none()).count();
            steps.push(ConnectionStep { step: Step::Contract, error: None, count: count(can) });
        }
        let ok = steps.iter().all(|step| step.error.is_none());
        Ok(ConnectionReport { steps, ok })
    }

    /// Reads the secret again if the keychain could not be read before: it may have been unlocked or started since.
    async fn ask_the_keychain_again(&self, link: &Link) {
        let Ok(connection) = self.connected() else { return };
        self.fetch_secret(&connection).await;
        if let Some(client) = self.held().client.clone() {
            link.attach(Arc::new(client), SessionState::OfflineUnknown);
        }
        self.tell_session().await;
    }

    /// Reads from the server once, and fails as the read fails.
    async fn must_answer(&self, client: &Client, live: &LiveContract) -> Result<(), AppError> {
        let Err(error) = client.try_out().await else { return Ok(()) };
        let moved = matches!(error.kind(), ErrorKind::NoSuchMethod | ErrorKind::Unreadable | ErrorKind::Refused);
        if moved && Self::answers_by_the_pending(client, live).await {
            return Ok(());
        }
        let is_other = moved || matches!(error.kind(), ErrorKind::NotProBonus | ErrorKind::WebPage);
        match live.other_service.clone().filter(|_| is_other) {
            Some(title) => Err(other_service(title, error)),
            None => Err(at_its_step(error)),
        }
    }

    /// Opens the live mode, with the secret if it is at hand. Without one the journal opens all the same.
    pub(super) async fn open_live(&self) -> Result<(), AppError> {
        self.open_live_after(false).await
    }

    /// Opens the live mode. `is_doubtful`: sums may be written another way than before, so the next refill is a canary.
    async fn open_live_after(&self, is_doubtful: bool) -> Result<(), AppError> {
        let connection = self.connected()?;
        if self.is_safe() {
            self.0.searching.send_replace(false);
            return self.open(Mode::Live, &connection.url, Arc::new(Link::sealed()), None).await;
        }
        if self.held().client.is_none() {
            self.fetch_secret(&connection).await;
        }
        if self.held().client.is_none() {
            // The contract shows without a sign-in which methods the server lacks.
            self.load_contract(&connection.url).await;
        }
        let link = Arc::new(Link::default());
        self.0.searching.send_replace(self.held().client.is_some());
        // Not in the `match` itself: the lock would be held in its arms.
        let client = self.held().client.clone();
        match client {
            Some(client) => link.attach(Arc::new(client), SessionState::OfflineUnknown),
            None if connection.in_keychain && self.held().problem.is_some() => {
                link.detach_as(SessionState::KeychainClosed);
            }
            None => link.detach(),
        }
        self.open(Mode::Live, &connection.url, Arc::clone(&link), None).await?;
        if is_doubtful {
            // The queue is held until the greeting has searched the description.
            self.work().await?.office.doubt_money().await?;
        }
        self.greet(&connection.url, link);
        Ok(())
    }

    /// Closes the open mode and opens it again, with other limits or another connection.
    pub(super) async fn reopen(&self) -> Result<(), AppError> {
        let _one_at_a_time = self.0.changing.lock().await;
        let mode = self.document().get().mode;
        match mode {
            Some(Mode::Live) => self.open_live().await,
            Some(Mode::Training) => self.open_training().await,
            None => Ok(()),
        }
    }

    /// Reads the server's description and its groups in the background at a start. So the page knows the state of the
    /// session, and nothing is sent before it is known whether the server's contract has changed.
    pub(super) fn greet(&self, url: &str, link: Arc<Link>) {
        let begun = self.way().generation;
        let (app, url) = (self.clone(), url.to_owned());
        let known = self.held().client.clone();
        tokio::spawn(async move {
            if let Some(client) = known
                && !app.learn_again(client, &url, &link, begun).await
            {
                // The network settings or the sign-in were changed meanwhile: who changed them looks at the server again.
                return;
            }
            app.0.searching.send_replace(false);
            app.hold_or_release().await;
            app.tell_session().await;
            link.greet().await;
        });
    }

    /// Reads the server's description again, and gives the link what was learnt. `begun`: the generation of the network settings and
    /// of the client at the beginning. Returns whether it is still the same.
    async fn learn_again(&self, client: Client, url: &str, link: &Link, begun: u64) -> bool {
        let auth = self.document().get().connection.as_ref().map_or(AuthKind::Token, |connection| connection.auth);
        let spoke = client.binding().clone();
        let learnt = self.learn(client, url, auth, &SecretConstantEntries::default()).await;
        let at_hand = self.held().client.is_some();
        if at_hand && self.way().generation != begun {
            return false;
        }
        // An operation that is being prepared begins anew with another binding. So the same one is not attached again.
        if at_hand && (*learnt.binding() != spoke || *self.0.searching.borrow()) {
            self.held().client = Some(learnt.clone());
            link.attach_anew(Arc::new(learnt));
        }
        true
    }

    /// Reads the server's description again while the program works: every hour, after an answer that can't be read, and when
    /// somebody checks the connection. A change that must be accepted holds the queue.
    ///
    /// Example: the server is replaced by one that counts in rubles, and nobody starts the program anew.
    pub(super) async fn look_at_contract(&self, link: &Link) {
        let known = self.held().client.clone();
        let (Some(client), Ok(connection), false) = (known, self.connected(), self.is_safe()) else { return };
        let begun = self.way().generation;
        self.learn_again(client, &connection.url, link, begun).await;
        self.tell_session().await;
    }

    /// Takes the secret out of the keychain, if it is there.
    async fn fetch_secret(&self, connection: &Connection) {
        if !connection.in_keychain {
            return;
        }
        match self.0.keychain.read(&keychain_user(connection)).await {
            Ok(None) => {}
            Ok(Some(secret)) => {
                let credentials = Credentials { auth: connection.auth, login: connection.login.clone(), secret };
                match self.client(&connection.url, credentials.auth()) {
                    Ok(client) => {
                        let client = self.as_kept(client, &connection.url).await;
                        let remember = Some(Remember::Keychain);
                        *self.held() = Held { client: Some(client), remember, problem: None };
                    }
                    Err(error) => tracing::error!(%error, "what the keychain keeps can't be used"),
                }
            }
            Err(problem) => self.held().problem = Some(problem),
        }
    }

    /// Stores the secret where the user chose, and deletes the one before.
    async fn keep(
        &self,
        connection: &Connection,
        secret: SecretString,
        earlier: Option<&Connection>,
    ) -> Result<(), AppError> {
        let user = keychain_user(connection);
        if connection.in_keychain {
            self.0.keychain.write(&user, secret).await.map_err(|problem| self.keychain_failed(problem))?;
        }
        let stale = earlier.filter(|earlier| earlier.in_keychain).map(keychain_user);
        if let Some(stale) = stale.filter(|stale| !connection.in_keychain || *stale != user) {
            // The new connection is kept in any case. What stays in the keychain is named in the log.
            if let Err(problem) = self.0.keychain.forget(&stale).await {
                tracing::warn!(?problem, "an earlier secret is still in the keychain");
            }
        }
        Ok(())
    }

    fn keychain_failed(&self, problem: KeychainProblem) -> AppError {
        self.held().problem = Some(problem);
        problem.into()
    }

    pub(super) fn connected(&self) -> Result<Connection, AppError> {
        let connection = self.document().get().connection.clone().filter(|connection| connection.known);
        connection.ok_or_else(|| AppError::new(ErrorCode::NotConnected, "no server is connected"))
    }

    /// Refuses a server while the live journal has unfinished operations of another one.
    async fn journal_may_serve(&self, url: &str, earlier: Option<&str>) -> Result<(), AppError> {
        let path = self.0.folders.journal(Mode::Live);
        let journal = match self.work().await {
            Ok(work) if work.mode == Mode::Live => Arc::clone(&work.journal),
            _ if !path.exists() => return Ok(()),
            _ => Arc::new(file::open_file(path).await?),
        };
        if file::may_serve(&journal, url, earlier).await? { Ok(()) } else { Err(file::unfinished_elsewhere()) }
    }
}

fn address(typed: &str) -> Result<ServerAddress, AppError> {
    typed.parse().map_err(|error: probonus::client::AddressError| {
        let code = match error {
            probonus::client::AddressError::Empty => FieldCode::Required,
            _ => FieldCode::NotAUrl,
        };
        AppError::invalid(vec![FieldError::new("url", code)])
    })
}

impl From<BuildError> for AppError {
    fn from(error: BuildError) -> Self {
        let field = match &error {
            BuildError::Address(_) => FieldError::new("url", FieldCode::NotAUrl),
            BuildError::NoAuth => FieldError::new("token", FieldCode::Required),
            BuildError::Token => FieldError::new("token", FieldCode::BadCharacters),
            BuildError::Proxy(_) => FieldError::new("proxy.address", FieldCode::NotAProxy),
            other => return Self::new(ErrorCode::CannotConnect, other.to_string()),
        };
        Self::invalid(vec![field])
    }
}

/// The error of a server whose description is that of another service.
fn other_service(title: String, error: probonus::Error) -> AppError {
    let why = AppError::from(error);
    AppError::new(ErrorCode::DescriptionOfOther, why.message).with(|details| {
        details.step = Some(Step::Answer);
        details.status = why.details.status;
        details.server_message = Some(shown_name(&title)).filter(|title| !title.is_empty());
    })
}

/// Adds the step of the connection check at which a failed attempt to connect shows.
fn at_its_step(error: probonus::Error) -> AppError {
    let failed = step(CheckStep::of(&error));
    AppError::from(error).with(|details| details.step = Some(failed))
}

const fn step(step: CheckStep) -> Step {
    match step {
        CheckStep::Resolve => Step::Resolve,
        CheckStep::Connect => Step::Connect,
        CheckStep::Tls => Step::Tls,
        CheckStep::Answer => Step::Answer,
        CheckStep::Authorise => Step::Authorise,
        CheckStep::Groups => Step::Groups,
    }
}
