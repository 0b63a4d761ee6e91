//! Restoring a backup, alone with the store. Whatever stops it, either the old store or the restored one is there.
//!
//! The backup is copied to `restoring/`, verified, and given its new epoch there: until then nothing of the store is
//! touched, and what is left over is thrown away. Renaming that folder to `restored/` decides. From then on every
//! opening of the store finishes what remains: the old database goes to a folder of its own, the new one to its place.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use super::backup::{refuse_cut, refuse_foreign};
use super::epoch::{self, NewEpoch, own_stream, stream_of};
use super::error::{Result, StoreError};
use super::recognition::{Machine, machine_hash};
use super::{Entropy, Segment, Signed, Store, founding, log, migrating, place, schema, stage};
use crate::domain::identity::OperationId;
use crate::domain::operation::{EpochCause, Uid};

/// Where the copy is made ready.
const RESTORING: &str = "restoring";
/// Where it stands once it is decided.
const RESTORED: &str = "restored";
/// How the folder begins that keeps the store that stood there before.
const BEFORE: &str = "before-restore-";

/// What a store is, for telling it from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its random id.
    pub uid: Uid,
    /// The segment that it stands in.
    pub segment: Segment,
    /// The terminal's name.
    pub terminal: String,
    /// When it was founded, milliseconds since the Unix epoch.
    pub founded_ms: i64,
}

/// The store that stood where the backup went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The folder where it is kept.
    pub kept: PathBuf,
    /// How many operations it had that the backup lacks, and when the last of it was; `None` = it can't be read.
    pub beyond: Option<(u64, i64)>,
}

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The operation that began the new epoch.
    pub operation: OperationId,
    /// The schema of the backup.
    pub from_schema: i64,
    /// The store that stood there before.
    pub replaced: Option<Replaced>,
}

/// The store in the folder, as far as it can be read.
enum Standing {
    Nothing,
    Unreadable,
    Readable { beyond: u64, newest_ms: i64, highest: u32 },
}

/// A backup that is ready to be restored. Dropped without [`Self::commit`], nothing has happened.
pub struct Restore {
    dir: PathBuf,
    copy: Option<Store>,
    standing: Standing,
    from_schema: i64,
    made_folder: bool,
    _alone: File,
}

impl Restore {
    /// Copies a backup to the folder's side and brings it up to this version; alone with the store from here on. The
    /// caller still has to look whether it holds what it should. `going` is told how many bytes are copied, of how
    /// many, and says whether to go on.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if anybody has the store open; [`StoreError::NotABackup`], [`StoreError::BadBackup`];
    /// [`StoreError::OtherStore`] if another store stands there. Nothing is changed.
    pub fn prepare(
        dir: &Path,
        file: &Path,
        wait: Duration,
        entropy: Entropy,
        going: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Self> {
        let mut source = look_at(file)?;
        let made_folder = !dir.exists();
        place::make_folder(dir)?;
        place::refuse_network(dir)?;
        let alone = place::alone(dir, wait)?;
        finish_alone(dir)?;
        clear_leftover(dir);
        let (standing, from_schema) = (Standing::Nothing, schema::SCHEMA);
        let mut restore = Self { dir: dir.to_owned(), copy: None, standing, from_schema, made_folder, _alone: alone };
        let folder = dir.join(RESTORING);
        place::make_folder(&folder)?;
        let target = place::database(&folder);
        copy(&mut source, file, &target, going)?;
        let bad = |error| StoreError::bad_backup(file, error);
        let mut db = super::connect(&target, wait).map_err(bad)?;
        restore.from_schema = refuse_foreign(&db)
            .and_then(|()| refuse_cut(&db, &target))
            .and_then(|()| schema::schema_of(&db))
            .map_err(bad)?;
        migrating::bring_up(&mut db).map_err(bad)?;
        let copy = Store::of_connection(&folder, db, entropy, None).map_err(bad)?;
        restore.standing = standing_in(dir, &copy)?;
        restore.copy = Some(copy);
        Ok(restore)
    }

    /// The copy, for being looked at.
    ///
    /// # Errors
    /// None, until it is restored.
    pub fn copy_mut(&mut self) -> Result<&mut Store> {
        self.copy.as_mut().ok_or(StoreError::Changed)
    }

    /// When the newest operation of the backup was, milliseconds since the Unix epoch.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn newest_ms(&self) -> Result<Option<i64>> {
        self.copy.as_ref().map_or(Ok(None), Store::newest_ms)
    }

