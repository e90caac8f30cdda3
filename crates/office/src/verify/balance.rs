//! Balance verification: after each money operation the balance is read again and compared with what was sent.
//!
//! The POS writes to the same account meanwhile, so the movements of other entries are subtracted first. A mismatch that is
//! left halts the whole queue: one wrong operation is cheap, a month of them is not.

use probonus::{AccountId, Delivery, Error, ErrorKind, Kopecks};
use tokio::time::Instant;

use crate::{
    core::{engine::Engine, gate::UnitConfidence},
    ledger::{
        effect::{effect, undone_by},
        listing::Listing,
        reading::{Which, read_balance, read_balance_and_entries},
        repeats::{Repeated, hold_against_journal, repeated_by_entries, report_repeated},
        sent_attempt::SentAttempt,
    },
    model::{
        capability::Capability,
        event::{Event, EventRecord},
        evidence::Evidence,
        failure,
        journal_error::JournalError,
        kinds::Parts,
        operation::{BalanceVerification, Operation, OperationId},
        payload::Payload,
        queue::{Halt, HaltCause},
    },
    verify::{
        expectation::Expectation,
        explanation::{OwnSummary, Reading, explain},
        freshness::may_be_old,
        mismatch::{Mismatch, mismatch_of},
        waiting::{Waiting, find_waiting, own_entries_tell},
    },
};

/// When a balance is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// Just after the operation was confirmed.
    AtOnce,
    /// Some time after, because it could not be read at once.
    Late,
}

/// Verifies the balance of an operation that was just confirmed: records the balance, and halts the queue at a mismatch. The
/// caller holds the account queue.
///
/// The balance is read up to `Policy::verify_reads` times: the POS may change it between two of our reads, and a server may
/// need a moment. If it can't be read, or may be old ([`may_be_old`]), nothing is recorded, and the operation still awaits its
/// verification.
pub async fn verify_balance(engine: &Engine, operation: Operation) -> Result<Operation, JournalError> {
    verify(engine, operation, Moment::AtOnce).await
}

/// Does the same as [`verify_balance`] some time later, with one read. A difference is judged only if the entries could be
/// read as well: others may have changed the balance since. The caller holds the account queue.
pub async fn verify_balance_late(engine: &Engine, operation: Operation) -> Result<Operation, JournalError> {
    verify(engine, operation, Moment::Late).await
}

async fn verify(engine: &Engine, operation: Operation, moment: Moment) -> Result<Operation, JournalError> {
    let Some(account) = operation.subject.account.clone() else { return Ok(operation) };
    let purchase = undone_by(&*engine.journal, &operation).await?;
    let effect = effect(&operation.payload, purchase);
    let may_wait = operation.payload.rules().may_wait(purchase);
    let expect_after = |sent: Option<&SentAttempt>| {
        // The entries are read since `sent`. So the comparison starts from the balance before `sent`, not before the last attempt.
        Expectation::new(sent.and_then(|sent| sent.before), effect, may_wait)
    };
    let story = engine.journal.story(operation.id).await?;
    let mut sent = SentAttempt::for_verification(&story);
    let mut expectation = expect_after(sent.as_ref());

    let reading = read_until_met(engine, &operation, &account, &expectation, sent.as_ref(), moment).await?;
    let Some(mut reading) = reading else { return Ok(operation) };
    if let Some(newest) = nearer_attempt(engine, &story, sent.as_ref(), &expectation, &reading) {
        sent = Some(newest);
        expectation = expect_after(sent.as_ref());
        match read_until_met(engine, &operation, &account, &expectation, sent.as_ref(), moment).await? {
            Some(nearer) => reading = nearer,
            None => return Ok(operation),
        }
    }
    let is_met_alone = expectation.is_met(reading.after, None);
    if moment == Moment::Late && reading.explained.is_none() && !is_met_alone {
        return Ok(operation);
    }

    let waiting = find_waiting(engine, &operation, &expectation, &reading, sent.as_ref()).await;
    let is_judged = |waiting: &Waiting| *waiting != Waiting::LeftOut || !is_young(engine, &operation);
    let Some(waiting) = unless_passing(waiting, sent.as_ref()).filter(is_judged) else { return Ok(operation) };
    learn_local_time(engine, &operation, &reading, sent.as_ref()).await?;
    let operation = claim_own_entry(engine, operation, &reading).await?;
    let balance = verified(&expectation, &reading, sent.as_ref(), waiting);
    let parts = operation.payload.rules().parts(purchase);
    let own_moved = reading.own.as_ref().and_then(|own| own.moved);
    let repeated = repeated(&account, &operation.payload, purchase, &reading, waiting);
    let mismatch = match repeated {
        Some(_) => None,
        None => mismatch_of(&operation.payload, effect, &balance, own_moved, parts)
            .or_else(|| return_without_trace(engine, &operation.payload, effect, &reading, &expectation))
            .or_else(|| met_by_others(engine, &operation.payload, sent.as_ref(), &reading, &expectation)),
    };
    if mismatch.is_some_and(|one| may_be_old(engine, &operation, &one, &reading, sent.as_ref())) {
        return Ok(operation);
    }
    let is_wrong = mismatch.is_some() || repeated.is_some();
    let operation = if mismatch.is_some() { note_own_entry(engine, operation, &reading).await? } else { operation };
    let operation = engine.append(&operation, Event::BalanceRead { balance, mismatch: is_wrong }).await?;
    match (repeated, mismatch) {
        (Some(repeated), _) => drop(report_repeated(engine, operation.clone(), repeated).await?),
        (None, Some(mismatch)) => halt(engine, operation.id, mismatch, balance).await?,
        (None, None) => settle_canary(engine, operation.id, &expectation).await?,
    }
    if let Some(listing) = &reading.listing {
        hold_against_journal(engine, &account, &listing.entries, None).await;
    }
    engine.load(operation.id).await
}

