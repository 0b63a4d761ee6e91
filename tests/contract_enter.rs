//! `enter` from the outside: what a clerk enters from paper is an application like any other, with a number of its own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't set up has failed")]

mod program;

use std::io::Write as _;
use std::process::Stdio;

use program::{Answer, Office, row};
use serde_json::{Value, json};

const FORM: &str = r#"
title = "利用申込書"
source = "etumo"
id = "01430"
standard_days = 5
uses_individual_number = true
display_kana = ["氏名フリガナ"]

[[items]]
name = "氏名フリガナ"
kind = "kana"

[[items]]
name = "職種"
kind = "choice"
codes = { 85 = "臨床工学技士", 12 = "医師" }

[[items]]
name = "利用日"
kind = "date"

[[items]]
name = "世帯主の個人番号"
kind = "individual_number"

[[items]]
name = "証明書"
kind = "attachment"
"#;

/// Made up; the check digit is right.
const NUMBER: &str = "918273645010";

fn define(office: &Office, name: &str, text: &str) {
    let folder = office.folder().join("store/forms");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), text).unwrap();
}

fn office() -> Office {
    let office = Office::open();
    define(&office, "riyou.toml", FORM);
    office
}

fn enter(office: &Office, line: &[&str]) -> Answer {
    office.run(&[&["enter"], line, &["--json"]].concat())
}

fn entered(office: &Office, line: &[&str]) -> Value {
    let answer = enter(office, line);
    assert_eq!(answer.code, Some(0), "{line:?}: {answer:?}");
    answer.json()
}

fn fed(office: &Office, text: &str, line: &[&str]) -> Answer {
    let mut command = office.command(line);
    command.env("SEKISHO_TEST_CHEAP", "1");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdin.take().unwrap().write_all(text.as_bytes()));
    Answer::from(child.wait_with_output().unwrap())
}

const COUNTER: [&str; 5] = ["01430", "--channel", "counter", "--received", "2026-04-01"];

fn item<'v>(shown: &'v Value, name: &str) -> &'v Value {
    let items = shown["items"].as_array().unwrap();
    &items.iter().find(|item| item["name"] == name).unwrap_or_else(|| panic!("{name}: {shown}"))["value"]
}

#[test]
fn what_is_entered_is_an_application_with_a_number_of_its_year() {
    let office = office();
    let line = ["--name", "山形　花子", "--item", "氏名フリガナ=ヤマガタ ハナコ", "--item", "職種=85"];
    let first = entered(&office, &[&COUNTER[..], &line[..]].concat());
    assert_eq!((&first["number"], &first["doubtful_values"]), (&json!("S-R8-0001"), &json!([])));
    let post = ["01430", "--channel", "post", "--received", "R8.3.31", "--name", "寒河江　太郎"];
    assert_eq!(entered(&office, &post)["number"], "S-R7-0001", "the 年度 of the day on which it came");
    let third = entered(&office, &[&COUNTER[..], &["--name", "同名", "--item", "利用日=いつか"]].concat());
    assert_eq!(third["number"], "S-R8-0002");
    assert_eq!(third["doubtful_values"], json!([{"field": "利用日", "code": "not_a_date"}]));

    let shown = office.show("S-R8-0001");
    let told = ["source", "status", "line", "kana", "submitted_at"].map(|key| shown[key].clone());
    assert_eq!(
        told,
        ["staff", "unprocessed", "staff", "ヤマガタ ハナコ", "2026-04-01T00:00:00+09:00"].map(Value::from)
    );
    assert_eq!((item(&shown, "職種"), item(&shown, "受付方法")), (&json!("臨床工学技士"), &json!("窓口")));
    assert_eq!((&shown["form"]["id"], &shown["form"]["name"]), (&json!("01430"), &json!("利用申込書")));
    // Its source has no book: nothing is to be reflected anywhere, whatever becomes of it.
    let set = office.run(&["set-status", "provisional", "--all", "--json"]);
    assert_eq!(set.json()["changed"], 3, "{set:?}");
    for (query, count) in [
        ("source:staff", 3),
        ("reflect:done", 3),
        ("reflect:pending", 0),
        ("項目.受付方法:郵送", 1),
        ("申込回線:LGWAN", 3),
    ] {
        assert_eq!(office.count(query), count, "{query}");
    }
    // The definition of the form holds for it: the clock of 標準処理期間 runs from the day on which it came.
    assert_eq!(shown["deadline"]["kind"], "processing", "{shown}");
    let view = office.run(&["list", "--view", "関所で作成", "--json"]);
    assert_eq!(view.json().as_array().map(Vec::len), Some(3), "{view:?}");
    let line = office.run(&["log", "--command", "application.enter", "--json"]).json();
    assert_eq!(line.as_array().map(Vec::len), Some(3), "{line}");
    // What is entered is no change that could be taken back.
    let operation = first["operation"].as_str().unwrap();
    office.run(&["undo", operation, "--json"]).refuses(1, "undo.not_undoable");
    office.check("entered");
}