    /// Puts the backup into the store's place. `stamp` names the folder in which the old store is kept.
    ///
    /// # Errors
    /// A failure before it was decided: nothing is changed. One after it: the next opening finishes.
    pub fn commit(mut self, at_ms: i64, user: &str, machine: &Machine, stamp: &str) -> Result<Restored> {
        let mut copy = self.copy.take().ok_or(StoreError::Changed)?;
        let highest = match self.standing {
            Standing::Readable { highest, .. } => highest,
            _ => 0,
        };
        let operation = begin_epoch(&mut copy, at_ms, user, machine, highest)?;
        stage::take_back_jobs(&copy)?;
        stage::clear(&copy)?;
        close(copy)?;
        let folder = self.dir.join(RESTORING);
        let before = unused(&self.dir, &format!("{BEFORE}{stamp}"));
        place::make_folder(&folder.join(&before))?;
        force(&place::database(&folder))?;
        force(&folder)?;
        move_to(&folder, &self.dir.join(RESTORED))?;
        force(&self.dir)?;
        finish_alone(&self.dir)?;
        let kept = self.dir.join(before);
        let replaced = match self.standing {
            Standing::Nothing => None,
            Standing::Unreadable => Some(Replaced { kept, beyond: None }),
            Standing::Readable { beyond, newest_ms, .. } => Some(Replaced { kept, beyond: Some((beyond, newest_ms)) }),
        };
        Ok(Restored { operation, from_schema: self.from_schema, replaced })
    }
}

impl Drop for Restore {
    fn drop(&mut self) {
        self.copy = None;
        clear_leftover(&self.dir);
        if self.made_folder && !place::database(&self.dir).exists() && !self.dir.join(RESTORED).exists() {
            // What was only made for this goes with it.
            std::fs::remove_file(self.dir.join("store.lock")).unwrap_or_default();
            std::fs::remove_dir(&self.dir).unwrap_or_default();
        }
    }
}

/// Opens the file, if it looks like a store at all.
fn look_at(file: &Path) -> Result<File> {
    const MAGIC: &[u8; 16] = b"SQLite format 3\0";
    let mut source = File::open(file).map_err(|error| StoreError::io(file, error))?;
    let mut head = [0; 16];
    let is_file = source.metadata().is_ok_and(|found| found.is_file());
    if !is_file || source.read_exact(&mut head).is_err() || head != *MAGIC {
        return Err(StoreError::NotABackup(file.to_owned()));
    }
    std::io::Seek::rewind(&mut source).map_err(|error| StoreError::io(file, error))?;
    Ok(source)
}

fn copy(source: &mut File, file: &Path, target: &Path, going: &mut dyn FnMut(u64, u64) -> bool) -> Result<()> {
    let total = source.metadata().map_or(0, |found| found.len());
    let mut copy = place::private_file(target)?;
    let mut buffer = vec![0; 1 << 20];
    let mut done = 0;
    loop {
        if !going(done, total) {
            return Err(StoreError::Interrupted);
        }
        match source.read(&mut buffer).map_err(|error| StoreError::io(file, error))? {
            0 => return Ok(()),
            read => {
                copy.write_all(&buffer[..read]).map_err(|error| StoreError::io(target, error))?;
                done += read as u64;
            }
        }
    }
}

/// What stands in the folder; an error if it is another store.
fn standing_in(dir: &Path, copy: &Store) -> Result<Standing> {
    let file = place::database(dir);
    if std::fs::metadata(&file).map_or(0, |found| found.len()) == 0 {
        return Ok(Standing::Nothing);
    }
    let opened = super::connect(&file, Duration::ZERO);
    let known = opened.and_then(|db| identity_of(&db).map(|identity| (db, identity)));
    let Ok((db, identity)) = known else { return Ok(Standing::Unreadable) };
    if identity.uid != copy.meta.uid {
        return Err(StoreError::OtherStore(Box::new(identity)));
    }
    let Ok((beyond, newest_ms, highest)) = beyond(&db, &copy.db) else { return Ok(Standing::Unreadable) };
    // So that it is kept as one file; where it can't be, the WAL is kept beside it.
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap_or_default();
    Ok(Standing::Readable { beyond, newest_ms, highest })
}

/// How many operations a store has that a copy of it lacks, when its last one was, and its highest stream.
fn beyond(db: &Connection, copy: &Connection) -> Result<(u64, i64, u32)> {
    let known = log::streams(copy)?;
    let (mut beyond, mut highest) = (0, 0);
    for (no, uid) in log::streams(db)? {
        let (_, seq, _) = stream_of(db, no)?;
        let there = known.iter().find(|(_, known)| *known == uid);
        let copied = there.map(|(no, _)| stream_of(copy, *no)).transpose()?.map_or(0, |(_, seq, _)| seq);
        beyond += u64::from(seq.saturating_sub(copied));
        highest = highest.max(no);
    }
    let newest =
        db.query_row("SELECT coalesce(max(at), 0) FROM op WHERE id >> 32 = ?1", [own_stream(db)?], |row| row.get(0))?;
    Ok((beyond, newest, highest))
}

