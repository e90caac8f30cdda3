//! The record of a guest: where its parts are, and what they say.

use jiff::civil::Date;
use serde_json::Value;

use super::{
    coupons::Coupons,
    level::{LEVEL, level},
    read::{Found, Record},
    standing::Standing,
    values::{elements, plain_text, written},
};
use crate::{
    AccountId, Error, GroupId, Kopecks,
    contract::{Field, ProfileField, ProfileGroup, ProfileKind, Unit},
    model::{Account, GroupRef, Level, PersonName, Profile, ProfileSlot, RecordPart, Sex, Unread},
};

/// Records inside an account's record that hold its parts.
const PERSON: [&str; 14] = [
    "person",
    "guest",
    "client",
    "profile",
    "customer",
    "holder",
    "user",
    "personal",
    "personalData",
    "anketa",
    "owner",
    "contact",
    "contacts",
    "info",
];
const ACCOUNT: [&str; 4] = ["account", "loyalty", "bonusAccount", "card"];
const NAME: [&str; 4] = ["name", "fullName", "fio", "personName"];

/// A guest's record, with the records inside it that hold its parts.
pub(super) struct Guest<'a> {
    whole: Record<'a>,
    account: Record<'a>,
    person: Record<'a>,
    contacts: Record<'a>,
    name: Record<'a>,
    level: Record<'a>,
}

impl<'a> Guest<'a> {
    pub(super) fn new(whole: Record<'a>) -> Self {
        let person = whole.inner(&PERSON);
        let account = whole.inner(&ACCOUNT);
        let contacts =
            if person.is_empty() { whole.inner(&["contacts"]) } else { person.inner(&["contacts", "contact"]) };
        let name = if person.is_empty() { whole.inner(&NAME) } else { person.inner(&NAME) };
        let level = whole.inner(&LEVEL);
        let level = if level.is_empty() { account.inner(&LEVEL) } else { level };
        Self { whole, account, person, contacts, name, level }
    }

