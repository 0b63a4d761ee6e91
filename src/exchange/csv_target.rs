//! Writes CSV: for people, who will open it in a spreadsheet, or for machines, byte by byte. A present cell is quoted,
//! an absent one is nothing between two commas.

use std::borrow::Cow;
use std::io::{self, Write};

use super::cell::{Cell, Kind};
use super::cp932;
use super::encoding::Encoding;
use super::formula;
use super::sekisho::{self, Mark};

/// Who will read the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// People with a spreadsheet: cells that it would take for a formula are made harmless, reversibly.
    People,
    /// Machines: every cell is exact.
    Machine,
}

impl Audience {
    /// Reads the word of the command line.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "people" => Some(Self::People),
            "machine" => Some(Self::Machine),
            _ => None,
        }
    }
}

/// The encoding that a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetEncoding {
    /// UTF-8 with a byte order mark, which spreadsheets need.
    Utf8Bom,
    /// CP932 (Windows-31J).
    Cp932,
    /// UTF-8.
    Utf8,
    /// UTF-16, low byte first, with a mark.
    Utf16,
}

impl TargetEncoding {
    /// Reads the word of the command line.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "utf-8-bom" => Some(Self::Utf8Bom),
            "cp932" => Some(Self::Cp932),
            "utf-8" => Some(Self::Utf8),
            "utf-16" => Some(Self::Utf16),
            _ => None,
        }
    }

    /// The word of the command line.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Utf8Bom => "utf-8-bom",
            Self::Cp932 => "cp932",
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
        }
    }

    /// Who reads such a file where nothing else is said.
    #[must_use]
    pub const fn usual_audience(self) -> Audience {
        match self {
            Self::Utf8Bom | Self::Cp932 => Audience::People,
            Self::Utf8 | Self::Utf16 => Audience::Machine,
        }
    }
}

/// What to do with a character that the encoding can't give back equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnUnmappable {
    /// Collect them; the file must not be used.
    #[default]
    Error,
    /// Write 〓 for each, and collect them.
    Geta,
}

impl OnUnmappable {
    /// Reads the word of the command line.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "error" => Some(Self::Error),
            "geta" => Some(Self::Geta),
            _ => None,
        }
    }
}

/// How a CSV file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvOptions {
    /// Who will read it.
    pub audience: Audience,
    /// In which encoding.
    pub encoding: TargetEncoding,
    /// Codes as `="0549…"`: a spreadsheet keeps their zeros, but the file can't be imported again.
    pub excel_text: bool,
    /// What to do with characters that the encoding doesn't have.
    pub on_unmappable: OnUnmappable,
}

impl CsvOptions {
    /// The usual way for an encoding.
    #[must_use]
    pub const fn usual(encoding: TargetEncoding) -> Self {
        let on_unmappable = OnUnmappable::Error;
        Self { audience: encoding.usual_audience(), encoding, excel_text: false, on_unmappable }
    }

    /// A file whose cells are not what they were (codes as formulas, characters replaced by 〓) must not come back as a
    /// new revision.
    const fn mark(&self) -> Mark {
        match self.audience {
            _ if self.excel_text || matches!(self.on_unmappable, OnUnmappable::Geta) => Mark::Final,
            Audience::People => Mark::People,
            Audience::Machine => Mark::Exact,
        }
    }

    /// Excel's own text form only makes sense in a file for people.
    #[must_use]
    pub const fn for_people(&self) -> bool {
        self.excel_text || matches!(self.audience, Audience::People)
    }
}

/// A character that the encoding can't give back equal, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmappable {
    /// 整理番号 of its row; empty where the file has no such column, or in the header.
    pub number: String,
    /// The name of its column.
    pub field: String,
    /// The character.
    pub character: char,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Rows, the header not counted.
    pub rows: u64,
    /// Characters that the encoding couldn't give back.
    pub unmappable: u64,
}

/// A CSV file being written.
#[derive(Debug)]
pub struct CsvTarget<W> {
    output: W,
    options: CsvOptions,
    header: Vec<String>,
    number_column: Option<usize>,
    written: Written,
    unmappable: Vec<Unmappable>,
    row: Vec<u8>,
    wide: Vec<u8>,
}

