//! Long work on the command line: a bar on stderr where a person watches, and signals that ask it to stop.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use crate::messages::Messages;
use crate::office::Progress;

/// Set by the first Ctrl-C, SIGTERM or SIGHUP; a second one ends the program at once, which the store survives.
pub(super) fn stop_flag() -> Arc<AtomicBool> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        // Without a handler the signal ends the program as it always did.
        let handled = signal_hook::flag::register_conditional_shutdown(signal, 3, Arc::clone(&stop))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&stop)));
        if handled.is_err() {
            break;
        }
    }
    stop
}

/// The bar; silent where stderr is no terminal.
pub(super) struct Bar<'m> {
    messages: &'m Messages,
    shown: bool,
    began: Instant,
    last: Option<Instant>,
}

impl<'m> Bar<'m> {
    /// How long a drawn bar stays.
    const STAYS: Duration = Duration::from_millis(250);

    pub(super) fn new(messages: &'m Messages) -> Self {
        Self { messages, shown: io::stderr().is_terminal(), began: Instant::now(), last: None }
    }

    /// Whether it is time to draw again.
    fn is_due(&mut self) -> bool {
        let due = self.shown && self.last.is_none_or(|last| last.elapsed() >= Self::STAYS);
        if due {
            self.last = Some(Instant::now());
        }
        due
    }

    /// Draws how far the work is: percent, rows each second, time left.
    pub(super) fn show(&mut self, progress: Progress) {
        if self.is_due() {
            draw(&self.line(progress, self.began.elapsed()));
        }
    }

    /// Draws a sentence in its place.
    pub(super) fn say(&mut self, sentence: &str) {
        if self.is_due() {
            draw(sentence);
        }
    }

    fn line(&self, progress: Progress, elapsed: Duration) -> String {
        let seconds = elapsed.as_secs_f64().max(0.001);
        let rate = (progress.found as f64 / seconds) as u64;
        let Some(total) = progress.total.filter(|total| *total > 0) else {
            let arguments = [("found", progress.found.to_string()), ("rate", rate.to_string())];
            return self.messages.fill("cli.progress.unbounded", &arguments);
        };
        let part = (progress.done as f64 / total as f64).clamp(0.0, 1.0);
        let left = if part > 0.0 { (seconds / part - seconds) as u64 } else { 0 };
        let arguments = [
            ("percent", ((part * 100.0) as u64).to_string()),
            ("found", progress.found.to_string()),
            ("rate", rate.to_string()),
            ("left", format!("{}:{:02}", left / 60, left % 60)),
        ];
        self.messages.fill("cli.progress.bounded", &arguments)
    }
}

impl Drop for Bar<'_> {
    fn drop(&mut self) {
        if self.last.is_some() {
            draw("");
        }
    }
}

/// Draws over the line. Where stderr is gone nobody watches.
fn draw(text: &str) {
    write!(io::stderr(), "\r{text}\u{1B}[K").unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Assets;
    use crate::messages::Language;

    #[test]
    fn the_line_tells_percent_rate_and_time_left() {
        let messages = Messages::load(Language::English, &Assets::built_in());
        let bar = Bar::new(&messages);
        let progress = Progress { done: 25, total: Some(100), found: 5000 };
        let line = bar.line(progress, Duration::from_secs(10));
        for part in ["25", "5000", "500", "0:30"] {
            assert!(line.contains(part), "{line}: {part}");
        }
    }
}
