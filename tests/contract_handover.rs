//! 引継: `assign … --from`, what the successor sees of it, and the 事務引継書.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use program::{Answer, Office, list, row};
use serde_json::{Value, json};

fn by(office: &Office, user: &str, line: &[&str]) -> Answer {
    let mut command = office.command(line);
    command.arg("--json").env("SEKISHO_TEST_USER", user);
    Answer::from(command.output().unwrap())
}

fn done(office: &Office, user: &str, line: &[&str]) -> Value {
    let answer = by(office, user, line);
    assert_eq!(answer.code, Some(0), "{user}: {line:?}: {answer:?}");
    answer.json()
}

fn count(office: &Office, user: &str, query: &str) -> u64 {
    done(office, user, &["count", query])["count"].as_u64().unwrap()
}

/// `old` is in charge of four of six, one of which has ended; `new` comes after them.
fn office() -> Office {
    let office = Office::vacant();
    done(&office, "boss", &["init", "--segment", "lgwan", "--sign-in", "os"]);
    for code in ["old", "new"] {
        done(&office, "boss", &["operator", "add", code]);
        for right in ["change_status", "look", "take_out"] {
            done(&office, "boss", &["grant", "add", right, "--operator", code]);
        }
    }
    let rows: Vec<String> = (1..=6).map(|n| row(&n.to_string(), "試験　太郎")).collect();
    let file = office.put("list.csv", list(&rows).as_bytes());
    done(&office, "boss", &["import", file.to_str().unwrap()]);
    done(&office, "old", &["assign", "me", "number:1|number:2|number:3|number:4"]);
    done(&office, "old", &["set-status", "completed", "number:4"]);
    done(&office, "old", &["due", "2020-11-10", "number:1"]);
    done(&office, "old", &["tag", "要電話", "number:1|number:2"]);
    done(&office, "old", &["note", "1", "月曜に電話する約束"]);
    done(&office, "old", &["note", "2", "誤って書いた"]);
    let struck = done(&office, "old", &["show", "2"])["notes"][0]["operation"].as_str().unwrap().to_owned();
    done(&office, "old", &["note", "2", "--strike", &struck, "--reason", "誤記"]);
    office
}

#[test]
fn all_that_is_open_goes_over_in_one_operation_and_is_seen_until_it_is_moved() {
    let office = office();
    let dry = done(&office, "boss", &["assign", "new", "--from", "old", "--dry-run"]);
    assert_eq!((&dry["changed"], &dry["operation"]), (&json!(3), &json!(null)));
    let answer = done(&office, "boss", &["assign", "new", "--from", "old"]);
    assert_eq!((&answer["changed"], &answer["failed"]), (&json!(3), &json!([])));
    assert_eq!((count(&office, "new", "assignee:new"), count(&office, "new", "assignee:old")), (3, 1));
    let log = done(&office, "boss", &["--with-text", "log", "--command", "application.hand_over"]);
    assert_eq!(log.as_array().unwrap().len(), 1);
    assert_eq!((&log[0]["text"], &log[0]["operator"]), (&json!("引継"), &json!("boss")));
    // Who takes what they are given on their own gets it by another operation, which is no hand-over.
    done(&office, "new", &["assign", "me", "number:5"]);
    assert_eq!(count(&office, "new", "assignee:me has:handed-over"), 3);
    assert_eq!(count(&office, "new", "担当:自分 あり:前任者から"), 3);
    assert_eq!(count(&office, "old", "assignee:me has:handed-over"), 0);
    // Looking, or writing a note, moves nothing; a change of status does, and undoing it doesn't bring it back.
    done(&office, "new", &["note", "1", "引き継いだ"]);
    assert_eq!(count(&office, "new", "has:handed-over"), 3);
    done(&office, "new", &["set-status", "provisional", "number:1"]);
    assert_eq!(count(&office, "new", "has:handed-over"), 2);
    done(&office, "new", &["assign", "-", "number:2"]);
    assert_eq!(count(&office, "new", "has:handed-over"), 1);
    done(&office, "boss", &["check"]);
    let again = by(&office, "boss", &["assign", "new", "--from", "old"]);
    again.refuses(1, "target.nothing_matched");
    by(&office, "boss", &["assign", "new", "--from", "nobody"]).refuses(1, "operator.unknown");
    by(&office, "boss", &["assign", "nobody", "--from", "new"]).refuses(1, "operator.unknown");
    by(&office, "boss", &["assign", "new", "--from", "old", "--all"]).refuses(2, "usage");
    by(&office, "boss", &["assign", "-", "--from", "old"]).refuses(2, "field.value_missing");
    // Undone, it is the predecessor's again, but for what was given away since.
    let back = by(&office, "boss", &["undo"]);
    assert_eq!((back.code, &back.json()["changed"]), (Some(3), &json!(2)), "{back:?}");
    assert_eq!((count(&office, "old", "assignee:me"), count(&office, "new", "has:handed-over")), (3, 0));
}

