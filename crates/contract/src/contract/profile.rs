//! The fields of a guest's profile: the one list.
//!
//! The contract table, the encoder, the reader, the update, the comparison of two profiles, the forms and the page all go
//! by [`ProfileField::ALL`]. `docs/architecture.md` says what a new field costs.

use serde::{Deserialize, Serialize};

use super::{
    field::Field,
    rows::{FieldRow, Need, Origin},
};

/// What kind of value a field of the profile holds: how it is typed, checked, written and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum ProfileKind {
    /// One line of text.
    Text,
    /// An e-mail address.
    Email,
    /// A day in the past.
    Day,
    /// Male, female or not told.
    Sex,
    /// Several short texts.
    List,
}

/// Which part of the profile a field belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum ProfileGroup {
    /// A part of the name. A server may keep the parts together in one text.
    Name,
    /// What else is known of the person.
    Person,
}

macro_rules! profile {
    ($($(#[$doc:meta])* $field:ident = $name:literal $group:ident $kind:ident, at most $max:literal, $note:literal;)+) => {
        /// A field of a guest's profile: what an operator sees, types and edits.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        pub enum ProfileField { $($(#[$doc])* $field,)+ }

        impl ProfileField {
            /// Every field, in the order of the form.
            pub const ALL: [Self; [$($name,)+].len()] = [$(Self::$field,)+];

            /// The field of the contract, with its spellings and its unit.
            #[must_use]
            pub const fn logical(self) -> Field {
                match self { $(Self::$field => Field::$field,)+ }
            }

            /// The field of the profile that a field of the contract is; `None`: it is no part of the profile.
            #[must_use]
            pub const fn of(field: Field) -> Option<Self> {
                match field { $(Field::$field => Some(Self::$field),)+ _ => None }
            }

            /// Its name on the page and in the journal, and its default spelling.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$field => $name,)+ }
            }

            /// What kind of value it holds.
            #[must_use]
            pub const fn kind(self) -> ProfileKind {
                match self { $(Self::$field => ProfileKind::$kind,)+ }
            }

            /// Which part of the profile it belongs to.
            #[must_use]
            pub const fn group(self) -> ProfileGroup {
                match self { $(Self::$field => ProfileGroup::$group,)+ }
            }

            /// Most characters of it, or of one entry of a list.
            #[must_use]
            pub const fn max_length(self) -> u32 {
                match self { $(Self::$field => $max,)+ }
            }

            /// A remark for the reader of the contract.
            const fn note(self) -> &'static str {
                match self { $(Self::$field => $note,)+ }
            }
        }
    };
}

profile! {
    /// Фамилия.
    Surname = "surname" Name Text, at most 100, "";
    /// Имя.
    Name = "name" Name Text, at most 100, "";
    /// Отчество.
    Patronymic = "patronymic" Name Text, at most 100, "";
    /// Birthday.
    Birthday = "birthday" Person Day, at most 10, "";
    /// Sex.
    Sex = "sex" Person Sex, at most 6, "1 male, 2 female, 0 unknown";
    /// E-mail; RFC 5321 limits its length.
    Email = "email" Person Email, at most 254, "optional by the vendor's page";
    /// Cards and other additional identifiers.
    Identifiers = "identifiers" Person List, at most 64, "optional by the vendor's page";
}

/// The rows of the profile in the contract table.
pub(super) const ROWS: [FieldRow; ProfileField::ALL.len()] = {
    let mut rows = [row(ProfileField::Name); ProfileField::ALL.len()];
    let mut at = 0;
    while at < rows.len() {
        rows[at] = row(ProfileField::ALL[at]);
        at += 1;
    }
    rows
};

const fn row(field: ProfileField) -> FieldRow {
    FieldRow {
        field: field.logical(),
        name: field.name(),
        need: Need::IfSet,
        origin: Origin::Assumption,
        note: field.note(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_named_as_the_page_spells_it() {
        for field in ProfileField::ALL {
            assert_eq!(serde_json::to_value(field).unwrap(), field.name());
            assert_eq!(ProfileField::of(field.logical()), Some(field));
        }
        assert_eq!(ProfileField::of(Field::Phone), None);
    }
}
