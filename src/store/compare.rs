//! Revisions: the contents that an application has had, and whether an incoming row says anything new.

use minicbor::{Decoder, Encoder};
use rusqlite::params;

use super::applications::StoredContent;
use super::error::{Result, StoreError};
use super::{Entry, Store, incoming::Incoming};
use crate::domain::application::Content;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::record::{self, Salt};
use crate::domain::status::Status;

/// What a row would become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WouldBe {
    /// What it would be.
    pub put: super::Put,
    /// Our status of its application; `None` for a new one.
    pub ours: Option<Status>,
    /// 元システムの状況 as it stands now, with the import that last changed it.
    pub source: Option<(Status, OperationId)>,
    /// Whether it says what an earlier download said and a later one has changed since.
    pub older: bool,
    /// Whether its application was erased: nothing of it would be taken in.
    pub disposed: bool,
}

/// A superseded content as `app_old.row` keeps it: CBOR `[salt, place, record]`.
pub(super) fn encode_old(salt: &Salt, place: u32, record: &[u8]) -> Vec<u8> {
    let mut e = Encoder::new(Vec::with_capacity(record.len() + 32));
    let written = e.array(3).and_then(|e| e.bytes(salt)?.u32(place)?.bytes(record));
    debug_assert!(written.is_ok(), "writing into a Vec can't fail");
    e.into_writer()
}

/// The parts of `app_old.row`.
pub(super) fn decode_old(bytes: &[u8]) -> Option<(Salt, u32, &[u8])> {
    let mut d = Decoder::new(bytes);
    if d.array().ok()? != Some(3) {
        return None;
    }
    Some((d.bytes().ok()?.try_into().ok()?, d.u32().ok()?, d.bytes().ok()?))
}

impl Store {
    /// Decodes a record of an application of a source.
    pub(super) fn decode_record(&self, source: i64, record: &[u8]) -> Option<Content> {
        record::decode(record, &mut |code, version, hash| self.form_of_record(source, code, version, hash)).ok()
    }

    /// The content that an operation had brought, wherever it stands now; `operation` 0 = the birth.
    pub(super) fn revision(&self, source: i64, id: ApplicationId, operation: i64) -> Result<Option<StoredContent>> {
        if let Some(current) = self.stored_content(id)?
            && current.operation.map_or(0, |op| op.as_u64() as i64) == operation
        {
            return Ok(Some(current));
        }
        let mut statement = self.db.prepare_cached("SELECT row FROM app_old WHERE id = ?1 AND op = ?2")?;
        let mut rows = statement.query(params![id.as_u64() as i64, operation])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let bytes: Vec<u8> = row.get(0)?;
        let damaged = || StoreError::Damaged(format!("app_old {} {operation}", id.as_u64()));
        let (salt, place, record) = decode_old(&bytes).ok_or_else(damaged)?;
        let content = self.decode_record(source, record).ok_or_else(damaged)?;
        let operation = (operation != 0).then(|| OperationId::from_u64(operation as u64));
        Ok(Some(StoredContent { content, operation, place, salt }))
    }

    /// The revision that says the same as an incoming row: first the present one, then every earlier one (there is no
    /// going back to an older download). The answer is its operation, 0 = the birth.
    pub(super) fn matching_revision(&self, source: i64, id: ApplicationId, incoming: &Content) -> Result<Option<i64>> {
        self.first_saying_the_same(source, id, incoming, &mut |_| Ok(true))
    }

    /// All revisions that say the same in what lies open, in that order.
    pub(super) fn saying_the_same(&self, source: i64, id: ApplicationId, incoming: &Content) -> Result<Vec<i64>> {
        let mut found = Vec::new();
        self.first_saying_the_same(source, id, incoming, &mut |operation| {
            found.push(operation);
            Ok(false)
        })?;
        Ok(found)
    }

    fn first_saying_the_same(
        &self,
        source: i64,
        id: ApplicationId,
        incoming: &Content,
        is_it: &mut dyn FnMut(i64) -> Result<bool>,
    ) -> Result<Option<i64>> {
        let Some(current) = self.stored_content(id)? else { return Ok(None) };
        let operation = current.operation.map_or(0, |op| op.as_u64() as i64);
        if current.content.says_the_same(incoming) && is_it(operation)? {
            return Ok(Some(operation));
        }
        let earlier: Vec<i64> = {
            let mut statement = self.db.prepare_cached("SELECT op FROM app_old WHERE id = ?1 ORDER BY op DESC")?;
            let found = statement.query_map([id.as_u64() as i64], |row| row.get(0))?;
            found.collect::<std::result::Result<_, _>>()?
        };
        for operation in earlier {
            let revision = self.revision(source, id, operation)?;
            if revision.is_some_and(|revision| revision.content.says_the_same(incoming)) && is_it(operation)? {
                return Ok(Some(operation));
            }
        }
        Ok(None)
    }

    /// Every content that an application has had with the operation that brought it, the birth first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if one can't be read.
    pub fn contents(&self, entry: &Entry) -> Result<Vec<(OperationId, Content)>> {
        let birth = self.birth_of(entry.id)?;
        let present = (entry.revised.unwrap_or(birth), entry.content.clone());
        if entry.revised.is_none() {
            return Ok(vec![present]);
        }
        let damaged = || StoreError::Damaged(format!("app_old {}", entry.id.as_u64()));
        let source = self.source_number(&entry.content.source)?.ok_or_else(damaged)?;
        let mut contents = Vec::new();
        let mut statement = self.db.prepare_cached("SELECT op, row FROM app_old WHERE id = ?1 ORDER BY op")?;
        let mut rows = statement.query([entry.id.as_u64() as i64])?;
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            let (_, _, record) = decode_old(bytes).ok_or_else(damaged)?;
            let content = self.decode_record(source, record).ok_or_else(damaged)?;
            let operation = match row.get::<_, i64>(0)? {
                0 => birth,
                operation => OperationId::from_u64(operation as u64),
            };
            contents.push((operation, content));
        }
        contents.push(present);
        Ok(contents)
    }

    /// What a row would become if it were imported now, and how its application stands in both books.
    ///
    /// # Errors
    /// What the store says.
    pub fn would_be(&self, row: &Incoming<'_>) -> Result<WouldBe> {
        let new = WouldBe { put: super::Put::Added, ours: None, source: None, older: false, disposed: false };
        let content = row.content;
        let Some(source) = self.source_number(&content.source)? else { return Ok(new) };
        let Some(id) = self.by_number(Some(&content.source), content.number.as_str())?.first().copied() else {
            if self.is_gone(source, content.number.as_str())? {
                return Ok(WouldBe { put: super::Put::Unchanged, disposed: true, ..new });
            }
            return Ok(new);
        };
        let matched = self.matching_revision(source, id, row.content)?;
        let put = if matched.is_some() { super::Put::Unchanged } else { super::Put::Updated };
        let mut present = self.db.prepare_cached("SELECT op FROM app WHERE id = ?1")?;
        let present: i64 = present.query_row([id.as_u64() as i64], |row| row.get(0))?;
        let older = matched.is_some_and(|matched| matched != present);
        let state = super::projected::read(&self.db, id)?;
        let theirs = state.as_ref().and_then(|state| state.source);
        Ok(WouldBe { put, ours: state.map(|state| state.status.0), source: theirs, older, disposed: false })
    }
}
