//! `assign`, `due`, `tag`, `note` by the contract.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use program::{Office, row};
use serde_json::{Value, json};

fn five() -> Office {
    let office = Office::open();
    let rows: Vec<String> = (1..=5).map(|n| row(&n.to_string(), "名")).collect();
    office.take_in(&rows);
    office
}

fn changed(office: &Office, line: &[&str]) -> u64 {
    let answer = office.run(&[line, &["--json"]].concat());
    assert_eq!(answer.code, Some(0), "{line:?}: {answer:?}");
    answer.json()["changed"].as_u64().unwrap()
}

fn numbers(office: &Office, line: &[&str]) -> Vec<String> {
    let answer = office.run(&[&["list"], line, &["--json"]].concat()).json();
    answer.as_array().unwrap().iter().map(|one| one["number"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn who_is_in_charge_is_set_found_sorted_and_undone() {
    let office = five();
    let answer = office.run(&["assign", "me", "number:1|number:2", "--json"]);
    assert_eq!((answer.code, &answer.json()["changed"], &answer.json()["unchanged"]), (Some(0), &json!(2), &json!(0)));
    let me = office.show("1")["assignee"].as_str().unwrap().to_owned();
    assert_eq!((office.count("assignee:自分"), office.count(&format!("担当:{me}"))), (2, 2));
    assert_eq!((office.count("status:unprocessed -has:assignee"), office.count("assignee:nobody")), (3, 0));
    assert_eq!(changed(&office, &["assign", &me, "--all"]), 3);
    let again = office.run(&["assign", "自分", "--all", "--json"]).json();
    assert_eq!((&again["operation"], &again["unchanged"]), (&json!(null), &json!(5)));
    assert_eq!(changed(&office, &["undo"]), 3);
    assert_eq!(office.count("assignee:me"), 2);
    assert_eq!(changed(&office, &["redo"]), 3);
    assert_eq!(changed(&office, &["assign", "-", "number:5"]), 1);
    assert_eq!(office.show("5")["assignee"], json!(null));
    assert_eq!(numbers(&office, &["--sort", "assignee"]).last().unwrap(), "5");
    let history = &office.show("5")["history"];
    assert_eq!(history[0]["assignee"], json!({"from": me, "to": null}));
    assert_eq!(history[0]["command"], "application.assign");
    office.run(&["assign", "", "--all", "--json"]).refuses(2, "field.value_missing");
    office.run(&["assign", "me", "--json"]).refuses(2, "target.missing");
    office.run(&["assign", "me", "number:9", "--json"]).refuses(1, "target.nothing_matched");
    let dry = office.run(&["assign", "me", "--all", "--dry-run", "--json"]).json();
    assert_eq!((&dry["changed"], &dry["unchanged"], &dry["operation"]), (&json!(1), &json!(4), &json!(null)));
    let groups = office.run(&["count", "--by", "assignee", "--json"]).json()["groups"].clone();
    assert_eq!(groups.as_array().unwrap().len(), 2, "{groups}");
    office.check("assign");
}

#[test]
fn what_somebody_else_has_in_hand_is_taken_over_with_a_reason() {
    let office = Office::open();
    office.take_in(&[row("1", "名"), row("2", "名")]);
    // Nobody becomes known for nothing.
    office.run(&["assign", "s1234", "number:9", "--json"]).refuses(1, "target.nothing_matched");
    assert_eq!(office.run(&["log", "--json"]).json().as_array().unwrap().len(), 2);
    assert_eq!(changed(&office, &["assign", "s1234", "number:1"]), 1);
    let part = office.run(&["assign", "me", "--all", "--json"]);
    assert_eq!((part.code, &part.json()["changed"]), (Some(3), &json!(1)), "{part:?}");
    let failed = &part.json()["failed"][0];
    assert_eq!((&failed["number"], &failed["reason"]), (&json!("1"), &json!("assigned_to_other")));
    assert!(failed["message"].as_str().unwrap().contains("s1234"), "{failed}");
    assert_eq!(office.show("1")["assignee"], "s1234");
    assert_eq!(changed(&office, &["assign", "me", "number:1", "--reason", "休暇のため"]), 1);
    assert_eq!(office.show("1")["history"][0]["reason"], "休暇のため");
    office.check("take over");
}

#[test]
fn an_operator_must_be_known_where_people_sign_in() {
    let office = Office::founded("lgwan", "os");
    office.take_in(&[row("1", "名")]);
    assert_eq!(changed(&office, &["assign", "me", "--all"]), 1);
    assert_eq!(changed(&office, &["assign", "-", "--all"]), 1);
    office.run(&["assign", "s9999", "--all", "--json"]).refuses(1, "operator.unknown");
    assert_eq!(office.count("has:assignee"), 0);
}

#[test]
fn a_due_day_is_typed_in_any_form_and_asked_for() {
    let office = five();
    for (n, text) in ["R1.11.30", "2019-11-30", "令和元年11月30日", "20191130"].into_iter().enumerate() {
        let number = format!("number:{}", n + 1);
        assert_eq!(changed(&office, &["due", text, &number]), 1, "{text}");
    }
    assert_eq!(office.show("1")["due"], "2019-11-30");
    assert_eq!(
        (office.count("due:R1.11"), office.count("期限:..2019-11-29"), office.count("status:unprocessed -has:due")),
        (4, 0, 1)
    );
    assert_eq!(changed(&office, &["due", "明日", "number:5"]), 1);
    assert_eq!((office.count("due:明日"), office.count("due:..昨日 number:5")), (1, 0));
    assert_eq!(changed(&office, &["due", "2019-11-01", "number:3"]), 1);
    assert_eq!(numbers(&office, &["due:2019-11", "--sort", "due", "--limit", "1"]), ["3"]);
    assert_eq!(changed(&office, &["due", "-", "number:3"]), 1);
    assert_eq!((office.show("3")["due"].clone(), office.count("has:due")), (json!(null), 4));
    assert_eq!(office.show("3")["history"][0]["due"], json!({"from": "2019-11-01", "to": null}));
    assert_eq!(changed(&office, &["undo"]), 1);
    assert_eq!(office.show("3")["due"], "2019-11-01");
    for wrong in ["2019-11", "令和元年", "2019-11-31", "x", "2019-11-01..2019-11-02"] {
        let answer = office.run(&["due", wrong, "--all", "--json"]);
        assert_eq!(answer.code, Some(2), "{wrong}: {answer:?}");
    }
    office.run(&["due", "1969-12-31", "--all", "--json"]).refuses(2, "due.too_early");
    office.check("due");
}

#[test]
fn undoing_one_field_leaves_the_others() {
    let office = five();
    let set = office.run(&["set-status", "仮受付", "number:1", "--json"]).json()["operation"].clone();
    changed(&office, &["due", "2026-12-01", "number:1"]);
    changed(&office, &["assign", "me", "number:1"]);
    assert_eq!(changed(&office, &["undo", set.as_str().unwrap()]), 1);
    let shown = office.show("1");
    assert_eq!((&shown["status"], &shown["due"]), (&json!("unprocessed"), &json!("2026-12-01")));
    assert!(shown["assignee"].is_string(), "{shown}");
    office.check("fields by themselves");
}

#[test]
fn tags_are_put_on_taken_off_found_and_undone() {
    let office = five();
    assert_eq!(changed(&office, &["tag", "要電話", "number:1|number:2"]), 2);
    assert_eq!(changed(&office, &["tag", " 要電話 ", "--all"]), 3);
    assert_eq!(changed(&office, &["tag", "至急", "number:1"]), 1);
    assert_eq!(office.show("1")["tags"], json!(["要電話", "至急"]));
    assert_eq!((office.count("札:要電話"), office.count("tag:至急"), office.count("has:tag -tag:至急")), (5, 1, 4));
    assert_eq!(changed(&office, &["tag", "要電話", "--remove", "number:3|number:4"]), 2);
    assert_eq!(office.count("tag:要電話"), 3);
    assert_eq!(changed(&office, &["tag", "要電話", "number:3"]), 1);
    // Who put it on since is right: only the other one comes back.
    let log = office.run(&["log", "--json", "--command", "application.tag"]).json();
    let removed = log[1]["operation"].as_str().unwrap().to_owned();
    let part = office.run(&["undo", &removed, "--json"]);
    assert_eq!((part.code, &part.json()["changed"]), (Some(3), &json!(1)), "{part:?}");
    assert_eq!(part.json()["failed"][0]["number"], "3");
    assert_eq!(office.count("tag:要電話"), 5);
    assert_eq!(changed(&office, &["redo"]), 1);
    assert_eq!(office.count("tag:要電話"), 4);
    assert_eq!(changed(&office, &["undo"]), 1);
    assert_eq!(office.count("tag:要電話"), 5);
    office.run(&["tag", "  ", "--all", "--json"]).refuses(2, "tag.bad_name");
    office.run(&["tag", &"長".repeat(31), "--all", "--json"]).refuses(2, "tag.bad_name");
    let table = office.run(&["list", "number:1", "--columns", "number,tags"]);
    assert!(table.stdout.contains("要電話, 至急"), "{table:?}");
    let again = office.run(&["tag", "至急", "number:1", "--json"]).json();
    assert_eq!((&again["operation"], &again["unchanged"]), (&json!(null), &json!(1)));
    assert_eq!(office.show("1")["history"][1]["tag"], json!({"name": "要電話", "on": true}));
    office.check("tags");
}

fn notes(office: &Office, number: &str) -> Vec<Value> {
    office.show(number)["notes"].as_array().unwrap().clone()
}

#[test]
fn notes_are_two_kinds_added_and_struck_through() {
    let office = five();
    let answer = office.run(&["note", "1", "電話で確認した。\n折返し待ち", "--json"]);
    assert_eq!((answer.code, &answer.json()["for"]), (Some(0), &json!("internal")), "{answer:?}");
    let first = answer.json()["operation"].as_str().unwrap().to_owned();
    assert_eq!(answer.json()["note"], json!(first));
    let second = office.run(&["note", "1", "住民票を添えてください", "--for-applicant", "--json"]).json();
    assert_eq!(second["for"], "applicant");
    let kept = notes(&office, "1");
    let told: Vec<_> =
        kept.iter().map(|note| (note["for"].as_str().unwrap(), note["text"].as_str().unwrap())).collect();
    assert_eq!(told, [("applicant", "住民票を添えてください"), ("internal", "電話で確認した。\n折返し待ち")]);
    assert_eq!((office.count("has:note"), office.count("あり:メモ")), (1, 1));
    office.run(&["note", "1", "--strike", &first, "--json"]).refuses(2, "note.reason_required");
    let struck = office.run(&["note", "1", "--strike", &first, "--reason", "別の人の話だった", "--json"]);
    assert_eq!(struck.code, Some(0), "{struck:?}");
    let kept = notes(&office, "1");
    assert_eq!(kept[1]["text"], "電話で確認した。\n折返し待ち");
    assert_eq!(kept[1]["struck"]["reason"], "別の人の話だった");
    assert_eq!((&kept[1]["for"], &kept[0]["struck"]), (&json!("internal"), &json!(null)));
    office.run(&["note", "1", "--strike", &first, "--reason", "x", "--json"]).refuses(1, "note.struck");
    office.run(&["note", "2", "--strike", &first, "--reason", "x", "--json"]).refuses(1, "note.unknown");
    office.run(&["note", "1", " ", "--json"]).refuses(2, "note.empty");
    office.run(&["note", "9", "x", "--json"]).refuses(1, "number.unknown");
    office.run(&["note", "1", &"字".repeat(4001), "--json"]).refuses(2, "note.too_long");
    office.run(&["note", "1", "x", "--strike", &first, "--json"]).refuses(2, "usage");
    office.run(&["undo", "--json"]).refuses(1, "undo.not_undoable");
    // What a note says leaves by `show` alone.
    let log = office.run(&["log", "--json"]);
    assert!(!log.stdout.contains("折返し") && !log.stdout.contains("別の人"), "{log:?}");
    office.check("notes");
}
