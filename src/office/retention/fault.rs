//! What can be wrong with disposing of applications.

use crate::domain::fault::{Arguments, Fault, Outcome};

/// What can be wrong with a 廃棄.
#[derive(Debug, thiserror::Error)]
pub enum DisposalError {
    /// 決裁の文書番号 is missing, too long, or has signs that can't be seen.
    #[error("no document number")]
    NoDocumentNumber(usize),
    /// What was shown isn't any more what would be done.
    #[error("something else would be disposed of")]
    Changed,
    /// There is no 廃棄 of this number.
    #[error("no disposal {0}")]
    Unknown(String),
    /// 延長 to a day that is over.
    #[error("extended to a day that is over")]
    Over,
}

impl Fault for DisposalError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoDocumentNumber(_) => "purge.no_document_number",
            Self::Changed => "purge.changed",
            Self::Unknown(_) => "purge.unknown",
            Self::Over => "purge.over",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::NoDocumentNumber(most) => vec![("most", most.to_string())],
            Self::Unknown(operation) => vec![("operation", operation.clone())],
            Self::Changed | Self::Over => Vec::new(),
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::NoDocumentNumber(_) | Self::Over => Outcome::Usage,
            Self::Changed | Self::Unknown(_) => Outcome::Failed,
        }
    }
}
