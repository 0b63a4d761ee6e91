//! The query language from the outside: a made-up application is asked.

use proptest::prelude::*;

use super::super::application::{Instant, Line};
use super::super::calendar::parse_instant;
use super::super::fault::Fault;
use super::super::reflection::Reflection;
use super::super::status::Status;
use super::*;

const CONTEXT: Context = Context { today: jiff::civil::date(2026, 11, 20) };

/// 髙﨑 一郎, who doesn't exist.
struct Made {
    remarks: Option<&'static str>,
}

impl Subject for Made {
    fn source(&self) -> &str {
        "etumo"
    }
    fn number(&self) -> &str {
        "054936663560"
    }
    fn name(&self) -> Option<&str> {
        Some("髙﨑　一郎")
    }
    fn kana(&self) -> Option<&str> {
        Some("ﾀｶｻﾞｷ ｲﾁﾛｳ")
    }
    fn mail(&self) -> Option<&str> {
        Some("ichiro@example.jp")
    }
    fn remarks(&self) -> Option<&str> {
        self.remarks
    }
    fn form_code(&self) -> &str {
        "01430"
    }
    fn form_version(&self) -> &str {
        "1"
    }
    fn form_name(&self) -> &str {
        "Ｗｅｂ会議ツール利用申込書"
    }
    fn submitted(&self) -> Option<Instant> {
        parse_instant("2020-10-29 09:24").ok().map(|dated| dated.value)
    }
    fn updated(&self) -> Option<Instant> {
        None
    }
    fn status(&self) -> Status {
        Status::AcceptedUnreplied
    }
    fn source_status(&self) -> Option<Status> {
        Some(Status::Unprocessed)
    }
    fn reflection(&self) -> Reflection {
        Reflection::Pending
    }
    fn line(&self) -> Option<Line> {
        Some(Line::Internet)
    }
    fn items(&self, visit: &mut dyn FnMut(&str, &str)) {
        visit("利用 日時", "2020-11-02 13:30");
        visit("住所", "一丁目");
        visit("住所#2", "山形市旅篭町２－３");
    }
    fn has(&self, feature: Feature) -> bool {
        feature == Feature::Gaiji
    }
}

fn matches(query: &str) -> bool {
    let query = Query::parse(query, &CONTEXT).unwrap_or_else(|error| panic!("{query}: {error:?}"));
    query.matches(&Made { remarks: Some("至急") }, &mut Scratch::default())
}

#[test]
fn what_matches() {
    for query in [
        "",
        "高崎",
        "高崎一郎",
        "\"高崎 一郎\"",
        "たかざき 会議",
        "3666",
        "３６６６",
        "number:0549",
        "整理番号：0549",
        "氏名:高崎",
        "法人名：一郎　カナ至|至急",
        "kana:いちろう",
        "mail:EXAMPLE",
        "備考:至急",
        "form:01430",
        "様式:WEB会議",
        "様式ID：０１４３０",
        "様式Ver:1",
        "status:受理",
        "status:accepted",
        "状況:受理(返信未)",
        "状態：受理（返信未）",
        "status:未処理|accepted_unreplied",
        "status:未処理|form:01430",
        "源頼朝|高崎",
        "source-status:未処理",
        "line:internet",
        "申込回線:インターネット",
        "submitted:2020-10-29",
        "申込日時:令和2年10月1日..令和2年10月31日",
        "submitted:R2.10.1..",
        "submitted:2020-10-29T09",
        "submitted:\"2020-10-29 9時\"",
        "source:etumo",
        "reflect:反映待ち",
        "has:外字",
        "項目.住所:旅篭町2-3",
        "item.住所:一丁目",
        "item.\"利用 日時\":13",
        "item.利用日時:13",
        "13:30",
        "-源頼朝",
        "－status:完了",
        "−\"源 頼朝\"",
        "-status:完了|不受理",
        "“高崎 一郎”",
        "＂一郎＂",
        "源頼朝｜高崎",
    ] {
        assert!(matches(query), "{query}");
    }
}

