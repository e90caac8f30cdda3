//! `probonus-sandbox` as a server outside the program, with its control endpoints open to the test.

use std::process::Stdio;

use anyhow::bail;
use probonus_sandbox::{Books, Rule};
use tokio::process::Command;

use super::process::Process;
use super::{Result, built};

/// A running server. Dropping it ends it.
pub struct Server {
    _process: Process,
    url: String,
    token: String,
    http: reqwest::Client,
}

impl Server {
    /// Starts one that knows this permanent token; the same seed gives the same guests.
    pub async fn start(seed: u64, token: &str) -> Result<Self> {
        Self::speaking("table", seed, token).await
    }

    /// The same, in a dialect of this name.
    pub async fn speaking(dialect: &str, seed: u64, token: &str) -> Result<Self> {
        let mut command = Command::new(built("probonus-sandbox")?);
        command.args(["--port", "0", "--control", "--seed", &seed.to_string(), "--token", token]);
        command.args(["--dialect", dialect]).stderr(Stdio::null());
        let address = |line: &str| {
            let address = line.split_whitespace().find(|word| word.starts_with("http://"))?;
            // Without a path: the program is told the server, not where its methods lie.
            let host = address.trim_start_matches("http://").split('/').next()?;
            Some(format!("http://{host}"))
        };
        let (process, url) = Process::start_until(&mut command, address).await?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { _process: process, url, token: token.to_owned(), http })
    }

    /// Its address, as an operator types it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its permanent token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// What really happened.
    pub async fn books(&self) -> Result<Books> {
        Ok(self.http.get(self.control("ledger")).send().await?.error_for_status()?.json().await?)
    }

    /// Fails if the server's own books don't agree with each other.
    pub async fn check(&self) -> Result {
        let answer = self.http.get(self.control("check")).send().await?;
        if !answer.status().is_success() {
            bail!("the server's books disagree: {}", answer.text().await?);
        }
        Ok(())
    }

    /// Strikes some calls with a fault.
    pub async fn strike(&self, rule: &Rule) -> Result {
        self.http.post(self.control("faults")).json(rule).send().await?.error_for_status()?;
        Ok(())
    }

    /// Forgets all faults.
    pub async fn heal(&self) -> Result {
        self.http.delete(self.control("faults")).send().await?.error_for_status()?;
        Ok(())
    }

    fn control(&self, what: &str) -> String {
        format!("{}/__sandbox/{what}", self.url)
    }
}
