//! Deadlines of whole parts: of most rows no more is needed than their form and the day on which they came.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::evaluate::source_of;
use super::frame::Frame;
use super::states::States;
use crate::domain::calendar::{Day, civil, day_of_number};
use crate::domain::identity::OperationId;
use crate::domain::office_days::{OfficeDays, number_of};
use crate::domain::people::Days;
use crate::domain::status::Status;
use crate::store::error::Result;
use crate::store::{Standing, Store};

/// Reckons the last days of rows, and remembers what many of them have in common.
pub(super) struct LastDays<'q> {
    store: &'q Store,
    frame: &'q Frame,
    states: &'q States,
    office: Arc<OfficeDays>,
    /// 標準処理期間, by form.
    standards: RefCell<HashMap<u32, Option<u32>>>,
    /// The last day of what came on a day, by 標準処理期間.
    lasts: RefCell<HashMap<(u32, Days), Days>>,
    /// Which writers of a status are imports.
    imports: RefCell<HashMap<OperationId, bool>>,
}

impl<'q> LastDays<'q> {
    pub(super) fn new(store: &'q Store, frame: &'q Frame, states: &'q States) -> Result<Self> {
        let office = store.office_days()?;
        let (standards, lasts, imports) = (RefCell::default(), RefCell::default(), RefCell::default());
        Ok(Self { store, frame, states, office, standards, lasts, imports })
    }

    /// The last day of a row as a day number; `None` = it has none, or its clock stands still.
    pub(super) fn of(&self, part: usize, row: usize) -> Result<Option<Days>> {
        let Some(status) = self.states.ours(part, row).filter(|(status, _)| !status.is_final()) else {
            return Ok(None);
        };
        let placed = &self.frame.parts[part];
        let segment = placed.segment();
        let due = self.states.charge(part, row).1.and_then(|day| Days::try_from(day).ok());
        let form = segment.form(row);
        let standard = self.standard(form)?;
        if standard.is_none() && due.is_none() && status.0 != Status::Returned {
            return Ok(None);
        }
        let submitted = segment.facts(row).submitted;
        if self.is_as_it_came(status)? {
            let arrival = submitted.and_then(|at| number_of(civil(&at).date()));
            let by_form = standard
                .zip(arrival)
                .map(|of| *self.lasts.borrow_mut().entry(of).or_insert_with(|| self.office.nth_after(of.1, of.0)));
            return Ok(by_form.into_iter().chain(due).min());
        }
        let header = self.store.form(form.into())?.header;
        let standing = Standing {
            id: segment.id(row),
            status,
            revised: self.states.revised_by(placed.base + row as u32),
            due,
            submitted,
            // Both are asked for what `standard` says already.
            source: "",
            form: &header,
        };
        // The last day is the same on whichever day it is asked for.
        let found = self.store.deadline_by(&self.office, &standing, standard, 0)?;
        Ok(found.and_then(|found| found.day).and_then(number_of))
    }

    /// The same, as a day.
    pub(super) fn day_of(&self, part: usize, row: usize) -> Result<Option<Day>> {
        Ok(self.of(part, row)?.and_then(|day| day_of_number(day.into())))
    }

    fn standard(&self, form: u32) -> Result<Option<u32>> {
        if let Some(known) = self.standards.borrow().get(&form) {
            return Ok(*known);
        }
        let header = self.store.form(form.into())?.header;
        let standard = self.store.standard_days(&source_of(self.store, form)?, &header);
        self.standards.borrow_mut().insert(form, standard);
        Ok(standard)
    }

    fn is_as_it_came(&self, status: (Status, OperationId)) -> Result<bool> {
        if status.0 == Status::Returned {
            return Ok(false);
        }
        if let Some(known) = self.imports.borrow().get(&status.1) {
            return Ok(*known);
        }
        let import = self.store.is_import(status.1)?;
        self.imports.borrow_mut().insert(status.1, import);
        Ok(import)
    }
}
