//! A text field of one line: a caret between graphemes, and a text that is selected whole when the field opens with
//! an old text, so that typing replaces it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_segmentation::UnicodeSegmentation;

use super::keymap::{Code, Key};
use super::text::{self, Parts, Pen};

/// The longest text that a field takes, in bytes; a pasted file is cut here.
const LONGEST: usize = 4096;

/// A text with a caret.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextField {
    text: String,
    /// Byte offset, always between graphemes.
    caret: usize,
    selected: bool,
}

impl TextField {
    /// A field with an old text, selected.
    #[must_use]
    pub fn selected(text: &str) -> Self {
        Self { text: text.to_owned(), caret: text.len(), selected: !text.is_empty() }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What stands behind the caret.
    #[must_use]
    pub fn behind_caret(&self) -> &str {
        &self.text[self.caret..]
    }

    /// Whether typing would replace the whole text.
    #[must_use]
    pub const fn is_selected(&self) -> bool {
        self.selected
    }

    /// Takes text from a key or a paste; line breaks become spaces.
    pub fn insert(&mut self, text: &str) {
        if std::mem::take(&mut self.selected) {
            self.text.clear();
            self.caret = 0;
        }
        let mut clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut room = LONGEST.saturating_sub(self.text.len()).min(clean.len());
        while !clean.is_char_boundary(room) {
            room -= 1;
        }
        clean.truncate(room);
        self.text.insert_str(self.caret, &clean);
        self.caret += clean.len();
        // A combining mark joins what stands before it: the caret goes behind the whole grapheme.
        while !self.is_boundary(self.caret) {
            self.caret += self.text[self.caret..].chars().next().map_or(1, char::len_utf8);
        }
    }

    fn is_boundary(&self, at: usize) -> bool {
        at >= self.text.len() || self.text.grapheme_indices(true).any(|(start, _)| start == at)
    }

    fn before(&self) -> usize {
        self.text[..self.caret].grapheme_indices(true).next_back().map_or(0, |(start, _)| start)
    }

    fn after(&self) -> usize {
        self.caret + self.text[self.caret..].graphemes(true).next().map_or(0, str::len)
    }

    /// Takes a key if it belongs to editing. `None` = not for this field; else whether the text changed.
    pub fn key(&mut self, key: Key) -> Option<bool> {
        if let Some(c) = key.text() {
            self.insert(c.encode_utf8(&mut [0; 4]));
            return Some(true);
        }
        if key.alt {
            return None;
        }
        let old = self.text.len();
        match (key.ctrl, key.code) {
            // There is nothing to move in: whatever stands around the field may move.
            (false, Code::Home | Code::End) if self.text.is_empty() => return None,
            (false, Code::Left) => self.caret = self.before(),
            (false, Code::Right) => self.caret = self.after(),
            (false, Code::Home) => self.caret = 0,
            (false, Code::End) => self.caret = self.text.len(),
            (false, Code::Backspace | Code::Delete) if self.selected => {
                self.text.clear();
                self.caret = 0;
            }
            (false, Code::Backspace) => {
                let start = self.before();
                self.text.drain(start..self.caret);
                self.caret = start;
            }
            (false, Code::Delete) => {
                let end = self.after();
                self.text.drain(self.caret..end);
            }
            (true, Code::Char('u')) => {
                self.text.drain(..self.caret);
                self.caret = 0;
            }
            (true, Code::Char('w')) => {
                let kept = self.text[..self.caret].trim_end();
                let start = kept
                    .rfind(char::is_whitespace)
                    .map_or(0, |at| at + kept[at..].chars().next().map_or(1, char::len_utf8));
                self.text.drain(start..self.caret);
                self.caret = start;
            }
            (true, Code::Char('k')) => self.text.truncate(self.caret),
            _ => return None,
        }
        self.selected = false;
        Some(self.text.len() != old)
    }

    /// Draws the text in a line, scrolled so that the caret is in sight, and tells where the caret stands.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, pen: &Pen) -> Position {
        self.draw_parts(buffer, area, &Parts::default(), pen)
    }

    /// As [`TextField::draw`], with parts that look different; one may be the blank behind the text.
    pub fn draw_parts(&self, buffer: &mut Buffer, area: Rect, parts: &Parts, pen: &Pen) -> Position {
        let room = area.width.saturating_sub(1);
        let mut start = 0;
        let mut used = text::columns(&self.text[..self.caret], pen.policy);
        for (at, grapheme) in self.text[..self.caret].grapheme_indices(true) {
            if used <= room {
                break;
            }
            used -= text::columns(grapheme, pen.policy).min(used);
            start = at + grapheme.len();
        }
        // Of a part that begins before what is in sight, the rest is.
        let moved = parts.ranges.iter().filter(|range| range.end > start);
        let ranges = moved.map(|range| range.start.saturating_sub(start)..range.end - start).collect();
        let parts = Parts { ranges, style: parts.style };
        text::put_parts(buffer, area, &parts.shown(&self.text[start..]), &parts, pen);
        Position::new(area.x + used.min(room), area.y)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn type_keys(field: &mut TextField, keys: &str) {
        for c in keys.chars() {
            field.key(Key::plain(Code::Char(c)));
        }
    }

    #[test]
    fn typing_replaces_a_selected_text_and_moving_keeps_it() {
        let mut field = TextField::selected("未処理");
        type_keys(&mut field, "山形");
        assert_eq!(field.text(), "山形");
        let mut field = TextField::selected("未処理");
        field.key(Key::plain(Code::End));
        type_keys(&mut field, " 山");
        assert_eq!(field.text(), "未処理 山");
    }

    #[test]
    fn backspace_takes_a_whole_grapheme() {
        let mut field = TextField::default();
        field.insert("葛\u{e0100}");
        assert_eq!(field.key(Key::plain(Code::Backspace)), Some(true));
        assert_eq!(field.text(), "");
    }

    #[test]
    fn a_word_goes_with_ctrl_w() {
        let mut field = TextField::default();
        field.insert("処理状況:未処理 やまがた");
        field.key(Key { code: Code::Char('w'), ctrl: true, alt: false });
        assert_eq!(field.text(), "処理状況:未処理 ");
    }

    proptest! {
        #[test]
        fn any_keys_leave_the_caret_between_graphemes(
            keys in prop::collection::vec((0u8..12, any::<char>()), 0..60)
        ) {
            let mut field = TextField::selected("あ\u{3099}b");
            for (kind, c) in keys {
                let ctrl = |c| Key { code: Code::Char(c), ctrl: true, alt: false };
                let key = match kind {
                    0 => Key::plain(Code::Left),
                    1 => Key::plain(Code::Right),
                    2 => Key::plain(Code::Backspace),
                    3 => Key::plain(Code::Delete),
                    4 => Key::plain(Code::Home),
                    5 => ctrl('u'),
                    6 => ctrl('w'),
                    7 => ctrl('k'),
                    _ => Key::plain(Code::Char(c)),
                };
                field.key(key);
                prop_assert!(field.text.is_char_boundary(field.caret));
            }
        }
    }
}
