//! The files of a 起案 for the city's own 文書管理 or 電子決裁: 対象者一覧 as CSV, and the 伺い文 as text beside it.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use super::{RulingError, unknown};
use crate::domain::calendar::day_of_number;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::numbering;
use crate::domain::operation::{Group, Value};
use crate::domain::people::Act;
use crate::domain::ruling::Draft;
use crate::exchange::cell::Cell;
use crate::exchange::csv_target::{Audience, CsvOptions, CsvTarget, TargetEncoding};
use crate::exchange::sekisho;
use crate::office::desk::Desk;
use crate::office::export::{Refusal, submitted_text};
use crate::office::fault::OfficeError;
use crate::office::numbering::in_order;
use crate::office::outgoing::{Filled, Leaving, Receipt, outgoing};
use crate::office::status::Target;
use crate::store::{Entry, Store, StoreError};

const ACT: Act = Act::RulingWrite;

const NUMBERS: Group = Group::IndividualNumber;

/// How the text's name ends.
const TEXT: &str = "txt";

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulingFiles {
    /// 対象者一覧.
    pub list: Receipt,
    /// 伺い文.
    pub text: Receipt,
}

/// The file of the 伺い文 beside a list.
fn beside(out: &Path) -> Result<PathBuf, RulingError> {
    let text = out.with_extension(TEXT);
    if text == out { Err(RulingError::BadOut) } else { Ok(text) }
}

/// Refuses a place for the files before anything is done.
///
/// # Errors
/// [`RulingError::BadOut`], what policy and rights say.
pub fn refuse_out(desk: &Desk, out: &Path) -> Result<(), OfficeError> {
    beside(out)?;
    desk.permit(ACT)?;
    desk.refuse_output(out)
}

/// Writes the files of a 起案: the list at `out`, the text beside it. It can be done again.
///
/// # Errors
/// [`RulingError`], what the disk, policy or the store say.
pub fn write_ruling(desk: &mut Desk, id: OperationId, out: &Path) -> Result<RulingFiles, OfficeError> {
    let beside = beside(out)?;
    let found = desk.store.ruling(id)?.ok_or_else(|| unknown(id))?;
    let draft = found.draft.ok_or(RulingError::Erased)?;
    let item = draft.total.as_ref().map(|total| total.item.clone());
    let leaving = |format| Leaving { act: ACT, format, text: None };
    let list = outgoing(desk, &leaving("csv"), out, |file, store| write_list(file, store, id, item.as_deref()))?;
    let text = outgoing(desk, &leaving(TEXT), &beside, |file, _| write_text(file, &draft))?;
    Ok(RulingFiles { list, text })
}

/// The 伺い文 as editors of every kind read it: UTF-8 with its mark, lines ended as Windows ends them.
fn write_text(file: &mut File, draft: &Draft) -> Result<Filled, Refusal> {
    let mut file = BufWriter::new(file);
    file.write_all("\u{feff}".as_bytes())?;
    for line in draft.text.lines() {
        file.write_all(line.as_bytes())?;
        file.write_all(b"\r\n")?;
    }
    file.flush()?;
    Ok(Filled { count: draft.count(), columns: vec!["伺い文".to_owned()] })
}

fn write_list(file: &mut File, store: &Store, id: OperationId, item: Option<&str>) -> Result<Filled, Refusal> {
    let targets = store.ruling_targets(id)?;
    let ids: Vec<ApplicationId> = in_order(store, &Target::Ids(Vec::new()), None, targets)?;
    let columns = Columns { item, received: any(store, Group::Received, &ids)?, numbers: any(store, NUMBERS, &ids)? };
    let header = columns.header();
    let filled = Filled { count: ids.len() as u64, columns: header.clone() };
    let options = CsvOptions { audience: Audience::People, ..CsvOptions::usual(TargetEncoding::Utf8Bom) };
    let mut target = CsvTarget::new(BufWriter::new(file), header, options)?;
    let mut place = 0u64;
    for part in ids.chunks(256) {
        for entry in store.entries(part)? {
            place += 1;
            write_row(&mut target, place, &entry, &columns)?;
        }
    }
    target.finish()?;
    Ok(filled)
}

/// The columns that not every list has. Numbers that a file shows are out of the building: they stand there only where
/// there are any.
struct Columns<'a> {
    item: Option<&'a str>,
    received: bool,
    numbers: bool,
}

impl Columns<'_> {
    fn header(&self) -> Vec<String> {
        let fixed = [
            "番号",
            sekisho::SOURCE,
            sekisho::NUMBER,
            sekisho::NAME,
            sekisho::FORM_NAME,
            sekisho::SUBMITTED,
            "審査結果",
            "理由",
            "根拠",
        ];
        let received = self.received.then_some(["収受日", numbering::RECEIVED_HEADING]).into_iter().flatten();
        let numbers = self.numbers.then_some(numbering::HEADING);
        fixed.into_iter().chain(received).chain(numbers).chain(self.item).map(str::to_owned).collect()
    }
}

/// Whether any of the applications has a number of a group.
fn any(store: &Store, group: Group, ids: &[ApplicationId]) -> Result<bool, StoreError> {
    Ok(store.field_standing(group, ids)?.into_iter().flatten().any(|seen| seen.value != Value::None))
}

fn code(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::ABSENT, Cell::code)
}

fn text(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::ABSENT, Cell::text)
}

fn write_row<W: std::io::Write>(
    target: &mut CsvTarget<W>,
    place: u64,
    entry: &Entry,
    columns: &Columns<'_>,
) -> std::io::Result<()> {
    let content = &entry.content;
    let place = place.to_string();
    let submitted = submitted_text(content, true);
    let received = entry.received.as_ref();
    let on = received.and_then(|one| day_of_number(one.day.into())).map(|day| day.to_string());
    let finding = entry.finding.as_ref();
    let mut cells = vec![
        Cell::code(&place),
        Cell::text(&content.source),
        Cell::code(content.number.as_str()),
        text(content.name.as_deref()),
        Cell::text(&content.form.name),
        submitted.as_deref().map_or(Cell::ABSENT, Cell::date),
        text(finding.map(|one| one.finding.label())),
        text(finding.and_then(|one| one.stated.reason.as_deref())),
        text(finding.and_then(|one| one.stated.basis.as_deref())),
    ];
    if columns.received {
        cells.push(on.as_deref().map_or(Cell::ABSENT, Cell::date));
        cells.push(code(received.and_then(|one| one.number.as_deref())));
    }
    if columns.numbers {
        cells.push(code(entry.individual_number.as_deref()));
    }
    if let Some(item) = columns.item {
        let at = content.form.items.iter().position(|name| name == item);
        cells.push(text(at.and_then(|at| content.values.get(at)?.as_deref())));
    }
    target.write_row(&cells)
}
