//! The default binding: the contract table as it stands.

use super::{
    AnswerBinding, Binding, BodyKind, Format, Json, MethodBinding, MoneyUnit, PhoneFormat, Place, Scheme, Slot, Source,
    Sourced, VERSION, Verb,
};
use crate::{
    Method,
    contract::{self, FieldRow, MethodRow, Need, Unit},
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
            methods: contract::TABLE.iter().map(|row| (row.method, MethodBinding::of_table(row))).collect(),
        }
    }
}

impl Binding {
    /// Adds, from the table, the methods that a file of an older program lacks.
    pub(super) fn fill_gaps(&mut self) {
        for row in &contract::TABLE {
            self.methods.entry(row.method).or_insert_with(|| MethodBinding::of_table(row));
        }
    }

    /// The table's binding of one method.
    #[must_use]
    pub fn of_table(method: Method) -> MethodBinding {
        MethodBinding::of_table(contract::row(method))
    }
}

impl MethodBinding {
    fn of_table(row: &MethodRow) -> Self {
        let sent = row.request.iter().filter(|field| field.need != Need::Named);
        Self {
            verb: Sourced::new(Verb::Post, Source::Table),
            path: Sourced::new(format!("/api/v0/{}", row.path), Source::Table),
            body: BodyKind::Json,
            content_type: None,
            fields: sent.map(|field| (field.field, vec![Slot::of_table(field)])).collect(),
            constants: Vec::new(),
            record: Vec::new(),
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
