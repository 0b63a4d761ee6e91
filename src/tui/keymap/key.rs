//! One key press, and how keymap files and the help write it: `Ctrl-R`, `F3`, `Space`, `PageUp`, `a`, `?`.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// What was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A character as the keyboard (or the IME) gave it.
    Char(char),
    /// F1 to F24.
    F(u8),
    /// Enter.
    Enter,
    /// Esc.
    Esc,
    /// Tab.
    Tab,
    /// Shift-Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
}

/// Names of the keys that are no characters.
const NAMES: &[(Code, &str)] = &[
    (Code::Char(' '), "Space"),
    (Code::Enter, "Enter"),
    (Code::Esc, "Esc"),
    (Code::Tab, "Tab"),
    (Code::BackTab, "BackTab"),
    (Code::Backspace, "Backspace"),
    (Code::Delete, "Delete"),
    (Code::Insert, "Insert"),
    (Code::Up, "Up"),
    (Code::Down, "Down"),
    (Code::Left, "Left"),
    (Code::Right, "Right"),
    (Code::Home, "Home"),
    (Code::End, "End"),
    (Code::PageUp, "PageUp"),
    (Code::PageDown, "PageDown"),
];

/// A key with its modifiers. Shift is part of the character, so only Ctrl and Alt are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// What was pressed.
    pub code: Code,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt.
    pub alt: bool,
}

impl Key {
    /// A key without modifiers.
    #[must_use]
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false }
    }

    /// Reads the form that keymap files use.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let mut rest = word;
        let (mut ctrl, mut alt) = (false, false);
        loop {
            if let Some(inner) = rest.strip_prefix("Ctrl-").filter(|inner| !inner.is_empty()) {
                (ctrl, rest) = (true, inner);
            } else if let Some(inner) = rest.strip_prefix("Alt-").filter(|inner| !inner.is_empty()) {
                (alt, rest) = (true, inner);
            } else {
                break;
            }
        }
        let code = if let Some((code, _)) = NAMES.iter().find(|(_, name)| *name == rest) {
            *code
        } else if let Some(number) =
            rest.strip_prefix('F').and_then(|n| n.parse().ok()).filter(|n| (1..=24).contains(n))
        {
            Code::F(number)
        } else {
            let mut characters = rest.chars();
            match (characters.next(), characters.next()) {
                (Some(c), None) if !c.is_control() && !c.is_whitespace() => {
                    Code::Char(if ctrl { c.to_ascii_lowercase() } else { c })
                }
                _ => return None,
            }
        };
        Some(Self { code, ctrl, alt })
    }

    /// From the terminal; `None` for releases and for keys that no keymap can name.
    #[must_use]
    pub fn from_event(event: &KeyEvent) -> Option<Self> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
        let code = match event.code {
            KeyCode::Char(c) if ctrl => Code::Char(c.to_ascii_lowercase()),
            KeyCode::Char(c) => Code::Char(c),
            KeyCode::F(n) => Code::F(n),
            KeyCode::Enter => Code::Enter,
            KeyCode::Esc => Code::Esc,
            KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => Code::BackTab,
            KeyCode::Tab => Code::Tab,
            KeyCode::BackTab => Code::BackTab,
            KeyCode::Backspace => Code::Backspace,
            KeyCode::Delete => Code::Delete,
            KeyCode::Insert => Code::Insert,
            KeyCode::Up => Code::Up,
            KeyCode::Down => Code::Down,
            KeyCode::Left => Code::Left,
            KeyCode::Right => Code::Right,
            KeyCode::Home => Code::Home,
            KeyCode::End => Code::End,
            KeyCode::PageUp => Code::PageUp,
            KeyCode::PageDown => Code::PageDown,
            _ => return None,
        };
        Some(Self { code, ctrl, alt: event.modifiers.contains(KeyModifiers::ALT) })
    }

    /// The character, where the key is one without modifiers: what a text field takes.
    #[must_use]
    pub const fn text(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// The key as a command key: with the IME left on, ｊ means j and U+3000 means Space.
    #[must_use]
    pub fn half_width(self) -> Self {
        let Code::Char(c) = self.code else { return self };
        let half = match c {
            '\u{3000}' => ' ',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '￥' => '\\',
            '。' => '.',
            '、' => ',',
            '・' => '/', // the key of / on a Japanese keyboard with the IME on
            '「' => '[',
            '」' => ']',
            other => other,
        };
        Self { code: Code::Char(half), ..self }
    }

    /// Whether it could only come from an IME: kana or kanji where a command was awaited.
    #[must_use]
    pub const fn is_japanese(self) -> bool {
        matches!(
            self.code,
            Code::Char(
                '\u{3041}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9f}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}',
            )
        )
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        if self.alt {
            f.write_str("Alt-")?;
        }
        match self.code {
            Code::F(n) => write!(f, "F{n}"),
            Code::Char(c) if self.ctrl && c.is_ascii_lowercase() => write!(f, "{}", c.to_ascii_uppercase()),
            code => match NAMES.iter().find(|(known, _)| *known == code) {
                Some((_, name)) => f.write_str(name),
                None => match code {
                    Code::Char(c) => write!(f, "{c}"),
                    _ => Ok(()),
                },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_what_is_read() {
        for word in ["a", "?", "/", "Space", "Ctrl-R", "F12", "PageUp", "Alt-x", "-", "Ctrl-Space", "F"] {
            let key = Key::parse(word).unwrap_or_else(|| panic!("{word}"));
            assert_eq!(key.to_string(), word);
        }
        for word in ["", "Ctrl-", "F0", "F25", "ab", "\u{1b}", " "] {
            assert_eq!(Key::parse(word), None, "{word:?}");
        }
    }

    #[test]
    fn full_width_keys_are_half_width_commands() {
        for (full, half) in [('ｊ', 'j'), ('？', '?'), ('／', '/'), ('\u{3000}', ' '), ('［', '['), ('Ａ', 'A')] {
            assert_eq!(Key::plain(Code::Char(full)).half_width(), Key::plain(Code::Char(half)));
        }
        assert!(Key::plain(Code::Char('あ')).is_japanese());
        assert!(!Key::plain(Code::Char('ｊ')).half_width().is_japanese());
    }
}
