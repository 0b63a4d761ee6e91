//! Tests of proposals: what is found, what is doubted, what is asked, and that a list is read by what was learned of it.

use proptest::prelude::*;

use super::*;
use crate::assets::Assets;
use crate::domain::calendar::parse_instant;
use crate::domain::status::Status;
use crate::exchange::encoding::Choice;
use crate::exchange::profile::{Column, Profile};
use crate::exchange::rows::{Row, RowReader};
use crate::messages::{Language, Messages};

fn messages(language: Language) -> Messages {
    Messages::load(language, &Assets::built_in())
}

fn proposal(text: &str) -> Proposal {
    let sample = Sample::read(text.as_bytes(), Choice::Utf8).unwrap();
    let wishes = Wishes { name: "mado".into(), likely_source: "mado".into(), ..Wishes::default() };
    Proposal::new(&sample, wishes, None)
}

fn accepted(text: &str) -> Proposal {
    let mut proposal = proposal(text);
    proposal.accept();
    proposal
}

fn fields(proposal: &Proposal) -> Vec<Option<Column>> {
    proposal.columns().iter().map(|column| column.field).collect()
}

fn doubts(proposal: &Proposal, column: usize) -> Vec<&'static str> {
    proposal.columns()[column].doubts.iter().map(Doubt::id).collect()
}

/// The codes of the reasons for which rows of the list are set aside under the learned profile.
fn set_aside(text: &str, profile: &Profile) -> Vec<&'static str> {
    let profiles = [profile.clone()];
    let instant = |text: &str| parse_instant(text).ok().map(|dated| dated.value);
    let rows = RowReader::open(text.as_bytes(), Choice::Utf8, &profiles, None, &instant).unwrap();
    let aside = |row: Result<Row, _>| match row.unwrap() {
        Row::SetAside(aside) => Some(aside.reason.id()),
        Row::Application(_) => None,
    };
    rows.filter_map(aside).collect()
}

fn read_back(proposal: &Proposal, language: Language) -> Profile {
    let text = proposal.to_toml(&messages(language), &[]).unwrap();
    Profile::from_toml("mado", &text).unwrap_or_else(|error| unreachable!("{error}\n{text}"))
}

const LIST: &str = "受付No,お名前,ふりがな,申請日,ステータス,E-mail,生年月日,ご用件\n\
    R2-0001,山形 花子,やまがた,2020-10-29,完了,a@example.jp,1975-01-01,相談\n\
    R2-0002,白鷹 太郎,しらたか,R2.10.30,差し戻し,,1989-02-03,届出\n";

#[test]
fn headings_and_values_tell_the_fields() {
    let proposal = accepted(LIST);
    use Column::{Kana, Mail, Name, Number, Status, Submitted};
    let expected = [Some(Number), Some(Name), Some(Kana), Some(Submitted), Some(Status), Some(Mail), None, None];
    assert_eq!(fields(&proposal), expected);
    assert_eq!(proposal.questions(), []);
    for language in [Language::Japanese, Language::English] {
        let profile = read_back(&proposal, language);
        assert_eq!(profile.require(), [Number, Name, Submitted, Status]);
        assert_eq!(profile.status("差し戻し"), Some(crate::domain::status::Status::Returned));
        assert_eq!(set_aside(LIST, &profile), [""; 0]);
    }
}

#[test]
fn nothing_of_the_cells_stands_in_the_text() {
    let text = accepted(LIST).to_toml(&messages(Language::Japanese), &[]).unwrap();
    for value in ["山形", "しらたか", "R2-0001", "example.jp", "1975", "相談"] {
        assert!(!text.contains(value), "{value}\n{text}");
    }
}

