//! Accruals that wait for their day: when a balance without the accrual is no mismatch.

use jiff::Timestamp;
use probonus::{AccountId, Error, Kopecks, Method, TransactionKind};

use crate::{
    core::engine::Engine,
    journal::port::{Filter, PageRequest},
    ledger::{entry::repeat_count, reading::read_account, sent_attempt::SentAttempt},
    model::{kinds::Kind, operation::Operation},
    verify::{
        expectation::Expectation,
        explanation::{OwnSummary, Reading},
    },
};

/// Purchases of an account that are read, the newest.
const PURCHASES_READ: u32 = 20;

/// What the server tells of an accrual that is missing in the balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// It waits: the balance without it is the expected one.
    Waits,
    /// The guest's turnover says that the purchase was counted this many times, two or three.
    Counted(u32),
    /// The balance in detail lists what waits, and less than this accrual: the server has left it out.
    LeftOut,
    /// Nothing tells of it, or nothing is missing.
    NotReported,
}

/// Tells whether the accrual waits, if the balance is exactly the one without it.
///
/// The balance alone can't tell. Example: a purchase accrues 50.00 and spends 100.00. A change of −100.00 means that the
/// accrual waits, or that the purchase was applied twice (2 × −50.00). So one of these must confirm that it waits:
///
/// | what confirms it | example |
/// |---|---|
/// | own entries, see [`own_entries_tell`] | «Чек (будет начислено)» 50.00 |
/// | no own entry is listed, and the guest's turnover rose by the sum paid at least | a server that lists an accrual on its day only |
/// | no own entry is listed, and the purchase was returned since | the return has taken the turnover back, which would tell |
/// | no own entry is listed, no turnover is known, and the balance lists a waiting part of exactly that sum | |
///
/// A payment that is listed alone confirms it only if the balance in detail does not say the opposite ([`Waiting::LeftOut`]). Example: a
/// server was upgraded and ignores the field of the accrual; it takes 10.00, and nothing waits.
///
/// The last three hold for a purchase that spends no bonuses. A turnover that rose by two or three times the sum paid tells the
/// opposite: [`Waiting::Counted`].
pub async fn find_waiting(
    engine: &Engine,
    operation: &Operation,
    expectation: &Expectation,
    reading: &Reading,
    sent: Option<&SentAttempt>,
) -> Result<Waiting, Error> {
    if expectation.expected.is_none() || expectation.is_met(reading.after, reading.explained) {
        return Ok(Waiting::NotReported);
    }
    let waiting = match expectation.while_waiting() {
        Some(waiting) if waiting.is_met(reading.after, reading.explained) => waiting,
        _ => return Ok(Waiting::NotReported),
    };
    match &reading.own {
        Some(own) if own_entries_tell(expectation, &waiting, own) => {
            let is_listed_later = own.waits == Some(Kopecks::ZERO) && own.moved == waiting.effect;
            let is_left_out = is_listed_later && leaves_out(engine, operation, expectation.may_wait).await;
            Ok(if is_left_out { Waiting::LeftOut } else { Waiting::Waits })
        }
        Some(_) => Ok(Waiting::NotReported),
        None => ask_server(engine, operation, sent).await,
    }
}

/// Whether the operation's own entries tell that the accrual waits. `waiting`: the expectation without the accrual.
///
/// | purchase | own entries | do they tell it |
/// |---|---|---|
/// | accrues 45.00, spends 100.00 | −100.00, and 45.00 that wait | yes |
/// | the same | −100.00 alone | yes: the accrual is listed on its day |
/// | the same | +45.00 and −100.00 | yes: the balance follows later |
/// | accrues 50.00, spends nothing | an accrual of 0.00 | no: the server accrued nothing, for example beyond a daily limit |
/// | accrues 50.00, spends 100.00 | +50.00 and −100.00 | no: the balance lost 100.00, which is also twice the effect |
/// | any | two of one sum and kind | no: it may have been applied twice |
pub fn own_entries_tell(expectation: &Expectation, waiting: &Expectation, own: &OwnSummary) -> bool {
    let is_repeated = repeat_count(&own.entries.iter().collect::<Vec<_>>()) > 1;
    let accrued_nothing = own.entries.iter().map(|entry| &entry.transaction);
    let accrued_nothing =
        accrued_nothing.into_iter().any(|row| row.kind == TransactionKind::Accrual && row.sum == Kopecks::ZERO);
    if is_repeated || own.has_twin || accrued_nothing {
        return false;
    }
    let twice = expectation.effect.and_then(|effect| effect.checked_add(effect));
    let is_said = own.waits == Some(expectation.may_wait) && own.moved == waiting.effect;
    let is_listed_later = own.waits == Some(Kopecks::ZERO) && own.moved == waiting.effect;
    let is_listed_already = own.moved == expectation.effect && twice != waiting.effect;
    is_said || is_listed_later || is_listed_already
}

