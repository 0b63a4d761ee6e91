//! Reads a file of applications row by row: each one becomes the content of an application, or is set aside with its
//! bytes and the reason.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::{self, Chain, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;

use memchr::memchr;

use super::csv_source::{CsvSource, Record, Stop};
use super::encoding::{self, Choice, Detected, Encoding, private_use_codes};
use super::fault::ImportError;
use super::formula;
use super::profile::{Column, Layout, Meaning, Profile, SensitiveColumn, choose, is_source, sensitive_columns};
use super::sekisho::Mark as ExportMark;
use super::set_aside::{Reason, SetAside};
use super::utf16;
use crate::domain::application::{Content, Field, FormHeader, Instant};
use crate::domain::parcel::{self, Fixed, Mark, Parcel, Span};
use crate::domain::status::Status;

/// Reads the text of a date cell (spaces around it are gone); `None` = no date that the calendar knows.
pub type ParseInstant<'a> = &'a (dyn Fn(&str) -> Option<Instant> + Sync);

/// One row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// It can go in.
    Application(Box<Incoming>),
    /// It can't.
    SetAside(SetAside),
}

/// An application as a row has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// What the citizen sent.
    pub content: Content,
    /// The source's 処理状況; `None` where the file has no such column, and always for our own exports.
    pub status: Option<Status>,
    /// 外字 and other private-use characters in it, by field.
    pub flagged: Vec<Flagged>,
    /// The line where the row starts, from 1.
    pub line: u64,
    /// Where it starts in the file.
    pub start: u64,
    /// Where the next record may start: resume here, on line `next_line`.
    pub end: u64,
    /// The line where the next record may start.
    pub next_line: u64,
}

/// A row whose content goes into a parcel.
#[derive(Debug)]
pub enum Laid {
    /// It stands there as the last one.
    Application(Beside),
    /// It can't go in.
    SetAside(SetAside),
}

/// What is known of a row beside its content; see [`Incoming`].
#[derive(Debug)]
pub struct Beside {
    /// The source's 処理状況.
    pub status: Option<Status>,
    /// 外字 in it, by field.
    pub flagged: Vec<Flagged>,
    /// The line where the row starts, from 1.
    pub line: u64,
    /// Where it starts in the file.
    pub start: u64,
    /// Where the next record may start, on line `next_line`.
    pub end: u64,
    /// The line where the next record may start.
    pub next_line: u64,
}

/// A field with 外字.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flagged {
    /// The name of its column.
    pub field: String,
    /// Their codes, each once: `F040`.
    pub codes: Vec<String>,
}

/// What is known of a file once its header is read.
#[derive(Debug, Clone)]
pub struct Opening<'p> {
    /// Its encoding.
    pub encoding: Encoding,
    /// The profile that reads it.
    pub profile: &'p Profile,
    /// What its columns mean.
    pub layout: Layout,
    /// Columns that name 個人番号 or an account number.
    pub sensitive_columns: Vec<SensitiveColumn>,
    /// The header as it stands in the file, without a byte order mark and line end.
    pub header: Vec<u8>,
}

/// The rows of a file, as an iterator that ends after the first [`Stop`].
pub struct RowReader<'p, R> {
    source: CsvSource<Whole<R>>,
    interpreter: Interpreter<'p>,
    /// The row that the iterator is at.
    row: Parcel,
    stopped: bool,
}

/// A file from its beginning: what was read to find the encoding, then the rest.
type Whole<R> = Chain<Cursor<Vec<u8>>, R>;

/// A file whose header was read: the rows, their encoding, the header.
type Opened<R> = (CsvSource<Whole<R>>, Encoding, (Vec<String>, Vec<u8>));

/// Finds the encoding and reads the header, as names and as the bytes that stand in the file; the source goes on with the first row.
pub(in crate::exchange) fn open_source<R: Read>(mut input: R, choice: Choice) -> Result<Opened<R>, ImportError> {
    let mut head = Vec::new();
    let read = input.by_ref().take(encoding::HEAD as u64).read_to_end(&mut head);
    read.map_err(|error| Stop::Unreadable { line: 1, error })?;
    if head.starts_with(b"PK\x03\x04") {
        return Err(ImportError::Spreadsheet);
    }
    let Detected { encoding, mark } = encoding::detect(&head, choice).ok_or(ImportError::NoUtf16Mark)?;
    let mut head = Cursor::new(head);
    head.set_position(mark as u64);
    let mut source = CsvSource::resume(head.chain(input), utf16_order(encoding), mark as u64, 1);
    let record = source.next_record()?.ok_or(ImportError::EmptyFile)?;
    let header = (read_header(&record, encoding)?, file_bytes(record.bytes, encoding));
    Ok((source, encoding, header))
}

