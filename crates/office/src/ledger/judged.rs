//! Entries that are not a return's own, by a person's judgement.

use std::collections::BTreeSet;

use crate::model::{
    event::{Event, EventRecord},
    evidence::Evidence,
    kinds::Parts,
    operation::State,
    payload::Payload,
};

/// The keys of entries that carry the marker of a return, and are not its own, because a person has seen them and went on:
///
/// - those that its purchase, or the return of a part, had made when it was prepared;
/// - those of another sum that were shown as candidates before the operator decided that it was not applied.
///
/// Example: the POS returned a part of a receipt. Its entry has the GUID that the return of the rest has too. Without this the return
/// would be stopped by that entry for ever. An entry of the whole sum always stops it: the purchase would be returned twice.
///
/// Only a return shares its marker. For any other operation there are none. `purchase`: what the return undoes.
pub fn judged_not_own(story: &[EventRecord], payload: &Payload, purchase: Option<Parts>) -> BTreeSet<String> {
    let (mut judged, mut candidates) = (BTreeSet::new(), BTreeSet::new());
    let Some(purchase) = purchase.filter(|_| payload.rules().shares_marker()) else { return judged };
    let is_part = |sum| !purchase.undone().may_be_listed_as(sum);
    for record in story {
        match &record.event {
            Event::Prepared { shown, .. } => judged.extend(shown.iter().cloned()),
            Event::Probed { evidence: Evidence::Ambiguous { candidates: shown } } => {
                let parts = shown.iter().filter(|candidate| candidate.sum.is_some_and(is_part));
                candidates.extend(parts.map(|candidate| candidate.proof.clone()));
            }
            Event::Decided { state: State::NotApplied, .. } => judged.append(&mut candidates),
            _ => {}
        }
    }
    judged
}
