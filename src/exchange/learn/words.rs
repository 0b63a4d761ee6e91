//! The words by which columns and statuses are known: what the lists of other systems call the things that we have a
//! name for. Widths, kana kinds, spaces and punctuation don't matter.

use crate::domain::application::Line;
use crate::domain::fold::fold;
use crate::domain::status::Status;
use crate::exchange::profile::Column;

/// From this place on the headings of a number may be a mere count of rows.
pub(super) const WEAK_NUMBER: usize = 20;
/// Before this place the heading of 処理状況 is believed, whatever the words in the column are.
pub(super) const SURE_STATUS: usize = 3;

/// Each field with the headings of its column, the surest first. A heading alone makes no field of a column: its values
/// must agree.
const HEADINGS: [(Column, &[&str]); 12] = [
    (
        Column::Number,
        &[
            "整理番号",
            "受付番号",
            "申込番号",
            "申請番号",
            "届出番号",
            "受理番号",
            "到達番号",
            "整理No",
            "受付No",
            "申込No",
            "申請No",
            "受付ID",
            "申込ID",
            "申請ID",
            "案件番号",
            "案件ID",
            "管理番号",
            "お問い合わせ番号",
            "問合せ番号",
            "登録番号",
            "番号",
            "No",
            "ID",
            "通し番号",
            "通番",
            "連番",
        ],
    ),
    (
        Column::Submitted,
        &[
            "申込日時",
            "申請日時",
            "届出日時",
            "提出日時",
            "送信日時",
            "到達日時",
            "受付日時",
            "受信日時",
            "回答日時",
            "申込日",
            "申請日",
            "申請年月日",
            "届出日",
            "届出年月日",
            "提出日",
            "送信日",
            "到達日",
            "受付日",
            "受付年月日",
            "受信日",
            "回答日",
            "登録日時",
            "登録日",
            "タイムスタンプ",
            "timestamp",
        ],
    ),
    (
        Column::Status,
        &[
            "処理状況",
            "処理状態",
            "処理ステータス",
            "ステータス",
            "状況",
            "状態",
            "進捗状況",
            "進捗",
            "対応状況",
            "審査状況",
            "受付状況",
            "申請状況",
            "申込状況",
            "status",
        ],
    ),
    (
        Column::FormCode,
        &[
            "様式ID",
            "様式コード",
            "様式番号",
            "手続ID",
            "手続きID",
            "手続コード",
            "手続きコード",
            "手続番号",
            "フォームID",
        ],
    ),
    (
        Column::FormName,
        &[
            "様式名",
            "様式名称",
            "手続名",
            "手続き名",
            "手続名称",
            "手続き名称",
            "申請書名",
            "届出名",
            "申請名",
            "フォーム名",
            "手続",
            "手続き",
        ],
    ),
    (Column::FormVersion, &["様式Ver.", "様式バージョン", "様式版", "フォームバージョン"]),
    (
        Column::Name,
        &[
            "氏名/法人名",
            "氏名又は名称",
            "氏名または名称",
            "氏名又は法人名",
            "氏名",
            "氏名（漢字）",
            "漢字氏名",
            "名前",
            "お名前",
            "申請者氏名",
            "申込者氏名",
            "届出者氏名",
            "申請者名",
            "申込者名",
            "届出者名",
            "申請者",
            "申込者",
            "届出者",
            "利用者名",
            "法人名",
            "事業者名",
        ],
    ),
    (
        Column::Kana,
        &[
            "フリガナ",
            "氏名フリガナ",
            "氏名（フリガナ）",
            "フリガナ氏名",
            "氏名カナ",
            "カナ氏名",
            "お名前フリガナ",
            "申請者フリガナ",
            "申込者フリガナ",
            "申請者氏名フリガナ",
            "申込者氏名フリガナ",
            "申請者カナ",
            "申込者カナ",
            "よみがな",
            "カナ",
        ],
    ),
    (
        Column::Mail,
        &[
            "連絡先メールアドレス",
            "メールアドレス",
            "電子メールアドレス",
            "連絡先メール",
            "電子メール",
            "Eメール",
            "E-mail",
            "E-mailアドレス",
            "メール",
            "mail",
            "申請者メールアドレス",
            "申込者メールアドレス",
        ],
    ),
    (
        Column::UserId,
        &["利用者ID", "利用者番号", "ユーザーID", "ユーザID", "申請者ID", "申込者ID", "ログインID", "アカウント"],
    ),
    (Column::Line, &["申込回線", "申請回線", "申込経路", "申請経路", "受付経路", "受付区分"]),
    (Column::Remarks, &["備考", "備考欄", "職員備考"]),
];

/// The fields that are looked for, in this order: what identifies and dates an application before what describes it.
pub(super) fn fields() -> impl Iterator<Item = Column> {
    HEADINGS.iter().map(|(column, _)| *column)
}

/// How well a heading names a field: its place among the field's headings, 0 the surest.
pub(super) fn rank(column: Column, heading: &str) -> Option<usize> {
    let wanted = key(heading);
    let (_, words) = HEADINGS.iter().find(|(known, _)| *known == column)?;
    words.iter().position(|word| key(word) == wanted)
}

