//! From a draft to the payload that is sent.

use probonus::{AccountUpdate, CheckGuid, ExternalCheck, NewAccount, Phone, Refill, ReturnCheck};

use crate::{
    journal::port::Journal,
    model::{
        draft::{Draft, OutsideCheck},
        journal_error::JournalError,
        operation::{Operation, OperationId},
        payload::Payload,
        refusal::Refusal,
    },
    prepare::receipt_guid::ReceiptName,
};

/// A payload, and what is known beside it.
pub(crate) struct Intent {
    pub payload: Payload,
    /// The phone by which the account is read.
    pub phone: Phone,
    /// The operator's note; empty for operations that have none.
    pub note: String,
    /// The name that the GUID of a purchase is made of; `None`: it is no purchase, has a GUID of its own, or has a number that
    /// can't be compared.
    pub receipt_name: Option<ReceiptName>,
}

impl Intent {
    const fn new(payload: Payload, phone: Phone) -> Self {
        Self { payload, phone, note: String::new(), receipt_name: None }
    }
}

/// What an operation with this id and draft would send to `server`. Deterministic: the same id and draft give the same payload,
/// as long as the journal's purchases do not change. The record of an edit is filled in later, when it is read.
pub async fn intent_of(journal: &dyn Journal, server: &str, id: OperationId, draft: &Draft) -> Result<Intent, Refusal> {
    Ok(match draft {
        Draft::CreateGuest { group, phone, profile } => {
            let (group, phone, profile) = (group.clone(), phone.clone(), profile.clone());
            Intent::new(Payload::CreateGuest(NewAccount { group, phone: phone.clone(), profile }), phone)
        }
        Draft::EditGuest { phone, account, before, after } => {
            let (account, before, after) = (account.clone(), before.clone(), after.clone());
            let update = AccountUpdate { account, record: serde_json::Value::Null, before, after };
            Intent::new(Payload::EditGuest(update), phone.clone())
        }
        Draft::Refill { phone, account, sum, note } => {
            // The marker comes first: a server that cuts long comments must not cut it off.
            let comment = format!("{} {note}", id.short()).trim_end().to_owned();
            let refill = Refill { account: account.clone(), sum: *sum, comment };
            Intent { note: note.clone(), ..Intent::new(Payload::Refill(refill), phone.clone()) }
        }
        Draft::RegisterCheck(purchase) => {
            let receipt_name = ReceiptName::of(server, purchase);
            let guid = receipt_guid(journal, id, purchase, receipt_name.as_ref()).await?;
            let check = external_check(id, guid, purchase);
            Intent { receipt_name, ..Intent::new(Payload::RegisterCheck(check), purchase.phone.clone()) }
        }
        Draft::ReturnCheck { purchase } => {
            let purchase = journal.get(*purchase).await?.ok_or(Refusal::PurchaseNotFound)?;
            return_of(&purchase)?
        }
        Draft::ReturnForeign { phone, account, check_guid, rest_code, outside_number, station } => {
            match journal.by_guid(*check_guid).await? {
                // The phone may have been changed since the purchase.
                Some(purchase) if purchase.payload.account() == Some(account) => {
                    Intent { phone: phone.clone(), ..return_of(&purchase)? }
                }
                Some(purchase) => return_of(&purchase)?,
                None => {
                    let check = ReturnCheck {
                        check_guid: *check_guid,
                        rest_code: rest_code.clone(),
                        account: account.clone(),
                        external_check: outside_number.clone(),
                        station: *station,
                    };
                    Intent::new(Payload::ReturnCheck(check), phone.clone())
                }
            }
        }
    })
}

/// The return of a purchase in the journal: it carries the purchase's GUID, restaurant and outside number.
fn return_of(purchase: &Operation) -> Result<Intent, Refusal> {
    let Payload::RegisterCheck(check) = &purchase.payload else { return Err(Refusal::PurchaseNotFound) };
    let phone = purchase.subject.phone.clone().ok_or(Refusal::PurchaseNotFound)?;
    let check = ReturnCheck {
        check_guid: check.check_guid,
        rest_code: check.rest_code.clone(),
        account: check.account.clone(),
        external_check: check.external_check.clone(),
        station: check.station,
    };
    Ok(Intent::new(Payload::ReturnCheck(check), phone))
}

/// The GUID of a purchase: the one that was typed, else the one that the operation has in the journal, else a free one of its
/// number, else, if the number can't be compared, the operation's own id.
async fn receipt_guid(
    journal: &dyn Journal,
    id: OperationId,
    purchase: &OutsideCheck,
    name: Option<&ReceiptName>,
) -> Result<CheckGuid, JournalError> {
    if let Some(typed) = purchase.check_guid {
        return Ok(typed);
    }
    if let Some(stored) = journal.get(id).await?.and_then(|operation| operation.payload.check_guid()) {
        return Ok(stored);
    }
    match name {
        Some(name) => name.free_guid(journal, None).await,
        None => Ok(CheckGuid::from_uuid(id.0)),
    }
}

/// The purchase as it is sent. Its contents end with the operation's short id, by which its receipt is recognised.
fn external_check(id: OperationId, check_guid: CheckGuid, purchase: &OutsideCheck) -> ExternalCheck {
    let mut check_data = purchase.contents.clone();
    if !check_data.is_empty() {
        check_data.push('\n');
    }
    check_data.push_str(&id.short());
    ExternalCheck {
        rest_code: purchase.rest_code.clone(),
        check_guid,
        account: purchase.account.clone(),
        station: purchase.station,
        external_check: purchase.outside_number.clone(),
        bonus_spent: purchase.bonus_spent,
        discount: purchase.discount,
        bonus_accrued: purchase.bonus_accrued,
        money_spent: purchase.money_spent,
        check_data,
        purchased_at: purchase.purchased_at,
    }
}
