//! What is asked for, of what staff fill for themselves, and what can be wrong with it.

use super::numbering::{Handing, Numbering};
use super::retention::Disposal;
use super::rulings::{Settlement, Submission};
use super::view::Declared;
use crate::domain::calendar::Day;
use crate::domain::fault::{Arguments, Fault, Outcome};
use crate::domain::finding::Finding;
use crate::domain::people::Act;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldRequest {
    /// 担当: an operator by code, 自分 or `me`; `None` = nobody any more.
    Assign(Option<String>),
    /// 期限: a day; `None` = none any more.
    Due(Option<Day>),
    /// A 札 by its name.
    Tag {
        /// Its name.
        name: String,
        /// Whether it is put on; else it is taken off.
        kept: bool,
    },
    /// 個別番号, to those that have none.
    Number(Numbering),
    /// 収受日 and 収受番号, to those that have none.
    Receive {
        /// 収受日.
        on: Day,
        /// 収受番号.
        numbering: Numbering,
    },
    /// 決裁に回す: one 起案 of all of them.
    Submit(Submission),
    /// 決裁済, of the 起案 that they stand on.
    Settle(Settlement),
    /// 差戻し of the 起案 that they stand on; the reason says why.
    Return,
    /// 延長: keep until a day; `None` = as the form says.
    Extend(Option<Day>),
    /// 廃棄.
    Dispose(Disposal),
    /// 補正の催促, which went out on a day and by a way.
    Remind(Declared),
    /// 審査結果.
    Result {
        /// What it is from now on; `None` = none any more.
        to: Option<Finding>,
        /// 根拠.
        basis: Option<String>,
    },
}

impl FieldRequest {
    /// Whether it is about a 起案.
    pub(super) const fn is_ruling(&self) -> bool {
        matches!(self, Self::Submit(_) | Self::Settle(_) | Self::Return)
    }

    /// What is handed out, where numbers are.
    pub(super) const fn handing(&self) -> Option<Handing<'_>> {
        match self {
            Self::Number(numbering) => Some(Handing { numbering, received: None }),
            Self::Receive { on, numbering } => Some(Handing { numbering, received: Some(*on) }),
            _ => None,
        }
    }

    /// The use case that it is: what the right is asked for, and the word in the log.
    #[must_use]
    pub const fn act(&self) -> Act {
        match self {
            Self::Assign(_) => Act::Assign,
            Self::Due(_) => Act::Due,
            Self::Tag { .. } => Act::Tag,
            Self::Number(_) => Act::NumberAssign,
            Self::Receive { .. } => Act::Receive,
            Self::Submit(_) => Act::RulingSubmit,
            Self::Settle(_) => Act::RulingSettle,
            Self::Return => Act::RulingReturn,
            Self::Extend(_) => Act::PurgeExtend,
            Self::Dispose(_) => Act::PurgeDispose,
            Self::Remind(_) => Act::CorrectionRemind,
            Self::Result { .. } => Act::Result,
        }
    }
}

/// What can be wrong with such a request.
#[derive(Debug, thiserror::Error)]
pub enum FieldError {
    /// Nobody who may work has this code; those who may.
    #[error("no operator {code}")]
    OperatorUnknown {
        /// What was asked for.
        code: String,
        /// Who may work.
        known: Vec<String>,
    },
    /// A day that the log can't keep.
    #[error("the day lies before 1970")]
    DayTooEarly,
    /// No name for a 札: empty, too long, or with signs that can't be seen.
    #[error("not a name of a tag")]
    BadTag,
}

impl Fault for FieldError {
    fn code(&self) -> &'static str {
        match self {
            Self::OperatorUnknown { .. } => "operator.unknown",
            Self::DayTooEarly => "due.too_early",
            Self::BadTag => "tag.bad_name",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::OperatorUnknown { code, known } => vec![("code", code.clone()), ("known", known.join(" / "))],
            Self::DayTooEarly => Vec::new(),
            Self::BadTag => vec![("most", LONGEST_TAG.to_string())],
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::OperatorUnknown { .. } => Outcome::Failed,
            Self::DayTooEarly | Self::BadTag => Outcome::Usage,
        }
    }
}

/// The name of a 札 is no longer than so many characters: it is a word, not a note.
pub(super) const LONGEST_TAG: usize = 30;
