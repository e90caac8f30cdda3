//! One crash campaign: runs of a worker that are killed, restarts of the server, and recoveries in which the journal is
//! compared with the server's ledger.

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
    PausePoint, copies,
    plan::{End, Plan, Restart},
    worker::{TOKEN, named_defect},
};
use crate::desktop::{PLAIN, Server, compare, journal_at, operations_of};

/// Guests of a campaign. Few, so that many operations meet on each account.
const GUESTS: usize = 6;
/// Kills before each recovery.
const KILLS_BEFORE_RECOVERY: u32 = 10;
/// A run is killed after this time even if it has not reached its point.
const LONGEST_RUN: Duration = Duration::from_secs(5);
/// A recovery that takes longer is a violation.
const LONGEST_RECOVERY: Duration = Duration::from_secs(120);

/// The settings of a campaign.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// The program that is started as `<program> live …`: the worker.
    pub worker: PathBuf,
    /// How many runs are killed.
    pub kills: u32,
    /// Decides plans, faults and drafts. The machine's speed decides the rest, so a seed does not replay exactly.
    pub seed: u64,
    /// The name of a defect to play with; `None` for the program as it is.
    pub defect: Option<String>,
}

/// The result of a campaign.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Kills, by the moment of the kill.
    pub kills: BTreeMap<&'static str, u32>,
    /// Restarts of the server.
    pub restarts: u32,
    /// Copies that took the place of the journal's file.
    pub put_back: u32,
    /// Such copies that had forgotten a send, as the worker noticed at its start.
    pub noticed: u32,
    /// Operations in the journal at the end, by kind and state.
    pub operations: BTreeMap<String, u32>,
    /// Halts of the queue that the worker lifted in a recovery.
    pub halts: u32,
    /// Broken invariants. The campaign ends with the recovery that finds one.
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
        let (put_back, noticed) = (self.put_back, self.noticed);
        writeln!(f, "  the journal was put back {put_back} times, {noticed} copies had forgotten a send")?;
        write!(f, "{killed} kills, {restarts} restarts of the server, {operations} operations, {wrong} violations")
    }
}

/// Plays a campaign. Calls `progress` after each recovery.
///
/// # Errors
/// The campaign can't be played: no worker, no server, no folder. Broken invariants are in the [`Outcome`].
pub async fn run(campaign: &Campaign, progress: impl Fn(&Outcome)) -> Result<Outcome> {
    campaign.defect.as_deref().map(named_defect).transpose()?;
    let mut stage = Stage::build(campaign).await?;
    let mut outcome = Outcome::default();
    for run in 1..=campaign.kills {
        stage.one_run(run, &mut outcome).await.with_context(|| format!("run {run}"))?;
        if run % KILLS_BEFORE_RECOVERY == 0 || run == campaign.kills {
            stage.recover(run, &mut outcome).await.with_context(|| format!("the recovery after run {run}"))?;
            progress(&outcome);
            if !outcome.violations.is_empty() {
                break;
            }
        }
    }
    Ok(outcome)
}

/// The journal, the server, and the operations that the operators were told are accepted.
struct Stage<'a> {
    campaign: &'a Campaign,
    folder: TempDir,
    server: Server,
    guests: Vec<String>,
    reported: BTreeSet<OperationId>,
}

impl<'a> Stage<'a> {
    async fn build(campaign: &'a Campaign) -> Result<Self> {
        let server = Server::start(PLAIN, campaign.seed, TOKEN, 0).await?;
        let books = server.books().await?;
        let guests = books.phones.iter().take(GUESTS).map(|(phone, account)| format!("+{phone}:{account}")).collect();
        Ok(Self { campaign, folder: tempfile::tempdir()?, server, guests, reported: BTreeSet::new() })
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join("journal.db")
    }

