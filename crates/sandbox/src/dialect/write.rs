//! Writes answers.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use serde_json::{Map, Number, Value as Json, json};

use super::{
    Dialect, Envelope, ErrorForm, KindForm, Misread, Missing, MoneyForm, Numbers, SexForm, WrittenForm,
    forms::KIND_WORDS,
};
use crate::{
    core::{
        calendar::Calendar,
        model::{Sex, TransactionKind},
    },
    protocol::{Answer, Kind, Method, Prop, Value, spec},
};

impl Dialect {
    /// An answer.
    pub(crate) fn answer(&self, method: Method, value: &Value, calendar: Calendar) -> Response<Body> {
        let answer = spec(method).answer;
        let json = match (answer, self.written) {
            (Answer::Written(_), WrittenForm::NoContent) => return empty(StatusCode::NO_CONTENT),
            (Answer::Written(_), WrittenForm::True) => Json::Bool(true),
            (Answer::Written(_), WrittenForm::Empty) => json!({}),
            (Answer::Maybe(props), _) if self.missing == Missing::EmptyList => {
                Json::Array(vec![self.spell_record(method, props, value, calendar)])
            }
            (Answer::Many(props), _) => {
                let rows = if let Value::List(rows) = value { rows.as_slice() } else { &[] };
                return self.answer_rows(method, props, rows, calendar);
            }
            (Answer::One(props) | Answer::Maybe(props) | Answer::Written(props), _) => {
                self.spell_record(method, props, value, calendar)
            }
        };
        reply(StatusCode::OK, &self.wrap(json))
    }

    /// The rows of a list: entries in this server's order and at most one page of them; other lists as a whole.
    fn answer_rows(
        &self,
        method: Method,
        props: &'static [Prop],
        rows: &[Value],
        calendar: Calendar,
    ) -> Response<Body> {
        let mut rows: Vec<&Value> = rows.iter().collect();
        let total = rows.len();
        let page = self.page.filter(|_| method == Method::Transactions);
        if self.newest_first && method == Method::Transactions {
            rows.reverse();
        }
        rows.truncate(page.map_or(total, |page| page.rows));
        let mut json = self.wrap(rows.iter().map(|row| self.spell_record(method, props, row, calendar)).collect());
        if let (Some(page), Some(record)) = (page.filter(|page| page.is_told), json.as_object_mut()) {
            record.insert(self.answer_case.apply("total"), json!(total));
            record.insert(self.answer_case.apply("pageSize"), json!(page.rows));
        }
        reply(StatusCode::OK, &json)
    }

