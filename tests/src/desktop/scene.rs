//! A test against a server outside, with the one check that none of them may forget.

use std::path::{Path, PathBuf};

use super::{Books, Desk, Keyring, Options, Result, Server, Window, compare};

/// The guests and the chance of every scene's server.
const SEED: u64 = 21;

/// A token that nothing else would contain by chance.
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

/// A desktop, and a server somewhere else.
pub struct Scene {
    /// The desktop.
    pub desk: Desk,
    /// The server, which knows [`TOKEN`].
    pub server: Server,
    shots: PathBuf,
}

/// What a scene left.
pub struct Played {
    /// The desktop, with all that the program wrote on it.
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

/// Plays a scene on such a desktop, against a server of this dialect. Whatever happens in it, at its end the window that it hands back is closed, and what the journal says
/// must be what the server did. A server outside can be had in no other way, so no test goes without this check.
///
/// # Errors
/// What stopped the play; what the journal and the server's ledger tell differently.
pub async fn play_with(
    keyring: Keyring,
    dialect: &str,
    test: &str,
    act: impl AsyncFnOnce(&Scene) -> Result<Window>,
) -> Result<Played> {
    let scene = Scene::set(keyring, dialect, test).await?;
    let window = act(&scene).await?;
    let books = scene.close(window).await?;
    Ok(Played { desk: scene.desk, books })
}

/// Plays a scene in which the network or the server does what no program can prevent. Gives back in what the journal and the
/// ledger differ: the test says what it must be.
///
/// # Errors
/// What stopped the play.
pub async fn play_apart(test: &str, act: impl AsyncFnOnce(&Scene) -> Result<Window>) -> Result<Vec<String>> {
    let scene = Scene::set(Keyring::Unlocked, PLAIN, test).await?;
    act(&scene).await?.quit().await?;
    let books = Books::read(&scene.desk, &scene.server).await?;
    Ok(compare(&books.journal, &books.ledger))
}

impl Scene {
    async fn set(keyring: Keyring, dialect: &str, test: &str) -> Result<Self> {
        let desk = Desk::with(keyring).await?;
        Ok(Self { desk, server: Server::start(dialect, SEED, TOKEN).await?, shots: shots(test) })
    }

    /// Starts the program, as its icon does.
    ///
    /// # Errors
    /// Why there is no window.
    pub async fn start(&self) -> Result<Window> {
        Window::start(&self.desk, Options::default(), &self.shots).await
    }

    /// Starts the program in dark colours.
    ///
    /// # Errors
    /// Why there is no window.
    pub async fn start_dark(&self) -> Result<Window> {
        Window::start(&self.desk, Options { dark: true, ..Options::default() }, &self.shots).await
    }

    /// Starts the program and connects it to the server by its token, as a person does it in the wizard.
    ///
    /// # Errors
    /// What the window shows instead.
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

    /// Ends the program and compares its journal with what the server did. Only a program that never got as far as to
    /// have a journal has none, and then the server did nothing.
    ///
    /// # Errors
    /// What the two tell differently.
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
