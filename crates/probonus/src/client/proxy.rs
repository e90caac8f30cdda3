//! The proxy that requests go through.

use std::{fmt, str::FromStr};

use hyper_util::client::proxy::matcher::Matcher;
use secrecy::SecretString;
use url::Url;

use super::ServerAddress;

/// The proxy that requests go through.
#[derive(Clone, Debug, Default)]
pub enum Proxy {
    /// The system's: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, and on Windows and macOS the system's settings.
    /// A script of automatic configuration (PAC) is not run.
    #[default]
    System,
    /// None: requests go directly to the server.
    Direct,
    /// Always this one.
    Through {
        /// Its address.
        address: ProxyAddress,
        /// Login and password, if the proxy needs them.
        credentials: Option<(String, SecretString)>,
    },
}

/// Scheme, host and port of a proxy: `http://proxy.office:3128`, `https://…`, `socks5://…`.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress(Url);

/// Why a text is not a proxy's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyAddressError {
    /// Nothing was typed.
    #[error("the proxy's address is empty")]
    Empty,
    /// Not an address.
    #[error("not a proxy's address")]
    NotAnAddress,
    /// Another scheme than http, https and socks5.
    #[error("a proxy is spoken to by http, https or socks5")]
    Scheme,
    /// No port: there is no usual one.
    #[error("the proxy's port is missing")]
    NoPort,
    /// There is a login or password inside the address, which would be written to logs and settings.
    #[error("the proxy's address must not hold a login or password")]
    Credentials,
}

impl ProxyAddress {
    /// The address for the library. A SOCKS proxy resolves the server's name itself (`socks5h://`): it may know names of the inner
    /// network that this machine does not.
    pub(super) fn to_connect(&self) -> String {
        let text = self.to_string();
        match text.strip_prefix("socks5://") {
            Some(rest) => format!("socks5h://{rest}"),
            None => text,
        }
    }
}

impl FromStr for ProxyAddress {
    type Err = ProxyAddressError;

    /// Reads `proxy.office:3128` (without a scheme it is http), `http://10.0.0.1:8080/`, `socks5://[::1]:1080`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ProxyAddressError::Empty);
        }
        let typed = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        // The parser drops a scheme's default port (`http://proxy:80`), so the port is looked for in the typed text.
        let (_, rest) = typed.split_once("://").ok_or(ProxyAddressError::NotAnAddress)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let url = Url::parse(&typed).map_err(|_| ProxyAddressError::NotAnAddress)?;
        if !matches!(url.scheme(), "http" | "https" | "socks5") {
            return Err(ProxyAddressError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() || authority.contains('@') {
            return Err(ProxyAddressError::Credentials);
        }
        if url.host_str().is_none_or(|host| host.is_empty() || host.contains(['%', ' '])) {
            return Err(ProxyAddressError::NotAnAddress);
        }
        let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| {
            !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>() != Ok(0)
        });
        if !has_port {
            return Err(ProxyAddressError::NoPort);
        }
        Ok(Self(url))
    }
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.0.host_str().unwrap_or_default();
        match self.0.port_or_known_default() {
            Some(port) => write!(f, "{}://{host}:{port}", self.0.scheme()),
            None => write!(f, "{}://{host}", self.0.scheme()),
        }
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyAddress({self})")
    }
}

/// The system's proxy settings at one moment.
pub struct SystemProxy(Matcher);

impl SystemProxy {
    /// Reads the settings as they are now.
    #[must_use]
    pub fn now() -> Self {
        Self(Matcher::from_system())
    }

    /// The proxy for a server, without login and password. `None`: requests go directly to the server.
    #[must_use]
    pub fn for_server(&self, server: &ServerAddress) -> Option<String> {
        self.of(&server.join("/")?)
    }

    pub(super) fn of(&self, target: &http::Uri) -> Option<String> {
        let proxy = self.0.intercept(target)?;
        let uri = proxy.uri();
        Some(format!("{}://{}", uri.scheme_str().unwrap_or("http"), uri.authority()?))
    }
}

impl fmt::Debug for SystemProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It may hold a password from the environment.
        f.write_str("SystemProxy(…)")
    }
}

