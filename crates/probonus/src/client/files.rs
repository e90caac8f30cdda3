//! Files from any server, over the same network as the client: its proxy and its authorities. No token goes along.

use std::{sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use http::{HeaderMap, Uri, header};
use url::{Host, Url};

use super::{
    BuildError, classify,
    network::{Network, NetworkOptions},
    proxy::Proxy,
    transport::{BodyStream, Transport},
};
use crate::{Delivery, Error, ErrorKind};

/// The most redirects that are followed. Hosts of releases use one or two.
const MOST_REDIRECTS: u32 = 5;

/// Limits of fetching one file.
#[derive(Clone, Copy, Debug)]
pub struct FileLimits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Time for the whole file.
    pub whole: Duration,
    /// Time without a single new byte.
    pub silence: Duration,
}

/// Fetches files. Speaks HTTPS only; plain HTTP to this very machine if that was allowed.
pub struct FileClient {
    transport: Arc<dyn Transport>,
    allows_plain_loopback: bool,
}

impl FileClient {
    /// A client over this network; see [`super::ClientBuilder::proxy`] and [`super::ClientBuilder::extra_roots`].
    ///
    /// # Errors
    /// [`BuildError`], for a proxy or certificates that can't be used.
    pub fn new(proxy: Proxy, extra_roots: Vec<Vec<u8>>, user_agent: &str) -> Result<Self, BuildError> {
        let connect_limit = super::Limits::default().connect;
        let user_agent = user_agent.to_owned();
        let options = NetworkOptions { proxy, extra_roots, user_agent, connect_limit, plaintext: false };
        Ok(Self { transport: Arc::new(Network::new(&options)?), allows_plain_loopback: false })
    }

    /// Lets files come from this very machine without TLS: for trials.
    #[must_use]
    pub const fn allow_plain_loopback(mut self) -> Self {
        self.allows_plain_loopback = true;
        self
    }

    /// Whether a file may come from this address.
    #[must_use]
    pub fn accepts(&self, address: &str) -> bool {
        self.checked(address).is_some()
    }

    fn checked(&self, address: &str) -> Option<Url> {
        let url = Url::parse(address).ok()?;
        let is_local = match url.host()? {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
        };
        let is_safe = url.scheme() == "https" || (self.allows_plain_loopback && url.scheme() == "http" && is_local);
        (is_safe && url.username().is_empty() && url.password().is_none()).then_some(url)
    }

    /// The whole file. `progress` is told how many bytes have come, each time some have. Redirects are followed to addresses
    /// that a file may come from.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`] for an address that no file may come from, [`ErrorKind::Redirect`] for a redirect to one;
    /// [`ErrorKind::NoSuchMethod`] for a file that is not there, [`ErrorKind::ServerFault`] for any other status;
    /// [`ErrorKind::AnswerTooLarge`], [`ErrorKind::SlowAnswer`], and those of the network.
    pub async fn fetch(
        &self,
        address: &str,
        limits: FileLimits,
        progress: impl Fn(u64) + Send,
    ) -> Result<Bytes, Error> {
        let url =
            self.checked(address).ok_or_else(|| failed(ErrorKind::InvalidRequest, "not an address for a file"))?;
        let fetching = async {
            let (head, body) = self.open(url, limits.silence).await?;
            whole(&head, body, limits, progress).await
        };
        tokio::time::timeout(limits.whole, fetching)
            .await
            .unwrap_or_else(|_| Err(failed(ErrorKind::SlowAnswer, "the file did not come in time")))
    }

    /// The head of the file's answer, and its body to be read.
    async fn open(&self, mut url: Url, silence: Duration) -> Result<(HeaderMap, BodyStream), Error> {
        for _ in 0..=MOST_REDIRECTS {
            let uri: Uri =
                url.as_str().parse().map_err(|_| failed(ErrorKind::InvalidRequest, "not an address for a file"))?;
            let request = http::Request::get(uri)
                .header(header::ACCEPT, "*/*")
                // The file is verified as it is: nothing may be unpacked on the way.
                .header(header::ACCEPT_ENCODING, "identity")
                .header(header::CACHE_CONTROL, "no-cache")
                .body(Bytes::new())
                .map_err(|error| failed(ErrorKind::InvalidRequest, &error.to_string()))?;
            let answer = tokio::time::timeout(silence, self.transport.send(request)).await;
            let answer = answer.map_err(|_| failed(ErrorKind::Timeout, "no answer in time"))?;
            let (head, body) = answer.map_err(|error| classify::of_transport(&error))?.into_parts();
            match head.status.as_u16() {
                200 => return Ok((head.headers, body)),
                301 | 302 | 303 | 307 | 308 => url = self.follow(&url, &head.headers)?,
                404 | 410 => return Err(failed(ErrorKind::NoSuchMethod, "there is no such file")),
                // Inside TLS a 407 is the server's: there our own proxy refuses the tunnel, which is a failure of the transport.
                407 if url.scheme() == "http" => return Err(failed(ErrorKind::ProxyPassword, "407")),
                status => return Err(failed(ErrorKind::ServerFault, "no file was answered").with_status(status)),
            }
        }
        Err(failed(ErrorKind::RedirectLoop, "too many redirects"))
    }

    fn follow(&self, from: &Url, headers: &HeaderMap) -> Result<Url, Error> {
        let location = headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
        let target = location.and_then(|location| from.join(location).ok());
        let target = target.and_then(|target| self.checked(target.as_str()));
        target.ok_or_else(|| failed(ErrorKind::Redirect, "a redirect to where no file may come from"))
    }
}

/// The whole body, if it is as large as was announced and within the limits.
async fn whole(
    head: &HeaderMap,
    mut body: BodyStream,
    limits: FileLimits,
    progress: impl Fn(u64) + Send,
) -> Result<Bytes, Error> {
    let text = |name| head.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if text(header::CONTENT_ENCODING).is_some_and(|packing| !packing.is_empty() && packing != "identity") {
        return Err(failed(ErrorKind::Unreadable, "the file came packed, which was not asked for"));
    }
    let too_large = || failed(ErrorKind::AnswerTooLarge, &format!("more than {} bytes", limits.bytes));
    let announced: Option<u64> = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    if announced.is_some_and(|length| length > limits.bytes) {
        return Err(too_large());
    }
    let mut file = BytesMut::new();
    loop {
        let next = tokio::time::timeout(limits.silence, body.next()).await;
        let next = next.map_err(|_| failed(ErrorKind::SlowAnswer, "the file stopped coming"))?;
        let Some(chunk) = next else { return Ok(file.freeze()) };
        let chunk = chunk.map_err(|error| classify::of_transport(&error))?;
        if (file.len() as u64).saturating_add(chunk.len() as u64) > limits.bytes {
            return Err(too_large());
        }
        file.extend_from_slice(&chunk);
        progress(file.len() as u64);
    }
}

/// A file that did not come changes nothing anywhere, so it may be fetched again.
fn failed(kind: ErrorKind, detail: &str) -> Error {
    Error::new(kind, Delivery::NotSent).with_detail(detail)
}
