//! Recognizing a copy: whether this database is the one that was written here last. If it was rolled back, copied or
//! taken to another machine, the stream that it holds may live on elsewhere, so it goes on in a new epoch.

use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _};
use sha2::{Digest as _, Sha256};

use super::epoch::{self, NewEpoch};
use super::error::Result;
use super::note::{self, FileId, Note};
use super::{Signed, Store, place};
use crate::domain::identity::OperationId;
use crate::domain::operation::{EpochCause, Uid};
use crate::domain::record::Hash;

/// The machine that a store is opened on.
#[derive(Debug, Clone, Default)]
pub struct Machine {
    /// The operating system's id of this machine, where it has one.
    pub id: Option<String>,
    /// The folder of the side notes; `None` = none are kept.
    pub notes: Option<PathBuf>,
}

/// How the side note of a store stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteState {
    /// There is one, and it is of this database.
    Kept,
    /// None can be kept: no folder, or it can't be written.
    Unkept,
    /// The database is a copy; the new epoch waits for the next writer.
    Copy,
}

/// What a store remembers of its side note.
#[derive(Default)]
pub(super) struct Side {
    machine: Machine,
    /// Stream and seq that the note tells.
    noted: Cell<Option<(u32, u32)>>,
    suspicion: Cell<Option<Suspicion>>,
}

/// The database is a copy: the stream that must not go on, and what the next one is to be.
#[derive(Debug, Clone, Copy)]
struct Suspicion {
    stream: u32,
    epoch: Uid,
    at_ms: i64,
}

