//! `sekisho check`: that the database is whole, the chain unbroken, every content what the log committed to, and the
//! state what the log says. The first bad place is named.

use std::collections::{BTreeMap, HashSet};

use rusqlite::{OptionalExtension as _, params};

use super::anchor::Proven;
use super::applications::CONTENT;
use super::error::{Result, StoreError};
use super::log::LogReader;
use super::publish::rejected_commitment;
use super::{Store, compare, notes, projected, rare, rebuild, tags};
use crate::domain::anchor::Anchor;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{
    Body, EpochCause, ImportBody, NO_PREDECESSOR, Operation, StreamUid, Uid, genesis, next,
};
use crate::domain::record::{Chunks, Hash, commitment, encode, items_hash, leaf};

/// What a check went through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckReport {
    /// Operations whose chain was verified.
    pub operations: u64,
    /// Applications whose content and state were verified.
    pub applications: u64,
    /// Contents (revisions) whose leaves were verified.
    pub contents: u64,
    /// The heads of the streams.
    pub heads: Vec<(StreamUid, u32, Hash)>,
}

/// Which part is being checked; for a progress bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// SQLite's own check.
    Integrity,
    /// The chain, up to this many operations.
    Chain(u64),
    /// The contents, up to this many.
    Contents(u64),
    /// The state.
    State,
}

/// Whether a row of `app` belongs to an import under way: it has no state, and stands among its births.
const UNPUBLISHED: &str = "NOT EXISTS (SELECT 1 FROM state WHERE state.id = app.id) AND app.id < coalesce(
   (SELECT first + n FROM born WHERE first <= app.id ORDER BY first DESC LIMIT 1), 0)";

impl Store {
    /// Checks everything, at one moment.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the first bad place. The check changes nothing.
    pub fn check(&self, progress: &mut dyn FnMut(Progress)) -> Result<CheckReport> {
        self.at_one_moment(|store| {
            let mut report = CheckReport::default();
            progress(Progress::Integrity);
            store.check_integrity()?;
            store.check_chain(&mut report, progress)?;
            store.check_forms()?;
            store.check_contents(&mut report, progress)?;
            progress(Progress::State);
            store.check_state(&mut report)?;
            Ok(report)
        })
    }

