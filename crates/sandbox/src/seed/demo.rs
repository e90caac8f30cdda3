//! The demo guests.

use crate::core::{Core, model::Profile};

/// A demo guest.
#[derive(Clone, Copy, Debug)]
pub struct DemoGuest {
    /// Phone: digits with the country code.
    pub phone: &'static str,
    /// Фамилия, имя, отчество.
    pub name: [&'static str; 3],
}

/// All demo guests.
pub const GUESTS: [DemoGuest; 1] =
    [DemoGuest { phone: "79123456789", name: ["Кузнецова", "Анна", "Сергеевна"] }];

pub(super) fn settle(core: &mut Core) {
    for guest in GUESTS {
        let [surname, name, patronymic] = guest.name.map(|text| Some(text.to_owned()));
        let profile = Profile { surname, name, patronymic, ..Profile::default() };
        let _ = core.insert_by_template(3, guest.phone, profile);
    }
}
