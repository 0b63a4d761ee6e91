//! The import that a crash, a power cut or Ctrl-C left behind: what is known of it, and giving it up.

use std::time::Duration;

use super::error::{Holder, Result};
use super::{Store, place, stage};
use crate::domain::operation::ImportCounts;
use crate::domain::record::Hash;

/// An import that wasn't published. Nothing of it is visible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// SHA-256 of its file.
    pub file: Hash,
    /// The name of its file; empty where an earlier version began it.
    pub name: String,
    /// The length of its file in bytes; 0 where an earlier version began it.
    pub length: u64,
    /// How many bytes of it have been read.
    pub byte: u64,
    /// How many lines of it have been read.
    pub line: u64,
    /// The counts so far.
    pub counts: ImportCounts,
    /// Who imports it just now; `None` = nobody: it waits to be continued.
    pub holder: Option<Holder>,
    /// Whether the same file continues it; one whose taking back was cut off begins anew.
    pub whole: bool,
}

impl Store {
    /// The import that isn't published, if there is one.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn unfinished(&self) -> Result<Option<Unfinished>> {
        let Some(job) = stage::unfinished_job(&self.db)? else { return Ok(None) };
        Ok(Some(Unfinished {
            file: job.file,
            name: job.file_name,
            length: job.length,
            byte: job.at_byte,
            line: job.at_line.saturating_sub(1),
            counts: job.counts,
            holder: place::importing(&self.dir),
            whole: job.whole,
        }))
    }

    /// Takes back what an unfinished import left; nothing of it was visible, so nothing visible changes. The answer
    /// tells whether there was one.
    ///
    /// # Errors
    /// [`super::StoreError::Busy`] if an import runs for longer than `wait`; what was taken back stays so.
    pub fn give_up_unfinished(&mut self, wait: Duration) -> Result<bool> {
        let lock = place::importer(&self.dir, wait)?;
        let found = stage::unfinished_job(&self.db)?.is_some();
        stage::take_back_jobs(self)?;
        drop(lock);
        Ok(found)
    }
}
