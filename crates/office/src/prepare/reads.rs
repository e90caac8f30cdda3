//! What is read of the server before an operation is prepared.

use probonus::{AccountId, Error, Group, NewAccount, Phone};

use crate::{
    core::{engine::Engine, gate::UnitConfidence},
    ledger::{
        control_search::believe_absence,
        listing::Listing,
        reading::{AccountSnapshot, Which, read_account, read_balance_and_entries},
        search::find_by_phone,
    },
    model::{
        capability::Capability,
        failure::{Failure, is_passing},
        payload::Payload,
        preview::Notice,
        refusal::Refusal,
    },
};

/// Entries of the server's history that are searched for suspected duplicates.
const HISTORY_ENTRIES: u32 = 50;

/// What was read of the server for a plan.
pub struct PlanReads {
    pub snapshot: AccountSnapshot,
    /// The group of a new guest.
    pub group: Option<Group>,
    /// The account's newest entries; `None`: not needed, or not readable.
    pub history: Option<Listing>,
    /// Whether nothing is missing that another read may bring, so that the operation may be sent by what was read.
    pub is_whole: bool,
}

/// Reads what a new guest needs: a group with a template, and no account with the phone, of a server whose search finds known guests.
/// The phone of a deleted account is free.
pub async fn read_for_new_guest(engine: &Engine, new: &NewAccount) -> Result<PlanReads, Refusal> {
    let binding = engine.loyalty.binding_revision();
    let groups = engine.loyalty.groups().await.map_err(Refusal::Server)?;
    if !groups.iter().any(|group| group.have_template) {
        return Err(Refusal::NoTemplateGroup);
    }
    let group = groups.into_iter().find(|group| group.id == new.group && group.have_template);
    let group = group.ok_or(Refusal::GroupHasNoTemplate)?;
    let found = find_by_phone(engine, &new.phone).await.map_err(Refusal::Server)?;
    if let Some(known) = found.into_iter().find(|account| !account.is_deleted()) {
        engine.gate.observe(&*engine.journal, Capability::Phone).await?;
        return Err(Refusal::PhoneKnown { account: known.id });
    }
    believe_absence(engine, &new.phone).await.map_err(Refusal::Server)?;
    Ok(PlanReads {
        snapshot: AccountSnapshot { binding, ..AccountSnapshot::default() },
        group: Some(group),
        history: None,
        is_whole: true,
    })
}

/// Reads the account that an operation changes; before money moves, its balance and newest entries too.
///
/// | case | result |
/// |---|---|
/// | the account's record can't be read | refused; the caller may still queue an operation that moves money |
/// | the record says deleted, or, before bonuses are added or spent, blocked | refused |
/// | balance or entries can't be read just now | a notice: the operation waits until they can |
/// | balance or entries can't be read at all | a notice: the operation goes without them |
/// | the server reports no balance | refused for a refill while the server's unit is not proven, else nothing |
pub async fn read_for_account(
    engine: &Engine,
    phone: &Phone,
    payload: &Payload,
    notices: &mut Vec<Notice>,
) -> Result<PlanReads, Refusal> {
    let binding = engine.loyalty.binding_revision();
    let id: &AccountId = payload.account().ok_or(Refusal::AccountNotFound)?;
    let account = read_account(engine, phone, id).await.map_err(Refusal::Server)?.ok_or(Refusal::AccountNotFound)?;
    engine.gate.observe(&*engine.journal, Capability::Phone).await?;
    if !payload.may_change(&account) {
        return Err(Refusal::AccountClosed);
    }
    if account.blocked == Some(true) {
        notices.push(Notice::AccountBlocked);
    } else if account.inactive {
        notices.push(Notice::AccountInactive);
    }
    let (mut balance, mut history, mut is_whole) = (account.balance, None, true);
    let mut wait_for = |error: &Error, notices: &mut Vec<Notice>| {
        if std::mem::replace(&mut is_whole, false) {
            notices.push(Notice::AccountUnreadableNow { failure: Failure::from(error) });
        }
    };
    if payload.moves_money() {
        let (reported, listing) =
            read_balance_and_entries(engine, id, Some(phone), account.balance, Which::Newest(HISTORY_ENTRIES)).await;
        match reported {
            Ok(None) if payload.rules().proves_unit() && engine.gate.unit_confidence() != UnitConfidence::Proven => {
                return Err(Refusal::BalanceNotReported);
            }
            Ok(read) => balance = read,
            Err(error) if is_passing(&error) => wait_for(&error, notices),
            Err(error) => notices.push(Notice::BalanceUnreadable { failure: Failure::from(&error) }),
        }
        match listing {
            Ok(listing) => history = Some(listing),
            Err(error) if is_passing(&error) => wait_for(&error, notices),
            Err(error) => notices.push(Notice::HistoryUnreadable { failure: Failure::from(&error) }),
        }
    }
    let snapshot = AccountSnapshot { account: Some(account), balance, listing: history.clone(), binding };
    Ok(PlanReads { snapshot, group: None, history, is_whole })
}
