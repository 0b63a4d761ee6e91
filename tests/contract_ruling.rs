//! `ruling` by the contract: one 起案 of many, its files, what was decided entered once, and the 審査結果 that it holds meanwhile.
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

fn done(office: &Office, line: &[&str]) -> Value {
    let answer = office.run(&[line, &["--json"]].concat());
    assert_eq!(answer.code, Some(0), "{line:?}: {answer:?}");
    answer.json()
}

fn submit(office: &Office, line: &[&str]) -> String {
    let made = done(office, &[&["ruling", "submit", "--title", "備品の貸出"], line].concat());
    made["ruling"].as_str().unwrap().to_owned()
}

const SETTLE: [&str; 6] = ["--on", "2020-11-10", "--document", "令2市民第7号", "--decider", "市民課長"];

fn settle<'a>(id: &'a str, line: &[&'a str]) -> Vec<&'a str> {
    [&["ruling", "settle", id], line].concat()
}

#[test]
fn one_draft_of_many_is_decided_once_for_all() {
    let office = office_of(3);
    done(&office, &["result", "approved", "number:1|number:2"]);
    done(&office, &["result", "disapproved", "number:3", "--reason", "要件を満たさない"]);
    let dry = done(&office, &["ruling", "submit", "--all", "--title", "備品の貸出", "--dry-run"]);
    assert_eq!((&dry["operation"], &dry["count"]), (&json!(null), &json!(3)));
    assert_eq!(office.count("has:ruling"), 0);

    let made = done(&office, &["ruling", "submit", "--all", "--title", "備品の貸出"]);
    let id = made["ruling"].as_str().unwrap().to_owned();
    assert_eq!((&made["changed"], &made["count"], &made["sum"]), (&json!(3), &json!(3), &json!(null)));
    let part = |code: &str, label: &str, count: u32| json!({"code": code, "label": label, "count": count});
    assert_eq!(made["breakdown"], json!([part("approved", "承認", 2), part("disapproved", "不承認", 1)]));
    assert_eq!(
        (office.count("ruling:pending"), office.count("決裁:決裁中"), office.count("ruling:settled")),
        (3, 3, 0)
    );
    assert_eq!(done(&office, &["count", "--view", "決裁中"])["count"], json!(3));

    let shown = done(&office, &["ruling", "show", &id]);
    assert_eq!((&shown["state"], &shown["numbers"]), (&json!("pending"), &json!(["1", "2", "3"])));
    let text = shown["text"].as_str().unwrap();
    assert!(text.contains("備品の貸出について（伺い）") && text.contains("承認 2件、不承認 1件"), "{text}");

    let settled = done(&office, &settle(&id, &SETTLE));
    assert_eq!(settled["ruling"], json!(id));
    for number in ["1", "3"] {
        let result = office.show(number)["result"].clone();
        assert_eq!((&result["decided_on"], &result["document_number"]), (&json!("2020-11-10"), &json!("令2市民第7号")));
    }
    let ruling = office.show("2")["ruling"].clone();
    assert_eq!(
        (&ruling["state"], &ruling["label"], &ruling["title"]),
        (&json!("settled"), &json!("決裁済"), &json!("備品の貸出"))
    );
    assert_eq!(
        (office.count("decided:2020-11-10"), office.count("文書番号:第7号"), office.count("ruling:pending")),
        (3, 3, 0)
    );
    let listed = done(&office, &["ruling", "list", "--state", "settled"]);
    assert_eq!(listed[0]["closed"]["decider"], json!("市民課長"));
    let history = office.show("1")["history"].clone();
    assert_eq!((&history[0]["command"], &history[0]["ruling"]["state"]), (&json!("ruling.settle"), &json!("settled")));
    assert_eq!((&history[1]["command"], &history[1]["ruling"]["id"]), (&json!("ruling.submit"), &json!(id)));
    let list = office.run(&["list", "number:1", "--columns", "number,ruling,decided_on,文書番号"]);
    assert!(
        list.stdout.contains("決裁済") && list.stdout.contains("2020-11-10") && list.stdout.contains("令2市民第7号"),
        "{list:?}"
    );
    office.check("decided");
}

#[test]
fn while_it_is_pending_the_results_stay_and_afterwards_they_need_a_reason() {
    let office = office_of(3);
    done(&office, &["result", "approved", "--all"]);
    let id = submit(&office, &["number:1|number:2"]);
    let part = office.run(&["result", "dismissed", "--all", "--reason", "誤り", "--json"]);
    assert_eq!((part.code, &part.json()["changed"]), (Some(3), &json!(1)), "{part:?}");
    let failed = part.json()["failed"].clone();
    assert_eq!((&failed[0]["reason"], failed.as_array().unwrap().len()), (&json!("in_ruling"), 2));
    assert!(failed[0]["message"].as_str().unwrap().contains("備品の貸出"), "{failed}");
    // Undoing is no way around it: what was entered before stays under the 起案.
    let log = done(&office, &["log", "--command", "application.result"]);
    let first = log.as_array().unwrap().last().unwrap()["operation"].as_str().unwrap().to_owned();
    office.run(&["undo", &first, "--json"]).refuses(1, "undo.not_undoable");
    assert_eq!(office.count("result:approved"), 2);
    // Nor may they go on a second 起案.
    let again = office.run(&["ruling", "submit", "--all", "--title", "もう一つ", "--json"]);
    assert_eq!((again.code, &again.json()["count"]), (Some(3), &json!(1)), "{again:?}");

    done(&office, &settle(&id, &SETTLE));
    let line = ["result", "partly_approved", "number:1", "--json"];
    let left = office.run(&line);
    assert_eq!((left.code, &left.json()["failed"][0]["reason"]), (Some(1), &json!("decided")), "{left:?}");
    assert_eq!(office.run(&[&line[..], &["--reason", "計算の誤り"]].concat()).code, Some(0));
    // What was decided was another result: it wants another 決裁.
    let result = office.show("1")["result"].clone();
    assert_eq!((&result["code"], &result["decided_on"]), (&json!("partly_approved"), &json!(null)));
    assert_eq!(office.show("2")["result"]["decided_on"], json!("2020-11-10"));
    submit(&office, &["number:1"]);
    assert_eq!(office.show("1")["ruling"]["state"], json!("pending"));
    office.check("held");
}

#[test]
fn it_is_taken_back_while_pending_and_corrected_with_a_reason_afterwards() {
    let office = office_of(2);
    let id = submit(&office, &["--all"]);
    assert_eq!(done(&office, &["undo"])["changed"], json!(2));
    assert_eq!(
        (office.count("has:ruling"), &done(&office, &["ruling", "show", &id])["state"]),
        (0, &json!("taken_back"))
    );
    office.run(&[&settle(&id, &SETTLE)[..], &["--json"]].concat()).refuses(1, "ruling.other_state");
    assert_eq!(done(&office, &["redo"])["changed"], json!(2));
    assert_eq!((office.count("ruling:pending"), &office.show("1")["ruling"]["id"]), (2, &json!(id)));

    done(&office, &["ruling", "return", &id, "--reason", "添付が足りない"]);
    assert_eq!((office.count("ruling:returned"), office.count("決裁:差戻し")), (2, 2));
    done(&office, &["result", "approved", "--all"]);
    let second = submit(&office, &["--all"]);
    done(&office, &settle(&second, &SETTLE));
    office.run(&["undo", &second, "--json"]).refuses(1, "undo.ruling_closed");
    // What was mistyped is entered anew, with the reason; the log keeps both.
    let right = ["--on", "2020-11-11", "--document", "令2市民第8号", "--decider", "市長"];
    let line = settle(&second, &right);
    office.run(&[&line[..], &["--json"]].concat()).refuses(1, "ruling.other_state");
    done(&office, &[&line[..], &["--reason", "番号の誤り"]].concat());
    assert_eq!(office.show("1")["result"]["document_number"], json!("令2市民第8号"));
    assert_eq!(done(&office, &["log", "--command", "ruling.settle"]).as_array().unwrap().len(), 2);
    office.check("corrected");
}

#[test]
fn list_and_text_leave_by_the_one_door() {
    let office = office_of(2);
    done(&office, &["result", "dismissed", "number:2", "--reason", "期限後", "--basis", "要綱3"]);
    let out = office.folder().join("交付.csv");
    let made = done(
        &office,
        &["ruling", "submit", "--all", "--title", "交付", "--sum", "希望日", "--out", out.to_str().unwrap()],
    );
    // 希望日 is no amount: that is told, not reckoned.
    assert_eq!(made["sum"], json!({"item": "希望日", "total": 0, "unread": 2}));
    assert_eq!(made["files"].as_array().unwrap().len(), 2);
    let list = std::fs::read_to_string(&out).unwrap();
    assert!(list.contains("審査結果") && list.contains("却下") && list.contains("要綱3"), "{list}");
    assert_eq!(list.lines().count(), 3);
    // Numbers that nobody has don't leave.
    assert!(!list.contains("個別番号") && !list.contains("収受"), "{list}");
    let text = std::fs::read_to_string(out.with_extension("txt")).unwrap();
    assert!(text.starts_with('\u{feff}') && text.contains("金額の計") && text.ends_with("\r\n"), "{text}");
    let log = done(&office, &["log", "--command", "ruling.write"]);
    assert_eq!(log.as_array().unwrap().len(), 2, "each file has its record: {log}");

    // A place that can't be written doesn't lose the 起案: its files can be written again.
    done(&office, &["undo", made["operation"].as_str().unwrap()]);
    let nowhere = office.folder().join("no-such-folder").join("a.csv");
    let part =
        office.run(&["ruling", "submit", "--all", "--title", "交付", "--out", nowhere.to_str().unwrap(), "--json"]);
    assert_eq!((part.code, &part.json()["changed"]), (Some(3), &json!(2)), "{part:?}");
    let id = part.json()["ruling"].as_str().unwrap().to_owned();
    let again = office.folder().join("b.csv");
    done(&office, &["receive", "number:1", "--on", "2020-11-02", "--pattern", "第{seq}号"]);
    done(&office, &["ruling", "write", &id, "--out", again.to_str().unwrap()]);
    let list = std::fs::read_to_string(&again).unwrap();
    assert!(list.contains("収受番号") && list.contains("第1号") && !list.contains("個別番号"), "{list}");
    office.run(&["undo", "--json"]).refuses(1, "undo.gone_out");
    assert!(again.exists() && again.with_extension("txt").exists());
    let text = office.folder().join("b.txt");
    office.run(&["ruling", "write", &id, "--out", text.to_str().unwrap(), "--json"]).refuses(2, "ruling.bad_out");
    office.check("files");
}

#[test]
fn an_office_may_have_templates_of_its_own() {
    let office = office_of(1);
    let line = |template: &str| {
        let line = ["ruling", "submit", "--all", "--title", "交付", "--template", template, "--dry-run", "--json"];
        office.run(&line)
    };
    line("kaikei").refuses(2, "ruling.unknown_template");
    line("../usual").refuses(2, "ruling.unknown_template");
    let folder = office.folder().join("store").join("rulings");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("kaikei.toml"), "text = \"【件名】 【件数】件 【金額計】\"").unwrap();
    line("kaikei").refuses(1, "ruling.bad_template");
    std::fs::write(folder.join("kaikei.toml"), "text = \"【件名】 【件数】件\"").unwrap();
    assert_eq!(line("kaikei").code, Some(0));
}

#[test]
fn what_can_not_be_is_refused_before_anything_is_done() {
    let office = office_of(1);
    office.run(&["ruling", "submit", "--title", "x", "--json"]).refuses(2, "target.missing");
    office.run(&["ruling", "submit", "--all", "--title", " ", "--json"]).refuses(2, "ruling.bad_text");
    office.run(&["ruling", "submit", "number:9", "--title", "x", "--json"]).refuses(1, "target.nothing_matched");
    office.run(&["ruling", "show", "9999", "--json"]).refuses(1, "ruling.unknown");
    let id = submit(&office, &["--all"]);
    let line = |on: &str, document: &str| {
        let end = ["--on", on, "--document", document, "--decider", "課長", "--json"];
        office.run(&settle(&id, &end))
    };
    line("9999-01-01", "第1号").refuses(2, "ruling.to_come");
    line("2020-11-10", "").refuses(2, "ruling.bad_text");
    office.run(&["ruling", "return", &id, "--json"]).refuses(2, "status.reason_required");
    assert_eq!(office.count("ruling:pending"), 1);
    office.check("refused");
}
