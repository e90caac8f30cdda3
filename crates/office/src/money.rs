//! What an operation should do to a balance, and reading a balance.

use probonus::{Account, AccountId, Error, Kopecks, Method, Phone};

use crate::{
    engine::Engine,
    journal::JournalError,
    operation::{Operation, Payload},
    rows::{Listing, Sent},
};

/// How often a balance and its rows are read in search of a quiet moment. A till that never rests, or a record that tells
/// another balance than the balance's own method, must not keep an operation for ever.
const STEADY_ROUNDS: u32 = 3;

/// Which rows of an account are read.
#[derive(Clone, Copy)]
pub enum Rows<'a> {
    /// So many of the newest.
    Newest(u32),
    /// Those back to before something was sent.
    Since(&'a Sent),
}

/// By how much a payload changes the balance, kopecks; a return by what its purchase did, the other way round. `None`: it
/// moves no money, or the purchase is another program's.
pub fn effect(payload: &Payload, purchase: Option<&Operation>) -> Option<Kopecks> {
    match payload {
        Payload::Refill(refill) => Some(refill.sum),
        Payload::RegisterCheck(check) => check.bonus_accrued.checked_sub(check.bonus_spent),
        Payload::ReturnCheck(_) => effect(&purchase?.payload, None).map(Kopecks::negated),
        Payload::CreateGuest(_) | Payload::EditGuest(_) => None,
    }
}

/// Whether an operation moves money at all.
pub const fn is_money(payload: &Payload) -> bool {
    matches!(payload, Payload::Refill(_) | Payload::RegisterCheck(_) | Payload::ReturnCheck(_))
}

impl Engine {
    /// By how much a payload should change the balance; see [`effect`].
    pub async fn effect(&self, payload: &Payload) -> Result<Option<Kopecks>, JournalError> {
        Ok(effect(payload, self.purchase_of(payload).await?.as_ref()))
    }

    /// The purchase that a return undoes, if the journal has it.
    pub async fn purchase_of(&self, payload: &Payload) -> Result<Option<Operation>, JournalError> {
        match payload {
            Payload::ReturnCheck(check) => self.journal.by_guid(check.check_guid).await,
            _ => Ok(None),
        }
    }

    /// The account with this id among those with this phone.
    pub async fn read_account(&self, phone: &Phone, id: &AccountId) -> Result<Option<Account>, Error> {
        Ok(self.loyalty.find_by_phone(phone).await?.into_iter().find(|account| account.id == *id))
    }

    /// The balance and rows of one moment. What others do between the two readings would stand in
    /// one of them and not in the other, and be held against our own operation: both are made anew until the balance stood
    /// still meanwhile. `known`: the balance as it was read just before.
    pub async fn read_standing(
        &self,
        account: &AccountId,
        phone: Option<&Phone>,
        known: Option<Kopecks>,
        rows: Rows<'_>,
    ) -> (Result<Option<Kopecks>, Error>, Result<Listing, Error>) {
        let mut before = match known {
            Some(known) => Ok(Some(known)),
            None => self.read_balance(account, phone).await,
        };
        let mut rounds = 0;
        loop {
            rounds += 1;
            let listing = match rows {
                Rows::Newest(count) => self.newest_rows(account, count).await,
                Rows::Since(sent) => self.rows_since(account, sent).await.map(|(listing, _)| listing),
            };
            if before.is_err() || listing.is_err() {
                return (before, listing);
            }
            let balance = self.read_balance(account, phone).await;
            let stood_still = matches!((&before, &balance), (Ok(before), Ok(balance)) if before == balance);
            if stood_still || balance.is_err() || rounds == STEADY_ROUNDS {
                return (balance, listing);
            }
            before = balance;
        }
    }

    /// The balance, kopecks. Where the server can't detail it, the guest's record is asked for by phone.
    pub async fn read_balance(&self, account: &AccountId, phone: Option<&Phone>) -> Result<Option<Kopecks>, Error> {
        if self.loyalty.unsupported(Method::BalanceExtended).is_none() {
            return self.loyalty.balance(account).await.map(|detail| Some(detail.balance));
        }
        match phone {
            Some(phone) => Ok(self.read_account(phone, account).await?.and_then(|account| account.balance)),
            None => Ok(None),
        }
    }
}
