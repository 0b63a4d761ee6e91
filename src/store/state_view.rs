//! The set-based view of the state: the same projection as in memory, as few statements as there are changes.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::bunch;
use super::error::{Result, StoreError};
use super::projected::{column_value, columns, operation_of_column};
use super::several::{Several, parts};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::Group;
use crate::domain::projection::{Change, StateView};
use crate::domain::status::Status;

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
        let operation = operation.as_u64() as i64;
        let rows = births.map(|(id, ours, source)| {
            let source = source.map(Status::code);
            Ok((id.as_u64() as i64, ours.code(), operation, source, source.map(|_| operation)))
        });
        let into = "state(id, status, status_op, source_status, source_op)";
        bunch::insert(self.db, into, rows, |(id, ours, op, source, by)| [id, ours, op, source, by])
    }

    fn write(
        &mut self,
        change: &Change,
        targets: &[ApplicationId],
        operation: OperationId,
    ) -> Result<Vec<ApplicationId>> {
        if change.group.is_rare() {
            return super::rare::write(self.db, change, targets, operation);
        }
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
        let mut several = Several::prepare(self.db, &update, 4)?;
        let mut refused = Vec::new();
        for part in parts(targets) {
            if several.execute(params![to, id, count, base], part)? < part.len() {
                refused.extend(unwritten(self.db, written, id, part)?);
            }
        }
        Ok(refused)
    }

    fn erased(&mut self, targets: &[ApplicationId]) -> Result<()> {
        for table in ["DELETE FROM state WHERE id", "DELETE FROM rare WHERE app"] {
            let mut several = Several::prepare(self.db, table, 0)?;
            for part in parts(targets) {
                several.execute(&[], part)?;
            }
        }
        Ok(())
    }

    fn revised(&mut self, targets: &[ApplicationId]) -> Result<()> {
        let mut count = self.db.prepare_cached("UPDATE state SET ver = ver + 1 WHERE id = ?1")?;
        for target in targets {
            count.execute([target.as_u64() as i64])?;
        }
        Ok(())
    }
}

/// Those that an operation didn't write.
fn unwritten(db: &Connection, written: &str, operation: i64, part: &[ApplicationId]) -> Result<Vec<ApplicationId>> {
    let mut changed = HashSet::new();
    let sql = format!("SELECT id FROM state WHERE {written} IS ?1 AND id");
    Several::prepare(db, &sql, 1)?.visit(params![operation], part, &mut |row| {
        changed.insert(row.get::<_, i64>(0)? as u64);
        Ok(())
    })?;
    Ok(part.iter().copied().filter(|id| !changed.contains(&id.as_u64())).collect())
}

/// The operation that last wrote a group of an application; none of one that was erased.
pub(super) fn base_of(db: &Connection, group: Group, id: ApplicationId) -> Result<Option<OperationId>> {
    if group.is_rare() {
        return Ok(super::rare::read(db, group, id)?.map(|(_, written)| written));
    }
    let sql = format!("SELECT {} FROM state WHERE id = ?1", columns(group).1);
    let written = db.prepare_cached(&sql)?.query_row([id.as_u64() as i64], |row| row.get(0)).optional()?;
    Ok(operation_of_column(written.flatten()))
}

/// Whether an application is in this segment's custody; one that was erased isn't.
pub(super) fn is_here(db: &Connection, id: ApplicationId) -> Result<bool> {
    let mut read = db.prepare_cached("SELECT custody IS NULL FROM state WHERE id = ?1")?;
    Ok(read.query_row([id.as_u64() as i64], |row| row.get(0)).optional()?.unwrap_or(false))
}
