//! Ranges of characters that the fold and the table of kanji, which is made before the program is compiled, agree on.

/// Whether a character is a kanji that the tables may know.
pub(super) const fn is_kanji(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// Variation selectors: they choose a glyph, not another character.
pub(super) const fn is_selector(c: char) -> bool {
    matches!(c, '\u{E0100}'..='\u{E01EF}' | '\u{FE00}'..='\u{FE0F}')
}
