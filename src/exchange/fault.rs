//! What can go wrong with a whole file, in the terms of the message files.

use std::io;

use super::csv_source::Stop;
use super::profile::HeaderError;
use crate::domain::fault::{Arguments, Fault, Outcome, Place};

/// Why a file can't be imported at all; nothing of it was read.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// No byte, or nothing but a mark and empty lines.
    #[error("the file is empty")]
    EmptyFile,
    /// A spreadsheet (or another archive), not a text.
    #[error("the file is an archive")]
    Spreadsheet,
    /// UTF-16 was asked for and the file doesn't begin with a byte order mark.
    #[error("no byte order mark")]
    NoUtf16Mark,
    /// The header has bytes that don't decode, or NUL: which column, from 1.
    #[error("column {0} of the header does not decode")]
    HeaderUndecodable(u64),
    /// The header has more columns than any list of applications: how many.
    #[error("{0} columns")]
    TooManyColumns(u64),
    /// The header doesn't fit.
    #[error("the header does not fit: {0:?}")]
    Header(HeaderError),
    /// Reading stopped within the header.
    #[error(transparent)]
    Stopped(#[from] Stop),
}

impl Fault for ImportError {
    fn code(&self) -> &'static str {
        match self {
            Self::EmptyFile => "import.empty_file",
            Self::Spreadsheet => "import.spreadsheet",
            Self::NoUtf16Mark => "import.no_utf16_mark",
            Self::HeaderUndecodable(_) => "import.header_undecodable",
            Self::TooManyColumns(_) => "import.too_many_columns",
            Self::Header(HeaderError::NoProfile) => "import.no_profile",
            Self::Header(HeaderError::Ambiguous(_)) => "import.ambiguous_profile",
            Self::Header(HeaderError::UnknownProfile(_)) => "import.unknown_profile",
            Self::Header(HeaderError::MissingColumns(..)) => "import.missing_columns",
            Self::Header(HeaderError::ColumnTwice(..)) => "import.column_twice",
            Self::Header(HeaderError::NotReimportable) => "import.not_reimportable",
            Self::Stopped(stop) => stop.code(),
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::TooManyColumns(count) => vec![("count", count.to_string())],
            Self::HeaderUndecodable(column) => vec![("column", column.to_string())],
            Self::Header(HeaderError::Ambiguous(profiles)) => vec![("profiles", profiles.join("、"))],
            Self::Header(HeaderError::UnknownProfile(profile)) => vec![("profile", profile.clone())],
            Self::Header(HeaderError::MissingColumns(profile, columns)) => {
                vec![("profile", profile.clone()), ("columns", columns.join("、"))]
            }
            Self::Header(HeaderError::ColumnTwice(name, _)) => vec![("column", name.clone())],
            Self::Stopped(stop) => stop.arguments(),
            _ => Vec::new(),
        }
    }

    fn place(&self) -> Option<Place> {
        let header = |column: u64| Some(Place { line: Some(1), column: Some(column), ..Place::default() });
        match self {
            Self::HeaderUndecodable(column) | Self::Header(HeaderError::ColumnTwice(_, column)) => header(*column),
            Self::Stopped(stop) => stop.place(),
            _ => None,
        }
    }
}

impl Stop {
    /// The line that it names.
    #[must_use]
    pub const fn line(&self) -> u64 {
        match self {
            Self::UnclosedQuote { line }
            | Self::CellTooLarge { line }
            | Self::RecordTooLarge { line }
            | Self::Unreadable { line, .. } => *line,
        }
    }
}

impl Fault for Stop {
    fn code(&self) -> &'static str {
        match self {
            Self::UnclosedQuote { .. } => "import.unclosed_quote",
            Self::CellTooLarge { .. } => "import.cell_too_large",
            Self::RecordTooLarge { .. } => "import.record_too_large",
            Self::Unreadable { .. } => "import.unreadable",
        }
    }

    fn arguments(&self) -> Arguments {
        let mut arguments = vec![("line", self.line().to_string())];
        if let Self::Unreadable { error, .. } = self {
            arguments.push(("reason", error.to_string()));
        }
        arguments
    }

    fn place(&self) -> Option<Place> {
        Some(Place { line: Some(self.line()), ..Place::default() })
    }

    fn outcome(&self) -> Outcome {
        Outcome::Partial
    }
}

/// Why a file can't be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The disk or the folder refuses.
    #[error("can't write: {0}")]
    Write(#[from] io::Error),
    /// The file would hold characters that its encoding can't give back: how many.
    #[error("{0} characters can't be written in this encoding")]
    Unmappable(u64),
    /// More columns than a sheet can have (16,384).
    #[error("{0} columns are more than a sheet can have")]
    TooManyColumns(u64),
    /// A cell longer than a sheet can have (32,767 UTF-16 units): the number of the application and the column.
    #[error("a cell is too long for a sheet")]
    CellTooLong {
        /// 整理番号; empty where the sheet has no such column.
        number: String,
        /// The column's name.
        field: String,
    },
    /// The writer of sheets failed.
    #[error("can't write the sheet: {0}")]
    Sheet(String),
}

impl Fault for ExportError {
    fn code(&self) -> &'static str {
        match self {
            Self::Write(_) => "export.write",
            Self::Unmappable(_) => "export.unmappable",
            Self::TooManyColumns(_) => "export.too_many_columns",
            Self::CellTooLong { .. } => "export.cell_too_long",
            Self::Sheet(_) => "export.sheet",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::Write(error) => vec![("reason", error.to_string())],
            Self::Unmappable(count) | Self::TooManyColumns(count) => vec![("count", count.to_string())],
            Self::CellTooLong { number, field } => vec![("number", number.clone()), ("field", field.clone())],
            Self::Sheet(reason) => vec![("reason", reason.clone())],
        }
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::CellTooLong { field, .. } => Some(Place { field: Some(field.clone()), ..Place::default() }),
            _ => None,
        }
    }
}
