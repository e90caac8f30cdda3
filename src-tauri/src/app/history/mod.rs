//! The history of an account, for the page.

pub(in crate::app) mod kept;
pub(in crate::app) mod order;
mod span;

use probonus::{AccountId, History, Loyalty as _, Span};

use self::{
    kept::{Kept, Of},
    order::newest_first,
    span::within,
};
use crate::{
    app::{App, machine::host::Machine, work::opened::Work},
    error::AppError,
    form::TransactionQuery,
    view::{TransactionPage, TransactionView, UnreadView, zone},
};

/// Transactions on a page of the history.
pub(super) const PAGE: usize = 100;

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
    let history = work.link.history(&of.account, of.span).await?;
    hold_against_journal(work, &of.account, &history).await;
    Ok(kept(of, history))
}

/// A history as it is shown: newest first, without rows beyond what was asked for.
fn kept(of: Of, mut history: History) -> Kept {
    let came = history.transactions.len();
    let mut rows = newest_first(std::mem::take(&mut history.transactions), &zone());
    match of.span {
        Span::Period(period) => rows = within(rows, period, &zone()),
        Span::Last(count) => rows.truncate(usize::try_from(count).unwrap_or(usize::MAX)),
    }
    let other_days = rows.is_empty() && came > 0;
    history.transactions = rows;
    Kept { of, history, other_days }
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use probonus::{Lack, Period, UnreadRow};

    use super::{order::tests::row, *};

    fn shown(span: Span, history: History) -> Kept {
        kept(Of { server: (None, 1), account: AccountId::new("7"), span }, history)
    }

    fn rows(count: u32) -> History {
        let at = |nth: u32| date(2026, 11, 20).at(0, 0, 0, 0) + jiff::Span::new().seconds(nth);
        let transactions = (0..count).map(|nth| row(at(nth), i64::from(nth) + 1, None)).collect();
        History { transactions, ..History::default() }
    }

    #[test]
    fn of_more_rows_than_were_asked_for_the_newest_are_shown() {
        let kept = shown(Span::Last(3), rows(5));
        let page = page(&kept, 0);
        assert_eq!(page.rows.iter().map(|row| row.sum.get()).collect::<Vec<_>>(), [5, 4, 3]);
        assert_eq!((page.total, page.next, page.other_days), (3, None, false));
    }

    #[test]
    fn the_pages_of_the_screen_are_cut_from_one_list() {
        let kept = shown(Span::Period(Period::day(date(2026, 11, 20))), rows(250));
        let cut: Vec<_> = [0, 100, 200, 900].map(|offset| page(&kept, offset)).into();
        let told: Vec<_> = cut.iter().map(|page| (page.rows.len(), page.total, page.next)).collect();
        assert_eq!(told, [(100, 250, Some(100)), (100, 250, Some(200)), (50, 250, None), (0, 250, None)]);
    }

    #[test]
    fn what_is_not_among_the_rows_is_told() {
        let other_day = Span::Period(Period::day(date(2026, 10, 1)));
        assert!(page(&shown(other_day, rows(2)), 0).other_days);
        assert!(!page(&shown(other_day, rows(0)), 0).other_days);
        let unread = UnreadRow { field: Some("sum".into()), why: String::new(), raw: "я".repeat(3000).into() };
        let history =
            History { unread: vec![unread; 25], foreign: 2, lacks: Lack::Some, counted: Some(300), ..rows(2) };
        let page = page(&shown(Span::Last(50), history), 0);
        assert_eq!((page.unread.len(), page.unread_total, page.foreign), (20, 25, 2));
        assert_eq!((page.lacks, page.counted, page.total), (Lack::Some, Some(300), 2));
        assert_eq!(page.unread[0].raw.chars().count(), 2000);
    }
}
