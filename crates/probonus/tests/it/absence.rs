//! "There is none" is believed only of what was asked for: a wrong one makes a second account.

use bytes::Bytes;
use probonus::{ErrorKind, Method, ReceiptId, binding::Binding, codec, codec::WireAnswer};
use serde_json::{Value, json};

use crate::answers::{accounts, answer, body};

const TROUBLE: [&str; 14] = [
    "Сессия не найдена",
    "Не найден ключ защиты HASP",
    "Метод объекта не обнаружен (НайтиПоТелефону)",
    "Таблица accounts не найдена",
    "Лицензия не найдена",
    "Не найдено соединение с 1С",
    "Не существует подключения к базе",
    "File not found: database.fdb",
    "Пользователь не найден",
    "Токен не найден",
    "SQL server not found",
    "Key not found",
    "Нет доступа",
    "Нет связи с базой данных",
];

const NOBODY: [&str; 6] =
    ["Гость с таким номером не найден", "Счёт не найден", "Account not found", "Не найдено", "Not found", "Нет данных"];

/// The forms in which a server puts a sentence, with the status.
fn forms(words: &str) -> [(u16, Value); 10] {
    [
        (200, json!({"result": -1, "error": words})),
        (200, json!({"result": -1, "error": words, "data": null})),
        (200, json!({"code": 5, "message": words, "data": null})),
        (200, json!({"code": 5, "message": words, "data": []})),
        (200, json!({"error": {"code": 404, "message": words}})),
        (200, json!({"message": words})),
        (200, json!(words)),
        (400, json!({"error": words})),
        (404, json!({"error": words})),
        (404, json!({"title": "Not Found", "status": 404, "detail": words})),
    ]
}

fn find(answer: &WireAnswer) -> Result<usize, probonus::Error> {
    codec::decode_accounts(&Binding::default(), Method::FindByPhone, answer).map(|found| found.len())
}

fn receipt(answer: &WireAnswer) -> Result<bool, probonus::Error> {
    codec::decode_receipt(&Binding::default(), &ReceiptId::new("7"), answer).map(|found| found.is_some())
}

#[test]
fn a_session_or_a_table_that_is_missing_is_no_missing_guest() {
    for words in TROUBLE {
        for (status, form) in forms(words) {
            let told = answer(status, &form);
            assert!(find(&told).is_err(), "{status} {form}: {:?}", find(&told));
            assert!(receipt(&told).is_err(), "{status} {form}: {:?}", receipt(&told));
        }
        let text = WireAnswer {
            status: 404,
            content_type: Some("text/plain".into()),
            pages: Vec::new(),
            body: Bytes::from(words),
        };
        assert!(find(&text).is_err(), "{words}");
    }
    for words in NOBODY {
        for (status, form) in forms(words) {
            assert_eq!(find(&answer(status, &form)).ok(), Some(0), "{status} {form}");
        }
    }
    for words in ["Чек не найден", "Receipt not found", "Не найдено"] {
        for (status, form) in forms(words) {
            assert_eq!(receipt(&answer(status, &form)).ok(), Some(false), "{status} {form}");
        }
    }
}

#[test]
fn a_404_that_says_nothing_else_is_an_absence() {
    for (body, is_absent) in [
        ("", true),
        ("{}", true),
        ("null", true),
        (r#"{"title": "Not Found", "status": 404, "traceId": "00-1-2-00"}"#, true),
        (
            r#"{"timestamp": "2026-11-29T12:00:00", "status": 404, "error": "Not Found", "message": "", "path": "/a"}"#,
            true,
        ),
        (r#"{"status": 404, "error": "Not Found", "message": "No message available", "path": "/a"}"#, true),
        (r#"{"error": "ACCOUNT_NOT_FOUND", "message": "Проверьте номер"}"#, true),
        ("Not Found", true),
        ("default backend - 404", false),
        (r#"{"error": "Not Found", "message": "Нет доступа"}"#, false),
        (r#"{"code": "SESSION_NOT_FOUND", "message": "Not found"}"#, false),
        (r#"{"data": {"id": 7, "phone": "79123456789"}}"#, false),
    ] {
        let told = WireAnswer { status: 404, content_type: None, pages: Vec::new(), body: Bytes::from(body) };
        assert_eq!(find(&told).ok(), is_absent.then_some(0), "{body}");
    }
}

/// An empty list of entries would be evidence that an operation was not applied.
#[test]
fn an_empty_list_beside_an_error_is_no_empty_list() {
    let rows = |text: &str| {
        codec::decode_transactions(&Binding::default(), Method::LastTransactions, &body(text)).map(|rows| rows.len())
    };
    for text in [
        r#"{"code": 5, "message": "Сессия не найдена", "data": null}"#,
        r#"{"code": 5, "message": "Ошибка базы данных", "data": []}"#,
        r#"{"msg": "Счёт не найден", "items": []}"#,
    ] {
        assert!(rows(text).is_err(), "{text}");
    }
    for text in [
        r#"{"code": 0, "message": "Операций не найдено", "data": []}"#,
        r#"{"message": "Нет данных", "data": []}"#,
        r#"{"success": true, "message": "Нет новых операций", "data": []}"#,
        r#"{"message": "Операции за период", "data": null}"#,
    ] {
        assert_eq!(rows(text).ok(), Some(0), "{text}");
    }
}

#[test]
fn the_words_of_an_ended_session_beside_no_content_ask_for_a_new_one() {
    for text in [r#"{"result": -1, "error": "Сессия не найдена"}"#, r#"{"message": "Сеанс завершён", "data": null}"#]
    {
        let error = codec::decode_accounts(&Binding::default(), Method::FindByPhone, &body(text)).expect_err(text);
        assert_eq!(error.kind(), ErrorKind::SignInAgain, "{text}");
    }
    assert_eq!(accounts(&json!({"message": "Найдено: 0", "data": []})).map(|found| found.len()), Ok(0));
}

/// PHP says `text/html` of everything that it echoes.
#[test]
fn a_body_without_a_tag_is_no_page() {
    let told = |body: &str| WireAnswer {
        status: 200,
        content_type: Some("text/html; charset=windows-1251".into()),
        pages: Vec::new(),
        body: Bytes::copy_from_slice(body.as_bytes()),
    };
    for body in ["null", "[]", "Гость не найден", "\"\""] {
        assert_eq!(find(&told(body)).ok(), Some(0), "{body}");
    }
    for (body, kind) in
        [("Please log in", ErrorKind::WebPage), ("<b>Warning</b> Гость не найден", ErrorKind::NotProBonus)]
    {
        assert_eq!(find(&told(body)).map_err(|error| error.kind()), Err(kind), "{body}");
    }
    let write = |body: &str| codec::decode_write(&Binding::default(), Method::Refill, &told(body));
    for body in ["1", "OK", "true", "{}"] {
        assert!(write(body).is_ok(), "{body}");
    }
    for body in ["0", "Please log in", "<b>OK</b>"] {
        assert!(write(body).is_err(), "{body}");
    }
}
