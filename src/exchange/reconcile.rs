//! 突合: two lists compared by a key column, as text, so that zeros stay. The first list says who should hand something in
//! (対象者), the second what was handed in. The first is kept in memory, as far as both have its columns; the second streams.

use std::collections::HashMap;
use std::io::Read;

use super::encoding::{Choice, Encoding};
use super::fault::ImportError;
use super::profile::column_key;
use super::rows::open_source;
use crate::domain::fold::{Tier, fold, tier};

/// One row of a list: its line, and the key as it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedRow {
    /// The line, from 1.
    pub line: u64,
    /// The key.
    pub key: String,
}

/// A column in which two rows of one key differ by more than width and spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// Its name.
    pub column: String,
    /// How alike the two are; `None` = not at all.
    pub tier: Option<Tier>,
    /// What the first list says, and the second.
    pub said: (String, String),
}

/// Why something that was handed in needs to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flaws {
    /// How many rows of the first list have this key, and of the second: one each where nothing is wrong with that.
    pub rows: (u64, u64),
    /// The columns that differ.
    pub columns: Vec<Differing>,
}

/// A row of the second list with its 対象者.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// In the first list.
    pub target: KeyedRow,
    /// In the second list.
    pub row: KeyedRow,
    /// What is wrong with it.
    pub flaws: Flaws,
}

/// A row that can't be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unread {
    /// Whether it stands in the second list.
    pub second: bool,
    /// Its line, from 1.
    pub line: u64,
    /// Why.
    pub why: WhyUnread,
}

/// Why a row can't be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyUnread {
    /// It has no key.
    NoKey,
    /// It has another number of columns than the header, or a stray quote.
    Ragged,
    /// Bytes that don't decode, or NUL.
    Undecodable,
    /// Reading stopped here: a quote that is never closed, a cell without end.
    Stopped,
}

/// How two lists stand to each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// 対象者: the rows of the first list that have a key.
    pub targets: u64,
    /// 提出済: handed in once, and both lists agree.
    pub submitted: Vec<Submitted>,
    /// 不備: handed in, but more than once, or the lists don't agree.
    pub flawed: Vec<Submitted>,
    /// 未提出: in the first list alone.
    pub missing: Vec<KeyedRow>,
    /// In the second list alone.
    pub outside: Vec<KeyedRow>,
    /// What couldn't be compared.
    pub unread: Vec<Unread>,
}

/// Why two lists can't be compared.
#[derive(Debug)]
pub enum Incomparable {
    /// A list can't be read; whether it is the second.
    File(bool, ImportError),
    /// A list has no such column, or has it twice: whether it is the second, and the columns that it has.
    NoKey(bool, Vec<String>),
}

/// A list that was opened.
struct Opened<R> {
    second: bool,
    source: super::csv_source::CsvSource<R>,
    encoding: Encoding,
    header: Vec<String>,
    key: usize,
}

fn opened(input: impl Read, choice: Choice, key: &str, second: bool) -> Result<Opened<impl Read>, Incomparable> {
    let (source, encoding, (header, _)) =
        open_source(input, choice).map_err(|error| Incomparable::File(second, error))?;
    let wanted = column_key(key);
    let mut places = header.iter().enumerate().filter(|(_, name)| column_key(name) == wanted).map(|(place, _)| place);
    match (places.next(), places.next()) {
        (Some(key), None) => Ok(Opened { second, source, encoding, header, key }),
        _ => Err(Incomparable::NoKey(second, header)),
    }
}

impl<R: Read> Opened<R> {
    /// Shows each row that has a key: the row, and the cells at `places`. What can't be read is noted and passed over.
    fn each(&mut self, places: &[usize], unread: &mut Vec<Unread>, see: &mut dyn FnMut(KeyedRow, Vec<String>)) {
        let second = self.second;
        loop {
            let record = match self.source.next_record() {
                Ok(Some(record)) => record,
                Ok(None) => return,
                Err(stop) => {
                    let line = stop.line();
                    return unread.push(Unread { second, line, why: WhyUnread::Stopped });
                }
            };
            let line = record.line;
            let mut aside = |why| unread.push(Unread { second, line, why });
            if record.len() != self.header.len() || record.stray_quote.is_some() {
                aside(WhyUnread::Ragged);
                continue;
            }
            let text = |place: usize| Some(self.encoding.decode_field(&record.field(place))?.text.trim().to_owned());
            let cells: Option<Vec<String>> = places.iter().map(|place| text(*place)).collect();
            let (Some(key), Some(cells), false) = (text(self.key), cells, record.bytes.contains(&0)) else {
                aside(WhyUnread::Undecodable);
                continue;
            };
            if key.is_empty() {
                aside(WhyUnread::NoKey);
                continue;
            }
            see(KeyedRow { line, key }, cells);
        }
    }
}

