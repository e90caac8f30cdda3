//! All entries of a period, read page by page.
//!
//! An entry that is missing in the list would seem not to exist. So a list that is cut, or that changed while it was read, is an
//! error.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Rows,
    listing::{Listing, is_usual_cut, listed},
    order, pages,
    transaction::transactions,
};
use crate::{
    AccountId, Error, ErrorKind, Method,
    binding::{Binding, Counts, Pages},
    codec::{about::Others, read::Context, wire::WireAnswer},
    model::{History, Lack, Transaction},
};

/// The most pages of one list. The caller must ask for a shorter period if there are more.
const MOST_PAGES: u64 = 50;

/// One page of a list.
pub struct Page {
    listing: Listing,
    status: u16,
}

/// One page of `accounts/transactions` of a period.
///
/// # Errors
/// As [`decode_tokens`](super::decode_tokens).
pub fn decode_page(binding: &Binding, method: Method, answer: &WireAnswer) -> Result<Page, Error> {
    let context = Context::new(binding, method, answer.status);
    Ok(Page { listing: listed(&context, binding, answer)?, status: answer.status })
}

/// The pages of a list that were read.
pub struct PeriodPages<'a> {
    binding: &'a Binding,
    rows: Rows,
    /// Keys of the rows; see [`key_of`].
    known: BTreeSet<String>,
    first: Page,
    /// Rows of the first page.
    size: u64,
    read: u64,
    /// The number of the first page, where the parameter counts pages; `None`: nobody tells it.
    base: Option<u64>,
    state: State,
    /// Whether the list changed while it was read.
    changed: bool,
}

/// What is known of the pages after those that were read.
enum State {
    /// There are further pages; how the server says so.
    More(String),
    /// The server says nothing, and can be asked for a further page: it shows whether there is one.
    Seeks,
    /// These are all rows.
    End,
    /// Nothing says that there are more, and no further page can be asked for.
    Silent,
}

impl<'a> PeriodPages<'a> {
    /// Begins with the first page.
    #[must_use]
    pub fn begin(binding: &'a Binding, mut first: Page) -> Self {
        let rows = std::mem::take(&mut first.listing.rows);
        let known = rows.iter().map(|(_, row)| key_of(row)).collect();
        let (size, state) = (rows.len() as u64, State::Silent);
        let mut pages = Self { binding, rows, known, first, size, read: 1, base: None, state, changed: false };
        let told = &pages.first.listing;
        pages.base = pages.bound().and_then(|bound| bound.first.or(told.told.number.filter(|number| *number < 2)));
        let asked = pages.context().asked_at_most().filter(|most| size >= *most);
        let more = told.more.clone().or_else(|| asked.map(|most| format!("as many as were asked for: {most}")));
        pages.state = match more {
            Some(more) => State::More(more),
            None if told.is_all || size == 0 => State::End,
            None if pages.bound().is_some() => State::Seeks,
            None => State::Silent,
        };
        pages
    }