/// Whether a heading speaks of another day than that of the application: of birth, of a wish, of an end.
pub(super) fn names_another_day(heading: &str) -> bool {
    const OTHERS: [&str; 14] = [
        "生年", "誕生", "希望", "予定", "期限", "期日", "開始", "終了", "利用", "使用", "更新", "処理", "完了", "発行",
    ];
    let wanted = key(heading);
    OTHERS.iter().any(|word| wanted.contains(&key(word)))
}

/// What a word of 処理状況 means where it is none of the ten, nor the label of any. Blank means 未処理.
pub(super) fn near_status(word: &str) -> Option<Status> {
    const NEAR: [(Status, &[&str]); 10] = [
        (
            Status::Unprocessed,
            &[
                "",
                "新規",
                "新着",
                "未対応",
                "未着手",
                "未受付",
                "受付待",
                "未審査",
                "到達",
                "送信済",
                "申請済",
                "申込済",
            ],
        ),
        (
            Status::Provisional,
            &["受付", "受付済", "受付中", "仮受理", "審査中", "審査待", "処理中", "対応中", "確認中", "手続中"],
        ),
        (Status::AcceptedUnreplied, &["受理", "受理済", "承認", "承認済", "許可", "受理返信未"]),
        (Status::AcceptedReplied, &["返信済", "回答済", "受理返信済"]),
        (Status::AcceptedScheduled, &["予約中", "予約済", "受理予約中"]),
        (
            Status::Returned,
            &["返却", "差戻", "差戻中", "返戻", "補正", "補正中", "補正待", "補正依頼", "再申請待", "要再申請"],
        ),
        (Status::Rejected, &["却下", "不承認", "不許可", "否認", "受理不可"]),
        (
            Status::Completed,
            &["完了済", "処理済", "処理完了", "対応済", "対応完了", "審査完了", "手続完了", "終了", "交付済", "通知済"],
        ),
        (Status::ForceCompleted, &["強制終了"]),
        (Status::Withdrawn, &["取下", "取下済", "取消", "取消済", "キャンセル", "辞退"]),
    ];
    let wanted = stem(word);
    if wanted.is_empty() && !word.trim().is_empty() {
        return None;
    }
    NEAR.iter().find(|(_, words)| words.iter().any(|near| stem(near) == wanted)).map(|(status, _)| *status)
}

/// What a word of 申込回線 means.
pub(super) fn near_line(word: &str) -> Option<Line> {
    const NEAR: [(Line, &[&str]); 2] = [
        (
            Line::Internet,
            &["インターネット", "利用者からの申込", "利用者からの申込(インターネット)", "オンライン", "Web", "電子"],
        ),
        (
            Line::Staff,
            &["LGWAN", "担当者からの申込", "担当者からの申込(LGWAN)", "職員", "職員代行", "窓口", "代行入力"],
        ),
    ];
    let wanted = key(word);
    NEAR.iter().find(|(_, words)| words.iter().any(|near| key(near) == wanted)).map(|(line, _)| *line)
}

/// A heading as it is compared.
fn key(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A status word as it is compared: without the kana that end a verb, as 取り下げ, 取下げ and 取下 are one.
fn stem(text: &str) -> String {
    let kanji: String = text.chars().filter(|c| !('ぁ'..='ゖ').contains(c)).collect();
    key(&kanji)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_in_any_width_and_kana() {
        assert_eq!(rank(Column::Number, "整理番号"), Some(0));
        assert_eq!(rank(Column::Number, " 受付 Ｎｏ．"), Some(8));
        assert_eq!(rank(Column::Number, "番号"), Some(WEAK_NUMBER));
        assert_eq!(rank(Column::Status, "ステータス"), Some(SURE_STATUS));
        assert_eq!(rank(Column::Kana, "ふりがな"), Some(0));
        assert_eq!(rank(Column::Kana, "氏名(ﾌﾘｶﾞﾅ)"), rank(Column::Kana, "氏名フリガナ"));
        assert_eq!(rank(Column::Mail, "Ｅ－ＭＡＩＬ"), rank(Column::Mail, "E-mail"));
        assert_eq!(rank(Column::Name, "氏名（フリガナ）"), None);
        assert_eq!(rank(Column::Number, "電話番号"), None);
        assert!(names_another_day("生年月日") && !names_another_day("申込日"));
    }

    #[test]
    fn status_words_near_ours_are_known() {
        for (word, status) in [
            ("差し戻し", Status::Returned),
            ("取り下げ", Status::Withdrawn),
            ("処理済み", Status::Completed),
            ("受理・返信未", Status::AcceptedUnreplied),
            ("", Status::Unprocessed),
            ("　", Status::Unprocessed),
        ] {
            assert_eq!(near_status(word), Some(status), "{word}");
        }
        assert_eq!((near_status("照会中"), near_status("あり"), near_status("―")), (None, None, None));
        assert_eq!(near_line("ｲﾝﾀｰﾈｯﾄ"), Some(Line::Internet));
    }
}
