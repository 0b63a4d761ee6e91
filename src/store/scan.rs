//! Going through applications in order, judging each by a query: the one way in which lists, counts and batches find
//! what they are about. A scan reads only the columns that the query needs, and stops when it is told to.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use rusqlite::Row;

use super::candidate::{Book, CHARGE, Candidate, Charge, Content, FORM, REVISED, STATE, books_of_row};
use super::error::{Result, StoreError};
use super::projected::operation_of_column;
use super::{Store, index::Look};
use crate::domain::application::Instant;
use crate::domain::calendar::day_number;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::order::{Order, SortField};
use crate::domain::projection::State;
use crate::domain::query::{Needs, Query, Scratch, Subject};
use crate::domain::status::Status;

/// What a scan answers as it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scanned {
    /// Applications looked at.
    pub seen: u64,
    /// Of them, those that match.
    pub matched: u64,
    /// Whether the scan went to its end.
    pub finished: bool,
}

impl Store {
    /// Shows every application that matches, in order, with what the query and `also` need of it, until `see` breaks.
    /// `tick` is called for each one looked at, matching or not, and can break too.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or an interruption.
    pub fn scan(
        &self,
        query: &Query,
        also: Needs,
        order: Order,
        tick: &mut dyn FnMut(&Scanned) -> ControlFlow<()>,
        see: &mut dyn FnMut(&Candidate<'_>) -> ControlFlow<()>,
    ) -> Result<Scanned> {
        self.at_one_moment(|store| {
            let needs = Needs { state: needs_state(order.field), ..also };
            match store.look_for(query, needs.and(also), |look| look.scan(query, Some(order), tick, see))? {
                Some(scanned) => Ok(scanned),
                None => store.scan_rows(query, also, order, tick, see),
            }
        })
    }

    /// As [`Self::scan`], from the tables alone.
    pub(super) fn scan_rows(
        &self,
        query: &Query,
        also: Needs,
        order: Order,
        tick: &mut dyn FnMut(&Scanned) -> ControlFlow<()>,
        see: &mut dyn FnMut(&Candidate<'_>) -> ControlFlow<()>,
    ) -> Result<Scanned> {
        // First the ids with their keys, then the sorted ones again, one by one.
        let needs = also.and(sort_needs(order.field));
        let mut keyed: Vec<(Key, String, ApplicationId)> = Vec::new();
        let mut scanned = self.scan_in(query, needs, tick, &mut |candidate| {
            keyed.push((key(candidate, order.field), candidate.number().to_owned(), candidate.id));
            ControlFlow::Continue(())
        })?;
        if !scanned.finished {
            return Ok(scanned);
        }
        if order.descending {
            // What is missing comes last in this direction too.
            keyed.sort_unstable_by(|a, b| {
                let missing = |key: &Key| *key == Key::Missing;
                (missing(&a.0), Reverse(&a.0), &a.1, a.2).cmp(&(missing(&b.0), Reverse(&b.0), &b.1, b.2))
            });
        } else {
            keyed.sort_unstable();
        }
        let ids: Vec<ApplicationId> = keyed.into_iter().map(|(_, _, id)| id).collect();
        scanned.finished = self.revisit(&ids, query.needs().and(also), see)?;
        Ok(scanned)
    }

    /// As [`Self::scan`], in no particular order: the cheapest way to count.
    ///
    /// # Errors
    /// As [`Self::scan`].
    pub fn scan_unordered(
        &self,
        query: &Query,
        also: Needs,
        tick: &mut dyn FnMut(&Scanned) -> ControlFlow<()>,
        see: &mut dyn FnMut(&Candidate<'_>) -> ControlFlow<()>,
    ) -> Result<Scanned> {
        self.at_one_moment(|store| match store.look_for(query, also, |look| look.scan(query, None, tick, see))? {
            Some(scanned) => Ok(scanned),
            None => store.scan_in(query, also, tick, see),
        })
    }

    /// How many match; `tick` is asked again and again whether to go on.
    ///
    /// # Errors
    /// As [`Self::scan`].
    pub fn count_matching(&self, query: &Query, tick: &mut dyn FnMut(&Scanned) -> ControlFlow<()>) -> Result<Scanned> {
        self.at_one_moment(|store| match store.look_for(query, Needs::default(), |look| look.count(query, tick))? {
            Some(scanned) => Ok(scanned),
            None => store.scan_in(query, Needs::default(), tick, &mut |_| ControlFlow::Continue(())),
        })
    }

    /// How many match each of several queries, all as of one moment. `tick` gets the counts so far, again and again.
    /// `None` where it said to stop.
    ///
    /// # Errors
    /// As [`Self::scan`].
    pub fn count_each(
        &self,
        queries: &[Query],
        tick: &mut dyn FnMut(&[u64]) -> ControlFlow<()>,
    ) -> Result<Option<Vec<u64>>> {
        let needs = queries.iter().fold(Needs::default(), |needs, query| needs.and(query.needs()));
        let counts = RefCell::new(vec![0; queries.len()]);
        let finished = self.at_one_moment(|store| {
            let by_index = store.look_for(&Query::default(), state_of(needs), |look| {
                for (at, query) in queries.iter().enumerate() {
                    let scanned = look.count(query, &mut |_| tick(&counts.borrow()))?;
                    counts.borrow_mut()[at] = scanned.matched;
                    if !scanned.finished {
                        return Ok(false);
                    }
                }
                Ok(true)
            })?;
            if let Some(finished) = by_index {
                return Ok::<_, StoreError>(finished);
            }
            let mut scratch = Scratch::default();
            let all = Query::default();
            let scanned = store.scan_in(&all, needs, &mut |_| tick(&counts.borrow()), &mut |candidate| {
                for (count, query) in counts.borrow_mut().iter_mut().zip(queries) {
                    *count += u64::from(query.matches(candidate, &mut scratch));
                }
                ControlFlow::Continue(())
            })?;
            Ok(scanned.finished)
        })?;
        Ok(finished.then(|| counts.into_inner()))
    }

    /// Asks the index, unless the caller wants texts, which it doesn't have.
    fn look_for<T>(&self, query: &Query, also: Needs, with: impl FnOnce(&Look<'_>) -> Result<T>) -> Result<Option<T>> {
        if also.core || also.items || also.gaiji || also.revised {
            return Ok(None);
        }
        let state = query.needs().state || query.needs().revised || also.state;
        self.look(Needs { state, ..also }, with)
    }

    /// Those of `ids` that match, in their order.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or an interruption.
    pub fn matching(&self, query: &Query, ids: &[ApplicationId]) -> Result<Vec<ApplicationId>> {
        self.at_one_moment(|store| match store.look_for(query, Needs::default(), |look| look.matching(query, ids))? {
            Some(found) => Ok(found),
            None => store.matching_rows(query, ids),
        })
    }

    /// As [`Self::matching`], from the tables alone.
    pub(super) fn matching_rows(&self, query: &Query, ids: &[ApplicationId]) -> Result<Vec<ApplicationId>> {
        let mut scratch = Scratch::default();
        let mut found = Vec::new();
        self.revisit(ids, query.needs(), &mut |candidate| {
            if query.matches(candidate, &mut scratch) {
                found.push(candidate.id);
            }
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }

    /// Shows applications again by id.
    fn revisit(
        &self,
        ids: &[ApplicationId],
        needs: Needs,
        see: &mut dyn FnMut(&Candidate<'_>) -> ControlFlow<()>,
    ) -> Result<bool> {
        let mut statement = self.db.prepare_cached(&format!("{} WHERE app.id = ?1", select(needs)))?;
        let times = RefCell::default();
        for id in ids {
            let mut rows = statement.query([id.as_u64() as i64])?;
            if let Some(row) = rows.next()?
                && see(&self.candidate(row, needs, &times)?).is_break()
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Scans in the order of the table.
    fn scan_in(
        &self,
        query: &Query,
        also: Needs,
        tick: &mut dyn FnMut(&Scanned) -> ControlFlow<()>,
        see: &mut dyn FnMut(&Candidate<'_>) -> ControlFlow<()>,
    ) -> Result<Scanned> {
        let needs = query.needs().and(also);
        let mut statement = self.db.prepare_cached(&select(needs))?;
        let mut rows = statement.query([])?;
        let times = RefCell::default();
        let mut scratch = Scratch::default();
        let mut scanned = Scanned::default();
        while let Some(row) = rows.next()? {
            scanned.seen += 1;
            let candidate = self.candidate(row, needs, &times)?;
            if query.matches(&candidate, &mut scratch) {
                scanned.matched += 1;
                if see(&candidate).is_break() {
                    return Ok(scanned);
                }
            }
            if tick(&scanned).is_break() {
                return Ok(scanned);
            }
        }
        scanned.finished = true;
        Ok(scanned)
    }

    fn candidate<'a>(
        &'a self,
        row: &'a Row<'a>,
        needs: Needs,
        times: &'a RefCell<HashMap<OperationId, Option<i64>>>,
    ) -> Result<Candidate<'a>> {
        let id = ApplicationId::from_u64(row.get::<_, i64>(0)? as u64);
        let (status, source_status) = books_of_row(row, STATE, id)?;
        let with_form = wants_form(needs);
        Ok(Candidate {
            id,
            status,
            source_status,
            revised: operation_of_column(row.get(REVISED)?),
            charge: Charge::new(
                operation_of_column(row.get(CHARGE)?),
                row.get::<_, Option<i64>>(CHARGE + 1)?.map(|days| days as u64),
            ),
            needs,
            content: Content::Row(row),
            source: if with_form { self.source_code(row.get(FORM)?)? } else { Arc::from("") },
            form: if with_form { Some(self.form(row.get(FORM + 1)?)?) } else { None },
            store: self,
            times: Some(times),
        })
    }

    /// Our status of applications and the operation that wrote it; `None` for one that doesn't exist.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or a failure of SQLite.
    pub fn statuses(&self, ids: &[ApplicationId]) -> Result<Vec<Option<(Status, OperationId)>>> {
        self.at_one_moment(|store| {
            // What the index would have to be brought up for is read sooner from the table.
            match store.look_as_it_stands(|look| look.statuses(ids))? {
                Some(statuses) => Ok(statuses),
                None => store.statuses_rows(ids),
            }
        })
    }

    /// As [`Self::statuses`], from the tables alone.
    pub(super) fn statuses_rows(&self, ids: &[ApplicationId]) -> Result<Vec<Option<(Status, OperationId)>>> {
        let standing = self.standing(ids)?;
        Ok(standing.into_iter().map(|found| found.map(|found| (found.status, found.written))).collect())
    }

    /// Shows the state of every application.
    ///
    /// # Errors
    /// What `see` answers, or a failure of the store.
    pub fn visit_states(&self, see: &mut dyn FnMut(ApplicationId, State) -> Result<()>) -> Result<()> {
        super::projected::visit(&self.db, see)
    }

    /// Shows both books of every application, in no particular order: our status, and the source's.
    ///
    /// # Errors
    /// What `see` answers, or a failure of the store.
    pub fn visit_books(&self, see: &mut dyn FnMut(Book, Option<Book>) -> Result<()>) -> Result<()> {
        self.at_one_moment(|store| {
            let needs = Needs { state: true, ..Needs::default() };
            match store.look(needs, |look| look.visit_books(see))? {
                Some(()) => Ok(()),
                None => store.visit_states(&mut |_, state| see(state.status, state.source)),
            }
        })
    }

    /// How many applications there are at most: all numbers ever given, unused ones included. Costs nothing, unlike
    /// [`Self::size`].
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn size_at_most(&self) -> Result<u64> {
        let births: i64 = self.db.query_row("SELECT coalesce(sum(births), 0) FROM stream", [], |row| row.get(0))?;
        Ok(births as u64)
    }

    /// How many applications there are.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn size(&self) -> Result<u64> {
        Ok(self.db.query_row("SELECT count(*) FROM state", [], |row| row.get::<_, i64>(0))? as u64)
    }
}

const fn needs_state(field: SortField) -> bool {
    matches!(
        field,
        SortField::Status
            | SortField::SourceStatus
            | SortField::Updated
            | SortField::Assignee
            | SortField::Due
            | SortField::Deadline
    )
}

/// What of it is state.
fn state_of(needs: Needs) -> Needs {
    Needs { state: needs.state || needs.revised, ..Needs::default() }
}

const fn wants_form(needs: Needs) -> bool {
    needs.form || needs.items || needs.gaiji
}

/// The statement that fetches no more than is needed: long texts lie on pages of their own.
fn select(needs: Needs) -> String {
    let form = if wants_form(needs) {
        "app.source, app.form, app.submitted, app.tz, app.line"
    } else {
        "NULL, NULL, app.submitted, NULL, NULL"
    };
    let core = if needs.core || needs.gaiji {
        "app.number, app.name, app.kana, app.mail, app.remarks"
    } else {
        "NULL, NULL, NULL, NULL, NULL"
    };
    let items = if needs.items || needs.gaiji { "app.items" } else { "NULL" };
    // The register is narrow and holds the few that were revised; app.op lies behind the long texts.
    let (revised, register) =
        if needs.revised { ("revised.op", "LEFT JOIN revised ON revised.app = app.id") } else { ("NULL", "") };
    format!(
        "SELECT app.id, state.status, state.status_op, state.source_status, state.source_op, {form}, {core}, {items},
         {revised}, state.assignee, state.due FROM app CROSS JOIN state ON state.id = app.id {register}"
    )
}

/// A sort key: what is missing comes last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Text(String),
    Number(i64),
    Missing,
}

fn sort_needs(field: SortField) -> Needs {
    let reckoned = field == SortField::Deadline;
    let form = field == SortField::Form || reckoned;
    Needs { core: true, form, state: needs_state(field), revised: reckoned, ..Needs::default() }
}

fn key(candidate: &Candidate<'_>, field: SortField) -> Key {
    let text = |text: Option<&str>| text.filter(|t| !t.is_empty()).map_or(Key::Missing, |t| Key::Text(t.to_owned()));
    let time = |at: Option<Instant>| at.map_or(Key::Missing, |at| Key::Number(at.seconds));
    match field {
        SortField::Submitted => time(candidate.submitted()),
        SortField::Number => text(Some(candidate.number())),
        SortField::Name => text(candidate.name()),
        SortField::Kana => text(candidate.kana()),
        SortField::Form => text(Some(candidate.form_code())),
        SortField::Status => Key::Number(candidate.status.0.code().into()),
        SortField::SourceStatus => {
            candidate.source_status.map_or(Key::Missing, |(status, _)| Key::Number(status.code().into()))
        }
        SortField::Updated => time(candidate.updated()),
        SortField::Assignee => text(candidate.assignee()),
        SortField::Deadline => {
            candidate.deadline().and_then(day_number).map_or(Key::Missing, |day| Key::Number(day as i64))
        }
        SortField::Due => candidate.due().and_then(day_number).map_or(Key::Missing, |day| Key::Number(day as i64)),
    }
}