/// Whether a 407 offers only Windows sign-ins (NTLM, Negotiate), none by name and password.
pub(super) fn takes_only_windows(headers: &http::HeaderMap) -> bool {
    let offers = headers.get_all(http::header::PROXY_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
    only_windows(offers)
}

fn only_windows<'a>(offers: impl Iterator<Item = &'a str>) -> bool {
    let schemes: Vec<String> = offers
        .flat_map(|offer| offer.split(','))
        .filter_map(|part| part.split_whitespace().next().map(str::to_ascii_lowercase))
        // A word like `realm="x"` is a parameter, not a scheme.
        .filter(|word| !word.contains('='))
        .collect();
    let is_windows = |scheme: &String| matches!(scheme.as_str(), "ntlm" | "negotiate" | "kerberos");
    !schemes.is_empty() && schemes.iter().all(is_windows)
}

/// The limit of time for asking a proxy which sign-ins it takes.
const ASKED_FOR: std::time::Duration = std::time::Duration::from_secs(3);
/// The most bytes of its answer that are read.
const LONGEST_HEAD: usize = 8 * 1024;

/// Whether an HTTP proxy takes only Windows sign-ins. Asks it for a tunnel to `target` without credentials, and reads its 407.
///
/// Nothing reaches the server: if the tunnel opens, it is closed unused.
pub(super) async fn tunnel_takes_only_windows(proxy: &str, target: &http::Uri) -> bool {
    tokio::time::timeout(ASKED_FOR, asked(proxy, target)).await.ok().flatten().unwrap_or(false)
}

async fn asked(proxy: &str, target: &http::Uri) -> Option<bool> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let url = Url::parse(proxy).ok().filter(|url| url.scheme() == "http")?;
    let port = url.port_or_known_default()?;
    let host = url.host_str()?.trim_matches(['[', ']']);
    let mut stream = tokio::net::TcpStream::connect((host, port)).await.ok()?;
    let default = if target.scheme_str() == Some("https") { 443 } else { 80 };
    let authority = format!("{}:{}", target.host()?, target.port_u16().unwrap_or(default));
    let request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut head = Vec::new();
    let mut chunk = [0; 1024];
    while head.len() < LONGEST_HEAD && !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut chunk).await.ok()? {
            0 => break,
            read => head.extend_from_slice(&chunk[..read]),
        }
    }
    let head = String::from_utf8_lossy(&head);
    let (status, fields) = head.split_once("\r\n")?;
    let refused = status.split(' ').nth(1) == Some("407");
    let offers = fields.lines().take_while(|line| !line.is_empty()).filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("proxy-authenticate").then_some(value.trim())
    });
    Some(refused && only_windows(offers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_for_windows_only_is_told_by_its_offers() {
        for (offers, only) in [
            (vec!["NTLM"], true),
            (vec!["Negotiate", "NTLM"], true),
            (vec!["Negotiate, NTLM"], true),
            (vec!["NTLM", "Basic realm=\"office\""], false),
            (vec!["Basic realm=\"a, b\""], false),
            (vec!["Digest realm=\"x\", nonce=\"y\""], false),
            (vec![], false),
        ] {
            assert_eq!(only_windows(offers.iter().copied()), only, "{offers:?}");
        }
    }

    #[test]
    fn a_proxy_is_understood_as_people_type_it() {
        for (typed, address) in [
            (" proxy.office:3128 ", "http://proxy.office:3128"),
            ("http://10.0.0.1:8080/", "http://10.0.0.1:8080"),
            ("http://proxy:80", "http://proxy:80"),
            ("https://proxy.office:443", "https://proxy.office:443"),
            ("socks5://[::1]:1080", "socks5://[::1]:1080"),
            ("прокси.рф:3128", "http://xn--h1adldfi.xn--p1ai:3128"),
        ] {
            let parsed: ProxyAddress = typed.parse().unwrap_or_else(|error| panic!("{typed}: {error}"));
            assert_eq!(parsed.to_string(), address, "{typed}");
        }
        for (typed, why) in [
            ("", ProxyAddressError::Empty),
            ("proxy.office", ProxyAddressError::NoPort),
            ("proxy.office:", ProxyAddressError::NoPort),
            ("proxy.office:0", ProxyAddressError::NoPort),
            ("[::1]", ProxyAddressError::NoPort),
            ("proxy:99999", ProxyAddressError::NotAnAddress),
            ("not a proxy:1", ProxyAddressError::NotAnAddress),
            ("ftp://proxy:21", ProxyAddressError::Scheme),
            ("http://olga:secret@proxy:3128", ProxyAddressError::Credentials),
        ] {
            assert_eq!(typed.parse::<ProxyAddress>().unwrap_err(), why, "{typed}");
        }
    }
}
