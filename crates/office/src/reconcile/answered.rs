//! An answer of success to a new guest or an edit, compared with the guest's record. Money is compared with the balance instead.

use probonus::{AccountId, Error, ErrorKind, NewAccount, WriteAnswer};

use crate::{
    core::engine::Engine,
    model::{evidence::Evidence, kinds::Target, operation::Operation},
    reconcile::guest::{evidence_of_edit, evidence_of_new_guest},
};

/// What the record says of an answer of success.
pub(crate) enum Answered {
    /// The record shows it, or can't show it. For a new guest: the account.
    Shown(Option<AccountId>),
    /// The record is as it was before the send.
    NotShown,
    /// The record could not be read, and may be later.
    NotRead(Error),
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
/// | any of these | this server has no method to read it by | shown |
/// | any of these | it can't be read just now | not read |
/// | money | is not read | shown |
///
/// The record is read up to `Policy::verify_reads` times, because a server may need a moment. What is not shown or not read is
/// unknown; the next probe settles it.
pub(crate) async fn compare_with_record(engine: &Engine, operation: &Operation, answer: &WriteAnswer) -> Answered {
    let mut last = Answered::NotShown;
    for read in 0..engine.policy.verify_reads.max(1) {
        if read > 0 {
            tokio::time::sleep(engine.policy.verify_pause).await;
        }
        last = match operation.payload.rules().target() {
            Target::Balance(_) => return Answered::Shown(None),
            Target::Record(update) => match evidence_of_edit(engine, operation, update).await {
                Ok(Evidence::Absent { .. }) => Answered::NotShown,
                Ok(_) => return Answered::Shown(None),
                Err(error) => Answered::NotRead(error),
            },
            Target::NewGuest(new) => match find_new_guest(engine, new, answer).await {
                Ok(None) => Answered::NotShown,
                Ok(Some(account)) => return Answered::Shown(Some(account)),
                Err(error) => Answered::NotRead(error),
            },
        };
        match &last {
            Answered::NotRead(error) if error.kind() == ErrorKind::Unsupported => {
                return Answered::Shown(answer.account.clone());
            }
            Answered::NotRead(error) => {
                tracing::warn!(%error, operation = %operation.id, "the record could not be read after the answer");
            }
            _ => {}
        }
    }
    last
}

/// The account of a new guest, if its phone finds it.
async fn find_new_guest(engine: &Engine, new: &NewAccount, answer: &WriteAnswer) -> Result<Option<AccountId>, Error> {
    let Some(named) = &answer.account else {
        return Ok(match evidence_of_new_guest(engine, new).await? {
            Evidence::Found(found) => found.account,
            _ => None,
        });
    };
    let accounts = engine.loyalty.find_by_phone(&new.phone).await?;
    let is_its = |account: &&probonus::Account| account.id == *named && account.may_have(&new.phone);
    Ok(accounts.iter().find(is_its).map(|account| account.id.clone()))
}
