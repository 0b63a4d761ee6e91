//! What the backend in memory keeps of sittings.

use crate::domain::marks::Marks;
use crate::domain::reflection::Reflection;
use crate::domain::session::Layout;
use crate::domain::sitting::Sitting;
use crate::domain::status::Status;
use crate::office::view::Record;
use crate::tui::backend::Reply;
use crate::tui::message::{Errand, Explained, Message};

/// Where people stood, as it was handed over.
#[derive(Debug, Default)]
pub struct Sittings {
    /// All that was kept, with the layout.
    pub kept: Vec<(Sitting, Layout)>,
    /// Why nothing can be kept.
    pub refused: Option<Explained>,
}

impl Sittings {
    /// Answers an errand about them.
    pub(super) fn answer(&mut self, errand: Errand, records: &[Record], reply: &Reply) {
        match errand {
            Errand::TakeUp(mut sitting) => {
                let mut gone: Marks = sitting.named();
                for record in records {
                    gone.set(record.row.id, false);
                }
                let marked = sitting.let_go(&gone);
                reply.send(Message::TakenUp(Ok((sitting, marked))));
            }
            Errand::KeepSitting(sitting, layout) => {
                let outcome = self.refused.clone().map_or(Ok(()), Err);
                if outcome.is_ok() {
                    self.kept.push((*sitting, layout));
                }
                reply.send(Message::SittingKept(outcome));
            }
            _ => {}
        }
    }
}

impl super::memory::Memory {
    /// A download shows that the applicant has withdrawn.
    pub fn withdraws(&self, at: usize) {
        self.records(|records| {
            let row = &mut records[at].row;
            (row.source_status, row.reflection) = (Some(Status::Withdrawn), Reflection::Check);
            row.since.withdrawn = true;
        });
    }
}
