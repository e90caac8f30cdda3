//! The server's cookies, for the requests that follow. Balancers tie a session to one of several servers by a cookie.
//!
//! They live in memory only, as long as the client and its clones, and are never logged: a cookie may be as good as the password.
//! Each sign-in begins without any.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{HeaderMap, HeaderValue, Uri, header};
use jiff::Timestamp;
use tokio::time::Instant;

/// The most bytes of all cookies together. Servers take heads of 8 KiB or more; the oldest cookies make room.
const MOST_BYTES: usize = 4096;

struct Cookie {
    name: String,
    value: String,
    path: String,
    /// Only for `https://`.
    is_secure: bool,
    until: Option<Instant>,
}

/// The cookies of one server: a part of RFC 6265, in which a client has one server and sends no cookie anywhere else.
#[derive(Default)]
pub(super) struct Cookies(Mutex<Vec<Cookie>>);

impl Cookies {
    fn all(&self) -> MutexGuard<'_, Vec<Cookie>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets all of them.
    pub(super) fn clear(&self) {
        self.all().clear();
    }

    /// Notes the cookies of an answer to a request to `uri`. `now`: by the server's clock.
    pub(super) fn note(&self, uri: &Uri, headers: &HeaderMap, now: Timestamp) {
        for line in headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok()) {
            let Some((cookie, is_over)) = read(uri, line, now) else { continue };
            let mut all = self.all();
            all.retain(|known| (&known.name, &known.path) != (&cookie.name, &cookie.path));
            if !is_over {
                all.push(cookie);
            }
            let size = |all: &[Cookie]| all.iter().map(|cookie| cookie.name.len() + cookie.value.len()).sum::<usize>();
            while size(&all) > MOST_BYTES {
                all.remove(0);
            }
        }
    }

    /// Adds the cookies for a request to its headers. A cookie that the request has itself stays: it may carry the token.
    pub(super) fn add_to(&self, uri: &Uri, headers: &mut HeaderMap) {
        let now = Instant::now();
        let own = headers.get(header::COOKIE).and_then(|own| own.to_str().ok()).unwrap_or_default().to_owned();
        let names_own =
            |name: &str| own.split(';').any(|pair| pair.split('=').next().unwrap_or_default().trim() == name);
        let is_safe = uri.scheme_str() == Some("https");
        let mut all = self.all();
        all.retain(|cookie| cookie.until.is_none_or(|until| now < until));
        let mut fitting: Vec<&Cookie> = all
            .iter()
            .filter(|cookie| (is_safe || !cookie.is_secure) && is_below(uri.path(), &cookie.path))
            .filter(|cookie| !names_own(&cookie.name))
            .collect();
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs = fitting.into_iter().map(|cookie| format!("{}={}", cookie.name, cookie.value));
        let pairs: Vec<String> = Some(own.clone()).filter(|own| !own.is_empty()).into_iter().chain(pairs).collect();
        if let Ok(mut value) = HeaderValue::from_str(&pairs.join("; "))
            && !pairs.is_empty()
        {
            value.set_sensitive(true);
            headers.insert(header::COOKIE, value);
        }
    }
}

/// A `Set-Cookie`, and whether it takes the cookie back; `None`: it is none, or one for another host.
fn read(uri: &Uri, line: &str, now: Timestamp) -> Option<(Cookie, bool)> {
    let told = cookie::Cookie::parse(line).ok()?;
    let (name, value) = (told.name().to_owned(), told.value().to_owned());
    if name.is_empty() || name.len() + value.len() > MOST_BYTES {
        return None;
    }
    if told.domain().is_some_and(|domain| uri.host().is_none_or(|host| !is_of_domain(host, domain))) {
        return None;
    }
    let directory = uri.path().rsplit_once('/').map_or("", |(directory, _)| directory);
    let path = told.path().filter(|path| path.starts_with('/')).unwrap_or(directory);
    let path = if path.is_empty() { "/" } else { path }.to_owned();
    let expires = told.expires_datetime().map(|at| at.unix_timestamp() - now.as_second());
    let left = told.max_age().map(|age| age.whole_seconds()).or(expires);
    let until = left.and_then(|seconds| Instant::now().checked_add(Duration::from_secs(u64::try_from(seconds).ok()?)));
    let is_secure = told.secure() == Some(true);
    Some((Cookie { name, value, path, is_secure, until }, left.is_some_and(|seconds| seconds <= 0)))
}

