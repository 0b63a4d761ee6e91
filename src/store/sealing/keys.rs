//! What `keys.db` holds of 封印: copies of the secrets of classes, one for each holder; the keys of batches; the seeds of
//! sealed rows. It is written before what needs it, and destroyed after.

use rusqlite::{OptionalExtension as _, TransactionBehavior, params};

use super::super::Keys;
use super::super::error::{Result, StoreError};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::record::Hash;
use crate::domain::sealing::{Class, Seed};

/// Tables beside those of operators' keys. Holder 0 is the recovery key.
pub(in crate::store) const TABLES: &str = "
CREATE TABLE IF NOT EXISTS class_copy(class INT NOT NULL, gen INT NOT NULL, holder INT NOT NULL, pk BLOB NOT NULL,
  sealed BLOB NOT NULL, PRIMARY KEY(class, gen, holder, pk)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kek(no INTEGER PRIMARY KEY, class INT NOT NULL, gen INT NOT NULL, sealed BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS seed(app INT NOT NULL, mark BLOB NOT NULL, secret BLOB NOT NULL, PRIMARY KEY(app, mark))
  STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS erasure(op INT NOT NULL, hash BLOB NOT NULL, bytes BLOB NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY(op, hash)) STRICT, WITHOUT ROWID;
";

/// A copy of the secret of a class, sealed for one holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyCopy {
    /// The class.
    pub class: Class,
    /// Of which key of the class.
    pub generation: u32,
    /// For whom; `None` = the recovery key.
    pub holder: Option<OperationId>,
    /// The public key that it is sealed to.
    pub to: [u8; 32],
    /// What HPKE made of it.
    pub sealed: Vec<u8>,
}

fn holder_number(holder: Option<OperationId>) -> i64 {
    holder.map_or(0, |id| id.as_u64() as i64)
}

impl Keys {
    /// Puts copies beside those that are there, all or none.
    ///
    /// # Errors
    /// What the disk says.
    pub fn put_copies(&mut self, copies: &[KeyCopy]) -> Result<()> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for copy in copies {
            tx.prepare_cached(
                "INSERT OR REPLACE INTO class_copy(class, gen, holder, pk, sealed) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                copy.class as u8,
                copy.generation,
                holder_number(copy.holder),
                copy.to,
                copy.sealed
            ])?;
        }
        Ok(tx.commit()?)
    }

    /// The copies of a holder for a public key, of every class and generation; `None` = the recovery key's.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or a failure of SQLite.
    pub fn copies_of(&self, holder: Option<OperationId>, to: &[u8; 32]) -> Result<Vec<KeyCopy>> {
        let mut statement =
            self.db.prepare_cached("SELECT class, gen, sealed FROM class_copy WHERE holder = ?1 AND pk = ?2")?;
        let mut rows = statement.query(params![holder_number(holder), to])?;
        let mut copies = Vec::new();
        while let Some(row) = rows.next()? {
            let class = Class::from_code(row.get(0)?).ok_or_else(|| StoreError::Damaged("keys.db: class".into()))?;
            copies.push(KeyCopy { class, generation: row.get(1)?, holder, to: *to, sealed: row.get(2)? });
        }
        Ok(copies)
    }

    /// Destroys every copy of a holder, of one class.
    ///
    /// # Errors
    /// What the disk says.
    pub fn destroy_copies(&self, class: Class, holder: OperationId) -> Result<()> {
        let row = params![class as u8, holder_number(Some(holder))];
        self.db.execute("DELETE FROM class_copy WHERE class = ?1 AND holder = ?2", row)?;
        Ok(())
    }

    /// Keeps the key of a batch; the answer is its number.
    ///
    /// # Errors
    /// What the disk says.
    pub fn put_batch(&self, class: Class, generation: u32, sealed: &[u8]) -> Result<i64> {
        let row = params![class as u8, generation, sealed];
        self.db.execute("INSERT INTO kek(class, gen, sealed) VALUES (?1, ?2, ?3)", row)?;
        Ok(self.db.last_insert_rowid())
    }

    /// The key of a batch: its class, generation, and what it is sealed in.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn batch(&self, number: i64) -> Result<Option<(u8, u32, Vec<u8>)>> {
        let mut statement = self.db.prepare_cached("SELECT class, gen, sealed FROM kek WHERE no = ?1")?;
        Ok(statement.query_row([number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?)
    }

    /// Writes seeds, durably, all or none.
    pub(in crate::store) fn put_seeds(&mut self, seeds: &[(ApplicationId, [u8; 8], Seed)]) -> Result<()> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut put = tx.prepare_cached("INSERT OR REPLACE INTO seed(app, mark, secret) VALUES (?1, ?2, ?3)")?;
            for (id, mark, seed) in seeds {
                put.execute(params![id.as_u64() as i64, mark, seed])?;
            }
        }
        Ok(tx.commit()?)
    }

    /// The seed of a sealed row; `None` = it was destroyed.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn seed(&self, id: ApplicationId, mark: &[u8; 8]) -> Result<Option<Seed>> {
        let mut statement = self.db.prepare_cached("SELECT secret FROM seed WHERE app = ?1 AND mark = ?2")?;
        Ok(statement.query_row(params![id.as_u64() as i64, mark], |row| row.get(0)).optional()?)
    }

    /// Keeps an erasure in mind and destroys the seeds of what it erased, all or nothing.
    pub(in crate::store) fn erase(&mut self, erasure: &KeptErasure, ids: &[ApplicationId]) -> Result<()> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            tx.execute(
                "INSERT OR IGNORE INTO erasure(op, hash, bytes, text) VALUES (?1, ?2, ?3, ?4)",
                params![erasure.operation.as_u64() as i64, erasure.hash, erasure.bytes, erasure.text],
            )?;
            let mut destroy = tx.prepare_cached("DELETE FROM seed WHERE app = ?1")?;
            for id in ids {
                destroy.execute([id.as_u64() as i64])?;
            }
        }
        Ok(tx.commit()?)
    }

    /// The erasures that are kept in mind, oldest first.
    pub(in crate::store) fn erasures(&self) -> Result<Vec<KeptErasure>> {
        let mut statement = self.db.prepare("SELECT op, hash, bytes, text FROM erasure ORDER BY op")?;
        let rows = statement.query_map([], |row| {
            let operation = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            Ok(KeptErasure { operation, hash: row.get(1)?, bytes: row.get(2)?, text: row.get(3)? })
        })?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }
}

/// An erasure, as it is kept beside the keys: should a backup bring back what it erased, that is erased again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct KeptErasure {
    /// Its operation.
    pub operation: OperationId,
    /// That operation's place in the chain.
    pub hash: Hash,
    /// Its envelope.
    pub bytes: Vec<u8>,
    /// Its payload.
    pub text: String,
}
