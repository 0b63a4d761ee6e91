//! Reads CSV as a stream of records: fields as bytes, whether each was quoted, the line where the record starts and
//! where in the file it lies. Needs memory for one record, whatever the size of the file.
//!
//! Works on bytes before decoding. That is safe: in CP932 the second byte of a character is never a quote, a comma or
//! a line end, and in UTF-8 no byte of a longer character is. UTF-16 is transcoded on the way in.

use std::borrow::Cow;
use std::io::{self, Read};

use memchr::{memchr, memchr2_iter, memchr3};

use super::utf16::{self, Order, Transcoder};

/// The longest cell, in bytes.
pub const CELL_MAX: usize = 4 << 20;
/// The longest record, in bytes.
pub const RECORD_MAX: usize = 16 << 20;

const CHUNK: usize = 256 << 10;

/// Why reading can't go on. What was read before stays valid.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// A quote that nothing closes before the end of the file.
    #[error("the quote opened on line {line} is never closed")]
    UnclosedQuote {
        /// The line where the quote opened.
        line: u64,
    },
    /// A cell over [`CELL_MAX`]: usually a quote that isn't closed.
    #[error("the cell that begins on line {line} is longer than 4 MiB")]
    CellTooLarge {
        /// The line where the quote opened, or where the cell begins.
        line: u64,
    },
    /// A record over [`RECORD_MAX`].
    #[error("the record that begins on line {line} is longer than 16 MiB")]
    RecordTooLarge {
        /// The line where the quote opened, or where the record begins.
        line: u64,
    },
    /// The file can't be read any further.
    #[error("the file can't be read after line {line}: {error}")]
    Unreadable {
        /// The line of the record that was being read.
        line: u64,
        /// What the operating system says.
        error: io::Error,
    },
}

/// Where a field lies within its record, without its quotes.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
    shape: Shape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Plain,
    Quoted,
    /// Quoted, and with more quotes to be taken out; the span includes the outer quotes.
    Escaped,
}

/// One record, borrowed from the reader's buffer.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The physical line where it starts, from 1; line ends within quotes count.
    pub line: u64,
    /// The line where the next one may start.
    pub next_line: u64,
    /// Where it starts in the file.
    pub start: u64,
    /// Where the next one may start: resume here.
    pub end: u64,
    /// The record without its line end. From UTF-16: transcoded ([`utf16::source_bytes`] gives the file's bytes).
    pub bytes: &'a [u8],
    /// The first field (from 0) with text after its closing quote: what it was meant to be can't be told.
    pub stray_quote: Option<usize>,
    spans: &'a [Span],
}

impl<'a> Record<'a> {
    /// How many fields.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is no field; a record always has one.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The bytes of a field, quotes removed; past the end: empty.
    #[must_use]
    pub fn field(&self, index: usize) -> Cow<'a, [u8]> {
        let Some(span) = self.spans.get(index) else { return Cow::Borrowed(&[]) };
        let bytes = &self.bytes[span.start as usize..span.end as usize];
        match span.shape {
            Shape::Plain | Shape::Quoted => Cow::Borrowed(bytes),
            Shape::Escaped => Cow::Owned(without_quotes(bytes)),
        }
    }

    /// Where a field lies in [`Self::bytes`], with its quotes; past the end: `None`.
    #[must_use]
    pub fn place(&self, index: usize) -> Option<std::ops::Range<usize>> {
        let span = self.spans.get(index)?;
        let outside = usize::from(span.shape == Shape::Quoted);
        Some(span.start as usize - outside..span.end as usize + outside)
    }

    /// Whether a field was quoted: an empty quoted field is present, an empty unquoted one may mean absent.
    #[must_use]
    pub fn quoted(&self, index: usize) -> bool {
        self.spans.get(index).is_some_and(|span| span.shape != Shape::Plain)
    }

    /// The field (from 0) that a byte of the record belongs to.
    #[must_use]
    pub fn field_at(&self, at: usize) -> usize {
        self.spans.iter().take_while(|span| (span.end as usize) < at).count().min(self.len().saturating_sub(1))
    }
}

/// Where the text of a record's last field ends, the line there, and [`Record::stray_quote`].
type Fields = (usize, u64, Option<usize>);

/// Takes the quotes out of a quoted field: two stand for one; what follows the closing one stands as it is.
fn without_quotes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.strip_prefix(b"\"").unwrap_or(bytes);
    while let Some(at) = memchr(b'"', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix(b"\"") {
            Some(after) => {
                out.push(b'"');
                rest = after;
            }
            None => break,
        }
    }
    out.extend_from_slice(rest);
    out
}

