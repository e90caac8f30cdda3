//! The network settings: the proxy, and certificates of authorities that are trusted besides the system's.

use std::{
    fs, io,
    sync::{Arc, MutexGuard, PoisonError},
};

use office::Host as _;
use probonus::client::{
    Auth, BuildError, Client, FileClient, Proxy, ProxyAddress, ProxyAddressError, ServerAddress, SystemProxy,
    authority::Authority,
};
use secrecy::{ExposeSecret as _, SecretString};

use super::way::{MOST_AUTHORITIES, Way, file_name, read_folder, unless_absent, write};
use crate::{
    app::{App, machine::host::Machine, settings::ProxySettings},
    error::{AppError, ErrorCode, FieldCode, FieldError},
    form::{Fields, ProxyForm, Remember},
    mask,
    shape::{Mode, ProxyKind},
    view::{AuthorityView, NetworkView, SecretStorage, SessionState},
};

/// Who asks.
const USER_AGENT: &str = concat!("ProBonus-Office/", env!("CARGO_PKG_VERSION"));

impl App {
    /// The network settings, for the page.
    #[must_use]
    pub fn network(&self) -> NetworkView {
        let (proxy, server) = {
            let document = self.document();
            (document.get().proxy.clone(), document.get().connection.as_ref().map(|connection| connection.url.clone()))
        };
        let way = self.way();
        let now = Machine.now();
        let password = match (&way.password, proxy.in_keychain) {
            (Some(_), true) => SecretStorage::Keychain,
            (Some(_), false) => SecretStorage::Memory,
            (None, _) => SecretStorage::None,
        };
        // Before a server is known, the system's proxy is looked up for an example address.
        let server: Option<ServerAddress> =
            server.unwrap_or_else(|| "https://probonus.example".to_owned()).parse().ok();
        let trusted = way.authorities.iter().map(|authority| (authority, true));
        let mut authorities: Vec<_> = trusted.chain(way.strange.iter().map(|authority| (authority, false))).collect();
        authorities.sort_by_key(|(authority, _)| std::cmp::Reverse(authority.not_after));
        NetworkView {
            kind: proxy.kind,
            address: proxy.address,
            login: proxy.login,
            password,
            system_proxy: server.and_then(|server| SystemProxy::now().for_server(&server)),
            authorities: authorities.into_iter().map(|(one, trusted)| AuthorityView::at(one, trusted, now)).collect(),
        }
    }

    /// Saves the proxy; the next request uses it.
    ///
    /// # Errors
    /// Each field that can't be used; why the keychain can't keep the password; those of the settings. Nothing is
    /// changed then.
    pub async fn save_proxy(&self, form: ProxyForm) -> Result<NetworkView, AppError> {
        let _one_at_a_time = self.0.changing.lock().await;
        let earlier = self.document().get().proxy.clone();
        let (next, password) = self.read_proxy(form, &earlier)?;
        if let Some(password) = &password {
            mask::hide(password);
        }
        if let (true, Some(password)) = (next.in_keychain, &password) {
            let kept = self.0.keychain.write(&next.keychain_user(), password.clone()).await;
            kept.map_err(AppError::from)?;
        }
        self.change_document(|stored| stored.proxy = next.clone())?;
        if earlier.in_keychain && (!next.in_keychain || earlier.keychain_user() != next.keychain_user()) {
            // The new proxy is kept in any case.
            if let Err(problem) = self.0.keychain.forget(&earlier.keychain_user()).await {
                tracing::warn!(?problem, "an earlier password of a proxy is still in the keychain");
            }
        }
        self.way().password = password;
        self.take_the_way().await?;
        Ok(self.network())
    }

    /// Reads the form: the settings, and the password if one was typed.
    fn read_proxy(
        &self,
        form: ProxyForm,
        earlier: &ProxySettings,
    ) -> Result<(ProxySettings, Option<SecretString>), AppError> {
        if form.kind != ProxyKind::Own {
            let password = self.way().password.clone();
            return Ok((ProxySettings { kind: form.kind, ..earlier.clone() }, password));
        }
        let mut fields = Fields::default();
        let address: Option<ProxyAddress> = match form.address.parse() {
            Ok(address) => Some(address),
            Err(ProxyAddressError::Empty) => fields.fail("proxy.address", FieldCode::Required),
            Err(_) => fields.fail("proxy.address", FieldCode::NotAProxy),
        };
        let login = form.login.trim().to_owned();
        if login.chars().any(|c| c.is_control() || c == ':') {
            fields.add("proxy.login", FieldCode::BadCharacters);
        }
        let address = address.map(|address| address.to_string()).unwrap_or_default();
        let typed = form.password.map(|typed| typed.0).filter(|typed| !typed.expose_secret().is_empty());
        let (password, in_keychain) = match typed {
            _ if login.is_empty() => (None, false),
            Some(typed) => (Some(typed), form.remember == Remember::Keychain),
            None if (&earlier.address, &earlier.login) == (&address, &login) => {
                (self.way().password.clone(), earlier.in_keychain)
            }
            None => (None, false),
        };
        if !login.is_empty() && password.is_none() {
            fields.add("proxy.password", FieldCode::Required);
        }
        fields.done(Some((ProxySettings { kind: ProxyKind::Own, address, login, in_keychain }, password)))
    }

