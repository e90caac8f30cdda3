//! The five kinds of change, and exactly what each sends.

use probonus::{
    AccountId, AccountUpdate, CheckGuid, ExternalCheck, Kopecks, Method, NewAccount, Refill, RestCode, ReturnCheck,
};
use serde::{Deserialize, Serialize};

/// What kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Kind {
    /// Новый гость.
    CreateGuest,
    /// Изменение анкеты.
    EditGuest,
    /// Начисление.
    Refill,
    /// Внешний чек.
    RegisterCheck,
    /// Возврат внешнего чека.
    ReturnCheck,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::CreateGuest, Self::EditGuest, Self::Refill, Self::RegisterCheck, Self::ReturnCheck];
}

/// Exactly what is sent; the same bytes of intent in the journal, in a retry and in a resend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "request", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Payload {
    /// `accounts/insert_by_template`.
    CreateGuest(NewAccount),
    /// `accounts/update`.
    EditGuest(AccountUpdate),
    /// `accounts/refill`.
    Refill(Refill),
    /// `external/register_check`.
    RegisterCheck(ExternalCheck),
    /// `external/return_check`.
    ReturnCheck(ReturnCheck),
}

impl Payload {
    /// What kind of change it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::CreateGuest(_) => Kind::CreateGuest,
            Self::EditGuest(_) => Kind::EditGuest,
            Self::Refill(_) => Kind::Refill,
            Self::RegisterCheck(_) => Kind::RegisterCheck,
            Self::ReturnCheck(_) => Kind::ReturnCheck,
        }
    }

    /// The method that sends it.
    #[must_use]
    pub const fn method(&self) -> Method {
        match self {
            Self::CreateGuest(_) => Method::InsertByTemplate,
            Self::EditGuest(_) => Method::Update,
            Self::Refill(_) => Method::Refill,
            Self::RegisterCheck(_) => Method::RegisterCheck,
            Self::ReturnCheck(_) => Method::ReturnCheck,
        }
    }

    /// Whether it moves money: changes the balance of an account.
    #[must_use]
    pub const fn moves_money(&self) -> bool {
        matches!(self, Self::Refill(_) | Self::RegisterCheck(_) | Self::ReturnCheck(_))
    }

    /// The account it changes; `None` for one that is still to be created.
    #[must_use]
    pub const fn account(&self) -> Option<&AccountId> {
        match self {
            Self::CreateGuest(_) => None,
            Self::EditGuest(update) => Some(&update.account),
            Self::Refill(refill) => Some(&refill.account),
            Self::RegisterCheck(check) => Some(&check.account),
            Self::ReturnCheck(check) => Some(&check.account),
        }
    }

    /// The GUID it carries. That of a return names the purchase it undoes.
    #[must_use]
    pub const fn check_guid(&self) -> Option<CheckGuid> {
        match self {
            Self::RegisterCheck(check) => Some(check.check_guid),
            Self::ReturnCheck(check) => Some(check.check_guid),
            _ => None,
        }
    }

    /// (restaurant, outside number), unique among registered purchases that stand.
    #[must_use]
    pub fn outside_number(&self) -> Option<(&RestCode, &str)> {
        match self {
            Self::RegisterCheck(check) => Some((&check.rest_code, &check.external_check)),
            Self::ReturnCheck(check) => Some((&check.rest_code, &check.external_check)),
            _ => None,
        }
    }

    /// The sum by which a reader of the journal knows it: the refill, what was paid, what was returned; kopecks.
    #[must_use]
    pub const fn headline_sum(&self) -> Option<Kopecks> {
        match self {
            Self::Refill(refill) => Some(refill.sum),
            Self::RegisterCheck(check) => Some(check.money_spent),
            _ => None,
        }
    }
}
