//! The parser: text to terms, or the place where it fails.

use std::ops::Range;

use super::super::application::Line;
use super::super::calendar::{Day, parse_span};
use super::super::finding::Finding;
use super::super::reflection::Reflection;
use super::super::ruling::RulingState;
use super::fault::{Problem, QueryError};
use super::field::{self, FIELDS, FieldId, Kind};
use super::tree::{Condition, Needle, Term, is_bar, is_blank, is_colon, is_minus, is_quote};
use super::value::{Feature, Listed, Reply, StatusChoice, Survey};

/// Reads all terms. `typing`: a quote that is still open at the end counts as closed there.
pub(super) fn terms(text: &str, today: Day, typing: bool) -> Result<Vec<Term>, QueryError> {
    Ok(placed_terms(text, today, typing)?.into_iter().map(|(term, _)| term).collect())
}

/// As [`terms`], each with its place in the text.
pub(super) fn placed_terms(text: &str, today: Day, typing: bool) -> Result<Vec<(Term, Range<usize>)>, QueryError> {
    let mut parser = Parser { text, at: 0, today, typing };
    let mut terms = Vec::new();
    loop {
        parser.take_while(is_blank);
        if parser.peek().is_none() {
            return Ok(terms);
        }
        let start = parser.at;
        terms.push((parser.term()?, start..parser.at));
    }
}

/// A field, as an alternative names it: with the item's name where it is one.
#[derive(Clone)]
struct Named {
    field: FieldId,
    item: Option<Needle>,
}

/// A piece of text with its place.
struct Piece {
    text: String,
    place: Range<usize>,
}