#[test]
fn two_numbers_are_asked_about_and_the_answer_holds() {
    let mut proposal = proposal("整理番号,受付番号,件名\n001,A1,x\n002,A2,y\n");
    let asked = Question::Column { field: Column::Number, candidates: vec![0, 1], proposed: Some(0), must: true };
    assert_eq!((proposal.question(), proposal.required()), (Some(&asked), Some(&asked)));
    assert_eq!(doubts(&proposal, 0), ["others"]);
    assert_eq!(proposal.answer(Answer::Column(None)), Err(BadAnswer::NotOffered));
    assert_eq!(proposal.answer(Answer::Column(Some(2))), Err(BadAnswer::NotOffered));
    assert_eq!(proposal.answer(Answer::Source("x".into())), Err(BadAnswer::NotOffered));
    proposal.answer(Answer::Column(Some(1))).unwrap();
    assert_eq!(fields(&proposal), [None, Some(Column::Number), None]);
    assert_eq!(proposal.answer(Answer::Source("窓口".into())), Err(BadAnswer::BadSource));
    assert_eq!(proposal.answer(Answer::Source("sekisho".into())), Err(BadAnswer::BadSource));
    proposal.answer(Answer::Source("city".into())).unwrap();
    assert_eq!((proposal.question(), read_back(&proposal, Language::English).source()), (None, "city"));
}

#[test]
fn a_count_of_rows_beside_a_number_is_no_rival() {
    let proposal = proposal("No.,受付番号\n1,A7\n2,A8\n");
    assert_eq!(fields(&proposal), [None, Some(Column::Number)]);
    assert_eq!(proposal.required(), None);
}

#[test]
fn values_alone_are_a_guess_that_a_person_must_confirm() {
    let proposal = proposal("甲,乙,丙\nK-01,2020-10-29 10:00,x@example.jp\nK-02,2020-10-30 9:00,y@example.jp\n");
    assert_eq!(fields(&proposal), [Some(Column::Number), Some(Column::Submitted), Some(Column::Mail)]);
    assert!((0..3).all(|column| doubts(&proposal, column) == ["by_values"]));
    assert!(matches!(proposal.required(), Some(Question::Column { field: Column::Number, .. })));
    let nothing = accepted("件名,内容\nあ,い\nあ,う\n");
    assert!(matches!(nothing.required(), Some(Question::Column { proposed: None, .. })));
    assert_eq!(nothing.to_toml(&messages(Language::Japanese), &[]), None);
}

#[test]
fn numbers_that_a_spreadsheet_spoilt_are_doubted() {
    let powers = proposal("整理番号,件名\n8.65E+11,x\n8.65E+11,y\n");
    assert_eq!(doubts(&powers, 0), ["repeats", "powers"]);
    assert!(powers.required().is_some());
    let zeros = proposal("整理番号,件名\n549366635,x\n5493666,y\n");
    assert_eq!((doubts(&zeros, 0), zeros.required()), (vec!["lost_zeros"], None));
    let whole = proposal("整理番号,件名\n000549366635,x\n000005493666,y\n");
    assert_eq!(doubts(&whole, 0), [""; 0]);
}

#[test]
fn dates_that_nobody_can_read_stay_items() {
    let either = accepted("受付番号,申込日\n1,01/02/2020\n2,03/04/2020\n");
    assert_eq!((fields(&either)[1], doubts(&either, 1)), (None, vec!["day_or_month"]));
    assert_eq!(either.doubts(), [Doubt::NoDate]);
    let some = accepted("受付番号,申込日\n1,2020-10-01\n2,2020-10-02\n3,\n");
    assert_eq!((fields(&some)[1], doubts(&some, 1)), (Some(Column::Submitted), vec!["unreadable_dates"]));
    let birth = accepted("受付番号,生年月日\n1,2020-10-01\n");
    assert_eq!((fields(&birth)[1], birth.doubts()), (None, vec![Doubt::NoDate]));
}

#[test]
fn words_of_status_are_taken_asked_or_left_aside() {
    let text = "受付番号,状況\n1,受付済み\n2,照会中\n3,\n4,受理(返信未)\n";
    let mut proposal = proposal(text);
    let words: Vec<_> = proposal.words().iter().map(|known| (known.word.as_str(), known.status)).collect();
    assert_eq!(words, [("受付済み", Some(Status::Provisional)), ("照会中", None), ("", Some(Status::Unprocessed))]);
    assert_eq!(doubts(&proposal, 1), ["near_statuses", "unknown_statuses"]);
    for status in [Status::Provisional, Status::Returned, Status::Unprocessed] {
        proposal.answer(Answer::Status(Some(status))).unwrap();
    }
    assert_eq!(doubts(&proposal, 1), [""; 0]);
    assert_eq!(set_aside(text, &read_back(&proposal, Language::Japanese)), [""; 0]);
    assert_eq!(set_aside(text, &read_back(&accepted(text), Language::English)), ["unknown_status"]);
    // What a citizen wrote under such a heading is no status, and isn't asked about.
    let stories = accepted("受付番号,状況\n1,失業中です\n2,子が二人います\n");
    assert_eq!((fields(&stories)[1], doubts(&stories, 1)), (None, vec!["other_values"]));
    assert_eq!(stories.words(), []);
}

