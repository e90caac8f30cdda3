//! Carries out a request: protocol fields in, a call of the core, protocol values out.

use crate::core::{
    Core,
    bonuses::{BalanceParts, Span},
    checks::{OutsideCheck, ReturnFilter},
    guests::AccountChange,
    model::{Account, Profile, Receipt, Transaction, TransactionKind},
    purse::Lot,
    refusal::Refusal,
};

use uuid::Uuid;

use super::{Fields, Method, Value};

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The value asked for.
    Found(Value),
    /// It does not exist; the message in Russian.
    NotFound(String),
}

/// Carries out a request. `auth/…` is handled elsewhere and gets [`Value::Null`] here.
///
/// An update leaves missing fields as they were, and empties fields given as [`Value::Null`].
///
/// # Errors
/// A refusal of the core; a request that lacks a needed field.
pub fn handle(core: &mut Core, method: Method, fields: &Fields) -> Result<Reply, Refusal> {
    let answer = match method {
        Method::Login | Method::RefreshToken => Value::Null,
        Method::Groups => Value::List(core.groups().iter().map(group).collect()),
        Method::FindByPhone => {
            let phone = fields.text("phone").unwrap_or_default();
            match core.find_by_phone(phone) {
                Some(account) => account_record(core, account),
                None => return Ok(Reply::NotFound(format!("Счёт с телефоном {phone} не найден"))),
            }
        }
        Method::Insert => {
            let group = fields.int("accountGroupId").unwrap_or_default();
            let phone = fields.text("phone").unwrap_or_default();
            let id = core.insert_by_template(group, phone, profile(fields, &Profile::default()))?;
            written(core, id, None, None)
        }
        Method::Update => {
            let id = fields.int("id").unwrap_or_default();
            let account = core.account(id)?.clone();
            core.update(id, change(fields, &account))?;
            written(core, id, None, None)
        }
        Method::Refill => {
            let id = fields.int("accountId").unwrap_or_default();
            let sum = fields.int("sum").unwrap_or_default();
            let row = core.refill(id, sum, fields.text("comment").map(str::to_owned))?;
            written(core, id, Some(row), None)
        }
        Method::Transactions => {
            let id = fields.int("accountId").unwrap_or_default();
            let rows = core.transactions(id, span(fields)?)?;
            Value::List(rows.into_iter().map(|row| transaction(core, row)).collect())
        }
        Method::Balance => {
            let id = fields.int("accountId").unwrap_or_default();
            balance_record(id, &core.balance(id)?)
        }
        Method::Receipt => {
            let id = fields.int("id").unwrap_or_default();
            match core.receipt(id) {
                Some(receipt) => receipt_record(core, receipt),
                None => return Ok(Reply::NotFound(format!("Чек {id} не найден"))),
            }
        }
        Method::RegisterCheck => {
            let check = outside_check(core, fields);
            let account = check.account;
            let receipt = core.register_check(check)?;
            written(core, account, last_row(core, account), Some(receipt))
        }
        Method::ReturnCheck => {
            let filter = ReturnFilter {
                account: fields.int("accountId"),
                rest_code: fields.text("restCode").map(str::to_owned),
                number: fields.text("externalCheck").map(str::to_owned),
            };
            let receipts = core.return_check(fields.guid("checkGuid").unwrap_or_default(), &filter)?;
            let receipt = receipts.first().copied();
            let account = receipt.and_then(|id| core.receipt(id)).map_or(0, |receipt| receipt.account);
            written(core, account, last_row(core, account), receipt)
        }
    };
    Ok(Reply::Found(answer))
}

fn last_row(core: &Core, account: i64) -> Option<i64> {
    core.transactions(account, Span::Last(1)).ok()?.first().map(|row| row.id)
}

