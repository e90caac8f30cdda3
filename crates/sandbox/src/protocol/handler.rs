//! Applies a request: reads the protocol's fields, calls the core, and returns the protocol's values.

use crate::core::{
    Core,
    bonuses::{BalanceParts, Span},
    checks::OutsideCheck,
    guests::AccountChange,
    model::{Account, Profile, Receipt, Transaction, TransactionKind},
    purse::Lot,
    refusal::Refusal,
    returns::ReturnFilter,
};

use uuid::Uuid;

use super::{Fields, Method, Value, schema::PROFILE};

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The requested value.
    Found(Value),
    /// It does not exist. The message is in Russian.
    NotFound(String),
}

/// Applies a request. `auth/…` is handled elsewhere and returns [`Value::Null`] here.
///
/// An update leaves missing fields as they were, and empties fields given as [`Value::Null`].
///
/// # Errors
/// A refusal of the core; a request without a required field.
pub fn handle(core: &mut Core, method: Method, fields: &Fields) -> Result<Reply, Refusal> {
    match method {
        Method::Login | Method::RefreshToken => Ok(Reply::Found(Value::Null)),
        Method::Groups => Ok(Reply::Found(Value::List(core.groups().iter().map(group).collect()))),
        Method::FindByPhone => Ok(find_by_phone(core, fields)),
        Method::Receipt => Ok(find_receipt(core, fields)),
        Method::Transactions => transactions(core, fields).map(Reply::Found),
        Method::Balance => balance(core, fields).map(Reply::Found),
        Method::Insert => insert(core, fields).map(Reply::Found),
        Method::Update => update(core, fields).map(Reply::Found),
        Method::Refill => refill(core, fields).map(Reply::Found),
        Method::RegisterCheck => register_check(core, fields).map(Reply::Found),
        Method::ReturnCheck => return_check(core, fields).map(Reply::Found),
    }
}

fn find_by_phone(core: &Core, fields: &Fields) -> Reply {
    let phone = fields.text("phone").unwrap_or_default();
    core.find_by_phone(phone).map_or_else(
        || Reply::NotFound(format!("Счёт с телефоном {phone} не найден")),
        |account| Reply::Found(account_record(core, account)),
    )
}

fn find_receipt(core: &Core, fields: &Fields) -> Reply {
    let id = fields.int("id").unwrap_or_default();
    core.receipt(id).map_or_else(
        || Reply::NotFound(format!("Чек {id} не найден")),
        |receipt| Reply::Found(receipt_record(core, receipt)),
    )
}

fn transactions(core: &Core, fields: &Fields) -> Result<Value, Refusal> {
    let id = fields.int("accountId").unwrap_or_default();
    let entries = core.transactions(id, span(fields)?)?;
    Ok(Value::List(entries.into_iter().map(|entry| transaction(core, entry)).collect()))
}

fn balance(core: &Core, fields: &Fields) -> Result<Value, Refusal> {
    let id = fields.int("accountId").unwrap_or_default();
    Ok(balance_record(id, &core.balance(id)?))
}

fn insert(core: &mut Core, fields: &Fields) -> Result<Value, Refusal> {
    let group = fields.int("accountGroupId").unwrap_or_default();
    let phone = fields.text("phone").unwrap_or_default();
    let id = core.insert_by_template(group, phone, profile(fields, &Profile::default()))?;
    Ok(written(core, id, None, None))
}

fn update(core: &mut Core, fields: &Fields) -> Result<Value, Refusal> {
    let id = fields.int("id").unwrap_or_default();
    let account = core.account(id)?.clone();
    core.update(id, change(fields, &account))?;
    Ok(written(core, id, None, None))
}

fn refill(core: &mut Core, fields: &Fields) -> Result<Value, Refusal> {
    let id = fields.int("accountId").unwrap_or_default();
    let sum = fields.int("sum").unwrap_or_default();
    let entry = core.refill(id, sum, fields.text("comment").map(str::to_owned))?;
    Ok(written(core, id, Some(entry), None))
}

fn register_check(core: &mut Core, fields: &Fields) -> Result<Value, Refusal> {
    let check = outside_check(core, fields);
    let account = check.account;
    let receipt = core.register_check(check)?;
    Ok(written(core, account, last_entry(core, account), Some(receipt)))
}

fn return_check(core: &mut Core, fields: &Fields) -> Result<Value, Refusal> {
    let filter = ReturnFilter {
        account: fields.int("accountId"),
        rest_code: fields.text("restCode").map(str::to_owned),
        number: fields.text("externalCheck").map(str::to_owned),
    };
    let receipts = core.return_check(fields.guid("checkGuid").unwrap_or_default(), &filter)?;
    let receipt = receipts.first().copied();
    let account = receipt.and_then(|id| core.receipt(id)).map_or(0, |receipt| receipt.account);
    Ok(written(core, account, last_entry(core, account), receipt))
}

