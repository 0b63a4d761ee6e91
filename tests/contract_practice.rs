//! `practice`: a store of made-up people at a place of its own, with the office's forms, out of which nothing leaves.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use std::path::{Path, PathBuf};
use std::process::Command;

use program::{Answer, Office, row};
use serde_json::Value;

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The program of a person whose data folder lies beside the store of a test.
fn command(office: &Office, arguments: &[&str]) -> Command {
    let mut command = office.command(arguments);
    command.env("XDG_DATA_HOME", office.folder().join("data"));
    command
}

fn practise(office: &Office, arguments: &[&str]) -> Answer {
    let all: Vec<&str> = ["practice", "--json"].iter().chain(arguments).copied().collect();
    Answer::from(command(office, &all).output().unwrap())
}

fn place(office: &Office) -> PathBuf {
    office.folder().join("data/sekisho-practice")
}

/// A command line within the practice store.
fn inside(office: &Office, arguments: &[&str]) -> Answer {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho"));
    command.arg("--store").arg(place(office)).args(arguments).env("HOME", office.folder());
    command.env("XDG_STATE_HOME", office.folder().join("state")).env("XDG_CONFIG_HOME", office.folder());
    Answer::from(command.output().unwrap())
}

#[test]
fn it_lies_beside_the_real_store_and_stays_until_it_is_made_anew() {
    let office = Office::open();
    office.take_in(&[row("1", "名")]);
    let made = practise(&office, &["--rows", "200"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    let document = made.json();
    assert_eq!((document["dir"].as_str(), document["made"].as_bool()), (Some(path(&place(&office))), Some(true)));
    assert_eq!((document["applications"].as_u64(), document["office_forms"].as_u64()), (Some(200), Some(0)));
    assert!(document["rejected"].as_u64().unwrap() > 0 && document["arrivals"].as_u64().unwrap() > 0, "{document}");
    assert_eq!(office.count(""), 1, "the real store has nothing of it");
    assert_eq!(inside(&office, &["check", "--json"]).code, Some(0));
    // What was practised is there the next time.
    let number = inside(&office, &["list", "状況:未処理", "--json"]).json()[0]["number"].as_str().unwrap().to_owned();
    let done = inside(&office, &["set-status", "仮受付", &number, "--json"]);
    assert_eq!(done.json()["changed"], 1, "{done:?}");
    let again = practise(&office, &[]);
    assert_eq!((again.code, &again.json()["made"]), (Some(0), &Value::Bool(false)), "{again:?}");
    let status = |number: &str| inside(&office, &["show", number, "--json"]).json()["status"].clone();
    assert_eq!(status(&number), "provisional");
    assert_eq!(practise(&office, &["--reset", "--rows", "200"]).json()["made"], true);
    assert_eq!(status(&number), "unprocessed");
}

#[test]
fn nothing_leaves_it_and_no_real_person_comes_in() {
    let office = Office::open();
    office.take_in(&[row("1", "名")]);
    assert_eq!(practise(&office, &["--rows", "150"]).code, Some(0));
    let out = office.folder().join("out.csv");
    for line in [
        &["export", "csv", path(&out)][..],
        &["export", "xlsx", path(&out)],
        &["export", "reflect", path(&out)],
        &["backup", path(&out)],
        &["rejected", "export", path(&out)],
        &["log", "export", path(&out)],
    ] {
        let line: Vec<&str> = line.iter().chain(&["--json"]).copied().collect();
        inside(&office, &line).refuses(4, "practice.nothing_leaves");
        assert!(!out.exists(), "{line:?}");
    }

    let file = office.put("real.csv", program::list(&[row("2", "山田太郎")]).as_bytes());
    for line in [&["import", path(&file), "--json"][..], &["import", path(&file), "--dry-run", "--json"]] {
        inside(&office, line).refuses(4, "practice.foreign_file");
    }
    // Its own new arrivals are new, and come in.
    let inbox = place(&office).join("inbox");
    let mut added = 0;
    for entry in std::fs::read_dir(&inbox).unwrap() {
        let answer = inside(&office, &["import", path(&entry.unwrap().path()), "--json"]);
        let file = answer.json()["files"][0].clone();
        added += file["added"].as_u64().unwrap();
        assert_eq!(file["updated"], 0, "{file}");
    }
    assert_eq!(added, 20);
    // A demo store stays what it is: its people are made up, and its files may leave.
    let demo = office.folder().join("demo");
    assert_eq!(office.run(&["demo", "--rows", "5", "--dir", path(&demo), "--json"]).code, Some(0));
    let mut command = office.command(&[]);
    command.args(["--store", path(&demo)]);
    let mut command = Command::new(command.get_program());
    command.args(["--store", path(&demo), "export", "csv", path(&out), "--json"]).env("HOME", office.folder());
    assert_eq!(command.env("XDG_STATE_HOME", office.folder().join("state")).output().unwrap().status.code(), Some(0));
}

const OWN: &str = r#"
title = "鶏の飼育の届出"
source = "etumo"
id = "9/9"
kind = "届出"
reply = "none"

[[items]]
name = "飼い主フリガナ"
kind = "kana"

[[items]]
name = "羽数"
kind = "number"

[[items]]
name = "品種"
kind = "choice"
choices = ["白色レグホン", "𠮷品種"]

[[items]]
name = "振込先口座番号"
kind = "account"

[[items]]
name = "世帯主の個人番号"
"#;

#[test]
fn the_forms_of_the_office_are_practised_but_not_their_secrets() {
    let office = Office::open();
    let forms = office.folder().join("store/forms");
    std::fs::create_dir_all(&forms).unwrap();
    std::fs::write(forms.join("niwatori.toml"), OWN).unwrap();
    let other = OWN.replace("etumo", "shinsei").replace("9/9", "77");
    std::fs::write(forms.join("other.toml"), other).unwrap();
    std::fs::write(forms.join("broken.toml"), "source = ").unwrap();
    let made = practise(&office, &["--rows", "60"]).json();
    assert_eq!((&made["office_forms"], &made["applications"]), (&Value::from(2), &Value::from(60)), "{made}");
    let list = inside(&office, &["list", "--json"]).json();
    let list = list.as_array().unwrap();
    assert!(list.iter().all(|one| one["form"]["name"] == "鶏の飼育の届出" && one["form"]["kind"] == "notification"));
    assert_eq!(list.iter().filter(|one| one["source"] == "shinsei").count(), 30);
    let number =
        format!("etumo/{}", list.iter().find(|one| one["source"] == "etumo").unwrap()["number"].as_str().unwrap());
    let shown = inside(&office, &["show", &number, "--json"]).json();
    let names: Vec<&str> =
        shown["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["飼い主フリガナ", "羽数", "品種"]);
    assert!(list.iter().all(|one| ["白色レグホン", "𠮷品種"].contains(&one["items"][2]["value"].as_str().unwrap())));
    // The second day is there too.
    assert!(inside(&office, &["count", "反映:反映待ち", "--json"]).json()["count"].as_u64().unwrap() > 0);
}

#[test]
fn a_real_store_at_its_place_is_left_alone() {
    let office = Office::open();
    std::fs::create_dir_all(office.folder().join("data")).unwrap();
    std::fs::rename(office.folder().join("store"), place(&office)).unwrap();
    practise(&office, &[]).refuses(1, "demo.not_a_demo");
    practise(&office, &["--reset"]).refuses(1, "demo.not_a_demo");
    assert_eq!(
        inside(&office, &["export", "csv", path(&office.folder().join("x.csv")), "--allow-empty", "--json"]).code,
        Some(2)
    );
    assert!(place(&office).join("sekisho.db").exists());
}