/// How many lines end in these bytes: LF, CRLF and lone CR each end one.
fn line_ends(bytes: &[u8]) -> u64 {
    memchr2_iter(b'\n', b'\r', bytes).filter(|at| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n')).count()
        as u64
}

/// A CSV file as a stream of records.
#[derive(Debug)]
pub struct CsvSource<R> {
    input: R,
    transcoder: Option<(Transcoder, Vec<u8>)>,
    buffer: Vec<u8>,
    /// Where the record begins that is being read, and how far the buffer is filled.
    start: usize,
    filled: usize,
    ended: bool,
    offset: u64,
    line: u64,
    spans: Vec<Span>,
}

impl<R: Read> CsvSource<R> {
    /// Reads on from a place where a record starts (at first: behind the byte order mark, line 1). `input` must stand
    /// there; `utf16` = the order if the file is UTF-16.
    #[must_use]
    pub fn resume(input: R, utf16: Option<Order>, offset: u64, line: u64) -> Self {
        Self {
            input,
            transcoder: utf16.map(|order| (Transcoder::new(order), vec![0; CHUNK])),
            buffer: vec![0; 2 * CHUNK],
            start: 0,
            filled: 0,
            ended: false,
            offset,
            line,
            spans: Vec::new(),
        }
    }

    /// The input, standing wherever the buffer got to.
    pub fn into_input(self) -> R {
        self.input
    }

    /// The next record; empty lines are passed over. `None` = end of the file.
    ///
    /// # Errors
    /// [`Stop`]; nothing more can be read after it.
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>, Stop> {
        loop {
            match self.byte(0)? {
                None => return Ok(None),
                Some(b'\n' | b'\r') => {
                    let length = self.line_end(0)?;
                    self.offset += self.width(length);
                    self.start += length;
                    self.line += 1;
                }
                Some(_) => break,
            }
        }
        let (at, line, stray_quote) = match self.fields_in_buffer() {
            Some(found) => found,
            None => self.fields()?,
        };
        let length = at + self.line_end(at)?;
        let (from, start, first_line) = (self.start, self.offset, self.line);
        self.offset += self.width(length);
        self.start += length;
        self.line = line + u64::from(length > at);
        Ok(Some(Record {
            line: first_line,
            next_line: self.line,
            start,
            end: self.offset,
            bytes: &self.buffer[from..from + at],
            stray_quote,
            spans: &self.spans,
        }))
    }

    /// Finds the fields of a record that lies in the buffer to its end: nearly every one. Nothing must be read on the way,
    /// and where the buffer is shorter than the longest cell, nothing can be too long. `None` = ask [`Self::fields`].
    fn fields_in_buffer(&mut self) -> Option<Fields> {
        let data = self.buffer.get(self.start..self.filled).filter(|data| data.len() <= CELL_MAX)?;
        self.spans.clear();
        let (mut at, mut line, mut stray_quote) = (0, self.line, None);
        loop {
            let from = at;
            if *data.get(from)? == b'"' {
                let mut shape = Shape::Quoted;
                at += 1;
                loop {
                    at += memchr(b'"', data.get(at..)?)?;
                    if *data.get(at + 1)? != b'"' {
                        break;
                    }
                    shape = Shape::Escaped;
                    at += 2;
                }
                line += line_ends(&data[from..at]);
                let close = at + 1;
                at = close + memchr3(b',', b'\n', b'\r', &data[close..])?;
                if at > close {
                    stray_quote = stray_quote.or(Some(self.spans.len()));
                    self.spans.push(Span { start: from as u32, end: at as u32, shape: Shape::Escaped });
                } else {
                    let outside = u32::from(shape == Shape::Escaped);
                    self.spans.push(Span { start: from as u32 + 1 - outside, end: at as u32 - 1 + outside, shape });
                }
            } else {
                at += memchr3(b',', b'\n', b'\r', &data[from..])?;
                self.spans.push(Span { start: from as u32, end: at as u32, shape: Shape::Plain });
            }
            if data[at] != b',' {
                return Some((at, line, stray_quote));
            }
            at += 1;
        }
    }

    /// Finds the fields of a record, and reads more of the file where they go on.
    fn fields(&mut self) -> Result<Fields, Stop> {
        self.spans.clear();
        let (mut at, mut line, mut stray_quote) = (0, self.line, None);
        loop {
            at = if self.byte(at)? == Some(b'"') {
                let close = self.closing_quote(at, &mut line)?;
                let end = self.field_end(close + 1, close + 1)?;
                if end > close + 1 {
                    stray_quote = stray_quote.or(Some(self.spans.len() - 1));
                    if let Some(span) = self.spans.last_mut() {
                        *span = Span { start: at as u32, end: end as u32, shape: Shape::Escaped };
                    }
                }
                end
            } else {
                let end = self.field_end(at, at)?;
                self.spans.push(Span { start: at as u32, end: end as u32, shape: Shape::Plain });
                end
            };
            if at > RECORD_MAX {
                return Err(Stop::RecordTooLarge { line: self.line });
            }
            if self.byte(at)? != Some(b',') {
                return Ok((at, line, stray_quote));
            }
            at += 1;
        }
    }

    /// Finds the closing quote of the field that opens at `open`, notes the field, and counts its line ends.
    fn closing_quote(&mut self, open: usize, line: &mut u64) -> Result<usize, Stop> {
        let opened = *line;
        let (mut at, mut shape) = (open + 1, Shape::Quoted);
        loop {
            match memchr(b'"', &self.buffer[self.start + at..self.filled]) {
                Some(n) => {
                    at += n;
                    if self.byte(at + 1)? != Some(b'"') {
                        break;
                    }
                    shape = Shape::Escaped;
                    at += 2;
                }
                None => at = self.filled - self.start,
            }
            if at - open > CELL_MAX + 1 {
                return Err(Stop::CellTooLarge { line: opened });
            }
            if at > RECORD_MAX {
                return Err(Stop::RecordTooLarge { line: opened });
            }
            if self.byte(at)?.is_none() {
                return Err(Stop::UnclosedQuote { line: opened });
            }
        }
        if at - open > CELL_MAX + 1 {
            return Err(Stop::CellTooLarge { line: opened });
        }
        *line += line_ends(&self.buffer[self.start + open..self.start + at]);
        let outside = u32::from(shape == Shape::Escaped);
        self.spans.push(Span { start: open as u32 + 1 - outside, end: at as u32 + outside, shape });
        Ok(at)
    }

    /// Where the text of the field that begins at `from` ends: at a comma, a line end or the end of the file.
    fn field_end(&mut self, from: usize, mut at: usize) -> Result<usize, Stop> {
        loop {
            let found = memchr3(b',', b'\n', b'\r', &self.buffer[self.start + at..self.filled]);
            at = found.map_or(self.filled - self.start, |n| at + n);
            if at - from > CELL_MAX {
                return Err(Stop::CellTooLarge { line: self.line });
            }
            if found.is_some() || self.byte(at)?.is_none() {
                return Ok(at);
            }
        }
    }

    /// How long the line end at `at` is; at the end of the file 0.
    fn line_end(&mut self, at: usize) -> Result<usize, Stop> {
        Ok(match self.byte(at)? {
            Some(b'\n') => 1,
            Some(b'\r') if self.byte(at + 1)? == Some(b'\n') => 2,
            Some(b'\r') => 1,
            _ => 0,
        })
    }

    /// How many bytes of the file the next `length` bytes of the buffer are.
    fn width(&self, length: usize) -> u64 {
        match self.transcoder {
            None => length as u64,
            Some(_) => utf16::source_length(&self.buffer[self.start..self.start + length]),
        }
    }

    /// The byte at `at`, counted from the start of the record; reads more where needed.
    #[inline]
    fn byte(&mut self, at: usize) -> Result<Option<u8>, Stop> {
        while self.start + at >= self.filled {
            if self.ended {
                return Ok(None);
            }
            self.read_more().map_err(|error| Stop::Unreadable { line: self.line, error })?;
        }
        Ok(Some(self.buffer[self.start + at]))
    }

    /// Reads one more piece behind what is there; the record being read moves to the front of the buffer.
    fn read_more(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.filled, 0);
            self.filled -= self.start;
            self.start = 0;
        }
        match &mut self.transcoder {
            None => {
                if self.buffer.len() - self.filled < CHUNK {
                    self.buffer.resize(self.buffer.len() * 2, 0);
                }
                let read = read_some(&mut self.input, &mut self.buffer[self.filled..])?;
                self.ended = read == 0;
                self.filled += read;
            }
            Some((transcoder, raw)) => {
                let read = read_some(&mut self.input, raw)?;
                self.ended = read == 0;
                self.buffer.truncate(self.filled);
                if self.ended {
                    transcoder.finish(&mut self.buffer);
                } else {
                    transcoder.push(&raw[..read], &mut self.buffer);
                }
                self.filled = self.buffer.len();
            }
        }
        Ok(())
    }
}

fn read_some(input: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(into) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

#[cfg(test)]
#[path = "csv_source_tests.rs"]
mod tests;
