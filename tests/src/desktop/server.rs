//! `probonus-sandbox` as a server outside the program, with its control endpoints open to the test.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, bail};
use jiff::SignedDuration;
use probonus_sandbox::{Books, Rule};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::sync::Mutex;

use super::process::Process;
use super::{Result, built};

/// A running server. Dropping it ends it.
pub struct Server {
    process: Mutex<Option<Process>>,
    folder: TempDir,
    arguments: Vec<String>,
    url: String,
    http: reqwest::Client,
}

impl Server {
    /// Starts one that speaks this dialect and knows this permanent token; the same seed gives the same guests. Accruals for
    /// purchases wait for so many business days; 0: they count at once.
    pub(crate) async fn start(dialect: &str, seed: u64, token: &str, accrual_delay: u32) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (seed, delay) = (seed.to_string(), accrual_delay.to_string());
        let arguments = ["--dialect", dialect, "--seed", &seed, "--token", token, "--accrual-delay", &delay];
        let arguments = arguments.map(str::to_owned).to_vec();
        let (process, url) = begin(folder.path(), 0, &arguments).await?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { process: Mutex::new(Some(process)), folder, arguments, url, http })
    }

    /// Its address, as an operator types it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops it: connections are refused.
    pub async fn go_down(&self) -> Result {
        let running = self.process.lock().await.take().context("the server is down already")?;
        running.end().await
    }

    /// Starts it again with the same address, guests and ledger.
    pub async fn come_back(&self) -> Result {
        let mut process = self.process.lock().await;
        let port =
            self.url.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).context("its port is not known")?;
        let (running, _) = begin(self.folder.path(), port, &self.arguments).await?;
        *process = Some(running);
        Ok(())
    }

    /// The server's ledger.
    pub async fn books(&self) -> Result<Books> {
        Ok(self.http.get(self.control("ledger")).send().await?.error_for_status()?.json().await?)
    }

    /// Fails if the server's ledger and balances disagree.
    pub async fn check(&self) -> Result {
        let answer = self.http.get(self.control("check")).send().await?;
        if !answer.status().is_success() {
            bail!("the server's books disagree: {}", answer.text().await?);
        }
        Ok(())
    }

    /// Adds a fault.
    pub async fn strike(&self, rule: &Rule) -> Result {
        self.http.post(self.control("faults")).json(rule).send().await?.error_for_status()?;
        Ok(())
    }

    /// Removes all faults.
    pub async fn heal(&self) -> Result {
        self.http.delete(self.control("faults")).send().await?.error_for_status()?;
        Ok(())
    }

    /// Moves its clock, forwards or backwards.
    pub async fn move_clock(&self, by: SignedDuration) -> Result {
        let by = serde_json::json!({ "advance_ms": by.as_millis() });
        self.http.post(self.control("clock")).json(&by).send().await?.error_for_status()?;
        Ok(())
    }

    fn control(&self, what: &str) -> String {
        format!("{}/__sandbox/{what}", self.url)
    }
}

/// A server of another service, in place of the one that an office means. Dropping it ends it.
pub struct ForeignServer {
    _process: Process,
    url: String,
}

impl ForeignServer {
    /// Starts one of `probonus_sandbox::ForeignService`, by its name.
    ///
    /// # Errors
    /// Why it does not listen.
    pub async fn start(name: &str) -> Result<Self> {
        let mut command = Command::new(built("probonus-sandbox")?);
        command.args(["--foreign", name, "--port", "0"]).stderr(Stdio::null());
        let (process, url) = Process::start_until(&mut command, host).await?;
        Ok(Self { _process: process, url })
    }

    /// Its address, as an operator types it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// The address that a server says it listens on. Without a path: the program is told the server, not where its methods lie.
fn host(line: &str) -> Option<String> {
    let address = line.split_whitespace().find(|word| word.starts_with("http://"))?;
    let host = address.trim_start_matches("http://").split('/').next()?;
    Some(format!("http://{host}"))
}

/// Starts the program on a port, 0 for any, and tells where it listens.
async fn begin(folder: &Path, port: u16, arguments: &[String]) -> Result<(Process, String)> {
    let mut command = Command::new(built("probonus-sandbox")?);
    command.args(["--control", "--port", &port.to_string()]).arg("--state").arg(folder.join("state.json"));
    command.args(arguments).stderr(Stdio::null());
    Process::start_until(&mut command, host).await
}
