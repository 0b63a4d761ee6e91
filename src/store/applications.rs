//! Rows of `app` with their state: reading applications as the list and the record show them.

use std::collections::BTreeMap;

use rusqlite::{Row, params};

use super::error::{Result, StoreError};
use super::{Store, StoredFinding, StoredReceived, StoredRuling, projected, rare, text};
use crate::domain::application::{Content, Instant};
use crate::domain::identity::{ApplicationId, OperationId, ReceiptNumber};
use crate::domain::operation::{Group, Value};
use crate::domain::projection::State;
use crate::domain::record::{Salt, line_from_code};

/// An application: what the citizen sent, and what staff made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Inner id.
    pub id: ApplicationId,
    /// The content in its present revision.
    pub content: Content,
    /// The import that brought this revision; `None` = the one that gave birth to the application.
    pub revised: Option<OperationId>,
    /// The state.
    pub state: State,
    /// The code of who is in charge.
    pub assignee: Option<String>,
    /// The names of its 札.
    pub tags: Vec<String>,
    /// Its 個別番号.
    pub individual_number: Option<String>,
    /// Its 審査結果.
    pub finding: Option<StoredFinding>,
    /// Its 収受.
    pub received: Option<StoredReceived>,
    /// The 起案 that it stands on.
    pub ruling: Option<StoredRuling>,
    /// 補正期限 as days since 1970-01-01, and the operation that wrote it: it counts as long as that wrote the status too.
    pub correction: Option<(u64, OperationId)>,
}

/// A stored content with what the log needs to know of it.
#[derive(Debug, Clone)]
pub(super) struct StoredContent {
    pub content: Content,
    /// The operation that brought it; `None` = the import that gave birth to it.
    pub operation: Option<OperationId>,
    /// Its place in that operation.
    pub place: u32,
    pub salt: Salt,
}

/// The columns that [`Store::content_of_row`] reads, from index 0.
pub(super) const CONTENT: &str = "app.id, app.source, app.number, app.form, app.submitted, app.tz, app.name, app.kana,
    app.mail, app.user_id, app.line, app.remarks, app.items, app.salt, app.op, app.idx";

/// How many columns these are.
pub(super) const CONTENT_COLUMNS: usize = 16;

impl Store {
    /// Reads a row that begins with the columns [`CONTENT`].
    pub(super) fn content_of_row(&self, row: &Row<'_>) -> Result<(ApplicationId, StoredContent)> {
        let id = ApplicationId::from_u64(row.get::<_, i64>(0)? as u64);
        let damaged = || StoreError::Damaged(format!("app {}", id.as_u64()));
        let form = self.form(row.get(3)?)?;
        let submitted = match (row.get::<_, Option<i64>>(4)?, row.get::<_, Option<i16>>(5)?) {
            (Some(seconds), offset) => Some(Instant { seconds, offset_minutes: offset.unwrap_or(540) }),
            _ => None,
        };
        let values = text::decode(row.get_ref(12)?.as_str().map_err(rusqlite::Error::from)?).ok_or_else(damaged)?;
        if values.len() != form.header.items.len() {
            return Err(damaged());
        }
        let operation = OperationId::from_u64(row.get::<_, i64>(14)? as u64);
        let content = Content {
            source: self.source_code(row.get(1)?)?.to_string(),
            number: ReceiptNumber::new(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?).ok_or_else(damaged)?,
            form: form.header,
            submitted,
            name: row.get(6)?,
            kana: row.get(7)?,
            mail: row.get(8)?,
            user_id: row.get(9)?,
            line: match row.get::<_, Option<u8>>(10)? {
                Some(code) => Some(line_from_code(code).ok_or_else(damaged)?),
                None => None,
            },
            remarks: row.get(11)?,
            values,
            raw: self.raw_of(id, operation)?,
            sealed: self.sealed_of(id, operation.as_u64() as i64)?,
        };
        let operation = (operation.as_u64() != 0).then_some(operation);
        Ok((id, StoredContent { content, operation, place: row.get(15)?, salt: row.get(13)? }))
    }

