//! `purge` by the contract: until when applications are kept, 延長, 廃棄 with a second person, the 廃棄記録, and that no byte
//! of what was erased is left. Builds for tests take the user and the time from variables: two persons, and years.
#![cfg(debug_assertions)]
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use std::path::Path;

use program::{Answer, Office, list, row};
use serde_json::{Value, json};

/// 2020-10-29: the work ends. 2026-03-31: the last day of 保存期間. 2026-04-01: it is over.
const ENDED: &str = "1603940400000";
const LAST_DAY: &str = "1774926000000";
const OVER: &str = "1775012400000";

const FORM: &str = "title = \"利用申込書\"\nsource = \"etumo\"\nid = \"01430\"\n\
    [retention]\nclassification = \"市民-1\"\nyears = 5\n";

fn at(office: &Office, (now, user): (&str, &str), line: &[&str]) -> Answer {
    let mut command = office.command(line);
    command.arg("--json").env("SEKISHO_TEST_USER", user).env("SEKISHO_TEST_NOW", now);
    Answer::from(command.output().unwrap())
}

fn done(office: &Office, who: (&str, &str), line: &[&str]) -> Value {
    let answer = at(office, who, line);
    assert_eq!(answer.code, Some(0), "{line:?}: {answer:?}");
    answer.json()
}

/// A store that `boss` has founded; `taro` disposes, `kacho` is the second person. Four applications have ended, a fifth
/// goes on.
fn office() -> Office {
    let office = Office::vacant();
    let forms = office.folder().join("store/forms");
    std::fs::create_dir_all(&forms).unwrap();
    std::fs::write(forms.join("riyou.toml"), FORM).unwrap();
    let boss = (ENDED, "boss");
    done(&office, boss, &["init", "--segment", "lgwan", "--sign-in", "os"]);
    for (code, rights) in [("taro", &["dispose", "change_status", "take_out"][..]), ("kacho", &["dispose", "release"])]
    {
        done(&office, boss, &["operator", "add", code]);
        for right in rights {
            done(&office, boss, &["grant", "add", right, "--operator", code]);
        }
    }
    let ended = |n: u32| row(&n.to_string(), &format!("消去対象{n}")).replace("未処理", "完了");
    let rows: Vec<String> = (1..=4).map(ended).chain([row("5", "残る人")]).collect();
    let file = office.put("list.csv", list(&rows).as_bytes());
    done(&office, boss, &["import", file.to_str().unwrap()]);
    office
}

fn count(office: &Office, now: &str, query: &str) -> u64 {
    done(office, (now, "boss"), &["count", query])["count"].as_u64().unwrap()
}

/// How often a text stands in the files of a folder.
fn bytes_of(folder: &Path, text: &str) -> usize {
    let mut found = 0;
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found += bytes_of(&path, text);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found += bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count();
        }
    }
    found
}

#[test]
fn until_when_it_is_kept_is_reckoned_when_it_is_read() {
    let office = office();
    let kept = done(&office, (OVER, "taro"), &["show", "1"])["retention"].clone();
    let expected = json!({
        "classification": "市民-1", "years": 5, "closed_on": "2020-10-29", "fiscal_year": 2020,
        "expires_on": "2026-03-31", "extended_until": null,
    });
    assert_eq!(kept, expected);
    let going_on = done(&office, (OVER, "taro"), &["show", "5"])["retention"].clone();
    assert_eq!((&going_on["years"], &going_on["closed_on"]), (&json!(5), &json!(null)));
    let due = "retention:..yesterday";
    assert_eq!((count(&office, LAST_DAY, due), count(&office, OVER, due)), (0, 4));
    assert_eq!((count(&office, ENDED, "保存期間:2026-03-31"), count(&office, ENDED, "retention:2026-03-30")), (4, 0));
    assert_eq!(done(&office, (OVER, "taro"), &["count", "--view", "廃棄予定"])["count"], json!(4));
    assert_eq!(done(&office, (LAST_DAY, "taro"), &["purge", "list"])["count"], json!(0));
    let listed = done(&office, (OVER, "taro"), &["purge", "list"]);
    let group = json!({
        "classification": "市民-1", "years": 5, "fiscal_year": 2020, "count": 4, "expires_on": "2026-03-31", "extended": 0,
    });
    assert_eq!(listed, json!({"count": 4, "groups": [group]}));
    // Opened again and closed again, its work ended the second time.
    let taro = (LAST_DAY, "boss");
    done(&office, taro, &["set-status", "unprocessed", "number:2", "--reason", "誤り"]);
    done(&office, taro, &["set-status", "force_completed", "number:2", "--reason", "終わり"]);
    assert_eq!(done(&office, taro, &["show", "2"])["retention"]["fiscal_year"], json!(2025));
    assert_eq!(count(&office, OVER, due), 3);
}

