//! What becomes of a file that is taken in, as a report: what went in, what was set aside, and what a person should know.

use super::ticking::TickedOff;
use super::value_check::DoubtfulValue;
use crate::domain::identity::OperationId;
use crate::domain::operation::ImportCounts;
use crate::store::StatusDiffers;

/// A row that was set aside, by its place; never its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAsidePlace {
    /// The line where it starts.
    pub line: u64,
    /// The column of the bad field.
    pub column: Option<u64>,
    /// The name of the bad field.
    pub field: Option<String>,
    /// The word of the reason; the sentence is `rejected.reason.WORD`.
    pub reason: &'static str,
}

/// A field with 外字, which is in but can't be shown everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlaggedField {
    /// 整理番号.
    pub number: String,
    /// The name of the field.
    pub field: String,
    /// The codes: `F040`.
    pub codes: Vec<String>,
}

/// Something that a person should know although it went in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// The file has a header and nothing else.
    HeaderOnly,
    /// So many rows are the same in what lies open; whether what is sealed in them is the same, nobody here could tell.
    SealedUnchecked(u64),
    /// Columns that hold 個人番号 or account numbers, in a store for trials.
    SensitiveColumns(Vec<String>),
    /// It goes on where an earlier run was cut off, after this line.
    Continued(u64),
    /// This very file was taken in before, then (milliseconds since the Unix epoch): only the statuses of rows that were
    /// set aside then move anything.
    SeenBefore(i64),
    /// So many rows come from an older download than one that was taken in before: they move nothing.
    OlderRows(u64),
    /// The last line has no end: the download may have been cut off there.
    NoLineEnd,
    /// So many values aren't what the definition of their form says; they went in as they came.
    DoubtfulValues(u64),
}

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileReport {
    /// The file as it was named.
    pub file: String,
    /// Its encoding.
    pub encoding: &'static str,
    /// The profile that read it.
    pub profile: String,
    /// The operation; `None` for a dry run or a file without rows.
    pub operation: Option<OperationId>,
    /// The counts.
    pub counts: ImportCounts,
    /// Rows set aside.
    pub rejected: Vec<SetAsidePlace>,
    /// Fields with 外字.
    pub flagged: Vec<FlaggedField>,
    /// Values of rows that brought something, and that aren't what their form says: the first ones.
    pub doubtful_values: Vec<DoubtfulValue>,
    /// How many there are beyond these.
    pub more_doubtful_values: u64,
    /// Applications whose status in the file is not ours.
    pub status_differs: Vec<StatusDiffers>,
    /// Rows that say what an earlier download said and a later one has changed since.
    pub older: u64,
    /// Rows of applications that were disposed of: they are among the unchanged, and nothing of them was taken in.
    pub disposed: u64,
    /// 補正到着: 整理番号 of applications that we had sent back and that this file revised.
    pub corrected: Vec<String>,
    /// 申請者の取下げ: 整理番号 of applications that this file shows as withdrawn for the first time, while ours isn't.
    pub withdrawn: Vec<String>,
    /// What it tells of the applications that were 反映待ち.
    pub ticked_off: TickedOff,
    /// What else a person should know.
    pub warnings: Vec<Warning>,
    /// Reading stopped before the end: code and line; what was read before it is in.
    pub stopped: Option<(&'static str, u64)>,
}

impl FileReport {
    /// Whether everything of the file went in.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.rejected.is_empty() && self.stopped.is_none()
    }
}