    /// Verifies the chain of the log alone, and that every anchor is in it.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the first bad place, or the operation that isn't as it was anchored.
    pub fn verify_log(
        &self,
        anchors: &[Anchor],
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(CheckReport, Option<Proven>)> {
        self.at_one_moment(|store| {
            let mut report = CheckReport::default();
            store.check_chain(&mut report, progress)?;
            let proven = store.proven(anchors, report.operations)?;
            Ok((report, proven))
        })
    }

    pub(super) fn check_integrity(&self) -> Result<()> {
        let verdict: String = self.db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if verdict == "ok" { Ok(()) } else { Err(damaged(format!("sekisho.db: {verdict}"))) }
    }

    /// Every stream: no gap, each hash over the one before, the copies beside the bytes equal, the payloads as committed.
    fn check_chain(&self, report: &mut CheckReport, progress: &mut dyn FnMut(Progress)) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let erased = self.erased_texts()?;
        // A stream that follows another names its last operation, for the other one is closed.
        let mut heads: Vec<(Uid, Hash)> = Vec::new();
        for (no, uid) in super::log::streams(&self.db)? {
            let (seq, head): (u32, Hash) =
                self.db.query_row("SELECT seq, head FROM stream WHERE no = ?1", [no], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?;
            let mut statement = self.db.prepare(
                "SELECT op.id, at, actor, kind, bytes, hash, text, salt FROM op LEFT JOIN op_text ON op_text.op = op.id
                 WHERE op.id >= ?1 AND op.id < ?2 ORDER BY op.id",
            )?;
            let from = OperationId::new(no, 0).as_u64() as i64;
            let mut rows = statement.query(params![from, from + (1i64 << 32)])?;
            let mut at: Option<Hash> = None;
            let mut expected = 1;
            while let Some(row) = rows.next()? {
                let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
                let bad = |what: &str| damaged(format!("op {id}: {what}"));
                if id.n() != expected {
                    return Err(damaged(format!("op {}: missing", OperationId::new(no, expected))));
                }
                let bytes = row.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)?;
                let operation = reader.decode(id, bytes)?;
                let before = match (at, &operation.body) {
                    (Some(hash), _) => hash,
                    (None, Body::Epoch { predecessor, cause }) => {
                        let follows = heads.contains(&(uid.terminal, *predecessor));
                        if (*cause == EpochCause::Founded) != (*predecessor == NO_PREDECESSOR)
                            || (*cause != EpochCause::Founded && !follows)
                        {
                            return Err(bad("predecessor"));
                        }
                        genesis(&self.meta.uid, &uid, predecessor)
                    }
                    (None, _) => return Err(bad("epoch")),
                };
                let hash = next(&before, bytes);
                if hash != row.get::<_, Hash>(5)? {
                    return Err(bad("hash"));
                }
                if operation.stream != uid || operation.seq != id.n() {
                    return Err(bad("place"));
                }
                let actor = operation.actor.map_or(0, OperationId::as_u64) as i64;
                let copies = (row.get::<_, i64>(1)?, row.get::<_, i64>(2)?, row.get::<_, i64>(3)? as u64);
                if copies != (operation.at_ms, actor, operation.body.kind()) {
                    return Err(bad("copy"));
                }
                let committed = match (row.get::<_, Option<String>>(6)?, row.get::<_, Option<[u8; 16]>>(7)?) {
                    (Some(text), Some(salt)) => Some(commitment(&salt, text.as_bytes())),
                    _ => None,
                };
                // What was erased is gone, and nothing else is.
                if committed != operation.payload.filter(|_| !erased.contains(&id)) {
                    return Err(bad("text"));
                }
                if let Body::Operator { subject: None, row: stated, .. } = &operation.body
                    && self.operator_code(id)?.as_ref() != Some(&stated.code)
                {
                    return Err(bad("operator"));
                }
                at = Some(hash);
                expected += 1;
                report.operations += 1;
                if report.operations.is_multiple_of(4096) {
                    progress(Progress::Chain(report.operations));
                }
            }
            if at.unwrap_or(head) != head || expected != seq + 1 {
                return Err(damaged(format!("stream {no}: head")));
            }
            heads.push((uid.terminal, head));
            report.heads.push((uid, seq, head));
        }
        // An operation of a stream that isn't there has no place in any chain.
        match self.count("SELECT count(*) FROM op")? {
            all if all == report.operations => Ok(()),
            _ => Err(damaged("op: stray".into())),
        }
    }

    fn count(&self, sql: &str) -> Result<u64> {
        Ok(self.db.query_row(sql, [], |row| row.get::<_, i64>(0))? as u64)
    }

    fn check_forms(&self) -> Result<()> {
        let mut statement = self.db.prepare("SELECT no FROM form ORDER BY no")?;
        let numbers: Vec<i64> = statement.query_map([], |row| row.get(0))?.collect::<std::result::Result<_, _>>()?;
        for no in numbers {
            let form = self.form(no)?;
            if items_hash(&form.header) != form.hash {
                return Err(damaged(format!("form {no}")));
            }
        }
        Ok(())
    }

