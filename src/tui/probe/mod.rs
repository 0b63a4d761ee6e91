//! Asking the terminal, before the screen opens, how wide it draws characters: a few are written, out of sight, and the
//! terminal tells where its cursor came to stand. At most half a second, but that a paste is read to its end; what is typed meanwhile is kept, and answers
//! that come later are owed and swallowed ([`late`]).

pub mod input;
pub mod late;
pub mod locale;
pub mod remembered;

use std::io;
use std::path::Path;
use std::time::Duration;

use self::input::{Heard, Reader};
use self::late::Late;
use super::canvas::Traits;
use super::message::Message;
use super::run::ScreenFault;
use super::text::WidthPolicy;
use crate::domain::application::Instant;

/// How long answers are waited for.
pub const PATIENCE: Duration = Duration::from_millis(450);

/// How long all takes at most: a sequence that has begun is read to its end. Only a paste may take longer.
pub const AT_MOST: Duration = Duration::from_millis(500);

/// How long a paste may pause before it is taken as it is, and how long it may take. It is read to its end although that
/// takes longer: its second half would come as keys and be obeyed.
pub const PASTE_PAUSE: Duration = Duration::from_secs(2);
const PASTE_AT_MOST: Duration = Duration::from_secs(20);

/// After so long an ESC is a key of its own, not the beginning of another.
const ESCAPE_ALONE: Duration = Duration::from_millis(100);

/// Two kana, which no encoding but UTF-8 shows in four columns (in Shift_JIS the six bytes are three kanji); then a sign
/// and a line of ambiguous width. Each from the first column, concealed, with a question where the cursor is.
const QUESTION: &str =
    "\x1b[8m\x1b[1;1H\u{3042}\u{3042}\x1b[6n\x1b[1;1H\u{203b}\x1b[6n\x1b[1;1H\u{2500}\x1b[6n\x1b[m\x1b[1;1H\x1b[2K";

/// How many answers [`QUESTION`] asks for.
const ANSWERS: usize = 3;

/// How a terminal draws characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drawn {
    /// Signs of ambiguous width.
    pub policy: WidthPolicy,
    /// Whether lines of boxes take two columns: old consoles with Japanese fonts widen these alone.
    pub wide_lines: bool,
}

/// What asking the terminal brought.
#[derive(Debug, Default)]
pub struct Answer {
    /// How it draws; `None` = it didn't say.
    pub drawn: Option<Drawn>,
    /// Whether it takes UTF-8; `None` = it didn't say.
    pub utf8: Option<bool>,
    /// What was typed or pasted meanwhile.
    pub typed: Vec<Message>,
    /// Answers that are still owed.
    pub late: Late,
    /// How long it took.
    pub took: Duration,
}

/// What the screen is to know of its terminal.
#[derive(Debug, Default)]
pub struct Known {
    /// How it draws.
    pub drawn: Drawn,
    /// The locale, where it isn't one of UTF-8 and the terminal didn't say that it takes UTF-8 all the same.
    pub doubtful: Option<String>,
    /// What was typed or pasted while it was asked.
    pub typed: Vec<Message>,
    /// Answers that are still owed.
    pub late: Late,
    /// What its frames depend on.
    pub traits: Traits,
    /// How long it took to answer, now or when it was remembered; `None` = it didn't.
    pub took: Option<Duration>,
}

impl Known {
    /// Whether the line to it is slow.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        self.took.is_some_and(|took| took > SLOW_LINE)
    }
}

/// A line over which a question and its answers take longer is slow.
pub const SLOW_LINE: Duration = Duration::from_millis(150);

/// Families of terminals that can move the lines of a region, by the beginning of `TERM`.
const WITH_REGIONS: [&str; 12] =
    ["xterm", "tmux", "screen", "linux", "vte", "kitty", "alacritty", "foot", "wezterm", "ghostty", "rxvt", "putty"];

/// Whether a terminal can move the lines of a region. One that isn't known is spared.
fn has_regions(variable: &impl Fn(&str) -> Option<String>) -> bool {
    let term = variable("TERM").unwrap_or_default();
    WITH_REGIONS.iter().any(|known| term.starts_with(known)) || variable("WT_SESSION").is_some()
}