impl<'p, R: Read> RowReader<'p, R> {
    /// Finds the encoding, reads the header and picks the profile.
    ///
    /// # Errors
    /// [`ImportError`]; a file with a header and nothing else is none, its iterator is just empty.
    pub fn open(
        input: R,
        choice: Choice,
        profiles: &'p [Profile],
        wanted: Option<&str>,
        parse_instant: ParseInstant<'p>,
    ) -> Result<Self, ImportError> {
        let (source, encoding, (header, header_bytes)) = open_source(input, choice)?;
        let (profile, layout) = choose(profiles, wanted, &header).map_err(ImportError::Header)?;
        let sensitive_columns = sensitive_columns(&header);
        let opening = Opening { encoding, profile, layout, sensitive_columns, header: header_bytes };
        let interpreter = Interpreter::new(opening, parse_instant);
        Ok(Self { source, interpreter, row: Parcel::default(), stopped: false })
    }

    /// What the header told.
    #[must_use]
    pub const fn opening(&self) -> &Opening<'p> {
        &self.interpreter.opening
    }

    /// Goes on at a place that an earlier run reached: `end` and `next_line` of a row.
    ///
    /// # Errors
    /// The file can't be wound to that place.
    pub fn resume(self, offset: u64, line: u64) -> io::Result<Self>
    where
        R: Seek,
    {
        let (_, mut input) = self.source.into_input().into_inner();
        input.seek(SeekFrom::Start(offset))?;
        let order = utf16_order(self.interpreter.opening.encoding);
        let source = CsvSource::resume(Cursor::new(Vec::new()).chain(input), order, offset, line);
        Ok(Self { source, interpreter: self.interpreter, row: self.row, stopped: false })
    }
}

impl<R: Read> RowReader<'_, R> {
    /// The next row, whose content goes to the end of `parcel`; `None` after the last one and after a [`Stop`].
    pub fn lay_next(&mut self, parcel: &mut Parcel) -> Option<Result<Laid, Stop>> {
        if self.stopped {
            return None;
        }
        match self.source.next_record() {
            Ok(record) => record.map(|record| Ok(self.interpreter.read(&record, parcel))),
            Err(stop) => {
                self.stopped = true;
                Some(Err(stop))
            }
        }
    }
}

impl<R: Read> Iterator for RowReader<'_, R> {
    type Item = Result<Row, Stop>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut parcel = std::mem::take(&mut self.row);
        parcel.clear();
        let laid = self.lay_next(&mut parcel);
        let row = laid.map(|laid| {
            laid.map(|laid| match laid {
                Laid::SetAside(row) => Row::SetAside(row),
                Laid::Application(Beside { status, flagged, line, start, end, next_line }) => {
                    let content = parcel.said(0).to_content();
                    Row::Application(Box::new(Incoming { content, status, flagged, line, start, end, next_line }))
                }
            })
        });
        self.row = parcel;
        row
    }
}

pub(super) const fn utf16_order(encoding: Encoding) -> Option<utf16::Order> {
    match encoding {
        Encoding::Utf16(order) => Some(order),
        Encoding::Cp932 | Encoding::Utf8 => None,
    }
}

/// The bytes of a record as the file has them.
fn file_bytes(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
    match utf16_order(encoding) {
        Some(order) => utf16::source_bytes(bytes, order),
        None => bytes.to_vec(),
    }
}

fn read_header(record: &Record<'_>, encoding: Encoding) -> Result<Vec<String>, ImportError> {
    let cell = |index: usize| {
        let bytes = record.field(index);
        let text = encoding.decode_field(&bytes).map(|decoded| decoded.text.into_owned());
        text.filter(|text| !text.contains('\0')).ok_or(ImportError::HeaderUndecodable(index as u64 + 1))
    };
    (0..record.len()).map(cell).collect()
}

/// How many different forms are remembered; a file has a few, a hostile one any number.
const FORMS_REMEMBERED: usize = 4096;
/// So many of them are looked through before.
const LAST_FORMS: usize = 32;
/// How many different cells of 処理状況 are remembered.
const STATUSES_REMEMBERED: usize = 64;

/// From a record to a row.
struct Interpreter<'p> {
    opening: Opening<'p>,
    parse_instant: ParseInstant<'p>,
    forms: HashMap<[String; 3], Arc<FormHeader>>,
    /// Those that came last.
    last_forms: VecDeque<Arc<FormHeader>>,
    /// What cells of 処理状況 meant.
    statuses: Vec<(String, Status)>,
}

