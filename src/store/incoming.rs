//! What an import is given row by row, and what it answers.

use crate::domain::application::Content;
use crate::domain::record::Hash;
use crate::domain::status::Status;

/// What is imported, and how it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportSetting {
    /// SHA-256 of the file. Where it isn't known yet, nothing is continued, and it is told later.
    pub file: Option<Hash>,
    /// Its name, for the rows that are set aside; never a path.
    pub file_name: String,
    /// Name of the profile.
    pub profile: String,
    /// SHA-256 of the profile.
    pub profile_hash: Hash,
    /// Name of the encoding, as the log records it.
    pub encoding: String,
    /// Number of the encoding beside raw bytes.
    pub encoding_code: u8,
    /// Its header as it stands in the file, without a byte order mark and line end: kept with rows that are set aside.
    pub header: Vec<u8>,
    /// Its length in bytes.
    pub length: u64,
}

/// A row of the file that can be taken in.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// What it says.
    pub content: &'a Content,
    /// The status that the file shows.
    pub status: Option<Status>,
    /// The line where it starts, from 1.
    pub line: u64,
    /// Offset and length of its bytes in the file.
    pub bytes: (u64, u64),
}

/// A row that is set aside.
#[derive(Debug, Clone)]
pub struct SetAside<'a> {
    /// The line where it starts, from 1.
    pub line: u64,
    /// The column of the bad field, from 1.
    pub column: Option<u64>,
    /// The name of the bad field.
    pub field: Option<&'a str>,
    /// Number of the reason.
    pub reason: u8,
    /// The row as it stands in the file.
    pub bytes: &'a [u8],
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// A new application.
    Added,
    /// A new revision.
    Updated,
    /// Nothing new.
    Unchanged,
    /// It contradicts another row of the same number in this file: the caller sets this one aside, and the earlier
    /// one too if it is named (line, offset, length): its effect has been taken back.
    Conflict(Option<(u64, u64, u64)>),
}

/// How an import begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Begun {
    /// Where to continue: offset and line after what is in already; `None` = from the start.
    pub resume: Option<(u64, u64)>,
}
