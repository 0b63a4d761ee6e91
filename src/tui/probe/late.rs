//! Answers that come when nobody waits for them any more. Whole ones never become keys; one that the line cut behind its
//! ESC arrives as the keys `Esc [ 1 ; 2 R`, and these are swallowed here as long as answers are owed.

use std::time::Duration;

use crate::tui::keymap::{Code, Key};
use crate::tui::message::Message;

/// How long a key that may begin an answer is held back.
pub const HELD: Duration = Duration::from_millis(100);

/// The answers that are owed, and the keys that may be the beginning of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Late {
    owed: usize,
    held: Vec<Key>,
}

/// The longest answer, in characters: a terminal has fewer than 100,000 lines and columns.
const LONGEST: usize = 16;

impl Late {
    /// So many answers are owed. Of what has begun, the part of an answer is held; an ESC alone is a key, and anything
    /// else was cut off and means nothing.
    #[must_use]
    pub fn owed(owed: usize, begun: &[u8], typed: &mut Vec<Message>) -> Self {
        let mut late = Self { owed, held: Vec::new() };
        let passed = match begun {
            [0x1b] | [0x1b, b'[', ..] => {
                let keys = begun.iter().map(|byte| match byte {
                    0x1b => Key::plain(Code::Esc),
                    byte => Key::plain(Code::Char(char::from(*byte))),
                });
                keys.flat_map(|key| late.take(key)).filter(|key| key.code == Code::Esc).collect()
            }
            _ => Vec::new(),
        };
        typed.extend(passed.into_iter().map(Message::Key));
        late
    }

    /// Takes a key; the keys that go on to the screen, in order.
    pub fn take(&mut self, key: Key) -> Vec<Key> {
        if self.owed == 0 {
            return vec![key];
        }
        self.held.push(key);
        match self.standing() {
            Standing::Answer => {
                self.owed -= 1;
                self.held.clear();
                Vec::new()
            }
            Standing::Perhaps => Vec::new(),
            // The last key may begin an answer of its own.
            Standing::None if key.code == Code::Esc && self.held.len() > 1 => {
                self.held.pop();
                std::mem::replace(&mut self.held, vec![key])
            }
            Standing::None => std::mem::take(&mut self.held),
        }
    }

    /// Whether keys are held back.
    #[must_use]
    pub const fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// Gives back the keys that nothing followed.
    pub fn release(&mut self) -> Vec<Key> {
        std::mem::take(&mut self.held)
    }

    /// Nothing is waited for any more.
    pub fn forgive(&mut self) -> Vec<Key> {
        self.owed = 0;
        self.release()
    }

    /// Whether what is held is an answer, or may become one.
    fn standing(&self) -> Standing {
        let mut rest = self.held.iter().map(|key| match key {
            Key { code: Code::Esc, ctrl: false, alt: false } => '\u{1b}',
            key => key.text().unwrap_or('\0'),
        });
        if rest.next() != Some('\u{1b}') || self.held.len() > LONGEST {
            return Standing::None;
        }
        match rest.next() {
            None => return Standing::Perhaps,
            Some('[') => {}
            Some(_) => return Standing::None,
        }
        let rest: String = rest.collect();
        let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        match rest.split_once(';') {
            None if digits(&rest) => Standing::Perhaps,
            Some((line, column)) if !line.is_empty() && digits(line) => match column.strip_suffix('R') {
                Some(number) if !number.is_empty() && digits(number) => Standing::Answer,
                None if digits(column) => Standing::Perhaps,
                _ => Standing::None,
            },
            _ => Standing::None,
        }
    }
}

/// What the held keys are.
enum Standing {
    Answer,
    Perhaps,
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<Key> {
        text.chars().map(|c| Key::plain(if c == '\u{1b}' { Code::Esc } else { Code::Char(c) })).collect()
    }

    fn through(late: &mut Late, text: &str) -> Vec<Key> {
        let mut passed: Vec<Key> = keys(text).into_iter().flat_map(|key| late.take(key)).collect();
        passed.extend(late.release());
        passed
    }

    #[test]
    fn a_late_answer_in_pieces_is_swallowed_and_keys_around_it_are_not() {
        let mut late = Late::owed(2, b"", &mut Vec::new());
        assert_eq!(through(&mut late, "j\u{1b}[24;3Rk"), keys("jk"));
        assert_eq!(through(&mut late, "\u{1b}\u{1b}[1;2Ra"), keys("\u{1b}a"));
        // No more are owed: what a person types is theirs.
        assert_eq!(through(&mut late, "\u{1b}[1;2R"), keys("\u{1b}[1;2R"));
    }

    #[test]
    fn what_only_looks_like_the_beginning_of_an_answer_goes_on() {
        for text in
            ["\u{1b}", "\u{1b}[", "\u{1b}[x", "\u{1b}[1;", "\u{1b}[;R", "\u{1b}[1R", "\u{1b}[1;2;R", "[1;2R", "山形"]
        {
            let mut late = Late::owed(1, b"", &mut Vec::new());
            assert_eq!(through(&mut late, text), keys(text), "{text:?}");
        }
    }

    #[test]
    fn an_answer_that_had_begun_at_the_deadline_is_swallowed_whole() {
        let mut typed = Vec::new();
        let mut late = Late::owed(1, b"\x1b[2", &mut typed);
        assert_eq!((through(&mut late, "4;3Rj"), typed), (keys("j"), Vec::new()));
        let mut typed = Vec::new();
        let mut late = Late::owed(0, b"\x1b", &mut typed);
        assert_eq!((late.release(), typed), (Vec::new(), vec![Message::Key(Key::plain(Code::Esc))]));
    }
}
