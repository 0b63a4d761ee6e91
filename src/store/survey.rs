//! A quick look at a store, for `doctor`: what can be told without reading all of it.

use rusqlite::OptionalExtension as _;

use super::Store;
use super::epoch::own_stream;
use super::error::{Result, StoreError};
use super::log::LogReader;
use super::schema;
use crate::domain::identity::OperationId;
use crate::domain::operation::Body;
use crate::domain::record::Hash;

/// What a quick look finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The schema.
    pub schema: i64,
    /// Bytes of the database.
    pub bytes: u64,
    /// Bytes that wait in the WAL.
    pub wal_bytes: u64,
    /// Whether an import was cut off.
    pub unfinished_import: bool,
    /// The newest backup that the log knows.
    pub last_backup: Option<LastBackup>,
}

/// A backup, as the log knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastBackup {
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Its place then, unless that was erased.
    pub path: Option<String>,
    /// Its SHA-256.
    pub hash: Hash,
}

impl Store {
    /// Looks at the store without reading all of it. `backup_format` is the format that backups are recorded with.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read; a failure of SQLite.
    pub fn survey(&self, backup_format: &str) -> Result<Survey> {
        let wal = std::fs::metadata(self.dir.join("sekisho.db-wal"));
        let wal_bytes = wal.map_or(0, |file| file.len());
        Ok(Survey {
            schema: schema::schema_of(&self.db)?,
            bytes: self.bytes().saturating_sub(wal_bytes),
            wal_bytes,
            unfinished_import: self.db.query_row("SELECT count(*) > 0 FROM job", [], |row| row.get(0))?,
            last_backup: self.last_backup(backup_format)?,
        })
    }

    fn last_backup(&self, format: &str) -> Result<Option<LastBackup>> {
        let mut last = None;
        self.visit_backups(format, &mut |backup| {
            last = Some(backup);
            false
        })?;
        Ok(last)
    }

    /// Backups that the log knows from before a moment, newest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn backups_before(&self, format: &str, before_ms: i64) -> Result<Vec<LastBackup>> {
        let mut backups = Vec::new();
        self.visit_backups(format, &mut |backup| {
            backups.extend((backup.at_ms < before_ms).then_some(backup));
            true
        })?;
        Ok(backups)
    }

    fn visit_backups(&self, format: &str, see: &mut dyn FnMut(LastBackup) -> bool) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let mut statement = self.db.prepare("SELECT id, bytes FROM op WHERE kind = 6 ORDER BY id DESC")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let operation = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            if let Body::Export(export) = operation.body
                && export.format == format
            {
                let path = self.op_text(id)?;
                if !see(LastBackup { at_ms: operation.at_ms, path, hash: export.file }) {
                    break;
                }
            }
        }
        Ok(())
    }

    /// When the newest operation of the own stream was, milliseconds since the Unix epoch.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn newest_ms(&self) -> Result<Option<i64>> {
        let own = own_stream(&self.db)?;
        let mut read =
            self.db.prepare_cached("SELECT at FROM op WHERE id = (SELECT no << 32 | seq FROM stream WHERE no = ?1)")?;
        Ok(read.query_row([own], |row| row.get(0)).optional()?)
    }

    /// SQLite's own quick check.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names what it found.
    pub fn quick_check(&self) -> Result<()> {
        let verdict: String = self.db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if verdict == "ok" { Ok(()) } else { Err(StoreError::Damaged(format!("sekisho.db: {verdict}"))) }
    }

    /// The version of SQLite that is compiled in.
    #[must_use]
    pub fn sqlite_version() -> &'static str {
        rusqlite::version()
    }
}
