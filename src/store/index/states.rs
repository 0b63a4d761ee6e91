//! What staff made of each application, in narrow arrays by position: read once, then kept up by the operations since.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::OptionalExtension as _;

use super::frame::Frame;
use super::marked::Marked;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::status::Status;
use crate::store::Store;
use crate::store::candidate::{Book, books_of_row};
use crate::store::error::Result;
use crate::store::projected::operation_of_column;

/// Status and source status with the operations that wrote them, as the database keeps them.
const COLUMNS: &str = "status, status_op, source_status, source_op, assignee, due";

/// The code that stands where there is no status.
const NONE: u8 = 0;

/// The states of one part, by row.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// 処理状況; 0 = the row doesn't exist.
    pub status: Box<[u8]>,
    /// 元システムの状況; 0 = none.
    pub source: Box<[u8]>,
    /// Who wrote the status, as a number of [`Writers`].
    pub status_op: Box<[u32]>,
    /// Who wrote the source status; any where there is none.
    pub source_op: Box<[u32]>,
    /// Who is in charge, as a place in the staff, from 1; 0 = nobody. Empty where nobody is of any.
    pub assignee: Box<[u32]>,
    /// The number of the due day, from 1; 0 = none. Empty where none has one.
    pub due: Box<[u32]>,
}

/// What is read of a row: both books, who is in charge, and the number of the due day.
type Read = ((Book, Option<Book>), Option<OperationId>, Option<u32>);

fn read_row(row: &rusqlite::Row<'_>, from: usize, id: ApplicationId) -> Result<Read> {
    Ok((books_of_row(row, from, id)?, operation_of_column(row.get(from + 4)?), row.get(from + 5)?))
}

/// Puts a value into a column that has no room before it needs some.
fn put(column: &mut Box<[u32]>, rows: usize, row: usize, value: u32) {
    if column.is_empty() && value != 0 {
        *column = vec![0; rows].into_boxed_slice();
    }
    if let Some(place) = column.get_mut(row) {
        *place = value;
    }
}

impl Column {
    fn of(rows: usize) -> Self {
        let (codes, writers) = (vec![NONE; rows].into_boxed_slice(), vec![0; rows].into_boxed_slice());
        let (assignee, due) = (Box::default(), Box::default());
        Self { status: codes.clone(), source: codes, status_op: writers.clone(), source_op: writers, assignee, due }
    }

    fn set(&mut self, row: usize, ((ours, theirs), assignee, due): Read, writers: &mut Numbering<'_>) -> Result<()> {
        self.status[row] = ours.0.code();
        self.status_op[row] = writers.number(ours.1)?;
        self.source[row] = NONE;
        if let Some((source, written)) = theirs {
            self.source[row] = source.code();
            self.source_op[row] = writers.number(written)?;
        }
        let rows = self.status.len();
        let assignee = assignee.map_or(Ok(0), |id| writers.member(id))?;
        put(&mut self.assignee, rows, row, assignee);
        put(&mut self.due, rows, row, due.map_or(0, |day| day.saturating_add(1)));
        Ok(())
    }
}

/// The operations that wrote states, each with its time: few beside the applications.
#[derive(Debug, Clone, Default)]
pub(super) struct Writers {
    /// Their ids, in no order.
    pub ids: Vec<OperationId>,
    /// When each was made, milliseconds since the Unix epoch.
    pub at_ms: Vec<Option<i64>>,
    numbers: HashMap<OperationId, u32>,
}

/// Gives numbers to writers as they are met.
struct Numbering<'a> {
    store: &'a Store,
    writers: &'a mut Arc<Writers>,
    staff: &'a mut Arc<Vec<(OperationId, String)>>,
    last: Option<(OperationId, u32)>,
}