fn is_of_domain(host: &str, domain: &str) -> bool {
    let (host, domain) = (host.to_ascii_lowercase(), domain.trim_start_matches('.').to_ascii_lowercase());
    domain.is_empty() || host == domain || host.strip_suffix(&domain).is_some_and(|before| before.ends_with('.'))
}

fn is_below(path: &str, of_cookie: &str) -> bool {
    path.strip_prefix(of_cookie)
        .is_some_and(|rest| rest.is_empty() || of_cookie.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-30T12:00:00Z";

    fn noted(lines: &[&str]) -> Cookies {
        let cookies = Cookies::default();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::SET_COOKIE, HeaderValue::from_str(line).unwrap());
        }
        cookies.note(&uri("https://bonus.example/api/v0/auth/login"), &headers, NOW.parse().unwrap());
        cookies
    }

    fn uri(text: &str) -> Uri {
        text.parse().unwrap()
    }

    fn sent(cookies: &Cookies, to: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        cookies.add_to(&uri(to), &mut headers);
        headers.get(header::COOKIE).map(|value| value.to_str().unwrap().to_owned())
    }

    #[tokio::test(start_paused = true)]
    async fn a_cookie_goes_back_to_the_path_that_it_is_for() {
        let cookies = noted(&["SERVERID=node-2; Path=/; HttpOnly", "deep=1; path=/api/v0", "own=2"]);
        let all = "deep=1; SERVERID=node-2";
        assert_eq!(sent(&cookies, "https://bonus.example/api/v0/accounts/refill").as_deref(), Some(all));
        assert_eq!(sent(&cookies, "https://bonus.example/api/v0x").as_deref(), Some("SERVERID=node-2"));
        let of_login = "own=2; deep=1; SERVERID=node-2";
        assert_eq!(sent(&cookies, "https://bonus.example/api/v0/auth/logout").as_deref(), Some(of_login));
        cookies.clear();
        assert_eq!(sent(&cookies, "https://bonus.example/"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_cookie_ends_when_it_says_or_is_taken_back() {
        let cookies = noted(&[
            "a=1; Path=/; Max-Age=60",
            "b=2; Path=/; Expires=Mon, 30 Nov 2026 12:00:30 GMT",
            "c=3; Path=/",
            "c=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "d=4; Path=/; Max-Age=0",
        ]);
        assert_eq!(sent(&cookies, "https://bonus.example/x").as_deref(), Some("a=1; b=2"));
        tokio::time::advance(Duration::from_secs(31)).await;
        assert_eq!(sent(&cookies, "https://bonus.example/x").as_deref(), Some("a=1"));
        tokio::time::advance(Duration::from_secs(30)).await;
        assert_eq!(sent(&cookies, "https://bonus.example/x"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_cookie_of_another_host_or_of_no_form_is_not_kept() {
        let large = format!("large={}; Path=/", "x".repeat(5000));
        let lines =
            ["a=1; Domain=evil.example; Path=/", "=1; Path=/", "word", large.as_str(), "b=2; Domain=.example; Path=/"];
        assert_eq!(sent(&noted(&lines), "https://bonus.example/").as_deref(), Some("b=2"));
        let many: Vec<String> = (0..100).map(|n| format!("n{n}={}; Path=/", "x".repeat(100))).collect();
        let many = noted(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(sent(&many, "https://bonus.example/").is_some_and(|sent| sent.len() < 5000 && sent.contains("n99=")));
    }

    #[tokio::test(start_paused = true)]
    async fn a_secure_cookie_is_not_sent_without_tls_and_the_token_s_cookie_stays() {
        let cookies = noted(&["a=1; Path=/; Secure", "session=theirs; Path=/", "b=2; Path=/"]);
        assert_eq!(sent(&cookies, "http://bonus.example/").as_deref(), Some("session=theirs; b=2"));
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("session=token"));
        cookies.add_to(&uri("https://bonus.example/"), &mut headers);
        assert_eq!(headers[header::COOKIE], "session=token; a=1; b=2");
        assert!(headers[header::COOKIE].is_sensitive());
    }
}
