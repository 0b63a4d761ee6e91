//! Which item of a form asks for what identifies its applicant, by the item's name: for forms without a definition that
//! says so. Only the applicant's own: 児童の生年月日 is somebody else's.

use super::Identifier;
use crate::domain::fold::fold;

/// What the items are called that ask for it, once what stands before and behind is taken off.
const WORDS: &[(Identifier, &[&str])] = &[
    (Identifier::Name, &["氏名", "名前", "お名前"]),
    (Identifier::Kana, &["フリガナ", "氏名フリガナ", "氏名カナ", "カナ氏名", "かな", "よみがな"]),
    (Identifier::BirthDate, &["生年月日", "誕生日"]),
    (Identifier::Address, &["住所", "ご住所", "現住所", "所在地", "自宅住所"]),
    (
        Identifier::Phone,
        &[
            "電話番号",
            "電話",
            "お電話番号",
            "携帯電話番号",
            "携帯電話",
            "携帯番号",
            "携帯",
            "自宅電話番号",
            "自宅電話",
            "固定電話番号",
            "固定電話",
            "TEL",
            "連絡先電話番号",
            "連絡先電話",
            "連絡先",
        ],
    ),
    (Identifier::Mail, &["メールアドレス", "メール", "E-mail"]),
];

/// Who is meant where it says whose: the applicant.
const APPLICANT: &[&str] =
    &["申請者", "申込者", "届出者", "請求者", "申出者", "本人", "ご本人", "あなた", "日中の", "昼間の", "代表者"];

/// What an item of this name asks the applicant for; `None` = nothing that identifies them.
#[must_use]
pub fn says(item: &str) -> Option<Identifier> {
    // A repetition of a name (`NAME#2`) asks for the same again; what stands in brackets says more of it.
    let name = item.rsplit_once('#').filter(|(_, count)| count.bytes().all(|b| b.is_ascii_digit()));
    let name = name.map_or(item, |(name, _)| name);
    let plain = |text: &str| fold(text);
    let (named, bracketed) = match name.split_once(['(', '（']) {
        Some((named, rest)) => (plain(named), plain(rest.trim_end_matches([')', '）']))),
        None => (plain(name), String::new()),
    };
    let of = |name: &str| WORDS.iter().find(|(_, words)| words.iter().any(|word| plain(word) == name));
    // 氏名（かな）.
    if let Some((Identifier::Kana, _)) = of(&bracketed) {
        return matches!(of(own(&named, &plain)), Some((Identifier::Name, _))).then_some(Identifier::Kana);
    }
    of(&named).or_else(|| of(own(&named, &plain))).map(|(identifier, _)| *identifier)
}

/// The name without whose it is, where it is the applicant's.
fn own<'n>(name: &'n str, plain: &dyn Fn(&str) -> String) -> &'n str {
    let rest = APPLICANT.iter().find_map(|whose| name.strip_prefix(&*plain(whose)));
    let Some(rest) = rest else { return name };
    rest.strip_prefix(&*plain("の")).unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_the_applicant_is_known_by_its_name() {
        for (item, identifier) in [
            ("電話番号", Identifier::Phone),
            ("電話番号（日中）", Identifier::Phone),
            ("電話番号#2", Identifier::Phone),
            ("申請者の電話番号", Identifier::Phone),
            ("日中の連絡先電話番号", Identifier::Phone),
            ("ＴＥＬ", Identifier::Phone),
            ("生年月日", Identifier::BirthDate),
            ("申請者生年月日", Identifier::BirthDate),
            ("住所", Identifier::Address),
            ("住所（住民票のもの）", Identifier::Address),
            ("申請者氏名", Identifier::Name),
            ("代表者氏名", Identifier::Name),
            ("氏名フリガナ", Identifier::Kana),
            ("届出者フリガナ", Identifier::Kana),
            ("氏名（かな）", Identifier::Kana),
            ("E-mail", Identifier::Mail),
        ] {
            assert_eq!(says(item), Some(identifier), "{item}");
        }
    }

    #[test]
    fn what_is_somebody_else_s_or_something_else_identifies_nobody() {
        for item in [
            "児童の生年月日",
            "犬の生年月日",
            "配偶者氏名",
            "勤務先電話番号",
            "新しい住所",
            "死亡年月日",
            "利用日",
            "",
            "#",
            "（）",
            "連絡先の希望",
        ] {
            assert_eq!(says(item), None, "{item}");
        }
    }
}
