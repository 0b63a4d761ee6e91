//! The two books as a page: what is 要確認, with who wrote either side and when, and what is 反映待ち in its groups.

use std::collections::HashMap;
use std::sync::Arc;

use super::fault::OfficeError;
use super::reflect_list::{ReflectGroup, grouped};
use super::reflection::Shown;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::reflection::Reflection;
use crate::domain::status::Status;
use crate::store::{Store, StoreError};

/// One book's status of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The status.
    pub status: Status,
    /// The operation that wrote it: for theirs, the import that brought it.
    pub operation: OperationId,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Who; `None` = unsigned.
    pub by: Option<Arc<str>>,
}

/// An application that is 要確認.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which one.
    pub id: ApplicationId,
    /// 処理状況.
    pub ours: Side,
    /// 元システムの状況.
    pub theirs: Side,
}

impl Difference {
    /// What a decision about it names.
    #[must_use]
    pub const fn shown(&self) -> Shown {
        Shown { id: self.id, ours: self.ours.operation, theirs: self.theirs.operation }
    }
}

/// All that differs between the two books.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BooksPage {
    /// 要確認, in the source's order.
    pub check: Vec<Difference>,
    /// 反映待ち, by target status.
    pub pending: Vec<ReflectGroup>,
}

/// Reads the page, all as of one moment.
///
/// # Errors
/// What the store says.
pub fn books(store: &Store) -> Result<BooksPage, OfficeError> {
    store.at_one_moment(|store| {
        let mut writers = Writers { store, known: HashMap::new() };
        let (mut check, mut pending) = (Vec::new(), Vec::new());
        store.visit_differing(&mut |one| {
            match one.reflection() {
                Reflection::Done => {}
                Reflection::Pending => pending.push((one.id, one.books.ours.0, one.source)),
                Reflection::Check => {
                    let (ours, theirs) = (writers.side(one.books.ours)?, writers.side(one.books.theirs)?);
                    check.push(Difference { id: one.id, ours, theirs });
                }
            }
            Ok(())
        })?;
        Ok(BooksPage { check, pending: grouped(pending) })
    })
}

/// Who wrote, operation by operation: many applications stem from few.
struct Writers<'s> {
    store: &'s Store,
    known: HashMap<OperationId, (i64, Option<Arc<str>>)>,
}

impl Writers<'_> {
    fn side(&mut self, (status, operation): (Status, OperationId)) -> Result<Side, StoreError> {
        let (at_ms, by) = match self.known.get(&operation) {
            Some(known) => known.clone(),
            None => {
                let written = self.store.operation(operation)?;
                let written = written.ok_or_else(|| StoreError::Damaged(format!("op {operation}")))?;
                let by = match written.actor {
                    Some(actor) => self.store.operator_code(actor)?.map(Arc::from),
                    None => None,
                };
                self.known.entry(operation).or_insert((written.at_ms, by)).clone()
            }
        };
        Ok(Side { status, operation, at_ms, by })
    }
}
