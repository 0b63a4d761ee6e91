//! A backup: the whole store of one moment in one file, made while others go on working, and opened again to look
//! whether it holds what it should.

use std::fs::File;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::error::{Result, StoreError};
use super::{Store, place, schema};

/// How the folder of a drill begins; one that was cut off is cleared away by the next.
pub const DRILL: &str = "drill-";

impl Store {
    /// Writes the whole database, as of one moment, into an empty file; freed pages stay behind. Others go on writing
    /// meanwhile. What it takes in the log before (WAL) can't be reclaimed as long as this runs: one reading pass over
    /// the database.
    ///
    /// # Errors
    /// A full disk, a file that isn't empty, an interruption: what the file holds then is nothing.
    pub fn copy_into(&self, file: &Path) -> Result<()> {
        let name = file.to_str().ok_or_else(|| StoreError::io(file, std::io::ErrorKind::InvalidFilename.into()))?;
        self.db.execute("VACUUM INTO ?1", [name])?;
        let forced = File::options().write(true).open(file).and_then(|file| file.sync_all());
        forced.map_err(|error| StoreError::io(file, error))
    }

    /// Opens a backup for reading alone. Nothing is written, not even beside it, and no lock is taken: nobody else may
    /// be writing it.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it is no store, [`StoreError::Newer`].
    pub fn inspect(file: &Path) -> Result<Self> {
        let whole = file.canonicalize().map_err(|error| StoreError::io(file, error))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(address(&whole), flags)?;
        db.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -32768;")?;
        refuse_foreign(&db)?;
        refuse_cut(&db, &whole)?;
        let folder = whole.parent().unwrap_or(Path::new("/"));
        Self::of_connection(folder, db, Box::new(|_| {}), None)
    }

    /// Whether files lie beside the database that a backup of one file would leave out.
    #[must_use]
    pub fn has_attachments(&self) -> bool {
        std::fs::read_dir(self.dir.join("attachments")).is_ok_and(|mut entries| entries.next().is_some())
    }

    /// How many bytes the database takes, freed pages and what waits in the WAL included.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let size = |path: std::path::PathBuf| std::fs::metadata(path).map_or(0, |file| file.len());
        size(place::database(&self.dir)) + size(self.dir.join("sekisho.db-wal"))
    }
}

/// The URI under which SQLite reads a file without touching anything.
fn address(file: &Path) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    let path = file.as_os_str().as_bytes().iter().map(|byte| match byte {
        b'/' | b'-' | b'_' | b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(*byte).to_string(),
        other => format!("%{other:02X}"),
    });
    format!("file:{}?mode=ro&immutable=1", path.collect::<String>())
}

/// Refuses a file that lacks its end: SQLite reads a last page that was cut short as if zeros stood there, and where the
/// newest table is empty they did.
pub(super) fn refuse_cut(db: &Connection, file: &Path) -> Result<()> {
    let pages: i64 = db.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    let size: i64 = db.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let length = std::fs::metadata(file).map_err(|error| StoreError::io(file, error))?.len();
    if length == (pages * size) as u64 { Ok(()) } else { Err(StoreError::Damaged("sekisho.db".into())) }
}

/// Refuses a database that isn't a store of a version that this program knows, or that would run anything by itself.
pub(super) fn refuse_foreign(db: &Connection) -> Result<()> {
    let id: i32 = db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let own: i64 =
        db.query_row("SELECT count(*) FROM sqlite_schema WHERE type IN ('table', 'index')", [], |row| row.get(0))?;
    if id != schema::APPLICATION_ID || own == 0 {
        return Err(StoreError::Absent(std::path::PathBuf::new()));
    }
    let acts: i64 =
        db.query_row("SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')", [], |row| row.get(0))?;
    if acts > 0 {
        return Err(StoreError::Damaged("sqlite_schema".into()));
    }
    match schema::schema_of(db)? {
        found if found > schema::SCHEMA => Err(StoreError::Newer { found, known: schema::SCHEMA }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_a_file_is_read_as_part_of_the_address() {
        let at = address(Path::new("/b/市 役?所#1%.sekisho"));
        assert_eq!(at, "file:/b/%E5%B8%82%20%E5%BD%B9%3F%E6%89%80%231%25.sekisho?mode=ro&immutable=1");
    }
}
