//! All entries of a period, read page by page.
//!
//! An entry that is missing in the list would seem not to exist. So a list that is cut, or that changed while it was read, is an
//! error.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Listing, Rows, listed, pages, transactions};
use crate::{
    Error, ErrorKind, Method,
    binding::{Binding, Counts},
    codec::{answer::whole_json, read::Context, wire::WireAnswer},
    model::Transaction,
};

/// The most pages of one list. The caller must ask for a shorter period if there are more.
const MOST_PAGES: u64 = 50;

/// One page of a list.
pub struct Page {
    listing: Listing,
    told: pages::Told,
    status: u16,
}

/// One page of `accounts/transactions` of a period.
///
/// # Errors
/// As [`decode_tokens`](super::decode_tokens).
pub fn decode_page(binding: &Binding, method: Method, answer: &WireAnswer) -> Result<Page, Error> {
    let context = Context::new(binding, method, answer.status);
    let listing = listed(&context, binding, answer)?;
    let told = whole_json(answer).map(|whole| pages::tell(&whole, &listing.at)).unwrap_or_default();
    Ok(Page { listing, told, status: answer.status })
}

/// The pages of a list that were read.
pub struct PeriodPages<'a> {
    binding: &'a Binding,
    rows: Rows,
    /// Keys of the rows; see [`key_of`].
    known: BTreeSet<String>,
    first: Page,
    read: u64,
    /// How the last page says that there are more; `None`: it does not.
    more: Option<String>,
}

impl<'a> PeriodPages<'a> {
    /// Begins with the first page.
    #[must_use]
    pub fn begin(binding: &'a Binding, mut first: Page) -> Self {
        let rows = std::mem::take(&mut first.listing.rows);
        let known = rows.iter().map(|(_, row)| key_of(row)).collect();
        let mut pages = Self { binding, more: first.listing.more.clone(), rows, known, first, read: 1 };
        let asked = pages.context().asked_at_most().filter(|most| pages.rows.len() as u64 >= *most);
        pages.more = pages.more.or_else(|| asked.map(|most| format!("as many as were asked for: {most}")));
        pages
    }

    fn context(&self) -> Context<'a> {
        Context::new(self.binding, Method::TransactionsOfPeriod, self.first.status)
    }

    fn only_part(&self, why: &str) -> Error {
        let why = format!("only a part of the period's rows came ({why})");
        self.context().unreadable(&self.first.listing.at, why).with_kind(ErrorKind::OnlyPart)
    }

    /// The page to ask for next; `None`: these are all rows.
    ///
    /// # Errors
    /// [`ErrorKind::OnlyPart`] if there are more rows, and no way to ask for them.
    pub fn next(&self) -> Result<Option<u64>, Error> {
        let Some(more) = &self.more else {
            let is_short = self.first.told.total.is_some_and(|total| self.rows.len() as u64 != total);
            return if is_short && self.read > 1 { Err(self.only_part("not as many as it counts")) } else { Ok(None) };
        };
        let bound = self.binding.method(Method::TransactionsOfPeriod);
        let pages = bound.and_then(|bound| bound.pages.as_ref()).ok_or_else(|| self.only_part(more))?;
        if self.read >= MOST_PAGES {
            return Err(self.only_part("too many pages"));
        }
        let known = pages.first.or(self.first.told.number.filter(|number| *number < 2));
        match (pages.counts, known) {
            (Counts::Rows, _) => Ok(Some(self.rows.len() as u64 + pages.first.unwrap_or_default())),
            (Counts::Pages, Some(first)) => Ok(Some(first + self.read)),
            // The first page is taken to be number 1. If it is not, rows will be missing, and the total shows it.
            (Counts::Pages, None) if self.first.told.total.is_some() => Ok(Some(1 + self.read)),
            (Counts::Pages, None) => Err(self.only_part(more)),
        }
    }

    /// Adds the page that was asked for.
    ///
    /// # Errors
    /// [`ErrorKind::OnlyPart`] if the list changed meanwhile, or the page is not the one that was asked for.
    pub fn add(&mut self, page: Page) -> Result<(), Error> {
        if page.told.total != self.first.told.total {
            return Err(self.only_part("the list changed while it was read"));
        }
        let bound = self.binding.method(Method::TransactionsOfPeriod).and_then(|bound| bound.pages.as_ref());
        let is_counted = bound.is_some_and(|pages| pages.counts == Counts::Pages);
        if let (Some(first), Some(number)) = (self.first.told.number, page.told.number)
            && is_counted
            && number != first + self.read
        {
            return Err(self.only_part("another page than the one that was asked for"));
        }
        let mut keys: BTreeSet<String> = page.listing.rows.iter().map(|(_, row)| key_of(row)).collect();
        if !keys.is_disjoint(&self.known) {
            return Err(self.only_part("a page repeats rows of another"));
        }
        self.known.append(&mut keys);
        let of_page = page.listing.rows.len() as u64;
        self.rows.extend(page.listing.rows);
        self.read += 1;
        let asked = self.context().asked_at_most();
        let is_more = match (self.first.told.total, self.first.told.pages) {
            (Some(total), _) => (self.rows.len() as u64) < total,
            (None, Some(pages)) => self.read < pages,
            (None, None) => page.told.more.is_some() || asked.is_some_and(|most| of_page >= most),
        };
        if is_more && of_page == 0 {
            return Err(self.only_part("an empty page before the end"));
        }
        self.more = is_more.then(|| "further pages".to_owned());
        Ok(())
    }

    /// All rows, read as one list.
    ///
    /// # Errors
    /// As [`decode_page`].
    pub fn transactions(&self) -> Result<Vec<Transaction>, Error> {
        transactions(&self.context(), &self.rows)
    }
}

/// The key by which a repeated row is recognised: its id, or, without one, its whole text.
fn key_of(row: &Value) -> String {
    let is_id = |key: &str| matches!(key.to_lowercase().as_str(), "id" | "transactionid" | "transaction_id");
    let id = row.as_object().and_then(|map| map.iter().find(|(key, _)| is_id(key)));
    let id = id.map(|(_, id)| id).filter(|id| !id.is_null());
    id.unwrap_or(row).to_string()
}
