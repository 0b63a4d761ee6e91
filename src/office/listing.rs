//! Looking: lists, counts, one application, and what the header of the screen says.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use super::deadlines::Deadlines;
use super::desk::Desk;
use super::fault::OfficeError;
use super::present::{cell_of, record_of, row_of};
use super::view::{Record, Row};
use super::work::Work;
use crate::domain::calendar::civil;
use crate::domain::column::Column;
use crate::domain::identity::ApplicationId;
use crate::domain::order::Order;
use crate::domain::query::{Context, Needs, Query, Subject as _};
use crate::domain::reflection::Reflection;
use crate::domain::revision::Since;
use crate::domain::status::Status;
use crate::store::{Entry, Scanned, Store, StoreError};

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Page {
    /// The order.
    pub order: Order,
    /// At most so many.
    pub limit: Option<u64>,
}

/// How many ids are fetched at once.
const BATCH: usize = 256;

/// Shows every application that matches, whole, in order, all as of one moment.
///
/// # Errors
/// What the store says; [`OfficeError::Stopped`].
pub fn list(
    desk: &Desk,
    query: &Query,
    page: Page,
    work: &mut Work<'_>,
    show: &mut dyn FnMut(&Store, Entry) -> Result<(), OfficeError>,
) -> Result<u64, OfficeError> {
    desk.store.at_one_moment(|store| {
        let limit = page.limit.unwrap_or(u64::MAX);
        let mut shown = 0;
        let mut batch = Vec::with_capacity(BATCH);
        let mut failure = None;
        if limit > 0 {
            let scanned = store.scan(
                query,
                Needs::default(),
                page.order,
                &mut |_| if work.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) },
                &mut |candidate| {
                    batch.push(candidate.id);
                    shown += 1;
                    if batch.len() == BATCH
                        && let Err(error) = show_all(store, &mut batch, show)
                    {
                        failure = Some(error);
                        return ControlFlow::Break(());
                    }
                    if shown == limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                },
            )?;
            if let Some(error) = failure {
                return Err(error);
            }
            if !scanned.finished && shown < limit {
                return Err(OfficeError::Stopped);
            }
        }
        show_all(store, &mut batch, show)?;
        Ok(shown)
    })
}

fn show_all(
    store: &Store,
    batch: &mut Vec<ApplicationId>,
    show: &mut dyn FnMut(&Store, Entry) -> Result<(), OfficeError>,
) -> Result<(), OfficeError> {
    for entry in store.entries(batch)? {
        show(store, entry)?;
    }
    batch.clear();
    Ok(())
}

/// Finds what matches, in order, part by part as it goes: the first part as soon as it fills a screen, later ones larger
/// and larger. `part` gets the ids, how many applications have been looked at, how many there are, and whether it is the
/// last one.
///
/// # Errors
/// The query; what the store says; [`OfficeError::Stopped`].
pub fn search(
    desk: &Desk,
    query: &str,
    order: Order,
    stop: &AtomicBool,
    part: &mut dyn FnMut(SearchPart),
) -> Result<(), OfficeError> {
    const FIRST: usize = 64;
    const LARGEST: usize = 1 << 16;
    let query = Query::parse_typing(query, &Context { today: desk.today() })?;
    // Counting a million would keep the first screen waiting; the header counts on a thread of its own.
    let total = desk.store.size_at_most()?;
    let found = RefCell::new(Vec::with_capacity(FIRST));
    let (mut room, mut told) = (FIRST, 0);
    let go_on = || if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let scanned = desk.store.scan(
        &query,
        Needs::default(),
        order,
        &mut |scanned| {
            let mut ids = found.borrow_mut();
            if ids.len() >= room || scanned.seen - told >= LARGEST as u64 {
                room = (room * 4).min(LARGEST);
                told = scanned.seen;
                part(SearchPart { ids: std::mem::take(&mut *ids), scanned: scanned.seen, total, last: false });
            }
            go_on()
        },
        &mut |candidate| {
            found.borrow_mut().push(candidate.id);
            go_on()
        },
    )?;
    if !scanned.finished {
        return Err(OfficeError::Stopped);
    }
    part(SearchPart { ids: found.into_inner(), scanned: scanned.seen, total, last: true });
    Ok(())
}

/// Finds what matches, in no particular order, of the whole store; the query may still be being typed.
///
/// # Errors
/// The query; what the store says; [`OfficeError::Stopped`].
pub fn find(
    desk: &Desk,
    query: &str,
    work: &mut Work<'_>,
    see: &mut dyn FnMut(ApplicationId),
) -> Result<(), OfficeError> {
    let query = Query::parse_typing(query, &Context { today: desk.today() })?;
    let total = Some(desk.store.size_at_most()?);
    let scanned = desk.store.scan_unordered(
        &query,
        Needs::default(),
        &mut |scanned| {
            work.tell(scanned.seen, total, scanned.matched);
            if work.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        },
        &mut |candidate| {
            see(candidate.id);
            ControlFlow::Continue(())
        },
    )?;
    if scanned.finished { Ok(()) } else { Err(OfficeError::Stopped) }
}

