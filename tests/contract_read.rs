//! `list`, `count`, `show`, `log` by the contract: shapes, orders, columns, and text that would act on a terminal.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use program::{HEADER, Office, list, row};
use serde_json::{Value, json};

/// A store with three applications of two forms, and one of them from a second source too.
fn furnished() -> Office {
    let office = Office::open();
    office.take_in(&[
        row("000000000001", "高崎 一郎"),
        row("000000000002", "髙﨑 花子").replace("10月29日", "10月30日").replace("未処理", "完了"),
        row("000000000003", "山形 太郎").replace("01430", "00012").replace("利用申込書", "犬の登録"),
    ]);
    office
}

fn numbers(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["number"].as_str().unwrap()).collect()
}

#[test]
fn an_application_has_every_key_of_the_contract() {
    let office = furnished();
    let answer = office.run(&["list", "number:000000000001", "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let expected = json!([{
        "source": "etumo",
        "number": "000000000001",
        "user_id": "u1",
        "name": "高崎 一郎",
        "display_name": "高崎 一郎",
        "kana": "シケン",
        "mail": "u1@example.jp",
        "form": {"id": "01430", "version": "1", "name": "利用申込書", "kind": null},
        "submitted_at": "2020-10-29T09:24:00+09:00",
        "status": "unprocessed",
        "status_label": "未処理",
        "source_status": "unprocessed",
        "result": null,
        "line": null,
        "reply": {"required": null, "state": null},
        "survey_checked": null,
        "remarks": "",
        "assignee": null,
        "due": null,
        "tags": [],
        "individual_number": null,
        "ruling": null,
        "received_on": null,
        "received_number": null,
        "custody": "here",
        "version": 1,
        "items": [{"name": "氏名フリガナ", "value": "シケン"}, {"name": "希望日", "value": "2020年11月2日"}],
        "attachments": [],
        "deliveries": [],
    }]);
    assert_eq!(answer.json(), expected);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&answer.json()[0]), keys(&expected[0]));
    let shown = office.show("000000000001");
    assert_eq!(keys(&shown)[..29], keys(&expected[0])[..]);
    assert_eq!(shown["history"][0]["command"], "import.run");
    assert_eq!((&shown["history"].as_array().unwrap().len(), &shown["earlier_revisions"]), (&1, &json!(0)));
}

#[test]
fn the_newest_comes_first_and_any_field_sorts() {
    let office = furnished();
    let of = |arguments: &[&str]| {
        let answer = office.run(&[&["list", "--json"], arguments].concat());
        assert_eq!(answer.code, Some(0), "{answer:?}");
        numbers(&answer.json()).iter().map(|number| number.trim_start_matches('0').to_owned()).collect::<String>()
    };
    assert_eq!(of(&[]), "213");
    assert_eq!(of(&["--sort", "number:desc"]), "321");
    assert_eq!(of(&["--sort", "処理状況:desc", "--limit", "1"]), "2");
    assert_eq!(of(&["--limit", "0"]), "");
    office.run(&["list", "--sort", "colour", "--json"]).refuses(2, "list.unknown_sort");
}

#[test]
fn the_query_finds_in_both_languages_and_points_at_what_is_wrong() {
    let office = furnished();
    for (query, found) in [
        ("高崎", 2),
        ("髙﨑 花子", 1),
        ("status:completed", 1),
        ("処理状況:完了", 1),
        ("申込日時:R2.10.30..", 1),
        ("様式:犬", 1),
        ("assignee:誰か", 0),
        ("", 3),
    ] {
        assert_eq!(office.count(query), found, "{query}");
    }
    assert_eq!(office.run(&["count", "--json", "--", "-高崎"]).json()["count"], 1);
    let wrong = office.run(&["list", "\"高崎", "--json"]);
    wrong.refuses(2, "query.unclosed");
    assert_eq!(wrong.json()["error"]["place"]["column"], 1);
    office.run(&["count", "colour:red", "--json"]).refuses(2, "query.unknown_field");
}

#[test]
fn columns_are_chosen_by_the_names_of_the_json_or_in_japanese() {
    let office = furnished();
    let list =
        |columns: &str| office.run(&["list", "--sort", "number", "--limit", "1", "--json", "--columns", columns]);
    let expected = json!([{"number": "000000000001", "name": "高崎 一郎", "item.希望日": "2020年11月2日"}]);
    assert_eq!(list("number,name,item.希望日").json(), expected);
    assert_eq!(list("整理番号,氏名,項目.希望日").json(), expected);
    assert_eq!(list("form").json()[0]["form"]["id"], "01430");
    list("number,colour").refuses(2, "list.unknown_column");
}

