//! A binding as lines of text: to be shown, compared, and overruled one by one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    formats::Format,
    model::{
        AnswerField, Binding, BodyKind, Constant, Json, MethodBinding, Pages, Scheme, SecretConstant, Slot, Source,
        Sourced, Verb,
    },
    place::Place,
    problem::{Danger, Problem},
    room, safety,
    words::{self, enum_of, enum_word, name_of, name_word},
};
use crate::{
    contract::{Field, MoneyUnit, Unit},
    method::Method,
};

/// The text of a secret constant's line. A constant that is this very word is written in quotes, as any text is.
pub const IN_KEYCHAIN: &str = "keychain";

/// The text of the line that says that the server leaves zeros out of its answers.
const OMITTED: &str = "omitted";

/// One line of a binding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Line {
    /// The method; `None` for a line of the whole server.
    pub method: Option<Method>,
    /// What it says. Of a server: `token`, `session`, `phone`, `clock`, `money`. Of a method: `verb`, `path`, `body`,
    /// `field.<field>`, `constant.<place>.<name>`, `pages`, `record.<name>`, `answer.at`, `answer.money`,
    /// `answer.zeros`, and an [`answer_key`].
    pub key: String,
    /// Its text, as [`Binding::overrule`] takes it.
    pub value: String,
    /// Who said so.
    pub source: Source,
}

/// A line that two bindings differ in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LineChange {
    /// The method; `None` for a line of the whole server.
    pub method: Option<Method>,
    /// Which line.
    pub key: String,
    /// The older text; `None` if the line is new.
    pub before: Option<String>,
    /// The newer text; `None` if the line is gone.
    pub after: Option<String>,
    /// Who says the newer text, or said the older one.
    pub source: Source,
}

/// Why a line can't be overruled so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OverruleError {
    /// There is no such line.
    #[error("there is no line {0}")]
    NoSuchLine(String),
    /// The text is not understood; says what is expected.
    #[error("{0} is not understood; expected {1}")]
    NotUnderstood(String, &'static str),
    /// The request has no such place: a parameter that the path does not have, a header that is not free, a body's
    /// place that is no JSON pointer.
    #[error("the request has no place {0}")]
    NoRoom(String),
    /// The name says that the value is a secret. A binding is a plain file: a key goes to the keychain.
    #[error("{0} is named like a secret, and a binding is a plain file; a key goes to the keychain")]
    Secret(String),
    /// A field and a constant at one place: the constant would be sent in place of each call's own value.
    #[error("a field and a constant can't both stand at {name}; the other line must be removed first")]
    Taken {
        /// The part of the request.
        place: Place,
        /// The name there.
        name: String,
    },
}

