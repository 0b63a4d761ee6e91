//! The log as an auditor reads it: by person, application, time, kind and command; who looked at whose data; a file of it;
//! and that looking at the log is an operation, made before anything is shown.
#![cfg(debug_assertions)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't set up has failed")]

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

/// The commands of what a line lists, newest first.
fn commands(office: &Office, user: &str, line: &[&str]) -> Vec<String> {
    let listed = done(office, user, line);
    listed.as_array().unwrap().iter().map(|one| one["command"].as_str().unwrap().to_owned()).collect()
}

/// A store of `boss`, `taro`, `hanako` and `kacho` with three applications; two persons for a new status.
fn office() -> Office {
    let office = Office::vacant();
    std::fs::create_dir_all(office.folder().join("store")).unwrap();
    done(&office, "boss", &["init", "--segment", "lgwan", "--sign-in", "os"]);
    for code in ["taro", "hanako", "kacho"] {
        done(&office, "boss", &["operator", "add", code]);
        for right in ["change_status", "look"] {
            done(&office, "boss", &["grant", "add", right, "--operator", code]);
        }
    }
    done(&office, "boss", &["grant", "add", "release", "--operator", "kacho"]);
    let rows: Vec<String> = (1..=3).map(|n| row(&n.to_string(), "試験　太郎")).collect();
    let file = office.put("list.csv", list(&rows).as_bytes());
    done(&office, "boss", &["import", file.to_str().unwrap()]);
    office
}

#[test]
fn a_record_is_followed_through_everything_that_touched_it() {
    let office = office();
    done(&office, "taro", &["set-status", "provisional", "number:1"]);
    done(&office, "taro", &["undo"]);
    done(&office, "taro", &["redo"]);
    done(&office, "hanako", &["set-status", "provisional", "number:2"]);
    done(&office, "taro", &["assign", "taro", "number:1"]);
    done(&office, "taro", &["due", "2030-04-01", "number:1"]);
    done(&office, "taro", &["tag", "要電話", "number:1"]);
    done(&office, "taro", &["tag", "要電話", "--remove", "number:1"]);
    done(&office, "taro", &["note", "1", "電話済"]);
    done(&office, "taro", &["result", "approved", "number:1"]);
    done(&office, "taro", &["receive", "number:1", "--on", "2020-11-02", "--pattern", "{seq}"]);
    done(&office, "taro", &["number", "assign", "R-{seq}", "number:1"]);
    let ruling = done(&office, "taro", &["ruling", "submit", "number:1", "--title", "試験"])["ruling"].clone();
    let ruling = ruling.as_str().map_or_else(|| ruling.to_string(), str::to_owned);
    done(&office, "taro", &["ruling", "return", &ruling, "--reason", "誤記"]);
    let marks = "[release]\nsecond_person = [\"application.set_status\"]\n";
    std::fs::write(office.folder().join("store/config.toml"), marks).unwrap();
    let asked = by(&office, "taro", &["set-status", "returned", "number:1", "--reason", "添付の不足"]);
    assert_eq!(asked.code, Some(6), "{asked:?}");
    let request = asked.json()["error"]["request"].as_str().map(str::to_owned);
    let request = request
        .unwrap_or_else(|| done(&office, "kacho", &["request", "list"])[0]["request"].as_str().unwrap().to_owned());
    done(&office, "kacho", &["request", "refuse", &request, "--reason", "対象が違う"]);
    let newer = office.put("newer.csv", list(&[row("1", "試験　次郎")]).as_bytes());
    done(&office, "boss", &["import", newer.to_str().unwrap()]);
    let expected = [
        "import.run",
        "request.refuse",
        "request.make",
        "ruling.return",
        "ruling.submit",
        "number.assign",
        "application.receive",
        "application.result",
        "note.internal",
        "application.tag",
        "application.tag",
        "application.due",
        "application.assign",
        "application.redo",
        "application.undo",
        "application.set_status",
        "import.run",
    ];
    assert_eq!(commands(&office, "kacho", &["log", "--number", "1"]), expected);
    // The same by a query, and by the source in front of the number.
    assert_eq!(commands(&office, "kacho", &["log", "number:1"]), expected);
    let source = done(&office, "boss", &["show", "1"])["source"].as_str().unwrap().to_owned();
    assert_eq!(commands(&office, "kacho", &["log", "--number", &format!("{source}/1")]), expected);
    assert_eq!(commands(&office, "kacho", &["log", "--number", "2"]), ["application.set_status", "import.run"]);
    assert_eq!(commands(&office, "kacho", &["log", "--number", "3"]), ["import.run"]);
    by(&office, "kacho", &["log", "--number", "99"]).refuses(1, "number.unknown");
    // Both narrow: nothing is about the first and matches as well.
    assert!(commands(&office, "kacho", &["log", "number:2", "--number", "1"]).is_empty());
    done(&office, "boss", &["check"]);
}

