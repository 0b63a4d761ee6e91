//! One application under a scan, as a query and the caller of the scan see it: over its row in the tables, or over what
//! the index knows of it.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::Row;

use super::error::{Result, StoreError};
use super::{Standing, Store, forms::StoredForm, search::Facts, text};
use crate::domain::application::{FormHeader, Instant, Line};
use crate::domain::calendar::{Day, day_of_number};
use crate::domain::finding::Finding;
use crate::domain::fold::has_gaiji;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::office_days::number_of;
use crate::domain::query::{Feature, Needs, Subject};
use crate::domain::record::line_from_code;
use crate::domain::reflection::Reflection;
use crate::domain::revision::Since;
use crate::domain::ruling::Ruled;
use crate::domain::status::Status;

/// What a book says of an application: a status, and the operation that wrote it.
pub type Book = (Status, OperationId);

/// Both books, ours and the source's, from the columns `status, status_op, source_status, source_op` from index `from` on.
pub(super) fn books_of_row(row: &Row<'_>, from: usize, id: ApplicationId) -> Result<(Book, Option<Book>)> {
    let status =
        |code: u8| Status::from_code(code).ok_or_else(|| StoreError::Damaged(format!("state {}", id.as_u64())));
    let operation = |column: i64| OperationId::from_u64(column as u64);
    let theirs = match (row.get::<_, Option<u8>>(from + 2)?, row.get::<_, Option<i64>>(from + 3)?) {
        (Some(code), Some(written)) => Some((status(code)?, operation(written))),
        _ => None,
    };
    Ok(((status(row.get(from)?)?, operation(row.get(from + 1)?)), theirs))
}

/// One application under a scan. Only what the query or the caller asked for is there; the rest is empty.
pub struct Candidate<'a> {
    /// Its id.
    pub id: ApplicationId,
    /// Our status, and the operation that wrote it.
    pub status: (Status, OperationId),
    pub(super) source_status: Option<(Status, OperationId)>,
    pub(super) revised: Option<OperationId>,
    pub(super) charge: Charge,
    pub(super) needs: Needs,
    pub(super) content: Content<'a>,
    pub(super) source: Arc<str>,
    pub(super) form: Option<StoredForm>,
    pub(super) store: &'a Store,
    pub(super) times: Option<&'a RefCell<HashMap<OperationId, Option<i64>>>>,
}

/// Who is in charge, and until when.
#[derive(Debug, Clone, Default)]
pub(super) struct Charge {
    /// 担当, by birth operation.
    pub assignee: Option<OperationId>,
    /// 期限.
    pub due: Option<Day>,
    code: OnceCell<Option<String>>,
}

impl Charge {
    /// Of an operator and a day's number.
    pub(super) fn new(assignee: Option<OperationId>, due: Option<u64>) -> Self {
        Self { assignee, due: due.and_then(day_of_number), code: OnceCell::new() }
    }
}

/// Where the content of a candidate is read.
pub(super) enum Content<'a> {
    /// In its row.
    Row(&'a Row<'a>),
    /// In the index, which has no text to show but the number.
    Resident(Resident<'a>),
}

/// What the index knows of an application's content.
pub(super) struct Resident<'a> {
    pub number: &'a str,
    pub facts: Facts,
}

/// Where the groups of columns begin.
pub(super) const STATE: usize = 1;
pub(super) const FORM: usize = 5;
const CORE: usize = 10;
const ITEMS: usize = 15;
pub(super) const REVISED: usize = 16;
pub(super) const CHARGE: usize = 17;

impl<'a> Candidate<'a> {
    fn text(&self, column: usize) -> Option<&str> {
        let row = match &self.content {
            Content::Row(row) if self.needs.core || self.needs.gaiji => row,
            Content::Resident(resident) if column == CORE => return Some(resident.number),
            _ => return None,
        };
        // A column that isn't text can't be written by this program; `check` finds it.
        row.get_ref(column).ok().and_then(|value| value.as_str().ok())
    }

