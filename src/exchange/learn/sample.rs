//! What the first rows of an unknown file show of each column. Reads a stream and keeps little of it: counts, a few
//! values, and no more words than a list of statuses has.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Read;

use crate::domain::calendar::parse_instant;
use crate::exchange::encoding::{Choice, Encoding};
use crate::exchange::fault::ImportError;
use crate::exchange::profile::{column_key, sensitive_columns};
use crate::exchange::rows::open_source;

/// So many rows are looked at, at most.
const ROWS_MAX: u64 = 5000;
/// So many cells, at most: of a very wide file fewer rows.
const CELLS_MAX: u64 = 1_000_000;
/// So many bytes, at most: of very long rows fewer.
const BYTES_MAX: u64 = 64 << 20;
/// A header with more columns is no list of applications.
pub(super) const COLUMNS_MAX: usize = 4096;
/// A column with more different words, or longer ones, holds no statuses.
const WORDS_MAX: usize = 30;
const WORD_CHARS: usize = 20;
/// So many values are shown of a column, cut to so many characters.
const SAMPLES: usize = 3;
const SAMPLE_CHARS: usize = 40;

/// The beginning of a file.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Its encoding.
    pub encoding: Encoding,
    /// Its columns, as the header has them.
    pub columns: Vec<SampledColumn>,
    /// Rows that were looked at, without those that an import would set aside for their shape.
    pub rows: u64,
}

/// What the rows show of one column.
#[derive(Debug, Clone, Default)]
pub struct SampledColumn {
    /// Its heading.
    pub name: String,
    /// Whether it names 個人番号 or an account number: then nothing of its values is kept.
    pub is_sensitive: bool,
    /// Whether another column has the same heading.
    pub is_repeated: bool,
    /// The first different values.
    pub samples: Vec<String>,
    /// How many cells have a value.
    pub filled: u64,
    /// How many of them had come before.
    pub again: u64,
    /// How many look like a code: letters, digits and hyphens.
    pub codes: u64,
    /// How many are digits alone.
    pub digits: u64,
    /// Whether one of these begins with 0.
    pub leading_zero: bool,
    /// The shortest and the longest value, characters.
    pub length: Option<(usize, usize)>,
    /// How many a spreadsheet has made a power of ten of: `8.65E+11`.
    pub powers: u64,
    /// How many the calendar reads.
    pub dates: u64,
    /// How many of them have a time.
    pub times: u64,
    /// How many are a date whose day and month can't be told apart: `01/02/2020`.
    pub day_or_month: u64,
    /// How many look like a mail address.
    pub mails: u64,
    /// The different words, each with its count; `None` = too many or too long for labels.
    pub words: Option<Vec<(String, u64)>>,
    seen: HashSet<u64>,
}

impl Sample {
    /// Reads the beginning of a file.
    ///
    /// # Errors
    /// What an import would say of the file as a whole; [`ImportError::TooManyColumns`].
    pub fn read(input: impl Read, choice: Choice) -> Result<Self, ImportError> {
        let (mut source, encoding, header) = open_source(input, choice)?;
        if header.len() > COLUMNS_MAX {
            return Err(ImportError::TooManyColumns(header.len() as u64));
        }
        let mut columns = columns_of(&header);
        let rows_max = ROWS_MAX.min(CELLS_MAX / header.len().max(1) as u64);
        let mut rows = 0;
        // A row that stops the reader ends the sample: the import will name it.
        while rows < rows_max
            && let Ok(Some(record)) = source.next_record()
        {
            let (nul, far) = (record.bytes.contains(&0), record.end > BYTES_MAX);
            if record.len() == columns.len() && record.stray_quote.is_none() && !nul {
                let cells: Vec<_> = (0..record.len()).map(|index| record.field(index)).collect();
                let texts: Option<Vec<_>> = cells.iter().map(|cell| encoding.decode_field(cell)).collect();
                if let Some(texts) = texts {
                    rows += 1;
                    for (column, decoded) in columns.iter_mut().zip(&texts) {
                        column.look(&decoded.text);
                    }
                }
            }
            if far {
                break;
            }
        }
        Ok(Self { encoding, columns, rows })
    }
}

fn columns_of(header: &[String]) -> Vec<SampledColumn> {
    let sensitive: HashSet<u64> = sensitive_columns(header).into_iter().map(|column| column.column).collect();
    let keys: Vec<String> = header.iter().map(|name| column_key(name)).collect();
    let mut seen = HashSet::new();
    let twice: HashSet<&String> = keys.iter().filter(|key| !seen.insert(*key)).collect();
    let column = |(name, (key, place)): (&String, (&String, u64))| SampledColumn {
        name: name.clone(),
        is_sensitive: sensitive.contains(&place),
        is_repeated: twice.contains(key),
        words: Some(Vec::new()),
        ..SampledColumn::default()
    };
    header.iter().zip(keys.iter().zip(1..)).map(column).collect()
}