impl Numbering<'_> {
    fn number(&mut self, id: OperationId) -> Result<u32> {
        if let Some((_, number)) = self.last.filter(|(last, _)| *last == id) {
            return Ok(number);
        }
        let number = match self.writers.numbers.get(&id) {
            Some(number) => *number,
            None => {
                let at_ms = self.store.operation_at(id)?;
                let writers = Arc::make_mut(self.writers);
                let number = writers.ids.len() as u32;
                writers.ids.push(id);
                writers.at_ms.push(at_ms);
                writers.numbers.insert(id, number);
                number
            }
        };
        self.last = Some((id, number));
        Ok(number)
    }

    /// The place of an operator in the staff, from 1. They are few.
    fn member(&mut self, id: OperationId) -> Result<u32> {
        if let Some(place) = self.staff.iter().position(|(known, _)| *known == id) {
            return Ok(place as u32 + 1);
        }
        let code = self.store.operator_code(id)?.unwrap_or_default();
        let staff = Arc::make_mut(self.staff);
        staff.push((id, code));
        Ok(staff.len() as u32)
    }
}

/// The states of all positions.
#[derive(Debug, Clone)]
pub(super) struct States {
    /// By part.
    pub columns: Vec<Arc<Column>>,
    /// Who wrote them.
    pub writers: Arc<Writers>,
    /// The import that brought the present revision of those that were revised, by position, ascending.
    pub revised: Arc<[(u32, OperationId)]>,
    /// Who is in charge of any, with their codes.
    pub staff: Arc<Vec<(OperationId, String)>>,
    /// What carries 札 and notes.
    pub marks: Arc<Marked>,
}

impl States {
    /// Reads all states in one pass. `None` if one belongs to an application that the frame doesn't have.
    pub(super) fn load(store: &Store, frame: &Frame) -> Result<Option<Self>> {
        let mut columns: Vec<Column> = frame.parts.iter().map(|placed| Column::of(placed.len())).collect();
        let (mut writers, mut staff) = (Arc::default(), Arc::default());
        let mut numbering = Numbering { store, writers: &mut writers, staff: &mut staff, last: None };
        let mut statement = store.db.prepare_cached(&format!("SELECT id, {COLUMNS} FROM state ORDER BY id"))?;
        let mut rows = statement.query([])?;
        let mut walk = Walk { frame, part: 0, row: 0 };
        while let Some(row) = rows.next()? {
            let id = ApplicationId::from_u64(row.get::<_, i64>(0)? as u64);
            let Some((part, place)) = walk.find(id) else { return Ok(None) };
            columns[part].set(place, read_row(row, 1, id)?, &mut numbering)?;
        }
        let columns = columns.into_iter().map(Arc::new).collect();
        let (revised, marks) = (revised(store, frame)?, Arc::new(Marked::read(store, frame)?));
        Ok(Some(Self { columns, writers, revised, staff, marks }))
    }

    /// The states after changes: those of `touched` are read again, and all of the parts behind the first `known` ones,
    /// which are those of these states. `None` as for [`Self::load`].
    pub(super) fn renewed(
        &self,
        store: &Store,
        frame: &Frame,
        known: usize,
        (touched, marked): (impl Iterator<Item = ApplicationId>, bool),
    ) -> Result<Option<Self>> {
        let mut states = self.clone();
        states.columns.truncate(known);
        let whole = known == self.columns.len() && known == frame.parts.len();
        states.columns.extend(frame.parts[known..].iter().map(|placed| Arc::new(Column::of(placed.len()))));
        let new = frame.parts[known..].iter().flat_map(|p| p.alive.iter().map(|row| p.segment().id(row)));
        let (writers, staff) = (&mut states.writers, &mut states.staff);
        let mut numbering = Numbering { store, writers, staff, last: None };
        let mut statement = store.db.prepare_cached(&format!("SELECT {COLUMNS} FROM state WHERE id = ?1"))?;
        for id in new.chain(touched) {
            let read = statement.query_row([id.as_u64() as i64], |row| Ok(read_row(row, 0, id))).optional()?;
            match (read.transpose()?, frame.find(id)) {
                (Some(read), Some((part, row))) => {
                    Arc::make_mut(&mut states.columns[part]).set(row, read, &mut numbering)?;
                }
                (Some(_), None) => return Ok(None),
                (None, Some((part, row))) => Arc::make_mut(&mut states.columns[part]).status[row] = NONE,
                (None, None) => {}
            }
        }
        if !whole {
            states.revised = revised(store, frame)?;
        }
        if !whole || marked {
            states.marks = Arc::new(Marked::read(store, frame)?);
        }
        Ok(Some(states))
    }