    /// One that the index found; its state is there where the query or the caller asked for it.
    pub(super) fn resident(
        store: &'a Store,
        id: ApplicationId,
        ((ours, theirs), charge): ((Option<Book>, Option<Book>), Charge),
        (source, form): (Arc<str>, Option<StoredForm>),
        content: Resident<'a>,
    ) -> Self {
        Self {
            id,
            status: ours.unwrap_or((Status::Unprocessed, OperationId::from_u64(0))),
            source_status: theirs,
            revised: None,
            charge,
            needs: Needs::default(),
            content: Content::Resident(content),
            source,
            form,
            store,
            times: None,
        }
    }

    /// Its form, where the query or the caller asked for it.
    #[must_use]
    pub fn form_header(&self) -> Option<&Arc<FormHeader>> {
        self.form.as_ref().map(|form| &form.header)
    }

    /// 元システムの状況, and the import that last changed it.
    #[must_use]
    pub const fn theirs(&self) -> Option<(Status, OperationId)> {
        self.source_status
    }

    /// The operation that changed it last, ours or the source's.
    fn last_written(&self) -> OperationId {
        self.source_status.map_or(self.status.1, |(_, written)| written.max(self.status.1))
    }
}

impl Subject for Candidate<'_> {
    fn source(&self) -> &str {
        &self.source
    }
    fn number(&self) -> &str {
        self.text(CORE).unwrap_or_default()
    }
    fn name(&self) -> Option<&str> {
        self.text(CORE + 1)
    }
    fn kana(&self) -> Option<&str> {
        self.text(CORE + 2)
    }
    fn mail(&self) -> Option<&str> {
        self.text(CORE + 3)
    }
    fn remarks(&self) -> Option<&str> {
        self.text(CORE + 4)
    }
    fn form_code(&self) -> &str {
        self.form.as_ref().map_or("", |form| &form.header.code)
    }
    fn form_version(&self) -> &str {
        self.form.as_ref().map_or("", |form| &form.header.version)
    }
    fn form_name(&self) -> &str {
        self.form.as_ref().map_or("", |form| &form.header.name)
    }
    fn submitted(&self) -> Option<Instant> {
        let row = match &self.content {
            Content::Row(row) => row,
            Content::Resident(resident) => return resident.facts.submitted,
        };
        let seconds = row.get::<_, Option<i64>>(FORM + 2).ok()??;
        let offset_minutes = row.get::<_, Option<i16>>(FORM + 3).ok()?.unwrap_or(crate::domain::calendar::JAPAN);
        Some(Instant { seconds, offset_minutes })
    }
    fn updated(&self) -> Option<Instant> {
        let written = self.last_written();
        let read = || self.store.operation_at(written).ok().flatten();
        let at = match self.times {
            Some(times) => *times.borrow_mut().entry(written).or_insert_with(read),
            None => read(),
        };
        at.map(|ms| Instant { seconds: ms.div_euclid(1000), offset_minutes: crate::domain::calendar::JAPAN })
    }
    fn status(&self) -> Status {
        self.status.0
    }
    fn source_status(&self) -> Option<Status> {
        self.source_status.map(|(status, _)| status)
    }
    fn reflection(&self) -> Reflection {
        Reflection::between(self.status, self.source_status)
    }
    fn line(&self) -> Option<Line> {
        match &self.content {
            Content::Row(row) => row.get::<_, Option<u8>>(FORM + 4).ok()?.and_then(line_from_code),
            Content::Resident(resident) => resident.facts.line,
        }
    }
    fn items(&self, visit: &mut dyn FnMut(&str, &str)) {
        let (Some(form), Content::Row(row)) = (&self.form, &self.content) else { return };
        let items = row.get_ref(ITEMS).ok().and_then(|value| value.as_str().ok()).and_then(text::decode);
        for (name, value) in form.header.items.iter().zip(items.unwrap_or_default()) {
            if let Some(value) = value {
                visit(name, &value);
            }
        }
    }
    fn kept_until(&self) -> Option<Day> {
        let form = self.form.as_ref()?;
        let years = self.store.years_of(&self.source, &form.header)?;
        self.store.kept_until(self.id, (years, true), self.status).unwrap_or_default()
    }
    fn due(&self) -> Option<Day> {
        self.charge.due
    }
    fn deadline(&self) -> Option<Day> {
        let standing = Standing {
            id: self.id,
            status: self.status,
            revised: self.revised,
            due: self.charge.due.and_then(number_of),
            submitted: self.submitted(),
            source: &self.source,
            form: &self.form.as_ref()?.header,
        };
        // What can't be read is found by `check`. The last day is the same on whichever day it is asked for.
        let office = self.store.office_days().ok()?;
        self.store.deadline(&office, &standing, 0).ok()??.day
    }
    fn assignee(&self) -> Option<&str> {
        let id = self.charge.assignee?;
        self.charge.code.get_or_init(|| self.store.operator_code(id).ok().flatten()).as_deref()
    }
    fn is_mine(&self) -> bool {
        self.assignee().is_some_and(|code| self.store.is_own(code))
    }
    fn any_tag(&self, is: &mut dyn FnMut(&str) -> bool) -> bool {
        // What can't be read is found by `check`.
        self.store.tags_of(self.id).unwrap_or_default().iter().any(|name| is(name))
    }
    fn individual_number(&self, is: &mut dyn FnMut(&str) -> bool) -> bool {
        // What can't be read is found by `check`.
        self.store.individual_number(self.id).unwrap_or_default().is_some_and(|number| is(&number))
    }
    fn ruling(&self, is: &mut dyn FnMut(&Ruled) -> bool) -> bool {
        let ruling = self.store.ruling_of(self.id).unwrap_or_default();
        let found = ruling.and_then(|ruling| self.store.ruling(ruling).unwrap_or_default());
        found.is_some_and(|found| is(&found.ruled()))
    }
    fn received_on(&self) -> Option<Day> {
        self.store.received(self.id).unwrap_or_default().and_then(|one| day_of_number(one.day.into()))
    }
    fn received_number(&self, is: &mut dyn FnMut(&str) -> bool) -> bool {
        let received = self.store.received(self.id).unwrap_or_default();
        received.and_then(|one| one.number).is_some_and(|number| is(&number))
    }
    fn reminder_waits(&self, today: Day) -> bool {
        let waits = |today| self.store.reminder_waiting((self.id, self.status, self.revised), today);
        // What can't be read is found by `check`.
        number_of(today).is_some_and(|today| waits(today).unwrap_or_default().is_some())
    }
    fn finding(&self) -> Option<Finding> {
        self.store.finding_code(self.id).unwrap_or_default()
    }
    fn has(&self, feature: Feature) -> bool {
        let since = || Since::between(self.status, self.source_status, self.revised);
        match feature {
            Feature::Gaiji => {}
            Feature::Revision => return since().revised,
            Feature::Correction => return since().corrected,
            Feature::Withdrawal => return since().withdrawn,
            Feature::Assignee => return self.charge.assignee.is_some(),
            Feature::Due => return self.charge.due.is_some(),
            Feature::Tag => return self.any_tag(&mut |_| true),
            Feature::IndividualNumber => return self.individual_number(&mut |_| true),
            Feature::Ruling => return self.ruling(&mut |_| true),
            Feature::Received => return self.received_on().is_some(),
            Feature::Result => return self.finding().is_some(),
            Feature::HandedOver => return self.store.was_handed_over(self.id).unwrap_or_default(),
            Feature::Note => return self.store.has_note(self.id).unwrap_or_default(),
            Feature::Callback => return self.store.awaits_callback(self.id).unwrap_or_default(),
            Feature::Attachment | Feature::Duplicate | Feature::Reminder => return false,
        }
        if let Content::Resident(resident) = &self.content {
            return resident.facts.gaiji;
        }
        let fields = (CORE..ITEMS).any(|column| self.text(column).is_some_and(has_gaiji));
        let mut found = fields;
        self.items(&mut |_, value| found = found || has_gaiji(value));
        found
    }
}
