//! Which rows a list is made of: the statement that reads just them, in their order.

use rusqlite::{Connection, params_from_iter, types::Value};

use super::{list::Listing, operations, search, tail};
use crate::{
    journal::{JournalError, words},
    operation::{Operation, State},
};

/// Rows of chosen kinds and states that are rather read one by one than looked for among all that a text finds.
const FEW: usize = 200;

/// The period of all times.
pub(super) const EVER: (i64, i64) = (i64::MIN, i64::MAX);

/// Between which listed rows the days of a period lie, first and last included; the last before the first: there are none.
pub(super) fn rows_of_days(conn: &Connection, (from, to): (i64, i64)) -> Result<(i64, i64), JournalError> {
    if (from, to) == EVER {
        return Ok((i64::MIN, i64::MAX));
    }
    let rows: (Option<i64>, Option<i64>) = conn
        .prepare_cached("SELECT min(first), max(last) FROM days WHERE day BETWEEN ?1 AND ?2")?
        .query_row([from, to].map(operations::day), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.0.zip(rows.1).unwrap_or((i64::MAX, i64::MIN)))
}

/// A set of rows in the order of writing, and the way to read it.
pub(super) struct Selection<'l> {
    pub(super) listing: &'l Listing,
    /// Empty: in any state.
    pub(super) states: Vec<State>,
    /// Between which listed rows, first and last included.
    pub(super) rows: (i64, i64),
    pub(super) tail: &'l Tail,
}

/// The newest operations, which no list has yet. Only a text is looked for in them as a whole: for the rest, their rows do.
pub(super) struct Tail {
    after: i64,
    newest_first: Vec<(i64, Operation)>,
}

impl Tail {
    pub(super) fn read(conn: &Connection, listing: &Listing) -> Result<Self, JournalError> {
        let mut tail = Self { after: tail::after(conn)?, newest_first: Vec::new() };
        if !listing.query.is_empty() {
            let mut statement = conn.prepare_cached("SELECT seq FROM operations WHERE seq > ? ORDER BY seq DESC")?;
            for seq in statement.query_map([tail.after], |row| row.get(0))? {
                let seq = seq?;
                tail.newest_first.push((seq, operations::at(conn, seq)?));
            }
        }
        Ok(tail)
    }
}

