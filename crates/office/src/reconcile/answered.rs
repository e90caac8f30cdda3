//! An answer of success to a new guest or an edit, compared with the guest's record. Money is compared with the balance instead.

use probonus::{AccountId, Error, NewAccount, WriteAnswer};

use crate::{
    core::engine::Engine,
    model::{capability::Capability, evidence::Evidence, kinds::Target, operation::Operation},
    reconcile::guest::{evidence_of_edit, evidence_of_new_guest},
};

/// What the record says of an answer of success.
pub(crate) enum Answered {
    /// The record shows it, or tells nothing. For a new guest: the account.
    Shown(Option<AccountId>),
    /// The record is as it was before the send.
    NotShown,
}

/// Compares an answer of success with the guest's record. A proxy may answer in place of the server, or with the answer to another
/// request. Example: a new guest is answered with an empty 200, and the phone finds nobody.
///
/// | operation | the record | result |
/// |---|---|---|
/// | new guest | the phone finds the account that the answer names | shown |
/// | the same, and the answer names none | the phone finds one with the names that were sent | shown |
/// | the same | the phone finds nobody, or others only | not shown |
/// | edit | every field that it changes is as before | not shown |
/// | edit | anything else | shown: the record may not show such a field |
/// | new guest | it can't be read, or this server never found a guest by a phone | shown, if the answer names an account |
/// | edit | it can't be read | shown |
/// | money | is not read | shown |
///
/// The record is read up to `Policy::verify_reads` times, because a server may need a moment.
pub(crate) async fn compare_with_record(engine: &Engine, operation: &Operation, answer: &WriteAnswer) -> Answered {
    for read in 0..engine.policy.verify_reads.max(1) {
        if read > 0 {
            tokio::time::sleep(engine.policy.verify_pause).await;
        }
        let shown = match operation.payload.rules().target() {
            Target::Balance(_) => return Answered::Shown(None),
            Target::Record(update) => {
                evidence_of_edit(engine, operation, update).await.map(|evidence| match evidence {
                    Evidence::Absent { .. } => Answered::NotShown,
                    _ => Answered::Shown(None),
                })
            }
            Target::NewGuest(new) => compare_new_guest(engine, new, answer).await,
        };
        match shown {
            Ok(Answered::NotShown) => {}
            Ok(shown) => return shown,
            Err(error) => {
                tracing::warn!(%error, operation = %operation.id, "the record could not be read after the answer");
                return match (operation.payload.rules().target(), &answer.account) {
                    (Target::NewGuest(_), None) => Answered::NotShown,
                    _ => Answered::Shown(None),
                };
            }
        }
    }
    Answered::NotShown
}

async fn compare_new_guest(engine: &Engine, new: &NewAccount, answer: &WriteAnswer) -> Result<Answered, Error> {
    let Some(named) = &answer.account else {
        return Ok(match evidence_of_new_guest(engine, new).await? {
            Evidence::Found(found) => Answered::Shown(found.account),
            _ => Answered::NotShown,
        });
    };
    let accounts = engine.loyalty.find_by_phone(&new.phone).await?;
    let is_found = accounts.iter().any(|account| account.id == *named);
    // Nobody was ever found by a phone in our format, so that nobody is found says nothing.
    let tells_nothing = accounts.is_empty() && !engine.gate.has_observed(Capability::Phone);
    Ok(if is_found || tells_nothing { Answered::Shown(Some(named.clone())) } else { Answered::NotShown })
}
