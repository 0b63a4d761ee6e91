//! The people of the demo: nobody in particular. Common surnames and given names are drawn apart from each other;
//! towns, businesses and telephone numbers don't exist.

use unicode_normalization::UnicodeNormalization;

use super::chance::Chance;
use super::forms::{Applicant, Encoding};

/// A word with its reading in katakana.
type Read = (&'static str, &'static str);

#[rustfmt::skip]
const SURNAMES: &[Read] = &[
    ("山形", "ヤマガタ"), ("最上", "モガミ"), ("松波", "マツナミ"), ("花笠", "ハナガサ"), ("関口", "セキグチ"),
    ("青木", "アオキ"), ("石井", "イシイ"), ("上野", "ウエノ"), ("遠藤", "エンドウ"), ("小野", "オノ"),
    ("川口", "カワグチ"), ("北川", "キタガワ"), ("久保", "クボ"), ("児玉", "コダマ"), ("坂本", "サカモト"),
    ("島田", "シマダ"), ("杉山", "スギヤマ"), ("高木", "タカギ"), ("土屋", "ツチヤ"), ("中野", "ナカノ"),
    ("西村", "ニシムラ"), ("根本", "ネモト"), ("野口", "ノグチ"), ("長谷川", "ハセガワ"), ("平井", "ヒライ"),
    ("福島", "フクシマ"), ("本間", "ホンマ"), ("三浦", "ミウラ"), ("村上", "ムラカミ"), ("森", "モリ"),
    ("矢野", "ヤノ"), ("横山", "ヨコヤマ"), ("吉田", "ヨシダ"), ("和田", "ワダ"), ("五十嵐", "イガラシ"),
    ("佐々木", "ササキ"), ("高橋", "タカハシ"), ("斉藤", "サイトウ"), ("渡辺", "ワタナベ"), ("山崎", "ヤマザキ"),
];

/// Surnames whose characters are why this program exists. U+E000 is 外字 F040 of CP932.
#[rustfmt::skip]
const HARD_SURNAMES: &[Read] = &[
    ("髙橋", "タカハシ"), ("髙木", "タカギ"), ("山﨑", "ヤマザキ"), ("川﨑", "カワサキ"), ("渡邉", "ワタナベ"),
    ("渡邊", "ワタナベ"), ("齋藤", "サイトウ"), ("齊藤", "サイトウ"), ("德永", "トクナガ"), ("濵田", "ハマダ"),
    ("栁沢", "ヤナギサワ"), ("瀨川", "セガワ"), ("廣瀨", "ヒロセ"), ("黑澤", "クロサワ"), ("小嶋", "コジマ"),
    ("渡\u{E000}", "ワタナベ"),
];

/// Surnames that CP932 can't write: a character beyond the basic plane, an ideographic variation sequence.
#[rustfmt::skip]
const WIDE_SURNAMES: &[Read] = &[
    ("𠮷田", "ヨシダ"), ("𠮷野", "ヨシノ"), ("葛\u{E0100}城", "カツラギ"), ("葛\u{E0100}西", "カサイ"),
    ("辻\u{E0101}", "ツジ"), ("栁\u{E0100}", "ヤナギ"),
];

#[rustfmt::skip]
const GIVEN_NAMES: &[Read] = &[
    ("花子", "ハナコ"), ("太郎", "タロウ"), ("一郎", "イチロウ"), ("次郎", "ジロウ"), ("桜", "サクラ"),
    ("紅葉", "モミジ"), ("翔", "ショウ"), ("蓮", "レン"), ("葵", "アオイ"), ("陽菜", "ヒナ"),
    ("健", "ケン"), ("実", "ミノル"), ("恵", "メグミ"), ("美咲", "ミサキ"), ("直樹", "ナオキ"),
    ("久美子", "クミコ"), ("和夫", "カズオ"), ("幸子", "サチコ"), ("弥生", "ヤヨイ"), ("さつき", "サツキ"),
    ("ひかる", "ヒカル"), ("ゆづき", "ユヅキ"), ("ジュン", "ジュン"), ("惠", "メグミ"),
];

#[rustfmt::skip]
const BUSINESSES: &[Read] = &[
    ("株式会社紅花商会", "カブシキガイシャベニバナショウカイ"), ("㈱花笠運輸", "ハナガサウンユ"),
    ("有限会社松波石油", "ユウゲンガイシャマツナミセキユ"), ("(株)最上川フーズ", "モガミガワフーズ"),
    ("さくらんぼ介護センター", "サクランボカイゴセンター"), ("合同会社ゆきぐに", "ゴウドウガイシャユキグニ"),
    ("社会福祉法人千歳会", "シャカイフクシホウジンチトセカイ"), ("月山温泉旅館組合", "ガッサンオンセンリョカンクミアイ"),
];

