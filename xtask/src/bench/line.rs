//! A terminal of 50 lines and 200 columns that programs are measured on: what they send is read and counted with its
//! time, and what they ask is answered at once, as a terminal on the same desk does.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// Lines and columns.
pub const SIZE: (u16, u16) = (50, 200);

/// A terminal of that size of which nothing is shown yet.
fn blank() -> Option<vt100::Parser> {
    Some(vt100::Parser::new(SIZE.0.try_into().ok()?, SIZE.1.try_into().ok()?, 0))
}

/// What programs ask a terminal, and what it answers; the place of the cursor is answered by itself.
const ANSWERS: &[(&[u8], &[u8])] =
    &[(b"\x1b[c", b"\x1b[?62;22c"), (b"\x1b[5n", b"\x1b[0n"), (b"\x1b[?2026$p", b"\x1b[?2026;2$y")];
const WHERE: &[u8] = b"\x1b[6n";

/// What has come over the line.
struct Come {
    bytes: Vec<u8>,
    screen: vt100::Parser,
    /// How much of `bytes` the screen has.
    drawn: usize,
    /// When the last block came, and the first one since the last key.
    last: Instant,
    first: Option<Instant>,
    ended: bool,
}

/// A program on the terminal; it is ended with the value.
pub struct Line {
    keyboard: File,
    come: Arc<(Mutex<Come>, Condvar)>,
    child: Child,
    began: Instant,
}

