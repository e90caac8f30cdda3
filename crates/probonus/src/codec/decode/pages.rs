//! Whether the list of an answer is complete, or one page of several.
//!
//! The rows of a period are searched for an operation. If its row is on another page, the operation would seem absent. So a page
//! that has further pages after it must not be taken for the whole list.

use serde_json::{Map, Value};

use crate::{codec::values::flag, contract::normal};

/// Keys of records that describe the pages.
const ABOUT: [&str; 8] = ["meta", "pagination", "paging", "page", "pageinfo", "links", "cursor", "metadata"];

/// How an answer says that there are more rows than the `count` in the list at `pointer`; `None`: it does not. Example:
/// `hasMore: true`.
pub(super) fn more(whole: &Value, pointer: &str, count: usize) -> Option<String> {
    records_around(whole, pointer).into_iter().find_map(|map| says_more(map, count))
}

/// A bare `total` or `count` beside the list that is larger than the `count` of its rows; `None`: there is none. It may be a sum, so
/// alone it says nothing.
pub(super) fn counted(whole: &Value, pointer: &str, count: usize) -> Option<String> {
    let is_bare = |key: &str| matches!(plain(key).as_str(), "total" | "count" | "all");
    let maps = records_around(whole, pointer).into_iter();
    let larger = |value: &Value| number_of(value).is_some_and(|number| number > count as u64);
    maps.flatten().find(|(key, value)| is_bare(key) && larger(value)).map(|(key, value)| told(key, value))
}

/// The records around the list at `pointer`, and the records inside them that describe the pages.
fn records_around<'a>(whole: &'a Value, pointer: &str) -> Vec<&'a Map<String, Value>> {
    let ends = pointer.match_indices('/').map(|(at, _)| at).chain([pointer.len()]);
    let around = ends.filter_map(|end| whole.pointer(&pointer[..end])?.as_object());
    let with_inner = around.flat_map(|map| {
        let inner = about(map);
        // `{"meta": {"page": {"total": 57}}}`
        let innermost = inner.iter().flat_map(|map| about(map)).collect::<Vec<_>>();
        std::iter::once(map).chain(inner).chain(innermost)
    });
    with_inner.collect()
}

/// The records directly inside a record that describe the pages.
fn about(map: &Map<String, Value>) -> Vec<&Map<String, Value>> {
    let about = map.iter().filter(|(key, _)| ABOUT.contains(&normal(key).as_str()));
    about.filter_map(|(_, value)| value.as_object()).collect()
}

/// A key made comparable; a key of OData, such as `@odata.nextLink`, loses its prefix.
fn plain(key: &str) -> String {
    normal(key.strip_prefix("@odata.").or(key.strip_prefix("odata.")).unwrap_or(key))
}

fn says_more(map: &Map<String, Value>, count: usize) -> Option<String> {
    says_plainly(map).or_else(|| {
        let is_more = |number: u64, of_rows: bool| number > if of_rows { count as u64 } else { 1 };
        let found = map.iter().find(|(key, value)| {
            let rows = total_of(map, key, value).is_some_and(|total| is_more(total, true));
            rows || pages_of(key, value).is_some_and(|pages| is_more(pages, false))
        });
        found.map(|(key, value)| told(key, value))
    })
}

fn told(key: &str, value: &Value) -> String {
    format!("{key}: {}", value.to_string().chars().take(100).collect::<String>())
}

/// How a record says, without a number, that there are more rows; `None`: it does not.
fn says_plainly(map: &Map<String, Value>) -> Option<String> {
    let of_pages = is_of_pages(map);
    let found = map.iter().find(|(key, value)| match plain(key).as_str() {
        "hasmore" | "hasnext" | "hasnextpage" | "morepages" | "ismore" | "moreavailable" | "more" | "truncated"
        | "istruncated" => flag(value) == Some(true),
        // A slice in Spring has no other sign.
        "last" | "islast" | "islastpage" => flag(value) == Some(false),
        "lastpage" if value.is_boolean() => flag(value) == Some(false),
        "remaining" | "remainingcount" | "left" if of_pages => number_of(value).is_some_and(|rest| rest > 0),
        "next" | "nextpage" | "nextcursor" | "nextpagetoken" | "nexttoken" | "nextlink" | "nextpageurl"
        | "nextpagelink" | "continuationtoken" => says_where(value),
        _ => false,
    });
    found.map(|(key, value)| told(key, value))
}

