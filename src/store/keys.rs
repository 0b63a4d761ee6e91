//! `keys.db`: the wrapped keys of operators, in a file of their own that no backup contains, and the wrong tries.
//!
//! Two files have no commit in common. So a new row is written beside the old one, then the operation that names it
//! commits, then the old one goes: whatever stops that, exactly one row is the one that the log names.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use super::error::{Result, StoreError};
use super::{Store, place};
use crate::domain::credential::{Kdf, Tries, Verdict, Wrapped};
use crate::domain::identity::OperationId;
use crate::domain::operation::{CredentialKind, OperatorKey};

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS operator_key(operator INT NOT NULL, kind INT NOT NULL, mark BLOB NOT NULL, kdf TEXT NOT NULL,
  wrapped_sk BLOB NOT NULL, pk BLOB NOT NULL, PRIMARY KEY(operator, kind, mark)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tries(operator INT NOT NULL, kind INT NOT NULL, failed INT NOT NULL, at INT NOT NULL,
  PRIMARY KEY(operator, kind)) STRICT, WITHOUT ROWID;
";

/// Only passphrases are kept so far.
const PASSPHRASE: i64 = CredentialKind::Passphrase as i64;

/// The open file of keys.
#[derive(Debug)]
pub struct Keys {
    pub(super) db: Connection,
}

/// Why a passphrase isn't even tried.
#[derive(Debug)]
pub enum KeyError {
    /// Another try is let pass only after so many milliseconds.
    Wait(i64),
    /// Somebody must unlock it.
    Locked,
    /// The store.
    Store(StoreError),
}

impl From<StoreError> for KeyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<rusqlite::Error> for KeyError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Where the keys of a store lie.
fn file(dir: &Path) -> PathBuf {
    dir.join("keys.db")
}

impl Store {
    /// The keys of the store; a file without any where there was none.
    ///
    /// # Errors
    /// What the disk says.
    pub fn keys(&self) -> Result<Keys> {
        let file = file(&self.dir);
        drop(place::private_file(&file)?);
        let keys = Keys::connect(&file, self.wait)?;
        // The name of the file must survive a power cut as well as what is in it.
        let synced = std::fs::File::open(&self.dir).and_then(|folder| folder.sync_all());
        synced.map_err(|error| StoreError::io(&self.dir, error))?;
        Ok(keys)
    }

    /// The same, where there is a file.
    ///
    /// # Errors
    /// What the disk says.
    pub fn keys_there(&self) -> Result<Option<Keys>> {
        let file = file(&self.dir);
        if !file.exists() {
            return Ok(None);
        }
        Keys::connect(&file, self.wait).map(Some)
    }
}

impl Keys {
    fn connect(file: &Path, wait: Duration) -> Result<Self> {
        let own = |error| match error {
            StoreError::Damaged(_) => StoreError::Damaged("keys.db".into()),
            other => other,
        };
        let db = super::connect(file, wait).map_err(own)?;
        // Beside the settings of every database of ours: no log that would keep what was overwritten.
        db.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA wal_autocheckpoint = 0;")?;
        let made = db.execute_batch(&format!("BEGIN IMMEDIATE; {TABLES} {} COMMIT;", super::sealing::KEY_TABLES));
        made.map_err(|error| own(error.into()))?;
        Ok(Self { db })
    }

    /// The wrapped key of an operator, by what the log says of it. A restored log may name an older passphrase: then it
    /// is the row of the same key, which only somebody who had the secret could have written.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or a failure of SQLite.
    pub fn of(&self, operator: OperationId, key: &OperatorKey) -> Result<Option<Wrapped>> {
        let mut statement = self.db.prepare_cached(
            "SELECT kdf, wrapped_sk, pk FROM operator_key WHERE operator = ?1 AND kind = ?2 AND pk = ?3
             ORDER BY mark = ?4 DESC LIMIT 1",
        )?;
        let found: Option<(String, Vec<u8>, [u8; 32])> = statement
            .query_row(params![id(operator), PASSPHRASE, key.public, key.mark], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        let Some((kdf, bytes, public)) = found else { return Ok(None) };
        let kdf = Kdf::parse(&kdf).ok_or_else(|| StoreError::Damaged("keys.db: kdf".into()))?;
        Ok(Some(Wrapped { kdf, bytes, public }))
    }

    /// Puts a wrapped key beside those that are there: nothing opens with it until an operation names it.
    ///
    /// # Errors
    /// What the disk says; nothing is changed then.
    pub fn put(&self, operator: OperationId, wrapped: &Wrapped) -> Result<OperatorKey> {
        let key = OperatorKey { public: wrapped.public, mark: wrapped.mark() };
        let row = params![id(operator), PASSPHRASE, key.mark, wrapped.kdf.to_text(), wrapped.bytes, wrapped.public];
        self.db.execute(
            "INSERT OR REPLACE INTO operator_key(operator, kind, mark, kdf, wrapped_sk, pk)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            row,
        )?;
        Ok(key)
    }

    /// Destroys every other row of an operator, and begins to count wrong tries anew.
    ///
    /// # Errors
    /// What the disk says.
    pub fn keep_only(&self, operator: OperationId, key: &OperatorKey) -> Result<()> {
        let row = params![id(operator), PASSPHRASE, key.mark];
        self.db.execute("DELETE FROM operator_key WHERE operator = ?1 AND kind = ?2 AND mark <> ?3", row)?;
        self.forgive(operator).map(drop)
    }

    /// The wrong tries of an operator.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn tries(&self, operator: OperationId) -> Result<Tries> {
        read_tries(&self.db, operator)
    }

    /// Counts a try as a wrong one before it is made, so that killing the program saves none; [`Self::forgive`] takes it
    /// back. `unlockable` = somebody else may unlock it. The answer is how many that are.
    ///
    /// # Errors
    /// [`KeyError::Wait`], [`KeyError::Locked`]: nothing is to be tried then.
    pub fn begin_try(
        &mut self,
        operator: OperationId,
        now_ms: i64,
        unlockable: bool,
    ) -> std::result::Result<Tries, KeyError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let tries = read_tries(&tx, operator)?;
        match tries.judge(now_ms, unlockable) {
            Verdict::Locked => return Err(KeyError::Locked),
            Verdict::Wait(left) => {
                // The clock was put back: from here on it is waited for by the new one.
                if tries.last_ms > now_ms {
                    write_tries(&tx, operator, Tries { last_ms: now_ms, ..tries })?;
                    tx.commit()?;
                }
                return Err(KeyError::Wait(left));
            }
            Verdict::Free => {}
        }
        let tries = tries.and_one(now_ms);
        write_tries(&tx, operator, tries)?;
        tx.commit()?;
        Ok(tries)
    }

    /// Forgets the wrong tries of an operator; whether there were any.
    ///
    /// # Errors
    /// What the disk says.
    pub fn forgive(&self, operator: OperationId) -> Result<bool> {
        let row = params![id(operator), PASSPHRASE];
        Ok(self.db.execute("DELETE FROM tries WHERE operator = ?1 AND kind = ?2", row)? > 0)
    }
}

fn id(operator: OperationId) -> i64 {
    operator.as_u64() as i64
}

fn read_tries(db: &Connection, operator: OperationId) -> Result<Tries> {
    let mut statement = db.prepare_cached("SELECT failed, at FROM tries WHERE operator = ?1 AND kind = ?2")?;
    let found = statement
        .query_row(params![id(operator), PASSPHRASE], |row| Ok(Tries { failed: row.get(0)?, last_ms: row.get(1)? }));
    Ok(found.optional()?.unwrap_or_default())
}

fn write_tries(db: &Connection, operator: OperationId, tries: Tries) -> Result<()> {
    db.execute(
        "INSERT OR REPLACE INTO tries(operator, kind, failed, at) VALUES (?1, ?2, ?3, ?4)",
        params![id(operator), PASSPHRASE, tries.failed, tries.last_ms],
    )?;
    Ok(())
}
