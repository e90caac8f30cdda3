//! The kinds of operation, one file each: all that the office knows of a refill is in [`refill`], and so on.
//!
//! Other code asks an operation for its rules, `payload.rules()`, and seldom which kind it is.

mod create;
mod edit;
mod receipt;
mod receipt_return;
pub(crate) mod refill;
pub(crate) mod short_id;

use async_trait::async_trait;
use jiff::civil::DateTime;
use probonus::{
    Account, AccountId, AccountUpdate, CheckGuid, Error, Kopecks, Loyalty, Method, NewAccount, RestCode, Transaction,
    TransactionKind, WriteAnswer,
};
use serde::{Deserialize, Serialize};

use crate::model::{capability::Capability, operation_id::OperationId};

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

    /// Its name in the journal. It never changes: old files have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateGuest => "create_guest",
            Self::EditGuest => "edit_guest",
            Self::Refill => "refill",
            Self::RegisterCheck => "register_check",
            Self::ReturnCheck => "return_check",
        }
    }

    /// The kind with this name; `None`: a newer program knows it, this one does not.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What an operation changes on the server.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// It makes an account.
    NewGuest(&'a NewAccount),
    /// It changes the record of an account.
    Record(&'a AccountUpdate),
    /// It moves money: it changes the balance of this account.
    Balance(&'a AccountId),
}

/// What an operation holds alone in the journal: no other operation may hold the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim<'a> {
    /// Nothing.
    None,
    /// A purchase: its GUID for ever, and (restaurant, outside number) while it is active and not returned.
    Purchase {
        /// The GUID.
        guid: CheckGuid,
        /// The restaurant.
        rest_code: &'a RestCode,
        /// The outside number, as it was typed.
        number: &'a str,
    },
    /// The return of the purchase with this GUID, while it is active.
    ReturnOf(CheckGuid),
}

/// Whose marker a ledger entry carries, seen from one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// The operation's.
    Ours,
    /// Another operation's.
    Theirs,
    /// No operation's: the entry carries none.
    None,
}

/// What an operation adds and takes, kopecks: the parts of its effect, which a server may list as entries of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Parts {
    /// What it adds.
    pub adds: Kopecks,
    /// What it takes, above zero.
    pub takes: Kopecks,
}

impl Parts {
    /// By how much they change the balance, kopecks; `None`: by more than an account can hold.
    ///
    /// Example: a purchase that accrues 30.00 and spends 50.00 changes it by −20.00.
    #[must_use]
    pub fn effect(self) -> Option<Kopecks> {
        self.adds.checked_sub(self.takes)
    }

    /// The parts of the operation that undoes these.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self { adds: self.takes, takes: self.adds }
    }

    /// Whether a server may list an entry of this sum for them: one of the parts, or the net sum.
    #[must_use]
    pub fn may_be_listed_as(self, sum: Kopecks) -> bool {
        sum == self.adds || sum == self.takes.negated() || Some(sum) == self.effect()
    }
}

/// A difference of a balance after an operation, kopecks.
#[derive(Clone, Copy, Debug)]
pub struct Deviation {
    /// By how much the operation should have changed the balance.
    pub expected: Kopecks,
    /// By how much it changed, without what other entries explain.
    pub changed: Kopecks,
    /// What the operation's own entries say they moved; `None`: there is none, or the sum is not known.
    pub own_entries: Option<Kopecks>,
    /// What it should have added and taken; `None`: not known.
    pub parts: Option<Parts>,
}

/// All that the office knows of one kind of operation.
///
/// The first four methods say what it is. The others have a default that is right for an operation that claims nothing,
/// carries no marker and moves no money.
#[async_trait]
pub trait OperationRules: Send + Sync {
    /// Its kind.
    fn kind(&self) -> Kind;

    /// The method of the API that it needs.
    fn method(&self) -> Method;

    /// Sends it: one call of the port, and no more. Not repeatable.
    ///
    /// # Errors
    /// Those of the port; [`Error::delivery`] says whether it may have been applied.
    async fn send(&self, loyalty: &dyn Loyalty) -> Result<WriteAnswer, Error>;

    /// What it changes. The account queue follows from it: an account's operations go one at a time.
    fn target(&self) -> Target<'_>;

