//! Searches a server's description: at its last address, at the usual addresses, in HTML pages that name one, at a typed address,
//! in a file. Reads only.

use std::time::Duration;

use futures::{Stream, StreamExt as _, stream};
use probonus::{
    Delivery, ErrorKind, Loyalty as _, Method,
    binding::{Binding, IN_KEYCHAIN, Problem},
    client::Client,
};
use probonus_swagger::{
    LearnError, Published,
    discovery::{ADDRESSES, PAGES, addresses_in_page, below},
    learn_all, learn_under,
};

use crate::{
    error::{AppError, ErrorCode},
    shape::OriginKind,
};

/// How long the search may take. Without a description the table is used.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// The result of a search.
pub(super) enum SearchOutcome {
    /// A description, how it was found, and its address. A description in several documents has their addresses with spaces
    /// between them.
    Found(Box<Binding>, OriginKind, String),
    /// The server publishes none.
    Nothing,
    /// It answers with this status, 401 or 403, where a description may be, and shows none.
    Refused(u16),
    /// The server publishes only the description of another service: its title. Or it is this service, and shows less before
    /// signing in: the part that it shows.
    OfOther(String, Option<Box<Binding>>),
    /// Nobody answers, or not in time.
    Unreachable,
}

/// Reads the address of the last time first, then all usual ones. Of several descriptions, for example of several versions,
/// the one with the fewest missing methods is used. Documents that one page lists side by side are one description.
pub(super) async fn find(client: &Client, again: Option<(OriginKind, &str)>) -> SearchOutcome {
    let mut candidates = Candidates::default();
    let ended = tokio::time::timeout(PATIENCE, patiently(client, again, &mut candidates)).await;
    match (candidates.best, candidates.other, ended) {
        (Some(best), ..) => SearchOutcome::Found(best.binding, best.kind, best.address),
        (None, Some((title, shown)), _) => SearchOutcome::OfOther(title, shown),
        (None, None, Ok(Reach::Answers)) => candidates.refused.map_or(SearchOutcome::Nothing, SearchOutcome::Refused),
        (None, None, Ok(Reach::Silent) | Err(_)) => SearchOutcome::Unreachable,
    }
}

/// As [`find`], after signing in: a server may show its methods only then. If signing in fails by the stored contract, and
/// the description has another login, that one is tried and the description is read again. Also returns the client that signed in
/// last: one that was refused never signs in again, lest it lock the user's account.
pub(super) async fn find_signed_in(client: &Client, again: Option<(OriginKind, &str)>) -> (SearchOutcome, Client) {
    // The search goes on if the sign-in fails; the first call shows that failure.
    let signed_in = client.groups().await.is_ok();
    let outcome = find(client, again).await;
    let described = match &outcome {
        SearchOutcome::Found(binding, ..) | SearchOutcome::OfOther(_, Some(binding)) if !signed_in => binding,
        _ => return (outcome, client.clone()),
    };
    let described = with_keys_of(client, (**described).clone());
    if described.unsupported(Method::Login).is_some() {
        return (outcome, client.clone());
    }
    let client = match described.method(Method::Login) == client.binding().method(Method::Login) {
        true => client.with_binding(described),
        false => client.with_binding(described).signed_out(),
    };
    match client.groups().await {
        Ok(_) => (find(&client, again).await, client),
        Err(_) => (outcome, client),
    }
}

/// A binding by which a client sends its keys: a description that was just found does not name them.
fn with_keys_of(client: &Client, mut binding: Binding) -> Binding {
    for key in client.keys() {
        for method in binding.senders_of(key) {
            let sent = binding.overrule(Some(method), &key.line(), IN_KEYCHAIN);
            tracing::debug!(?method, ?sent, "a key of the server");
        }
    }
    binding
}

/// Whether the server answers at all.
enum Reach {
    Answers,
    Silent,
}

