//! Where a server's description is looked for: at the address it had, at the usual ones, in pages for people, at an address
//! that was typed, in a file. Reads only.

use std::time::Duration;

use probonus::{
    Delivery, ErrorKind, Method,
    binding::{
        Binding, LearnError, Problem,
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

/// Looks at the address of the last time first, then at all the usual ones. Of several descriptions, as of several versions,
/// the one counts in which the least is missing.
pub(super) async fn look(client: &Client, again: Option<(OriginKind, &str)>) -> Looked {
    let mut best = None;
    let ended = tokio::time::timeout(PATIENCE, patiently(client, again, &mut best)).await;
    match (best, ended) {
        (Some(best), _) => Looked::Found(best.binding, best.kind, best.address),
        (None, Ok(Reach::Answers)) => Looked::Nothing,
        (None, Ok(Reach::Silent) | Err(_)) => Looked::Unreachable,
    }
}

/// Whether the server answers at all.
enum Reach {
    Answers,
    Silent,
}

/// The best description so far.
struct Best {
    binding: Box<Binding>,
    kind: OriginKind,
    address: String,
    missing: usize,
}

/// Takes a description if it is better than the best so far. Gives back whether nothing is missing in it.
fn take(best: &mut Option<Best>, binding: Box<Binding>, kind: OriginKind, address: &str) -> bool {
    let absent = |method: &&Method| binding.blockers(**method).contains(&Problem::NoMethod);
    let work = Method::ALL.iter().filter(|method| !matches!(method, Method::Login | Method::RefreshToken));
    let missing = work.filter(absent).count();
    if best.as_ref().is_none_or(|best| missing < best.missing) {
        *best = Some(Best { binding, kind, address: address.to_owned(), missing });
    }
    missing == 0
}

async fn patiently(client: &Client, again: Option<(OriginKind, &str)>, best: &mut Option<Best>) -> Reach {
    if let Some((kind, address)) = again {
        match read(client, address).await {
            Read::Document(binding) => {
                take(best, binding, kind, address);
                return Reach::Answers;
            }
            Read::Nothing(_) => {}
            Read::Unreachable => return Reach::Silent,
        }
    }
    for address in ADDRESSES {
        match read(client, address).await {
            Read::Document(binding) => {
                if take(best, binding, OriginKind::Usual, address) {
                    return Reach::Answers;
                }
            }
            Read::Nothing(_) => {}
            Read::Unreachable => return Reach::Silent,
        }
    }
    for page in PAGES {
        let Read::Nothing(text) = read(client, page).await else { continue };
        for address in named_in(page, &text, client.address().base_path()) {
            if let Read::Document(binding) = read(client, &address).await
                && take(best, binding, OriginKind::Usual, &address)
            {
                return Reach::Answers;
            }
        }
    }
    Reach::Answers
}

/// Addresses that a page names, below the server's own path `base`.
fn named_in(page: &str, text: &str, base: &str) -> Vec<String> {
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let below = |address: String| {
        if address.contains("://") {
            return address;
        }
        if address.starts_with('/') {
            // From the root, where a proxy's path is a part of it.
            let inside = address.strip_prefix(base).filter(|rest| rest.starts_with('/') && !base.is_empty());
            return inside.map(str::to_owned).unwrap_or(address);
        }
        format!("{folder}/{}", address.trim_start_matches("./"))
    };
    addresses_in_page(text).into_iter().map(below).collect()
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
    for named in named_in(page, &String::from_utf8_lossy(&answer.body), client.address().base_path()) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn learnt(paths: &str) -> Box<Binding> {
        let document = format!(r#"{{"openapi": "3.0.1", "info": {{}}, "paths": {{{paths}}}}}"#);
        Box::new(Binding::from_swagger(document.as_bytes()).unwrap().binding)
    }

    #[test]
    fn an_address_from_the_root_is_one_below_the_server_s_own_path() {
        let page =
            r#"{"urls": [{"url": "/gate/v3/api-docs/office"}, {"url": "v3/api-docs"}, {"url": "/v2/api-docs"}]}"#;
        let named = named_in("/v3/api-docs/swagger-config", page, "/gate");
        assert_eq!(named, ["/v3/api-docs/office", "/v3/api-docs/v3/api-docs", "/v2/api-docs"]);
        assert_eq!(named_in("/swagger", r#"url: "/gateway/swagger.json""#, "/gate"), ["/gateway/swagger.json"]);
    }

    #[test]
    fn of_several_descriptions_the_one_counts_in_which_the_least_is_missing() {
        let less = learnt(r#""/api/v0/auth/login": {"post": {}}, "/api/v0/account_groups/list": {"get": {}}"#);
        let more = learnt(r#""/api/v0/account_groups/list": {"get": {}}, "/api/v0/accounts/refill": {"post": {}}"#);
        let mut best = None;
        assert!(!take(&mut best, less.clone(), OriginKind::Usual, "/one"));
        assert!(!take(&mut best, more, OriginKind::Usual, "/two"));
        assert!(!take(&mut best, less, OriginKind::Usual, "/three"));
        assert_eq!(best.map(|best| best.address).as_deref(), Some("/two"));
    }
}