const TOWNS: &[&str] =
    &["紅花市花園町", "紅花市松波", "関所市本丸", "関所市番所前", "最上川町大字舟渡", "花笠村字中里"];

/// An applicant.
pub(super) struct Applied {
    /// 氏名/法人名.
    pub name: String,
    /// Its reading in katakana.
    pub kana: String,
}

/// Draws an applicant whose name the encoding can write.
pub(super) fn applicant(chance: &mut Chance, kind: Applicant, encoding: Encoding) -> Applied {
    if kind == Applicant::Business {
        let (name, kana) = chance.one(BUSINESSES);
        return Applied { name: name.to_owned(), kana: kana.to_owned() };
    }
    let surname = match encoding {
        Encoding::Utf8 if chance.once_in(3) => chance.one(WIDE_SURNAMES),
        // In UTF-8 a character of the private use area would be no 外字 of anybody's.
        Encoding::Utf8 => chance.one(SURNAMES),
        Encoding::Cp932 if chance.once_in(6) => chance.one(HARD_SURNAMES),
        Encoding::Cp932 => chance.one(SURNAMES),
    };
    let given = chance.one(GIVEN_NAMES);
    let space = if chance.once_in(4) { "\u{3000}" } else { " " };
    Applied { name: [surname.0, space, given.0].concat(), kana: [surname.1, space, given.1].concat() }
}

/// The name of a business.
pub(super) fn business(chance: &mut Chance) -> String {
    chance.one(BUSINESSES).0.to_owned()
}

/// An address, its numbers written in one of the ways that people have.
pub(super) fn address(chance: &mut Chance) -> String {
    let town = chance.one(TOWNS);
    let (block, house) = (1 + chance.below(9), 1 + chance.below(40));
    match chance.below(4) {
        0 => format!("山形県{town}{}丁目{house}番1号", chance.one(&["一", "二", "三"])),
        1 => full_width_digits(&format!("山形県{town}{block}－{house}")),
        2 => format!("{town}{block}-{house} 花園ハイツ{}0{}", 1 + chance.below(4), 1 + chance.below(8)),
        _ => format!("{town}{block}番地の{house}"),
    }
}

/// A telephone number with the exchange 000, which nobody has.
pub(super) fn telephone(chance: &mut Chance) -> String {
    let (area, line) = (chance.one(&["023", "0237", "090", "080"]), chance.below(10_000));
    let number = format!("{area}-000-{line:04}");
    match chance.below(5) {
        0 => number.replace('-', ""),
        1 => full_width_digits(&number),
        _ => number,
    }
}

/// A postal code; the hyphen is left out now and then.
pub(super) fn postal_code(chance: &mut Chance) -> String {
    let code = chance.below(100);
    if chance.once_in(3) { format!("99000{code:02}") } else { format!("990-00{code:02}") }
}

/// Digits in full width, as an input method leaves them.
pub(super) fn full_width_digits(text: &str) -> String {
    let wide = |c: char| c.to_digit(10).and_then(|digit| char::from_u32(0xFF10 + digit)).unwrap_or(c);
    text.chars().map(wide).collect()
}

/// Katakana in half width: the voice mark is a character of its own there.
pub(super) fn half_width_kana(text: &str) -> String {
    let narrow = |c: char| {
        let halves = '\u{FF66}'..='\u{FF9D}';
        let spelled = halves.flat_map(|half| ["", "\u{FF9E}", "\u{FF9F}"].map(|mark| format!("{half}{mark}")));
        spelled.into_iter().find(|half| half.nfkc().eq([c])).unwrap_or_else(|| c.to_string())
    };
    text.replace('\u{3000}', " ").chars().map(narrow).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_width_kana_reads_as_the_same() {
        assert_eq!(half_width_kana("ヤマガタ ハナコ"), "ﾔﾏｶﾞﾀ ﾊﾅｺ");
        assert_eq!(half_width_kana("パーティー・ッ"), "ﾊﾟｰﾃｨｰ・ｯ");
        for (_, kana) in SURNAMES.iter().chain(HARD_SURNAMES).chain(WIDE_SURNAMES).chain(GIVEN_NAMES) {
            assert_eq!(half_width_kana(kana).nfkc().collect::<String>(), *kana);
        }
    }

    #[test]
    fn only_the_wide_surnames_need_more_than_cp932() {
        let writable = |text: &str| !encoding_rs::SHIFT_JIS.encode(&text.replace('\u{E000}', "")).2;
        for (name, kana) in SURNAMES.iter().chain(HARD_SURNAMES).chain(GIVEN_NAMES).chain(BUSINESSES) {
            assert!(writable(name) && writable(kana), "{name}");
        }
        assert!(WIDE_SURNAMES.iter().all(|(name, _)| !writable(name)));
        assert!(TOWNS.iter().all(|town| writable(town)));
    }
}
