//! Who looked at an application, as far as the log is told of it: sealed items that were opened (kind 27), applications that
//! were opened where that is told first (kind 28); and lists of applications that left (kind 10). The table `touch` is the
//! register of the first two (see compared.rs).

use super::error::Result;
use super::log::LogReader;
use super::{LogLine, Store};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::Body;

/// The applications that an operation looked at, as the register has it.
fn touched(body: &Body) -> &[ApplicationId] {
    match body {
        Body::Reveal { target, .. } => std::slice::from_ref(target),
        Body::Opened(opened) => &opened.targets,
        _ => &[],
    }
}

impl Store {
    /// The operations by which somebody looked at an application, oldest first.
    pub(super) fn looks_at(&self, id: ApplicationId) -> Result<Vec<OperationId>> {
        let mut statement = self.db.prepare_cached("SELECT op FROM touch WHERE app = ?1 ORDER BY op")?;
        let found = statement.query_map([id.as_u64() as i64], |row| row.get::<_, i64>(0))?;
        found.map(|id| Ok(OperationId::from_u64(id? as u64))).collect()
    }

    /// The same, whole, with the lists that it left on, newest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`](super::StoreError::Damaged) if an operation can't be read.
    pub fn looks(&self, id: ApplicationId) -> Result<Vec<LogLine>> {
        let reader = LogReader::new(&self.db)?;
        let mut statement = self.db.prepare_cached(
            "SELECT op.id, op.bytes, op.hash, op_text.text FROM op LEFT JOIN op_text ON op_text.op = op.id
             WHERE op.kind = 10 OR op.id IN (SELECT op FROM touch WHERE app = ?1) ORDER BY op.id DESC",
        )?;
        let mut rows = statement.query([id.as_u64() as i64])?;
        let mut looks = Vec::new();
        while let Some(row) = rows.next()? {
            let at = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let operation = reader.decode(at, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            let is_of = match &operation.body {
                Body::ReflectList { targets, .. } => targets.binary_search(&id).is_ok(),
                body => touched(body).contains(&id),
            };
            if is_of {
                looks.push(LogLine { id: at, operation, hash: row.get(2)?, text: row.get(3)? });
            }
        }
        Ok(looks)
    }
}
