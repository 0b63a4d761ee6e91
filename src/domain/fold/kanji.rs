//! Kanji: the one glyph that stands for all glyphs of a kanji, and the families that names mix.
//!
//! Tables: MJ縮退マップ (文字情報技術促進協議会) through jntajis, old → new forms through yosina; both by character, with
//! variation selectors gone before (domain.md §5.2).

use std::collections::HashMap;
use std::sync::OnceLock;

use jntajis::codec::mj_shrink::{MJShrinkScheme, MJShrinkSchemes, mj_shrink_candidates};
use unicode_normalization::UnicodeNormalization;

/// Kanji that the shrink map sends to a different kanji of daily use (玉 → 王, 功 → 切, 舛 → 升 …): right
/// for an old register that confused them, but in search they only bring wrong hits.
const KEPT: &str = "丑玉功師書宍匝娼吊舛";

/// Families that people and registers mix in names though they are different kanji: tier 3. The first of each stands
/// for all. Members that the tables join already are listed with them, so that each line can be read alone.
const FAMILIES: &[&str] = &[
    "斎斉齋齊",
    "島嶋嶌嶹",
    "沢澤",
    "辺邉邊",
    "高髙",
    "崎﨑嵜碕",
    "浜濱濵",
    "富冨",
    "桜櫻",
    "吉𠮷",
    "真眞",
    "広廣",
    "瀬瀨",
    "徳德",
    "恵惠",
    "桑桒",
    "館舘",
    "峰峯",
    "淵渕渊",
    "柳栁",
    "薮藪籔",
    "桧檜",
    "竜龍",
    "滝瀧",
    "国國圀",
    "円圓",
    "園薗",
    "野埜",
    "秋穐",
    "寿壽",
    "栄榮",
    "亀龜",
    "宝寶寳",
    "万萬",
    "礼禮",
    "条條",
    "曽曾",
    "蔵藏",
    "穂穗",
    "凛凜",
    "梅楳",
    "柏栢",
    "桝枡",
    "刈苅",
    "芦蘆",
    "渋澁澀",
    "尭堯",
    "遥遙",
    "槙槇",
    "祢禰",
    "船舩",
    "松枩",
    "巌巖",
    "弥彌",
    "塚\u{FA10}",
    "鉄鐵",
    "関關",
    "稲稻",
    "塩鹽",
    "鴎鷗",
];

/// Whether a character is a kanji that the tables may know.
pub(super) const fn is_kanji(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// The kanji that stands for all glyphs of `c` (字形差, 旧字体): tier 2. Other characters stay.
pub(super) fn same_kanji(c: char) -> char {
    if !is_kanji(c) {
        return c;
    }
    // The tables lead on from one form to the next, and here and there back again: the end of the way stands for all
    // on it, the smallest code point for a circle.
    let mut way = vec![c];
    loop {
        let at = way[way.len() - 1];
        let next = plainer(at);
        if next == at {
            return at;
        }
        if let Some(start) = way.iter().position(|seen| *seen == next) {
            return way[start..].iter().copied().min().unwrap_or(at);
        }
        way.push(next);
    }
}

/// The kanji that stands for the family of `c` in names: tier 3. Other characters stay.
pub(super) fn similar_kanji(c: char) -> char {
    let c = same_kanji(c);
    families().get(&c).copied().unwrap_or(c)
}

/// One step to a plainer form: compatibility code point, then the shrink map, then the new form.
fn plainer(c: char) -> char {
    let plain = single(c.nfc()).unwrap_or(c);
    if plain != c || KEPT.contains(c) {
        return plain;
    }
    let schemes = MJShrinkSchemes::builder()
        .with(MJShrinkScheme::JISIncorporationUCSUnificationRule)
        .with(MJShrinkScheme::MOJFamilyRegisterActRelatedNotice);
    let shrunk = mj_shrink_candidates(c.to_string(), schemes).next();
    let shrunk = shrunk.and_then(|text| single(text.nfc())).filter(|c| is_kanji(*c)).unwrap_or(c);
    if shrunk == c { new_form(c) } else { shrunk }
}

/// The 新字体 of a 旧字体.
fn new_form(c: char) -> char {
    let recipe = yosina::TransliterationRecipe { kanji_old_new: true, ..Default::default() };
    let text = yosina::make_transliterator(&recipe).ok().and_then(|new_forms| new_forms(&c.to_string()).ok());
    // yosina leaves the selectors of glyphs that it can't name without one.
    let text = text.unwrap_or_default();
    single(text.nfc().filter(|c| !super::character::is_selector(*c))).filter(|c| is_kanji(*c)).unwrap_or(c)
}

fn single(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

/// Family members, in the form of tier 2, with who stands for them.
fn families() -> &'static HashMap<char, char> {
    static TABLE: OnceLock<HashMap<char, char>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = HashMap::new();
        for family in FAMILIES {
            let mut members = family.chars().map(same_kanji);
            let Some(first) = members.next() else { continue };
            table.extend(members.map(|member| (member, first)));
        }
        table
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_disjoint_and_meet() {
        let mut seen: HashMap<char, &str> = HashMap::new();
        for family in FAMILIES {
            for member in family.chars() {
                assert_eq!(similar_kanji(member), similar_kanji(family.chars().next().unwrap()), "{member}");
                let of = seen.entry(same_kanji(member)).or_insert(family);
                assert_eq!(of, family, "{member} is in two families");
            }
        }
    }

    #[test]
    fn saito_is_two_pairs_in_tier_two() {
        assert_eq!(same_kanji('齋'), same_kanji('斎'));
        assert_eq!(same_kanji('齊'), same_kanji('斉'));
        assert_ne!(same_kanji('斎'), same_kanji('斉'));
        assert_eq!(same_kanji('\u{FA19}'), '神');
        assert_eq!(same_kanji('\u{FA1B}'), '福');
    }
}
