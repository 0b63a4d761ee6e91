//! Writing: a transaction for one change, or a part of a larger one. Several changes that must happen together stand in a
//! bracket: what each of them writes is a savepoint then, and only closing the bracket makes it durable.

use std::ops::Deref;

use rusqlite::{Connection, DropBehavior, Transaction};

use super::error::{Result, StoreError};
use super::{Store, epoch};

/// What one change writes; dropped without commit, nothing has happened.
pub(super) enum Writing<'a> {
    /// By itself.
    Whole(Transaction<'a>),
    /// Inside a bracket.
    Part(Part<'a>),
}

/// A savepoint.
pub(super) struct Part<'a> {
    db: &'a Connection,
    open: bool,
}

impl Deref for Writing<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            Self::Whole(tx) => tx,
            Self::Part(part) => part.db,
        }
    }
}

impl Writing<'_> {
    /// Keeps it.
    pub(super) fn commit(self) -> rusqlite::Result<()> {
        match self {
            Self::Whole(tx) => tx.commit(),
            Self::Part(mut part) => {
                part.open = false;
                part.db.execute_batch("RELEASE part")
            }
        }
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        if self.open {
            // Should it fail, closing the bracket without keeping it takes back everything anyway.
            self.db.execute_batch("ROLLBACK TO part; RELEASE part").unwrap_or_default();
        }
    }
}

impl Store {
    /// Begins to write one change, waiting for other writers; inside a bracket it is a part of that.
    pub(super) fn write(&self) -> Result<Writing<'_>> {
        if self.brackets.get() == 0 {
            return self.begin().map(Writing::Whole);
        }
        if self.db.is_autocommit() {
            // SQLite gave the whole transaction up: a savepoint would begin another one.
            return Err(StoreError::Changed);
        }
        self.db.execute_batch("SAVEPOINT part")?;
        Ok(Writing::Part(Part { db: &self.db, open: true }))
    }

    /// Opens a bracket, waiting for other writers. Whoever opens one closes it, whatever happens in between.
    ///
    /// # Errors
    /// Busy, or another failure: it isn't open then.
    pub fn open_bracket(&self) -> Result<()> {
        let depth = self.brackets.get();
        if depth == 0 {
            let mut tx = self.begin()?;
            tx.set_drop_behavior(DropBehavior::Ignore);
        } else {
            self.db.execute_batch(&format!("SAVEPOINT bracket{depth}"))?;
        }
        self.brackets.set(depth + 1);
        Ok(())
    }

    /// Closes the innermost bracket, and keeps what was written in it or takes it back.
    ///
    /// # Errors
    /// It can't be kept (a full disk, say): everything is taken back then.
    pub fn close_bracket(&self, keep: bool) -> Result<()> {
        let Some(depth) = self.brackets.get().checked_sub(1) else { return Ok(()) };
        self.brackets.set(depth);
        if self.db.is_autocommit() {
            // SQLite took everything back already; that error has been told.
            return if keep { Err(StoreError::Changed) } else { Ok(()) };
        }
        let (end, back) = match depth {
            0 => ("COMMIT".to_owned(), "ROLLBACK".to_owned()),
            _ => (format!("RELEASE bracket{depth}"), format!("ROLLBACK TO bracket{depth}; RELEASE bracket{depth}")),
        };
        let kept = if keep { self.db.execute_batch(&end) } else { self.db.execute_batch(&back) };
        if keep && kept.is_err() && !self.db.is_autocommit() {
            self.db.execute_batch(&back)?;
        }
        if depth == 0 {
            self.stream.set(epoch::own_stream(&self.db)?);
        }
        Ok(kept?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{SIGNED, founded, id_of, imported};
    use crate::domain::operation::NoteReader;
    use crate::domain::status::Status::Unprocessed;

    #[test]
    fn a_bracket_is_kept_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        imported(&mut store, 1, &[(1, "a", Unprocessed)]);
        let id = id_of(&store, 1);
        let before = store.head().unwrap();
        for (inner, outer, notes) in [(true, false, 0), (false, true, 1), (true, true, 3)] {
            store.open_bracket().unwrap();
            store.add_note(&SIGNED, id, NoteReader::Staff, "1").unwrap();
            store.open_bracket().unwrap();
            store.add_note(&SIGNED, id, NoteReader::Staff, "2").unwrap();
            store.close_bracket(inner).unwrap();
            store.close_bracket(outer).unwrap();
            assert_eq!(store.notes_of(id).unwrap().len(), notes, "{inner} {outer}");
        }
        assert_eq!(store.head().unwrap().0, before.0 + 3);
        store.check(&mut |_| {}).unwrap();
    }
}
