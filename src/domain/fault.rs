//! What every error of the house can tell: a code for scripts, arguments for the sentence that a person reads, a
//! place, and which exit code it means. The sentences themselves live in the message files (`error.CODE`).

/// A place in something that a person gave us: a file, a query, a configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Path as it was given, if the place is in a file.
    pub file: Option<String>,
    /// Line, counted from 1.
    pub line: Option<u64>,
    /// Column, counted from 1: a character of a query or text line, a field of a CSV row.
    pub column: Option<u64>,
    /// Name of the field or column concerned.
    pub field: Option<String>,
}

/// What an error means for the caller; the numbers are the exit codes of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Failed, nothing changed (1).
    Failed,
    /// Wrong usage, wrong query, ambiguous number (2).
    Usage,
    /// Done in part (3).
    Partial,
    /// Refused by permission or policy (4).
    Refused,
    /// Store busy, locked, damaged, on a network file system, or of a newer version (5).
    Store,
    /// Accepted, waiting for a second person (6).
    Waiting,
}

impl Outcome {
    /// The exit code of the contract.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Partial => 3,
            Self::Refused => 4,
            Self::Store => 5,
            Self::Waiting => 6,
        }
    }
}

/// Named values that the sentence of an error mentions.
pub type Arguments = Vec<(&'static str, String)>;

/// An error that can be explained to a person and to a script.
///
/// `code` is a dotted word that never changes once it has landed; the message files hold `error.CODE` in both
/// languages, which says what happened, what it means, and what to do next.
pub trait Fault: std::error::Error {
    /// The dotted word, e.g. `query.unclosed`.
    fn code(&self) -> &'static str;
    /// Values for the placeholders of the sentence.
    fn arguments(&self) -> Arguments {
        Vec::new()
    }
    /// Where it happened, if it happened somewhere.
    fn place(&self) -> Option<Place> {
        None
    }
    /// What it means for the caller.
    fn outcome(&self) -> Outcome {
        Outcome::Failed
    }
}
