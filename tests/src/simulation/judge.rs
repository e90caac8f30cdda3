//! The claims, checked against what really happened on the server.

use std::{collections::BTreeMap, fmt};

use office::{Kind, Operation, OperationId, Payload, State};
use probonus_sandbox::{
    Books, Sandbox,
    core::model::{Applied, AppliedKind},
};

/// A claim that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// Applied more often than the network delivered it.
    AppliedTwice(OperationId, String),
    /// Confirmed, and the server knows nothing of it.
    ConfirmedNotApplied(OperationId, String),
    /// Called refused, cancelled or not applied, and the server did it.
    DeniedButApplied(OperationId, String),
    /// The journal does not know what it accepted.
    Lost(OperationId),
    /// Turned away, and the server did it.
    RefusedButApplied(OperationId),
    /// Its fate was not known after days of calm.
    NeverEnded(OperationId, State),
    /// Two operations are proven by one row.
    OneProofForTwo(String),
    /// Two purchases carry one GUID.
    GuidTwice(OperationId),
    /// An account's balance is not what the journal's confirmed operations make it.
    BalanceDiffers {
        /// The account.
        account: i64,
        /// By the journal, kopecks.
        journal: i64,
        /// By the server, kopecks.
        server: i64,
    },
    /// The server's own books disagree.
    Books(String),
    /// The program could not be opened, or an operation of its own failed in a way that no storm explains.
    Broken(String),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// The writes that the server applied for an operation.
pub fn applied_for<'a>(books: &'a Books, operation: &Operation) -> Vec<&'a Applied> {
    let of_kind = |kind| books.applied.iter().filter(move |applied| applied.kind == kind);
    match &operation.payload {
        Payload::Refill(_) => {
            let mark = operation.id.short();
            of_kind(AppliedKind::Refill).filter(|a| a.text.as_ref().is_some_and(|t| t.contains(&mark))).collect()
        }
        Payload::RegisterCheck(check) => {
            of_kind(AppliedKind::Register).filter(|a| a.guid == Some(check.check_guid.as_uuid())).collect()
        }
        Payload::ReturnCheck(check) => {
            of_kind(AppliedKind::Return).filter(|a| a.guid == Some(check.check_guid.as_uuid())).collect()
        }
        Payload::CreateGuest(account) => {
            let created = books.phones.get(account.phone.digits());
            of_kind(AppliedKind::Insert).filter(|a| Some(&a.account) == created).collect()
        }
        // An update is not counted: to send the same record twice does nothing the second time.
        Payload::EditGuest(_) => Vec::new(),
    }
}

/// What must hold at every moment.
pub fn while_running(
    sandbox: &Sandbox,
    operations: &[Operation],
    delivered_again: impl Fn(&str) -> u64,
) -> Result<(), Violation> {
    sandbox.check().map_err(Violation::Books)?;
    let books = sandbox.ledger();
    for operation in operations {
        let applied = applied_for(&books, operation);
        let allowed = 1 + delivered_again(&mark(operation));
        // An attempt to create a guest may find one that another attempt created: the server itself refuses a second.
        if applied.len() as u64 > allowed {
            return Err(Violation::AppliedTwice(operation.id, format!("{applied:?}")));
        }
        if operation.state == State::Confirmed && applied.is_empty() && operation.payload.kind() != Kind::EditGuest {
            return Err(Violation::ConfirmedNotApplied(operation.id, format!("{:?}", operation.payload)));
        }
    }
    Ok(())
}

