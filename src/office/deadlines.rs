//! The deadline of an application, reckoned when it is read: by the definition of its form, the office's calendar, and
//! what the log tells of the times when it was 返却中.

use std::collections::HashMap;
use std::sync::Arc;

use super::desk::Desk;
use super::fault::OfficeError;
use super::form_definitions::Forms;
use super::present::correction_until;
use crate::domain::application::Instant;
use crate::domain::calendar::{JAPAN, civil};
use crate::domain::deadline::{Deadline, DeadlineKind, Pause, on, processing};
use crate::domain::identity::OperationId;
use crate::domain::office_days::{OfficeDays, number_of};
use crate::domain::operation::Value;
use crate::domain::people::Days;
use crate::domain::status::Status;
use crate::store::{Entry, StatusSteps, Store};

/// Reckons deadlines as of one day. What it has read of the log serves the next application: a page stems from few
/// operations.
pub struct Deadlines {
    forms: Arc<Forms>,
    days: Arc<OfficeDays>,
    today: Days,
    steps: HashMap<OperationId, StatusSteps>,
    /// Imports, by their day.
    imports: HashMap<OperationId, Days>,
}

impl std::fmt::Debug for Deadlines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deadlines").field("today", &self.today).finish_non_exhaustive()
    }
}

/// So many operations are kept: each may be of a hundred thousand applications.
const STEPS_KEPT: usize = 64;

impl Deadlines {
    /// Ready to reckon as of today.
    ///
    /// # Errors
    /// What the store says.
    pub fn of(desk: &Desk) -> Result<Self, OfficeError> {
        let forms = Arc::clone(desk.forms());
        let (days, today) = (desk.office_days()?, desk.today_in_log());
        Ok(Self { forms, days, today, steps: HashMap::new(), imports: HashMap::new() })
    }

    /// The deadline of an application; `None` where its work has ended, or none is set. Of two the earlier one counts.
    ///
    /// # Errors
    /// What the store says.
    pub fn deadline(&mut self, store: &Store, entry: &Entry) -> Result<Option<Deadline>, OfficeError> {
        if entry.state.status.0.is_final() {
            return Ok(None);
        }
        // While the applicant has it, what counts is until when it is to come back.
        let corrected = entry.revised.is_some_and(|revised| revised > entry.state.status.1);
        if let Some(day) = correction_until(entry).filter(|_| !corrected).and_then(number_of) {
            return Ok(Some(on(DeadlineKind::Correction, &self.days, day, self.today)));
        }
        let set = match entry.state.due.0 {
            Value::Number(day) => {
                Days::try_from(day).ok().map(|day| on(DeadlineKind::Due, &self.days, day, self.today))
            }
            _ => None,
        };
        let by_form = self.processing(store, entry)?;
        Ok(match (by_form, set) {
            // Where the clock stands still, what staff have set goes on.
            (Some(by_form), Some(set)) => {
                Some(if by_form.day.is_some_and(|day| Some(day) < set.day) { by_form } else { set })
            }
            (one, other) => one.or(other),
        })
    }

    fn processing(&mut self, store: &Store, entry: &Entry) -> Result<Option<Deadline>, OfficeError> {
        let content = &entry.content;
        let form = self.forms.definitions.of_header(&content.source, &content.form);
        let Some(standard) = form.and_then(|form| form.standard_days) else { return Ok(None) };
        let Some(arrival) = content.submitted.and_then(|at| number_of(civil(&at).date())) else { return Ok(None) };
        let pauses = self.pauses(store, entry)?;
        Ok(Some(processing(&self.days, arrival, standard, &pauses, self.today)))
    }

    /// The times when it was 返却中, in their order. Such a time ends with 補正到着, or with our next decision.
    fn pauses(&mut self, store: &Store, entry: &Entry) -> Result<Vec<Pause>, OfficeError> {
        let mut pauses = Vec::new();
        // From the present status back: what comes behind ends what lies before.
        let (mut next, mut at) = (None::<(OperationId, Days)>, Some(entry.state.status));
        while let Some((status, written)) = at {
            let (before, day) = self.step(store, entry, written)?;
            if status == Status::Returned {
                let in_time = |id: &OperationId| *id > written && next.is_none_or(|(decided, _)| *id < decided);
                let corrected = store.content_operations(entry.id)?.into_iter().find(in_time);
                let corrected = corrected.map(|id| store.operation_at(id)).transpose()?.flatten().map(day_of);
                pauses.push(Pause { since: day, until: corrected.or(next.map(|(_, day)| day)) });
            }
            (next, at) = (Some((written, day)), before);
        }
        pauses.reverse();
        Ok(pauses)
    }

    /// What an application had before an operation, and the day of that operation. An import that brought it ends the
    /// walk, and isn't read for that.
    fn step(&mut self, store: &Store, entry: &Entry, written: OperationId) -> Result<Step, OfficeError> {
        if let Some(day) = self.imports.get(&written) {
            return Ok((None, *day));
        }
        if !self.steps.contains_key(&written) {
            if store.is_import(written)? {
                let day = day_of(store.operation_at(written)?.unwrap_or_default());
                self.imports.insert(written, day);
                return Ok((None, day));
            }
            if self.steps.len() >= STEPS_KEPT {
                self.steps.clear();
            }
        }
        let steps = match self.steps.entry(written) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(free) => free.insert(store.status_steps(written)?),
        };
        Ok((steps.from(entry.id)?, day_of(steps.at_ms())))
    }
}

/// The status before with the operation that wrote it, and the day on which it was changed.
type Step = (Option<(Status, OperationId)>, Days);

/// The day of an operation, in Japan.
fn day_of(at_ms: i64) -> Days {
    let at = Instant { seconds: at_ms.div_euclid(1000), offset_minutes: JAPAN };
    number_of(civil(&at).date()).unwrap_or_default()
}
