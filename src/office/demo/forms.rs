//! The procedures of the demo: those that the seeds of the project name, with made-up 様式ID and items.

/// How a column of a form is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer<'f> {
    /// フリガナ of the applicant; half-width now and then.
    Kana,
    /// 7 digits, with or without a hyphen.
    PostalCode,
    /// An address in a town that doesn't exist.
    Address,
    /// A telephone number of the kind that nobody has.
    Telephone,
    /// A birth date in 和暦.
    BirthDate,
    /// A day to come, in one of the ways that people write days.
    Day,
    /// A whole number up to this, sometimes in full-width digits.
    Number(u64),
    /// One of these words.
    OneOf(&'f [&'f str]),
    /// Free text: lines, quotes, commas, what people write. Often empty.
    Text,
    /// The name of a business that doesn't exist.
    Business,
}

/// Who applies with a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Applicant {
    /// 氏名.
    Person,
    /// 法人名.
    Business,
}

/// How the download of a form is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// windows-31j, as the service gives it.
    Cp932,
    /// UTF-8 with a byte order mark: for names that CP932 can't write.
    Utf8,
}

/// A form as the demo has it.
#[derive(Debug)]
pub(super) struct Form<'f> {
    /// 様式ID.
    pub code: &'f str,
    /// 様式Ver.
    pub version: &'f str,
    /// 様式名.
    pub name: &'f str,
    /// How often it is used, against the others.
    pub weight: u64,
    /// Who uses it.
    pub applicant: Applicant,
    /// How its download is written.
    pub encoding: Encoding,
    /// Whether the second download has it.
    pub again: bool,
    /// Its item columns.
    pub items: &'f [(&'f str, Answer<'f>)],
}

use Answer::{Address, BirthDate, Business, Day, Kana, Number, OneOf, PostalCode, Telephone, Text};

const YES_NO: Answer<'static> = OneOf(&["はい", "いいえ"]);

/// A form that a person uses and whose download is CP932: most of them.
const fn form(
    code: &'static str,
    name: &'static str,
    weight: u64,
    items: &'static [(&'static str, Answer<'static>)],
) -> Form<'static> {
    let (applicant, encoding) = (Applicant::Person, Encoding::Cp932);
    Form { code, version: "1", name, weight, applicant, encoding, again: false, items }
}

