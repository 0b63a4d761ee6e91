//! 引継: the register of what was handed over, and by which operation. An application is 前任者から as long as that operation
//! is the one of its 担当 and its status is older: whoever moves it, gives it away or undoes the hand-over has done with it.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::Store;
use super::error::Result;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, Group, Operation};
use crate::domain::people::Act;

/// Enters what an operation handed over. The word in its envelope says that it did; the reason can be erased.
pub(super) fn enter(db: &Connection, id: OperationId, operation: &Operation) -> Result<()> {
    let Body::Set { writes, .. } = &operation.body else { return Ok(()) };
    if operation.command != Act::HandOver.id() {
        return Ok(());
    }
    let mut put = db.prepare_cached("INSERT OR REPLACE INTO handed(app, op) VALUES (?1, ?2)")?;
    for target in writes.iter().filter(|write| write.group == Group::Assignee).flat_map(|write| &write.targets) {
        put.execute(params![target.as_u64() as i64, id.as_u64() as i64])?;
    }
    Ok(())
}

impl Store {
    /// Whether an application came by 引継 and wasn't moved since.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn was_handed_over(&self, id: ApplicationId) -> Result<bool> {
        let mut statement = self.db.prepare_cached(
            "SELECT 1 FROM handed JOIN state ON state.id = handed.app
             WHERE handed.app = ?1 AND state.assignee_op = handed.op AND state.status_op < handed.op",
        )?;
        Ok(statement.query_row([id.as_u64() as i64], |_| Ok(())).optional()?.is_some())
    }

    /// Shows every application whose 担当 stands by 引継, with that operation.
    pub(super) fn visit_handed_over(&self, see: &mut dyn FnMut(ApplicationId, OperationId)) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "SELECT handed.app, handed.op FROM handed CROSS JOIN state ON state.id = handed.app
             WHERE state.assignee_op = handed.op",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            see(
                ApplicationId::from_u64(row.get::<_, i64>(0)? as u64),
                OperationId::from_u64(row.get::<_, i64>(1)? as u64),
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Rows, founded, id_of, imported, set};
    use super::super::{Signed, StoreError};
    use super::*;
    use crate::domain::operation::Value;
    use crate::domain::status::Status;

    #[test]
    fn the_register_follows_the_log_and_is_made_anew_from_it() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        let rows: Rows<'_> = &[(1, "a", Status::Unprocessed), (2, "b", Status::Unprocessed)];
        imported(&mut store, 1, rows);
        let ids = [id_of(&store, 1), id_of(&store, 2)];
        let successor = store.operator_or_new("new", "new", 1).unwrap().id;
        let assign = |store: &mut Store, command: &'static str, ids: &[ApplicationId]| {
            let signed = Signed { actor: None, at_ms: 1, command, approval: None };
            let choose = |store: &Store| {
                let seen = store.field_standing(Group::Assignee, ids)?.into_iter().flatten();
                Ok::<_, StoreError>(((Value::Reference(successor), ids.iter().copied().zip(seen).collect()), ()))
            };
            store.set_field(&signed, None, Group::Assignee, choose).unwrap();
        };
        assign(&mut store, Act::Assign.id(), &ids[..1]);
        assert!(!store.was_handed_over(ids[0]).unwrap(), "an ordinary change of 担当 is no 引継");
        assign(&mut store, Act::HandOver.id(), &ids[1..]);
        let handed = |store: &Store| ids.map(|id| store.was_handed_over(id).unwrap());
        assert_eq!(handed(&store), [false, true]);
        store.db.execute("DELETE FROM handed", []).unwrap();
        assert_eq!(handed(&store), [false, false]);
        super::super::registers::replace(&store.db).unwrap();
        assert_eq!(handed(&store), [false, true]);
        let mut seen = Vec::new();
        store.visit_handed_over(&mut |id, _| seen.push(id)).unwrap();
        assert_eq!(seen, [ids[1]]);
        set(&mut store, Status::Provisional, &ids[1..]);
        assert_eq!(handed(&store), [false, false]);
    }
}
