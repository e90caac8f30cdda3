//! Whether the server tells its sums in another unit than it did before.
//!
//! A server may be replaced by one that counts in rubles while the program works. Balances before and after a refill then agree with
//! each other, and the refill is a hundredfold. Entries that this program has made tell it: their sums are known.

use probonus::{AccountId, Kopecks};

use crate::{
    core::{engine::Engine, gate::UnitConfidence},
    ledger::entry::LedgerEntry,
    model::{
        event::Event,
        evidence::{Evidence, MatchedEntry},
        journal_error::JournalError,
        kinds::Parts,
        operation::Operation,
        queue::{Halt, HaltCause},
        sums::is_hundredfold,
    },
};

/// Halts the queue if entries of a confirmed operation have a hundredfold or a hundredth of its sums now, although its balance was as
/// expected. From then on the next refill is a canary again.
///
/// Example: a refill of 11.00 was confirmed in the morning. At noon its entry shows 0.11.
///
/// `marked`: all entries with its marker. An entry that was seen with this sum before tells nothing new: a history may always be in
/// another unit than the balance.
pub(super) async fn report_other_unit(
    engine: &Engine,
    account: &AccountId,
    operation: &Operation,
    marked: &[&LedgerEntry],
) -> Result<(), JournalError> {
    let was_right = operation.balance.after.is_some() && !operation.mismatch;
    let Some(parts) = operation.payload.rules().parts(None).filter(|_| was_right) else { return Ok(()) };
    let sums: Option<Vec<Kopecks>> = marked.iter().map(|entry| meant(parts, entry.transaction.sum)).collect();
    let (Some(entry), Some(sent)) = (marked.first(), sums.and_then(|sums| sums.first().copied())) else {
        return Ok(());
    };
    let found = entry.matched(account, true);
    let story = engine.journal.story(operation.id).await?;
    let was_seen_so = |known: &MatchedEntry| known.proof == found.proof && known.sum == found.sum;
    if story
        .iter()
        .any(|record| matches!(&record.event, Event::Probed { evidence: Evidence::Found(known) } if was_seen_so(known)))
    {
        return Ok(());
    }
    tracing::error!(operation = %operation.id, "an entry has another unit than it had: the queue is halted");
    let halt = Halt {
        operation: operation.id,
        at: engine.host.now(),
        cause: HaltCause::FactorHundred,
        sent,
        changed: entry.transaction.sum,
        balance: operation.balance,
        entries: vec![found.clone()],
        sent_at: Vec::new(),
    };
    // The halt comes first. If the program ends before the event, the next list of entries reports it again.
    engine.gate.close(&*engine.journal, halt).await?;
    if engine.gate.unit_confidence() == UnitConfidence::Proven {
        engine.gate.set_unit_confidence(&*engine.journal, UnitConfidence::Unproven).await?;
    }
    engine.append(operation, Event::Probed { evidence: Evidence::Found(found) }).await?;
    engine.report_queue().await;
    Ok(())
}

/// The sum of an operation that an entry shows a hundredfold or as a hundredth; `None`: it shows one as it is, or none at all.
fn meant(parts: Parts, listed: Kopecks) -> Option<Kopecks> {
    if parts.may_be_listed_as(listed) {
        return None;
    }
    let sums = [Some(parts.adds), Some(parts.takes.negated()), parts.effect()];
    sums.into_iter().flatten().find(|sum| is_hundredfold(*sum, listed))
}
