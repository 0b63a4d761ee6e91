//! A layer as text: it is drawn off the screen, and its lines are read from there. Every layer parks the terminal's
//! cursor at its focus, so the line at the cursor is the one that matters.

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;

use crate::messages::Messages;
use crate::tui::model::Model;
use crate::tui::surface::Surface;
use crate::tui::theme::PLAIN_GLYPHS;
use crate::tui::view::uppermost;

/// Columns and lines of the screen that nobody sees: roomy, so that little is cut.
pub const SIZE: (u16, u16) = (200, 60);

/// The lines of a layer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Lines that aren't empty, as they were drawn, without margins.
    pub lines: Vec<String>,
    /// The row of each on the screen.
    pub rows: Vec<u16>,
    /// Which of them has the cursor.
    pub at: Option<usize>,
    /// The row of the cursor on the screen.
    pub row: u16,
}

impl Sheet {
    /// Reads the uppermost layer; the list has none.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        let screen = Rect::new(0, 0, SIZE.0, SIZE.1);
        let mut buffer = Buffer::empty(screen);
        let mut surface = Surface { buffer: &mut buffer, theme: &model.theme };
        let Some(parked) = uppermost(model, screen, &mut surface) else { return Self::default() };
        let mut sheet = Self { row: parked.y, ..Self::default() };
        for y in 0..screen.height {
            for (x, line) in lines(&buffer, y) {
                // Of several buttons beside each other the one at the cursor has the keys.
                if y == parked.y && (sheet.at.is_none() || x <= parked.x) {
                    sheet.at = Some(sheet.lines.len());
                }
                sheet.lines.push(line);
                sheet.rows.push(y);
            }
        }
        sheet
    }

    /// The line with the cursor.
    #[must_use]
    pub fn here(&self) -> &str {
        self.at.and_then(|at| self.lines.get(at)).map_or("", String::as_str)
    }
}

/// A row of the buffer, with the column where it begins: without margins, and no gap wider than two. Buttons beside each
/// other are lines of their own; a blank row has none.
fn lines(buffer: &Buffer, y: u16) -> Vec<(u16, String)> {
    let (mut lines, mut gap, mut x): (Vec<(u16, String)>, _, _) = (Vec::new(), 0, 0);
    while x < buffer.area.width {
        let symbol = buffer[(x, y)].symbol();
        let here = x;
        x += symbol.cell_width().max(1);
        if symbol == " " {
            gap += 1;
            continue;
        }
        match lines.last_mut() {
            Some((_, line)) if !(symbol == "[" && button(line).is_some_and(|(_, keys)| keys.is_empty())) => {
                line.push_str(&"  "[..gap.min(2)]);
                line.push_str(symbol);
            }
            _ => lines.push((here, symbol.to_owned())),
        }
        gap = 0;
    }
    lines
}

/// A drawn line in words: marks and choices are told by a word, several choices are numbered, a button is named.
#[must_use]
pub fn read(line: &str, words: &Messages) -> String {
    if let Some(rest) = line.strip_prefix(PLAIN_GLYPHS.mark) {
        return format!("{} {}", words.text("plain.marked"), read(rest.trim_start(), words));
    }
    if let Some((title, _)) = button(line) {
        return words.fill("plain.button", &[("title", title.to_owned())]);
    }
    let (label, choices) = choices(line);
    let several = choices.len() > 1;
    let told = choices.into_iter().enumerate().map(|(at, (text, on))| {
        let text = if several { format!("{} {text}", at + 1) } else { text };
        if on { words.fill("plain.chosen", &[("text", text)]) } else { text }
    });
    let told = told.collect::<Vec<_>>().join(words.text("plain.separator"));
    if label.is_empty() || told.is_empty() { format!("{label}{told}") } else { format!("{label}: {told}") }
}

/// The title of a button that begins a line, and what stands beside it: the keys.
#[must_use]
pub fn button(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("[ ").and_then(|rest| rest.split_once(" ]")).map(|(title, keys)| (title, keys.trim_start()))
}

/// The label of a line and its choices, each with whether it is taken.
#[must_use]
pub fn choices(line: &str) -> (String, Vec<(String, bool)>) {
    let sign = |c: char| PLAIN_GLYPHS.chosen.contains(c) || PLAIN_GLYPHS.choice.contains(c);
    let mut parts = line.split_inclusive(sign);
    let first = parts.next().unwrap_or_default();
    let mut on = first.ends_with(PLAIN_GLYPHS.chosen);
    let mut found = Vec::new();
    for part in parts {
        found.push((part.trim_end_matches(sign).trim().to_owned(), on));
        on = part.ends_with(PLAIN_GLYPHS.chosen);
    }
    (first.trim_end_matches(sign).trim().to_owned(), found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Assets;
    use crate::messages::Language;

    #[test]
    fn signs_become_words() {
        let words = Messages::load(Language::English, &Assets::built_in());
        let of = |line: &str| read(line, &words);
        assert_eq!(of("\u{29eb} 865392469276  Hanako"), "marked 865392469276  Hanako");
        assert_eq!(of("[ Export ]  F12 do it"), "button: Export");
        assert_eq!(of("Format  \u{29bf} CSV  \u{29be} XLSX"), "Format: 1 CSV (chosen), 2 XLSX");
        assert_eq!(of("\u{29be} to 完了  9"), "to 完了  9");
        assert_eq!(of("Nothing special"), "Nothing special");
    }
}
