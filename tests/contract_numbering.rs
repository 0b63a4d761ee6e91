//! `number assign` by the contract: 個別番号 in order, kept by who has one, given to nobody twice, undone until they went out.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use program::{Office, row};
use serde_json::{Value, json};

/// Applications 1 … n; 1 is the oldest.
fn office_of(n: u32) -> Office {
    let office = Office::open();
    let at = |n: u32| row(&n.to_string(), "名").replace("10月29日", &format!("10月{n:02}日"));
    let rows: Vec<String> = (1..=n).map(at).collect();
    office.take_in(&rows);
    office
}

fn assign(office: &Office, line: &[&str]) -> Value {
    let answer = office.run(&[&["number", "assign"], line, &["--json"]].concat());
    assert_eq!(answer.code, Some(0), "{line:?}: {answer:?}");
    answer.json()
}

fn number(office: &Office, of: &str) -> Value {
    office.show(of)["individual_number"].clone()
}

#[test]
fn numbers_are_given_in_order_and_kept() {
    let office = office_of(5);
    assert_eq!(number(&office, "1"), json!(null));
    let dry = assign(&office, &["R3-{seq:04}", "--all", "--sort", "number:desc", "--dry-run"]);
    assert_eq!((&dry["operation"], &dry["changed"]), (&json!(null), &json!(5)));
    assert_eq!((&dry["first"], &dry["last"]), (&json!("R3-0001"), &json!("R3-0005")));
    assert_eq!(office.count("has:individual-number"), 0);

    let given = assign(&office, &["R3-{seq:04}", "number:1|number:2|number:3", "--sort", "number:desc"]);
    assert_eq!((&given["changed"], &given["unchanged"], &given["last"]), (&json!(3), &json!(0), &json!("R3-0003")));
    assert_eq!((number(&office, "3"), number(&office, "1")), (json!("R3-0001"), json!("R3-0003")));
    // The same again: who has one keeps it, the others follow.
    let again = assign(&office, &["R3-{seq:04}", "--all", "--sort", "number"]);
    assert_eq!((&again["changed"], &again["unchanged"], &again["first"]), (&json!(2), &json!(3), &json!("R3-0004")));
    assert_eq!((number(&office, "4"), number(&office, "1")), (json!("R3-0004"), json!("R3-0003")));
    let nothing = assign(&office, &["R3-{seq:04}", "--all"]);
    assert_eq!((&nothing["operation"], &nothing["unchanged"]), (&json!(null), &json!(5)));
    assert!(nothing.get("first").is_none(), "{nothing}");

    // Found, listed, written into a file.
    assert_eq!((office.count("individual-number:R3-000"), office.count("個別番号:r3-0004")), (5, 1));
    assert_eq!((office.count("あり:個別番号"), office.count("status:unprocessed -has:individual-number")), (5, 0));
    let list = office.run(&["list", "number:4", "--columns", "number,個別番号"]);
    assert!(list.stdout.contains("R3-0004"), "{list:?}");
    let history = &office.show("4")["history"][0];
    assert_eq!(history["individual_number"], json!({"from": null, "to": "R3-0004"}));
    assert_eq!((&history["command"], &history["reason"]), (&json!("number.assign"), &json!(null)));
    office.check("numbers");
}

#[test]
fn start_step_skip_and_the_order_of_a_file() {
    let office = office_of(6);
    let file = office.put("numbers.txt", "3\n1\n2\n".as_bytes());
    let skip = office.put("skip.txt", "B-120\r\n140-150\r\n".as_bytes());
    let line = ["B-{連番:03}", "--numbers", file.to_str().unwrap(), "--start", "110", "--step", "10"];
    assign(&office, &[&line[..], &["--skip", skip.to_str().unwrap()]].concat());
    assert_eq!(["3", "1", "2"].map(|of| number(&office, of)), ["B-110", "B-130", "B-160"].map(|n| json!(n)));
    // Without an order: the oldest first.
    assign(&office, &["{seq}", "--all", "--start", "3", "--skip", "4,5"]);
    assert_eq!(["4", "5", "6"].map(|of| number(&office, of)), ["3", "6", "7"].map(|n| json!(n)));
    office.check("order");
}

