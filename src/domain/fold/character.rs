//! What a single character becomes under the search fold, before its neighbours are looked at.

use unicode_normalization::UnicodeNormalization;

use super::range::is_selector;
use super::{kana, kanji};

/// What a character becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Becomes {
    /// This character, possibly itself.
    One(char),
    /// These characters, each of which is folded again.
    Many(String),
    /// Nothing: spaces, and what can't be seen.
    Nothing,
    /// A hyphen or long mark: its neighbours decide.
    Hyphen,
    /// ゛, joined to the kana before.
    Voiced,
    /// ゜, joined to the kana before.
    HalfVoiced,
    /// ゝヽ: the kana before once more.
    RepeatKana,
    /// ゞヾ: the kana before once more, voiced.
    RepeatVoiced,
    /// 々〻: the kanji before once more.
    RepeatKanji,
}

/// Spaces of every width.
pub(super) const fn is_space(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\r' | '\u{A0}' | '\u{2000}'..='\u{200B}' | '\u{202F}' | '\u{205F}' | '\u{3000}' | '\u{FEFF}'
    )
}

/// Hyphens, dashes, minus signs and long marks, which people type for one another.
const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | 'ー' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '－' | 'ｰ' | '﹣' | '─' | '﹘' | '⁃')
}

/// Characters that steer joining and direction and show nothing.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200C}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}')
}

/// The ranges in which NFKC only undoes width and ligatures of letters, digits, kana and radicals. Kanji are never
/// normalized by it.
const fn is_width_range(c: char) -> bool {
    matches!(
        c,
        '\u{2100}'..='\u{214F}'
            | '\u{2160}'..='\u{2188}'
            | '\u{2460}'..='\u{24FF}'
            | '\u{2E80}'..='\u{2FDF}'
            | '\u{3041}'..='\u{30FF}'
            | '\u{3200}'..='\u{33FF}'
            | '\u{FF00}'..='\u{FFEF}'
    )
}

/// A character in its ordinary width; ligatures such as ㈱ become several.
pub(super) fn plain_width(c: char) -> Becomes {
    if !is_width_range(c) {
        return Becomes::One(c);
    }
    let mut chars = std::iter::once(c).nfkc();
    match (chars.next(), chars.next()) {
        (Some(one), None) => Becomes::One(one),
        _ => Becomes::Many(std::iter::once(c).nfkc().collect()),
    }
}

/// What a character becomes under the search fold.
pub(super) fn search(c: char) -> Becomes {
    match c {
        '\0' | '\n' => return Becomes::One(c),
        '\u{3099}' | '゛' | 'ﾞ' => return Becomes::Voiced,
        '\u{309A}' | '゜' | 'ﾟ' => return Becomes::HalfVoiced,
        'ゝ' | 'ヽ' => return Becomes::RepeatKana,
        'ゞ' | 'ヾ' => return Becomes::RepeatVoiced,
        '々' | '〻' => return Becomes::RepeatKanji,
        '〜' => return Becomes::One('~'),
        _ if is_hyphen(c) => return Becomes::Hyphen,
        _ if is_space(c) || is_selector(c) || is_invisible(c) => return Becomes::Nothing,
        _ => {}
    }
    match plain_width(c) {
        Becomes::One(one) if one == c => {
            Becomes::One(kanji::similar_kanji(kana::loose(kana::katakana(c))).to_ascii_lowercase())
        }
        Becomes::One(one) => search(one),
        other => other,
    }
}
