//! From a call to a request.

use secrecy::ExposeSecret;

use super::{
    call::Call,
    datum::{Datum, write},
    place::Parts,
    secrets::SecretConstants,
    update,
    wire::WireRequest,
};
use crate::{
    Delivery, Error, ErrorKind, GroupId, Kopecks, Method,
    binding::{Binding, Format, PartFormat, Slot},
    contract::{self, Field, Need, ProfileField, ProfileGroup},
    model::Profile,
};

/// Writes `call` as `binding`'s server wants it.
///
/// # Errors
/// [`ErrorKind::Unsupported`] if the binding can't carry the method at all, [`ErrorKind::InvalidRequest`] if it can't carry
/// this call (a discount for a server that takes none, a sum of half a ruble for one that takes whole rubles, an edit of a record that
/// came with a damaged letter).
/// Nothing was sent either way.
pub fn encode(binding: &Binding, call: Call<'_>) -> Result<WireRequest, Error> {
    encode_with(binding, &SecretConstants::default(), call)
}

/// As [`encode`], with the values of the binding's secret constants.
///
/// # Errors
/// As [`encode`]; [`ErrorKind::InvalidRequest`] if the value of one is missing.
pub fn encode_with(binding: &Binding, secrets: &SecretConstants, call: Call<'_>) -> Result<WireRequest, Error> {
    let method = call.method();
    if let Some(reason) = binding.unsupported(method) {
        return Err(Error::unsupported(method, reason));
    }
    let bound = binding.method(method).ok_or_else(|| Error::unsupported(method, "the binding has no such method"))?;
    let request = match call {
        Call::Update(update) => update::encode(binding, Parts::new(bound, secrets), update),
        _ => ordinary(binding, Parts::new(bound, secrets), &call),
    };
    request.map_err(|detail| {
        Error::new(ErrorKind::InvalidRequest, Delivery::NotSent).with_method(method).with_detail(detail)
    })
}

type Values<'a> = Vec<(Field, Datum<'a>)>;

fn values<'a>(binding: &Binding, call: &Call<'a>) -> Values<'a> {
    match *call {
        Call::Login { login, password } => {
            vec![(Field::Login, Datum::Text(login)), (Field::Password, Datum::Text(password.expose_secret()))]
        }
        Call::RefreshToken(token) => vec![(Field::RefreshToken, Datum::Text(token.expose_secret()))],
        // The module `update` writes the whole record with the changes.
        Call::Groups | Call::Update(_) => Vec::new(),
        Call::FindByPhone(phone) => vec![(Field::Phone, Datum::Phone(phone))],
        Call::InsertByTemplate(new) => {
            let mut values =
                vec![(Field::Group, Datum::Id(GroupId::as_str(&new.group))), (Field::Phone, Datum::Phone(&new.phone))];
            values.extend(profile(&new.profile));
            values
        }
        Call::Refill(refill) => vec![
            (Field::Account, Datum::Id(refill.account.as_str())),
            (Field::Sum, Datum::Money(refill.sum)),
            (Field::Comment, Datum::Text(&refill.comment)),
        ],
        Call::TransactionsOfPeriod(account, period) | Call::TransactionsPage(account, period, _) => vec![
            (Field::Account, Datum::Id(account.as_str())),
            (Field::From, Datum::Day(period.from())),
            (Field::To, Datum::LastDay(period.to())),
        ],
        Call::LastTransactions(account, count) => {
            // A server may refuse a request for more rows than it gives at once.
            let most = binding.method(Method::LastTransactions).and_then(|bound| bound.answer.most_rows);
            let count = most.map_or(count, |most| count.min(most.max(1)));
            vec![(Field::Account, Datum::Id(account.as_str())), (Field::Count, Datum::Number(count))]
        }
        Call::BalanceExtended(account) => vec![(Field::Account, Datum::Id(account.as_str()))],
        Call::Receipt(id) => vec![(Field::Receipt, Datum::Id(id.as_str()))],
        Call::RegisterCheck(check) => {
            let mut values = vec![
                (Field::RestCode, Datum::Text(check.rest_code.as_str())),
                (Field::CheckGuid, Datum::Guid(check.check_guid)),
                (Field::Account, Datum::Id(check.account.as_str())),
                (Field::Station, Datum::Number(check.station.get())),
                (Field::ExternalCheck, Datum::Text(&check.external_check)),
                (Field::BonusSpent, Datum::Money(check.bonus_spent)),
                (Field::Discount, Datum::Money(check.discount)),
                (Field::BonusAccrued, Datum::Money(check.bonus_accrued)),
                (Field::MoneySpent, Datum::Money(check.money_spent)),
                (Field::CheckData, Datum::Text(&check.check_data)),
            ];
            values.extend(check.purchased_at.map(|at| (Field::PurchasedAt, Datum::Moment(at))));
            values
        }
        Call::ReturnCheck(check) => vec![
            (Field::CheckGuid, Datum::Guid(check.check_guid)),
            (Field::RestCode, Datum::Text(check.rest_code.as_str())),
            (Field::Account, Datum::Id(check.account.as_str())),
            (Field::ExternalCheck, Datum::Text(&check.external_check)),
            (Field::Station, Datum::Number(check.station.get())),
        ],
    }
}

