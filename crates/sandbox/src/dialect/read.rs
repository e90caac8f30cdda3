//! Reads requests strictly, as a real server does: only one form is accepted, so that an error of the client shows.

use std::collections::HashMap;

use jiff::civil::{Date, DateTime};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Dialect, MoneyForm, Numbers, OtherPhone, Place, SexForm};
use crate::{
    core::{calendar::Calendar, guests::AS_GIVEN},
    protocol::{Fields, Kind, Method, Need, Prop, Value},
};

/// A request before it is parsed.
#[derive(Clone, Debug, Default)]
pub struct RawRequest {
    /// Fields of the path.
    pub path: HashMap<String, String>,
    /// The query.
    pub query: HashMap<String, String>,
    /// Headers, by their names in lower case.
    pub headers: HashMap<String, String>,
    /// Content type, without parameters, in lower case.
    pub content_type: String,
    /// The body.
    pub body: axum::body::Bytes,
}

/// Why a request can't be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// The field's name in the dialect; `None`: the request as a whole.
    pub field: Option<String>,
    /// What is wrong with it, in Russian.
    pub why: String,
}

impl Misread {
    fn whole(why: impl Into<String>) -> Self {
        Self { field: None, why: why.into() }
    }

    /// The field and the reason as one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        match &self.field {
            Some(field) => format!("Поле {field}: {}", self.why),
            None => self.why.clone(),
        }
    }
}

impl Dialect {
    /// The fields of a request.
    ///
    /// # Errors
    /// A body of another kind, a missing field, a value that is not in the dialect's form.
    pub fn read(&self, method: Method, request: &RawRequest, calendar: Calendar) -> Result<Fields, Misread> {
        let route = self.route(method);
        let rest = self.rest(route.place, request)?;
        let mut fields = Fields::default();
        for prop in self.takes(method) {
            let name = self.asked_as(prop);
            let in_path = route.path.contains(&format!("{{{name}}}"));
            let raw =
                if in_path { request.path.get(&name).map(|text| Json::String(text.clone())) } else { rest.get(&name) };
            let written_out = in_path || route.place != Place::Json;
            match raw {
                None if prop.need == Need::Must => {
                    return Err(Misread { field: Some(name), why: "не передано".to_owned() });
                }
                None => {}
                Some(raw) => {
                    let value = self.read_value(method, prop, &raw, written_out, calendar);
                    let value = value.map_err(|why| Misread { field: Some(name.clone()), why })?;
                    if value == Value::Null && prop.need == Need::Must {
                        return Err(Misread { field: Some(name), why: "не заполнено".to_owned() });
                    }
                    fields.put(prop.name, value);
                }
            }
        }
        Ok(fields)
    }

    fn rest(&self, place: Place, request: &RawRequest) -> Result<Rest, Misread> {
        match place {
            Place::Query => Ok(Rest::Texts(request.query.clone())),
            Place::Header => Ok(Rest::Headers(request.headers.clone())),
            Place::Form => {
                if !request.body.is_empty() && request.content_type != "application/x-www-form-urlencoded" {
                    return Err(Misread::whole("Ожидается тело application/x-www-form-urlencoded"));
                }
                Ok(Rest::Texts(form_urlencoded::parse(&request.body).into_owned().collect()))
            }
            Place::Json => {
                if request.body.is_empty() {
                    return Ok(Rest::Json(Json::Null));
                }
                if request.content_type != "application/json" {
                    return Err(Misread::whole("Ожидается тело application/json"));
                }
                let mut json: Json = serde_json::from_slice(&request.body)
                    .map_err(|error| Misread::whole(format!("Тело запроса — не JSON: {error}")))?;
                if let Some(key) = &self.nest {
                    json = json.get_mut(self.request_case.apply(key)).map(Json::take).unwrap_or_default();
                }
                Ok(Rest::Json(json))
            }
        }
    }

