//! All the SQL of the project: schema and migrations, reading, writing, the operation log and its projection.
//!
//! One store = one folder on a local disk, opened by several processes at once. It doesn't know who asks: actors,
//! times and randomness come in through the caller.

mod anchor;
mod applications;
mod backup;
mod birth_chunks;
mod born;
mod bunch;
mod calls;
mod candidate;
mod change;
mod check;
mod checkpointing;
mod closed_days;
mod compare;
mod compared;
mod corrections;
mod entered;
mod epoch;
mod erased;
mod erasing;
#[cfg(test)]
mod erasing_tests;
mod error;
mod existing;
mod fields;
mod findings;
mod forms;
mod founding;
mod handed;
mod history;
mod import;
mod import_known;
mod incoming;
mod index;
#[cfg(test)]
mod interruption_tests;
mod keeping;
mod keys;
mod lent;
mod log;
mod looks;
mod medium;
mod migrating;
mod note;
mod notes;
mod numbering;
mod numbers;
mod operators;
mod people;
mod place;
mod prepared;
mod projected;
mod publish;
mod rare;
mod rebuild;
mod reckoning;
mod recognition;
mod recording;
mod reflecting;
mod registers;
mod rejected;
mod requests;
mod restore;
mod rulings;
mod scan;
mod schema;
mod sealing;
mod search;
mod several;
mod sift;
mod stage;
mod state_view;
mod survey;
mod tags;
#[cfg(test)]
mod tests;
mod text;
mod unfinished;
mod views;
mod writing;

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, InterruptHandle, OpenFlags, Transaction, TransactionBehavior};

use crate::domain::identity::OperationId;
use crate::domain::operation::Uid;
use crate::domain::record::Salt;
use crate::domain::release::Approval;

pub use anchor::Proven;
pub use applications::Entry;
pub use backup::DRILL;
pub use calls::StoredCall;
pub use candidate::{Book, Candidate};
pub use change::{Before, Changed, Said, StatusChange, StatusSteps};
pub use check::{CheckReport, Progress as CheckProgress};
pub use compare::WouldBe;
pub use corrections::{AskedFor, StoredReminder};
pub use erased::Unerased;
pub use erasing::{Erased, LeftOver};
pub use error::{Holder, Result, StoreError};
pub use fields::{FieldChange, FieldStanding};
pub use findings::StoredFinding;
pub use forms::{FormNumber, KnownForm};
pub use founding::{Founding, Segment, SignIn};
pub use history::{Brought, FieldStep, HistoryLine};
pub use import::Import;
pub use incoming::{Begun, ImportSetting, Incoming, Put, SetAside};
pub use index::Index;
pub use keeping::Ended;
pub use keys::{KeyError, Keys};
pub use log::LogLine;
pub use medium::{Medium, medium};
pub use migrating::{Migrated, MigrationStep};
pub use notes::{StoredNote, Written};
pub use numbering::{GivenNumbers, Numbered, StoredReceived};
pub use operators::Operator;
pub use people::{PeopleVersion, PeopleWriter};
pub use place::{database, file_system};
pub use prepared::{Given, Prepared, Preparer};
pub use publish::{Published, StatusDiffers};
pub use reckoning::Standing;
pub use recognition::{Machine, NoteState};
pub use reflecting::{Differing, TickedOff};
pub use rejected::{RejectedHeader, RejectedRow};
pub use requests::{RareStand, Stand, StoredDecision, StoredRequest, digest_of};
pub use restore::{Identity, Replaced, Restore, Restored};
pub use rulings::{StoredClosing, StoredRuling};
pub use scan::Scanned;
pub use schema::{Migration, migrate};
pub use sealing::{Batch, KeyCopy, Opened, Opener, Sealer};
pub use search::{Kept, SearchState, manifest_again, probe_segment};
pub use sift::{Sieve, Sifted, Touched};
pub use survey::{LastBackup, Survey};
pub use unfinished::Unfinished;
pub use views::{StoredView, ViewBase};

/// Randomness that the caller gives: fills the whole slice.
pub type Entropy = Box<dyn FnMut(&mut [u8]) + Send>;

/// Who gives a command, when, and by which name.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The operator, by birth operation; `None` = unsigned.
    pub actor: Option<OperationId>,
    /// Milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// The command id.
    pub command: &'a str,
    /// What it says of the second person, where there was to be one.
    pub approval: Option<Approval>,
}

/// What a store says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// Its random id.
    pub uid: Uid,
    /// The segment that it stands in.
    pub segment: Segment,
    /// How operators sign in.
    pub sign_in: SignIn,
    /// The terminal's name.
    pub terminal: String,
    /// Whether it is a demo store of made-up people.
    pub demo: bool,
    /// Whether it is somebody's practice (練習モード): nothing leaves it. Such a store is a demo store too.
    pub practice: bool,
}