    /// What it holds alone in the journal.
    fn claim(&self) -> Claim<'_> {
        Claim::None
    }

    /// The (restaurant, outside number) that the journal shows and finds it by.
    fn outside_number(&self) -> Option<(&RestCode, &str)> {
        None
    }

    /// The sum that the journal shows, kopecks; `None`: it shows none.
    fn headline_sum(&self) -> Option<Kopecks> {
        None
    }

    /// What it should add and take. `purchase`: the parts of the purchase that a return undoes. `None`: it moves no money, or that
    /// purchase is not known.
    fn parts(&self, _purchase: Option<Parts>) -> Option<Parts> {
        None
    }

    /// The part of its effect that may come on a later day, kopecks: a server may let an accrual wait. `purchase`: as above.
    fn may_wait(&self, _purchase: Option<Parts>) -> Kopecks {
        Kopecks::ZERO
    }

    /// By how much it raises the guest's turnover, kopecks, if it may be applied without moving the balance, so that only turnover
    /// and entries show it. `None` for any other operation.
    fn turnover_without_balance(&self) -> Option<Kopecks> {
        None
    }

    /// The bonuses that the balance must cover, kopecks; `None`: none are taken.
    fn bonuses_taken(&self) -> Option<Kopecks> {
        None
    }

    /// Whether its effect on the balance proves the unit in which the server counts money, so that the first of its kind goes
    /// alone, as the canary.
    fn proves_unit(&self) -> bool {
        false
    }

    /// The capability that is observed when the server shows such an operation; `None`: it leaves no trace of its own.
    fn capability(&self) -> Option<Capability> {
        None
    }

    /// The [capability](Self::capability) that its own entry of `sum` kopecks shows.
    fn capability_shown_by(&self, _sum: Option<Kopecks>) -> Option<Capability> {
        self.capability()
    }

    /// Whose marker an entry carries, seen from the operation `id`.
    ///
    /// `is_new`: the entry was surely not there before the send (see `SentAttempt::is_proven_by_marker`). Only then may an
    /// outside number count, because a number may be used again after a return; and only then may an entry that is no return
    /// prove a return, because the entries of its purchase carry the same marker.
    fn marker(&self, _id: OperationId, _entry: &Transaction, _is_new: bool) -> Marker {
        Marker::None
    }

    /// Whether an entry has something in the place where operations of this kind have their marker, whichever operation's. Example:
    /// for a refill, any comment.
    fn has_marker_place(&self, entry: &Transaction) -> bool {
        entry.external.check_guid.is_some() || entry.external.external_check.is_some()
    }

    /// Whether an entry carries such a marker, or a text in its place, and can't be its own for that. What a server may have left of
    /// its own marker, which it cut, is no such text.
    fn is_marked_otherwise(&self, entry: &Transaction) -> bool {
        self.has_marker_place(entry)
    }

    /// Whether the entries of another operation, the purchase that it undoes, carry the same marker.
    fn shares_marker(&self) -> bool {
        false
    }

    /// Whether its own entry may be of this kind of transaction.
    fn may_show_as(&self, kind: TransactionKind) -> bool {
        kind != TransactionKind::Return
    }

    /// Whether a new entry without any marker could be its own, by kind and sum. `effect`: its expected effect.
    fn fits(&self, _effect: Option<Kopecks>, _entry: &Transaction) -> bool {
        false
    }

    /// The two sums, kopecks, if the server may write two entries for it; `None`: it writes one entry of the effect.
    fn sums_of_two_entries(&self) -> Option<[Kopecks; 2]> {
        None
    }

    /// Whether its own entry may have this sum, kopecks.
    fn may_make_entry_of(&self, _sum: Kopecks) -> bool {
        true
    }

    /// The date that the server may give its entry, if not that of the send.
    fn dated_at(&self) -> Option<DateTime> {
        None
    }

    /// Whether this difference of the balance is no mismatch for this kind.
    fn excuses(&self, _deviation: &Deviation) -> bool {
        false
    }

    /// Whether an entry of the server's history looks like it: a suspected duplicate. `is_recent`: the entry is within
    /// `Policy::duplicate_window`.
    fn is_suspected_duplicate(&self, _entry: &Transaction, _is_recent: bool) -> bool {
        false
    }

    /// Takes the GUID that was found to be free for it. Called only before it is prepared.
    fn set_guid(&mut self, _guid: CheckGuid) {}

    /// Takes in the guest's record as it was just read, so that the operation blanks no field and overwrites nothing newer.
    fn refresh(&mut self, _now: &Account) {}
}
