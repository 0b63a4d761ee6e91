//! The line by which a caller is found: the tail of a 整理番号 or of a phone number, a birth date in any usual writing,
//! kana, a name. Several words mean that all of them hold.

use unicode_normalization::UnicodeNormalization as _;

use super::caller::items_of;
use super::{Caller, Identifier};
use crate::domain::application::FormHeader;
use crate::domain::calendar::{Day, parse_day, usual_writings};
use crate::domain::fold::fold;
use crate::domain::form::StandIns;
use crate::domain::query::{Condition, FieldId, Needle, Query, Term};

/// A tail has so many digits at least: shorter ones are everybody's.
pub const SHORTEST_TAIL: usize = 4;

/// The last digits of a phone number that stand together however it is written.
const LAST_GROUP: usize = 4;

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineProblem {
    /// Nothing stands there.
    Empty,
    /// A tail of less than [`SHORTEST_TAIL`] digits.
    ShortTail,
}

/// One word: it holds where any of its meanings does.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    /// As a tail of digits.
    digits: Option<String>,
    /// As a birth date.
    day: Option<Day>,
    /// As part of a name or of its kana, folded and without spaces.
    text: String,
}

/// A line that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneLine {
    words: Vec<Word>,
}

/// Signs that stand between the digits of a phone number or a date.
fn joins(c: char) -> bool {
    "-()/.+ \u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2212}\u{30FC}\u{FF0D}".contains(c)
}

/// The digits of a text that holds nothing else but what joins them; `None` where something else stands there.
fn digits_of(text: &str) -> Option<String> {
    let text: String = text.nfkc().collect();
    let all = text.chars().all(|c| c.is_ascii_digit() || joins(c));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (all && !digits.is_empty()).then_some(digits)
}

/// As names are compared: folded, and 山形 花子 is 山形花子.
fn plain(text: &str) -> String {
    fold(text).replace(['\n', '\0'], "")
}

impl PhoneLine {
    /// Reads a line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(line: &str) -> Result<Self, LineProblem> {
        let line = line.trim();
        if plain(line).is_empty() {
            return Err(LineProblem::Empty);
        }
        // 令和2年 3月 4日 and 090 1234 5678 have spaces inside.
        let is_one = parse_day(line).is_ok() || digits_of(line).is_some();
        let words = if is_one { vec![line] } else { line.split_whitespace().collect() };
        let words = words.into_iter().filter(|word| !plain(word).is_empty());
        Ok(Self { words: words.map(Word::read).collect::<Result<_, _>>()? })
    }

    /// Whether what a record has is what the line says.
    #[must_use]
    pub fn means(&self, caller: &Caller) -> bool {
        self.words.iter().all(|word| word.holds(caller))
    }

    /// A query that finds all that the line may mean, and more: [`Self::means`] decides. `forms` are the forms that there
    /// are, each with what its definition says.
    #[must_use]
    pub fn query(&self, forms: &[(&FormHeader, Option<&StandIns>)]) -> Query {
        let items = |identifier: Identifier| {
            let mut items: Vec<&String> =
                forms.iter().flat_map(|(form, known)| items_of(form, *known, identifier)).collect();
            items.sort_unstable();
            items.dedup();
            items
        };
        Query::of(self.words.iter().map(|word| Term { negated: false, alternatives: word.asked(&items) }).collect())
    }
}

impl Word {
    fn read(word: &str) -> Result<Self, LineProblem> {
        let day = parse_day(word).ok().map(|dated| dated.value);
        let digits = digits_of(word);
        if day.is_none() && digits.as_ref().is_some_and(|digits| digits.len() < SHORTEST_TAIL) {
            return Err(LineProblem::ShortTail);
        }
        Ok(Self { digits: digits.filter(|digits| digits.len() >= SHORTEST_TAIL), day, text: plain(word) })
    }

    fn holds(&self, caller: &Caller) -> bool {
        let ends = |text: &str, tail: &str| digits_of(text).is_some_and(|digits| digits.ends_with(tail));
        if let Some(tail) = &self.digits {
            // A number may have letters before.
            let numbers = caller.said(Identifier::Number).any(|text| plain(text).ends_with(tail.as_str()));
            if numbers || caller.said(Identifier::Phone).any(|text| ends(text, tail)) {
                return true;
            }
        }
        if let Some(day) = self.day
            && caller.said(Identifier::BirthDate).any(|text| parse_day(text).is_ok_and(|dated| dated.value == day))
        {
            return true;
        }
        if self.digits.is_some() || self.day.is_some() {
            return false;
        }
        let names = caller.said(Identifier::Name).chain(caller.said(Identifier::Kana));
        names.into_iter().any(|text| plain(text).contains(&self.text))
            || caller.said(Identifier::Number).any(|text| plain(text).ends_with(&self.text))
    }

    /// What is looked for: each condition can be answered by the index.
    fn asked<'f>(&self, items: &dyn Fn(Identifier) -> Vec<&'f String>) -> Vec<Condition> {
        let mut asked = Vec::new();
        let in_items = |identifier: Identifier, text: &str| {
            let of = |item: &&String| Some(Condition::Item(Box::new(Needle::new(item)?), Needle::new(text)?));
            items(identifier).iter().filter_map(of).collect::<Vec<_>>()
        };
        if let Some(tail) = &self.digits {
            asked.extend(Needle::new(tail).map(|needle| Condition::Contains(FieldId::Number, needle)));
            asked.extend(in_items(Identifier::Phone, &tail[tail.len() - LAST_GROUP.min(tail.len())..]));
        }
        if let Some(day) = self.day {
            asked.extend(usual_writings(day).iter().flat_map(|text| in_items(Identifier::BirthDate, text)));
        }
        if self.digits.is_none() && self.day.is_none() {
            for field in [FieldId::Name, FieldId::Kana, FieldId::Number] {
                asked.extend(Needle::new(&self.text).map(|needle| Condition::Contains(field, needle)));
            }
            for identifier in [Identifier::Name, Identifier::Kana] {
                asked.extend(in_items(identifier, &self.text));
            }
        }
        asked
    }
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
