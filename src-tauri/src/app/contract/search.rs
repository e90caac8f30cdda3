//! Where a server's description is looked for: at the address it had, at the usual ones, in pages for people, at an address
//! that was typed, in a file. Reads only.

use std::time::Duration;

use probonus::{
    Delivery, ErrorKind, Method,
    binding::{
        Binding, LearnError, Problem, Published,
        discovery::{ADDRESSES, PAGES, addresses_in_page, below},
    },
    client::Client,
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
    /// Nobody answers, or not in time.
    Unreachable,
}

/// Looks at the address of the last time first, then at all the usual ones. Of several descriptions, as of several versions,
/// the one counts in which the least is missing. Documents that one page lists side by side are one description.
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
    if let Some((kind, known)) = again {
        let addresses: Vec<String> = known.split(BETWEEN).map(str::to_owned).collect();
        match all_of(client, &addresses, Whose::Any).await {
            // One of several that is gone makes it another description.
            Listed::Found(binding, found) if found == known => {
                take(best, binding, kind, known);
                return Reach::Answers;
            }
            Listed::Unreachable => return Reach::Silent,
            Listed::Found(..) | Listed::Nothing => {}
        }
    }
    for address in ADDRESSES {
        match read(client, address, Whose::Own).await {
            Read::Document(binding, _) => {
                if take(best, binding, OriginKind::Usual, address) {
                    return Reach::Answers;
                }
            }
            Read::Nothing(_) => {}
            Read::Unreachable => return Reach::Silent,
        }
    }
    for page in PAGES {
        let Read::Nothing(text) = read(client, page, Whose::Own).await else { continue };
        let named = named_in(page, &text, client.address().base_path());
        if let Listed::Found(binding, addresses) = all_of(client, &named, Whose::Own).await
            && take(best, binding, OriginKind::Usual, &addresses)
        {
            return Reach::Answers;
        }
    }
    Reach::Answers
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
            Read::Nothing(_) => {}
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
    match Binding::from_documents(&published, base) {
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
    let answer = client.fetch_document_anywhere(&address).await?;
    let why = match learn(client, &answer.body) {
        Ok(binding) => return Ok((binding, address)),
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
        Listed::Found(binding, addresses) => Ok((*binding, addresses)),
        Listed::Nothing | Listed::Unreachable => Err(unlearnt(&why)),
    }
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
    Document(Box<Binding>, Vec<u8>),
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
            Err(_) => Read::Nothing(String::from_utf8_lossy(&answer.body).into_owned()),
        },
        Err(error) if error.kind() == ErrorKind::InvalidRequest => Read::Nothing(String::new()),
        Err(error) if error.delivery() == Delivery::NotSent || error.kind() == ErrorKind::Timeout => Read::Unreachable,
        Err(_) => Read::Nothing(String::new()),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::TcpListener,
        sync::{Arc, Mutex},
    };

    use super::*;

    const REFILL: &str = r#"{"openapi": "3.0.1", "info": {"title": "Accounts"}, "paths": {"/api/v0/accounts/refill": {"post": {
        "requestBody": {"content": {"application/json": {"schema": {"required": ["accountId", "sum"], "properties": {
            "accountId": {"type": "integer"}, "sum": {"type": "integer", "description": "kopecks"}}}}}}}}}}"#;
    const GROUPS: &str =
        r#"{"swagger": "2.0", "info": {"title": "Groups"}, "paths": {"/api/v0/account_groups/list": {"get": {}}}}"#;

    /// A server of these pages, which notes what it is asked for; and a client of it.
    fn server(pages: &'static [(&str, &str)]) -> (Client, Arc<Mutex<Vec<String>>>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (mut head, mut byte) = (Vec::new(), [0]);
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                    head.push(byte[0]);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                let page = pages.iter().find(|(known, _)| *known == path);
                noted.lock().unwrap().push(path);
                let (status, body) = page.map_or((404, ""), |(_, body)| (200, *body));
                let length = body.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
            }
        });
        let auth = probonus::Auth::Token("secret".to_owned().into());
        let client = Client::builder(url).auth(auth).proxy(probonus::client::Proxy::Direct).build().unwrap();
        (client, asked)
    }

    async fn found(client: &Client, again: Option<&str>) -> (Box<Binding>, String) {
        match look(client, again.map(|address| (OriginKind::Usual, address))).await {
            Looked::Found(binding, _, address) => (binding, address),
            Looked::Nothing => panic!("nothing"),
            Looked::Unreachable => panic!("unreachable"),
        }
    }

    #[tokio::test]
    async fn documents_that_a_page_lists_are_one_description() {
        let (client, asked) = server(&[
            ("/swagger/v1/swagger.json", GROUPS),
            (
                "/swagger/index.html",
                "var config = {configUrl: '../viewer', urls: [{url: '/described/a'}, {url: 'v1/swagger.json'}]}",
            ),
            (
                "/viewer",
                r#"{"urls": [{"url": "/described/a"}, {"url": "/described/gone"}, {"url": "https://elsewhere.example/x"}]}"#,
            ),
            ("/described/a", REFILL),
        ]);
        let (binding, addresses) = found(&client, None).await;
        assert_eq!(addresses, "/described/a /swagger/v1/swagger.json");
        for (method, document) in [(Method::Refill, "/described/a"), (Method::Groups, "/swagger/v1/swagger.json")] {
            assert_eq!(binding.unsupported(method), None);
            assert_eq!(binding.method(method).unwrap().document.as_deref(), Some(document));
        }
        // The next time they are all that is asked for.
        let before = asked.lock().unwrap().len();
        let (again, same) = found(&client, Some(&addresses)).await;
        assert_eq!((&again, &same), (&binding, &addresses));
        assert_eq!(asked.lock().unwrap()[before..], ["/described/a", "/swagger/v1/swagger.json"]);
        assert_eq!(at(&client, "/swagger/index.html").await.unwrap(), (*binding.clone(), addresses));
    }

    #[tokio::test]
    async fn a_description_of_which_a_part_is_gone_is_looked_for_anew() {
        let (client, _) = server(&[("/swagger.json", GROUPS), ("/described/a", REFILL)]);
        let (binding, address) = found(&client, Some("/described/a /described/b")).await;
        assert_eq!(address, "/swagger.json");
        assert!(binding.unsupported(Method::Refill).is_some());
    }

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
