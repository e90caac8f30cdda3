//! Compares the journal with the server's ledger.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::bail;
use office::journal::sqlite::{Options, SqliteJournal};
use office::journal::{Filter, Journal as _, JournalError, PageRequest};
use office::{Kind, Operation, State};
use probonus_sandbox::Books as Ledger;
use probonus_sandbox::core::model::{Applied, AppliedKind};

use super::{Desk, Result, Server};

/// Journal and ledger, read at one moment while the program does not run.
pub struct Books {
    /// Every operation of the journal.
    pub journal: Vec<Operation>,
    /// The server's ledger.
    pub ledger: Ledger,
}

impl Books {
    /// Reads the live journal of this desk (no operations if there is no file yet) and the ledger of this server.
    pub async fn read(desk: &Desk, server: &Server) -> Result<Self> {
        server.check().await?;
        let path = desk.journal();
        let journal = if path.exists() { operations_of(&path).await? } else { Vec::new() };
        Ok(Self { journal, ledger: server.books().await? })
    }

    /// Fails if the two differ.
    pub fn agree(&self) -> Result {
        let disagreements = compare(&self.journal, &self.ledger);
        if disagreements.is_empty() {
            return Ok(());
        }
        bail!("the journal and the server's ledger disagree:\n{}", disagreements.join("\n"))
    }
}

/// Opens a journal. Waits until the program that was closed has released its lock.
pub(crate) async fn journal_at(path: &Path) -> Result<SqliteJournal> {
    let patience = tokio::time::Instant::now() + Duration::from_secs(30);
    loop {
        match SqliteJournal::open(Options::new(path)) {
            Err(JournalError::Locked) if tokio::time::Instant::now() < patience => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            opened => return Ok(opened?),
        }
    }
}

/// Every operation of a journal, the newest first.
pub(crate) async fn operations_of(path: &Path) -> Result<Vec<Operation>> {
    let journal = journal_at(path).await?;
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = journal.list(&Filter::default(), PageRequest { after, size: 500 }).await?;
        all.extend(page.rows);
        after = page.next;
        if after.is_none() {
            return Ok(all);
        }
    }
}

/// All differences: applied and not in the journal, Confirmed and not applied, applied twice, applied with another sum.
pub fn compare(journal: &[Operation], ledger: &Ledger) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut explained: BTreeMap<u64, String> = BTreeMap::new();
    for operation in journal {
        let done: Vec<&Applied> = ledger.requests().filter(|applied| is_of(operation, applied)).collect();
        let name = format!("{:?} {} ({:?})", operation.payload.kind(), operation.id, operation.state);
        match (operation.state, done.as_slice()) {
            (State::Confirmed, []) => wrong.push(format!("{name}: the server did not do it")),
            (State::Confirmed, [_]) if twins(journal, operation) > 0 => {
                wrong.push(format!("{name}: the server did it once, and another operation claims it too"));
            }
            (State::Confirmed | State::Unknown | State::Sending, [once]) => {
                // An accrual that waits for its day moves the account later.
                let moves = once.sum + once.awaits;
                if let Some(sum) = sum_of(operation)
                    && moves != sum
                {
                    wrong.push(format!("{name}: {sum} kopecks were sent, the account moves by {moves}"));
                }
            }
            (_, []) => {}
            // An edit carries no mark of its own, so several edits of one account are told apart by their number below.
            (_, [_, ..]) if operation.payload.kind() == Kind::EditGuest => {}
            (State::Confirmed | State::Unknown | State::Sending, many) => {
                wrong.push(format!("{name}: the server did it {} times", many.len()));
            }
            // A return that was proven not applied may be made anew, and bears its purchase's GUID again.
            (_, done) if done.len() <= twins(journal, operation) => {}
            (_, _) => wrong.push(format!("{name}: the server did it all the same")),
        }
        explained.extend(done.iter().map(|applied| (applied.number, name.clone())));
    }
    for stranger in ledger.requests().filter(|applied| !explained.contains_key(&applied.number)) {
        wrong.push(format!("the server did what the journal does not know: {stranger:?}"));
    }
    let edits =
        journal.iter().filter(|one| one.payload.kind() == Kind::EditGuest && one.state == State::Confirmed).count();
    let updates = ledger.requests().filter(|applied| applied.kind == AppliedKind::Update).count();
    if edits != updates {
        wrong.push(format!("{edits} edits were confirmed, the server did {updates}"));
    }
    wrong
}

/// How many other operations have the same correlation marker. The ledger can't tell them apart.
fn twins(journal: &[Operation], operation: &Operation) -> usize {
    let guid = operation.payload.check_guid();
    let is_twin = |other: &&Operation| {
        let same_purchase = other.payload.kind() == operation.payload.kind() && other.payload.check_guid() == guid;
        let active = matches!(other.state, State::Confirmed | State::Unknown | State::Sending);
        guid.is_some() && other.id != operation.id && same_purchase && active
    };
    journal.iter().filter(is_twin).count()
}

/// Whether a ledger entry carries the correlation marker of this operation.
fn is_of(operation: &Operation, applied: &Applied) -> bool {
    let guid = operation.payload.check_guid().map(probonus::CheckGuid::as_uuid);
    let on_account =
        operation.subject.account.as_ref().is_some_and(|account| account.as_str() == applied.account.to_string());
    match (operation.payload.kind(), applied.kind) {
        (Kind::CreateGuest, AppliedKind::Insert) | (Kind::EditGuest, AppliedKind::Update) => on_account,
        (Kind::Refill, AppliedKind::Refill) => {
            applied.text.as_ref().is_some_and(|text| text.contains(&operation.id.short()))
        }
        (Kind::RegisterCheck, AppliedKind::Register) | (Kind::ReturnCheck, AppliedKind::Return) => guid == applied.guid,
        _ => false,
    }
}

/// The expected change of the balance, kopecks; `None` where the operation alone does not decide it.
fn sum_of(operation: &Operation) -> Option<i64> {
    match &operation.payload {
        office::Payload::Refill(refill) => Some(refill.sum.get()),
        office::Payload::RegisterCheck(check) => Some(check.bonus_accrued.get() - check.bonus_spent.get()),
        _ => None,
    }
}
