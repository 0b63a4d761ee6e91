//! Rows of `state` as the domain's [`State`].

use rusqlite::{Connection, Row};

use super::error::{Result, StoreError};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Group, Value};
use crate::domain::projection::{State, Versioned};
use crate::domain::status::Status;

/// The columns that [`state_of_row`] reads.
pub(super) const STATE: &str = "state.status, state.status_op, state.source_status, state.source_op, state.assignee,
    state.assignee_op, state.due, state.due_op, state.custody, state.custody_op, state.ver";

/// The pair of columns of a group: in `state`, or in `rare` for one that few have.
pub(super) const fn columns(group: Group) -> (&'static str, &'static str) {
    match group {
        Group::Status => ("status", "status_op"),
        Group::Source => ("source_status", "source_op"),
        Group::Assignee => ("assignee", "assignee_op"),
        Group::Due => ("due", "due_op"),
        Group::Custody => ("custody", "custody_op"),
        Group::IndividualNumber
        | Group::Result
        | Group::Correction
        | Group::Received
        | Group::Ruling
        | Group::Reminder => ("rare.value", "rare.op"),
    }
}

/// How a value stands in its column. An assignee is a reference to an operator, everything else a number.
pub(super) const fn column_value(value: Value) -> Option<i64> {
    match value {
        Value::None => None,
        Value::Number(number) => Some(number as i64),
        Value::Reference(id) => Some(id.as_u64() as i64),
    }
}

/// The value that stands in a column of a group.
pub(super) fn value_of_column(group: Group, column: Option<i64>) -> Value {
    match column {
        None => Value::None,
        Some(id) if matches!(group, Group::Assignee) => Value::Reference(OperationId::from_u64(id as u64)),
        Some(number) => Value::Number(number as u64),
    }
}

/// An operation's id from its column.
pub(super) fn operation_of_column(column: Option<i64>) -> Option<OperationId> {
    column.map(|id| OperationId::from_u64(id as u64))
}

/// Reads the columns [`STATE`] that begin at `from`.
pub(super) fn state_of_row(row: &Row<'_>, from: usize, id: ApplicationId) -> Result<State> {
    let damaged = || StoreError::Damaged(format!("state {}", id.as_u64()));
    let status = |code: u8| Status::from_code(code).ok_or_else(damaged);
    let versioned = |group: Group, at: usize| -> Result<Versioned> {
        Ok((value_of_column(group, row.get(from + at)?), operation_of_column(row.get(from + at + 1)?)))
    };
    let source = match (row.get::<_, Option<u8>>(from + 2)?, operation_of_column(row.get(from + 3)?)) {
        (Some(code), Some(operation)) => Some((status(code)?, operation)),
        (None, None) => None,
        _ => return Err(damaged()),
    };
    let written = operation_of_column(Some(row.get(from + 1)?)).ok_or_else(damaged)?;
    Ok(State {
        status: (status(row.get(from)?)?, written),
        source,
        assignee: versioned(Group::Assignee, 4)?,
        due: versioned(Group::Due, 6)?,
        custody: versioned(Group::Custody, 8)?,
        version: row.get(from + 10)?,
    })
}

/// The state of one application; `None` if there is none.
pub(super) fn read(db: &Connection, id: ApplicationId) -> Result<Option<State>> {
    let mut statement = db.prepare_cached(&format!("SELECT {STATE} FROM state WHERE state.id = ?1"))?;
    let mut rows = statement.query([id.as_u64() as i64])?;
    rows.next()?.map(|row| state_of_row(row, 0, id)).transpose()
}

/// Visits every state in the order of ids.
pub(super) fn visit(db: &Connection, see: &mut dyn FnMut(ApplicationId, State) -> Result<()>) -> Result<()> {
    let mut statement = db.prepare(&format!("SELECT state.id, {STATE} FROM state ORDER BY state.id"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = ApplicationId::from_u64(row.get::<_, i64>(0)? as u64);
        see(id, state_of_row(row, 1, id)?)?;
    }
    Ok(())
}
