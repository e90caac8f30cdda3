//! A test against a server outside the program, with the check of journal against ledger that every such test needs.

use std::path::{Path, PathBuf};

use super::{Books, Desk, Keyring, Options, Result, Server, Window, compare};

/// The seed of each scene's server.
const SEED: u64 = 21;

/// The API token. Long, so that a search for it in files finds nothing else.
pub const TOKEN: &str = "desk-7f3a9c51e0b24d68-token";

/// The dialect of the contract table.
pub const PLAIN: &str = "table";

/// Where a test's screenshots and the program's log go.
#[must_use]
pub fn shots(test: &str) -> PathBuf {
    let root =
        std::env::var_os("DESKTOP_ARTIFACTS").map_or_else(|| std::env::temp_dir().join("desktop"), PathBuf::from);
    root.join(test)
}

/// A desktop and a server.
pub struct Scene {
    /// The desktop.
    pub desk: Desk,
    /// The server, which knows [`TOKEN`].
    pub server: Server,
    shots: PathBuf,
}

/// The result of a scene.
pub struct Played {
    /// The desktop with the program's files.
    pub desk: Desk,
    /// The journal and the ledger, which agree.
    pub books: Books,
}

/// Plays a scene on a desktop with an unlocked keyring; see [`play_with`].
///
/// # Errors
/// As [`play_with`].
pub async fn play(test: &str, act: impl AsyncFnOnce(&Scene) -> Result<Window>) -> Result<Played> {
    play_with(Keyring::Unlocked, PLAIN, test, act).await
}

/// Plays a scene on a desktop with this keychain, against a server of this dialect. At the end the window is closed, and
/// the journal must agree with the server's ledger. There is no other way to get a server, so no test skips the check.
///
/// # Errors
/// A step failed, or journal and ledger differ.
pub async fn play_with(
    keyring: Keyring,
    dialect: &str,
    test: &str,
    act: impl AsyncFnOnce(&Scene) -> Result<Window>,
) -> Result<Played> {
    Scene::set(keyring, dialect, 0, test).await?.play(act).await
}

/// Plays a scene against a server of this dialect, on which accruals for purchases wait for so many business days; see
/// [`play_with`].
///
/// # Errors
/// As [`play_with`].
pub async fn play_waiting(
    dialect: &str,
    days: u32,
    test: &str,
    act: impl AsyncFnOnce(&Scene) -> Result<Window>,
) -> Result<Played> {
    Scene::set(Keyring::Unlocked, dialect, days, test).await?.play(act).await
}

/// Plays a scene in which journal and ledger must differ, e.g. because the network doubles a request. Returns the
/// differences; the test says what they must be.
///
/// # Errors
/// A step failed.
pub async fn play_apart(test: &str, act: impl AsyncFnOnce(&Scene) -> Result<Window>) -> Result<Vec<String>> {
    let scene = Scene::set(Keyring::Unlocked, PLAIN, 0, test).await?;
    act(&scene).await?.quit().await?;
    let books = Books::read(&scene.desk, &scene.server).await?;
    Ok(compare(&books.journal, &books.ledger))
}

impl Scene {
    async fn set(keyring: Keyring, dialect: &str, accrual_delay: u32, test: &str) -> Result<Self> {
        let desk = Desk::with(keyring).await?;
        Ok(Self { desk, server: Server::start(dialect, SEED, TOKEN, accrual_delay).await?, shots: shots(test) })
    }

    async fn play(self, act: impl AsyncFnOnce(&Self) -> Result<Window>) -> Result<Played> {
        let window = act(&self).await?;
        let books = self.close(window).await?;
        Ok(Played { desk: self.desk, books })
    }

    /// A scene that is measured: its journal is not compared at the end.
    pub(crate) async fn for_measuring(name: &str) -> Result<Self> {
        Self::set(Keyring::Unlocked, PLAIN, 0, name).await
    }

    /// Starts the program without arguments, as its icon does.
    ///
    /// # Errors
    /// There is no window.
    pub async fn start(&self) -> Result<Window> {
        Window::start(&self.desk, Options::default(), &self.shots).await
    }

    /// Starts the program in dark colours.
    ///
    /// # Errors
    /// There is no window.
    pub async fn start_dark(&self) -> Result<Window> {
        Window::start(&self.desk, Options { dark: true, ..Options::default() }, &self.shots).await
    }

    /// Starts the program in its safe mode.
    ///
    /// # Errors
    /// There is no window.
    pub async fn start_safe(&self) -> Result<Window> {
        Window::start(&self.desk, Options { safe_mode: true, ..Options::default() }, &self.shots).await
    }

    /// Starts the program and connects it to the server in the wizard, by the token.
    ///
    /// # Errors
    /// A step of the wizard failed.
    pub async fn connected(&self) -> Result<Window> {
        let window = self.start().await?;
        window.press("Подключить ProBonus").await?;
        window.fill("Адрес сервера", self.server.url()).await?;
        window.fill("Токен для API", TOKEN).await?;
        window.press("Подключить").await?;
        window.press("Позже").await?;
        window.see("Найдите гостя по телефону").await?;
        Ok(window)
    }

    /// Ends the program and compares its journal with the server's ledger. If there is no journal, the ledger must be
    /// empty.
    ///
    /// # Errors
    /// The two differ.
    pub async fn close(&self, window: Window) -> Result<Books> {
        window.quit().await?;
        let books = Books::read(&self.desk, &self.server).await?;
        books.agree()?;
        Ok(books)
    }

    /// Where the screenshots go.
    #[must_use]
    pub fn shots(&self) -> &Path {
        &self.shots
    }
}
