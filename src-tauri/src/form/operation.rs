//! The forms of the five kinds of operation.

use jiff::civil::Date;
use office::{Decision, Draft, MatchedEntry, OperationId, OutsideCheck, Verdict};
use probonus::{AccountId, GroupId, Profile, ProfileSlot, contract::ProfileField};
use serde::Deserialize;
use specta::Type;
use uuid::Uuid;

use crate::{
    error::{AppError, FieldCode},
    form::{DayOf, Fields},
    shape::{ProfileView, Typed},
};

/// An operation as it was typed. Sums are rubles, days are as people type them. An optional text may be empty.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[expect(clippy::large_enum_variant, reason = "one form is read at a time")]
pub(crate) enum OperationForm {
    /// Новый гость.
    CreateGuest {
        /// Group id.
        group: String,
        /// Phone.
        phone: String,
        /// The profile.
        profile: ProfileView,
    },
    /// Изменение анкеты, уровня или срока бонусов.
    EditGuest {
        /// Phone of the card.
        phone: String,
        /// Account of the card.
        account: String,
        /// The profile as the card had it when the editing began.
        before: ProfileView,
        /// The profile as it was edited.
        after: ProfileView,
    },
    /// Начисление.
    Refill {
        /// Phone of the card.
        phone: String,
        /// Account of the card.
        account: String,
        /// The sum.
        sum: String,
        /// Reason from the list.
        reason: String,
        /// Note; may be empty.
        note: String,
    },
    /// Внешний чек.
    RegisterCheck(OutsideCheckForm),
    /// Возврат of a purchase of the journal.
    ReturnCheck {
        /// The operation that registered it.
        purchase: String,
    },
    /// Возврат of a purchase that another program registered.
    ReturnForeign {
        /// Phone of the card.
        phone: String,
        /// Account of the card.
        account: String,
        /// Its GUID.
        check_guid: String,
        /// Its restaurant.
        rest_code: String,
        /// Its number in the outside system.
        outside_number: String,
        /// Its station.
        station: String,
    },
}

/// An outside purchase as it was typed.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OutsideCheckForm {
    /// Phone of the card.
    pub phone: String,
    /// Account of the card.
    pub account: String,
    /// Restaurant.
    pub rest_code: String,
    /// Station.
    pub station: String,
    /// Number in the outside system.
    pub outside_number: String,
    /// When it was bought: a day, with or without a time; may be empty.
    pub purchased_at: String,
    /// Paid in money.
    pub money_spent: String,
    /// Discount; empty: none.
    pub discount: String,
    /// Paid with bonuses; empty: none.
    pub bonus_spent: String,
    /// Accrued; empty: none.
    pub bonus_accrued: String,
    /// Contents.
    pub contents: String,
    /// GUID of the outside system; empty: the operation's own.
    #[serde(default)]
    pub check_guid: String,
}

impl OperationForm {
    /// The draft that the form describes.
    ///
    /// # Errors
    /// Every field that can't be read.
    pub fn parse(&self, today: Date) -> Result<Draft, AppError> {
        let mut fields = Fields::on(today);
        let draft = match self {
            Self::CreateGuest { group, phone, profile } => {
                let group = fields.line("group", group).map(GroupId::new);
                let phone = fields.phone("phone", phone);
                let profile = parse_profile(&mut fields, profile);
                (|| Some(Draft::CreateGuest { group: group?, phone: phone?, profile: profile? }))()
            }
            Self::EditGuest { phone, account, before, after } => {
                let phone = fields.phone("phone", phone);
                let account = account_id(&mut fields, account);
                let after = parse_profile(&mut fields, after);
                // `before` is our own text, so its problems are not shown: the operator can't change it.
                let before = parse_profile(&mut Fields::on(today), before);
                (|| Some(Draft::EditGuest { phone: phone?, account: account?, before: before?, after: after? }))()
            }
            Self::Refill { phone, account, sum, reason, note } => {
                let phone = fields.phone("phone", phone);
                let account = account_id(&mut fields, account);
                let sum = fields.sum("sum", sum);
                let note = comment(reason, note);
                (|| Some(Draft::Refill { phone: phone?, account: account?, sum: sum?, note }))()
            }
            Self::RegisterCheck(form) => form.parse(&mut fields).map(|check| Draft::RegisterCheck(Box::new(check))),
            Self::ReturnCheck { purchase } => match operation_id(purchase) {
                Some(purchase) => Some(Draft::ReturnCheck { purchase }),
                None => fields.fail("purchase", FieldCode::Required),
            },
            Self::ReturnForeign { phone, account, check_guid, rest_code, outside_number, station } => {
                let phone = fields.phone("phone", phone);
                let account = account_id(&mut fields, account);
                let check_guid = fields.guid("checkGuid", check_guid);
                let rest_code = fields.rest_code("restCode", rest_code);
                let outside_number = fields.line("outsideNumber", outside_number);
                let station = fields.station("station", station);
                (|| {
                    Some(Draft::ReturnForeign {
                        phone: phone?,
                        account: account?,
                        check_guid: check_guid?,
                        rest_code: rest_code?,
                        outside_number: outside_number?,
                        station: station?,
                    })
                })()
            }
        };
        fields.done(draft)
    }
}

