//! The claims, checked against the server's ledger.

use std::collections::{BTreeMap, BTreeSet};

use office::{Event, EventRecord, Journal as _, Kind, Operation, OperationId, Payload, State};
use probonus_sandbox::{
    Books,
    core::{
        ledger::LedgerAccount,
        model::{Applied, AppliedKind},
    },
};

use super::{answers::Counts, operators::World, trouble::Trouble};

/// Claims that hold at every moment.
pub async fn while_running(world: &World) -> Result<(), String> {
    for server in world.servers() {
        if let Some(violation) = server.network.violation() {
            return Err(violation);
        }
        server.sandbox.check()?;
    }
    let operations = world.operations().await?;
    for operation in &operations {
        at_any_time(world, operation, &operations)?;
    }
    Ok(())
}

/// How often an operation was applied. Two returns of one purchase leave equal ledger entries. If such an entry confirmed one of
/// them, although the other was applied, all that both applied counts for the confirmed one.
fn done(world: &World, operation: &Operation, operations: &[Operation]) -> u64 {
    let Payload::ReturnCheck(check) = &operation.payload else { return world.done(operation.id) };
    let is_same_return = |other: &&Operation| {
        other.payload.kind() == Kind::ReturnCheck && other.payload.check_guid() == Some(check.check_guid)
    };
    let same_returns: Vec<&Operation> = operations.iter().filter(is_same_return).collect();
    match same_returns.iter().find(|other| other.state == State::Confirmed && world.done(other.id) == 0) {
        Some(confirmed) if confirmed.id == operation.id => same_returns.iter().map(|other| world.done(other.id)).sum(),
        Some(_) => 0,
        None => world.done(operation.id),
    }
}

/// Whether a later delivery of an earlier edit may have overwritten this edit. Then the record does not show it, and sending
/// it again does no harm.
fn may_be_overwritten(world: &World, operation: &Operation, operations: &[Operation]) -> bool {
    let of_guest = |other: &&Operation| {
        matches!(other.payload, Payload::EditGuest(_)) && other.payload.account() == operation.payload.account()
    };
    matches!(operation.payload, Payload::EditGuest(_))
        && operations.iter().filter(of_guest).any(|other| other.id != operation.id && world.extra(other.id) > 0)
}

fn at_any_time(world: &World, operation: &Operation, operations: &[Operation]) -> Result<(), String> {
    let (id, state) = (operation.id, operation.state);
    let (done, extra) = (done(world, operation, operations), world.extra(id));
    let what = || format!("{:?} {}", operation.payload.kind(), id.short());
    if done > 1 + extra {
        return Err(format!("{} was applied {done} times", what()));
    }
    match state {
        // «Не видна на сервере»: nobody says that it was not applied.
        State::NotApplied if operation.not_seen && world.trouble() == Some(Trouble::StaleReads) => Ok(()),
        State::NotApplied if may_be_overwritten(world, operation, operations) => Ok(()),
        State::Rejected if may_look_refused(world, operation) => Ok(()),
        // The copy and its witness have forgotten the send. That it is not sent again is checked where writes leave.
        State::Prepared if world.trouble() == Some(Trouble::DiskImage) => Ok(()),
        // Its balance tells, by the end; see `hollow_success_is_reported`.
        State::Confirmed if done == 0 && may_be_hollow(world, operation) => Ok(()),
        State::Confirmed if done == 0 && !is_of_second_pc(world, operation) => {
            Err(format!("{} is confirmed and was never applied", what()))
        }
        State::Rejected | State::Cancelled | State::Prepared | State::NotApplied if done > extra => {
            Err(format!("{} is {state:?} and was applied", what()))
        }
        _ => Ok(()),
    }
}

/// Whether the probe after a refusal may miss that the operation was applied. Without markers, or after a jump of the server's
/// clock, its entry may look like another's.
fn may_look_refused(world: &World, operation: &Operation) -> bool {
    let network = &world.server_of(operation).network;
    let is_blurred = network.profile().hides_markers || network.faults().contains_key("server's clock jumps");
    network.is_denied(operation.id) && operation.payload.moves_money() && is_blurred
}