#[test]
fn numbers_go_on_beside_imports_and_are_never_given_twice() {
    let office = office();
    let line = [&COUNTER[..], &["--name", "甲"]].concat();
    entered(&office, &line);
    office.take_in(&[row("1", "名"), row("2", "名")]);
    let answer = office.run(&[
        "set-status",
        "withdrawn",
        "source:staff",
        "--reason",
        "誤入力",
        "--on",
        "2026-04-02",
        "--by",
        "counter",
        "--json",
    ]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let many: Vec<_> = std::thread::scope(|scope| {
        let line = &line;
        let office = &office;
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(move || entered(office, line)["number"].clone())).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let mut numbers: Vec<_> = many.iter().map(|number| number.as_str().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["S-R8-0002", "S-R8-0003", "S-R8-0004", "S-R8-0005"]);
    // A full export comes back as what it was, and the series goes on behind it.
    let out = office.folder().join("all.csv");
    let exported = office.run(&["export", "csv", out.to_str().unwrap(), "--json"]);
    assert_eq!(exported.code, Some(0), "{exported:?}");
    let again = office.import("all.csv", &std::fs::read(&out).unwrap());
    assert_eq!((again.code, &again.json()["files"][0]["unchanged"]), (Some(0), &json!(7)), "{again:?}");
    assert_eq!(entered(&office, &line)["number"], "S-R8-0006");
    office.check("entered beside imports");
}

#[test]
fn a_correction_changes_what_is_given_and_may_go_back() {
    let office = office();
    entered(
        &office,
        &[&COUNTER[..], &["--name", "山方", "--item", "氏名フリガナ=ヤマガタ", "--remarks", "代理人"]].concat(),
    );
    let revise = |line: &[&str]| entered(&office, &[&["--revise", "S-R8-0001"], line].concat());
    let first = revise(&["--name", "山形", "--item", "氏名フリガナ=ヤマカタ", "--channel", "phone"]);
    assert_eq!((&first["number"], first["operation"].is_string()), (&json!("S-R8-0001"), true));
    let shown = office.show("S-R8-0001");
    assert_eq!(
        [&shown["name"], &shown["kana"], &shown["remarks"]],
        ["山形", "ヤマカタ", "代理人"].map(Value::from).each_ref()
    );
    assert_eq!(item(&shown, "受付方法"), "電話");
    assert_eq!(revise(&["--name", "山形"])["operation"], json!(null), "it says that already");
    // An older download doesn't bring an earlier content back; whoever corrects may.
    assert!(
        revise(&["--name", "山方", "--item", "氏名フリガナ=ヤマガタ", "--channel", "counter"])["operation"].is_string()
    );
    let shown = office.show("S-R8-0001");
    assert_eq!([&shown["name"], &shown["kana"]], ["山方", "ヤマガタ"].map(Value::from).each_ref());
    assert!(revise(&["--remarks", "", "--received", "2026-04-02 09:30"])["operation"].is_string());
    let shown = office.show("S-R8-0001");
    assert_eq!((&shown["remarks"], &shown["submitted_at"]), (&json!(null), &json!("2026-04-02T09:30:00+09:00")));
    assert_eq!(office.count(""), 1);
    office.take_in(&[row("1", "名")]);
    enter(&office, &["--revise", "1", "--name", "x"]).refuses(1, "entry.not_entered_here");
    enter(&office, &["--revise", "9", "--name", "x"]).refuses(1, "number.unknown");
    office.check("corrected");
}

#[test]
fn what_can_not_be_entered_is_refused_and_leaves_nothing() {
    let office = office();
    let by = |line: &[&str]| enter(&office, &[&COUNTER[..], line].concat());
    enter(&office, &["9", "--channel", "post", "--received", "2026-04-01", "--name", "x"])
        .refuses(2, "entry.unknown_form");
    enter(&office, &["01430", "--channel", "post", "--name", "x"]).refuses(2, "entry.not_received");
    enter(&office, &["01430", "--received", "2026-04-01", "--name", "x"]).refuses(2, "entry.no_channel");
    enter(&office, &["01430", "--channel", "post", "--received", "9999-01-01", "--name", "x"])
        .refuses(2, "entry.to_come");
    enter(&office, &["01430", "--channel", "post", "--received", "1600-01-01", "--name", "x"])
        .refuses(2, "entry.too_early");
    by(&[]).refuses(2, "entry.empty");
    by(&["--item", "ない項目=x"]).refuses(2, "entry.unknown_item");
    by(&["--item", "証明書=x.pdf"]).refuses(2, "entry.attachment");
    by(&["--item", "職種"]).refuses(2, "entry.bad_document");
    by(&["--name", "\u{1b}[2J"]).refuses(2, "entry.bad_text");
    // Another source has a form of the same id: by which rules an entry would go can't be told.
    define(&office, "other.toml", "source = \"myna\"\nid = \"01430\"\n");
    by(&["--name", "x"]).refuses(2, "entry.ambiguous_form");
    define(&office, "own.toml", "source = \"staff\"\nid = \"01430\"\ntitle = \"紙の申込\"\n");
    assert_eq!(office.count(""), 0);
    assert_eq!(by(&["--name", "x"]).code, Some(0));
    assert_eq!(office.show("S-R8-0001")["form"]["name"], "紙の申込");
    office.check("refused");
}

#[test]
fn an_entry_comes_as_json_too() {
    let office = office();
    let document = json!({
        "channel": "post", "received": "R8.4.1", "name": "山形", "items": {"職種": "医師", "利用日": null},
    });
    let answer =
        fed(&office, &document.to_string(), &["enter", "01430", "--json-file", "-", "--name", "山方", "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let shown = office.show("S-R8-0001");
    assert_eq!(
        (&shown["name"], item(&shown, "職種"), item(&shown, "利用日")),
        (&json!("山方"), &json!("医師"), &json!(null))
    );
    for bad in ["{", "[]", r#"{"x": "y"}"#, r#"{"name": 1}"#, r#"{"channel": "online"}"#, r#"{"items": ["x"]}"#] {
        fed(&office, bad, &["enter", "01430", "--json-file", "-", "--json"]).refuses(2, "entry.bad_document");
    }
}

const BOSS: &str = "いろはにほへとちりぬるを わかよ";

fn boss(office: &Office, document: &Value, line: &[&str]) -> Answer {
    let file = office.put("entry.json", document.to_string().as_bytes());
    let file: &[&str] = if document.is_null() { &[] } else { &["--json-file", file.to_str().unwrap()] };
    fed(office, &format!("{BOSS}\n"), &[line, file, &["--as", "boss", "--passphrase-fd", "0", "--json"]].concat())
}

#[test]
fn what_may_not_lie_open_is_sealed_or_not_entered() {
    let office = Office::vacant();
    let done = |answer: Answer| {
        assert_eq!(answer.code, Some(0), "{answer:?}");
        answer.json()
    };
    done(boss(&office, &json!(null), &["init", "--segment", "mynumber", "--sign-in", "passphrase"]));
    define(&office, "riyou.toml", FORM);
    let document = json!({"name": "山形", "items": {"世帯主の個人番号": NUMBER}});
    let line = [&["enter"], &COUNTER[..]].concat();
    boss(&office, &document, &line).refuses(4, "entry.cannot_seal");
    done(boss(
        &office,
        &json!(null),
        &["grant", "add", "specific_personal", "--operator", "boss", "--until", "2099-03-31"],
    ));
    done(boss(&office, &json!(null), &["keys", "found"]));
    assert_eq!(done(boss(&office, &document, &line))["number"], "S-R8-0001");
    std::fs::remove_file(office.folder().join("entry.json")).unwrap();
    let lies_open = || {
        let mut folders = vec![office.folder().to_owned()];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if std::fs::read(&path).unwrap().windows(12).any(|bytes| bytes == NUMBER.as_bytes()) {
                    found.push(path);
                }
            }
        }
        found
    };
    assert_eq!(lies_open(), Vec::<std::path::PathBuf>::new());
    let shown = done(boss(&office, &json!(null), &["reveal", "S-R8-0001", "世帯主の個人番号", "--reason", "審査"]));
    assert_eq!(shown["value"], NUMBER);

    // A correction that doesn't give it again would lose it.
    let revise = ["enter", "--revise", "S-R8-0001"];
    boss(&office, &json!({"name": "山方"}), &revise).refuses(1, "entry.sealed_again");
    let corrected = json!({"name": "山方", "items": {"世帯主の個人番号": "827364501924"}});
    let told = done(boss(&office, &corrected, &revise));
    assert_eq!(told["doubtful_values"], json!([{"field": "世帯主の個人番号", "code": "check_digit"}]));
    let shown = done(boss(&office, &json!(null), &["reveal", "S-R8-0001", "世帯主の個人番号", "--reason", "審査"]));
    assert_eq!(shown["value"], "827364501924");
    done(boss(&office, &json!(null), &["check"]));
}
