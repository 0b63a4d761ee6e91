//! 廃棄: applications are erased by one operation. Together with it goes everything that says anything of them; what stays
//! are the leaves of their contents, by which the chunks of imports are checked, and their identities, so that no download
//! brings them back. What has to be done beside the database comes after, in `erased`.

use std::collections::{BTreeSet, HashSet};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::{Result, StoreError};
use super::log::{LogReader, Payload};
use super::several::{Several, parts};
use super::state_view::is_here;
use super::{Holder, Signed, Store, place};
use crate::domain::erasure::{ErasureRule, ErasureStep};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, Group};
use crate::domain::record::Hash;

/// Tables in which rows of an application stand, with the column that names it. `state` and `rare` are the projection's,
/// `identity` has none, the registers are emptied by [`enter`].
const FACTS: [(&str, &str); 4] = [("app", "id"), ("app_old", "id"), ("raw", "id"), ("sealed", "app")];

/// Registers in which rows of an application stand.
const REGISTERS: [&str; 6] = ["tag", "note", "call", "touch", "listed", "revised"];

/// An erasure, as the log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Its operation.
    pub operation: OperationId,
    /// Who did it; `None` = unsigned.
    pub actor: Option<OperationId>,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// What it says of the second person.
    pub approval: Option<Vec<u8>>,
    /// How many applications.
    pub count: u64,
    /// Why.
    pub rule: ErasureRule,
    /// Its payload.
    pub text: Option<String>,
    /// When what it needs beside the database was done, and what that was; `None` = not yet.
    pub done: Option<(i64, Vec<ErasureStep>)>,
}

/// What of the erased may still be somewhere, because it doesn't belong to any of them alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOver {
    /// Rows that imports have set aside: they may be about anybody.
    pub set_aside: u64,
}

/// Enters an operation about an erasure into the registers.
pub(super) fn enter(db: &Connection, id: OperationId, body: &Body) -> Result<()> {
    let key = id.as_u64() as i64;
    match body {
        Body::Erase { targets, .. } => {
            for table in REGISTERS {
                delete(db, table, "app", targets)?;
            }
            db.prepare_cached("INSERT INTO erasure(op) VALUES (?1)")?.execute([key])?;
        }
        Body::EraseDone { erasure, .. } => {
            // The first stands.
            db.prepare_cached("UPDATE erasure SET done_by = ?2 WHERE op = ?1 AND done_by IS NULL")?
                .execute(params![erasure.as_u64() as i64, key])?;
        }
        _ => {}
    }
    Ok(())
}

fn delete(db: &Connection, table: &str, column: &str, ids: &[ApplicationId]) -> Result<()> {
    let mut several = Several::prepare(db, &format!("DELETE FROM {table} WHERE {column}"), 0)?;
    for part in parts(ids) {
        several.execute(&[], part)?;
    }
    Ok(())
}

impl Store {
    /// Erases applications. `choose` is asked once, inside the transaction: which ones, and what is to be remembered of it.
    /// Those that are away or don't exist are refused. `None` where nothing is left to erase.
    ///
    /// # Errors
    /// What `choose` answers; [`StoreError::UnfinishedImport`] while one is under way or was cut off, for it may hold what
    /// is to be erased; a failure of the store. Nothing is changed then.
    pub fn erase<T, E: From<StoreError>>(
        &mut self,
        signed: &Signed<'_>,
        rule: ErasureRule,
        choose: impl FnOnce(&Self) -> std::result::Result<(Vec<ApplicationId>, String, T), E>,
    ) -> std::result::Result<(super::Changed, T), E> {
        let salt = self.salt();
        let tx = self.write()?;
        if let Some(holder) = self.importing(&tx)? {
            return Err(holder.into());
        }
        let (mut targets, text, told) = choose(self)?;
        let mut outcome = super::Changed::default();
        targets.sort_unstable();
        targets.dedup();
        let mut refused = Vec::new();
        for id in &targets {
            if !is_here(&tx, *id)? {
                refused.push(*id);
            }
        }
        targets.retain(|id| refused.binary_search(id).is_err());
        outcome.refused = refused;
        if !targets.is_empty() {
            outcome.changed = targets.len() as u64;
            outcome.operation = Some(self.erase_in(&tx, signed, (targets, rule), &Payload { text: &text, salt })?);
        }
        tx.commit().map_err(StoreError::from)?;
        self.forms.borrow_mut().forget();
        Ok((outcome, told))
    }

    /// Why nothing may be erased just now: an import holds rows that nobody sees yet.
    fn importing(&self, db: &Connection) -> Result<Option<StoreError>> {
        let job: bool = db.query_row("SELECT EXISTS (SELECT 1 FROM job)", [], |row| row.get(0))?;
        Ok(job.then(|| match place::importing(&self.dir) {
            Some(holder @ Holder::Import(_)) => StoreError::Busy(holder),
            _ => StoreError::UnfinishedImport,
        }))
    }

