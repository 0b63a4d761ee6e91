//! How often the screen is told how far work is.

use std::time::{Duration, Instant};

use super::backend::Reply;
use super::message::{Message, Progress, Work};
use crate::office;

/// Tells the screen how far work is, four times a second at most.
pub(super) struct Pace {
    work: Work,
    reply: Reply,
    began: Instant,
    told: Option<Instant>,
}

impl Pace {
    pub(super) fn new(work: Work, reply: Reply) -> Self {
        Self { work, reply, began: Instant::now(), told: None }
    }

    pub(super) fn tell(&mut self, progress: office::Progress) {
        if self.told.is_some_and(|told| told.elapsed() < Duration::from_millis(250)) {
            return;
        }
        self.told = Some(Instant::now());
        let millis = (self.began.elapsed().as_millis() as u64).max(1);
        let rate = progress.done.saturating_mul(1000) / millis;
        let seconds_left = progress.total.and_then(|total| total.saturating_sub(progress.done).checked_div(rate));
        // Of a file, bytes tell how far it is, and rows tell how fast.
        let of_rows = matches!(self.work, Work::DryRun | Work::Import);
        let per_second = if of_rows { progress.found.saturating_mul(1000) / millis } else { rate };
        self.reply.send(Message::Progress(Progress {
            work: self.work,
            done: progress.done,
            total: progress.total,
            per_second,
            seconds_left,
        }));
    }
}