/// All forms. One has two versions with different columns.
pub(super) const FORMS: &[Form<'static>] = &[
    Form {
        again: true,
        ..form(
            "01430",
            "Web会議ツール利用申込書",
            14,
            &[
                ("氏名フリガナ", Kana),
                ("所属", OneOf(&["市民課", "税務課", "福祉課", "教育総務課", "消防本部"])),
                ("利用日", Day),
                ("参加人数", Number(40)),
                ("利用目的", Text),
            ],
        )
    },
    Form {
        again: true,
        ..form(
            "00230",
            "保育所入所事前送信",
            10,
            &[
                ("保護者フリガナ", Kana),
                ("郵便番号", PostalCode),
                ("住所", Address),
                ("電話番号", Telephone),
                ("児童の生年月日", BirthDate),
                ("希望保育所", OneOf(&["紅花保育園", "さくらんぼ保育園", "花笠こども園", "松波保育所"])),
                ("入所希望日", Day),
                ("就労の状況", OneOf(&["就労中", "求職中", "育児休業中", "その他"])),
                ("伝えておきたいこと", Text),
            ],
        )
    },
    form(
        "00210",
        "児童手当認定請求書",
        9,
        &[
            ("請求者フリガナ", Kana),
            ("生年月日", BirthDate),
            ("郵便番号", PostalCode),
            ("住所", Address),
            ("児童の人数", Number(4)),
            ("年金の種類", OneOf(&["国民年金", "厚生年金", "加入なし"])),
        ],
    ),
    form(
        "00211",
        "児童手当現況届",
        9,
        &[("届出者フリガナ", Kana), ("住所", Address), ("前年と同じ", YES_NO), ("変わったこと", Text)],
    ),
    form(
        "00110",
        "転出届・転入予約",
        8,
        &[
            ("フリガナ", Kana),
            ("生年月日", BirthDate),
            ("新しい住所", Address),
            ("異動日", Day),
            ("一緒に異動する人数", Number(5)),
            ("来庁希望日", Day),
        ],
    ),
    Form {
        applicant: Applicant::Business,
        ..form(
            "00820",
            "危険物取扱者選任届",
            4,
            &[
                ("法人名フリガナ", Kana),
                ("事業所名", Business),
                ("事業所所在地", Address),
                ("選任年月日", Day),
                ("免状の種類", OneOf(&["甲種", "乙種第4類", "丙種"])),
            ],
        )
    },
    Form {
        applicant: Applicant::Business,
        ..form(
            "00830",
            "消防訓練通知書",
            4,
            &[
                ("法人名フリガナ", Kana),
                ("訓練実施日", Day),
                ("訓練の種別", OneOf(&["消火", "通報", "避難", "総合"])),
                ("参加予定人数", Number(300)),
                ("連絡事項", Text),
            ],
        )
    },
    Form {
        again: true,
        ..form(
            "01105",
            "職員採用試験申込書",
            6,
            &[
                ("氏名フリガナ", Kana),
                ("生年月日", BirthDate),
                ("郵便番号", PostalCode),
                ("住所", Address),
                ("電話番号", Telephone),
                ("試験区分", OneOf(&["行政", "土木", "保健師", "消防", "学芸員"])),
                ("志望の動機", Text),
            ],
        )
    },
    form(
        "01210",
        "成人式出欠登録",
        5,
        &[
            ("氏名（かな）", Kana),
            ("出欠", OneOf(&["出席", "欠席", "未定"])),
            ("出身中学校", OneOf(&["第一中", "第二中", "市外"])),
        ],
    ),
    form(
        "01350",
        "粗大ごみ収集申込",
        9,
        &[
            ("フリガナ", Kana),
            ("住所", Address),
            ("電話番号", Telephone),
            ("品目", OneOf(&["たんす", "ソファー", "自転車", "布団", "学習机", "物干し竿"])),
            ("個数", Number(6)),
            ("収集希望日", Day),
            ("置き場所", Text),
        ],
    ),
    form(
        "00415",
        "犬の登録申請書",
        3,
        &[
            ("飼い主フリガナ", Kana),
            ("住所", Address),
            ("犬の種類", OneOf(&["柴犬", "雑種", "トイプードル", "秋田犬"])),
            ("犬の生年月日", BirthDate),
            ("鑑札の受取", OneOf(&["窓口", "郵送"])),
        ],
    ),
    form(
        "00416",
        "犬の死亡届",
        1,
        &[("飼い主フリガナ", Kana), ("住所", Address), ("死亡年月日", Day), ("鑑札番号", Number(9_999))],
    ),
    form(
        "00520",
        "水道開栓届",
        5,
        &[
            ("使用者フリガナ", Kana),
            ("使用場所", Address),
            ("電話番号", Telephone),
            ("開栓日", Day),
            ("立会い", YES_NO),
        ],
    ),
    form(
        "00521",
        "水道閉栓届",
        4,
        &[
            ("使用者フリガナ", Kana),
            ("使用場所", Address),
            ("閉栓日", Day),
            ("転居先", Address),
            ("精算方法", OneOf(&["口座振替", "納付書"])),
        ],
    ),
    form(
        "02001",
        "施設利用アンケート",
        5,
        &[
            ("満足度", OneOf(&["とても満足", "満足", "ふつう", "不満"])),
            ("利用した施設", OneOf(&["市民会館", "図書館", "体育館", "公民館"])),
            ("ご意見", Text),
        ],
    ),
    form(
        "01440",
        "研修申込書",
        3,
        &[("氏名フリガナ", Kana), ("研修名", OneOf(&["接遇", "文書事務", "情報セキュリティ"])), ("受講日", Day)],
    ),
    Form {
        version: "2",
        ..form(
            "01440",
            "研修申込書",
            3,
            &[
                ("氏名フリガナ", Kana),
                ("研修名", OneOf(&["接遇", "文書事務", "情報セキュリティ"])),
                ("受講日", Day),
                ("受講方法", OneOf(&["会場", "オンライン"])),
                ("配慮が必要なこと", Text),
            ],
        )
    },
    form(
        "01450",
        "備品貸出申込書",
        3,
        &[
            ("団体名", Business),
            ("フリガナ", Kana),
            ("備品", OneOf(&["テント", "長机", "マイク", "プロジェクター"])),
            ("数量", Number(20)),
            ("返却日", Day),
        ],
    ),
    Form {
        encoding: Encoding::Utf8,
        again: true,
        ..form(
            "03010",
            "学生応援特産品給付申込書",
            6,
            &[
                ("氏名フリガナ", Kana),
                ("生年月日", BirthDate),
                ("学校名", OneOf(&["花笠大学", "紅花短期大学", "最上川専門学校"])),
                ("送付先郵便番号", PostalCode),
                ("送付先住所", Address),
                ("希望の品", OneOf(&["さくらんぼ", "米 5kg", "玉こんにゃく", "そば"])),
                ("応援へのひとこと", Text),
            ],
        )
    },
    form(
        "00610",
        "介護保険要介護認定申請書",
        5,
        &[
            ("被保険者フリガナ", Kana),
            ("生年月日", BirthDate),
            ("住所", Address),
            ("申請区分", OneOf(&["新規", "更新", "区分変更"])),
            ("代理の事業所", Business),
            ("事業所の電話番号", Telephone),
        ],
    ),
    form(
        "00710",
        "療養証明書発行申請書",
        4,
        &[
            ("フリガナ", Kana),
            ("生年月日", BirthDate),
            ("療養の始まり", Day),
            ("証明書の部数", Number(3)),
            ("送付先", Address),
        ],
    ),
    form(
        "00720",
        "接種券再発行申請書",
        4,
        &[
            ("フリガナ", Kana),
            ("生年月日", BirthDate),
            ("接種回数", Number(5)),
            ("再発行の理由", OneOf(&["紛失", "破損", "転入", "その他"])),
        ],
    ),
];
