//! The default binding: the contract table as it stands.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    formats::{Format, PhoneFormat},
    model::{
        AnswerBinding, Binding, BodyKind, ImportError, Json, MethodBinding, Scheme, Slot, Source, Sourced, VERSION,
        Verb,
    },
    place::Place,
};
use crate::{
    contract::{self, FieldRow, MethodRow, MoneyUnit, Need, Unit},
    method::Method,
};

impl Default for Binding {
    /// The contract table: `POST /api/v0/…` with a flat JSON body, `Authorization: bearer <token>`, phones as
    /// `7XXXXXXXXXX`, ISO dates, kopecks.
    fn default() -> Self {
        let bearer =
            Sourced::new(Scheme::Header { name: "Authorization".into(), prefix: "bearer ".into() }, Source::Table);
        Self {
            version: VERSION,
            document: None,
            token: bearer.clone(),
            session: bearer,
            phone: Sourced::new(PhoneFormat::default(), Source::Table),
            utc_offset_minutes: Sourced::new(180, Source::Table),
            money: None,
            methods: contract::TABLE.iter().map(|row| (row.method, MethodBinding::of_row(row))).collect(),
        }
    }
}

impl Binding {
    /// A binding from a file that [`Binding::export`] wrote.
    ///
    /// # Errors
    /// [`ImportError`] for anything else, and for a file of a newer program.
    pub fn import(text: &str) -> Result<Self, ImportError> {
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        let malformed = |error: serde_json::Error| ImportError::Malformed(error.to_string());
        let head: Head = serde_json::from_str(text).map_err(malformed)?;
        if head.version > VERSION {
            return Err(ImportError::Newer(head.version));
        }
        let mut binding: Self = serde_json::from_str(text).map_err(malformed)?;
        binding.fill_gaps();
        Ok(binding)
    }

    /// Adds, from the table, the methods that a file of an older program lacks.
    fn fill_gaps(&mut self) {
        for row in &contract::TABLE {
            self.methods.entry(row.method).or_insert_with(|| MethodBinding::of_row(row));
        }
    }

    /// The table's binding of one method.
    #[must_use]
    pub fn of_table(method: Method) -> MethodBinding {
        MethodBinding::of_row(contract::row(method))
    }
}

impl MethodBinding {
    fn of_row(row: &MethodRow) -> Self {
        let sent = row.request.iter().filter(|field| field.need != Need::Named);
        Self {
            verb: Sourced::new(Verb::Post, Source::Table),
            path: Sourced::new(format!("/api/v0/{}", row.path), Source::Table),
            body: BodyKind::Json,
            content_type: None,
            fields: sent.map(|field| (field.field, vec![Slot::of_table(field)])).collect(),
            untold: BTreeMap::new(),
            constants: Vec::new(),
            pages: None,
            record: Vec::new(),
            choices: BTreeMap::new(),
            open: true,
            answer: AnswerBinding::default(),
            document: None,
            blockers: Vec::new(),
            doubts: Vec::new(),
        }
    }
}

impl Slot {
    fn of_table(row: &FieldRow) -> Self {
        let (json, format) = match row.field.unit() {
            Unit::Money => (Json::Integer, Format::Money(MoneyUnit::Kopecks)),
            Unit::Number | Unit::Sex => (Json::Integer, Format::Plain),
            Unit::Id => (Json::Any, Format::Plain),
            Unit::Flag => (Json::Boolean, Format::Plain),
            Unit::List => (Json::Array, Format::Plain),
            Unit::Phone | Unit::Date | Unit::Time | Unit::Guid | Unit::Text | Unit::Secret => {
                (Json::String, Format::Plain)
            }
        };
        Self {
            place: Place::Body,
            name: format!("/{}", row.name),
            json,
            format,
            required: row.need == Need::Must,
            source: Source::Table,
        }
    }
}
