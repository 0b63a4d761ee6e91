//! The fields of the query language as ONE table, which the parser, the help and the tests read. The contract's
//! "Query language" is its source.

use serde::Serialize;

use super::super::fold::fold;

/// A field of the query language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldId {
    /// 整理番号
    Number,
    /// 氏名/法人名
    Name,
    /// フリガナ
    Kana,
    /// 連絡先メールアドレス
    Mail,
    /// 備考
    Remarks,
    /// 様式
    Form,
    /// 様式Ver.
    FormVersion,
    /// 処理状況, ours
    Status,
    /// 元システムの状況
    SourceStatus,
    /// 申込回線
    Line,
    /// 返信文書
    Reply,
    /// アンケートタイプ確認状況
    Survey,
    /// 申込日時
    Submitted,
    /// 更新: our last change
    Updated,
    /// 期限
    Due,
    /// 処理の期限: the last day, reckoned
    Deadline,
    /// 担当
    Assignee,
    /// 札
    Tag,
    /// 個別番号
    IndividualNumber,
    /// 審査結果
    Result,
    /// 収受日
    Received,
    /// 収受番号
    ReceivedNumber,
    /// 決裁
    Ruling,
    /// 決裁日
    Decided,
    /// 文書番号
    DocumentNumber,
    /// 保存期間満了日, or the day that it was extended to
    Retention,
    /// 取得元
    Source,
    /// 所在
    Custody,
    /// 反映
    Reflect,
    /// あり
    Has,
    /// 項目.NAME
    Item,
}

/// How a field's value is read and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The text contains it, folded.
    Contains,
    /// The 様式ID is equal, or the 様式名 contains it.
    Form,
    /// The text is equal, folded.
    Equal,
    /// A status by id, label, or the group 受理.
    Status,
    /// One of the listed values.
    Listed,
    /// A date or a range of dates.
    Date,
    /// An item of the form, by its name; contains, folded.
    Item,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FieldInfo {
    /// Which field.
    #[serde(skip)]
    pub field: FieldId,
    /// The word before the colon, as scripts write it. [`FieldId::Item`] is a prefix that ends with a dot.
    pub id: &'static str,
    /// The Japanese word.
    pub japanese: &'static str,
    /// Further words that mean the same.
    pub aliases: &'static [&'static str],
    /// How it is compared.
    pub kind: Kind,
    /// Key of its one-line help in the message files.
    pub help: &'static str,
}

macro_rules! fields {
    ($($field:ident $id:literal $japanese:literal [$($alias:literal),*] $kind:ident;)*) => {
        /// Every field, in the order of the contract.
        pub const FIELDS: &[FieldInfo] = &[$(FieldInfo {
            field: FieldId::$field,
            id: $id,
            japanese: $japanese,
            aliases: &[$($alias),*],
            kind: Kind::$kind,
            help: concat!("query.field.", $id),
        }),*];
    };
}

fields! {
    Number "number" "整理番号" [] Contains;
    Name "name" "氏名" ["法人名", "氏名/法人名"] Contains;
    Kana "kana" "フリガナ" [] Contains;
    Mail "mail" "メール" ["メールアドレス"] Contains;
    Remarks "remarks" "備考" [] Contains;
    Form "form" "様式" ["様式ID", "様式名"] Form;
    FormVersion "form-version" "様式Ver" ["様式Ver."] Equal;
    Status "status" "処理状況" ["状況", "状態"] Status;
    SourceStatus "source-status" "元の状況" ["元システムの状況"] Status;
    Line "line" "申込回線" ["回線"] Listed;
    Reply "reply" "返信文書" [] Listed;
    Survey "survey" "アンケート" [] Listed;
    Submitted "submitted" "申込日時" ["申込日"] Date;
    Updated "updated" "更新" ["更新日時"] Date;
    Due "due" "期限" [] Date;
    Deadline "deadline" "処理の期限" ["処理期限"] Date;
    Assignee "assignee" "担当" ["担当者"] Equal;
    Tag "tag" "札" [] Equal;
    IndividualNumber "individual-number" "個別番号" [] Contains;
    Result "result" "審査結果" ["結果"] Listed;
    Received "received" "収受日" ["収受"] Date;
    ReceivedNumber "received-number" "収受番号" [] Contains;
    Ruling "ruling" "決裁" [] Listed;
    Decided "decided" "決裁日" [] Date;
    DocumentNumber "document-number" "文書番号" [] Contains;
    Retention "retention" "保存期間" ["満了日", "保存期間満了日"] Date;
    Source "source" "取得元" [] Equal;
    Custody "custody" "所在" [] Equal;
    Reflect "reflect" "反映" [] Listed;
    Has "has" "あり" [] Listed;
    Item "item" "項目" [] Item;
}

