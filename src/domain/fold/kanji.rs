//! Kanji: the one glyph that stands for all glyphs of a kanji, and the families that names mix.
//!
//! The first are a table that `build.rs` makes from the tables of two crates.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::range::is_kanji;

/// Kanji that another one stands for, each with that one: pairs of 32-bit numbers, little-endian, ascending.
const TABLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/kanji.bin"));

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

/// The kanji that stands for all glyphs of `c` (字形差, 旧字体): tier 2. Other characters stay.
pub(super) fn same_kanji(c: char) -> char {
    if !is_kanji(c) {
        return c;
    }
    let number = |bytes: &[u8]| bytes.try_into().map_or(0, u32::from_le_bytes);
    let pairs = TABLE.as_chunks::<8>().0;
    let found = pairs.binary_search_by_key(&u32::from(c), |pair| number(&pair[..4]));
    found.ok().and_then(|at| char::from_u32(number(&pairs[at][4..]))).unwrap_or(c)
}

/// The kanji that stands for the family of `c` in names: tier 3. Other characters stay.
pub(super) fn similar_kanji(c: char) -> char {
    if !is_kanji(c) {
        return c;
    }
    let c = same_kanji(c);
    families().get(&c).copied().unwrap_or(c)
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