#[test]
fn extending_is_one_operation_with_a_reason_and_can_be_undone() {
    let office = office();
    let taro = (OVER, "taro");
    let line = ["purge", "extend", "number:1|number:2", "--until", "2028-03-31"];
    at(&office, taro, &line).refuses(2, "status.reason_required");
    at(&office, taro, &["purge", "extend", "--all", "--until", "2020-01-01", "--reason", "x"]).refuses(2, "purge.over");
    let extended = done(&office, taro, &[&line[..], &["--reason", "係争中"]].concat());
    assert_eq!(extended["changed"], json!(2));
    let shown = done(&office, taro, &["show", "1"]);
    assert_eq!(shown["retention"]["extended_until"], "2028-03-31");
    let step = &shown["history"][0];
    assert_eq!((&step["reason"], &step["extension"]["to"]), (&json!("係争中"), &json!("2028-03-31")));
    assert_eq!((count(&office, OVER, "retention:..yesterday"), count(&office, OVER, "retention:2028-03-31")), (2, 2));
    let left = at(&office, taro, &["purge", "dispose", "number:1", "--document", "第1号"]);
    assert_eq!((left.code, &left.json()["failed"][0]["reason"]), (Some(1), &json!("still_kept")));
    done(&office, taro, &["undo"]);
    assert_eq!(count(&office, OVER, "retention:..yesterday"), 4);
    done(&office, (OVER, "boss"), &["check"]);
}

#[test]
fn disposing_takes_two_and_leaves_nothing() {
    let office = office();
    let (taro, kacho, boss) = ((OVER, "taro"), (OVER, "kacho"), (OVER, "boss"));
    let store = office.folder().join("store");
    assert!(bytes_of(&store, "消去対象1") > 0, "it must be found before");
    // What was said on the phone and what staff noted goes too.
    done(&office, boss, &["call", "1", "応対のことば", "--identified", "name,number"]);
    done(&office, boss, &["note", "1", "メモのことば"]);
    assert!(bytes_of(&store, "応対のことば") > 0 && bytes_of(&store, "メモのことば") > 0, "they must be found before");
    let early = at(&office, (LAST_DAY, "taro"), &["purge", "dispose", "--all", "--document", "令8第1号"]);
    assert_eq!((early.code, early.json()["failed"].as_array().unwrap().len()), (Some(1), 5), "{early:?}");
    at(&office, taro, &["purge", "dispose", "--all", "--document", " "]).refuses(2, "purge.no_document_number");
    assert_eq!(at(&office, taro, &["purge", "dispose", "--all", "--document", "1", "--early"]).code, Some(2));
    let dry = at(&office, taro, &["purge", "dispose", "--all", "--document", "令8第1号", "--dry-run"]);
    assert_eq!((dry.code, &dry.json()["changed"]), (Some(3), &json!(4)));
    // What must be kept is left and named; the rest waits for the second person.
    let line = ["purge", "dispose", "retention:..yesterday", "--document", "令8第1号"];
    let asked = at(&office, taro, &line);
    assert_eq!(asked.code, Some(6), "{asked:?}");
    let id = asked.json()["request"].as_str().unwrap().to_owned();
    let shown = done(&office, kacho, &["request", "show", &id]);
    assert_eq!((&shown["command"], &shown["count"]), (&json!("purge.dispose"), &json!(4)));
    assert_eq!(shown["differences"][0]["before"], "市民-1  2020年度  5年");
    assert_eq!(shown["arguments"]["document_number"], "令8第1号");
    at(&office, taro, &["request", "approve", &id]).refuses(4, "permission.denied");
    assert_eq!(count(&office, OVER, ""), 5, "nothing is done yet");
    done(&office, kacho, &["request", "approve", &id]);
    assert_eq!(count(&office, OVER, ""), 1);
    at(&office, taro, &["show", "1"]).refuses(1, "number.unknown");
    for text in ["消去対象1", "消去対象4", "応対のことば", "メモのことば"] {
        assert_eq!(bytes_of(&store, text), 0, "{text}");
    }
    assert!(bytes_of(&store, "残る人") > 0);
    done(&office, boss, &["check"]);
    let log = done(&office, taro, &["purge", "log"]);
    let line = json!({"classification": "市民-1", "years": 5, "fiscal_year": 2020, "count": 4});
    assert_eq!(
        (&log[0]["operator"], &log[0]["approver"], &log[0]["count"]),
        (&json!("taro"), &json!("kacho"), &json!(4))
    );
    assert_eq!((&log[0]["rule"], &log[0]["lines"]), (&json!("expired"), &json!([line])));
    assert_eq!(log[0]["done"]["steps"], json!(["keys", "search", "log", "database"]));
    // The record is written from the log, and names nobody whose application it was.
    let operation = log[0]["operation"].as_str().unwrap().to_owned();
    for name in ["first.txt", "second.txt"] {
        let out = office.folder().join(name);
        done(&office, taro, &["purge", "record", &operation, "--out", out.to_str().unwrap()]);
        let text = std::fs::read_to_string(&out).unwrap();
        for part in ["件数: 4件", "令8第1号", "実施者: taro", "確認者: kacho", "完結年度: 2020年度", "市民-1"]
        {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains("消去対象"), "{text}");
    }
    at(&office, taro, &["purge", "record", "0-1", "--out", "x"]).refuses(1, "purge.unknown");
    // The request that led to it says nothing any more, and stands as it was decided.
    let ended = done(&office, kacho, &["request", "show", &id]);
    assert_eq!((&ended["state"], &ended["sample"]), (&json!("approved"), &json!(null)));
    // No download brings them back.
    let file = office.folder().join("list.csv");
    let again = done(&office, boss, &["import", file.to_str().unwrap()]);
    let told = &again["files"][0];
    assert_eq!((&told["read"], &told["unchanged"], &told["disposed"]), (&json!(5), &json!(5), &json!(4)));
    assert_eq!((count(&office, OVER, ""), bytes_of(&store, "消去対象1")), (1, 0));
    done(&office, boss, &["check"]);
}

