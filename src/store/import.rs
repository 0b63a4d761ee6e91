//! An import, row by row: content goes in by short transactions and stays invisible until it is published in one.
//!
//! One import runs at a time (`import.lock`). What a crash or Ctrl-C leaves behind is a job: the same file continues it,
//! any other import takes it back first.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::time::{Duration, Instant};

use rusqlite::params;

use super::birth_chunks::BirthChunks;
use super::born::{Born, Group};
use super::checkpointing::Checkpointing;
use super::error::{Result, StoreError};
use super::incoming::{Begun, ImportSetting, Put, SetAside};
use super::numbers::Numbers;
use super::prepared::{Prepared, Ready};
use super::recording::Recording;
use super::sealing::{self, Opener, Sealer, Seeds};
use super::{Store, place, stage};
use crate::domain::identity::ApplicationId;
use crate::domain::operation::ImportCounts;
use crate::domain::record::{Hash, Salt, leaf, line_code};
use crate::domain::status::Status;

/// A row of a download has about so many bytes; room for numbers is made by that.
const ROW_BYTES: u64 = 512;

/// How long one content transaction lasts, and how many bytes of the file go into it: a colleague waits no longer.
const TURN: Duration = Duration::from_millis(100);
const TURN_BYTES: u64 = 16 << 20;

/// An import under way. Dropped, it leaves its job behind for the same file to continue.
#[derive(Debug)]
pub struct Import<'s> {
    pub(super) store: &'s mut Store,
    pub(super) setting: ImportSetting,
    pub(super) job: i64,
    /// The stream that its births belong to: an import doesn't go on in another one.
    pub(super) stream: u32,
    pub(super) first: u32,
    pub(super) next: u32,
    pub(super) counts: ImportCounts,
    pub(super) chunks: BirthChunks,
    pub(super) numbers: Numbers,
    pub(super) recording: Recording,
    checkpointing: Checkpointing,
    pub(super) births: Group,
    /// Whether no import was published before: then there is nothing to look up.
    is_first: bool,
    pub(super) conflicts: HashSet<(i64, String)>,
    at: (u64, u64),
    open: bool,
    /// Whether the job knows the file's hash.
    is_named: bool,
    /// When the content transaction began, and where in the file.
    turn: (Instant, u64),
    /// Seeds of sealed rows, on their way to `keys.db`; and what can tell whether a sealed row says anything new.
    pub(super) seeds: Seeds,
    pub(super) opener: Opener,
    sealer: Sealer,
    /// Rows whose sealed items couldn't be compared with what is there.
    pub(super) unchecked: u64,
    /// Whether a row is compared with the present content alone.
    pub(super) may_go_back: bool,
    /// Whether anything was ever erased, and how many rows are about what was.
    has_gone: bool,
    pub(super) disposed: u64,
    _lock: File,
}

/// Pages of the database in memory, in KiB: an import adds at the end of tables, and comes back to hardly any page.
const CACHE: u32 = 8 << 10;

impl Drop for Import<'_> {
    fn drop(&mut self) {
        self.store.cache.set(super::CACHE);
        self.roll_back();
    }
}

