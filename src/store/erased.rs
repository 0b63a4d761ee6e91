//! What an erasure needs beside the database, each step of which may be done again: its seeds are destroyed, the search cache
//! is written anew, the write-ahead log is emptied, the database is written anew. What isn't done yet is done by whoever opens the store next.
//! An erasure that a backup took back is found by what is kept beside the keys, and done again.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::error::{Result, StoreError};
use super::log::{LogReader, append_in};
use super::sealing::KeptErasure;
use super::{Signed, Store, place};
use crate::domain::erasure::{ErasureRule, ErasureStep};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, EpochCause};
use crate::domain::record::Hash;

/// An erasure of which steps are left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unerased {
    /// Its operation.
    pub operation: OperationId,
    /// What was done of it now; what is left is done with the next opening that has the store alone.
    pub steps: Vec<ErasureStep>,
}

/// What stands in the log of an erasure.
struct Written {
    targets: Vec<ApplicationId>,
    kept: KeptErasure,
}

impl Store {
    /// Whether erasures wait for steps beside the database.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn has_unerased(&self) -> Result<bool> {
        let mut read = self.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM erasure WHERE done_by IS NULL)")?;
        Ok(read.query_row([], |row| row.get(0))?)
    }

    /// Does what is left of every erasure, and records it where all of it is done; `now_ms` tells when that was. The answer names those of which steps are
    /// left because others have the store open.
    ///
    /// # Errors
    /// What the disk says; what was done is done, and the rest can be done later.
    pub fn finish_erasures(&mut self, signed: &Signed<'_>, now_ms: &dyn Fn() -> i64) -> Result<Vec<Unerased>> {
        if !self.db.is_autocommit() || !self.has_unerased()? {
            return Ok(Vec::new());
        }
        let mut statement = self.db.prepare_cached("SELECT op FROM erasure WHERE done_by IS NULL ORDER BY op")?;
        let open = statement.query_map([], |row| Ok(OperationId::from_u64(row.get::<_, i64>(0)? as u64)))?;
        let open = open.collect::<rusqlite::Result<Vec<_>>>()?;
        drop(statement);
        let mut all = BTreeSet::new();
        let mut keys = self.keys()?;
        for id in &open {
            let written = self.erasure_written(*id)?;
            keys.erase(&written.kept, &written.targets)?;
            all.extend(written.targets);
        }
        drop(keys);
        let all: Vec<ApplicationId> = all.into_iter().collect();
        let mut steps = vec![ErasureStep::Keys];
        match self.forget_in_search(&all) {
            Ok(()) => steps.push(ErasureStep::Search),
            Err(StoreError::Busy(_)) => {}
            Err(error) => return Err(error),
        }
        steps.extend(self.write_anew()?);
        if steps.len() < ErasureStep::ALL.len() {
            let left = |operation| Unerased { operation, steps: steps.clone() };
            return Ok(open.into_iter().map(left).collect());
        }
        let signed = Signed { at_ms: now_ms(), ..*signed };
        let tx = self.begin()?;
        for erasure in open {
            // Another process may have come first.
            let key = erasure.as_u64() as i64;
            let waits = "SELECT EXISTS (SELECT 1 FROM erasure WHERE op = ?1 AND done_by IS NULL)";
            if tx.query_row(waits, [key], |row| row.get(0))? {
                let body = Body::EraseDone { erasure, steps: steps.clone() };
                append_in(&tx, self.stream.get(), &signed, body, None)?;
            }
        }
        tx.commit()?;
        Ok(Vec::new())
    }

    fn erasure_written(&self, id: OperationId) -> Result<Written> {
        let damaged = || StoreError::Damaged(format!("erasure {id}"));
        let key = id.as_u64() as i64;
        let (bytes, hash): (Vec<u8>, Hash) =
            self.db
                .query_row("SELECT bytes, hash FROM op WHERE id = ?1", [key], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let Body::Erase { targets, .. } = LogReader::new(&self.db)?.decode(id, &bytes)?.body else {
            return Err(damaged());
        };
        let text = self.op_text(id)?.unwrap_or_default();
        Ok(Written { targets, kept: KeptErasure { operation: id, hash, bytes, text } })
    }

    /// Empties the write-ahead log, and writes the database anew where nobody else has it open: for as long as that takes
    /// nobody could change anything.
    fn write_anew(&self) -> Result<Vec<ErasureStep>> {
        let mut steps = Vec::new();
        if !empty_log(&self.db)? {
            return Ok(steps);
        }
        if place::is_shared(&self.dir) {
            steps.push(ErasureStep::Log);
            return Ok(steps);
        }
        match self.vacuum() {
            Ok(()) => {}
            Err(StoreError::Busy(_)) => {
                steps.push(ErasureStep::Log);
                return Ok(steps);
            }
            Err(error) => return Err(error),
        }
        if empty_log(&self.db)? {
            steps.extend([ErasureStep::Log, ErasureStep::Database]);
        }
        Ok(steps)
    }

    /// Writes the database anew. SQLite makes a whole copy of it meanwhile: in the store's own folder, never where the
    /// system keeps what is passing.
    fn vacuum(&self) -> Result<()> {
        let folder =
            self.dir.to_str().ok_or_else(|| StoreError::io(&self.dir, std::io::ErrorKind::InvalidFilename.into()))?;
        let folder = folder.replace('\'', "''");
        self.db.execute_batch(&format!("PRAGMA temp_store = FILE; PRAGMA temp_store_directory = '{folder}'"))?;
        let done = self.db.execute_batch("VACUUM");
        self.db.execute_batch("PRAGMA temp_store_directory = ''; PRAGMA temp_store = MEMORY")?;
        Ok(done?)
    }

    /// The operations of erasures that this store doesn't have, because a backup was put in its place: what they erased may
    /// be here again.
    fn lost_erasures(&self) -> Result<Vec<KeptErasure>> {
        // A store that was never put back has lost nothing.
        if self.epoch_cause()? == Some(EpochCause::Founded) {
            return Ok(Vec::new());
        }
        let Some(keys) = self.keys_there()? else { return Ok(Vec::new()) };
        let mut there = self.db.prepare_cached("SELECT 1 FROM op WHERE id = ?1 AND hash = ?2")?;
        let mut lost = Vec::new();
        for kept in keys.erasures()? {
            if !there.exists(params![kept.operation.as_u64() as i64, kept.hash])? {
                lost.push(kept);
            }
        }
        Ok(lost)
    }

    /// Erases again what a backup brought back. The answer is how many applications that were.
    ///
    /// # Errors
    /// As [`Self::erase`].
    pub fn erase_again(&mut self, signed: &Signed<'_>) -> Result<u64> {
        let mut count = 0;
        for kept in self.lost_erasures()? {
            let Body::Erase { targets, .. } = LogReader::new(&self.db)?.decode(kept.operation, &kept.bytes)?.body
            else {
                return Err(StoreError::Damaged("keys.db: erasure".into()));
            };
            let back = |store: &Self| -> Result<Vec<ApplicationId>> {
                let mut there = store.db.prepare_cached("SELECT 1 FROM state WHERE id = ?1")?;
                let mut back = Vec::new();
                for id in &targets {
                    if there.exists([id.as_u64() as i64])? {
                        back.push(*id);
                    }
                }
                Ok(back)
            };
            if back(self)?.is_empty() {
                continue;
            }
            let choose = |store: &Self| Ok::<_, StoreError>((back(store)?, kept.text.clone(), ()));
            count += self.erase(signed, ErasureRule::Again, choose)?.0.changed;
        }
        Ok(count)
    }

    /// Why the own stream's epoch began.
    fn epoch_cause(&self) -> Result<Option<EpochCause>> {
        let first = OperationId::new(self.stream.get(), 1);
        Ok(self.operation(first)?.and_then(|operation| match operation.body {
            Body::Epoch { cause, .. } => Some(cause),
            _ => None,
        }))
    }
}

/// Brings everything out of the write-ahead log into the database and cuts it off; `false` where somebody is in the way.
fn empty_log(db: &Connection) -> Result<bool> {
    let busy: i64 = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(busy == 0)
}