impl SampledColumn {
    fn look(&mut self, cell: &str) {
        let value = cell.trim();
        if self.is_sensitive {
            self.words = None;
            self.filled += u64::from(!value.is_empty());
            return;
        }
        self.note_word(value);
        if value.is_empty() {
            return;
        }
        self.filled += 1;
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        if !self.seen.insert(hasher.finish()) {
            self.again += 1;
        } else if self.samples.len() < SAMPLES {
            self.samples.push(cut(value));
        }
        let length = value.chars().take(SAMPLE_CHARS * 2).count();
        self.length = Some(self.length.map_or((length, length), |(min, max)| (min.min(length), max.max(length))));
        self.codes += u64::from(is_code(value));
        if value.bytes().all(|byte| byte.is_ascii_digit()) {
            self.digits += 1;
            self.leading_zero |= value.starts_with('0');
        }
        self.powers += u64::from(is_power(value));
        if value.len() <= 64 && !value.bytes().all(|byte| byte.is_ascii_digit()) && parse_instant(value).is_ok() {
            self.dates += 1;
            self.times += u64::from(value.contains([':', '：', '時']));
        }
        self.day_or_month += u64::from(is_day_or_month(value));
        self.mails += u64::from(is_mail(value));
    }

    fn note_word(&mut self, value: &str) {
        let Some(words) = &mut self.words else { return };
        if let Some((_, count)) = words.iter_mut().find(|(word, _)| word == value) {
            *count += 1;
        } else if words.len() < WORDS_MAX && value.chars().nth(WORD_CHARS).is_none() {
            words.push((value.to_owned(), 1));
        } else {
            self.words = None;
        }
    }

    /// Whether every value is there once.
    pub(super) const fn is_unique(&self, rows: u64) -> bool {
        self.filled == rows && self.again == 0
    }
}

fn cut(value: &str) -> String {
    match value.char_indices().nth(SAMPLE_CHARS) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// Letters, digits and what joins them, with one digit at least.
fn is_code(value: &str) -> bool {
    value.len() <= 64
        && value.bytes().any(|byte| byte.is_ascii_digit())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_/.".contains(&byte))
}

/// `8.65E+11`: what a spreadsheet makes of a long number.
fn is_power(value: &str) -> bool {
    value.split_once(['E', 'e']).is_some_and(|(number, power)| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits(&number.replacen('.', "", 1)) && power.strip_prefix('+').is_some_and(digits)
    })
}

/// `01/02/2020` and the like: the year last, and two numbers before it that may both be a month.
fn is_day_or_month(value: &str) -> bool {
    let day = value.split([' ', 'T']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split(['/', '-', '.']).collect();
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| {
        digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    matches!(parts.as_slice(), [a, b, year] if number(a, 1..=2) && number(b, 1..=2) && number(year, 4..=4))
}

fn is_mail(value: &str) -> bool {
    let parts = value.split_once('@');
    parts.is_some_and(|(local, host)| !local.is_empty() && host.contains('.') && !value.contains([' ', '　']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(text: &str) -> Sample {
        Sample::read(text.as_bytes(), Choice::Utf8).unwrap()
    }

    #[test]
    fn columns_show_what_they_hold() {
        let sample =
            sample("番号,日,宛先,状\n001,令和2年10月29日 9:24,a@b.jp,済\n002,2020-10-30,,済\n8.65E+11,x,,\n短い\n");
        let [number, day, mail, word] = sample.columns.as_slice() else { unreachable!() };
        assert_eq!((sample.rows, number.filled, number.again, number.powers), (3, 3, 0, 1));
        assert!(number.is_unique(3) && number.leading_zero && number.length == Some((3, 8)));
        assert_eq!((day.dates, day.times, mail.mails, mail.filled), (2, 1, 1, 1));
        assert_eq!(word.words, Some(vec![("済".to_owned(), 2), (String::new(), 1)]));
    }

    #[test]
    fn nothing_is_kept_of_a_sensitive_column_and_little_of_others() {
        let long = "長".repeat(100);
        let sample = sample(&format!("個人番号,文,文\n123456789012,{long},\n"));
        assert!(sample.columns[0].samples.is_empty() && sample.columns[0].words.is_none());
        assert_eq!(sample.columns[1].samples[0].chars().count(), SAMPLE_CHARS + 1);
        assert!(sample.columns[1].words.is_none() && sample.columns[2].is_repeated);
    }

    #[test]
    fn shapes() {
        assert!(is_power("8.65E+11") && is_power("8e+2") && !is_power("E+1") && !is_power("3E4"));
        assert!(is_day_or_month("01/02/2020 10:00") && !is_day_or_month("2020/01/02"));
        assert!(is_code("R2-0001") && !is_code("山1") && !is_code("abc"));
        assert!(is_mail("a@b.jp") && !is_mail("@b.jp") && !is_mail("a@b"));
    }
}
