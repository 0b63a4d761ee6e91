//! Deadlines, reckoned when they are asked for: by the definitions of forms, the office's calendar, and what the log tells
//! of the times when an application was 返却中. Nothing of it is stored, so a new holiday is in force at once.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use super::Store;
use super::change::StatusSteps;
use super::error::Result;
use crate::domain::application::{FormHeader, Instant};
use crate::domain::calendar::{JAPAN, civil};
use crate::domain::deadline::{Deadline, Pause, Terms, reckon};
use crate::domain::form::Definitions;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::office_days::{OfficeDays, number_of};
use crate::domain::people::Days;
use crate::domain::status::Status;

/// So many operations are kept: each may be of a hundred thousand applications.
const STEPS_KEPT: usize = 64;

/// So many applications' pauses are kept: who counts again soon after doesn't walk through the log again.
const PAUSES_KEPT: usize = 1 << 17;

/// What a deadline is reckoned of.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// The application.
    pub id: ApplicationId,
    /// Its status, with the operation that wrote it.
    pub status: (Status, OperationId),
    /// The import that brought its present revision.
    pub revised: Option<OperationId>,
    /// 期限 that staff have set.
    pub due: Option<Days>,
    /// 申込日時.
    pub submitted: Option<Instant>,
    /// 取得元.
    pub source: &'a str,
    /// Its form.
    pub form: &'a FormHeader,
}

/// Whose pauses: they change with the status and with the revision only.
type PausedAs = (ApplicationId, OperationId, Option<OperationId>);

/// An application, its status with the operation that wrote it, and the import that brought its present revision.
pub(super) type SentBack = (ApplicationId, (Status, OperationId), Option<OperationId>);

/// What a store has read for reckoning.
#[derive(Default)]
pub(super) struct Reckoning {
    definitions: OnceCell<Arc<Definitions>>,
    define: Option<Box<dyn Fn() -> Arc<Definitions> + Send>>,
    days: RefCell<Option<(Option<OperationId>, Arc<OfficeDays>)>>,
    walked: RefCell<Walked>,
}

#[derive(Default)]
struct Walked {
    steps: HashMap<OperationId, StatusSteps>,
    /// Imports, by their day.
    imports: HashMap<OperationId, Days>,
    pauses: HashMap<PausedAs, Arc<[Pause]>>,
}

/// The status before with the operation that wrote it, and the day on which it was changed.
pub(super) type Step = (Option<(Status, OperationId)>, Days);

impl Store {
    /// Says where the definitions of forms are to be had, which are read when one is first needed.
    pub fn knows_forms_by(&mut self, define: impl Fn() -> Arc<Definitions> + Send + 'static) {
        self.reckoning.define = Some(Box::new(define));
    }

    pub(super) fn definitions(&self) -> &Arc<Definitions> {
        let define = || self.reckoning.define.as_ref().map(|define| define()).unwrap_or_default();
        self.reckoning.definitions.get_or_init(define)
    }

    /// The days on which the office works.
    ///
    /// # Errors
    /// [`StoreError::Damaged`](super::StoreError::Damaged) if the log can't be read.
    pub fn office_days(&self) -> Result<Arc<OfficeDays>> {
        let version = self.office_calendar_version()?;
        let mut kept = self.reckoning.days.borrow_mut();
        if let Some((_, days)) = kept.as_ref().filter(|(known, _)| *known == version) {
            return Ok(Arc::clone(days));
        }
        let days = Arc::new(self.office_calendar()?.office_days());
        *kept = Some((version, Arc::clone(&days)));
        Ok(days)
    }

    /// 標準処理期間 of a form in 開庁日; `None` where no definition says one.
    pub(super) fn standard_days(&self, source: &str, form: &FormHeader) -> Option<u32> {
        self.definitions().of_header(source, form)?.standard_days
    }

