//! The rows of a list: the statement that reads exactly these, in their order.

use rusqlite::{Connection, params_from_iter, types::Value};

use super::{criteria::Criteria, operations, search, tail};
use crate::{
    journal::words,
    model::{
        journal_error::JournalError,
        operation::{Operation, State},
    },
};

/// A set of rows in the order of writing, and the way to read it.
pub(super) struct Selection<'l> {
    pub(super) criteria: &'l Criteria,
    /// Empty: any state.
    pub(super) states: Vec<State>,
    /// The first and the last listed row to read.
    pub(super) rows: (i64, i64),
    pub(super) tail: &'l Tail,
}

/// The newest operations, which no index has yet. They are read as a whole only if a text is searched for; any other criterion
/// is checked by their rows.
pub(super) struct Tail {
    after: i64,
    newest_first: Vec<(i64, Operation)>,
}

impl Tail {
    pub(super) fn read(conn: &Connection, criteria: &Criteria) -> Result<Self, JournalError> {
        let mut tail = Self { after: tail::after(conn)?, newest_first: Vec::new() };
        if !criteria.query.is_empty() {
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

    /// Adds ` AND column IN ('a', 'b')`. The names are constants of this program, so they need no escaping.
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

    pub(super) fn count(&self, conn: &Connection) -> Result<u32, JournalError> {
        let mut statement = conn.prepare_cached(&format!("SELECT count(*) FROM ({})", self.text))?;
        Ok(statement.query_row(params_from_iter(&self.values), |row| row.get(0))?)
    }
}

impl Selection<'_> {
    /// The newest rows of the tail below `below`.
    pub(super) fn of_tail(&self, conn: &Connection, below: i64, limit: usize) -> Result<Vec<i64>, JournalError> {
        if !self.criteria.query.is_empty() {
            let found = self.tail.newest_first.iter().filter(|(seq, operation)| *seq < below && self.admits(operation));
            return Ok(found.map(|(seq, _)| *seq).take(limit).collect());
        }
        let mut sql = Sql::default();
        sql.push("SELECT seq FROM operations WHERE seq > ? AND seq < ?").value(self.tail.after).value(below);
        if let Some(account) = &self.criteria.account {
            sql.push(" AND account = ?").value(account.as_str().to_owned());
        }
        self.narrow(&mut sql);
        sql.push(" ORDER BY seq DESC LIMIT ?").value(limit as i64);
        sql.rows(conn)
    }

    /// Whether an operation belongs to the selection, by the same criteria as the statements below.
    pub(super) fn admits(&self, operation: &Operation) -> bool {
        let criteria = self.criteria;
        let created = operation.created_at.as_microsecond();
        (criteria.created.0..criteria.created.1).contains(&created)
            && (self.states.is_empty() || self.states.contains(&operation.state))
            && (criteria.kinds.is_empty() || criteria.kinds.contains(&operation.payload.kind()))
            && criteria.account.as_ref().is_none_or(|account| operations::account(operation) == Some(account.as_str()))
            && criteria.query.matches(&words::index(operation))
    }

    pub(super) fn sql(&self, below: i64, limit: usize) -> Sql {
        let criteria = self.criteria;
        if !criteria.query.is_empty() {
            self.found(below, limit, true)
        } else if criteria.account.is_some() {
            self.of_account(below, limit)
        } else if let Some(streams) = self.streams() {
            self.of_states(&streams, below, limit)
        } else if !criteria.kinds.is_empty() {
            self.of_kinds(below, limit)
        } else {
            self.scan(below, limit)
        }
    }

    /// Reads rows from the index of words, which is in the order of writing too. `asked`: state, account and period are checked for
    /// each row as well.
    pub(super) fn found(&self, below: i64, limit: usize, asked: bool) -> Sql {
        let criteria = self.criteria;
        let mut sql = Sql::default();
        let narrowed = asked && (!self.states.is_empty() || criteria.account.is_some() || criteria.of_a_period());
        sql.push("SELECT search.rowid AS seq FROM search");
        if narrowed {
            // CROSS makes SQLite read the index first.
            sql.push(" CROSS JOIN operations ON operations.seq = search.rowid");
        }
        sql.push(" WHERE search MATCH ? AND search.rowid >= ? AND search.rowid <= ?")
            .value(search::expression(&criteria.query, &criteria.kinds));
        self.bound(&mut sql, below);
        if narrowed {
            sql.one_of("operations.state", self.states.iter().map(|state| operations::state(*state)));
            if let Some(account) = &criteria.account {
                sql.push(" AND operations.account = ?").value(account.as_str().to_owned());
            }
            self.created(&mut sql);
        }
        sql.push(" ORDER BY search.rowid DESC LIMIT ?").value(limit as i64);
        sql
    }

    fn of_account(&self, below: i64, limit: usize) -> Sql {
        let mut sql = Sql::default();
        let account = self.criteria.account.as_ref().map(|account| account.as_str().to_owned());
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

    /// The indexes to read for the chosen states; `None`: any state is chosen, or Confirmed is among them, which has no index.
    pub(super) fn streams(&self) -> Option<Vec<(State, &'static str)>> {
        let streams = self.states.iter().map(|state| Some((*state, operations::stream(*state)?)));
        streams.collect::<Option<Vec<_>>>().filter(|streams| !streams.is_empty())
    }

    pub(super) fn of_states(&self, streams: &[(State, &str)], below: i64, limit: usize) -> Sql {
        let mut sql = Sql::default();
        for (index, (state, stream)) in streams.iter().enumerate() {
            sql.push(if index == 0 { "" } else { " UNION ALL " })
                .push(&format!("SELECT seq FROM {stream} AND state = '{}'", operations::state(*state)))
                .push(" AND seq >= ? AND seq <= ?");
            self.bound(&mut sql, below);
            sql.one_of("kind", self.criteria.kinds.iter().map(|kind| kind.name()));
            self.created(&mut sql);
        }
        sql.push(" ORDER BY seq DESC LIMIT ?").value(limit as i64);
        sql
    }

    fn of_kinds(&self, below: i64, limit: usize) -> Sql {
        let mut sql = Sql::default();
        for (index, kind) in self.criteria.kinds.iter().enumerate() {
            sql.push(if index == 0 { "" } else { " UNION ALL " })
                .push("SELECT seq FROM operations INDEXED BY operations_kind")
                .push(&format!(" WHERE listed = 1 AND kind = '{}' AND seq >= ? AND seq <= ?", kind.name()));
            self.bound(&mut sql, below);
            sql.one_of("state", self.states.iter().map(|state| operations::state(*state)));
            self.created(&mut sql);
        }
        sql.push(" ORDER BY seq DESC LIMIT ?").value(limit as i64);
        sql
    }

    /// Adds the values of `seq >= ? AND seq <= ?`: listed rows below `below`.
    fn bound(&self, sql: &mut Sql, below: i64) {
        sql.value(self.rows.0).value(self.rows.1.min(below.saturating_sub(1)).min(self.tail.after));
    }

    fn narrow(&self, sql: &mut Sql) {
        sql.one_of("kind", self.criteria.kinds.iter().map(|kind| kind.name()))
            .one_of("state", self.states.iter().map(|state| operations::state(*state)));
        self.created(sql);
    }

    /// Adds the period. Rows are in the order of writing, and the clock may have jumped, so the time of each row is checked.
    fn created(&self, sql: &mut Sql) {
        if self.criteria.of_a_period() {
            let (from, to) = self.criteria.created;
            sql.push(" AND created_at >= ? AND created_at < ?").value(from).value(to);
        }
    }
}
