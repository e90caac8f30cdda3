//! The built program in its real window, driven as a person would: by what is written on it, and by keys.
//!
//! [`Desk`] is a desktop of a test's own (screen, folders, session bus, unlocked keyring), so that tests run side by side
//! and never meet; [`Window`] is the program on it; [`play`] puts `probonus-sandbox` beside it as a ProBonus server outside,
//! and compares journal and ledger at the end.
//! Nothing here sleeps for a fixed time: every step waits for what it needs, and says what it saw instead.

mod axe;
mod books;
mod desk;
mod job;
mod layout;
mod process;
mod scene;
mod screen;
mod server;
pub mod tours;
mod waiting;
mod window;

pub use axe::Violation;
pub use books::{Books, compare};
pub(crate) use books::{journal_at, operations_of};
pub use desk::{Desk, Keyring};
pub use job::{Guest, MainJob};
pub use process::Process;
pub use scene::{PLAIN, Played, Scene, TOKEN, play, play_apart, play_waiting, play_with, shots};
pub use server::{ForeignServer, Server};
pub use waiting::until;
pub use window::{Options, Window};

/// An error says what was looked for and what the window showed.
pub type Result<T = ()> = anyhow::Result<T>;

/// The path of a built program of the workspace: in the folder above the running test's, or beside a running tool.
pub(crate) fn built(name: &str) -> Result<std::path::PathBuf> {
    let here = std::env::current_exe()?;
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let found = here.ancestors().skip(1).take(2).map(|folder| folder.join(&name)).find(|path| path.is_file());
    found.ok_or_else(|| anyhow::anyhow!("{name} is not built; run `cargo build --workspace --bins` first"))
}
