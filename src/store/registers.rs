//! Registers: small tables that keep what the log says ready to be looked up: which files were taken in, which views
//! staff share, which applications stand on a 反映用一覧, which have a content newer than their first, which carry a 札 or a
//! note, what waits for 二者確認, how each 起案 stands, 応対記録, what was erased, who looked at what or compared it, which operations tell of people and of the office's
//! calendar. Like `state` they are projections: entered together with the operation, dropped
//! and made anew when the projection changes.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::Result;
use super::log::LogReader;
use super::{Store, StoreError};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, Operation};
use crate::domain::record::Hash;
use crate::domain::status::Status;

/// Enters what an operation says; `text` is its payload, `None` where that was erased.
pub(super) fn enter(db: &Connection, id: OperationId, operation: &Operation, text: Option<&str>) -> Result<()> {
    let key = id.as_u64() as i64;
    match &operation.body {
        Body::Import(import) => {
            // The first stays: what a file says is as old as that, however often it is taken in again.
            db.prepare_cached("INSERT OR IGNORE INTO imported(file, op) VALUES (?1, ?2)")?
                .execute(params![import.file, key])?;
            let mut put = db.prepare_cached("INSERT OR REPLACE INTO revised(app, op) VALUES (?1, ?2)")?;
            for target in &import.revised {
                put.execute(params![target.as_u64() as i64, key])?;
            }
        }
        Body::View { subject, kept } => {
            let view = subject.map_or(key, |subject| subject.as_u64() as i64);
            db.prepare_cached("DELETE FROM view WHERE id = ?1")?.execute([view])?;
            if let (true, Some(row)) = (kept, text) {
                let name = name_in(row);
                db.prepare_cached("INSERT INTO view(id, name, row, op) VALUES (?1, ?2, ?3, ?4)")?
                    .execute(params![view, name, row, key])?;
            }
        }
        Body::ReflectList { targets, .. } => {
            let mut put = db.prepare_cached("INSERT OR REPLACE INTO listed(app, op) VALUES (?1, ?2)")?;
            for target in targets {
                put.execute(params![target.as_u64() as i64, key])?;
            }
        }
        Body::Set { .. } => super::handed::enter(db, id, operation)?,
        Body::Calendar { .. } => super::closed_days::enter(db, id)?,
        Body::Tag { .. } => super::tags::enter(db, id, &operation.body, text)?,
        Body::Note { .. } => super::notes::enter(db, id, &operation.body)?,
        Body::Request { .. } | Body::Decision { .. } => super::requests::enter(db, id, &operation.body)?,
        Body::Ruling { .. } | Body::Undo { .. } => super::rulings::enter(db, id, &operation.body)?,
        Body::Operator { .. }
        | Body::Transfer { .. }
        | Body::Group { .. }
        | Body::Grant { .. }
        | Body::Credential { .. }
        | Body::SealingKey { .. } => {
            super::people::enter(db, id, &operation.body)?;
        }
        Body::Reveal { .. } | Body::Opened(_) | Body::Compared(_) | Body::Distinct(_) => {
            super::compared::enter(db, id, &operation.body)?;
        }
        Body::Call(call) => super::calls::enter(db, id, call)?,
        Body::Erase { .. } | Body::EraseDone { .. } => super::erasing::enter(db, id, &operation.body)?,
        _ => {}
    }
    Ok(())
}