fn profile(profile: &Profile) -> Values<'_> {
    ProfileField::ALL.into_iter().filter_map(|field| Some((field.logical(), Datum::of(profile.get(field))?))).collect()
}

fn ordinary(binding: &Binding, mut parts: Parts<'_>, call: &Call<'_>) -> Result<WireRequest, String> {
    let (method, mut values) = (call.method(), values(binding, call));
    let bound = parts.bound();
    let slots = |field: Field| bound.fields.get(&field).map(Vec::as_slice).unwrap_or_default();
    let full = slots(Field::FullName);
    if !full.is_empty() {
        join_name(&mut values, |field| !slots(field).is_empty());
    }
    for (field, datum) in &values {
        let need = contract::row(method).asks(*field).map_or(Need::May, |row| row.need);
        if slots(*field).is_empty() && need == Need::IfSet && datum.says_something() {
            return Err(format!("this server takes no {field:?}"));
        }
        if let Datum::Money(sum) = datum {
            must_be_whole(slots(*field), *sum).map_err(|why| format!("{field:?}: {why}"))?;
        }
        for slot in slots(*field) {
            parts.put(slot, write(binding, slot, datum).map_err(|why| format!("{field:?}: {why}"))?)?;
        }
    }
    for (field, slots) in &bound.fields {
        if slots.iter().any(|slot| slot.required) && !values.iter().any(|(told, _)| told == field) {
            return Err(format!("this server demands {field:?}"));
        }
    }
    let page = if let Call::TransactionsPage(.., page) = call { bound.pages.as_ref().zip(Some(*page)) } else { None };
    // A constant that asks for the first page is replaced by the page that is asked for.
    let is_page =
        |place, name: &str| page.is_some_and(|(pages, _)| (pages.place, pages.name.as_str()) == (place, name));
    for constant in bound.constants.iter().filter(|constant| !is_page(constant.place, &constant.name)) {
        parts.put_constant(constant)?;
    }
    if let Some((pages, page)) = page {
        parts.put_page(pages, page)?;
    }
    parts.finish()
}

/// Refuses a sum of which a part would be lost: its rubles and their billionths have two places, and one is missing.
fn must_be_whole(slots: &[Slot], sum: Kopecks) -> Result<(), String> {
    let has = |part| slots.iter().any(|slot| slot.format == Format::Part(part));
    match (has(PartFormat::Units), has(PartFormat::Nanos)) {
        (false, true) => Err("nothing takes the rubles of a sum".into()),
        (true, false) if sum.get() % 100 != 0 => Err("this server takes whole rubles only".into()),
        _ => Ok(()),
    }
}

/// Joins the parts of the name into one text, for a server that takes the whole name. A part that also has a slot of its own stays.
fn join_name(values: &mut Values<'_>, has_own_place: impl Fn(Field) -> bool) {
    let mut whole = Vec::new();
    for field in ProfileField::ALL.into_iter().filter(|field| field.group() == ProfileGroup::Name) {
        let field = field.logical();
        let Some(at) = values.iter().position(|(told, _)| *told == field) else { continue };
        if let (_, Datum::Text(text)) = &values[at] {
            whole.push(text.to_string());
        }
        if !has_own_place(field) {
            values.remove(at);
        }
    }
    if !whole.is_empty() {
        values.push((Field::FullName, Datum::Owned(whole.join(" "))));
    }
}