    /// A value in this dialect's form. `written_out`: it came as text, so numbers are text as well.
    fn read_value(
        &self,
        method: Method,
        prop: &Prop,
        raw: &Json,
        written_out: bool,
        calendar: Calendar,
    ) -> Result<Value, String> {
        if raw.is_null() || (written_out && raw.as_str() == Some("") && !matches!(prop.kind, Kind::Text(_))) {
            return Ok(Value::Null);
        }
        let numbers_as_text = written_out || self.numbers == Numbers::Text;
        match prop.kind {
            Kind::Id => integer(raw, numbers_as_text).map(Value::Int),
            Kind::Int | Kind::Level => small_integer(raw, numbers_as_text).map(Value::Int),
            Kind::Text(longest) => read_text(text(raw)?, longest, prop.need),
            Kind::Secret => text(raw).map(Value::text),
            Kind::Flag => flag(raw, written_out).map(Value::Flag),
            Kind::Money => {
                let form = self.asked_money(method);
                read_money(raw, form, written_out).map(Value::Money).ok_or_else(|| money_wanted(form))
            }
            Kind::Guid => Uuid::try_parse(text(raw)?).map(Value::Guid).map_err(|_| "ожидается GUID".to_owned()),
            Kind::Phone => self.read_phone(text(raw)?).map(Value::Phone),
            Kind::Date => self.read_date(text(raw)?).map(|date| self.date_or_null(prop, date)),
            Kind::Border(_) if self.period_of_moments => self.read_moment(raw, calendar).map(Value::Local),
            Kind::Border(_) => self.read_date(text(raw)?).map(Value::Date),
            Kind::Moment => self.read_moment(raw, calendar).map(Value::Local),
            Kind::Sex => self.read_sex(raw, numbers_as_text),
            Kind::Texts => texts(raw, written_out).map(Value::List),
            Kind::Transaction | Kind::Decimal | Kind::Phones | Kind::Records(_) => Err("не принимается".to_owned()),
        }
    }

    fn read_phone(&self, text: &str) -> Result<String, String> {
        match (self.phone.read(text), self.other_phone) {
            (Some(digits), _) => Ok(digits),
            (None, OtherPhone::AnotherNumber) => Ok(format!("{AS_GIVEN}{text}")),
            (None, OtherPhone::Refused) => {
                Err(format!("телефон передаётся в виде {}", self.phone.write("79123456789")))
            }
        }
    }

    fn read_date(&self, text: &str) -> Result<Date, String> {
        let example = jiff::civil::date(2026, 11, 30);
        self.dates.read(text).ok_or_else(|| format!("ожидается дата в виде {}", self.dates.write(example)))
    }

    /// The date, or null if it is the dialect's value of an unknown birthday, such as 0001-01-01.
    fn date_or_null(&self, prop: &Prop, date: Date) -> Value {
        if prop.sense == "birthday" && self.empty_date.date() == Some(date) { Value::Null } else { Value::Date(date) }
    }

    fn read_sex(&self, raw: &Json, numbers_as_text: bool) -> Result<Value, String> {
        let is_number = self.sex == SexForm::Zero12 && !numbers_as_text;
        let spelled = match raw {
            Json::Number(number) if is_number => number.to_string(),
            Json::String(text) if !is_number => text.clone(),
            _ => String::new(),
        };
        match self.sex.read(&spelled) {
            Some(sex) => Ok(Value::Sex(sex)),
            None if self.sex == SexForm::Zero12 && spelled == "0" => Ok(Value::Null),
            None => Err(format!("ожидается одно из: {}", self.sex.spellings().join(", "))),
        }
    }

    fn read_moment(&self, raw: &Json, calendar: Calendar) -> Result<DateTime, String> {
        let text = match raw {
            Json::String(text) => text.clone(),
            Json::Number(number) if self.moments.is_number() => number.to_string(),
            _ => String::new(),
        };
        let example = self.moments.write(jiff::civil::datetime(2026, 11, 30, 14, 5, 9, 0), calendar.offset());
        self.moments.read(&text, calendar.offset()).ok_or_else(|| format!("ожидается дата и время в виде {example}"))
    }
}

/// The fields that are not in the path.
enum Rest {
    Texts(HashMap<String, String>),
    Headers(HashMap<String, String>),
    Json(Json),
}

