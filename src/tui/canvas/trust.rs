//! Which characters every terminal draws as wide as we take them to be. Behind any other the cursor's column isn't known,
//! and what follows is placed anew.

/// Whether the cursor stands where it is taken to stand when this has been written. `sure` tells whether the terminal has
/// said, or the person has set, how wide signs of ambiguous width are.
pub fn is_trusted(symbol: &str, sure: bool) -> bool {
    let mut characters = symbol.chars();
    match (characters.next(), characters.next()) {
        (Some(c), None) => is_certain(c) || sure && is_as_asked(c),
        // What is joined to a character is drawn apart by some.
        _ => false,
    }
}

/// One column or two since terminals draw Japanese: ASCII; kana, kanji of the basic plane, full-width forms; half-width kana
/// without the voice marks, which some take for combining.
const fn is_certain(c: char) -> bool {
    matches!(
        c,
        ' '..='~'
            | '\u{3000}'..='\u{3029}'
            | '\u{3041}'..='\u{3096}'
            | '\u{309b}'..='\u{30ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{ff01}'..='\u{ff60}'
            | '\u{ff61}'..='\u{ff9d}'
            | '\u{ffe0}'..='\u{ffe6}'
    )
}

/// Signs that are drawn as the ※ and ─ that the terminal was asked about. Not the letters, nor what may be drawn as a
/// picture (▶).
const fn is_as_asked(c: char) -> bool {
    matches!(
        c,
        '\u{2025}' | '\u{2026}' | '※' | '\u{2500}'..='\u{254b}' | '①'..='⑳' | '□' | '■' | '○' | '●' | '◎' | '◆' | '◇'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_all_terminals_agree_on_is_trusted() {
        for symbol in ["a", " ", "山", "髙", "ア", "ｱ", "、", "～", "Ａ", "ー"] {
            assert!(is_trusted(symbol, false), "{symbol}");
        }
        for symbol in ["…", "●", "─", "①", "※"] {
            assert_eq!((is_trusted(symbol, false), is_trusted(symbol, true)), (false, true), "{symbol}");
        }
        let doubtful = ["▶", "𠮷", "葛\u{e0100}", "か\u{3099}", "ﾞ", "α", "é", "\u{1f600}", "漢\u{fe0f}", "", "〰"];
        for symbol in doubtful {
            assert!(!is_trusted(symbol, true), "{symbol}");
        }
    }
}
