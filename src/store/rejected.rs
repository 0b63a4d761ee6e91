//! Rows that imports have set aside: kept with their raw bytes until they are cleared.

use super::error::Result;
use super::{Signed, Store};
use crate::domain::identity::OperationId;
use crate::domain::operation::Body;

/// A row that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRow {
    /// The import that set it aside.
    pub import: OperationId,
    /// The name of its file.
    pub file: String,
    /// The line where it starts.
    pub line: u64,
    /// The column of the bad field.
    pub column: Option<u64>,
    /// The name of the bad field.
    pub field: Option<String>,
    /// Number of the reason.
    pub reason: u8,
    /// Number of the encoding of the bytes.
    pub encoding: u8,
    /// The row as it stood in the file.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Visits all rows set aside by published imports, in their order.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn visit_rejected(&self, visit: &mut dyn FnMut(RejectedRow)) -> Result<()> {
        let mut statement = self.db.prepare(
            "SELECT op, file, line, \"column\", field, reason, enc, bytes FROM rejected WHERE op IS NOT NULL
             ORDER BY op, line",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit(RejectedRow {
                import: OperationId::from_u64(row.get::<_, i64>(0)? as u64),
                file: row.get(1)?,
                line: row.get::<_, i64>(2)? as u64,
                column: row.get::<_, Option<i64>>(3)?.map(|column| column as u64),
                field: row.get(4)?,
                reason: row.get(5)?,
                encoding: row.get(6)?,
                bytes: row.get(7)?,
            });
        }
        Ok(())
    }

    /// Erases all rows set aside, by an operation that names their imports. The answer is how many there were.
    ///
    /// # Errors
    /// Busy or another failure; nothing is erased then.
    pub fn clear_rejected(&mut self, signed: &Signed<'_>) -> Result<(Option<OperationId>, u64)> {
        let tx = self.begin()?;
        let imports: Vec<OperationId> = {
            let mut statement = tx.prepare("SELECT DISTINCT op FROM rejected WHERE op IS NOT NULL ORDER BY op")?;
            let found = statement.query_map([], |row| row.get::<_, i64>(0))?;
            found.map(|id| Ok(OperationId::from_u64(id? as u64))).collect::<Result<_>>()?
        };
        if imports.is_empty() {
            return Ok((None, 0));
        }
        let body = Body::RejectedClear { imports };
        let (id, _) = super::log::append_in(&tx, self.stream.get(), signed, body, None)?;
        let erased = tx.execute("DELETE FROM rejected WHERE op IS NOT NULL", [])?;
        tx.commit()?;
        Ok((Some(id), erased as u64))
    }

    /// Writes an operation that changes no state: a file that left the store.
    ///
    /// # Errors
    /// Busy or another failure; nothing is written then.
    pub fn record(&mut self, signed: &Signed<'_>, body: Body, text: Option<&str>) -> Result<OperationId> {
        let salt = self.salt();
        let tx = self.begin()?;
        let payload = text.map(|text| super::log::Payload { text, salt });
        let (id, _) = super::log::append_in(&tx, self.stream.get(), signed, body, payload.as_ref())?;
        tx.commit()?;
        Ok(id)
    }
}