    /// The answer to a request that could not be read.
    pub(crate) fn misread(&self, misread: &Misread) -> Response<Body> {
        let field = misread.field.as_deref();
        match &self.errors {
            ErrorForm::FastApi => {
                let loc: Vec<&str> = std::iter::once("body").chain(field).collect();
                let kind = if misread.why == "не передано" { "missing" } else { "value_error" };
                let detail = json!([{ "type": kind, "loc": loc, "msg": misread.why }]);
                reply(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "detail": detail }))
            }
            ErrorForm::AspNet => {
                let mut problem = aspnet(StatusCode::BAD_REQUEST, "One or more validation errors occurred.");
                problem["errors"] = json!({ field.unwrap_or_default(): [misread.why] });
                of_kind("application/problem+json; charset=utf-8", reply(StatusCode::BAD_REQUEST, &problem))
            }
            _ => self.error(StatusCode::BAD_REQUEST, "bad_request", &misread.sentence()),
        }
    }

    /// The answer for something that does not exist.
    pub(crate) fn not_found(&self, message: &str) -> Response<Body> {
        match self.missing {
            Missing::Status404 => self.error(StatusCode::NOT_FOUND, "not_found", message),
            Missing::Status400 => self.error(StatusCode::BAD_REQUEST, "not_found", message),
            Missing::NoContent => empty(StatusCode::NO_CONTENT),
            Missing::Null => reply(StatusCode::OK, &self.wrap(Json::Null)),
            Missing::EmptyRecord => reply(StatusCode::OK, &self.wrap(json!({}))),
            Missing::EmptyList => reply(StatusCode::OK, &self.wrap(json!([]))),
        }
    }

    /// An error.
    pub(crate) fn error(&self, status: StatusCode, code: &str, message: &str) -> Response<Body> {
        match &self.errors {
            ErrorForm::Status { key } => reply(status, &json!({ self.answer_case.apply(key): message })),
            ErrorForm::Nested { key } => {
                let [code_key, message_key] = ["code", "message"].map(|key| self.answer_case.apply(key));
                reply(status, &json!({ self.answer_case.apply(key): { code_key: code, message_key: message } }))
            }
            ErrorForm::Bare => reply(status, &json!(message)),
            ErrorForm::Problem => {
                reply(status, &json!({ "title": code, "status": status.as_u16(), "detail": message }))
            }
            ErrorForm::AspNet => {
                let mut problem = aspnet(status, status.canonical_reason().unwrap_or("Error"));
                problem["detail"] = json!(message);
                of_kind("application/problem+json; charset=utf-8", reply(status, &problem))
            }
            ErrorForm::FastApi => reply(status, &json!({ "detail": message })),
            ErrorForm::InOk { key } => {
                let outer = if status == StatusCode::UNAUTHORIZED { status } else { StatusCode::OK };
                let key = self.answer_case.apply(key);
                let body = match &self.envelope {
                    Envelope::Success { flag, .. } => json!({ self.answer_case.apply(flag): false, key: message }),
                    Envelope::Code { code, .. } => {
                        json!({ self.answer_case.apply(code): status.as_u16(), key: message })
                    }
                    Envelope::Bare | Envelope::Under(_) => json!({ key: message }),
                };
                reply(outer, &body)
            }
        }
    }

    fn wrap(&self, json: Json) -> Json {
        let case = self.answer_case;
        match &self.envelope {
            Envelope::Bare => json,
            Envelope::Under(key) => json!({ case.apply(key): json }),
            Envelope::Success { flag, data } => json!({ case.apply(flag): true, case.apply(data): json }),
            Envelope::Code { code, data } => json!({ case.apply(code): 0, case.apply(data): json }),
        }
    }

    fn spell_record(&self, method: Method, props: &'static [Prop], record: &Value, calendar: Calendar) -> Json {
        let mut out = Map::new();
        let Value::Record(fields) = record else { return Json::Object(out) };
        let field =
            |name: &str| fields.iter().find(|(known, _)| *known == name).map_or(&Value::Null, |(_, value)| value);
        let kind = fields.iter().find_map(|(_, value)| if let Value::Kind(kind) = value { Some(*kind) } else { None });
        for prop in self.shows(method, props) {
            let value = match (field(prop.name), prop.sense) {
                (Value::Null, "checkGuid") if self.marks_pos_receipts => field("posCheckGuid"),
                (Value::Null, "externalCheck") if self.marks_pos_receipts => field("posCheckNumber"),
                (value, _) => value,
            };
            let json = match value {
                Value::Money(sum) if prop.sense == "sum" && kind.is_some_and(|kind| self.drops_minus(kind)) => {
                    self.spell_money(-sum)
                }
                _ => self.spell(method, prop, value, calendar),
            };
            if !(json.is_null() && self.omits_nulls) {
                out.insert(self.told_as(prop), json);
            }
        }
        Json::Object(out)
    }

    pub(super) fn spell(&self, method: Method, prop: &Prop, value: &Value, calendar: Calendar) -> Json {
        match value {
            Value::Null => match prop.kind {
                Kind::Date if prop.sense == "birthday" => {
                    self.empty_date.date().map_or(Json::Null, |date| json!(self.dates.write(date)))
                }
                Kind::Sex if self.sex == SexForm::Zero12 => self.spell_int(0),
                _ => Json::Null,
            },
            Value::Flag(flag) => json!(flag),
            Value::Int(value) => self.spell_int(*value),
            Value::Money(sum) => self.spell_money(*sum),
            Value::Text(text) => json!(text),
            Value::Guid(guid) => json!(guid.hyphenated().to_string()),
            Value::Phone(digits) => json!(self.phone.write(digits)),
            Value::Date(date) => json!(self.dates.write(*date)),
            Value::Moment(at) => {
                let text = self.moments.write(calendar.local(*at), calendar.offset());
                if self.moments.is_number() { self.number(text) } else { json!(text) }
            }
            Value::Local(local) => json!(self.moments.write(*local, calendar.offset())),
            Value::Sex(sex) => {
                let [male, female] = self.sex.spellings();
                let text = if *sex == Sex::Male { male } else { female };
                if self.sex == SexForm::Zero12 { self.number(text.to_owned()) } else { json!(text) }
            }
            Value::Kind(kind) if prop.sense == "kindName" => json!(self.kinds.words(*kind)),
            Value::Kind(kind) => self.spell_kind(*kind),
            Value::Decimal(value, digits) => self.number(decimal(*value, *digits)),
            Value::List(items) => match prop.kind {
                Kind::Records(props) => {
                    items.iter().map(|item| self.spell_record(method, props, item, calendar)).collect()
                }
                _ => items.iter().map(|item| self.spell(method, prop, item, calendar)).collect(),
            },
            Value::Record(_) => Json::Null,
        }
    }

    /// Whether a negative sum of this kind is shown without its minus.
    fn drops_minus(&self, kind: TransactionKind) -> bool {
        match kind {
            TransactionKind::Payment | TransactionKind::Burning => !self.signed,
            TransactionKind::Withdrawal => !self.signed || !self.signed_withdrawals,
            _ => false,
        }
    }

    fn spell_int(&self, value: i64) -> Json {
        self.number(value.to_string())
    }

    /// A number in the dialect's form: a JSON number or a text.
    fn number(&self, digits: String) -> Json {
        match self.numbers {
            Numbers::Text => Json::String(digits),
            Numbers::Plain => serde_json::from_str::<Number>(&digits).map_or(Json::Null, Json::Number),
        }
    }

    fn spell_money(&self, sum: i64) -> Json {
        match self.money {
            MoneyForm::Kopecks => json!(sum),
            MoneyForm::KopecksText => json!(sum.to_string()),
            MoneyForm::RublesText => json!(hundredths(sum)),
            MoneyForm::RublesNumber => {
                serde_json::from_str::<Number>(&decimal(sum, 2)).map_or(Json::Null, Json::Number)
            }
        }
    }

    fn spell_kind(&self, kind: TransactionKind) -> Json {
        let place = KIND_WORDS.iter().position(|(known, _)| *known == kind).unwrap_or(0);
        match self.kinds {
            KindForm::Words => json!(KIND_WORDS[place].1),
            KindForm::Russian | KindForm::Panel => json!(self.kinds.words(kind)),
            KindForm::Codes => self.number((place + 1).to_string()),
        }
    }
}