    pub(super) fn record(&self) -> &Record<'a> {
        &self.whole
    }

    /// The records in which a part of the profile may be, the likeliest first.
    fn personal(&self) -> [&Record<'a>; 5] {
        [&self.whole, &self.person, &self.name, &self.contacts, &self.account]
    }

    fn own(&self) -> [&Record<'a>; 3] {
        [&self.whole, &self.account, &self.person]
    }

    /// The value of a field of the profile, with its place.
    pub(super) fn place(&self, field: Field) -> Option<Found<'_, 'a>> {
        let found = self.personal().into_iter().find_map(|record| {
            let may_be_record = field == Field::Identifiers || field.unit() == Unit::Date;
            record.find(field).filter(|found| !found.value.is_object() || may_be_record)
        });
        found.or_else(|| self.code_of_level().filter(|_| field == Field::DiscountLevel))
    }

    /// `{"level": {"id": 3, "name": "Gold"}}`: the code of a level that is a record of its own.
    fn code_of_level(&self) -> Option<Found<'_, 'a>> {
        let found = ["id", "code"].into_iter().find_map(|name| self.level.under(name));
        found.filter(|found| plain_text(found.value).is_some())
    }

    /// The JSON pointer to the key of a field, even if its value is null.
    pub(super) fn slot(&self, field: Field) -> Option<String> {
        let held = self.place(field).map(|found| found.path());
        held.or_else(|| self.personal().into_iter().find_map(|record| record.key_of(field)))
    }

    /// The terms of the account that the record shows: those that have a key with a readable value or null.
    fn shown_terms(&self) -> Vec<ProfileField> {
        let is_shown = |term: &ProfileField| match (term.kind(), self.place(term.logical())) {
            (ProfileKind::Days, Some(found)) => days_of(found.value).is_some(),
            (_, Some(found)) => plain_text(found.value).is_some(),
            (_, None) => self.slot(term.logical()).is_some(),
        };
        ProfileField::ALL.into_iter().filter(|field| !field.is_personal()).filter(is_shown).collect()
    }

    fn text(&self, field: Field) -> Option<String> {
        self.personal().into_iter().find_map(|record| record.text(field))
    }

    /// The value from the first record that has it.
    fn first<T>(&self, read: impl Fn(&Record<'a>) -> Result<Option<T>, Error>) -> Result<Option<T>, Error> {
        for record in self.personal() {
            if let Some(value) = read(record)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// Whether the whole name is under the key of the first name, without a surname beside it.
    pub(super) fn whole_name_as_name(&self) -> bool {
        self.holds_whole_name(&self.name_in_parts())
    }

    fn holds_whole_name(&self, parts: &PersonName) -> bool {
        parts.surname.is_none()
            && parts.patronymic.is_none()
            && parts.name.as_ref().is_some_and(|name| name.split_whitespace().count() > 1)
            && self.slot(Field::Surname).is_none()
    }

    /// The parts of the name that have keys of their own.
    fn name_in_parts(&self) -> PersonName {
        let text = |field| self.text(field);
        PersonName { surname: text(Field::Surname), name: text(Field::Name), patronymic: text(Field::Patronymic) }
    }

    fn name(&self) -> PersonName {
        let parts = self.name_in_parts();
        let whole = match &parts.name {
            Some(name) if self.holds_whole_name(&parts) => Some(name.clone()),
            _ if parts == PersonName::default() => self.text(Field::FullName),
            _ => None,
        };
        whole.map_or(parts, |whole| split_name(&whole))
    }

    fn day(&self, field: Field) -> Result<Option<Date>, Error> {
        self.first(|record| record.day(field))
    }

    fn sex(&self, field: Field) -> Result<Option<Sex>, Error> {
        self.first(|record| record.sex(field))
    }

    /// Whether the record has a birthday or a sex that can't be read. Such a value goes back as it came.
    pub(super) fn is_unread(&self, field: Field) -> bool {
        match field.unit() {
            Unit::Date => self.day(field).is_err(),
            Unit::Sex => self.sex(field).is_err(),
            _ => false,
        }
    }

    /// The profile. A birthday or a sex that can't be read is left out: the rest of the guest is of use without it.
    pub(super) fn profile(&self) -> Profile {
        let mut profile = Profile { name: self.name(), ..Profile::default() };
        for part in ProfileField::ALL.into_iter().filter(|part| part.group() != ProfileGroup::Name) {
            let field = part.logical();
            match profile.get_mut(part) {
                ProfileSlot::Code(code) => *code = self.place(field).and_then(|found| plain_text(found.value)),
                ProfileSlot::Days(days) => *days = self.place(field).and_then(|found| days_of(found.value)),
                ProfileSlot::Text(text) => *text = self.text(field),
                ProfileSlot::Day(day) => *day = self.day(field).unwrap_or_else(|error| hidden(field, &error)),
                ProfileSlot::Sex(sex) => *sex = self.sex(field).unwrap_or_else(|error| hidden(field, &error)),
                ProfileSlot::List(list) => {
                    *list = self.place(field).map(|found| codes(found.value)).unwrap_or_default()
                }
            }
        }
        profile
    }

    /// The id of the account; `None` if the record has none.
    pub(super) fn id(&self) -> Result<Option<String>, Error> {
        for record in self.own() {
            if let Some(id) = record.id(Field::Account)? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// The whole account, except `raw`. Its id must be readable; of all else, what can't be read is told as such.
    pub(super) fn account(&self) -> Result<Account, Error> {
        let id = self.id()?.ok_or_else(|| self.whole.unreadable("the record has no id of an account"))?;
        let phone = self.personal().into_iter().find_map(|record| record.phone(Field::Phone));
        let standing = Standing::of(&self.own());
        let coupons = self.coupons();
        let mut unread = self.unread();
        let balance = self.balance().unwrap_or_else(|error| {
            unread.insert(0, self.unread_at(RecordPart::Balance, &error));
            None
        });
        let group = self.group().unwrap_or_else(|error| {
            unread.push(self.unread_at(RecordPart::Group, &error));
            None
        });
        unread.extend(coupons.unread.into_iter().chain(standing.unread));
        // Only compared with itself. A turnover that can't be read hides only itself: "н/д".
        let turnover = self.own().into_iter().find_map(|record| record.money(Field::Turnover).unwrap_or_default());
        Ok(Account {
            id: AccountId::new(id),
            phone,
            profile: self.profile(),
            shown_terms: self.shown_terms(),
            group,
            level: self.level(),
            balance,
            turnover,
            coupons: coupons.read,
            blocked: standing.blocked,
            deleted: standing.deleted,
            inactive: standing.inactive,
            standing_text: standing.text,
            unread,
            raw: Value::Null,
        })
    }

    /// A part that can't be read, with what stands at the place of the error.
    fn unread_at(&self, part: RecordPart, error: &Error) -> Unread {
        let field = if part == RecordPart::Balance { Field::Balance } else { Field::Group };
        let own = self.own();
        let found = own.iter().find_map(|record| record.find(field));
        tracing::debug!(?part, path = error.json_path(), "a part of a guest's record can't be read");
        Unread { part, said: found.map(|found| written(found.value)).unwrap_or_default() }
    }

    /// The balance; `None`: the record tells none, or not in which unit.
    fn balance(&self) -> Result<Option<Kopecks>, Error> {
        for record in self.own().into_iter().filter(|record| !record.is_of_unclear_unit(Field::Balance)) {
            if let Some(balance) = record.money(Field::Balance)? {
                return Ok(Some(balance));
            }
        }
        let is_zero = || self.account.is_empty() && self.whole.leaves_zero_out(Field::Balance);
        Ok(self.inner_balance()?.or_else(|| is_zero().then_some(Kopecks::ZERO)))
    }

    /// A balance in a record of its own: `{"balance": {"bonus": 100}}`. With a currency beside it the sum may be in rubles, so it does
    /// not count.
    fn inner_balance(&self) -> Result<Option<Kopecks>, Error> {
        for record in self.own() {
            let inner = record.inner(&["balance", "balances", "bonusBalance", "bonus", "bonuses"]);
            if inner.plain(&["currency", "currencyCode"]).is_none()
                && let Some(sum) = inner.money(Field::Balance)?
            {
                return Ok(Some(sum));
            }
        }
        Ok(None)
    }

    fn group(&self) -> Result<Option<GroupRef>, Error> {
        for record in self.own() {
            let inner = record.inner(&["accountGroup", "group"]);
            let mut id = record.id(Field::Group)?;
            let mut name = record.plain(&["accountGroupName", "groupName"]);
            if !inner.is_empty() {
                id = id.or(inner.id(Field::Account)?);
                name = name.or(inner.text(Field::GroupName));
            } else if name.is_none() && id.as_deref().is_some_and(|id| id.chars().any(char::is_alphabetic)) {
                // `"group": "Гости"` is a name, not an id.
                if record.plain(&["accountGroupId", "groupId", "idGroup"]).is_none() {
                    name = id.take();
                }
            }
            if id.is_some() || name.is_some() {
                return Ok(Some(GroupRef { id: id.map(GroupId::new), name }));
            }
        }
        Ok(None)
    }

    fn level(&self) -> Option<Level> {
        self.own().into_iter().find_map(level)
    }

    /// The coupons of the first record that has any.
    fn coupons(&self) -> Coupons {
        let mut told = self.own().into_iter().map(Coupons::of);
        told.find(|coupons| !coupons.read.is_empty() || !coupons.unread.is_empty()).unwrap_or_default()
    }

    /// What can't be read, beside the balance, the coupons and the standing.
    fn unread(&self) -> Vec<Unread> {
        let of = |field: Field, part: RecordPart| {
            let said = || self.place(field).map(|found| written(found.value)).unwrap_or_default();
            self.is_unread(field).then(|| Unread { part, said: said() })
        };
        let mut unread: Vec<_> = [of(Field::Birthday, RecordPart::Birthday), of(Field::Sex, RecordPart::Sex)]
            .into_iter()
            .flatten()
            .collect();
        let turnover = self.own().into_iter().find(|record| record.money(Field::Turnover).is_err());
        let turnover = turnover.and_then(|record| record.find(Field::Turnover));
        unread.extend(turnover.map(|found| Unread { part: RecordPart::Turnover, said: written(found.value) }));
        unread
    }
}

/// Notes that a field of a guest is not shown. The value itself is of a person, so it is not logged.
fn hidden<T>(field: Field, error: &Error) -> Option<T> {
    tracing::debug!(?field, path = error.json_path(), "a field of a guest can't be read, and is not shown");
    None
}

/// A number of days.
fn days_of(value: &Value) -> Option<u32> {
    plain_text(value)?.parse().ok()
}

/// Splits a whole name in the usual order: surname, name, patronymic. A single word is the name.
pub(super) fn split_name(whole: &str) -> PersonName {
    let mut words = whole.split_whitespace().map(str::to_owned);
    let (first, second) = (words.next(), words.next());
    let rest: Vec<_> = words.collect();
    match second {
        None => PersonName { name: first, ..PersonName::default() },
        Some(name) => {
            PersonName { surname: first, name: Some(name), patronymic: (!rest.is_empty()).then(|| rest.join(" ")) }
        }
    }
}

/// Codes of cards: a text, a list of texts, a list of records.
pub(super) fn codes(value: &Value) -> Vec<String> {
    match elements("", value) {
        Some(list) => list.into_iter().filter_map(|(_, value)| code(value)).collect(),
        None => code(value).into_iter().collect(),
    }
}

/// The code of one card.
pub(super) fn code(value: &Value) -> Option<String> {
    match value {
        Value::Object(map) => map.get(code_key(map)?).and_then(plain_text),
        other => plain_text(other),
    }
}

/// The key under which a card's record has its code.
pub(super) fn code_key(map: &serde_json::Map<String, Value>) -> Option<&str> {
    const NAMES: [&str; 10] =
        ["code", "value", "number", "cardNumber", "cardCode", "card", "barcode", "identifier", "track", "cardTrack"];
    NAMES.iter().find_map(|name| {
        let name = crate::contract::normal(name);
        map.keys().find(|key| crate::contract::normal(key) == name).map(String::as_str)
    })
}
