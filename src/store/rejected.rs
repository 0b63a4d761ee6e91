//! Rows that imports have set aside: kept with their raw bytes until they are cleared.

use rusqlite::OptionalExtension as _;

use super::error::Result;
use super::sealing::SEALED_ROW;
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
    /// The row as it stood in the file; nothing where it is sealed.
    pub bytes: Vec<u8>,
    /// Whether it is sealed, because its file has columns that may not lie open.
    pub sealed: bool,
}

/// The header of a file whose rows were set aside.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RejectedHeader {
    /// As it stood in the file, without a byte order mark and line end.
    pub bytes: Vec<u8>,
    /// Number of its encoding.
    pub encoding: u8,
}

impl Store {
    /// Visits all rows set aside by published imports, in their order.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn visit_rejected(&self, visit: &mut dyn FnMut(RejectedRow)) -> Result<()> {
        self.read_rejected("op IS NOT NULL ORDER BY op, line", [], visit)
    }

    /// The rows that one import set aside, in their order.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn visit_rejected_of(&self, import: OperationId, visit: &mut dyn FnMut(RejectedRow)) -> Result<()> {
        self.read_rejected("op = ?1 ORDER BY line", [import.as_u64() as i64], visit)
    }

    /// The newest rows set aside, at most `limit`: those of the newest import first, each import's by their lines.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn newest_rejected(&self, limit: u32) -> Result<Vec<RejectedRow>> {
        let mut rows = Vec::new();
        self.read_rejected("op IS NOT NULL ORDER BY op DESC, line LIMIT ?1", [limit], &mut |row| rows.push(row))?;
        Ok(rows)
    }

    /// How many rows are set aside.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn count_rejected(&self) -> Result<u64> {
        let mut statement = self.db.prepare_cached("SELECT count(*) FROM rejected WHERE op IS NOT NULL")?;
        Ok(statement.query_row([], |row| row.get::<_, i64>(0))? as u64)
    }

    fn read_rejected(
        &self,
        which: &str,
        parameters: impl rusqlite::Params,
        visit: &mut dyn FnMut(RejectedRow),
    ) -> Result<()> {
        let sql = format!("SELECT op, file, line, \"column\", field, reason, enc, bytes FROM rejected WHERE {which}");
        let mut statement = self.db.prepare(&sql)?;
        let mut rows = statement.query(parameters)?;
        while let Some(row) = rows.next()? {
            let encoding: u8 = row.get(6)?;
            let sealed = encoding & SEALED_ROW != 0;
            visit(RejectedRow {
                import: OperationId::from_u64(row.get::<_, i64>(0)? as u64),
                file: row.get(1)?,
                line: row.get::<_, i64>(2)? as u64,
                column: row.get::<_, Option<i64>>(3)?.map(|column| column as u64),
                field: row.get(4)?,
                reason: row.get(5)?,
                encoding: encoding & !SEALED_ROW,
                bytes: if sealed { Vec::new() } else { row.get(7)? },
                sealed,
            });
        }
        Ok(())
    }

    /// The header of the file whose rows an import set aside; `None` where an earlier version didn't keep it.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn rejected_header(&self, import: OperationId) -> Result<Option<RejectedHeader>> {
        let mut statement = self.db.prepare_cached(
            "SELECT bytes, enc FROM rejected_header WHERE job = (SELECT job FROM rejected WHERE op = ?1 LIMIT 1)",
        )?;
        let found = statement.query_row([import.as_u64() as i64], |row| {
            Ok(RejectedHeader { bytes: row.get(0)?, encoding: row.get(1)? })
        });
        Ok(found.optional()?)
    }

    /// Erases rows set aside (those of one import, or all), by an operation that names their imports. The answer is how
    /// many there were.
    ///
    /// # Errors
    /// Busy or another failure; nothing is erased then.
    pub fn clear_rejected(
        &mut self,
        signed: &Signed<'_>,
        only: Option<OperationId>,
    ) -> Result<(Option<OperationId>, u64)> {
        let tx = self.write()?;
        let imports: Vec<OperationId> = {
            let mut statement = tx.prepare("SELECT DISTINCT op FROM rejected WHERE op IS NOT NULL ORDER BY op")?;
            let found = statement.query_map([], |row| row.get::<_, i64>(0))?;
            let found = found.map(|id| Ok(OperationId::from_u64(id? as u64))).collect::<Result<Vec<_>>>()?;
            found.into_iter().filter(|import| only.is_none_or(|only| only == *import)).collect()
        };
        if imports.is_empty() {
            return Ok((None, 0));
        }
        let mut erased = 0;
        for import in &imports {
            erased += tx.execute("DELETE FROM rejected WHERE op = ?1", [import.as_u64() as i64])?;
        }
        let kept = "SELECT job FROM rejected UNION SELECT id FROM job";
        tx.execute(&format!("DELETE FROM rejected_header WHERE job NOT IN ({kept})"), [])?;
        let body = Body::RejectedClear { imports };
        let (id, _) = super::log::append_in(&tx, self.stream.get(), signed, body, None)?;
        tx.commit()?;
        Ok((Some(id), erased as u64))
    }

    /// Writes an operation that changes no state: a file that left the store.
    ///
    /// # Errors
    /// Busy or another failure; nothing is written then.
    pub fn record(&mut self, signed: &Signed<'_>, body: Body, text: Option<&str>) -> Result<OperationId> {
        let salt = self.salt();
        let tx = self.write()?;
        let payload = text.map(|text| super::log::Payload { text, salt });
        let (id, _) = super::log::append_in(&tx, self.stream.get(), signed, body, payload.as_ref())?;
        tx.commit()?;
        Ok(id)
    }
}
