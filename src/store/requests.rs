//! 二者確認: requests and what was decided about them, and how the applications stand that a request is about. The table is a
//! register of what the log says; what is asked for and the reasons are payload (`op_text`).

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};

use super::error::{Result, StoreError};
use super::log::{LogReader, Payload, append_in};
use super::notes::Written;
use super::projected::{STATE, column_value, state_of_row};
use super::{Signed, Store, rare};
use crate::domain::calendar::day_of_number;
use crate::domain::finding::Finding;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, Group, Value};
use crate::domain::projection::State;
use crate::domain::record::Hash;
use crate::domain::release::{Approval, Decided, WhyVoid};

/// What was decided about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDecision {
    /// What.
    pub decided: Decided,
    /// Why it is void, where it is.
    pub void: Option<WhyVoid>,
    /// By whom.
    pub written: Written,
    /// The reason; `None` = none was given, or it was erased.
    pub reason: Option<String>,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRequest {
    /// Who asks, and when.
    pub written: Written,
    /// The word of the act.
    pub act: String,
    /// The applications that it is about.
    pub targets: Vec<ApplicationId>,
    /// The description; `None` = it was erased.
    pub text: Option<String>,
    /// Its place in the chain: what is approved.
    pub hash: Hash,
    /// What was decided; `None` = it waits.
    pub decision: Option<StoredDecision>,
}

/// How an application stands: everything that has a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    /// Its state.
    pub state: State,
    /// The import that brought its newest revision, where it has one.
    pub revised: Option<OperationId>,
    /// 札: which, the operation that put it on or took it off last, and whether it is on.
    pub tags: Vec<(OperationId, OperationId, bool)>,
    /// Field groups that few have.
    pub rare: Vec<RareStand>,
    /// Notes: each with the operation that struck it through, where one did.
    pub notes: Vec<(OperationId, Option<OperationId>)>,
}

/// How a field group that few have stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RareStand {
    /// Which.
    pub group: Group,
    /// Its value; none = taken off.
    pub value: Value,
    /// The operation that wrote it last.
    pub by: OperationId,
    /// A 個別番号, a 審査結果, 収受日 and 収受番号 as they read.
    pub shown: Option<String>,
}

/// Enters an operation about a request into the register.
pub(super) fn enter(db: &Connection, id: OperationId, body: &Body) -> Result<()> {
    let key = id.as_u64() as i64;
    match body {
        Body::Request { .. } => {
            db.prepare_cached("INSERT INTO request(op) VALUES (?1)")?.execute([key])?;
        }
        Body::Decision { request, .. } => {
            // The first decision stands.
            db.prepare_cached("UPDATE request SET decided_by = ?2 WHERE op = ?1 AND decided_by IS NULL")?
                .execute(params![request.as_u64() as i64, key])?;
        }
        _ => {}
    }
    Ok(())
}

/// Follows an operation into what `check` expects of the register.
pub(super) fn follow(known: &mut BTreeMap<u64, Option<OperationId>>, id: OperationId, body: &Body) {
    match body {
        Body::Request { .. } => {
            known.insert(id.as_u64(), None);
        }
        Body::Decision { request, .. } => {
            if let Some(decided) = known.get_mut(&request.as_u64()) {
                decided.get_or_insert(id);
            }
        }
        _ => {}
    }
}

impl Store {
    /// Writes a request down.
    ///
    /// # Errors
    /// Busy, a full disk, or another failure; nothing is changed then.
    pub fn make_request(
        &mut self,
        signed: &Signed<'_>,
        act: &str,
        mut targets: Vec<ApplicationId>,
        text: &str,
    ) -> Result<OperationId> {
        let salt = self.salt();
        targets.sort_unstable();
        targets.dedup();
        let tx = self.write()?;
        let body = Body::Request { act: act.to_owned(), targets };
        let (id, _) = append_in(&tx, self.stream.get(), signed, body, Some(&Payload { text, salt }))?;
        tx.commit()?;
        Ok(id)
    }

    /// Writes down what was decided about a request. `None` where somebody has decided already: then nothing is changed.
    ///
    /// # Errors
    /// As [`Self::make_request`].
    pub fn decide_request(
        &mut self,
        signed: &Signed<'_>,
        request: &StoredRequest,
        (decided, void): (Decided, Option<WhyVoid>),
        reason: Option<&str>,
    ) -> Result<Option<OperationId>> {
        let salt = self.salt();
        let tx = self.write()?;
        let id = request.written.operation;
        let key = id.as_u64() as i64;
        let open: Option<bool> =
            tx.query_row("SELECT decided_by IS NULL FROM request WHERE op = ?1", [key], |row| row.get(0)).optional()?;
        if open != Some(true) {
            return Ok(None);
        }
        let body = Body::Decision { request: id, decided, hash: request.hash, void };
        let payload = reason.map(|text| Payload { text, salt });
        let (id, _) = append_in(&tx, self.stream.get(), signed, body, payload.as_ref())?;
        tx.commit()?;
        Ok(Some(id))
    }

