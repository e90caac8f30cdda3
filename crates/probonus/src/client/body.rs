//! Reading an answer: bounded, decoded to text, and looked at whether it can be ProBonus's at all.

use bytes::{Bytes, BytesMut};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1251};
use futures::StreamExt;

use super::transport::{BodyStream, TransportError};

/// Why a body could not be read.
pub(super) enum ReadError {
    TooLarge,
    Transport(TransportError),
}

/// The whole body, if it has at most `limit` bytes unpacked. No more than `limit` and one chunk is ever held.
pub(super) async fn read(mut body: BodyStream, announced: Option<u64>, limit: u64) -> Result<Bytes, ReadError> {
    if announced.is_some_and(|length| length > limit) {
        return Err(ReadError::TooLarge);
    }
    let mut whole = BytesMut::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(ReadError::Transport)?;
        if (whole.len() as u64).saturating_add(chunk.len() as u64) > limit {
            return Err(ReadError::TooLarge);
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.freeze())
}

/// The body as UTF-8: by its byte order mark, by the charset that the header names, as UTF-8 if it is that, and at last
/// as the Russian Windows charset, in which old servers answer without saying so.
pub(super) fn to_utf8(body: Bytes, content_type: Option<&str>) -> Bytes {
    if let Some((encoding, mark)) = Encoding::for_bom(&body) {
        let text = body.slice(mark..);
        return if encoding == UTF_8 { text } else { decode(encoding, &text) };
    }
    let is_utf8 = std::str::from_utf8(&body).is_ok();
    match charset(content_type) {
        Some(encoding) if encoding != UTF_8 && (!is_utf8 || body.is_ascii()) => decode(encoding, &body),
        _ if is_utf8 => body,
        _ => decode(WINDOWS_1251, &body),
    }
}

fn decode(encoding: &'static Encoding, body: &[u8]) -> Bytes {
    match encoding.decode_without_bom_handling(body).0 {
        std::borrow::Cow::Borrowed(text) => Bytes::copy_from_slice(text.as_bytes()),
        std::borrow::Cow::Owned(text) => Bytes::from(text),
    }
}

fn charset(content_type: Option<&str>) -> Option<&'static Encoding> {
    content_type?.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let named = name.trim().eq_ignore_ascii_case("charset");
        named.then(|| Encoding::for_label(value.trim().trim_matches('"').as_bytes())).flatten()
    })
}

/// Whether it is a page for people: HTML or XML, whatever the header says. JSON under a wrong content type is JSON.
pub(super) fn is_page(text: &[u8], content_type: Option<&str>) -> bool {
    let start = text.trim_ascii_start();
    match start.first() {
        Some(b'<') => true,
        Some(b'{' | b'[' | b'"') | None => false,
        Some(_) => content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("html")),
    }
}
