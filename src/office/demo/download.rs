//! One file of a demo download: the CSV of one form as the source system writes it, byte for byte.

use std::io::{self, Write};

use encoding_rs::SHIFT_JIS;
use jiff::civil::DateTime;

use super::chance::Chance;
use super::course::Course;
use super::forms::{Applicant, Encoding, Form};
use super::{Demo, answers, people};
use crate::domain::status::Status;

/// The fixed columns of the source system's list (domain.md §1).
pub(super) const COLUMNS: [&str; 10] = [
    "利用者ID",
    "連絡先メールアドレス",
    "整理番号",
    "氏名/法人名",
    "様式Ver.",
    "様式ID",
    "様式名",
    "申込日時",
    "処理状況",
    "備考",
];
const NAME: usize = 3;
const SUBMITTED: usize = 7;
const STATUS: usize = 8;
const REMARKS: usize = 9;

/// Applications lie within this many minutes before now.
const SPAN_MINUTES: u64 = 90 * 24 * 60;

/// Which of the two downloads a file belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    First,
    Second,
}

/// What is wrong with a bad row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bad {
    /// A byte that CP932 doesn't have.
    Undecodable,
    /// A NUL.
    Nul,
    /// A column too few.
    Short,
    /// A column too many.
    Long,
    /// A day that no calendar has.
    Date,
    /// A 処理状況 that nobody knows.
    Status,
    /// Two rows of one number that say different things: both are set aside.
    Conflict(bool),
}

impl Bad {
    /// One row each.
    pub(super) const ALL: [Self; 8] = [
        Self::Undecodable,
        Self::Nul,
        Self::Short,
        Self::Long,
        Self::Date,
        Self::Status,
        Self::Conflict(false),
        Self::Conflict(true),
    ];
}

/// One file of a download: a form's applications, newest first.
#[derive(Debug, Clone, Copy)]
pub struct Download<'f> {
    demo: Demo<'f>,
    form: usize,
    which: Which,
}

impl<'f> Download<'f> {
    pub(super) const fn new(demo: Demo<'f>, form: usize, which: Which) -> Self {
        Self { demo, form, which }
    }

    const fn form(&self) -> &'f Form<'f> {
        &self.demo.forms[self.form]
    }

    /// The name of the file: form, version and which download it is of.
    #[must_use]
    pub fn file_name(&self) -> String {
        let which = if self.which == Which::First { 1 } else { 2 };
        // The words of an office's own definitions are no file names.
        let word = |text: &str| text.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect::<String>();
        format!("moushikomi_{}_v{}_{which}.csv", word(self.form().code), word(self.form().version))
    }

    /// Whether it is written in UTF-8; else in CP932.
    #[must_use]
    pub fn is_utf8(&self) -> bool {
        self.form().encoding == Encoding::Utf8
    }

