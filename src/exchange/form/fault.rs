//! What can be wrong with the definition of a form, and where.

use crate::domain::fault::{Arguments, Fault, Place};
use crate::domain::form::ItemKind;
use crate::domain::spelling;

/// What is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormErrorKind {
    /// Not TOML, a key that nothing reads, a value of the wrong type: what the parser says.
    Wrong(String),
    /// `source` is not a short id.
    BadSource(String),
    /// No 種別.
    UnknownKind(String),
    /// No reply rule.
    UnknownReply(String),
    /// No kind of item.
    UnknownItemKind(String),
    /// 標準処理期間 of no days, or of more than ten years.
    BadDays(u32),
    /// Two items of one name.
    ItemTwice(String),
    /// An item that stands for another field isn't among the items.
    UnknownItem(String),
    /// A choice without choices.
    ChoicesMissing(String),
    /// Choices of an item that is no choice.
    ChoicesUnused(String),
    /// An item holds 個人番号, and the form is not said to use it.
    IndividualNumberUndeclared(String),
    /// An item holds an account number, and the form is said to need none.
    AccountUnneeded(String),
    /// Another file defines the same form and version: its name.
    Taken(String),
    /// The file's bytes are no UTF-8.
    NotUtf8,
    /// The file can't be read; what the system says.
    Unreadable(String),
}

/// What is wrong with a definition, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {kind:?}")]
pub struct FormError {
    /// The file that holds it: its name, or its path where one is known.
    pub file: String,
    /// Line of its text, from 1.
    pub line: u64,
    /// Character of the line, from 1.
    pub column: u64,
    /// What is wrong.
    pub kind: FormErrorKind,
}

impl FormError {
    /// An error at a byte of a text.
    #[must_use]
    pub fn at(file: &str, text: &str, at: usize, kind: FormErrorKind) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() as u64 + 1,
            column: before[line_start..].chars().count() as u64 + 1,
            kind,
        }
    }
}

impl Fault for FormError {
    fn code(&self) -> &'static str {
        match self.kind {
            FormErrorKind::Wrong(_) => "form.wrong",
            FormErrorKind::BadSource(_) => "form.bad_source",
            FormErrorKind::UnknownKind(_) => "form.unknown_kind",
            FormErrorKind::UnknownReply(_) => "form.unknown_reply",
            FormErrorKind::UnknownItemKind(_) => "form.unknown_item_kind",
            FormErrorKind::BadDays(_) => "form.bad_days",
            FormErrorKind::ItemTwice(_) => "form.item_twice",
            FormErrorKind::UnknownItem(_) => "form.unknown_item",
            FormErrorKind::ChoicesMissing(_) => "form.choices_missing",
            FormErrorKind::ChoicesUnused(_) => "form.choices_unused",
            FormErrorKind::IndividualNumberUndeclared(_) => "form.individual_number_undeclared",
            FormErrorKind::AccountUnneeded(_) => "form.account_unneeded",
            FormErrorKind::Taken(_) => "form.taken",
            FormErrorKind::NotUtf8 => "form.not_utf8",
            FormErrorKind::Unreadable(_) => "form.unreadable",
        }
    }

    fn arguments(&self) -> Arguments {
        let place = format!("{}:{}:{}", self.file, self.line, self.column);
        let mut arguments = vec![("file", self.file.clone()), ("place", place)];
        arguments.extend(match &self.kind {
            FormErrorKind::Wrong(value)
            | FormErrorKind::BadSource(value)
            | FormErrorKind::UnknownKind(value)
            | FormErrorKind::UnknownReply(value)
            | FormErrorKind::ItemTwice(value)
            | FormErrorKind::UnknownItem(value)
            | FormErrorKind::ChoicesMissing(value)
            | FormErrorKind::ChoicesUnused(value)
            | FormErrorKind::IndividualNumberUndeclared(value)
            | FormErrorKind::AccountUnneeded(value)
            | FormErrorKind::Taken(value)
            | FormErrorKind::Unreadable(value) => vec![("value", value.clone())],
            FormErrorKind::UnknownItemKind(value) => {
                let nearest = spelling::nearest(value, ItemKind::IDS).unwrap_or_default();
                vec![("value", value.clone()), ("nearest", nearest.to_owned()), ("kinds", ItemKind::IDS.join(", "))]
            }
            FormErrorKind::BadDays(days) => vec![("value", days.to_string())],
            FormErrorKind::NotUtf8 => Vec::new(),
        });
        arguments
    }

    fn place(&self) -> Option<Place> {
        Some(Place { file: Some(self.file.clone()), line: Some(self.line), column: Some(self.column), field: None })
    }
}
