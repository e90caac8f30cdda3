//! The keychain of the operating system. It can't freeze the program.
//!
//! A locked keychain may block a call for minutes while it asks for its password in another window, and some services deadlock
//! on two calls at once. So one worker thread makes all calls, one after another, and no caller waits longer than [`PATIENCE`].

mod parts;

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::Duration,
};

use keyring_core::{CredentialStore, Error};
use secrecy::SecretString;
use tokio::sync::oneshot;

use self::parts::Parts;
use crate::shape::KeychainProblem;

/// How long a caller waits for an answer.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// The name of our entries in the keychain.
const SERVICE: &str = "ru.probonus.office";

/// Opens the platform's store. It is called again after a failure, because the service may have started meanwhile.
type Open = Box<dyn Fn() -> Result<Arc<CredentialStore>, Error> + Send>;

enum Task {
    Read,
    Write(SecretString),
    Forget,
}

struct Job {
    user: String,
    task: Task,
    /// Whether the caller has stopped waiting. Then a job that has not begun is skipped, and a secret that was stored too late gives
    /// way to the one before it.
    given_up: Arc<AtomicBool>,
    answer: oneshot::Sender<Result<Option<SecretString>, Error>>,
}

/// The keychain. Cheap to clone; all clones share one worker.
#[derive(Clone)]
pub(crate) struct Keychain {
    jobs: Arc<OnceLock<mpsc::Sender<Job>>>,
    open: Arc<dyn Fn() -> Open + Send + Sync>,
    patience: Duration,
}

impl Keychain {
    /// The keychain of this machine.
    #[must_use]
    pub fn of_this_machine() -> Self {
        Self::of(|| Box::new(platform_store), PATIENCE)
    }

    /// A keychain in memory, empty at first.
    #[cfg(any(test, feature = "dev-host"))]
    pub fn in_memory() -> Self {
        Self::of(|| Box::new(|| Ok(keyring_core::mock::Store::new()?)), PATIENCE)
    }

    fn of(open: impl Fn() -> Open + Send + Sync + 'static, patience: Duration) -> Self {
        Self { jobs: Arc::default(), open: Arc::new(open), patience }
    }

    /// The secret of `user`; `None` if the keychain has none.
    ///
    /// # Errors
    /// Why the keychain can't be asked.
    pub async fn read(&self, user: &str) -> Result<Option<SecretString>, KeychainProblem> {
        self.ask(user, Task::Read).await
    }

    /// Keeps the secret of `user`, in place of an earlier one.
    ///
    /// # Errors
    /// Why the keychain can't store it. It is then not stored, also if the keychain answers later.
    pub async fn write(&self, user: &str, secret: SecretString) -> Result<(), KeychainProblem> {
        self.ask(user, Task::Write(secret)).await.map(drop)
    }

    /// Forgets the secret of `user`, if there is one.
    ///
    /// # Errors
    /// Why the keychain can't be asked.
    pub async fn forget(&self, user: &str) -> Result<(), KeychainProblem> {
        self.ask(user, Task::Forget).await.map(drop)
    }

    async fn ask(&self, user: &str, task: Task) -> Result<Option<SecretString>, KeychainProblem> {
        let given_up = Arc::new(AtomicBool::new(false));
        let (answer, answered) = oneshot::channel();
        let job = Job { user: user.to_owned(), task, given_up: Arc::clone(&given_up), answer };
        if self.worker().send(job).is_err() {
            return Err(KeychainProblem::Refused);
        }
        match tokio::time::timeout(self.patience, answered).await {
            Ok(Ok(Ok(secret))) => Ok(secret),
            Ok(Ok(Err(error))) => {
                let problem = problem(&error);
                tracing::warn!(?problem, kind = kind(&error), "the keychain did not do it");
                Err(problem)
            }
            Ok(Err(_)) => Err(KeychainProblem::Refused),
            Err(_) => {
                given_up.store(true, Ordering::SeqCst);
                tracing::warn!("the keychain did not answer in time");
                Err(KeychainProblem::Timeout)
            }
        }
    }

