//! Queries of a guest's history and of the journal.

use jiff::civil::Date;
use office::{Filter, Kind, State};
use probonus::{AccountId, Period, Span};
use serde::Deserialize;
use specta::Type;

use crate::{
    error::{AppError, FieldCode},
    form::{DayOf, Fields},
};

/// A query of an account's transactions.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum TransactionQuery {
    /// Those of a period of days.
    Period {
        /// First day, `01.11.2026` or ISO.
        from: String,
        /// Last day.
        to: String,
    },
    /// The last ones.
    Last {
        /// How many, 1…1000.
        count: u32,
    },
}

impl TransactionQuery {
    /// Parses the query.
    ///
    /// # Errors
    /// Days that can't be parsed, are in the wrong order or further apart than twenty years; a count out of range.
    pub fn parse(&self, today: Date) -> Result<Span, AppError> {
        let mut fields = Fields::on(today);
        let asked = match self {
            Self::Period { from, to } => {
                let days = fields.date("from", from, DayOf::Other).zip(fields.date("to", to, DayOf::Other));
                days.and_then(|(from, to)| match Period::new(from, to) {
                    Ok(period) => Some(Span::Period(period)),
                    Err(_) => fields.fail("to", FieldCode::EndsBeforeBegin),
                })
            }
            Self::Last { count: 0 } => fields.fail("count", FieldCode::NotPositive),
            Self::Last { count } => Some(Span::Last((*count).min(1000))),
        };
        fields.done(asked)
    }
}

/// A filter of the journal's operations.
#[derive(Clone, Debug, Default, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct OperationFilter {
    /// Kinds; empty: all.
    pub kinds: Vec<Kind>,
    /// States; empty: all.
    pub states: Vec<State>,
    /// First day, `01.11.2026` or ISO; empty: any.
    pub from: String,
    /// Last day; empty: any.
    pub to: String,
    /// Words to search.
    pub text: String,
    /// Only this account; `null`: any.
    pub account: Option<String>,
    /// Unknown ones first.
    pub unknown_on_top: bool,
}

impl OperationFilter {
    /// Parses the filter.
    ///
    /// # Errors
    /// Days that can't be parsed or are in the wrong order.
    pub fn parse(self, today: Date) -> Result<Filter, AppError> {
        let mut fields = Fields::on(today);
        let day = |fields: &mut Fields, name: &'static str, text: &str| -> Option<Date> {
            if text.trim().is_empty() { None } else { fields.date(name, text, DayOf::Other) }
        };
        let (from, to) = (day(&mut fields, "from", &self.from), day(&mut fields, "to", &self.to));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            fields.add("to", FieldCode::EndsBeforeBegin);
        }
        let account = self.account.filter(|id| !id.trim().is_empty()).map(AccountId::new);
        let text = self.text.chars().take(200).collect();
        fields.done(Some(Filter {
            kinds: self.kinds,
            states: self.states,
            from,
            to,
            text,
            account,
            unknown_on_top: self.unknown_on_top,
        }))
    }
}