fn number_of(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Whether a record describes pages. In any other record `total` may be a sum.
fn is_of_pages(map: &Map<String, Value>) -> bool {
    const PAGED: [&str; 11] = [
        "page",
        "pagesize",
        "perpage",
        "limit",
        "offset",
        "pagenumber",
        "pageindex",
        "currentpage",
        "lastpage",
        "skip",
        "take",
    ];
    map.keys().any(|key| PAGED.contains(&normal(key).as_str()))
}

/// How many rows there are in all, if this key says it.
fn total_of(map: &Map<String, Value>, key: &str, value: &Value) -> Option<u64> {
    let is_total = match plain(key).as_str() {
        "totalcount" | "totalitems" | "totalelements" | "totalrecords" | "totalrows" | "recordstotal"
        | "recordsfiltered" | "totalresults" | "totalsize" | "recordcount" | "recordscount" | "rowcount"
        | "rowscount" | "itemcount" | "itemscount" | "transactionscount" | "operationscount" => true,
        // OData counts all there are.
        "count" if key.contains("odata.") => true,
        "total" | "count" => is_of_pages(map),
        _ => false,
    };
    number_of(value).filter(|_| is_total)
}

/// How many pages there are in all, if this key says it.
fn pages_of(key: &str, value: &Value) -> Option<u64> {
    let is_total = matches!(plain(key).as_str(), "totalpages" | "pagecount" | "pagescount" | "pages" | "lastpage");
    number_of(value).filter(|_| is_total)
}

/// What the records around a list say about its pages.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// How they say, without a number, that there are more rows.
    pub more: Option<String>,
    /// How many rows there are in all.
    pub total: Option<u64>,
    /// How many pages there are in all.
    pub pages: Option<u64>,
    /// The number of this page.
    pub number: Option<u64>,
}

/// What an answer says about the pages of the list at `pointer`.
pub(super) fn tell(whole: &Value, pointer: &str) -> Told {
    const NUMBER: [&str; 4] = ["page", "currentpage", "pagenumber", "pageindex"];
    // Spring puts the page's number under the bare key `number`, which elsewhere may mean anything.
    let has_bare = |map: &Map<String, Value>| {
        map.keys().any(|key| matches!(normal(key).as_str(), "numberofelements" | "totalelements" | "totalpages"))
    };
    // Django puts the number of rows under `count`, and has only `next` and `previous` beside it.
    let by_next = |map: &Map<String, Value>| {
        let beside = map.keys().any(|key| normal(key) == "next") && map.keys().any(|key| normal(key) == "previous");
        map.iter().find(|(key, _)| beside && normal(key) == "count").and_then(|(_, value)| number_of(value))
    };
    let mut told = Told::default();
    for map in records_around(whole, pointer) {
        let each = |read: &dyn Fn(&str, &Value) -> Option<u64>| map.iter().find_map(|(key, value)| read(key, value));
        told.more = told.more.or_else(|| says_plainly(map));
        told.total = told.total.or_else(|| each(&|key, value| total_of(map, key, value))).or_else(|| by_next(map));
        told.pages = told.pages.or_else(|| each(&pages_of));
        let is_number = |key: &str| NUMBER.contains(&key) || (key == "number" && has_bare(map));
        let number = |key: &str, value: &Value| number_of(value).filter(|_| is_number(&normal(key)));
        told.number = told.number.or_else(|| each(&number));
    }
    told
}

/// Whether a value leads to a next page: an address, a cursor, a number.
fn says_where(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Number(number) => number.as_i64() != Some(0),
        Value::Object(map) => map.values().any(says_where),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_that_is_not_the_last_says_so() {
        for page in [
            json!({"items": [1, 2], "total": 57, "page": 1, "size": 2}),
            json!({"items": [1, 2], "totalCount": "3"}),
            json!({"items": [1, 2], "meta": {"pagination": 1, "hasNextPage": true}}),
            json!({"count": 40, "next": "https://host/api?page=2", "previous": null, "items": [1, 2]}),
            json!({"items": [1, 2], "page": {"number": 0, "totalElements": 9, "totalPages": 5}}),
            json!({"items": [1, 2], "_links": {"next": {"href": "/api?page=2"}}}),
            json!({"items": [1, 2], "nextCursor": "abc"}),
            json!({"@odata.context": "$metadata", "items": [1, 2], "@odata.nextLink": "Accounts?$skip=2"}),
            json!({"@odata.count": 57, "items": [1, 2]}),
            json!({"items": [1, 2], "first": true, "last": false, "number": 0, "numberOfElements": 2}),
            json!({"items": [1, 2], "meta": {"page": {"total": 57, "currentPage": 1}}}),
            json!({"items": [1, 2], "isTruncated": true}),
            json!({"items": [1, 2], "rowsCount": 3}),
        ] {
            assert!(more(&page, "/items", 2).is_some(), "{page}");
            assert!(more(&json!({ "data": page }), "/data/items", 2).is_some(), "{page}");
        }
    }

    #[test]
    fn the_whole_list_is_no_page() {
        for page in [
            json!({"items": [1, 2], "total": 2, "page": 1}),
            json!({"items": [1, 2], "total": 125_000}),
            json!({"items": [1, 2], "totalCount": 2, "hasMore": false, "next": null}),
            json!({"items": [1, 2], "totalPages": 1, "nextPageToken": ""}),
            json!({"items": [1, 2], "_links": {"self": {"href": "/api?page=1"}}}),
            json!({"items": [1, 2], "_links": {"last": {"href": "/api?page=1"}}, "last": true, "rowsCount": 2}),
            json!({"@odata.count": 2, "items": [1, 2], "left": 500, "count": 9}),
        ] {
            assert_eq!(more(&page, "/items", 2), None, "{page}");
        }
        assert_eq!(more(&json!([1, 2]), "", 2), None);
    }
}