#[test]
fn a_part_of_it_goes_over_with_a_reason_of_its_own() {
    let office = office();
    let line = ["assign", "new", "number:1|number:2|number:5", "--from", "old", "--reason", "係の異動"];
    assert_eq!(done(&office, "boss", &line)["changed"], 2);
    assert_eq!(count(&office, "old", "assignee:me -status:completed"), 1);
    assert_eq!(count(&office, "new", "assignee:me"), 2);
}

#[test]
fn where_assigning_needs_a_second_person_nobody_gets_around_it() {
    let office = office();
    let config = office.put("second.toml", "[release]\nsecond_person = [\"application.assign\"]\n".as_bytes());
    let line = ["--config", config.to_str().unwrap(), "assign", "new", "--from", "old"];
    by(&office, "boss", &line).refuses(4, "policy.second_person");
    assert_eq!(count(&office, "old", "assignee:me"), 4);
}

#[test]
fn the_paper_says_what_is_in_hand_and_leaves_by_the_one_door() {
    let office = office();
    let out = office.folder().join("hikitsugi.txt");
    let path = out.to_str().unwrap();
    let answer = done(&office, "old", &["handover", path, "--to", "new"]);
    assert_eq!((&answer["applications"], &answer["overdue"], &answer["notes"]), (&json!(3), &json!(1), &json!(1)));
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.starts_with('\u{feff}') && text.contains("\r\n"), "{text}");
    for told in
        ["事務引継書", "前任者　old", "後任者　new", "月曜に電話する約束", "要電話 2", "令和2年11月10日", "etumo/3"]
    {
        assert!(text.contains(told), "{told}: {text}");
    }
    for untold in ["誤って書いた", "etumo/4", "etumo/5", "試験"] {
        assert!(!text.contains(untold), "{untold}: {text}");
    }
    let log = done(&office, "boss", &["log", "--command", "handover.write"]);
    assert_eq!((&log[0]["operator"], log.as_array().unwrap().len()), (&json!("old"), 1));
    by(&office, "old", &["handover", office.folder().join("x.txt").to_str().unwrap(), "--operator", "new"])
        .refuses(1, "target.nothing_matched");
    assert!(!office.folder().join("x.txt").exists());
    // Somebody else's, too, and who may write nothing out writes this neither.
    done(&office, "boss", &["handover", office.folder().join("y.txt").to_str().unwrap(), "--operator", "old"]);
    done(&office, "boss", &["operator", "add", "reader"]);
    done(&office, "boss", &["grant", "add", "look", "--operator", "reader"]);
    by(&office, "reader", &["handover", path, "--operator", "old"]).refuses(4, "permission.denied");
    let english = by(&office, "old", &["--lang", "en", "handover", office.folder().join("z.txt").to_str().unwrap()]);
    assert_eq!(english.code, Some(0), "{english:?}");
    assert!(std::fs::read_to_string(office.folder().join("z.txt")).unwrap().contains("From: old"));
}

#[test]
fn who_stands_in_for_somebody_sees_what_both_have_in_hand_until_the_last_day() {
    let office = office();
    done(&office, "new", &["assign", "me", "number:5"]);
    let standing_in = |until: &str| {
        done(&office, "boss", &["operator", "add", "new", "--substitute-of", "old", "--substitute-until", until]);
    };
    assert_eq!(count(&office, "new", "assignee:me"), 1);
    standing_in("2099-03-31");
    assert_eq!(count(&office, "new", "assignee:me"), 5);
    assert_eq!((count(&office, "new", "担当:自分 担当:new"), count(&office, "old", "assignee:me")), (1, 4));
    standing_in("2020-03-31");
    assert_eq!(count(&office, "new", "assignee:me"), 1);
}