impl OutsideCheckForm {
    fn parse(&self, fields: &mut Fields) -> Option<OutsideCheck> {
        let phone = fields.phone("phone", &self.phone);
        let account = account_id(fields, &self.account);
        let rest_code = fields.rest_code("restCode", &self.rest_code);
        let station = fields.station("station", &self.station);
        let outside_number = fields.line("outsideNumber", &self.outside_number);
        let purchased_at = fields.date_time("purchasedAt", &self.purchased_at);
        let money_spent = fields.sum("moneySpent", &self.money_spent);
        let discount = fields.sum_or_zero("discount", &self.discount);
        let bonus_spent = fields.sum_or_zero("bonusSpent", &self.bonus_spent);
        let bonus_accrued = fields.sum_or_zero("bonusAccrued", &self.bonus_accrued);
        let check_guid = if self.check_guid.trim().is_empty() {
            Some(None)
        } else {
            fields.guid("checkGuid", &self.check_guid).map(Some)
        };
        Some(OutsideCheck {
            phone: phone?,
            account: account?,
            rest_code: rest_code?,
            station: station?,
            outside_number: outside_number?,
            purchased_at: purchased_at?,
            money_spent: money_spent?,
            discount: discount?,
            bonus_spent: bonus_spent?,
            bonus_accrued: bonus_accrued?,
            contents: self.contents.trim().to_owned(),
            check_guid: check_guid?,
        })
    }
}

/// The operator's decision about an operation of unknown outcome.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct DecisionForm {
    /// The verdict.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// The `proof` of the entry that they chose.
    pub proof: Option<String>,
}

impl DecisionForm {
    /// The decision with the operator's name and the entry as the journal has it.
    #[must_use]
    pub fn by(self, operator: String, found: Option<MatchedEntry>) -> Decision {
        Decision { verdict: self.verdict, operator, reason: self.reason.trim().to_owned(), found }
    }
}

/// An id as it crosses to the page and back.
///
/// # Errors
/// `operation_not_found` for a text that is no id.
pub fn parse_id(text: &str) -> Result<OperationId, AppError> {
    operation_id(text)
        .ok_or_else(|| AppError::new(crate::error::ErrorCode::OperationNotFound, "the text is no operation id"))
}

fn operation_id(text: &str) -> Option<OperationId> {
    Uuid::try_parse(text.trim()).ok().filter(|id| !id.is_nil()).map(OperationId)
}

fn account_id(fields: &mut Fields, text: &str) -> Option<AccountId> {
    fields.line("account", text).map(AccountId::new)
}

/// The reason of the list and the note as one comment, which the server and the journal get.
pub(super) fn comment(reason: &str, note: &str) -> String {
    match (reason.trim(), note.trim()) {
        (reason, "") => reason.to_owned(),
        ("", note) => note.to_owned(),
        (reason, note) => format!("{reason}: {note}"),
    }
}

fn parse_profile(fields: &mut Fields, typed: &ProfileView) -> Option<Profile> {
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let mut profile = Profile::default();
    let mut is_read = true;
    for field in ProfileField::ALL {
        match (profile.get_mut(field), typed.get(field)) {
            (ProfileSlot::Text(place) | ProfileSlot::Code(place), Typed::Text(typed)) => *place = text(typed),
            (ProfileSlot::Days(place), Typed::Text(typed)) if !typed.trim().is_empty() => {
                *place = fields.days(field.name(), typed);
                is_read &= place.is_some();
            }
            (ProfileSlot::Day(place), Typed::Text(typed)) if !typed.trim().is_empty() => {
                *place = fields.date(field.name(), typed.trim(), DayOf::Birth);
                is_read &= place.is_some();
            }
            (ProfileSlot::Sex(place), Typed::Sex(sex)) => *place = *sex,
            (ProfileSlot::List(place), Typed::List(list)) => {
                *place = list.iter().filter_map(|entry| text(entry)).collect();
            }
            _ => {}
        }
    }
    is_read.then_some(profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refill_joins_reason_and_note() {
        let form = OperationForm::Refill {
            phone: "8 (912) 345-67-89".into(),
            account: "7".into(),
            sum: "1 234,50".into(),
            reason: "Жалоба".into(),
            note: " остыл суп ".into(),
        };
        let Draft::Refill { sum, note, phone, .. } = form.parse(Date::constant(2026, 11, 28)).unwrap() else {
            panic!("not a refill")
        };
        assert_eq!((sum.get(), note.as_str(), phone.as_e164()), (123_450, "Жалоба: остыл суп", "+79123456789"));
    }

    #[test]
    fn an_empty_purchase_names_each_missing_field() {
        let form = OutsideCheckForm {
            phone: String::new(),
            account: String::new(),
            rest_code: String::new(),
            station: String::new(),
            outside_number: String::new(),
            purchased_at: "32.01.2026".into(),
            money_spent: String::new(),
            discount: String::new(),
            bonus_spent: "x".into(),
            bonus_accrued: String::new(),
            contents: String::new(),
            check_guid: String::new(),
        };
        let error = OperationForm::RegisterCheck(form).parse(Date::constant(2026, 11, 28)).unwrap_err();
        let named: Vec<_> = error.details.fields.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(
            named,
            ["phone", "account", "restCode", "station", "outsideNumber", "purchasedAt", "moneySpent", "bonusSpent"]
        );
    }
}