/// Descriptions that the search has read so far.
#[derive(Default)]
struct Candidates {
    best: Option<Best>,
    /// The first description of another service: its title, and the part that fits ours.
    other: Option<(String, Option<Box<Binding>>)>,
    /// The status of the first address at which the server refused to show anything.
    refused: Option<u16>,
}

/// The best description so far.
struct Best {
    binding: Box<Binding>,
    kind: OriginKind,
    address: String,
    missing: usize,
}

/// The methods that move money. A description without any of them is that of another service, even if it has a login or
/// groups. One that shows them only after signing in is read again then.
const OF_MONEY: [Method; 3] = [Method::Refill, Method::RegisterCheck, Method::ReturnCheck];

fn of_other_service(binding: &Binding) -> bool {
    OF_MONEY.iter().all(|method| binding.blockers(*method).contains(&Problem::NoMethod))
}

impl Candidates {
    /// Keeps a description if it is better than the best so far. Returns whether it is complete.
    fn take(&mut self, binding: Box<Binding>, kind: OriginKind, address: &str) -> bool {
        let absent = |method: &&Method| binding.blockers(**method).contains(&Problem::NoMethod);
        let work = Method::ALL.iter().filter(|method| !matches!(method, Method::Login | Method::RefreshToken));
        let missing = work.filter(absent).count();
        if of_other_service(&binding) {
            self.take_other(title(&binding), Some(binding), address);
            return false;
        }
        if self.best.as_ref().is_none_or(|best| missing < best.missing) {
            self.best = Some(Best { binding, kind, address: address.to_owned(), missing });
        }
        missing == 0
    }

    fn take_other(&mut self, title: String, shown: Option<Box<Binding>>, address: &str) {
        tracing::info!(address, "a description that tells no method of money is another service's");
        self.other.get_or_insert((title, shown));
    }
}

async fn patiently(client: &Client, again: Option<(OriginKind, &str)>, candidates: &mut Candidates) -> Reach {
    if let Some((kind, known)) = again {
        let addresses: Vec<String> = known.split(BETWEEN).map(str::to_owned).collect();
        // Only at the server's own addresses: another server could redirect this one's calls.
        match all_of(client, &addresses, Whose::Own).await {
            // If one of several documents is gone, it is another description.
            Listed::Found(binding, found) if found == known => {
                candidates.take(binding, kind, known);
                return Reach::Answers;
            }
            Listed::Unreachable => return Reach::Silent,
            Listed::Found(..) | Listed::Nothing => {}
        }
    }
    let mut answers = side_by_side(client, &ADDRESSES);
    while let Some((address, answer)) = answers.next().await {
        match answer {
            Read::Document(binding, _) => {
                if candidates.take(binding, OriginKind::Usual, address) {
                    return Reach::Answers;
                }
            }
            Read::OfOther(title) => candidates.take_other(title, None, address),
            Read::Refused(status) => candidates.refused = candidates.refused.or(Some(status)),
            Read::Nothing(_) => {}
            Read::Unreachable => return Reach::Silent,
        }
    }
    let mut pages = side_by_side(client, &PAGES);
    while let Some((page, answer)) = pages.next().await {
        let Read::Nothing(text) = answer else { continue };
        let named = named_in(page, &text, client.address().base_path());
        if let Listed::Found(binding, addresses) = all_of(client, &named, Whose::Own).await
            && candidates.take(binding, OriginKind::Usual, &addresses)
        {
            return Reach::Answers;
        }
    }
    Reach::Answers
}

/// Addresses that are read at once: on a slow network the description must still be found within [`PATIENCE`].
const SIDE_BY_SIDE: usize = 6;

