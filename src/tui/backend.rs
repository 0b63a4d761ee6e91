//! The seam to the office: the screen hands out errands and gets messages back. The real backend stands over
//! `office` on threads of its own; tests use one in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::message::{Errand, Message};

/// Runs errands. `execute` must return at once; the work happens elsewhere.
pub trait Backend: Send {
    /// Takes an errand. Every errand is answered, also a cancelled or failed one: by its own message; a failed search
    /// by `Message::SearchFailed`, failed reading by `Message::Failed`. Many messages may come before the last one.
    fn execute(&self, errand: Errand, reply: Reply, cancel: Cancel);
}

/// Where the answers go. Clones go to threads; a reply after the screen has ended is dropped.
#[derive(Clone)]
pub struct Reply(Arc<dyn Fn(Message) + Send + Sync>);

impl Reply {
    /// A reply that hands messages to a function.
    pub fn new(send: impl Fn(Message) + Send + Sync + 'static) -> Self {
        Self(Arc::new(send))
    }

    /// Sends a message to the screen.
    pub fn send(&self, message: Message) {
        (self.0)(message);
    }
}

/// A flag that work looks at from time to time. Once set it stays set.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks the work to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the work should stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// The flag itself, for functions that take one.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }
}
