//! What plain mode writes: whole lines, and one line at the end that may stay open while somebody types into it.

use crate::tui::text::{Gaiji, WidthPolicy, columns, pieces};
use crate::tui::theme::PLAIN_GLYPHS;

/// Text on its way to the terminal. Everything passes through the pieces of `text.rs`, so no control character of an
/// applicant's text reaches it, and no escape sequence ever.
#[derive(Debug, Clone, Default)]
pub struct Voice {
    out: String,
    open: bool,
    said: Vec<String>,
}

impl Voice {
    /// A voice that goes on where the last one ended: with its last line open or not.
    #[must_use]
    pub const fn after(open: bool) -> Self {
        Self { out: String::new(), open, said: Vec::new() }
    }

    /// Whether the last line is open.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open
    }

    /// Whether nothing has been said.
    #[must_use]
    pub const fn is_silent(&self) -> bool {
        self.out.is_empty()
    }

    /// Says a line; an empty one is none.
    pub fn line(&mut self, text: &str) {
        let text = clean(text.trim_end());
        if text.trim().is_empty() {
            return;
        }
        self.close();
        self.out.push_str(&text);
        self.out.push_str("\r\n");
        self.said.push(text);
    }

    /// Whether a text has been said in this breath, perhaps as a part of a longer line; one that was cut counts whole.
    #[must_use]
    pub fn has_said(&self, text: &str) -> bool {
        let text = clean(text.trim_end_matches(PLAIN_GLYPHS.ellipsis));
        self.said.iter().any(|said| said.contains(&text))
    }

    /// Begins a line that stays open.
    pub fn prompt(&mut self, text: &str) {
        self.close();
        self.more(text);
        self.open = true;
    }

    /// Goes on with the open line.
    pub fn more(&mut self, text: &str) {
        self.out.push_str(&clean(text));
        self.open = true;
    }

    /// Takes the last characters of the open line away: back, blank, back, for each column.
    pub fn rub_out(&mut self, text: &str) {
        for _ in 0..columns(text, WidthPolicy::Narrow) {
            self.out.push_str("\u{8} \u{8}");
        }
    }

    /// Ends the open line.
    pub fn close(&mut self) {
        if std::mem::take(&mut self.open) {
            self.out.push_str("\r\n");
        }
    }

    /// The text, and whether its last line is open.
    #[must_use]
    pub fn end(self) -> (String, bool) {
        (self.out, self.open)
    }
}

fn clean(text: &str) -> String {
    pieces(text, WidthPolicy::Narrow, Gaiji::Mark).map(|piece| piece.shown.into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_steers_the_terminal(texts in prop::collection::vec(any::<String>(), 0..6)) {
            let mut voice = Voice::after(false);
            for (at, text) in texts.iter().enumerate() {
                match at % 4 {
                    0 => voice.line(text),
                    1 => voice.prompt(text),
                    2 => voice.more(text),
                    _ => voice.rub_out(text),
                }
            }
            let (out, _) = voice.end();
            let control = |c: char| c.is_control() && !matches!(c, '\r' | '\n' | '\u{8}');
            prop_assert!(!out.contains(control), "{out:?}");
        }
    }

    #[test]
    fn a_line_interrupts_what_is_typed() {
        let mut voice = Voice::after(false);
        voice.prompt("検索: ");
        voice.more("や");
        voice.rub_out("や");
        voice.line("12件");
        assert!(voice.has_said("2件") && !voice.has_said("13件"));
        assert_eq!(voice.end(), ("検索: や\u{8} \u{8}\u{8} \u{8}\r\n12件\r\n".to_owned(), false));
    }
}
