//! Anchors: operations that name where the log stood, and looking whether a log is still the one of an anchor.

use super::Signed;
use super::Store;
use super::error::{Result, StoreError};
use crate::domain::anchor::Anchor;
use crate::domain::identity::OperationId;
use crate::domain::operation::Body;
use crate::domain::record::Hash;

/// What an anchor proves of a log that holds together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proven {
    /// The newest operation that an anchor is of: nothing up to it was changed or cut off.
    pub operation: OperationId,
    /// How many operations came after it: nothing outside of this machine proves that there were no more.
    pub after: u64,
}

impl Store {
    /// Records that an anchor leaves; answers the operation and its place in the chain.
    ///
    /// # Errors
    /// Busy or another failure; nothing is written then.
    pub fn anchor(&mut self, signed: &Signed<'_>) -> Result<(OperationId, Hash)> {
        let tx = self.write()?;
        let heads = heads(&tx)?;
        let (id, _) = super::log::append_in(&tx, self.stream.get(), signed, Body::Anchor { heads }, None)?;
        let hash = tx.query_row("SELECT hash FROM op WHERE id = ?1", [id.as_u64() as i64], |row| row.get(0))?;
        tx.commit()?;
        Ok((id, hash))
    }

    /// Looks each anchor up in a log whose chain was verified; the newest counts. `None` = there are none.
    pub(super) fn proven(&self, anchors: &[Anchor], operations: u64) -> Result<Option<Proven>> {
        let mut newest = None;
        for anchor in anchors {
            let found = self.anchored(anchor)?;
            let found = found.ok_or_else(|| StoreError::Damaged(format!("op {}: not as anchored", anchor.seq)))?;
            newest = newest.max(Some(found));
        }
        let Some(operation) = newest else { return Ok(None) };
        let key = operation.as_u64() as i64;
        let until = self.db.query_row("SELECT count(*) FROM op WHERE id <= ?1", [key], |row| row.get::<_, i64>(0))?;
        Ok(Some(Proven { operation, after: operations.saturating_sub(until as u64) }))
    }

    fn anchored(&self, anchor: &Anchor) -> Result<Option<OperationId>> {
        for (stream, _) in super::log::streams(&self.db)? {
            let id = OperationId::new(stream, anchor.seq);
            let mut statement = self.db.prepare_cached("SELECT hash FROM op WHERE id = ?1")?;
            let mut rows = statement.query([id.as_u64() as i64])?;
            if let Some(row) = rows.next()?
                && anchor.is_of(&row.get::<_, Hash>(0)?)
            {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }
}

fn heads(db: &rusqlite::Connection) -> Result<Vec<(OperationId, Hash)>> {
    let mut statement = db.prepare_cached("SELECT no, seq, head FROM stream WHERE seq > 0 ORDER BY no")?;
    let head = |row: &rusqlite::Row<'_>| Ok((OperationId::new(row.get(0)?, row.get(1)?), row.get(2)?));
    Ok(statement.query_map([], head)?.collect::<std::result::Result<_, _>>()?)
}
