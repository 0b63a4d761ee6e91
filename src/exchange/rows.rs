//! Reads a file of applications row by row: each one becomes the content of an application, or is set aside with its
//! bytes and the reason.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Chain, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;

use memchr::memchr;

use super::csv_source::{CsvSource, Record, Stop};
use super::encoding::{self, Choice, Detected, Encoding, private_use_codes};
use super::fault::ImportError;
use super::formula;
use super::profile::{Column, Layout, Meaning, Profile, SensitiveColumn, choose, is_source, sensitive_columns};
use super::sekisho::Mark;
use super::set_aside::{Reason, SetAside};
use super::utf16;
use crate::domain::application::{Content, Field, FormHeader, Instant};
use crate::domain::identity::ReceiptNumber;
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
        Ok(Self { source, interpreter: Interpreter::new(opening, parse_instant), stopped: false })
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
        Ok(Self { source, interpreter: self.interpreter, stopped: false })
    }
}

impl<R: Read> Iterator for RowReader<'_, R> {
    type Item = Result<Row, Stop>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.stopped {
            return None;
        }
        match self.source.next_record() {
            Ok(record) => record.map(|record| Ok(self.interpreter.read(&record))),
            Err(stop) => {
                self.stopped = true;
                Some(Err(stop))
            }
        }
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

/// From a record to a row.
struct Interpreter<'p> {
    opening: Opening<'p>,
    parse_instant: ParseInstant<'p>,
    forms: HashMap<[String; 3], Arc<FormHeader>>,
    last_form: Arc<FormHeader>,
}

/// The field (from 0) that speaks against a row, and why.
type Objection = (Option<usize>, Reason);

impl<'p> Interpreter<'p> {
    fn new(opening: Opening<'p>, parse_instant: ParseInstant<'p>) -> Self {
        let last_form = Arc::new(FormHeader { items: opening.layout.items.clone(), ..FormHeader::default() });
        Self { opening, parse_instant, forms: HashMap::new(), last_form }
    }

    fn read(&mut self, record: &Record<'_>) -> Row {
        match self.application(record) {
            Ok(incoming) => Row::Application(Box::new(incoming)),
            Err((column, reason)) => Row::SetAside(SetAside {
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

    fn application(&mut self, record: &Record<'_>) -> Result<Incoming, Objection> {
        let layout = &self.opening.layout;
        if let Some(at) = memchr(0, record.bytes) {
            return Err((Some(record.field_at(at)), Reason::Nul));
        }
        if record.len() != layout.meanings.len() {
            return Err((None, Reason::Ragged));
        }
        if record.stray_quote.is_some() {
            return Err((record.stray_quote, Reason::StrayQuote));
        }
        let own = self.opening.profile.is_own_export();
        let mut sheet = Sheet { values: vec![None; layout.items.len()], ..Sheet::default() };
        for (index, meaning) in layout.meanings.iter().enumerate() {
            let bytes = record.field(index);
            let Some(decoded) = self.opening.encoding.decode_field(&bytes) else {
                return Err((Some(index), Reason::Undecodable));
            };
            if own && bytes.is_empty() && !record.quoted(index) {
                continue;
            }
            if decoded.private_use && *meaning != Meaning::PassedOver {
                let codes = private_use_codes(&decoded.text);
                sheet.flagged.push(Flagged { field: layout.names[index].clone(), codes });
            }
            if !decoded.exact
                && let Some(number) = field_number(*meaning)
            {
                let restored = if layout.mark == Mark::People { restored_bytes(&bytes) } else { &bytes };
                sheet.raw.insert(number, restored.to_vec());
            }
            let text = match decoded.text {
                text if layout.mark != Mark::People => text.into_owned(),
                text => formula::restore(&text).to_owned(),
            };
            match *meaning {
                Meaning::Field(column) => sheet.fields[column as usize] = Some((index, text)),
                Meaning::Item(item) => sheet.values[item] = Some(text),
                Meaning::PassedOver => {}
            }
        }
        self.content(sheet, record)
    }

    /// Makes the application of the texts of a row.
    fn content(&mut self, mut sheet: Sheet, record: &Record<'_>) -> Result<Incoming, Objection> {
        let profile = self.opening.profile;
        let source = match sheet.take(Column::Source) {
            Some((_, text)) if is_source(&text) => text,
            Some((index, _)) => return Err((Some(index), Reason::BadSource)),
            None if profile.is_own_export() => return Err((self.column_of(Column::Source), Reason::BadSource)),
            None => profile.source().to_owned(),
        };
        let number = sheet.text(Column::Number).and_then(ReceiptNumber::of);
        let number = number.ok_or_else(|| (self.column_of(Column::Number), Reason::MissingNumber))?;
        let submitted = match sheet.take(Column::Submitted) {
            Some((index, text)) => Some((self.parse_instant)(text.trim()).ok_or((Some(index), Reason::BadDate))?),
            None => None,
        };
        let status = match sheet.take(Column::Status) {
            Some((index, text)) => Some(profile.status(&text).ok_or((Some(index), Reason::UnknownStatus))?),
            None => None,
        };
        let line = match sheet.take(Column::Line) {
            Some((index, text)) if !text.trim().is_empty() => {
                Some(profile.line(&text).ok_or((Some(index), Reason::UnknownLine))?)
            }
            _ => None,
        };
        let kana = match self.opening.layout.kana_item {
            Some(item) => sheet.values[item].clone(),
            None => None,
        };
        let form = self.form(
            [Column::FormCode, Column::FormVersion, Column::FormName]
                .map(|column| sheet.text(column).unwrap_or_default()),
        );
        let content = Content {
            source,
            number,
            form,
            submitted,
            name: sheet.text(Column::Name),
            kana: sheet.text(Column::Kana).or(kana),
            mail: sheet.text(Column::Mail),
            user_id: sheet.text(Column::UserId),
            line,
            remarks: sheet.text(Column::Remarks),
            values: sheet.values,
            raw: sheet.raw,
        };
        let Record { line, start, end, next_line, .. } = *record;
        Ok(Incoming { content, status, flagged: sheet.flagged, line, start, end, next_line })
    }

    fn column_of(&self, column: Column) -> Option<usize> {
        self.opening.layout.meanings.iter().position(|meaning| *meaning == Meaning::Field(column))
    }

    /// The form of this id, version and name; neighbouring rows usually have the same.
    fn form(&mut self, key: [String; 3]) -> Arc<FormHeader> {
        let last = &self.last_form;
        if [&last.code, &last.version, &last.name] != [&key[0], &key[1], &key[2]] {
            if self.forms.len() >= FORMS_REMEMBERED {
                self.forms.clear();
            }
            let items = &self.opening.layout.items;
            let form = self.forms.entry(key).or_insert_with_key(|[code, version, name]| {
                let (code, version, name) = (code.clone(), version.clone(), name.clone());
                Arc::new(FormHeader { code, version, name, items: items.clone() })
            });
            self.last_form = Arc::clone(form);
        }
        Arc::clone(&self.last_form)
    }
}

/// The texts of one row by their meaning.
#[derive(Default)]
struct Sheet {
    fields: [Option<(usize, String)>; Column::ALL.len()],
    values: Vec<Option<String>>,
    raw: BTreeMap<u32, Vec<u8>>,
    flagged: Vec<Flagged>,
}

impl Sheet {
    fn take(&mut self, column: Column) -> Option<(usize, String)> {
        self.fields[column as usize].take()
    }

    fn text(&mut self, column: Column) -> Option<String> {
        self.take(column).map(|(_, text)| text)
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
