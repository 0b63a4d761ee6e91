//! Revisions by the contract: what changed between two downloads, 補正到着 and 申請者の取下げ, in `show`, in queries and in
//! the report of an import.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use program::{Office, cp932, list, row};
use serde_json::{Value, json};

const NUMBER: &str = "000000000549";

/// A row of this number with a status of the source system.
fn with_status(row: &str, status: &str) -> String {
    row.replace("未処理", status)
}

fn set(office: &Office, status: &str, query: &str) {
    let answer = office.run(&["set-status", status, query, "--reason", "試験のため", "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
}

/// Imports rows first dry, then truly; both must say the same about corrections and withdrawals.
fn corrected_and_withdrawn(office: &Office, rows: &[String]) -> (Value, Value) {
    let file = office.put("next.csv", &cp932(&list(rows)));
    let told = |flags: &[&str]| {
        let answer = office.run(&[&["import", file.to_str().unwrap(), "--json"], flags].concat());
        assert_eq!(answer.code, Some(0), "{answer:?}");
        let file = answer.file();
        (file["corrected"].clone(), file["withdrawn"].clone())
    };
    let dry = told(&["--dry-run"]);
    let done = told(&[]);
    assert_eq!(dry, done);
    done
}

#[test]
fn a_correction_is_told_by_the_import_found_by_the_query_and_shown_field_by_field() {
    let office = Office::open();
    let other = row("000000000550", "山形 太郎");
    office.take_in(&[row(NUMBER, "髙橋 花子"), other.clone()]);
    set(&office, "returned", NUMBER);
    assert_eq!(office.count("has:correction"), 0);
    let corrected = row(NUMBER, "高橋 花子").replace("2020年11月2日", "2020年11月3日").replace("u1@", "");
    let changed = other.replace("2020年11月2日", "");
    let told = corrected_and_withdrawn(&office, &[corrected.clone(), changed.clone()]);
    assert_eq!(told, (json!([NUMBER]), json!([])), "only what we had sent back is a correction");
    assert_eq!((office.count("has:correction"), office.count("あり:改訂")), (1, 2));
    assert_eq!(office.count("あり:補正到着 状況:返却中"), 1);
    let shown = office.show(NUMBER);
    assert_eq!((&shown["earlier_revisions"], &shown["version"]), (&json!(1), &json!(3)));
    assert_eq!(shown["since_decision"], json!({ "revised": true, "corrected": true, "withdrawn": false }));
    let revisions = shown["revisions"].as_array().unwrap();
    assert_eq!((&revisions[0]["changes"], &revisions[0]["current"]), (&json!([]), &json!(false)));
    let changes = json!([
        { "field": "name", "before": "髙橋 花子", "after": "高橋 花子", "difference": "glyph" },
        { "field": "mail", "before": "u1@example.jp", "after": "example.jp", "difference": "other" },
        { "item": "希望日", "before": "2020年11月2日", "after": "2020年11月3日", "difference": "other" },
    ]);
    assert_eq!((&revisions[1]["changes"], &revisions[1]["current"]), (&changes, &json!(true)));
    let operations: Vec<&str> = revisions.iter().map(|one| one["operation"].as_str().unwrap()).collect();
    assert_eq!(operations, ["2", "4"]);
    assert_eq!(revisions[1]["import"]["sha256"].as_str().unwrap().len(), 64);
    let news: Vec<Value> = shown["history"].as_array().unwrap().iter().map(|line| line["revision"].clone()).collect();
    assert_eq!(news, [json!(2), Value::Null, json!(1)], "newest first: the revision, our decision, the birth");
    let removed = json!([{ "item": "希望日", "before": "2020年11月2日", "after": null, "difference": "removed" }]);
    assert_eq!(office.show("000000000550")["revisions"][1]["changes"], removed);
    // The same download again brings nothing, and after our next decision there is nothing newer.
    assert_eq!(corrected_and_withdrawn(&office, &[corrected, changed]), (json!([]), json!([])));
    set(&office, "provisional", NUMBER);
    assert_eq!((office.count("has:correction"), office.count("has:revision")), (0, 1));
    office.check("a correction");
}

#[test]
fn show_tells_the_changes_in_words_in_both_languages_and_makes_them_harmless() {
    let office = Office::open();
    office.take_in(&[row(NUMBER, "髙橋 花子")]);
    set(&office, "返却中", NUMBER);
    office.import("next.csv", list(&[row(NUMBER, "高橋\u{1b}[31m 花子")]).as_bytes());
    for (language, words) in
        [("ja", ["補正が届いています", "2回目の取込", "前: 髙橋"]), ("en", ["correction", "Import 2", "was: 髙橋"])]
    {
        let answer = office.run(&["--lang", language, "show", NUMBER]);
        for word in words {
            assert!(answer.stdout.contains(word), "{word}: {}", answer.stdout);
        }
        assert!(!answer.stdout.contains('\u{1b}'));
    }
    let log = office.run(&["log", "--json"]).json();
    assert_eq!((&log[0]["revised"], &log[1]["revised"], &log[2]["revised"]), (&json!(1), &Value::Null, &json!(0)));
}

#[test]
fn a_withdrawal_by_the_applicant_is_told_once_and_never_moves_ours() {
    let office = Office::open();
    let mine = row(NUMBER, "髙橋 花子");
    office.take_in(std::slice::from_ref(&mine));
    set(&office, "accept", NUMBER);
    let withdrawn = [with_status(&mine, "取下げ"), with_status(&row("000000000551", "最上 次郎"), "取下げ")];
    let told = corrected_and_withdrawn(&office, &withdrawn);
    assert_eq!(told, (json!([]), json!([NUMBER])), "one that is born withdrawn is withdrawn in both books");
    assert_eq!((office.count("has:withdrawal"), office.count("あり:申請者の取下げ 反映:要確認")), (1, 1));
    let shown = office.show(NUMBER);
    assert_eq!(shown["status"], "accepted_unreplied");
    assert_eq!(shown["history"][0]["source_status"], "withdrawn");
    assert_eq!(corrected_and_withdrawn(&office, &withdrawn), (json!([]), json!([])));
    assert_eq!(office.count("has:withdrawal"), 1, "it stays until we decide");
    set(&office, "withdrawn", NUMBER);
    assert_eq!(office.count("has:withdrawal"), 0);
}

#[test]
fn an_older_download_is_no_correction() {
    let office = Office::open();
    office.take_in(&[row(NUMBER, "一")]);
    office.import("second.csv", list(&[row(NUMBER, "二")]).as_bytes());
    set(&office, "returned", NUMBER);
    assert_eq!(corrected_and_withdrawn(&office, &[row(NUMBER, "一")]), (json!([]), json!([])));
    assert_eq!((office.count("has:correction"), office.count("has:revision")), (0, 0));
    assert_eq!(office.show(NUMBER)["name"], "二");
}

#[test]
fn items_that_go_and_come_with_another_version_of_the_form() {
    let office = Office::open();
    office.take_in(&[row(NUMBER, "髙橋 花子")]);
    let next = list(&[row(NUMBER, "髙橋 花子").replace(",1,01430,利用申込書,", ",2,01430,利用申込書（新）,")]);
    office.import("next.csv", next.replace(",希望日\r\n", ",利用日\r\n").as_bytes());
    let changes = json!([
        { "field": "form.version", "before": "1", "after": "2", "difference": "other" },
        { "field": "form.name", "before": "利用申込書", "after": "利用申込書（新）", "difference": "other" },
        { "item": "利用日", "before": null, "after": "2020年11月2日", "difference": "added" },
        { "item": "希望日", "before": "2020年11月2日", "after": null, "difference": "removed" },
    ]);
    assert_eq!(office.show(NUMBER)["revisions"][1]["changes"], changes);
}

#[test]
fn rows_that_contradict_each_other_are_neither_corrections_nor_withdrawals() {
    let office = Office::open();
    office.take_in(&[row(NUMBER, "一")]);
    set(&office, "returned", NUMBER);
    let file = list(&[with_status(&row(NUMBER, "二"), "取下げ"), row(NUMBER, "三")]);
    let path = office.put("twice.csv", file.as_bytes());
    for flags in [&["--dry-run"][..], &[]] {
        let answer = office.run(&[&["import", path.to_str().unwrap(), "--json"], flags].concat());
        assert_eq!(answer.code, Some(3), "{answer:?}");
        assert_eq!((&answer.file()["corrected"], &answer.file()["withdrawn"]), (&json!([]), &json!([])));
    }
}
