//! `doctor`: a page that is there whatever is wrong, each line with its state and what to do.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use program::{Answer, Office, row};
use serde_json::Value;

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn examined(office: &Office, more: &[&str]) -> Answer {
    let mut command = office.command(&[&["doctor", "--json"], more].concat());
    command.env("LC_ALL", "ja_JP.UTF-8");
    Answer::from(command.output().unwrap())
}

/// Every line of an id.
fn lines(answer: &Answer, id: &str) -> Vec<Value> {
    let page = answer.json()["checks"].as_array().unwrap().clone();
    for check in &page {
        let keys: Vec<&String> = check.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "state", "found", "advice"]);
        let texts = format!("{} {}", check["found"], check["advice"]);
        assert!(!texts.contains(['{', '}']) && !texts.contains("doctor."), "{check}");
        assert_eq!(check["advice"].is_null(), check["state"] == "ok", "{check}");
    }
    page.into_iter().filter(|check| check["id"] == id).collect()
}

fn state(answer: &Answer, id: &str) -> String {
    let found = lines(answer, id);
    assert_eq!(found.len(), 1, "{id}: {answer:?}");
    found[0]["state"].as_str().unwrap().to_owned()
}

#[test]
fn a_sound_store_has_a_page_without_errors() {
    let office = Office::open();
    office.take_in(&[row("1", "名")]);
    let answer = examined(&office, &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    for id in ["store", "integrity", "wal", "import", "note", "space", "file_system", "permissions", "clock"] {
        assert_eq!(state(&answer, id), "ok", "{id}: {answer:?}");
    }
    for id in ["configuration", "profiles", "inbox", "locale", "terminal", "version"] {
        assert_eq!(state(&answer, id), "ok", "{id}: {answer:?}");
    }
    // Neither a backup nor a sign-in: worth a word, no error.
    assert_eq!((state(&answer, "backup"), state(&answer, "sign_in")), ("warning".into(), "warning".into()));
    let full = examined(&office, &["--full"]);
    assert!(lines(&full, "integrity")[0]["found"].as_str().unwrap().contains("申込 1 件"), "{full:?}");
    for (lang, word) in [("ja", "良好"), ("en", "ok")] {
        let page = office.run(&["--lang", lang, "doctor"]);
        assert!(page.stdout.lines().count() > 12 && page.stdout.contains(word), "{page:?}");
    }
}

#[test]
fn without_a_store_the_other_lines_are_there() {
    let office = Office::vacant();
    let answer = examined(&office, &[]);
    assert_eq!((answer.code, state(&answer, "store").as_str()), (Some(1), "error"));
    assert_eq!((state(&answer, "locale"), state(&answer, "version")), ("ok".into(), "ok".into()));
    let damaged = Office::open();
    std::fs::write(damaged.folder().join("store/sekisho.db"), vec![7; 9000]).unwrap();
    let answer = examined(&damaged, &[]);
    assert_eq!((answer.code, state(&answer, "store").as_str()), (Some(5), "error"));
    assert_eq!(state(&answer, "space"), "ok");
}

#[test]
fn damage_is_named() {
    let office = Office::open();
    office.take_in(&[row("1", "名")]);
    let sql = "UPDATE state SET status = 8";
    let database = office.folder().join("store/sekisho.db");
    assert!(Command::new("sqlite3").arg(database).arg(sql).status().unwrap().success());
    assert_eq!(examined(&office, &[]).code, Some(0), "the quick check doesn't see this");
    let answer = examined(&office, &["--full"]);
    assert_eq!((answer.code, state(&answer, "integrity").as_str()), (Some(1), "error"), "{answer:?}");
}

#[test]
fn a_backup_is_tried() {
    let office = Office::open();
    office.take_in(&[row("1", "名"), row("2", "名")]);
    let answer = examined(&office, &["--drill"]);
    assert_eq!((answer.code, state(&answer, "drill").as_str()), (Some(1), "error"));
    let file = office.folder().join("b.sekisho");
    assert_eq!(office.run(&["backup", path(&file), "--json"]).code, Some(0));
    let answer = examined(&office, &["--drill"]);
    assert_eq!((answer.code, state(&answer, "drill").as_str()), (Some(0), "ok"), "{answer:?}");
    assert!(lines(&answer, "drill")[0]["found"].as_str().unwrap().contains("申込 2 件"));
    assert!(lines(&answer, "backup")[0]["found"].as_str().unwrap().contains("b.sekisho"));
    // It leaves nothing, and the store is as it was.
    let left: Vec<_> = std::fs::read_dir(office.folder().join("store")).unwrap().flatten().collect();
    assert!(left.iter().all(|entry| !entry.file_name().to_string_lossy().starts_with("drill")), "{left:?}");
    assert_eq!(office.run(&["log", "--json"]).json().as_array().unwrap().len(), 3);
    let bytes = std::fs::read(&file).unwrap();
    let cut = office.put("cut.sekisho", &bytes[..bytes.len() / 2]);
    let answer = examined(&office, &["--drill", path(&cut)]);
    assert_eq!((answer.code, state(&answer, "drill").as_str()), (Some(1), "error"), "{answer:?}");
    // Where no store is, a backup can be tried too; what lies beside it is somebody's.
    let photographs = office.folder().join("drill-photographs");
    std::fs::create_dir(&photographs).unwrap();
    let vacant = Office::vacant();
    assert_eq!(state(&examined(&vacant, &["--drill", path(&file)]), "drill"), "ok");
    assert!(photographs.exists());
    std::fs::rename(&file, office.folder().join("moved.sekisho")).unwrap();
    assert_eq!(state(&examined(&office, &[]), "backup"), "warning");
}

#[test]
fn surroundings_are_looked_at() {
    let office = Office::open();
    let (inbox, gone) = (office.folder().join("受信"), office.folder().join("gone"));
    std::fs::create_dir(&inbox).unwrap();
    let config = format!("[inbox]\nfolders = [\"{}\", \"{}\"]\n[ui]\nascii = 1\n", path(&inbox), path(&gone));
    office.put("store/config.toml", config.as_bytes());
    std::fs::create_dir_all(office.folder().join("store/data/profiles")).unwrap();
    office.put("store/data/profiles/own.toml", b"name = 3\n");
    std::fs::set_permissions(office.folder().join("store"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let answer = examined(&office, &[]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    let states: Vec<Value> = lines(&answer, "inbox").into_iter().map(|line| line["state"].clone()).collect();
    assert_eq!(states, ["ok", "error"]);
    let configuration = lines(&answer, "configuration");
    assert!(configuration[0]["found"].as_str().unwrap().contains("config.toml:4:9"), "{configuration:?}");
    assert_eq!(lines(&answer, "profiles")[0]["state"], "error");
    assert_eq!(state(&answer, "permissions"), "warning");
    let mut plain = office.command(&["doctor", "--json"]);
    let plain = Answer::from(plain.env("LC_ALL", "C").output().unwrap());
    assert_eq!(state(&plain, "locale"), "warning");
}