impl Binding {
    /// Every line, in a steady order.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = vec![
            common("token", words::scheme(&self.token.value), self.token.source),
            common("session", words::scheme(&self.session.value), self.session.source),
            common("phone", words::phone(self.phone.value).to_owned(), self.phone.source),
            common("clock", words::clock(self.utc_offset_minutes.value), self.utc_offset_minutes.source),
        ];
        lines.extend(self.money.map(|money| common("money", enum_word(money.value), money.source)));
        for (&method, bound) in &self.methods {
            bound.lines(method, &mut lines);
        }
        lines
    }

    /// What is other in `newer`: for "the server's document changed".
    #[must_use]
    pub fn diff(&self, newer: &Self) -> Vec<LineChange> {
        type Key = (Option<Method>, String);
        let by_key = |binding: &Self| -> BTreeMap<Key, Line> {
            binding.lines().into_iter().map(|line| ((line.method, line.key.clone()), line)).collect()
        };
        let (old, new) = (by_key(self), by_key(newer));
        let mut keys: Vec<&Key> = old.keys().chain(new.keys()).collect();
        keys.sort();
        keys.dedup();
        keys.into_iter()
            .filter(|key| old.get(key).map(|l| &l.value) != new.get(key).map(|l| &l.value))
            .map(|key| LineChange {
                method: key.0,
                key: key.1.clone(),
                before: old.get(key).map(|line| line.value.clone()),
                after: new.get(key).map(|line| line.value.clone()),
                source: new.get(key).or(old.get(key)).map(|line| line.source).unwrap_or_default(),
            })
            .collect()
    }

    /// Sets one line as an administrator says. A field's line with an empty text means: don't send it.
    /// What blocked the method for the sake of this line, blocks it no longer.
    ///
    /// # Errors
    /// [`OverruleError`] for a line that does not exist, and for a text that can't be understood; nothing is changed.
    pub fn overrule(&mut self, method: Option<Method>, key: &str, value: &str) -> Result<(), OverruleError> {
        let value = value.trim();
        let missing = || OverruleError::NoSuchLine(key.to_owned());
        let Some(method) = method else { return self.overrule_common(key, value) };
        let described = self.document.is_some();
        let bound = self.methods.get_mut(&method).ok_or_else(missing)?;
        let was_missing = bound.blockers.contains(&Problem::NoMethod);
        bound.overrule(method, key, value)?;
        if described && was_missing && !bound.blockers.contains(&Problem::NoMethod) {
            bound.ask_units(method);
            if let Some(money) = self.money {
                bound.unit_of_server_is(method, money.value);
            }
        }
        Ok(())
    }

    /// As [`Binding::overrule`], for a line that is stored already. A field and a constant that are stored for one place block their
    /// method: without the line that is left out, the other would be sent alone.
    ///
    /// # Errors
    /// As [`Binding::overrule`].
    pub fn overrule_as_stored(&mut self, method: Option<Method>, key: &str, value: &str) -> Result<(), OverruleError> {
        let result = self.overrule(method, key, value);
        if let (Err(OverruleError::Taken { place, name }), Some(method)) = (&result, method)
            && let Some(bound) = self.methods.get_mut(&method)
        {
            let (place, name) = (*place, name.clone());
            bound.blockers.push(Problem::Dangerous { place, name, danger: Danger::Field });
        }
        result
    }

    /// The lines that an administrator set.
    #[must_use]
    pub fn overruled(&self) -> Vec<Line> {
        self.lines().into_iter().filter(|line| line.source == Source::Override).collect()
    }

    /// Lays the administrator's lines of an older binding over this one; gives back those that no longer fit.
    pub fn keep_overruled(&mut self, older: &Self) -> Vec<Line> {
        let mut lost = older.overruled();
        lost.retain(|line| self.overrule_as_stored(line.method, &line.key, &line.value).is_err());
        lost
    }

    fn overrule_common(&mut self, key: &str, value: &str) -> Result<(), OverruleError> {
        let bad = |expected| OverruleError::NotUnderstood(value.to_owned(), expected);
        match key {
            "token" => self.token = by_admin(scheme_of(value)?),
            "session" => self.session = by_admin(scheme_of(value)?),
            "phone" => {
                self.phone = by_admin(words::phone_of(value).ok_or_else(|| bad("7XXXXXXXXXX, +7XXXXXXXXXX…"))?);
            }
            "clock" => {
                self.utc_offset_minutes = by_admin(words::clock_of(value).ok_or_else(|| bad("+03:00"))?);
            }
            "money" => self.tell_unit(enum_of(value).ok_or_else(|| bad("kopecks or rubles"))?),
            _ => return Err(OverruleError::NoSuchLine(key.to_owned())),
        }
        Ok(())
    }
}

impl MethodBinding {
    fn lines(&self, method: Method, lines: &mut Vec<Line>) {
        let mut line = |key: String, value: String, source| {
            lines.push(Line { method: Some(method), key, value, source });
        };
        line("verb".into(), self.verb.value.as_str().into(), self.verb.source);
        line("path".into(), self.path.value.clone(), self.path.source);
        let content_type = self.content_type.as_deref().map(|name| format!(" {name}")).unwrap_or_default();
        line("body".into(), enum_word(self.body) + &content_type, self.path.source);
        for (field, slots) in &self.fields {
            let value = slots.iter().map(slot_text).collect::<Vec<_>>().join(" + ");
            // No slot at all is an administrator's word: don't send it.
            line(format!("field.{}", enum_word(*field)), value, slots.first().map_or(Source::Override, |s| s.source));
        }
        for constant in &self.constants {
            let key = constant_key(constant.place, &constant.name);
            let value = if constant.in_keychain { IN_KEYCHAIN.to_owned() } else { constant.value.to_string() };
            line(key, value, constant.source);
        }
        if let Some(pages) = &self.pages {
            line("pages".into(), pages.text(), pages.source);
        }
        for slot in &self.record {
            line(format!("record.{}", slot.name), slot_text(slot), slot.source);
        }
        if let Some(at) = &self.answer.at {
            line("answer.at".into(), at.value.clone(), at.source);
        }
        if let Some(money) = &self.answer.money {
            line("answer.money".into(), enum_word(money.value), money.source);
        }
        if self.answer.leaves_zeros_out {
            line("answer.zeros".into(), OMITTED.into(), Source::Swagger);
        }
        for (field, answer) in &self.answer.fields {
            line(answer_key(*field), answer_text(answer), answer.source);
        }
    }

