//! Entries that are not an operation's own, by a person's judgement.

use std::collections::BTreeSet;

use crate::model::{
    event::{Event, EventRecord},
    evidence::Evidence,
    operation::State,
};

/// The keys of entries that carry the operation's marker, and are not its own, because a person has seen them and went on:
///
/// - those that a return's purchase or an earlier return had made when it was prepared;
/// - those that were shown as candidates before the operator decided that the operation was not applied.
///
/// Example: the POS returned a part of a receipt. Its entry has the GUID that the return of the rest has too. Without this the return
/// would be stopped by that entry for ever.
pub fn judged_not_own(story: &[EventRecord]) -> BTreeSet<String> {
    let (mut judged, mut candidates) = (BTreeSet::new(), BTreeSet::new());
    for record in story {
        match &record.event {
            Event::Prepared { shown, .. } => judged.extend(shown.iter().cloned()),
            Event::Probed { evidence: Evidence::Ambiguous { candidates: shown } } => {
                candidates.extend(shown.iter().map(|candidate| candidate.proof.clone()));
            }
            Event::Decided { state: State::NotApplied, .. } => judged.append(&mut candidates),
            _ => {}
        }
    }
    judged
}
