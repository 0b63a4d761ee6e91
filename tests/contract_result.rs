//! `result` by the contract: 審査結果 with its reason and basis, beside 処理状況, in one operation that can be undone.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use program::{Office, row};
use serde_json::{Value, json};

fn office_of(n: u32) -> Office {
    let office = Office::open();
    let rows: Vec<String> = (1..=n).map(|n| row(&n.to_string(), "名")).collect();
    office.take_in(&rows);
    office
}

fn enter(office: &Office, line: &[&str]) -> Value {
    let answer = office.run(&[&["result"], line, &["--json"]].concat());
    assert_eq!(answer.code, Some(0), "{line:?}: {answer:?}");
    answer.json()
}

fn result(office: &Office, of: &str) -> Value {
    office.show(of)["result"].clone()
}

#[test]
fn a_result_stands_beside_the_status_with_what_was_said_of_it() {
    let office = office_of(3);
    assert_eq!(result(&office, "1"), json!(null));
    let dry = enter(&office, &["approved", "--all", "--dry-run"]);
    assert_eq!((&dry["operation"], &dry["changed"]), (&json!(null), &json!(3)));
    assert_eq!(office.count("has:result"), 0);

    assert_eq!(enter(&office, &["承認", "--all"])["changed"], json!(3));
    let refused = ["不承認", "number:1", "--reason", "期限を過ぎている", "--basis", "規則第5条"];
    assert_eq!(enter(&office, &refused)["changed"], json!(1));
    let expected = json!({
        "code": "disapproved", "label": "不承認", "reason": "期限を過ぎている", "basis": "規則第5条",
        "decided_on": null, "document_number": null,
    });
    assert_eq!((result(&office, "1"), &result(&office, "2")["label"]), (expected, &json!("承認")));
    assert_eq!(office.show("1")["status"], json!("unprocessed"));
    assert_eq!((office.count("result:approved"), office.count("審査結果:不承認|却下")), (2, 1));
    assert_eq!((office.count("あり:審査結果"), office.count("status:unprocessed -has:result")), (3, 0));

    // The same once more changes nothing; another reason does.
    assert_eq!(enter(&office, &refused)["unchanged"], json!(1));
    assert_eq!(enter(&office, &["不承認", "number:1", "--reason", "要件を満たさない"])["changed"], json!(1));
    let now = result(&office, "1");
    assert_eq!((&now["reason"], &now["basis"]), (&json!("要件を満たさない"), &json!(null)));

    // It goes through undoing and redoing with what was said.
    assert_eq!(office.run(&["undo", "--json"]).json()["changed"], json!(1));
    assert_eq!(result(&office, "1")["basis"], json!("規則第5条"));
    assert_eq!(office.run(&["redo", "--json"]).json()["changed"], json!(1));
    assert_eq!(result(&office, "1")["reason"], json!("要件を満たさない"));
    let history = office.show("1")["history"].clone();
    assert_eq!(history[3]["result"], json!({ "from": "approved", "to": "disapproved", "basis": "規則第5条" }));
    assert_eq!(
        (&history[3]["command"], &history[3]["reason"]),
        (&json!("application.result"), &json!("期限を過ぎている"))
    );
    assert_eq!(enter(&office, &["none", "--all"])["changed"], json!(3));
    assert_eq!((result(&office, "1"), office.count("has:result")), (json!(null), 0));
    office.check("result");
}

#[test]
fn a_refusal_says_why_and_a_word_that_is_none_is_told() {
    let office = office_of(2);
    for code in ["disapproved", "却下"] {
        office.run(&["result", code, "--all", "--json"]).refuses(2, "status.reason_required");
        office.run(&["result", code, "--all", "--reason", " ", "--json"]).refuses(2, "status.reason_required");
    }
    office.run(&["result", "可決", "--all", "--json"]).refuses(2, "result.unknown");
    office.run(&["result", "approved", "--json"]).refuses(2, "target.missing");
    office.run(&["result", "approved", "number:9", "--json"]).refuses(1, "target.nothing_matched");
    assert_eq!(office.count("has:result"), 0);
    office.check("refused");
}

#[test]
fn it_is_listed_and_written_into_files_and_the_log_holds_its_text_apart() {
    let office = office_of(2);
    enter(&office, &["dismissed", "number:1", "--reason", "山形花子さんの申出", "--basis", "要綱3"]);
    let list = office.run(&["list", "number:1", "--columns", "number,審査結果"]);
    assert!(list.stdout.contains("却下"), "{list:?}");
    let csv = office.run(&["list", "number:1", "--format", "csv", "--columns", "number,result"]);
    assert!(csv.stdout.contains("1,dismissed"), "{csv:?}");
    let out = office.folder().join("out.csv");
    let line = ["export", "csv", out.to_str().unwrap(), "--columns", "number,result"];
    assert_eq!(office.run(&line).code, Some(0));
    assert!(std::fs::read_to_string(&out).unwrap().contains("却下"));
    let log = office.run(&["log", "--command", "application.result", "--json"]).json();
    assert!(!log.to_string().contains("山形花子"), "{log}");
    let said = office.run(&["--with-text", "log", "--command", "application.result", "--json"]);
    assert!(said.stdout.contains("山形花子さんの申出 / 要綱3"), "{said:?}");
    office.check("files");
}
