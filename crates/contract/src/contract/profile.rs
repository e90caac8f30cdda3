//! The fields of a guest that an operator may change: the one list.
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
    /// A code of one of the server's directories.
    Code,
    /// A number of days.
    Days,
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
    /// The terms of the account: its level, its type of bonuses and how long they live. A new account has them from its
    /// group's template, and the ladder may change the level; they are edited apart from the profile.
    Terms,
}

macro_rules! profile {
    ($($(#[$doc:meta])* $field:ident = $name:literal $group:ident $kind:ident, at most $max:literal,
        sent as $sent:literal $need:ident $origin:ident, $note:literal;)+) => {
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

            /// Its name on the page and in the journal.
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

            /// Most characters of it, or of one entry of a list; the most, of a number.
            #[must_use]
            pub const fn max_length(self) -> u32 {
                match self { $(Self::$field => $max,)+ }
            }

            /// Its row in the contract table.
            const fn row(self) -> FieldRow {
                match self {
                    $(Self::$field => FieldRow {
                        field: Field::$field,
                        name: $sent,
                        need: Need::$need,
                        origin: Origin::$origin,
                        note: $note,
                    },)+
                }
            }
        }
    };
}

profile! {
    /// Фамилия.
    Surname = "surname" Name Text, at most 100, sent as "surname" IfSet Assumption, "";
    /// Имя.
    Name = "name" Name Text, at most 100, sent as "name" IfSet Assumption, "";
    /// Отчество.
    Patronymic = "patronymic" Name Text, at most 100, sent as "patronymic" IfSet Assumption, "";
    /// Birthday.
    Birthday = "birthday" Person Day, at most 10, sent as "birthday" IfSet Assumption, "";
    /// Sex.
    Sex = "sex" Person Sex, at most 6, sent as "sex" IfSet Assumption, "1 male, 2 female, 0 unknown";
    /// E-mail; RFC 5321 limits its length.
    Email = "email" Person Email, at most 254, sent as "email" IfSet Assumption, "optional by the vendor's page";
    /// Cards and other additional identifiers.
    Identifiers = "identifiers" Person List, at most 64, sent as "identifiers" IfSet Assumption,
        "optional by the vendor's page";
    /// «Код скидки»: which level of discount or bonus the account has.
    DiscountLevel = "discountLevel" Terms Code, at most 64, sent as "discountLevelId" Named Assumption,
        "«Код скидки» of the vendor's import of accounts; the vendor's page says that an update changes it; the spelling \
         is an assumption";
    /// «Код типа бонусов».
    BonusType = "bonusType" Terms Code, at most 64, sent as "bonusTypeId" Named Assumption,
        "«Код типа бонусов» of the vendor's import of accounts; the spelling is an assumption";
    /// How many days bonuses live that are given from now on.
    BonusLifetime = "bonusLifetime" Terms Days, at most 36_500, sent as "lifetime" Named Evidence,
        "a variable of the vendor's messages; the vendor's page says that an update changes it; that it counts days is an \
         assumption";
}

impl ProfileField {
    /// Whether it is a part of the profile proper, which a new guest's form has too.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        !matches!(self.group(), ProfileGroup::Terms)
    }
}

/// The rows of all fields in the contract table, those of the profile proper first.
pub(super) const ROWS: [FieldRow; ProfileField::ALL.len()] = {
    let mut rows = [ProfileField::Name.row(); ProfileField::ALL.len()];
    let mut at = 0;
    while at < rows.len() {
        rows[at] = ProfileField::ALL[at].row();
        at += 1;
    }
    rows
};

/// How many of them are the profile proper.
pub(super) const PERSONAL: usize = {
    let mut count = 0;
    while count < ProfileField::ALL.len() && ProfileField::ALL[count].is_personal() {
        count += 1;
    }
    count
};

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

    #[test]
    fn the_terms_come_last() {
        assert!(ProfileField::ALL[PERSONAL..].iter().all(|field| !field.is_personal()));
    }
}
