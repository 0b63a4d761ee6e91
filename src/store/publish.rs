//! Publishing an import: one transaction that makes everything of it visible, with its operation in the log.

use rusqlite::{OptionalExtension as _, params, params_from_iter};
use sha2::{Digest as _, Sha256};

use super::applications::CONTENT;
use super::born::{self, Born};
use super::error::{Result, StoreError};
use super::import::{Import, write_raw};
use super::log::LogReader;
use super::numbers::Sorting;
use super::projected::operation_of_column;
use super::recording::Recording;
use super::reflecting::TickedOff;
use super::state_view::SqlStates;
use super::{Signed, Store, compare, log, sealing, stage, text};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, FromBase, ImportBody, ImportCounts, SourceWrite, StatusPair, Value};
use crate::domain::projection::{ProjectionError, apply};
use crate::domain::record::{CHUNK, Chunks, FORMAT, FORMAT_SEALED, Hash, encode, leaf, line_code};
use crate::domain::status::Status;

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Published {
    /// Its operation; `None` where the file held no row.
    pub operation: Option<OperationId>,
    /// The counts.
    pub counts: ImportCounts,
    /// Applications whose status in the file is not ours.
    pub status_differs: Vec<StatusDiffers>,
    /// Rows that say what an earlier download said and a later one has changed since; their statuses move nothing.
    pub older: u64,
    /// 整理番号 of applications that we had sent back and that got a new revision (補正到着).
    pub corrected: Vec<String>,
    /// 整理番号 of applications whose 元システムの状況 became 取下げ, while ours isn't.
    pub withdrawn: Vec<String>,
    /// What it tells of the applications that were 反映待ち.
    pub ticked_off: TickedOff,
    /// Rows that are the same in what lies open, and whose sealed items nobody here could compare.
    pub unchecked: u64,
    /// Rows of applications that were erased (廃棄): they are among the unchanged.
    pub disposed: u64,
}

/// The two books differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusDiffers {
    /// 整理番号.
    pub number: String,
    /// Ours.
    pub ours: Status,
    /// The file's.
    pub source: Status,
}

