//! The columns that a list can show: the fixed fields of an application, and the items of its form by name. Their words
//! are those of scripts (`--columns`), of saved views and of the session's file.

use std::borrow::Cow;

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Column {
    /// 整理番号.
    Number,
    /// 氏名/法人名.
    Name,
    /// フリガナ.
    Kana,
    /// 様式名.
    FormName,
    /// 様式ID.
    Form,
    /// 様式Ver.
    FormVersion,
    /// 申込日時.
    Submitted,
    /// 処理状況, ours.
    Status,
    /// 元システムの状況.
    SourceStatus,
    /// 反映.
    Reflection,
    /// 更新: our last change, or the source's.
    Updated,
    /// 申込回線.
    Line,
    /// 取得元.
    Source,
    /// 利用者ID.
    UserId,
    /// 連絡先メールアドレス.
    Mail,
    /// 備考.
    Remarks,
    /// How often it was changed, from 1.
    Version,
    /// 担当.
    Assignee,
    /// 期限.
    Due,
    /// 札.
    Tags,
    /// 個別番号.
    IndividualNumber,
    /// 審査結果.
    Result,
    /// 決裁: how the 起案 that it stands on stands.
    Ruling,
    /// 決裁日.
    DecidedOn,
    /// 文書番号.
    DocumentNumber,
    /// 収受日.
    ReceivedOn,
    /// 収受番号.
    ReceivedNumber,
    /// An item of the form, by its name.
    Item(String),
}

/// What stands before the name of an item.
const ITEM: &str = "item.";

impl Column {
    /// Every column but the items, each with its word, in the order of the dialog.
    pub const FIXED: [(Self, &'static str); 27] = [
        (Self::Number, "number"),
        (Self::Name, "name"),
        (Self::Kana, "kana"),
        (Self::FormName, "form_name"),
        (Self::Form, "form"),
        (Self::FormVersion, "form_version"),
        (Self::Submitted, "submitted_at"),
        (Self::Status, "status"),
        (Self::SourceStatus, "source_status"),
        (Self::Reflection, "reflect"),
        (Self::Updated, "updated_at"),
        (Self::Line, "line"),
        (Self::Source, "source"),
        (Self::UserId, "user_id"),
        (Self::Mail, "mail"),
        (Self::Remarks, "remarks"),
        (Self::Version, "version"),
        (Self::Assignee, "assignee"),
        (Self::Due, "due"),
        (Self::Tags, "tags"),
        (Self::IndividualNumber, "individual_number"),
        (Self::Result, "result"),
        (Self::Ruling, "ruling"),
        (Self::DecidedOn, "decided_on"),
        (Self::DocumentNumber, "document_number"),
        (Self::ReceivedOn, "received_on"),
        (Self::ReceivedNumber, "received_number"),
    ];

    /// The columns of a list where nobody has chosen any.
    pub const USUAL: [Self; 6] =
        [Self::Number, Self::Name, Self::FormName, Self::Submitted, Self::Status, Self::Reflection];

    /// The word of scripts and files; that of an item is `item.NAME`.
    #[must_use]
    pub fn id(&self) -> Cow<'static, str> {
        match self {
            Self::Item(name) => Cow::Owned(format!("{ITEM}{name}")),
            fixed => Cow::Borrowed(Self::FIXED.iter().find(|(known, _)| known == fixed).map_or("", |(_, id)| id)),
        }
    }

    /// Reads such a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word.strip_prefix(ITEM) {
            Some("") => None,
            Some(name) => Some(Self::Item(name.to_owned())),
            None => Self::FIXED.into_iter().find(|(_, id)| *id == word).map(|(column, _)| column),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back() {
        for column in Column::FIXED.into_iter().map(|(column, _)| column).chain([Column::Item("希望日.1".into())]) {
            assert_eq!(Column::parse(&column.id()), Some(column));
        }
        assert_eq!((Column::parse("item."), Column::parse("nothing"), Column::parse("")), (None, None, None));
    }
}
