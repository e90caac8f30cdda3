//! Whether the list of an answer is complete, or one page of several.
//!
//! The rows of a period are searched for an operation. If its row is on another page, the operation would seem absent. So a page
//! that has further pages after it must not be taken for the whole list.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::repeats::Row;
use crate::{
    binding::MoneyUnit,
    codec::{
        sums,
        values::{fields_of, flag},
    },
    contract::normal,
};

/// Keys of records that describe the pages.
const ABOUT: [&str; 8] = ["meta", "pagination", "paging", "page", "pageinfo", "links", "cursor", "metadata"];

/// The most rows that a number beside a list counts. A larger one is a sum.
const MOST_COUNTED: u64 = 100_000;

/// The records around a list.
pub(super) struct Around<'a>(Vec<Beside<'a>>);

/// A record around a list, or inside such a record.
struct Beside<'a> {
    map: &'a Map<String, Value>,
    /// Whether it describes the pages.
    is_about: bool,
}

impl<'a> Around<'a> {
    /// The records around the list at `pointer`, those inside them that describe the pages, and the headers as a record.
    pub(super) fn of(whole: &'a Value, pointer: &str, headers: &'a Map<String, Value>) -> Self {
        let ends = pointer.match_indices('/').map(|(at, _)| at).chain([pointer.len()]);
        let around = ends.filter_map(|end| whole.pointer(&pointer[..end])?.as_object());
        let mut records = Vec::new();
        for map in around {
            let inner = about(map);
            // `{"meta": {"page": {"total": 57}}}`
            let innermost: Vec<_> = inner.iter().flat_map(|map| about(map)).collect();
            records.push(Beside { map, is_about: false });
            records.extend(inner.into_iter().chain(innermost).map(|map| Beside { map, is_about: true }));
        }
        records.push(Beside { map: headers, is_about: true });
        Self(records)
    }

    fn maps(&self) -> impl Iterator<Item = &'a Map<String, Value>> {
        self.0.iter().map(|beside| beside.map)
    }

    /// How the answer says that there are more rows than these; `None`: it does not. Example: `hasMore: true`.
    pub(super) fn more(&self, rows: &[Row]) -> Option<String> {
        self.maps().find_map(|map| says_more(map, rows.len())).or_else(|| {
            let (number, said) = self.count_of_all(rows)?;
            (number > rows.len() as u64).then_some(said)
        })
    }

    /// Whether the answer says that the list, which has `count` rows, has no others.
    pub(super) fn says_all(&self, count: usize) -> bool {
        self.maps().any(|map| {
            let told = |(key, value): (&String, &Value)| {
                says_last(key, value)
                    || pages_of(key, value) == Some(1)
                    || total_of(map, key, value).is_some_and(|total| total == count as u64)
            };
            map.iter().any(told)
        })
    }

    /// A bare `total` or `count` beside the list that is larger than the `count` of its rows; `None`: there is none. It may be a
    /// sum, so alone it says nothing.
    pub(super) fn counted(&self, count: usize) -> Option<String> {
        let larger = |value: &Value| number_of(value).is_some_and(|number| number > count as u64);
        let mut all = self.maps().flatten();
        all.find(|(key, value)| is_bare(key) && larger(value)).map(|(key, value)| told(key, value))
    }

    /// How many rows there are in all, by a bare `total` or `count` that is surely no sum, and how it is told.
    ///
    /// | beside 50 rows | it is |
    /// |---|---|
    /// | `total: 300` | the number of all rows |
    /// | `total: 61875`, which the rows add up to, in kopecks or rubles | a sum |
    /// | `total: 300, totalCount: 50`, `total: 300, hasMore: false` | a sum: these are all rows |
    /// | `total: 300, count: 50` | a sum; in a record for pages, as `meta`, the number of all rows |
    /// | `total: 125000` | a sum |
    fn count_of_all(&self, rows: &[Row]) -> Option<(u64, String)> {
        let count = rows.len() as u64;
        if rows.is_empty() || self.says_all(rows.len()) {
            return None;
        }
        self.0.iter().find_map(|beside| {
            let bare = || beside.map.iter().filter(|(key, _)| is_bare(key));
            let counts_these = !beside.is_about && bare().any(|(_, value)| number_of(value) == Some(count));
            let is_count = |number: u64| number > count && number <= MOST_COUNTED && !add_up_to(rows, number);
            let mut larger = bare().filter(|_| !counts_these).filter_map(|(key, value)| {
                number_of(value).filter(|number| is_count(*number)).map(|number| (number, told(key, value)))
            });
            larger.next()
        })
    }

    /// What the answer says about the pages of the list.
    pub(super) fn tell(&self, rows: &[Row]) -> Told {
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
        for map in self.maps() {
            let each =
                |read: &dyn Fn(&str, &Value) -> Option<u64>| map.iter().find_map(|(key, value)| read(key, value));
            told.more = told.more.or_else(|| says_plainly(map));
            told.total = told.total.or_else(|| each(&|key, value| total_of(map, key, value))).or_else(|| by_next(map));
            told.pages = told.pages.or_else(|| each(&pages_of));
            let is_number = |key: &str| NUMBER.contains(&key) || (key == "number" && has_bare(map));
            let number = |key: &str, value: &Value| number_of(value).filter(|_| is_number(&normal(key)));
            told.number = told.number.or_else(|| each(&number));
            told.bare = told.bare.or_else(|| each(&|key, value| number_of(value).filter(|_| is_bare(key))));
        }
        // Beside another word of the pages, a bare number may be the sum of all of them.
        if told.more.is_none() && told.pages.is_none() && told.total.is_none() {
            told.total = self.count_of_all(rows).map(|(number, _)| number);
        }
        told
    }
}

