//! A gate that opens once: behind it waits what the first screen doesn't need.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// A gate; clones are the same one.
#[derive(Debug, Clone, Default)]
pub(super) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    /// Opens it for good.
    pub(super) fn open(&self) {
        let (open, waiting) = &*self.0;
        *open.lock().unwrap_or_else(PoisonError::into_inner) = true;
        waiting.notify_all();
    }

    /// Waits until it is open.
    pub(super) fn pass(&self) {
        let (open, waiting) = &*self.0;
        let shut = open.lock().unwrap_or_else(PoisonError::into_inner);
        drop(waiting.wait_while(shut, |open| !*open).unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_goes_through_when_it_opens_and_who_comes_later_at_once() {
        let gate = Gate::default();
        let waits = std::thread::spawn({
            let gate = gate.clone();
            move || gate.pass()
        });
        gate.open();
        waits.join().unwrap();
        gate.pass();
    }
}
