//! What every journal must do: one suite that each store runs.
//!
//! A behaviour gets an empty [`Journal`] and panics if the journal does not keep a promise of the port. It works on a journal
//! that is closed and opened again between any two calls, too:
//!
//! ```ignore
//! for behaviour in conformance::ALL {
//!     behaviour.check(&an_empty_journal()).await;
//! }
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "it is a test, made public so that other stores run it too"
)]

mod life;
mod lists;
mod rules;
pub mod sample;
mod search;

use std::fmt;

use futures::future::BoxFuture;

use super::port::Journal;

/// One promise of the port, and how it is checked.
#[derive(Clone, Copy)]
pub struct Behaviour {
    /// What is promised, as the name of a test.
    pub name: &'static str,
    check: for<'j> fn(&'j dyn Journal) -> BoxFuture<'j, ()>,
}

impl Behaviour {
    /// Checks it on an empty journal.
    ///
    /// # Panics
    /// If the journal does not behave so.
    pub async fn check(&self, journal: &dyn Journal) {
        (self.check)(journal).await;
    }
}

impl fmt::Debug for Behaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! behaviours {
    ($($room:ident: $($name:ident),+;)+) => {
        /// Every behaviour.
        pub const ALL: &[Behaviour] = &[$($(Behaviour {
            name: concat!(stringify!($room), "::", stringify!($name)),
            check: |journal| Box::pin($room::$name(journal)),
        }),+),+];
    };
}

behaviours! {
    life:
        begins_with_prepared_only,
        reads_back_what_was_appended,
        a_stale_caller_writes_nothing,
        the_same_id_is_the_same_operation,
        another_payload_under_an_id_is_loud,
        a_forbidden_event_writes_nothing,
        moments_are_kept_to_the_microsecond,
        of_two_at_once_one_wins,
        notes_are_kept_and_forgotten;
    rules:
        a_guid_is_registered_once_for_ever,
        an_outside_number_is_active_once_in_its_restaurant,
        an_outside_number_is_compared_not_by_bytes,
        an_outside_number_is_free_after_an_inactive_operation,
        a_resend_does_not_take_an_active_number,
        a_late_arrival_is_confirmed_even_if_its_number_was_reused,
        a_purchase_has_one_active_return,
        a_confirmed_return_undoes_its_purchase,
        a_return_undoes_a_purchase_of_unknown_fate,
        a_caller_does_not_say_returned,
        a_foreign_purchase_is_returned_too,
        an_entry_proves_one_operation,
        an_entry_proves_one_operation_of_its_server,
        one_guid_at_once_is_registered_once;
    lists:
        newest_first_in_pages_without_gaps,
        the_order_is_of_writing_not_of_the_clock,
        unknown_on_top,
        filters_narrow_together,
        days_are_found_whatever_the_clock_did,
        an_account_of_a_new_guest_is_listed,
        states_are_read_oldest_first,
        counts_follow_the_states,
        a_verification_is_pending_until_the_balance_is_read,
        suspected_duplicates_are_active_and_recent,
        a_strange_cursor_is_refused;
    search:
        words_are_found_by_their_beginning,
        phones_are_found_in_any_spelling,
        ids_and_guids_are_found_by_their_beginning,
        hostile_text_is_only_text,
        a_rare_state_is_found_among_a_frequent_word,
        found_pages_have_no_gaps,
        what_a_text_finds_is_narrowed;
}