/// Reads several addresses at once; the answers come in the order of the addresses.
fn side_by_side<'a>(
    client: &'a Client,
    addresses: &'static [&'static str],
) -> impl Stream<Item = (&'static str, Read)> + Unpin + 'a {
    let ask = move |address: &'static str| async move { (address, read(client, address, Whose::Own).await) };
    Box::pin(stream::iter(addresses.iter().copied()).map(ask).buffered(SIDE_BY_SIDE))
}

/// Addresses that a page names, below the server's own path `base`.
fn named_in(page: &str, text: &str, base: &str) -> Vec<String> {
    addresses_in_page(text).into_iter().map(|address| below(page, &address, base)).collect()
}

/// Separates the addresses of several documents; an address contains no space.
const BETWEEN: char = ' ';

/// The result of reading a list of documents.
enum Listed {
    /// One description, and the addresses of the documents that it consists of.
    Found(Box<Binding>, String),
    Nothing,
    Unreachable,
}

/// Which servers documents may be read from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Only the ProBonus server itself. Addresses elsewhere that its pages name are not followed.
    Own,
    /// Any server that a person typed.
    Any,
}

/// Reads all documents of a list and learns from them together; other files are skipped. A listed page may name a second
/// list, such as the configuration of a viewer. A list that this second one names is not followed.
async fn all_of(client: &Client, listed: &[String], whose: Whose) -> Listed {
    let base = client.address().base_path();
    let mut addresses = listed.to_vec();
    let mut documents: Vec<(String, Vec<u8>, Box<Binding>)> = Vec::new();
    let mut at = 0;
    while at < addresses.len() && documents.len() < MOST_DOCUMENTS {
        let address = addresses[at].clone();
        match read(client, &address, whose).await {
            Read::Document(binding, body) => {
                // The same document at two addresses counts once.
                if documents.iter().all(|(_, known, _)| *known != body) {
                    documents.push((address, body, binding));
                }
            }
            Read::Nothing(text) if at < listed.len() && whose == Whose::Own => {
                let more = named_in(&address, &text, base);
                let new: Vec<String> = more.into_iter().filter(|more| !addresses.contains(more)).collect();
                addresses.extend(new);
                addresses.truncate(MOST_ADDRESSES);
            }
            Read::Nothing(_) | Read::OfOther(_) | Read::Refused(_) => {}
            Read::Unreachable => return Listed::Unreachable,
        }
        at += 1;
    }
    if documents.len() == 1
        && let Some((address, _, binding)) = documents.pop()
    {
        return Listed::Found(binding, address);
    }
    let told: Vec<&str> = documents.iter().map(|(address, ..)| address.as_str()).collect();
    let (told, base) = (told.join(&BETWEEN.to_string()), base.to_owned());
    let together = apart(move || {
        let published: Vec<_> = documents.iter().map(|(address, bytes, _)| Published { address, bytes }).collect();
        Ok(learn_all(&published, &base)?.binding)
    });
    match together.await {
        Ok(binding) => Listed::Found(Box::new(binding), told),
        Err(_) => Listed::Nothing,
    }
}

/// Documents that are read of one list, and addresses that are tried for them.
const MOST_DOCUMENTS: usize = 16;
const MOST_ADDRESSES: usize = 32;

/// The description at an address that someone typed: a document, or a page that names one.
pub(super) async fn at(client: &Client, typed: &str) -> Result<(Binding, String), AppError> {
    let typed = typed.trim();
    let rooted = if typed.contains("://") || typed.starts_with('/') { typed.to_owned() } else { format!("/{typed}") };
    // As a browser shows it: `/gate/openapi.json` of a server at `/gate` stands at `/openapi.json` below it.
    let address = below("/", &rooted, client.address().base_path());
    let answer = match address.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://")) {
        true => client.fetch_document(&address).await.map_err(unprotected)?,
        false => client.fetch_document_anywhere(&address).await?,
    };
    let why = match learn(client, answer.body.clone().into()).await {
        Ok(binding) if !of_other_service(&binding) => return Ok((binding, address)),
        // The address may hold one part of a description; alone it has no method of money.
        Ok(binding) => LearnError::OtherService(title(&binding)),
        Err(why) => why,
    };
    // A page on another server names documents beside itself.
    let (origin, page) = match address.split_once("://") {
        Some((_, rest)) => address.split_at(address.len() - rest.len() + rest.find('/').unwrap_or(rest.len())),
        None => ("", address.as_str()),
    };
    let text = String::from_utf8_lossy(&answer.body);
    let named = named_in(page, &text, if origin.is_empty() { client.address().base_path() } else { "" });
    let beside = |named: String| match named.starts_with('/') {
        true => Some(format!("{origin}{named}")),
        false => named.starts_with(&format!("{origin}/")).then_some(named),
    };
    let named: Vec<String> = named.into_iter().filter_map(beside).collect();
    let whose = if origin.is_empty() { Whose::Own } else { Whose::Any };
    match all_of(client, &named, whose).await {
        Listed::Found(binding, addresses) if !of_other_service(&binding) => Ok((*binding, addresses)),
        Listed::Found(..) | Listed::Nothing | Listed::Unreachable => Err(unlearnt(&why)),
    }
}

