//! The query as a tree, and its canonical form: the text that reads back to the same tree.

use std::fmt;

use memchr::memmem::Finder;

use super::super::application::Line;
use super::super::calendar::{DateSpan, Day};
use super::super::finding::Finding;
use super::super::fold::fold;
use super::super::reflection::Reflection;
use super::super::ruling::RulingState;
use super::field::FieldId;
use super::value::{Feature, Listed, Reply, StatusChoice, Survey};

/// Text to look for: as it was typed, and ready to search. Two are equal if they were typed equal.
#[derive(Debug, Clone)]
pub struct Needle {
    text: String,
    folded: String,
    finder: Finder<'static>,
}

impl Needle {
    /// Folds `text`; `None` if nothing is left to look for. A NUL, which no field holds, is left out.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.replace('\0', "");
        let folded = fold(&text);
        let finder = Finder::new(&folded).into_owned();
        (!folded.is_empty()).then_some(Self { text, folded, finder })
    }

    /// As it was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// As search compares it.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// Whether folded text contains it.
    #[must_use]
    pub fn is_in(&self, folded: &str) -> bool {
        self.finder.find(folded.as_bytes()).is_some()
    }
}

impl PartialEq for Needle {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Needle {}

/// What one alternative asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// A free word or phrase: in any of number, name, kana, form, remarks, items.
    Text(Needle),
    /// A field that contains it.
    Contains(FieldId, Needle),
    /// An item, by its name, that contains it.
    Item(Box<Needle>, Needle),
    /// 様式ID equal, or 様式名 contains.
    Form(Needle),
    /// A field that is equal, folded.
    Equal(FieldId, Needle),
    /// 処理状況, ours.
    Status(StatusChoice),
    /// 元システムの状況.
    SourceStatus(StatusChoice),
    /// A date within.
    Date(FieldId, DateSpan),
    /// 申込回線.
    Line(Line),
    /// 返信文書.
    Reply(Reply),
    /// アンケートタイプ確認状況.
    Survey(Survey),
    /// 反映.
    Reflect(Reflection),
    /// 審査結果.
    Result(Finding),
    /// 決裁.
    Ruling(RulingState),
    /// あり.
    Has(Feature),
    /// あり:補正の催促, as of this day.
    Reminder(Day),
}

impl Condition {
    /// The field that it asks; `None` for a free word.
    #[must_use]
    pub const fn field(&self) -> Option<FieldId> {
        match self {
            Self::Text(_) => None,
            Self::Contains(field, _) | Self::Equal(field, _) | Self::Date(field, _) => Some(*field),
            Self::Item(..) => Some(FieldId::Item),
            Self::Form(_) => Some(FieldId::Form),
            Self::Status(_) => Some(FieldId::Status),
            Self::SourceStatus(_) => Some(FieldId::SourceStatus),
            Self::Line(_) => Some(FieldId::Line),
            Self::Reply(_) => Some(FieldId::Reply),
            Self::Survey(_) => Some(FieldId::Survey),
            Self::Reflect(_) => Some(FieldId::Reflect),
            Self::Result(_) => Some(FieldId::Result),
            Self::Ruling(_) => Some(FieldId::Ruling),
            Self::Has(_) | Self::Reminder(_) => Some(FieldId::Has),
        }
    }
}

/// One term: all terms of a query must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Whether none of the alternatives may hold, instead of at least one.
    pub negated: bool,
    /// At least one.
    pub alternatives: Vec<Condition>,
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("-")?;
        }
        for (i, condition) in self.alternatives.iter().enumerate() {
            if i > 0 {
                f.write_str("|")?;
            }
            condition.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(field) = self.field() else {
            let Self::Text(needle) = self else { return Ok(()) };
            return write_text(f, needle.text(), is_bare_word(needle.text()));
        };
        f.write_str(field.id())?;
        if let Self::Item(name, _) = self {
            f.write_str(".")?;
            write_text(f, name.text(), is_bare_name(name.text()))?;
        }
        f.write_str(":")?;
        match self {
            Self::Text(needle)
            | Self::Contains(_, needle)
            | Self::Item(_, needle)
            | Self::Form(needle)
            | Self::Equal(_, needle) => write_text(f, needle.text(), is_bare_value(needle.text())),
            Self::Status(choice) | Self::SourceStatus(choice) => f.write_str(choice.id()),
            Self::Date(_, span) => span.fmt(f),
            Self::Line(line) => f.write_str(line.id()),
            Self::Reply(reply) => f.write_str(reply.id()),
            Self::Survey(survey) => f.write_str(survey.id()),
            Self::Reflect(reflection) => f.write_str(reflection.id()),
            Self::Result(finding) => f.write_str(finding.id()),
            Self::Ruling(state) => f.write_str(state.id()),
            Self::Has(feature) => f.write_str(feature.id()),
            Self::Reminder(_) => f.write_str(Feature::Reminder.id()),
        }
    }
}

/// Signs that quote: any of them opens, any of them closes, and one twice inside stands for itself.
pub(super) const fn is_quote(c: char) -> bool {
    matches!(c, '"' | '＂' | '“' | '”')
}

/// Signs between alternatives.
pub(super) const fn is_bar(c: char) -> bool {
    matches!(c, '|' | '｜')
}

/// Signs that negate, at the beginning of a term.
pub(super) const fn is_minus(c: char) -> bool {
    matches!(c, '-' | '－' | '−')
}

/// What stands behind a sign that negates or takes away.
#[must_use]
pub fn after_minus(text: &str) -> Option<&str> {
    text.strip_prefix(is_minus)
}

/// Signs between a field and its value.
pub(super) const fn is_colon(c: char) -> bool {
    matches!(c, ':' | '：')
}

/// What separates terms.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace()
}

fn is_bare_value(text: &str) -> bool {
    !text.chars().any(|c| is_blank(c) || is_bar(c) || is_quote(c))
}

fn is_bare_name(text: &str) -> bool {
    is_bare_value(text) && !text.contains(is_colon)
}

fn is_bare_word(text: &str) -> bool {
    is_bare_name(text) && !text.starts_with(is_minus)
}

/// A value as it is typed: quoted where it must be.
pub(super) fn write_value(text: &str) -> String {
    struct Value<'t>(&'t str);
    impl fmt::Display for Value<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write_text(f, self.0, !self.0.is_empty() && is_bare_value(self.0))
        }
    }
    Value(text).to_string()
}

fn write_text(f: &mut fmt::Formatter<'_>, text: &str, bare: bool) -> fmt::Result {
    if bare {
        return f.write_str(text);
    }
    f.write_str("\"")?;
    for c in text.chars() {
        if is_quote(c) {
            write!(f, "{c}")?;
        }
        write!(f, "{c}")?;
    }
    f.write_str("\"")
}