fn identity_of(db: &Connection) -> Result<Identity> {
    let meta = founding::read_meta(db)?;
    let founded_ms = db.query_row("SELECT at FROM op ORDER BY id LIMIT 1", [], |row| row.get(0))?;
    Ok(Identity { uid: meta.uid, segment: meta.segment, terminal: meta.terminal, founded_ms })
}

fn begin_epoch(copy: &mut Store, at_ms: i64, user: &str, machine: &Machine, highest: u32) -> Result<OperationId> {
    let mut uid = Uid::default();
    (copy.entropy)(&mut uid);
    let actor = copy.operator(user)?.map(|operator| operator.id);
    let signed = Signed { actor, at_ms, command: "store.restore", approval: None };
    let machine = machine_hash(&copy.meta.uid, machine);
    let new = NewEpoch { uid, cause: EpochCause::Restored, at_least: highest + 1, machine };
    let tx = copy.begin()?;
    let operation = epoch::begin(&tx, &signed, &new)?;
    tx.commit()?;
    Ok(operation)
}

/// Closes the copy as a database that is opened by several: nothing of it may be left in a WAL.
fn close(copy: Store) -> Result<()> {
    let folder = copy.dir.clone();
    copy.db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    drop(copy);
    let wal = folder.join("sekisho.db-wal");
    match std::fs::metadata(&wal) {
        Ok(left) if left.len() > 0 => Err(StoreError::io(&wal, std::io::ErrorKind::ResourceBusy.into())),
        _ => Ok(()),
    }
}

/// A name that nothing in the folder has.
fn unused(dir: &Path, name: &str) -> String {
    let mut tried = name.to_owned();
    let mut n = 2;
    while dir.join(&tried).exists() {
        tried = format!("{name}-{n}");
        n += 1;
    }
    tried
}

/// Finishes a restore that was decided and cut off; every opening of a store begins here.
pub(super) fn finish(dir: &Path, wait: Duration) -> Result<()> {
    if !is_decided(dir) {
        return Ok(());
    }
    let alone = place::alone(dir, wait)?;
    finish_alone(dir)?;
    drop(alone);
    Ok(())
}

/// Whether a restore was decided and isn't finished.
pub(super) fn is_decided(dir: &Path) -> bool {
    dir.join(RESTORED).exists()
}

/// Each step may be repeated: what is done shows in where the files are.
pub(super) fn finish_alone(dir: &Path) -> Result<()> {
    let restored = dir.join(RESTORED);
    if !restored.exists() {
        return Ok(());
    }
    let before = folder_before(&restored)?;
    let new = place::database(&restored);
    if new.exists() {
        if let Some(before) = &before {
            for name in ["sekisho.db", "sekisho.db-wal", "sekisho.db-shm"] {
                let old = dir.join(name);
                if old.exists() {
                    move_to(&old, &restored.join(before).join(name))?;
                }
            }
            force(&restored.join(before))?;
        }
        force(dir)?;
        move_to(&new, &place::database(dir))?;
        force(dir)?;
    }
    // Caches are of the store that was replaced.
    std::fs::remove_dir_all(dir.join("search")).unwrap_or_default();
    for folder in ["search", "attachments", "session"] {
        place::make_folder(&dir.join(folder))?;
    }
    // The old store is kept beside; where there was none, its folder is empty and goes.
    if let Some(before) = before
        && std::fs::remove_dir(restored.join(&before)).is_err()
    {
        move_to(&restored.join(&before), &dir.join(&before))?;
    }
    std::fs::remove_dir_all(&restored).map_err(|error| StoreError::io(&restored, error))?;
    force(dir)
}

fn folder_before(restored: &Path) -> Result<Option<String>> {
    let entries = std::fs::read_dir(restored).map_err(|error| StoreError::io(restored, error))?;
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    Ok(names.into_iter().find(|name| name.starts_with(BEFORE)))
}

/// Throws away what a restore left that wasn't decided. The caller holds a share of the store, so none is under way.
pub(super) fn clear_leftover(dir: &Path) {
    let left = dir.join(RESTORING);
    if left.exists() {
        std::fs::remove_dir_all(left).unwrap_or_default();
    }
}

fn move_to(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to).map_err(|error| StoreError::io(from, error))
}

/// Forces a file, or the names in a folder, to the disk.
fn force(path: &Path) -> Result<()> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| StoreError::io(path, error))
}