/// The description in a file.
pub(super) async fn in_text(client: &Client, text: &str) -> Result<Binding, AppError> {
    match learn(client, text.as_bytes().to_vec()).await {
        Ok(binding) if of_other_service(&binding) => Err(unlearnt(&LearnError::OtherService(title(&binding)))),
        Ok(binding) => Ok(binding),
        Err(why) => Err(unlearnt(&why)),
    }
}

fn title(binding: &Binding) -> String {
    binding.document.as_ref().map(|document| document.title.clone()).unwrap_or_default()
}

async fn learn(client: &Client, body: Vec<u8>) -> Result<Binding, LearnError> {
    let base = client.address().base_path().to_owned();
    apart(move || Ok(learn_under(&body, &base)?.binding)).await
}

/// Learns on a thread of its own: a large document takes its time, and all else goes on meanwhile.
async fn apart(learn: impl FnOnce() -> Result<Binding, LearnError> + Send + 'static) -> Result<Binding, LearnError> {
    let learnt = tokio::task::spawn_blocking(learn).await;
    learnt.unwrap_or_else(|failed| Err(LearnError::Malformed(failed.to_string())))
}

/// The error of a description on another server over plain HTTP: anybody on the network could change it.
fn unprotected(error: probonus::Error) -> AppError {
    if error.kind() != ErrorKind::InvalidRequest {
        return error.into();
    }
    AppError::new(ErrorCode::DescriptionUnprotected, "a description is not read over plain http from another server")
}

pub(super) fn unlearnt(why: &LearnError) -> AppError {
    let code = match why {
        LearnError::OtherService(_) => ErrorCode::DescriptionOfOther,
        _ => ErrorCode::DescriptionUnreadable,
    };
    AppError::new(code, why.to_string()).with(|details| details.technical = Some(why.to_string()))
}

enum Read {
    Document(Box<Binding>, Vec<u8>),
    /// A description of another service, with this title.
    OfOther(String),
    Nothing(String),
    /// The server refused to show it, with this status.
    Refused(u16),
    Unreachable,
}

async fn read(client: &Client, address: &str, whose: Whose) -> Read {
    let answer = match whose {
        Whose::Own => client.fetch_document(address).await,
        Whose::Any => client.fetch_document_anywhere(address).await,
    };
    match answer {
        Ok(answer) => match learn(client, answer.body.clone().into()).await {
            Ok(binding) => {
                tracing::info!(address, "the server's description was found");
                Read::Document(Box::new(binding), answer.body.to_vec())
            }
            Err(LearnError::OtherService(title)) => Read::OfOther(title),
            Err(_) => Read::Nothing(String::from_utf8_lossy(&answer.body).into_owned()),
        },
        Err(error) if error.kind() == ErrorKind::InvalidRequest => Read::Nothing(String::new()),
        Err(error) if error.delivery() == Delivery::NotSent || error.kind() == ErrorKind::Timeout => Read::Unreachable,
        Err(error) => match error.status() {
            Some(status @ (401 | 403)) => Read::Refused(status),
            _ => Read::Nothing(String::new()),
        },
    }
}

#[cfg(test)]
mod tests;
