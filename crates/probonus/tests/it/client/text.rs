//! Answers in the charsets and disguises that old servers and gateways put them in.

use probonus::{AccountUpdate, Delivery, ErrorKind, Loyalty};

use super::support::{GROUPS, Server, answer, builder, client, json};

#[tokio::test]
async fn russian_is_read_in_every_charset_that_servers_answer_in() {
    let (cp1251, ..) = encoding_rs::WINDOWS_1251.encode(GROUPS);
    let (koi8, ..) = encoding_rs::KOI8_R.encode(GROUPS);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(GROUPS.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let with_mark = [b"\xef\xbb\xbf", GROUPS.as_bytes()].concat();
    let rows: [(&str, &[u8]); 13] = [
        ("application/json", GROUPS.as_bytes()),
        ("application/json; charset=utf-8", GROUPS.as_bytes()),
        ("application/json; charset=utf-8", &with_mark),
        ("text/plain", &with_mark),
        ("application/json; charset=windows-1251", &cp1251),
        ("application/json; charset=\"Windows-1251\"", &cp1251),
        ("application/json", &cp1251),
        ("text/plain; charset=", &cp1251),
        ("text/html", &cp1251),
        ("image/png", GROUPS.as_bytes()),
        ("", &cp1251),
        ("application/json; charset=koi8-r", &koi8),
        ("application/json", &utf16),
    ];
    for (content_type, body) in rows {
        let server = Server::always(answer(200, content_type, body)).await;
        let groups = client(&server).groups().await.unwrap_or_else(|error| panic!("{content_type}: {error}"));
        assert_eq!(groups[0].name, "Самостоятельно зарегистрировавшиеся", "{content_type}");
    }
}

#[tokio::test]
async fn a_lying_charset_does_not_spoil_utf_8() {
    let server = Server::always(answer(200, "application/json; charset=windows-1251", GROUPS)).await;
    assert_eq!(client(&server).groups().await.unwrap()[0].name, "Самостоятельно зарегистрировавшиеся");
}

/// A column that is too short for UTF-8 is cut in the middle of a letter.
const CUT: &[u8] =
    b"[{\"id\":7,\"phone\":\"79123456789\",\"surname\":\"\xd0\x9a\xd1\x83\xd0\xb7\xd0\xbd\xd0\xb5\xd1\x86\",\
    \"name\":\"\xd0\x90\xd0\xbd\xd0\xbd\xd0\",\"email\":\"a@b.ru\",\"balance\":12345}]";

const CHARSETS: [&str; 5] = [
    "application/json; charset=utf-8",
    "application/json; charset=\"UTF-8\"",
    "application/json",
    "text/html",
    "application/json; charset=windows-1251",
];

#[tokio::test]
async fn utf_8_with_a_cut_letter_is_damaged_there_alone_whatever_charset_is_named() {
    let with_mark = [b"\xef\xbb\xbf", CUT].concat();
    for (content_type, body) in CHARSETS.map(|named| (named, CUT)).into_iter().chain([("text/plain", &*with_mark)]) {
        let server = Server::always(answer(200, content_type, body)).await;
        let found = client(&server).find_by_phone(&"89123456789".parse().unwrap()).await.unwrap();
        let name = &found[0].profile.name;
        let told = [&name.surname, &name.name].map(|part| part.as_deref().unwrap_or_default());
        assert_eq!(told, ["Кузнец", "Анн\u{fffd}"], "{content_type}");
        assert_eq!(found[0].balance.map(|sum| sum.get()), Some(12_345), "{content_type}");
    }
}

/// 1C names UTF-8 and answers in windows-1251. A single broken letter in Latin text is a broken letter.
#[tokio::test]
async fn a_text_that_can_not_be_utf_8_is_windows_1251_unless_another_charset_is_named() {
    let russian = encoding_rs::WINDOWS_1251.encode("Гости").0.into_owned();
    for (content_type, written, name) in [
        ("application/json; charset=utf-8", &*russian, "Гости"),
        ("application/json", &*russian, "Гости"),
        ("application/json; charset=utf-8", b"Caf\xe9", "Caf\u{fffd}"),
        ("application/json; charset=iso-8859-1", b"Caf\xe9", "Café"),
    ] {
        let body = [br#"[{"id":3,"name":""#, written, br#"","haveTemplate":true}]"#].concat();
        let server = Server::always(answer(200, content_type, &body)).await;
        assert_eq!(client(&server).groups().await.unwrap()[0].name, name, "{content_type}");
    }
}

#[tokio::test]
async fn a_record_with_a_damaged_letter_is_not_sent_back() {
    for content_type in CHARSETS {
        let server = Server::always(answer(200, content_type, CUT)).await;
        let client = client(&server);
        let found = client.find_by_phone(&"89123456789".parse().unwrap()).await.unwrap().remove(0);
        let mut after = found.profile.clone();
        after.email = Some("new@b.ru".into());
        let update = AccountUpdate { account: found.id, record: found.raw, before: found.profile, after };
        let error = client.update(&update).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::InvalidRequest, Delivery::NotSent), "{error}");
        assert!(error.detail().is_some_and(|detail| detail.contains("$.name")), "{error}");
        assert_eq!(server.requests().len(), 1, "nothing was sent after the search");
    }
}