impl<'s> Import<'s> {
    /// Takes the import lock and continues the job of the same file and setting, or begins a new one.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if another import runs for longer than `wait`.
    pub fn begin(store: &'s mut Store, setting: ImportSetting, wait: Duration) -> Result<(Self, Begun)> {
        let lock = place::importer(&store.dir, wait)?;
        let fingerprint = fingerprint(&setting);
        // Read before the job: a new epoch in between is found by the first turn.
        let stream = super::epoch::own_stream(&store.db)?;
        let known = stage::unfinished_job(&store.db)?;
        let continued = known.filter(|job| job.whole && Some(job.file) == setting.file && job.setting == fingerprint);
        if continued.is_none() {
            stage::take_back_jobs(store)?;
        }
        let is_first = store.db.query_row("SELECT NOT EXISTS (SELECT 1 FROM identity)", [], |row| row.get(0))?;
        let mut begun = Begun::default();
        store.cache.set(CACHE);
        let is_named = setting.file.is_some();
        let mut import = Self {
            store,
            setting,
            job: 0,
            stream,
            first: 0,
            next: 0,
            counts: ImportCounts::default(),
            chunks: BirthChunks::default(),
            numbers: Numbers::default(),
            recording: Recording::off(),
            checkpointing: Checkpointing::default(),
            births: Group::default(),
            is_first,
            conflicts: HashSet::new(),
            at: (0, 0),
            open: false,
            is_named,
            turn: (Instant::now(), 0),
            seeds: Seeds::default(),
            opener: Opener::default(),
            sealer: Sealer::default(),
            unchecked: 0,
            may_go_back: false,
            has_gone: false,
            disposed: 0,
            _lock: lock,
        };
        if let Some(job) = continued {
            import.job = job.id;
            import.first = job.first;
            import.counts = job.counts;
            import.conflicts = stage::conflicts(&import.store.db)?;
            import.chunks.forget_until(job.span as usize);
            import.numbers = Numbers::of_job(import.store, stream, job.first, job.span)?;
            import.at = (job.at_byte, job.at_line);
            import.checkpointing = Checkpointing::from(job.at_byte);
            begun.resume = (job.at_byte > 0).then_some((job.at_byte, job.at_line));
        } else {
            import.found_job(&fingerprint)?;
            import.numbers.make_room(import.setting.length / ROW_BYTES);
            import.recording = Recording::start(&import.store.dir);
        }
        // Nothing is erased from here on, for the job is there.
        import.has_gone = import.store.has_gone()?;
        Ok((import, begun))
    }

    fn found_job(&mut self, fingerprint: &Hash) -> Result<()> {
        let tx = self.store.begin()?;
        self.stream = self.store.stream.get();
        let births: u32 = tx.query_row("SELECT births FROM stream WHERE no = ?1", [self.stream], |row| row.get(0))?;
        self.first = births.checked_add(1).ok_or_else(|| exhausted(self.store))?;
        // The rows that earlier imports set aside keep their job's number: it is never given twice.
        tx.execute(
            "INSERT INTO job(id, kind, first, n, file_hash, setting, counts, at_byte, at_line, state, file_name, length)
             VALUES ((SELECT coalesce(max(job), 0) + 1 FROM rejected), 1, ?1, 0, ?2, ?3, ?4, 0, 0, 0, ?5, ?6)",
            params![
                self.first,
                self.setting.file.unwrap_or_default(),
                fingerprint,
                stage::encode_counts(&self.counts),
                self.setting.file_name,
                self.setting.length as i64
            ],
        )?;
        let job = tx.last_insert_rowid();
        tx.commit()?;
        self.job = job;
        Ok(())
    }

    /// Says what the file's SHA-256 is, once it is known: from the next pause on the import can be continued.
    pub fn name_file(&mut self, hash: Hash) {
        self.setting.file = Some(hash);
    }

    /// Says by which keys its rows are sealed, and what else can be opened: what an earlier download sealed is compared
    /// with what this one does.
    pub fn seal_by(&mut self, sealer: Sealer, opener: Opener) {
        self.opener = Opener::of_batches(sealer.batches()).joined(opener);
        self.sealer = sealer;
    }

    /// How many rows, the same in everything that lies open, have sealed items that nobody here could compare.
    #[must_use]
    pub const fn unchecked(&self) -> u64 {
        self.unchecked
    }

    /// The counts so far.
    #[must_use]
    pub const fn counts(&self) -> ImportCounts {
        self.counts
    }

    /// Reads from the store while the import is under way.
    #[must_use]
    pub const fn store(&self) -> &Store {
        self.store
    }

    /// Takes a row of a parcel in; they come in their order, and [`Self::done_with`] ends the parcel.
    ///
    /// # Errors
    /// A full disk, a store that stays busy: what was committed stays, and the same file continues it.
    pub fn put(&mut self, rows: &Prepared, place: usize) -> Result<Put> {
        self.open_turn()?;
        let row = rows.row(place);
        let source = self.store.source_number_or_new(row.said.source)?;
        let number = row.said.number;
        if !self.conflicts.is_empty() && self.conflicts.contains(&(source, number.to_owned())) {
            return Ok(Put::Conflict(None));
        }
        let put = if let Some(born) = self.numbers.place_of(source, number)? {
            self.put_born(source, ApplicationId::new(self.stream, self.first + born), &row)?
        } else if let Some(id) = self.known(source, number)? {
            self.put_known(source, id, &row, place)?
        } else if self.has_gone && self.store.is_gone(source, number)? {
            // Kept nowhere, not even among the rows set aside: it was erased for good.
            self.counts.unchanged += 1;
            self.disposed += 1;
            Put::Unchanged
        } else {
            self.insert_birth(source, &row, place)?;
            Put::Added
        };
        if !matches!(put, Put::Conflict(_)) {
            self.counts.read += 1;
        }
        Ok(put)
    }

