//! Plans the events of several months and replays them in order, so that all seeded data is made by calls of the core.

use jiff::{
    Timestamp,
    civil::{Date, Time},
};

use super::directories::TEMPLATE_GROUP;
use crate::core::{Core, calendar::plus_days, model::Profile};

type Event = Box<dyn FnOnce(&mut Core)>;

/// Planned events with their times.
pub(super) struct Timeline {
    today: Date,
    now: Timestamp,
    core: Core,
    events: Vec<(Timestamp, Event)>,
}

impl Timeline {
    /// No events yet; `core` has no guests.
    pub(super) fn new(core: Core) -> Self {
        Self { today: core.today(), now: core.now(), core, events: Vec::new() }
    }

    /// The business day of the last event.
    pub(super) fn today(&self) -> Date {
        self.today
    }

    /// Plans the registration of a guest, at noon.
    pub(super) fn join(&mut self, days_ago: i32, phone: &'static str, profile: Profile) {
        self.at(days_ago, Time::constant(12, 0, 0, 0), move |core| {
            let _ = core.insert_by_template(TEMPLATE_GROUP, phone, profile);
        });
    }

    /// Plans an event of one guest, at 15:30.
    pub(super) fn later(&mut self, days_ago: i32, phone: &'static str, event: impl FnOnce(&mut Core, i64) + 'static) {
        self.at(days_ago, Time::constant(15, 30, 0, 0), move |core| {
            if let Some(id) = core.find_by_phone(phone).map(|account| account.id) {
                event(core, id);
            }
        });
    }

    /// Plans an event. An event in the future is left out.
    pub(super) fn at(&mut self, days_ago: i32, time: Time, event: impl FnOnce(&mut Core) + 'static) {
        let calendar = self.core.calendar();
        let at = calendar.instant(plus_days(self.today, -days_ago).to_datetime(time));
        if at < self.now {
            self.events.push((at, Box::new(event)));
        }
    }

    /// Replays all events, oldest first.
    pub(super) fn replay(self) -> Core {
        let Self { now, mut core, mut events, .. } = self;
        events.sort_by_key(|(at, _)| *at);
        for (at, event) in events {
            core.advance_to(at);
            event(&mut core);
        }
        core.advance_to(now);
        core
    }
}