/// A part of what a search has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchPart {
    /// Applications, following those of the parts before.
    pub ids: Vec<ApplicationId>,
    /// How many have been looked at.
    pub scanned: u64,
    /// How many there are at most, to say how far the search is.
    pub total: u64,
    /// Whether it is the last part.
    pub last: bool,
}

/// The rows of applications with the cells of these columns, in the order of the ids; those that are gone are left out.
///
/// # Errors
/// What the store says.
pub fn rows(desk: &Desk, ids: &[ApplicationId], columns: &[Column]) -> Result<Vec<Row>, OfficeError> {
    let (store, forms) = (&desk.store, desk.forms());
    let deadlines = columns.contains(&Column::Due).then(|| Deadlines::of(desk)).transpose()?;
    let mut rows = Vec::with_capacity(ids.len());
    for entry in store.entries(ids)? {
        let mut row = row_of(forms, &entry);
        if let Some(deadlines) = &deadlines {
            row.deadline = deadlines.deadline(store, &entry)?;
        }
        for column in columns {
            row.cells.extend(cell_of(store, &entry, column)?.map(|text| (column.clone(), text)));
        }
        rows.push(row);
    }
    Ok(rows)
}

/// One application whole; `None` if it is gone.
///
/// # Errors
/// What the store says.
pub fn record(desk: &Desk, id: ApplicationId) -> Result<Option<Record>, OfficeError> {
    let (store, forms) = (&desk.store, desk.forms());
    let Some(entry) = store.entries(&[id])?.pop() else { return Ok(None) };
    let mut record = record_of(store, forms, &entry, desk.today())?;
    record.row.deadline = Deadlines::of(desk)?.deadline(store, &entry)?;
    Ok(Some(record))
}

/// The application that a person means by `NUMBER` or `source/NUMBER`.
///
/// # Errors
/// [`OfficeError::NumberUnknown`] or [`OfficeError::NumberAmbiguous`].
pub fn resolve(store: &Store, text: &str) -> Result<ApplicationId, OfficeError> {
    let text = text.trim();
    let mut ids = store.by_number(None, text)?;
    if ids.is_empty()
        && let Some((source, number)) = text.split_once('/')
    {
        ids = store.by_number(Some(source), number)?;
    }
    match ids.as_slice() {
        [id] => Ok(*id),
        [] => Err(OfficeError::NumberUnknown(text.to_owned())),
        _ => {
            let entries = store.entries(&ids)?;
            let candidates = entries.iter().map(|e| format!("{}/{}", e.content.source, e.content.number)).collect();
            Err(OfficeError::NumberAmbiguous { number: text.to_owned(), candidates })
        }
    }
}

/// The 整理番号 of applications, in order; those that are gone are left out.
///
/// # Errors
/// What the store says.
pub fn numbers_of(store: &Store, ids: &[ApplicationId]) -> Result<Vec<String>, OfficeError> {
    Ok(store.entries(ids)?.iter().map(|entry| entry.content.number.to_string()).collect())
}

/// What applications can be counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupField {
    /// 処理状況.
    Status,
    /// 元システムの状況.
    SourceStatus,
    /// 様式ID.
    Form,
    /// 様式Ver.
    FormVersion,
    /// 申込回線.
    Line,
    /// 取得元.
    Source,
    /// 反映.
    Reflect,
    /// 申込日, the day in the source's own time.
    Submitted,
    /// 担当.
    Assignee,
    /// 期限.
    Due,
    /// 申込月, by the day in the source's own time.
    Month,
}

impl GroupField {
    const ALL: [(Self, &'static str, &'static str); 11] = [
        (Self::Status, "status", "処理状況"),
        (Self::SourceStatus, "source-status", "元の状況"),
        (Self::Form, "form", "様式"),
        (Self::FormVersion, "form-version", "様式Ver"),
        (Self::Line, "line", "申込回線"),
        (Self::Source, "source", "取得元"),
        (Self::Reflect, "reflect", "反映"),
        (Self::Submitted, "submitted", "申込日時"),
        (Self::Assignee, "assignee", "担当"),
        (Self::Due, "due", "期限"),
        (Self::Month, "month", "申込月"),
    ];

