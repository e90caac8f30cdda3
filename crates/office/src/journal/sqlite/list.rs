//! Pages and counts. Nothing here looks at more of the journal than it must: a page is read from streams that are
//! already in the right order, and a total stops at ten thousand.

use jiff::{Timestamp, tz::TimeZone};
use probonus::{AccountId, Kopecks};
use rusqlite::{Connection, ToSql, params, params_from_iter, types::Value};

use super::{operations, search};
use crate::{
    journal::{
        Counts, Filter, JournalError, Page, PageRequest,
        words::{self, Query},
    },
    operation::{Kind, Operation, State},
};

/// Totals are counted up to here.
const MOST_COUNTED: u32 = 10_000;
/// Rows of a page.
const MOST_ROWS: u32 = 500;
/// Rows of chosen kinds and states that are rather read one by one than looked for among all that a text finds.
const FEW: usize = 200;

/// A question for a page, ready to be asked on any connection.
pub(super) struct Listing {
    query: Query,
    kinds: Vec<Kind>,
    states: Vec<State>,
    account: Option<AccountId>,
    /// Microseconds since 1970, the last not included.
    created: (i64, i64),
    unknown_on_top: bool,
    after: Option<Cursor>,
    size: usize,
}

/// Where a page ended: among the Unknown on top, or in the rest; and below which row to go on.
#[derive(Clone, Copy)]
struct Cursor {
    on_top: bool,
    below: i64,
}

impl Listing {
    pub(super) fn new(filter: &Filter, page: &PageRequest, zone: &TimeZone) -> Result<Self, JournalError> {
        let start_of = |day: jiff::civil::Date| {
            // The zone can take the first and the last days there are out of what a clock can tell.
            let beyond = if day.year() < 0 { i64::MIN } else { i64::MAX };
            day.to_zoned_datetime(zone.clone()).map_or(beyond, |midnight| midnight.timestamp().as_microsecond())
        };
        let from = filter.from.map_or(i64::MIN, start_of);
        let to = filter.to.map_or(i64::MAX, |day| day.tomorrow().map_or(i64::MAX, start_of));
        Ok(Self {
            query: Query::parse(&filter.text),
            kinds: filter.kinds.clone(),
            states: filter.states.clone(),
            account: filter.account.clone(),
            created: (from, to),
            unknown_on_top: filter.unknown_on_top,
            after: page.after.as_deref().map(Cursor::parse).transpose()?,
            size: page.size.clamp(1, MOST_ROWS) as usize,
        })
    }

