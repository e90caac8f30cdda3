//! Kills, restarts and calms on one journal and one server, and what the two tell of each other in each calm.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, Result};
use office::OperationId;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use super::{
    Brink,
    plan::{End, Plan, Restart},
    worker::{TOKEN, named_defect},
};
use crate::desktop::{PLAIN, Server, compare, journal_at, operations_of};

/// Guests on whom the operators work: few, so that much happens to each.
const GUESTS: usize = 6;
/// Kills between two calms.
const BETWEEN_CALMS: u32 = 10;
/// How long a life may take to get where it is killed; it is killed then in any case.
const TO_ITS_END: Duration = Duration::from_secs(5);
/// How long everything may take to come to its end in a calm.
const CALM: Duration = Duration::from_secs(120);

/// What is to be played.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// The program whose `live` is the worker.
    pub worker: PathBuf,
    /// Kills.
    pub kills: u32,
    /// What decides all that chance decides; what the machine's speed decides differs from run to run.
    pub seed: u64,
    /// A defect, by its name.
    pub defect: Option<String>,
}

/// What a campaign came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Kills, by where they struck.
    pub kills: BTreeMap<&'static str, u32>,
    /// Restarts of the server.
    pub restarts: u32,
    /// Operations in the journal at the end, by kind and state.
    pub operations: BTreeMap<String, u32>,
    /// Halts of the queue that an operator lifted.
    pub halts: u32,
    /// What must not be. The campaign ends with the calm that shows it.
    pub violations: Vec<String>,
}

impl Outcome {
    /// How often it was killed.
    #[must_use]
    pub fn killed(&self) -> u32 {
        self.kills.values().sum()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, times) in &self.kills {
            writeln!(f, "  killed {what:<42} {times:>6}")?;
        }
        for (what, times) in &self.operations {
            writeln!(f, "  {what:<49} {times:>6}")?;
        }
        for violation in &self.violations {
            writeln!(f, "  {violation}")?;
        }
        let operations = self.operations.values().sum::<u32>();
        let (killed, restarts, wrong) = (self.killed(), self.restarts, self.violations.len());
        write!(f, "{killed} kills, {restarts} restarts of the server, {operations} operations, {wrong} violations")
    }
}

/// Plays a campaign; `progress` is told after each calm.
///
/// # Errors
/// What keeps the campaign from being played. What it finds is in the outcome.
pub async fn run(campaign: &Campaign, progress: impl Fn(&Outcome)) -> Result<Outcome> {
    campaign.defect.as_deref().map(named_defect).transpose()?;
    let mut stage = Stage::build(campaign).await?;
    let mut outcome = Outcome::default();
    for life in 1..=campaign.kills {
        stage.one_life(life, &mut outcome).await.with_context(|| format!("life {life}"))?;
        if life % BETWEEN_CALMS == 0 || life == campaign.kills {
            stage.calm(life, &mut outcome).await.with_context(|| format!("the calm after life {life}"))?;
            progress(&outcome);
            if !outcome.violations.is_empty() {
                break;
            }
        }
    }
    Ok(outcome)
}

/// The journal, the server, and what the operators were told.
struct Stage<'a> {
    campaign: &'a Campaign,
    folder: TempDir,
    server: Server,
    guests: Vec<String>,
    told: BTreeSet<OperationId>,
}

impl<'a> Stage<'a> {
    async fn build(campaign: &'a Campaign) -> Result<Self> {
        let server = Server::start(PLAIN, campaign.seed, TOKEN).await?;
        let books = server.books().await?;
        let guests = books.phones.iter().take(GUESTS).map(|(phone, account)| format!("+{phone}:{account}")).collect();
        Ok(Self { campaign, folder: tempfile::tempdir()?, server, guests, told: BTreeSet::new() })
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join("journal.db")
    }

    async fn one_life(&mut self, life: u32, outcome: &mut Outcome) -> Result<()> {
        let plan = Plan::of(self.campaign.seed, life);
        self.server.heal().await?;
        for fault in &plan.faults {
            self.server.strike(fault).await?;
        }
        let brink = match plan.end {
            End::At { brink, nth } => Some((brink, nth)),
            _ => None,
        };
        let mut worker = Worker::start(self.campaign, &self.journal(), self.server.url(), life, |command| {
            for guest in &self.guests {
                command.args(["--guest", guest]);
            }
            if let Some((brink, nth)) = brink {
                command.args(["--brink", brink.name(), "--nth", &nth.to_string()]);
            }
        })?;
        // Whether or not it got there: it is killed.
        let _ = timeout(TO_ITS_END, worker.reach(plan.end)).await;
        if plan.restart == Some(Restart::Before) {
            self.restart(outcome).await?;
        }
        worker.kill().await?;
        *outcome.kills.entry(plan.end.name()).or_default() += 1;
        self.told.append(&mut worker.told);
        if plan.restart == Some(Restart::After) {
            self.restart(outcome).await?;
        }
        Ok(())
    }

