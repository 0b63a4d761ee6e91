//! Text of others as it may be shown: what a terminal would obey, and what would hide or reorder its neighbours, is
//! replaced by a mark that can be seen. For showing only; what is stored, exported or given to a script stays as it is.

use std::borrow::Cow;

/// Stands for a 外字, which only its own office's fonts can draw.
pub const GAIJI_MARK: char = '〓';

/// Stands for a character that has no picture of its own: C1, bidi controls, zero width.
const HIDDEN_MARK: char = '\u{FFFD}';

/// The text with every control as a visible symbol (ESC → `␛`), other hidden characters as `U+FFFD`, and private use as
/// `〓`. Variation selectors stay: they choose the shape of a name's character.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| shown(c) == c) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().map(shown).collect())
    }
}

/// Whether a character would act on the terminal or hide on it.
#[must_use]
pub const fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{00}'..='\u{1F}' | '\u{7F}'..='\u{9F}'
        // The twelve bidi controls.
        | '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        // Line and paragraph separators.
        | '\u{2028}' | '\u{2029}'
        // Zero width and other characters without a shape.
        | '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E007F}')
}

const fn is_private_use(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}')
}

/// The character that is shown for one.
#[must_use]
pub fn shown(c: char) -> char {
    match c {
        // The control pictures stand in the order of the controls.
        '\u{00}'..='\u{1F}' => char::from_u32(0x2400 + c as u32).unwrap_or(HIDDEN_MARK),
        '\u{7F}' => '\u{2421}',
        c if is_hidden(c) => HIDDEN_MARK,
        c if is_private_use(c) => GAIJI_MARK,
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn controls_are_seen_and_names_stay() {
        assert_eq!(visible("\u{1B}]52;c;AA==\u{7}"), "␛]52;c;AA==␇");
        assert_eq!(visible("a\tb\r\n\u{7F}"), "a␉b␍␊␡");
        assert_eq!(visible("\u{9B}31m\u{202E}x\u{200B}\u{FEFF}"), "\u{FFFD}31m\u{FFFD}x\u{FFFD}\u{FFFD}");
        assert_eq!(visible("外字\u{E000}\u{F8FF}\u{F0000}"), "外字〓〓〓");
        for name in ["髙﨑 𠮷野", "葛\u{E0100}城", "神\u{FE00}戸", "か\u{3099}", "㈱関所　①"] {
            assert!(matches!(visible(name), Cow::Borrowed(same) if same == name));
        }
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left_and_the_length_stays(text in any::<String>()) {
            let seen = visible(&text);
            prop_assert!(!seen.chars().any(|c| is_hidden(c) || is_private_use(c) || c.is_control()));
            prop_assert_eq!(seen.chars().count(), text.chars().count());
            prop_assert_eq!(visible(&seen), seen.as_ref());
        }
    }
}
