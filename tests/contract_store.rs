//! `init`, `demo`, `check`, `profile`, `config`, `completions`, the words before a command, and stores that can't be
//! opened.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use std::path::Path;
use std::process::Command;

use program::{Answer, Office, row};
use serde_json::{Value, json};

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Writes to the database as nobody should.
fn injure(office: &Office, sql: &str) {
    let database = office.folder().join("store/sekisho.db");
    let done = Command::new("sqlite3").arg(database).arg(sql).output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn a_store_is_founded_once() {
    let office = Office::vacant();
    let line = ["init", "--segment", "mynumber", "--sign-in", "os", "--terminal", "窓口3", "--json"];
    let answer = office.run(&line);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let store = office.folder().join("store");
    let expected = json!({"store": path(&store), "segment": "mynumber", "sign_in": "os", "terminal": "窓口3"});
    assert_eq!(answer.json(), expected);
    office.run(&line).refuses(1, "store.exists");
    assert!(!store.join("config.toml").exists());
    office.run(&["init", "--segment", "internet", "--sign-in", "os", "--json"]).refuses(2, "usage");
    office.run(&["init", "--segment", "lgwan", "--json"]).refuses(2, "usage");
    let other = Office::vacant();
    other.run(&["init", "--segment", "lgwan", "--sign-in", "passphrase", "--json"]).refuses(2, "passphrase.missing");
    let named = other.run(&["init", "--segment", "lgwan", "--sign-in", "none", "--json"]);
    assert!(!named.json()["terminal"].as_str().unwrap().is_empty(), "{named:?}");
}

#[test]
fn the_place_of_the_store_is_a_flag_a_variable_or_the_usual_folder() {
    let office = Office::open();
    office.take_in(&[row("1", "名")]);
    let store = office.folder().join("store");
    let program = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho"));
        command
            .env_remove("SEKISHO_STORE")
            .env_remove("XDG_DATA_HOME")
            .env("HOME", office.folder())
            .env("XDG_STATE_HOME", office.folder().join("state"));
        command
    };
    let count = |command: &mut Command| Answer::from(command.args(["count", "--json"]).output().unwrap());
    count(&mut program()).refuses(1, "store.absent");
    assert_eq!(count(program().env("SEKISHO_STORE", &store)).json()["count"], 1);
    let after = Answer::from(program().args(["count", "--json", "--store"]).arg(&store).output().unwrap());
    assert_eq!(after.json()["count"], 1);
    std::fs::create_dir_all(office.folder().join(".local/share")).unwrap();
    std::fs::rename(&store, office.folder().join(".local/share/sekisho")).unwrap();
    assert_eq!(count(&mut program()).json()["count"], 1);
}

#[test]
fn who_works_is_told_by_the_system() {
    let office = Office::founded("lgwan", "os");
    office.run(&["count", "--as", "nobody-else", "--json"]).refuses(4, "sign_in.other_operator");
    office.take_in(&[row("1", "名")]);
    let operator = office.run(&["log", "--json"]).json()[0]["operator"].as_str().unwrap().to_owned();
    assert_eq!(office.run(&["count", "--as", &operator, "--json"]).code, Some(0));
    let open = Office::open();
    open.take_in(&[row("1", "名")]);
    assert_eq!(open.run(&["log", "--json"]).json()[0]["operator"], Value::Null);
}

#[test]
fn a_demo_is_made_of_made_up_people_where_nothing_else_stood() {
    let office = Office::vacant();
    let dir = office.folder().join("demo");
    let answer = office.run(&["demo", "--rows", "300", "--dir", path(&dir), "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let report = answer.json();
    let keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["dir", "applications", "added", "updated", "rejected"]);
    assert_eq!((report["dir"].as_str(), report["applications"].as_u64()), (Some(path(&dir)), Some(300)));
    assert!(report["rejected"].as_u64().unwrap() > 0 && report["updated"].as_u64().unwrap() > 0, "{report}");
    let inside = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho"));
        command.env("SEKISHO_STORE", &dir).env("HOME", office.folder());
        command.env("XDG_STATE_HOME", office.folder().join("state")).args(arguments);
        Answer::from(command.output().unwrap())
    };
    assert_eq!(inside(&["check", "--json"]).code, Some(0));
    let names = inside(&["list", "--json", "--columns", "number,name"]).stdout;
    // Again it makes place for itself, and the same seed makes the same people; another one others.
    assert_eq!(office.run(&["demo", "--rows", "300", "--dir", path(&dir), "--json"]).code, Some(0));
    assert_eq!(inside(&["list", "--json", "--columns", "number,name"]).stdout, names);
    assert_eq!(office.run(&["demo", "--rows", "300", "--dir", path(&dir), "--seed", "7", "--json"]).code, Some(0));
    assert_ne!(inside(&["list", "--json", "--columns", "number,name"]).stdout, names);
    // Without a terminal it says where it is and ends.
    let shown = office.run(&["demo", "--rows", "5", "--dir", path(&dir)]);
    assert!(shown.code == Some(0) && shown.stdout.contains(path(&dir)), "{shown:?}");
    let real = Office::open();
    let store = real.folder().join("store");
    real.run(&["demo", "--dir", path(&store), "--json"]).refuses(1, "demo.not_a_demo");
    real.run(&["demo", "--dir", path(real.folder()), "--json"]).refuses(1, "demo.not_a_demo");
}

