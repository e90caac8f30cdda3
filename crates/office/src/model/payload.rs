//! Exactly what an operation sends.

use probonus::{
    Account, AccountId, AccountUpdate, CheckGuid, ExternalCheck, Kopecks, Method, NewAccount, Refill, RestCode,
    ReturnCheck,
};
use serde::{Deserialize, Serialize};

pub use crate::model::kinds::Kind;
use crate::model::kinds::{Claim, OperationRules, Target};

/// What an operation sends: the same in the journal, in a retry and in a resend. Only the record of an edit is read anew before
/// each send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "request", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[expect(clippy::large_enum_variant, reason = "operations are few in memory; a box would be in every pattern")]
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
    /// The rules of its kind.
    #[must_use]
    pub fn rules(&self) -> &dyn OperationRules {
        match self {
            Self::CreateGuest(new) => new,
            Self::EditGuest(update) => update,
            Self::Refill(refill) => refill,
            Self::RegisterCheck(check) => check,
            Self::ReturnCheck(check) => check,
        }
    }

    /// The rules of its kind, to take in a free GUID or a record that was just read.
    pub(crate) fn rules_mut(&mut self) -> &mut dyn OperationRules {
        match self {
            Self::CreateGuest(new) => new,
            Self::EditGuest(update) => update,
            Self::Refill(refill) => refill,
            Self::RegisterCheck(check) => check,
            Self::ReturnCheck(check) => check,
        }
    }

    /// What kind of change it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.rules().kind()
    }

    /// The method that sends it.
    #[must_use]
    pub fn method(&self) -> Method {
        self.rules().method()
    }

    /// Whether it moves money: changes the balance of an account.
    #[must_use]
    pub fn moves_money(&self) -> bool {
        matches!(self.rules().target(), Target::Balance(_))
    }

    /// The account it changes; `None` for one that is still to be created.
    #[must_use]
    pub fn account(&self) -> Option<&AccountId> {
        match self.rules().target() {
            Target::NewGuest(_) => None,
            Target::Record(update) => Some(&update.account),
            Target::Balance(account) => Some(account),
        }
    }

    /// The GUID it carries: a purchase's own; for a return, that of its purchase.
    #[must_use]
    pub fn check_guid(&self) -> Option<CheckGuid> {
        match self.rules().claim() {
            Claim::None => None,
            Claim::Purchase { guid, .. } | Claim::ReturnOf(guid) => Some(guid),
        }
    }

    /// For a return, the GUID of the purchase that it undoes.
    #[must_use]
    pub fn returned_guid(&self) -> Option<CheckGuid> {
        match self.rules().claim() {
            Claim::ReturnOf(guid) => Some(guid),
            Claim::None | Claim::Purchase { .. } => None,
        }
    }

    /// Whether it may change an account with this record. Money goes to no account that is deleted or blocked. Two things may still be
    /// done with a blocked one: its profile may be corrected, and a purchase returned, which is often what it was blocked for.
    #[must_use]
    pub fn may_change(&self, account: &Account) -> bool {
        let adds_money = self.moves_money() && self.returned_guid().is_none();
        if adds_money { account.takes_money() } else { !account.is_deleted() }
    }

    /// (restaurant, outside number), unique among registered purchases that are active.
    #[must_use]
    pub fn outside_number(&self) -> Option<(&RestCode, &str)> {
        self.rules().outside_number()
    }

    /// The sum that the journal shows: of a refill, its sum; of a purchase, what was paid in money; kopecks.
    #[must_use]
    pub fn headline_sum(&self) -> Option<Kopecks> {
        self.rules().headline_sum()
    }
}