#[test]
fn a_number_belongs_to_one_application_alone() {
    let office = office_of(4);
    assign(&office, &["A{seq:02}", "number:1|number:2", "--sort", "number"]);
    office.run(&["number", "assign", "A{seq:02}", "--all", "--start", "1", "--json"]).refuses(1, "numbering.taken");
    // Another pattern that looks alike is no way around it.
    office.run(&["number", "assign", "A0{seq}", "--all", "--start", "2", "--json"]).refuses(1, "numbering.taken");
    assert_eq!(office.count("has:individual-number"), 2);
    let taken = office.run(&["number", "assign", "A0{seq}", "number:3", "--start", "2", "--json"]).json();
    let message = taken["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("A02") && message.contains(" 2 "), "{message}");
    office.check("taken");
}

#[test]
fn what_can_not_be_read_is_refused_before_anything_is_done() {
    let office = office_of(2);
    for pattern in ["R3-0001", "", "{seq}{seq}", "{name}", "{seq:0}"] {
        office.run(&["number", "assign", pattern, "--all", "--json"]).refuses(2, "numbering.bad_pattern");
    }
    office.run(&["number", "assign", "{seq}", "--json"]).refuses(2, "target.missing");
    office.run(&["number", "assign", "{seq}", "number:9", "--json"]).refuses(1, "target.nothing_matched");
    office.run(&["number", "assign", "{seq}", "--all", "--step", "0", "--json"]).refuses(2, "numbering.bad_step");
    let backwards = office.put("skip.txt", b"9-4\n");
    let line = ["number", "assign", "{seq}", "--all", "--json", "--skip"];
    office.run(&[&line[..], &[backwards.to_str().unwrap()]].concat()).refuses(2, "numbering.bad_skip");
    // A file that isn't there is no list of numbers that nobody knows.
    office.run(&[&line[..], &["no-such.txt"]].concat()).refuses(1, "file.absent");
    let high = ["number", "assign", "{seq}", "--all", "--start", "999999999999", "--json"];
    office.run(&high).refuses(1, "numbering.too_high");
    office.run(&["number", "assign", "{seq}", "--all", "--sort", "x", "--json"]).refuses(2, "list.unknown_sort");
    assert_eq!(office.count("has:individual-number"), 0);
    office.check("refused");
}

#[test]
fn giving_is_undone_and_redone_until_the_numbers_went_out() {
    let office = office_of(3);
    assign(&office, &["R3-{seq:04}", "--all", "--sort", "number"]);
    assert_eq!(office.run(&["undo", "--json"]).json()["changed"], json!(3));
    assert_eq!((number(&office, "1"), office.count("has:individual-number")), (json!(null), 0));
    assert_eq!(office.run(&["redo", "--json"]).json()["changed"], json!(3));
    assert_eq!((number(&office, "2"), office.count("個別番号:R3-0003")), (json!("R3-0002"), 1));
    let history = office.show("2")["history"].clone();
    let steps: Vec<&Value> = (0..3).map(|at| &history[at]["individual_number"]["to"]).collect();
    assert_eq!(steps, [&json!("R3-0002"), &json!(null), &json!("R3-0002")]);
    // After undoing, the numbers are free again, in any order.
    assert_eq!(office.run(&["undo", "--json"]).code, Some(0));
    assign(&office, &["R3-{seq:04}", "--all", "--sort", "number:desc"]);
    assert_eq!(number(&office, "3"), json!("R3-0001"));
    // A file without them is no hindrance; one that shows them is.
    let out = office.folder().join("out.csv");
    assert_eq!(office.run(&["export", "csv", out.to_str().unwrap()]).code, Some(0));
    assert_eq!(office.run(&["undo", "--json"]).code, Some(0));
    assert_eq!(office.run(&["redo", "--json"]).code, Some(0));
    let shown = office.folder().join("shown.csv");
    let columns = ["--columns", "number,individual_number"];
    assert_eq!(office.run(&[&["export", "csv", shown.to_str().unwrap()], &columns[..]].concat()).code, Some(0));
    let text = std::fs::read_to_string(&shown).unwrap();
    assert!(text.contains("個別番号") && text.contains("R3-0001"), "{text}");
    office.run(&["undo", "--json"]).refuses(1, "undo.gone_out");
    assert_eq!(number(&office, "3"), json!("R3-0001"));
    office.check("undo");
}

#[test]
fn redoing_gives_nobody_a_number_that_belongs_to_another_by_now() {
    let office = office_of(3);
    assign(&office, &["A{seq:02}", "number:1|number:2", "--sort", "number"]);
    let undone = office.run(&["undo", "--json"]).json()["operation"].as_str().unwrap().to_owned();
    assign(&office, &["A{seq:02}", "number:3", "--start", "2"]);
    let part = office.run(&["undo", &undone, "--json"]);
    assert_eq!((part.code, &part.json()["changed"]), (Some(3), &json!(1)), "{part:?}");
    assert_eq!(part.json()["failed"][0]["number"], json!("2"));
    assert_eq!(["1", "2", "3"].map(|of| number(&office, of)), [json!("A01"), json!(null), json!("A02")]);
    office.check("redone in part");
}

#[test]
fn a_number_leaves_the_other_fields_alone_and_survives_a_rebuild() {
    let office = office_of(2);
    let given = assign(&office, &["{seq:03}", "--all", "--sort", "number"])["operation"].as_str().unwrap().to_owned();
    assert_eq!(office.run(&["set-status", "provisional", "--all", "--json"]).code, Some(0));
    assert_eq!(office.run(&["due", "2026-12-01", "number:1", "--json"]).code, Some(0));
    assert_eq!(office.run(&["undo", &given, "--json"]).json()["changed"], json!(2));
    let shown = office.show("1");
    assert_eq!((&shown["status"], &shown["due"]), (&json!("provisional"), &json!("2026-12-01")));
    assert_eq!(shown["individual_number"], json!(null));
    let backup = office.folder().join("b.sekisho");
    assign(&office, &["{seq:03}", "number:2"]);
    assert_eq!(office.run(&["backup", backup.to_str().unwrap(), "--json"]).code, Some(0));
    assert_eq!(office.run(&["doctor", "--drill", backup.to_str().unwrap(), "--json"]).code, Some(0));
    assert_eq!(number(&office, "2"), json!("001"));
    office.check("rebuild");
}