    /// Trusts the authorities of a certificate file, besides the system's own.
    ///
    /// # Errors
    /// `not_a_certificate`, `not_an_authority`, `authority_expired`, `file_not_written`.
    pub async fn add_authority(&self, file: Vec<u8>) -> Result<NetworkView, AppError> {
        let _one_at_a_time = self.0.changing.lock().await;
        let read = Authority::read_all(&file, Machine.now())?;
        let known = self.way().authorities.clone();
        let new: Vec<Authority> = read.into_iter().filter(|authority| !known.contains(authority)).collect();
        if known.len() + new.len() > MOST_AUTHORITIES {
            return Err(AppError::invalid(vec![FieldError {
                max: u32::try_from(MOST_AUTHORITIES).ok(),
                ..FieldError::new("authorities", FieldCode::TooMany)
            }]));
        }
        let folder = self.0.folders.authorities();
        let written = new.clone();
        self.trust(&new)?;
        on_disk(move || written.iter().try_for_each(|authority| write(&folder, authority))).await?;
        {
            let mut way = self.way();
            way.strange.retain(|strange| !new.contains(strange));
            way.authorities.extend(new);
        }
        self.take_the_way().await?;
        Ok(self.network())
    }

    /// Trusts an authority whose file was put into the folder by hand.
    ///
    /// # Errors
    /// `settings_not_saved`.
    pub async fn trust_authority(&self, fingerprint: &str) -> Result<NetworkView, AppError> {
        let _one_at_a_time = self.0.changing.lock().await;
        let strange = self.way().strange.iter().find(|one| one.fingerprint == fingerprint).cloned();
        if let Some(strange) = strange {
            self.trust(std::slice::from_ref(&strange))?;
            {
                let mut way = self.way();
                way.strange.retain(|one| *one != strange);
                way.authorities.push(strange);
            }
            self.take_the_way().await?;
        }
        Ok(self.network())
    }

    /// Records in the settings that these were trusted by a person.
    fn trust(&self, authorities: &[Authority]) -> Result<(), AppError> {
        let new = authorities.iter().map(|authority| authority.fingerprint.clone());
        self.change_document(|stored| stored.trusted.get_or_insert_default().extend(new))
    }

    /// Removes an authority.
    ///
    /// # Errors
    /// `file_not_written`.
    pub async fn remove_authority(&self, fingerprint: &str) -> Result<NetworkView, AppError> {
        let _one_at_a_time = self.0.changing.lock().await;
        let known = {
            let way = self.way();
            way.authorities.iter().chain(&way.strange).find(|known| known.fingerprint == fingerprint).cloned()
        };
        if let Some(known) = known {
            self.change_document(|stored| {
                stored.trusted.get_or_insert_default().remove(&known.fingerprint);
            })?;
            let path = self.0.folders.authorities().join(file_name(&known));
            on_disk(move || fs::remove_file(path).or_else(unless_absent)).await?;
            {
                let mut way = self.way();
                way.authorities.retain(|other| other.fingerprint != fingerprint);
                way.strange.retain(|other| other.fingerprint != fingerprint);
            }
            self.take_the_way().await?;
        }
        Ok(self.network())
    }

    /// Reads proxy, password and authorities once at the start. Without the password the proxy answers 407, and the page
    /// shows it.
    pub(in crate::app) async fn find_the_way(&self) {
        let folder = self.0.folders.authorities();
        let authorities = tokio::task::spawn_blocking(move || read_folder(&folder)).await.unwrap_or_default();
        let proxy = self.document().get().proxy.clone();
        let mut password = None;
        if proxy.in_keychain && proxy.kind == ProxyKind::Own {
            match self.0.keychain.read(&proxy.keychain_user()).await {
                Ok(found) => password = found,
                Err(problem) => {
                    tracing::warn!(?problem, "the password of the proxy is not to be had");
                    self.held().problem = Some(problem);
                }
            }
        }
        if let Some(password) = &password {
            mask::hide(password);
        }
        let (authorities, strange) = self.sorted(authorities);
        let mut way = self.way();
        way.password = password;
        way.authorities = authorities;
        way.strange = strange;
    }

