//! What can be wrong with a question about the log.

use crate::domain::calendar::DateError;
use crate::domain::fault::{Arguments, Fault, Outcome, Place};
use crate::domain::identity::OperationId;
use crate::domain::operation::KINDS;

/// A question about the log that can't be answered.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// From when, or until when.
    #[error(transparent)]
    Date(#[from] DateError),
    /// No kind of operation has this word.
    #[error("no kind {0}")]
    UnknownKind(String),
    /// There is no such operation.
    #[error("no operation {0}")]
    UnknownOperation(OperationId),
}

impl Fault for LogError {
    fn code(&self) -> &'static str {
        match self {
            Self::Date(error) => error.code(),
            Self::UnknownKind(_) => "log.unknown_kind",
            Self::UnknownOperation(_) => "log.unknown_operation",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::Date(error) => error.arguments(),
            Self::UnknownKind(word) => {
                let known = KINDS.map(|(_, word)| word).join(", ");
                vec![("word", word.clone()), ("expected", known)]
            }
            Self::UnknownOperation(id) => vec![("operation", id.to_string())],
        }
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Date(error) => error.place(),
            _ => None,
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::Date(error) => error.outcome(),
            Self::UnknownKind(_) => Outcome::Usage,
            Self::UnknownOperation(_) => Outcome::Failed,
        }
    }
}
