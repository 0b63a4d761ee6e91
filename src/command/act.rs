//! Which use case of the office stands behind a command: what its right is asked for.

use super::{Command, CommandId};
use crate::domain::people::Act;

impl Command {
    /// The use case behind it, for which the office asks whether it is allowed. `None` where it only looks, or is a
    /// question that stands before several: then any right of its class will do until the office is asked.
    #[must_use]
    pub const fn act(&self) -> Option<Act> {
        use CommandId as Id;
        match self.id {
            Id::SetStatus | Id::StatusChoose | Id::BatchNext | Id::BatchExecute | Id::BatchReturn => {
                Some(Act::SetStatus)
            }
            Id::Undo => Some(Act::Undo),
            Id::Redo => Some(Act::Redo),
            Id::ReflectionAdopt => Some(Act::Adopt),
            Id::ReflectionKeep => Some(Act::Keep),
            Id::Assign => Some(Act::Assign),
            Id::Due => Some(Act::Due),
            Id::Tag => Some(Act::Tag),
            Id::Result => Some(Act::Result),
            Id::Receive => Some(Act::Receive),
            Id::RulingSubmit => Some(Act::RulingSubmit),
            Id::RulingSettle => Some(Act::RulingSettle),
            Id::RulingReturn => Some(Act::RulingReturn),
            Id::PurgeExtend => Some(Act::PurgeExtend),
            Id::PurgeDispose => Some(Act::PurgeDispose),
            Id::CorrectionRemind => Some(Act::CorrectionRemind),
            Id::NumberAssign => Some(Act::NumberAssign),
            Id::NoteInternal => Some(Act::NoteInternal),
            Id::NoteApplicant => Some(Act::NoteApplicant),
            Id::NoteStrike => Some(Act::NoteStrike),
            Id::Reveal => Some(Act::Reveal),
            Id::PhoneOpen | Id::PhoneNext => Some(Act::PhoneOpen),
            Id::CallWrite | Id::CallBack => Some(Act::CallWrite),
            Id::CompareTick | Id::CompareDiffer | Id::CompareUntick | Id::CompareKeep => Some(Act::Compare),
            Id::DuplicatesDistinct => Some(Act::Distinct),
            Id::DuplicatesReject | Id::DuplicatesWithdraw => Some(Act::SetStatus),
            Id::Export | Id::ExportNext | Id::ExportExecute => Some(Act::Export),
            Id::ReflectExport => Some(Act::ReflectExport),
            Id::RejectedExport | Id::RejectedCorrect => Some(Act::RejectedExport),
            Id::ImportRun | Id::InboxContinue => Some(Act::Import),
            Id::EntryOpen | Id::EntryRevise => Some(Act::Enter),
            Id::InboxGiveUp => Some(Act::GiveUp),
            Id::InboxDiscard => Some(Act::Discard),
            Id::RejectedClear | Id::RejectedClearAll => Some(Act::RejectedClear),
            Id::LogOpen | Id::LogOfRecord => Some(Act::LogView),
            Id::RequestApprove => Some(Act::RequestApprove),
            Id::RequestRefuse => Some(Act::RequestRefuse),
            _ => None,
        }
    }
}