    /// The deadline of an application as of a day; `None` where its work has ended, or none is set. Of two the earlier one
    /// counts.
    ///
    /// # Errors
    /// [`StoreError::Damaged`](super::StoreError::Damaged) if the log can't be read.
    pub fn deadline(&self, office: &OfficeDays, of: &Standing<'_>, today: Days) -> Result<Option<Deadline>> {
        if of.status.0.is_final() {
            return Ok(None);
        }
        self.deadline_by(office, of, self.standard_days(of.source, of.form), today)
    }

    /// As [`Self::deadline`], where 標準処理期間 is known.
    pub(super) fn deadline_by(
        &self,
        office: &OfficeDays,
        of: &Standing<'_>,
        standard: Option<u32>,
        today: Days,
    ) -> Result<Option<Deadline>> {
        let terms = Terms {
            status: of.status.0,
            correction: self.correction_in_force((of.id, of.status, of.revised))?,
            due: of.due,
            processing: of.submitted.and_then(|at| number_of(civil(&at).date())).zip(standard),
        };
        reckon(office, &terms, today, || self.pauses(of))
    }

    /// 補正期限 that is in force: that of the operation that sent it back, until something new has come.
    pub(super) fn correction_in_force(&self, (id, (status, written), revised): SentBack) -> Result<Option<Days>> {
        if status != Status::Returned || revised.is_some_and(|revised| revised > written) {
            return Ok(None);
        }
        let set = self.correction_of(id)?.filter(|(_, by)| *by == written);
        Ok(set.and_then(|(day, _)| Days::try_from(day).ok()))
    }

    /// The times when it was 返却中, in their order. Such a time ends with 補正到着, or with our next decision.
    fn pauses(&self, of: &Standing<'_>) -> Result<Arc<[Pause]>> {
        let as_of = (of.id, of.status.1, of.revised);
        if let Some(known) = self.reckoning.walked.borrow().pauses.get(&as_of) {
            return Ok(Arc::clone(known));
        }
        let mut pauses = Vec::new();
        // From the present status back: what comes behind ends what lies before.
        let (mut next, mut at) = (None::<(OperationId, Days)>, Some(of.status));
        while let Some((status, written)) = at {
            let (before, day) = self.step(of.id, written)?;
            if status == Status::Returned {
                let in_time = |id: &OperationId| *id > written && next.is_none_or(|(decided, _)| *id < decided);
                let corrected = self.content_operations(of.id)?.into_iter().find(in_time);
                let corrected = corrected.map(|id| self.operation_at(id)).transpose()?.flatten().map(day_of);
                pauses.push(Pause { since: day, until: corrected.or(next.map(|(_, day)| day)) });
            }
            (next, at) = (Some((written, day)), before);
        }
        pauses.reverse();
        let pauses: Arc<[Pause]> = pauses.into();
        let known = &mut self.reckoning.walked.borrow_mut().pauses;
        if known.len() >= PAUSES_KEPT {
            known.clear();
        }
        known.insert(as_of, Arc::clone(&pauses));
        Ok(pauses)
    }

    /// What an application had before an operation, and the day of that operation. An import that brought it ends the
    /// walk, and isn't read for that.
    pub(super) fn step(&self, id: ApplicationId, written: OperationId) -> Result<Step> {
        let walked = &mut *self.reckoning.walked.borrow_mut();
        if let Some(day) = walked.imports.get(&written) {
            return Ok((None, *day));
        }
        if !walked.steps.contains_key(&written) {
            if self.is_import(written)? {
                let day = day_of(self.operation_at(written)?.unwrap_or_default());
                walked.imports.insert(written, day);
                return Ok((None, day));
            }
            if walked.steps.len() >= STEPS_KEPT {
                walked.steps.clear();
            }
        }
        let steps = match walked.steps.entry(written) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(free) => free.insert(self.status_steps(written)?),
        };
        Ok((steps.from(id)?, day_of(steps.at_ms())))
    }
}

/// The day of an operation, in Japan.
fn day_of(at_ms: i64) -> Days {
    let at = Instant { seconds: at_ms.div_euclid(1000), offset_minutes: JAPAN };
    number_of(civil(&at).date()).unwrap_or_default()
}
