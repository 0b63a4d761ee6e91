//! Going through what matches by the index: segments newest first, so that the first screenful of a list is known before
//! the rest has been looked at.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::evaluate::{Evaluation, source_of};
use super::rows::Rows;
use super::snapshot::Snapshot;
use super::sorted::{sort_by_time, sorted};
use super::states::States;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::order::{Order, SortField};
use crate::domain::query::{Needs, Query};
use crate::domain::status::Status;
use crate::store::Store;
use crate::store::candidate::{Book, Candidate, Charge, Resident};
use crate::store::error::Result;
use crate::store::forms::StoredForm;
use crate::store::scan::Scanned;

/// So many of the newest hits are shown as soon as nothing can come before them.
const FIRST: usize = 64;

/// After so many hits the caller is asked whether to go on.
const STEP: u64 = 64;

/// What a caller does with each hit, and what it is asked in between.
type See<'a> = &'a mut dyn FnMut(&Candidate<'_>) -> ControlFlow<()>;
type Tick<'a> = &'a mut dyn FnMut(&Scanned) -> ControlFlow<()>;

/// A snapshot in the hands of a store's transaction.
pub(in crate::store) struct Look<'a> {
    store: &'a Store,
    snapshot: &'a Snapshot,
    states: Option<&'a States>,
    with_form: bool,
}

impl Store {
    /// Asks the index, with the states where they are needed; `None` where it can't answer.
    pub(in crate::store) fn look<T>(
        &self,
        needs: Needs,
        with: impl FnOnce(&Look<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let Some(snapshot) = self.snapshot()? else { return Ok(None) };
        let states = if needs.state || needs.revised {
            let Some(states) = snapshot.states(self)? else { return Ok(None) };
            Some(states)
        } else {
            snapshot.known_states()
        };
        let states = states.map(|states| &**states);
        with(&Look { store: self, snapshot: &snapshot, states, with_form: needs.form }).map(Some)
    }

    /// Asks the index with its states, if it is of the present transaction's moment already; nothing is made for it.
    pub(in crate::store) fn look_as_it_stands<T>(&self, with: impl FnOnce(&Look<'_>) -> T) -> Result<Option<T>> {
        let Some(snapshot) = self.snapshot_as_it_stands()? else { return Ok(None) };
        let states = snapshot.known_states().map(|states| &**states);
        Ok(states.map(|_| with(&Look { store: self, snapshot: &snapshot, states, with_form: false })))
    }
}

impl Look<'_> {
    /// As [`Store::scan`]; without an order, the newest segment first.
    pub(in crate::store) fn scan(
        &self,
        query: &Query,
        order: Option<Order>,
        tick: Tick<'_>,
        see: See<'_>,
    ) -> Result<Scanned> {
        let evaluation = Evaluation::new(self.store, self.snapshot, self.states, query);
        let mut walk = Walk { look: self, scanned: Scanned::default(), form: None, tick, see };
        let finished = match order {
            None => walk.parts(&evaluation)?,
            Some(order) => walk.ordered(&evaluation, order)?,
        };
        walk.scanned.finished = finished.is_continue();
        Ok(walk.scanned)
    }

    /// How many match, asked between the segments whether to go on.
    pub(in crate::store) fn count(&self, query: &Query, tick: Tick<'_>) -> Result<Scanned> {
        let evaluation = Evaluation::new(self.store, self.snapshot, self.states, query);
        let mut scanned = Scanned::default();
        for part in 0..self.snapshot.frame.parts.len() {
            let alive = evaluation.alive(part);
            scanned.seen += alive.len() as u64;
            scanned.matched += evaluation.among(part, alive)?.len() as u64;
            if tick(&scanned).is_break() {
                return Ok(scanned);
            }
        }
        scanned.finished = true;
        Ok(scanned)
    }

    /// Those of `ids` that match, in their order.
    pub(in crate::store) fn matching(&self, query: &Query, ids: &[ApplicationId]) -> Result<Vec<ApplicationId>> {
        let evaluation = Evaluation::new(self.store, self.snapshot, self.states, query);
        let frame = &self.snapshot.frame;
        let places: Vec<Option<(usize, usize)>> = ids.iter().map(|id| frame.find(*id)).collect();
        let mut wanted: Vec<Rows> = frame.parts.iter().map(|placed| Rows::none(placed.len())).collect();
        places.iter().flatten().for_each(|(part, row)| wanted[*part].insert(*row));
        for (part, rows) in wanted.iter_mut().enumerate().filter(|(_, rows)| !rows.is_empty()) {
            rows.intersect(&evaluation.alive(part));
            *rows = evaluation.among(part, rows.clone())?;
        }
        let matches = |place: &Option<(usize, usize)>| place.is_some_and(|(part, row)| wanted[part].contains(row));
        Ok(ids.iter().zip(&places).filter(|(_, place)| matches(place)).map(|(id, _)| *id).collect())
    }

    /// As [`Store::statuses`].
    pub(in crate::store) fn statuses(&self, ids: &[ApplicationId]) -> Vec<Option<(Status, OperationId)>> {
        let frame = &self.snapshot.frame;
        let status = |id: &ApplicationId| {
            let (part, row) = frame.find(*id)?;
            self.states?.ours(part, row)
        };
        ids.iter().map(status).collect()
    }

    /// Shows both books of every application.
    pub(in crate::store) fn visit_books(&self, see: &mut dyn FnMut(Book, Option<Book>) -> Result<()>) -> Result<()> {
        let Some(states) = self.states else { return Ok(()) };
        for (part, placed) in self.snapshot.frame.parts.iter().enumerate() {
            for row in placed.alive.iter() {
                if let Some(ours) = states.ours(part, row) {
                    see(ours, states.theirs(part, row))?;
                }
            }
        }
        Ok(())
    }
}

/// A walk through what matches.
struct Walk<'a, 'f> {
    look: &'a Look<'a>,
    scanned: Scanned,
    /// The form of the hit before: neighbours often have one.
    form: Option<(u32, StoredForm, Arc<str>)>,
    tick: &'f mut dyn FnMut(&Scanned) -> ControlFlow<()>,
    see: &'f mut dyn FnMut(&Candidate<'_>) -> ControlFlow<()>,
}

