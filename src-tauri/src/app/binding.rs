//! How the live server wants its calls, as it was learnt and is kept between runs.

use std::path::{Path, PathBuf};

use probonus::{binding::Binding, client::Client};

/// The binding that is kept, if there is one that can be read.
pub(super) fn kept(path: &Path) -> Option<Binding> {
    let text = std::fs::read_to_string(path).ok()?;
    match Binding::import(&text) {
        Ok(binding) => Some(binding),
        Err(error) => {
            tracing::warn!(%error, "the kept binding can't be used; the table is");
            None
        }
    }
}

/// The client with what its server's own description says, and otherwise with what is kept.
pub(super) async fn learn(client: Client, path: &Path) -> Client {
    let path: PathBuf = path.to_owned();
    match tokio::task::spawn_blocking(move || kept(&path)).await {
        Ok(Some(binding)) => client.with_binding(binding),
        _ => client,
    }
}
