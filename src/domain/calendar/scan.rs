//! The characters of a date, in ordinary width, and what can be taken from them one after another.

use super::Era;
use super::fault::{DateError, Problem};

/// A cursor over the characters of a text. Each character stands at the place of the original, so that its position
/// can be told.
pub(super) struct Scan {
    chars: Vec<char>,
    at: usize,
}

impl Scan {
    pub(super) fn new(text: &str) -> Self {
        Self { chars: text.chars().map(plain).collect(), at: 0 }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    /// Column of the next character, counted from 1.
    pub(super) const fn column(&self) -> u64 {
        self.at as u64 + 1
    }

    pub(super) const fn error(&self, problem: Problem) -> DateError {
        DateError { problem, column: self.column() }
    }

    pub(super) fn spaces(&mut self) {
        while self.peek() == Some(' ') {
            self.at += 1;
        }
    }

    pub(super) fn take(&mut self, c: char) -> bool {
        let taken = self.peek() == Some(c);
        self.at += usize::from(taken);
        taken
    }

    /// Takes one character of `any`.
    pub(super) fn take_any(&mut self, any: &str) -> Option<char> {
        let c = self.peek().filter(|c| any.contains(*c))?;
        self.at += 1;
        Some(c)
    }

    /// Takes a whole word.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let length = word.chars().count();
        let there =
            self.chars.get(self.at..self.at + length).is_some_and(|chars| word.chars().eq(chars.iter().copied()));
        self.at += if there { length } else { 0 };
        there
    }

    /// Takes `c` if a number follows it.
    pub(super) fn take_before_number(&mut self, c: char) -> bool {
        let there = self.peek() == Some(c) && self.chars.get(self.at + 1).is_some_and(|next| digit(*next).is_some());
        self.at += usize::from(there);
        there
    }

    /// Takes the sign of an era.
    pub(super) fn era(&mut self) -> Option<Era> {
        let (era, length) = Era::sign(&self.chars[self.at..])?;
        self.at += length;
        Some(era)
    }

    /// How many Arabic digits come next.
    pub(super) fn digits_ahead(&self) -> usize {
        self.chars[self.at..].iter().take_while(|c| c.is_ascii_digit()).count()
    }

    /// Takes exactly `count` Arabic digits.
    pub(super) fn fixed(&mut self, count: usize) -> Option<u32> {
        let digits = self.chars.get(self.at..self.at + count)?;
        let value = digits.iter().try_fold(0_u32, |value, c| Some(value * 10 + c.to_digit(10)?))?;
        self.at += count;
        Some(value)
    }

    /// Takes a number of at most four digits, Arabic or kanji, place by place (二〇) or with 十 (二十九). Gives the
    /// value and how many characters it took.
    pub(super) fn number(&mut self) -> Option<(u32, usize)> {
        let digits: Vec<u32> = self.chars[self.at..].iter().map_while(|c| digit(*c)).collect();
        let value = match digits.iter().position(|digit| *digit == TEN) {
            Some(ten) => {
                let (tens, ones) = (&digits[..ten], &digits[ten + 1..]);
                let one_of = |part: &[u32], none: u32| match part {
                    [] => Some(none),
                    [digit @ 1..=9] => Some(*digit),
                    _ => None,
                };
                one_of(tens, 1)? * 10 + one_of(ones, 0)?
            }
            None if (1..=4).contains(&digits.len()) => digits.iter().fold(0, |value, digit| value * 10 + digit),
            None => return None,
        };
        self.at += digits.len();
        Some((value, digits.len()))
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.at >= self.chars.len()
    }
}

const TEN: u32 = 10;

/// A digit; 十 is [`TEN`].
fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => c.to_digit(10),
        '〇' | '零' => Some(0),
        '一' => Some(1),
        '二' => Some(2),
        '三' => Some(3),
        '四' => Some(4),
        '五' => Some(5),
        '六' => Some(6),
        '七' => Some(7),
        '八' => Some(8),
        '九' => Some(9),
        '十' => Some(TEN),
        _ => None,
    }
}

/// One character in ordinary width; letters in small.
pub(super) const fn plain(c: char) -> char {
    match c {
        '\u{3000}' | '\u{A0}' | '\t' => ' ',
        '‐' | '‑' | '–' | '—' | '―' | '−' | 'ー' | 'ｰ' => '-',
        '〜' => '~',
        '\u{FF01}'..='\u{FF5E}' => (((c as u32 - 0xFEE0) as u8) as char).to_ascii_lowercase(),
        _ => c.to_ascii_lowercase(),
    }
}