    /// Splits the authorities into trusted ones and ones whose files were put into the folder by hand. At the first start of
    /// a version that records trust, all files count as trusted: earlier versions wrote them.
    fn sorted(&self, authorities: Vec<Authority>) -> (Vec<Authority>, Vec<Authority>) {
        let trusted = self.document().get().trusted.clone();
        let Some(trusted) = trusted else {
            if let Err(error) = self.trust(&authorities) {
                tracing::warn!(%error, "it could not be noted which authorities are trusted");
            }
            return (authorities, Vec::new());
        };
        let (ours, strange): (Vec<_>, Vec<_>) =
            authorities.into_iter().partition(|authority| trusted.contains(&authority.fingerprint));
        if !strange.is_empty() {
            tracing::warn!(
                count = strange.len(),
                "certificates were put into the folder from outside; they do not count"
            );
        }
        (ours, strange)
    }

    /// A client with these network settings that fetches files and has no token.
    pub(in crate::app) fn file_client(&self, allows_plain_loopback: bool) -> Result<FileClient, AppError> {
        self.not_in_safe_mode()?;
        let client = FileClient::new(self.proxy()?, self.roots(), USER_AGENT)?;
        Ok(if allows_plain_loopback { client.allow_plain_loopback() } else { client })
    }

    /// A client with these network settings.
    pub(in crate::app) fn client(&self, url: &str, auth: Auth) -> Result<Client, AppError> {
        // Only here and above is a client made that can reach another machine.
        self.not_in_safe_mode()?;
        match &auth {
            Auth::Token(secret) | Auth::Login { password: secret, .. } => mask::hide(secret),
        }
        let mut client = Client::builder(url)
            .auth(auth)
            .proxy(self.proxy()?)
            .user_agent(USER_AGENT)
            .clock(Arc::new(|| Machine.now()));
        for root in self.roots() {
            client = client.extra_roots(root);
        }
        Ok(client.build()?)
    }

    /// Applies the network settings to the client of the live server; its session stays.
    async fn take_the_way(&self) -> Result<(), AppError> {
        self.way().generation += 1;
        let Some(client) = self.held().client.clone() else { return Ok(()) };
        let client = client.over(self.proxy()?, self.roots())?;
        self.held().client = Some(client.clone());
        let link = self.work().await.ok().filter(|work| work.mode == Mode::Live).map(|work| Arc::clone(&work.link));
        let url = self.document().get().connection.as_ref().map(|connection| connection.url.clone());
        if let (Some(link), Some(url)) = (link, url) {
            link.attach(Arc::new(client), SessionState::OfflineUnknown);
            self.0.searching.send_replace(true);
            self.hold_or_release().await;
            self.greet(&url, link);
        }
        self.tell_session().await;
        Ok(())
    }

    fn proxy(&self) -> Result<Proxy, AppError> {
        let proxy = self.document().get().proxy.clone();
        Ok(match proxy.kind {
            ProxyKind::System => Proxy::System,
            ProxyKind::None => Proxy::Direct,
            ProxyKind::Own => Proxy::Through {
                address: proxy
                    .address
                    .parse()
                    .map_err(|error: ProxyAddressError| BuildError::Proxy(error.to_string()))?,
                credentials: self.way().password.clone().map(|password| (proxy.login, password)),
            },
        })
    }

    /// The trusted authorities that have not expired.
    fn roots(&self) -> Vec<Vec<u8>> {
        let now = Machine.now();
        let way = self.way();
        way.authorities.iter().filter(|one| now <= one.not_after).map(|one| one.der.clone()).collect()
    }

    pub(in crate::app) fn way(&self) -> MutexGuard<'_, Way> {
        self.0.way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn on_disk(work: impl FnOnce() -> io::Result<()> + Send + 'static) -> Result<(), AppError> {
    let failed = |words: String| {
        AppError::new(ErrorCode::FileNotWritten, words.clone()).with(|details| details.technical = Some(words))
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| failed(error.to_string())),
        Err(error) => Err(failed(error.to_string())),
    }
}
