//! `reconcile` by the contract: 対象者, 提出済, 不備, 未提出; zeros stay.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use program::{Answer, Office, cp932, utf16};
use serde_json::{Value, json};

fn run(office: &Office, first: &[u8], second: &[u8], more: &[&str]) -> Answer {
    let first = office.put("対象者.csv", first);
    let second = office.put("提出.csv", second);
    let line = ["reconcile", first.to_str().unwrap(), second.to_str().unwrap(), "--key", "宛名番号"];
    office.run(&[&line[..], more].concat())
}

fn keys(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect()
}

const TARGETS: &str = "宛名番号,氏名,住所\r\n0012,髙橋一郎,一丁目\r\n12,別人,二丁目\r\n0034,山形 花子,三丁目\r\n0056,最上,四丁目\r\n0078,鶴岡,五丁目\r\n";
const SUBMITTED: &str =
    "氏名,宛名番号\r\n髙橋一郎,0012\r\n山形　花子,００３４\r\n最上,0056\r\n最上,0056\r\n庄内,0099\r\n鶴丘,0078\r\n";

#[test]
fn every_target_is_submitted_flawed_or_missing() {
    let office = Office::vacant();
    for (first, second) in
        [(TARGETS.as_bytes().to_vec(), SUBMITTED.as_bytes().to_vec()), (cp932(TARGETS), utf16(SUBMITTED))]
    {
        let answer = run(&office, &first, &second, &["--json"]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        let done = answer.json();
        assert_eq!((&done["targets"], &done["key"]), (&json!(5), &json!("宛名番号")));
        assert_eq!(keys(&done["submitted"]), ["0012", "0034"], "{done}");
        assert_eq!(keys(&done["flawed"]), ["0056", "0078"], "{done}");
        assert_eq!((keys(&done["missing"]), keys(&done["outside"])), (vec!["12"], vec!["0099"]), "{done}");
        assert_eq!(done["flawed"][0]["rows"], json!([1, 2]));
        assert_eq!(done["flawed"][1]["differs"], json!([{"column": "氏名", "tier": null}]));
        assert_eq!(done["missing"][0]["line"], 3);
    }
    let text = run(&office, TARGETS.as_bytes(), SUBMITTED.as_bytes(), &["--json", "--with-text"]).json();
    assert_eq!(text["flawed"][1]["differs"][0]["second"], "鶴丘");
    let table = run(&office, TARGETS.as_bytes(), SUBMITTED.as_bytes(), &[]);
    assert!(table.stdout.contains("対象者 5 / 提出済 2 / 不備 2 / 未提出 1 / 対象外 1"), "{table:?}");
    assert!(table.stdout.contains("氏名（不一致）") && table.stdout.contains("未提出  3  12"), "{table:?}");
}

#[test]
fn what_cannot_be_compared_is_named() {
    let office = Office::vacant();
    let second = "宛名番号\r\n\r\n1,2\r\n\"\"\r\n0012\r\n";
    let answer = run(&office, TARGETS.as_bytes(), second.as_bytes(), &["--json"]);
    assert_eq!(answer.code, Some(3), "{answer:?}");
    let unread = answer.json()["unread"].clone();
    assert_eq!(unread[0], json!({"file": "submitted", "line": 3, "reason": "ragged"}), "{unread}");
    assert_eq!(unread[1]["reason"], "no_key");
    run(&office, TARGETS.as_bytes(), b"a,b\r\n1,2\r\n", &["--json"]).refuses(1, "reconcile.no_key");
    run(&office, TARGETS.as_bytes(), b"", &["--json"]).refuses(1, "import.empty_file");
    office.run(&["reconcile", "absent.csv", "absent.csv", "--key", "x", "--json"]).refuses(1, "file.absent");
}