    async fn one_run(&mut self, run: u32, outcome: &mut Outcome) -> Result<()> {
        let plan = Plan::of(self.campaign.seed, run);
        self.server.heal().await?;
        for fault in &plan.faults {
            self.server.strike(fault).await?;
        }
        let pause_point = match plan.end {
            End::At { pause_point, nth } => Some((pause_point, nth)),
            _ => None,
        };
        let copies = self.folder.path().join("copies");
        copies::forget(&copies)?;
        let mut worker = Worker::start(self.campaign, &self.journal(), self.server.url(), run, |command| {
            if plan.is_put_back {
                command.arg("--copies").arg(&copies);
            }
            for guest in &self.guests {
                command.args(["--guest", guest]);
            }
            if let Some((pause_point, nth)) = pause_point {
                command.args(["--pause-at", pause_point.name(), "--nth", &nth.to_string()]);
            }
        })?;
        // The worker is killed whether it reached the point or not.
        let _ = timeout(LONGEST_RUN, worker.reach(plan.end)).await;
        if plan.restart == Some(Restart::Before) {
            self.restart(outcome).await?;
        }
        worker.kill().await?;
        *outcome.kills.entry(plan.end.name()).or_default() += 1;
        self.reported.append(&mut worker.reported);
        outcome.noticed += worker.noticed;
        outcome.put_back += u32::from(copies::put_back(&self.journal(), &copies)?);
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

    /// Runs the worker without faults until every operation is settled, then checks the invariants: no accepted operation
    /// is lost, the journal agrees with the server's ledger, the file is sound.
    async fn recover(&mut self, run: u32, outcome: &mut Outcome) -> Result<()> {
        self.server.heal().await?;
        let mut worker = Worker::start(self.campaign, &self.journal(), self.server.url(), run, |command| {
            command.arg("--recover");
        })?;
        let settled = timeout(LONGEST_RECOVERY, worker.until_settled()).await;
        worker.kill().await?;
        outcome.halts += worker.halts;
        outcome.noticed += worker.noticed;
        match settled {
            Ok(settled) => settled?,
            Err(_) => {
                outcome.violations.push(format!("not everything was settled in {} s", LONGEST_RECOVERY.as_secs()))
            }
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
        let lost = self.reported.difference(&known);
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
    /// Operations that the engine accepted, as the worker reported them.
    reported: BTreeSet<OperationId>,
    /// Operations that only an operator can decide, with the evidence.
    waiting: Vec<String>,
    halts: u32,
    /// Whether it noticed at its start that the journal was put back.
    noticed: u32,
}

impl Worker {
    fn start(
        campaign: &Campaign,
        journal: &Path,
        url: &str,
        run: u32,
        more: impl FnOnce(&mut Command),
    ) -> Result<Self> {
        let mut command = Command::new(&campaign.worker);
        command.args(["live", "--url", url, "--journal"]).arg(journal);
        command.args(["--seed", &campaign.seed.to_string(), "--run", &run.to_string()]);
        if let Some(defect) = &campaign.defect {
            command.args(["--defect", defect]);
        }
        more(&mut command);
        let mut child =
            command.stdout(Stdio::piped()).kill_on_drop(true).spawn().context("the worker does not start")?;
        let lines = BufReader::new(child.stdout.take().context("its output")?).lines();
        Ok(Self { child, lines, reported: BTreeSet::new(), waiting: Vec::new(), halts: 0, noticed: 0 })
    }

    /// Reads the worker's output until the moment of the kill.
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
            End::At { .. } => return self.until("paused", 1).await,
        };
        let _ = timeout(after, self.until("idle", 1)).await;
        Ok(())
    }

    /// Reads until the worker has said `word` this many times.
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
            (Some("reported"), Some(id)) => drop(self.reported.insert(id)),
            (Some("waiting"), _) => self.waiting.push(line.trim_start_matches("waiting ").to_owned()),
            (Some("halted"), _) => self.halts += 1,
            (Some("noticed"), _) => self.noticed += 1,
            _ => {}
        }
    }

    /// Kills the worker (SIGKILL), and reads the rest of its output.
    async fn kill(&mut self) -> Result<()> {
        self.child.kill().await?;
        while let Some(line) = self.lines.next_line().await? {
            self.hear(&line);
        }
        Ok(())
    }
}

impl PausePoint {
    fn name(self) -> &'static str {
        match self {
            Self::Committed => "committed",
            Self::Answered => "answered",
        }
    }
}