    /// Requests, newest first: those that wait, or all.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or a failure of SQLite.
    pub fn requests(&self, waiting: bool) -> Result<Vec<StoredRequest>> {
        self.find_requests(if waiting { "request.decided_by IS NULL" } else { "TRUE" }, params![])
    }

    /// How many requests wait.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn waiting_requests(&self) -> Result<u64> {
        let mut count = self.db.prepare_cached("SELECT count(*) FROM request WHERE decided_by IS NULL")?;
        Ok(count.query_row([], |row| row.get::<_, i64>(0))? as u64)
    }

    /// One request.
    ///
    /// # Errors
    /// As [`Self::requests`].
    pub fn request(&self, id: OperationId) -> Result<Option<StoredRequest>> {
        Ok(self.find_requests("request.op = ?1", params![id.as_u64() as i64])?.pop())
    }

    fn find_requests(&self, which: &str, key: &[&dyn rusqlite::ToSql]) -> Result<Vec<StoredRequest>> {
        let reader = LogReader::new(&self.db)?;
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT request.op, op.at, op.actor, op.bytes, op.hash, op_text.text,
               request.decided_by, by.at, by.actor, by.bytes, reason.text
             FROM request JOIN op ON op.id = request.op LEFT JOIN op_text ON op_text.op = request.op
               LEFT JOIN op AS by ON by.id = request.decided_by
               LEFT JOIN op_text AS reason ON reason.op = request.decided_by
             WHERE {which} ORDER BY request.op DESC"
        ))?;
        let mut rows = statement.query(key)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let written = written(row, 0)?.ok_or_else(|| StoreError::Damaged("request".into()))?;
            let id = written.operation;
            let bytes = row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?;
            let Body::Request { act, targets } = reader.decode(id, bytes)?.body else {
                return Err(StoreError::Damaged(format!("request {id}")));
            };
            let decision = match self::written(row, 6)? {
                None => None,
                Some(by) => {
                    let bytes = row.get_ref(9)?.as_blob().map_err(rusqlite::Error::from)?;
                    match reader.decode(by.operation, bytes)?.body {
                        Body::Decision { decided, void, .. } => {
                            Some(StoredDecision { decided, void, written: by, reason: row.get(10)? })
                        }
                        _ => return Err(StoreError::Damaged(format!("request {id}"))),
                    }
                }
            };
            found.push(StoredRequest { written, act, targets, text: row.get(5)?, hash: row.get(4)?, decision });
        }
        Ok(found)
    }

    /// What an operation says of the second person; `None` where it says nothing, or something of a later version.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn approval_in(&self, bytes: Option<&[u8]>) -> Result<Option<Approval>> {
        let Some(bytes) = bytes else { return Ok(None) };
        let streams = super::log::streams(&self.db)?;
        let local = |uid: &_| streams.iter().find(|(_, known)| known == uid).map(|(no, _)| *no);
        Ok(Approval::read(bytes, &local))
    }

    /// How applications stand, in the order of `ids`; `None` for one that doesn't exist.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or a failure of SQLite.
    pub fn stands(&self, ids: &[ApplicationId]) -> Result<Vec<Option<Stand>>> {
        let mut state = self.db.prepare_cached(&format!(
            "SELECT {STATE}, revised.op FROM state LEFT JOIN revised ON revised.app = state.id WHERE state.id = ?1"
        ))?;
        let mut tag = self.db.prepare_cached("SELECT tag, op, kept FROM tag WHERE app = ?1 ORDER BY tag")?;
        let tagged = self.knows_tags()?;
        let noted: bool =
            self.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM note)")?.query_row([], |row| row.get(0))?;
        let mut groups = Vec::new();
        for group in Group::ALL.into_iter().filter(|group| group.is_rare()) {
            if rare::is_used(&self.db, group)? {
                groups.push(group);
            }
        }
        let operation = |id: i64| OperationId::from_u64(id as u64);
        let mut stands = Vec::with_capacity(ids.len());
        for id in ids {
            let key = [id.as_u64() as i64];
            let mut rows = state.query(key)?;
            let Some(row) = rows.next()? else {
                stands.push(None);
                continue;
            };
            let (state, revised) = (state_of_row(row, 0, *id)?, row.get::<_, Option<i64>>(11)?.map(operation));
            let tags = match tagged {
                false => Vec::new(),
                true => tag
                    .query_map(key, |row| Ok((operation(row.get(0)?), operation(row.get(1)?), row.get(2)?)))?
                    .collect::<rusqlite::Result<_>>()?,
            };
            let rare = self.rare_stands(&groups, *id)?;
            let notes = if noted { self.note_stands(*id)? } else { Vec::new() };
            stands.push(Some(Stand { state, revised, tags, rare, notes }));
        }
        Ok(stands)
    }

    fn rare_stands(&self, groups: &[Group], id: ApplicationId) -> Result<Vec<RareStand>> {
        let mut stands = Vec::new();
        for group in groups {
            let Some((value, by)) = rare::read(&self.db, *group, id)? else { continue };
            let shown = match (group, value) {
                (Group::IndividualNumber, Value::Number(n)) => self.number_by((*group, id), by, n)?,
                (Group::Received, Value::Number(value)) => {
                    let received = self.received_by(id, by, value)?;
                    Some(format!("{} {}", received.day, received.number.unwrap_or_default()))
                }
                (Group::Retention, Value::Number(day)) => day_of_number(day).map(|day| day.to_string()),
                (Group::Result, Value::Number(code)) => Finding::from_code(code).map(|one| one.label().to_owned()),
                _ => None,
            };
            stands.push(RareStand { group: *group, value, by, shown });
        }
        Ok(stands)
    }

    fn note_stands(&self, id: ApplicationId) -> Result<Vec<(OperationId, Option<OperationId>)>> {
        let mut read = self.db.prepare_cached("SELECT op, struck_by FROM note WHERE app = ?1 ORDER BY op")?;
        let rows = read.query_map([id.as_u64() as i64], |row| {
            Ok((
                OperationId::from_u64(row.get::<_, i64>(0)? as u64),
                super::projected::operation_of_column(row.get(1)?),
            ))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The register names every request with what decided it, and no other.
    pub(super) fn check_requests(&self) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let mut expected = BTreeMap::new();
        let mut statement = self.db.prepare("SELECT id, bytes FROM op WHERE kind IN (17, 18) ORDER BY id")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let operation = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            if let Body::Decision { request, hash, .. } = &operation.body {
                let key = request.as_u64() as i64;
                let of: Option<Hash> =
                    self.db.query_row("SELECT hash FROM op WHERE id = ?1", [key], |row| row.get(0)).optional()?;
                if of != Some(*hash) {
                    return Err(StoreError::Damaged(format!("op {id}: hash of the request")));
                }
            }
            follow(&mut expected, id, &operation.body);
        }
        let mut statement = self.db.prepare("SELECT op, decided_by FROM request ORDER BY op")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = row.get::<_, i64>(0)? as u64;
            let decided = super::projected::operation_of_column(row.get(1)?);
            if expected.remove(&id) != Some(decided) {
                return Err(StoreError::Damaged(format!("request {}", OperationId::from_u64(id))));
            }
        }
        match expected.keys().next() {
            Some(id) => Err(StoreError::Damaged(format!("request {}", OperationId::from_u64(*id)))),
            None => Ok(()),
        }
    }
}