    pub(super) fn page(&self, conn: &Connection) -> Result<Page, JournalError> {
        let tx = conn.unchecked_transaction()?;
        let all = self.selection(&tx, &self.states)?;
        let total = all.as_ref().map_or(Ok(0), |all| all.count(&tx, MOST_COUNTED))?;

        // One row more than asked tells whether there is a next page.
        let mut rows: Vec<Cursor> = Vec::new();
        for (on_top, states) in self.passes() {
            let below = match self.after {
                Some(cursor) if cursor.on_top == on_top => cursor.below,
                // A cursor in the rest has left the top behind.
                Some(cursor) if on_top && !cursor.on_top => continue,
                _ => i64::MAX,
            };
            let wanted = self.size + 1 - rows.len();
            if let (1.., Some(selection)) = (wanted, self.selection(&tx, &states)?) {
                let found = selection.rows(&tx, below, wanted)?;
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

    /// The rows that stand in one of `states` (empty: in any); `None` if the days of the filter have none.
    fn selection(&self, conn: &Connection, states: &[State]) -> Result<Option<Selection<'_>>, JournalError> {
        let Some(rows) = rows_of_days(conn, self.created)? else { return Ok(None) };
        Ok(Some(Selection { listing: self, states: states.to_vec(), rows }))
    }
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

/// Between which rows the days of a period lie, first and last included.
fn rows_of_days(conn: &Connection, (from, to): (i64, i64)) -> Result<Option<(i64, i64)>, JournalError> {
    if (from, to) == (i64::MIN, i64::MAX) {
        return Ok(Some((i64::MIN, i64::MAX)));
    }
    let day = |at: i64| Timestamp::from_microsecond(at).map(operations::day);
    let (first, last) = (day(from).unwrap_or(i64::MIN), day(to).unwrap_or(i64::MAX));
    let rows: (Option<i64>, Option<i64>) = conn
        .prepare_cached("SELECT min(first), max(last) FROM days WHERE day BETWEEN ?1 AND ?2")?
        .query_row([first, last], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.0.zip(rows.1))
}

/// A set of rows in the order of writing, and the way to read it.
struct Selection<'l> {
    listing: &'l Listing,
    states: Vec<State>,
    rows: (i64, i64),
}

/// A statement with its values.
#[derive(Default)]
struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    fn value(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self
    }

    /// ` AND column IN ('a', 'b')`: the names are the table's own words.
    fn one_of(&mut self, column: &str, names: impl Iterator<Item = &'static str>) -> &mut Self {
        let names: Vec<_> = names.map(|name| format!("'{name}'")).collect();
        if !names.is_empty() {
            self.push(&format!(" AND {column} IN ({})", names.join(", ")));
        }
        self
    }

    fn rows(&self, conn: &Connection) -> Result<Vec<i64>, JournalError> {
        let mut statement = conn.prepare_cached(&self.text)?;
        let rows = statement.query_map(params_from_iter(&self.values), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn count(&self, conn: &Connection) -> Result<u32, JournalError> {
        let mut statement = conn.prepare_cached(&format!("SELECT count(*) FROM ({})", self.text))?;
        Ok(statement.query_row(params_from_iter(&self.values), |row| row.get(0))?)
    }
}

impl Selection<'_> {
    /// Newest rows below `below`.
    fn rows(&self, conn: &Connection, below: i64, limit: usize) -> Result<Vec<i64>, JournalError> {
        if let Some(mut few) = self.few(conn)? {
            few.retain(|seq| *seq < below);
            few.truncate(limit);
            return Ok(few);
        }
        self.sql(below, limit).rows(conn)
    }

    /// How many, up to `most`.
    fn count(&self, conn: &Connection, most: u32) -> Result<u32, JournalError> {
        match self.few(conn)? {
            Some(few) => Ok(few.len() as u32),
            None => self.sql(i64::MAX, most as usize).count(conn),
        }
    }

    /// A frequent word in a rare state (Unknown above all) would be looked for among everything that has the word.
    /// If few rows are in that state, their words are read instead.
    fn few(&self, conn: &Connection) -> Result<Option<Vec<i64>>, JournalError> {
        let listing = self.listing;
        if listing.query.is_empty() || self.states.is_empty() || self.states.contains(&State::Confirmed) {
            return Ok(None);
        }
        let seqs = self.cells(i64::MAX, FEW + 1).rows(conn)?;
        if seqs.len() > FEW {
            return Ok(None);
        }
        let mut few = Vec::new();
        for seq in seqs {
            let operation = operations::at(conn, seq)?;
            let of_account = listing.account.as_ref().map(AccountId::as_str);
            if (of_account.is_none() || of_account == operations::account(&operation))
                && listing.query.matches(&words::index(&operation))
            {
                few.push(seq);
            }
        }
        Ok(Some(few))
    }

    fn sql(&self, below: i64, limit: usize) -> Sql {
        let listing = self.listing;
        if !listing.query.is_empty() {
            self.found(below, limit)
        } else if listing.account.is_some() {
            self.of_account(below, limit)
        // Without a choice of kinds, states that take in the confirmed ones take in nearly all.
        } else if !listing.kinds.is_empty() || (!self.states.is_empty() && !self.states.contains(&State::Confirmed)) {
            self.cells(below, limit)
        } else {
            self.scan(below, limit)
        }
    }

    /// From the words' index, which is in the order of writing too.
    fn found(&self, below: i64, limit: usize) -> Sql {
        let listing = self.listing;
        let mut sql = Sql::default();
        let narrowed = !self.states.is_empty() || listing.account.is_some() || listing.created != (i64::MIN, i64::MAX);
        sql.push("SELECT search.rowid AS seq FROM search");
        if narrowed {
            // CROSS: read the index first, whatever the planner thinks.
            sql.push(" CROSS JOIN operations ON operations.seq = search.rowid");
        }
        sql.push(" WHERE search MATCH ? AND search.rowid >= ? AND search.rowid <= ?")
            .value(search::expression(&listing.query, &listing.kinds));
        self.bound(&mut sql, below);
        if narrowed {
            sql.one_of("operations.state", self.states.iter().map(|state| operations::state(*state)));
            if let Some(account) = &listing.account {
                sql.push(" AND operations.account = ?").value(account.as_str().to_owned());
            }
            self.created(&mut sql);
        }
        sql.push(" ORDER BY search.rowid DESC LIMIT ?").value(limit as i64);
        sql
    }

    fn of_account(&self, below: i64, limit: usize) -> Sql {
        let mut sql = Sql::default();
        let account = self.listing.account.as_ref().map(|account| account.as_str().to_owned());
        sql.push("SELECT seq FROM operations INDEXED BY operations_account")
            .push(" WHERE account = ? AND seq >= ? AND seq <= ?")
            .value(account.map_or(Value::Null, Value::Text));
        self.bound(&mut sql, below);
        self.narrow(&mut sql);
        sql.push(" ORDER BY seq DESC LIMIT ?").value(limit as i64);
        sql
    }

    fn scan(&self, below: i64, limit: usize) -> Sql {
        let mut sql = Sql::default();
        sql.push("SELECT seq FROM operations WHERE seq >= ? AND seq <= ?");
        self.bound(&mut sql, below);
        self.narrow(&mut sql);
        sql.push(" ORDER BY seq DESC LIMIT ?").value(limit as i64);
        sql
    }

    /// Each (kind, state) is a stream of its own; SQLite merges them.
    fn cells(&self, below: i64, limit: usize) -> Sql {
        let kinds: &[Kind] = if self.listing.kinds.is_empty() { &Kind::ALL } else { &self.listing.kinds };
        let states: &[State] = if self.states.is_empty() { &State::ALL } else { &self.states };
        let mut sql = Sql::default();
        for (index, (kind, state)) in
            kinds.iter().flat_map(|kind| states.iter().map(move |state| (*kind, *state))).enumerate()
        {
            sql.push(if index == 0 { "" } else { " UNION ALL " })
                .push(&format!(
                    "SELECT seq FROM operations INDEXED BY operations_cell WHERE kind = '{}' AND state = '{}'",
                    operations::kind(kind),
                    operations::state(state)
                ))
                .push(" AND seq >= ? AND seq <= ?");
            self.bound(&mut sql, below);
            self.created(&mut sql);
        }
        sql.push(" ORDER BY seq DESC LIMIT ?").value(limit as i64);
        sql
    }

    /// Values of `seq >= ? AND seq <= ?`.
    fn bound(&self, sql: &mut Sql, below: i64) {
        sql.value(self.rows.0).value(self.rows.1.min(below.saturating_sub(1)));
    }

    fn narrow(&self, sql: &mut Sql) {
        sql.one_of("kind", self.listing.kinds.iter().map(|kind| operations::kind(*kind)))
            .one_of("state", self.states.iter().map(|state| operations::state(*state)));
        self.created(sql);
    }

    /// Rows are in the order of writing, which a clock that jumped does not follow: the day is asked of each.
    fn created(&self, sql: &mut Sql) {
        let (from, to) = self.listing.created;
        if (from, to) != (i64::MIN, i64::MAX) {
            sql.push(" AND created_at >= ? AND created_at < ?").value(from).value(to);
        }
    }
}

pub(super) fn in_states(conn: &Connection, states: &[State], limit: u32) -> Result<Vec<Operation>, JournalError> {
    let tx = conn.unchecked_transaction()?;
    let cells: Vec<_> = Kind::ALL
        .into_iter()
        .flat_map(|kind| states.iter().map(move |state| (operations::kind(kind), operations::state(*state))))
        .map(|(kind, state)| {
            format!("SELECT seq FROM operations INDEXED BY operations_cell WHERE kind = '{kind}' AND state = '{state}'")
        })
        .collect();
    if cells.is_empty() {
        return Ok(Vec::new());
    }
    let sql =
        Sql { text: format!("{} ORDER BY seq LIMIT ?", cells.join(" UNION ALL ")), values: vec![Value::from(limit)] };
    sql.rows(&tx)?.into_iter().map(|seq| operations::at(&tx, seq)).collect()
}

pub(super) fn alike(
    conn: &Connection,
    account: &AccountId,
    kind: Kind,
    sum: Kopecks,
    since: Timestamp,
) -> Result<Vec<Operation>, JournalError> {
    let tx = conn.unchecked_transaction()?;
    let since = since.as_microsecond();
    let Some((first, _)) = rows_of_days(&tx, (since, i64::MAX))? else { return Ok(Vec::new()) };
    let seqs = {
        let mut statement = tx.prepare_cached(
            "SELECT seq FROM operations INDEXED BY operations_account
             WHERE account = ?1 AND seq >= ?2 AND kind = ?3 AND sum = ?4 AND created_at >= ?5 AND returned_by IS NULL
               AND state IN ('prepared', 'sending', 'confirmed', 'unknown')
             ORDER BY seq DESC",
        )?;
        let params: &[&dyn ToSql] = params![account.as_str(), first, operations::kind(kind), sum.get(), since];
        statement.query_map(params, |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?
    };
    seqs.into_iter().map(|seq| operations::at(&tx, seq)).collect()
}

pub(super) fn counts(conn: &Connection) -> Result<Counts, JournalError> {
    let mut statement = conn.prepare_cached(
        "SELECT state, count(*) FROM operations INDEXED BY operations_cell
         WHERE kind IN ('create_guest', 'edit_guest', 'refill', 'register_check', 'return_check')
           AND state IN ('prepared', 'sending', 'unknown')
         GROUP BY state",
    )?;
    let mut counts = Counts::default();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let count = row.get(1)?;
        match row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)? {
            "prepared" => counts.prepared = count,
            "sending" => counts.sending = count,
            _ => counts.unknown = count,
        }
    }
    Ok(counts)
}
