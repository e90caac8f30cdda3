//! How values are written on the wire.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::contract::{MoneyUnit, Unit};

/// How a value of a field is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// As it is; the field's own default.
    #[default]
    Plain,
    /// A sum of money.
    Money(MoneyUnit),
    /// A phone.
    Phone(PhoneFormat),
    /// A day or a moment.
    Date(DateFormat),
    /// Codes of the sexes.
    Sex(SexCodes),
    /// A list in one text, parted by commas.
    Commas,
    /// A part of a sum that is written in two places.
    Part(PartFormat),
    /// Codes, each with its name: the kinds of entries.
    Names(Vec<Choice>),
}

impl Format {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::Plain
    }

    /// Whether a value of this unit can be written so.
    #[must_use]
    pub const fn suits(&self, unit: Unit) -> bool {
        match self {
            Self::Plain => true,
            Self::Money(_) | Self::Part(_) => matches!(unit, Unit::Money),
            Self::Phone(_) => matches!(unit, Unit::Phone),
            Self::Date(_) => matches!(unit, Unit::Date | Unit::Time),
            Self::Sex(_) => matches!(unit, Unit::Sex),
            Self::Commas => matches!(unit, Unit::List),
            Self::Names(_) => matches!(unit, Unit::Text),
        }
    }
}

/// How a Russian phone is written; a foreign one always has its country's code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum PhoneFormat {
    /// `79123456789` \[A]
    #[default]
    Seven,
    /// `+79123456789`
    PlusSeven,
    /// `89123456789`
    Eight,
    /// `9123456789`
    TenDigits,
    /// `+7 (912) 345-67-89`
    Pretty,
}

impl PhoneFormat {
    /// Every format, the likeliest first: the order in which format discovery asks.
    pub const ALL: [Self; 5] = [Self::Seven, Self::PlusSeven, Self::TenDigits, Self::Eight, Self::Pretty];
}

/// How a day or a moment is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateFormat {
    /// `2026-11-30`; a moment as `2026-11-30T14:05:00`.
    #[default]
    Iso,
    /// `2026-11-30T00:00:00`
    IsoTime,
    /// `2026-11-30T00:00:00`, midnight always: a day written as a moment.
    IsoMidnight,
    /// `2026-11-30T00:00:00Z`: the instant, in UTC.
    IsoUtc,
    /// `2026-11-30T00:00:00+03:00`
    IsoOffset,
    /// `2026-11-30 00:00:00`
    IsoSpaced,
    /// `30.11.2026`; a moment as `30.11.2026 14:05:00`.
    Dotted,
    /// `30.11.2026 00:00:00`
    DottedTime,
    /// `30.11.2026 00:00`
    DottedMinutes,
    /// `30/11/2026`
    SlashedDayFirst,
    /// `11/30/2026`
    SlashedMonthFirst,
    /// `30-11-2026`
    Dashed,
    /// `20261130`; a moment as `20261130140500`.
    Compact,
    /// Seconds since 1970.
    UnixSeconds,
    /// Milliseconds since 1970.
    UnixMillis,
    /// `/Date(1796000000000)/`
    Microsoft,
}

/// A part of a sum that is a record of `units` and `nanos`, as `google.type.Money` is. Example: 123.45 rubles are 123 units and
/// 450,000,000 nanos; -123.45 are -123 and -450,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartFormat {
    /// The whole rubles.
    Units,
    /// The rest, in billionths of a ruble.
    Nanos,
}

/// One value of a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Choice {
    /// Its code, as it is sent.
    pub code: String,
    /// What it is called; empty: not told.
    pub name: String,
}

/// Codes of the sexes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SexCodes {
    /// Code of a man.
    pub male: Value,
    /// Code of a woman.
    pub female: Value,
}
