//! One call of each capability, and what must hold of the request that a binding makes of it.

use jiff::civil::date;
use probonus::{
    AccountId, AccountUpdate, CheckGuid, ExternalCheck, GroupId, Kopecks, Method, NewAccount, Period, PersonName,
    Phone, Profile, ReceiptId, Refill, RestCode, ReturnCheck, Sex, StationCode,
    binding::{Binding, BodyKind, Format, MoneyUnit, Place},
    codec::{self, Call, WireRequest},
    contract::{Field, Unit},
};
use secrecy::SecretString;
use serde_json::{Value, json};
use uuid::Uuid;

/// What the calls carry.
pub(crate) struct Samples {
    secret: SecretString,
    account: AccountId,
    receipt: ReceiptId,
    phone: Phone,
    period: Period,
    guest: NewAccount,
    update: AccountUpdate,
    refill: Refill,
    check: ExternalCheck,
    undo: ReturnCheck,
}

impl Samples {
    pub(crate) fn new() -> Self {
        let kopecks = |sum| Kopecks::new(sum).expect("a small sum");
        let account = AccountId::new("1041");
        let phone: Phone = "+79123456789".parse().expect("a phone");
        let profile = Profile {
            name: PersonName {
                surname: Some("О’Коннор-Ёлкина".into()),
                name: Some("Жанна \"Ж\"".into()),
                patronymic: Some("Ильинична".into()),
            },
            birthday: Some(date(1992, 2, 29)),
            sex: Some(Sex::Female),
            email: Some("zh+1@example.ru".into()),
            identifiers: vec!["100200".into(), "100201".into()],
            ..Profile::default()
        };
        let after = Profile { email: None, sex: Some(Sex::Male), ..profile.clone() };
        let guid = CheckGuid::from_uuid(Uuid::from_u128(0x1234_5678_9abc_4ef0_9234_5678_9abc_def0));
        let rest_code = RestCode::new("199990001").expect("a code");
        Self {
            secret: SecretString::from("secret"),
            receipt: ReceiptId::new("77"),
            period: Period::new(date(2026, 11, 1), date(2026, 11, 30)).expect("a period"),
            guest: NewAccount { group: GroupId::new("3"), phone: phone.clone(), profile: profile.clone() },
            update: AccountUpdate {
                account: account.clone(),
                record: json!({"id": 1041, "surname": "О’Коннор-Ёлкина", "email": "zh+1@example.ru", "note": [1, null]}),
                before: profile,
                after,
            },
            refill: Refill { account: account.clone(), sum: kopecks(12_345), comment: "Акция № 7".into() },
            check: ExternalCheck {
                rest_code: rest_code.clone(),
                check_guid: guid,
                account: account.clone(),
                station: StationCode::default(),
                external_check: "ДЛ-17/3".into(),
                bonus_spent: kopecks(1_001),
                discount: kopecks(99),
                bonus_accrued: kopecks(2_053),
                money_spent: kopecks(150_007),
                check_data: "Пицца × 2\nДоставка".into(),
                purchased_at: Some(date(2026, 11, 20).at(14, 5, 0, 0)),
            },
            undo: ReturnCheck {
                check_guid: guid,
                rest_code,
                account: account.clone(),
                external_check: "ДЛ-17/3".into(),
                station: StationCode::default(),
            },
            account,
            phone,
        }
    }

    fn calls(&self) -> [Call<'_>; 13] {
        [
            Call::Login { login: "office", password: &self.secret },
            Call::RefreshToken(&self.secret),
            Call::Groups,
            Call::FindByPhone(&self.phone),
            Call::InsertByTemplate(&self.guest),
            Call::Update(&self.update),
            Call::Refill(&self.refill),
            Call::TransactionsOfPeriod(&self.account, self.period),
            Call::LastTransactions(&self.account, 5),
            Call::BalanceExtended(&self.account),
            Call::Receipt(&self.receipt),
            Call::RegisterCheck(&self.check),
            Call::ReturnCheck(&self.undo),
        ]
    }

    /// The sum that a field of a call carries.
    fn sum(&self, method: Method, field: Field) -> Option<Kopecks> {
        match (method, field) {
            (Method::Refill, Field::Sum) => Some(self.refill.sum),
            (Method::RegisterCheck, Field::BonusSpent) => Some(self.check.bonus_spent),
            (Method::RegisterCheck, Field::Discount) => Some(self.check.discount),
            (Method::RegisterCheck, Field::BonusAccrued) => Some(self.check.bonus_accrued),
            (Method::RegisterCheck, Field::MoneySpent) => Some(self.check.money_spent),
            _ => None,
        }
    }

    /// Writes every call as `binding` says. What is written can be sent, and says the sums that it was given.
    pub(crate) fn write(&self, binding: &Binding) {
        for call in self.calls() {
            let possible = binding.unsupported(call.method()).is_none();
            let Ok(request) = codec::encode(binding, call) else { continue };
            assert!(possible, "{:?} is impossible, and was written", call.method());
            can_be_sent(&request);
            self.says_its_sums(binding, call.method(), &request);
        }
    }

    fn says_its_sums(&self, binding: &Binding, method: Method, request: &WireRequest) {
        let Some(bound) = binding.method(method).filter(|bound| bound.body == BodyKind::Json) else { return };
        let slots = || bound.fields.values().flatten();
        for (field, of_field) in bound.fields.iter().filter(|(field, _)| field.unit() == Unit::Money) {
            let ([slot], Some(sum)) = (of_field.as_slice(), self.sum(method, *field)) else { continue };
            let shared = slots().filter(|other| other.name.starts_with(&slot.name)).count() > 1
                || bound.constants.iter().any(|constant| constant.name.starts_with(&slot.name));
            let is_part = matches!(slot.format, Format::Part(_));
            if slot.place != Place::Body || slot.name.contains('*') || shared || is_part {
                continue;
            }
            let body: Value = serde_json::from_slice(&request.body).expect("a JSON body is JSON");
            let told = body.pointer(&slot.name).map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
            let sum = sum.get();
            let wanted = match slot.format {
                Format::Money(MoneyUnit::Rubles) => format!("{}.{:02}", sum / 100, sum % 100),
                _ => sum.to_string(),
            };
            assert_eq!(told.as_deref(), Some(wanted.as_str()), "{field:?} of {method:?} at {}", slot.name);
        }
    }
}

/// Whether a request is one that HTTP can carry as it stands.
fn can_be_sent(request: &WireRequest) {
    let target = &request.path_and_query;
    assert!(target.starts_with('/') && !target.starts_with("//"), "{target}");
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"#\"<>\\^`{}|".contains(&byte);
    assert!(target.bytes().all(plain), "{target}");
    for (name, value) in &request.headers {
        assert!(!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':'), "{name}");
        assert!(value.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{name}: {value}");
    }
}
