//! Headers that tell of the pages of a list. A server whose list is a bare array has no other place for it.

use serde_json::{Map, Value};

/// Headers with a number or a flag, and the key of an answer that means the same.
const NAMES: [(&str, &str); 24] = [
    ("x-total-count", "totalCount"),
    ("x-totalcount", "totalCount"),
    ("x-total", "totalCount"),
    ("total-count", "totalCount"),
    ("x-total-items", "totalCount"),
    ("x-total-records", "totalCount"),
    ("x-total-results", "totalCount"),
    ("x-total-elements", "totalCount"),
    ("x-records-total", "totalCount"),
    ("x-pagination-total", "totalCount"),
    ("x-pagination-total-count", "totalCount"),
    ("x-pagination-total-entries", "totalCount"),
    ("x-total-pages", "totalPages"),
    ("x-page-count", "totalPages"),
    ("x-pagination-page-count", "totalPages"),
    ("x-pagination-total-pages", "totalPages"),
    ("x-has-more", "hasMore"),
    ("x-has-next", "hasMore"),
    ("x-has-next-page", "hasMore"),
    ("x-next-page", "next"),
    ("x-next-cursor", "next"),
    ("x-next-token", "next"),
    ("x-continuation-token", "next"),
    ("x-pagination-next-page", "next"),
];

/// Whether a header, in lower case, may tell of pages.
#[cfg(feature = "http")]
pub(crate) fn tells_of_pages(name: &str) -> bool {
    matches!(name, "link" | "content-range" | "x-pagination") || NAMES.iter().any(|(known, _)| *known == name)
}

/// What the headers tell, as a record beside the list would tell it.
///
/// | header | record |
/// |---|---|
/// | `X-Total-Count: 5000` | `{"totalCount": "5000"}` |
/// | `Link: </t?page=2>; rel="next"` | `{"next": "/t?page=2"}` |
/// | `Content-Range: items 0-99/5000` | `{"totalCount": "5000"}` |
/// | `X-Pagination: {"TotalCount": 5000}` | `{"TotalCount": 5000}` |
pub(super) fn as_record(headers: &[(String, String)]) -> Map<String, Value> {
    let mut record = Map::new();
    for (name, value) in headers {
        match name.as_str() {
            "link" => record.extend(next_of(value).map(|next| ("next".to_owned(), next.into()))),
            "content-range" => record.extend(total_of(value).map(|total| ("totalCount".to_owned(), total.into()))),
            "x-pagination" => {
                if let Ok(Value::Object(told)) = serde_json::from_str(value) {
                    record.extend(told);
                }
            }
            name => record.extend(
                NAMES
                    .iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, key)| ((*key).to_owned(), Value::from(value.as_str()))),
            ),
        }
    }
    record
}

/// The target of the link to the next page: `</t?page=2>; rel="next", </t?page=9>; rel="last"`.
fn next_of(links: &str) -> Option<&str> {
    links.split('<').skip(1).find_map(|link| {
        let (target, parameters) = link.split_once('>')?;
        let is_next = parameters.to_ascii_lowercase().split([';', ',']).any(|parameter| {
            let rel = parameter.trim().strip_prefix("rel").map(|rel| rel.trim_start().trim_start_matches('='));
            rel.is_some_and(|rel| rel.trim().trim_matches('"').split(' ').any(|word| word == "next"))
        });
        is_next.then_some(target)
    })
}

/// The number of all rows in a range of rows. A range of bytes tells nothing of rows.
fn total_of(range: &str) -> Option<&str> {
    let (unit, rest) = range.trim().split_once(' ')?;
    let total = rest.rsplit('/').next()?.trim();
    (unit != "bytes" && !total.is_empty() && total.bytes().all(|digit| digit.is_ascii_digit())).then_some(total)
}
