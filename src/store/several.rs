//! Several applications in one statement. A statement for each of 100,000 costs more in beginning and ending than in
//! what it does; a temporary table costs its filling. So ids go in by the handful, or as one range where they follow
//! one another.

use std::ops::Range;

use rusqlite::{CachedStatement, Connection, Row, ToSql};

use super::Store;
use super::error::{Result, StoreError};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::status::Status;

/// How many ids one statement takes: more are no faster.
const SEVERAL: usize = 256;

/// From this length on, consecutive ids are a range.
const LONG: usize = 64;

/// A statement about several applications: its text ends where `IN (…)` or `BETWEEN … AND …` follows.
pub(super) struct Several<'a> {
    list: CachedStatement<'a>,
    range: CachedStatement<'a>,
    /// How many parameters stand before the ids.
    own: usize,
}

impl<'a> Several<'a> {
    /// Prepares it; `own` = how many parameters the text has.
    pub(super) fn prepare(db: &'a Connection, sql: &str, own: usize) -> Result<Self> {
        let places: Vec<String> = (1..=SEVERAL).map(|place| format!("?{}", own + place)).collect();
        let list = db.prepare_cached(&format!("{sql} IN ({})", places.join(", ")))?;
        let range = db.prepare_cached(&format!("{sql} BETWEEN ?{} AND ?{}", own + 1, own + 2))?;
        Ok(Self { list, range, own })
    }

    /// The statement with its parameters for one part of the ids.
    fn bind(&mut self, own: &[&dyn ToSql], part: &[ApplicationId]) -> Result<&mut CachedStatement<'a>> {
        debug_assert_eq!(own.len(), self.own);
        let range = follows(part);
        let statement = if range { &mut self.range } else { &mut self.list };
        for (place, value) in own.iter().enumerate() {
            statement.raw_bind_parameter(place + 1, value)?;
        }
        let (Some(first), Some(last)) = (part.first(), part.last()) else { return Ok(statement) };
        if range {
            statement.raw_bind_parameter(self.own + 1, first.as_u64() as i64)?;
            statement.raw_bind_parameter(self.own + 2, last.as_u64() as i64)?;
            return Ok(statement);
        }
        // A list that isn't full is filled up with its last one: the same id twice is the same set.
        for place in 0..SEVERAL {
            let id = part.get(place).unwrap_or(last);
            statement.raw_bind_parameter(self.own + 1 + place, id.as_u64() as i64)?;
        }
        Ok(statement)
    }

    /// Carries it out for one part; how many rows it changed.
    pub(super) fn execute(&mut self, own: &[&dyn ToSql], part: &[ApplicationId]) -> Result<usize> {
        Ok(self.bind(own, part)?.raw_execute()?)
    }

    /// Shows what it finds for one part.
    pub(super) fn visit(
        &mut self,
        own: &[&dyn ToSql],
        part: &[ApplicationId],
        see: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut rows = self.bind(own, part)?.raw_query();
        while let Some(row) = rows.next()? {
            see(row)?;
        }
        Ok(())
    }
}

/// Whether these are consecutive, and enough of them for a range.
fn follows(part: &[ApplicationId]) -> bool {
    part.len() >= LONG && part.windows(2).all(|pair| pair[1].as_u64() == pair[0].as_u64() + 1)
}

/// Cuts ids into parts, each of which one statement takes.
pub(super) fn parts(ids: &[ApplicationId]) -> impl Iterator<Item = &[ApplicationId]> {
    let mut rest = ids;
    std::iter::from_fn(move || {
        let length = next_part(rest)?.end;
        let (part, after) = rest.split_at(length);
        rest = after;
        Some(part)
    })
}

/// The next part: a long run of consecutive ids by itself, else a handful up to the next such run.
fn next_part(ids: &[ApplicationId]) -> Option<Range<usize>> {
    let (mut start, mut at) = (0, 1);
    if ids.is_empty() {
        return None;
    }
    while at < ids.len() && ids[at].as_u64() == ids[at - 1].as_u64() + 1 {
        at += 1;
    }
    if at >= LONG {
        return Some(0..at);
    }
    while at < ids.len() && at < SEVERAL {
        if ids[at].as_u64() != ids[at - 1].as_u64() + 1 {
            start = at;
        }
        at += 1;
        if at - start == LONG {
            return Some(0..start);
        }
    }
    Some(0..at)
}