/// The field (from 0) that speaks against a row, and why.
type Objection = (Option<usize>, Reason);

/// Where the texts of the fields of a row lie, by their column.
type Fields = [Option<(usize, Span)>; Column::ALL.len()];

impl<'p> Interpreter<'p> {
    fn new(opening: Opening<'p>, parse_instant: ParseInstant<'p>) -> Self {
        let (forms, last_forms, statuses) = (HashMap::new(), VecDeque::new(), Vec::new());
        Self { opening, parse_instant, forms, last_forms, statuses }
    }

    /// Lays a row out, or sets it aside.
    fn read(&mut self, record: &Record<'_>, parcel: &mut Parcel) -> Laid {
        let laid = self.refuse_broken(record).and_then(|()| {
            let mark = parcel.begin(self.opening.layout.items.len());
            self.lay(record, parcel, mark).inspect_err(|_| parcel.undo(mark))
        });
        match laid {
            Ok(beside) => Laid::Application(beside),
            Err((column, reason)) => Laid::SetAside(SetAside {
                line: record.line,
                column: column.map(|index| index as u64 + 1),
                field: column.and_then(|index| self.opening.layout.names.get(index).cloned()),
                reason,
                start: record.start,
                end: record.end,
                next_line: record.next_line,
                bytes: file_bytes(record.bytes, self.opening.encoding),
            }),
        }
    }

    fn refuse_broken(&self, record: &Record<'_>) -> Result<(), Objection> {
        if let Some(at) = memchr(0, record.bytes) {
            return Err((Some(record.field_at(at)), Reason::Nul));
        }
        if record.len() != self.opening.layout.meanings.len() {
            return Err((None, Reason::Ragged));
        }
        record.stray_quote.map_or(Ok(()), |field| Err((Some(field), Reason::StrayQuote)))
    }

    fn lay(&mut self, record: &Record<'_>, parcel: &mut Parcel, mark: Mark) -> Result<Beside, Objection> {
        let layout = &self.opening.layout;
        let own = self.opening.profile.is_own_export();
        let (mut fields, mut raw, mut flagged) = (Fields::default(), BTreeMap::new(), Vec::new());
        for (index, meaning) in layout.meanings.iter().enumerate() {
            let bytes = record.field(index);
            let start = parcel.end();
            let Some(way) = self.opening.encoding.decode_into(&bytes, parcel.text()) else {
                return Err((Some(index), Reason::Undecodable));
            };
            if own && bytes.is_empty() && !record.quoted(index) {
                continue;
            }
            let mut span = parcel.since(start);
            if way.private_use && *meaning != Meaning::PassedOver {
                let codes = private_use_codes(parcel.at(span));
                flagged.push(Flagged { field: layout.names[index].clone(), codes });
            }
            if !way.exact
                && let Some(number) = field_number(*meaning)
            {
                let restored = if layout.mark == ExportMark::People { restored_bytes(&bytes) } else { &bytes };
                raw.insert(number, restored.to_vec());
            }
            if layout.mark == ExportMark::People {
                span = span.last(formula::restore(parcel.at(span)).len());
            }
            match *meaning {
                Meaning::Field(column) => fields[column as usize] = Some((index, span)),
                Meaning::Item(item) => parcel.set_value(mark, item, span),
                Meaning::PassedOver => parcel.text().truncate(start),
            }
        }
        self.close(fields, raw, parcel, mark).map(|status| {
            let Record { line, start, end, next_line, .. } = *record;
            Beside { status, flagged, line, start, end, next_line }
        })
    }