#[test]
fn a_restored_backup_is_told_of_and_erased_again() {
    let office = office();
    let boss = (OVER, "boss");
    let backup = office.folder().join("old.sekisho");
    let out = backup.to_str().unwrap();
    done(&office, (ENDED, "boss"), &["backup", out]);
    let config = office.folder().join("store/config.toml");
    std::fs::write(&config, "[release]\nsecond_person = []\n").unwrap();
    let line = ["purge", "dispose", "number:1", "--document", "第1号"];
    let disposed = done(&office, boss, &line);
    assert_eq!((&disposed["changed"], &disposed["unfinished"]), (&json!(1), &json!(false)));
    let doctor = at(&office, boss, &["doctor"]).json();
    let found = doctor["checks"].as_array().unwrap().iter().find(|one| one["id"] == "erasure").unwrap().clone();
    assert_eq!(found["state"], "warning");
    assert!(found.to_string().contains("old.sekisho"), "{found}");
    done(&office, boss, &["restore", out]);
    at(&office, boss, &["show", "1"]).refuses(1, "number.unknown");
    assert_eq!(count(&office, OVER, ""), 4);
    assert_eq!(done(&office, boss, &["purge", "log"])[0]["rule"], "again");
    let search = office.folder().join("store/search");
    assert_eq!(bytes_of(&search, "消去対象1"), 0);
    done(&office, boss, &["check"]);
}

#[test]
fn an_early_disposal_wants_a_reason_and_says_so() {
    let office = office();
    let config = office.folder().join("store/config.toml");
    std::fs::write(&config, "[release]\nsecond_person = []\n").unwrap();
    let boss = (LAST_DAY, "boss");
    let line = ["purge", "dispose", "--all", "--document", "第2号", "--early", "--reason", "誤って受けた"];
    let disposed = at(&office, boss, &line);
    assert_eq!((disposed.code, &disposed.json()["changed"]), (Some(3), &json!(4)), "{disposed:?}");
    let log = done(&office, boss, &["purge", "log"]);
    assert_eq!((&log[0]["rule"], &log[0]["reason"]), (&json!("early"), &json!("誤って受けた")));
    // Who marked it by its former name has marked it.
    std::fs::write(&config, "[release]\nsecond_person = [\"purge.run\"]\n").unwrap();
    done(&office, boss, &["set-status", "force_completed", "number:5", "--reason", "x"]);
    let waits = at(&office, boss, &["purge", "dispose", "--all", "--document", "3", "--early", "--reason", "y"]);
    assert_eq!(waits.code, Some(6), "{waits:?}");
}