/// The newest attempt, if the balance must be verified against it instead of `sent`. All of this holds:
///
/// - the balance is not explained by the entries since `sent`;
/// - the list does not reach back to `sent`;
/// - the newest attempt is a later one, has a pre-send snapshot, and the list reaches back to it.
///
/// Example: the first attempt was found to have done nothing, the second follows hours later. The server lists three entries,
/// and the POS made four in between. The balance before the second attempt contains those four already.
fn nearer_attempt(
    engine: &Engine,
    story: &[EventRecord],
    sent: Option<&SentAttempt>,
    expectation: &Expectation,
    reading: &Reading,
) -> Option<SentAttempt> {
    let (sent, listing) = (sent?, reading.listing.as_ref()?);
    let reaches = |attempt: &SentAttempt| attempt.is_reached_by(listing, &engine.policy.time_zone);
    if is_met(expectation, reading) || reaches(sent) {
        return None;
    }
    SentAttempt::newest(story).filter(|newest| newest.at != sent.at && reaches(newest))
}

/// What the server tells of a waiting accrual; `None`: the reads failed in a way that may pass, so the operation still awaits its
/// verification. If the guest's turnover was read just before the send, this server has the method, so any failure now is an
/// accident. Example: the provider's portal redirects one request.
fn unless_passing(waiting: Result<Waiting, Error>, sent: Option<&SentAttempt>) -> Option<Waiting> {
    let has_read_turnover = sent.is_some_and(|sent| sent.turnover.is_some());
    match waiting {
        Ok(waiting) => Some(waiting),
        Err(error) if is_passing(&error) || has_read_turnover => None,
        Err(_) => Some(Waiting::NotReported),
    }
}

/// Whether an operation was confirmed less than a settling time ago. A list of what waits may follow an entry by some seconds.
fn is_young(engine: &Engine, operation: &Operation) -> bool {
    let age = engine.host.now().duration_since(operation.updated_at);
    !age.is_negative() && age.unsigned_abs() < engine.policy.settle
}

/// The mismatch of a return whose purchase is not known, if this guest shows nothing of it: the balance stands, and no entry is its own
/// although this server was seen to list returns. Another guest's purchase may have been undone.
fn return_without_trace(
    engine: &Engine,
    payload: &Payload,
    effect: Option<Kopecks>,
    reading: &Reading,
    expectation: &Expectation,
) -> Option<Mismatch> {
    let is_unknown_return = payload.returned_guid().is_some() && effect.is_none();
    let stands = expectation.before == Some(reading.after);
    let shows_nothing = reading.listing.is_some() && reading.own.is_none();
    (is_unknown_return && stands && shows_nothing && engine.gate.has_observed(Capability::Return)).then_some(Mismatch {
        cause: HaltCause::NoChange,
        sent: Kopecks::ZERO,
        changed: Kopecks::ZERO,
    })
}