impl Import<'_> {
    /// Publishes what was read, once the file's SHA-256 is known ([`Import::name_file`]). Nothing of it was visible before; all of it is after.
    ///
    /// # Errors
    /// As [`Import::put`]: nothing is published then, and the same file continues.
    pub fn publish(mut self, signed: &Signed<'_>) -> Result<Published> {
        self.pause()?;
        let (counts, unchecked, disposed) = (self.counts, self.unchecked(), self.disposed);
        if counts.read == 0 {
            stage::take_back_jobs(self.store)?;
            return Ok(Published { counts, ..Published::default() });
        }
        // What is left of the segments is written, and the identities are sorted, while the rest is made ready.
        self.recording.close();
        let identities = std::mem::take(&mut self.numbers).sort();
        // What the operation says of the file can't be said later.
        let file = self.setting.file.ok_or(StoreError::Changed)?;
        // The import lock keeps every other writer of contents and of the source's book away, so all of this can be
        // made ready before the write lock is taken.
        let which = moves_their_book(self.store.import_of(&file)?);
        let body = self.body(file, &which)?;
        let status_differs = self.status_differs()?;
        let corrected = self.numbers_where(
            "stage.kind = ?1 AND state.status = ?2",
            &[stage::REVISION, Status::Returned.code().into()],
        )?;
        let withdrawn = self.withdrawn(&which)?;
        let older = self.older_rows()?;
        let rows = (body.births.len() + body.revised.len()) as u64;
        let (operation, ticked_off) = self.commit(signed, body, identities)?;
        std::mem::replace(&mut self.recording, Recording::off()).enter(self.store, operation, rows);
        // All of it is in; what can't be cleared away now (a full disk) goes with the next import.
        stage::clear(self.store).unwrap_or_default();
        Ok(Published {
            operation: Some(operation),
            counts,
            status_differs,
            older,
            corrected,
            withdrawn,
            ticked_off,
            unchecked,
            disposed,
        })
    }

    fn body(&self, file: Hash, which: &str) -> Result<ImportBody> {
        let (births, statuses, status_of) = self.births()?;
        let span = births.last().map_or(0, |last| last.n() + 1 - self.first);
        let mut chunks = self.birth_chunks(span as usize)?;
        let (revised, revised_base) = self.revisions(span as usize, &mut chunks)?;
        Ok(ImportBody {
            file,
            profile: self.setting.profile.clone(),
            profile_hash: self.setting.profile_hash,
            encoding: self.setting.encoding.clone(),
            counts: self.counts,
            record_format: if self.seals_any(span)? { FORMAT_SEALED } else { FORMAT },
            first: self.first,
            span,
            births,
            statuses,
            status_of,
            chunks: chunks.finish(),
            revised,
            revised_base,
            source: self.source_changes(which)?,
            rejected: (self.counts.rejected, rejected_commitment(self.store, "job = ?1 AND op IS NULL", self.job)?),
        })
    }

    /// Whether any of what is published is sealed in part.
    fn seals_any(&self, span: u32) -> Result<bool> {
        let first = ApplicationId::new(self.stream, self.first).as_u64() as i64;
        let found = self.store.db.query_row(
            "SELECT EXISTS (SELECT 1 FROM sealed WHERE app >= ?1 AND app < ?2)
               OR EXISTS (SELECT 1 FROM stage CROSS JOIN sealed ON sealed.app = stage.id AND sealed.op = ?3)",
            params![first, first + i64::from(span), sealing::WAITING],
            |row| row.get(0),
        )?;
        Ok(found)
    }

    fn births(&self) -> Result<(Vec<ApplicationId>, Vec<StatusPair>, Vec<u32>)> {
        let (mut births, mut statuses, mut status_of) = (Vec::new(), Vec::new(), Vec::new());
        let taken_back = stage::taken_back(&self.store.db)?;
        born::visit(&self.store.db, &mut |id, Born { status: source, .. }| {
            if taken_back.contains(&id) {
                return;
            }
            births.push(id);
            let pair = StatusPair { ours: source.unwrap_or(Status::Unprocessed.code()), source };
            let index = statuses.iter().position(|known| *known == pair).unwrap_or_else(|| {
                statuses.push(pair);
                statuses.len() - 1
            });
            status_of.push(index as u32);
        })?;
        Ok((births, statuses, status_of))
    }

    /// The source of the births that show a status, if there are any.
    pub(super) fn source_of_births(&self) -> Result<Option<i64>> {
        let taken_back = stage::taken_back(&self.store.db)?;
        let mut shown = None;
        born::visit(&self.store.db, &mut |id, born| {
            if shown.is_none() && born.status.is_some() && !taken_back.contains(&id) {
                shown = Some(id.as_u64() as i64);
            }
        })?;
        let mut statement = self.store.db.prepare_cached("SELECT source FROM app WHERE id = ?1")?;
        Ok(shown.map(|id| statement.query_row([id], |row| row.get(0)).optional()).transpose()?.flatten())
    }

    /// The leaves of the births: whole chunks by the hash that was made when they came in, the rest from the table.
    fn birth_chunks(&self, span: usize) -> Result<Chunks> {
        let mut chunks = Chunks::default();
        for chunk in 0..span.div_ceil(CHUNK) {
            let whole = (chunk + 1) * CHUNK <= span;
            match self.chunks.known(chunk).filter(|_| whole) {
                Some(hash) => chunks.add_finished(chunk, hash),
                None => {
                    for (place, leaf) in self.leaves(chunk * CHUNK, (chunk + 1) * CHUNK)? {
                        chunks.add(place, &leaf);
                    }
                }
            }
        }
        Ok(chunks)
    }

    fn leaves(&self, from: usize, to: usize) -> Result<Vec<(usize, Hash)>> {
        let id = |place: usize| ApplicationId::new(self.stream, self.first + place as u32).as_u64() as i64;
        let sql = format!("SELECT {CONTENT} FROM app WHERE id >= ?1 AND id < ?2 ORDER BY id");
        let mut statement = self.store.db.prepare_cached(&sql)?;
        let mut rows = statement.query([id(from), id(to)])?;
        let mut leaves = Vec::new();
        while let Some(row) = rows.next()? {
            let (id, stored) = self.store.content_of_row(row)?;
            let hash = self.store.form(row.get(3)?)?.hash;
            leaves.push(((id.n() - self.first) as usize, leaf(&stored.salt, &encode(&stored.content, &hash))));
        }
        Ok(leaves)
    }

    fn revisions(&self, span: usize, chunks: &mut Chunks) -> Result<(Vec<ApplicationId>, Vec<OperationId>)> {
        let (mut revised, mut bases) = (Vec::new(), Vec::new());
        let mut statement = self.store.db.prepare(
            "SELECT stage.id, stage.row, app.op FROM stage JOIN app ON app.id = stage.id WHERE stage.kind = ?1
             ORDER BY stage.id",
        )?;
        let mut rows = statement.query([stage::REVISION])?;
        while let Some(row) = rows.next()? {
            let id = ApplicationId::from_u64(row.get::<_, i64>(0)? as u64);
            let bytes: Vec<u8> = row.get(1)?;
            let (salt, _, record) = stage::decode_content(&bytes).ok_or_else(|| damaged_stage(id))?;
            chunks.add(span + revised.len(), &leaf(&salt, record));
            bases.push(match row.get::<_, i64>(2)? {
                0 => self.store.birth_of(id)?,
                operation => OperationId::from_u64(operation as u64),
            });
            revised.push(id);
        }
        Ok((revised, bases))
    }

    /// 整理番号 of the applications whose 元システムの状況 this file changes to 取下げ, while ours isn't.
    fn withdrawn(&self, which: &str) -> Result<Vec<String>> {
        let which = format!("{which} AND stage.status = ?1 AND state.source_status IS NOT ?1 AND state.status <> ?1");
        self.numbers_where(&which, &[Status::Withdrawn.code().into()])
    }

    /// The rows whose content a later download has changed since: they come from an older one.
    fn older_rows(&self) -> Result<u64> {
        let count: i64 = self.store.db.query_row(
            "SELECT count(*) FROM stage JOIN app ON app.id = stage.id WHERE stage.kind = ?1 AND stage.matched <> app.op",
            [stage::UNCHANGED],
            |row| row.get(0),
        )?;
        Ok(count as u64)
    }

    /// The applications whose 元システムの状況 this file changes, by the new status. A row from an older download than
    /// the one before it would take their book back, and changes nothing.
    fn source_changes(&self, which: &str) -> Result<Vec<SourceWrite>> {
        type Target = (ApplicationId, (Value, Option<OperationId>));
        let mut by_status: std::collections::BTreeMap<u8, Vec<Target>> = std::collections::BTreeMap::new();
        let mut statement = self.store.db.prepare(&format!(
            "SELECT stage.id, stage.status, state.source_status, state.source_op FROM stage
             JOIN state ON state.id = stage.id JOIN app ON app.id = stage.id
             WHERE {which} AND stage.status IS NOT NULL AND stage.status IS NOT state.source_status ORDER BY stage.id"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = ApplicationId::from_u64(row.get::<_, i64>(0)? as u64);
            let from = row.get::<_, Option<i64>>(2)?.map_or(Value::None, |code| Value::Number(code as u64));
            let base = operation_of_column(row.get(3)?);
            by_status.entry(row.get(1)?).or_default().push((id, (from, base)));
        }
        Ok(by_status
            .into_iter()
            .map(|(to, targets)| {
                let from = FromBase::collect(targets.iter().map(|(_, pair)| *pair));
                SourceWrite { to, targets: targets.into_iter().map(|(id, _)| id).collect(), from }
            })
            .collect())
    }

    fn status_differs(&self) -> Result<Vec<StatusDiffers>> {
        let mut statement = self.store.db.prepare(
            "SELECT app.number, state.status, stage.status FROM stage JOIN state ON state.id = stage.id
             JOIN app ON app.id = stage.id
             WHERE stage.status IS NOT NULL AND stage.status <> state.status ORDER BY stage.line",
        )?;
        let mut rows = statement.query([])?;
        let mut differs = Vec::new();
        while let Some(row) = rows.next()? {
            let status = |code: u8| Status::from_code(code).ok_or_else(|| StoreError::Damaged("state".into()));
            let (ours, source) = (status(row.get(1)?)?, status(row.get(2)?)?);
            differs.push(StatusDiffers { number: row.get(0)?, ours, source });
        }
        Ok(differs)
    }

    /// The 整理番号 of this file's applications for which a condition holds, in the order of the file.
    fn numbers_where(&self, condition: &str, arguments: &[i64]) -> Result<Vec<String>> {
        let mut statement = self.store.db.prepare(&format!(
            "SELECT app.number FROM stage JOIN state ON state.id = stage.id JOIN app ON app.id = stage.id
             WHERE {condition} ORDER BY stage.line"
        ))?;
        let numbers = statement.query_map(params_from_iter(arguments), |row| row.get(0))?;
        Ok(numbers.collect::<std::result::Result<_, _>>()?)
    }

    fn commit(&self, signed: &Signed<'_>, body: ImportBody, identities: Sorting) -> Result<(OperationId, TickedOff)> {
        let store = &*self.store;
        let tx = store.begin()?;
        self.same_stream()?;
        let (span, first) = (body.span, self.first);
        // Ours may have moved until this moment, and the import itself moves theirs: asked in between, it is exact.
        let ticked_off = self.ticked_off(&body.file)?;
        let (id, operation) = log::append_in(&tx, self.stream, signed, Body::Import(Box::new(body)), None)?;
        let reader = LogReader::new(&tx)?;
        let applied = apply(&mut SqlStates { db: &tx }, id, &operation, &reader).map_err(|error| match error {
            ProjectionError::Log(id) => StoreError::Damaged(format!("op {id}")),
            ProjectionError::View(error) => error,
        })?;
        if let Some(refused) = applied.refused.first() {
            return Err(StoreError::Damaged(format!("state {}", refused.as_u64())));
        }
        let Body::Import(body) = &operation.body else { return Err(StoreError::Changed) };
        for (place, target) in body.revised.iter().enumerate() {
            self.replace_content(*target, id, span + place as u32)?;
        }
        let key = id.as_u64() as i64;
        if span > 0 {
            let first = ApplicationId::new(self.stream, first).as_u64() as i64;
            identities.enter(store, self.stream, self.first)?;
            tx.execute("INSERT INTO birth(first, span, op) VALUES (?1, ?2, ?3)", params![first, span, key])?;
        }
        tx.execute("UPDATE rejected SET op = ?2 WHERE job = ?1 AND op IS NULL", [self.job, key])?;
        tx.execute("DELETE FROM job WHERE id = ?1", [self.job])?;
        drop(reader);
        tx.commit()?;
        Ok((id, ticked_off))
    }

    /// Moves the present content of an application to `app_old` and the staged one into its place.
    fn replace_content(&self, id: ApplicationId, operation: OperationId, place: u32) -> Result<()> {
        let db = &self.store.db;
        let key = id.as_u64() as i64;
        let old = self.store.stored_content(id)?.ok_or_else(|| damaged_stage(id))?;
        let form: i64 = db.prepare_cached("SELECT form FROM app WHERE id = ?1")?.query_row([key], |row| row.get(0))?;
        let record = encode(&old.content, &self.store.form(form)?.hash);
        let old_operation = old.operation.map_or(0, |op| op.as_u64() as i64);
        db.prepare_cached("INSERT INTO app_old(id, op, row) VALUES (?1, ?2, ?3)")?.execute(params![
            key,
            old_operation,
            compare::encode_old(&old.salt, old.place, &record)
        ])?;
        sealing::publish(db, id, operation.as_u64() as i64)?;
        // The record holds the raw bytes of the old revision too: nothing stands twice.
        db.prepare_cached("DELETE FROM raw WHERE id = ?1 AND op = ?2")?.execute(params![key, old_operation])?;
        let bytes: Vec<u8> =
            db.prepare_cached("SELECT row FROM stage WHERE id = ?1")?.query_row([key], |row| row.get(0))?;
        let (salt, form, record) = stage::decode_content(&bytes).ok_or_else(|| damaged_stage(id))?;
        let source: i64 =
            db.prepare_cached("SELECT source FROM app WHERE id = ?1")?.query_row([key], |row| row.get(0))?;
        let new = self.store.decode_record(source, record).ok_or_else(|| damaged_stage(id))?;
        db.prepare_cached(
            "UPDATE app SET form = ?2, submitted = ?3, tz = ?4, name = ?5, kana = ?6, mail = ?7, user_id = ?8, line = ?9,
               remarks = ?10, items = ?11, salt = ?12, op = ?13, idx = ?14 WHERE id = ?1",
        )?
        .execute(params![
            key,
            form,
            new.submitted.map(|at| at.seconds),
            new.submitted.map(|at| at.offset_minutes),
            new.name,
            new.kana,
            new.mail,
            new.user_id,
            new.line.map(line_code),
            new.remarks,
            text::encode(&new.values),
            salt,
            operation.as_u64() as i64,
            place
        ])?;
        write_raw(self.store, id, operation.as_u64() as i64, &new.raw, self.setting.encoding_code)
    }
}