#[test]
fn what_does_not_match() {
    for query in [
        "源頼朝",
        "高崎 源頼朝",
        "-高崎",
        "-status:受理",
        "-源頼朝|高崎",
        "example",
        "etumo",
        "name:たかざき",
        "form:0143",
        "form-version:2",
        "status:完了|未処理",
        "line:職員",
        "submitted:2020-10-29T10..",
        "submitted:..2020-10-28",
        "updated:今日",
        "due:今日",
        "assignee:山形",
        "tag:急",
        "custody:ここ",
        "reply:必要",
        "survey:確認済",
        "has:note",
        "has:attachment",
        "has:duplicate",
        "has:correction",
        "has:reminder",
        "has:revision",
        "has:withdrawal",
        "reflect:done",
        "item.住:一丁目",
        "一郎ﾀｶ",
        "一丁目山形市",
        "至急01430",
    ] {
        assert!(!matches(query), "{query}");
    }
}

#[test]
fn wrong_queries_point_at_the_place() {
    for (text, code, column, wrong, expected) in [
        ("高崎 \"一郎", "query.unclosed", 4, "\"一郎", "\""),
        ("staus:完了", "query.unknown_field", 1, "staus", "status:"),
        ("髙﨑 staus：完了", "query.unknown_field", 4, "staus", "status:"),
        ("zzzzzz:完了", "query.unknown_field", 1, "zzzzzz", "number:"),
        ("項目:x", "query.unknown_field", 1, "項目", "項目.NAME:"),
        ("status:終わり", "query.bad_status", 8, "終わり", "未処理"),
        ("status:完了|終わり", "query.bad_status", 11, "終わり", "未処理"),
        ("submitted:2020-13-01", "query.bad_date", 16, "13-01", "2020-10-29"),
        ("submitted:\"2020-13-01\"", "query.bad_date", 17, "13-01\"", "2020-10-29"),
        ("submitted:2020-10-29..2020-10-01", "query.bad_date", 23, "2020-10-01", "2020-10-29"),
        ("name:", "query.empty_value", 6, "", "name:VALUE"),
        ("name: 高崎", "query.empty_value", 6, "", "name:VALUE"),
        ("\"\"", "query.empty_value", 1, "\"\"", "name:"),
        ("\u{200B}", "query.empty_value", 1, "\u{200B}", "name:"),
        ("a|", "query.empty_value", 3, "", "name:"),
        ("|a", "query.empty_value", 1, "", "name:"),
        ("- a", "query.empty_value", 2, "", "name:"),
        ("item.:x", "query.empty_value", 1, "item.", "item.NAME:VALUE"),
        ("item.\"\u{200B}\":x", "query.empty_value", 1, "item.\"\u{200B}\"", "item.NAME:VALUE"),
        ("line:fax", "query.bad_value", 6, "fax", "internet インターネット"),
        ("has:金", "query.bad_value", 5, "金", "attachment 添付"),
        ("a|-b", "query.stray_minus", 3, "-", "\"-\""),
        ("--b", "query.stray_minus", 2, "-", "\"-\""),
    ] {
        let error = Query::parse(text, &CONTEXT).expect_err(text);
        assert_eq!((error.code(), error.column), (code, column), "{text}");
        assert_eq!(&text[error.span.clone()], wrong, "{text}");
        assert_eq!(error.expected[0], expected, "{text}");
        assert_eq!(error.place().unwrap().column, Some(column));
    }
}

#[test]
fn words_with_colons_that_are_no_fields() {
    for text in ["12:30", "https://example.jp/a", "9：00", "a1:b"] {
        let query = Query::parse(text, &CONTEXT).unwrap();
        assert!(matches!(query.terms()[0].alternatives[..], [Condition::Text(_)]), "{text}");
    }
}

#[test]
fn while_typing_an_open_quote_is_closed() {
    let typed = Query::parse_typing("status:受理 \"高崎 一", &CONTEXT).unwrap();
    assert_eq!(typed, Query::parse("status:受理 \"高崎 一\"", &CONTEXT).unwrap());
    assert!(Query::parse_typing("staus:受理 \"高崎", &CONTEXT).is_err());
}

#[test]
fn the_canonical_form() {
    for (text, canonical) in [
        ("　髙﨑　 -一郎 ", "髙﨑 -一郎"),
        ("“高崎 一郎”", "\"高崎 一郎\""),
        ("“高崎”", "高崎"),
        ("\"12:30\" \"-a\" \"a\"\"b\"", "\"12:30\" \"-a\" \"a\"\"b\""),
        ("状況：受理（返信未）｜完了", "status:accepted_unreplied|status:completed"),
        ("申込日時:R2.10.1..令和2年10月31日", "submitted:2020-10-01..2020-10-31"),
        ("submitted:今月", "submitted:2026-11-01..2026-11-30"),
        ("項目.\"利用 日時\":13", "item.\"利用 日時\":13"),
        ("あり:外字", "has:gaiji"),
        ("あり：補正到着｜改訂", "has:correction|has:revision"),
        ("あり：補正の催促｜補正", "has:reminder|has:correction"),
        ("-あり:取下げ申出", "-has:withdrawal"),
    ] {
        assert_eq!(Query::parse(text, &CONTEXT).unwrap().to_string(), canonical, "{text}");
    }
}