/// The mismatch of an operation that was not applied, although the balance is the expected one: entries of others moved just the sum
/// that was sent, and none is its own, although this server was seen to show the marker of such operations.
///
/// Example: a refill of 10.00 was answered and not applied. Before its balance could be read, the guest's next purchase added 10.00.
fn met_by_others(
    engine: &Engine,
    payload: &Payload,
    sent: Option<&SentAttempt>,
    reading: &Reading,
    expectation: &Expectation,
) -> Option<Mismatch> {
    let effect = expectation.effect.filter(|effect| *effect != Kopecks::ZERO)?;
    let shows_markers = payload.rules().capability().is_some_and(|capability| engine.gate.has_observed(capability));
    let has_snapshot = sent.is_some_and(|sent| sent.snapshot.is_some());
    let is_met = expectation.equals(reading.after, Kopecks::ZERO);
    let is_of_others = reading.own.is_none() && reading.explained == Some(effect);
    (shows_markers && has_snapshot && is_met && is_of_others).then_some(Mismatch {
        cause: HaltCause::NoChange,
        sent: effect,
        changed: Kopecks::ZERO,
    })
}

/// What shows that the operation was applied more than once; `None`: nothing does.
///
/// If entries with its marker are listed, they alone tell, even if the balance is the expected one. Else the guest's turnover
/// tells, which is read only if the balance lacks the accrual; see [`find_waiting`].
fn repeated(
    account: &AccountId,
    payload: &Payload,
    purchase: Option<Parts>,
    reading: &Reading,
    waiting: Waiting,
) -> Option<Repeated> {
    match (&reading.own, waiting) {
        (Some(own), _) if own.first.exact => {
            repeated_by_entries(account, payload, purchase, &own.entries.iter().collect::<Vec<_>>())
        }
        (_, Waiting::Counted(times)) => Some(Repeated { times, entries: Vec::new() }),
        _ => None,
    }
}

/// Reads the balance until it is as expected, or the reads of this moment are used up. The last reading that succeeded counts;
/// `None`: none succeeded, or the server reports no balance.
async fn read_until_met(
    engine: &Engine,
    operation: &Operation,
    account: &AccountId,
    expectation: &Expectation,
    sent: Option<&SentAttempt>,
    moment: Moment,
) -> Result<Option<Reading>, JournalError> {
    let reads = if moment == Moment::Late { 1 } else { engine.policy.verify_reads.max(1) };
    let mut last = None;
    for read in 0..reads {
        if read > 0 {
            tokio::time::sleep(engine.policy.verify_pause).await;
        }
        let cached = engine.loyalty.cached_answers();
        let reading = match read_after(engine, operation, account, expectation, sent, moment).await {
            Ok(None) => continue,
            Ok(Some((after, listing))) => match (sent, listing) {
                (Some(sent), Some(listing)) => {
                    let reading = explain(engine, operation, account, expectation, sent, (after, &listing)).await?;
                    Reading { listing: Some(listing), ..reading }
                }
                _ => Reading::of_balance(after),
            },
            Err(error) => {
                tracing::warn!(%error, operation = %operation.id, "the balance could not be read after the operation");
                continue;
            }
        };
        let is_met = is_met(expectation, &reading);
        last = Some(Reading { is_cached: engine.loyalty.cached_answers() != cached, ..reading });
        if is_met {
            break;
        }
    }
    Ok(last)
}

/// Whether a reading leaves nothing to be read again: the balance is the expected one, or one of the operation's own entries
/// says that the accrual waits.
fn is_met(expectation: &Expectation, reading: &Reading) -> bool {
    let is_said_to_wait = expectation.while_waiting().zip(reading.own.as_ref()).is_some_and(|(waiting, own)| {
        let has_waiting_entry = own.waits == Some(expectation.may_wait);
        has_waiting_entry
            && waiting.is_met(reading.after, reading.explained)
            && own_entries_tell(expectation, &waiting, own)
    });
    is_said_to_wait || expectation.is_met(reading.after, reading.explained)
}

