//! Which of what staff fill for themselves a dialog is about.

use super::{numbering, purge, remind, ruling};
use crate::command::CommandId;

/// Which field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 担当.
    Assign,
    /// 期限.
    Due,
    /// 札.
    Tag,
    /// 個別番号.
    Number,
    /// 収受日 and 収受番号.
    Receive,
    /// 審査結果.
    Result,
    /// 決裁に回す.
    Submit,
    /// 決裁済.
    Settle,
    /// 差戻し.
    Return,
    /// 延長.
    Extend,
    /// 廃棄.
    Dispose,
    /// 補正の催促.
    Remind,
}

impl Kind {
    /// Its word in message keys.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Assign => "assign",
            Self::Due => "due",
            Self::Tag => "tag",
            Self::Number => "number",
            Self::Receive => "receive",
            Self::Result => "result",
            Self::Submit => "submit",
            Self::Settle => "settle",
            Self::Return => "return",
            Self::Extend => "extend",
            Self::Dispose => "dispose",
            Self::Remind => "remind",
        }
    }

    /// The command that opens its dialog.
    pub(super) const fn command(self) -> CommandId {
        match self {
            Self::Assign => CommandId::Assign,
            Self::Due => CommandId::Due,
            Self::Tag => CommandId::Tag,
            Self::Number => CommandId::NumberAssign,
            Self::Receive => CommandId::Receive,
            Self::Result => CommandId::Result,
            Self::Submit => CommandId::RulingSubmit,
            Self::Settle => CommandId::RulingSettle,
            Self::Return => CommandId::RulingReturn,
            Self::Extend => CommandId::PurgeExtend,
            Self::Dispose => CommandId::PurgeDispose,
            Self::Remind => CommandId::CorrectionRemind,
        }
    }
}

/// The message keys of a kind's options; none where it has none.
pub(super) const fn options_of(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Number | Kind::Receive => numbering::options(kind),
        Kind::Dispose => purge::OPTIONS,
        Kind::Remind => remind::OPTIONS,
        _ => ruling::options(kind),
    }
}