impl Rest {
    fn get(&self, name: &str) -> Option<Json> {
        match self {
            Self::Texts(texts) => texts.get(name).map(|text| Json::String(text.clone())),
            Self::Headers(headers) => {
                let text = headers.get(&format!("x-{}", name.to_lowercase()))?;
                Some(Json::String(text.clone()))
            }
            Self::Json(json) => json.get(name).cloned(),
        }
    }
}

fn text(raw: &Json) -> Result<&str, String> {
    raw.as_str().ok_or_else(|| "ожидается строка".to_owned())
}

fn read_text(text: &str, longest: u32, need: Need) -> Result<Value, String> {
    if text.chars().count() > longest as usize {
        return Err(format!("не длиннее {longest} символов"));
    }
    if need == Need::Must && text.trim().is_empty() {
        return Err("не заполнено".to_owned());
    }
    Ok(Value::text(text))
}

fn integer(raw: &Json, as_text: bool) -> Result<i64, String> {
    let number = match raw {
        Json::Number(number) if !as_text => number.as_i64(),
        Json::String(text) if as_text => text.parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| "ожидается целое число".to_owned())
}

/// An integer that is not an id.
fn small_integer(raw: &Json, as_text: bool) -> Result<i64, String> {
    let number = integer(raw, as_text)?;
    if number.unsigned_abs() > 1_000_000_000 {
        Err("слишком большое число".to_owned())
    } else {
        Ok(number)
    }
}

fn flag(raw: &Json, written_out: bool) -> Result<bool, String> {
    match (raw, raw.as_str()) {
        (Json::Bool(flag), _) => Ok(*flag),
        (_, Some("true")) if written_out => Ok(true),
        (_, Some("false")) if written_out => Ok(false),
        _ => Err("ожидается true или false".to_owned()),
    }
}

/// A list of texts. If it came as text, commas separate the items.
fn texts(raw: &Json, written_out: bool) -> Result<Vec<Value>, String> {
    let list = match raw {
        Json::Array(items) => items.iter().map(|item| item.as_str().map(Value::text)).collect(),
        Json::String(text) if written_out => {
            Some(text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(Value::text).collect())
        }
        _ => None,
    };
    list.ok_or_else(|| "ожидается список строк".to_owned())
}

fn money_wanted(form: MoneyForm) -> String {
    match form {
        MoneyForm::Kopecks | MoneyForm::KopecksText => "ожидается сумма в копейках, целое число",
        MoneyForm::RublesText | MoneyForm::RublesNumber => "ожидается сумма в рублях, например 12.50",
    }
    .to_owned()
}

/// Kopecks of a sum in this form. A number is read by its digits, never as a float.
fn read_money(raw: &Json, form: MoneyForm, written_out: bool) -> Option<i64> {
    let digits = match (raw, form) {
        (Json::String(text), MoneyForm::KopecksText | MoneyForm::RublesText) => text.clone(),
        (Json::String(text), _) if written_out => text.clone(),
        (Json::Number(number), MoneyForm::Kopecks | MoneyForm::RublesNumber) => number.to_string(),
        _ => return None,
    };
    if !form.in_rubles() {
        return digits.parse().ok();
    }
    let (negative, digits) = digits.strip_prefix('-').map_or((false, digits.as_str()), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let only_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !only_digits(whole) || !only_digits(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 2 {
        return None;
    }
    let kopecks: i64 = format!("{fraction:0<2}").parse().ok()?;
    let sum = whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(kopecks)?;
    Some(if negative { -sum } else { sum })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn money_is_read_in_its_unit_only() {
        assert_eq!(read_money(&json!(1250), MoneyForm::Kopecks, false), Some(1250));
        assert_eq!(read_money(&json!("1250"), MoneyForm::Kopecks, false), None);
        assert_eq!(read_money(&json!("12.50"), MoneyForm::RublesText, false), Some(1250));
        assert_eq!(read_money(&json!(12.5), MoneyForm::RublesNumber, false), Some(1250));
        assert_eq!(read_money(&json!(12.5), MoneyForm::Kopecks, false), None);
        assert_eq!(read_money(&json!("12.505"), MoneyForm::RublesText, false), None);
    }
}
