//! 応対記録: what was said on the phone about an application. They are only ever added. One may want a 折返し, which stays
//! open until another one answers it. The table is a register of what the log says; what was said is payload (`op_text`).

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::{Result, StoreError};
use super::log::LogReader;
use super::projected::operation_of_column;
use super::{Signed, Store, Written};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, CallBody};
use crate::domain::phone::Spoken;

/// A 応対記録.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCall {
    /// What the log says of it.
    pub body: CallBody,
    /// By whom, and when.
    pub written: Written,
    /// What was said; nothing where it was erased.
    pub said: Spoken,
    /// The 応対記録 that answered its 折返し.
    pub answered_by: Option<OperationId>,
}

/// Whether a 折返し is open.
const OPEN: &str = "callback AND answered_by IS NULL";

/// Enters a 応対記録 into the register. The first one that answers a 折返し stands.
pub(super) fn enter(db: &Connection, id: OperationId, call: &CallBody) -> Result<()> {
    let (key, app) = (id.as_u64() as i64, call.target.as_u64() as i64);
    db.prepare_cached("INSERT INTO call(op, app, callback) VALUES (?1, ?2, ?3)")?.execute(params![
        key,
        app,
        call.callback
    ])?;
    if let Some(answers) = call.answers {
        db.prepare_cached("UPDATE call SET answered_by = ?2 WHERE op = ?1 AND answered_by IS NULL")?
            .execute(params![answers.as_u64() as i64, key])?;
    }
    Ok(())
}

impl Store {
    /// Writes a 応対記録. `None` where it would answer what isn't an open 折返し of this application: then nothing is
    /// changed.
    ///
    /// # Errors
    /// Busy, a full disk, or another failure; nothing is changed then.
    pub fn add_call(&mut self, signed: &Signed<'_>, body: CallBody, said: &Spoken) -> Result<Option<OperationId>> {
        let salt = self.salt();
        let tx = self.write()?;
        if let Some(answers) = body.answers {
            let open: Option<i64> = tx
                .query_row(
                    &format!("SELECT app FROM call WHERE op = ?1 AND {OPEN}"),
                    [answers.as_u64() as i64],
                    |row| row.get(0),
                )
                .optional()?;
            if open != Some(body.target.as_u64() as i64) {
                return Ok(None);
            }
        }
        let text = said.payload();
        let payload = super::log::Payload { text: &text, salt };
        let (id, _) = super::log::append_in(&tx, self.stream.get(), signed, Body::Call(body), Some(&payload))?;
        tx.commit()?;
        Ok(Some(id))
    }

    /// The 応対記録 of an application, newest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or a failure of SQLite.
    pub fn calls_of(&self, id: ApplicationId) -> Result<Vec<StoredCall>> {
        self.calls("call.app = ?1 ORDER BY call.op DESC", id.as_u64() as i64)
    }

    /// 応対記録 whose 折返し is open, the one that waits longest first, at most so many.
    ///
    /// # Errors
    /// As [`Self::calls_of`].
    pub fn open_callbacks(&self, most: u32) -> Result<Vec<StoredCall>> {
        self.calls(&format!("{OPEN} ORDER BY call.op LIMIT ?1"), most.into())
    }

    /// One 応対記録.
    ///
    /// # Errors
    /// As [`Self::calls_of`].
    pub fn call(&self, operation: OperationId) -> Result<Option<StoredCall>> {
        Ok(self.calls("call.op = ?1", operation.as_u64() as i64)?.pop())
    }

    fn calls(&self, which: &str, key: i64) -> Result<Vec<StoredCall>> {
        let reader = LogReader::new(&self.db)?;
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT call.op, op.bytes, op_text.text, call.answered_by FROM call JOIN op ON op.id = call.op
               LEFT JOIN op_text ON op_text.op = call.op WHERE {which}"
        ))?;
        let mut rows = statement.query([key])?;
        let mut calls = Vec::new();
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let operation = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            let written = Written { operation: id, at_ms: operation.at_ms, actor: operation.actor };
            let Body::Call(body) = operation.body else { return Err(StoreError::Damaged(format!("call {id}"))) };
            let said = Spoken::of_payload(row.get::<_, Option<String>>(2)?.as_deref());
            calls.push(StoredCall { body, written, said, answered_by: operation_of_column(row.get(3)?) });
        }
        Ok(calls)
    }

    /// How many applications wait for a 折返し.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn waiting_callbacks(&self) -> Result<u64> {
        let mut count = self.db.prepare_cached(&format!("SELECT count(DISTINCT app) FROM call WHERE {OPEN}"))?;
        Ok(count.query_row([], |row| row.get::<_, i64>(0))? as u64)
    }

    /// Whether an application waits for a 折返し.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub(super) fn awaits_callback(&self, id: ApplicationId) -> Result<bool> {
        let mut read =
            self.db.prepare_cached(&format!("SELECT EXISTS (SELECT 1 FROM call WHERE app = ?1 AND {OPEN})"))?;
        Ok(read.query_row([id.as_u64() as i64], |row| row.get(0))?)
    }

    /// Shows the applications that wait for a 折返し, each once or more.
    pub(super) fn visit_callbacks(&self, see: &mut dyn FnMut(ApplicationId)) -> Result<()> {
        let mut statement = self.db.prepare_cached(&format!("SELECT app FROM call WHERE {OPEN}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            see(ApplicationId::from_u64(row.get::<_, i64>(0)? as u64));
        }
        Ok(())
    }

    /// The register of 応対記録 says what the log says.
    pub(super) fn check_calls(&self) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let mut expected: BTreeMap<i64, (i64, bool, Option<i64>)> = BTreeMap::new();
        let mut statement = self.db.prepare("SELECT id, bytes FROM op WHERE kind IN (19, 29) ORDER BY id")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let operation = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            let call = match operation.body {
                Body::Call(call) => call,
                Body::Erase { targets, .. } => {
                    expected
                        .retain(|_, (app, ..)| targets.binary_search(&ApplicationId::from_u64(*app as u64)).is_err());
                    continue;
                }
                _ => return Err(StoreError::Damaged(format!("op {id}"))),
            };
            if let Some((_, _, answered)) = call.answers.and_then(|one| expected.get_mut(&(one.as_u64() as i64))) {
                answered.get_or_insert(id.as_u64() as i64);
            }
            expected.insert(id.as_u64() as i64, (call.target.as_u64() as i64, call.callback, None));
        }
        let mut statement = self.db.prepare("SELECT op, app, callback, answered_by FROM call ORDER BY op")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let op: i64 = row.get(0)?;
            if expected.remove(&op) != Some((row.get(1)?, row.get(2)?, row.get(3)?)) {
                return Err(StoreError::Damaged(format!("call {op}")));
            }
        }
        match expected.keys().next() {
            Some(op) => Err(StoreError::Damaged(format!("call {op}"))),
            None => Ok(()),
        }
    }
}
