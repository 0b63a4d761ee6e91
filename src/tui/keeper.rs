//! The thread that keeps the index of the screen: it begins when the first rows are there, so that the first screen
//! waits for nothing, and goes on whenever the store has changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use super::gate::Gate;
use super::office_backend::OpenDesk;

/// The end by which the thread is told to end.
pub(super) struct Keeper {
    /// Nothing is ever sent: it closes with the screen.
    _open: Sender<()>,
    stop: Arc<AtomicBool>,
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Keeper {
    /// Starts the thread, which begins when the gate opens.
    pub(super) fn start(open: &OpenDesk, gate: &Gate) -> Self {
        // The version costs microseconds; until the index is up to date again, the tables answer.
        const PAUSE: Duration = Duration::from_millis(100);
        // After so many pauses in which nobody searched, what searches went through needn't stay in our memory.
        const QUIET: u32 = 10;
        let (held, closed) = channel::<()>();
        let stop = Arc::new(AtomicBool::new(false));
        let (open, gate, ended) = (Arc::clone(open), gate.clone(), Arc::clone(&stop));
        thread::spawn(move || {
            gate.pass();
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
                if closed.recv_timeout(PAUSE) == Err(RecvTimeoutError::Disconnected) || ended.load(Ordering::Relaxed) {
                    return;
                }
            }
        });
        Self { _open: held, stop }
    }
}
