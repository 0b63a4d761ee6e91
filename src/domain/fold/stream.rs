//! The fold as a stream: each character by its table entry, with the few rules that look at a neighbour. Runs of
//! characters that stay are copied whole.

use super::kana::{half_voiced, is_kana, loose, voiced};
use super::page::{Opened, Page};
use super::range::{is_kanji, is_selector};

/// Where folded text goes. `at` is the byte range of the original that it came from.
pub(super) trait Sink {
    /// A run that stays as it is, beginning at byte `at` of the original.
    fn copy(&mut self, run: &str, at: usize);
    /// One folded character.
    fn push(&mut self, c: char, at: (usize, usize));
    /// The character before takes a mark that stands at `at`.
    fn replace_last(&mut self, c: char, at: (usize, usize));
    /// Something that belongs to the character before and is not shown.
    fn swallow(&mut self, _at: (usize, usize)) {}
}

impl Sink for String {
    fn copy(&mut self, run: &str, _at: usize) {
        self.push_str(run);
    }
    fn push(&mut self, c: char, _at: (usize, usize)) {
        Self::push(self, c);
    }
    fn replace_last(&mut self, c: char, _at: (usize, usize)) {
        self.pop();
        Self::push(self, c);
    }
}

/// The state between two characters: the last one that went out, and a hyphen that waits for its right neighbour.
struct Stream<'s, S: Sink> {
    sink: &'s mut S,
    /// Last folded character; `\0` before the first, which no rule joins anything to.
    last: char,
    hyphen: Option<(usize, usize)>,
}

/// Folds `text` into `sink`.
pub(super) fn run<S: Sink>(text: &str, sink: &mut S) {
    let mut stream = Stream { sink, last: '\0', hyphen: None };
    let mut page = Page::of(0);
    let mut page_number = 0;
    // The characters of text[start..at] stay and are not written yet; none are while a hyphen waits.
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let number = u32::from(c) >> 8;
        if number != page_number {
            page = Page::of(number);
            page_number = number;
        }
        let entry = page.entry(c);
        if entry.is_same() {
            if stream.hyphen.is_some() {
                stream.settle(c);
            }
            stream.last = c;
            continue;
        }
        if start < at {
            // The pending hyphen, if any, stands before this run and was settled by its first character.
            stream.sink.copy(&text[start..at], start);
        }
        let end = at + c.len_utf8();
        match entry.other() {
            Some(other) => stream.push(other, (at, end)),
            None => stream.take(page.open(entry), c, (at, end)),
        }
        start = end;
    }
    if start < text.len() {
        stream.sink.copy(&text[start..], start);
    }
    stream.settle('\0');
}

impl<S: Sink> Stream<'_, S> {
    /// Takes a character that doesn't simply stay.
    #[inline(never)]
    fn take(&mut self, opened: Opened<'_>, c: char, at: (usize, usize)) {
        match opened {
            Opened::Same => self.push(c, at),
            Opened::Other(other) => self.push(other, at),
            Opened::Many(text) => {
                for c in text.chars() {
                    let page = Page::of(u32::from(c) >> 8);
                    self.take(page.open(page.entry(c)), c, at);
                }
            }
            Opened::Nothing if is_selector(c) => self.sink.swallow(at),
            Opened::Nothing => {}
            Opened::Hyphen => {
                self.hyphen.get_or_insert(at);
            }
            Opened::Voiced => self.mark(voiced(self.last), at),
            Opened::HalfVoiced => self.mark(half_voiced(self.last), at),
            Opened::RepeatKana | Opened::RepeatVoiced | Opened::RepeatKanji => {
                self.settle(c);
                let again = match opened {
                    Opened::RepeatKanji => Some(self.last).filter(|last| is_kanji(*last)),
                    Opened::RepeatKana => Some(self.last).filter(|last| is_kana(*last)),
                    _ => Some(self.last).filter(|last| is_kana(*last)).map(|last| voiced(last).map_or(last, loose)),
                };
                self.push(again.unwrap_or(c), at);
            }
        }
    }

    #[inline]
    fn push(&mut self, c: char, at: (usize, usize)) {
        if self.hyphen.is_some() {
            self.settle(c);
        }
        self.sink.push(c, at);
        self.last = c;
    }

    /// Joins a voice mark to the kana before; a mark that has none is nothing.
    fn mark(&mut self, joined: Option<char>, at: (usize, usize)) {
        match joined.filter(|_| self.hyphen.is_none()).map(loose) {
            Some(joined) => {
                self.sink.replace_last(joined, at);
                self.last = joined;
            }
            None => self.sink.swallow(at),
        }
    }

    /// Decides about a waiting hyphen, now that `next` is known: it stays beside a digit, vanishes beside kana, and
    /// is `-` elsewhere.
    fn settle(&mut self, next: char) {
        let Some(at) = self.hyphen.take() else { return };
        let beside_digit = self.last.is_ascii_digit() || next.is_ascii_digit();
        if beside_digit || !(is_kana(self.last) || is_kana(next)) {
            self.sink.push('-', at);
            self.last = '-';
        } else {
            self.sink.swallow(at);
        }
    }
}