fn written(core: &Core, account: i64, row: Option<i64>, receipt: Option<i64>) -> Value {
    let balance = core.account(account).map_or(0, |account| account.purse.balance());
    Value::Record(vec![
        ("accountId", Value::Int(account)),
        ("balance", Value::Money(balance)),
        ("transactionId", Value::maybe(row, Value::Int)),
        ("checkId", Value::maybe(receipt, Value::Int)),
    ])
}

fn span(fields: &Fields) -> Result<Span, Refusal> {
    if let Some(count) = fields.int("count") {
        return match usize::try_from(count) {
            Ok(count @ 1..=1000) => Ok(Span::Last(count)),
            _ => Err(Refusal::field("count", "от 1 до 1000")),
        };
    }
    let span = match (fields.get("from"), fields.get("to")) {
        (Some(Value::Date(from)), Some(Value::Date(to))) if from <= to => Span::Days(*from, *to),
        (Some(Value::Local(from)), Some(Value::Local(to))) if from <= to => Span::Moments(*from, *to),
        (Some(_), Some(_)) => return Err(Refusal::field("to", "период кончается раньше, чем начинается")),
        _ => return Err(Refusal::field("from", "нужен период (from и to) или количество (count)")),
    };
    Ok(span)
}

fn change(fields: &Fields, account: &Account) -> AccountChange {
    AccountChange {
        phone: fields.text("phone").map_or_else(|| account.phone.clone(), str::to_owned),
        profile: profile(fields, &account.profile),
        group: fields.int("accountGroupId").unwrap_or(account.group),
        level: fields.int("discountLevelId").unwrap_or(account.level),
        bonus_type: fields.int("bonusTypeId").unwrap_or(account.bonus_type),
        bonus_life_days: match fields.given("lifetime") {
            None => account.bonus_life_days,
            Some(_) => fields.int("lifetime").map(|days| i32::try_from(days).unwrap_or(0)),
        },
    }
}

/// The fields of a profile.
pub const PROFILE: [&str; 7] = ["surname", "name", "patronymic", "birthday", "sex", "email", "identifiers"];