/// The name in the JSON row of a view; a row without one is kept under an empty name.
fn name_in(row: &str) -> String {
    let parsed: Option<serde_json::Value> = serde_json::from_str(row).ok();
    parsed.and_then(|row| row.get("name")?.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Makes all registers anew from the log.
pub(super) fn replace(db: &Connection) -> Result<()> {
    db.execute_batch(
        "DELETE FROM imported; DELETE FROM view; DELETE FROM listed; DELETE FROM revised; DELETE FROM people;
         DELETE FROM tag; DELETE FROM touch; DELETE FROM tag_name; DELETE FROM note; DELETE FROM request; DELETE FROM ruling;
         DELETE FROM calendar; DELETE FROM call; DELETE FROM erasure; DELETE FROM handed;",
    )?;
    let reader = LogReader::new(db)?;
    let mut statement = db.prepare(&format!(
        "SELECT op.id, op.bytes, op_text.text FROM op LEFT JOIN op_text ON op_text.op = op.id
         WHERE op.kind IN (3, 4, 5, 8, 10, 14, 15, 17, 18, 19, 20, 22, 27, 28, 29, 30, 32, 33, {}) ORDER BY op.id",
        super::people::KINDS
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
        let operation = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
        let text: Option<String> = row.get(2)?;
        enter(db, id, &operation, text.as_deref())?;
    }
    Ok(())
}

impl Store {
    /// The import that took in a file, by the file's SHA-256; the first where there are several.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn import_of(&self, file: &Hash) -> Result<Option<OperationId>> {
        let mut statement = self.db.prepare_cached("SELECT op FROM imported WHERE file = ?1")?;
        let found: Option<i64> = statement.query_row([file], |row| row.get(0)).optional()?;
        Ok(found.map(|id| OperationId::from_u64(id as u64)))
    }

    /// How many times the deletion of a file has been recorded, by the file's SHA-256.
    ///
    /// # Errors
    /// A failure of SQLite, or a log that can't be read.
    pub fn discards_of(&self, file: &Hash) -> Result<u64> {
        let reader = LogReader::new(&self.db)?;
        let mut statement = self.db.prepare_cached("SELECT id, bytes FROM op WHERE kind = 9")?;
        let mut rows = statement.query([])?;
        let mut found = 0;
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let operation = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            found += u64::from(matches!(operation.body, Body::Discard { file: discarded, .. } if discarded == *file));
        }
        Ok(found)
    }

    /// The 反映用一覧 that an application stands on, the newest where there are several.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn listed_by(&self, id: ApplicationId) -> Result<Option<OperationId>> {
        let mut statement = self.db.prepare_cached("SELECT op FROM listed WHERE app = ?1")?;
        let found: Option<i64> = statement.query_row([id.as_u64() as i64], |row| row.get(0)).optional()?;
        Ok(found.map(|id| OperationId::from_u64(id as u64)))
    }

    /// Shows each application that was revised: its id, our status with the operation that wrote it, and the import that
    /// brought its newest revision. They are few, so this costs next to nothing.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or what `see` answers.
    pub fn visit_revised(
        &self,
        see: &mut dyn FnMut(ApplicationId, (Status, OperationId), OperationId) -> Result<()>,
    ) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "SELECT revised.app, state.status, state.status_op, revised.op FROM revised
             CROSS JOIN state ON state.id = revised.app",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = ApplicationId::from_u64(row.get::<_, i64>(0)? as u64);
            let damaged = || StoreError::Damaged(format!("state {}", id.as_u64()));
            let status = Status::from_code(row.get(1)?).ok_or_else(damaged)?;
            let operation = |column| Ok::<_, rusqlite::Error>(OperationId::from_u64(row.get::<_, i64>(column)? as u64));
            see(id, (status, operation(2)?), operation(3)?)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Rows, founded, id_of, imported, set};
    use super::*;

    #[test]
    fn the_register_of_revisions_follows_the_log_and_check_finds_a_wrong_one() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        let rows: Rows<'_> =
            &[(1, "a", Status::Unprocessed), (2, "b", Status::Unprocessed), (3, "c", Status::Unprocessed)];
        imported(&mut store, 1, rows);
        let (first, second) = (id_of(&store, 1), id_of(&store, 2));
        set(&mut store, Status::Returned, &[first]);
        imported(&mut store, 2, &[(1, "a2", Status::Unprocessed), (2, "b2", Status::Unprocessed)]);
        let published = imported(&mut store, 3, &[(1, "a3", Status::Withdrawn), (2, "b2", Status::Unprocessed)]);
        assert_eq!((published.corrected.len(), published.withdrawn.len()), (1, 1));
        let revised = |store: &Store| {
            let mut seen = Vec::new();
            store
                .visit_revised(&mut |id, ours, brought| {
                    seen.push((id, ours.0, brought));
                    Ok(())
                })
                .unwrap();
            seen
        };
        let operation = |n| OperationId::new(0, n);
        let expected = [(first, Status::Returned, operation(5)), (second, Status::Unprocessed, operation(4))];
        assert_eq!(revised(&store), expected);
        store.check(&mut |_| {}).unwrap();
        for wrong in
            ["DELETE FROM revised WHERE app = 1", "UPDATE revised SET op = 4", "INSERT INTO revised VALUES (3, 4)"]
        {
            store.db.execute_batch(wrong).unwrap();
            assert!(matches!(store.check(&mut |_| {}), Err(StoreError::Damaged(_))), "{wrong}");
            replace(&store.db).unwrap();
            assert_eq!(revised(&store), expected);
        }
        store.check(&mut |_| {}).unwrap();
    }
}
