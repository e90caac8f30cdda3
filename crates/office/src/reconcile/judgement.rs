//! The judgement of an operation whose marker no entry shows: by sum, time and balance.

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
    /// Whether this server was ever seen to show the markers of such operations.
    pub shows_markers: bool,
    /// Whether another operation could have made the same entry.
    pub has_suspected_duplicate: bool,
    pub observation: &'a Observation,
    /// The observation's matching entries that prove no other operation.
    pub matching: &'a [LedgerEntry],
}

/// Judges an operation whose marker no entry shows.
///
/// | server shows markers | matching entries | balance | evidence |
/// |---|---|---|---|
/// | no | one, and [nothing speaks against it](Case::is_proven_by) | | found, not exact |
/// | no | any other number, or something speaks against it | | ambiguous |
/// | yes, or no entry matches | | moved by just the operation's effect | ambiguous |
/// | yes | ignored: an entry without a marker is not ours | any other | absent, conclusive if the list shows all new entries |
/// | no | none | did not move | the same |
/// | no | none | moved, or is not known | absent, not conclusive |
///
/// A purchase that spends no bonuses may leave neither an entry nor a trace in the balance while its accrual waits. So its
/// turnover is asked before it is called absent:
///
/// | turnover | evidence |
/// |---|---|
/// | rose by the sum paid or more | ambiguous |
/// | did not | as above |
/// | is not told | absent is conclusive only if this server shows the markers of accruals |
///
/// The balance is taken without what the new entries say they moved. Example: 500.00 before, 650.00 now, one new entry of
/// the POS over 50.00: it moved by 100.00.
pub fn judge(case: &Case<'_>) -> Evidence {
    let moved = case.moved_without_entries();
    // This server shows no markers, so match by sum and time.
    if !case.shows_markers && !case.matching.is_empty() {
        return match case.matching {
            [only] if case.is_proven_by(only, moved) => Evidence::Found(only.matched(case.account, false)),
            _ => case.ambiguous(),
        };
    }
    let effect = case.balance_effect();
    let trace = case.trace_in_turnover();
    if trace == Trace::Counted || (effect.is_some() && moved == effect) {
        return case.ambiguous();
    }
    let balance_stood_still = effect.is_some() && moved == Some(Kopecks::ZERO) && trace != Trace::NotReported;
    let conclusive = case.observation.is_reached && (case.shows_markers || balance_stood_still);
    // Whether the reading is later than the send is not judged here.
    Evidence::Absent { conclusive, proven: false }
}

/// What the guest's turnover tells of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trace {
    /// It is not needed: the balance shows the operation.
    NotNeeded,
    /// A purchase of at least this sum was counted.
    Counted,
    /// None was.
    NotCounted,
    /// It is needed, and not told.
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

    /// The effect, if a balance can show it: an effect of zero moves nothing.
    fn balance_effect(&self) -> Option<Kopecks> {
        self.effect.filter(|effect| *effect != Kopecks::ZERO)
    }

    /// By how much the balance moved since the send, without what the new entries moved, kopecks.
    fn moved_without_entries(&self) -> Option<Kopecks> {
        let moved = self.observation.balance?.checked_sub(self.sent.before?)?;
        moved.checked_sub(self.observation.moved_by_entries?)
    }

    /// Whether the only matching entry proves the operation although it carries no marker. All of this must hold:
    ///
    /// - no other operation could have made it;
    /// - it has no comment of its own, which would be another's;
    /// - no entry of the list carries a marker, so this server may really show none;
    /// - its sum says enough for its kind;
    /// - there is a pre-send snapshot, and the list shows all new entries;
    /// - the new entries explain the whole change of the balance.
    fn is_proven_by(&self, only: &LedgerEntry, moved: Option<Kopecks>) -> bool {
        let has_comment = only.transaction.comment.as_deref().is_some_and(|text| !text.trim().is_empty());
        !self.has_suspected_duplicate
            && !has_comment
            && !self.observation.has_markers
            && self.payload.rules().has_telling_sum(self.balance_effect(), &only.transaction)
            && self.sent.snapshot.is_some()
            && self.observation.is_reached
            && moved == Some(Kopecks::ZERO)
    }
}
