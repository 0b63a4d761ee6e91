//! `view`, and `--view` of the commands that take one: the contract's promise, from the outside.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't set up has failed")]

mod program;

use program::{Answer, Office, row};
use serde_json::json;

fn office() -> Office {
    let office = Office::open();
    office.take_in(&[row("100", "山形 花子"), row("200", "最上 次郎"), row("300", "紅花 三郎")]);
    office
}

impl Office {
    fn good(&self, words: &[&str]) -> Answer {
        let answer = self.run(words);
        assert_eq!(answer.code, Some(0), "{words:?}: {answer:?}");
        answer
    }

    fn view(&self, name: &str) -> Option<serde_json::Value> {
        let all = self.good(&["view", "list", "--json"]).json();
        all.as_array().unwrap().iter().find(|view| view["name"] == name).cloned()
    }

    fn numbers(&self, words: &[&str]) -> Vec<String> {
        let answer = self.good(&[words, &["--json"]].concat()).json();
        answer.as_array().unwrap().iter().map(|one| one["number"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn shipped_views_are_there_in_both_languages() {
    let office = office();
    let shipped = office.view("未着手").unwrap();
    assert_eq!((&shipped["kind"], &shipped["query"]), (&json!("shipped"), &json!("status:unprocessed")));
    for name in ["反映待ち", "要確認", "返却中", "補正到着", "申請者の取下げ"] {
        assert!(office.view(name).is_some(), "{name}");
    }
    assert_eq!(office.numbers(&["list", "--view", "未着手"]).len(), 3);
    assert_eq!(office.good(&["count", "--view", "not started", "--json"]).json(), json!({ "count": 3 }));
    let english = office.good(&["--lang", "en", "view", "show", "未着手", "--json"]).json();
    assert_eq!(english["name"], "Not started");
}

#[test]
fn counts_come_from_one_pass_and_a_view_that_is_not_understood_has_none() {
    let office = office();
    office.good(&["set-status", "仮受付", "number:200", "--json"]);
    let all = office.good(&["view", "list", "--counts", "--json"]).json();
    let count = |name: &str| all.as_array().unwrap().iter().find(|view| view["name"] == name).unwrap()["count"].clone();
    assert_eq!((count("未着手"), count("反映待ち"), count("返却中")), (json!(2), json!(1), json!(0)));
    assert!(all.as_array().unwrap().iter().all(|view| view["count"].is_u64() || view["count"].is_null()));
}

#[test]
fn a_shared_view_is_an_operation_and_is_replaced_and_taken_away_by_name() {
    let office = office();
    let save = |query: &str| {
        office
            .good(&[
                "view",
                "save",
                "朝の分",
                "--query",
                query,
                "--sort",
                "number:desc",
                "--columns",
                "number,氏名/法人名,item.希望日,反映",
                "--json",
            ])
            .json()
    };
    let saved = save("山形|最上");
    assert_eq!((&saved["kind"], &saved["changed"]), (&json!("shared"), &json!(true)));
    assert!(saved["operation"].is_string());
    let view = office.view("朝の分").unwrap();
    assert_eq!(view["columns"], json!(["number", "name", "item.希望日", "reflect"]));
    assert_eq!((&view["sort"], &view["query"]), (&json!("number:desc"), &json!("山形|最上")));
    assert_eq!(save("山形|最上")["operation"], json!(null), "the same again is no operation");
    assert_eq!(office.numbers(&["list", "--view", "朝の分"]), ["200", "100"]);
    assert_eq!(office.numbers(&["list", "最上", "--view", "朝の分"]), ["200"], "both must hold");
    assert_eq!(office.numbers(&["list", "--view", "朝の分", "--sort", "number"]), ["100", "200"]);
    let listed = office.good(&["list", "--view", "朝の分", "--json"]).json();
    assert_eq!(
        listed[0],
        json!({ "number": "200", "name": "最上 次郎", "item.希望日": "2020年11月2日", "reflect": "done" })
    );
    assert_eq!(
        office.good(&["list", "--view", "朝の分", "--columns", "kana", "--json"]).json()[0],
        json!({ "kana": "シケン" })
    );
    save("紅花");
    assert_eq!(office.numbers(&["list", "--view", "朝の分"]), ["300"]);
    office.check("saving views");
    assert!(office.good(&["view", "delete", "朝の分", "--json"]).json()["operation"].is_string());
    assert_eq!(office.view("朝の分"), None);
    let log = office.good(&["log", "--command", "view", "--json"]).json();
    let commands: Vec<&str> = log.as_array().unwrap().iter().map(|line| line["command"].as_str().unwrap()).collect();
    assert_eq!(commands, ["view.delete", "view.save", "view.save"]);
    assert!(log.as_array().unwrap().iter().all(|line| line["text"].is_null()), "a query may name a person");
    office.check("deleting views");
}

#[test]
fn a_private_view_stands_before_a_shared_one_and_leaves_nothing_in_the_log() {
    use std::os::unix::fs::PermissionsExt as _;
    let office = office();
    office.good(&["view", "save", "私", "--query", "最上"]);
    let saved = office.good(&["view", "save", "私", "--query", "山形", "--private", "--json"]).json();
    assert_eq!(saved, json!({ "name": "私", "kind": "private", "operation": null, "changed": true }));
    assert_eq!(office.numbers(&["list", "--view", "私"]), ["100"]);
    let folder = office.folder().join("store/session");
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&files[0])), (0o700, 0o600));
    office.good(&["view", "delete", "私", "--private"]);
    assert_eq!(office.numbers(&["list", "--view", "私"]), ["200"], "the shared one shows again");
    assert_eq!(office.good(&["log", "--command", "view", "--json"]).json().as_array().unwrap().len(), 1);
    std::fs::write(&files[0], "{ not a session").unwrap();
    let broken = office.run(&["view", "list", "--json"]);
    broken.refuses(1, "session.broken");
    assert_eq!(std::fs::read_to_string(&files[0]).unwrap(), "{ not a session", "left as it is");
}

#[test]
fn a_view_takes_the_place_of_a_shipped_one_and_shipped_ones_stay() {
    let office = office();
    office.run(&["view", "delete", "未着手", "--json"]).refuses(2, "view.shipped");
    office.good(&["view", "save", "未着手", "--query", "紅花"]);
    assert_eq!(office.view("未着手").unwrap()["kind"], "shared");
    assert_eq!(office.numbers(&["list", "--view", "未着手"]), ["300"]);
    office.good(&["view", "delete", "未着手"]);
    assert_eq!(office.view("未着手").unwrap()["kind"], "shipped");
}

#[test]
fn what_is_wrong_is_named_and_nothing_is_saved() {
    let office = office();
    for command in [&["list"][..], &["count"], &["export", "csv", "/nowhere/out.csv"]] {
        let answer = office.run(&[command, &["--view", "未着", "--json"]].concat());
        answer.refuses(2, "view.unknown");
        assert!(answer.stderr.contains("未着手"), "{answer:?}");
    }
    let wrong = office.run(&["view", "save", "x", "--query", "山形 天気:晴", "--json"]);
    wrong.refuses(2, "query.unknown_field");
    assert_eq!(wrong.json()["error"]["place"]["column"], 4);
    office.run(&["view", "save", "x", "--sort", "weather", "--json"]).refuses(2, "list.unknown_sort");
    office.run(&["view", "save", "x", "--columns", "weather", "--json"]).refuses(2, "list.unknown_column");
    office.run(&["view", "save", "x", "--columns", "attachments", "--json"]).refuses(2, "list.unknown_column");
    office.run(&["view", "save", " ", "--json"]).refuses(2, "view.bad_name");
    office.run(&["view", "delete", "x", "--json"]).refuses(2, "view.unknown");
    office.run(&["view", "show", "x", "--json"]).refuses(2, "view.unknown");
    assert_eq!(office.view("x"), None);
}

#[test]
fn an_export_takes_the_query_the_columns_and_the_order_of_a_view() {
    let office = office();
    office.good(&[
        "view",
        "save",
        "v",
        "--query",
        "-山形",
        "--sort",
        "number:desc",
        "--columns",
        "number,updated_at,item.nowhere,version",
    ]);
    let out = office.folder().join("out.csv");
    office.good(&["export", "csv", out.to_str().unwrap(), "--view", "v", "--for", "machine", "--encoding", "utf-8"]);
    let text = std::fs::read_to_string(&out).unwrap().replace('"', "");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "取得元,元システムの状況,整理番号,更新,nowhere,版");
    assert!(lines[1].contains(",300,") && lines[2].contains(",200,") && lines.len() == 3, "{text}");
    assert!(lines[1].ends_with(",,1") && lines[1].contains("+09:00"), "{text}");
    let back = office.run(&["import", out.to_str().unwrap(), "--json"]);
    back.refuses(1, "import.partial_export");
}