/// The balance after an operation, and the account's entries where they are needed; `None`: the server reports no balance.
///
/// Entries are needed if one of these holds:
///
/// | case | reason |
/// |---|---|
/// | the balance is not the expected one | entries of others may explain it |
/// | the operation changes the balance by zero | the balance is the same after one and after two of them |
/// | this server was never seen to show the marker of such operations | it may be seen now |
/// | it is not known whether its local times are those of our zone | an own entry may show it |
/// | it returns a purchase that is not known | only an entry shows that this guest's purchase was undone |
/// | it spends bonuses | the server may take less than was sent, and the balance be right by chance: see [`mismatch_of`] |
/// | there was more than one attempt | the balance before the first may be old, and others may hide a doubled operation |
/// | it is verified late | others, this program's next operations too, may have moved the balance by the same sum since |
///
/// Example of the last but one: 300.00 before, a POS takes 9.00, a purchase of +9.00 arrives twice: 309.00, as if all were well.
/// Example of the last: a refill of 10.00 was answered and not applied, the guest's next purchase adds 10.00.
///
/// If the entries can't be read:
///
/// | case | result |
/// |---|---|
/// | this server lists entries: there is a pre-send snapshot, or an entry with our marker was seen | error: this reading does not count |
/// | the failure passes ([`is_passing`]), example: connection lost | error: this reading does not count |
/// | any other, example: the method is not supported | the balance alone |
async fn read_after(
    engine: &Engine,
    operation: &Operation,
    account: &AccountId,
    expectation: &Expectation,
    sent: Option<&SentAttempt>,
    moment: Moment,
) -> Result<Option<(Kopecks, Option<Listing>)>, Error> {
    let expected = expectation.expected;
    let phone = operation.subject.phone.as_ref();
    let Some(after) = read_balance(engine, account, phone).await? else { return Ok(None) };
    let (Some(sent), true) = (sent, operation.payload.moves_money()) else { return Ok(Some((after, None))) };
    let capability = operation.payload.rules().capability();
    let has_shown_markers = capability.is_some_and(|capability| engine.gate.has_observed(capability));
    let was_sent_once = operation.attempts <= 1;
    let spends = operation.payload.rules().bonuses_taken().is_some_and(Kopecks::is_positive);
    let is_return = operation.payload.returned_guid().is_some();
    let is_expected = expected == Some(after) && expectation.effect != Some(Kopecks::ZERO);
    let can_tell = moment == Moment::AtOnce && !spends && ((expected.is_none() && !is_return) || is_expected);
    let is_zone_learnt = engine.gate.local_time_agrees(&engine.policy.time_zone).is_some();
    let may_show_markers_yet = capability.is_some() && !has_shown_markers;
    if !may_show_markers_yet && is_zone_learnt && was_sent_once && can_tell {
        return Ok(Some((after, None)));
    }
    let lists_entries = sent.snapshot.is_some() || operation.trace_seen || has_shown_markers;
    match read_balance_and_entries(engine, account, phone, Some(after), Which::Since(sent)).await {
        (balance, Ok(listing)) => Ok(balance?.map(|after| (after, Some(listing)))),
        (_, Err(error)) if lists_entries || is_passing(&error) => Err(error),
        (_, Err(error)) => {
            tracing::debug!(%error, "the entries after the operation could not be read");
            Ok(Some((after, None)))
        }
    }
}

/// Whether a failure may pass: the next read may succeed, so it does not show that this server lacks the method.
///
/// Examples: the session could not be opened, status 429, a lost connection. A server fault (status 500) does not count as
/// passing: some servers answer every request for entries with it.
fn is_passing(error: &Error) -> bool {
    let is_impossible = matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidRequest);
    let was_not_asked = error.delivery() == Delivery::NotSent && !is_impossible;
    let is_fault = error.kind() == ErrorKind::ServerFault && error.status() != Some(429);
    was_not_asked || (failure::is_passing(error) && !is_fault)
}

/// Records the operation's own entry as its proof, so that no other operation can be proven by it. Nothing is recorded if the
/// operation has a proof, or if the entry proves another one. If the marker was seen, the capability is noted as observed.
///
/// Where the server showed such markers before, an entry without one is not recorded: it may be another program's with the same sum.
async fn claim_own_entry(engine: &Engine, operation: Operation, reading: &Reading) -> Result<Operation, JournalError> {
    let Some(own) = &reading.own else { return Ok(operation) };
    let rules = operation.payload.rules();
    let mut shown = own.entries.iter().map(|entry| rules.capability_shown_by(Some(entry.transaction.sum)));
    if own.first.exact
        && let Some(capability) = shown.find_map(|shown| shown)
    {
        engine.gate.observe(&*engine.journal, capability).await?;
    }
    let has_shown_markers = rules.capability().is_some_and(|capability| engine.gate.has_observed(capability));
    if !own.first.exact && has_shown_markers {
        return Ok(operation);
    }
    if operation.proof.is_some() || engine.journal.proves(&engine.policy.server, &own.first.proof).await?.is_some() {
        return Ok(operation);
    }
    engine.append(&operation, Event::Probed { evidence: Evidence::Found(own.first.clone()) }).await
}

