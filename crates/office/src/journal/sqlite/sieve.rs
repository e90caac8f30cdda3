//! What a text finds, sifted. To ask of every row whether it is of a selection takes ten times as long as to find it by
//! its words. Where nearly all of them are, those that are not are few and known by other ways, and are left out.

use std::collections::HashSet;

use rusqlite::Connection;

use super::{
    operations,
    selection::{Selection, Sql},
};
use crate::model::{journal_error::JournalError, operation::State};

/// Rows at the edges of a period that are rather asked one by one than each row that is found.
const MOST_AT_EDGES: i64 = 5000;

/// The newest listed rows below `below` that the text finds; `None` if it is not so that nearly all are of the
/// selection, or nothing is to be sifted.
pub(super) fn sifted(
    selection: &Selection<'_>,
    conn: &Connection,
    mut below: i64,
    limit: usize,
) -> Result<Option<Vec<i64>>, JournalError> {
    let states_sifted = selection.states.contains(&State::Confirmed);
    if selection.criteria.query.is_empty()
        || selection.criteria.account.is_some()
        || !(states_sifted || selection.states.is_empty())
        || !(states_sifted || selection.criteria.of_a_period())
    {
        return Ok(None);
    }
    let Some(edges) = edges(selection, conn)? else { return Ok(None) };
    let mut rows = Vec::new();
    loop {
        let wanted = limit - rows.len();
        let found = selection.found(below, wanted, false).rows(conn)?;
        let Some(last) = found.last().copied() else { break };
        let others = others(selection, conn, &edges, (last, below - 1))?;
        rows.extend(found.iter().filter(|seq| !others.contains(seq)));
        if found.len() < wanted || rows.len() == limit {
            break;
        }
        below = last;
    }
    Ok(Some(rows))
}

/// Between which rows those of the period's rows lie that may be of another day: the days at its ends, which it may
/// take in by half, and days of other times at which the clock stood meanwhile.
fn edges(selection: &Selection<'_>, conn: &Connection) -> Result<Option<Vec<(i64, i64)>>, JournalError> {
    if !selection.criteria.of_a_period() {
        return Ok(Some(Vec::new()));
    }
    let ((first, last), (from, to)) = (selection.rows, selection.criteria.created);
    let mut statement = conn.prepare_cached(
        "SELECT max(first, ?1), min(last, ?2) FROM days
         WHERE last >= ?1 AND first <= ?2 AND (day <= ?3 OR day >= ?4)",
    )?;
    let edges: Vec<(i64, i64)> = statement
        .query_map([first, last, operations::day(from), operations::day(to)], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let rows = edges.iter().fold(0_i64, |rows, (first, last)| rows.saturating_add(last.saturating_sub(*first)));
    Ok((rows <= MOST_AT_EDGES).then_some(edges))
}

/// Rows between `first` and `last` that are not of the selection, whatever the text finds.
fn others(
    selection: &Selection<'_>,
    conn: &Connection,
    edges: &[(i64, i64)],
    (first, last): (i64, i64),
) -> Result<HashSet<i64>, JournalError> {
    let mut others = HashSet::new();
    if !selection.states.is_empty() {
        let not_chosen = State::ALL.into_iter().filter(|state| !selection.states.contains(state));
        for (state, stream) in not_chosen.filter_map(|state| Some((state, operations::stream(state)?))) {
            let mut sql = Sql::default();
            sql.push(&format!("SELECT seq FROM {stream} AND state = '{}'", operations::state(state)))
                .push(" AND seq >= ? AND seq <= ?")
                .value(first)
                .value(last);
            others.extend(sql.rows(conn)?);
        }
    }
    let (from, to) = selection.criteria.created;
    for edge in edges {
        let mut sql = Sql::default();
        sql.push("SELECT seq FROM operations WHERE seq >= ? AND seq <= ?")
            .value(first.max(edge.0))
            .value(last.min(edge.1))
            .push(" AND NOT (created_at >= ? AND created_at < ?)")
            .value(from)
            .value(to);
        others.extend(sql.rows(conn)?);
    }
    Ok(others)
}