fn last_entry(core: &Core, account: i64) -> Option<i64> {
    core.transactions(account, Span::Last(usize::MAX)).ok()?.iter().map(|entry| entry.id).max()
}

/// The answer to a write: the account, its new balance, and the new entry and receipt if there are any.
fn written(core: &Core, account: i64, entry: Option<i64>, receipt: Option<i64>) -> Value {
    let balance = core.account(account).map_or(0, |account| account.purse.balance());
    Value::Record(vec![
        ("accountId", Value::Int(account)),
        ("balance", Value::Money(balance)),
        ("transactionId", Value::maybe(entry, Value::Int)),
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

/// The profile `before` with the fields of the request.
fn profile(fields: &Fields, before: &Profile) -> Profile {
    let mut after = before.clone();
    for (name, text) in after.texts_mut().filter(|(name, _)| fields.given(name).is_some()) {
        *text = fields.text(name).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    }
    if fields.given("birthday").is_some() {
        after.birthday = fields.date("birthday");
    }
    if let Some(value) = fields.given("sex") {
        after.sex = if let Value::Sex(sex) = value { Some(*sex) } else { None };
    }
    if let Some(value) = fields.given("identifiers") {
        let list = if let Value::List(list) = value { list.as_slice() } else { &[] };
        let text = |item: &Value| if let Value::Text(text) = item { Some(text.clone()) } else { None };
        after.identifiers = list.iter().filter_map(text).collect();
    }
    after
}

/// The fields of a profile, in the order of the protocol's list.
fn profile_record(profile: &Profile) -> impl Iterator<Item = (&'static str, Value)> {
    PROFILE.iter().map(|prop| {
        let value = match prop.name {
            "birthday" => Value::maybe(profile.birthday, Value::Date),
            "sex" => Value::maybe(profile.sex, Value::Sex),
            "identifiers" => Value::List(profile.identifiers.iter().map(Value::text).collect()),
            text => {
                let text = profile.texts().find(|(name, _)| *name == text).and_then(|(_, text)| text.clone());
                Value::maybe(text, Value::Text)
            }
        };
        (prop.name, value)
    })
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
    let level = core.level(account.level);
    let coupons = account.coupons.iter().map(|coupon| {
        Value::Record(vec![
            ("name", Value::text(&coupon.name)),
            ("code", Value::text(&coupon.code)),
            ("validUntil", Value::maybe(coupon.valid_until, Value::Date)),
        ])
    });
    let mut record = vec![
        ("id", Value::Int(account.id)),
        ("phone", Value::Phone(account.phone.clone())),
        ("phones", Value::List(account.phones().map(|phone| Value::Phone(phone.to_owned())).collect())),
    ];
    record.extend(profile_record(&account.profile));
    record.extend([
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
    ]);
    Value::Record(record)
}

/// The detailed balance: the parts that burn, and all parts, of which those that never burn have no day.
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

fn transaction(core: &Core, entry: &Transaction) -> Value {
    let receipt = entry.receipt.and_then(|id| core.receipt(id));
    let outside = receipt.and_then(|receipt| receipt.outside.as_ref());
    let pos = receipt.filter(|receipt| receipt.outside.is_none());
    let due = receipt.and_then(|receipt| receipt.accrual_due).filter(|_| entry.awaits.is_some());
    Value::Record(vec![
        ("id", Value::Int(entry.id)),
        ("date", Value::Moment(entry.at)),
        ("type", Value::Kind(entry.kind)),
        ("typeName", Value::Kind(entry.kind)),
        ("sum", Value::Money(entry.awaits.unwrap_or(entry.sum))),
        ("accrualDate", Value::maybe(due, Value::Date)),
        ("balanceAfter", Value::Money(entry.balance)),
        ("moneySpentSum", Value::maybe(entry.money_spent, Value::Money)),
        ("comment", Value::maybe(entry.comment.clone(), Value::Text)),
        ("checkId", Value::maybe(entry.receipt, Value::Int)),
        ("checkGuid", Value::maybe(outside, |outside| Value::Guid(outside.guid))),
        ("externalCheck", Value::maybe(outside, |outside| Value::text(&outside.number))),
        ("posCheckGuid", Value::maybe(pos, |receipt| Value::Guid(pos_guid(receipt)))),
        ("posCheckNumber", Value::maybe(pos, |receipt| Value::text(&receipt.number))),
        ("restCode", Value::maybe(receipt, |receipt| Value::text(&receipt.rest_code))),
        ("rkUnit", Value::maybe(receipt, |receipt| Value::Int(receipt.station))),
    ])
}

/// The GUID of a receipt of r_keeper.
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