    /// Our status with the operation that wrote it; `None` where the row doesn't exist.
    pub(super) fn ours(&self, part: usize, row: usize) -> Option<(Status, OperationId)> {
        let column = &self.columns[part];
        Some((Status::from_code(column.status[row])?, self.writers.ids[column.status_op[row] as usize]))
    }

    /// Who is in charge of a row, and until which day, as the database keeps them.
    pub(super) fn charge(&self, part: usize, row: usize) -> (Option<OperationId>, Option<u64>) {
        let column = &self.columns[part];
        let value = |column: &[u32]| column.get(row).copied().filter(|value| *value != 0).map(|value| value - 1);
        let assignee = value(&column.assignee).and_then(|place| Some(self.staff.get(place as usize)?.0));
        (assignee, value(&column.due).map(u64::from))
    }

    /// 元システムの状況 with the import that last changed it.
    pub(super) fn theirs(&self, part: usize, row: usize) -> Option<(Status, OperationId)> {
        let column = &self.columns[part];
        Some((Status::from_code(column.source[row])?, self.writers.ids[column.source_op[row] as usize]))
    }

    /// The operation that changed a row last, ours or the source's, as a number of the writers.
    pub(super) fn last_written(&self, part: usize, row: usize) -> usize {
        let column = &self.columns[part];
        let (ours, theirs) = (column.status_op[row] as usize, column.source_op[row] as usize);
        let ids = &self.writers.ids;
        if column.source[row] != NONE && ids[theirs] > ids[ours] { theirs } else { ours }
    }

    /// The import that brought the present revision of a position.
    pub(super) fn revised_by(&self, position: u32) -> Option<OperationId> {
        let at = self.revised.binary_search_by_key(&position, |(position, _)| *position).ok()?;
        Some(self.revised[at].1)
    }
}

/// The register of what was revised, by position.
fn revised(store: &Store, frame: &Frame) -> Result<Arc<[(u32, OperationId)]>> {
    let mut statement = store.db.prepare_cached("SELECT app, op FROM revised")?;
    let mut rows = statement.query([])?;
    let mut revised = Vec::new();
    while let Some(row) = rows.next()? {
        let id = ApplicationId::from_u64(row.get::<_, i64>(0)? as u64);
        if let Some((part, place)) = frame.find(id) {
            let operation = OperationId::from_u64(row.get::<_, i64>(1)? as u64);
            revised.push((frame.parts[part].base + place as u32, operation));
        }
    }
    revised.sort_unstable();
    Ok(revised.into())
}

/// Finds ascending ids: the next one mostly stands behind the one before.
struct Walk<'a> {
    frame: &'a Frame,
    part: usize,
    row: usize,
}

impl Walk<'_> {
    fn find(&mut self, id: ApplicationId) -> Option<(usize, usize)> {
        let next = self.frame.parts.get(self.part).filter(|placed| self.row < placed.len());
        let is_next = next.is_some_and(|placed| placed.segment().id(self.row) == id);
        let here = (self.part, self.row);
        if is_next {
            self.row += 1;
            if self.frame.parts[here.0].alive.contains(here.1) {
                return Some(here);
            }
        }
        let found = self.frame.find(id)?;
        if !is_next {
            (self.part, self.row) = (found.0, found.1 + 1);
        }
        Some(found)
    }
}