    /// Every content that an import committed to, wherever it stands now.
    fn check_contents(&self, report: &mut CheckReport, progress: &mut dyn FnMut(Progress)) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let mut statement = self.db.prepare("SELECT id, bytes FROM op WHERE kind IN (3, 7) ORDER BY id")?;
        let mut cleared = HashSet::new();
        let mut imports = Vec::new();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let operation: Operation = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            match operation.body {
                Body::Import(_) => imports.push(id),
                Body::RejectedClear { imports } => cleared.extend(imports),
                _ => {}
            }
        }
        for id in imports {
            let Some(Operation { body: Body::Import(import), .. }) = reader.read(id)? else { continue };
            self.check_import(id, &import, report, progress)?;
            if !cleared.contains(&id) && rejected_commitment(self, "op = ?1", id.as_u64() as i64)? != import.rejected.1
            {
                return Err(damaged(format!("op {id}: rejected")));
            }
        }
        // Every content but those of an import under way was committed to above; one more came in by no import.
        let all = self.count(
            &format!("SELECT (SELECT count(*) FROM app) + (SELECT count(*) FROM app_old) + (SELECT count(*) FROM tomb) - (SELECT count(*) FROM app WHERE {UNPUBLISHED})"),
        )?;
        if all != report.contents {
            return Err(damaged("app_old: stray".into()));
        }
        self.check_revised()?;
        self.check_erased()?;
        self.check_sealed()?;
        self.check_touched()?;
        self.check_people()?;
        self.check_calendar()?;
        self.check_requests()?;
        self.check_rulings()?;
        self.check_calls()?;
        self.check_marks()
    }

    /// The registers of 札 and of notes say what the log says.
    fn check_marks(&self) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let (mut tags, mut notes) = (BTreeMap::new(), BTreeMap::new());
        let mut statement = self.db.prepare("SELECT id, bytes FROM op WHERE kind IN (14, 15, 29) ORDER BY id")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let operation = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            tags::follow(&mut tags, id, &operation.body);
            notes::follow(&mut notes, id, &operation.body);
            if let Body::Erase { targets, .. } = &operation.body {
                let gone: HashSet<u64> = targets.iter().map(|id| id.as_u64()).collect();
                tags.retain(|(app, _), _| !gone.contains(app));
                notes.retain(|_, (app, ..)| !gone.contains(&app.as_u64()));
            }
        }
        let mut statement = self.db.prepare("SELECT app, tag, op, kept FROM tag ORDER BY app, tag")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (app, tag): (i64, i64) = (row.get(0)?, row.get(1)?);
            let found = (OperationId::from_u64(row.get::<_, i64>(2)? as u64), row.get(3)?);
            if tags.remove(&(app as u64, tag as u64)) != Some(found) {
                return Err(damaged(format!("tag {tag} of app {app}")));
            }
        }
        let mut statement = self.db.prepare("SELECT op, app, reader, struck_by FROM note ORDER BY op")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (op, app, code): (i64, i64, u8) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let struck = projected::operation_of_column(row.get(3)?);
            let expected = notes.remove(&(op as u64)).map(|(app, reader, struck)| (app.as_u64(), reader as u8, struck));
            if expected != Some((app as u64, code, struck)) {
                return Err(damaged(format!("note {op}")));
            }
        }
        let lost = tags.keys().next().map(|(app, tag)| format!("tag {tag} of app {app}"));
        match lost.or_else(|| notes.keys().next().map(|op| format!("note {op}"))) {
            Some(place) => Err(damaged(place)),
            None => Ok(()),
        }
    }

    /// The register of revised applications names each that has an older content, with the import of its present one.
    fn check_revised(&self) -> Result<()> {
        let wrong: Option<i64> = self
            .db
            .query_row(
                "SELECT revised.app FROM revised LEFT JOIN app ON app.id = revised.app WHERE app.op IS NOT revised.op
                 UNION ALL
                 SELECT id FROM app_old WHERE NOT EXISTS (SELECT 1 FROM revised WHERE revised.app = app_old.id) LIMIT 1",
                [],
                |row| row.get(0),
            )
            .optional()?;
        match wrong {
            Some(id) => Err(damaged(format!("revised {id}"))),
            None => Ok(()),
        }
    }

    fn check_import(
        &self,
        id: OperationId,
        import: &ImportBody,
        report: &mut CheckReport,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        let mut chunks = Chunks::default();
        for birth in &import.births {
            let place = birth.n().checked_sub(import.first).filter(|place| *place < import.span);
            let place = place.ok_or_else(|| damaged(format!("op {id}: births")))?;
            chunks.add(place as usize, &self.leaf_of(*birth, 0)?);
            report.contents += 1;
            if report.contents.is_multiple_of(4096) {
                progress(Progress::Contents(report.contents));
            }
        }
        for (place, revised) in import.revised.iter().enumerate() {
            let leaf = self.leaf_of(*revised, id.as_u64() as i64)?;
            chunks.add(import.span as usize + place, &leaf);
            report.contents += 1;
        }
        if let Some(birth) = import.births.first().filter(|birth| self.birth_of(**birth).ok() != Some(id)) {
            return Err(damaged(format!("birth {}", birth.as_u64())));
        }
        let found = chunks.finish();
        match found.iter().zip(&import.chunks).position(|(found, committed)| found != committed) {
            None if found.len() == import.chunks.len() => Ok(()),
            bad => Err(damaged(format!("op {id}: contents, part {}", bad.unwrap_or(found.len()) + 1))),
        }
    }

    /// The leaf of the content that an operation brought (0 = the birth), also of one that was erased.
    pub(super) fn leaf_of(&self, id: ApplicationId, operation: i64) -> Result<Hash> {
        let bad = || damaged(format!("app {}", id.as_u64()));
        let sql = format!("SELECT {CONTENT} FROM app WHERE id = ?1 AND op = ?2");
        let mut current = self.db.prepare_cached(&sql)?;
        let mut rows = current.query(params![id.as_u64() as i64, operation])?;
        if let Some(row) = rows.next()? {
            let (_, stored) = self.content_of_row(row)?;
            return Ok(leaf(&stored.salt, &encode(&stored.content, &self.form(row.get(3)?)?.hash)));
        }
        let mut old = self.db.prepare_cached("SELECT row FROM app_old WHERE id = ?1 AND op = ?2")?;
        let row: Option<Vec<u8>> =
            old.query_row(params![id.as_u64() as i64, operation], |row| row.get(0)).optional()?;
        let Some(row) = row else { return self.tomb_leaf(id, operation)?.ok_or_else(bad) };
        let (salt, _, record) = compare::decode_old(&row).ok_or_else(bad)?;
        Ok(leaf(&salt, record))
    }

    /// `state` equals its rebuild, and every application that isn't being imported has one.
    fn check_state(&self, report: &mut CheckReport) -> Result<()> {
        let rebuilt = rebuild::replay(&self.db, &mut |_| true)?;
        let mut expected = rebuilt.states.iter();
        projected::visit(&self.db, &mut |id, state| {
            match expected.next() {
                Some((known, rebuilt)) if *known == id && *rebuilt == state => {}
                Some((known, _)) => return Err(damaged(format!("state {}", known.as_u64().min(id.as_u64())))),
                None => return Err(damaged(format!("state {}", id.as_u64()))),
            }
            report.applications += 1;
            Ok(())
        })?;
        if let Some((missing, _)) = expected.next() {
            return Err(damaged(format!("state {}", missing.as_u64())));
        }
        rare::check(&self.db, &rebuilt)?;
        let stray: Option<i64> = self
            .db
            .query_row(
                &format!(
                    "SELECT id FROM app WHERE NOT EXISTS (SELECT 1 FROM state WHERE state.id = app.id)
                     AND NOT ({UNPUBLISHED}) LIMIT 1"
                ),
                [],
                |row| row.get(0),
            )
            .optional()?;
        match stray {
            Some(id) => Err(damaged(format!("app {id}"))),
            None => self.check_identities(),
        }
    }

    /// The identity of every published application leads to it, and there is no other; its form is one of its own source
    /// (the index takes a form's source for that of its applications).
    fn check_identities(&self) -> Result<()> {
        let wrong: Option<(i64, bool)> = self
            .db
            .query_row(
                "SELECT app.id, identity.id IS NOT app.id FROM state JOIN app ON app.id = state.id
                   LEFT JOIN identity ON identity.source = app.source AND identity.number = app.number
                   LEFT JOIN form ON form.no = app.form
                 WHERE identity.id IS NOT app.id OR form.source IS NOT app.source LIMIT 1",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let more = self.count("SELECT (SELECT count(*) FROM identity) - (SELECT count(*) FROM state)")?;
        match wrong {
            Some((id, true)) => Err(damaged(format!("identity of app {id}"))),
            Some((id, false)) => Err(damaged(format!("form of app {id}"))),
            None if more != 0 => Err(damaged("identity: stray".into())),
            None => Ok(()),
        }
    }
}

fn damaged(place: String) -> StoreError {
    StoreError::Damaged(place)
}