#[test]
fn every_shape_of_a_list_holds_the_same_applications() {
    let office = furnished();
    let of = |format: &str| {
        let answer = office.run(&["list", "--format", format, "--columns", "number,status,name"]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        answer.stdout
    };
    assert_eq!(of("csv").lines().next(), Some("number,status,name"));
    assert!(of("csv").contains("000000000002,completed,髙﨑 花子\r\n"));
    let lines: Vec<Value> = of("ndjson").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(Value::Array(lines), serde_json::from_str::<Value>(&of("json")).unwrap());
    let table = of("table");
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(
        rows,
        [
            "整理番号      処理状況  氏名/法人名",
            "000000000002  完了      髙﨑 花子",
            "000000000001  未処理    高崎 一郎",
            "000000000003  未処理    山形 太郎",
        ]
    );
    let empty = Office::open();
    for (format, text) in [("json", "[]\n"), ("ndjson", ""), ("table", "")] {
        assert_eq!(empty.run(&["list", "--format", format]).stdout, text);
    }
    assert!(empty.run(&["list", "--format", "csv"]).stdout.starts_with("source,number,"));
    office.run(&["list", "--format", "csv", "--json"]).refuses(2, "usage");
}

#[test]
fn groups_are_counted_by_the_fields_that_were_asked() {
    let office = furnished();
    let answer = office.run(&["count", "--by", "status,form", "--json"]);
    let expected = json!({"count": 3, "groups": [
        {"status": "completed", "form": "01430", "count": 1},
        {"status": "unprocessed", "form": "00012", "count": 1},
        {"status": "unprocessed", "form": "01430", "count": 1},
    ]});
    assert_eq!(answer.json(), expected);
    assert_eq!(
        office.run(&["count", "--by", "申込回線", "--json"]).json()["groups"],
        json!([{"line": null, "count": 3}])
    );
    assert_eq!(office.run(&["count"]).stdout, "3\n");
    office.run(&["count", "--by", "colour", "--json"]).refuses(2, "count.unknown_field");
}

#[test]
fn a_number_of_two_sources_must_be_named_whole() {
    let office = furnished();
    let other = "受付番号,氏名\r\n000000000001,別の人\r\n";
    assert_eq!(office.import("other.csv", other.as_bytes()).code, Some(0));
    let ambiguous = office.run(&["show", "000000000001", "--json"]);
    ambiguous.refuses(2, "number.ambiguous");
    assert!(ambiguous.stderr.contains("etumo/000000000001") && ambiguous.stderr.contains("generic/000000000001"));
    assert_eq!(office.show("generic/000000000001")["name"], "別の人");
    assert_eq!(office.show("etumo/000000000001")["name"], "高崎 一郎");
    office.run(&["show", "9", "--json"]).refuses(1, "number.unknown");
}

#[test]
fn hostile_text_is_kept_and_never_acts() {
    let hostile = "山\u{1B}]52;c;QQ==\u{7}形\u{9B}31m\u{202E}郎\u{200B}\u{E0001}";
    let office = Office::open();
    office.take_in(&[row("1", hostile)]);
    assert_eq!(office.show("1")["name"], hostile);
    assert_eq!(office.run(&["list", "--json"]).json()[0]["name"], hostile);
    let acts = |text: &str| text.chars().any(|c| c != '\n' && c != '\r' && sekisho::domain::visible::is_hidden(c));
    for line in
        [&["list"][..], &["list", "--json"], &["list", "--format", "ndjson"], &["show", "1"], &["show", "1", "--json"]]
    {
        let answer = office.run(line);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        assert!(!acts(&answer.stdout), "{line:?}: {:?}", answer.stdout);
    }
    assert!(office.run(&["list"]).stdout.contains("山␛]52;c;QQ==␇形"));
    // A pipe gets CSV as it is.
    let csv = office.run(&["list", "--format", "csv"]).stdout;
    assert!(csv.contains(hostile));
    // Nor does a hostile name of a file, or of a column.
    let file = office.put("a\u{1B}[2Jb.csv", list(&[]).replace("希望日", "希\u{9B}望\u{202E}日").as_bytes());
    for answer in [
        office.run(&["import", file.to_str().unwrap()]),
        office.run(&["import", file.to_str().unwrap(), "--profile", "x\u{1B}[2J", "--json"]),
        office.run(&["list", "\u{1B}[2J:x"]),
        office.run(&["--\u{9B}2J"]),
    ] {
        assert!(!acts(&answer.stdout) && !acts(&answer.stderr), "{answer:?}");
    }
}

#[test]
fn names_of_applicants_appear_only_where_the_contract_says() {
    let office = furnished();
    let name = "山形 太郎";
    assert!(office.run(&["set-status", "仮受付", "--json", &format!("\"{name}\"")]).json()["changed"] == 1);
    let out = office.folder().join("out.csv");
    assert_eq!(office.run(&["export", "csv", out.to_str().unwrap(), &format!("\"{name}\""), "--json"]).code, Some(0));
    let silent: [&[&str]; 11] = [
        &["log"],
        &["log", "--json"],
        &["log", "--all"],
        &["log", "--looks"],
        &["log", "--looks", "--json"],
        &["check", "--json"],
        &["log", "verify", "--json"],
        &["count", "--json"],
        &["count", "--by", "form,status"],
        &["undo", "--json"],
        &["rejected", "list", "--json"],
    ];
    for line in silent {
        let answer = office.run(line);
        assert!(!answer.stdout.contains("太郎") && !answer.stderr.contains("太郎"), "{line:?}: {answer:?}");
    }
    let told = office.run(&["log", "--json", "--with-text"]);
    assert!(told.stdout.contains(name), "{told:?}");
}

#[test]
fn the_log_tells_who_did_what_newest_first() {
    let office = Office::founded("lgwan", "os");
    office.take_in(&[row("1", "名"), row("2", "名")]);
    assert_eq!(office.run(&["set-status", "返却中", "number:1", "--reason", "住所が空欄", "--json"]).code, Some(0));
    assert_eq!(office.run(&["undo", "--json"]).code, Some(0));
    let log = office.run(&["log", "--json"]).json();
    let keys: Vec<&String> = log[0].as_object().unwrap().keys().collect();
    assert_eq!(keys[..8], ["operation", "at", "operator", "command", "count", "undoes", "text", "hash"]);
    let commands: Vec<&str> = log.as_array().unwrap().iter().map(|one| one["command"].as_str().unwrap()).collect();
    assert_eq!(commands[..3], ["application.undo", "application.set_status", "import.run"]);
    assert_eq!(log[0]["undoes"], log[1]["operation"]);
    assert_eq!((&log[1]["count"], &log[1]["text"]), (&json!(1), &Value::Null));
    assert_eq!(office.run(&["log", "--json", "--with-text"]).json()[1]["text"], "住所が空欄");
    assert!(log[1]["operator"].is_string() && log[0]["at"].as_str().unwrap().ends_with("+09:00"));
    assert_eq!(log[0]["hash"].as_str().unwrap().len(), 64);
    let count = |arguments: &[&str]| {
        let answer = office.run(&[&["log", "--json"], arguments].concat());
        assert_eq!(answer.code, Some(0), "{answer:?}");
        answer.json().as_array().unwrap().len()
    };
    assert_eq!(count(&["--command", "application"]), 2);
    assert_eq!(count(&["--command", "application.undo"]), 1);
    assert_eq!((count(&["--operator", "nobody-else"]), count(&["--since", "明日"])), (0, 0));
    assert_eq!((count(&["number:2"]), count(&["number:1"])), (1, 3));
    assert!(count(&["--since", "今日"]) >= 4);
    office.run(&["log", "--since", "2020年13月", "--json"]).refuses(2, "date.bad_month");
    let verified = office.run(&["log", "verify", "--json"]).json();
    // Each look at the log is an operation as well; the look that lists them all is the one behind them.
    let all = office.run(&["log", "--all", "--json"]).json();
    assert_eq!((&verified["ok"], &verified["operations"]), (&json!(true), &json!(all.as_array().unwrap().len())));
    let head = &verified["heads"][0];
    assert_eq!((&head["head"], &head["seq"]), (&all[0]["hash"], &verified["operations"]));
    assert!(office.run(&["log", "verify"]).stdout.contains("これ以降は未証明"));
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let office = Office::open();
    let rows: Vec<String> = (1..=3000).map(|n| row(&format!("{n:012}"), "名")).collect();
    office.take_in(&rows);
    for line in [&["list"][..], &["list", "--json"], &["list", "--format", "csv"], &["list", "--format", "ndjson"]] {
        let mut child = office
            .command(line)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{line:?}: {output:?}");
    }
    // A full disk behind stdout is one.
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = office.command(&["list", "--json"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(!output.stderr.is_empty());
}

#[test]
fn absent_is_null_and_empty_stays_empty() {
    let office = Office::open();
    office.take_in(&[row("1", "").replace("u1@example.jp", "")]);
    let without: String = HEADER.replace("連絡先メールアドレス,", "");
    let line = row("2", "名").replace("u1@example.jp,", "");
    assert_eq!(office.import("less.csv", format!("{without}\r\n{line}\r\n").as_bytes()).code, Some(0));
    assert_eq!(office.show("1")["mail"], "");
    assert_eq!(office.show("2")["mail"], Value::Null);
}
