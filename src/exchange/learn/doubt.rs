//! What is uncertain about a proposal: one word each for scripts, a sentence in the message files (`learn.doubt.WORD`).

use crate::exchange::profile::Column;
use crate::messages::Messages;

/// Something that a person should look at. Never holds a value of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// The heading is unknown; the values look like this field.
    ByValues,
    /// Other columns could be the field too: their headings.
    Others(String),
    /// Some numbers stand in several rows: how many rows.
    Repeats(u64),
    /// Some cells are empty: how many.
    Empty(u64),
    /// The numbers are of different lengths and none begins with 0: a spreadsheet may have cut the zeros off.
    LostZeros,
    /// A spreadsheet has made powers of ten of some numbers: how many.
    Powers(u64),
    /// Some dates can't be read, and their rows will be set aside: how many.
    UnreadableDates(u64),
    /// The dates can be read in two ways: how many.
    DayOrMonth(u64),
    /// The heading says that it is this field, the values don't.
    OtherValues(Column),
    /// Words of 処理状況 that are not the official ones were taken to be these: how many.
    NearStatuses(u64),
    /// Words of 処理状況 without a status: rows with them will be set aside: how many words.
    UnknownStatuses(u64),
    /// The heading names 個人番号 or an account number.
    Sensitive,
    /// Another column has the same heading.
    HeadingTwice,
    /// No column is the day of the application.
    NoDate,
    /// There are no rows: the headings alone were looked at.
    NoRows,
    /// A profile reads this file already: its name.
    Known(String),
    /// Other profiles would be picked for this header: their names.
    Outdone(String),
}

impl Doubt {
    /// The word.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::ByValues => "by_values",
            Self::Others(_) => "others",
            Self::Repeats(_) => "repeats",
            Self::Empty(_) => "empty",
            Self::LostZeros => "lost_zeros",
            Self::Powers(_) => "powers",
            Self::UnreadableDates(_) => "unreadable_dates",
            Self::DayOrMonth(_) => "day_or_month",
            Self::OtherValues(_) => "other_values",
            Self::NearStatuses(_) => "near_statuses",
            Self::UnknownStatuses(_) => "unknown_statuses",
            Self::Sensitive => "sensitive",
            Self::HeadingTwice => "heading_twice",
            Self::NoDate => "no_date",
            Self::NoRows => "no_rows",
            Self::Known(_) => "known",
            Self::Outdone(_) => "outdone",
        }
    }

    /// The sentence.
    #[must_use]
    pub fn explain(&self, messages: &Messages) -> String {
        let arguments = match self {
            Self::Others(names) | Self::Known(names) | Self::Outdone(names) => vec![("names", names.clone())],
            Self::OtherValues(field) => vec![("field", field_name(*field, messages))],
            Self::Repeats(count)
            | Self::Empty(count)
            | Self::Powers(count)
            | Self::UnreadableDates(count)
            | Self::DayOrMonth(count)
            | Self::NearStatuses(count)
            | Self::UnknownStatuses(count) => vec![("count", count.to_string())],
            Self::ByValues | Self::LostZeros | Self::Sensitive | Self::HeadingTwice | Self::NoDate | Self::NoRows => {
                Vec::new()
            }
        };
        messages.fill(&format!("learn.doubt.{}", self.id()), &arguments)
    }
}

/// A field's name for people.
pub(super) fn field_name(field: Column, messages: &Messages) -> String {
    messages.text(&format!("learn.field.{}", field.id())).to_owned()
}
