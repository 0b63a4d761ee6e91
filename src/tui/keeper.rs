//! The thread that keeps the index of the screen: it begins when the first rows are on it, so that the first screen
//! waits for nothing, and goes on whenever the store has changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use super::office_backend::OpenDesk;

/// The two ends by which the thread is told to begin and to end.
pub(super) struct Keeper {
    begin: Sender<()>,
    stop: Arc<AtomicBool>,
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Keeper {
    /// Starts the thread, which waits to be told to begin.
    pub(super) fn start(open: &OpenDesk) -> Self {
        // The version costs microseconds; until the index is up to date again, the tables answer.
        const PAUSE: Duration = Duration::from_millis(100);
        // After so many pauses in which nobody searched, what searches went through needn't stay in our memory.
        const QUIET: u32 = 10;
        let (begin, begun) = channel::<()>();
        let stop = Arc::new(AtomicBool::new(false));
        let (open, ended) = (Arc::clone(open), Arc::clone(&stop));
        thread::spawn(move || {
            if begun.recv().is_err() {
                return;
            }
            let Ok(desk) = open() else { return };
            let (mut known, mut quiet) = (None, 0_u32);
            loop {
                let now = desk.data_version().ok();
                if now != known {
                    known = now;
                    // What can't be kept is missing, not wrong: the next change tries again.
                    let _kept = desk.keep_up(&ended);
                }
                quiet = if desk.was_asked() { 0 } else { quiet.saturating_add(1) };
                if quiet == QUIET {
                    desk.rest();
                }
                if begun.recv_timeout(PAUSE) == Err(RecvTimeoutError::Disconnected) || ended.load(Ordering::Relaxed) {
                    return;
                }
            }
        });
        Self { begin, stop }
    }

    /// Whom to tell that the first screen is there.
    pub(super) fn begin(&self) -> Sender<()> {
        self.begin.clone()
    }
}
