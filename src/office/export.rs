//! Exporting applications: CSV for people or machines, XLSX. The item columns are the union over all forms and versions;
//! a cell that an application doesn't have is absent, not empty.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::BufWriter;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::desk::Desk;
use super::export_columns::{Column, chosen};
use super::fault::OfficeError;
use super::outgoing::{Filled, Leaving, Receipt, outgoing};
use super::present::{due_of, received_of, updated};
use super::release::{Deed, ask};
use super::replaced::list_replaced;
use super::status::Target;
use super::work::Work;
use crate::domain::application::{Content, Field, FormHeader, Instant};
use crate::domain::calendar::{JAPAN, civil, iso};
use crate::domain::identity::ApplicationId;
use crate::domain::marks::Marks;
use crate::domain::order::Order;
use crate::domain::people::Act;
use crate::domain::query::{Needs, Query};
use crate::domain::reflection::Reflection;
use crate::exchange::cell::Cell;
use crate::exchange::csv_target::{CsvOptions, CsvTarget, OnUnmappable, TargetEncoding, Unmappable};
use crate::exchange::fault::ExportError;
use crate::exchange::sekisho::line_label;
use crate::exchange::xlsx_target::XlsxTarget;
use crate::store::{Entry, Store, StoreError, StoredRuling};

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// CSV, written in this way.
    Csv(CsvOptions),
    /// XLSX with text cells.
    Xlsx,
}

impl ExportFormat {
    /// CSV for people, which a spreadsheet opens as it is.
    #[must_use]
    pub const fn csv_for_people() -> Self {
        Self::Csv(CsvOptions::usual(TargetEncoding::Utf8Bom))
    }

    /// CSV for machines, byte-exact.
    #[must_use]
    pub const fn csv_for_machines() -> Self {
        Self::Csv(CsvOptions::usual(TargetEncoding::Utf8))
    }
}

/// What is to leave.
#[derive(Debug, Clone)]
pub struct ExportRequest<'a> {
    /// The kind of file.
    pub format: ExportFormat,
    /// Where to.
    pub out: &'a Path,
    /// Which applications: a query (with its text, for the log), or these.
    pub which: Which<'a>,
    /// The columns, by their names; `None` = all.
    pub columns: Option<Vec<String>>,
    /// Whether the columns are those of a view: an item that no application has is an empty column there, no mistake.
    pub of_view: bool,
    /// In which order, where a query chooses them.
    pub order: Order,
}