/// Whether "done" is all that the server said of a money operation, and nothing else could tell yet that it is not.
fn may_be_hollow(world: &World, operation: &Operation) -> bool {
    world.trouble() == Some(Trouble::HollowAnswers) && operation.payload.moves_money()
}

/// Whether the server has a purchase with this GUID and a second PC entered the same receipts. Then the entry of either PC may have
/// confirmed it.
fn is_of_second_pc(world: &World, operation: &Operation) -> bool {
    let guid = operation.payload.check_guid().filter(|_| operation.payload.kind() == Kind::RegisterCheck);
    world.trouble() == Some(Trouble::SecondPc)
        && guid.is_some_and(|guid| world.server_of(operation).sandbox.ledger().registered(guid.as_uuid()) > 0)
}

/// Claims that hold at the end, after every operation had time to end.
pub async fn at_the_end(world: &World) -> Result<(), String> {
    while_running(world).await?;
    let operations = world.operations().await?;
    let ids: BTreeSet<_> = operations.iter().map(|operation| operation.id).collect();
    if let Some(lost) = world.accepted().into_iter().find(|id| !ids.contains(id)) {
        return Err(format!("{} was accepted, and the journal does not know it", lost.short()));
    }
    if let Some(stranger) = world.servers().flat_map(|server| server.network.owners()).find(|id| !ids.contains(id)) {
        return Err(format!("{} was sent, and the journal does not know it", stranger.short()));
    }
    let journal = world.disk.journal().map_err(|error| error.to_string())?;
    let (mut proofs, mut guids) = (BTreeSet::new(), BTreeSet::new());
    for operation in &operations {
        let what = format!("{:?} {}", operation.payload.kind(), operation.id.short());
        let story = journal.story(operation.id).await.map_err(|error| error.to_string())?;
        if !operation.state.is_final() {
            return Err(format!("{what} never ended: it is {:?}", operation.state));
        }
        if operation.state == State::NotApplied
            && done(world, operation, &operations) > 0
            && !may_be_overwritten(world, operation, &operations)
        {
            return Err(format!("{what} arrived very late, and nobody noticed"));
        }
        // New guests and edits leave no entry. Without markers, or after a jump of the server's clock, an entry may look like
        // another's.
        let network = &world.server_of(operation).network;
        let can_be_found = operation.payload.moves_money()
            && !network.profile().hides_markers
            && !network.faults().contains_key("server's clock jumps");
        if operation.state == State::Rejected && can_be_found && done(world, operation, &operations) > 0 {
            return Err(format!("{what} was applied and denied, and nobody noticed"));
        }
        if !world.matches_form(operation.id, &operation.payload) {
            return Err(format!("{what} is not what was typed: {:?}", operation.payload));
        }
        if operation.proof.as_ref().is_some_and(|proof| !proofs.insert((&operation.server, proof))) {
            return Err(format!("the entry that proves {what} proves another"));
        }
        if let Payload::RegisterCheck(check) = &operation.payload
            && !guids.insert(check.check_guid)
        {
            return Err(format!("the GUID of {what} is active twice"));
        }
        if operation.state == State::Confirmed {
            hollow_success_is_reported(world, operation, &operations, &story)
                .map_err(|why| format!("{what}: {why}"))?;
            let books = world.server_of(operation).sandbox.ledger();
            sums(world, operation, &books)
                .and_then(|()| balance(world, operation, &story, &books))
                .map_err(|why| format!("{what}: {why}"))?;
        }
    }
    late_repeats_are_reported(world, &operations).await?;
    match journal.check().await {
        Ok(health) if health.is_well() => Ok(()),
        Ok(health) => Err(format!("the journal is damaged: {health:?}")),
        Err(error) => Err(format!("the journal can't be checked: {error}")),
    }
}

/// What was called done and was not is reported by the balance verification. What moves no balance shows nothing.
fn hollow_success_is_reported(
    world: &World,
    operation: &Operation,
    operations: &[Operation],
    story: &[EventRecord],
) -> Result<(), String> {
    let moves = operation.balance.expected.zip(operation.balance.before).is_some_and(|(after, before)| after != before);
    let is_reported = story.iter().any(|record| matches!(record.event, Event::BalanceRead { mismatch: true, .. }));
    if may_be_hollow(world, operation) && moves && !is_reported && done(world, operation, operations) == 0 {
        return Err("it was never applied, and the verification did not notice".to_owned());
    }
    Ok(())
}