/// A statement with its values.
#[derive(Default)]
pub(super) struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub(super) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub(super) fn value(&mut self, value: impl Into<Value>) -> &mut Self {
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

    pub(super) fn rows(&self, conn: &Connection) -> Result<Vec<i64>, JournalError> {
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
    pub(super) fn rows(&self, conn: &Connection, below: i64, limit: usize) -> Result<Vec<i64>, JournalError> {
        let mut rows = self.of_tail(conn, below, limit)?;
        let rest = limit - rows.len();
        if rest > 0 {
            let listed = match self.few(conn)? {
                Some(few) => few.into_iter().filter(|seq| *seq < below).take(rest).collect(),
                None => match self.sifted(conn, below, rest)? {
                    Some(sifted) => sifted,
                    None => self.sql(below, rest).rows(conn)?,
                },
            };
            rows.extend(listed);
        }
        Ok(rows)
    }

    /// How many, up to `most`.
    pub(super) fn count(&self, conn: &Connection, most: u32) -> Result<u32, JournalError> {
        let of_tail = self.of_tail(conn, i64::MAX, most as usize)?.len() as u32;
        let rest = most.saturating_sub(of_tail) as usize;
        let listed = match self.few(conn)? {
            Some(few) => few.len() as u32,
            None => match self.sifted(conn, i64::MAX, rest)? {
                Some(sifted) => sifted.len() as u32,
                None => self.sql(i64::MAX, rest).count(conn)?,
            },
        };
        Ok(of_tail + listed)
    }

    /// The newest rows of the tail below `below`.
    fn of_tail(&self, conn: &Connection, below: i64, limit: usize) -> Result<Vec<i64>, JournalError> {
        if !self.listing.query.is_empty() {
            let found = self.tail.newest_first.iter().filter(|(seq, operation)| *seq < below && self.admits(operation));
            return Ok(found.map(|(seq, _)| *seq).take(limit).collect());
        }
        let mut sql = Sql::default();
        sql.push("SELECT seq FROM operations WHERE seq > ? AND seq < ?").value(self.tail.after).value(below);
        if let Some(account) = &self.listing.account {
            sql.push(" AND account = ?").value(account.as_str().to_owned());
        }
        self.narrow(&mut sql);
        sql.push(" ORDER BY seq DESC LIMIT ?").value(limit as i64);
        sql.rows(conn)
    }

    /// A frequent word in a rare state (Unknown above all) would be looked for among everything that has the word.
    /// If few listed rows are in that state, their words are read instead.
    fn few(&self, conn: &Connection) -> Result<Option<Vec<i64>>, JournalError> {
        if self.listing.query.is_empty() {
            return Ok(None);
        }
        let Some(streams) = self.streams() else { return Ok(None) };
        let seqs = self.of_states(&streams, i64::MAX, FEW + 1).rows(conn)?;
        if seqs.len() > FEW {
            return Ok(None);
        }
        let mut few = Vec::new();
        for seq in seqs {
            if self.admits(&operations::at(conn, seq)?) {
                few.push(seq);
            }
        }
        Ok(Some(few))
    }

    /// Whether an operation is of the selection: what the statements below ask of the tables, asked of itself.
    fn admits(&self, operation: &Operation) -> bool {
        let listing = self.listing;
        let created = operation.created_at.as_microsecond();
        (listing.created.0..listing.created.1).contains(&created)
            && (self.states.is_empty() || self.states.contains(&operation.state))
            && (listing.kinds.is_empty() || listing.kinds.contains(&operation.payload.kind()))
            && listing.account.as_ref().is_none_or(|account| operations::account(operation) == Some(account.as_str()))
            && listing.query.matches(&words::index(operation))
    }

    fn sql(&self, below: i64, limit: usize) -> Sql {
        let listing = self.listing;
        if !listing.query.is_empty() {
            self.found(below, limit, true)
        } else if listing.account.is_some() {
            self.of_account(below, limit)
        } else if let Some(streams) = self.streams() {
            self.of_states(&streams, below, limit)
        } else if !listing.kinds.is_empty() {
            self.of_kinds(below, limit)
        } else {
            self.scan(below, limit)
        }
    }

    /// From the words' index, which is in the order of writing too; with each row asked for what its words don't tell,
    /// or without.
    pub(super) fn found(&self, below: i64, limit: usize, asked: bool) -> Sql {
        let listing = self.listing;
        let mut sql = Sql::default();
        let narrowed = asked && (!self.states.is_empty() || listing.account.is_some() || listing.of_a_period());
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
            .push(" WHERE listed = 1 AND account = ? AND seq >= ? AND seq <= ?")
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

    /// The streams of the chosen states; `None` if there is no choice, or it takes in the confirmed ones, nearly all.
    fn streams(&self) -> Option<Vec<(State, &'static str)>> {
        let streams = self.states.iter().map(|state| Some((*state, operations::stream(*state)?)));
        streams.collect::<Option<Vec<_>>>().filter(|streams| !streams.is_empty())
    }

    fn of_states(&self, streams: &[(State, &str)], below: i64, limit: usize) -> Sql {
        let mut sql = Sql::default();
        for (index, (state, stream)) in streams.iter().enumerate() {
            sql.push(if index == 0 { "" } else { " UNION ALL " })
                .push(&format!("SELECT seq FROM {stream} AND state = '{}'", operations::state(*state)))
                .push(" AND seq >= ? AND seq <= ?");
            self.bound(&mut sql, below);
            sql.one_of("kind", self.listing.kinds.iter().map(|kind| operations::kind(*kind)));
            self.created(&mut sql);
        }
        sql.push(" ORDER BY seq DESC LIMIT ?").value(limit as i64);
        sql
    }

    fn of_kinds(&self, below: i64, limit: usize) -> Sql {
        let mut sql = Sql::default();
        for (index, kind) in self.listing.kinds.iter().enumerate() {
            sql.push(if index == 0 { "" } else { " UNION ALL " })
                .push("SELECT seq FROM operations INDEXED BY operations_kind")
                .push(&format!(" WHERE listed = 1 AND kind = '{}' AND seq >= ? AND seq <= ?", operations::kind(*kind)));
            self.bound(&mut sql, below);
            sql.one_of("state", self.states.iter().map(|state| operations::state(*state)));
            self.created(&mut sql);
        }
        sql.push(" ORDER BY seq DESC LIMIT ?").value(limit as i64);
        sql
    }

    /// Values of `seq >= ? AND seq <= ?`: the listed ones below `below`.
    fn bound(&self, sql: &mut Sql, below: i64) {
        sql.value(self.rows.0).value(self.rows.1.min(below.saturating_sub(1)).min(self.tail.after));
    }

    fn narrow(&self, sql: &mut Sql) {
        sql.one_of("kind", self.listing.kinds.iter().map(|kind| operations::kind(*kind)))
            .one_of("state", self.states.iter().map(|state| operations::state(*state)));
        self.created(sql);
    }

    /// Rows are in the order of writing, which a clock that jumped does not follow: the day is asked of each.
    fn created(&self, sql: &mut Sql) {
        if self.listing.of_a_period() {
            let (from, to) = self.listing.created;
            sql.push(" AND created_at >= ? AND created_at < ?").value(from).value(to);
        }
    }
}