/// An open store: one connection, with a share in `store.lock`.
pub struct Store {
    dir: PathBuf,
    db: Connection,
    meta: Meta,
    entropy: Entropy,
    forms: RefCell<forms::Forms>,
    /// The patterns of the operations that gave 個別番号.
    patterns: RefCell<numbering::Patterns>,
    /// The local number of its own stream, as of the last transaction: another process may have begun a new one.
    stream: Cell<u32>,
    side: recognition::Side,
    wait: Duration,
    /// How many brackets are open (see writing.rs).
    brackets: Cell<u32>,
    /// How many pages of the database a writer keeps in memory, in KiB.
    cache: Cell<u32>,
    /// What answers queries instead of a scan, where it can.
    index: Option<Arc<Index>>,
    /// The code of whoever asks: what 自分 means in a query.
    person: Option<String>,
    /// For whom who asks stands in just now.
    absent: Vec<String>,
    /// What deadlines and 保存期間 are reckoned by.
    reckoning: reckoning::Reckoning,
    // Held for the life of the store; the last field, so that the connection closes first.
    _share: Option<File>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("dir", &self.dir).finish_non_exhaustive()
    }
}

/// A writer's pages in memory, in KiB.
const CACHE: u32 = 32 << 10;

/// How long a writer waits where nothing else is said: the command line's 10 s.
pub const WAIT: Duration = Duration::from_secs(10);

impl Store {
    /// Opens the store in a folder. A writer will wait for others up to `wait`.
    ///
    /// # Errors
    /// Every kind of [`StoreError`] that can keep it from opening; nothing is changed.
    pub fn open(dir: &Path, wait: Duration, entropy: Entropy) -> Result<Self> {
        // A restore is finished and an older store brought up alone, by whoever comes first. That one then has the store
        // open for as long as it likes: the others don't wait to be alone themselves, but look again in short turns.
        const TURN: Duration = Duration::from_millis(100);
        let began = Instant::now();
        let left = || wait.saturating_sub(began.elapsed());
        let tried = |done: Result<()>| match done {
            Err(StoreError::Busy(_)) if !left().is_zero() => Ok(()),
            other => other,
        };
        let (db, share) = loop {
            if restore::is_decided(dir) {
                tried(restore::finish(dir, TURN.min(left())))?;
                continue;
            }
            refuse_absent(dir)?;
            place::refuse_network(dir)?;
            let share = place::share(dir, wait)?;
            if restore::is_decided(dir) {
                // A restore that was cut off while we waited for it.
                continue;
            }
            let db = connect(&place::database(dir), wait)?;
            refuse_other(dir, &db)?;
            if migrating::is_current(&db)? {
                break (db, share);
            }
            // Nobody is alone with the store as long as this one has it open.
            drop((db, share));
            tried(Self::migrate_in(dir, TURN.min(left()), None).map(drop))?;
        };
        restore::clear_leftover(dir);
        let mut store = Self::of_connection(dir, db, entropy, Some(share))?;
        store.wait = wait;
        Ok(store)
    }

    /// A store over a connection that is open.
    fn of_connection(dir: &Path, db: Connection, entropy: Entropy, share: Option<File>) -> Result<Self> {
        let meta = founding::read_meta(&db)?;
        let stream = Cell::new(epoch::own_stream(&db)?);
        let (forms, patterns) = (RefCell::default(), RefCell::default());
        let side = recognition::Side::default();
        let (wait, cache) = (Duration::ZERO, Cell::new(CACHE));
        Ok(Self {
            dir: dir.to_owned(),
            db,
            meta,
            entropy,
            forms,
            patterns,
            stream,
            side,
            wait,
            brackets: Cell::new(0),
            cache,
            index: None,
            person: None,
            absent: Vec::new(),
            reckoning: reckoning::Reckoning::default(),
            _share: share,
        })
    }

    /// What the store says of itself.
    #[must_use]
    pub const fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Says who asks: what 自分 means in a query.
    pub fn is_asked_by(&mut self, code: &str) {
        self.person = Some(code.to_owned());
        self.absent.clear();
    }

    /// Says for whom who asks stands in just now: theirs is 自分の担当 too.
    pub fn stands_in_for(&mut self, codes: Vec<String>) {
        self.absent = codes;
    }

    /// Whether what an operator is in charge of is 自分の担当 of who asks.
    fn is_own(&self, code: &str) -> bool {
        self.person.as_deref() == Some(code) || self.absent.iter().any(|other| other == code)
    }

