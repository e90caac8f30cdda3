//! Pages of a list. As little of the journal is read as possible: a page comes from indexes that are already in the right order,
//! and a total stops at ten thousand.

use jiff::tz::TimeZone;
use rusqlite::Connection;

use super::{
    criteria::{Criteria, once, rows_of_days},
    operations,
    selection::{Selection, Tail},
    sieve::sifted,
};
use crate::{
    journal::{
        port::{Filter, Page, PageRequest},
        words::Query,
    },
    model::{journal_error::JournalError, operation::State},
};

/// If a choice of kinds and states has at most this many rows, their words are read one by one. That is faster than searching
/// for the text first.
const FEW: usize = 200;

/// Totals are counted up to here.
const MOST_COUNTED: u32 = 10_000;
/// Rows of a page.
const MOST_ROWS: u32 = 500;
/// A question for a page, ready to be asked on any connection.
pub(super) struct Listing {
    criteria: Criteria,
    states: Vec<State>,
    unknown_on_top: bool,
    after: Option<Cursor>,
    size: usize,
}

/// Where a page ended: among the Unknown ones on top or in the rest, and the row below which the next page begins.
#[derive(Clone, Copy)]
struct Cursor {
    on_top: bool,
    below: i64,
}

impl Listing {
    pub(super) fn new(filter: &Filter, page: &PageRequest, zone: &TimeZone) -> Result<Self, JournalError> {
        let start_of = |day: jiff::civil::Date| {
            // In some zones the first and the last day of the calendar are outside the range of a timestamp.
            let beyond = if day.year() < 0 { i64::MIN } else { i64::MAX };
            day.to_zoned_datetime(zone.clone()).map_or(beyond, |midnight| midnight.timestamp().as_microsecond())
        };
        let from = filter.from.map_or(i64::MIN, start_of);
        let to = filter.to.map_or(i64::MAX, |day| day.tomorrow().map_or(i64::MAX, start_of));
        Ok(Self {
            criteria: Criteria {
                query: Query::parse(&filter.text),
                kinds: once(&filter.kinds),
                account: filter.account.clone(),
                created: (from, to),
            },
            states: once(&filter.states),
            unknown_on_top: filter.unknown_on_top,
            after: page.after.as_deref().map(Cursor::parse).transpose()?,
            size: page.size.clamp(1, MOST_ROWS) as usize,
        })
    }

    pub(super) fn page(&self, conn: &Connection) -> Result<Page, JournalError> {
        let tx = conn.unchecked_transaction()?;
        let rows = rows_of_days(&tx, self.criteria.created)?;
        let tail = Tail::read(&tx, &self.criteria)?;
        let selection =
            |states: &[State]| Selection { criteria: &self.criteria, states: states.to_vec(), rows, tail: &tail };
        let total = count(&selection(&self.states), &tx, MOST_COUNTED)?;

        // One row more than asked for shows whether there is a next page.
        let mut rows: Vec<Cursor> = Vec::new();
        for (on_top, states) in self.passes() {
            let below = match self.after {
                Some(cursor) if cursor.on_top == on_top => cursor.below,
                // A cursor in the rest is past the top.
                Some(cursor) if on_top && !cursor.on_top => continue,
                _ => i64::MAX,
            };
            let wanted = self.size + 1 - rows.len();
            if wanted > 0 {
                let found = newest(&selection(&states), &tx, below, wanted)?;
                rows.extend(found.into_iter().map(|below| Cursor { on_top, below }));
            }
        }
        let next = (rows.len() > self.size).then(|| rows[self.size - 1].to_string());
        rows.truncate(self.size);
        let rows = rows.iter().map(|row| operations::at(&tx, row.below)).collect::<Result<_, _>>()?;
        Ok(Page { rows, next, total })
    }

    /// The parts a list is made of, in order, each with its states.
    fn passes(&self) -> Vec<(bool, Vec<State>)> {
        if !self.unknown_on_top {
            return vec![(false, self.states.clone())];
        }
        let chosen = |state: &State| self.states.is_empty() || self.states.contains(state);
        let (top, rest): (Vec<_>, Vec<_>) =
            State::ALL.into_iter().filter(chosen).partition(|state| *state == State::Unknown);
        [(true, top), (false, rest)].into_iter().filter(|(_, states)| !states.is_empty()).collect()
    }
}

/// The newest rows of a selection below `below`.
fn newest(selection: &Selection<'_>, conn: &Connection, below: i64, limit: usize) -> Result<Vec<i64>, JournalError> {
    let mut rows = selection.of_tail(conn, below, limit)?;
    let rest = limit - rows.len();
    if rest > 0 {
        let listed = match few(selection, conn)? {
            Some(few) => few.into_iter().filter(|seq| *seq < below).take(rest).collect(),
            None => match sifted(selection, conn, below, rest)? {
                Some(sifted) => sifted,
                None => selection.sql(below, rest).rows(conn)?,
            },
        };
        rows.extend(listed);
    }
    Ok(rows)
}

/// How many rows a selection has, counted up to `most`.
fn count(selection: &Selection<'_>, conn: &Connection, most: u32) -> Result<u32, JournalError> {
    let of_tail = selection.of_tail(conn, i64::MAX, most as usize)?.len() as u32;
    let rest = most.saturating_sub(of_tail) as usize;
    let listed = match few(selection, conn)? {
        Some(few) => few.len() as u32,
        None => match sifted(selection, conn, i64::MAX, rest)? {
            Some(sifted) => sifted.len() as u32,
            None => selection.sql(i64::MAX, rest).count(conn)?,
        },
    };
    Ok(of_tail + listed)
}

/// The rows of a selection, if at most [`FEW`] listed rows are in its states; `None`: there are more, or nothing was typed.
///
/// Example: a frequent word, only in state Unknown. Searching would pass everything that has the word, so the words of the few
/// Unknown operations are read instead.
fn few(selection: &Selection<'_>, conn: &Connection) -> Result<Option<Vec<i64>>, JournalError> {
    if selection.criteria.query.is_empty() {
        return Ok(None);
    }
    let Some(streams) = selection.streams() else { return Ok(None) };
    let seqs = selection.of_states(&streams, i64::MAX, FEW + 1).rows(conn)?;
    if seqs.len() > FEW {
        return Ok(None);
    }
    let mut few = Vec::new();
    for seq in seqs {
        if selection.admits(&operations::at(conn, seq)?) {
            few.push(seq);
        }
    }
    Ok(Some(few))
}

impl Cursor {
    fn parse(text: &str) -> Result<Self, JournalError> {
        let (on_top, below) = match text.strip_prefix('u') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let below = below.parse().map_err(|_| JournalError::Other("no such page".into()))?;
        Ok(Self { on_top, below })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.on_top { "u" } else { "" }, self.below)
    }
}
