//! The binding: the generated document, and its lines.

use probonus::{
    Method,
    binding::{Binding, PhoneFormat, Source, Verdict},
    codec::{self, WireAnswer},
    contract,
};

/// The document is the table's rendering; `UPDATE_DOCS=1` in the environment writes it anew.
#[test]
fn the_document_is_what_the_table_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api-contract.md");
    let rendered = contract::markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &rendered).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    assert!(kept == rendered, "docs/api-contract.md is not what the table renders; run this test with UPDATE_DOCS=1");
}

#[test]
fn the_default_binding_is_the_table() {
    let report = Binding::default().report();
    assert!(report.common.is_empty());
    for method in report.methods {
        assert_eq!(method.verdict, Verdict::AsTable, "{:?}", method.method);
    }
}

#[test]
fn a_binding_comes_back_from_its_file() {
    let mut binding = Binding::default();
    binding.overrule(Some(Method::Refill), "field.sum", "body /amount number rubles required").unwrap();
    binding.overrule(None, "token", "header X-Api-Key:").unwrap();
    assert_eq!(Binding::import(&binding.export()).unwrap(), binding);
    assert!(Binding::import("{\"version\": 999}").is_err());
    assert!(Binding::import("[]").is_err());
}

#[test]
fn a_clock_beyond_the_world_s_is_not_understood() {
    for clock in ["+15:00", "+999:00", "-32767:32767", "+:", "+03:60", "03:00"] {
        assert!(Binding::default().overrule(None, "clock", clock).is_err(), "{clock}");
    }
}

#[test]
fn every_line_can_be_set_to_what_it_says() {
    let whole = Binding::default();
    let mut again = Binding::default();
    for line in whole.lines() {
        again.overrule(line.method, &line.key, &line.value).unwrap_or_else(|error| panic!("{line:?}: {error}"));
    }
    assert!(whole.diff(&again).is_empty(), "{:?}", whole.diff(&again));
    assert_eq!(again.overruled().len(), whole.lines().len());
}

#[test]
fn an_overruled_line_is_remembered_and_survives_a_new_document() {
    let mut old = Binding::default();
    old.overrule(None, "phone", "+7XXXXXXXXXX").unwrap();
    old.overrule(Some(Method::Refill), "field.comment", "").unwrap();
    let mut new = Binding::default();
    assert!(new.keep_overruled(&old).is_empty());
    assert_eq!(new.phone.value, PhoneFormat::PlusSeven);
    assert_eq!(new.phone.source, Source::Override);
    let changes = Binding::default().diff(&new);
    assert_eq!(changes.len(), 2, "{changes:?}");
}

/// `answer.at` is the place of the record; the date of an entry has another key.
#[test]
fn the_date_of_an_entry_has_a_line_of_its_own() {
    let mut binding = Binding::default();
    let method = Method::TransactionsOfPeriod;
    binding.overrule(Some(method), "answer.at", "/results").unwrap();
    binding.overrule(Some(method), "answer.moment", "booked dd.MM.yyyy HH:mm").unwrap();
    let own: Vec<_> = binding.overruled().into_iter().map(|line| (line.key, line.value)).collect();
    let line = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(own, [line("answer.at", "/results"), line("answer.moment", "booked dd.MM.yyyy HH:mm")]);
    let told = WireAnswer {
        status: 200,
        content_type: None,
        pages: Vec::new(),
        body: r#"{"results": [{"id": 1, "sum": 100, "booked": "17.11.2026 12:30"}]}"#.into(),
    };
    let read = codec::decode_transactions(&binding, method, &told).unwrap();
    assert_eq!(read[0].at.local, jiff::civil::date(2026, 11, 17).at(12, 30, 0, 0));
    assert_eq!(Binding::import(&binding.export()).unwrap(), binding);
}

#[test]
fn a_line_that_is_not_understood_changes_nothing() {
    let mut binding = Binding::default();
    for (method, key, value) in [
        (None, "phone", "some"),
        (None, "nothing", "x"),
        (Some(Method::Refill), "verb", "FETCH"),
        (Some(Method::Refill), "path", "no/slash"),
        (Some(Method::Refill), "field.sum", "somewhere sum"),
        (Some(Method::Refill), "field.unheardOf", "body /x string"),
        (Some(Method::Refill), "path", "//elsewhere.example/refill"),
        (Some(Method::Refill), "path", "/refill?token=1"),
        (Some(Method::Refill), "path", "/refill/{account"),
        (Some(Method::Refill), "field.sum", "body amount number rubles"),
        (Some(Method::Refill), "field.sum", "body /amount number +7XXXXXXXXXX"),
        (Some(Method::Refill), "field.account", "path account any required"),
        (Some(Method::Refill), "field.account", "header Authorization any required"),
        (Some(Method::Refill), "answer.balance", "balance dd.MM.yyyy"),
        (Some(Method::Refill), "pages", "query page integer pages 1"),
        (Some(Method::TransactionsOfPeriod), "pages", "header page integer pages 1"),
    ] {
        assert!(binding.overrule(method, key, value).is_err(), "{key} = {value}");
    }
    assert_eq!(binding, Binding::default());
}

#[test]
fn a_path_that_wants_what_nothing_fills_can_t_be_called() {
    let mut binding = Binding::default();
    binding.overrule(Some(Method::Refill), "path", "/accounts/{account}/refill").unwrap();
    assert!(binding.unsupported(Method::Refill).unwrap().contains("account"));
    binding.overrule(Some(Method::Refill), "field.account", "path account any required").unwrap();
    assert_eq!(binding.unsupported(Method::Refill), None);
    binding.overrule(Some(Method::Refill), "path", "/refill").unwrap();
    assert!(binding.unsupported(Method::Refill).is_some(), "the account has lost its place");
}