/// The profile after a request: its fields laid over those of before.
fn profile(fields: &Fields, before: &Profile) -> Profile {
    let text = |name: &str, before: &Option<String>| match fields.given(name) {
        None => before.clone(),
        _ => fields.text(name).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned),
    };
    Profile {
        surname: text("surname", &before.surname),
        name: text("name", &before.name),
        patronymic: text("patronymic", &before.patronymic),
        email: text("email", &before.email),
        birthday: match fields.given("birthday") {
            None => before.birthday,
            _ => fields.date("birthday"),
        },
        sex: match fields.given("sex") {
            None => before.sex,
            Some(Value::Sex(sex)) => Some(*sex),
            _ => None,
        },
        identifiers: match fields.given("identifiers") {
            None => before.identifiers.clone(),
            Some(Value::List(list)) => list
                .iter()
                .filter_map(|item| match item {
                    Value::Text(text) => Some(text.clone()),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        },
    }
}

fn outside_check(core: &Core, fields: &Fields) -> OutsideCheck {
    let text = |name: &str| fields.text(name).unwrap_or_default().to_owned();
    let number = |name: &str| fields.int(name).unwrap_or_default();
    OutsideCheck {
        rest_code: text("restCode"),
        guid: fields.guid("checkGuid").unwrap_or_default(),
        account: number("accountId"),
        station: number("rkUnit"),
        number: text("externalCheck"),
        bonus_spent: number("bonusSpentSum"),
        discount: number("discountSum"),
        bonus_accrued: number("bonusAccruedSum"),
        money_spent: number("moneySpentSum"),
        data: text("checkData"),
        purchased_at: match fields.get("purchasedAt") {
            Some(Value::Local(local)) => Some(core.calendar().instant(*local)),
            _ => None,
        },
    }
}

fn group(group: &crate::core::model::Group) -> Value {
    Value::Record(vec![
        ("id", Value::Int(group.id)),
        ("name", Value::text(&group.name)),
        ("haveTemplate", Value::Flag(group.template.is_some())),
    ])
}

fn account_record(core: &Core, account: &Account) -> Value {
    let profile = &account.profile;
    let text = |text: &Option<String>| Value::maybe(text.clone(), Value::Text);
    let level = core.level(account.level);
    let coupons = account.coupons.iter().map(|coupon| {
        Value::Record(vec![
            ("name", Value::text(&coupon.name)),
            ("code", Value::text(&coupon.code)),
            ("validUntil", Value::maybe(coupon.valid_until, Value::Date)),
        ])
    });
    Value::Record(vec![
        ("id", Value::Int(account.id)),
        ("phone", Value::Phone(account.phone.clone())),
        ("phones", Value::List(account.phones().map(|phone| Value::Phone(phone.to_owned())).collect())),
        ("surname", text(&profile.surname)),
        ("name", text(&profile.name)),
        ("patronymic", text(&profile.patronymic)),
        ("birthday", Value::maybe(profile.birthday, Value::Date)),
        ("sex", Value::maybe(profile.sex, Value::Sex)),
        ("email", text(&profile.email)),
        ("identifiers", Value::List(profile.identifiers.iter().map(Value::text).collect())),
        ("accountGroupId", Value::Int(account.group)),
        ("accountGroupName", Value::maybe(core.group(account.group), |group| Value::text(&group.name))),
        ("discountLevelId", Value::Int(account.level)),
        ("level", Value::maybe(level, |level| Value::text(&level.name))),
        ("levelPercent", Value::maybe(level, |level| Value::Decimal(level.percent, 2))),
        ("balance", Value::Money(account.purse.balance())),
        ("turnover", Value::Money(account.turnover)),
        ("bonusTypeId", Value::Int(account.bonus_type)),
        ("lifetime", Value::maybe(account.bonus_life_days, |days| Value::Int(days.into()))),
        ("blocked", Value::Flag(account.blocked)),
        ("coupons", Value::List(coupons.collect())),
        ("createdAt", Value::Moment(account.created_at)),
    ])
}

/// The balance in detail. What burns stands apart; the parts are all there are, those that never burn without a day.
fn balance_record(id: i64, detail: &BalanceParts) -> Value {
    let part = |lot: &Lot| {
        Value::Record(vec![("date", Value::maybe(lot.burns_on, Value::Date)), ("sum", Value::Money(lot.sum))])
    };
    let waiting = detail
        .waiting
        .iter()
        .map(|waiting| Value::Record(vec![("date", Value::Date(waiting.due)), ("sum", Value::Money(waiting.sum))]));
    Value::Record(vec![
        ("accountId", Value::Int(id)),
        ("balance", Value::Money(detail.balance)),
        ("burning", Value::List(detail.parts.iter().filter(|lot| lot.burns_on.is_some()).map(part).collect())),
        ("parts", Value::List(detail.parts.iter().map(part).collect())),
        ("bonusAwaitingIssue", Value::Money(detail.waiting.iter().map(|waiting| waiting.sum).sum())),
        ("awaiting", Value::List(waiting.collect())),
    ])
}

fn transaction(core: &Core, row: &Transaction) -> Value {
    let receipt = row.receipt.and_then(|id| core.receipt(id));
    let outside = receipt.and_then(|receipt| receipt.outside.as_ref());
    let pos = receipt.filter(|receipt| receipt.outside.is_none());
    let due = receipt.and_then(|receipt| receipt.accrual_due).filter(|_| row.awaits.is_some());
    Value::Record(vec![
        ("id", Value::Int(row.id)),
        ("date", Value::Moment(row.at)),
        ("type", Value::Kind(row.kind)),
        ("typeName", Value::Kind(row.kind)),
        ("sum", Value::Money(row.awaits.unwrap_or(row.sum))),
        ("accrualDate", Value::maybe(due, Value::Date)),
        ("balanceAfter", Value::Money(row.balance)),
        ("moneySpentSum", Value::maybe(row.money_spent, Value::Money)),
        ("comment", Value::maybe(row.comment.clone(), Value::Text)),
        ("checkId", Value::maybe(row.receipt, Value::Int)),
        ("checkGuid", Value::maybe(outside, |outside| Value::Guid(outside.guid))),
        ("externalCheck", Value::maybe(outside, |outside| Value::text(&outside.number))),
        ("posCheckGuid", Value::maybe(pos, |receipt| Value::Guid(pos_guid(receipt)))),
        ("posCheckNumber", Value::maybe(pos, |receipt| Value::text(&receipt.number))),
        ("restCode", Value::maybe(receipt, |receipt| Value::text(&receipt.rest_code))),
        ("rkUnit", Value::maybe(receipt, |receipt| Value::Int(receipt.station))),
    ])
}

/// The GUID that r_keeper gave a receipt of its own.
fn pos_guid(receipt: &Receipt) -> Uuid {
    Uuid::from_u128(0x9b05_0000_0000_4000_8000_0000_0000_0000 | u128::from(receipt.id.unsigned_abs()))
}

fn receipt_record(core: &Core, receipt: &Receipt) -> Value {
    let outside = receipt.outside.as_ref();
    let pos = outside.is_none().then_some(receipt);
    let restaurant = core.restaurants().iter().find(|restaurant| restaurant.code == receipt.rest_code);
    let lines = receipt.dishes.iter().map(|dish| {
        Value::Record(vec![
            ("name", Value::text(&dish.name)),
            ("quantity", Value::Decimal(dish.quantity, 3)),
            ("price", Value::Money(dish.price)),
            ("sum", Value::Money(dish.sum)),
        ])
    });
    Value::Record(vec![
        ("id", Value::Int(receipt.id)),
        ("number", Value::text(&receipt.number)),
        ("date", Value::Moment(receipt.at)),
        ("accountId", Value::Int(receipt.account)),
        ("restCode", Value::text(&receipt.rest_code)),
        ("restaurant", Value::maybe(restaurant, |restaurant| Value::text(&restaurant.name))),
        ("rkUnit", Value::Int(receipt.station)),
        ("waiter", Value::maybe(receipt.waiter.clone(), Value::Text)),
        ("sum", Value::Money(receipt.total())),
        ("discountSum", Value::Money(receipt.discount)),
        ("moneySpentSum", Value::Money(receipt.paid)),
        ("bonusSpentSum", Value::Money(receipt.bonus_spent)),
        ("bonusAccruedSum", Value::Money(receipt.bonus_accrued)),
        ("lines", Value::List(lines.collect())),
        ("checkData", Value::maybe(outside, |outside| Value::text(&outside.data))),
        ("checkGuid", Value::maybe(outside, |outside| Value::Guid(outside.guid))),
        ("externalCheck", Value::maybe(outside, |outside| Value::text(&outside.number))),
        ("posCheckGuid", Value::maybe(pos, |receipt| Value::Guid(pos_guid(receipt)))),
        ("posCheckNumber", Value::maybe(pos, |receipt| Value::text(&receipt.number))),
        ("returned", Value::Flag(receipt.returned_at.is_some())),
    ])
}

/// The kind of a transaction in Russian.
#[must_use]
pub fn kind_name(kind: TransactionKind) -> &'static str {
    match kind {
        TransactionKind::Accrual => "Начисление за покупку",
        TransactionKind::Payment => "Оплата бонусами",
        TransactionKind::Refill => "Ручное начисление",
        TransactionKind::Burning => "Сгорание бонусов",
        TransactionKind::Welcome => "Приветственные бонусы",
        TransactionKind::Return => "Возврат покупки",
        TransactionKind::Withdrawal => "Изъятие бонусов",
        TransactionKind::Awaiting => "Чек (будет начислено)",
    }
}
