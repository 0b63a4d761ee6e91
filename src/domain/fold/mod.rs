//! Text folding for search: 全角/半角, kana kind and 異体字 vanish here, and only here; stored text never changes.
//!
//! Folding goes through tiers (domain.md §5.2): identical, then width and spaces, then the same kanji in another glyph
//! (字形差), then the well-known families of name kanji, then the reading alone. Search folds through all of them.
//! Decisions about people must look at [`tier()`], never at folded text.
//!
//! Folding is total and idempotent, and never looks across `\0` or `\n`, which pass unchanged: the fold of joined
//! texts is the join of their folds.

mod character;
mod kana;
mod kanji;
mod mapped;
mod page;
mod range;
pub mod romaji;
mod stream;
mod tier;

/// Which fold this is. Text that was folded and kept is of no use to another one: whoever changes what any text folds to
/// raises it.
pub const VERSION: u32 = 1;

pub use mapped::find_folded;
pub use tier::{Tier, tier};

/// Folds `text` for search and adds it to `out`. What `out` holds already is left alone and not looked at.
pub fn fold_into(text: &str, out: &mut String) {
    if stays(text) {
        out.push_str(text);
        return;
    }
    out.reserve(text.len());
    stream::run(text, out);
}

/// Whether no rule touches a text: small letters and digits, as nearly all numbers, ids and mail addresses are. All of it
/// is looked at at once, which is faster than stopping early.
fn stays(text: &str) -> bool {
    !text.bytes().fold(false, |moves, byte| {
        moves | (byte >= 0x80) | byte.is_ascii_uppercase() | matches!(byte, b' ' | b'\t' | b'\r' | b'-')
    })
}

/// Folds `text` for search.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::new();
    fold_into(text, &mut out);
    out
}

/// Whether a text holds 外字: characters of the private-use areas, which a CP932 file's F040–F9FC decode to.
#[must_use]
pub fn has_gaiji(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Texts of the field: every hard character with ordinary ones around it.
    pub(super) fn field_text() -> impl Strategy<Value = String> {
        let hard = "ー-－−‐々ゝヽゞヾ゛゜ﾞﾟ\u{3099}\u{309A}ｶﾊｳチツヂヅヲヺァッ　 \u{A0}\u{200B}\u{FEFF}\u{E0100}\u{FE00}\
                    髙﨑邉齋𠮷\u{FA19}神渡㈱㍻㋿①Ⅻ㌀アａＡ３9漢\n\0\u{E000}|:\"";
        let hard: Vec<char> = hard.chars().collect();
        proptest::collection::vec(prop_oneof![3 => proptest::sample::select(hard), 1 => any::<char>()], 0..24)
            .prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in field_text()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn what_stays_is_what_the_rules_leave(text in "[\\x00-\\x7F]{0,6}", other in field_text()) {
            for text in [text, other] {
                let mut ruled = String::new();
                stream::run(&text, &mut ruled);
                prop_assert!(!stays(&text) || ruled == text);
                prop_assert_eq!(fold(&text), ruled);
            }
        }

        #[test]
        fn fields_do_not_touch_each_other(a in field_text(), b in field_text(), boundary in prop_oneof![Just('\0'), Just('\n')]) {
            let joined = format!("{a}{boundary}{b}");
            prop_assert_eq!(fold(&joined), format!("{}{boundary}{}", fold(&a), fold(&b)));
            let mut out = fold(&a);
            fold_into(&b, &mut out);
            prop_assert_eq!(out, fold(&a) + &fold(&b));
        }
    }

    /// Whoever changes what any text folds to meets this test: the sum goes to the new one together with [`VERSION`].
    #[test]
    fn another_fold_has_another_version() {
        let mut folds = crc32fast::Hasher::new();
        for c in '\0'..=char::MAX {
            folds.update(fold(&format!("{c} カ{c}\u{3099} 漢{c}-3")).as_bytes());
        }
        for text in [
            "ﾔﾏｶﾞﾀ ﾊﾅｺ",
            "コ−ヒ‐",
            "メゾンー３",
            "ルーター",
            "すゞき佐々木",
            "チ\u{3099}ヂツヅ",
            "㋿元年⼭形\u{E0100}齋",
            "キャッチ",
        ] {
            folds.update(fold(text).as_bytes());
        }
        assert_eq!(
            (VERSION, folds.finalize()),
            (1, 2_451_586_713),
            "raise VERSION: what was folded before is of no use any more"
        );
    }

    #[test]
    fn every_character_folds_to_something_that_stays() {
        for c in '\0'..=char::MAX {
            let once = fold(&c.to_string());
            assert_eq!(fold(&once), once, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn width_case_and_kana_kind_do_not_matter() {
        for (a, b) in [
            ("ＡＢＣ１２３", "abc123"),
            ("ﾔﾏｶﾞﾀ ﾊﾅｺ", "やまがた　はなこ"),
            ("ﾊﾟｿｺﾝ", "パソコン"),
            ("か\u{3099}", "ガ"),
            ("チヂミ", "ﾁｼﾞﾐ"),
            ("ツヅキ", "つずき"),
            ("チ\u{3099}", "ジ"),
            ("ヲ", "お"),
            ("ヺ", "ｦﾞ"),
            ("キャッチ", "キヤツチ"),
            ("コーヒー", "コヒ"),
            ("コ−ヒ‐", "コーヒー"),
            ("すゞき", "スズキ"),
            ("佐々木", "佐佐木"),
            ("㈱紅花", "(株)紅花"),
            ("㋿元年", "令和元年"),
            ("⼭形", "山形"),
            ("山形\u{200B}\u{FEFF}　花\u{A0}子", "山形花子"),
            ("〜", "～"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
    }

    #[test]
    fn hyphens_stay_beside_digits_and_vanish_inside_kana() {
        assert_eq!(fold("９－１"), "9-1");
        assert_eq!(fold("9ー1"), "9-1");
        assert_eq!(fold("9――1"), "9-1");
        assert_eq!(fold("メゾンー３"), "メゾン-3");
        assert_eq!(fold("ルーター"), "ルタ");
        assert_eq!(fold("a—b"), "a-b");
        assert_eq!(fold("ー\nア"), "-\nア");
    }

    #[test]
    fn kanji_variants_meet() {
        for (a, b) in [
            ("髙橋", "高橋"),
            ("山﨑", "山崎"),
            ("山嵜", "山崎"),
            ("渡邉", "渡辺"),
            ("渡邊", "渡辺"),
            ("齋藤", "斎藤"),
            ("斉藤", "齊藤"),
            ("斉藤", "斎藤"),
            ("𠮷野", "吉野"),
            ("葛\u{E0101}西", "葛西"),
            ("辻\u{FE00}", "辻"),
            ("神\u{FA19}", "神神"),
            ("嶋", "嶌"),
            ("澤", "沢"),
            ("濵", "浜"),
            ("冨", "富"),
            ("櫻", "桜"),
            ("德", "徳"),
            ("桧", "檜"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        for (a, b) in [
            ("玉", "王"),
            ("功", "切"),
            ("師", "帥"),
            ("書", "昼"),
            ("宍", "肉"),
            ("升", "舛"),
            ("土", "士"),
            ("末", "未"),
        ] {
            assert_ne!(fold(a), fold(b), "{a} {b}");
        }
    }

    #[test]
    fn private_use_characters_are_gaiji() {
        assert!(has_gaiji("山\u{E000}"));
        assert!(has_gaiji("\u{F8FF}"));
        assert!(!has_gaiji("髙\u{E0100}𠮷"));
    }
}
