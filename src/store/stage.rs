//! What each row of an unpublished file became: the table `stage`, and taking a whole job back.

use std::collections::HashSet;

use minicbor::{Decoder, Encoder};
use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

use super::Store;
use super::error::{Result, StoreError};
use super::prepared::Ready;
use super::sealing;
use crate::domain::application::Content;
use crate::domain::identity::ApplicationId;
use crate::domain::operation::ImportCounts;
use crate::domain::record::{Hash, Salt};
use crate::domain::status::Status;

/// `stage.kind`: a new application that was taken back; those that stand are in `born`. 1 was a birth once.
pub(super) const TAKEN_BACK: i64 = 4;
/// A new revision of a known one; its content waits in the row.
pub(super) const REVISION: i64 = 2;
/// Nothing new; kept because the file's status may be.
pub(super) const UNCHANGED: i64 = 3;

/// `job.state`: it can be continued.
const WHOLE: i64 = 0;
/// `job.state`: taking it back has begun; should that be cut off too, nobody may take the rest for the whole.
pub(super) const GOING: i64 = 1;

/// A row of this file that has been taken in already.
pub(super) struct Staged {
    /// `None` = a birth.
    pub kind: Option<i64>,
    pub line: u64,
    pub at: u64,
    pub len: u64,
    pub status: Option<u8>,
    /// What it said, and the number under which its sealed rows stand.
    pub content: Option<(Content, i64)>,
}

/// An import that wasn't published.
pub(super) struct Job {
    pub id: i64,
    pub first: u32,
    pub span: u32,
    pub file: Hash,
    pub setting: Hash,
    pub counts: ImportCounts,
    pub at_byte: u64,
    pub at_line: u64,
    pub file_name: String,
    pub length: u64,
    /// Whether all of it is still there: one that is being taken back can't be continued.
    pub whole: bool,
}

/// Notes what a row became.
pub(super) fn insert(
    db: &Connection,
    id: ApplicationId,
    kind: i64,
    row: &Ready<'_>,
    matched: Option<i64>,
    content: Option<&[u8]>,
) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO stage(id, kind, line, at, len, status, matched, row) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        id.as_u64() as i64,
        kind,
        row.line as i64,
        row.bytes.0 as i64,
        row.bytes.1 as i64,
        row.status.map(Status::code),
        matched,
        content
    ])?;
    Ok(())
}

/// The row of this file that an earlier application had already, with what it said.
pub(super) fn read(store: &Store, source: i64, id: ApplicationId) -> Result<Option<Staged>> {
    type Columns = (Staged, Option<i64>, Option<Vec<u8>>);
    let found: Option<Columns> = store
        .db
        .prepare_cached("SELECT kind, line, at, len, status, matched, row FROM stage WHERE id = ?1")?
        .query_row([id.as_u64() as i64], |row| {
            let staged = Staged {
                kind: Some(row.get(0)?),
                line: row.get::<_, i64>(1)? as u64,
                at: row.get::<_, i64>(2)? as u64,
                len: row.get::<_, i64>(3)? as u64,
                status: row.get(4)?,
                content: None,
            };
            Ok((staged, row.get(5)?, row.get(6)?))
        })
        .optional()?;
    let Some((mut staged, matched, content)) = found else { return Ok(None) };
    staged.content = match (staged.kind, matched, content) {
        (Some(UNCHANGED), Some(operation), _) => {
            store.revision(source, id, operation)?.map(|stored| (stored.content, operation))
        }
        (_, _, Some(bytes)) => decode_content(&bytes)
            .and_then(|(_, _, record)| store.decode_record(source, record))
            .map(|content| (content, sealing::WAITING)),
        _ => None,
    };
    Ok(Some(staged))
}

/// A staged content: CBOR `[salt, form number, record]`.
pub(super) fn encode_content(salt: &Salt, form: i64, record: &[u8]) -> Vec<u8> {
    let mut e = Encoder::new(Vec::with_capacity(record.len() + 32));
    let written = e.array(3).and_then(|e| e.bytes(salt)?.i64(form)?.bytes(record));
    debug_assert!(written.is_ok(), "writing into a Vec can't fail");
    e.into_writer()
}

/// The parts of a staged content.
pub(super) fn decode_content(bytes: &[u8]) -> Option<(Salt, i64, &[u8])> {
    let mut d = Decoder::new(bytes);
    if d.array().ok()? != Some(3) {
        return None;
    }
    Some((d.bytes().ok()?.try_into().ok()?, d.i64().ok()?, d.bytes().ok()?))
}

/// The counts as the job keeps them.
pub(super) fn encode_counts(counts: &ImportCounts) -> Vec<u8> {
    [counts.read, counts.added, counts.updated, counts.unchanged, counts.rejected]
        .iter()
        .flat_map(|count| count.to_be_bytes())
        .collect()
}