    /// All rows of a parcel were put in or aside: those whose contents came in are recorded for the search.
    pub fn done_with(&mut self, rows: Prepared) {
        self.recording.take(rows);
    }

    /// The application of an earlier import; nobody else imports meanwhile.
    fn known(&self, source: i64, number: &str) -> Result<Option<ApplicationId>> {
        if self.is_first { Ok(None) } else { self.store.identified(source, number) }
    }

    /// Writes a new application.
    fn insert_birth(&mut self, source: i64, row: &Ready<'_>, at_place: usize) -> Result<()> {
        let said = &row.said;
        let (form, _) = self.store.form_number_or_new(source, said.form)?;
        let after = self.next.checked_add(1).ok_or_else(|| exhausted(self.store))?;
        let id = ApplicationId::new(self.stream, self.next);
        let place = self.next - self.first;
        self.store
            .db
            .prepare_cached(
                "INSERT INTO app(id, source, number, form, submitted, tz, name, kana, mail, user_id, line, remarks, items,
                   salt, op, idx) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 0, ?15)",
            )?
            .execute(params![
                id.as_u64() as i64,
                source,
                said.number,
                form,
                said.submitted.map(|at| at.seconds),
                said.submitted.map(|at| at.offset_minutes),
                said.name,
                said.kana,
                said.mail,
                said.user_id,
                said.line.map(line_code),
                said.remarks,
                row.items,
                row.salt,
                place
            ])?;
        write_raw(self.store, id, 0, said.raw, self.setting.encoding_code)?;
        sealing::insert_birth(&self.store.db, id, row.sealed, &mut self.seeds)?;
        let (at, len) = row.bytes;
        let born = Born { line: row.line, at, len, status: row.status.map(Status::code) };
        self.births.add(&self.store.db, id, born)?;
        self.numbers.add(place, source, said.number)?;
        self.chunks.add(place as usize, *row.leaf);
        self.next = after;
        self.counts.added += 1;
        self.recording.content(at_place, id, form);
        Ok(())
    }

    /// Keeps a row aside with its raw bytes.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub fn set_aside(&mut self, row: &SetAside<'_>) -> Result<()> {
        self.open_turn()?;
        let salt = self.store.salt();
        // Which of its columns is which can't always be told: where the file has any that is sealed, all of the row is.
        let sealed = self.sealer.seal_row(row.line, row.bytes, &mut self.store.entropy)?;
        let encoding = self.setting.encoding_code | if sealed.is_some() { sealing::SEALED_ROW } else { 0 };
        self.store
            .db
            .prepare_cached(
                "INSERT INTO rejected(job, line, bytes, enc, \"column\", field, reason, file, salt, op)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL)",
            )?
            .execute(params![
                self.job,
                row.line as i64,
                sealed.as_deref().unwrap_or(row.bytes),
                encoding,
                row.column.map(|column| column as i64),
                row.field,
                row.reason,
                self.setting.file_name,
                salt
            ])?;
        self.store
            .db
            .prepare_cached("INSERT OR IGNORE INTO rejected_header(job, bytes, enc) VALUES (?1, ?2, ?3)")?
            .execute(params![self.job, self.setting.header, self.setting.encoding_code])?;
        self.counts.rejected += 1;
        self.counts.read += 1;
        Ok(())
    }

    /// Says that a row is done with, and how far the file has been read: the place from which a later import would
    /// continue. Between two rows is also where others get their turn.
    ///
    /// # Errors
    /// As [`Self::pause`].
    pub fn reached(&mut self, byte: u64, line: u64) -> Result<()> {
        self.at = (byte, line);
        if self.open && (byte.saturating_sub(self.turn.1) >= TURN_BYTES || self.turn.0.elapsed() >= TURN) {
            self.pause()?;
            // SQLite's busy handler is not fair: without a gap a waiting colleague would not get in.
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Opens the content transaction.
    fn open_turn(&mut self) -> Result<()> {
        if self.open {
            return Ok(());
        }
        let tx = self.store.begin()?;
        self.same_stream()?;
        keep_open(tx);
        self.open = true;
        self.turn = (Instant::now(), self.at.0);
        let births: u32 = self
            .store
            .db
            .prepare_cached("SELECT births FROM stream WHERE no = ?1")?
            .query_row([self.stream], |row| row.get(0))?;
        self.next = births.checked_add(1).ok_or_else(|| exhausted(self.store))?;
        Ok(())
    }

    /// A new epoch that began since (the store was found to be a copy) takes this import back: the same file again
    /// begins anew in the new stream.
    pub(super) fn same_stream(&self) -> Result<()> {
        if self.store.stream.get() == self.stream { Ok(()) } else { Err(StoreError::Changed) }
    }

    /// Commits what is in; the job remembers the place.
    ///
    /// # Errors
    /// A full disk or another failure: the rows since the last commit are not in, the place is still before them.
    pub fn pause(&mut self) -> Result<()> {
        if !self.open {
            return Ok(());
        }
        let db = &self.store.db;
        self.births.flush(db)?;
        self.seeds.flush(self.store)?;
        db.prepare_cached("UPDATE stream SET births = ?2 WHERE no = ?1")?
            .execute(params![self.stream, self.next - 1])?;
        db.prepare_cached("UPDATE job SET n = ?2, at_byte = ?3, at_line = ?4, counts = ?5 WHERE id = ?1")?.execute(
            params![
                self.job,
                self.next - self.first,
                self.at.0 as i64,
                self.at.1 as i64,
                stage::encode_counts(&self.counts)
            ],
        )?;
        if let Some(file) = self.setting.file.filter(|_| !self.is_named) {
            db.execute("UPDATE job SET file_hash = ?2 WHERE id = ?1", params![self.job, file])?;
        }
        db.execute_batch("COMMIT")?;
        self.is_named = self.setting.file.is_some();
        self.open = false;
        self.checkpointing.committed(&self.store.dir, self.at.0);
        Ok(())
    }

    fn roll_back(&mut self) {
        if self.open {
            self.open = false;
            self.store.forms.borrow_mut().forget();
            // A rollback that fails leaves a transaction that closing the connection ends just the same.
            self.store.db.execute_batch("ROLLBACK").unwrap_or_default();
        }
    }

    /// Takes everything back, as if the file had never been read.
    ///
    /// # Errors
    /// As [`Self::put`]; what could not be taken back is invisible and goes with the next import.
    pub fn discard(mut self) -> Result<()> {
        self.roll_back();
        stage::take_back_jobs(self.store)
    }
}

/// A stream that has given all its numbers: four thousand million births don't happen, a damaged count does.
fn exhausted(store: &Store) -> StoreError {
    StoreError::Damaged(format!("stream {}: births", store.stream.get()))
}

/// Keeps a transaction open on the connection beyond its guard; [`Import`] ends it by itself.
fn keep_open(mut tx: rusqlite::Transaction<'_>) {
    tx.set_drop_behavior(rusqlite::DropBehavior::Ignore);
}

/// Writes the raw bytes of fields whose text doesn't come back.
pub(super) fn write_raw(
    store: &Store,
    id: ApplicationId,
    operation: i64,
    raw: &BTreeMap<u32, Vec<u8>>,
    encoding: u8,
) -> Result<()> {
    for (field, bytes) in raw {
        store
            .db
            .prepare_cached("INSERT INTO raw(id, op, field, bytes, enc) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![id.as_u64() as i64, operation, field, bytes, encoding])?;
    }
    Ok(())
}

/// What must be equal for an import to continue another: the way of reading, beside the file.
fn fingerprint(setting: &ImportSetting) -> Hash {
    let text = format!("{}\n{}", setting.profile, setting.encoding);
    leaf(&Salt::default(), &[text.as_bytes(), &setting.profile_hash].concat())
}
