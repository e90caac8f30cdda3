//! Child processes that never outlive the test that started them.

use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::Result;
use super::waiting::PATIENCE;

/// A process and its children. Dropping it ends them all.
pub struct Process {
    child: Child,
}

impl Process {
    /// Starts a command as the head of a group of its own.
    pub fn start(command: &mut Command) -> Result<Self> {
        let name = command.as_std().get_program().to_string_lossy().into_owned();
        #[cfg(unix)]
        command.process_group(0);
        let child = command.kill_on_drop(true).spawn();
        Ok(Self { child: child.map_err(|error| anyhow::anyhow!("can't start {name}: {error}"))? })
    }

    /// Starts a command whose standard input is piped, and returns that input.
    pub fn start_with_input(command: &mut Command) -> Result<(Self, tokio::process::ChildStdin)> {
        let mut process = Self::start(command.stdin(Stdio::piped()))?;
        let input = process.child.stdin.take().ok_or_else(|| anyhow::anyhow!("its input is not piped"))?;
        Ok((process, input))
    }

    /// Starts a command and waits for the first line of its output that the question answers.
    pub async fn start_until<T>(command: &mut Command, answer: impl Fn(&str) -> Option<T>) -> Result<(Self, T)> {
        let name = command.as_std().get_program().to_string_lossy().into_owned();
        let mut process = Self::start(command.stdout(Stdio::piped()))?;
        let output = process.child.stdout.take().ok_or_else(|| anyhow::anyhow!("{name} has no output"))?;
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some(answer) = answer(&line) {
                // Its output is read to the end, or a full pipe would stop it.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok((process, answer));
            }
        }
        anyhow::bail!("{name} ended before it was ready")
    }

    /// The process number, which is the number of its group as well.
    ///
    /// # Errors
    /// It has ended.
    pub fn id(&self) -> Result<u32> {
        self.child.id().ok_or_else(|| anyhow::anyhow!("it has ended"))
    }

    /// How it ended, if it has.
    pub fn has_ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Sends SIGTERM, as a system that shuts down, and waits for the end.
    pub async fn end(mut self) -> Result {
        self.ask_to_end();
        self.child.wait().await?;
        Ok(())
    }

    /// Waits until the process ends by itself; after the limit it is killed.
    pub async fn ended(mut self) -> Result<ExitStatus> {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        Ok(ended.map_err(|_| anyhow::anyhow!("it has not ended in {} s", PATIENCE.as_secs()))??)
    }

    /// The group, not the child alone: WebDriver's server starts the program, and the program starts WebKit's processes.
    fn ask_to_end(&self) {
        #[cfg(unix)]
        if let Some(id) = self.child.id() {
            let _ = std::process::Command::new("kill")
                .args(["-TERM", "--", &format!("-{id}")])
                .stderr(Stdio::null())
                .status();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.ask_to_end();
    }
}