/// A problem as ASP.NET writes it.
fn aspnet(status: StatusCode, title: &str) -> Json {
    json!({
        "type": "https://tools.ietf.org/html/rfc9110#section-15.5",
        "title": title,
        "status": status.as_u16(),
        "traceId": "00-6f8b2c1d9e4a47d0b1c2d3e4f5a6b7c8-1a2b3c4d5e6f7a8b-00",
    })
}

fn of_kind(kind: &'static str, mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// `-12.50`
fn hundredths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", value.unsigned_abs() / 100, value.unsigned_abs() % 100)
}

/// A number with at most `digits` digits after the point, without trailing zeros: `7.5`, `0.35`, `2`.
fn decimal(value: i64, digits: u32) -> String {
    let scale = 10_u64.pow(digits);
    let (whole, rest) = (value.unsigned_abs() / scale, value.unsigned_abs() % scale);
    let sign = if value < 0 { "-" } else { "" };
    let width = digits as usize;
    let text = format!("{sign}{whole}.{rest:0width$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn reply(status: StatusCode, json: &Json) -> Response<Body> {
    let mut response = Response::new(Body::from(json.to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_written_without_floats() {
        assert_eq!(decimal(750, 2), "7.5");
        assert_eq!(decimal(350, 3), "0.35");
        assert_eq!(decimal(2000, 3), "2");
        assert_eq!(decimal(-5, 2), "-0.05");
        assert_eq!(hundredths(-1250), "-12.50");
    }
}
