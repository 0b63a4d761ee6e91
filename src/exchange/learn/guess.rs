//! Which column is which field, as far as headings and values tell.

use super::doubt::Doubt;
use super::proposal::Question;
use super::sample::{Sample, SampledColumn};
use super::words::{self, SURE_STATUS, WEAK_NUMBER};
use crate::domain::status::Status;
use crate::exchange::profile::Column;

/// A list of applications has no more statuses than this.
const STATUSES_MAX: usize = 12;

/// What was found out about each column.
pub(super) struct Guess {
    /// The field of each column.
    pub fields: Vec<Option<Column>>,
    /// The doubts of each column.
    pub doubts: Vec<Vec<Doubt>>,
    /// What a person should decide.
    pub questions: Vec<Question>,
}

pub(super) fn guess(sample: &Sample) -> Guess {
    let count = sample.columns.len();
    let mut guess = Guess { fields: vec![None; count], doubts: vec![Vec::new(); count], questions: Vec::new() };
    for (column, doubts) in sample.columns.iter().zip(&mut guess.doubts) {
        if column.is_sensitive {
            doubts.push(Doubt::Sensitive);
        }
    }
    for field in words::fields() {
        guess.field(field, sample);
    }
    guess
}

/// Whether a column may be a field at all.
fn is_usable(column: &SampledColumn) -> bool {
    !column.is_sensitive && !column.is_repeated && !column.name.trim().is_empty()
}

impl Guess {
    fn field(&mut self, field: Column, sample: &Sample) {
        let mut named = Vec::new();
        for (index, column) in sample.columns.iter().enumerate() {
            let Some(rank) = words::rank(field, &column.name) else { continue };
            if column.is_repeated && self.fields[index].is_none() {
                self.doubts[index].push(Doubt::HeadingTwice);
            } else if is_usable(column) && self.fields[index].is_none() {
                match disagreement(field, rank, column, sample.rows) {
                    Some(doubt) => self.doubts[index].push(doubt),
                    None => named.push((field == Column::Number && !column.is_unique(sample.rows), rank, index)),
                }
            }
        }
        named.sort_unstable();
        if let Some(&(_, rank, best)) = named.first() {
            self.fields[best] = Some(field);
            self.doubts[best].extend(doubts(field, &sample.columns[best], sample.rows));
            let others: Vec<usize> = named[1..].iter().map(|(_, _, index)| *index).collect();
            let rivals = named[1..]
                .iter()
                .any(|(repeated, other, _)| !repeated && (*other < WEAK_NUMBER || rank >= WEAK_NUMBER));
            let must = field == Column::Number && (rivals || sample.columns[best].powers > 0);
            if !others.is_empty() {
                self.doubts[best].push(Doubt::Others(names(sample, &others)));
            }
            if must || (!others.is_empty() && field != Column::Number) {
                let mut candidates = vec![best];
                candidates.extend(others);
                self.questions.push(Question::Column { field, candidates, proposed: Some(best), must });
            }
            return;
        }
        self.by_values(field, sample);
    }

    /// Makes the column of a field an item.
    pub(super) fn leave(&mut self, field: Column) {
        for (known, doubts) in self.fields.iter_mut().zip(&mut self.doubts) {
            if *known == Some(field) {
                *known = None;
                doubts.clear();
            }
        }
        self.questions.retain(|question| !matches!(question, Question::Column { field: asked, .. } if *asked == field));
    }

    /// A field that no heading names.
    fn by_values(&mut self, field: Column, sample: &Sample) {
        let rows = sample.rows;
        let free = |index: &usize| self.fields[*index].is_none() && is_usable(&sample.columns[*index]);
        let free: Vec<usize> = (0..sample.columns.len()).filter(free).collect();
        let like = |good: &dyn Fn(&SampledColumn) -> bool| -> Vec<usize> {
            free.iter().copied().filter(|index| rows > 0 && good(&sample.columns[*index])).collect()
        };
        let (candidates, must) = match field {
            Column::Number => {
                let mut codes = like(&|column| column.is_unique(rows) && column.codes == rows && column.dates < rows);
                codes.sort_by_key(|index| sample.columns[*index].length.is_none_or(|(min, max)| min != max));
                (codes, true)
            }
            Column::Submitted => {
                let mut days = like(&|column| column.dates == rows && !words::names_another_day(&column.name));
                days.sort_by_key(|index| sample.columns[*index].times == 0);
                (days, false)
            }
            Column::Mail => (like(&|column| column.filled > 0 && column.mails == column.filled), false),
            _ => return,
        };
        let proposed = candidates.first().copied();
        if let Some(best) = proposed {
            self.fields[best] = Some(field);
            self.doubts[best].push(Doubt::ByValues);
            self.doubts[best].extend(doubts(field, &sample.columns[best], rows));
        }
        if proposed.is_some() || must {
            let candidates = if proposed.is_some() { candidates } else { free };
            self.questions.push(Question::Column { field, candidates, proposed, must });
        }
    }
}

fn names(sample: &Sample, columns: &[usize]) -> String {
    let names: Vec<&str> = columns.iter().map(|index| sample.columns[*index].name.as_str()).collect();
    names.join("、")
}

/// Why a column isn't the field that its heading says, if it isn't.
fn disagreement(field: Column, rank: usize, column: &SampledColumn, rows: u64) -> Option<Doubt> {
    let agrees = match field {
        _ if rows == 0 => true,
        Column::Number => column.filled > 0,
        Column::Submitted => {
            if column.dates * 2 > rows {
                return None;
            }
            let unreadable = Doubt::UnreadableDates(rows - column.dates);
            return Some(if column.day_or_month > 0 { Doubt::DayOrMonth(column.day_or_month) } else { unreadable });
        }
        Column::Status => holds_statuses(column, rank),
        Column::Line => column
            .words
            .as_ref()
            .is_some_and(|words| words.iter().all(|(word, _)| word.is_empty() || words::near_line(word).is_some())),
        Column::Mail => column.filled == 0 || column.mails * 2 > column.filled,
        _ => true,
    };
    (!agrees).then_some(Doubt::OtherValues(field))
}

fn holds_statuses(column: &SampledColumn, rank: usize) -> bool {
    let Some(words) = &column.words else { return false };
    let known = |word: &str| !word.is_empty() && (Status::parse(word).is_some() || words::near_status(word).is_some());
    words.len() <= STATUSES_MAX && (rank < SURE_STATUS || words.iter().any(|(word, _)| known(word)))
}

/// What is doubtful about a column as this field.
pub(super) fn doubts(field: Column, column: &SampledColumn, rows: u64) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    match field {
        Column::Number => {
            if column.again > 0 {
                doubts.push(Doubt::Repeats(column.again));
            }
            if column.filled < rows {
                doubts.push(Doubt::Empty(rows - column.filled));
            }
            if column.powers > 0 {
                doubts.push(Doubt::Powers(column.powers));
            }
            // A count of rows grows longer too, but it doesn't begin so long.
            let uneven = column.length.is_some_and(|(min, max)| min < max && max >= 6 && min >= 4);
            if uneven && column.digits == column.filled && !column.leading_zero {
                doubts.push(Doubt::LostZeros);
            }
        }
        Column::Submitted if column.dates < rows => doubts.push(Doubt::UnreadableDates(rows - column.dates)),
        _ => {}
    }
    doubts
}
