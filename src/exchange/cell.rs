//! One cell of a file that is written.

/// What kind of text a cell holds: a spreadsheet ruins codes and dates in ways of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Any text.
    #[default]
    Text,
    /// A code that may begin with zeros: 整理番号, 様式ID.
    Code,
    /// A date.
    Date,
}

/// A cell. Absent and empty are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell<'a> {
    /// Its text; `None` = absent.
    pub text: Option<&'a str>,
    /// What kind of text it is.
    pub kind: Kind,
    /// The CP932 bytes that the text was decoded from, where encoding it again would give others.
    pub raw: Option<&'a [u8]>,
}

impl<'a> Cell<'a> {
    /// A cell that isn't there.
    pub const ABSENT: Cell<'static> = Cell { text: None, kind: Kind::Text, raw: None };

    /// A cell of text.
    #[must_use]
    pub const fn text(text: &'a str) -> Self {
        Self { text: Some(text), kind: Kind::Text, raw: None }
    }

    /// A cell with a code.
    #[must_use]
    pub const fn code(text: &'a str) -> Self {
        Self { text: Some(text), kind: Kind::Code, raw: None }
    }

    /// A cell with a date.
    #[must_use]
    pub const fn date(text: &'a str) -> Self {
        Self { text: Some(text), kind: Kind::Date, raw: None }
    }

    /// The same cell with the bytes that its text was decoded from.
    #[must_use]
    pub const fn with_raw(self, raw: Option<&'a [u8]>) -> Self {
        Self { raw, ..self }
    }
}
