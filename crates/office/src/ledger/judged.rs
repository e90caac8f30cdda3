//! Entries that are not a return's own, by a person's judgement.

use std::collections::BTreeSet;

use crate::{
    journal::port::Journal,
    model::{
        event::Event, evidence::Evidence, journal_error::JournalError, kinds::Parts, operation::Operation,
        operation::State,
    },
};

/// The keys of entries that carry the marker of a return, and are not its own, because a person has seen them and went on:
///
/// - those that its purchase, or the return of a part, had made when it was prepared;
/// - those of another sum that were shown as candidates before the operator decided that it was not applied.
///
/// Example: the POS returned a part of a receipt. Its entry has the GUID that the return of the rest has too. Without this the return
/// would be stopped by that entry for ever. An entry of the whole sum always stops it: the purchase would be returned twice.
///
/// `purchase`: what the return undoes. Without it there are none: only a return shares its marker, and of an unknown purchase no sum
/// is known to be a part.
pub async fn judged_not_own(
    journal: &dyn Journal,
    operation: &Operation,
    purchase: Option<Parts>,
) -> Result<BTreeSet<String>, JournalError> {
    let (mut judged, mut candidates) = (BTreeSet::new(), BTreeSet::new());
    let Some(purchase) = purchase else { return Ok(judged) };
    let is_part = |sum| !purchase.reversed().may_be_listed_as(sum);
    for record in journal.story(operation.id).await? {
        match record.event {
            Event::Prepared { shown, .. } => judged.extend(shown),
            Event::Probed { evidence: Evidence::Ambiguous { candidates: shown } } => {
                let parts = shown.into_iter().filter(|candidate| candidate.sum.is_some_and(is_part));
                candidates.extend(parts.map(|candidate| candidate.proof));
            }
            Event::Decided { state: State::NotApplied, .. } => judged.append(&mut candidates),
            _ => {}
        }
    }
    Ok(judged)
}
