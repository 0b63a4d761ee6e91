//! Which thread of the office carries an errand out.

use super::message::Errand;
use super::{entry_backend, intake_backend, log_backend, phone_backend, requests_backend};

/// Which thread does what, so that none waits for a slower one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Room {
    Search,
    Rows,
    Counts,
    Plan,
    Write,
    Inbox,
    Intake,
    Dialogs,
    Phone,
    Compare,
    Session,
    Log,
    Chain,
}

/// The thread of an errand.
pub(super) const fn room(errand: &Errand) -> Room {
    match errand {
        Errand::Search { .. } => Room::Search,
        Errand::LoadRows(..) | Errand::LoadRecord(_) => Room::Rows,
        // Another screen of the same person may hold their session, stopped by Ctrl-Z: no row waits for that.
        Errand::TakeUp(_) | Errand::KeepSitting(..) | Errand::KeepLayout(_) | Errand::KeepToured => Room::Session,
        Errand::Views { .. } | Errand::Forms { .. } | Errand::Find { .. } | Errand::Unlock(_) => Room::Dialogs,
        Errand::SaveView { .. } | Errand::DeleteView { .. } => Room::Write,
        Errand::Summarize | Errand::LoadBooks => Room::Counts,
        Errand::Plan { .. } | Errand::PlanField { .. } => Room::Plan,
        Errand::TakeInHand(_) => Room::Write,
        Errand::ApplyField { .. } | Errand::AddNote { .. } | Errand::StrikeNote { .. } => Room::Write,
        Errand::Settle { .. } | Errand::ExportReflect(_) | Errand::WriteRuling(..) => Room::Write,
        Errand::Intake(errand) => intake_backend::room(errand),
        Errand::Request(errand) => requests_backend::room(errand),
        Errand::Log(errand) => log_backend::room(errand),
        Errand::Phone(errand) => phone_backend::room(errand),
        Errand::Compare(errand) => errand.room(),
        Errand::Entry(errand) => entry_backend::room(errand),
        Errand::Reveal(_) => Room::Write,
        Errand::Apply { .. } | Errand::Undo | Errand::Redo | Errand::Export { .. } => Room::Write,
    }
}