/// Claims at the end about the servers: they did nothing that no journal knows. If two PCs registered one receipt, one of them reports
/// it: for one guest by the guest's entries, for two guests once somebody has opened the card of the other guest.
pub async fn of_servers(world: &World, second: Option<&World>) -> Result<(), String> {
    let mut operations = world.operations().await?;
    let Some(second) = second else {
        return world.servers().try_for_each(|server| {
            let made_for_it = |one: &&Operation| one.server.as_deref() == Some(server.address);
            let of_server: Vec<Operation> = operations.iter().filter(made_for_it).cloned().collect();
            server_did_nothing_unknown(&of_server, &server.sandbox.ledger(), |id| server.network.is_denied(id))
        });
    };
    let of_second = second.operations().await?;
    let books = world.home.sandbox.ledger();
    for ours in operations.iter().filter(|ours| ours.payload.kind() == Kind::RegisterCheck && world.done(ours.id) > 0) {
        let same = of_second.iter().find(|theirs| {
            theirs.payload.kind() == Kind::RegisterCheck
                && theirs.payload.check_guid() == ours.payload.check_guid()
                && second.done(theirs.id) > 0
        });
        let Some(theirs) = same else { continue };
        let is_one_guest = theirs.payload.account() == ours.payload.account();
        // A return undoes the purchases of all guests that have its GUID.
        if !is_one_guest && is_returned(ours, &books) {
            continue;
        }
        if !is_reported(world, ours, &operations).await? && !is_reported(second, theirs, &of_second).await? {
            let guests = if is_one_guest { "one guest" } else { "two guests" };
            let id = ours.id.short();
            return Err(format!("{id} was registered by two PCs for {guests}, and nobody was told"));
        }
    }
    operations.extend(of_second);
    server_did_nothing_unknown(&operations, &books, |_| false)
}

/// Whether a return with the GUID of a purchase was applied.
fn is_returned(purchase: &Operation, books: &Books) -> bool {
    let guid = purchase.payload.check_guid().map(|guid| guid.as_uuid());
    books.requests().any(|applied| applied.kind == AppliedKind::Return && applied.guid == guid)
}

