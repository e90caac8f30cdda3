//! The call that sends a payload.

use probonus::{Error, Loyalty, WriteAnswer};

use crate::model::payload::Payload;

/// Sends a payload by the method of its kind. This is the only place of the office from which a change leaves.
pub async fn call(loyalty: &dyn Loyalty, payload: &Payload) -> Result<WriteAnswer, Error> {
    payload.rules().send(loyalty).await
}