    fn overrule(&mut self, method: Method, key: &str, value: &str) -> Result<(), OverruleError> {
        let bad = |expected| OverruleError::NotUnderstood(value.to_owned(), expected);
        match key {
            "verb" => {
                self.verb = by_admin(enum_of::<Verb>(&value.to_uppercase()).ok_or_else(|| bad("GET, POST, PUT…"))?);
            }
            "path" if words::is_path(value) => self.path = by_admin(value.to_owned()),
            "path" => return Err(bad("a path from /, without a server, a query or spaces")),
            "body" => self.overrule_body(value)?,
            "pages" if value.is_empty() => self.pages = None,
            "pages" => {
                let pages = Pages::of_text(value).filter(|_| method == Method::TransactionsOfPeriod);
                self.pages =
                    Some(pages.ok_or_else(|| bad("query page integer pages 1, or body /offset integer rows"))?);
            }
            "answer.at" if value.is_empty() || words::is_pointer(value) => {
                self.answer.at = Some(by_admin(value.to_owned()));
            }
            "answer.at" => return Err(bad("a JSON pointer: /data/items")),
            "answer.zeros" if matches!(value, OMITTED | "") => self.answer.leaves_zeros_out = value == OMITTED,
            "answer.zeros" => return Err(bad("omitted, or nothing")),
            "answer.money" => {
                self.answer.money = Some(by_admin(enum_of(value).ok_or_else(|| bad("kopecks or rubles"))?));
                self.unit_is_known(method);
            }
            _ => return self.overrule_part(key, value),
        }
        self.settle(|problem| {
            matches!(
                problem,
                Problem::NoMethod
                    | Problem::SeveralMethods { .. }
                    | Problem::BodyKind { .. }
                    | Problem::ReadIsWrite { .. }
            )
        });
        Ok(())
    }

    fn overrule_body(&mut self, value: &str) -> Result<(), OverruleError> {
        let bad = |expected| OverruleError::NotUnderstood(value.to_owned(), expected);
        let (kind, content_type) = value.split_once(' ').map_or((value, None), |(kind, name)| (kind, Some(name)));
        let kind = enum_of::<BodyKind>(kind).ok_or_else(|| bad("json, form or multipart"))?;
        if content_type.is_some_and(|name| kind != BodyKind::Json || !words::is_content_type(name)) {
            return Err(bad("a content type behind json only: json application/vnd.api+json"));
        }
        self.body = kind;
        self.content_type = content_type.map(str::to_owned);
        Ok(())
    }

    /// A line of one field or constant: `field.sum`, `answer.balance`, `constant.query.source`.
    fn overrule_part(&mut self, key: &str, value: &str) -> Result<(), OverruleError> {
        let missing = || OverruleError::NoSuchLine(key.to_owned());
        let (kind, rest) = key.split_once('.').ok_or_else(missing)?;
        if kind == "constant" {
            let (place, name) = rest.split_once('.').ok_or_else(missing)?;
            let place = enum_of::<Place>(place).ok_or_else(missing)?;
            return self.overrule_constant(place, name, value);
        }
        let of_answer = Field::ALL.iter().copied().find(|field| kind == "answer" && answer_key(*field) == key);
        let field = of_answer.or_else(|| enum_of::<Field>(rest)).ok_or_else(missing)?;
        match kind {
            "field" => {
                let slots = slots_of(value, field)?;
                if let Some(slot) = slots.iter().find(|slot| !self.has_room(slot)) {
                    return Err(OverruleError::NoRoom(slot.name.clone()));
                }
                self.make_room(&slots).map_err(|(place, name)| OverruleError::Taken { place, name })?;
                self.fields.insert(field, slots);
            }
            "answer" => {
                let answer = answer_of(value).filter(|answer| answer.format.suits(field.unit()));
                let bad = || OverruleError::NotUnderstood(value.to_owned(), "a name and a format");
                self.answer.fields.insert(field, answer.ok_or_else(bad)?);
            }
            _ => return Err(missing()),
        }
        self.settle(|problem| problem.field() == Some(field));
        Ok(())
    }

