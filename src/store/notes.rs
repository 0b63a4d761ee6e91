//! Notes on applications. They are only ever added: one that is wrong is struck through by another operation, with a
//! reason, and stays to be read. A note for staff and one for the applicant are two kinds that never change into each
//! other. The table is a register of what the log says; the texts are payload (`op_text`).

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::{Result, StoreError};
use super::{Signed, Store};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, NoteReader};

/// Who did something, and when (milliseconds since the Unix epoch).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The operation.
    pub operation: OperationId,
    /// When.
    pub at_ms: i64,
    /// Who; `None` = unsigned.
    pub actor: Option<OperationId>,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredNote {
    /// About which application.
    pub target: ApplicationId,
    /// For whom.
    pub reader: NoteReader,
    /// By whom.
    pub written: Written,
    /// What it says; `None` = it was erased.
    pub text: Option<String>,
    /// Who struck it through and why (`None` = erased), if somebody did.
    pub struck: Option<(Written, Option<String>)>,
}

/// A note as `check` expects it in the register: application, kind, the operation that struck it through.
pub(super) type Registered = (ApplicationId, NoteReader, Option<OperationId>);

/// Enters an operation about a note into the register.
pub(super) fn enter(db: &Connection, id: OperationId, body: &Body) -> Result<()> {
    let Body::Note { target, reader, strikes } = body else { return Ok(()) };
    let key = id.as_u64() as i64;
    match strikes {
        None => db.prepare_cached("INSERT INTO note(op, app, reader) VALUES (?1, ?2, ?3)")?.execute(params![
            key,
            target.as_u64() as i64,
            *reader as u8
        ])?,
        // The first one that struck it through stands.
        Some(note) => db
            .prepare_cached("UPDATE note SET struck_by = ?2 WHERE op = ?1 AND struck_by IS NULL")?
            .execute(params![note.as_u64() as i64, key])?,
    };
    Ok(())
}

/// Follows an operation about a note into what `check` expects of the register.
pub(super) fn follow(known: &mut BTreeMap<u64, Registered>, id: OperationId, body: &Body) {
    let Body::Note { target, reader, strikes } = body else { return };
    match strikes {
        None => {
            known.insert(id.as_u64(), (*target, *reader, None));
        }
        Some(note) => {
            if let Some((_, _, struck)) = known.get_mut(&note.as_u64()) {
                struck.get_or_insert(id);
            }
        }
    }
}

impl Store {
    /// Writes a note.
    ///
    /// # Errors
    /// Busy, a full disk, or another failure; nothing is changed then.
    pub fn add_note(
        &mut self,
        signed: &Signed<'_>,
        target: ApplicationId,
        reader: NoteReader,
        text: &str,
    ) -> Result<OperationId> {
        self.put_note(signed, Body::Note { target, reader, strikes: None }, text)
    }

    /// Strikes a note through. `false` where somebody has done so already: then nothing is changed.
    ///
    /// # Errors
    /// As [`Self::add_note`].
    pub fn strike_note(&mut self, signed: &Signed<'_>, note: &StoredNote, reason: &str) -> Result<Option<OperationId>> {
        let salt = self.salt();
        let tx = self.write()?;
        let key = note.written.operation.as_u64() as i64;
        let open: Option<bool> =
            tx.query_row("SELECT struck_by IS NULL FROM note WHERE op = ?1", [key], |row| row.get(0)).optional()?;
        if open != Some(true) {
            return Ok(None);
        }
        let body = Body::Note { target: note.target, reader: note.reader, strikes: Some(note.written.operation) };
        let payload = super::log::Payload { text: reason, salt };
        let (id, _) = super::log::append_in(&tx, self.stream.get(), signed, body, Some(&payload))?;
        tx.commit()?;
        Ok(Some(id))
    }

    fn put_note(&mut self, signed: &Signed<'_>, body: Body, text: &str) -> Result<OperationId> {
        let salt = self.salt();
        let tx = self.write()?;
        let payload = super::log::Payload { text, salt };
        let (id, _) = super::log::append_in(&tx, self.stream.get(), signed, body, Some(&payload))?;
        tx.commit()?;
        Ok(id)
    }

    /// The notes on an application, newest first, the struck ones among them.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or a failure of SQLite.
    pub fn notes_of(&self, id: ApplicationId) -> Result<Vec<StoredNote>> {
        self.notes("note.app = ?1", id.as_u64())
    }

    /// A note, by the operation that wrote it.
    ///
    /// # Errors
    /// As [`Self::notes_of`].
    pub fn note(&self, operation: OperationId) -> Result<Option<StoredNote>> {
        Ok(self.notes("note.op = ?1", operation.as_u64())?.pop())
    }

    fn notes(&self, which: &str, key: u64) -> Result<Vec<StoredNote>> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT note.app, note.reader, note.op, op.at, op.actor, op_text.text, note.struck_by, by.at, by.actor,
               reason.text
             FROM note JOIN op ON op.id = note.op LEFT JOIN op_text ON op_text.op = note.op
               LEFT JOIN op AS by ON by.id = note.struck_by LEFT JOIN op_text AS reason ON reason.op = note.struck_by
             WHERE {which} ORDER BY note.op DESC"
        ))?;
        let mut rows = statement.query([key as i64])?;
        let operation = |id: i64| OperationId::from_u64(id as u64);
        let mut notes = Vec::new();
        while let Some(row) = rows.next()? {
            let id = operation(row.get(2)?);
            let code: u8 = row.get(1)?;
            let reader = NoteReader::ALL.into_iter().find(|reader| *reader as u8 == code);
            let written = |operation, at: usize| -> Result<Written> {
                let actor: i64 = row.get(at + 1)?;
                let actor = (actor != 0).then(|| OperationId::from_u64(actor as u64));
                Ok(Written { operation, at_ms: row.get(at)?, actor })
            };
            let struck = match row.get::<_, Option<i64>>(6)? {
                Some(by) => Some((written(operation(by), 7)?, row.get(9)?)),
                None => None,
            };
            notes.push(StoredNote {
                target: ApplicationId::from_u64(row.get::<_, i64>(0)? as u64),
                reader: reader.ok_or_else(|| StoreError::Damaged(format!("note {id}")))?,
                written: written(id, 3)?,
                text: row.get(5)?,
                struck,
            });
        }
        Ok(notes)
    }

    /// Whether an application has a note that isn't struck through, or a 応対記録.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub(super) fn has_note(&self, id: ApplicationId) -> Result<bool> {
        let mut read = self.db.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM note WHERE app = ?1 AND struck_by IS NULL)
               OR EXISTS (SELECT 1 FROM call WHERE app = ?1)",
        )?;
        Ok(read.query_row([id.as_u64() as i64], |row| row.get(0))?)
    }
}