impl Store {
    /// Looks whether this database is a copy, or was rolled back; if so, a new epoch begins before anything else is
    /// written. The answer says whether it is. Reading goes on whatever comes of it: where the store can't be written
    /// just now, the next writer begins the epoch.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn recognize(&mut self, machine: Machine, at_ms: i64) -> Result<bool> {
        self.side.machine = machine;
        let stream = epoch::own_stream(&self.db)?;
        let is_copy = self.is_copy(stream)?;
        if is_copy {
            let mut uid = Uid::default();
            (self.entropy)(&mut uid);
            self.side.suspicion.set(Some(Suspicion { stream, epoch: uid, at_ms }));
            self.without_waiting(Self::settle)?;
        } else if let Some(machine) = self.machine_hash()
            && kept_machine(&self.db)?.is_none()
        {
            // Founded before machines were kept, or just now.
            let keep = "INSERT OR IGNORE INTO meta(k, v) VALUES ('machine', ?1)";
            self.without_waiting(|store| Ok(store.db.execute(keep, [machine]).map(drop)?))?;
        }
        self.stream.set(epoch::own_stream(&self.db)?);
        self.remember();
        Ok(is_copy)
    }

    /// Brings the side note up to what is committed, where one is kept and there is something new. A note that can't
    /// be written is tried again with the next change.
    pub fn remember(&self) {
        if self.side.suspicion.get().is_some() || !self.db.is_autocommit() {
            return;
        }
        drop(self.write_note());
    }

    /// How the side note stands.
    #[must_use]
    pub fn note_state(&self) -> NoteState {
        match self.side.suspicion.get() {
            Some(_) => NoteState::Copy,
            None if self.note_now().ok().flatten().is_some() => NoteState::Kept,
            None => NoteState::Unkept,
        }
    }

    /// Begins the epoch that is due, if one is: a writer must not go on in a stream that lives elsewhere.
    pub(super) fn settle(&self) -> Result<()> {
        let Some(due) = self.side.suspicion.get() else { return Ok(()) };
        let tx = self.immediate()?;
        // Another process may have begun it while we waited.
        if epoch::own_stream(&tx)? == due.stream {
            let signed = Signed { actor: None, at_ms: due.at_ms, command: "store.open", approval: None };
            let machine = self.machine_hash();
            let new = NewEpoch { uid: due.epoch, cause: EpochCause::Cloned, at_least: 0, machine };
            epoch::begin(&tx, &signed, &new)?;
        }
        tx.commit()?;
        self.side.suspicion.set(None);
        Ok(())
    }

    /// Whether the own stream was written elsewhere, or further than this. The note is read before the database: what
    /// others commit in between makes the database newer, never older than the note.
    fn is_copy(&self, stream: u32) -> Result<bool> {
        let machine = self.machine_hash();
        if let (Some(kept), Some(machine)) = (kept_machine(&self.db)?, machine)
            && kept != machine
        {
            return Ok(true);
        }
        let Some(note) = self.note_now()? else { return Ok(false) };
        let other_machine = matches!((note.machine, machine), (Some(noted), Some(here)) if noted != here);
        if other_machine || FileId::of(&place::database(&self.dir)).is_some_and(|file| file != note.file) {
            return Ok(true);
        }
        let (_, seq, _) = epoch::stream_of(&self.db, stream)?;
        let noted = OperationId::new(stream, note.seq).as_u64() as i64;
        let mut read = self.db.prepare_cached("SELECT hash FROM op WHERE id = ?1")?;
        let hash: Option<Hash> = read.query_row([noted], |row| row.get(0)).optional()?;
        Ok(seq < note.seq || hash != Some(note.head))
    }

    /// The note of the own stream.
    fn note_now(&self) -> Result<Option<Note>> {
        let Some(folder) = &self.side.machine.notes else { return Ok(None) };
        let (uid, _, _) = epoch::stream_of(&self.db, epoch::own_stream(&self.db)?)?;
        let note = note::read(&note::place(folder, &self.meta.uid, &uid));
        Ok(note.filter(|note| (note.terminal, note.epoch) == (uid.terminal, uid.epoch)))
    }

    fn write_note(&self) -> Result<()> {
        let Some(folder) = &self.side.machine.notes else { return Ok(()) };
        let stream = epoch::own_stream(&self.db)?;
        let (uid, seq, head) = epoch::stream_of(&self.db, stream)?;
        if self.side.noted.get() == Some((stream, seq)) {
            return Ok(());
        }
        let Some(file) = FileId::of(&place::database(&self.dir)) else { return Ok(()) };
        let note = Note { terminal: uid.terminal, epoch: uid.epoch, seq, head, machine: self.machine_hash(), file };
        let path = note::place(folder, &self.meta.uid, &uid);
        let there = note::read(&path).as_ref() == Some(&note);
        if there || note::write(&path, &note).is_ok() {
            self.side.noted.set(Some((stream, seq)));
        }
        Ok(())
    }

    /// The machine's id as the store may keep it: salted, for the id itself is nobody else's business.
    pub(super) fn machine_hash(&self) -> Option<Hash> {
        machine_hash(&self.meta.uid, &self.side.machine)
    }

    /// Tries to write. Whoever only wants to read doesn't wait for a writer here, nor fail where nothing can be written.
    fn without_waiting(&mut self, write: impl FnOnce(&Self) -> Result<()>) -> Result<()> {
        super::wait_evenly(&mut self.db, Duration::ZERO)?;
        drop(write(self));
        super::wait_evenly(&mut self.db, self.wait)
    }
}

/// The salted id of a machine.
pub(super) fn machine_hash(store: &Uid, machine: &Machine) -> Option<Hash> {
    let id = machine.id.as_ref()?;
    let mut hasher = Sha256::new();
    hasher.update(b"sekisho/machine/1");
    hasher.update(store);
    hasher.update(id.trim().as_bytes());
    Some(hasher.finalize().into())
}

fn kept_machine(db: &Connection) -> Result<Option<Hash>> {
    Ok(db.query_row("SELECT v FROM meta WHERE k = 'machine'", [], |row| row.get(0)).optional()?)
}

impl Drop for Store {
    /// The note is brought up when a store is closed; a failure is told by `doctor`, and matters to nobody else.
    fn drop(&mut self) {
        self.remember();
    }
}