/// How the status of an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// Our status.
    pub status: Status,
    /// The operation that wrote it.
    pub written: OperationId,
    /// Whether the application is in this segment's custody.
    pub here: bool,
}

impl Store {
    /// How applications stand, in the order of `ids`; `None` for one that doesn't exist. What a batch is judged and
    /// changed by is read here and nowhere else.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or a failure of SQLite.
    pub(super) fn standing(&self, ids: &[ApplicationId]) -> Result<Vec<Option<Standing>>> {
        let sql = "SELECT id, status, status_op, custody IS NULL FROM state WHERE id";
        in_order(&self.db, sql, ids, &mut |row, id| {
            let damaged = || StoreError::Damaged(format!("state {}", id.as_u64()));
            Ok(Standing {
                status: Status::from_code(row.get(1)?).ok_or_else(damaged)?,
                written: OperationId::from_u64(row.get::<_, i64>(2)? as u64),
                here: row.get(3)?,
            })
        })
    }

    /// The 整理番号 of applications, in the order of `ids`; `None` for one that doesn't exist.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn receipt_numbers(&self, ids: &[ApplicationId]) -> Result<Vec<Option<String>>> {
        let sql = "SELECT state.id, app.number FROM state CROSS JOIN app ON app.id = state.id WHERE state.id";
        in_order(&self.db, sql, ids, &mut |row, _| Ok(row.get(1)?))
    }
}

/// What a statement (whose first column is the id) finds for each of `ids`, in their order.
pub(super) fn in_order<T: Clone>(
    db: &Connection,
    sql: &str,
    ids: &[ApplicationId],
    read: &mut dyn FnMut(&Row<'_>, ApplicationId) -> Result<T>,
) -> Result<Vec<Option<T>>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut several = Several::prepare(db, sql, 0)?;
    let mut found: Vec<Option<T>> = Vec::with_capacity(ids.len());
    for part in parts(ids) {
        let from = found.len();
        found.resize(from + part.len(), None);
        let ascending = part.is_sorted_by(|a, b| a < b);
        let mut next = from;
        several.visit(&[], part, &mut |row| {
            let id = ApplicationId::from_u64(row.get::<_, i64>(0)? as u64);
            let value = read(row, id)?;
            if ascending {
                // Rows come in the order of ids, so the place is the next one that is this.
                while next < found.len() && part[next - from] < id {
                    next += 1;
                }
                if let Some(place) = found.get_mut(next) {
                    *place = Some(value);
                }
                return Ok(());
            }
            for (place, _) in part.iter().enumerate().filter(|(_, other)| **other == id) {
                found[from + place] = Some(value.clone());
            }
            Ok(())
        })?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids(numbers: impl IntoIterator<Item = u64>) -> Vec<ApplicationId> {
        numbers.into_iter().map(ApplicationId::from_u64).collect()
    }

    proptest! {
        #[test]
        fn every_id_is_found_wherever_it_stands_and_however_often(
            runs in prop::collection::vec((0u64..900, 1u64..300), 0..8),
            single in prop::collection::vec(0u64..1200, 0..600),
            shuffled: bool,
        ) {
            let db = Connection::open_in_memory().unwrap();
            db.execute_batch(
                "CREATE TABLE state(id INTEGER PRIMARY KEY);
                 WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 3 FROM n WHERE i < 700) INSERT INTO state SELECT i FROM n;
                 INSERT OR IGNORE INTO state SELECT id + 1 FROM state WHERE id BETWEEN 300 AND 600;
                 INSERT OR IGNORE INTO state SELECT id + 1 FROM state WHERE id BETWEEN 300 AND 600;",
            ).unwrap();
            let mut asked: Vec<u64> = runs.iter().flat_map(|(from, length)| *from..from + length).chain(single).collect();
            if !shuffled {
                asked.sort_unstable();
            }
            let asked = ids(asked);
            prop_assert_eq!(parts(&asked).flatten().copied().collect::<Vec<_>>(), asked.clone());
            prop_assert!(parts(&asked).all(|part| part.len() <= SEVERAL || follows(part)));
            let found = in_order(&db, "SELECT id FROM state WHERE id", &asked, &mut |_, id| Ok(id)).unwrap();
            let there = |id: u64| (id.is_multiple_of(3) && id < 703) || (300..=601).contains(&id);
            let expected: Vec<_> = asked.iter().map(|id| Some(*id).filter(|id| there(id.as_u64()))).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
