//! What an operator wants, before it is checked: the parsed form of a screen.

use jiff::civil::DateTime;
use probonus::{AccountId, CheckGuid, GroupId, Kopecks, Phone, Profile, RestCode, StationCode};

use crate::model::{operation::OperationId, payload::Kind};

/// A change that an operator wants. Its words are parsed already; whether it makes sense is checked by
/// [`Office::preview`](crate::Office::preview) and again by [`Office::submit`](crate::Office::submit).
#[derive(Clone, Debug, PartialEq)]
pub enum Draft {
    /// A new guest in a group with a template.
    CreateGuest {
        /// The group.
        group: GroupId,
        /// The phone, the guest's identifier.
        phone: Phone,
        /// What is known of them.
        profile: Profile,
    },
    /// A change of a guest's profile or of the account's terms.
    EditGuest {
        /// The phone by which the record is read again.
        phone: Phone,
        /// Whose.
        account: AccountId,
        /// The profile as the operator saw it when they began.
        before: Profile,
        /// The profile as it shall be.
        after: Profile,
    },
    /// Bonuses added by hand.
    Refill {
        /// The phone by which the account is read again.
        phone: Phone,
        /// Whose.
        account: AccountId,
        /// How much, kopecks.
        sum: Kopecks,
        /// Why.
        note: String,
    },
    /// A purchase made outside r_keeper.
    RegisterCheck(Box<OutsideCheck>),
    /// The return of a purchase in the journal.
    ReturnCheck {
        /// The operation that registered it.
        purchase: OperationId,
    },
    /// The return of a purchase that another program registered.
    ReturnForeign {
        /// The phone by which the account is read again.
        phone: Phone,
        /// Whose.
        account: AccountId,
        /// Its GUID.
        check_guid: CheckGuid,
        /// Its restaurant.
        rest_code: RestCode,
        /// Its number in the outside system.
        outside_number: String,
        /// Its station.
        station: StationCode,
    },
}

/// A purchase made outside r_keeper, as it was typed. All sums are kopecks and not negative.
#[derive(Clone, Debug, PartialEq)]
pub struct OutsideCheck {
    /// The phone by which the account is read again.
    pub phone: Phone,
    /// Whose.
    pub account: AccountId,
    /// Restaurant it belongs to in reports.
    pub rest_code: RestCode,
    /// Station it belongs to in reports.
    pub station: StationCode,
    /// Number in the outside system; with the restaurant it is unique among active purchases.
    pub outside_number: String,
    /// When it was made.
    pub purchased_at: Option<DateTime>,
    /// Paid in money.
    pub money_spent: Kopecks,
    /// Discount given outside.
    pub discount: Kopecks,
    /// Paid with bonuses: taken from the account.
    pub bonus_spent: Kopecks,
    /// Bonuses to add to the account.
    pub bonus_accrued: Kopecks,
    /// What was bought, as text.
    pub contents: String,
    /// A GUID given by the outside system; `None`: one made of server, restaurant and number, the same on every PC.
    pub check_guid: Option<CheckGuid>,
}

impl Draft {
    /// What kind of change it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::CreateGuest { .. } => Kind::CreateGuest,
            Self::EditGuest { .. } => Kind::EditGuest,
            Self::Refill { .. } => Kind::Refill,
            Self::RegisterCheck(_) => Kind::RegisterCheck,
            Self::ReturnCheck { .. } | Self::ReturnForeign { .. } => Kind::ReturnCheck,
        }
    }
}
