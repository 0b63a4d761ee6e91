//! Our files through readers that we did not write: XLSX through openpyxl, CSV through Python's csv module. A number keeps
//! its zeros, a formula stays text, a line break stays inside its cell.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on has failed")]

mod program;

use std::path::Path;
use std::process::Command;

use program::Office;
use serde_json::Value;

const FILE: &str = "利用者ID,連絡先メールアドレス,整理番号,氏名/法人名,様式Ver.,様式ID,様式名,申込日時,処理状況,備考,希望日,ご意見\n\
    u1,u1@example.jp,054936663560,髙﨑 𠮷野,1,01430,様式,2020-10-29 09:24,未処理,,2020-11-02,=SUM(A1)\n\
    u2,u2@example.jp,865392469276,葛󠄀城 花子,1,01430,様式,2020-10-28 09:24,完了,,,\"一行目\n二行目, \"\"引用\"\"\"\n";

/// The rows of a file as a Python script prints them: an array of arrays, `null` for an absent cell.
fn read_by_python(script: &str, file: &Path) -> Vec<Vec<Option<String>>> {
    let output = Command::new("/usr/bin/python3").arg("-c").arg(script).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let rows: Value = serde_json::from_slice(&output.stdout).unwrap();
    serde_json::from_value(rows).unwrap()
}

fn column(rows: &[Vec<Option<String>>], name: &str) -> Vec<Option<String>> {
    let at = rows[0].iter().position(|cell| cell.as_deref() == Some(name)).unwrap();
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

fn exported(arguments: &[&str], name: &str) -> (Office, std::path::PathBuf) {
    let office = Office::open();
    let file = office.put("一覧.csv", FILE.as_bytes());
    assert_eq!(office.run(&["import", file.to_str().unwrap(), "--json"]).added(), 2);
    let out = office.folder().join(name);
    let line = [&["export", arguments[0], out.to_str().unwrap()], &arguments[1..]].concat();
    let answer = office.run(&line);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    (office, out)
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn a_sheet_holds_nothing_but_text() {
    let script = "import json, sys, openpyxl
sheet = openpyxl.load_workbook(sys.argv[1]).active
kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
assert kinds == {'s'}, kinds
print(json.dumps([[cell.value for cell in row] for row in sheet.iter_rows()]))";
    let (_office, out) = exported(&["xlsx"], "out.xlsx");
    let rows = read_by_python(script, &out);
    assert_eq!(column(&rows, "整理番号"), [some("054936663560"), some("865392469276")]);
    assert_eq!(column(&rows, "様式ID"), [some("01430"), some("01430")]);
    assert_eq!(column(&rows, "氏名/法人名"), [some("髙﨑 𠮷野"), some("葛󠄀城 花子")]);
    assert_eq!(column(&rows, "ご意見"), [some("=SUM(A1)"), some("一行目\n二行目, \"引用\"")]);
}

#[test]
fn a_csv_for_people_and_one_for_machines() {
    let script = "import csv, json, sys
print(json.dumps(list(csv.reader(open(sys.argv[1], encoding='utf-8-sig', newline='')))))";
    let (_office, out) = exported(&["csv"], "people.csv");
    let rows = read_by_python(script, &out);
    assert_eq!(column(&rows, "整理番号"), [some("054936663560"), some("865392469276")]);
    assert_eq!(column(&rows, "ご意見"), [some("'=SUM(A1)"), some("一行目\n二行目, \"引用\"")], "harmless, reversibly");
    let (_office, out) = exported(&["csv", "--for", "machine"], "machine.csv");
    let rows = read_by_python(script, &out);
    assert_eq!(column(&rows, "ご意見"), [some("=SUM(A1)"), some("一行目\n二行目, \"引用\"")], "byte-exact");
    assert_eq!(column(&rows, "氏名/法人名"), [some("髙﨑 𠮷野"), some("葛󠄀城 花子")]);
}