    fn erase_in(
        &self,
        tx: &Connection,
        signed: &Signed<'_>,
        (targets, rule): (Vec<ApplicationId>, ErasureRule),
        payload: &Payload<'_>,
    ) -> Result<OperationId> {
        let texts = self.texts_of_those_alone(tx, &targets)?;
        let body = Body::Erase { targets, rule, texts };
        let mut coming = super::log::coming(tx, self.stream.get(), signed, body, Some(payload))?;
        // Who doesn't know of it would still show what has no content any more.
        coming.operation.critical = true;
        let Body::Erase { targets, texts, .. } = &coming.operation.body else { return Ok(coming.id) };
        self.bury(tx, coming.id, targets)?;
        super::change::project(tx, coming.id, &coming.operation)?;
        coming.append(tx)?;
        for (table, column) in FACTS {
            delete(tx, table, column, targets)?;
        }
        let mut text = tx.prepare_cached("DELETE FROM op_text WHERE op = ?1")?;
        for id in texts {
            text.execute([id.as_u64() as i64])?;
        }
        Ok(coming.id)
    }

    /// Keeps the leaves of their contents, and takes their identities out of use.
    fn bury(&self, tx: &Connection, by: OperationId, targets: &[ApplicationId]) -> Result<()> {
        let by = by.as_u64() as i64;
        let mut operations = tx.prepare_cached(
            "SELECT op FROM app WHERE id = ?1 UNION ALL SELECT op FROM app_old WHERE id = ?1 ORDER BY op",
        )?;
        let mut tomb = tx.prepare_cached("INSERT INTO tomb(app, op, leaf, by_op) VALUES (?1, ?2, ?3, ?4)")?;
        let mut gone = tx.prepare_cached(
            "INSERT INTO gone(source, number, by_op) SELECT source, number, ?2 FROM app WHERE id = ?1",
        )?;
        let mut identity = tx.prepare_cached(
            "DELETE FROM identity WHERE source = (SELECT source FROM app WHERE id = ?1)
               AND number = (SELECT number FROM app WHERE id = ?1)",
        )?;
        for id in targets {
            let key = id.as_u64() as i64;
            let contents = operations.query_map([key], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
            for operation in contents {
                tomb.execute(params![key, operation, self.leaf_of(*id, operation)?, by])?;
            }
            gone.execute([key, by])?;
            identity.execute([key])?;
        }
        Ok(())
    }

    /// The operations whose payloads are about these alone, or about others that were erased before. A pattern of numbers
    /// and the name of a 札 stay: others have them too, and they are nobody's words about anybody. Of a request the numbers
    /// of some of its applications stand in its payload, so that goes as soon as it is about one of them.
    fn texts_of_those_alone(&self, tx: &Connection, targets: &[ApplicationId]) -> Result<Vec<OperationId>> {
        let reader = LogReader::new(tx)?;
        let going: HashSet<ApplicationId> = targets.iter().copied().collect();
        let mut there = tx.prepare_cached("SELECT 1 FROM state WHERE id = ?1")?;
        let mut stays =
            |id: &ApplicationId| -> Result<bool> { Ok(!going.contains(id) && there.exists([id.as_u64() as i64])?) };
        let mut alone = |ids: &[ApplicationId]| -> Result<bool> {
            for id in ids {
                if stays(id)? {
                    return Ok(false);
                }
            }
            Ok(!ids.is_empty())
        };
        let mut statement = tx.prepare_cached(
            "SELECT op.id, op.bytes FROM op_text JOIN op ON op.id = op_text.op
             WHERE op.kind IN (4, 15, 17, 18, 19, 22, 27, 28) ORDER BY op.id",
        )?;
        let mut rows = statement.query([])?;
        let mut texts = BTreeSet::new();
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let body = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?.body;
            let goes = match &body {
                Body::Set { writes, .. } => {
                    let numbers = |group| matches!(group, Group::IndividualNumber | Group::Received);
                    let mut all = !writes.iter().any(|write| numbers(write.group));
                    for write in writes {
                        all = all && alone(&write.targets)?;
                    }
                    all
                }
                Body::Ruling { subject: None, writes, .. } => match writes.first() {
                    Some(write) => alone(&write.targets)?,
                    None => false,
                },
                Body::Ruling { subject: Some(of), .. } | Body::Decision { request: of, .. } => texts.contains(of),
                Body::Note { target, .. } | Body::Reveal { target, .. } => alone(&[*target])?,
                Body::Call(call) => alone(&[call.target])?,
                Body::Opened(opened) => alone(&opened.targets)?,
                Body::Request { targets, .. } => targets.iter().any(|id| going.contains(id)),
                _ => false,
            };
            if goes {
                texts.insert(id);
            }
        }
        Ok(texts.into_iter().collect())
    }