impl Walk<'_, '_> {
    fn parts(&mut self, evaluation: &Evaluation<'_>) -> Result<ControlFlow<()>> {
        for part in (0..self.look.snapshot.frame.parts.len()).rev() {
            let rows = self.look_at(evaluation, part)?;
            for row in rows.iter() {
                if self.show(part, row)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            if (self.tick)(&self.scanned).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn look_at(&mut self, evaluation: &Evaluation<'_>, part: usize) -> Result<Rows> {
        let alive = evaluation.alive(part);
        self.scanned.seen += alive.len() as u64;
        evaluation.among(part, alive)
    }

    fn ordered(&mut self, evaluation: &Evaluation<'_>, order: Order) -> Result<ControlFlow<()>> {
        let frame = &self.look.snapshot.frame;
        let newest_first = order == Order { field: SortField::Submitted, descending: true };
        let mut found = Rows::none(frame.positions());
        // The best of what was found, and how many of them were shown.
        let (mut first, mut shown) = (Vec::new(), 0);
        let newest: Vec<Option<i64>> = frame.parts.iter().map(|placed| placed.segment().newest()).collect();
        let mut parts: Vec<usize> = (0..frame.parts.len()).collect();
        parts.sort_by_key(|part| std::cmp::Reverse(newest[*part]));
        for (done, part) in parts.iter().enumerate() {
            let rows = self.look_at(evaluation, *part)?;
            let base = frame.parts[*part].base;
            found.unite_at(base as usize / 64, rows.words());
            if newest_first && shown < FIRST {
                first.extend(self.best(*part, &rows));
                sort_by_time(frame, &mut first);
                first.truncate(FIRST);
                // What is newer than everything that wasn't looked at can't be overtaken any more.
                let rest = parts.get(done + 1).and_then(|part| newest[*part]);
                let is_settled = |position: &u32| {
                    let (part, row) = frame.place(*position);
                    let seconds = frame.parts[part].segment().seconds(row);
                    seconds.is_some() && seconds > rest
                };
                let settled = first[shown..].iter().take_while(|position| is_settled(position)).count();
                for position in &first[shown..shown + settled] {
                    let (part, row) = frame.place(*position);
                    if self.show(part, row)?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                shown += settled;
            }
            if (self.tick)(&self.scanned).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        let positions = sorted(self.look.store, frame, self.look.states, &found, order)?;
        for position in &positions[shown..] {
            let (part, row) = frame.place(*position);
            if self.show(part, row)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok((self.tick)(&self.scanned))
    }

    /// The first of a part's rows in the order of time.
    fn best(&self, part: usize, rows: &Rows) -> Vec<u32> {
        let placed = &self.look.snapshot.frame.parts[part];
        // Few are sorted sooner than the whole order has been gone through.
        if rows.len() <= 4 * FIRST {
            return rows.iter().map(|row| placed.base + row as u32).collect();
        }
        let order = placed.segment().order().filter(|row| rows.contains(*row));
        order.take(FIRST).map(|row| placed.base + row as u32).collect()
    }

    fn show(&mut self, part: usize, row: usize) -> Result<ControlFlow<()>> {
        self.scanned.matched += 1;
        let segment = self.look.snapshot.frame.parts[part].segment();
        let facts = segment.facts(row);
        let (source, form) = if self.look.with_form { self.form_of(facts.form)? } else { (Arc::from(""), None) };
        let states = self.look.states;
        let ours = states.and_then(|states| states.ours(part, row));
        let theirs = states.and_then(|states| states.theirs(part, row));
        let resident = Resident { number: segment.number(row), facts };
        let (assignee, due) = states.map_or((None, None), |states| states.charge(part, row));
        let state = ((ours, theirs), Charge::new(assignee, due));
        let candidate = Candidate::resident(self.look.store, segment.id(row), state, (source, form), resident);
        if (self.see)(&candidate).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        Ok(if self.scanned.matched.is_multiple_of(STEP) {
            (self.tick)(&self.scanned)
        } else {
            ControlFlow::Continue(())
        })
    }

    fn form_of(&mut self, no: u32) -> Result<(Arc<str>, Option<StoredForm>)> {
        if let Some((_, form, source)) = self.form.as_ref().filter(|(known, _, _)| *known == no) {
            return Ok((Arc::clone(source), Some(form.clone())));
        }
        let (form, source) = (self.look.store.form(no.into())?, source_of(self.look.store, no)?);
        self.form = Some((no, form.clone(), Arc::clone(&source)));
        Ok((source, Some(form)))
    }
}
