//! 反映: the two books. The source system and we each keep a status of an application; an import never moves ours, and
//! no difference between the two is ever forgotten.

use super::identity::OperationId;
use super::status::Status;

/// How our book and the source system's stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reflection {
    /// 反映済: both books are equal.
    Done,
    /// 反映待ち: ours changed after the source's last change.
    Pending,
    /// 要確認: else; theirs changed after ours, so a person must look.
    Check,
}

impl Reflection {
    /// The word of the query language and of scripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Pending => "pending",
            Self::Check => "check",
        }
    }

    /// The official Japanese label.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Done => "反映済",
            Self::Pending => "反映待ち",
            Self::Check => "要確認",
        }
    }

    /// Compares the books: our status with the operation that last wrote it, and theirs with the import that last
    /// changed it. An application that no source knows has nothing to reflect.
    #[must_use]
    pub fn between(ours: (Status, OperationId), theirs: Option<(Status, OperationId)>) -> Self {
        match theirs {
            None => Self::Done,
            Some((status, _)) if status == ours.0 => Self::Done,
            Some((_, changed)) if ours.1 > changed => Self::Pending,
            Some(_) => Self::Check,
        }
    }
}