    fn worker(&self) -> &mpsc::Sender<Job> {
        self.jobs.get_or_init(|| {
            let (jobs, queue) = mpsc::channel();
            let open = (self.open)();
            let worker = std::thread::Builder::new().name("keychain".to_owned());
            if let Err(error) = worker.spawn(move || work(&queue, &*open)) {
                tracing::error!(%error, "no thread for the keychain");
            }
            jobs
        })
    }
}

fn work(queue: &mpsc::Receiver<Job>, open: &(dyn Fn() -> Result<Arc<CredentialStore>, Error> + Send)) {
    let mut store = None;
    for job in queue {
        if job.given_up.load(Ordering::SeqCst) {
            continue;
        }
        let mut former = None;
        let answer = do_job(&mut store, open, &job, &mut former);
        if matches!(answer, Err(Error::PlatformFailure(_))) {
            // The service may have ended: the store is opened again next time.
            store = None;
        }
        let late = job.given_up.load(Ordering::SeqCst);
        if let (true, Task::Write(_), Ok(_), Some(store)) = (late, &job.task, &answer, &store) {
            // The caller was told that it is not stored, and may have chosen another place since.
            let undone = match &former {
                Some(former) => entries(store).write(&job.user, former),
                None => entries(store).forget(&job.user),
            };
            tracing::warn!(
                undone = undone.is_ok(),
                "the keychain kept a secret too late; the one before it was put back"
            );
        }
        // The caller may have stopped waiting.
        let _ = job.answer.send(answer);
    }
}

/// Does one job. `former` becomes the secret that a write replaces, if the keychain can tell it.
fn do_job(
    store: &mut Option<Arc<CredentialStore>>,
    open: &(dyn Fn() -> Result<Arc<CredentialStore>, Error> + Send),
    job: &Job,
    former: &mut Option<SecretString>,
) -> Result<Option<SecretString>, Error> {
    let store = match store {
        Some(store) => store,
        None => store.insert(open()?),
    };
    let entries = entries(store);
    match &job.task {
        Task::Read => entries.read(&job.user),
        Task::Write(secret) => {
            *former = entries.read(&job.user).ok().flatten();
            entries.write(&job.user, secret).map(|()| None)
        }
        Task::Forget => entries.forget(&job.user).map(|()| None),
    }
}

/// Our entries in the store.
const fn entries(store: &Arc<CredentialStore>) -> Parts<'_> {
    Parts { store, service: SERVICE, most: parts::MOST }
}

/// The problem to show, by which the page gives its advice.
fn problem(error: &Error) -> KeychainProblem {
    match error {
        Error::NoStorageAccess(_) => KeychainProblem::Locked,
        Error::NoDefaultStore | Error::PlatformFailure(_) | Error::NotSupportedByStore(_) => KeychainProblem::Missing,
        _ => KeychainProblem::Refused,
    }
}

/// The kind of an error, for the log. Its own text may contain the secret.
const fn kind(error: &Error) -> &'static str {
    match error {
        Error::PlatformFailure(_) => "platform failure",
        Error::NoStorageAccess(_) => "no access",
        Error::NoEntry => "no entry",
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => "bad data",
        Error::TooLong(..) => "too long",
        Error::Invalid(..) => "invalid",
        Error::Ambiguous(_) => "ambiguous",
        Error::NoDefaultStore => "no store",
        Error::NotSupportedByStore(_) => "not supported",
        _ => "other",
    }
}

/// The store that `keyring` chooses for the platform: the Credential Manager, the Keychain.
#[cfg(any(target_os = "windows", target_os = "macos"))]
fn platform_store() -> Result<Arc<CredentialStore>, Error> {
    if keyring::Entry::store_status().is_err() {
        return Err(Error::NoDefaultStore);
    }
    keyring_core::get_default_store().ok_or(Error::NoDefaultStore)
}

/// A new connection to the Secret Service. `keyring` opens only one in a process, and keeps its failure for ever; but the service
/// may start, or restart, after the program.
#[cfg(not(any(target_os = "windows", target_os = "macos")))]
fn platform_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(test)]
pub(crate) mod tests {
    use keyring_core::mock;
    use secrecy::ExposeSecret as _;
    use std::sync::Mutex;

