//! The JSON Schema of a value in a dialect.

use serde_json::{Map, Value as Json, json};

use super::{
    DateForm, Description, Dialect, EmptyDate, Framework, KindForm, MomentForm, MoneyForm, Numbers, SexForm,
    forms::KIND_WORDS,
};
use crate::{
    protocol::{Kind, Method, Need, Prop, kind_name, spec},
    seed::directories,
};

/// `accounts/find_by_phone` and `Answer` → `AccountsFindByPhoneAnswer`.
pub(crate) fn type_name(method: Method, suffix: &str) -> String {
    let words = spec(method).path.split(['/', '_']).map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect::<String>() + suffix
}

impl Dialect {
    /// The schema of a field in a request. `written_out`: it is sent as text, in a query, a form, a header or a path.
    pub(crate) fn shape_asked(&self, method: Method, prop: &Prop, written_out: bool) -> Json {
        let schema = match prop.kind {
            Kind::Texts if written_out => described(json!({ "type": "string" }), prop, "через запятую"),
            Kind::Money => shape_money(prop, self.asked_money(method)),
            _ => self.shape(method, prop, None),
        };
        match (self.framework, prop.need) {
            (Framework::FastApi, Need::May | Need::Extra) if !written_out => any_of_null(schema),
            _ => schema,
        }
    }

    /// The schema of a record in an answer.
    pub(crate) fn shape_record(&self, method: Method, props: &'static [Prop], version: Description) -> Json {
        let mut properties = Map::new();
        for prop in self.shows(method, props) {
            let schema = match prop.kind {
                Kind::Money => shape_money(prop, self.money),
                _ => self.shape(method, prop, Some(version)),
            };
            let schema = match (self.framework, prop.need) {
                (_, Need::Must) => schema,
                (Framework::FastApi, _) => any_of_null(schema),
                _ => nullable(schema, version),
            };
            properties.insert(self.told_as(prop), schema);
        }
        json!({ "type": "object", "properties": properties })
    }

    fn shape(&self, method: Method, prop: &Prop, answer: Option<Description>) -> Json {
        let int = || match self.numbers {
            Numbers::Plain => json!({ "type": "integer", "format": "int64" }),
            Numbers::Text => json!({ "type": "string", "example": "100001" }),
        };
        let (schema, hint): (Json, String) = match prop.kind {
            Kind::Id | Kind::Int => (int(), String::new()),
            Kind::Text(longest) => (json!({ "type": "string", "maxLength": longest }), String::new()),
            Kind::Secret => (json!({ "type": "string", "format": "password" }), String::new()),
            Kind::Flag => (json!({ "type": "boolean" }), String::new()),
            Kind::Money => return shape_money(prop, self.money),
            Kind::Guid => (json!({ "type": "string", "format": "uuid" }), String::new()),
            Kind::Phone | Kind::Phones if self.silent_phone.contains(&method) => {
                let text = json!({ "type": "string" });
                (
                    if prop.kind == Kind::Phones { json!({ "type": "array", "items": text }) } else { text },
                    String::new(),
                )
            }
            Kind::Phones => {
                let example = self.phone.write("79123456789");
                let items = json!({ "type": "string", "example": example });
                (json!({ "type": "array", "items": items }), format!("в виде {example}"))
            }
            Kind::Level if !self.lists_levels => (int(), String::new()),
            Kind::Level => self.shape_level(),
            Kind::Phone => {
                let example = self.phone.write("79123456789");
                (json!({ "type": "string", "example": example }), format!("в виде {example}"))
            }
            Kind::Date => self.shape_date(),
            Kind::Border(_) if self.period_of_moments => self.shape_moment(),
            Kind::Border(_) => self.shape_date(),
            Kind::Moment => self.shape_moment(),
            Kind::Sex => self.shape_sex(),
            Kind::Transaction => self.shape_kind(),
            Kind::Decimal => match self.numbers {
                Numbers::Plain => (json!({ "type": "number" }), String::new()),
                Numbers::Text => (json!({ "type": "string", "example": "1.5" }), String::new()),
            },
            Kind::Texts => (json!({ "type": "array", "items": { "type": "string" } }), String::new()),
            Kind::Records(props) => {
                let items = self.shape_record(method, props, answer.unwrap_or(Description::OpenApi30));
                (json!({ "type": "array", "items": items }), String::new())
            }
        };
        let hint = match self.empty_date {
            EmptyDate::Null => hint,
            empty if prop.sense == "birthday" => {
                let empty = empty.date().map(|date| self.dates.write(date)).unwrap_or_default();
                format!("{hint}{}{empty} — не указана", if hint.is_empty() { "" } else { "; " })
            }
            _ => hint,
        };
        described(schema, prop, &hint)
    }

    /// The ids of the levels, and a note with their names.
    fn shape_level(&self) -> (Json, String) {
        let levels = directories().levels;
        let names = levels.iter().map(|level| format!("{} — {}", level.id, level.name));
        let names = names.collect::<Vec<_>>().join(", ");
        match self.numbers {
            Numbers::Plain => {
                let ids: Vec<i64> = levels.iter().map(|level| level.id).collect();
                (json!({ "type": "integer", "enum": ids }), names)
            }
            Numbers::Text => {
                let ids: Vec<String> = levels.iter().map(|level| level.id.to_string()).collect();
                (json!({ "type": "string", "enum": ids }), names)
            }
        }
    }

