//! Moves of 処理状況 that the table keeps to a supervisor (係長), from the outside: a right of its own beside the one to set the
//! status. Builds for tests take the name of the system's user from a variable.
#![cfg(debug_assertions)]
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use program::{Answer, Office, list, row};
use serde_json::json;

fn by(office: &Office, user: &str, line: &[&str]) -> Answer {
    let mut command = office.command(line);
    command.arg("--json").env("SEKISHO_TEST_USER", user);
    Answer::from(command.output().unwrap())
}

fn done(office: &Office, user: &str, line: &[&str]) {
    let answer = by(office, user, line);
    assert_eq!(answer.code, Some(0), "{user}: {line:?}: {answer:?}");
}

/// A store that `boss` has founded; `taro` is a clerk, `kakari` a supervisor beside that.
fn office() -> Office {
    let office = Office::vacant();
    std::fs::create_dir_all(office.folder().join("store")).unwrap();
    done(&office, "boss", &["init", "--segment", "lgwan", "--sign-in", "os"]);
    for code in ["taro", "kakari"] {
        done(&office, "boss", &["operator", "add", code]);
        done(&office, "boss", &["grant", "add", "change_status", "--operator", code]);
    }
    done(&office, "boss", &["grant", "add", "supervise", "--operator", "kakari"]);
    let rows: Vec<String> = (1..=3).map(|n| row(&n.to_string(), "試験　太郎")).collect();
    let file = office.put("list.csv", list(&rows).as_bytes());
    done(&office, "boss", &["import", file.to_str().unwrap()]);
    office
}

#[test]
fn what_has_ended_is_reopened_and_accepting_taken_back_by_a_supervisor_alone() {
    let office = office();
    done(&office, "taro", &["set-status", "completed", "number:1"]);
    done(&office, "taro", &["set-status", "accepted_unreplied", "number:2"]);
    let back = ["set-status", "unprocessed", "--all", "--reason", "電話で聞いた"];
    for number in ["number:1", "number:2"] {
        let line = ["set-status", "unprocessed", number, "--reason", "電話で聞いた"];
        by(&office, "taro", &line).refuses(4, "permission.denied");
    }
    // In a batch they are left and named; what needs nobody goes on.
    done(&office, "taro", &["set-status", "provisional", "number:3"]);
    let part = by(&office, "taro", &back);
    assert_eq!((part.code, &part.json()["changed"]), (Some(3), &json!(1)), "{part:?}");
    let failed = part.json()["failed"].clone();
    assert_eq!(failed.as_array().unwrap().len(), 2, "{failed}");
    assert!(
        failed[0]["reason"] == "needs_supervisor" && failed[0]["message"].as_str().unwrap().contains("係長"),
        "{failed}"
    );
    // Undoing what one has just done oneself is no such move.
    done(&office, "taro", &["set-status", "completed", "number:3"]);
    done(&office, "taro", &["undo"]);

    let all = by(&office, "kakari", &back);
    assert_eq!((all.code, &all.json()["changed"]), (Some(0), &json!(2)), "{all:?}");
    let count = by(&office, "boss", &["count", "status:unprocessed"]).json();
    assert_eq!(count["count"], json!(3));
}
