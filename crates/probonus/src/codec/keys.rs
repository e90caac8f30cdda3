//! Keys of an answer, analysed: which fields they may mean, and what role they have in an envelope.

use std::{cell::RefCell, collections::HashMap, ops::Deref, rc::Rc};

use serde_json::{Map, Value};

use crate::contract::{self, Spelt, spelt};

/// Keys under which servers put the content of an envelope.
pub(super) const CONTENT: [&str; 15] = [
    "data", "result", "response", "payload", "content", "value", "body", "answer", "items", "list", "rows", "records",
    "results", "object", "embedded",
];

/// Keys under which servers list transactions.
pub(super) const LISTS: [&str; 8] =
    ["transactions", "operations", "history", "movements", "transactionlist", "items", "rows", "list"];

/// Keys that an envelope has besides its content.
const NOISE: [&str; 46] = [
    "success",
    "issuccess",
    "succeeded",
    "successful",
    "ok",
    "error",
    "errors",
    "iserror",
    "haserror",
    "haserrors",
    "errorcode",
    "errcode",
    "errormessage",
    "errortext",
    "errordescription",
    "message",
    "msg",
    "messages",
    "code",
    "status",
    "statuscode",
    "resultcode",
    "time",
    "timestamp",
    "servertime",
    "requestid",
    "traceid",
    "total",
    "totalcount",
    "count",
    "page",
    "pagesize",
    "pages",
    "offset",
    "limit",
    "hasmore",
    "meta",
    "warnings",
    "jsonrpc",
    "id",
    // Of ABP, HAL and OData.
    "abp",
    "targeturl",
    "unauthorizedrequest",
    "links",
    "odatacontext",
    "odatacount",
];

/// Names of an envelope in Russian, and the English ones that they are read as: `{"Результат": 0, "ОписаниеОшибки": "", "Данные": […]}`. Names that
/// may be of a sum are not here: «Количество».
const IN_RUSSIAN: [(&str, &str); 32] = [
    ("успешно", "success"),
    ("успех", "success"),
    ("выполнено", "success"),
    ("ошибка", "error"),
    ("ошибки", "errors"),
    ("естьошибка", "haserror"),
    ("естьошибки", "haserrors"),
    ("кодошибки", "errorcode"),
    ("описаниеошибки", "errordescription"),
    ("текстошибки", "errortext"),
    ("сообщениеобошибке", "errormessage"),
    ("сообщение", "message"),
    ("сообщения", "messages"),
    ("описание", "description"),
    ("текст", "text"),
    ("причина", "reason"),
    ("код", "code"),
    ("кодрезультата", "resultcode"),
    ("кодвозврата", "resultcode"),
    ("кодответа", "resultcode"),
    ("статус", "status"),
    ("состояние", "state"),
    ("результат", "result"),
    ("данные", "data"),
    ("ответ", "response"),
    ("содержимое", "content"),
    ("список", "list"),
    ("элементы", "items"),
    ("записи", "records"),
    ("строки", "rows"),
    ("результаты", "results"),
    ("времясервера", "servertime"),
];

/// Keys under which a record names the unit of its sums.
const UNIT: [&str; 6] = ["unit", "units", "sumunit", "amountunit", "moneyunit", "balanceunit"];

/// The key of a list that Json.NET writes as a record, to refer to it: `{"$id": "4", "$values": [7, 8]}`.
pub(super) const LIST_IN_RECORD: &str = "$values";

/// Whether a key is of the document, not of the record: its value is no field, whatever it is called.
///
/// | key | whose |
/// |---|---|
/// | `$id`, `$ref`, `$type` | Json.NET's: the number of a record in its document, a reference to one, a class |
/// | `@id`, `@type`, `@context`, `@odata.count` | of JSON-LD and OData: the address of a record, its class |
///
/// Example: `{"$id": "1", "Id": 2}` is account 2. Other keys with `@` may be attributes of a former XML document: `@phone`.
fn is_of_document(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    lower.starts_with('$') || matches!(lower.as_str(), "@id" | "@type" | "@context") || lower.starts_with("@odata.")
}

/// A key, analysed by [`spelt`].
pub(super) struct Known {
    spelt: Spelt,
    /// It may hold the content of an envelope: [`CONTENT`].
    pub(super) is_content: bool,
    /// It may be in an envelope beside the content: [`NOISE`].
    pub(super) is_noise: bool,
    /// It may name the unit of the sums beside it: [`UNIT`].
    pub(super) is_unit: bool,
}

impl Deref for Known {
    type Target = Spelt;

    fn deref(&self) -> &Spelt {
        &self.spelt
    }
}

impl Known {
    fn new(key: &str) -> Self {
        if is_of_document(key) {
            let is_content = key == LIST_IN_RECORD;
            return Self { spelt: Spelt::of_nothing(key), is_content, is_noise: !is_content, is_unit: false };
        }
        let mut spelt = spelt(key);
        if let Some((_, english)) = IN_RUSSIAN.iter().find(|(russian, _)| *russian == spelt.name) {
            spelt = contract::spelt(english);
        }
        let name = spelt.name.as_str();
        let is_in = |names: &[&str]| names.contains(&name);
        Self { is_content: is_in(&CONTENT), is_noise: is_in(&NOISE), is_unit: is_in(&UNIT), spelt }
    }
}

thread_local! {
    /// A cache: the same keys come in every row and every answer.
    static KNOWN: RefCell<HashMap<String, Rc<Known>, foldhash::fast::RandomState>> = RefCell::default();
}

/// A key, analysed; from the cache if it came before.
pub(super) fn known(key: &str) -> Rc<Known> {
    KNOWN.with_borrow_mut(|all| {
        if let Some(known) = all.get(key) {
            return known.clone();
        }
        // A server that always sends new keys must not fill the memory.
        if all.len() > 2000 {
            all.clear();
        }
        all.entry(key.to_owned()).or_insert_with(|| Rc::new(Known::new(key))).clone()
    })
}

/// A key, analysed; the key as it was written; its value.
pub(super) type Key<'a> = (Rc<Known>, &'a str, &'a Value);

/// The keys of an object, analysed.
pub(super) fn keys(map: &Map<String, Value>) -> Vec<Key<'_>> {
    map.iter().map(|(key, value)| (known(key), key.as_str(), value)).collect()
}
