//! Months of a loyalty system, lived through in order: everything in the data has really happened to the core.

use jiff::{
    Timestamp,
    civil::{Date, Time},
};

use crate::core::{Core, calendar::plus_days, model::Profile};

type Deed = Box<dyn FnOnce(&mut Core)>;

/// What will happen, and when.
pub(super) struct Life {
    today: Date,
    now: Timestamp,
    core: Core,
    deeds: Vec<(Timestamp, Deed)>,
}

impl Life {
    /// Nothing planned yet; `core` has no guests.
    pub(super) fn new(core: Core) -> Self {
        Self { today: core.today(), now: core.now(), core, deeds: Vec::new() }
    }

    /// The business day on which it all ends.
    pub(super) fn today(&self) -> Date {
        self.today
    }

    /// A guest registers, at noon.
    pub(super) fn join(&mut self, days_ago: i32, phone: &'static str, profile: Profile) {
        self.at(days_ago, Time::constant(12, 0, 0, 0), move |core| {
            let _ = core.insert_by_template(super::TEMPLATE_GROUP, phone, profile);
        });
    }

    /// Something happens to a guest, in the afternoon.
    pub(super) fn later(&mut self, days_ago: i32, phone: &'static str, deed: impl FnOnce(&mut Core, i64) + 'static) {
        self.at(days_ago, Time::constant(15, 30, 0, 0), move |core| {
            if let Some(id) = core.find_by_phone(phone).map(|account| account.id) {
                deed(core, id);
            }
        });
    }

    /// Something happens; nothing does that would be in the future.
    pub(super) fn at(&mut self, days_ago: i32, time: Time, deed: impl FnOnce(&mut Core) + 'static) {
        let calendar = self.core.calendar();
        let at = calendar.instant(plus_days(self.today, -days_ago).to_datetime(time));
        if at < self.now {
            self.deeds.push((at, Box::new(deed)));
        }
    }

    /// Lives through it, from the first day to now.
    pub(super) fn live(self) -> Core {
        let Self { now, mut core, mut deeds, .. } = self;
        deeds.sort_by_key(|(at, _)| *at);
        for (at, deed) in deeds {
            core.advance_to(at);
            deed(&mut core);
        }
        core.advance_to(now);
        core
    }
}