    fn raw_of(&self, id: ApplicationId, operation: OperationId) -> Result<BTreeMap<u32, Vec<u8>>> {
        let mut statement = self.db.prepare_cached("SELECT field, bytes FROM raw WHERE id = ?1 AND op = ?2")?;
        let rows = statement
            .query_map(params![id.as_u64() as i64, operation.as_u64() as i64], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// The present content of an application, whether it is published or not.
    pub(super) fn stored_content(&self, id: ApplicationId) -> Result<Option<StoredContent>> {
        let sql = format!("SELECT {CONTENT} FROM app WHERE id = ?1");
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query([id.as_u64() as i64])?;
        rows.next()?.map(|row| Ok(self.content_of_row(row)?.1)).transpose()
    }

    /// Reads applications by id; those that don't exist (any more) are left out, the order is that of `ids`.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if a row can't be read.
    pub fn entries(&self, ids: &[ApplicationId]) -> Result<Vec<Entry>> {
        let sql = format!(
            "SELECT {CONTENT}, {} FROM app JOIN state ON state.id = app.id WHERE app.id = ?1",
            projected::STATE
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut entries = Vec::with_capacity(ids.len());
        let with_tags = self.knows_tags()?;
        let groups = [Group::IndividualNumber, Group::Result, Group::Received, Group::Ruling];
        let mut used = [false; 4];
        for (used, group) in used.iter_mut().zip(groups) {
            *used = rare::is_used(&self.db, group)?;
        }
        let [with_numbers, with_findings, with_received, with_rulings] = used;
        let mut rulings: BTreeMap<OperationId, Option<StoredRuling>> = BTreeMap::new();
        let with_corrections = rare::is_used(&self.db, Group::Correction)?;
        let mut codes = BTreeMap::new();
        for id in ids {
            let mut rows = statement.query([id.as_u64() as i64])?;
            if let Some(row) = rows.next()? {
                let (id, stored) = self.content_of_row(row)?;
                let state = projected::state_of_row(row, CONTENT_COLUMNS, id)?;
                let assignee = match state.assignee.0 {
                    Value::Reference(operator) => match codes.get(&operator) {
                        Some(code) => Option::clone(code),
                        None => codes.entry(operator).or_insert(self.operator_code(operator)?).clone(),
                    },
                    _ => None,
                };
                let tags = if with_tags { self.tags_of(id)? } else { Vec::new() };
                let individual_number = if with_numbers { self.individual_number(id)? } else { None };
                let finding = if with_findings { self.finding(id)? } else { None };
                let received = if with_received { self.received(id)? } else { None };
                let on = if with_rulings { self.ruling_of(id)? } else { None };
                let ruling = match on {
                    None => None,
                    Some(ruling) => match rulings.get(&ruling) {
                        Some(known) => known.clone(),
                        None => rulings.entry(ruling).or_insert(self.ruling(ruling)?).clone(),
                    },
                };
                let (content, revised) = (stored.content, stored.operation);
                let correction = if with_corrections { self.correction_of(id)? } else { None };
                entries.push(Entry {
                    id,
                    content,
                    revised,
                    state,
                    assignee,
                    tags,
                    individual_number,
                    finding,
                    received,
                    ruling,
                    correction,
                });
            }
        }
        Ok(entries)
    }

    /// 補正期限 as a day number, and the operation that wrote it.
    pub(super) fn correction_of(&self, id: ApplicationId) -> Result<Option<(u64, OperationId)>> {
        Ok(match rare::read(&self.db, Group::Correction, id)? {
            Some((Value::Number(day), written)) => Some((day, written)),
            _ => None,
        })
    }

    /// The applications that a 整理番号 stands for; `source` narrows it to one.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn by_number(&self, source: Option<&str>, number: &str) -> Result<Vec<ApplicationId>> {
        let ids = match source {
            Some(code) => {
                let Some(source) = self.source_number(code)? else { return Ok(Vec::new()) };
                return Ok(self.identified(source, number)?.into_iter().collect());
            }
            None => {
                let mut statement = self.db.prepare_cached(
                    "SELECT identity.id FROM source
                     CROSS JOIN identity ON identity.source = source.no AND identity.number = ?1 ORDER BY source.code",
                )?;
                let found = statement.query_map([number], |row| row.get::<_, i64>(0))?;
                found.collect::<std::result::Result<Vec<_>, _>>()?
            }
        };
        Ok(ids.into_iter().map(|id| ApplicationId::from_u64(id as u64)).collect())
    }
}
