//! Where a server's description is looked for: at the address it had, at the usual ones, in pages for people, at an address
//! that was typed, in a file. Reads only.

use std::time::Duration;

use probonus::{
    Delivery, ErrorKind,
    binding::{
        Binding, LearnError,
        discovery::{ADDRESSES, PAGES, addresses_in_page},
    },
    client::Client,
};

use super::kept::OriginKind;
use crate::error::{AppError, ErrorCode};

/// How long a description is looked for. Without one the contract's table is used.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// What a search came to.
pub(super) enum Looked {
    /// A description, how it was found, and its address.
    Found(Box<Binding>, OriginKind, String),
    /// The server publishes none.
    Nothing,
    /// Nobody answers, or not in time.
    Unreachable,
}

/// Looks at the address of the last time first, then at all the usual ones.
pub(super) async fn look(client: &Client, again: Option<(OriginKind, &str)>) -> Looked {
    tokio::time::timeout(PATIENCE, patiently(client, again)).await.unwrap_or(Looked::Unreachable)
}

async fn patiently(client: &Client, again: Option<(OriginKind, &str)>) -> Looked {
    if let Some((kind, address)) = again {
        match read(client, address).await {
            Read::Document(binding) => return Looked::Found(binding, kind, address.to_owned()),
            Read::Nothing(_) => {}
            Read::Unreachable => return Looked::Unreachable,
        }
    }
    for address in ADDRESSES {
        match read(client, address).await {
            Read::Document(binding) => return Looked::Found(binding, OriginKind::Usual, address.to_owned()),
            Read::Nothing(_) => {}
            Read::Unreachable => return Looked::Unreachable,
        }
    }
    for page in PAGES {
        let Read::Nothing(text) = read(client, page).await else { continue };
        for address in named_in(page, &text) {
            if let Read::Document(binding) = read(client, &address).await {
                return Looked::Found(binding, OriginKind::Usual, address);
            }
        }
    }
    Looked::Nothing
}

/// Addresses that a page names, from the server's root.
fn named_in(page: &str, text: &str) -> Vec<String> {
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let rooted = |address: String| {
        let whole = address.contains("://") || address.starts_with('/');
        if whole { address } else { format!("{folder}/{}", address.trim_start_matches("./")) }
    };
    addresses_in_page(text).into_iter().map(rooted).collect()
}

/// The description at an address that someone typed: a document, or a page that names one.
pub(super) async fn at(client: &Client, typed: &str) -> Result<(Binding, String), AppError> {
    let typed = typed.trim();
    let address = if typed.contains("://") || typed.starts_with('/') { typed.to_owned() } else { format!("/{typed}") };
    let answer = client.fetch_document_anywhere(&address).await?;
    let why = match learn(client, &answer.body) {
        Ok(binding) => return Ok((binding, address)),
        Err(why) => why,
    };
    let page = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest.split_once('/').map_or("", |p| p.1));
    for named in named_in(page, &String::from_utf8_lossy(&answer.body)) {
        if let Read::Document(binding) = read(client, &named).await {
            return Ok((*binding, named));
        }
    }
    Err(unlearnt(&why))
}

/// The description in a file.
pub(super) fn in_text(client: &Client, text: &str) -> Result<Binding, AppError> {
    learn(client, text.as_bytes()).map_err(|why| unlearnt(&why))
}

fn learn(client: &Client, body: &[u8]) -> Result<Binding, LearnError> {
    Ok(Binding::from_swagger_under(body, client.address().base_path())?.binding)
}

fn unlearnt(why: &LearnError) -> AppError {
    let code = match why {
        LearnError::OtherService(_) => ErrorCode::DescriptionOfOther,
        _ => ErrorCode::DescriptionUnreadable,
    };
    AppError::new(code, why.to_string()).with(|details| details.technical = Some(why.to_string()))
}

enum Read {
    Document(Box<Binding>),
    Nothing(String),
    Unreachable,
}

async fn read(client: &Client, address: &str) -> Read {
    match client.fetch_document_anywhere(address).await {
        Ok(answer) => match learn(client, &answer.body) {
            Ok(binding) => {
                tracing::info!(address, "the server's description was found");
                Read::Document(Box::new(binding))
            }
            Err(_) => Read::Nothing(String::from_utf8_lossy(&answer.body).into_owned()),
        },
        Err(error) if error.delivery() == Delivery::NotSent || error.kind() == ErrorKind::Timeout => Read::Unreachable,
        Err(_) => Read::Nothing(String::new()),
    }
}