#[test]
fn sensitive_and_repeated_columns_are_named_and_never_a_field() {
    let proposal = accepted("受付番号,受付番号,整理番号,個人番号\n1,2,A1,123456789012\n3,4,A2,123456789012\n");
    assert_eq!(fields(&proposal), [None, None, Some(Column::Number), None]);
    assert_eq!((doubts(&proposal, 0), doubts(&proposal, 3)), (vec!["heading_twice"], vec!["sensitive"]));
    assert!(proposal.columns()[3].samples.is_empty());
}

#[test]
fn a_header_alone_is_enough_and_said_to_be() {
    let proposal = accepted("整理番号,氏名,申込日時,処理状況\n");
    assert!(fields(&proposal).iter().all(Option::is_some));
    assert_eq!(proposal.doubts(), [Doubt::NoRows]);
    read_back(&proposal, Language::Japanese);
}

/// Headings of the field and of strangers.
fn heading() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "整理番号",
        "受付番号",
        "No",
        "氏名",
        "申請者",
        "ふりがな",
        "申込日時",
        "受付日",
        "処理状況",
        "状況",
        "備考",
        "様式名",
        "申込回線",
        "メール",
        "口座番号",
        "希望日",
        "",
        " ",
        "\"",
        "a\nb",
        "#",
        "取得元",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "[ -~ぁ-ん\u{85}\u{202E}\u{E000}]{0,6}"]
}

fn cell() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "1",
        "0002",
        "A-3",
        "2020-10-29",
        "R2.10.30 9:00",
        "01/02/2020",
        "未処理",
        "受付済",
        "照会中",
        "",
        "x@example.jp",
        "8.65E+11",
        "LGWAN",
        "#",
        "\"",
        "a\nb",
    ]);
    prop_oneof![6 => known.prop_map(str::to_owned), 1 => "[ -~ぁ-ん\u{85}\u{202E}]{0,6}"]
}

fn csv(rows: &[Vec<String>]) -> String {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n").collect()
}

proptest! {
    #[test]
    fn what_was_learned_of_a_list_reads_it(
        table in (1_usize..7).prop_flat_map(|width| (
            prop::collection::vec(heading(), width),
            prop::collection::vec(prop::collection::vec(cell(), width), 0..6),
        )),
        answers in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let (header, rows) = table;
        let text = csv(&[vec![header], rows].concat());
        let mut proposal = proposal(&text);
        for index in answers {
            let Some(question) = proposal.question() else { break };
            let answer = match question {
                Question::Column { candidates, .. } if candidates.is_empty() => break,
                Question::Column { candidates, .. } => Answer::Column(Some(candidates[index.index(candidates.len())])),
                Question::Status { .. } => Answer::Status(Some(Status::ALL[index.index(10)])),
                Question::Source { .. } => Answer::Source("a".into()),
            };
            prop_assert_eq!(proposal.answer(answer), Ok(()));
        }
        proposal.accept();
        let Some(toml) = proposal.to_toml(&messages(Language::Japanese), &[]) else {
            prop_assert!(proposal.required().is_some());
            return Ok(());
        };
        let profile = Profile::from_toml("mado", &toml);
        prop_assert!(profile.is_ok(), "{:?}\n{}", profile, toml);
        // A row is set aside only for what was doubted.
        let doubts: Vec<&str> =
            proposal.columns().iter().flat_map(|column| column.doubts.iter().map(Doubt::id).collect::<Vec<_>>()).collect();
        for reason in set_aside(&text, &profile.unwrap()) {
            let doubt = match reason {
                "bad_date" => "unreadable_dates",
                "unknown_status" => "unknown_statuses",
                "missing_number" => "empty",
                other => other,
            };
            prop_assert!(doubts.contains(&doubt), "{} of {}\n{}", reason, text, toml);
        }
    }
}
