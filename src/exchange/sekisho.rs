//! The shape of our own exports: column names, the mark in the header, and how item columns keep out of their way.
//! Written by `export`, read back by the built-in profile `sekisho`.

use std::borrow::Cow;

use crate::domain::application::Line;

/// Id of the built-in profile.
pub const PROFILE: &str = "sekisho";

/// The profile itself. Not an asset: an override could break what exports mean.
pub(crate) const PROFILE_TEXT: &str = include_str!("profile/sekisho.toml");

/// 取得元: the source code of the identity. First column of every export; carries the [`Mark`].
pub const SOURCE: &str = "取得元";
/// 元システムの状況. Second column of every export; never read back.
pub const SOURCE_STATUS: &str = "元システムの状況";
/// 整理番号.
pub const NUMBER: &str = "整理番号";
/// 利用者ID.
pub const USER_ID: &str = "利用者ID";
/// 連絡先メールアドレス.
pub const MAIL: &str = "連絡先メールアドレス";
/// 氏名/法人名.
pub const NAME: &str = "氏名/法人名";
/// フリガナ.
pub const KANA: &str = "フリガナ";
/// 様式Ver.
pub const FORM_VERSION: &str = "様式Ver.";
/// 様式ID.
pub const FORM_CODE: &str = "様式ID";
/// 様式名.
pub const FORM_NAME: &str = "様式名";
/// 申込日時, ISO 8601 with offset.
pub const SUBMITTED: &str = "申込日時";
/// 処理状況, ours; never read back.
pub const STATUS: &str = "処理状況";
/// 申込回線.
pub const LINE: &str = "申込回線";
/// 備考.
pub const REMARKS: &str = "備考";

/// Columns that an import of our own export passes over: what staff made of an application, not what was sent.
pub const PASSED_OVER: [&str; 13] = [
    SOURCE_STATUS,
    STATUS,
    "審査結果",
    "返信文書",
    "アンケート",
    "担当",
    "期限",
    "札",
    "所在",
    "反映",
    "版",
    "更新",
    "送付",
];

/// Columns that bring content back; an export without one of them can't be imported as `unchanged`.
pub const CONTENT: [&str; 12] =
    [SOURCE, NUMBER, USER_ID, MAIL, NAME, KANA, FORM_VERSION, FORM_CODE, FORM_NAME, SUBMITTED, LINE, REMARKS];

/// The official label of 申込回線, as an export writes it and this profile reads it.
#[must_use]
pub const fn line_label(line: Line) -> &'static str {
    match line {
        Line::Internet => "利用者からの申込(インターネット)",
        Line::Staff => "担当者からの申込(LGWAN)",
    }
}

const ITEM_PREFIX: &str = "項目.";

/// The header cell of an item column: its name, with `項目.` in front where it would be taken for one of our columns.
#[must_use]
pub fn item_column(name: &str) -> Cow<'_, str> {
    let key = column_key(name);
    let taken = key.starts_with(&column_key(ITEM_PREFIX))
        || PASSED_OVER.iter().chain(&CONTENT).any(|known| column_key(known) == key)
        || Mark::of(name).is_some();
    if taken { Cow::Owned(format!("{ITEM_PREFIX}{name}")) } else { Cow::Borrowed(name) }
}

/// The item name of a header cell that is none of our columns.
#[must_use]
pub fn item_name(column: &str) -> &str {
    column.strip_prefix(ITEM_PREFIX).unwrap_or(column)
}

/// What the cell of the column 取得元 says about the file. A visible text, because that survives being opened and
/// saved by a spreadsheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// For machines: every cell is exact.
    Exact,
    /// For people: cells were made harmless and are restored by an import.
    People,
    /// Cells are not what they were (codes as `="0549…"`, characters replaced by 〓): can't be imported again.
    Final,
}

impl Mark {
    const ALL: [Self; 3] = [Self::Exact, Self::People, Self::Final];

    /// The text of the header cell.
    #[must_use]
    pub const fn column(self) -> &'static str {
        match self {
            Self::Exact => SOURCE,
            Self::People => "取得元（表計算用）",
            Self::Final => "取得元（再取込不可）",
        }
    }

    /// Reads a header cell.
    #[must_use]
    pub fn of(column: &str) -> Option<Self> {
        let key = column_key(column);
        Self::ALL.into_iter().find(|mark| column_key(mark.column()) == key)
    }
}

/// The columns of a 反映用一覧. It carries the mark of files that can't be imported again: it is work for people, and
/// says of an application what they are to make of it.
pub const REFLECT_COLUMNS: [&str; 10] = [
    "ブロック",
    "反映する処理状況",
    Mark::Final.column(),
    NUMBER,
    NAME,
    "様式",
    SUBMITTED,
    SOURCE_STATUS,
    STATUS,
    "済",
];

pub use super::profile::column_key;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_item_never_looks_like_one_of_our_columns() {
        for name in PASSED_OVER.into_iter().chain(CONTENT).chain([Mark::People.column(), "氏名／法人名", "項目.x"])
        {
            assert_eq!(item_column(name), format!("項目.{name}"));
        }
        assert_eq!(item_column("希望日"), "希望日");
        assert_eq!(item_column("フリガナ#2"), "フリガナ#2");
    }

    #[test]
    fn the_lines_that_are_written_are_read() {
        let profile = crate::exchange::profile::Profile::sekisho();
        for line in [Line::Internet, Line::Staff] {
            assert_eq!(profile.line(line_label(line)), Some(line));
        }
    }

    #[test]
    fn the_mark_is_read_in_either_width() {
        assert_eq!(Mark::of("取得元(表計算用)"), Some(Mark::People));
        assert_eq!(Mark::of(" 取得元 "), Some(Mark::Exact));
        assert_eq!(Mark::of("取得先"), None);
    }

    proptest! {
        #[test]
        fn item_names_come_back(name in "(項目\\.|項目．|担当|フリガナ|a| ){0,3}") {
            let column = item_column(&name);
            prop_assert_eq!(item_name(&column), name.as_str());
        }
    }
}