#[tokio::test]
async fn a_page_for_people_is_not_from_probonus() {
    for (content_type, body) in [
        ("text/html", "<html>Войдите в сеть гостиницы</html>"),
        ("application/json", "\n  <!DOCTYPE html>"),
        ("text/html", "Please log in"),
        ("application/xml", "<?xml version=\"1.0\"?><error/>"),
    ] {
        let server = Server::always(answer(200, content_type, body)).await;
        let error = client(&server).groups().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WebPage, "{content_type}: {body}");
    }
}

#[tokio::test]
async fn no_guest_is_told_from_no_such_method() {
    let phone = "89123456789".parse().unwrap();
    for (body, found_out) in [
        (json(404, r#"{"message":"Счёт не найден"}"#), true),
        (json(404, ""), true),
        (json(200, "null"), true),
        (json(200, "[]"), true),
        (answer(404, "text/html", "<html>404 - File or directory not found.</html>"), false),
        (json(404, r#"{"Message":"No HTTP resource was found that matches the request URI"}"#), false),
        (answer(404, "text/plain", "Cannot POST /api/v0/accounts/find_by_phone"), false),
        (json(404, r#"{"detail":"Not Found"}"#), false),
        (answer(404, "text/plain", "default backend - 404"), false),
        (json(404, r#"{"error":"Нет связи с базой данных"}"#), false),
        (answer(200, "text/html", "null"), true),
        (answer(200, "text/html", "Гость не найден"), true),
    ] {
        let server = Server::always(body.clone()).await;
        match client(&server).find_by_phone(&phone).await {
            Ok(accounts) => assert!(found_out && accounts.is_empty(), "{body:?}"),
            Err(error) => assert!(!found_out && error.kind() == ErrorKind::NoSuchMethod, "{body:?}: {error}"),
        }
    }
}

#[tokio::test]
async fn the_servers_clock_is_compared_with_ours() {
    let reply = "HTTP/1.1 200 OK\r\ndate: Mon, 23 Nov 2026 10:00:00 GMT\r\ncontent-length: 2\r\n\r\n[]";
    let server = Server::always(super::support::Reply::Bytes(reply.as_bytes().to_vec())).await;
    let ours = "2026-11-22T10:00:30Z".parse().unwrap();
    let client = builder(&server.url()).clock(std::sync::Arc::new(move || ours)).build().unwrap();
    assert_eq!(client.clock_offset(), None);
    client.groups().await.unwrap();
    assert_eq!(client.clock_offset().map(|offset| offset.as_secs()), Some(86_370));
}
