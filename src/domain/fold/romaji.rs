//! Readings in Latin letters: Hepburn, 訓令式 and what people make of them (long vowels short, doubled letters single).
//! For finding a word by what is typed; nothing is ever stored in it.

/// How many ways of spelling are held beside each other.
pub const SPELLINGS: usize = 3;

/// The spellings of a reading in kana: Hepburn, 訓令式, and one into which both fall. What somebody types goes through it
/// too and is looked for in each of its own kind; a part that the IME has turned into kana counts as what was typed for
/// it. Other characters stay.
#[must_use]
pub fn spellings(text: &str) -> [String; SPELLINGS] {
    let (hepburn, official) = written(text);
    [loosened(&hepburn), loosened(&official), plain(&official)]
}

/// A kana alone in both spellings.
const SYLLABLES: &[(char, &str, &str)] = &[
    ('あ', "a", "a"),
    ('い', "i", "i"),
    ('う', "u", "u"),
    ('え', "e", "e"),
    ('お', "o", "o"),
    ('か', "ka", "ka"),
    ('き', "ki", "ki"),
    ('く', "ku", "ku"),
    ('け', "ke", "ke"),
    ('こ', "ko", "ko"),
    ('が', "ga", "ga"),
    ('ぎ', "gi", "gi"),
    ('ぐ', "gu", "gu"),
    ('げ', "ge", "ge"),
    ('ご', "go", "go"),
    ('さ', "sa", "sa"),
    ('し', "shi", "si"),
    ('す', "su", "su"),
    ('せ', "se", "se"),
    ('そ', "so", "so"),
    ('ざ', "za", "za"),
    ('じ', "ji", "zi"),
    ('ず', "zu", "zu"),
    ('ぜ', "ze", "ze"),
    ('ぞ', "zo", "zo"),
    ('た', "ta", "ta"),
    ('ち', "chi", "ti"),
    ('つ', "tsu", "tu"),
    ('て', "te", "te"),
    ('と', "to", "to"),
    ('だ', "da", "da"),
    ('ぢ', "ji", "zi"),
    ('づ', "zu", "zu"),
    ('で', "de", "de"),
    ('ど', "do", "do"),
    ('な', "na", "na"),
    ('に', "ni", "ni"),
    ('ぬ', "nu", "nu"),
    ('ね', "ne", "ne"),
    ('の', "no", "no"),
    ('は', "ha", "ha"),
    ('ひ', "hi", "hi"),
    ('ふ', "fu", "hu"),
    ('へ', "he", "he"),
    ('ほ', "ho", "ho"),
    ('ば', "ba", "ba"),
    ('び', "bi", "bi"),
    ('ぶ', "bu", "bu"),
    ('べ', "be", "be"),
    ('ぼ', "bo", "bo"),
    ('ぱ', "pa", "pa"),
    ('ぴ', "pi", "pi"),
    ('ぷ', "pu", "pu"),
    ('ぺ', "pe", "pe"),
    ('ぽ', "po", "po"),
    ('ま', "ma", "ma"),
    ('み', "mi", "mi"),
    ('む', "mu", "mu"),
    ('め', "me", "me"),
    ('も', "mo", "mo"),
    ('や', "ya", "ya"),
    ('ゆ', "yu", "yu"),
    ('よ', "yo", "yo"),
    ('ら', "ra", "ra"),
    ('り', "ri", "ri"),
    ('る', "ru", "ru"),
    ('れ', "re", "re"),
    ('ろ', "ro", "ro"),
    ('わ', "wa", "wa"),
    ('を', "o", "o"),
    ('ん', "n", "n"),
    ('ゔ', "vu", "vu"),
];

/// Small kana that turn the one before: the sound that follows its consonant.
const SMALL: &[(char, &str)] =
    &[('ゃ', "ya"), ('ゅ', "yu"), ('ょ', "yo"), ('ぁ', "a"), ('ぃ', "i"), ('ぅ', "u"), ('ぇ', "e"), ('ぉ', "o")];

/// Hepburn and 訓令式 of the kana of a text. っ and ー go: they double and lengthen, which a loose spelling leaves out.
fn written(text: &str) -> (String, String) {
    let (mut hepburn, mut official) = (String::new(), String::new());
    for c in text.chars().map(hiragana) {
        if let Some((_, first, second)) = SYLLABLES.iter().find(|(kana, _, _)| *kana == c) {
            hepburn.push_str(first);
            official.push_str(second);
        } else if let Some((_, sound)) = SMALL.iter().find(|(kana, _)| *kana == c) {
            join(&mut hepburn, sound);
            join(&mut official, sound);
        } else if !matches!(c, 'っ' | 'ー') {
            hepburn.extend(c.to_lowercase());
            official.extend(c.to_lowercase());
        }
    }
    (hepburn, official)
}

fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        _ => c,
    }
}

/// Takes the vowel off the syllable before and adds what a small kana makes of it: ki + ya = kya, shi + ya = sha.
fn join(spelt: &mut String, sound: &str) {
    let vowel = spelt.chars().next_back().filter(|c| is_vowel(*c));
    if vowel.is_some() {
        spelt.pop();
    }
    let glides = ["sh", "ch", "j"].iter().any(|end| spelt.ends_with(end));
    let sound = match (vowel, sound.strip_prefix('y')) {
        (Some(_), Some(rest)) if glides => rest,
        // しぇ is sye in 訓令式: the consonant alone would be せ.
        (Some('i'), None) if spelt.ends_with(['s', 'z', 't']) => {
            spelt.push('y');
            sound
        }
        // ふぁ is fa in both, うぃ is wi.
        (Some('u'), None) if spelt.ends_with('h') => {
            spelt.pop();
            spelt.push('f');
            sound
        }
        (Some('u'), None) if !spelt.ends_with(|c: char| c.is_ascii_alphabetic() && !is_vowel(c)) => {
            spelt.push('w');
            sound
        }
        _ => sound,
    };
    spelt.push_str(sound);
}

const fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'i' | 'u' | 'e' | 'o')
}

/// A spelling as people shorten it: long vowels and doubled letters once, ō and ô as o, ん before m, b, p as n; signs
/// that divide are left out.
fn loosened(spelt: &str) -> String {
    let mut loose = String::with_capacity(spelt.len());
    let mut letters = spelt.chars().map(without_mark).filter(|c| !matches!(c, '\'' | '’' | '-' | 'ー')).peekable();
    while let Some(c) = letters.next() {
        let c = match (c, letters.peek()) {
            ('m', Some('m' | 'b' | 'p')) => 'n',
            _ => c,
        };
        let long = matches!((loose.chars().next_back(), c), (Some('o'), 'u') | (Some('e'), 'i'));
        if !long && (!c.is_ascii_alphabetic() || !loose.ends_with(c)) {
            loose.push(c);
        }
    }
    loose
}

const fn without_mark(c: char) -> char {
    match c {
        'ā' | 'â' => 'a',
        'ī' | 'î' => 'i',
        'ū' | 'û' => 'u',
        'ē' | 'ê' => 'e',
        'ō' | 'ô' => 'o',
        other => other,
    }
}

/// What is written in different ways, and the one of 訓令式 that stands for all of them; the longest first.
const SAME: &[(&str, &str)] = &[
    ("tch", "ty"),
    ("tsu", "tu"),
    ("dzu", "zu"),
    ("shi", "si"),
    ("chi", "ti"),
    ("sh", "sy"),
    ("ch", "ty"),
    ("cy", "ty"),
    ("ts", "t"),
    ("ji", "zi"),
    ("jy", "zy"),
    ("j", "zy"),
    ("di", "zi"),
    ("du", "zu"),
    ("dy", "zy"),
    ("fu", "hu"),
    ("wo", "o"),
];

/// The one spelling into which all fall.
fn plain(spelt: &str) -> String {
    let (mut rest, mut plain) = (spelt, String::with_capacity(spelt.len()));
    while let Some(c) = rest.chars().next() {
        match SAME.iter().find(|(other, _)| rest.starts_with(other)) {
            Some((other, one)) => {
                plain.push_str(one);
                rest = &rest[other.len()..];
            }
            None => {
                plain.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    loosened(&plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn finds(reading: &str, word: &str) -> bool {
        spellings(reading).iter().zip(spellings(word)).any(|(there, typed)| there.starts_with(&typed))
    }

    #[test]
    fn hepburn_official_and_short_spellings_find_the_same_word() {
        for (reading, words) in [
            (
                "じょうきょうへんこう",
                &["jokyo", "joukyou", "zyoukyou", "jôkyô", "jōkyōhenkō", "zyokyohenko", "jyoukyou"][..],
            ),
            ("しゅつりょく", &["shutsuryoku", "syuturyoku", "shuturyoku", "shut", "sh", "sy"]),
            ("とりこみ", &["torikomi", "tor"]),
            ("ぜんけん", &["zenken"]),
            ("しんぶん", &["shimbun", "shinbun", "sinbun"]),
            ("けっさい", &["kessai", "kesai"]),
            ("まっちゃ", &["matcha", "maccha", "mattya"]),
            ("つづき", &["tsuzuki", "tuduki", "tsudzuki"]),
            ("ふぁいる", &["fairu", "fair"]),
            ("びゅー", &["byu", "byuu", "byū"]),
            ("うぃんどう", &["windou", "windo"]),
            ("しぇる", &["sheru", "syeru"]),
            ("ちぇっく", &["chekku", "tyekku", "chek"]),
            ("きんいつ", &["kin'itsu", "kinitu"]),
            ("もとにもどす", &["motonimodosu", "moto"]),
            ("ジョウキョウ", &["joukyou", "じょうきょう", "じょうky"]),
        ] {
            for word in words {
                assert!(finds(reading, word), "{reading} {word}: {:?} {:?}", spellings(reading), spellings(word));
            }
        }
        assert!(!finds("じょうきょうへんこう", "shutu"));
        assert!(!finds("とりこみ", "torikeshi"));
    }

    proptest! {
        #[test]
        fn a_reading_is_found_by_each_of_its_own_spellings_and_by_their_beginnings(
            reading in "([かきしちにふじつあうおんわを]|き[ゃゅょ]|ち[ゃょぇ]|しゅ|じぇ|ふぁ|うぃ|ー){1,9}", cut in 1usize..30
        ) {
            let there = spellings(&reading);
            let (hepburn, official) = written(&reading);
            for word in [hepburn, official] {
                prop_assert!(there.iter().zip(spellings(&word)).any(|(there, typed)| *there == typed), "{word}");
                let start: String = word.chars().take(cut).collect();
                let found = there.iter().zip(spellings(&start)).any(|(there, typed)| there.starts_with(&typed));
                prop_assert!(found, "{start} of {there:?}");
            }
        }

        #[test]
        fn any_text_is_taken_and_loosening_twice_is_loosening_once(text in any::<String>()) {
            for spelt in spellings(&text) {
                prop_assert_eq!(loosened(&spelt), spelt);
            }
        }
    }
}
