//! `set-status`, `undo`, `redo` by the contract.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use std::io::Write as _;
use std::process::Stdio;

use program::{Answer, Office, cp932, row, utf16};
use serde_json::json;

fn five() -> Office {
    let office = Office::open();
    let rows: Vec<String> = (1..=5).map(|n| row(&n.to_string(), "名")).collect();
    office.take_in(&rows);
    office
}

#[test]
fn a_status_is_typed_by_id_or_label_in_either_width() {
    let office = five();
    let done = |word: &str| {
        let answer = office.run(&["set-status", word, "number:1", "--json"]);
        assert_eq!(answer.code, Some(0), "{word}: {answer:?}");
        office.show("1")["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(done("仮受付"), "provisional");
    assert_eq!(done("受理（返信未）"), "accepted_unreplied");
    assert_eq!(done("受理(返信済)"), "accepted_replied");
    assert_eq!(done("completed"), "completed");
    for (word, number) in [("accept", "2"), ("受理", "3")] {
        let answer = office.run(&["set-status", word, &format!("number:{number}"), "--json"]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        assert_eq!(office.show(number)["status"], "accepted_unreplied");
    }
    office.run(&["set-status", "検討中", "--all", "--json"]).refuses(2, "status.unknown");
}

#[test]
fn the_answer_has_the_shape_of_the_contract() {
    let office = five();
    let answer = office.run(&["set-status", "仮受付", "--all", "--json"]);
    assert_eq!(answer.json(), json!({"operation": "3", "changed": 5, "unchanged": 0, "failed": []}));
    let again = office.run(&["set-status", "仮受付", "--all", "--json"]);
    assert_eq!(
        (again.code, again.json()),
        (Some(0), json!({"operation": null, "changed": 0, "unchanged": 5, "failed": []}))
    );
}

#[test]
fn a_target_must_be_named_and_must_exist() {
    let office = five();
    for line in [
        &["set-status", "仮受付", "--json"][..],
        &["set-status", "仮受付", "", "--json"],
        &["set-status", "仮受付", "  ", "--json"],
    ] {
        office.run(line).refuses(2, "target.missing");
    }
    office.run(&["set-status", "仮受付", "number:1", "--all", "--json"]).refuses(2, "usage");
    office.run(&["set-status", "--all", "--json"]).refuses(2, "usage");
    office.run(&["set-status", "仮受付", "number:9", "--json"]).refuses(1, "target.nothing_matched");
    let empty = office.run(&["set-status", "仮受付", "number:9", "--allow-empty", "--json"]);
    assert_eq!(
        (empty.code, empty.json()),
        (Some(0), json!({"operation": null, "changed": 0, "unchanged": 0, "failed": []}))
    );
    office.run(&["set-status", "仮受付", "status:\"", "--json"]).refuses(2, "query.unclosed");
    assert_eq!(office.count("status:unprocessed"), 5);
}

#[test]
fn reasons_are_asked_for_and_one_at_a_time_is_kept() {
    let office = five();
    office.run(&["set-status", "不受理", "number:1", "--json"]).refuses(2, "status.reason_required");
    office.run(&["set-status", "取下げ", "--all", "--reason", "電話", "--json"]).refuses(2, "status.one_at_a_time");
    assert_eq!(office.run(&["set-status", "取下げ", "number:1", "--reason", "電話", "--json"]).json()["changed"], 1);
    assert_eq!(office.show("1")["history"][0]["reason"], "電話");
}

#[test]
fn what_the_table_of_moves_refuses_is_left_and_named() {
    let office = five();
    assert_eq!(office.run(&["set-status", "完了", "number:1", "--json"]).code, Some(0));
    let part = office.run(&["set-status", "仮受付", "--all", "--json"]);
    assert_eq!(part.code, Some(3), "{part:?}");
    let answer = part.json();
    assert_eq!((&answer["changed"], &answer["failed"][0]["number"]), (&json!(4), &json!("1")));
    assert_eq!(answer["failed"][0]["reason"], "only_back");
    assert!(answer["failed"][0]["message"].as_str().unwrap().contains("未処理"), "{answer}");
    let none = office.run(&["set-status", "仮受付", "number:1", "--json"]);
    none.refuses(1, "target.none_changed");
    assert_eq!((&none.json()["changed"], &none.json()["operation"]), (&json!(0), &json!(null)));
}

#[test]
fn numbers_come_from_a_file_in_any_usual_encoding_or_from_stdin() {
    let text = "1\r\n\r\n etumo/2 \r\n";
    for bytes in [text.as_bytes().to_vec(), format!("\u{FEFF}{text}").into_bytes(), utf16(text), cp932(text)] {
        let office = five();
        let file = office.put("numbers.txt", &bytes);
        let answer = office.run(&["set-status", "仮受付", "--numbers", file.to_str().unwrap(), "--json"]);
        assert_eq!((answer.code, answer.json()["changed"].as_u64()), (Some(0), Some(2)), "{answer:?}");
    }
    let office = five();
    let mut command = office.command(&["set-status", "仮受付", "--numbers", "-", "--json"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"4\n5\n").unwrap();
    assert_eq!(Answer::from(child.wait_with_output().unwrap()).json()["changed"], 2);
    let part = office.put("part.txt", b"1\nno-such\n1\n");
    let answer = office.run(&["set-status", "仮受付", "--numbers", part.to_str().unwrap(), "--json"]);
    assert_eq!((answer.code, answer.json()["changed"].as_u64()), (Some(3), Some(1)), "{answer:?}");
    assert_eq!(answer.json()["failed"][0]["reason"], "unknown");
    let empty = office.put("empty.txt", b"\n");
    office
        .run(&["set-status", "仮受付", "--numbers", empty.to_str().unwrap(), "--json"])
        .refuses(1, "target.nothing_matched");
    let bytes = office.put("bytes.bin", b"\xFF\xFF\x00\x80");
    office
        .run(&["set-status", "仮受付", "--numbers", bytes.to_str().unwrap(), "--json"])
        .refuses(1, "numbers.unreadable");
    office.run(&["set-status", "仮受付", "--numbers", "absent.txt", "--json"]).refuses(1, "file.absent");
}

#[test]
fn an_ambiguous_number_of_a_file_is_left_and_named() {
    let office = five();
    assert_eq!(office.import("other.csv", "受付番号,氏名\r\n1,別の人\r\n".as_bytes()).code, Some(0));
    let file = office.put("numbers.txt", b"1\n2\n");
    let answer = office.run(&["set-status", "仮受付", "--numbers", file.to_str().unwrap(), "--json"]);
    assert_eq!((answer.code, answer.json()["changed"].as_u64()), (Some(3), Some(1)), "{answer:?}");
    let failed = &answer.json()["failed"][0];
    assert_eq!((&failed["number"], &failed["reason"]), (&json!("1"), &json!("ambiguous")));
    assert!(failed["message"].as_str().unwrap().contains("generic/1"), "{failed}");
}

#[test]
fn a_dry_run_changes_nothing() {
    let office = five();
    let dry = office.run(&["set-status", "仮受付", "--all", "--dry-run", "--json"]);
    assert_eq!(
        (dry.code, dry.json()),
        (Some(0), json!({"operation": null, "changed": 5, "unchanged": 0, "failed": []}))
    );
    assert_eq!(office.count("status:unprocessed"), 5);
    assert_eq!(office.run(&["log", "--json"]).json().as_array().unwrap().len(), 2);
}

#[test]
fn undo_gives_back_redo_brings_again_and_what_changed_since_is_left() {
    let office = five();
    office.run(&["undo", "--json"]).refuses(1, "undo.not_undoable");
    let first =
        office.run(&["set-status", "仮受付", "--all", "--json"]).json()["operation"].as_str().unwrap().to_owned();
    let undone = office.run(&["undo", "--json"]);
    assert_eq!((undone.code, undone.json()["changed"].as_u64()), (Some(0), Some(5)), "{undone:?}");
    assert_eq!(office.count("status:unprocessed"), 5);
    let redone = office.run(&["redo", "--json"]);
    assert_eq!((redone.code, redone.json()["changed"].as_u64()), (Some(0), Some(5)), "{redone:?}");
    assert_eq!(office.count("status:provisional"), 5);
    office.run(&["redo", "--json"]).refuses(1, "undo.not_undoable");
    let redo = redone.json()["operation"].as_str().unwrap().to_owned();
    assert_eq!(office.run(&["set-status", "完了", "number:5", "--json"]).code, Some(0));
    let part = office.run(&["undo", &redo, "--json"]);
    assert_eq!((part.code, part.json()["changed"].as_u64()), (Some(3), Some(4)), "{part:?}");
    assert_eq!(
        (&part.json()["failed"][0]["number"], &part.json()["failed"][0]["reason"]),
        (&json!("5"), &json!("changed_since"))
    );
    assert_eq!((office.count("status:unprocessed"), office.count("status:completed")), (4, 1));
    for (operation, exit, code) in
        [("2", 1, "undo.not_undoable"), ("99", 1, "undo.not_undoable"), ("x", 2, "undo.bad_operation")]
    {
        office.run(&["undo", operation, "--json"]).refuses(exit, code);
    }
    let old = office.run(&["undo", &first, "--json"]);
    assert_eq!(old.code, Some(1), "{old:?}");
    office.check("undo and redo");
}
