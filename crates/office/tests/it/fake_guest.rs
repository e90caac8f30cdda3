//! A guest of the test double.

use probonus::{ExternalRef, Phone, Profile, Transaction};

pub fn phone(tail: u32) -> Phone {
    format!("+7912{tail:07}").parse().expect("a phone")
}

#[derive(Clone, Debug)]
pub struct Guest {
    pub phone: Phone,
    pub profile: Profile,
    pub balance: i64,
    pub turnover: i64,
    /// Accruals that wait: the GUID of the purchase and the sum.
    pub waiting: Vec<(ExternalRef, i64)>,
    pub blocked: bool,
    pub deleted: bool,
    pub entries: Vec<Transaction>,
}

impl Guest {
    /// Guest `number`, with 1000,00 ₽.
    pub fn numbered(number: u32) -> Self {
        let mut profile = Profile::default();
        profile.name.surname = Some("Иванова".to_owned());
        profile.name.name = Some(format!("Анна {number}"));
        Self {
            phone: phone(number),
            profile,
            balance: 100_000,
            turnover: 0,
            waiting: Vec::new(),
            blocked: false,
            deleted: false,
            entries: Vec::new(),
        }
    }
}
