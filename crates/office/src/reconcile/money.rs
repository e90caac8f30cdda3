//! Evidence of a refill, a purchase or a return: the account's rows, and its balance.

use probonus::{AccountId, Error, Kopecks, TransactionKind};

use crate::{
    defect::Defect,
    engine::Engine,
    event::{EventRecord, Evidence, MatchedEntry},
    gate::Capability,
    journal::{Filter, JournalError, PageRequest},
    money,
    operation::{Operation, Payload, State},
    rows::{Mark, Row, Sent, mark},
    watch::is_hundredfold,
};

/// Receipts opened in search of a GUID that the rows don't show.
const RECEIPTS_OPENED: usize = 5;

/// What the server shows, before it is weighed.
struct Shown {
    /// Rows with a mark of ours.
    ours: Vec<Row>,
    /// New rows without any mark whose sum could be ours.
    like: Vec<Row>,
    /// Rows with our mark of which it can't be told whether they were there before.
    doubtful: Vec<Row>,
    /// Whether some row carries what such an operation is marked by, whoever's it is: then this server shows it.
    marks: bool,
    /// What all new rows did to the balance.
    moved_by_rows: Option<Kopecks>,
    /// Whether the list reaches back to before it was sent.
    reached: bool,
    /// The balance now.
    balance: Option<Kopecks>,
}

impl Engine {
    pub(super) async fn evidence_of_money(
        &self,
        operation: &Operation,
        story: &[EventRecord],
    ) -> Result<Result<Evidence, Error>, JournalError> {
        let (Some(sent), Some(account)) = (Sent::of(story, &operation.payload), operation.payload.account()) else {
            return Ok(Ok(Evidence::Ambiguous { candidates: Vec::new() }));
        };
        let purchase = self.purchase_of(&operation.payload).await?;
        let effect = money::effect(&operation.payload, purchase.as_ref());
        let shown = match self.what_is_shown(operation, account, &sent, effect, purchase.as_ref()).await {
            Ok(shown) => shown,
            Err(error) => return Ok(Err(error)),
        };
        if let Some(row) = shown.ours.first() {
            return Ok(Ok(Evidence::Found(row.found(account, true))));
        }
        if self.policy.broken(Defect::OneRowProvesTwo)
            && let Some(row) = shown.like.first()
        {
            return Ok(Ok(Evidence::Found(row.found(account, false))));
        }
        let doubtful = self.not_of_others(operation, &shown.doubtful).await?;
        if !doubtful.is_empty() {
            let candidates = doubtful.iter().map(|row| row.found(account, false)).collect();
            return Ok(Ok(Evidence::Ambiguous { candidates }));
        }
        let like = self.not_of_others(operation, &shown.like).await?;
        let alone = like.is_empty() || !self.has_twin(operation, effect, &sent).await?;
        Ok(Ok(self.judge(operation, account, &sent, (effect, alone), &shown, &like)))
    }