/// Who and when, from three columns.
fn written(row: &Row<'_>, at: usize) -> Result<Option<Written>> {
    let Some(id) = row.get::<_, Option<i64>>(at)? else { return Ok(None) };
    let actor: i64 = row.get(at + 2)?;
    let actor = (actor != 0).then(|| OperationId::from_u64(actor as u64));
    Ok(Some(Written { operation: OperationId::from_u64(id as u64), at_ms: row.get(at + 1)?, actor }))
}

/// A hash over how applications stand: it differs as soon as one field of one of them has another version.
#[must_use]
pub fn digest_of(ids: &[ApplicationId], stands: &[Option<Stand>]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"sekisho/stand/1");
    let mut put = |number: i64| hasher.update(number.to_be_bytes());
    let operation = |id: Option<OperationId>| id.map_or(0, OperationId::as_u64) as i64;
    for (id, stand) in ids.iter().zip(stands) {
        put(id.as_u64() as i64);
        let Some(Stand { state, revised, tags, rare, notes }) = stand else {
            put(-1);
            continue;
        };
        put(state.status.0.code().into());
        put(operation(Some(state.status.1)));
        put(state.source.map_or(-1, |(status, _)| status.code().into()));
        put(operation(state.source.map(|(_, by)| by)));
        for (value, by) in [state.assignee, state.due, state.custody] {
            put(column_value(value).unwrap_or(-1));
            put(operation(by));
        }
        put(operation(*revised));
        put(tags.len() as i64);
        for (tag, by, kept) in tags {
            put(operation(Some(*tag)));
            put(operation(Some(*by)));
            put((*kept).into());
        }
        // Nothing where there are none, so that what waits already stands as it stood.
        if !rare.is_empty() {
            put(-2);
            put(rare.len() as i64);
        }
        for RareStand { group, value, by, .. } in rare {
            put((*group as u8).into());
            put(column_value(*value).unwrap_or(-1));
            put(operation(Some(*by)));
        }
        if !notes.is_empty() {
            put(-3);
            put(notes.len() as i64);
        }
        for (note, struck) in notes {
            put(operation(Some(*note)));
            put(operation(*struck));
        }
    }
    hasher.finalize().into()
}
