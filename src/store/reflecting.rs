//! The two books side by side: which applications differ, and what an import tells of those that were 反映待ち.

use std::sync::Arc;

use rusqlite::{OptionalExtension as _, Row};

use super::error::{Result, StoreError};
use super::import::Import;
use super::stage::UNCHANGED;
use super::{Store, projected::operation_of_column};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::record::Hash;
use crate::domain::reflection::{Books, Reflection, Told};
use crate::domain::status::Status;

/// An application whose books differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// Which one.
    pub id: ApplicationId,
    /// 取得元.
    pub source: Arc<str>,
    /// 整理番号.
    pub number: String,
    /// What the books say.
    pub books: Books,
}

/// What an import tells of the applications that were 反映待ち before it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TickedOff {
    /// How many were entered in the source system.
    pub reflected: u64,
    /// Those that stood on a 反映用一覧 and were not entered, in the order of the file.
    pub forgotten: Vec<ApplicationId>,
    /// Those that went to another status than ours: ours, theirs. In the order of the file.
    pub refused: Vec<(ApplicationId, Status, Status)>,
    /// How many stand on a 反映用一覧 and are not in the file.
    pub not_in_file: u64,
    /// How many stand on a 反映用一覧 that is newer than this file, which had been taken in before.
    pub too_old: u64,
}

impl TickedOff {
    /// Notes what was told of one application.
    pub fn note(&mut self, id: ApplicationId, told: Told, (ours, theirs): (Status, Status)) {
        match told {
            Told::Reflected => self.reflected += 1,
            Told::Forgotten => self.forgotten.push(id),
            Told::Refused => self.refused.push((id, ours, theirs)),
            Told::TooOld => self.too_old += 1,
            Told::Nothing => {}
        }
    }
}

/// The columns that [`books_of_row`] reads, and which rows have them: those whose books can differ at all. The rule
/// itself stands in `domain`.
const BOOKS: &str = "state.id, state.status, state.status_op, state.source_status, state.source_op, listed.op";
const DIFFER: &str = "state.source_status IS NOT NULL AND state.source_op IS NOT NULL
    AND state.source_status <> state.status";

fn books_of_row(row: &Row<'_>) -> Result<(ApplicationId, Books)> {
    let id = ApplicationId::from_u64(row.get::<_, i64>(0)? as u64);
    let operation = |column: i64| OperationId::from_u64(column as u64);
    let books = Books {
        ours: (status_of(id, row.get(1)?)?, operation(row.get(2)?)),
        theirs: (status_of(id, row.get(3)?)?, operation(row.get(4)?)),
        listed: operation_of_column(row.get(5)?),
    };
    Ok((id, books))
}

fn status_of(id: ApplicationId, code: u8) -> Result<Status> {
    Status::from_code(code).ok_or_else(|| StoreError::Damaged(format!("state {}", id.as_u64())))
}

impl Store {
    /// Shows every application whose books differ, in the source's own order: one source after another, newest 申込日時
    /// first, then by 整理番号.
    ///
    /// # Errors
    /// What `see` answers; [`StoreError::Damaged`], or a failure of SQLite.
    pub fn visit_differing(&self, see: &mut dyn FnMut(Differing) -> Result<()>) -> Result<()> {
        // `state` is narrow: one pass over it finds the few that differ, and only those are looked up.
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT {BOOKS}, app.source, app.number FROM state CROSS JOIN app ON app.id = state.id
             JOIN source ON source.no = app.source LEFT JOIN listed ON listed.app = state.id
             WHERE {DIFFER} ORDER BY source.code, app.submitted DESC, app.number, state.id"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, books) = books_of_row(row)?;
            see(Differing { id, source: self.source_code(row.get(6)?)?, number: row.get(7)?, books })?;
        }
        Ok(())
    }

    /// Both books of applications; `None` for one that no source knows, or that doesn't exist.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or a failure of SQLite.
    pub fn books(&self, ids: &[ApplicationId]) -> Result<Vec<Option<Books>>> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT {BOOKS} FROM state LEFT JOIN listed ON listed.app = state.id
             WHERE state.id = ?1 AND state.source_status IS NOT NULL AND state.source_op IS NOT NULL"
        ))?;
        let mut books = Vec::with_capacity(ids.len());
        for id in ids {
            let mut rows = statement.query([id.as_u64() as i64])?;
            books.push(rows.next()?.map(books_of_row).transpose()?.map(|(_, books)| books));
        }
        Ok(books)
    }
}

impl Import<'_> {
    /// What the staged file tells, before any of it is applied.
    pub(super) fn ticked_off(&self, file: &Hash) -> Result<TickedOff> {
        let mut told = TickedOff::default();
        let db = &self.store.db;
        let mut source: Option<i64> = db
            .query_row(
                "SELECT app.source FROM stage JOIN app ON app.id = stage.id WHERE stage.status IS NOT NULL LIMIT 1",
                [],
                |row| row.get(0),
            )
            .optional()?;
        if source.is_none() {
            source = self.source_of_births()?;
        }
        // A file without statuses (our own export) says nothing of their book.
        let Some(source) = source else { return Ok(told) };
        let repeats = self.store.import_of(file)?;
        let mut statement = db.prepare(&format!(
            "SELECT {BOOKS}, stage.status, stage.kind = {UNCHANGED} AND stage.matched <> app.op
             FROM state CROSS JOIN stage ON stage.id = state.id JOIN app ON app.id = stage.id LEFT JOIN listed ON listed.app = state.id WHERE {DIFFER} AND stage.status IS NOT NULL ORDER BY stage.line"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, books) = books_of_row(row)?;
            let said = status_of(id, row.get(6)?)?;
            if let Some(what) = books.told(said, repeats, row.get(7)?) {
                told.note(id, what, (books.ours.0, said));
            }
        }
        let mut statement = db.prepare(&format!(
            "SELECT {BOOKS} FROM listed CROSS JOIN state ON state.id = listed.app JOIN app ON app.id = listed.app
             LEFT JOIN stage ON stage.id = listed.app WHERE {DIFFER} AND stage.id IS NULL AND app.source = ?1"
        ))?;
        let mut rows = statement.query([source])?;
        while let Some(row) = rows.next()? {
            let (_, books) = books_of_row(row)?;
            told.not_in_file += u64::from(books.is_asked_for());
        }
        Ok(told)
    }
}

impl Differing {
    /// Whether ours is newer (反映待ち) or theirs (要確認).
    #[must_use]
    pub fn reflection(&self) -> Reflection {
        self.books.reflection()
    }
}