fn decode_counts(bytes: &[u8]) -> Option<ImportCounts> {
    let counts: Vec<u64> =
        bytes.chunks_exact(8).map(|part| part.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))).collect();
    let [read, added, updated, unchanged, rejected] = counts.try_into().ok()?;
    Some(ImportCounts { read, added, updated, unchanged, rejected })
}

/// The hash of one chunk of leaves, in the order of their places.
pub(super) fn chunk_hash<'a>(leaves: impl Iterator<Item = &'a Hash>) -> Hash {
    let mut hasher = Sha256::new();
    for leaf in leaves {
        hasher.update(leaf);
    }
    hasher.finalize().into()
}

/// The import that a crash or an interruption left behind.
pub(super) fn unfinished_job(db: &Connection) -> Result<Option<Job>> {
    let mut statement = db.prepare(
        "SELECT id, first, n, file_hash, setting, counts, at_byte, at_line, state, file_name, length FROM job",
    )?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let counts: Vec<u8> = row.get(5)?;
    Ok(Some(Job {
        id: row.get(0)?,
        first: row.get(1)?,
        span: row.get(2)?,
        file: row.get(3)?,
        setting: row.get(4)?,
        counts: decode_counts(&counts).ok_or_else(|| StoreError::Damaged("job".into()))?,
        at_byte: row.get::<_, i64>(6)? as u64,
        at_line: row.get::<_, i64>(7)? as u64,
        whole: row.get::<_, i64>(8)? == WHOLE,
        file_name: row.get(9)?,
        length: row.get::<_, i64>(10)? as u64,
    }))
}

/// The births of this file that were taken back since.
pub(super) fn taken_back(db: &Connection) -> Result<HashSet<ApplicationId>> {
    let mut statement = db.prepare("SELECT id FROM stage WHERE kind = ?1")?;
    let ids = statement.query_map([TAKEN_BACK], |row| row.get::<_, i64>(0))?;
    ids.map(|id| Ok(ApplicationId::from_u64(id? as u64))).collect()
}

/// The numbers that this file contradicts itself about.
pub(super) fn conflicts(db: &Connection) -> Result<HashSet<(i64, String)>> {
    let mut statement = db.prepare("SELECT source, number FROM stage_conflict")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Takes back every unpublished import and clears what published ones left, in short transactions; the caller holds
/// the import lock.
pub(super) fn take_back_jobs(store: &Store) -> Result<()> {
    /// Groups of births: about as many rows as a turn brings.
    const BATCH: usize = 64;
    if let Some(job) = unfinished_job(&store.db)? {
        // Their numbers stay unused for ever.
        loop {
            let tx = store.begin()?;
            tx.prepare_cached("UPDATE job SET state = ?2 WHERE id = ?1")?.execute([job.id, GOING])?;
            let groups: Vec<(i64, i64)> = {
                let mut statement = tx.prepare_cached("SELECT first, n FROM born ORDER BY first LIMIT ?1")?;
                let rows = statement.query_map([BATCH as i64], |row| Ok((row.get(0)?, row.get(1)?)))?;
                rows.collect::<std::result::Result<_, _>>()?
            };
            for (first, n) in &groups {
                let ids = [*first, first + n];
                tx.prepare_cached("DELETE FROM app WHERE id >= ?1 AND id < ?2")?.execute(ids)?;
                tx.prepare_cached("DELETE FROM raw WHERE id >= ?1 AND id < ?2")?.execute(ids)?;
                sealing::take_back_births(&tx, ids)?;
                tx.prepare_cached("DELETE FROM born WHERE first = ?1")?.execute([first])?;
            }
            let done = groups.len() < BATCH;
            if done {
                sealing::take_back_waiting(&tx)?;
                tx.execute("DELETE FROM rejected WHERE job = ?1 AND op IS NULL", [job.id])?;
                tx.execute("DELETE FROM rejected_header WHERE job = ?1", [job.id])?;
                tx.execute("DELETE FROM job WHERE id = ?1", [job.id])?;
            }
            tx.commit()?;
            if done {
                break;
            }
        }
    }
    clear(store)
}

/// Empties the tables of a job that is no more.
pub(super) fn clear(store: &Store) -> Result<()> {
    let left: bool = store.db.query_row(
        "SELECT EXISTS (SELECT 1 FROM stage) OR EXISTS (SELECT 1 FROM stage_conflict) OR EXISTS (SELECT 1 FROM born)",
        [],
        |row| row.get(0),
    )?;
    if left {
        let tx = store.begin()?;
        tx.execute_batch("DELETE FROM stage; DELETE FROM stage_conflict; DELETE FROM born;")?;
        tx.commit()?;
    }
    Ok(())
}
