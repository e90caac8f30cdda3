//! What may be done with an operation. This is the one place that decides it: the office refuses what is not allowed here, and
//! the page offers only what is.

use serde::Serialize;

use crate::model::{
    decision::Verdict,
    kinds::{Claim, Target},
    operation::{Operation, State},
};

/// What may be done with an operation as it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Allowed {
    /// Give it up before it is sent.
    pub cancel: bool,
    /// Send it now, without waiting for its time.
    pub send_now: bool,
    /// Send it again with the same id.
    pub resend: bool,
    /// Send it again only with a reason: it is not proven that it was not applied.
    pub resend_needs_reason: bool,
    /// Ask the server what became of it.
    pub reconcile: bool,
    /// Decide that it was applied.
    pub decide_applied: bool,
    /// Decide that it was not applied.
    pub decide_not_applied: bool,
    /// Leave it undecided, with the operator's words in the journal.
    pub ask_later: bool,
    /// Return it: a confirmed purchase that is not returned.
    pub return_check: bool,
}

impl Operation {
    /// What may be done with it as it stands.
    #[must_use]
    pub fn allowed(&self) -> Allowed {
        let mut allowed = Allowed::in_state(self.state);
        if self.state == State::Rejected && !self.was_sent_and_given_up() {
            // Nothing of it was ever sent: a precondition did not hold.
            (allowed.reconcile, allowed.decide_applied) = (false, false);
        }
        if self.state == State::Confirmed && !self.is_confirmed_in_doubt() {
            (allowed.reconcile, allowed.decide_applied, allowed.decide_not_applied) = (false, false, false);
        }
        let is_repeatable = matches!(self.payload.rules().target(), Target::Record(_));
        allowed.resend_needs_reason = allowed.resend && self.not_seen && !is_repeatable;
        let is_purchase = matches!(self.payload.rules().claim(), Claim::Purchase { .. });
        allowed.return_check = is_purchase && self.state == State::Confirmed && self.returned_by.is_none();
        allowed
    }
}

impl Allowed {
    /// What may be done with any kind of operation in this state.
    ///
    /// | state | cancel | send now | resend | reconcile | applied | not applied, ask later |
    /// |---|---|---|---|---|---|---|
    /// | Prepared | yes | yes | | | | |
    /// | Unknown | | | | yes | yes | yes |
    /// | NotApplied | | | yes | yes | yes | |
    /// | Rejected, if it was sent | | | | yes | yes | |
    /// | Confirmed, if it is [in doubt](Operation::is_confirmed_in_doubt) | | | | yes | yes | not applied |
    /// | others | | | | | | |
    const fn in_state(state: State) -> Self {
        let is_prepared = matches!(state, State::Prepared);
        let is_unknown = matches!(state, State::Unknown);
        let is_not_applied = matches!(state, State::NotApplied);
        let is_confirmed = matches!(state, State::Confirmed);
        let may_yet_be_proven = state.may_yet_be_proven() || is_confirmed;
        Self {
            cancel: is_prepared,
            send_now: is_prepared,
            resend: is_not_applied,
            resend_needs_reason: false,
            reconcile: is_unknown || may_yet_be_proven,
            decide_applied: is_unknown || may_yet_be_proven,
            decide_not_applied: is_unknown || is_confirmed,
            ask_later: is_unknown,
            return_check: false,
        }
    }

    /// Whether the operator may decide so.
    #[must_use]
    pub const fn decides(self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Applied => self.decide_applied,
            Verdict::NotApplied => self.decide_not_applied,
            Verdict::AskLater => self.ask_later,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::Event;

    /// What is offered is what the table of transitions takes, for every state.
    #[test]
    fn what_is_allowed_is_what_the_table_of_transitions_takes() {
        let takes = |state: State, event: Event| state.after(&event).is_some();
        let decided = |state| Event::Decided { state, operator: String::new(), reason: String::new(), found: None };
        let operator = String::new;
        for state in State::ALL {
            let allowed = Allowed::in_state(state);
            assert_eq!(allowed.cancel, takes(state, Event::Cancelled { operator: operator() }), "{state:?}");
            assert_eq!(
                allowed.resend,
                takes(state, Event::Resent { operator: operator(), reason: String::new() }),
                "{state:?}"
            );
            let found = Event::Reconciled { state: State::Confirmed, found: None };
            assert_eq!(allowed.reconcile, takes(state, found), "{state:?}");
            for (verdict, becomes) in [
                (Verdict::Applied, State::Confirmed),
                (Verdict::NotApplied, State::NotApplied),
                (Verdict::AskLater, State::Unknown),
            ] {
                assert_eq!(allowed.decides(verdict), takes(state, decided(becomes)), "{state:?} {verdict:?}");
            }
        }
    }
}
