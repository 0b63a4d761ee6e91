//! Many rows into a table by few statements: what a statement costs beside its rows is paid once for a bunch of them.

use rusqlite::{Connection, Statement, ToSql};

use super::error::Result;

/// Rows of one statement.
const ROWS: usize = 64;

/// Inserts rows in their order. `into` = the table with its columns, of which there are `COLUMNS`; `values` gives those of
/// a row.
pub(super) fn insert<const COLUMNS: usize, R>(
    db: &Connection,
    into: &str,
    rows: impl Iterator<Item = Result<R>>,
    values: impl Fn(&R) -> [&dyn ToSql; COLUMNS],
) -> Result<()> {
    let prepare = |rows: usize| {
        let row = format!("({})", vec!["?"; COLUMNS].join(","));
        db.prepare(&format!("INSERT INTO {into} VALUES {}", vec![row; rows].join(",")))
    };
    let run = |statement: &mut Statement<'_>, bunch: &[R]| -> Result<()> {
        for (place, value) in bunch.iter().flat_map(&values).enumerate() {
            statement.raw_bind_parameter(place + 1, value)?;
        }
        statement.raw_execute()?;
        Ok(())
    };
    let (mut whole, mut bunch) = (None, Vec::with_capacity(ROWS));
    for row in rows {
        bunch.push(row?);
        if bunch.len() == ROWS {
            let statement = match &mut whole {
                Some(statement) => statement,
                None => whole.insert(prepare(ROWS)?),
            };
            run(statement, &bunch)?;
            bunch.clear();
        }
    }
    if bunch.is_empty() { Ok(()) } else { run(&mut prepare(bunch.len())?, &bunch) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_goes_in_whatever_their_number() {
        for count in [0, 1, ROWS - 1, ROWS, ROWS + 1, 3 * ROWS, 3 * ROWS + 5] {
            let db = Connection::open_in_memory().unwrap();
            db.execute_batch("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)").unwrap();
            let rows = (0..count as i64).map(|n| Ok((n, format!("{n}"))));
            insert(&db, "t(a, b)", rows, |(a, b)| [a as &dyn ToSql, b]).unwrap();
            let sql = "SELECT count(*), coalesce(sum(a = b), 0) FROM t";
            let found: (i64, i64) = db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            assert_eq!(found, (count as i64, count as i64));
            if count > 0 {
                let twice = [(0i64, String::new())].into_iter().map(Ok);
                assert!(insert(&db, "t(a, b)", twice, |(a, b)| [a as &dyn ToSql, b]).is_err());
            }
        }
    }
}
