//! A row that can't go in, kept with its bytes and the reason.

/// Why a row was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Reason {
    /// Bytes that don't decode in the file's encoding.
    Undecodable = 1,
    /// A NUL byte.
    Nul = 2,
    /// More or fewer fields than the header.
    Ragged = 3,
    /// Text after a closing quote: often a quote that was opened on an earlier line.
    StrayQuote = 4,
    /// 申込日時 that is no date, or none at all.
    BadDate = 5,
    /// A 処理状況 that the profile doesn't know.
    UnknownStatus = 6,
    /// No 整理番号.
    MissingNumber = 7,
    /// A 申込回線 that the profile doesn't know.
    UnknownLine = 8,
    /// A 取得元 that is no source id.
    BadSource = 9,
    /// Two different rows of one number in one file; the use case finds these.
    NumberTwice = 10,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Undecodable,
        Self::Nul,
        Self::Ragged,
        Self::StrayQuote,
        Self::BadDate,
        Self::UnknownStatus,
        Self::MissingNumber,
        Self::UnknownLine,
        Self::BadSource,
        Self::NumberTwice,
    ];

    /// The number that the store keeps; never changes.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// From the number that the store keeps.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// The word of scripts; the sentence is `rejected.reason.ID`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Undecodable => "undecodable",
            Self::Nul => "nul",
            Self::Ragged => "ragged",
            Self::StrayQuote => "stray_quote",
            Self::BadDate => "bad_date",
            Self::UnknownStatus => "unknown_status",
            Self::MissingNumber => "missing_number",
            Self::UnknownLine => "unknown_line",
            Self::BadSource => "bad_source",
            Self::NumberTwice => "number_twice",
        }
    }
}

/// A row that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The line where it starts, from 1.
    pub line: u64,
    /// The field concerned, from 1, if it is one.
    pub column: Option<u64>,
    /// The name of that field's column.
    pub field: Option<String>,
    /// Why.
    pub reason: Reason,
    /// Where it starts in the file.
    pub start: u64,
    /// Where the next record may start: resume here, on line `next_line`.
    pub end: u64,
    /// The line where the next record may start.
    pub next_line: u64,
    /// Its bytes as the file has them, without the line end.
    pub bytes: Vec<u8>,
}
