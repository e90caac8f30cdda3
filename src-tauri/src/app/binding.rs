//! How the live server wants its calls: learnt from its own description, kept between runs.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use probonus::{
    Delivery, ErrorKind,
    binding::{
        Binding,
        discovery::{ADDRESSES, PAGES, addresses_in_page},
    },
    client::Client,
};

/// How long the server's description is looked for. Without one the contract's table is used.
const PATIENCE: Duration = Duration::from_secs(15);

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

/// The client with what its server says of itself now, or else with what is kept. Reads only.
pub(super) async fn learn(client: Client, path: &Path) -> Client {
    let path: PathBuf = path.to_owned();
    let before = tokio::task::spawn_blocking({
        let path = path.clone();
        move || kept(&path)
    });
    let before = before.await.unwrap_or_default();
    let known = before.as_ref().and_then(|binding| binding.document.as_ref()).map(|d| d.fingerprint.clone());
    match tokio::time::timeout(PATIENCE, look(&client)).await {
        Ok(Some(mut learnt)) if learnt.document.as_ref().map(|d| &d.fingerprint) != known.as_ref() => {
            if let Some(before) = &before {
                for lost in learnt.keep_overruled(before) {
                    tracing::warn!(line = lost.key, "an administrator's line has no place in the new contract");
                }
                // The operator sees the new report; the log keeps what was different.
                for change in before.diff(&learnt) {
                    tracing::info!(line = change.key, before = ?change.before, after = ?change.after, "the contract changed");
                }
            }
            let text = learnt.export();
            let written = tokio::task::spawn_blocking(move || keep(&path, &text)).await;
            if !matches!(written, Ok(Ok(()))) {
                tracing::warn!(?written, "the binding could not be kept");
            }
            client.with_binding(learnt)
        }
        _ => match before {
            Some(binding) => client.with_binding(binding),
            None => client,
        },
    }
}

fn keep(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension("new");
    std::fs::write(&beside, text)?;
    std::fs::rename(beside, path)
}

/// Looks for the description at the usual addresses, then in the pages that people read.
async fn look(client: &Client) -> Option<Binding> {
    for address in ADDRESSES {
        match read(client, address).await {
            Read::Document(binding) => return Some(*binding),
            Read::Nothing(_) => {}
            Read::Unreachable => return None,
        }
    }
    for page in PAGES {
        let Read::Nothing(text) = read(client, page).await else { continue };
        for address in addresses_in_page(&text) {
            let address = if address.contains("://") || address.starts_with('/') {
                address
            } else {
                let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
                format!("{folder}/{}", address.trim_start_matches("./"))
            };
            if let Read::Document(binding) = read(client, &address).await {
                return Some(*binding);
            }
        }
    }
    None
}

enum Read {
    Document(Box<Binding>),
    Nothing(String),
    Unreachable,
}

async fn read(client: &Client, address: &str) -> Read {
    match client.fetch_document(address).await {
        Ok(answer) => match Binding::from_swagger_under(&answer.body, client.address().base_path()) {
            Ok(learnt) => {
                tracing::info!(address, "the server's description was found");
                Read::Document(Box::new(learnt.binding))
            }
            Err(_) => Read::Nothing(String::from_utf8_lossy(&answer.body).into_owned()),
        },
        Err(error) if error.delivery() == Delivery::NotSent || error.kind() == ErrorKind::Timeout => Read::Unreachable,
        Err(_) => Read::Nothing(String::new()),
    }
}