#[test]
fn without_a_terminal_there_is_no_screen() {
    Office::open().run(&["--json"]).refuses(2, "screen.no_terminal");
}

#[test]
fn a_store_that_can_not_be_opened_says_why() {
    Office::vacant().run(&["count", "--json"]).refuses(1, "store.absent");
    let newer = Office::open();
    injure(&newer, "UPDATE meta SET v = 999 WHERE k = 'schema'");
    newer.run(&["count", "--json"]).refuses(5, "store.newer");
    let other = Office::open();
    std::fs::write(other.folder().join("store/sekisho.db"), "no database, but longer than nothing").unwrap();
    std::fs::remove_file(other.folder().join("store/sekisho.db-wal")).unwrap_or_default();
    other.run(&["count", "--json"]).refuses(5, "store.damaged");
}

#[test]
fn a_damaged_store_is_found_and_the_place_named() {
    let injuries = [
        ("UPDATE app SET name = 'somebody else' WHERE number = '1'", false),
        ("UPDATE state SET status = 9", false),
        ("UPDATE op SET bytes = zeroblob(length(bytes)) WHERE id = 2", true),
        ("UPDATE op SET hash = zeroblob(32) WHERE id = 2", true),
        ("DELETE FROM op WHERE id = 2", true),
    ];
    for (sql, in_log) in injuries {
        let office = Office::open();
        office.take_in(&[row("1", "名"), row("2", "名")]);
        office.check("before");
        injure(&office, sql);
        let answer = office.run(&["check", "--json"]);
        answer.refuses(5, "store.damaged");
        assert!(answer.json()["error"]["place"]["file"].is_string(), "{sql}: {answer:?}");
        let verified = office.run(&["log", "verify", "--json"]);
        if in_log {
            verified.refuses(5, "store.damaged");
        } else {
            assert_eq!(verified.code, Some(0), "{sql}: {verified:?}");
        }
    }
}

#[test]
fn check_counts_what_it_saw() {
    let office = Office::open();
    office.take_in(&[row("1", "名"), row("2", "名")]);
    let report = office.run(&["check", "--json"]).json();
    let keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["ok", "operations", "applications", "contents", "heads"]);
    assert_eq!((&report["ok"], &report["operations"], &report["applications"]), (&json!(true), &json!(2), &json!(2)));
    assert_eq!(report["heads"][0]["head"].as_str().unwrap().len(), 64);
}

#[test]
fn profiles_are_listed_shown_and_checked() {
    let office = Office::open();
    let names: Vec<Value> = office
        .run(&["profile", "list", "--json"])
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].clone())
        .collect();
    for name in ["etumo-list", "generic", "sekisho"] {
        assert!(names.contains(&json!(name)), "{names:?}");
        assert_eq!(office.run(&["profile", "show", name, "--json"]).json()["name"], name);
    }
    assert_eq!(
        office.run(&["profile", "show", "etumo-list", "--json"]).json()["columns"]["number"],
        json!(["整理番号"])
    );
    office.run(&["profile", "show", "nobody", "--json"]).refuses(1, "profile.unknown");
    let good = office.put("mado.toml", "source = \"mado\"\n[columns]\nnumber = [\"番号\"]\n".as_bytes());
    assert_eq!(
        office.run(&["profile", "check", path(&good), "--json"]).json(),
        json!({"ok": true, "name": "mado", "source": "mado"})
    );
    let bad = office.put("bad.toml", "source = \"mado\"\n[columns]\nnumbre = [\"番号\"]\n".as_bytes());
    let answer = office.run(&["profile", "check", path(&bad), "--json"]);
    answer.refuses(1, "profile.unknown_key");
    assert_eq!(answer.json()["error"]["place"]["line"], 3);
    office.run(&["profile", "check", "absent.toml", "--json"]).refuses(1, "file.absent");
    // A profile in the store's folder is used.
    let folder = office.folder().join("store/data/profiles");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(&good, folder.join("mado.toml")).unwrap();
    assert_eq!(office.import("mado.csv", "番号,用件\r\n7,相談\r\n".as_bytes()).file()["profile"], "mado");
    assert_eq!(office.show("7")["source"], "mado");
}

