//! Values without a spelling.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use uuid::Uuid;

use crate::core::model::{Sex, TransactionKind};

/// A value of the protocol, typed by its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Yes or no.
    Flag(bool),
    /// An identifier or a whole number.
    Int(i64),
    /// Kopecks.
    Money(i64),
    /// Text.
    Text(String),
    /// A GUID.
    Guid(Uuid),
    /// Digits with the country code.
    Phone(String),
    /// A day.
    Date(Date),
    /// A moment in an answer.
    Moment(Timestamp),
    /// A local time in a request.
    Local(DateTime),
    /// Sex.
    Sex(Sex),
    /// Kind of a transaction.
    Kind(TransactionKind),
    /// A number with this many digits after the point.
    Decimal(i64, u32),
    /// Several values.
    List(Vec<Value>),
    /// Named values, by their spelling in the table.
    Record(Vec<(&'static str, Value)>),
}

impl Value {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn maybe<T>(value: Option<T>, wrap: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Null, wrap)
    }
}

/// The fields of a request that were given, by their spelling in the table. A field that was given empty is
/// [`Value::Null`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    /// Adds a field.
    pub fn put(&mut self, name: &'static str, value: Value) {
        self.0.push((name, value));
    }

    /// A field, if it was given and is not empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.given(name).filter(|value| **value != Value::Null)
    }

    /// A field, if it was given, even if it is empty.
    #[must_use]
    pub fn given(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        match self.get(name) {
            Some(Value::Int(value) | Value::Money(value)) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Value::Text(text) | Value::Phone(text)) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn guid(&self, name: &str) -> Option<Uuid> {
        match self.get(name) {
            Some(Value::Guid(guid)) => Some(*guid),
            _ => None,
        }
    }

    pub(crate) fn date(&self, name: &str) -> Option<Date> {
        match self.get(name) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        }
    }
}
