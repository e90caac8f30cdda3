//! The queue that an operation waits in: one for each account.

use probonus::{AccountId, Phone};

use crate::model::{kinds::Target, operation::Operation, payload::Payload};

/// Operations of one queue are sent one at a time, in the order they were prepared: the queue of an account, or, for a guest
/// who has none yet, of the phone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountQueue {
    /// Operations of one account.
    Account(AccountId),
    /// Creation of a guest with one phone.
    Phone(Phone),
}

impl AccountQueue {
    /// The queue of a payload.
    pub fn of(payload: &Payload) -> Self {
        match payload.rules().target() {
            Target::NewGuest(new) => Self::Phone(new.phone.clone()),
            Target::Record(update) => Self::Account(update.account.clone()),
            Target::Balance(account) => Self::Account(account.clone()),
        }
    }

    /// The queue of an operation.
    pub fn of_operation(operation: &Operation) -> Self {
        Self::of(&operation.payload)
    }
}
