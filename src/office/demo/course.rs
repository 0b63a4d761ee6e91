//! The course of one application of the demo: how it stands in the first download, and what our staff, their colleagues
//! in the source system and the applicant do before the second.

use super::Demo;
use super::chance::Chance;
use crate::domain::status::{Request, Status};

/// Where an application starts and what happens to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course {
    /// 処理状況 in the first download.
    pub start: Status,
    turn: Turn,
}

/// What happens between the downloads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Nothing,
    /// Only we worked on it: 反映待ち.
    Ours(Batch),
    /// The applicant took it back; we may have worked on it meanwhile: 要確認.
    Withdrawn(Option<Batch>),
    /// A colleague moved it in the source system: 要確認.
    Colleague(Status),
    /// We and a colleague did the same: 反映済.
    Both(Batch),
    /// The applicant corrected an answer: a new revision.
    Corrected,
}

/// One of our batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Batch {
    Provisional,
    Accepted,
    Returned,
    Rejected,
}

impl Course {
    /// The course of the application with this index.
    pub(super) fn of(demo: &Demo<'_>, index: u64) -> Self {
        let mut chance = Chance::of(demo.seed, index, 2);
        let start = match chance.below(100) {
            0..40 => Status::Unprocessed,
            40..50 => Status::Provisional,
            50..62 => Status::AcceptedUnreplied,
            62..69 => Status::AcceptedReplied,
            69..73 => Status::AcceptedScheduled,
            73..78 => Status::Returned,
            78..81 => Status::Rejected,
            81..95 => Status::Completed,
            95..97 => Status::ForceCompleted,
            _ => Status::Withdrawn,
        };
        let turn = match (start, chance.below(100)) {
            (Status::Unprocessed, 0..12) => Turn::Ours(Batch::Accepted),
            (Status::Unprocessed, 12..22) => Turn::Ours(Batch::Provisional),
            (Status::Unprocessed, 22..28) => Turn::Ours(Batch::Returned),
            (Status::Unprocessed, 28..32) => Turn::Ours(Batch::Rejected),
            (Status::Unprocessed, 32..37) => Turn::Withdrawn(Some(Batch::Provisional)),
            (Status::Unprocessed, 37..42) => Turn::Withdrawn(None),
            (Status::Unprocessed, 42..48) => Turn::Colleague(Status::Provisional),
            (Status::Unprocessed, 48..54) => Turn::Both(Batch::Provisional),
            (Status::Unprocessed | Status::Provisional, 54..66) => Turn::Corrected,
            (Status::AcceptedReplied, 0..20) => Turn::Colleague(Status::Completed),
            _ => Turn::Nothing,
        };
        Self { start, turn }
    }

    /// What our staff ask for: the order of the batch, the request and the reason.
    pub(super) const fn ours(self) -> Option<(u8, Request, Option<&'static str>)> {
        let batch = match self.turn {
            Turn::Ours(batch) | Turn::Withdrawn(Some(batch)) | Turn::Both(batch) => batch,
            Turn::Nothing | Turn::Withdrawn(None) | Turn::Colleague(_) | Turn::Corrected => return None,
        };
        Some(match batch {
            Batch::Provisional => (0, Request::To(Status::Provisional), None),
            Batch::Accepted => (1, Request::Accept, None),
            Batch::Returned => (2, Request::To(Status::Returned), Some("添付書類が足りないため（2週間以内に補正）")),
            Batch::Rejected => (3, Request::To(Status::Rejected), Some("対象となる期間を過ぎているため")),
        })
    }

    /// 処理状況 in the second download.
    pub(super) const fn end(self) -> Status {
        match self.turn {
            Turn::Withdrawn(_) => Status::Withdrawn,
            Turn::Colleague(status) => status,
            Turn::Both(Batch::Provisional) => Status::Provisional,
            Turn::Nothing | Turn::Ours(_) | Turn::Both(_) | Turn::Corrected => self.start,
        }
    }

    /// Whether the second download has other answers.
    pub(super) const fn is_corrected(self) -> bool {
        matches!(self.turn, Turn::Corrected)
    }
}