    /// Makes the application of the texts of a row. The answer is the status that it shows.
    fn close(
        &mut self,
        fields: Fields,
        raw: BTreeMap<u32, Vec<u8>>,
        parcel: &mut Parcel,
        mark: Mark,
    ) -> Result<Option<Status>, Objection> {
        let profile = self.opening.profile;
        let field = |column: Column| fields[column as usize];
        let source = match field(Column::Source) {
            Some((_, span)) if is_source(parcel.at(span)) => span,
            Some((index, _)) => return Err((Some(index), Reason::BadSource)),
            None if profile.is_own_export() => return Err((self.column_of(Column::Source), Reason::BadSource)),
            None => parcel.lay(profile.source()),
        };
        parcel.set(mark, Fixed::Source, source);
        match field(Column::Number) {
            Some((_, span)) if !parcel.at(span).is_empty() => parcel.set(mark, Fixed::Number, span),
            _ => return Err((self.column_of(Column::Number), Reason::MissingNumber)),
        }
        let submitted = match field(Column::Submitted) {
            Some((index, span)) => {
                Some((self.parse_instant)(parcel.at(span).trim()).ok_or((Some(index), Reason::BadDate))?)
            }
            None => None,
        };
        let status = match field(Column::Status) {
            Some((index, span)) => Some(self.status(parcel.at(span)).ok_or((Some(index), Reason::UnknownStatus))?),
            None => None,
        };
        let line = match field(Column::Line) {
            Some((index, span)) if !parcel.at(span).trim().is_empty() => {
                Some(profile.line(parcel.at(span)).ok_or((Some(index), Reason::UnknownLine))?)
            }
            _ => None,
        };
        let item = self.opening.layout.kana_item.map(|item| parcel.value(mark, item));
        let kana = field(Column::Kana).map(|(_, span)| span).or(item);
        for (place, span) in [
            (Fixed::Name, field(Column::Name).map(|(_, span)| span)),
            (Fixed::Kana, kana),
            (Fixed::Mail, field(Column::Mail).map(|(_, span)| span)),
            (Fixed::UserId, field(Column::UserId).map(|(_, span)| span)),
            (Fixed::Remarks, field(Column::Remarks).map(|(_, span)| span)),
        ] {
            parcel.set(mark, place, span.unwrap_or(Span::ABSENT));
        }
        let form = [Column::FormCode, Column::FormVersion, Column::FormName]
            .map(|column| field(column).map_or("", |(_, span)| parcel.at(span)));
        let form = self.form(form);
        parcel.close(mark, parcel::Beside { form, submitted, line, raw });
        Ok(status)
    }

    fn column_of(&self, column: Column) -> Option<usize> {
        self.opening.layout.meanings.iter().position(|meaning| *meaning == Meaning::Field(column))
    }

    /// What a cell of 処理状況 means. A file has a few of them, a million times.
    fn status(&mut self, cell: &str) -> Option<Status> {
        if let Some((_, status)) = self.statuses.iter().find(|(known, _)| known == cell) {
            return Some(*status);
        }
        let status = self.opening.profile.status(cell)?;
        if self.statuses.len() < STATUSES_REMEMBERED {
            self.statuses.push((cell.to_owned(), status));
        }
        Some(status)
    }

    /// The form of this id, version and name; most rows have one of those that came last.
    fn form(&mut self, key: [&str; 3]) -> Arc<FormHeader> {
        let is_it = |form: &&Arc<FormHeader>| [&form.code, &form.version, &form.name] == key;
        if let Some(form) = self.last_forms.iter().find(is_it) {
            return Arc::clone(form);
        }
        if self.forms.len() >= FORMS_REMEMBERED {
            self.forms.clear();
        }
        let items = &self.opening.layout.items;
        let form = self.forms.entry(key.map(str::to_owned)).or_insert_with_key(|[code, version, name]| {
            let (code, version, name) = (code.clone(), version.clone(), name.clone());
            Arc::new(FormHeader { code, version, name, items: items.clone() })
        });
        if self.last_forms.len() >= LAST_FORMS {
            self.last_forms.pop_front();
        }
        self.last_forms.push_back(Arc::clone(form));
        Arc::clone(form)
    }
}

/// The number under which the raw bytes of a field are kept.
fn field_number(meaning: Meaning) -> Option<u32> {
    let field = match meaning {
        Meaning::Item(item) => return u32::try_from(item).ok().and_then(|item| Field::ITEMS.checked_add(item)),
        Meaning::Field(column) => match column {
            Column::Number => Field::Number,
            Column::FormCode => Field::FormCode,
            Column::FormVersion => Field::FormVersion,
            Column::FormName => Field::FormName,
            Column::Name => Field::Name,
            Column::Kana => Field::Kana,
            Column::Mail => Field::Mail,
            Column::UserId => Field::UserId,
            Column::Remarks => Field::Remarks,
            Column::Source | Column::Submitted | Column::Status | Column::Line => return None,
        },
        Meaning::PassedOver => return None,
    };
    Some(field as u32)
}

/// The raw bytes of a cell of a people's file without the prefix: one byte, as only CP932 has raw bytes.
fn restored_bytes(bytes: &[u8]) -> &[u8] {
    match Encoding::Cp932.decode_field(bytes) {
        Some(decoded) if formula::restore(&decoded.text).len() < decoded.text.len() => &bytes[1..],
        _ => bytes,
    }
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