    fn shape_date(&self) -> (Json, String) {
        let example = self.dates.write(jiff::civil::date(2026, 11, 30));
        match self.dates {
            DateForm::Iso => (json!({ "type": "string", "format": "date", "example": example }), String::new()),
            DateForm::IsoMidnight => {
                (json!({ "type": "string", "format": "date-time", "example": example }), format!("в виде {example}"))
            }
            DateForm::Dots => (json!({ "type": "string", "example": example }), "в виде ДД.ММ.ГГГГ".to_owned()),
            DateForm::Basic => (json!({ "type": "string", "example": example }), "в виде ГГГГММДД".to_owned()),
        }
    }

    fn shape_moment(&self) -> (Json, String) {
        let local = jiff::civil::datetime(2026, 11, 30, 14, 5, 9, 0);
        let example = self.moments.write(local, jiff::tz::Offset::constant(3));
        match self.moments {
            MomentForm::IsoLocal | MomentForm::IsoUtc | MomentForm::IsoOffset => {
                let hint = format!("в виде {example}");
                (json!({ "type": "string", "format": "date-time", "example": example }), hint)
            }
            MomentForm::Dots => {
                (json!({ "type": "string", "example": example }), "в виде ДД.ММ.ГГГГ чч:мм:сс".to_owned())
            }
            MomentForm::Unix | MomentForm::UnixMillis => {
                let unit = if self.moments == MomentForm::Unix {
                    "Unix, секунды"
                } else {
                    "Unix, миллисекунды"
                };
                match self.numbers {
                    Numbers::Plain => (json!({ "type": "integer", "format": "int64" }), unit.to_owned()),
                    Numbers::Text => (json!({ "type": "string", "example": example }), unit.to_owned()),
                }
            }
        }
    }

    fn shape_sex(&self) -> (Json, String) {
        let [male, female] = self.sex.spellings();
        let hint = format!("{male} — мужской, {female} — женский");
        match (self.sex, self.numbers) {
            (SexForm::Zero12, Numbers::Plain) => {
                (json!({ "type": "integer", "enum": [0, 1, 2] }), format!("{hint}, 0 — не указан"))
            }
            (SexForm::Zero12, Numbers::Text) => {
                (json!({ "type": "string", "enum": ["0", "1", "2"] }), format!("{hint}, 0 — не указан"))
            }
            _ => (json!({ "type": "string", "enum": [male, female] }), hint),
        }
    }

    fn shape_kind(&self) -> (Json, String) {
        let list = |word: fn(usize) -> String| (0..KIND_WORDS.len()).map(word).collect::<Vec<_>>();
        match (self.kinds, self.numbers) {
            (KindForm::Words, _) => {
                (json!({ "type": "string", "enum": list(|at| KIND_WORDS[at].1.to_owned()) }), String::new())
            }
            (KindForm::Russian | KindForm::Panel, _) => {
                let words: Vec<&str> = KIND_WORDS.iter().map(|(kind, _)| self.kinds.words(*kind)).collect();
                (json!({ "type": "string", "enum": words }), String::new())
            }
            (KindForm::Codes, numbers) => {
                let hint = list(|at| format!("{} — {}", at + 1, kind_name(KIND_WORDS[at].0).to_lowercase())).join(", ");
                let kind = if numbers == Numbers::Plain { "integer" } else { "string" };
                (json!({ "type": kind }), hint)
            }
        }
    }
}

fn shape_money(prop: &Prop, form: MoneyForm) -> Json {
    let schema = match form {
        MoneyForm::Kopecks => json!({ "type": "integer", "format": "int64", "example": 1250 }),
        MoneyForm::KopecksText => json!({ "type": "string", "example": "1250" }),
        MoneyForm::RublesText => json!({ "type": "string", "format": "decimal", "example": "12.50" }),
        MoneyForm::RublesNumber => json!({ "type": "number", "format": "decimal", "example": 12.5 }),
    };
    described(schema, prop, if form.in_rubles() { "в рублях" } else { "в копейках" })
}

fn described(mut schema: Json, prop: &Prop, hint: &str) -> Json {
    let gap = if hint.is_empty() { "" } else { ", " };
    schema["description"] = json!(format!("{}{gap}{hint}", prop.note));
    schema
}

/// The schema of an optional field as pydantic writes it: `anyOf` with null, and the texts outside of it.
fn any_of_null(mut schema: Json) -> Json {
    let words = schema.as_object_mut().and_then(|schema| schema.shift_remove("description"));
    let mut either = json!({ "anyOf": [schema, { "type": "null" }] });
    if let Some(words) = words {
        either["description"] = words;
    }
    either
}

/// The schema of an optional field in this version of the description.
fn nullable(mut schema: Json, version: Description) -> Json {
    match version {
        Description::Swagger2 | Description::Absent => schema["x-nullable"] = json!(true),
        Description::OpenApi30 => schema["nullable"] = json!(true),
        Description::OpenApi31 | Description::OpenApi31Yaml => {
            let of = schema["type"].take();
            schema["type"] = json!([of, "null"]);
        }
    }
    schema
}