    /// Reads a field of the query language, in either language.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace('_', "-");
        Self::ALL.into_iter().find(|(_, id, japanese)| *id == text || *japanese == text).map(|(field, _, _)| field)
    }

    /// The word of the query language.
    #[must_use]
    pub fn id(self) -> &'static str {
        Self::ALL.into_iter().find(|(field, _, _)| *field == self).map_or("", |(_, id, _)| id)
    }

    /// All words, for an error that lists them.
    #[must_use]
    pub fn ids() -> Vec<&'static str> {
        Self::ALL.into_iter().map(|(_, id, _)| id).collect()
    }
}

/// Applications that agree in every field counted by; `None` = they have no value there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountGroup {
    /// The values, in the order of the fields; a status by its id, a day as ISO.
    pub values: Vec<Option<String>>,
    /// How many.
    pub count: u64,
}

/// Counts what matches, all as of one moment; with fields, by their values too (groups in the order of their values).
///
/// # Errors
/// What the store says; [`OfficeError::Stopped`].
pub fn count(
    desk: &Desk,
    query: &Query,
    by: &[GroupField],
    work: &mut Work<'_>,
) -> Result<(u64, Vec<CountGroup>), OfficeError> {
    let mut go_on = |_: &Scanned| if work.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    if by.is_empty() {
        if query.is_empty() {
            return Ok((desk.store.size()?, Vec::new()));
        }
        let counted = desk.store.count_matching(query, &mut go_on)?;
        return if counted.finished { Ok((counted.matched, Vec::new())) } else { Err(OfficeError::Stopped) };
    }
    let also = Needs { form: true, state: true, ..Needs::default() };
    let mut groups: BTreeMap<Vec<Option<String>>, u64> = BTreeMap::new();
    let scanned = desk.store.scan_unordered(query, also, &mut go_on, &mut |candidate| {
        let values = by.iter().map(|field| value_of(candidate, *field)).collect();
        *groups.entry(values).or_default() += 1;
        ControlFlow::Continue(())
    })?;
    if !scanned.finished {
        return Err(OfficeError::Stopped);
    }
    let groups = groups.into_iter().map(|(values, count)| CountGroup { values, count }).collect();
    Ok((scanned.matched, groups))
}

fn value_of(candidate: &crate::store::Candidate<'_>, field: GroupField) -> Option<String> {
    use crate::domain::application::Line;
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    match field {
        GroupField::Status => text(candidate.status().id()),
        GroupField::SourceStatus => candidate.source_status().and_then(|status| text(status.id())),
        GroupField::Form => text(candidate.form_code()),
        GroupField::FormVersion => text(candidate.form_version()),
        GroupField::Line => candidate.line().map(|line| match line {
            Line::Internet => "internet".to_owned(),
            Line::Staff => "staff".to_owned(),
        }),
        GroupField::Source => text(candidate.source()),
        GroupField::Reflect => text(candidate.reflection().id()),
        GroupField::Assignee => candidate.assignee().and_then(text),
        GroupField::Due => candidate.due().map(|day| day.to_string()),
        GroupField::Month => candidate.submitted().map(|at| {
            let day = civil(&at).date();
            format!("{:04}-{:02}", day.year(), day.month())
        }),
        GroupField::Submitted => candidate.submitted().map(|at| civil(&at).date().to_string()),
    }
}

/// What the header of the screen says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// All applications.
    pub total: u64,
    /// 未処理.
    pub unprocessed: u64,
    /// 反映待ち.
    pub pending: u64,
    /// 要確認.
    pub check: u64,
    /// 補正到着.
    pub corrections: u64,
    /// 申請者の取下げ that we haven't followed.
    pub withdrawals: u64,
}

/// Counts for the header of the screen.
///
/// # Errors
/// What the store says; [`OfficeError::Stopped`].
pub fn summary(store: &Store, work: &Work<'_>) -> Result<Summary, OfficeError> {
    let mut summary = Summary::default();
    store
        .visit_books(&mut |ours, theirs| {
            if work.is_stopped() {
                return Err(StoreError::Changed);
            }
            summary.total += 1;
            summary.unprocessed += u64::from(ours.0 == Status::Unprocessed);
            match Reflection::between(ours, theirs) {
                Reflection::Done => {}
                Reflection::Pending => summary.pending += 1,
                Reflection::Check => summary.check += 1,
            }
            summary.withdrawals += u64::from(Since::between(ours, theirs, None).withdrawn);
            Ok(())
        })
        .map_err(|error| if work.is_stopped() { OfficeError::Stopped } else { error.into() })?;
    store.visit_revised(&mut |_, ours, revised| {
        summary.corrections += u64::from(Since::between(ours, None, Some(revised)).corrected);
        Ok(())
    })?;
    Ok(summary)
}