impl Line {
    /// Starts a program.
    pub fn run(command: &Command) -> Result<Self, String> {
        let failed = |error: rustix::io::Errno| format!("a terminal could not be made: {error}");
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).map_err(failed)?;
        grantpt(&master).map_err(failed)?;
        unlockpt(&master).map_err(failed)?;
        tcsetwinsize(&master, Winsize { ws_row: SIZE.0, ws_col: SIZE.1, ws_xpixel: 0, ws_ypixel: 0 })
            .map_err(failed)?;
        let name = ptsname(&master, Vec::new()).map_err(failed)?;
        let open = || rustix::fs::open(&name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).map_err(failed);
        // `setsid` becomes the program itself: its process is the one whose memory counts.
        let mut child = Command::new("setsid");
        child.arg("--ctty").arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => child.env(name, value),
                None => child.env_remove(name),
            };
        }
        child.env("TERM", "xterm-256color").env("LC_ALL", "C.UTF-8");
        child.env_remove("TERM_PROGRAM").env_remove("SSH_CONNECTION").env_remove("TMUX");
        child.stdin(Stdio::from(open()?)).stdout(Stdio::from(open()?)).stderr(Stdio::from(open()?));
        let began = Instant::now();
        let child = child.spawn().map_err(|error| format!("setsid: {error}"))?;
        let keyboard = File::from(master);
        let come = Come {
            bytes: Vec::new(),
            screen: blank().ok_or("a terminal has lines and columns")?,
            drawn: 0,
            last: began,
            first: None,
            ended: false,
        };
        let come = Arc::new((Mutex::new(come), Condvar::new()));
        let (shared, out) = (Arc::clone(&come), keyboard.try_clone().map_err(|error| error.to_string())?);
        drop(std::thread::spawn(move || read(out, &shared)));
        Ok(Self { keyboard, come, child, began })
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends keys.
    pub fn send(&mut self, keys: &str) -> Result<(), String> {
        self.come().first = None;
        self.keyboard.write_all(keys.as_bytes()).map_err(|error| error.to_string())
    }

    /// Sends a key and says after how many seconds the first byte of an answer came, once all of it has come.
    pub fn press(&mut self, key: &str) -> Result<f64, String> {
        let began = Instant::now();
        self.send(key)?;
        self.settle()?;
        let first = self.come().first.ok_or(format!("{key:?} was not answered"))?;
        Ok(first.duration_since(began).as_secs_f64())
    }

    /// How many bytes have come.
    pub fn count(&self) -> usize {
        self.come().bytes.len()
    }

    /// The bytes that have come.
    pub fn bytes(&self) -> Vec<u8> {
        self.come().bytes.clone()
    }

    /// Waits until a text stands on the screen; how many seconds after the start of the program that was.
    pub fn until_shown(&self, text: &str, limit: Duration) -> Result<f64, String> {
        let end = Instant::now() + limit;
        let mut come = self.come();
        loop {
            // Asked before the screen is read, which takes its time.
            let at = come.last;
            if come.screen.screen().contents().contains(text) {
                return Ok(at.duration_since(self.began).as_secs_f64());
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || come.ended {
                return Err(format!("{text} was not drawn within {} s", limit.as_secs()));
            }
            come = match self.come.1.wait_timeout(come, left) {
                Ok((come, _)) => come,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    /// Waits until nothing has come for a moment, which is enough for a key.
    pub fn settle(&self) -> Result<(), String> {
        self.settle_for(Duration::from_millis(250))
    }

    /// Waits until nothing has come for so long.
    pub fn settle_for(&self, quiet: Duration) -> Result<(), String> {
        const LIMIT: Duration = Duration::from_secs(180);
        let began = Instant::now();
        while began.elapsed() < LIMIT {
            let still = self.come().last.max(began).elapsed();
            if still >= quiet {
                return Ok(());
            }
            std::thread::sleep(quiet - still);
        }
        Err("the screen never came to rest".into())
    }

    fn come(&self) -> MutexGuard<'_, Come> {
        self.come.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // It may have ended by itself.
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap_or_default();
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(10) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn read(mut line: File, shared: &(Mutex<Come>, Condvar)) {
    let mut block = [0; 65_536];
    // Reading fails once the program is gone.
    while let Ok(count @ 1..) = line.read(&mut block) {
        let at = Instant::now();
        let mut come = shared.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        come.last = at;
        come.first.get_or_insert(at);
        come.bytes.extend_from_slice(&block[..count]);
        let answer = come.draw();
        drop(come);
        if line.write_all(&answer).is_err() {
            break;
        }
        shared.1.notify_all();
    }
    shared.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).ended = true;
    shared.1.notify_all();
}

impl Come {
    /// Draws what has come, and answers what was asked in it.
    fn draw(&mut self) -> Vec<u8> {
        let mut answer = Vec::new();
        while let Some((at, length, fixed)) = question(&self.bytes[self.drawn..]) {
            let end = self.drawn + at + length;
            self.screen.process(&self.bytes[self.drawn..end]);
            self.drawn = end;
            let (row, column) = self.screen.screen().cursor_position();
            match fixed {
                Some(fixed) => answer.extend_from_slice(fixed),
                None => answer.extend_from_slice(format!("\x1b[{};{}R", row + 1, column + 1).as_bytes()),
            }
        }
        self.screen.process(&self.bytes[self.drawn..]);
        self.drawn = self.bytes.len();
        answer
    }
}

/// The first question in these bytes: where, how long, and its answer unless that is the place of the cursor. One that
/// two blocks share is not seen; programs send them in one write.
fn question(bytes: &[u8]) -> Option<(usize, usize, Option<&'static [u8]>)> {
    let place = |text: &[u8]| bytes.windows(text.len()).position(|part| part == text);
    let cursor = place(WHERE).map(|at| (at, WHERE.len(), None));
    let fixed = ANSWERS.iter().filter_map(|(text, answer)| Some((place(text)?, text.len(), Some(*answer))));
    fixed.chain(cursor).min_by_key(|(at, _, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_answered_where_its_cursor_is() {
        let mut asks = Command::new("sh");
        // It prints a kanji, asks, and shows what it was told.
        asks.args([
            "-c",
            "stty -icanon -echo; printf '漢\\033[6n'; dd bs=6 count=1 2>/dev/null | tr '\\033' E; sleep 60",
        ]);
        let line = Line::run(&asks).unwrap();
        assert!(line.until_shown("E[1;3R", Duration::from_secs(60)).unwrap() > 0.0);
    }

    #[test]
    fn the_first_question_is_answered_first() {
        assert_eq!(question(b"ab\x1b[6n\x1b[c"), Some((2, 4, None)));
        assert_eq!(
            question(b"\x1b[c\x1b[6n").map(|(at, length, fixed)| (at, length, fixed.is_some())),
            Some((0, 3, true))
        );
        assert_eq!(question(b"\x1b[31m"), None);
    }
}
