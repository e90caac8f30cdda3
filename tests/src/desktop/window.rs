//! The program in its window, under WebDriver.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use serde_json::json;
use thirtyfour::session::scriptret::ScriptRet;
use thirtyfour::{Capabilities, WebDriver};
use tokio::process::Command;

use super::process::Process;
use super::waiting::until;
use super::{Desk, Result, built};

/// How the program is started.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Against its built-in server, without asking.
    pub training: bool,
    /// In dark colours.
    pub dark: bool,
    /// Without a network.
    pub safe_mode: bool,
}

/// One run of the program. It is driven by [the screen's words](super::screen); dropping it ends the program.
pub struct Window {
    pub(super) driver: WebDriver,
    server: Process,
    shots: PathBuf,
}

impl Window {
    /// Starts the program on this desktop and waits until it shows something. Screenshots go to the folder `shots`.
    pub async fn start(desk: &Desk, options: Options, shots: &Path) -> Result<Self> {
        std::fs::create_dir_all(shots)?;
        let program = built("probonus-office")?;
        let (server, url) = webdriver(desk, options, shots).await?;
        let training = options.training.then_some("--training");
        let arguments: Vec<&str> = training.into_iter().chain(options.safe_mode.then_some("--safe-mode")).collect();
        let mut wanted = Capabilities::new();
        wanted.set("browserName", "wry")?;
        wanted.set("webkitgtk:browserOptions", json!({ "binary": program, "args": arguments }))?;
        let driver = WebDriver::builder(url, wanted)
            .request_timeout(Duration::from_secs(30))
            .await
            .context("the program did not open its window")?;
        driver.set_script_timeout(Duration::from_secs(60)).await?;
        let window = Self { driver, server, shots: shots.to_owned() };
        // A window that is not yet before anyone's eyes can't be pressed, and its picture would never be done.
        let shows = "return document.visibilityState === 'visible' && document.body.innerText.trim().length > 0";
        let shown = until("the program shows something", async || {
            Ok((window.run(shows, vec![]).await?.json() == &json!(true)).then_some(()))
        });
        window.explain(shown.await).await?;
        Ok(window)
    }

    /// Ends the program, and returns when it is gone.
    pub async fn quit(self) -> Result {
        self.driver.quit().await.context("the program did not end")
    }

    /// Lets go of a program that has ended by itself: nobody is left to be asked to end it.
    pub fn has_ended(self) -> Result {
        self.driver.leak().map_err(|_| anyhow!("the program was ended already"))
    }

    /// Saves what the window shows as `<name>.png`.
    pub async fn shot(&self, name: &str) -> Result {
        self.settle().await?;
        let path = self.shots.join(format!("{name}.png"));
        self.picture(&path).await.with_context(|| format!("no screenshot of {name}"))
    }

    /// WebKit takes a screenshot with the next frame, and an idle page draws none. So a nearly transparent pixel in the
    /// corner is redrawn until the screenshot is done.
    async fn picture(&self, path: &Path) -> Result {
        self.run(include_str!("speck.js"), vec![]).await?;
        let taken = self.driver.screenshot(path).await;
        self.run("document.getElementById('speck')?.remove()", vec![]).await?;
        Ok(taken?)
    }

    /// Where this window's screenshots go.
    pub fn shots(&self) -> &Path {
        &self.shots
    }

    /// The group of all its processes: the driver's, the program's, the web view's.
    pub(crate) fn group(&self) -> Result<u32> {
        self.server.id()
    }

    /// Runs a script in the page that answers later, by the function that it gets as its last argument.
    pub(crate) async fn ask_later(&self, script: &str, arguments: Vec<serde_json::Value>) -> Result<serde_json::Value> {
        let answer = self.driver.execute_async(script, arguments).await;
        Ok(answer.map_err(|error| anyhow!("a script failed in the page: {error}"))?.json().clone())
    }

    /// Runs a script in the page.
    pub(super) async fn run(&self, script: &str, arguments: Vec<serde_json::Value>) -> Result<ScriptRet> {
        self.driver.execute(script, arguments).await.map_err(|error| anyhow!("a script failed in the page: {error}"))
    }

    /// Adds the window's text to an error, and saves a screenshot.
    pub(super) async fn explain<T>(&self, outcome: Result<T>) -> Result<T> {
        let Err(error) = outcome else { return outcome };
        let picture = self.shots.join("failure.png");
        let _ = self.picture(&picture).await;
        let shown = match self.run("return document.body.innerText", vec![]).await {
            Ok(text) => text.json().as_str().unwrap_or_default().to_owned(),
            Err(problem) => format!("(it can't be read: {problem})"),
        };
        Err(error.context(format!("picture: {}\n--- the window shows ---\n{shown}\n---", picture.display())))
    }
}

/// A WebDriver server for one window, on a free port, on this desktop: WebKit's own.
///
/// Tauri lets a window be driven when the environment says so. `tauri-driver` does no more on Linux than set these variables
/// and rename a capability, so it is not needed.
async fn webdriver(desk: &Desk, options: Options, shots: &Path) -> Result<(Process, String)> {
    let port = free_port()?;
    let mut command = Command::new("WebKitWebDriver");
    command.args(["--host=127.0.0.1", &format!("--port={port}")]).env("TAURI_WEBVIEW_AUTOMATION", "true");
    let log = std::fs::File::options().create(true).append(true).open(shots.join("program.log"))?;
    command.stdout(log.try_clone()?).stderr(log);
    desk.furnish(&mut command);
    // GTK takes its colours from here, and the page's `prefers-color-scheme` follows GTK.
    command.env("GTK_THEME", if options.dark { "Adwaita:dark" } else { "Adwaita" });
    let server = Process::start(&mut command)?;
    until("WebKitWebDriver listens", async || {
        Ok(tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok())
    })
    .await?;
    Ok((server, format!("http://127.0.0.1:{port}")))
}

/// A port that nobody listens on. Another may take it before we do; then the session does not start, and says so.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
