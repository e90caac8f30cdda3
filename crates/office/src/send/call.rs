//! The call that sends a payload.

use probonus::{Error, Loyalty, WriteAnswer};

use crate::model::payload::Payload;

/// Sends a payload by its method. This is the only place of the office from which a change leaves.
pub async fn call(loyalty: &dyn Loyalty, payload: &Payload) -> Result<WriteAnswer, Error> {
    match payload {
        Payload::CreateGuest(account) => loyalty.insert_by_template(account).await,
        Payload::EditGuest(update) => loyalty.update(update).await,
        Payload::Refill(refill) => loyalty.refill(refill).await,
        Payload::RegisterCheck(check) => loyalty.register_check(check).await,
        Payload::ReturnCheck(check) => loyalty.return_check(check).await,
    }
}
