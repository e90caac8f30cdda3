//! Reads the body of an answer: within a limit, unpacked and decoded to UTF-8. Tells data from a page for people.

use std::io::Write;

use bytes::{Bytes, BytesMut};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1251};
use flate2::write::MultiGzDecoder;
use futures::StreamExt;

use super::transport::{BodyStream, TransportError};

/// Why a body could not be read.
pub(super) enum ReadError {
    TooLarge,
    /// It was small as it came, and is far too large unpacked; see [`MOST_SHRUNK`].
    Bomb,
    BadlyPacked,
    Transport(TransportError),
}

/// How a body is packed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    Gzip,
    /// In a way that the request did not ask for.
    Foreign,
}

impl Packing {
    /// By the header `content-encoding`.
    pub(super) fn of(header: Option<&str>) -> Self {
        match header.map(str::trim) {
            None | Some("") => Self::None,
            Some(name) if name.eq_ignore_ascii_case("identity") => Self::None,
            Some(name) if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") => Self::Gzip,
            Some(_) => Self::Foreign,
        }
    }
}

/// A body that is too large, and more than this many times its packed size, is taken for a bomb: text does not pack that well.
const MOST_SHRUNK: u64 = 50;

/// Packed bytes that are unpacked in one step.
const PART: usize = 1024;

/// The whole body, unpacked. It fails if the body has more than `limit` bytes, as it comes or unpacked.
/// It never holds more than `limit` bytes and one chunk.
pub(super) async fn read(
    mut body: BodyStream,
    announced: Option<u64>,
    packing: Packing,
    limit: u64,
) -> Result<Bytes, ReadError> {
    if packing == Packing::Foreign {
        return Err(ReadError::BadlyPacked);
    }
    if announced.is_some_and(|length| length > limit) {
        return Err(ReadError::TooLarge);
    }
    let (mut came, mut read): (u64, u64) = (0, 0);
    let mut whole = MultiGzDecoder::new(Bounded { bytes: BytesMut::new(), limit, overflowed: false });
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(ReadError::Transport)?;
        came = came.saturating_add(chunk.len() as u64);
        if came > limit {
            return Err(ReadError::TooLarge);
        }
        for part in chunk.chunks(PART) {
            read = read.saturating_add(part.len() as u64);
            let taken = match packing {
                Packing::Gzip => whole.write_all(part),
                _ => whole.get_mut().write_all(part),
            };
            if taken.is_err() {
                return Err(why(whole.get_ref(), read, limit));
            }
        }
    }
    if packing == Packing::Gzip && came > 0 && whole.try_finish().is_err() {
        return Err(why(whole.get_ref(), read, limit));
    }
    Ok(std::mem::take(&mut whole.get_mut().bytes).freeze())
}

fn why(unpacked: &Bounded, read: u64, limit: u64) -> ReadError {
    match unpacked.overflowed {
        true if read.saturating_mul(MOST_SHRUNK) < limit => ReadError::Bomb,
        true => ReadError::TooLarge,
        false => ReadError::BadlyPacked,
    }
}

/// A buffer that takes at most `limit` bytes.
struct Bounded {
    bytes: BytesMut,
    limit: u64,
    overflowed: bool,
}

impl Write for Bounded {
    fn write(&mut self, more: &[u8]) -> std::io::Result<usize> {
        if (self.bytes.len() as u64).saturating_add(more.len() as u64) > self.limit {
            self.overflowed = true;
            return Err(std::io::Error::other("the answer is larger than the limit"));
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The body as UTF-8. The first rule that fits decides its charset:
///
/// | body | charset |
/// |---|---|
/// | has a byte order mark | that of the mark |
/// | is ASCII only, and the header names a charset | the named one: it may be UTF-7 and the like |
/// | is UTF-8, whole or [damaged](is_damaged_utf8) | UTF-8, whatever the header names |
/// | any other, and the header names another charset than UTF-8 | the named one |
/// | any other | windows-1251: old servers use it and do not say so |
///
/// What is no letter in that charset becomes `U+FFFD`, there and nowhere else.
pub(super) fn to_utf8(body: Bytes, content_type: Option<&str>) -> Bytes {
    if let Some((encoding, mark)) = Encoding::for_bom(&body) {
        return decode(encoding, &body.slice(mark..));
    }
    let named = charset(content_type);
    let is_utf8 = std::str::from_utf8(&body).is_ok();
    match named.filter(|encoding| *encoding != UTF_8) {
        Some(encoding) if body.is_ascii() => decode(encoding, &body),
        _ if is_utf8 => body,
        _ if is_damaged_utf8(&body, named == Some(UTF_8)) => decode(UTF_8, &body),
        other => decode(other.unwrap_or(WINDOWS_1251), &body),
    }
}

/// So many broken places and no whole letter beyond ASCII are Russian in a charset of one byte, also where UTF-8 is named.
const RUSSIAN: usize = 4;

/// Whether a text is UTF-8 with a few broken letters: it has at least as many whole letters beyond ASCII as broken places. Russian in a
/// charset of one byte has next to no such letters. Example: a column that was cut in the middle of a letter, `Кофе \xd0`.
///
/// `names_utf8`: the answer names UTF-8. Then a few broken places in plain Latin text are damage too. Many are not: 1C may name UTF-8
/// and write windows-1251.
fn is_damaged_utf8(body: &[u8], names_utf8: bool) -> bool {
    let (mut whole, mut broken) = (0_usize, 0_usize);
    for chunk in body.utf8_chunks() {
        whole += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    if whole == 0 { names_utf8 && broken < RUSSIAN } else { whole >= broken }
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

/// How much a body must look like a page to be taken for one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PageBy {
    /// The content type of a page is enough, unless the body looks like JSON.
    ContentType,
    /// It must have a tag. PHP says `text/html` of everything: of `null`, `1`, `OK`, «Гость не найден».
    Tag,
}

/// Whether the body is a page for people: HTML or XML. JSON with the content type of a page is still JSON.
pub(super) fn is_page(text: &[u8], content_type: Option<&str>, by: PageBy) -> bool {
    let start = text.trim_ascii_start();
    match start.first() {
        Some(b'<') => true,
        Some(b'{' | b'[' | b'"') | None => false,
        Some(_) => {
            let is_declared = content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
            is_declared && (by == PageBy::ContentType || has_tag(text))
        }
    }
}

/// Whether a text has a tag: `<br />`, `</p>`, `<!-- -->`.
fn has_tag(text: &[u8]) -> bool {
    text.windows(2)
        .any(|pair| pair[0] == b'<' && (pair[1].is_ascii_alphabetic() || matches!(pair[1], b'/' | b'!' | b'?')))
}

/// Whether the body is neither data nor a page: a picture, an archive, a program. JSON with such a content type is still JSON.
pub(super) fn is_foreign(text: &[u8], content_type: Option<&str>) -> bool {
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let may_be_data = essence.is_empty()
        || essence.starts_with("text/")
        || ["json", "xml", "octet-stream", "urlencoded"].iter().any(|kind| essence.contains(kind));
    !may_be_data && serde_json::from_slice::<serde::de::IgnoredAny>(text).is_err()
}