/// Whether the balance in detail tells what waits, and less than `accrual`. `false` if it can't be read.
async fn leaves_out(engine: &Engine, operation: &Operation, accrual: Kopecks) -> bool {
    let Some(id) = operation.payload.account() else { return false };
    if engine.loyalty.unsupported(Method::BalanceExtended).is_some() {
        return false;
    }
    let Ok(detail) = engine.loyalty.balance(id).await else { return false };
    let sum = detail.waiting.iter().map(|part| part.sum).try_fold(Kopecks::ZERO, Kopecks::checked_add);
    detail.tells_waiting && detail.unread_parts == 0 && sum.is_some_and(|sum| sum.get() < accrual.get())
}

/// Asks the server for the traces of a purchase that moved no balance: the guest's turnover, else the parts that wait.
async fn ask_server(engine: &Engine, operation: &Operation, sent: Option<&SentAttempt>) -> Result<Waiting, Error> {
    let payload = &operation.payload;
    let (Some(paid), Some(id), Some(phone)) =
        (payload.rules().turnover_without_balance(), payload.account(), operation.subject.phone.as_ref())
    else {
        return Ok(Waiting::NotReported);
    };
    if operation.returned_by.is_some() {
        // Its return has taken the turnover back, and with it what would tell. Purchase and return together move nothing.
        return Ok(Waiting::Waits);
    }
    let account = read_account(engine, phone, id).await?;
    let turnover = account.and_then(|account| account.turnover);
    if let Some((sent, before, after)) = sent.and_then(|sent| Some((sent, sent.turnover?, turnover?))) {
        let told = after.checked_sub(before).map_or(Waiting::NotReported, |rise| told_by_rise(paid, rise));
        // The turnover of two purchases over the same sum has risen by twice the sum as well.
        let is_shared =
            matches!(told, Waiting::Counted(_)) && has_purchase_of_same_sum(engine, operation, id, sent.at).await;
        return Ok(if is_shared { Waiting::Waits } else { told });
    }
    if engine.loyalty.unsupported(Method::BalanceExtended).is_some() {
        return Ok(Waiting::NotReported);
    }
    let detail = engine.loyalty.balance(id).await?;
    let is_reported = detail.waiting.iter().any(|part| part.sum == payload.rules().may_wait(None));
    Ok(if is_reported { Waiting::Waits } else { Waiting::NotReported })
}

/// Whether the journal has another purchase of the account over the same sum that may have been applied since `moment`, or can't be
/// read.
async fn has_purchase_of_same_sum(
    engine: &Engine,
    operation: &Operation,
    account: &AccountId,
    moment: Timestamp,
) -> bool {
    let filter = Filter { kinds: vec![Kind::RegisterCheck], account: Some(account.clone()), ..Filter::default() };
    let Ok(page) = engine.journal.list(&filter, PageRequest { after: None, size: PURCHASES_READ }).await else {
        return true;
    };
    let may_be_since = |other: &Operation| other.id != operation.id && other.attempts > 0 && other.updated_at >= moment;
    let is_of_same_sum = |other: &Operation| other.payload.headline_sum() == operation.payload.headline_sum();
    page.rows.iter().any(|other| may_be_since(other) && is_of_same_sum(other))
}

