//! The programs that are measured, each started as its icon starts it, without a driver.

use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::Command;

use crate::desktop::{Desk, Process, Result, Scene, built};

/// The program, connected to a server, on a desktop of its own.
pub struct Program {
    /// Desktop and server.
    pub scene: Scene,
}

/// What is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// ProBonus Office.
    Ours,
    /// A window of the same Tauri with nothing in it.
    Blank,
}

impl What {
    const fn name(self) -> &'static str {
        match self {
            Self::Ours => "probonus-office",
            Self::Blank => "blank-window",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Ours => "^ProBonus Office",
            Self::Blank => "^Blank window",
        }
    }
}

/// A started program whose window is shown.
pub struct Shown {
    /// Its process, the head of its group.
    pub process: Process,
    /// From the start to the shown window.
    pub after: Duration,
}

impl Program {
    /// Connects the program once, so that further starts lead to its first usable screen, as every morning.
    pub async fn connected() -> Result<Self> {
        let scene = Scene::for_measuring("bench").await?;
        scene.connected().await?.quit().await?;
        Ok(Self { scene })
    }

    /// Starts a program, and waits until its window is shown. Both show it when their page is ready.
    pub async fn start(&self, what: What) -> Result<Shown> {
        let desk = &self.scene.desk;
        let mut command = Command::new(built(what.name())?);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        desk.furnish(&mut command);
        let begin = Instant::now();
        let mut process = Process::start(&mut command)?;
        wait_for_window(desk, &mut process, what).await?;
        Ok(Shown { process, after: begin.elapsed() })
    }
}

/// Asks every few milliseconds whether the window is on the screen.
async fn wait_for_window(desk: &Desk, process: &mut Process, what: What) -> Result {
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        let mut ask = Command::new("xdotool");
        ask.args(["search", "--onlyvisible", "--name", what.title()]).stderr(Stdio::null());
        desk.furnish(&mut ask);
        if ask.output().await?.status.success() {
            return Ok(());
        }
        if let Some(status) = process.has_ended()? {
            anyhow::bail!("{} ended before it showed a window: {status}", what.name());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    anyhow::bail!("{} has shown no window in a minute", what.name())
}