#[test]
fn the_log_is_narrowed_by_person_time_kind_and_number_of_lines() {
    let office = office();
    done(&office, "taro", &["set-status", "provisional", "number:1"]);
    done(&office, "hanako", &["set-status", "provisional", "number:2"]);
    done(&office, "hanako", &["tag", "要電話", "number:2"]);
    assert_eq!(commands(&office, "boss", &["log", "--operator", "taro"]), ["application.set_status"]);
    assert_eq!(
        commands(&office, "boss", &["log", "--operator", "hanako"]),
        ["application.tag", "application.set_status"]
    );
    assert!(commands(&office, "boss", &["log", "--operator", "nobody-else"]).is_empty());
    let two = ["application.tag", "application.set_status", "application.set_status"];
    assert_eq!(commands(&office, "boss", &["log", "--kind", "set,tag"]), two);
    assert_eq!(
        commands(&office, "boss", &["log", "--kind", "tag", "--kind", "import"]),
        ["application.tag", "import.run"]
    );
    assert_eq!(done(&office, "boss", &["log", "--kind", "tag"])[0]["kind"], "tag");
    by(&office, "boss", &["log", "--kind", "nonsense"]).refuses(2, "log.unknown_kind");
    assert_eq!(commands(&office, "boss", &["log", "--limit", "2"]), two[..2]);
    assert!(commands(&office, "boss", &["log", "--limit", "0"]).is_empty());
    assert_eq!(commands(&office, "boss", &["log", "--until", "今日", "--limit", "3"]), two);
    assert!(commands(&office, "boss", &["log", "--until", "昨日"]).is_empty());
    by(&office, "boss", &["log", "--until", "2020年13月"]).refuses(2, "date.bad_month");
}

