//! The values that fields list: each by its id, its Japanese label, or a shorter word.

use super::super::application::Line;
use super::super::fold::fold;
use super::super::reflection::Reflection;
use super::super::status::Status;

/// A value that a field lists. The words of a value: first its id, then its label, then others.
pub trait Listed: Copy + PartialEq + 'static {
    /// Every value with its words.
    const WORDS: &'static [(Self, &'static [&'static str])];

    /// Reads a value in any width, case and kana kind.
    #[must_use]
    fn parse(text: &str) -> Option<Self> {
        let text = fold(text);
        Self::WORDS.iter().find(|(_, words)| words.iter().any(|word| fold(word) == text)).map(|(value, _)| *value)
    }

    /// The word of scripts.
    #[must_use]
    fn id(self) -> &'static str {
        Self::WORDS.iter().find(|(value, _)| *value == self).and_then(|(_, words)| words.first()).copied().unwrap_or("")
    }

    /// What may be typed, for an error and for help: `id label`.
    #[must_use]
    fn expected() -> Vec<String> {
        Self::WORDS.iter().map(|(_, words)| words.iter().take(2).copied().collect::<Vec<_>>().join(" ")).collect()
    }
}

impl Listed for Line {
    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (Self::Internet, &["internet", "インターネット", "利用者", "利用者からの申込(インターネット)"]),
        (Self::Staff, &["staff", "担当者", "LGWAN", "職員", "担当者からの申込(LGWAN)"]),
    ];
}

impl Listed for Reflection {
    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (Self::Done, &["done", "反映済", "反映済み"]),
        (Self::Pending, &["pending", "反映待ち", "反映待"]),
        (Self::Check, &["check", "要確認"]),
    ];
}

/// 返信文書: whether one is needed, and whether it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reply {
    /// 必要, signed or not.
    Required,
    /// 必要（署名必須）
    RequiredSigned,
    /// 必要（署名任意）
    RequiredAny,
    /// 不要
    NotRequired,
    /// 添付済, signed or not.
    Attached,
    /// 添付済（署名あり）
    AttachedSigned,
    /// 添付済（署名なし）
    AttachedUnsigned,
    /// 添付なし
    Missing,
}

impl Listed for Reply {
    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (Self::Required, &["required", "必要"]),
        (Self::RequiredSigned, &["required_signed", "必要（署名必須）", "署名必須"]),
        (Self::RequiredAny, &["required_any", "必要（署名任意）", "署名任意"]),
        (Self::NotRequired, &["not_required", "不要"]),
        (Self::Attached, &["attached", "添付済"]),
        (Self::AttachedSigned, &["attached_signed", "添付済（署名あり）", "署名あり"]),
        (Self::AttachedUnsigned, &["attached_unsigned", "添付済（署名なし）", "署名なし"]),
        (Self::Missing, &["missing", "添付なし"]),
    ];
}

/// アンケートタイプ確認状況.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Survey {
    /// 確認済
    Checked,
    /// 未確認
    Unchecked,
}

impl Listed for Survey {
    const WORDS: &'static [(Self, &'static [&'static str])] =
        &[(Self::Checked, &["checked", "確認済", "確認済み"]), (Self::Unchecked, &["unchecked", "未確認"])];
}

/// What an application may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Feature {
    /// 添付
    Attachment,
    /// 応対記録, メモ
    Note,
    /// 折返し: somebody waits to be called back.
    Callback,
    /// 外字: a private-use character, or bytes that came back as no text.
    Gaiji,
    /// 重複の疑い
    Duplicate,
    /// 補正到着: we had sent it back, and a newer revision came.
    Correction,
    /// 補正の催促: one is due that hasn't gone out.
    Reminder,
    /// 改訂: a revision that is newer than our last decision.
    Revision,
    /// 申請者の取下げ: theirs became 取下げ after our last decision, ours isn't.
    Withdrawal,
    /// 担当: somebody is in charge.
    Assignee,
    /// 期限: there is one.
    Due,
    /// 札: there is at least one.
    Tag,
    /// 個別番号: it has one.
    IndividualNumber,
    /// 審査結果: one was entered.
    Result,
    /// 決裁: it stands on a 起案.
    Ruling,
    /// 収受: it was given 収受日 and 収受番号.
    Received,
    /// 前任者から: handed over by 引継, and its status not changed since.
    HandedOver,
}