/// Learns from the operation's own entry whether entries have local times of the office's zone. It has the operation's marker, or the
/// answer named it. An entry that may be dated with the day of its purchase tells nothing.
async fn learn_local_time(
    engine: &Engine,
    operation: &Operation,
    reading: &Reading,
    sent: Option<&SentAttempt>,
) -> Result<(), JournalError> {
    let is_surely_own = |own: &&OwnSummary| own.first.exact || operation.proof.as_ref() == Some(&own.first.proof);
    let (Some(own), Some(sent)) = (reading.own.as_ref().filter(is_surely_own), sent) else { return Ok(()) };
    if operation.payload.rules().dated_at().is_some() {
        return Ok(());
    }
    let zone = &engine.policy.time_zone;
    match own.entries.first().and_then(|entry| sent.local_time_agrees(entry, zone)) {
        Some(agrees) => engine.gate.learn_local_time(&*engine.journal, zone, agrees).await,
        None => Ok(()),
    }
}

/// Records beside a mismatch that the operation's own marker was seen, unless that is recorded already. The operation was
/// applied then; only its sum is wrong.
async fn note_own_entry(engine: &Engine, operation: Operation, reading: &Reading) -> Result<Operation, JournalError> {
    match &reading.own {
        Some(own) if own.first.exact && !operation.trace_seen => {
            engine.append(&operation, Event::Probed { evidence: Evidence::Found(own.first.clone()) }).await
        }
        _ => Ok(operation),
    }
}

/// The balance as the journal keeps it: before, expected, after, explained.
///
/// In one case the whole difference counts as explained: there is no pre-send snapshot, the server did not answer the request,
/// and the operation's own entries moved just the right sum and have no twin. Then entries of others before and after the send
/// can't be told apart, so the rest of the difference is taken for theirs.
///
/// If the accrual waits, the expected balance is the one without it.
fn verified(
    expectation: &Expectation,
    reading: &Reading,
    sent: Option<&SentAttempt>,
    waiting: Waiting,
) -> BalanceVerification {
    let Expectation { effect, before, expected, may_wait } = *expectation;
    if waiting == Waiting::Waits {
        let expected = expectation.while_waiting().and_then(|waiting| waiting.expected);
        let (after, explained) = (Some(reading.after), reading.explained);
        return BalanceVerification { before, expected, after, explained, waits: Some(may_wait) };
    }
    let sent_blindly = sent.is_some_and(|sent| sent.snapshot.is_none() && !sent.answered);
    let own_is_right =
        reading.own.as_ref().is_some_and(|own| own.moved.is_some() && own.moved == effect && !own.has_twin);
    let explained = if sent_blindly && own_is_right {
        expected.and_then(|expected| reading.after.checked_sub(expected))
    } else {
        reading.explained
    };
    BalanceVerification { before, expected, after: Some(reading.after), explained, waits: None }
}

/// Halts the queue until someone has looked at the mismatch.
async fn halt(
    engine: &Engine,
    operation: OperationId,
    mismatch: Mismatch,
    balance: BalanceVerification,
) -> Result<(), JournalError> {
    let Mismatch { cause, sent, changed } = mismatch;
    tracing::error!(%operation, ?cause, "balance mismatch: the queue is halted");
    engine
        .gate
        .close(
            &*engine.journal,
            Halt {
                operation,
                at: engine.host.now(),
                cause,
                sent,
                changed,
                balance,
                entries: Vec::new(),
                sent_at: Vec::new(),
            },
        )
        .await?;
    engine.report_queue().await;
    Ok(())
}

/// If the operation is the canary refill, its balance without a mismatch proves the server's unit, and the refills that wait may go.
///
/// Without a balance before, nothing was proven: the next refill becomes the canary.
async fn settle_canary(engine: &Engine, operation: OperationId, expectation: &Expectation) -> Result<(), JournalError> {
    if engine.gate.unit_confidence() != UnitConfidence::Canary(operation) {
        return Ok(());
    }
    let confidence = if expectation.expected.is_some() { UnitConfidence::Proven } else { UnitConfidence::Unproven };
    engine.gate.set_unit_confidence(&*engine.journal, confidence).await?;
    engine.backlog().release_held(Instant::now());
    engine.wake.notify_one();
    engine.report_queue().await;
    Ok(())
}