#[test]
fn looking_at_the_log_is_an_operation_that_says_what_was_asked_for() {
    let office = office();
    done(&office, "taro", &["set-status", "provisional", "number:1"]);
    assert_eq!(commands(&office, "taro", &["log", "--operator", "taro"]), ["application.set_status"]);
    done(&office, "kacho", &["log", "--looks", "試験", "--limit", "5"]);
    // A list of what was done isn't about who read it; who asks for that sees it.
    assert!(!commands(&office, "boss", &["log"]).contains(&"log.view".to_owned()));
    let looks = done(&office, "boss", &["log", "--command", "log.view", "--with-text"]);
    let told: Vec<(&str, &str, u64)> = looks
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (one["operator"].as_str().unwrap(), one["text"].as_str().unwrap_or("-"), one["count"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(told[0].0, "boss");
    assert_eq!(told[1..], [("kacho", "試験", 0), ("taro", "operator:taro", 1)]);
    assert_eq!(looks[1]["kind"], "log_view");
    // What was typed is no part of the envelope: it is shown where it is asked for.
    let silent = by(&office, "boss", &["log", "--all"]);
    assert!(!silent.stdout.contains("試験") && silent.stdout.contains("log.view"), "{silent:?}");
    let table = office.command(&["log"]).env("SEKISHO_TEST_USER", "boss").output().unwrap();
    let said = String::from_utf8(table.stderr).unwrap();
    assert!(said.contains("--all"), "{said}");
    // Between a change and its undoing, and that and its redoing, somebody may look.
    done(&office, "taro", &["undo"]);
    done(&office, "taro", &["log"]);
    assert_eq!(done(&office, "taro", &["redo"])["changed"], 1);
    // Verifying, anchors and what can be undone are no looks at it.
    let before = done(&office, "boss", &["log", "verify"])["operations"].as_u64().unwrap();
    done(&office, "boss", &["show", "1"]);
    assert_eq!(done(&office, "boss", &["log", "verify"])["operations"], before);
    done(&office, "boss", &["check"]);
}

#[test]
fn nothing_is_shown_where_the_look_cannot_be_recorded() {
    let office = office();
    done(&office, "taro", &["set-status", "provisional", "number:1"]);
    let db = rusqlite::Connection::open(office.folder().join("store/sekisho.db")).unwrap();
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    for line in [&["log", "--wait", "0"][..], &["log", "--looks", "--wait", "0"]] {
        let answer = by(&office, "boss", line);
        answer.refuses(5, "store.busy");
        assert!(!answer.stdout.contains("application"), "{answer:?}");
    }
    db.execute_batch("ROLLBACK").unwrap();
    assert!(!done(&office, "boss", &["log"]).as_array().unwrap().is_empty());
    // Whoever may do one thing alone may not look at what the others do.
    done(&office, "boss", &["operator", "add", "one"]);
    done(&office, "boss", &["grant", "add", "change_status", "--operator", "one"]);
    by(&office, "one", &["log"]).refuses(4, "permission.denied");
    done(&office, "boss", &["grant", "add", "log.view", "--operator", "one"]);
    done(&office, "one", &["log"]);
}

#[test]
fn who_looked_is_listed_with_files_that_left_and_without_what_was_seen() {
    let office = office();
    let out = office.folder().join("out.csv");
    done(&office, "boss", &["export", "csv", out.to_str().unwrap(), "試験", "--columns", "整理番号,氏名/法人名"]);
    let looks = done(&office, "boss", &["log", "--looks"]);
    let one = &looks[0];
    assert_eq!(
        (&one["command"], &one["operator"], &one["count"]),
        (&json!("application.export"), &json!("boss"), &json!(3))
    );
    assert_eq!(
        (&one["items"], &one["number"], &one["purpose"]),
        (&json!(["取得元", "元システムの状況", "整理番号", "氏名/法人名"]), &Value::Null, &Value::Null)
    );
    assert_eq!(done(&office, "boss", &["log", "--looks", "--with-text"])[0]["purpose"], "試験");
    assert_eq!(looks.as_array().unwrap().len(), 1);
    // Which applications stood in a file can't be told any more, so it is among the looks at each.
    assert_eq!(done(&office, "boss", &["log", "--looks", "--number", "3"]).as_array().unwrap().len(), 1);
    assert!(done(&office, "boss", &["log", "--looks", "--kind", "reveal"]).as_array().unwrap().is_empty());
    assert!(done(&office, "boss", &["log", "--looks", "--kind", "set"]).as_array().unwrap().is_empty());
    assert!(done(&office, "boss", &["log", "--looks", "--operator", "taro"]).as_array().unwrap().is_empty());
}

#[test]
fn the_privacy_officer_gets_a_file_and_that_is_on_record() {
    let office = office();
    done(&office, "taro", &["set-status", "returned", "number:1", "--reason", "添付の不足"]);
    done(&office, "boss", &["operator", "add", "privacy"]);
    done(&office, "boss", &["grant", "add", "log.export", "--operator", "privacy"]);
    let path = |name: &str| office.folder().join(name).to_str().unwrap().to_owned();
    let (csv, xlsx, more) = (path("log.csv"), path("log.xlsx"), path("more.csv"));
    by(&office, "taro", &["log", "export", &csv]).refuses(4, "permission.denied");
    let made = done(&office, "privacy", &["log", "export", &csv, "--operator", "taro"]);
    let text = std::fs::read_to_string(&csv).unwrap();
    assert!(
        text.contains("application.set_status") && !text.contains("添付の不足") && !text.contains("import.run"),
        "{text}"
    );
    assert_eq!((&made["count"], &made["format"]), (&json!(1), &json!("csv")));
    let log = done(&office, "boss", &["log", "--limit", "1", "--with-text"]);
    assert_eq!((&log[0]["command"], &log[0]["operator"]), (&json!("log.export"), &json!("privacy")));
    assert_eq!((&log[0]["operation"], &log[0]["text"]), (&made["operation"], &json!("operator:taro")));
    assert!(std::fs::read_to_string(&csv).unwrap().lines().count() == 2);
    assert_eq!(done(&office, "privacy", &["log", "export", &xlsx])["format"], "xlsx");
    assert!(std::fs::read(&xlsx).unwrap().starts_with(b"PK"));
    // It holds the looks at the log as well, and reasons where they are asked for.
    done(&office, "boss", &["--with-text", "log", "export", &more]);
    let text = std::fs::read_to_string(&more).unwrap();
    assert!(text.contains("log.view") && text.contains("log.export") && text.contains("添付の不足"), "{text}");
    by(&office, "boss", &["log", "export", &csv, "--operator", "nobody-else"]).refuses(1, "target.nothing_matched");
    by(&office, "boss", &["log", "export", &path("store/in.csv")]).refuses(1, "export.inside_store");
    // The policy of files holds, and so does a mark: it can't wait for a second person, so it isn't done.
    let marks = "[release]\nsecond_person = [\"log.export\"]\n";
    std::fs::write(office.folder().join("store/config.toml"), marks).unwrap();
    let marked = path("marked.csv");
    assert_ne!(by(&office, "boss", &["log", "export", &marked]).code, Some(0));
    assert!(!std::path::Path::new(&marked).exists());
    done(&office, "boss", &["check"]);
}