#[test]
fn needs_name_only_what_is_touched() {
    let needs = |text: &str| Query::parse(text, &CONTEXT).unwrap().needs();
    let none = Needs::default();
    assert_eq!(needs(""), none);
    assert_eq!(needs("-status:完了|reflect:check"), Needs { state: true, ..none });
    assert_eq!(needs("form:1 submitted:今日"), Needs { form: true, ..none });
    assert_eq!(needs("name:a mail:b"), Needs { core: true, ..none });
    assert_eq!(needs("item.a:b"), Needs { items: true, ..none });
    assert_eq!(needs("a"), Needs { form: true, core: true, items: true, ..none });
    assert_eq!(needs("has:gaiji|note"), Needs { gaiji: true, state: true, ..none });
    assert_eq!(needs("has:correction"), Needs { state: true, revised: true, ..none });
    assert_eq!(needs("has:reminder"), Needs { state: true, revised: true, ..none });
    assert_eq!(needs("has:withdrawal"), Needs { state: true, ..none });
}

#[test]
fn scratch_forgets_the_one_before() {
    let query = Query::parse("至急", &CONTEXT).unwrap();
    let mut scratch = Scratch::default();
    assert!(query.matches(&Made { remarks: Some("至急") }, &mut scratch));
    assert!(!query.matches(&Made { remarks: None }, &mut scratch));
}

#[test]
fn fields_can_be_listed_for_help() {
    let listed = serde_json::to_value(FIELDS).unwrap();
    assert_eq!(listed[0]["id"], "number");
    assert_eq!(listed[0]["kind"], "contains");
}

fn query_text() -> impl Strategy<Value = String> {
    let pieces = [
        "status:",
        "状況：",
        "submitted:",
        "item.",
        "項目.",
        "name:",
        "form:",
        "has:",
        "line:",
        "zz:",
        "\"",
        "“",
        "”",
        "＂",
        "|",
        "｜",
        "-",
        "－",
        " ",
        "　",
        "..",
        "2020-10-29",
        "R2.10",
        "T09:24",
        "今日",
        "未処理",
        "受理",
        "完了",
        "gaiji",
        "internet",
        "髙﨑",
        "a",
        "12:30",
        ":",
        "：",
        "ー",
        "\u{200B}",
        "\0",
        "\n",
        "#2",
        ".",
    ];
    let piece = prop_oneof![6 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => ".{0,3}"];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]
    #[test]
    fn the_canonical_form_reads_back_equal(text in query_text()) {
        match Query::parse_typing(&text, &CONTEXT) {
            Ok(query) => {
                let canonical = query.to_string();
                let again = Query::parse(&canonical, &CONTEXT);
                prop_assert_eq!(again.as_ref(), Ok(&query), "{}", canonical);
                prop_assert_eq!(again.map(|again| again.to_string()), Ok(canonical));
                let _ = query.matches(&Made { remarks: None }, &mut Scratch::default());
            }
            Err(error) => {
                prop_assert!(error.column >= 1 && error.column <= text.chars().count() as u64 + 1);
                prop_assert!(text.get(error.span.clone()).is_some());
                prop_assert_eq!(text[..error.span.start].chars().count() as u64 + 1, error.column);
                prop_assert!(!error.expected.is_empty());
            }
        }
    }

    #[test]
    fn a_term_and_its_negation_never_agree(text in query_text()) {
        let Ok(query) = Query::parse(&text, &CONTEXT) else { return Ok(()) };
        for term in query.terms() {
            let turned = Term { negated: !term.negated, ..term.clone() };
            let ask = |term: &Term| {
                let query = Query::parse(&term.to_string(), &CONTEXT).unwrap();
                query.matches(&Made { remarks: None }, &mut Scratch::default())
            };
            prop_assert_ne!(ask(term), ask(&turned), "{}", term);
        }
    }
}