impl Listed for Feature {
    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (Self::Attachment, &["attachment", "添付"]),
        (Self::Note, &["note", "メモ", "応対記録"]),
        (Self::Callback, &["callback", "折返し", "折返し待ち"]),
        (Self::Gaiji, &["gaiji", "外字"]),
        (Self::Duplicate, &["duplicate", "重複"]),
        (Self::Correction, &["correction", "補正到着", "補正"]),
        (Self::Reminder, &["reminder", "催促", "補正の催促"]),
        (Self::Revision, &["revision", "改訂", "改訂あり"]),
        (Self::Withdrawal, &["withdrawal", "取下げ申出", "申請者の取下げ"]),
        (Self::Assignee, &["assignee", "担当", "担当者"]),
        (Self::Due, &["due", "期限"]),
        (Self::Tag, &["tag", "札"]),
        (Self::IndividualNumber, &["individual-number", "個別番号"]),
        (Self::Result, &["result", "審査結果"]),
        (Self::Ruling, &["ruling", "決裁"]),
        (Self::Received, &["received", "収受", "収受日", "収受番号"]),
        (Self::HandedOver, &["handed-over", "前任者から", "引継", "引継ぎ"]),
    ];
}

/// One status, or the group 受理.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatusChoice {
    /// This very status.
    One(Status),
    /// 受理 (`accepted`): any of the three.
    Accepted,
}

impl StatusChoice {
    /// Reads an id, a label (parentheses of either width), or the group.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let folded = fold(text);
        if folded == "受理" || folded == "accepted" {
            return Some(Self::Accepted);
        }
        Status::ALL.into_iter().find(|one| one.id() == folded || fold(one.label()) == folded).map(Self::One)
    }

    /// The word of scripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::One(status) => status.id(),
            Self::Accepted => "accepted",
        }
    }

    /// The official label.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::One(status) => status.label(),
            Self::Accepted => "受理",
        }
    }

    /// Whether a status is meant.
    #[must_use]
    pub fn means(self, status: Status) -> bool {
        match self {
            Self::One(one) => one == status,
            Self::Accepted => status.is_accepted(),
        }
    }

    /// What may be typed, for an error and for help.
    #[must_use]
    pub fn expected() -> Vec<String> {
        Status::ALL.iter().map(|status| status.label()).chain(["受理"]).map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_come_back<V: Listed + std::fmt::Debug>() {
        for (value, words) in V::WORDS {
            for word in *words {
                assert_eq!(V::parse(word), Some(*value), "{word}");
            }
            assert_eq!(V::parse(value.id()), Some(*value));
        }
    }

    #[test]
    fn every_word_means_one_value() {
        words_come_back::<Line>();
        words_come_back::<Reflection>();
        words_come_back::<Reply>();
        words_come_back::<Survey>();
        words_come_back::<Feature>();
        for (reflection, words) in Reflection::WORDS {
            assert_eq!(words[..2], [Reflection::id(*reflection), reflection.label()]);
        }
    }

    #[test]
    fn statuses_by_id_label_and_group() {
        for status in Status::ALL {
            assert_eq!(StatusChoice::parse(status.id()), Some(StatusChoice::One(status)));
            assert_eq!(StatusChoice::parse(status.label()), Some(StatusChoice::One(status)));
        }
        assert_eq!(StatusChoice::parse("受理(返信未)"), Some(StatusChoice::One(Status::AcceptedUnreplied)));
        assert_eq!(StatusChoice::parse("受理"), Some(StatusChoice::Accepted));
        assert!(StatusChoice::Accepted.means(Status::AcceptedScheduled));
        assert!(!StatusChoice::Accepted.means(Status::Completed));
    }
}
