//! The server's address as people type it.

use std::{fmt, str::FromStr};

use http::Uri;
use url::{Host, Url};

/// Scheme, host, port and base path of a ProBonus server.
///
/// It is kept as a URL: an international name in Punycode, an IPv6 address in brackets. The base path has no trailing `/`.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerAddress {
    url: Url,
    base: String,
}

/// Why a text is not a server's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Nothing was typed.
    #[error("the address is empty")]
    Empty,
    /// Not an address at all.
    #[error("not a web address")]
    NotAnAddress,
    /// Another scheme than http and https.
    #[error("the address must begin with https:// or http://")]
    Scheme,
    /// There is a login or password inside the address, which would be written to logs and settings.
    #[error("the address must not hold a login or password")]
    Credentials,
}

impl ServerAddress {
    /// Whether requests and the token are sent unprotected (`http://`).
    #[must_use]
    pub fn is_plaintext(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// Whether the server is this very machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        }
    }

    /// The path that stands before every path of the binding: `""` or `/loyalty`.
    #[must_use]
    pub fn base_path(&self) -> &str {
        &self.base
    }

    /// The absolute URI of a path below the server (`/api/v0/…?…`, percent-encoded), or `None` if it is no path.
    pub(super) fn join(&self, path_and_query: &str) -> Option<Uri> {
        let slash = if path_and_query.starts_with('/') { "" } else { "/" };
        let authority = &self.url[url::Position::BeforeScheme..url::Position::AfterPort];
        format!("{authority}{}{slash}{path_and_query}", self.base).parse().ok()
    }

    /// The path of an absolute address on this server, without the base path. `None` for another server or base path.
    ///
    /// Example: `https://bonus.example/gate/x?y=1` on the server `https://bonus.example/gate` gives `/x?y=1`.
    pub(super) fn below(&self, absolute: &str) -> Option<String> {
        let url = Url::parse(absolute).ok().filter(|url| url.origin() == self.url.origin())?;
        let path = url[url::Position::BeforePath..url::Position::AfterQuery].strip_prefix(self.base.as_str())?;
        path.starts_with('/').then(|| path.to_owned())
    }

    /// Splits an absolute address into the server, without a base path, and the path with the query.
    /// `None` if the text is not an http(s) address or holds a login.
    pub(super) fn split(absolute: &str) -> Option<(Self, String)> {
        let mut url = Url::parse(absolute).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        if !url.username().is_empty() || url.password().is_some() || !url.has_host() {
            return None;
        }
        let path = url[url::Position::BeforePath..url::Position::AfterQuery].to_owned();
        url.set_path("");
        url.set_query(None);
        url.set_fragment(None);
        Some((Self { url, base: String::new() }, path))
    }

    /// Where `location` leads from `uri`.
    pub(super) fn leads(&self, uri: &Uri, location: &str) -> Leads {
        let Some(target) = Url::parse(&uri.to_string()).ok().and_then(|from| from.join(location).ok()) else {
            return Leads::Elsewhere("what is no address".to_owned());
        };
        let anonymous = target.username().is_empty() && target.password().is_none();
        if anonymous && target.origin() == self.url.origin() {
            let here = target[..url::Position::AfterQuery].parse().map(Leads::Here);
            return here.unwrap_or_else(|_| Leads::Elsewhere("what is no address".to_owned()));
        }
        if self.is_plaintext() && target.scheme() == "https" && target.host() == self.url.host() {
            return Leads::ToTls;
        }
        // Path and query are left out: those of a login page may hold secrets. The port stays: it may be all that differs.
        let port = target.port().map(|port| format!(":{port}")).unwrap_or_default();
        let login = if anonymous { "" } else { " with a login in it" };
        Leads::Elsewhere(format!("{}://{}{port}{login}", target.scheme(), target.host_str().unwrap_or_default()))
    }

    /// The address for the screen, with an international name in its own letters.
    #[must_use]
    pub fn for_people(&self) -> String {
        let text = self.to_string();
        match self.url.host() {
            Some(Host::Domain(name)) => match idna::domain_to_unicode(name) {
                (own, Ok(())) => text.replacen(name, &own, 1),
                _ => text,
            },
            _ => text,
        }
    }

    /// The same host and port under `https://`.
    pub(super) fn under_tls(&self) -> Option<Uri> {
        format!("https://{}:{}/", self.url.host_str()?, self.url.port_or_known_default()?).parse().ok()
    }
}

/// Where a redirect leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Leads {
    /// To this very server, which already knows the token.
    Here(Uri),
    /// To the same host under `https://`.
    ToTls,
    /// Elsewhere: scheme, host and port.
    Elsewhere(String),
}

/// Whether a redirect leads to a page where people sign in. Examples: `/login`, `/Account/Login.aspx?ReturnUrl=…`, `/auth/sign-in/`.
pub(super) fn is_sign_in_page(target: &Uri) -> bool {
    const NAMES: [&str; 8] = ["login", "log-in", "logon", "signin", "sign-in", "sign_in", "auth", "unauthorized"];
    let last = target.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let name = last.split_once('.').map_or(last.as_str(), |(name, _)| name);
    NAMES.contains(&name)
}

impl FromStr for ServerAddress {
    type Err = AddressError;

