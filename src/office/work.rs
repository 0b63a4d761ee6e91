//! Long work: it tells how far it is, and asks whether it should stop.

use std::sync::atomic::{AtomicBool, Ordering};

/// How far a piece of work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Units done: bytes of a file, applications of a list.
    pub done: u64,
    /// All units, where they are known.
    pub total: Option<u64>,
    /// Things found or written so far: rows, applications.
    pub found: u64,
}

/// The two ends of a piece of work: how to stop it, and whom to tell.
pub struct Work<'a> {
    stop: &'a AtomicBool,
    tell: &'a mut dyn FnMut(Progress),
}

impl<'a> Work<'a> {
    /// Work that `stop` ends at the next place from which it can be continued.
    pub fn new(stop: &'a AtomicBool, tell: &'a mut dyn FnMut(Progress)) -> Self {
        Self { stop, tell }
    }

    /// Whether it should stop.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Tells how far it is.
    pub fn tell(&mut self, done: u64, total: Option<u64>, found: u64) {
        (self.tell)(Progress { done, total, found });
    }
}
