//! Which parts of a cell a query's words match, so that a row shows why it is in the list.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::super::column::Column;
use super::super::fold::{find_folded, fold};
use super::Query;
use super::field::FieldId;
use super::matching::is_item;
use super::tree::{Condition, Needle};

impl Query {
    /// The parts of `text`, the unchanged text of a cell of `column`, that the words of the query match: bytes,
    /// ascending, apart from each other, whole graphemes. What must not match marks nothing.
    #[must_use]
    pub fn marks(&self, column: &Column, text: &str) -> Vec<Range<usize>> {
        whole_graphemes(text, self.found(column, text))
    }

    /// The parts of a name that the query matches, be it by their reading, where that doesn't stand beside it: word by
    /// word where name and reading have as many, else the whole name.
    #[must_use]
    pub fn marks_by_reading(&self, name: &str, reading: &str) -> Vec<Range<usize>> {
        let mut found = self.found(&Column::Name, name);
        let read = self.found(&Column::Kana, reading);
        if !read.is_empty() {
            let (words, readings) = (words(name), words(reading));
            let is_read = |word: &Range<usize>| read.iter().any(|part| part.start < word.end && part.end > word.start);
            if words.len() == readings.len() {
                let pairs = words.into_iter().zip(readings);
                found.extend(pairs.filter(|(_, reading)| is_read(reading)).map(|(word, _)| word));
            } else {
                found.extend(words);
            }
        }
        whole_graphemes(name, found)
    }

    fn found(&self, column: &Column, text: &str) -> Vec<Range<usize>> {
        let positive = self.terms.iter().filter(|term| !term.negated);
        let conditions = positive.flat_map(|term| &term.alternatives);
        conditions.flat_map(|condition| found_by(condition, column, text)).collect()
    }
}

/// Where the words of a name lie, which stand between spaces of any width.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let place = |word: &str| {
        let start = at;
        at += word.len();
        start..start + word.trim_end().len()
    };
    text.split_inclusive(char::is_whitespace).map(place).filter(|word| !word.is_empty()).collect()
}

/// What one condition finds in a cell; the same fields as [`super::matching`] asks.
fn found_by(condition: &Condition, column: &Column, text: &str) -> Vec<Range<usize>> {
    let is_of = |field: FieldId| match column {
        Column::Number => field == FieldId::Number,
        Column::Name => field == FieldId::Name,
        Column::Kana => field == FieldId::Kana,
        Column::Mail => field == FieldId::Mail,
        Column::Remarks => field == FieldId::Remarks,
        Column::FormVersion => field == FieldId::FormVersion,
        Column::Source => field == FieldId::Source,
        _ => false,
    };
    match (condition, column) {
        (
            Condition::Text(needle),
            Column::Number
            | Column::Name
            | Column::Kana
            | Column::Remarks
            | Column::Form
            | Column::FormName
            | Column::Item(_),
        )
        | (Condition::Form(needle), Column::FormName) => find_folded(text, needle.folded()),
        (Condition::Contains(field, needle), _) if is_of(*field) => find_folded(text, needle.folded()),
        (Condition::Item(name, needle), Column::Item(item)) if is_item(&fold(item), name.folded()) => {
            find_folded(text, needle.folded())
        }
        (Condition::Form(needle), Column::Form) => whole_if_equal(text, needle),
        (Condition::Equal(field, needle), _) if is_of(*field) => whole_if_equal(text, needle),
        _ => Vec::new(),
    }
}

fn whole_if_equal(text: &str, needle: &Needle) -> Vec<Range<usize>> {
    if fold(text) == needle.folded() { vec![Range { start: 0, end: text.len() }] } else { Vec::new() }
}

/// Widens what was found to whole graphemes: a terminal draws no half of one. Neighbours become one range.
fn whole_graphemes(text: &str, mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    found.sort_unstable_by_key(|range| range.start);
    let mut whole: Vec<Range<usize>> = Vec::new();
    let Some(last) = found.iter().map(|range| range.end).max() else { return whole };
    let (mut found, mut reach) = (found.into_iter().peekable(), 0);
    for (start, grapheme) in text.grapheme_indices(true).take_while(|(start, _)| *start < last) {
        let end = start + grapheme.len();
        while let Some(range) = found.next_if(|range| range.start < end) {
            reach = reach.max(range.end);
        }
        if reach <= start {
            continue;
        }
        match whole.last_mut() {
            Some(before) if before.end == start => before.end = end,
            _ => whole.push(start..end),
        }
    }
    whole
}
