//! What a draft would send.

use probonus::{AccountUpdate, CheckGuid, ExternalCheck, NewAccount, Phone, Refill, ReturnCheck};

use crate::{
    journal::port::Journal,
    model::{
        draft::{Draft, OutsideCheck},
        operation::{Operation, OperationId},
        payload::Payload,
        refusal::Refusal,
    },
};

/// What an operation with this id and draft would send. The record of an edit is filled in when it is read.
pub async fn payload_of(
    journal: &dyn Journal,
    id: OperationId,
    draft: &Draft,
) -> Result<(Payload, Phone, String), Refusal> {
    Ok(match draft {
        Draft::CreateGuest { group, phone, profile } => {
            let (group, phone, profile) = (group.clone(), phone.clone(), profile.clone());
            (Payload::CreateGuest(NewAccount { group, phone: phone.clone(), profile }), phone, String::new())
        }
        Draft::EditGuest { phone, account, before, after } => {
            let (account, before, after) = (account.clone(), before.clone(), after.clone());
            let update = AccountUpdate { account, record: serde_json::Value::Null, before, after };
            (Payload::EditGuest(update), phone.clone(), String::new())
        }
        Draft::Refill { phone, account, sum, note } => {
            // The marker goes first: a server that cuts comments short must not cut it off.
            let comment = format!("{} {note}", id.short()).trim_end().to_owned();
            (Payload::Refill(Refill { account: account.clone(), sum: *sum, comment }), phone.clone(), note.clone())
        }
        Draft::RegisterCheck(purchase) => {
            (Payload::RegisterCheck(external_check(id, purchase)), purchase.phone.clone(), String::new())
        }
        Draft::ReturnCheck { purchase } => {
            let purchase = journal.get(*purchase).await?.ok_or(Refusal::PurchaseNotFound)?;
            payload_of_return(&purchase)?
        }
        Draft::ReturnForeign { phone, account, check_guid, rest_code, outside_number, station } => {
            match journal.by_guid(*check_guid).await? {
                Some(purchase) => payload_of_return(&purchase)?,
                None => {
                    let check = ReturnCheck {
                        check_guid: *check_guid,
                        rest_code: rest_code.clone(),
                        account: account.clone(),
                        external_check: outside_number.clone(),
                        station: *station,
                    };
                    (Payload::ReturnCheck(check), phone.clone(), String::new())
                }
            }
        }
    })
}

fn payload_of_return(purchase: &Operation) -> Result<(Payload, Phone, String), Refusal> {
    let Payload::RegisterCheck(check) = &purchase.payload else { return Err(Refusal::PurchaseNotFound) };
    let phone = purchase.subject.phone.clone().ok_or(Refusal::PurchaseNotFound)?;
    let check = ReturnCheck {
        check_guid: check.check_guid,
        rest_code: check.rest_code.clone(),
        account: check.account.clone(),
        external_check: check.external_check.clone(),
        station: check.station,
    };
    Ok((Payload::ReturnCheck(check), phone, String::new()))
}

fn external_check(id: OperationId, purchase: &OutsideCheck) -> ExternalCheck {
    let mut check_data = purchase.contents.clone();
    if !check_data.is_empty() {
        check_data.push('\n');
    }
    check_data.push_str(&id.short());
    ExternalCheck {
        rest_code: purchase.rest_code.clone(),
        check_guid: purchase.check_guid.unwrap_or(CheckGuid::from_uuid(id.0)),
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
