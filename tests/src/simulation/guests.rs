//! The guests whom the operators serve.

use probonus::{AccountId, Phone};
use probonus_sandbox::{Sandbox, core::model, seed::TEMPLATE_GROUP};

use super::plan::GUESTS;

/// A guest.
#[derive(Clone, Debug)]
pub struct Guest {
    /// The phone.
    pub phone: Phone,
    /// The account.
    pub account: AccountId,
    /// The account as a number.
    pub id: i64,
}

/// The guests of the operators, on a server that has none.
pub fn create_guests(sandbox: &Sandbox) -> Vec<Guest> {
    (0..=GUESTS).filter_map(|number| create_guest(sandbox, number)).collect()
}

fn create_guest(sandbox: &Sandbox, number: u64) -> Option<Guest> {
    let digits = format!("7912000{number:04}");
    let record = model::Profile { name: Some(format!("Гость {number}")), ..model::Profile::default() };
    let id = sandbox.with_core(|core| core.insert_by_template(TEMPLATE_GROUP, &digits, record)).ok()?;
    let phone = format!("+{digits}").parse().ok()?;
    Some(Guest { phone, account: AccountId::new(id.to_string()), id })
}