    fn overrule_constant(&mut self, place: Place, name: &str, value: &str) -> Result<(), OverruleError> {
        let in_keychain = value == IN_KEYCHAIN;
        let value = match in_keychain {
            true => Value::Null,
            false => serde_json::from_str(value).unwrap_or_else(|_| value.into()),
        };
        let constant = Constant { place, name: name.into(), value, source: Source::Override, in_keychain };
        match safety::danger_of(&constant) {
            Some(Danger::Secret) => return Err(OverruleError::Secret(name.to_owned())),
            Some(_) => {
                return Err(OverruleError::NoRoom(name.to_owned()));
            }
            None => {}
        }
        if self.has_field_at(place, name) {
            return Err(OverruleError::Taken { place, name: name.to_owned() });
        }
        self.constants.retain(|known| (known.place, known.name.as_str()) != (place, name));
        self.constants.push(constant);
        self.settle(|problem| room::is_at(problem, place, name));
        Ok(())
    }

    pub(super) fn settle(&mut self, settled: impl Fn(&Problem) -> bool) {
        self.blockers.retain(|problem| !settled(problem));
        self.doubts.retain(|problem| !settled(problem));
    }
}

impl SecretConstant {
    /// The key of its line: `constant.header.X-Api-Key`.
    #[must_use]
    pub fn line(&self) -> String {
        constant_key(self.place, &self.name)
    }
}

/// The key of the line that says where an answer has a field: `answer.balance`. That of a moment is `answer.moment`, since
/// `answer.at` is the place of the record itself.
#[must_use]
pub fn answer_key(field: Field) -> String {
    match field {
        Field::At => "answer.moment".into(),
        field => format!("answer.{}", enum_word(field)),
    }
}

fn constant_key(place: Place, name: &str) -> String {
    format!("constant.{}.{name}", enum_word(place))
}

fn common(key: &str, value: String, source: Source) -> Line {
    Line { method: None, key: key.into(), value, source }
}

fn by_admin<T>(value: T) -> Sourced<T> {
    Sourced::new(value, Source::Override)
}

fn scheme_of(text: &str) -> Result<Scheme, OverruleError> {
    words::scheme_of(text)
        .filter(|scheme| safety::danger_of_token(scheme).is_none())
        .ok_or_else(|| OverruleError::NotUnderstood(text.to_owned(), "header Name: prefix, or query name"))
}

/// `body /guest/phone string +7XXXXXXXXXX required`
fn slot_text(slot: &Slot) -> String {
    let mut text = format!("{} {} {}", enum_word(slot.place), name_word(&slot.name), enum_word(slot.json));
    if let Some(format) = words::format(&slot.format) {
        text = format!("{text} {format}");
    }
    if slot.required { text + " required" } else { text }
}

fn slots_of(text: &str, field: Field) -> Result<Vec<Slot>, OverruleError> {
    let bad = || OverruleError::NotUnderstood(text.to_owned(), "place name type [format] [required], joined by +");
    if text.is_empty() {
        return Ok(Vec::new());
    }
    text.split(" + ").map(|part| slot_of(part, field).ok_or_else(bad)).collect()
}

fn slot_of(text: &str, field: Field) -> Option<Slot> {
    let (text, required) = match text.trim().strip_suffix(" required") {
        Some(rest) => (rest, true),
        None => (text.trim(), false),
    };
    let mut parts = text.splitn(4, ' ');
    let place = enum_of(parts.next()?)?;
    let name = name_of(parts.next()?);
    let json = enum_of(parts.next()?)?;
    let format = match parts.next() {
        Some(word) => words::format_of(word)?,
        // A type that takes a fraction does not say kopecks.
        None if field.unit() == Unit::Money && matches!(json, Json::Number | Json::String) => return None,
        None if field.unit() == Unit::Money => Format::Money(MoneyUnit::Kopecks),
        None => Format::Plain,
    };
    if !format.suits(field.unit()) {
        return None;
    }
    Some(Slot { place, name, json, format, required, source: Source::Override })
}

fn answer_text(answer: &AnswerField) -> String {
    match words::format(&answer.format) {
        Some(format) => format!("{} {format}", name_word(&answer.name)),
        None => name_word(&answer.name),
    }
}

fn answer_of(text: &str) -> Option<AnswerField> {
    let (name, format) = match text.split_once(' ') {
        Some((name, format)) => (name, words::format_of(format.trim())?),
        None => (text, Format::Plain),
    };
    if name.is_empty() {
        return None;
    }
    Some(AnswerField { name: name_of(name), format, source: Source::Override })
}