    /// Whether another operation within the duplicate guard's window could have made the same row: one that arrives late, or
    /// that the network brings a second time.
    async fn has_twin(
        &self,
        operation: &Operation,
        effect: Option<Kopecks>,
        sent: &Sent,
    ) -> Result<bool, JournalError> {
        let since = self.window_start(sent.at);
        let (kinds, account) = (vec![operation.payload.kind()], operation.payload.account().cloned());
        let filter = Filter { kinds, account, ..Filter::default() };
        // The duplicate guard asks for those that stand; what was given up may arrive yet.
        let page = self.journal.list(&filter, PageRequest { after: None, size: 500 }).await?;
        let may_have_arrived = |other: &&Operation| {
            other.id != operation.id
                && other.attempts > 0
                && other.created_at >= since
                && matches!(other.state, State::Sending | State::Unknown | State::Confirmed | State::NotApplied)
        };
        for other in page.rows.iter().filter(may_have_arrived) {
            let is_twin = match &operation.payload {
                Payload::RegisterCheck(_) => other.payload.headline_sum() == operation.payload.headline_sum(),
                _ => self.effect(&other.payload).await? == effect,
            };
            if is_twin {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The rows that prove no other operation.
    async fn not_of_others(&self, operation: &Operation, rows: &[Row]) -> Result<Vec<Row>, JournalError> {
        let mut left = Vec::new();
        for row in rows {
            if self.journal.proves(&row.key).await?.is_none_or(|owner| owner == operation.id) {
                left.push(row.clone());
            }
        }
        Ok(left)
    }

    async fn what_is_shown(
        &self,
        operation: &Operation,
        account: &AccountId,
        sent: &Sent,
        effect: Option<Kopecks>,
        purchase: Option<&Operation>,
    ) -> Result<Shown, Error> {
        let (listing, reached) = self.rows_since(account, sent).await?;
        let balance = self.read_balance(account, operation.subject.phone.as_ref()).await?;
        let marks = listing.rows.iter().any(|row| carries_a_mark(&operation.payload, row));
        let moved_by_rows = Some(Kopecks::ZERO);
        let (ours, like, doubtful) = (Vec::new(), Vec::new(), Vec::new());
        let mut shown = Shown { ours, like, doubtful, marks, moved_by_rows, reached, balance };
        for row in listing.rows {
            let new = sent.is_new(&row, self) || self.policy.broken(Defect::OneRowProvesTwo);
            if new {
                shown.moved_by_rows = shown.moved_by_rows.and_then(|sum| sum.checked_add(row.told.sum));
            }
            let by_marks = new && sent.tells_by_marks(&operation.payload);
            match mark(operation.id, &operation.payload, &row.told, by_marks) {
                Mark::Ours if is_purchase_again(&operation.payload, purchase, &row) => shown.doubtful.push(row),
                Mark::Ours => shown.ours.push(row),
                Mark::None if new && could_be(&operation.payload, effect, &row) => shown.like.push(row),
                // An outside number tells whose it is only of a row that was not there before.
                Mark::Theirs
                    if sent.may_be_dated_back(&row)
                        && mark(operation.id, &operation.payload, &row.told, true) == Mark::Ours =>
                {
                    shown.doubtful.push(row);
                }
                Mark::None | Mark::Theirs => {}
            }
        }
        if shown.ours.is_empty() {
            self.open_receipts(operation, &mut shown).await?;
        }
        Ok(shown)
    }

    /// Some servers show the GUID only in the receipt behind a row.
    async fn open_receipts(&self, operation: &Operation, shown: &mut Shown) -> Result<(), Error> {
        let Payload::RegisterCheck(check) = &operation.payload else { return Ok(()) };
        if self.loyalty.unsupported(probonus::Method::Receipt).is_some() {
            return Ok(());
        }
        for row in shown.like.clone().iter().take(RECEIPTS_OPENED) {
            let Some(id) = &row.told.receipt else { continue };
            let Some(receipt) = self.loyalty.receipt(id).await? else { continue };
            let marked = receipt.text.as_deref().is_some_and(|text| text.contains(&operation.id.short()));
            match receipt.external.check_guid {
                Some(guid) if guid == check.check_guid => shown.ours.push(row.clone()),
                None if marked => shown.ours.push(row.clone()),
                Some(_) => shown.like.retain(|like| like.key != row.key),
                None => {}
            }
        }
        Ok(())
    }

    /// Weighs what carries no mark.
    fn judge(
        &self,
        operation: &Operation,
        account: &AccountId,
        sent: &Sent,
        (effect, alone): (Option<Kopecks>, bool),
        shown: &Shown,
        like: &[Row],
    ) -> Evidence {
        let marks_are_shown = Capability::of(operation.payload.kind()).is_some_and(|sight| self.gate.sees(sight));
        let effect = effect.filter(|effect| *effect != Kopecks::ZERO);
        // How the balance moved since, without what the rows tell.
        let moved = shown
            .balance
            .zip(sent.before)
            .and_then(|(now, before)| now.checked_sub(before))
            .zip(shown.moved_by_rows)
            .and_then(|(moved, by_rows)| moved.checked_sub(by_rows));
        let candidates = || like.iter().map(|row| row.found(account, false)).collect::<Vec<MatchedEntry>>();

        // This server shows marks: a row without one is not ours.
        if !marks_are_shown && !like.is_empty() {
            let tells_nothing_else =
                like.iter().all(|row| row.told.comment.as_deref().is_none_or(|text| text.trim().is_empty()));
            return match like {
                [only]
                    if alone
                        && tells_nothing_else
                        && !shown.marks
                        && tells_a_sum(&operation.payload, effect, only)
                        && sent.seen.is_some()
                        && shown.reached
                        && moved == Some(Kopecks::ZERO) =>
                {
                    Evidence::Found(only.found(account, false))
                }
                _ => Evidence::Ambiguous { candidates: candidates() },
            };
        }
        if effect.is_some() && moved == effect {
            // No row tells of it, and yet the balance moved by just that much.
            return Evidence::Ambiguous { candidates: candidates() };
        }
        let balance_says_no = effect.is_some() && moved == Some(Kopecks::ZERO);
        Evidence::Absent { conclusive: shown.reached && (marks_are_shown || balance_says_no) }
    }
}

/// Whether a row tells a sum at all that could be told from another's: nothing moved and nothing paid is no evidence.
fn tells_a_sum(payload: &Payload, effect: Option<Kopecks>, row: &Row) -> bool {
    match payload {
        // What was accrued may be what a till accrued for another purchase; what was paid is seldom the same as well.
        Payload::RegisterCheck(check) => {
            check.money_spent.is_positive() && row.told.money_spent == Some(check.money_spent)
        }
        // What a till took or accrued may be just as much as a return moves.
        Payload::ReturnCheck(_) if !matches!(row.told.kind, TransactionKind::Return | TransactionKind::Other) => false,
        _ => effect.is_some_and(|effect| effect == row.told.sum),
    }
}

/// Whether a row with the marks of a return may be one of its purchase, that arrived a second time.
fn is_purchase_again(payload: &Payload, purchase: Option<&Operation>, row: &Row) -> bool {
    if !matches!(payload, Payload::ReturnCheck(_)) || row.told.kind == TransactionKind::Return {
        return false;
    }
    match purchase.map(|purchase| &purchase.payload) {
        Some(Payload::RegisterCheck(check)) => {
            let net = check.bonus_accrued.checked_sub(check.bonus_spent);
            let sum = row.told.sum;
            sum == check.bonus_accrued || sum == check.bonus_spent.negated() || Some(sum) == net
        }
        _ => true,
    }
}

/// Whether a row carries what an operation of this kind is marked by.
fn carries_a_mark(payload: &Payload, row: &Row) -> bool {
    match payload {
        Payload::Refill(_) => row.told.comment.as_deref().is_some_and(|text| !text.trim().is_empty()),
        _ => row.told.external.check_guid.is_some() || row.told.external.external_check.is_some(),
    }
}

/// Whether a new row without any mark could be the operation's, by its kind and sum.
fn could_be(payload: &Payload, effect: Option<Kopecks>, row: &Row) -> bool {
    let told = &row.told;
    if matches!(told.kind, TransactionKind::Burning | TransactionKind::Welcome) {
        return false;
    }
    match payload {
        // A server that takes rubles for kopecks, or the other way round, still did it.
        Payload::Refill(refill) => {
            (told.sum == refill.sum || is_hundredfold(refill.sum, told.sum)) && told.kind != TransactionKind::Return
        }
        Payload::RegisterCheck(check) => {
            told.kind != TransactionKind::Return
                && told.kind != TransactionKind::Refill
                && (told.money_spent.is_none_or(|money| money == check.money_spent))
                && (Some(told.sum) == effect
                    || told.sum == check.bonus_accrued
                    || told.sum == check.bonus_spent.negated())
        }
        Payload::ReturnCheck(_) => {
            told.kind == TransactionKind::Return || (effect.is_some() && Some(told.sum) == effect)
        }
        Payload::CreateGuest(_) | Payload::EditGuest(_) => false,
    }
}
