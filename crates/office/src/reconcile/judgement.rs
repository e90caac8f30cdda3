//! Judges an operation whose marker no entry shows, by sum, time and balance.

use probonus::{AccountId, Kopecks};

use crate::{
    ledger::{entry::LedgerEntry, sent_attempt::SentAttempt},
    model::{
        evidence::{Evidence, MatchedEntry},
        payload::Payload,
    },
    reconcile::observation::Observation,
};

/// All that is judged.
pub(crate) struct Case<'a> {
    pub payload: &'a Payload,
    pub account: &'a AccountId,
    /// The first attempt that may have reached the server.
    pub sent: &'a SentAttempt,
    /// By how much the operation should change the balance, kopecks.
    pub effect: Option<Kopecks>,
    /// Whether this server shows the markers of such operations: it was seen to, and the new entries of this answer do not say
    /// otherwise. An update of the server, or another role of the user, may hide markers from one day to the next.
    pub shows_markers: bool,
    /// Whether the server refused it.
    pub refused: bool,
    pub observation: &'a Observation,
    /// The observation's matching entries that prove no other operation.
    pub matching: &'a [LedgerEntry],
    /// New entries without a marker that prove no other operation, of whatever kind and sum.
    pub unmarked: &'a [LedgerEntry],
}

/// Judges an operation whose marker no entry shows.
///
/// The first row that holds decides:
///
/// | matching entries | balance | evidence |
/// |---|---|---|
/// | one or more | | ambiguous: we may have made it, or another program |
/// | none | moved by exactly the operation's effect | ambiguous |
/// | none | any, and the server shows markers | absent, conclusive if the list shows all new entries |
/// | none | did not move, and the effect is known and not zero | the same |
/// | none | any other | absent, not conclusive |
///
/// An entry without a marker never confirms an operation. A POS or another program may have made it, with the same sum in the
/// same minute. A person decides whose it is.
///
/// A purchase that spends no bonuses may leave neither an entry nor a change of the balance while its accrual waits. So the
/// guest's turnover is read before the purchase counts as absent:
///
/// | turnover | evidence |
/// |---|---|
/// | rose by the sum paid or more | ambiguous |
/// | did not | as above |
/// | is not known: the server never tells it | absent is conclusive only if the server shows markers |
/// | is not known: it was not read before the send | absent, not conclusive |
///
/// If the server refused the operation, a balance that did not move and a list that shows all new entries are enough for a
/// conclusive absence, whatever effect and turnover.
///
/// "Moved" means without what the new entries say they moved. Example: 500.00 before, 650.00 now, one new entry of the POS over
/// 50.00: it moved by 100.00. An entry without a marker may be ours, listed with another sum. So a second difference is compared
/// too, from which only the entries that surely are others' are subtracted. If either one is the effect, nothing is absent.
pub fn judge(case: &Case<'_>) -> Evidence {
    if !case.matching.is_empty() {
        return case.ambiguous();
    }
    let moved = case.moved_without_entries();
    let effect = case.balance_effect();
    let trace = case.trace_in_turnover();
    let is_effect = |moved: Option<Kopecks>| effect.is_some() && moved == effect;
    if trace == Trace::Counted || is_effect(moved) || is_effect(case.moved_without_others(moved)) {
        return case.ambiguous();
    }
    let would_show = case.refused || (effect.is_some() && trace != Trace::NotReported);
    let balance_stood_still = moved == Some(Kopecks::ZERO) && would_show;
    let may_wait_unseen = case.observation.turnover_missed && !case.refused;
    let conclusive = case.observation.is_reached && !may_wait_unseen && (case.shows_markers || balance_stood_still);
    // Whether the reading is later than the send is not judged here.
    Evidence::Absent { conclusive, proven: false }
}

/// What the guest's turnover tells of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trace {
    /// It is not needed: the balance shows the operation.
    NotNeeded,
    /// It rose by the sum paid or more.
    Counted,
    /// It rose by less, or not at all.
    NotCounted,
    /// It is needed, and not known.
    NotReported,
}

impl Case<'_> {
    fn trace_in_turnover(&self) -> Trace {
        let Some(paid) = self.payload.rules().turnover_without_balance() else { return Trace::NotNeeded };
        match self.observation.turnover_rose.filter(|_| paid.is_positive()) {
            Some(rose) if rose >= paid => Trace::Counted,
            Some(_) => Trace::NotCounted,
            None => Trace::NotReported,
        }
    }

    fn ambiguous(&self) -> Evidence {
        let candidates: Vec<MatchedEntry> =
            self.matching.iter().map(|entry| entry.matched(self.account, false)).collect();
        Evidence::Ambiguous { candidates }
    }

    /// The effect, if a balance can show it; `None`: it is not known, or zero.
    fn balance_effect(&self) -> Option<Kopecks> {
        self.effect.filter(|effect| *effect != Kopecks::ZERO)
    }

    /// By how much the balance moved since the send, less what all new entries moved, kopecks.
    fn moved_without_entries(&self) -> Option<Kopecks> {
        let moved = self.observation.balance?.checked_sub(self.sent.before?)?;
        moved.checked_sub(self.observation.moved_by_entries?)
    }

    /// By how much the balance moved since the send, less only the entries that surely are others', kopecks. `moved`: less all new
    /// entries, so the unmarked ones are added again.
    fn moved_without_others(&self, moved: Option<Kopecks>) -> Option<Kopecks> {
        self.unmarked.iter().try_fold(moved?, |sum, entry| sum.checked_add(entry.transaction.moved()))
    }
}
