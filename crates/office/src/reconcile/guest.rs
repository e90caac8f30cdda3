//! Evidence of a new guest, and of an edit: the guest's record itself.

use probonus::{Account, AccountUpdate, Error, NewAccount};

use crate::{
    core::{engine::Engine, gate::Capability},
    ledger::{entry::key_of_account, reading::read_account},
    model::{
        evidence::{Evidence, MatchedEntry},
        operation::Operation,
        profile,
    },
};

/// A guest with the phone is there, and is who we sent; or nobody is.
pub async fn evidence_of_new_guest(engine: &Engine, new: &NewAccount) -> Result<Evidence, Error> {
    let accounts = engine.loyalty.find_by_phone(&new.phone).await?;
    if accounts.is_empty() {
        // A server that does not understand our way of writing a phone finds nobody, ever.
        return Ok(Evidence::Absent { conclusive: engine.gate.has_observed(Capability::Phone) });
    }
    let same: Vec<&Account> = accounts.iter().filter(|account| is_who_we_sent(new, account)).collect();
    match same.as_slice() {
        [account] => Ok(Evidence::Found(found(account, true))),
        // Someone else was quicker, or there are two of them: it is for a person to say whether one is ours.
        _ => Ok(Evidence::Ambiguous { candidates: accounts.iter().map(|account| found(account, false)).collect() }),
    }
}

/// The record is as we want it, or as it was.
pub async fn evidence_of_edit(
    engine: &Engine,
    operation: &Operation,
    update: &AccountUpdate,
) -> Result<Evidence, Error> {
    let Some(phone) = &operation.subject.phone else { return Ok(Evidence::Ambiguous { candidates: Vec::new() }) };
    let Some(now) = read_account(engine, phone, &update.account).await? else {
        return Ok(Evidence::Ambiguous { candidates: Vec::new() });
    };
    if profile::changes(&update.after, &now.profile).is_empty() {
        // The server keeps no entry of an edit: the record proves it, once for this operation.
        let proof = format!("{}/edit {}", now.id, operation.id);
        return Ok(Evidence::Found(MatchedEntry { proof, ..found(&now, true) }));
    }
    if profile::changes(&update.before, &now.profile).is_empty() {
        return Ok(Evidence::Absent { conclusive: true });
    }
    Ok(Evidence::Ambiguous { candidates: vec![found(&now, false)] })
}

/// Whether an account is the one we asked for: every name that both know is the same, and some name is known to both. A
/// record without names could be anybody's.
fn is_who_we_sent(new: &NewAccount, account: &Account) -> bool {
    let (sent, told) = (&new.profile.name, &account.profile.name);
    let pairs = [(&sent.surname, &told.surname), (&sent.name, &told.name), (&sent.patronymic, &told.patronymic)];
    let both: Vec<(&String, &String)> =
        pairs.into_iter().filter_map(|(sent, told)| sent.as_ref().zip(told.as_ref())).collect();
    !both.is_empty() && both.iter().all(|(sent, told)| sent.trim().to_lowercase() == told.trim().to_lowercase())
}

fn found(account: &Account, exact: bool) -> MatchedEntry {
    MatchedEntry {
        proof: key_of_account(&account.id),
        exact,
        summary: profile::full_name(&account.profile),
        sum: None,
        account: Some(account.id.clone()),
        receipt: None,
    }
}