    /// Its folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// A number that changes whenever another connection has committed; cheap enough to be asked all the time.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn data_version(&self) -> Result<i64> {
        Ok(self.db.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// Brings what was committed out of the write-ahead log into the database, as far as nobody is in the way; for a thread
    /// for which nobody waits. Who commits does it only where 64 MiB have come together, who leaves as the last does it
    /// always. It says nothing about what is durable: that is whatever was committed.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn checkpoint(&self) -> Result<()> {
        Ok(self.db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?)
    }

    /// A handle by which another thread stops whatever this connection is reading.
    #[must_use]
    pub fn interrupter(&self) -> InterruptHandle {
        self.db.get_interrupt_handle()
    }

    /// Runs reads that must all see the same moment; inside another moment (or a change) it is that one.
    ///
    /// # Errors
    /// What `read` answers, or a failure of SQLite.
    pub fn at_one_moment<T, E: From<StoreError>>(
        &self,
        read: impl FnOnce(&Self) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        if !self.db.is_autocommit() {
            return read(self);
        }
        let tx = self.db.unchecked_transaction().map_err(StoreError::from)?;
        let answer = read(self);
        // Nothing was written; ending the transaction can lose nothing.
        drop(tx);
        answer
    }

    /// Begins to write, waiting for other writers; dropped without commit, nothing has happened.
    fn begin(&self) -> Result<Transaction<'_>> {
        self.settle()?;
        // A batch dirties most pages of `state`; who only reads needs no such cache, and there are many of these. Nor does
        // who gave the command wait until they are in the database too: see `checkpoint`.
        let cache = self.cache.get();
        self.db.execute_batch(&format!("PRAGMA cache_size = -{cache}; PRAGMA wal_autocheckpoint = 8192"))?;
        let tx = self.immediate()?;
        self.stream.set(epoch::own_stream(&tx)?);
        Ok(tx)
    }

    fn immediate(&self) -> Result<Transaction<'_>> {
        match Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate) {
            Ok(tx) => Ok(tx),
            Err(error) => Err(match StoreError::from(error) {
                StoreError::Busy(_) => StoreError::Busy(place::writer(&self.dir)),
                other => other,
            }),
        }
    }

    /// 16 fresh random bytes.
    fn salt(&mut self) -> Salt {
        let mut salt = Salt::default();
        (self.entropy)(&mut salt);
        salt
    }
}

/// Opens the database file with the settings that the store's promises stand on.
fn connect(file: &Path, wait: Duration) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let file = file.canonicalize().map_err(|error| StoreError::io(file, error))?;
    let mut db = Connection::open_with_flags(&file, flags).map_err(|error| match StoreError::from(error) {
        StoreError::Permission(_) => StoreError::Permission(file.clone()),
        other => other,
    })?;
    wait_evenly(&mut db, wait)?;
    // FULL: WAL+NORMAL loses acknowledged rows in 11 of 12 power cuts (measured). secure_delete: erased means erased.
    db.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;
         PRAGMA cache_size = -4096; PRAGMA wal_autocheckpoint = 4096; PRAGMA trusted_schema = OFF;",
    )?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}

/// Waits for a lock in short, even steps. SQLite's own steps grow to 100 ms, and between two turns of an import the
/// store is free for one: who asks ten times a second would hardly ever be the one to find it so.
fn wait_evenly(db: &mut Connection, wait: Duration) -> Result<()> {
    const STEP: Duration = Duration::from_micros(500);
    let mut began = Instant::now();
    db.busy_handler(Some(move |tries| {
        if tries == 0 {
            began = Instant::now();
        }
        std::thread::sleep(STEP);
        began.elapsed() < wait
    }))?;
    Ok(())
}

/// Refuses a folder without a database in it.
fn refuse_absent(dir: &Path) -> Result<()> {
    let file = place::database(dir);
    match std::fs::metadata(&file) {
        Ok(found) if found.len() > 0 => Ok(()),
        Ok(_) => Err(StoreError::Absent(dir.to_owned())),
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
            Err(StoreError::Absent(dir.to_owned()))
        }
        Err(error) => Err(StoreError::io(&file, error)),
    }
}

/// Refuses a database that is no store.
fn refuse_other(dir: &Path, db: &Connection) -> Result<()> {
    let id: i32 = db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if id == schema::APPLICATION_ID {
        return Ok(());
    }
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    // A founding that was cut off leaves an empty database: there is no store yet.
    Err(if tables == 0 { StoreError::Absent(dir.to_owned()) } else { StoreError::Damaged("sekisho.db".into()) })
}
