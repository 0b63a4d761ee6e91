//! 封印 in the store: the table of sealed rows, one for each content and class; what seals them while an import is read
//! (`sealer`), what opens them (`opener`), and the keys in `keys.db` (`keys`).

mod keys;
mod opener;
mod sealer;

pub(super) use keys::KeptErasure;
pub use keys::KeyCopy;
pub(super) use keys::TABLES as KEY_TABLES;
pub use opener::{Opened, Opener};
pub use sealer::{Batch, Sealer};
pub(super) use sealer::{SealedParts, SealedRows};

use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

use super::error::{Result, StoreError};
use super::{Keys, Store};
use crate::domain::identity::ApplicationId;
use crate::domain::record::Hash;
use crate::domain::sealing::{Class, Seed, read_places};

/// `sealed.op` of a revision that isn't published yet; that of a birth is 0, before and after.
pub(super) const WAITING: i64 = -1;

/// Added to the encoding of a row that was set aside, where the row is sealed.
pub(super) const SEALED_ROW: u8 = 0x80;

/// Seeds that must be in `keys.db` before the rows that need them are committed.
#[derive(Default)]
pub(super) struct Seeds {
    keys: Option<Keys>,
    pending: Vec<(ApplicationId, [u8; 8], Seed)>,
}

impl std::fmt::Debug for Seeds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seeds").field("pending", &self.pending.len()).finish_non_exhaustive()
    }
}

impl Seeds {
    /// Writes what waits, durably.
    pub(super) fn flush(&mut self, store: &Store) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let keys = match &mut self.keys {
            Some(keys) => keys,
            none => none.insert(store.keys()?),
        };
        keys.put_seeds(&self.pending)?;
        self.pending.clear();
        Ok(())
    }
}

/// Writes the sealed rows of a new application.
pub(super) fn insert_birth(db: &Connection, id: ApplicationId, rows: SealedRows<'_>, seeds: &mut Seeds) -> Result<()> {
    insert(db, id, 0, rows, seeds)
}

/// Writes those of a revision, which gets its operation when the import is published.
pub(super) fn insert_waiting(
    db: &Connection,
    id: ApplicationId,
    rows: SealedRows<'_>,
    seeds: &mut Seeds,
) -> Result<()> {
    insert(db, id, WAITING, rows, seeds)
}

fn insert(db: &Connection, id: ApplicationId, operation: i64, rows: SealedRows<'_>, seeds: &mut Seeds) -> Result<()> {
    for row in rows.iter() {
        db.prepare_cached("INSERT INTO sealed(app, op, class, kek, places, ct) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![id.as_u64() as i64, operation, row.class as u8, row.batch, row.places, row.bytes])?;
    }
    // All of a content have one seed.
    if let Some(row) = rows.iter().next() {
        seeds.pending.push((id, mark_of(row.bytes), row.seed));
    }
    Ok(())
}

/// By what a sealed row names its seed: the first bytes of its nonce.
fn mark_of(sealed: &[u8]) -> [u8; 8] {
    sealed.first_chunk().copied().unwrap_or_default()
}

/// Takes back what an unpublished import wrote for an application; `birth` = the application itself goes.
pub(super) fn take_back(db: &Connection, id: ApplicationId, birth: bool) -> Result<()> {
    let operation = if birth { 0 } else { WAITING };
    db.prepare_cached("DELETE FROM sealed WHERE app = ?1 AND op = ?2")?.execute([id.as_u64() as i64, operation])?;
    Ok(())
}

/// Takes back births by their ids, from the first to before the last.
pub(super) fn take_back_births(db: &Connection, ids: [i64; 2]) -> Result<()> {
    db.prepare_cached("DELETE FROM sealed WHERE app >= ?1 AND app < ?2")?.execute(ids)?;
    Ok(())
}

/// Takes back every revision that waits.
pub(super) fn take_back_waiting(db: &Connection) -> Result<()> {
    db.execute("DELETE FROM sealed WHERE op = ?1 AND app IN (SELECT id FROM stage)", [WAITING])?;
    Ok(())
}

/// A revision is published by an operation.
pub(super) fn publish(db: &Connection, id: ApplicationId, operation: i64) -> Result<()> {
    db.prepare_cached("UPDATE sealed SET op = ?2 WHERE app = ?1 AND op = ?3")?.execute([
        id.as_u64() as i64,
        operation,
        WAITING,
    ])?;
    Ok(())
}

impl Store {
    /// Which items of a content are sealed, with the hash of what they are sealed in.
    pub(super) fn sealed_of(&self, id: ApplicationId, operation: i64) -> Result<Vec<(u32, Hash)>> {
        let mut sealed = Vec::new();
        let mut statement = self.db.prepare_cached("SELECT places, ct FROM sealed WHERE app = ?1 AND op = ?2")?;
        let mut rows = statement.query([id.as_u64() as i64, operation])?;
        while let Some(row) = rows.next()? {
            let places = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
            let hash: Hash = Sha256::digest(row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?).into();
            let places = read_places(places).ok_or_else(|| damaged(id))?;
            sealed.extend(places.into_iter().map(|item| (item, hash)));
        }
        sealed.sort_unstable_by_key(|(item, _)| *item);
        Ok(sealed)
    }

    /// The class that an item of an application's present content is sealed in; `None` = it isn't.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or a failure of SQLite.
    pub fn class_of_item(&self, id: ApplicationId, item: u32) -> Result<Option<Class>> {
        let mut statement = self.db.prepare_cached(
            "SELECT class, places FROM sealed WHERE app = ?1 AND op = (SELECT op FROM app WHERE id = ?1)",
        )?;
        let mut rows = statement.query([id.as_u64() as i64])?;
        while let Some(row) = rows.next()? {
            let places = read_places(row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?);
            if places.ok_or_else(|| damaged(id))?.contains(&item) {
                return Ok(Class::from_code(row.get(0)?));
            }
        }
        Ok(None)
    }

    /// Every sealed row belongs to a content that is there.
    pub(super) fn check_sealed(&self) -> Result<()> {
        let stray: Option<i64> = self
            .db
            .query_row(
                "SELECT app FROM sealed WHERE op <> ?1
                   AND NOT EXISTS (SELECT 1 FROM app WHERE app.id = sealed.app AND app.op = sealed.op)
                   AND NOT EXISTS (SELECT 1 FROM app_old WHERE app_old.id = sealed.app AND app_old.op = sealed.op)
                 LIMIT 1",
                [WAITING],
                |row| row.get(0),
            )
            .optional()?;
        match stray {
            Some(id) => Err(StoreError::Damaged(format!("sealed {id}"))),
            None => Ok(()),
        }
    }
}

fn damaged(id: ApplicationId) -> StoreError {
    StoreError::Damaged(format!("sealed {}", id.as_u64()))
}
