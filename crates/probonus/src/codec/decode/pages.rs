//! Whether the list of an answer is all there is, or one page of it.
//!
//! The rows of a period are looked through for what was sent: a row that is on another page would be taken for one that is
//! not there. So a page that says that it is none of the last is no answer.

use serde_json::{Map, Value};

use crate::{codec::values::flag, contract::normal};

/// Keys of records that tell of the pages.
const ABOUT: [&str; 8] = ["meta", "pagination", "paging", "page", "pageinfo", "links", "cursor", "metadata"];

/// Whether an answer says that there are more rows than the `count` that stand in the list at `pointer`; and in what words.
pub(super) fn more(whole: &Value, pointer: &str, count: usize) -> Option<String> {
    let ends = pointer.match_indices('/').map(|(at, _)| at).chain([pointer.len()]);
    let around = ends.filter_map(|end| whole.pointer(&pointer[..end])?.as_object());
    around.into_iter().find_map(|map| {
        let inner = about(map);
        // `{"meta": {"page": {"total": 57}}}`
        let innermost = inner.iter().flat_map(|map| about(map)).collect::<Vec<_>>();
        std::iter::once(map).chain(inner).chain(innermost).find_map(|map| says_more(map, count))
    })
}

/// The records of one that tell of the pages.
fn about(map: &Map<String, Value>) -> Vec<&Map<String, Value>> {
    let about = map.iter().filter(|(key, _)| ABOUT.contains(&normal(key).as_str()));
    about.filter_map(|(_, value)| value.as_object()).collect()
}

/// A key as it is compared: that of OData, `@odata.nextLink`, without its prefix.
fn plain(key: &str) -> String {
    normal(key.strip_prefix("@odata.").or(key.strip_prefix("odata.")).unwrap_or(key))
}

fn says_more(map: &Map<String, Value>, count: usize) -> Option<String> {
    let of_pages = map.keys().any(|key| {
        let paged = [
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
        paged.contains(&normal(key).as_str())
    });
    let found = map.iter().find(|(key, value)| {
        let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok());
        match plain(key).as_str() {
            "hasmore" | "hasnext" | "hasnextpage" | "morepages" | "ismore" | "moreavailable" | "more" | "truncated"
            | "istruncated" => flag(value) == Some(true),
            // A slice of Spring's tells no more than this.
            "last" | "islast" | "islastpage" => flag(value) == Some(false),
            "lastpage" if value.is_boolean() => flag(value) == Some(false),
            "remaining" | "remainingcount" | "left" if of_pages => number.is_some_and(|rest| rest > 0),
            "next" | "nextpage" | "nextcursor" | "nextpagetoken" | "nexttoken" | "nextlink" | "nextpageurl"
            | "nextpagelink" | "continuationtoken" => says_where(value),
            "totalcount" | "totalitems" | "totalelements" | "totalrecords" | "totalrows" | "recordstotal"
            | "recordsfiltered" | "totalresults" | "totalsize" | "recordcount" | "recordscount" | "rowcount"
            | "rowscount" | "itemcount" | "itemscount" | "transactionscount" | "operationscount" => {
                number.is_some_and(|total| total > count as u64)
            }
            // OData counts all there are.
            "count" if key.contains("odata.") => number.is_some_and(|total| total > count as u64),
            // Without a word of pages it may be a sum.
            "total" | "count" if of_pages => number.is_some_and(|total| total > count as u64),
            "totalpages" | "pagecount" | "pagescount" | "pages" | "lastpage" => number.is_some_and(|pages| pages > 1),
            _ => false,
        }
    });
    found.map(|(key, value)| format!("{key}: {}", value.to_string().chars().take(100).collect::<String>()))
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