/// Which applications leave.
#[derive(Debug, Clone)]
pub enum Which<'a> {
    /// Those that match; the text stands in the log as payload.
    Query(&'a Query, &'a str),
    /// These.
    Ids(&'a [ApplicationId]),
    /// Those of a set that match: what was shown to a second person, in the order of the list.
    Within(&'a Query, &'a str, &'a Marks),
}

/// A character that the encoding can't give back.
pub type UnmappableCharacter = Unmappable;

/// What an export did.
#[derive(Debug, Clone, Default)]
pub struct ExportReport {
    /// The record of the file; `None` where it would have held characters that its encoding can't give back.
    pub receipt: Option<Receipt>,
    /// Those characters.
    pub unmappable: Vec<UnmappableCharacter>,
    /// The list of what was replaced by 〓.
    pub replaced: Option<PathBuf>,
}

/// Exports applications, all as of one moment.
///
/// # Errors
/// [`OfficeError::NothingMatched`], [`OfficeError::UnknownColumn`], [`OfficeError::Stopped`], what the store or the disk
/// says: there is no file then. Unmappable characters are no error here: the report has them and no receipt.
pub fn export(desk: &mut Desk, request: &ExportRequest<'_>, work: &mut Work<'_>) -> Result<ExportReport, OfficeError> {
    let (format, text) = (
        match request.format {
            ExportFormat::Csv(_) => "csv",
            ExportFormat::Xlsx => "xlsx",
        },
        match request.which {
            Which::Query(_, text) | Which::Within(_, text, _) => Some(text).filter(|text| !text.is_empty()),
            Which::Ids(_) => None,
        },
    );
    let leaving = Leaving { act: Act::Export, format, text };
    let target = match request.which {
        Which::Query(query, _) | Which::Within(query, ..) => Target::Query(query.clone()),
        Which::Ids(ids) => Target::Ids(ids.to_vec()),
    };
    ask(desk, &Deed::export(request), Some(&target))?;
    let created = desk.now_ms().div_euclid(1000);
    let mut unmappable = Vec::new();
    let result = outgoing(desk, &leaving, request.out, |file, store| -> Result<_, Refusal> {
        let (ids, items) = survey(store, request, work)?;
        if ids.is_empty() {
            return Err(OfficeError::NothingMatched.into());
        }
        let columns = chosen(request.columns.as_deref(), request.of_view, &items)?;
        let header: Vec<String> = columns.iter().map(Column::header).collect();
        let filled = Filled { count: ids.len() as u64, columns: header.clone() };
        match request.format {
            ExportFormat::Csv(options) => {
                let mut target = CsvTarget::new(BufWriter::with_capacity(1 << 18, file), header, options)?;
                each(store, &ids, &columns, options.for_people(), work, &mut |cells| {
                    target.write_row(cells)?;
                    unmappable.extend(target.take_unmappable());
                    Ok(())
                })?;
                target.finish()?;
                if !unmappable.is_empty() && options.on_unmappable == OnUnmappable::Error {
                    return Err(ExportError::Unmappable(unmappable.len() as u64).into());
                }
            }
            ExportFormat::Xlsx => {
                let mut target = XlsxTarget::new(header, store.dir(), created)?;
                each(store, &ids, &columns, false, work, &mut |cells| target.write_row(cells))?;
                target.finish(BufWriter::new(file))?;
            }
        }
        Ok(filled)
    });
    let receipt = match result {
        Ok(receipt) => Some(receipt),
        Err(OfficeError::Export { error: ExportError::Unmappable(_), .. }) => None,
        Err(other) => return Err(other),
    };
    let mut report = ExportReport { receipt, unmappable, replaced: None };
    if report.receipt.is_some() && !report.unmappable.is_empty() {
        report.replaced = Some(list_replaced(desk, leaving.act, request.out, &report.unmappable)?);
    }
    Ok(report)
}

/// Which applications leave, in order, and the union of their item names: forms in the order of id and version, items in
/// the order of their form.
fn survey(
    store: &Store,
    request: &ExportRequest<'_>,
    work: &Work<'_>,
) -> Result<(Vec<ApplicationId>, Vec<String>), OfficeError> {
    let mut ids = Vec::new();
    let mut forms: BTreeMap<(String, String, usize), Arc<FormHeader>> = BTreeMap::new();
    let mut note = |form: &Arc<FormHeader>| {
        let key = (form.code.clone(), form.version.clone(), Arc::as_ptr(form) as usize);
        forms.entry(key).or_insert_with(|| Arc::clone(form));
    };
    match request.which {
        Which::Query(query, _) | Which::Within(query, ..) => {
            let among = match request.which {
                Which::Within(_, _, among) => Some(among),
                _ => None,
            };
            let also = Needs { form: true, ..Needs::default() };
            let scanned = store.scan(
                query,
                also,
                request.order,
                &mut |_| if work.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) },
                &mut |candidate| {
                    if among.is_some_and(|among| !among.contains(candidate.id)) {
                        return ControlFlow::Continue(());
                    }
                    ids.push(candidate.id);
                    if let Some(form) = candidate.form_header() {
                        note(form);
                    }
                    ControlFlow::Continue(())
                },
            )?;
            if !scanned.finished {
                return Err(OfficeError::Stopped);
            }
        }
        Which::Ids(wanted) => {
            for part in wanted.chunks(256) {
                for entry in store.entries(part)? {
                    note(&entry.content.form);
                    ids.push(entry.id);
                }
            }
        }
    }
    let mut seen = HashSet::new();
    let mut items = Vec::new();
    // Two headers of one form and version are told apart by their items, so that the order doesn't hang on addresses.
    let mut headers: Vec<Arc<FormHeader>> = forms.into_values().collect();
    headers.sort_by(|a, b| (&a.code, &a.version, &a.items).cmp(&(&b.code, &b.version, &b.items)));
    for form in headers {
        for item in &form.items {
            if seen.insert(item.clone()) {
                items.push(item.clone());
            }
        }
    }
    Ok((ids, items))
}