impl FieldId {
    /// Its row of the table.
    #[must_use]
    pub const fn info(self) -> &'static FieldInfo {
        &FIELDS[self as usize]
    }

    /// The word before the colon, as scripts write it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.info().id
    }
}

/// The field that a word before a colon means, in any width and case. Not the items.
pub(super) fn named(word: &str) -> Option<FieldId> {
    // Most are written as they are known, and need no table of kanji.
    let exact = words().find(|(field, known)| *field != FieldId::Item && *known == word);
    let found = exact.or_else(|| {
        let word = fold(word);
        words().find(|(field, known)| *field != FieldId::Item && fold(known) == word)
    });
    found.map(|(field, _)| field)
}

/// The item name of a word such as `項目.住所`.
pub(super) fn item_name(word: &str) -> Option<&str> {
    let (prefix, name) = word.split_once(['.', '．'])?;
    let prefix = fold(prefix);
    let info = FieldId::Item.info();
    (prefix == info.id || prefix == info.japanese).then_some(name)
}

/// The known word nearest to one that is not known, if it is near enough to be a slip.
pub(super) fn nearest(word: &str) -> Option<(FieldId, &'static str)> {
    let word: Vec<char> = fold(word).chars().collect();
    let near =
        words().map(|(field, known)| (distance(&word, &fold(known).chars().collect::<Vec<_>>()), (field, known)));
    let (distance, known) = near.min_by_key(|(distance, _)| *distance)?;
    (distance <= 2 && distance * 2 <= word.len().max(2)).then_some(known)
}

fn words() -> impl Iterator<Item = (FieldId, &'static str)> {
    FIELDS.iter().flat_map(|info| {
        [info.id, info.japanese].into_iter().chain(info.aliases.iter().copied()).map(|word| (info.field, word))
    })
}

/// How many characters must be put in, taken out or changed to make one word of the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(left != right)).min(above + 1).min(row[j] + 1);
            diagonal = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_in_the_order_of_the_ids() {
        for info in FIELDS {
            assert_eq!(info.field.info(), info);
        }
    }

    #[test]
    fn words_are_unique_and_read_in_any_width() {
        let mut seen = std::collections::HashMap::new();
        for (field, word) in words() {
            assert!(*seen.entry(fold(word)).or_insert(field) == field, "{word}");
        }
        assert_eq!(named("ＳＴＡＴＵＳ"), Some(FieldId::Status));
        assert_eq!(named("ﾌﾘｶﾞﾅ"), Some(FieldId::Kana));
        assert_eq!(named("様式ver."), Some(FieldId::FormVersion));
        assert_eq!(named("item"), None);
        assert_eq!(item_name("項目．利用日時"), Some("利用日時"));
        assert_eq!(item_name("item.a.b"), Some("a.b"));
    }

    #[test]
    fn slips_find_their_neighbour() {
        assert_eq!(nearest("staus"), Some((FieldId::Status, "status")));
        assert_eq!(nearest("処理状態"), Some((FieldId::Status, "処理状況")));
        assert_eq!(nearest("zzzzzz"), None);
    }
}