    fn context(&self) -> Context<'a> {
        Context::new(self.binding, Method::TransactionsOfPeriod, self.first.status)
    }

    fn bound(&self) -> Option<&'a Pages> {
        self.binding.method(Method::TransactionsOfPeriod)?.pages.as_ref()
    }

    fn only_part(&self, why: &str) -> Error {
        let why = format!("only a part of the period's rows came ({why})");
        self.context().unreadable(&self.first.listing.at, why).with_kind(ErrorKind::OnlyPart)
    }

    fn has_changed(&mut self, why: &str) -> Error {
        self.changed = true;
        self.only_part(why)
    }

    /// Whether the list changed while it was read: read anew, it may be whole.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.changed
    }

    /// Whether nothing says that there is a further page, and it is only asked for to see. A server that refuses to give it has none.
    #[must_use]
    pub fn only_seeks(&self) -> bool {
        matches!(self.state, State::Seeks)
    }

    /// The page to ask for next; `None`: these are all rows, as far as the server tells.
    ///
    /// # Errors
    /// [`ErrorKind::OnlyPart`] if there are more rows, and no way to ask for them.
    pub fn next(&self) -> Result<Option<u64>, Error> {
        let more = match &self.state {
            State::End | State::Silent => {
                let is_short = self.first.listing.told.total.is_some_and(|total| self.rows.len() as u64 != total);
                return if is_short && self.read > 1 {
                    Err(self.only_part("not as many as it counts"))
                } else {
                    Ok(None)
                };
            }
            State::More(more) => more.as_str(),
            State::Seeks => "nothing says that it has ended",
        };
        let pages = self.bound().ok_or_else(|| self.only_part(more))?;
        if self.read >= MOST_PAGES {
            return Err(self.only_part("too many pages"));
        }
        match (pages.counts, self.base) {
            (Counts::Rows, _) => Ok(Some(self.rows.len() as u64 + pages.first.unwrap_or_default())),
            (Counts::Pages, Some(first)) => Ok(Some(first + self.read)),
            // Page 1 is the second one where pages are counted from 0; from 1, it is the same again, and shows that.
            (Counts::Pages, None) if self.only_seeks() => Ok(Some(1)),
            // The first page is taken to be number 1. If it is not, rows will be missing, and the total shows it.
            (Counts::Pages, None) if self.first.listing.told.total.is_some() => Ok(Some(1 + self.read)),
            (Counts::Pages, None) => Err(self.only_part(more)),
        }
    }

    /// Adds the page that was asked for.
    ///
    /// # Errors
    /// [`ErrorKind::OnlyPart`] if the list changed meanwhile, or the page is not the one that was asked for.
    pub fn add(&mut self, page: Page) -> Result<(), Error> {
        let (first, told) = (&self.first.listing.told, &page.listing.told);
        let totals = |told: &pages::Told| if first.total == first.bare { told.bare } else { told.total };
        if totals(told) != totals(first) {
            return Err(self.has_changed("the list changed while it was read"));
        }
        let is_counted = self.bound().is_some_and(|pages| pages.counts == Counts::Pages);
        if let (Some(first), Some(number)) = (first.number, told.number)
            && is_counted
            && number != first + self.read
        {
            return Err(self.only_part("another page than the one that was asked for"));
        }
        let mut keys: BTreeSet<String> = page.listing.rows.iter().map(|(_, row)| key_of(row)).collect();
        let of_page = page.listing.rows.len() as u64;
        if self.only_seeks() && keys.is_subset(&self.known) {
            self.seen_again(of_page, is_counted);
            return Ok(());
        }
        if !keys.is_disjoint(&self.known) {
            return Err(self.has_changed("a page repeats rows of another"));
        }
        self.known.append(&mut keys);
        self.rows.extend(page.listing.rows);
        self.read += 1;
        self.go_on(of_page, page.listing.told.more.is_some(), page.listing.is_all)
    }

    /// After a page without a new row, which was only asked for to see.
    fn seen_again(&mut self, rows: u64, is_counted: bool) {
        self.state = match (rows, self.base) {
            (0, _) => State::End,
            // Page 1 is the first one.
            (_, None) if is_counted => {
                self.base = Some(1);
                State::Seeks
            }
            // The server gives the same whatever page it is asked for.
            _ => State::Silent,
        };
    }

    /// After a page with so many new rows.
    fn go_on(&mut self, of_page: u64, says_more: bool, says_all: bool) -> Result<(), Error> {
        let asked = self.context().asked_at_most();
        let told = &self.first.listing.told;
        let (total, pages) = (told.total, told.pages);
        if self.only_seeks() {
            // Only page 1 is asked for without a base, and its rows are new.
            self.base = self.base.or(Some(0));
            if !says_more {
                let is_last = of_page < self.size || says_all;
                self.state = if is_last { State::End } else { State::Seeks };
                return Ok(());
            }
        }
        let is_more = match (total, pages) {
            (Some(total), _) => (self.rows.len() as u64) < total,
            (None, Some(pages)) => self.read < pages,
            (None, None) => says_more || asked.is_some_and(|most| of_page >= most),
        };
        if is_more && of_page == 0 {
            return Err(self.only_part("an empty page before the end"));
        }
        self.state = if is_more { State::More("further pages".to_owned()) } else { State::End };
        Ok(())
    }

    /// Takes the pages that were read for the whole list: the server refused to give one that was only asked for to see.
    pub fn end(&mut self) {
        self.state = State::End;
    }

    /// All rows, read as one list.
    ///
    /// # Errors
    /// As [`decode_page`]; for a row that can't be read; [`ErrorKind::OnlyPart`] if the list is probably cut.
    pub fn transactions(&self) -> Result<Vec<Transaction>, Error> {
        let rows = transactions(&self.context(), &self.rows).whole()?;
        if self.is_probably_cut(&rows) {
            return Err(self.only_part("as many as servers give at once, and nothing says that these are all"));
        }
        Ok(rows)
    }

    /// Whether the list is as long as servers cut their lists, and longer than the days of one account usually are. If it begins with
    /// the oldest, a cut would take the newest, of which most is asked.
    fn is_probably_cut(&self, rows: &[Transaction]) -> bool {
        let usual = if order::is_oldest_first(rows) { 20 } else { 50 };
        matches!(self.state, State::Silent) && is_usual_cut(self.rows.len()) && self.rows.len() >= usual
    }

    /// The rows for people, as [`Loyalty::history`](crate::Loyalty::history) gives them. `is_part`: some are known to be missing.
    ///
    /// # Errors
    /// As [`decode_page`]; if no row can be read, or each names another account.
    pub fn history(mut self, account: &AccountId, is_part: bool) -> Result<History, Error> {
        let came = self.rows.len();
        let others = Others::of(self.binding, Method::TransactionsOfPeriod, account);
        let foreign = others.taken_from(&mut self.rows)?;
        let (transactions, unread) = transactions(&self.context(), &self.rows).in_part()?;
        let lacks = match self.state {
            _ if is_part && order::is_oldest_first(&transactions) => Lack::Newest,
            _ if is_part => Lack::Some,
            State::Silent if is_usual_cut(came) => Lack::Perhaps,
            _ => Lack::Nothing,
        };
        Ok(History { transactions, unread, foreign, lacks, counted: self.first.listing.told.total })
    }
}

/// The key by which a repeated row is recognised: its id, or, without one, its whole text.
fn key_of(row: &Value) -> String {
    let is_id = |key: &str| matches!(key.to_lowercase().as_str(), "id" | "transactionid" | "transaction_id");
    let id = row.as_object().and_then(|map| map.iter().find(|(key, _)| is_id(key)));
    let id = id.map(|(_, id)| id).filter(|id| !id.is_null());
    id.unwrap_or(row).to_string()
}