    /// Writes the file, a row at a time. Returns how many rows it has below its header, bad ones included.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write_to(&self, to: &mut dyn Write) -> io::Result<u64> {
        if self.is_utf8() {
            to.write_all("\u{FEFF}".as_bytes())?;
        }
        let items = self.form().items.iter().map(|(name, _)| *name);
        let header: Vec<String> = COLUMNS.into_iter().chain(items).map(str::to_owned).collect();
        self.write_row(to, &self.encoded(&header)?)?;
        let indices = match self.which {
            Which::First => self.demo.applications(self.form),
            Which::Second => self.demo.downloaded_again(self.form),
        };
        let mut written = 0;
        for index in indices.clone() {
            self.write_row(to, &self.encoded(&self.cells(index)?)?)?;
            written += 1;
        }
        if self.form == 0 && self.which == Which::First {
            written += self.write_on_top(to, indices)?;
        }
        Ok(written)
    }

    /// The rows on top of the good ones: the last good row once more, then the bad ones.
    fn write_on_top(&self, to: &mut dyn Write, good: std::ops::Range<u64>) -> io::Result<u64> {
        let mut written = 0;
        if let Some(last) = good.last() {
            self.write_row(to, &self.encoded(&self.cells(last)?)?)?;
            written += 1;
        }
        // Their numbers lie past those of the good applications; the two conflicting rows share one.
        for (place, bad) in Bad::ALL.into_iter().enumerate() {
            let index = self.demo.rows + place as u64 - u64::from(bad == Bad::Conflict(true));
            let mut cells = self.encoded(&self.cells(index)?)?;
            match bad {
                Bad::Undecodable => cells[NAME].push(0xA0),
                Bad::Nul => cells[NAME].push(0),
                Bad::Short => drop(cells.pop()),
                Bad::Long => cells.push(b"?".to_vec()),
                Bad::Date => cells[SUBMITTED] = self.bytes("2020年13月45日 25時99分")?,
                Bad::Status => cells[STATUS] = self.bytes("審査待ち")?,
                Bad::Conflict(second) => cells[REMARKS] = self.bytes(if second { "変更後" } else { "変更前" })?,
            }
            self.write_row(to, &cells)?;
            written += 1;
        }
        Ok(written)
    }

    /// The cells of one application.
    fn cells(&self, index: u64) -> io::Result<Vec<String>> {
        let (demo, form) = (&self.demo, self.form());
        // Somebody applies twice now and then: the same person as the application before.
        let applications = demo.applications(self.form);
        let twice = index > applications.start && Chance::of(demo.seed, index, 3).once_in(40);
        let person = index - u64::from(twice);
        let applied = people::applicant(&mut Chance::of(demo.seed, person, 4), form.applicant, form.encoding);
        let course = Course::of(demo, index);
        let (status, corrected) = match self.which {
            Which::First => (course.start, false),
            Which::Second => (course.end(), course.is_corrected()),
        };
        let submitted = self.submitted(index)?;
        let mail = match form.applicant {
            Applicant::Person => format!("user{person:07}@example.jp"),
            Applicant::Business => format!("office{person:07}@example.lg.jp"),
        };
        let mut cells = vec![
            format!("user{person:07}"),
            mail,
            demo.number(index),
            applied.name.clone(),
            form.version.to_owned(),
            form.code.to_owned(),
            form.name.to_owned(),
            self.written(submitted),
            self.label(status),
            if corrected { "補正済み".to_owned() } else { String::new() },
        ];
        debug_assert_eq!(cells.len(), COLUMNS.len());
        for (place, (_, kind)) in form.items.iter().enumerate() {
            // A correction changes what stands after the reading of the name.
            let salt = if corrected && place > 0 { 1_000 } else { 100 } + place as u64;
            cells.push(answers::answer(*kind, &mut Chance::of(demo.seed, person, salt), &applied, submitted));
        }
        Ok(cells)
    }

    /// 申込日時: the applications of a form are spread evenly over the span, newest first.
    fn submitted(&self, index: u64) -> io::Result<DateTime> {
        let all = self.demo.applications(self.form);
        let count = (all.end - all.start).max(1);
        let place = u128::from(index.saturating_sub(all.start)).min(u128::from(count));
        let slot = SPAN_MINUTES / count;
        let within = Chance::of(self.demo.seed, index, 5).below(slot.max(1));
        let minutes = (place * u128::from(SPAN_MINUTES) / u128::from(count)) as u64 + within + 1;
        let seconds = self.demo.now.seconds - minutes.cast_signed() * 60;
        let offset = i32::from(self.demo.now.offset_minutes) * 60;
        let at = jiff::Timestamp::from_second(seconds).map_err(io::Error::other)?;
        Ok(jiff::tz::Offset::from_seconds(offset).map_err(io::Error::other)?.to_datetime(at))
    }

    /// A date and time as the file writes it.
    fn written(&self, at: DateTime) -> String {
        let (year, month, day, hour, minute) = (at.year(), at.month(), at.day(), at.hour(), at.minute());
        match self.form().encoding {
            Encoding::Cp932 => format!("{year}年{month:02}月{day:02}日 {hour:02}時{minute:02}分"),
            Encoding::Utf8 => format!("{year}/{month:02}/{day:02} {hour:02}:{minute:02}"),
        }
    }

    /// A status as the file writes it: parentheses of either width.
    fn label(&self, status: Status) -> String {
        match self.form().encoding {
            Encoding::Cp932 => status.label().replace('（', "(").replace('）', ")"),
            Encoding::Utf8 => status.label().to_owned(),
        }
    }

    fn encoded(&self, cells: &[String]) -> io::Result<Vec<Vec<u8>>> {
        cells.iter().map(|cell| self.bytes(cell)).collect()
    }

    /// The bytes of a text in the file's encoding.
    fn bytes(&self, text: &str) -> io::Result<Vec<u8>> {
        match self.form().encoding {
            Encoding::Utf8 => Ok(text.as_bytes().to_vec()),
            Encoding::Cp932 => cp932(text),
        }
    }

    /// Writes a row. Quotes and commas are the same single bytes in both encodings, and no second byte of a CP932
    /// character equals them, so rows are quoted as bytes.
    fn write_row(&self, to: &mut dyn Write, cells: &[Vec<u8>]) -> io::Result<()> {
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                to.write_all(b",")?;
            }
            if cell.iter().any(|byte| b",\"\r\n".contains(byte)) {
                let doubled: Vec<u8> =
                    cell.iter().flat_map(|byte| std::iter::repeat_n(*byte, 1 + usize::from(*byte == b'"'))).collect();
                to.write_all(b"\"")?;
                to.write_all(&doubled)?;
                to.write_all(b"\"")?;
            } else {
                to.write_all(cell)?;
            }
        }
        to.write_all(b"\r\n")
    }
}

/// Encodes in CP932. U+E000 and on are written as the 外字 from F040 on, which the encoder of the web refuses to make.
fn cp932(text: &str) -> io::Result<Vec<u8>> {
    let gaiji = |c: char| ('\u{E000}'..'\u{E758}').contains(&c);
    let mut bytes = Vec::with_capacity(text.len());
    for part in text.split_inclusive(gaiji) {
        let plain = part.trim_end_matches(gaiji);
        let (encoded, _, unmappable) = SHIFT_JIS.encode(plain);
        if unmappable {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the demo has a character that CP932 can't write"));
        }
        bytes.extend_from_slice(&encoded);
        for c in part[plain.len()..].chars() {
            let place = u32::from(c) - 0xE000;
            let trail = (place % 188) as u8;
            bytes.push(0xF0 + (place / 188) as u8);
            bytes.push(0x40 + trail + u8::from(trail >= 0x3F));
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cp932_has_the_bytes_of_the_domain_page() {
        assert_eq!(cp932("髙﨑邉邊").unwrap(), [0xFB, 0xFC, 0xFA, 0xB1, 0xE7, 0xB3, 0xE7, 0xB2]);
        assert_eq!(
            cp932("\u{E000}\u{E03E}\u{E03F}\u{E0BC}").unwrap(),
            [0xF0, 0x40, 0xF0, 0x7E, 0xF0, 0x80, 0xF1, 0x40]
        );
        assert_eq!(SHIFT_JIS.decode(&[0xF0, 0x40, 0xF1, 0x40]).0, "\u{E000}\u{E0BC}");
        assert!(cp932("𠮷").is_err());
    }
}