impl<W: Write> CsvTarget<W> {
    /// Starts a file with its header. The column [`sekisho::SOURCE`] becomes the mark by which an import knows what
    /// was done to the cells; item columns should come through [`sekisho::item_column`].
    ///
    /// # Errors
    /// The output refuses.
    pub fn new(output: W, header: Vec<String>, options: CsvOptions) -> io::Result<Self> {
        let number_column = header.iter().position(|name| name == sekisho::NUMBER);
        let mut target = Self {
            output,
            options,
            header,
            number_column,
            written: Written::default(),
            unmappable: Vec::new(),
            row: Vec::new(),
            wide: Vec::new(),
        };
        match options.encoding {
            TargetEncoding::Utf8Bom => target.output.write_all(b"\xEF\xBB\xBF")?,
            TargetEncoding::Utf16 => target.output.write_all(b"\xFF\xFE")?,
            TargetEncoding::Cp932 | TargetEncoding::Utf8 => {}
        }
        let names = target.header.clone();
        let names: Vec<Cell<'_>> = names
            .iter()
            .map(|name| if name == sekisho::SOURCE { options.mark().column() } else { name.as_str() })
            .map(Cell::text)
            .collect();
        target.write_cells(&names, "", false)?;
        Ok(target)
    }

    /// Writes one row; cells beyond the header have no column to belong to and are an error of the caller.
    ///
    /// # Errors
    /// The output refuses.
    pub fn write_row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        debug_assert_eq!(cells.len(), self.header.len());
        let number = self.number_column.and_then(|column| cells.get(column)).and_then(|cell| cell.text);
        self.written.rows += 1;
        self.write_cells(cells, number.unwrap_or_default(), self.options.excel_text)
    }

    /// The unmappable characters met since the last call, in order. Asking now and then keeps memory small.
    pub fn take_unmappable(&mut self) -> Vec<Unmappable> {
        std::mem::take(&mut self.unmappable)
    }

    /// Ends the file and gives the output back, flushed.
    ///
    /// # Errors
    /// The output refuses.
    pub fn finish(mut self) -> io::Result<(W, Written)> {
        self.output.flush()?;
        Ok((self.output, self.written))
    }

    fn write_cells(&mut self, cells: &[Cell<'_>], number: &str, excel_text: bool) -> io::Result<()> {
        self.row.clear();
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                self.row.push(b',');
            }
            let Some(text) = cell.text else { continue };
            self.row.push(b'"');
            if excel_text && is_excel_text(text, cell.kind) {
                self.row.extend_from_slice(b"=\"\"");
                self.row.extend_from_slice(text.as_bytes());
                self.row.extend_from_slice(b"\"\"");
            } else {
                self.write_text(cell, text, index, number);
            }
            self.row.push(b'"');
        }
        self.row.extend_from_slice(b"\r\n");
        if self.options.encoding != TargetEncoding::Utf16 {
            return self.output.write_all(&self.row);
        }
        // A row is made of whole texts and ASCII, so it is UTF-8.
        let text = std::str::from_utf8(&self.row).map_err(io::Error::other)?;
        self.wide.clear();
        self.wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        self.output.write_all(&self.wide)
    }

    /// Writes the inside of a quoted cell.
    fn write_text(&mut self, cell: &Cell<'_>, text: &str, index: usize, number: &str) {
        let safe = if self.options.for_people() { formula::neutralise(text) } else { Cow::Borrowed(text) };
        let from = self.row.len();
        if self.options.encoding != TargetEncoding::Cp932 {
            self.row.extend_from_slice(safe.as_bytes());
        } else if let Some(raw) = cell.raw.filter(|raw| decodes_to(raw, text)) {
            // Only a prefix was added, and it is the same byte in CP932.
            self.row.extend_from_slice(&safe.as_bytes()[..safe.len() - text.len()]);
            self.row.extend_from_slice(raw);
        } else {
            let Self { row, unmappable, header, options, written, .. } = self;
            cp932::encode(&safe, row, |character, out| {
                let (number, field) = (number.to_owned(), header.get(index).cloned().unwrap_or_default());
                unmappable.push(Unmappable { number, field, character });
                written.unmappable += 1;
                if options.on_unmappable == OnUnmappable::Geta {
                    out.extend_from_slice(b"\x81\xAC");
                }
            });
        }
        double_quotes(&mut self.row, from);
    }
}

/// Doubles every quote from `from` on. A quote is never a second byte in CP932.
fn double_quotes(row: &mut Vec<u8>, from: usize) {
    if memchr::memchr(b'"', &row[from..]).is_some() {
        let cell = row.split_off(from);
        for byte in cell {
            row.push(byte);
            if byte == b'"' {
                row.push(byte);
            }
        }
    }
}

fn decodes_to(raw: &[u8], text: &str) -> bool {
    Encoding::Cp932.decode_field(raw).is_some_and(|decoded| decoded.text == text)
}

/// Whether a spreadsheet would ruin this text: a code, or digits that begin with 0 or are more than 11.
fn is_excel_text(text: &str, kind: Kind) -> bool {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (kind == Kind::Code && plain) || (digits && ((text.starts_with('0') && text.len() > 1) || text.len() > 11))
}

#[cfg(test)]
#[path = "csv_target_tests.rs"]
mod tests;
