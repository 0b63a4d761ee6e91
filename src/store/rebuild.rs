//! Rebuilding the state from the log: for a new projection, and to check that state and log say the same.

use rusqlite::{Connection, TransactionBehavior, params};

use super::error::{Result, StoreError};
use super::log::LogReader;
use super::projected::column_value;
use super::schema::PROJECTION;
use crate::domain::identity::OperationId;
use crate::domain::projection::{ProjectionError, Resident, apply};

/// Replays the whole log into memory, streams in their order, each by seq.
pub(super) fn replay(db: &Connection, seen: &mut dyn FnMut(OperationId) -> bool) -> Result<Resident> {
    let reader = LogReader::new(db)?;
    let mut resident = Resident::default();
    let mut statement = db.prepare("SELECT id, bytes FROM op ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
        let operation = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
        let applied = apply(&mut resident, id, &operation, &reader);
        applied.map_err(|error| match error {
            ProjectionError::Log(id) => StoreError::Damaged(format!("op {id}")),
            ProjectionError::View(impossible) => StoreError::Damaged(format!("op {id}, app {}", impossible.0.as_u64())),
        })?;
        if !seen(id) {
            break;
        }
    }
    Ok(resident)
}

/// Replaces `state` by what the log says; the caller is alone with the store.
pub(super) fn replace_projection(db: &mut Connection) -> Result<()> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let resident = replay(&tx, &mut |_| true)?;
    tx.execute("DELETE FROM state", [])?;
    {
        let mut insert = tx.prepare(
            "INSERT INTO state(id, status, status_op, source_status, source_op, assignee, assignee_op, due, due_op, custody,
               custody_op, ver) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?;
        let op = |id: Option<OperationId>| id.map(|id| id.as_u64() as i64);
        for (id, state) in &resident.states {
            insert.execute(params![
                id.as_u64() as i64,
                state.status.0.code(),
                op(Some(state.status.1)),
                state.source.map(|(status, _)| status.code()),
                op(state.source.map(|(_, op)| op)),
                column_value(state.assignee.0),
                op(state.assignee.1),
                column_value(state.due.0),
                op(state.due.1),
                column_value(state.custody.0),
                op(state.custody.1),
                state.version,
            ])?;
        }
    }
    super::rare::replace(&tx, &resident)?;
    super::registers::replace(&tx)?;
    tx.execute("UPDATE meta SET v = ?1 WHERE k = 'projection'", [PROJECTION])?;
    tx.commit()?;
    Ok(())
}