/// What a rise of the guest's turnover tells of a purchase over `paid`. Example: a rise by 10.00 is another purchase's, and tells
/// nothing of one over 500.00.
fn told_by_rise(paid: Kopecks, rise: Kopecks) -> Waiting {
    if !rise.is_positive() || rise.get() < paid.get() {
        return Waiting::NotReported;
    }
    times_counted(paid, rise).map_or(Waiting::Waits, Waiting::Counted)
}

/// How often a purchase over `paid` was counted, if the turnover rose by exactly two or three times `paid`. Any other rise may
/// contain another purchase. Example: 3 for 100.00 and 300.00, `None` for 100.00 and 250.00.
fn times_counted(paid: Kopecks, rise: Kopecks) -> Option<u32> {
    let times = rise.get().checked_div(paid.get())?;
    if rise.get() % paid.get() != 0 {
        return None;
    }
    u32::try_from(times).ok().filter(|times| (2..=3).contains(times))
}

#[cfg(test)]
mod tests {
    use probonus::Transaction;

    use super::*;
    use crate::ledger::{
        entry::LedgerEntry,
        sample::{entry, kop},
    };

    fn own(entries: &[(TransactionKind, i64)]) -> OwnSummary {
        let entries: Vec<LedgerEntry> =
            entries.iter().enumerate().map(|(number, (kind, sum))| entry(number, *kind, *sum)).collect();
        let sum = |of: fn(&Transaction) -> i64| Some(kop(entries.iter().map(|entry| of(&entry.transaction)).sum()));
        let waits = |row: &Transaction| if row.kind == TransactionKind::Waiting { row.sum.get() } else { 0 };
        OwnSummary {
            first: entries[0].matched(&AccountId::new("1"), true),
            moved: sum(|row| row.moved().get()),
            waits: sum(waits),
            entries,
            has_twin: false,
        }
    }

    #[test]
    fn a_turnover_that_rose_by_less_than_was_paid_tells_nothing() {
        for (rise, told) in [
            (-50_000, Waiting::NotReported),
            (0, Waiting::NotReported),
            (1_000, Waiting::NotReported),
            (50_000, Waiting::Waits),
            (51_000, Waiting::Waits),
            (100_000, Waiting::Counted(2)),
        ] {
            assert_eq!(told_by_rise(kop(50_000), kop(rise)), told, "{rise}");
        }
    }

    #[test]
    fn own_entries_tell_that_an_accrual_waits() {
        use TransactionKind::{Accrual, Payment, Waiting};
        type Row = (i64, i64, &'static [(TransactionKind, i64)], bool);
        let table: [Row; 11] = [
            (45, 100, &[(Payment, -100), (Waiting, 45)], true),
            (45, 100, &[(Payment, -100)], true),
            (45, 100, &[(Payment, -100), (Accrual, 45)], true),
            (45, 0, &[(Waiting, 45)], true),
            (45, 0, &[(Accrual, 45)], true),
            (45, 100, &[(Payment, -100), (Payment, -100), (Waiting, 45), (Waiting, 45)], false),
            (45, 100, &[(Payment, -100), (Payment, -100)], false),
            (45, 0, &[(Waiting, 45), (Waiting, 45)], false),
            (45, 100, &[(Payment, -100), (Waiting, 44)], false),
            (50, 100, &[(Accrual, -50)], false),
            (50, 0, &[(Accrual, 0)], false),
        ];
        for (accrued, spent, entries, expected) in table {
            let expectation = Expectation::new(Some(kop(1_000)), Some(kop(accrued - spent)), kop(accrued));
            let waiting = expectation.while_waiting().expect("it may wait");
            let told = own_entries_tell(&expectation, &waiting, &own(entries));
            assert_eq!(told, expected, "{accrued} accrued, {spent} spent: {entries:?}");
        }
    }

    #[test]
    fn a_turnover_tells_how_often_a_purchase_was_counted() {
        for (paid, rise, expected) in [
            (100, 100, None),
            (100, 200, Some(2)),
            (100, 300, Some(3)),
            (100, 250, None),
            (100, 900, None),
            (0, 100, None),
        ] {
            assert_eq!(times_counted(kop(paid), kop(rise)), expected, "{paid} paid, {rise} counted");
        }
    }
}