/// What can end the writing of a file.
pub(super) enum Refusal {
    Export(ExportError),
    Office(OfficeError),
}

impl From<ExportError> for Refusal {
    fn from(error: ExportError) -> Self {
        Self::Export(error)
    }
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        Self::Export(error.into())
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Office(error.into())
    }
}

impl From<OfficeError> for Refusal {
    fn from(error: OfficeError) -> Self {
        Self::Office(error)
    }
}

impl super::outgoing::Refused for Refusal {
    fn named(self, path: &Path) -> OfficeError {
        match self {
            Self::Export(error) => OfficeError::Export { file: path.to_owned(), error },
            Self::Office(error) => error,
        }
    }
}

/// Shows the cells of every application.
fn each(
    store: &Store,
    ids: &[ApplicationId],
    columns: &[Column],
    for_people: bool,
    work: &mut Work<'_>,
    write: &mut dyn FnMut(&[Cell<'_>]) -> Result<(), ExportError>,
) -> Result<(), Refusal> {
    let mut done = 0;
    let mut places: HashMap<usize, (Arc<FormHeader>, Vec<Option<usize>>)> = HashMap::new();
    for part in ids.chunks(256) {
        for entry in store.entries(part)? {
            let form = &entry.content.form;
            let (_, items) = places
                .entry(Arc::as_ptr(form) as usize)
                .or_insert_with(|| (Arc::clone(form), item_places(form, columns)));
            let submitted = entry.content.submitted.map(|at| time_text(&at, for_people));
            let updated = match columns.contains(&Column::Updated) {
                true => updated(store, &entry)?.map(|at| time_text(&at, for_people)),
                false => None,
            };
            let version = entry.state.version.to_string();
            let due = due_of(&entry).map(|day| day.to_string());
            let received = received_of(&entry).and_then(|one| one.on).map(|day| day.to_string());
            let ruled = entry.ruling.as_ref().map(StoredRuling::ruled);
            let decided_on = ruled.as_ref().and_then(|ruled| ruled.decided_on).map(|day| day.to_string());
            let made = Made {
                submitted: submitted.as_deref(),
                updated: updated.as_deref(),
                version: &version,
                due: due.as_deref(),
                received_on: received.as_deref(),
                decided_on: decided_on.as_deref(),
                document_number: ruled.as_ref().and_then(|ruled| ruled.document_number.as_deref()),
                tags: &entry.tags.join(", "),
            };
            let cells: Vec<Cell<'_>> =
                columns.iter().zip(items.iter()).map(|(column, item)| cell(&entry, column, *item, &made)).collect();
            write(&cells)?;
        }
        done += part.len() as u64;
        work.tell(done, Some(ids.len() as u64), done);
        if work.is_stopped() {
            return Err(OfficeError::Stopped.into());
        }
    }
    Ok(())
}

/// For each column the place of its item in a form.
fn item_places(form: &FormHeader, columns: &[Column]) -> Vec<Option<usize>> {
    columns
        .iter()
        .map(|column| match column {
            Column::Item(name) => form.items.iter().position(|item| item == name),
            _ => None,
        })
        .collect()
}

/// 申込日時 as [`time_text`] writes it.
pub(super) fn submitted_text(content: &Content, for_people: bool) -> Option<String> {
    content.submitted.map(|at| time_text(&at, for_people))
}

/// A time in a form that spreadsheets leave readable and the calendar reads back.
fn time_text(at: &Instant, for_people: bool) -> String {
    if for_people && at.offset_minutes == JAPAN { civil(at).strftime("%Y-%m-%d %H:%M:%S").to_string() } else { iso(at) }
}

/// Texts that an application doesn't hold itself.
struct Made<'a> {
    submitted: Option<&'a str>,
    updated: Option<&'a str>,
    version: &'a str,
    due: Option<&'a str>,
    received_on: Option<&'a str>,
    decided_on: Option<&'a str>,
    document_number: Option<&'a str>,
    tags: &'a str,
}

fn cell<'a>(entry: &'a Entry, column: &Column, item: Option<usize>, made: &Made<'a>) -> Cell<'a> {
    let content = &entry.content;
    let raw = |field: Field| content.raw.get(&(field as u32)).map(Vec::as_slice);
    let text = |text: Option<&'a str>| text.map_or(Cell::ABSENT, Cell::text);
    match column {
        Column::Source => Cell::text(&content.source),
        Column::SourceStatus => text(entry.state.source.map(|(status, _)| status.label())),
        Column::UserId => text(content.user_id.as_deref()).with_raw(raw(Field::UserId)),
        Column::Mail => text(content.mail.as_deref()).with_raw(raw(Field::Mail)),
        Column::Number => Cell::code(content.number.as_str()).with_raw(raw(Field::Number)),
        Column::Name => text(content.name.as_deref()).with_raw(raw(Field::Name)),
        Column::Kana => text(content.kana.as_deref()).with_raw(raw(Field::Kana)),
        Column::FormVersion => Cell::code(&content.form.version).with_raw(raw(Field::FormVersion)),
        Column::FormCode => Cell::code(&content.form.code).with_raw(raw(Field::FormCode)),
        Column::FormName => Cell::text(&content.form.name).with_raw(raw(Field::FormName)),
        Column::Submitted => made.submitted.map_or(Cell::ABSENT, Cell::date),
        Column::Line => text(content.line.map(line_label)),
        Column::Status => Cell::text(entry.state.status.0.label()),
        Column::Reflection => Cell::text(Reflection::between(entry.state.status, entry.state.source).label()),
        Column::Updated => made.updated.map_or(Cell::ABSENT, Cell::date),
        Column::Version => Cell::code(made.version),
        Column::Assignee => entry.assignee.as_deref().map_or(Cell::ABSENT, Cell::code),
        Column::Due => made.due.map_or(Cell::ABSENT, Cell::date),
        Column::Tags => Some(made.tags).filter(|tags| !tags.is_empty()).map_or(Cell::ABSENT, Cell::text),
        Column::IndividualNumber => entry.individual_number.as_deref().map_or(Cell::ABSENT, Cell::code),
        Column::Ruling => text(entry.ruling.as_ref().map(|one| one.state.label())),
        Column::DecidedOn => made.decided_on.map_or(Cell::ABSENT, Cell::date),
        Column::DocumentNumber => made.document_number.map_or(Cell::ABSENT, Cell::code),
        Column::ReceivedOn => made.received_on.map_or(Cell::ABSENT, Cell::date),
        Column::ReceivedNumber => {
            entry.received.as_ref().and_then(|one| one.number.as_deref()).map_or(Cell::ABSENT, Cell::code)
        }
        Column::Result => text(entry.finding.as_ref().map(|one| one.finding.label())),
        Column::Remarks => text(content.remarks.as_deref()).with_raw(raw(Field::Remarks)),
        Column::Item(_) => {
            let Some(place) = item else { return Cell::ABSENT };
            let bytes = content.raw.get(&(Field::ITEMS + place as u32)).map(Vec::as_slice);
            text(content.values.get(place).and_then(Option::as_deref)).with_raw(bytes)
        }
    }
}
