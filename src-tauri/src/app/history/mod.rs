//! The history of an account, for the page.

pub(in crate::app) mod order;
mod span;

use probonus::{AccountId, History, Loyalty as _, Span};

use self::{order::newest_first, span::within};
use crate::{
    app::{App, machine::host::Machine, work::opened::Work},
    error::AppError,
    form::TransactionQuery,
    view::{TransactionPage, TransactionView, UnreadView, zone},
};

/// Transactions on a page of the history.
pub(super) const PAGE: usize = 100;

/// A history that was read, and what it was read of.
#[derive(Clone)]
pub(super) struct Kept {
    of: Of,
    history: History,
    other_days: bool,
}

/// What a history is of.
#[derive(Clone, PartialEq)]
struct Of {
    /// The server, `None` in training, and the revision of its binding.
    server: (Option<String>, u64),
    account: AccountId,
    span: Span,
}

impl App {
    /// A page of an account's history, newest first. If it shows one of our operations twice, the queue is halted.
    ///
    /// The first page is read from the server; a further page of the same history is taken from what was read for the first.
    ///
    /// # Errors
    /// `invalid_input` for a period that is none, and those of the server.
    pub async fn transactions(
        &self,
        account: &str,
        query: &TransactionQuery,
        offset: u32,
    ) -> Result<TransactionPage, AppError> {
        self.not_in_safe_mode()?;
        let span = query.parse(Machine.today())?;
        let work = self.work().await?;
        let server = (work.server.clone(), work.link.binding_revision());
        let of = Of { server, account: AccountId::new(account), span };
        let kept = self.kept_history().clone().filter(|kept| offset > 0 && kept.of == of);
        let kept = match kept {
            Some(kept) => kept,
            None => {
                let kept = read(&work, of).await?;
                *self.kept_history() = Some(kept.clone());
                kept
            }
        };
        Ok(page(&kept, offset))
    }

    fn kept_history(&self) -> std::sync::MutexGuard<'_, Option<Kept>> {
        self.0.history.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

async fn read(work: &Work, of: Of) -> Result<Kept, AppError> {
    let mut history = work.link.history(&of.account, of.span).await?;
    hold_against_journal(work, &of.account, &history).await;
    let came = history.transactions.len();
    let mut rows = newest_first(std::mem::take(&mut history.transactions), &zone());
    match of.span {
        Span::Period(period) => rows = within(rows, period, &zone()),
        Span::Last(count) => rows.truncate(usize::try_from(count).unwrap_or(usize::MAX)),
    }
    let other_days = rows.is_empty() && came > 0;
    history.transactions = rows;
    Ok(Kept { of, history, other_days })
}

/// Compares a history with the journal, unless rows are missing in it: an operation of which one row is missing may look repeated.
pub(super) async fn hold_against_journal(work: &Work, account: &AccountId, history: &History) {
    if history.unread.is_empty() && history.foreign == 0 {
        work.office.hold_against_journal(account, &history.transactions).await;
    }
}

fn page(kept: &Kept, offset: u32) -> TransactionPage {
    let history = &kept.history;
    let rows = &history.transactions;
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let begin = usize::try_from(offset).unwrap_or(usize::MAX).min(rows.len());
    let end = rows.len().min(begin + PAGE);
    let counted = history.counted.and_then(|all| u32::try_from(all).ok());
    TransactionPage {
        rows: rows[begin..end].iter().map(TransactionView::from).collect(),
        total: number(rows.len()),
        lacks: history.lacks,
        counted: counted.filter(|all| *all > number(rows.len())),
        unread: history.unread.iter().take(TransactionPage::MAX_UNREAD).map(UnreadView::from).collect(),
        unread_total: number(history.unread.len()),
        foreign: number(history.foreign),
        other_days: kept.other_days,
        next: (end < rows.len()).then(|| u32::try_from(end).ok()).flatten(),
    }
}