    /// The operations whose payloads were erased.
    pub(super) fn erased_texts(&self) -> Result<HashSet<OperationId>> {
        let mut texts = HashSet::new();
        self.visit_erasures(&mut |_, body| {
            if let Body::Erase { texts: erased, .. } = body {
                texts.extend(erased);
            }
            Ok(())
        })?;
        Ok(texts)
    }

    fn visit_erasures(&self, see: &mut dyn FnMut(OperationId, Body) -> Result<()>) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let mut statement = self.db.prepare("SELECT id, bytes FROM op WHERE kind IN (29, 30) ORDER BY id")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            see(id, reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?.body)?;
        }
        Ok(())
    }

    /// The leaf of a content that was erased.
    pub(super) fn tomb_leaf(&self, id: ApplicationId, operation: i64) -> Result<Option<Hash>> {
        let mut read = self.db.prepare_cached("SELECT leaf FROM tomb WHERE app = ?1 AND op = ?2")?;
        Ok(read.query_row([id.as_u64() as i64, operation], |row| row.get(0)).optional()?)
    }

    /// Every leaf that was kept is of an application that the log says was erased, each of these has its birth's and its
    /// identity, and the register says what the log says.
    pub(super) fn check_erased(&self) -> Result<()> {
        let damaged = |place: String| StoreError::Damaged(place);
        let (mut of, mut expected) = (std::collections::HashMap::new(), std::collections::BTreeMap::new());
        self.visit_erasures(&mut |id, body| {
            match body {
                Body::Erase { targets, .. } => {
                    expected.insert(id, None);
                    of.extend(targets.into_iter().map(|target| (target, id)));
                }
                Body::EraseDone { erasure, .. } => {
                    let done = expected.get_mut(&erasure).ok_or_else(|| damaged(format!("op {id}: erasure")))?;
                    done.get_or_insert(id);
                }
                _ => {}
            }
            Ok(())
        })?;
        let mut births = 0;
        let mut statement = self.db.prepare("SELECT app, op, by_op FROM tomb")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (app, by) = (row.get::<_, i64>(0)? as u64, row.get::<_, i64>(2)? as u64);
            if of.get(&ApplicationId::from_u64(app)) != Some(&OperationId::from_u64(by)) {
                return Err(damaged(format!("tomb {app}")));
            }
            births += usize::from(row.get::<_, i64>(1)? == 0);
        }
        let gone: i64 = self.db.query_row("SELECT count(*) FROM gone", [], |row| row.get(0))?;
        if births != of.len() || gone as usize != of.len() {
            return Err(damaged("gone".into()));
        }
        let mut statement = self.db.prepare("SELECT op, done_by FROM erasure ORDER BY op")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let done = super::projected::operation_of_column(row.get(1)?);
            if expected.remove(&id) != Some(done) {
                return Err(damaged(format!("erasure {id}")));
            }
        }
        match expected.keys().next() {
            Some(id) => Err(damaged(format!("erasure {id}"))),
            None => Ok(()),
        }
    }

    /// Erasures, newest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn erasures(&self) -> Result<Vec<Erased>> {
        let mut statement = self.db.prepare_cached("SELECT op, done_by FROM erasure ORDER BY op DESC")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?)))?;
        let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
        let mut erasures = Vec::with_capacity(rows.len());
        for (id, done_by) in rows {
            let id = OperationId::from_u64(id as u64);
            let damaged = || StoreError::Damaged(format!("erasure {id}"));
            let operation = self.operation(id)?.ok_or_else(damaged)?;
            let Body::Erase { targets, rule, .. } = operation.body else { return Err(damaged()) };
            let done = match super::projected::operation_of_column(done_by) {
                None => None,
                Some(by) => match self.operation(by)?.ok_or_else(damaged)? {
                    crate::domain::operation::Operation { at_ms, body: Body::EraseDone { steps, .. }, .. } => {
                        Some((at_ms, steps))
                    }
                    _ => return Err(damaged()),
                },
            };
            erasures.push(Erased {
                operation: id,
                actor: operation.actor,
                at_ms: operation.at_ms,
                approval: operation.approval,
                count: targets.len() as u64,
                rule,
                text: self.op_text(id)?,
                done,
            });
        }
        Ok(erasures)
    }

    /// What of the erased may still be somewhere.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn left_over(&self) -> Result<LeftOver> {
        let set_aside: i64 = self.db.query_row("SELECT count(*) FROM rejected", [], |row| row.get(0))?;
        Ok(LeftOver { set_aside: set_aside as u64 })
    }

    /// Whether anything was ever erased.
    pub(super) fn has_gone(&self) -> Result<bool> {
        Ok(self.db.query_row("SELECT EXISTS (SELECT 1 FROM gone)", [], |row| row.get(0))?)
    }

    /// Whether an identity was erased. Nothing is ever imported under it again.
    pub(super) fn is_gone(&self, source: i64, number: &str) -> Result<bool> {
        let mut read = self.db.prepare_cached("SELECT 1 FROM gone WHERE source = ?1 AND number = ?2")?;
        Ok(read.exists(params![source, number])?)
    }
}