struct Parser<'t> {
    text: &'t str,
    /// Byte of the next character.
    at: usize,
    today: Day,
    typing: bool,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next_is(&self, what: impl Fn(char) -> bool) -> bool {
        self.peek().is_some_and(what)
    }

    fn take(&mut self, what: impl Fn(char) -> bool) -> bool {
        let taken = self.peek().filter(|c| what(*c));
        self.at += taken.map_or(0, char::len_utf8);
        taken.is_some()
    }

    fn take_while(&mut self, what: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !what(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn error(&self, problem: Problem, span: Range<usize>, expected: Vec<String>) -> QueryError {
        let column = self.text[..span.start].chars().count() as u64 + 1;
        QueryError { problem, column, span, expected, date: None }
    }

    fn empty(&self, expected: Vec<String>) -> QueryError {
        self.error(Problem::EmptyValue, self.at..self.at, expected)
    }

    fn term(&mut self) -> Result<Term, QueryError> {
        let negated = self.take(is_minus);
        let mut alternatives = Vec::new();
        let mut named = None;
        loop {
            let start = self.at;
            if (negated || !alternatives.is_empty()) && self.take(is_minus) {
                return Err(self.error(Problem::StrayMinus, start..self.at, vec!["\"-\"".to_owned()]));
            }
            alternatives.push(self.alternative(&mut named)?);
            if !self.take(is_bar) {
                return Ok(Term { negated, alternatives });
            }
        }
    }

    /// One alternative. One without a field of its own takes the field of the one before.
    fn alternative(&mut self, named: &mut Option<Named>) -> Result<Condition, QueryError> {
        if !self.next_is(is_quote)
            && let Some(own) = self.field()?
        {
            *named = Some(own);
        }
        let expected = named.as_ref().map_or_else(|| vec!["name:".to_owned()], |named| expected(named.field));
        let piece = self.piece(&expected)?;
        match named {
            None => {
                let needle = Needle::new(&piece.text);
                needle.map(Condition::Text).ok_or(self.error(Problem::EmptyValue, piece.place, expected))
            }
            Some(named) => self.condition(named, &piece),
        }
    }

    /// A field with its colon, if one comes next. A word such as `12:30` or an address on the net has none.
    fn field(&mut self) -> Result<Option<Named>, QueryError> {
        let start = self.at;
        let mut word = self.take_while(|c| !is_blank(c) && !is_bar(c) && !is_colon(c) && !is_quote(c)).to_owned();
        if self.next_is(is_quote) && field::item_name(&word) == Some("") {
            word += &self.quoted()?.text;
        }
        let name = start..self.at;
        if self.take(is_colon) {
            if let Some(field) = field::named(&word) {
                return Ok(Some(Named { field, item: None }));
            }
            if let Some(item) = field::item_name(&word) {
                let item = Needle::new(item);
                return match item {
                    Some(_) => Ok(Some(Named { field: FieldId::Item, item })),
                    None => Err(self.error(Problem::EmptyValue, name, expected(FieldId::Item))),
                };
            }
            if looks_like_a_field(&word) && !self.rest().starts_with("//") {
                let expected = match field::nearest(&word) {
                    Some((FieldId::Item, near)) => vec![format!("{near}.NAME:")],
                    Some((_, near)) => vec![format!("{near}:")],
                    None => FIELDS.iter().map(|info| format!("{}:", info.id)).collect(),
                };
                return Err(self.error(Problem::UnknownField, name, expected));
            }
        }
        self.at = start;
        Ok(None)
    }

    /// A value: a quoted one, or all up to a blank or a bar.
    fn piece(&mut self, expected: &[String]) -> Result<Piece, QueryError> {
        if self.next_is(is_quote) {
            return self.quoted();
        }
        let start = self.at;
        let text = self.take_while(|c| !is_blank(c) && !is_bar(c)).to_owned();
        if text.is_empty() { Err(self.empty(expected.to_vec())) } else { Ok(Piece { text, place: start..self.at }) }
    }

    fn quoted(&mut self) -> Result<Piece, QueryError> {
        let open = self.at;
        self.take(is_quote);
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            if is_quote(c) && !self.take(|next| next == c) {
                return Ok(Piece { text, place: open..self.at });
            }
            text.push(c);
        }
        if self.typing {
            Ok(Piece { text, place: open..self.at })
        } else {
            Err(self.error(Problem::Unclosed, open..self.text.len(), vec!["\"".to_owned()]))
        }
    }

    fn condition(&self, named: &Named, piece: &Piece) -> Result<Condition, QueryError> {
        let field = named.field;
        let needle = || {
            let error = || self.error(Problem::EmptyValue, piece.place.clone(), expected(field));
            Needle::new(&piece.text).ok_or_else(error)
        };
        match field.info().kind {
            Kind::Contains => Ok(Condition::Contains(field, needle()?)),
            Kind::Form => Ok(Condition::Form(needle()?)),
            Kind::Equal => Ok(Condition::Equal(field, needle()?)),
            Kind::Item => match &named.item {
                Some(name) => Ok(Condition::Item(Box::new(name.clone()), needle()?)),
                None => Err(self.error(Problem::EmptyValue, piece.place.clone(), expected(field))),
            },
            Kind::Status => {
                let choice = StatusChoice::parse(&piece.text)
                    .ok_or_else(|| self.error(Problem::BadStatus, piece.place.clone(), expected(field)))?;
                Ok(if field == FieldId::Status { Condition::Status(choice) } else { Condition::SourceStatus(choice) })
            }
            Kind::Date => match parse_span(&piece.text, self.today) {
                Ok(dated) => Ok(Condition::Date(field, dated.value)),
                Err(error) => {
                    let place = self.place_in(piece, error.column);
                    Err(QueryError { date: Some(error), ..self.error(Problem::BadDate, place, expected(field)) })
                }
            },
            Kind::Listed => {
                let text = &piece.text;
                match field {
                    FieldId::Line => Line::parse(text).map(Condition::Line),
                    FieldId::Reply => Reply::parse(text).map(Condition::Reply),
                    FieldId::Survey => Survey::parse(text).map(Condition::Survey),
                    FieldId::Reflect => <Reflection as Listed>::parse(text).map(Condition::Reflect),
                    FieldId::Ruling => RulingState::parse(text).map(Condition::Ruling),
                    FieldId::Result => Finding::parse(text).map(Condition::Result),
                    _ => Feature::parse(text).map(|feature| match feature {
                        Feature::Reminder => Condition::Reminder(self.today),
                        other => Condition::Has(other),
                    }),
                }
                .ok_or_else(|| self.error(Problem::BadValue, piece.place.clone(), expected(field)))
            }
        }
    }

    /// The place of a piece from its `column`th character on.
    fn place_in(&self, piece: &Piece, column: u64) -> Range<usize> {
        let written = &self.text[piece.place.clone()];
        let quote = u64::from(written.starts_with(is_quote));
        let skip = (column - 1 + quote) as usize;
        let offset = written.char_indices().nth(skip).map_or(written.len(), |(offset, _)| offset);
        piece.place.start + offset..piece.place.end
    }
}

/// Whether a word before a colon must be meant as a field: letters alone, of any script.
fn looks_like_a_field(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '_' | '.' | '．' | 'ー'))
}

/// What a field's value may be, for the error.
fn expected(field: FieldId) -> Vec<String> {
    match field {
        FieldId::Status | FieldId::SourceStatus => StatusChoice::expected(),
        FieldId::Line => Line::expected(),
        FieldId::Reply => Reply::expected(),
        FieldId::Survey => Survey::expected(),
        FieldId::Reflect => Reflection::expected(),
        FieldId::Result => Finding::expected(),
        FieldId::Ruling => RulingState::expected(),
        FieldId::Has => Feature::expected(),
        FieldId::Submitted
        | FieldId::Updated
        | FieldId::Due
        | FieldId::Deadline
        | FieldId::Received
        | FieldId::Decided
        | FieldId::Retention => ["2020-10-29", "R2.10.29", "2020-10-01..2020-10-29"].map(str::to_owned).to_vec(),
        FieldId::Item => vec!["item.NAME:VALUE".to_owned(), "項目.NAME:VALUE".to_owned()],
        other => vec![format!("{}:VALUE", other.id())],
    }
}