    /// Reads an address as people type or paste it. Without a scheme it is https.
    ///
    /// Examples: `https://bonus.example.ru`, `bonus.example.ru:6896`, `http://[::1]:8080/loyalty`.
    /// Of an address that was copied from a browser it drops the query, the fragment, and a path that is a page's or a
    /// method's: `/api/v0`, `/swagger/index.html`, pages of the administration.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim_matches(|c: char| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '"' | '\'' | '«' | '»' | '<' | '>' | ',' | ';')
        });
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let mut url = Url::parse(&with_scheme).map_err(|_| AddressError::NotAnAddress)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(AddressError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Credentials);
        }
        if url.host_str().is_none_or(|host| host.is_empty() || host.contains(['%', '_'])) && !is_plain_name(&url) {
            return Err(AddressError::NotAnAddress);
        }
        let base = base_of(url.path()).to_owned();
        url.set_path(&base);
        url.set_query(None);
        url.set_fragment(None);
        Ok(Self { url, base })
    }
}

/// The base path in the path of a copied address: everything before the path of a page or a method.
/// Example: `/gate/api/v0/accounts/refill` gives `/gate`.
fn base_of(path: &str) -> &str {
    /// The path of a page or a method begins with one of these.
    const WITHIN: [&str; 5] = ["/swagger", "/api/v0", "/account-groups", "/openapi", "/redoc"];
    /// A path that ends with one of these is a page's as well.
    const LAST: [&str; 5] = ["/api", "/docs", "/login", "/index", "/index.html"];
    let lower = path.to_ascii_lowercase();
    let cut = WITHIN.iter().filter_map(|tail| lower.find(tail)).min().unwrap_or(lower.len());
    let base = path[..cut].trim_end_matches('/');
    let last = LAST.iter().find(|tail| base.to_ascii_lowercase().ends_with(**tail));
    last.map_or(base, |tail| base[..base.len() - tail.len()].trim_end_matches('/'))
}

/// Whether the host is a plain name of ASCII letters, digits, `-`, `_` and `.`. Names in a local network may have an underscore.
fn is_plain_name(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    })
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> ServerAddress {
        text.parse().unwrap()
    }

    #[test]
    fn a_path_is_joined_below_any_kind_of_host() {
        for (server, joined) in [
            ("https://bonus.example", "https://bonus.example/api/v0/x?a=1"),
            ("http://[::1]:8080", "http://[::1]:8080/api/v0/x?a=1"),
            ("https://бонус.рф/gate", "https://xn--90aycnj.xn--p1ai/gate/api/v0/x?a=1"),
            ("http://192.168.0.5:6896/", "http://192.168.0.5:6896/api/v0/x?a=1"),
        ] {
            assert_eq!(address(server).join("/api/v0/x?a=1").unwrap().to_string(), joined);
        }
        assert_eq!(address("https://bonus.example").join("/with space"), None);
    }

    #[test]
    fn what_was_copied_from_the_browser_is_cut_down_to_the_server() {
        for (copied, server) in [
            ("http://probonus.pro:6896/account-groups/", "http://probonus.pro:6896"),
            ("https://bonus.example/gate/swagger/index.html#/Accounts", "https://bonus.example/gate"),
            ("https://bonus.example/gate/api/v0/accounts/refill?x=1", "https://bonus.example/gate"),
            ("https://bonus.example/gate/api/", "https://bonus.example/gate"),
            ("https://bonus.example/Login", "https://bonus.example"),
            ("https://bonus.example/gateapi", "https://bonus.example/gateapi"),
            ("https://bonus.example/gate/", "https://bonus.example/gate"),
        ] {
            assert_eq!(address(copied).to_string(), server, "{copied}");
        }
    }

    #[test]
    fn an_international_name_is_shown_in_its_own_letters_and_read_again() {
        for shown in ["https://бонус.рф:6896/gate", "http://[::1]:8080", "https://bonus.example"] {
            let parsed = address(shown);
            assert_eq!(parsed.for_people(), shown);
            assert_eq!(address(&parsed.for_people()), parsed);
        }
    }

    #[test]
    fn only_the_same_scheme_host_and_port_is_the_same_server() {
        let server = address("https://bonus.example/gate");
        let from = server.join("/swagger.json").unwrap();
        let leads = |location| server.leads(&from, location);
        let here = |uri: &str| Leads::Here(uri.parse().unwrap());
        assert_eq!(leads("/v2.json"), here("https://bonus.example/v2.json"));
        assert_eq!(leads("v2.json"), here("https://bonus.example/gate/v2.json"));
        assert_eq!(leads("https://bonus.example:443/x"), here("https://bonus.example/x"));
        for (other, shown) in [
            ("http://bonus.example/x", "http://bonus.example"),
            ("https://bonus.example:8443/x", "https://bonus.example:8443"),
            ("https://a@bonus.example/x", "https://bonus.example with a login in it"),
            ("//evil.example/login?token=1", "https://evil.example"),
        ] {
            assert_eq!(leads(other), Leads::Elsewhere(shown.to_owned()), "{other}");
        }
        let plain = address("http://bonus.example:8080/gate");
        let from = plain.join("/x").unwrap();
        assert_eq!(plain.leads(&from, "https://bonus.example/gate/x"), Leads::ToTls);
        assert_eq!(plain.leads(&from, "https://other.example/"), Leads::Elsewhere("https://other.example".to_owned()));
        assert_eq!(plain.under_tls().unwrap().to_string(), "https://bonus.example:8080/");
        assert_eq!(server.below("https://bonus.example/gate/x?y=1").as_deref(), Some("/x?y=1"));
        assert_eq!(server.below("https://bonus.example/other"), None);
        assert_eq!(server.below("https://bonus.example/gateway"), None);
    }
}
