//! Bytes of a terminal, read while it is being asked: answers, and the keys and pastes that a person doesn't wait with.
//! Sequences that mean nothing to us are dropped whole, never taken for letters.

use crate::tui::keymap::{Code, Key};
use crate::tui::message::Message;

/// Something that the terminal said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Where the cursor stands: its column, from 1.
    Cursor {
        /// The column.
        column: u16,
    },
    /// A key, a paste, or that the window has the keys again.
    Message(Message),
}

/// The longest sequence that is waited for; a longer one is none.
const LONGEST: usize = 64;

const PASTE_BEGINS: &[u8] = b"\x1b[200~";
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// Reads bytes as they come, in pieces cut anywhere.
#[derive(Debug, Default)]
pub struct Reader {
    bytes: Vec<u8>,
}

/// What the next bytes are.
enum Next {
    /// More are needed.
    More,
    /// So many bytes, and what they mean.
    Take(usize, Option<Heard>),
}

impl Reader {
    /// Takes bytes; what they mean, in order.
    pub fn read(&mut self, bytes: &[u8]) -> Vec<Heard> {
        self.bytes.extend_from_slice(bytes);
        let (mut at, mut heard) = (0, Vec::new());
        while let Next::Take(length, meaning) = next(&self.bytes[at..]) {
            heard.extend(meaning);
            at += length;
        }
        self.bytes.drain(..at);
        heard
    }

    /// Whether a sequence has begun and hasn't ended.
    #[must_use]
    pub const fn is_within(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// Whether a paste has begun and hasn't ended.
    #[must_use]
    pub fn is_pasting(&self) -> bool {
        self.bytes.starts_with(PASTE_BEGINS)
    }

    /// What came of a paste whose end never does: better text with its end missing than keys.
    pub fn end_paste(&mut self) -> Option<Message> {
        let text = String::from_utf8_lossy(self.bytes.strip_prefix(PASTE_BEGINS)?).into_owned();
        self.bytes.clear();
        Some(Message::Paste(text))
    }

    /// An ESC that nothing followed for a while was a key, whatever comes now; only an answer may be that slow.
    pub fn end_escape(&mut self, coming: &[u8]) -> Option<Message> {
        let alone = self.bytes == [0x1b] && !matches!(coming, [] | [b'[', ..]);
        alone.then(|| {
            self.bytes.clear();
            Message::Key(Key::plain(Code::Esc))
        })
    }

    /// The beginning of a sequence that nothing followed.
    #[must_use]
    pub fn rest(&self) -> &[u8] {
        &self.bytes
    }
}

fn next(bytes: &[u8]) -> Next {
    let key = |length, code| Next::Take(length, Some(Heard::Message(Message::Key(Key::plain(code)))));
    let ctrl =
        |c| Next::Take(1, Some(Heard::Message(Message::Key(Key { code: Code::Char(c), ctrl: true, alt: false }))));
    match *bytes {
        [] | [0x1b] => Next::More,
        [0x1b, b'[', ..] => csi(bytes),
        [0x1b, b'O'] => Next::More,
        [0x1b, b'O', letter, ..] => match letter_key(letter) {
            Some(code) => key(3, code),
            None => Next::Take(3, None),
        },
        [0x1b, 0x1b, ..] => key(1, Code::Esc),
        [0x1b, ..] => match next(&bytes[1..]) {
            Next::Take(length, Some(Heard::Message(Message::Key(key)))) => {
                Next::Take(length + 1, Some(Heard::Message(Message::Key(Key { alt: true, ..key }))))
            }
            Next::Take(length, other) => Next::Take(length + 1, other),
            Next::More => Next::More,
        },
        [b'\r', ..] => key(1, Code::Enter),
        [b'\t', ..] => key(1, Code::Tab),
        [0x7f, ..] => key(1, Code::Backspace),
        [0, ..] => ctrl(' '),
        [byte @ 0x01..=0x1a, ..] => ctrl(char::from(byte - 1 + b'a')),
        [byte @ 0x1c..=0x1f, ..] => ctrl(char::from(byte - 0x1c + b'4')),
        _ => character(bytes),
    }
}

/// One character of UTF-8; bytes that are none are dropped.
fn character(bytes: &[u8]) -> Next {
    let head = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.valid_up_to() > 0 => str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
        Err(error) => return error.error_len().map_or(Next::More, |length| Next::Take(length, None)),
    };
    match valid.chars().next() {
        Some(c) => Next::Take(c.len_utf8(), Some(Heard::Message(Message::Key(Key::plain(Code::Char(c)))))),
        None => Next::Take(1, None),
    }
}