    async fn restart(&self, outcome: &mut Outcome) -> Result<()> {
        self.server.go_down().await?;
        self.server.come_back().await?;
        outcome.restarts += 1;
        Ok(())
    }

    /// The network is well, and the worker has all the time it needs: then everything is told, and nothing otherwise
    /// than it was.
    async fn calm(&mut self, life: u32, outcome: &mut Outcome) -> Result<()> {
        self.server.heal().await?;
        let mut worker = Worker::start(self.campaign, &self.journal(), self.server.url(), life, |command| {
            command.arg("--calm");
        })?;
        let settled = timeout(CALM, worker.until_settled()).await;
        worker.kill().await?;
        outcome.halts += worker.halts;
        match settled {
            Ok(settled) => settled?,
            Err(_) => outcome.violations.push(format!("not everything came to its end in {} s", CALM.as_secs())),
        }
        outcome.violations.extend(worker.waiting.iter().map(|what| format!("left to the operator: {what}")));

        let path = self.journal();
        let operations = operations_of(&path).await?;
        outcome.operations.clear();
        for operation in &operations {
            *outcome.operations.entry(format!("{:?} {:?}", operation.payload.kind(), operation.state)).or_default() +=
                1;
        }
        let known: BTreeSet<_> = operations.iter().map(|operation| operation.id).collect();
        let lost = self.told.difference(&known);
        outcome.violations.extend(lost.map(|id| format!("{id} was accepted, and the journal does not know it")));
        self.server.check().await?;
        outcome.violations.extend(compare(&operations, &self.server.books().await?));
        let health = journal_at(&path).await?.check().await?;
        if !health.is_well() {
            outcome.violations.push(format!("the journal is damaged: {health:?}"));
        }
        Ok(())
    }
}

/// The process that is killed. Dropping it kills it too.
struct Worker {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// Operations whose state it was told: they were accepted.
    told: BTreeSet<OperationId>,
    /// What it leaves to the operator, and why.
    waiting: Vec<String>,
    halts: u32,
}

impl Worker {
    fn start(
        campaign: &Campaign,
        journal: &Path,
        url: &str,
        life: u32,
        more: impl FnOnce(&mut Command),
    ) -> Result<Self> {
        let mut command = Command::new(&campaign.worker);
        command.args(["live", "--url", url, "--journal"]).arg(journal);
        command.args(["--seed", &campaign.seed.to_string(), "--life", &life.to_string()]);
        if let Some(defect) = &campaign.defect {
            command.args(["--defect", defect]);
        }
        more(&mut command);
        let mut child =
            command.stdout(Stdio::piped()).kill_on_drop(true).spawn().context("the worker does not start")?;
        let lines = BufReader::new(child.stdout.take().context("its output")?).lines();
        Ok(Self { child, lines, told: BTreeSet::new(), waiting: Vec::new(), halts: 0 })
    }

    /// Follows it to the moment at which it is to be killed.
    async fn reach(&mut self, end: End) -> Result<()> {
        let after = match end {
            End::Starting(after) => after,
            End::Working(after) => {
                self.until("ready", 1).await?;
                after
            }
            End::Out { nth, after } => {
                self.until("out", nth).await?;
                after
            }
            End::At { .. } => return self.until("brink", 1).await,
        };
        let _ = timeout(after, self.until("idle", 1)).await;
        Ok(())
    }

    /// Reads until it has said a word so many times.
    async fn until(&mut self, word: &str, times: u32) -> Result<()> {
        let mut left = times;
        while left > 0 {
            let line = self.lines.next_line().await?.context("the worker ended by itself")?;
            self.hear(&line);
            left -= u32::from(line == word);
        }
        Ok(())
    }

    async fn until_settled(&mut self) -> Result<()> {
        self.until("settled", 1).await
    }

    fn hear(&mut self, line: &str) {
        let mut words = line.split(' ');
        let (word, id) = (words.next(), words.next().and_then(|id| id.parse().ok()).map(OperationId));
        match (word, id) {
            (Some("told"), Some(id)) => drop(self.told.insert(id)),
            (Some("waiting"), _) => self.waiting.push(line.trim_start_matches("waiting ").to_owned()),
            (Some("halted"), _) => self.halts += 1,
            _ => {}
        }
    }

    /// Kills it as a power cut does, and hears out what it had said.
    async fn kill(&mut self) -> Result<()> {
        self.child.kill().await?;
        while let Some(line) = self.lines.next_line().await? {
            self.hear(&line);
        }
        Ok(())
    }
}

impl Brink {
    fn name(self) -> &'static str {
        match self {
            Self::Committed => "committed",
            Self::Answered => "answered",
        }
    }
}
