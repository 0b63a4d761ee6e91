//! What can be wrong with an entry.

use crate::domain::fault::{Arguments, Fault, Outcome};

/// What can be wrong with an entry. No value of an applicant stands in it.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// No definition of a form has this id; those that there are.
    #[error("no form {0}")]
    UnknownForm(String, Vec<String>),
    /// Several definitions may be meant: which of them the entry would go by can't be told.
    #[error("several forms {0}")]
    AmbiguousForm(String, Vec<String>),
    /// A description of an entry that can't be read: what is wrong, by a word.
    #[error("bad document: {0}")]
    BadDocument(String),
    /// By which way it came isn't said.
    #[error("no channel")]
    NoChannel,
    /// When it was received isn't said.
    #[error("not received")]
    NotReceived,
    /// When it was received can't be read.
    #[error("received on no day")]
    BadReceived,
    /// It was received on a day to come.
    #[error("received on a day to come")]
    ToCome,
    /// It was received before the eras, which no series of numbers has a word for.
    #[error("received too early")]
    TooEarly,
    /// It says neither who nor what.
    #[error("empty")]
    Empty,
    /// The form has no such item; those that it has.
    #[error("no item {0}")]
    UnknownItem(String, Vec<String>),
    /// An attachment: it can't be typed.
    #[error("item {0} is an attachment")]
    Attachment(String),
    /// Items that may not lie open, and that can't be sealed here.
    #[error("can't be sealed: {}", .0.join(", "))]
    CannotSeal(Vec<String>),
    /// Items of the application are sealed and weren't typed again: the new content would be without them.
    #[error("sealed and not typed again: {}", .0.join(", "))]
    SealedAgain(Vec<String>),
    /// A field is longer than any cell may be, or has signs that can't be seen.
    #[error("field {0} doesn't fit")]
    BadText(String),
    /// The application wasn't entered here: its content is what its source says.
    #[error("{0} was not entered here")]
    NotEnteredHere(String),
    /// Somebody has corrected it meanwhile.
    #[error("{0} was changed meanwhile")]
    Changed(String),
}

impl Fault for EntryError {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownForm(..) => "entry.unknown_form",
            Self::AmbiguousForm(..) => "entry.ambiguous_form",
            Self::BadDocument(_) => "entry.bad_document",
            Self::NoChannel => "entry.no_channel",
            Self::NotReceived => "entry.not_received",
            Self::BadReceived => "entry.bad_received",
            Self::ToCome => "entry.to_come",
            Self::TooEarly => "entry.too_early",
            Self::Empty => "entry.empty",
            Self::UnknownItem(..) => "entry.unknown_item",
            Self::Attachment(_) => "entry.attachment",
            Self::CannotSeal(_) => "entry.cannot_seal",
            Self::SealedAgain(_) => "entry.sealed_again",
            Self::BadText(_) => "entry.bad_text",
            Self::NotEnteredHere(_) => "entry.not_entered_here",
            Self::Changed(_) => "entry.changed",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::UnknownForm(form, known) | Self::AmbiguousForm(form, known) => {
                vec![("form", form.clone()), ("known", known.join(" / "))]
            }
            Self::UnknownItem(item, known) => vec![("item", item.clone()), ("known", known.join(" / "))],
            Self::CannotSeal(items) | Self::SealedAgain(items) => vec![("items", items.join(" / "))],
            Self::BadDocument(word) => vec![("word", word.clone())],
            Self::Attachment(item) => vec![("item", item.clone())],
            Self::BadText(field) => vec![("field", field.clone())],
            Self::NotEnteredHere(number) | Self::Changed(number) => vec![("number", number.clone())],
            _ => Vec::new(),
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::NotEnteredHere(_) | Self::Changed(_) | Self::SealedAgain(_) => Outcome::Failed,
            Self::CannotSeal(_) => Outcome::Refused,
            _ => Outcome::Usage,
        }
    }
}