/// Whether it was reported that an operation was applied more than once: as such, or as a balance mismatch of its account.
async fn is_reported(world: &World, doubled: &Operation, operations: &[Operation]) -> Result<bool, String> {
    let journal = world.disk.journal().map_err(|error| error.to_string())?;
    for other in operations.iter().filter(|other| other.payload.account() == doubled.payload.account()) {
        let story = journal.story(other.id).await.map_err(|error| error.to_string())?;
        let tells = |event: &Event| {
            matches!(event, Event::BalanceRead { mismatch: true, .. })
                || (other.id == doubled.id && matches!(event, Event::Repeated { .. }))
        };
        if story.iter().any(|record| tells(&record.event)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A repeat long after the answer is reported by the end; see [`is_reported`].
async fn late_repeats_are_reported(world: &World, operations: &[Operation]) -> Result<(), String> {
    // Without markers only the balance shows it, and a later operation may take the repeat as part of the balance before it.
    let profile = world.home.network.profile();
    if profile.trouble != Some(Trouble::RepeatsAfter70) || profile.hides_markers {
        return Ok(());
    }
    let is_doubled = |operation: &&Operation| {
        matches!(operation.payload.kind(), Kind::Refill | Kind::RegisterCheck) && world.done(operation.id) > 1
    };
    for doubled in operations.iter().filter(is_doubled) {
        if !is_reported(world, doubled, operations).await? {
            return Err(format!(
                "{:?} {} was repeated, and nobody was told",
                doubled.payload.kind(),
                doubled.id.short()
            ));
        }
    }
    Ok(())
}

/// The server's writes that carry an operation's correlation marker.
fn applied_for<'a>(books: &'a Books, operation: &Operation) -> Vec<&'a Applied> {
    let of_kind = |kind| books.requests().filter(move |applied| applied.kind == kind);
    match &operation.payload {
        Payload::Refill(_) => {
            let mark = operation.id.short();
            of_kind(AppliedKind::Refill).filter(|a| a.text.as_ref().is_some_and(|text| text.contains(&mark))).collect()
        }
        Payload::RegisterCheck(check) => {
            of_kind(AppliedKind::Register).filter(|a| a.guid == Some(check.check_guid.as_uuid())).collect()
        }
        Payload::ReturnCheck(check) => {
            of_kind(AppliedKind::Return).filter(|a| a.guid == Some(check.check_guid.as_uuid())).collect()
        }
        Payload::CreateGuest(new) => {
            let created = books.phones.get(new.phone.digits());
            of_kind(AppliedKind::Insert).filter(|a| Some(&a.account) == created).collect()
        }
        // The ledger does not distinguish edits.
        Payload::EditGuest(_) => Vec::new(),
    }
}

/// The server moved the sum that was sent.
fn sums(world: &World, operation: &Operation, books: &Books) -> Result<(), String> {
    let ours = match &operation.payload {
        Payload::Refill(refill) => world.home.network.profile().counts.of(refill.sum.get()),
        Payload::RegisterCheck(check) => check.bonus_accrued.get() - check.bonus_spent.get(),
        // The server decides what a return gives back, and what a template grants.
        _ => return Ok(()),
    };
    let applied = applied_for(books, operation);
    // With two PCs the ledger does not show which of them registered a receipt, and each may type other sums for one number.
    if is_of_second_pc(world, operation) && applied.len() as u64 > world.done(operation.id) {
        let as_sent = applied.iter().filter(|applied| applied.sum + applied.awaits == ours).count() as u64;
        return if as_sent >= world.done(operation.id) {
            Ok(())
        } else {
            Err(format!("it was sent {} times, and registered so {as_sent} times", world.done(operation.id)))
        };
    }
    if applied.len() as u64 != world.done(operation.id) {
        return Err(format!("the ledger has it {} times, the wire saw it {}", applied.len(), world.done(operation.id)));
    }
    // A waiting accrual is added on its day.
    match applied.iter().find(|applied| applied.sum + applied.awaits != ours) {
        Some(applied) => Err(format!("the server moved {}, the journal says {ours}", applied.sum)),
        None => Ok(()),
    }
}

/// The balance before and after are balances that the server had. They agree with the sum sent, or a mismatch was reported.
fn balance(world: &World, operation: &Operation, story: &[EventRecord], books: &Books) -> Result<(), String> {
    let verification = operation.balance;
    let Some(account) = operation.payload.account().and_then(|account| account.as_str().parse().ok()) else {
        return Ok(());
    };
    let was = balances_of(books, account);
    for (name, reported) in [("before", verification.before), ("after", verification.after)] {
        if reported.is_some_and(|reported| !was.contains(&reported.get())) {
            return Err(format!("the balance {name} it was never so: {reported:?}"));
        }
    }
    let is_money = !matches!(operation.payload, Payload::EditGuest(_) | Payload::CreateGuest(_));
    let Some(before) = verification.before.filter(|_| is_money) else { return Ok(()) };
    let Some(after) = verification.after else { return Err("its balance was never read again".to_owned()) };
    // An earlier attempt that did nothing may have been called done; see `hollow_success_is_reported`.
    let attempt = story.iter().rev().take_while(|record| !matches!(record.event, Event::Sending { .. }));
    let mismatched =
        attempt.into_iter().any(|record| matches!(record.event, Event::BalanceRead { mismatch: true, .. }));
    let network = &world.server_of(operation).network;
    let counted_right = network.profile().counts == Counts::Right || !matches!(operation.payload, Payload::Refill(_));
    // A return undoes every purchase with its GUID: twice, if the network delivered the purchase twice.
    let purchases = operation.payload.check_guid().map_or(1, |guid| books.registered(guid.as_uuid()));
    let once = world.done(operation.id) == 1 && purchases == 1;
    let moved = verification.expected.is_some_and(|expected| expected != before);
    if !mismatched && moved && (!counted_right || network.delivered_twice_at_once(operation.id)) {
        return Err(format!("the server moved another sum, and the verification did not notice: {verification:?}"));
    }
    // If a clock jumped between two readings, earlier entries may look like later ones.
    let clocks_stood = !network.faults().contains_key("server's clock jumps");
    // An old balance lacks what was done, an entry without its marker may be anybody's, and all entries are new after an empty list.
    let blurs = [Trouble::StaleReads, Trouble::VanishingComments, Trouble::EmptiedReads];
    let is_blurred = world.trouble().is_some_and(|trouble| blurs.contains(&trouble));
    // Its purchase was called done and was not, so the return was sent before the purchase, and the purchase is new to it.
    let is_return = operation.payload.kind() == Kind::ReturnCheck;
    let is_blurred = is_blurred || (is_return && world.trouble() == Some(Trouble::HollowAnswers));
    // A part of the purchase was returned before: the return of the rest moves less than the whole purchase did.
    let is_blurred = is_blurred || (is_return && world.trouble() == Some(Trouble::PartialReturns));
    // What arrived after it was taken for not applied is compared with the balance before its send. Three entries do not reach back to
    // then, so what others moved meanwhile is not listed.
    let is_given_up = |record: &EventRecord| matches!(record.event, Event::Reconciled { state: State::NotApplied, .. });
    let is_blurred = is_blurred || (world.trouble() == Some(Trouble::FewEntries) && story.iter().any(is_given_up));
    // Whose turnover could not be read before the send, an operator decides. Nothing then tells that its accrual waits.
    let is_decided = |record: &EventRecord| matches!(record.event, Event::Decided { state: State::Confirmed, .. });
    let is_blurred = is_blurred || (world.trouble() == Some(Trouble::HiddenAccruals) && story.iter().any(is_decided));
    if mismatched && counted_right && once && clocks_stood && !network.profile().hides_markers && !is_blurred {
        return Err(format!("a mismatch was reported without cause: {verification:?}"));
    }
    if once && operation.times_applied.is_some() {
        return Err("it is reported as applied twice, and was applied once".to_owned());
    }
    if let (Payload::Refill(_), Some(expected), false) = (&operation.payload, verification.expected, mismatched) {
        let explained = verification.explained.map_or(0, |sum| sum.get());
        if after != expected && after.get() != expected.get() + explained {
            return Err(format!("before and after disagree: {verification:?}"));
        }
    }
    Ok(())
}

/// All balances that an account had.
fn balances_of(books: &Books, account: i64) -> BTreeSet<i64> {
    let mut balance = 0;
    let moves = books.entries.iter().map(|entry| {
        let of_account = entry.postings.iter().filter(|(whose, _)| *whose == LedgerAccount::Guest(account));
        balance += of_account.map(|(_, sum)| sum).sum::<i64>();
        balance
    });
    std::iter::once(0).chain(moves.collect::<Vec<_>>()).collect()
}

/// Every write that the server applied for the office belongs to a confirmed operation, or is a duplicate of one.
///
/// `is_denied`: an answer said that it was refused. For such an operation, other claims say what must be found.
fn server_did_nothing_unknown(
    operations: &[Operation],
    books: &Books,
    is_denied: impl Fn(OperationId) -> bool,
) -> Result<(), String> {
    let mut owners: BTreeMap<u64, bool> = BTreeMap::new();
    for operation in operations {
        for applied in applied_for(books, operation) {
            let is_known = operation.state == State::Confirmed || operation.attempts > 1 || is_denied(operation.id);
            *owners.entry(applied.number).or_default() |= is_known;
        }
    }
    let is_ours = |applied: &&Applied| match applied.kind {
        AppliedKind::Refill => applied.text.as_ref().is_some_and(|text| text.starts_with('#')),
        AppliedKind::Register | AppliedKind::Return => true,
        AppliedKind::Insert => {
            books.phones.iter().any(|(phone, id)| *id == applied.account && phone.starts_with("7913"))
        }
        AppliedKind::Update => false,
    };
    match books.requests().filter(is_ours).find(|applied| !owners.get(&applied.number).copied().unwrap_or(false)) {
        Some(applied) => Err(format!("the server did what no confirmed operation stands for: {applied:?}")),
        None => Ok(()),
    }
}