/// What must hold when the storm is over and everything had its time.
pub fn at_the_end(
    sandbox: &Sandbox,
    operations: &[Operation],
    accepted: &[OperationId],
    turned_away: &[OperationId],
    opening: &BTreeMap<i64, i64>,
    delivered_again: impl Fn(&str) -> u64,
) -> Result<(), Violation> {
    while_running(sandbox, operations, &delivered_again)?;
    let books = sandbox.ledger();
    let by_id: BTreeMap<OperationId, &Operation> = operations.iter().map(|o| (o.id, o)).collect();
    for id in accepted {
        if !by_id.contains_key(id) {
            return Err(Violation::Lost(*id));
        }
    }
    for id in turned_away.iter().filter(|id| !by_id.contains_key(id)) {
        let marks = [id.short(), id.to_string()];
        let seen = books.applied.iter().any(|applied| {
            applied.guid == Some(id.0)
                || applied.text.as_ref().is_some_and(|text| marks.iter().any(|mark| text.contains(mark)))
        });
        if seen {
            return Err(Violation::RefusedButApplied(*id));
        }
    }
    let (mut proofs, mut guids) = (BTreeMap::new(), BTreeMap::new());
    for operation in operations {
        if !operation.state.is_final() {
            return Err(Violation::NeverEnded(operation.id, operation.state));
        }
        if let Some(proof) = &operation.proof
            && proofs.insert(proof.clone(), operation.id).is_some()
        {
            return Err(Violation::OneProofForTwo(proof.clone()));
        }
        if let Payload::RegisterCheck(check) = &operation.payload
            && guids.insert(check.check_guid, operation.id).is_some()
        {
            return Err(Violation::GuidTwice(operation.id));
        }
        denied(&books, operations, operation)?;
    }
    balances(&books, operations, opening, delivered_again)
}

/// What was refused, cancelled or not applied must not be there. A guest or a return may be there by another operation.
fn denied(books: &Books, operations: &[Operation], operation: &Operation) -> Result<(), Violation> {
    if operation.state == State::Confirmed {
        return Ok(());
    }
    let applied = applied_for(books, operation);
    let by_another = operations.iter().any(|other| {
        other.id != operation.id
            && other.state == State::Confirmed
            && match (&operation.payload, &other.payload) {
                (Payload::CreateGuest(a), Payload::CreateGuest(b)) => a.phone == b.phone,
                (Payload::ReturnCheck(a), Payload::ReturnCheck(b)) => a.check_guid == b.check_guid,
                _ => false,
            }
    });
    if applied.is_empty() || by_another {
        return Ok(());
    }
    Err(Violation::DeniedButApplied(operation.id, format!("{:?}: {applied:?}", operation.state)))
}

/// Account by account: the opening balance and what the journal confirms make the server's balance.
fn balances(
    books: &Books,
    operations: &[Operation],
    opening: &BTreeMap<i64, i64>,
    delivered_again: impl Fn(&str) -> u64,
) -> Result<(), Violation> {
    let mut by_journal = opening.clone();
    for operation in operations.iter().filter(|operation| operation.state == State::Confirmed) {
        let again = delivered_again(&mark(operation));
        for applied in applied_for(books, operation) {
            // What a return gives back, and a template welcomes with, is the server's to say; what we sent is ours.
            let ours = match &operation.payload {
                Payload::Refill(refill) => refill.sum.get(),
                Payload::RegisterCheck(check) => check.bonus_accrued.get() - check.bonus_spent.get(),
                _ => applied.sum,
            };
            if again == 0 && applied.sum != ours {
                return Err(Violation::BalanceDiffers { account: applied.account, journal: ours, server: applied.sum });
            }
            *by_journal.entry(applied.account).or_default() += applied.sum;
        }
    }
    for (account, journal) in by_journal {
        let server = books.balance(account);
        if server != journal {
            return Err(Violation::BalanceDiffers { account, journal, server });
        }
    }
    Ok(())
}

/// What of an operation is seen in the body of its request.
fn mark(operation: &Operation) -> String {
    match &operation.payload {
        Payload::RegisterCheck(check) => check.check_guid.to_string(),
        Payload::ReturnCheck(check) => check.check_guid.to_string(),
        Payload::CreateGuest(account) => account.phone.digits().to_owned(),
        Payload::Refill(_) | Payload::EditGuest(_) => operation.id.short(),
    }
}
