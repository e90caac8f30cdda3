//! Evidence of a new guest, and of an edit. The server keeps no entry of either, so the guest's record is the evidence.

use probonus::{
    Account, AccountUpdate, Error, NewAccount, Profile, ProfileValue,
    contract::{ProfileField, ProfileGroup},
};

use crate::{
    core::engine::Engine,
    ledger::{control_search::believe_absence, entry::key_of_account, reading::read_account},
    model::{
        capability::Capability,
        evidence::{Evidence, MatchedEntry},
        operation::Operation,
        profile,
    },
};

/// What the server shows of a new guest.
///
/// | accounts with the phone | evidence |
/// |---|---|
/// | none | absent; conclusive if this server was ever seen to find a guest by a phone in our format |
/// | none, and the search finds no known guest either | the error that it can't be read |
/// | exactly one of them has the names that we sent, and no other phone | found |
/// | any other case | ambiguous: someone else may have made the account |
pub async fn evidence_of_new_guest(engine: &Engine, new: &NewAccount) -> Result<Evidence, Error> {
    let mut accounts = engine.loyalty.find_by_phone(&new.phone).await?;
    // It was deleted before: a new one would not be.
    accounts.retain(|account| !account.is_deleted());
    if accounts.is_empty() {
        believe_absence(engine, &new.phone).await?;
        return Ok(Evidence::Absent { conclusive: engine.gate.has_observed(Capability::Phone), proven: false });
    }
    let same: Vec<&Account> = accounts.iter().filter(|account| is_who_we_sent(new, account)).collect();
    match same.as_slice() {
        [account] => Ok(Evidence::Found(found(account, true))),
        _ => Ok(Evidence::Ambiguous { candidates: accounts.iter().map(|account| found(account, false)).collect() }),
    }
}

/// What the server shows of an edit. Compared are the fields that the edit is about and that the record shows.
///
/// | the record | evidence |
/// |---|---|
/// | is not found by the guest's phone | ambiguous |
/// | shows none of the fields that the edit changes | ambiguous: it proves nothing |
/// | is as the edit wants it | found |
/// | is as it was before the edit | absent, conclusive |
/// | is different from both | ambiguous |
///
/// The proof is made of account and operation, so it proves this operation only.
pub async fn evidence_of_edit(
    engine: &Engine,
    operation: &Operation,
    update: &AccountUpdate,
) -> Result<Evidence, Error> {
    let Some(phone) = &operation.subject.phone else { return Ok(Evidence::Ambiguous { candidates: Vec::new() }) };
    let Some(now) = read_account(engine, phone, &update.account).await? else {
        return Ok(Evidence::Ambiguous { candidates: Vec::new() });
    };
    if !update.before.differing(&update.after).any(|field| now.shows(field)) {
        return Ok(Evidence::Ambiguous { candidates: vec![found(&now, false)] });
    }
    let mut visible = profile::concerned(&update.before, &update.after);
    visible.retain(|field| now.shows(*field));
    if profile::changes_in(&visible, &update.after, &now.profile).is_empty() {
        let proof = format!("{}/edit {}", now.id, operation.id);
        return Ok(Evidence::Found(MatchedEntry { proof, ..found(&now, true) }));
    }
    if profile::changes_in(&visible, &update.before, &now.profile).is_empty() {
        return Ok(Evidence::Absent { conclusive: true, proven: false });
    }
    Ok(Evidence::Ambiguous { candidates: vec![found(&now, false)] })
}

/// Whether an account has the names that we sent: every part of the name that both sides have is the same, and at least one is.
///
/// Example: we sent «Анна Петрова», the account has «анна» and no surname: yes. An account without names: no, it may be anyone's. An
/// account of another phone: no, however it was found.
fn is_who_we_sent(new: &NewAccount, account: &Account) -> bool {
    let text = |profile: &Profile, part| match profile.get(part) {
        ProfileValue::Text(text) => text.as_ref().map(|text| text.trim().to_lowercase()),
        _ => None,
    };
    let parts = ProfileField::ALL.into_iter().filter(|part| part.group() == ProfileGroup::Name);
    let both: Vec<(String, String)> =
        parts.filter_map(|part| text(&new.profile, part).zip(text(&account.profile, part))).collect();
    account.may_have(&new.phone) && !both.is_empty() && both.iter().all(|(sent, shown)| sent == shown)
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
