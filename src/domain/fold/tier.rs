//! How alike two texts are: what a decision about a person must show before it is made.

use super::character::{Becomes, is_space, plain_width};
use super::range::is_selector;
use super::{fold, kana, kanji};

/// How alike two texts are, the most alike first (domain.md §5.2). Only [`Tier::Identical`] and [`Tier::Width`], with
/// the birth date, may decide anything without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// T0: the same code points.
    Identical,
    /// T1: only width, spaces or variation selectors differ.
    Width,
    /// T2: the same kanji in another glyph (字形差, 旧字体).
    Glyph,
    /// T3: kanji of one family that names mix (斎 and 斉).
    Similar,
    /// T4: the same to search alone: kana kind, small kana, long marks, case. For a reading, the same sound; for a
    /// name, no proof of anything.
    Reading,
}

/// The highest tier at which two texts are equal; `None` where they differ even to search.
#[must_use]
pub fn tier(a: &str, b: &str) -> Option<Tier> {
    if a == b {
        return Some(Tier::Identical);
    }
    let same = |of: fn(char) -> char| key(a, of) == key(b, of);
    if same(std::convert::identity) {
        Some(Tier::Width)
    } else if same(kanji::same_kanji) {
        Some(Tier::Glyph)
    } else if same(kanji::similar_kanji) {
        Some(Tier::Similar)
    } else {
        (fold(a) == fold(b)).then_some(Tier::Reading)
    }
}

/// The text in ordinary width, without spaces and selectors, each character through `of`.
fn key(text: &str, of: fn(char) -> char) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !is_space(*c) && !is_selector(*c)) {
        let joined = match c {
            '\u{3099}' | '゛' | 'ﾞ' => key.chars().next_back().and_then(kana::voiced),
            '\u{309A}' | '゜' | 'ﾟ' => key.chars().next_back().and_then(kana::half_voiced),
            _ => None,
        };
        if let Some(joined) = joined {
            key.pop();
            key.push(joined);
            continue;
        }
        match plain_width(c) {
            Becomes::Many(several) => key.extend(several.chars().map(of)),
            Becomes::One(one) => key.push(of(one)),
            _ => key.push(c),
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_of_hard_names() {
        for (a, b, expected) in [
            ("山形 花子", "山形 花子", Some(Tier::Identical)),
            ("山形 花子", "山形　花子", Some(Tier::Width)),
            ("葛\u{E0100}西", "葛西", Some(Tier::Width)),
            ("ﾔﾏｶﾞﾀ", "ヤマガタ", Some(Tier::Width)),
            ("Ａ１", "A1", Some(Tier::Width)),
            ("髙橋", "高橋", Some(Tier::Glyph)),
            ("𠮷野", "吉野", Some(Tier::Glyph)),
            ("\u{FA19}", "神", Some(Tier::Glyph)),
            ("齋藤", "斎藤", Some(Tier::Glyph)),
            ("斉藤", "斎藤", Some(Tier::Similar)),
            ("山碕", "山崎", Some(Tier::Similar)),
            ("やまがた", "ヤマガタ", Some(Tier::Reading)),
            ("オオノ", "オヲノ", Some(Tier::Reading)),
            ("山形", "山県", None),
            ("", "山", None),
        ] {
            assert_eq!(tier(a, b), expected, "{a} {b}");
            assert_eq!(tier(b, a), expected, "{b} {a}");
        }
    }
}
