//! The calls of a server.

use secrecy::SecretString;

use crate::{
    AccountId, Method, Period, Phone, ReceiptId,
    model::{AccountUpdate, ExternalCheck, NewAccount, Refill, ReturnCheck},
};

/// One call of one method.
#[derive(Clone, Copy, Debug)]
pub enum Call<'a> {
    /// `auth/login`
    Login {
        /// The login.
        login: &'a str,
        /// The password.
        password: &'a SecretString,
    },
    /// `auth/refresh_token`
    RefreshToken(&'a SecretString),
    /// `account_groups/list`
    Groups,
    /// `accounts/find_by_phone`
    FindByPhone(&'a Phone),
    /// `accounts/insert_by_template`
    InsertByTemplate(&'a NewAccount),
    /// `accounts/update`
    Update(&'a AccountUpdate),
    /// `accounts/refill`
    Refill(&'a Refill),
    /// `accounts/transactions` of a period.
    TransactionsOfPeriod(&'a AccountId, Period),
    /// A further page of the same list; the page's number, as [`Pages`](crate::binding::Pages) counts.
    TransactionsPage(&'a AccountId, Period, u64),
    /// The last N `accounts/transactions`.
    LastTransactions(&'a AccountId, u32),
    /// `accounts/get_balance_extended`
    BalanceExtended(&'a AccountId),
    /// `checks/get_by_id`
    Receipt(&'a ReceiptId),
    /// `external/register_check`
    RegisterCheck(&'a ExternalCheck),
    /// `external/return_check`
    ReturnCheck(&'a ReturnCheck),
}

impl<'a> Call<'a> {
    /// The account that it is about; `None`: it is not yet known, or the call is about none.
    #[must_use]
    pub const fn account(&self) -> Option<&'a AccountId> {
        match self {
            Self::Update(update) => Some(&update.account),
            Self::Refill(refill) => Some(&refill.account),
            Self::TransactionsOfPeriod(account, _)
            | Self::TransactionsPage(account, ..)
            | Self::LastTransactions(account, _)
            | Self::BalanceExtended(account) => Some(account),
            Self::RegisterCheck(check) => Some(&check.account),
            Self::ReturnCheck(check) => Some(&check.account),
            Self::Login { .. }
            | Self::RefreshToken(_)
            | Self::Groups
            | Self::FindByPhone(_)
            | Self::InsertByTemplate(_)
            | Self::Receipt(_) => None,
        }
    }

    /// Which method it calls.
    #[must_use]
    pub const fn method(&self) -> Method {
        match self {
            Self::Login { .. } => Method::Login,
            Self::RefreshToken(_) => Method::RefreshToken,
            Self::Groups => Method::Groups,
            Self::FindByPhone(_) => Method::FindByPhone,
            Self::InsertByTemplate(_) => Method::InsertByTemplate,
            Self::Update(_) => Method::Update,
            Self::Refill(_) => Method::Refill,
            Self::TransactionsOfPeriod(..) | Self::TransactionsPage(..) => Method::TransactionsOfPeriod,
            Self::LastTransactions(..) => Method::LastTransactions,
            Self::BalanceExtended(_) => Method::BalanceExtended,
            Self::Receipt(_) => Method::Receipt,
            Self::RegisterCheck(_) => Method::RegisterCheck,
            Self::ReturnCheck(_) => Method::ReturnCheck,
        }
    }
}