/// Which staged rows may change 元システムの状況: those no older than what is there.
/// A file that was taken in before is as old as its first import: it moves only what nothing has changed since, that is
/// the rows that were set aside then.
fn moves_their_book(first: Option<OperationId>) -> String {
    let no_older = format!("(stage.kind <> {} OR stage.matched = app.op)", stage::UNCHANGED);
    match first {
        None => no_older,
        Some(first) => format!("{no_older} AND coalesce(state.source_op, 0) <= {}", first.as_u64()),
    }
}

fn damaged_stage(id: ApplicationId) -> StoreError {
    StoreError::Damaged(format!("stage {}", id.as_u64()))
}

/// The commitment to rows that were set aside: SHA-256 over their leaves, in the order of their lines.
pub(super) fn rejected_commitment(store: &Store, which: &str, key: i64) -> Result<Hash> {
    let sql = format!("SELECT salt, bytes FROM rejected WHERE {which} ORDER BY job, line");
    let mut statement = store.db.prepare(&sql)?;
    let mut rows = statement.query([key])?;
    let mut hasher = Sha256::new();
    while let Some(row) = rows.next()? {
        let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        hasher.update(leaf(&row.get(0)?, bytes));
    }
    Ok(hasher.finalize().into())
}

impl Store {
    /// The import that gave birth to an application.
    ///
    /// # Errors
    /// A store that is damaged; a failure of SQLite.
    pub fn birth_of(&self, id: ApplicationId) -> Result<OperationId> {
        let key = id.as_u64() as i64;
        let mut statement = self
            .db
            .prepare_cached("SELECT op, first, span FROM birth WHERE first <= ?1 ORDER BY first DESC LIMIT 1")?;
        let (operation, first, span): (i64, i64, i64) =
            statement.query_row([key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        if key >= first + span {
            return Err(StoreError::Damaged(format!("birth {}", id.as_u64())));
        }
        Ok(OperationId::from_u64(operation as u64))
    }
}