/// A control sequence: `ESC [ numbers letter`.
fn csi(bytes: &[u8]) -> Next {
    if bytes.starts_with(PASTE_BEGINS) {
        let inner = &bytes[PASTE_BEGINS.len()..];
        let Some(end) = memchr::memmem::find(inner, PASTE_ENDS) else { return Next::More };
        let text = String::from_utf8_lossy(&inner[..end]).into_owned();
        let length = PASTE_BEGINS.len() + end + PASTE_ENDS.len();
        return Next::Take(length, Some(Heard::Message(Message::Paste(text))));
    }
    if let [_, _, b'[', rest @ ..] = bytes {
        // The function keys of the Linux console.
        return match rest {
            [] => Next::More,
            [letter @ b'A'..=b'E', ..] => {
                let key = Key::plain(Code::F(letter - b'A' + 1));
                Next::Take(4, Some(Heard::Message(Message::Key(key))))
            }
            _ => Next::Take(3, None),
        };
    }
    let Some(end) = bytes[2..].iter().position(|byte| !(0x20..=0x3f).contains(byte)) else {
        return if bytes.len() > LONGEST { Next::Take(bytes.len(), None) } else { Next::More };
    };
    let (inner, last) = (&bytes[2..2 + end], bytes[2 + end]);
    if !(0x40..=0x7e).contains(&last) {
        return Next::Take(2 + end, None);
    }
    Next::Take(end + 3, meaning(inner, last))
}

fn meaning(inner: &[u8], last: u8) -> Option<Heard> {
    let numbers: Vec<u16> = str::from_utf8(inner).ok()?.split(';').map(|part| part.parse().unwrap_or(0)).collect();
    let number = |at: usize| numbers.get(at).copied().unwrap_or(0);
    let modifiers = number(1).saturating_sub(1);
    let code = match last {
        // Columns count from 1: anything else is no answer.
        b'R' if numbers.len() == 2 => return (number(1) > 0).then(|| Heard::Cursor { column: number(1) }),
        b'I' if inner.is_empty() => return Some(Heard::Message(Message::Focus)),
        b'Z' => Code::BackTab,
        b'~' => numbered_key(number(0))?,
        letter => letter_key(letter)?,
    };
    Some(Heard::Message(Message::Key(Key { code, ctrl: modifiers & 4 != 0, alt: modifiers & 2 != 0 })))
}

const fn letter_key(letter: u8) -> Option<Code> {
    Some(match letter {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'H' => Code::Home,
        b'F' => Code::End,
        b'P'..=b'S' => Code::F(letter - b'P' + 1),
        _ => return None,
    })
}

const fn numbered_key(number: u16) -> Option<Code> {
    Some(match number {
        1 | 7 => Code::Home,
        2 => Code::Insert,
        3 => Code::Delete,
        4 | 8 => Code::End,
        5 => Code::PageUp,
        6 => Code::PageDown,
        // The numbers of the function keys have gaps where an old keyboard had its keys apart.
        11..=15 => Code::F(number as u8 - 10),
        17..=21 => Code::F(number as u8 - 11),
        23..=26 => Code::F(number as u8 - 12),
        28..=29 => Code::F(number as u8 - 13),
        31..=34 => Code::F(number as u8 - 14),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn heard(bytes: &[u8]) -> Vec<Heard> {
        Reader::default().read(bytes)
    }

    fn keys(bytes: &[u8]) -> String {
        let name = |heard: Heard| match heard {
            Heard::Message(Message::Key(key)) => key.to_string(),
            other => format!("{other:?}"),
        };
        heard(bytes).into_iter().map(name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn keys_are_what_they_are_without_a_question() {
        assert_eq!(keys("j\u{3042}\r\t\x7f\x01\u{0}".as_bytes()), "j あ Enter Tab Backspace Ctrl-A Ctrl-Space");
        assert_eq!(keys(b"\x1b[A\x1bOB\x1b[1;5C\x1b[6~\x1b[24~\x1bOP\x1b[[B\x1b[Z\x1bx"), {
            "Up Down Ctrl-Right PageDown F12 F1 F2 BackTab Alt-x"
        });
        assert_eq!(keys(b"\x1b\x1b[A"), "Esc Up");
    }

    #[test]
    fn an_answer_is_no_key_and_what_nobody_knows_is_dropped_whole() {
        assert_eq!(heard(b"\x1b[1;5R"), [Heard::Cursor { column: 5 }]);
        assert_eq!(keys(b"\x1b[?64;1;2ca\x1b[>0;10;1cb\xffc"), "a b c");
        assert_eq!(heard(b"\x1b[200~rm\r\x1b[201~"), [Heard::Message(Message::Paste("rm\r".to_owned()))]);
        assert_eq!(heard(b"\x1b[;R\x1b[1;0R\x1b[1;99999999R"), [], "no columns");
    }

    proptest! {
        #[test]
        fn it_doesnt_matter_where_the_bytes_are_cut(
            parts in prop::collection::vec(
                prop_oneof![
                    Just(b"\x1b[1;2R".to_vec()), Just("\u{3042}".as_bytes().to_vec()), Just(b"\x1b[200~a\x1b[201~".to_vec()),
                    Just(b"\x1b[1;5A".to_vec()), Just(b"\x1bOP".to_vec()), prop::collection::vec(any::<u8>(), 0..4),
                ],
                0..8,
            ),
            cuts in prop::collection::vec(0usize..60, 0..6),
        ) {
            let bytes = parts.concat();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            let (mut reader, mut at, mut pieces) = (Reader::default(), 0, Vec::new());
            for cut in cuts.into_iter().chain([bytes.len()]) {
                pieces.extend(reader.read(&bytes[at..cut]));
                at = cut;
            }
            prop_assert_eq!(pieces, heard(&bytes));
        }
    }
}