/// Gathers what is known: what the user has set, else what a slow terminal answered within the last month, else what the
/// terminal answers now. `folder` is where answers are remembered.
///
/// # Errors
/// The terminal doesn't take UTF-8, or is gone.
pub fn known(
    set: Option<WidthPolicy>,
    variable: impl Fn(&str) -> Option<String>,
    folder: Option<&Path>,
    now: &Instant,
    ask: impl FnOnce() -> io::Result<Answer>,
) -> Result<Known, ScreenFault> {
    let name = remembered::name(&variable);
    let locale = Some(locale::locale(&variable)).filter(|locale| !locale::is_utf8(locale));
    // What a person has set may be wrong, and what nobody knows is taken for narrow: neither is built upon.
    let traits = |sure| Traits { sure, regions: has_regions(&variable) };
    if let Some(policy) = set {
        let drawn = Drawn { policy, wide_lines: false };
        return Ok(Known { drawn, doubtful: locale, traits: traits(false), ..Known::default() });
    }
    if let Some((drawn, took)) = folder.and_then(|folder| remembered::recall(folder, &name, now)) {
        // What is remembered was answered by a terminal that takes UTF-8.
        return Ok(Known { drawn, traits: traits(true), took: Some(took), ..Known::default() });
    }
    let answer = ask()?;
    if answer.utf8 == Some(false) {
        return Err(ScreenFault::NotUtf8);
    }
    if let (Some(folder), Some(drawn)) = (folder, answer.drawn)
        && answer.took >= remembered::SLOW
    {
        remembered::remember(folder, &name, (drawn, answer.took), now);
    }
    let (traits, took) = (traits(answer.drawn.is_some()), answer.drawn.map(|_| answer.took));
    let drawn = answer.drawn.unwrap_or(Drawn { policy: WidthPolicy::Narrow, wide_lines: false });
    let doubtful = locale.filter(|_| answer.utf8.is_none());
    Ok(Known { drawn, doubtful, typed: answer.typed, late: answer.late, traits, took })
}

/// The two directions of a terminal, and the time since it was opened.
pub trait Line {
    /// Sends all bytes.
    ///
    /// # Errors
    /// The terminal is gone.
    fn send(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// What arrives within a time; empty = nothing did.
    ///
    /// # Errors
    /// The terminal is gone.
    fn receive(&mut self, within: Duration) -> io::Result<Vec<u8>>;

    /// The time since the beginning.
    fn elapsed(&self) -> Duration;
}

/// Asks the terminal.
///
/// # Errors
/// The terminal is gone.
pub fn ask(line: &mut impl Line) -> io::Result<Answer> {
    line.send(QUESTION.as_bytes())?;
    let (mut reader, mut columns, mut typed) = (Reader::default(), Vec::new(), Vec::new());
    while columns.len() < ANSWERS || reader.is_within() {
        let asked = line.elapsed();
        let until = match (reader.is_pasting(), reader.is_within()) {
            (true, _) => PASTE_AT_MOST.min(asked + PASTE_PAUSE),
            (_, true) => AT_MOST,
            _ => PATIENCE,
        };
        let Some(left) = until.checked_sub(asked).filter(|left| !left.is_zero()) else { break };
        let bytes = line.receive(left)?;
        if bytes.is_empty() {
            break;
        }
        if line.elapsed().saturating_sub(asked) >= ESCAPE_ALONE {
            typed.extend(reader.end_escape(&bytes));
        }
        for heard in reader.read(&bytes) {
            match heard {
                Heard::Cursor { column } => columns.push(column.saturating_sub(1)),
                Heard::Message(message) => typed.push(message),
            }
        }
    }
    typed.extend(reader.end_paste());
    let late = Late::owed(ANSWERS.saturating_sub(columns.len()), reader.rest(), &mut typed);
    let drawn = match *columns {
        // A terminal that doesn't show UTF-8 says nothing of widths.
        [4, sign, line, ..] => {
            let policy = if sign == 2 { WidthPolicy::Wide } else { WidthPolicy::Narrow };
            Some(Drawn { policy, wide_lines: line == 2 })
        }
        _ => None,
    };
    // Answers to an earlier program may come before ours, and nothing but the kana comes to four columns.
    let utf8 = if columns.contains(&4) { Some(true) } else { (columns.len() >= ANSWERS).then_some(false) };
    Ok(Answer { drawn, utf8, typed, late, took: line.elapsed() })
}

/// Asks the terminal that the program runs in.
///
/// # Errors
/// The terminal is gone.
#[cfg(unix)]
pub fn ask_here() -> io::Result<Answer> {
    ask(&mut Here { since: std::time::Instant::now() })
}

/// Consoles of this system take UTF-8 and tell nothing more.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn ask_here() -> io::Result<Answer> {
    Ok(Answer { utf8: Some(true), ..Answer::default() })
}

/// Standard input and output.
#[cfg(unix)]
struct Here {
    since: std::time::Instant,
}

#[cfg(unix)]
impl Line for Here {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        use io::Write;
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()
    }

    fn receive(&mut self, within: Duration) -> io::Result<Vec<u8>> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        use rustix::io::Errno;
        // Not through `io::stdin`: what its buffer took would be lost to the keys.
        let input = rustix::stdio::stdin();
        let until = self.elapsed() + within;
        loop {
            let Some(left) = until.checked_sub(self.elapsed()) else { return Ok(Vec::new()) };
            let left = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: i64::from(left.subsec_nanos()) };
            match poll(&mut [PollFd::new(&input, PollFlags::IN)], Some(&left)) {
                Ok(0) => return Ok(Vec::new()),
                Ok(_) => {
                    let mut bytes = vec![0; 1024];
                    match rustix::io::read(input, &mut bytes) {
                        Ok(count) => {
                            bytes.truncate(count);
                            return Ok(bytes);
                        }
                        Err(Errno::INTR | Errno::AGAIN) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }
}
