//! The set-based view of the state: the same projection as in memory, as few statements as there are changes.

use rusqlite::{Connection, params};

use super::error::{Result, StoreError};
use super::projected::{column_value, columns, operation_of_column};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::Group;
use crate::domain::projection::{Change, StateView};
use crate::domain::status::Status;

/// From this many targets on, a set goes through a temporary table and one UPDATE instead of one UPDATE each.
const SET_BASED: usize = 64;

/// The table `state`, inside a write transaction.
pub(super) struct SqlStates<'a> {
    pub db: &'a Connection,
}

impl StateView for SqlStates<'_> {
    type Error = StoreError;

    fn births(
        &mut self,
        births: &mut dyn Iterator<Item = (ApplicationId, Status, Option<Status>)>,
        operation: OperationId,
    ) -> Result<()> {
        let mut insert = self.db.prepare_cached(
            "INSERT INTO state(id, status, status_op, source_status, source_op) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        let operation = operation.as_u64() as i64;
        for (id, ours, source) in births {
            let source = source.map(Status::code);
            insert.execute(params![id.as_u64() as i64, ours.code(), operation, source, source.map(|_| operation)])?;
        }
        Ok(())
    }

    fn write(
        &mut self,
        change: &Change,
        targets: &[ApplicationId],
        operation: OperationId,
    ) -> Result<Vec<ApplicationId>> {
        let (value, written) = columns(change.group);
        let custody = match change.group {
            Group::Source | Group::Custody => "",
            _ => "AND custody IS NULL",
        };
        let update = format!(
            "UPDATE state SET {value} = ?1, {written} = ?2, ver = ver + ?3 WHERE {written} IS ?4 {custody} AND id"
        );
        let to = column_value(change.to);
        let id = operation.as_u64() as i64;
        let count = i64::from(change.count);
        let base = change.base.map(|op| op.as_u64() as i64);
        if targets.len() < SET_BASED {
            let mut one = self.db.prepare_cached(&format!("{update} = ?5"))?;
            let mut refused = Vec::new();
            for target in targets {
                if one.execute(params![to, id, count, base, target.as_u64() as i64])? == 0 {
                    refused.push(*target);
                }
            }
            return Ok(refused);
        }
        fill_targets(self.db, targets)?;
        let mut all = self.db.prepare_cached(&format!("{update} IN (SELECT id FROM temp.target)"))?;
        let changed = all.execute(params![to, id, count, base])?;
        if changed == targets.len() {
            return Ok(Vec::new());
        }
        let find = format!(
            "SELECT target.id FROM temp.target LEFT JOIN state ON state.id = target.id WHERE state.{written} IS NOT ?1"
        );
        let mut find = self.db.prepare_cached(&find)?;
        let refused = find.query_map([id], |row| row.get::<_, i64>(0))?;
        refused.map(|id| Ok(ApplicationId::from_u64(id? as u64))).collect()
    }

    fn revised(&mut self, targets: &[ApplicationId]) -> Result<()> {
        let mut count = self.db.prepare_cached("UPDATE state SET ver = ver + 1 WHERE id = ?1")?;
        for target in targets {
            count.execute([target.as_u64() as i64])?;
        }
        Ok(())
    }
}

/// Puts ids into the temporary table `target`.
fn fill_targets(db: &Connection, targets: &[ApplicationId]) -> Result<()> {
    db.execute_batch("CREATE TEMP TABLE IF NOT EXISTS target(id INTEGER PRIMARY KEY); DELETE FROM temp.target;")?;
    let mut insert = db.prepare_cached("INSERT INTO temp.target(id) VALUES (?1)")?;
    for target in targets {
        insert.execute([target.as_u64() as i64])?;
    }
    Ok(())
}

/// The operation that last wrote a group of an application.
pub(super) fn base_of(db: &Connection, group: Group, id: ApplicationId) -> Result<Option<OperationId>> {
    let sql = format!("SELECT {} FROM state WHERE id = ?1", columns(group).1);
    let written = db.prepare_cached(&sql)?.query_row([id.as_u64() as i64], |row| row.get(0))?;
    Ok(operation_of_column(written))
}

/// Whether an application is in this segment's custody.
pub(super) fn is_here(db: &Connection, id: ApplicationId) -> Result<bool> {
    let mut read = db.prepare_cached("SELECT custody IS NULL FROM state WHERE id = ?1")?;
    Ok(read.query_row([id.as_u64() as i64], |row| row.get(0))?)
}
