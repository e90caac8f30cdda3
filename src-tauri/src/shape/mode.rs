//! The mode and the language that the program works in.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Real money, or training.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mode {
    /// The ProBonus server of the restaurant.
    Live,
    /// The training server inside this program, with a journal of its own.
    Training,
}

/// Language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    /// Русский.
    #[default]
    Ru,
    /// English.
    En,
}
