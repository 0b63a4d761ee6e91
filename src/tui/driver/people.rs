//! Made-up people and their applications, for the backend in memory.

use crate::domain::application::{Instant, Line};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::reflection::Reflection;
use crate::domain::revision::{self, Since};
use crate::domain::status::Status;
use crate::office::view::{HistoryEntry, Item, Record, Revision, Row};

const NAMES: [(&str, &str); 8] = [
    ("山形 花子", "ヤマガタ ハナコ"),
    ("髙橋 一郎", "タカハシ イチロウ"),
    ("(株)紅花商会", "ベニバナショウカイ"),
    ("𠮷田 葛\u{e0100}", "ヨシダ カツラ"),
    ("渡邉 \u{e000}子", "ワタナベ"),
    ("最上 次郎", "モガミ ジロウ"),
    ("庄内\u{1b}[31m 三郎\u{202e}", "ショウナイ サブロウ"),
    ("置賜 ｶﾞｸ", "オキタマ ガク"),
];

pub(super) const FORMS: [(&str, &str); 3] =
    [("01430", "Web会議ツール利用申込書"), ("00012", "道路占用許可申請書"), ("00777", "住民票の写し交付請求")];

/// Made-up applications; the newest has the smallest number.
pub fn people(count: usize) -> Vec<Record> {
    (0..count).map(person).collect()
}

pub(super) fn person(at: usize) -> Record {
    let (name, kana) = NAMES[at % NAMES.len()];
    let (form_code, form_name) = FORMS[at % FORMS.len()];
    let status = Status::ALL[(at * 7) % Status::ALL.len()];
    let reflection = match at % 5 {
        3 => Reflection::Pending,
        4 => Reflection::Check,
        _ => Reflection::Done,
    };
    let id = ApplicationId::new(0, at as u32 + 1);
    let submitted = Instant { seconds: 1_795_000_000 - at as i64 * 3_600, offset_minutes: 540 };
    let row = Row {
        id,
        source: "etumo".to_owned(),
        number: format!("{:012}", 100_000_000_000_u64 + at as u64 * 7_919),
        name: Some(name.to_owned()),
        stand_in: None,
        kana: Some(kana.to_owned()),
        form_code: form_code.to_owned(),
        form_version: "1".to_owned(),
        form_name: form_name.to_owned(),
        submitted: Some(submitted),
        status,
        source_status: Some(Status::Unprocessed),
        reflection,
        since: Since::default(),
        version: 1,
        deadline: None,
        cells: Vec::new(),
    };
    Record {
        row,
        kind: None,
        user_id: Some(format!("user{at:05}")),
        mail: Some(format!("person{at}@example.jp")),
        line: Some(Line::Internet),
        remarks: at.is_multiple_of(2).then(|| "折り返し連絡を希望。\r\n午前中がよい。".to_owned()),
        assignee: None,
        due: None,
        tags: Vec::new(),
        individual_number: None,
        finding: None,
        ruling: None,
        received: None,
        withdrawal: None,
        correction: None,
        notes: Vec::new(),
        calls: Vec::new(),
        items: vec![
            Item { name: "■ 利用日時".to_owned(), value: Some("2026-12-02 13:30".to_owned()), sealed: false },
            Item { name: "参加者の氏名".to_owned(), value: Some("渡邉 \u{e000}子".to_owned()), sealed: false },
            Item { name: "備考欄".to_owned(), value: Some(String::new()), sealed: false },
            Item { name: "旧様式の項目".to_owned(), value: None, sealed: false },
        ],
        history: vec![HistoryEntry {
            operation: OperationId::new(0, 1),
            at_ms: submitted.seconds * 1000,
            actor: None,
            command: "import".to_owned(),
            status: Some((None, status)),
            revision: Some(1),
            source_status: Some(Status::Unprocessed),
            fields: Vec::new(),
            reason: None,
            declared: None,
            blocks: Vec::new(),
        }],
        revisions: vec![content(1, submitted.seconds, Vec::new())],
        comparisons: Vec::new(),
        kept: None,
        news: None,
    }
}

pub(super) fn content(operation: u32, seconds: i64, changes: Vec<revision::Change>) -> Revision {
    Revision {
        operation: OperationId::new(0, operation),
        at_ms: seconds * 1000,
        actor: None,
        file: [operation as u8; 32],
        profile: "etumo-list".to_owned(),
        changes,
    }
}

/// Gives all applications names and forms as an office has them: kanji, and no two rows in a row alike.
pub(super) fn in_kanji(records: &mut [Record]) {
    const FAMILIES: [&str; 7] = ["山形", "寒河江", "最上", "尾花沢", "置賜", "鶴岡", "株式会社庄内紅花商会"];
    const GIVEN: [&str; 5] = [" 花子", " 一郎", " 美和子", "", " 健太郎"];
    const FORMS: [&str; 11] = [
        "児童手当認定請求書（現況届を含む）",
        "道路占用許可申請書",
        "住民票の写し等交付請求書（郵送）",
        "介護保険要介護認定更新申請",
        "犬の登録事項変更届",
        "公民館使用許可申請書（減免申請を含む）",
        "保育所等入所申込書",
        "罹災証明交付申請",
        "水道使用開始届",
        "国民健康保険資格喪失届",
        "税証明交付請求書",
    ];
    for (at, record) in records.iter_mut().enumerate() {
        let at = at * 31 + at / 7;
        record.row.name = Some(format!("{}{}", FAMILIES[at % FAMILIES.len()], GIVEN[at % GIVEN.len()]));
        record.row.form_name = FORMS[at % FORMS.len()].to_owned();
        let remarks = format!("{}について、{}に折り返し連絡を希望します。", FORMS[at % 7], GIVEN[at % 3].trim());
        record.remarks = Some(remarks);
    }
}