    use super::*;

    /// A keychain in memory.
    pub(crate) fn in_memory() -> Keychain {
        Keychain::in_memory()
    }

    /// A machine without a keychain.
    pub(crate) fn missing() -> Keychain {
        Keychain::of(|| Box::new(|| Err(Error::NoDefaultStore)), PATIENCE)
    }

    fn of_store(store: Arc<CredentialStore>, patience: Duration) -> Keychain {
        Keychain::of(
            move || {
                let store = Arc::clone(&store);
                Box::new(move || Ok(Arc::clone(&store)))
            },
            patience,
        )
    }

    #[tokio::test]
    async fn what_is_kept_is_read_until_it_is_forgotten() {
        let keychain = in_memory();
        assert!(keychain.read("a").await.unwrap().is_none());
        keychain.write("a", "секрет".into()).await.unwrap();
        assert_eq!(keychain.read("a").await.unwrap().unwrap().expose_secret(), "секрет");
        assert!(keychain.read("b").await.unwrap().is_none());
        keychain.forget("a").await.unwrap();
        keychain.forget("a").await.unwrap();
        assert!(keychain.read("a").await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_locked_keychain_is_told_from_a_missing_one() {
        let store: Arc<CredentialStore> = mock::Store::new().unwrap();
        let entry = store.build(SERVICE, "a", None).unwrap();
        let credential: &mock::Cred = entry.as_any().downcast_ref().unwrap();
        credential.set_error(Error::NoStorageAccess("locked".into()));
        let keychain = of_store(store, PATIENCE);
        assert_eq!(keychain.read("a").await.unwrap_err(), KeychainProblem::Locked);
        assert!(keychain.read("a").await.unwrap().is_none(), "unlocked since");
        assert_eq!(missing().read("a").await.unwrap_err(), KeychainProblem::Missing);
    }

    /// A write to a keychain that answers after its caller has given up; `former`: what the keychain held before.
    async fn write_too_late(former: Option<&str>) -> Keychain {
        let store: Arc<CredentialStore> = mock::Store::new().unwrap();
        if let Some(former) = former {
            store.build(SERVICE, "a", None).unwrap().set_password(former).unwrap();
        }
        let (wake, asleep) = mpsc::channel::<()>();
        let asleep = Arc::new(Mutex::new(asleep));
        let keychain = Keychain::of(
            move || {
                let (asleep, store) = (Arc::clone(&asleep), Arc::clone(&store));
                Box::new(move || {
                    asleep.lock().unwrap().recv().unwrap();
                    Ok(Arc::clone(&store))
                })
            },
            PATIENCE,
        );
        assert_eq!(keychain.write("a", "поздно".into()).await.unwrap_err(), KeychainProblem::Timeout);
        wake.send(()).unwrap();
        keychain
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_keychain_is_waited_for_only_so_long_and_a_late_secret_gives_way_to_the_one_before() {
        for former in [None, Some("прежний")] {
            // The caller's patience ends at once; the answer of the worker, a thread, is waited for in real time.
            if former.is_some() {
                tokio::time::pause();
            }
            let keychain = write_too_late(former).await;
            tokio::time::resume();
            let kept = keychain.read("a").await.unwrap();
            assert_eq!(kept.as_ref().map(|secret| secret.expose_secret()), former);
        }
    }

    /// The Credential Manager itself, with a token that is longer than one entry takes.
    #[cfg(windows)]
    #[tokio::test]
    async fn the_credential_manager_keeps_a_long_token() {
        let keychain = Keychain::of_this_machine();
        let user = format!("test {}", std::process::id());
        for token in ["короткий".to_owned(), "токен-".repeat(1_000), "снова короткий".to_owned()]
        {
            keychain.write(&user, token.clone().into()).await.unwrap();
            assert_eq!(keychain.read(&user).await.unwrap().unwrap().expose_secret(), token);
        }
        keychain.forget(&user).await.unwrap();
        assert!(keychain.read(&user).await.unwrap().is_none());
    }
}