/// Whether the rows add up to a number under one of their keys, all of them, those that add or those that take: `total: 61875` beside
/// sums of 60000 and 1875. The number and the sums may be in kopecks or in rubles.
fn add_up_to(rows: &[Row], number: u64) -> bool {
    let mut sums: BTreeMap<&str, (i128, i128)> = BTreeMap::new();
    for (key, value) in rows.iter().filter_map(|(_, row)| fields_of(row)).flatten() {
        let Ok(sum) = sums::read(value, MoneyUnit::Rubles) else { continue };
        let (added, taken) = sums.entry(key).or_default();
        *if sum.is_positive() { added } else { taken } += i128::from(sum.get().abs());
    }
    let number = i128::from(number);
    let is_it = |sum: i128| [number, number * 100, number * 10_000].contains(&sum);
    sums.into_values().any(|(added, taken)| {
        [added, taken, added + taken, (added - taken).abs()].into_iter().any(|sum| sum != 0 && is_it(sum))
    })
}

/// Whether a key may be the number of all rows, and may be a sum as well.
fn is_bare(key: &str) -> bool {
    matches!(plain(key).as_str(), "total" | "count" | "all" | "всего" | "количество")
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

/// Whether a key says that no page follows: `hasMore: false`, `last: true`, `next: null`.
fn says_last(key: &str, value: &Value) -> bool {
    match plain(key).as_str() {
        "hasmore" | "hasnext" | "hasnextpage" | "morepages" | "ismore" | "moreavailable" | "truncated"
        | "istruncated" => flag(value) == Some(false),
        "last" | "islast" | "islastpage" => flag(value) == Some(true),
        "next" | "nextpage" | "nextcursor" | "nextpagetoken" | "nexttoken" | "nextlink" | "nextpageurl"
        | "nextpagelink" | "continuationtoken" => !says_where(value),
        _ => false,
    }
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
        "totalcount"
        | "totalitems"
        | "totalelements"
        | "totalrecords"
        | "totalrows"
        | "recordstotal"
        | "recordsfiltered"
        | "totalresults"
        | "totalsize"
        | "recordcount"
        | "recordscount"
        | "rowcount"
        | "rowscount"
        | "itemcount"
        | "itemscount"
        | "transactionscount"
        | "operationscount"
        | "allcount"
        | "totalnumber"
        | "countall"
        | "fullcount"
        | "countrows"
        | "countitems"
        | "totaltransactions"
        | "totaloperations"
        | "overallcount"
        | "всегозаписей"
        | "всегострок"
        | "количествовсего"
        | "общееколичество" => true,
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
    /// A bare `total` or `count`, whatever it means.
    pub bare: Option<u64>,
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

    fn more(whole: &Value, pointer: &str) -> Option<String> {
        let list = whole.pointer(pointer).and_then(Value::as_array).unwrap();
        let rows: Vec<Row> = list.iter().map(|row| (pointer.to_owned(), row.clone())).collect();
        Around::of(whole, pointer, &Map::new()).more(&rows)
    }

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
            assert!(more(&page, "/items").is_some(), "{page}");
            assert!(more(&json!({ "data": page }), "/data/items").is_some(), "{page}");
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
            assert_eq!(more(&page, "/items"), None, "{page}");
        }
        assert_eq!(more(&json!([1, 2]), ""), None);
    }

    #[test]
    fn a_bare_number_counts_the_rows_unless_it_is_a_sum() {
        let rows = json!([{"id": 1, "sum": 60000}, {"id": 2, "sum": 1875}, {"id": 3, "sum": -500, "money": "10.50"}]);
        let with = |mut around: Value| {
            around["items"] = rows.clone();
            around
        };
        for page in [
            with(json!({"total": 300})),
            with(json!({"count": 4})),
            with(json!({"allCount": 300})),
            with(json!({"всего": "300"})),
            with(json!({"meta": {"total": 300}})),
            with(json!({"meta": {"total": 300, "count": 3}})),
            with(json!({"paging": {"total": 300}})),
        ] {
            assert!(more(&page, "/items").is_some(), "{page}");
        }
        for whole in [
            with(json!({"total": 3})),
            with(json!({"total": 61_875})),
            with(json!({"total": 61_375})),
            with(json!({"total": 62_375})),
            with(json!({"total": 500})),
            with(json!({"total": 1050})),
            with(json!({"total": 125_000})),
            with(json!({"total": 300, "count": 3})),
            with(json!({"total": 300, "totalCount": 3})),
            with(json!({"total": 300, "hasMore": false})),
            with(json!({"total": 300, "next": null})),
        ] {
            assert_eq!(more(&whole, "/items"), None, "{whole}");
        }
    }
}