#[test]
fn settings_are_read_checked_and_shown() {
    let office = Office::open();
    let file = office.put(
        "store/config.toml",
        "[ui]\nlang = \"en\"\nkeymaps = \"vim\"\nascii = 1\n[smtp]\nhost = \"mail.example.jp\"\n".as_bytes(),
    );
    let check = office.run(&["config", "check", "--json"]);
    check.refuses(1, "config.problems");
    let problems = check.json()["problems"].clone();
    assert_eq!((&problems[0]["code"], &problems[0]["place"]["line"]), (&json!("config.unknown_key"), &json!(3)));
    assert!(problems[0]["message"].as_str().unwrap().contains("ui.keymap"), "{problems}");
    assert_eq!((&problems[1]["code"], &problems[1]["place"]["column"]), (&json!("config.bad_value"), &json!(9)));
    // The rest is in force, and the problems are told with every command.
    let absent = office.run(&["show", "1", "--json"]);
    assert!(absent.stderr.contains("No application") || absent.stderr.contains("no application"), "{absent:?}");
    assert!(absent.stderr.contains("ui.keymaps"), "{absent:?}");
    let shown = office.run(&["config", "show", "--json"]).json();
    assert_eq!((&shown["settings"]["ui"]["lang"], &shown["settings"]["ui"]["ascii"]), (&json!("en"), &json!(false)));
    assert_eq!((&shown["settings"]["smtp"]["host"], &shown["file"]), (&json!("mail.example.jp"), &json!(path(&file))));
    // --lang is above the settings, --config takes their place.
    assert!(office.run(&["--lang", "ja", "show", "1"]).stderr.contains("申込はありません"));
    let other = office.put("other.toml", b"");
    let line = ["--config", path(&other), "config", "check", "--json"];
    assert_eq!(office.run(&line).json(), json!({"ok": true, "file": path(&other), "problems": []}));
    office.run(&["--config", "absent.toml", "count", "--json"]).refuses(1, "file.absent");
    let broken = office.folder().join("store/data/locales/ja");
    std::fs::create_dir_all(&broken).unwrap();
    std::fs::write(broken.join("cli.toml"), "[cli\n").unwrap();
    let named = office.run(&["config", "check", "--json"]).json()["problems"].to_string();
    assert!(named.contains("config.broken_file") && named.contains("locales/ja/cli.toml"), "{named}");
}

#[test]
fn a_wrong_command_line_is_explained_in_the_chosen_language() {
    let office = Office::open();
    let wrong: [&[&str]; 9] = [
        &["lisst"],
        &["list", "--colour"],
        &["list", "--limit", "many"],
        &["list", "--limit"],
        &["rejected"],
        &["rejected", "burn"],
        &["set-status"],
        &["list", "a", "b"],
        &["list", "--format", "xml"],
    ];
    for line in wrong {
        let ja = office.run(&[line, &["--json"]].concat());
        ja.refuses(2, "usage");
        assert_eq!(ja.json()["error"]["place"], Value::Null);
        assert!(ja.stderr.contains("使い方は"), "{ja:?}");
        let en = office.run(&[&["--lang", "en", "--json"], line].concat());
        en.refuses(2, "usage");
        assert!(en.stderr.contains("--help") && !en.stderr.contains("使い方"), "{en:?}");
        assert!(office.run(line).stdout.is_empty(), "{line:?}");
    }
    assert!(office.run(&["lisst"]).stderr.contains("list"));
    assert!(office.run(&["--store", "elsewhere", "count"]).stderr.contains("二度"));
}

#[test]
fn help_and_version_are_there_in_both_languages() {
    let office = Office::vacant();
    for (lang, word) in [("ja", "使い方"), ("en", "Usage")] {
        for line in [&["--help"][..], &["list", "--help"], &["rejected", "export", "-h"], &["log", "verify", "--help"]]
        {
            let answer = office.run(&[&["--lang", lang], line].concat());
            assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""), "{answer:?}");
            assert!(answer.stdout.contains(word) && !answer.stdout.contains("help."), "{answer:?}");
        }
    }
    assert!(!office.run(&["list", "--help"]).stdout.contains("Usage"));
    assert!(office.run(&["--version"]).stdout.contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn shells_complete_the_command_line() {
    let office = Office::vacant();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let answer = office.run(&["completions", shell]);
        assert!(answer.code == Some(0) && answer.stdout.contains("set-status"), "{shell}");
    }
    office.run(&["completions", "command.com", "--json"]).refuses(2, "usage");
}
