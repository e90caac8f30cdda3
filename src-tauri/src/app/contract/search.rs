//! Where a server's description is looked for: at the address it had, at the usual ones, in pages for people, at an address
//! that was typed, in a file. Reads only.

use std::time::Duration;

use futures::{Stream, StreamExt as _, stream};
use probonus::{
    Delivery, ErrorKind, Loyalty as _, Method,
    binding::{Binding, Problem},
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

/// How long a description is looked for. Without one the contract's table is used.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// What a search came to.
pub(super) enum Looked {
    /// A description, how it was found, and its address; of a description in several documents, their addresses with spaces
    /// between them.
    Found(Box<Binding>, OriginKind, String),
    /// The server publishes none.
    Nothing,
    /// The server publishes only the description of another service: its title. Or of this one, to who is not signed in: what
    /// it shows to them.
    OfOther(String, Option<Box<Binding>>),
    /// Nobody answers, or not in time.
    Unreachable,
}

/// Looks at the address of the last time first, then at all the usual ones. Of several descriptions, as of several versions,
/// the one counts in which the least is missing. Documents that one page lists side by side are one description.
pub(super) async fn look(client: &Client, again: Option<(OriginKind, &str)>) -> Looked {
    let mut seen = Seen::default();
    let ended = tokio::time::timeout(PATIENCE, patiently(client, again, &mut seen)).await;
    match (seen.best, seen.other, ended) {
        (Some(best), ..) => Looked::Found(best.binding, best.kind, best.address),
        (None, Some((title, shown)), _) => Looked::OfOther(title, shown),
        (None, None, Ok(Reach::Answers)) => Looked::Nothing,
        (None, None, Ok(Reach::Silent) | Err(_)) => Looked::Unreachable,
    }
}

/// As [`look`], signed in: a server may show its methods only to who is. Where it can't be signed in by the contract as it is
/// kept, and the description tells of another login, that one is tried, and the description is read again.
pub(super) async fn look_signed_in(client: &Client, again: Option<(OriginKind, &str)>) -> Looked {
    // Whatever comes of it, the look goes on; the first use tells what is wrong.
    let signed_in = client.groups().await.is_ok();
    let looked = look(client, again).await;
    match &looked {
        Looked::Found(binding, ..) | Looked::OfOther(_, Some(binding))
            if !signed_in && binding.unsupported(Method::Login).is_none() =>
        {
            let client = client.with_binding((**binding).clone());
            match client.groups().await {
                Ok(_) => look(&client, again).await,
                Err(_) => looked,
            }
        }
        _ => looked,
    }
}

/// Whether the server answers at all.
enum Reach {
    Answers,
    Silent,
}

/// What a search has met so far.
#[derive(Default)]
struct Seen {
    best: Option<Best>,
    /// The first description of another service: its title, and what it tells that is like ours.
    other: Option<(String, Option<Box<Binding>>)>,
}

/// The best description so far.
struct Best {
    binding: Box<Binding>,
    kind: OriginKind,
    address: String,
    missing: usize,
}

/// The methods that move money. A description that has none of them is another service's, whatever else it has: a login, a
/// list of groups. One that shows them only to who is signed in is read after signing in.
const OF_MONEY: [Method; 3] = [Method::Refill, Method::RegisterCheck, Method::ReturnCheck];

fn of_other_service(binding: &Binding) -> bool {
    OF_MONEY.iter().all(|method| binding.blockers(*method).contains(&Problem::NoMethod))
}

impl Seen {
    /// Takes a description if it is better than the best so far. Gives back whether nothing is missing in it.
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

async fn patiently(client: &Client, again: Option<(OriginKind, &str)>, seen: &mut Seen) -> Reach {
    if let Some((kind, known)) = again {
        let addresses: Vec<String> = known.split(BETWEEN).map(str::to_owned).collect();
        // Only the server's own: who controls another one would change this one's calls.
        match all_of(client, &addresses, Whose::Own).await {
            // One of several that is gone makes it another description.
            Listed::Found(binding, found) if found == known => {
                seen.take(binding, kind, known);
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
                if seen.take(binding, OriginKind::Usual, address) {
                    return Reach::Answers;
                }
            }
            Read::OfOther(title) => seen.take_other(title, None, address),
            Read::Nothing(_) => {}
            Read::Unreachable => return Reach::Silent,
        }
    }
    let mut pages = side_by_side(client, &PAGES);
    while let Some((page, answer)) = pages.next().await {
        let Read::Nothing(text) = answer else { continue };
        let named = named_in(page, &text, client.address().base_path());
        if let Listed::Found(binding, addresses) = all_of(client, &named, Whose::Own).await
            && seen.take(binding, OriginKind::Usual, &addresses)
        {
            return Reach::Answers;
        }
    }
    Reach::Answers
}

/// Addresses that are asked for at once: on a slow line the description must still be found within [`PATIENCE`].
const SIDE_BY_SIDE: usize = 6;

/// Asks for several addresses at once, and gives the answers in their order.
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

/// What stands between the addresses of several documents; no address has one inside.
const BETWEEN: char = ' ';

/// What the documents at some addresses came to.
enum Listed {
    /// Together one description, and the addresses of those that are a part of it.
    Found(Box<Binding>, String),
    Nothing,
    Unreachable,
}

/// Which servers are asked for documents.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// The office's own: what its pages name elsewhere is not followed.
    Own,
    /// Any that a person named.
    Any,
}

/// Reads all documents of a list, and learns from them together; what is no document of ours is no part. A list may name another
/// one, as a viewer's page names its configuration; that one is followed no further.
async fn all_of(client: &Client, listed: &[String], whose: Whose) -> Listed {
    let base = client.address().base_path();
    let mut addresses = listed.to_vec();
    let mut documents: Vec<(String, Vec<u8>, Box<Binding>)> = Vec::new();
    let mut at = 0;
    while at < addresses.len() && documents.len() < MOST_DOCUMENTS {
        let address = addresses[at].clone();
        match read(client, &address, whose).await {
            Read::Document(binding, body) => {
                // Published at two addresses, it is one.
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
            Read::Nothing(_) | Read::OfOther(_) => {}
            Read::Unreachable => return Listed::Unreachable,
        }
        at += 1;
    }
    if documents.len() == 1
        && let Some((address, _, binding)) = documents.pop()
    {
        return Listed::Found(binding, address);
    }
    let published: Vec<_> = documents.iter().map(|(address, bytes, _)| Published { address, bytes }).collect();
    match learn_all(&published, base) {
        Ok(learned) => {
            let told: Vec<&str> = documents.iter().map(|(address, ..)| address.as_str()).collect();
            Listed::Found(Box::new(learned.binding), told.join(&BETWEEN.to_string()))
        }
        Err(_) => Listed::Nothing,
    }
}

/// Documents that are read of one list, and addresses that are tried for them.
const MOST_DOCUMENTS: usize = 16;
const MOST_ADDRESSES: usize = 32;

/// The description at an address that someone typed: a document, or a page that names one.
pub(super) async fn at(client: &Client, typed: &str) -> Result<(Binding, String), AppError> {
    let typed = typed.trim();
    let address = if typed.contains("://") || typed.starts_with('/') { typed.to_owned() } else { format!("/{typed}") };
    let answer = match address.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://")) {
        true => client.fetch_document(&address).await.map_err(unprotected)?,
        false => client.fetch_document_anywhere(&address).await?,
    };
    let why = match learn(client, &answer.body) {
        Ok(binding) if !of_other_service(&binding) => return Ok((binding, address)),
        // A part of a description may lie at an address of its own; alone it is none.
        Ok(binding) => LearnError::OtherService(title(&binding)),
        Err(why) => why,
    };
    // A page elsewhere names documents beside itself.
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
pub(super) fn in_text(client: &Client, text: &str) -> Result<Binding, AppError> {
    match learn(client, text.as_bytes()) {
        Ok(binding) if of_other_service(&binding) => Err(unlearnt(&LearnError::OtherService(title(&binding)))),
        Ok(binding) => Ok(binding),
        Err(why) => Err(unlearnt(&why)),
    }
}

fn title(binding: &Binding) -> String {
    binding.document.as_ref().map(|document| document.title.clone()).unwrap_or_default()
}

fn learn(client: &Client, body: &[u8]) -> Result<Binding, LearnError> {
    Ok(learn_under(body, client.address().base_path())?.binding)
}

/// Of another server without encryption anybody on the way could write the description.
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
    Unreachable,
}

async fn read(client: &Client, address: &str, whose: Whose) -> Read {
    let answer = match whose {
        Whose::Own => client.fetch_document(address).await,
        Whose::Any => client.fetch_document_anywhere(address).await,
    };
    match answer {
        Ok(answer) => match learn(client, &answer.body) {
            Ok(binding) => {
                tracing::info!(address, "the server's description was found");
                Read::Document(Box::new(binding), answer.body.to_vec())
            }
            Err(LearnError::OtherService(title)) => Read::OfOther(title),
            Err(_) => Read::Nothing(String::from_utf8_lossy(&answer.body).into_owned()),
        },
        Err(error) if error.kind() == ErrorKind::InvalidRequest => Read::Nothing(String::new()),
        Err(error) if error.delivery() == Delivery::NotSent || error.kind() == ErrorKind::Timeout => Read::Unreachable,
        Err(_) => Read::Nothing(String::new()),
    }
}

#[cfg(test)]
mod tests;
