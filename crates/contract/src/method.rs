//! The capabilities of a ProBonus server.

use serde::{Deserialize, Serialize};

/// The methods of the contract, by what they are for. Twelve paths, thirteen capabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub enum Method {
    /// `auth/login`
    Login,
    /// `auth/refresh_token`
    RefreshToken,
    /// `account_groups/list`
    Groups,
    /// `accounts/find_by_phone`
    FindByPhone,
    /// `accounts/insert_by_template`
    InsertByTemplate,
    /// `accounts/update`
    Update,
    /// `accounts/refill`
    Refill,
    /// `accounts/transactions`, of a period
    TransactionsOfPeriod,
    /// `accounts/transactions`, the last N
    LastTransactions,
    /// `accounts/get_balance_extended`
    BalanceExtended,
    /// `checks/get_by_id`
    Receipt,
    /// `external/register_check`
    RegisterCheck,
    /// `external/return_check`
    ReturnCheck,
}

impl Method {
    /// Every capability, in the order of the contract table.
    pub const ALL: [Self; 13] = [
        Self::Login,
        Self::RefreshToken,
        Self::InsertByTemplate,
        Self::Groups,
        Self::FindByPhone,
        Self::Refill,
        Self::TransactionsOfPeriod,
        Self::LastTransactions,
        Self::Update,
        Self::Receipt,
        Self::BalanceExtended,
        Self::RegisterCheck,
        Self::ReturnCheck,
    ];

    /// Whether a call changes something on the server: such a call is never repeated by the client itself.
    #[must_use]
    pub const fn is_write(self) -> bool {
        matches!(self, Self::InsertByTemplate | Self::Update | Self::Refill | Self::RegisterCheck | Self::ReturnCheck)
    }
}
