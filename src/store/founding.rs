//! Founding a store, and what it says of itself.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _};

use super::error::{Result, StoreError};
use super::{Entropy, Meta, Signed, Store, log, place, schema};
use crate::domain::operation::{Body, EpochCause, NO_PREDECESSOR, StreamUid, Uid, genesis};

/// 設置区分: the network segment that a store stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Segment {
    /// LGWAN接続系.
    Lgwan,
    /// マイナンバー利用事務系.
    MyNumber,
}

impl Segment {
    /// The word of `--segment`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Lgwan => "lgwan",
            Self::MyNumber => "mynumber",
        }
    }

    /// The number of the log.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Lgwan => 0,
            Self::MyNumber => 1,
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Lgwan, Self::MyNumber].into_iter().find(|segment| segment.id() == text)
    }
}

/// How operators sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignIn {
    /// The operating system's user is the operator.
    Os,
    /// Always a passphrase.
    Passphrase,
    /// Trials and tests: everything allowed, entries marked unsigned.
    None,
}

impl SignIn {
    /// The word of `--sign-in`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Os => "os",
            Self::Passphrase => "passphrase",
            Self::None => "none",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Os, Self::Passphrase, Self::None].into_iter().find(|kind| kind.id() == text)
    }
}

/// What a new store is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founding {
    /// The segment that it stands in.
    pub segment: Segment,
    /// How operators sign in.
    pub sign_in: SignIn,
    /// The terminal's name.
    pub terminal: String,
    /// Whether it is a demo store.
    pub demo: bool,
}

impl Store {
    /// Founds a store in a folder, which is made if it isn't there.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if there is a store already, [`StoreError::Network`], or what the disk says. A founding
    /// that was cut off leaves no store, and can be repeated.
    pub fn found(
        dir: &Path,
        founding: &Founding,
        signed: &Signed<'_>,
        wait: Duration,
        mut entropy: Entropy,
    ) -> Result<Self> {
        match Self::open(dir, wait, Box::new(|_| {})) {
            Ok(_) | Err(StoreError::Newer { .. } | StoreError::Damaged(_)) => {
                return Err(StoreError::Exists(dir.to_owned()));
            }
            Err(StoreError::Absent(_)) => {}
            Err(other) => return Err(other),
        }
        place::make_folder(dir)?;
        place::refuse_network(dir)?;
        let alone = place::alone(dir, wait)?;
        for folder in ["search", "attachments", "session"] {
            place::make_folder(&dir.join(folder))?;
        }
        let file = place::database(dir);
        drop(place::private_file(&file)?);
        let mut db = super::connect(&file, wait)?;
        // Somebody else may have founded it while we waited for the lock.
        if db.query_row("SELECT count(*) > 0 FROM sqlite_schema", [], |row| row.get(0))? {
            return Err(StoreError::Exists(dir.to_owned()));
        }
        db.execute_batch("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;")?;
        write_founding(&mut db, founding, signed, &mut entropy)?;
        drop(db);
        // The names of the new files must survive a power cut too.
        let synced = std::fs::File::open(dir).and_then(|folder| folder.sync_all());
        synced.map_err(|error| StoreError::io(dir, error))?;
        drop(alone);
        Self::open(dir, wait, entropy)
    }
}

impl Store {
    /// Marks a store of made-up people as the practice of one person, out of which nothing leaves. For who has filled it:
    /// one that was cut off before has no mark, and is made anew.
    ///
    /// # Errors
    /// What the database says.
    pub fn mark_practice(&mut self) -> Result<()> {
        self.db.execute("INSERT OR REPLACE INTO meta(k, v) VALUES ('practice', 1)", [])?;
        self.meta.practice = true;
        Ok(())
    }

    /// Refuses a store that somebody has open just now.
    ///
    /// # Errors
    /// [`StoreError::Busy`], naming who; what the disk says.
    pub fn refuse_in_use(dir: &Path) -> Result<()> {
        place::alone(dir, Duration::ZERO).map(drop)
    }
}

fn write_founding(db: &mut Connection, founding: &Founding, signed: &Signed<'_>, entropy: &mut Entropy) -> Result<()> {
    let mut random = || {
        let mut uid = Uid::default();
        entropy(&mut uid);
        uid
    };
    let (store, terminal, epoch) = (random(), random(), random());
    let stream = StreamUid { terminal, epoch };
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    tx.execute_batch(schema::TABLES)?;
    tx.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
    {
        let mut put = tx.prepare("INSERT INTO meta(k, v) VALUES (?1, ?2)")?;
        put.execute(("schema", schema::SCHEMA))?;
        put.execute(("projection", schema::PROJECTION))?;
        put.execute(("min_reader", schema::SCHEMA))?;
        put.execute(("store_uid", store))?;
        put.execute(("segment", founding.segment.id()))?;
        put.execute(("sign_in", founding.sign_in.id()))?;
        put.execute(("terminal", &founding.terminal))?;
        put.execute(("demo", i64::from(founding.demo)))?;
        put.execute(("stream", 0i64))?;
    }
    // The founding stream is number 0, so that ids stay three bytes short in the usual store.
    tx.execute(
        "INSERT INTO stream(no, terminal, epoch, seq, head, births) VALUES (0, ?1, ?2, 0, ?3, 0)",
        (terminal, epoch, genesis(&store, &stream, &NO_PREDECESSOR)),
    )?;
    let body = Body::Epoch { predecessor: NO_PREDECESSOR, cause: EpochCause::Founded };
    log::append_in(&tx, 0, signed, body, None)?;
    tx.commit()?;
    Ok(())
}

/// Reads what a store says of itself.
pub(super) fn read_meta(db: &Connection) -> Result<Meta> {
    let damaged = |key: &str| StoreError::Damaged(format!("meta.{key}"));
    let text = |key: &str| -> Result<String> {
        let found = db.query_row("SELECT v FROM meta WHERE k = ?1", [key], |row| row.get(0)).optional()?;
        found.ok_or_else(|| damaged(key))
    };
    let number = |key: &str| -> Result<i64> {
        let found = db.query_row("SELECT v FROM meta WHERE k = ?1", [key], |row| row.get(0)).optional()?;
        found.ok_or_else(|| damaged(key))
    };
    let practice =
        db.query_row("SELECT v FROM meta WHERE k = 'practice'", [], |row| row.get::<_, i64>(0)).optional()?;
    let uid = db.query_row("SELECT v FROM meta WHERE k = 'store_uid'", [], |row| row.get(0)).optional()?;
    Ok(Meta {
        uid: uid.ok_or_else(|| damaged("store_uid"))?,
        segment: Segment::parse(&text("segment")?).ok_or_else(|| damaged("segment"))?,
        sign_in: SignIn::parse(&text("sign_in")?).ok_or_else(|| damaged("sign_in"))?,
        terminal: text("terminal")?,
        demo: number("demo")? != 0,
        practice: practice.is_some_and(|mark| mark != 0),
    })
}

/// The number of the projection that `state` was made by.
pub(super) fn projection_of(db: &Connection) -> Result<i64> {
    Ok(db.query_row("SELECT v FROM meta WHERE k = 'projection'", [], |row| row.get(0))?)
}