/// A 対象者 while the second list goes by.
struct Target {
    row: KeyedRow,
    cells: Vec<String>,
    count: u64,
    submitted: Option<Submitted>,
}

/// Compares two lists by a key. Columns that both have by name are compared too.
///
/// # Errors
/// [`Incomparable`].
pub fn reconcile(first: impl Read, second: impl Read, key: &str, choice: Choice) -> Result<Reconciled, Incomparable> {
    let (mut first, mut second) = (opened(first, choice, key, false)?, opened(second, choice, key, true)?);
    let names: Vec<String> = second.header.iter().map(|name| column_key(name)).collect();
    let both = first.header.iter().enumerate().filter(|(place, _)| *place != first.key);
    let both: Vec<(usize, usize)> = both
        .filter_map(|(place, name)| Some((place, names.iter().position(|known| *known == column_key(name))?)))
        .filter(|(_, place)| *place != second.key)
        .collect();
    let (ours, theirs): (Vec<usize>, Vec<usize>) = both.into_iter().unzip();
    let mut done = Reconciled::default();
    let mut targets: Vec<Target> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    first.each(&ours, &mut done.unread, &mut |row, cells| {
        done.targets += 1;
        match places.get(&fold(&row.key)) {
            Some(place) => targets[*place].count += 1,
            None => {
                places.insert(fold(&row.key), targets.len());
                targets.push(Target { row, cells, count: 1, submitted: None });
            }
        }
    });
    second.each(&theirs, &mut done.unread, &mut |row, cells| {
        let Some(target) = places.get(&fold(&row.key)).map(|place| &mut targets[*place]) else {
            return done.outside.push(row);
        };
        if let Some(submitted) = &mut target.submitted {
            submitted.flaws.rows.1 += 1;
            return;
        }
        let pairs = ours.iter().zip(target.cells.iter().zip(cells));
        let in_cells = pairs.filter_map(|(place, (ours, theirs))| differing(&first.header[*place], ours, &theirs));
        // Keys are found in any width, case and glyph; what goes beyond width is told.
        let in_key = differing(key, &target.row.key, &row.key);
        let columns = in_key.into_iter().chain(in_cells).collect();
        let flaws = Flaws { rows: (target.count, 1), columns };
        target.submitted = Some(Submitted { target: target.row.clone(), row, flaws });
    });
    for target in targets {
        match target.submitted {
            None => done.missing.push(target.row),
            Some(one) if one.flaws.rows == (1, 1) && one.flaws.columns.is_empty() => done.submitted.push(one),
            Some(one) => done.flawed.push(one),
        }
    }
    Ok(done)
}

/// A row that was found by its key: its line, and the cells by the names of their columns.
pub type FoundRow = (u64, Vec<(String, String)>);

/// The rows of a list whose key column holds a text, in any width and case; no more than `most`.
///
/// # Errors
/// [`Incomparable`].
pub fn rows_of(
    list: impl Read,
    choice: Choice,
    (key, wanted): (&str, &str),
    most: usize,
) -> Result<Vec<FoundRow>, Incomparable> {
    let mut list = opened(list, choice, key, false)?;
    let places: Vec<usize> = (0..list.header.len()).collect();
    let (names, wanted) = (list.header.clone(), fold(wanted));
    let (mut found, mut unread) = (Vec::new(), Vec::new());
    list.each(&places, &mut unread, &mut |row, cells| {
        if found.len() < most && fold(&row.key) == wanted {
            found.push((row.line, names.iter().cloned().zip(cells).collect()));
        }
    });
    Ok(found)
}

fn differing(name: &str, ours: &str, theirs: &str) -> Option<Differing> {
    let tier = tier(ours, theirs);
    let differs = tier.is_none_or(|tier| tier > Tier::Width);
    differs.then(|| Differing { column: name.to_owned(), tier, said: (ours.to_owned(), theirs.to_owned()) })
}
