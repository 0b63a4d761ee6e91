//! `correction` by the contract: what is to be corrected is made of numbered texts, which are counted; and an applicant who
//! has not answered is reminded.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod desk;
mod program;

use program::{Office, row};
use sekisho::domain::calendar::day_of_number;
use sekisho::domain::query::Query;
use sekisho::domain::status::{Request, Status};
use sekisho::office::{Grounds, Target, set_status};
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

/// A day from now, by the clock of this machine.
fn in_days(days: u64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    day_of_number((now + 9 * 3600) / 86_400 + days).unwrap().to_string()
}

/// The office's own 部品: 21 for any form, 22 and 23 for one.
fn own_blocks(office: &Office) {
    let folder = office.folder().join("store/corrections");
    std::fs::create_dir_all(&folder).unwrap();
    let block = |number: u32, text: &str, form: &str| {
        format!("[[block]]\nnumber = {number}\ntitle = \"題{number}\"\ntext = \"{text}\"\n{form}\n")
    };
    let text = [
        block(21, "通帳の写しを{until}までに。", ""),
        block(22, "納税証明書がない。", "form = \"01430\""),
        block(23, "ほかの様式の文。", "form = \"etumo/99999\""),
    ];
    std::fs::write(folder.join("own.toml"), text.concat()).unwrap();
}

#[test]
fn what_is_to_be_corrected_is_made_of_the_blocks_and_of_what_was_typed() {
    let office = office_of(3);
    own_blocks(&office);
    let until = in_days(14);
    let line = ["set-status", "返却中", "number:1|2", "--block", "22", "--block", "21", "--reason", "表も裏も"];
    // A block that names the last day wants one.
    office.run(&[&line[..], &["--json"]].concat()).refuses(2, "correction.wants_until");
    let sent = done(&office, &[&line[..], &["--until", &until]].concat());
    assert_eq!(sent["changed"], json!(2));
    let correction = office.show("1")["correction"].clone();
    let what = correction["what"].as_str().unwrap();
    assert!(what.starts_with("納税証明書がない。\n通帳の写しを令和") && what.ends_with("\n表も裏も"), "{what}");
    assert!(what.contains("曜日、開庁日で数えて"), "{what}");
    assert_eq!((&correction["until"], &correction["blocks"]), (&json!(until), &json!([21, 22])));
    let history = office.show("2")["history"][0].clone();
    assert_eq!((&history["reason"], &history["blocks"]), (&json!(what), &json!([21, 22])));
    assert_eq!(office.show("3")["correction"], json!(null));
    // Nothing but a block is reason enough, also without a day.
    done(&office, &["set-status", "返却中", "number:3", "--block", "22"]);
    let third = office.show("3")["correction"].clone();
    assert_eq!((&third["what"], &third["until"]), (&json!("納税証明書がない。"), &json!(null)));
    office.check("blocks");
}

#[test]
fn a_block_that_does_not_fit_is_refused_and_nothing_is_changed() {
    let office = office_of(1);
    own_blocks(&office);
    let back = |more: &[&str]| office.run(&[&["set-status", "返却中", "--all"], more, &["--json"]].concat());
    back(&["--block", "7"]).refuses(2, "correction.unknown_block");
    back(&["--block", "23"]).refuses(2, "correction.other_form");
    office
        .run(&["set-status", "受理", "--all", "--block", "22", "--json"])
        .refuses(2, "correction.blocks_of_other_status");
    std::fs::write(office.folder().join("store/corrections/b.toml"), "[[block]]\nnumber = 21\n").unwrap();
    back(&["--block", "22"]).refuses(2, "correction.bad_file");
    office.run(&["correction", "blocks", "--json"]).refuses(2, "correction.bad_file");
    assert_eq!(office.count("status:returned"), 0);
    // Without blocks a broken file is in nobody's way.
    assert_eq!(back(&["--reason", "x"]).code, Some(0));
}

#[test]
fn blocks_are_listed_for_a_form_and_the_shipped_ones_hold_until_there_are_own_ones() {
    let office = office_of(1);
    let numbers = |line: &[&str]| -> Vec<u64> {
        let rows = done(&office, &[&["correction", "blocks"], line].concat());
        rows.as_array().unwrap().iter().map(|row| row["number"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers(&[]), [1, 2, 3, 4, 5, 6, 7]);
    own_blocks(&office);
    assert_eq!(numbers(&[]), [21, 22, 23]);
    assert_eq!((numbers(&["--form", "01430"]), numbers(&["--form", "99999"])), (vec![21, 22], vec![21, 23]));
    assert_eq!(numbers(&["--form", "other/99999"]), [21]);
    let told = office.run(&["correction", "blocks"]);
    assert!(told.stdout.contains("題21") && told.stdout.contains("(etumo/99999)"), "{told:?}");
}

#[test]
fn what_is_asked_for_most_is_counted_and_what_was_taken_back_is_not() {
    let office = office_of(4);
    own_blocks(&office);
    let until = in_days(14);
    let counts = |query: &[&str]| -> Vec<[u64; 3]> {
        let rows = done(&office, &[&["correction", "count"], query].concat());
        let one = |row: &Value| ["number", "times", "applications"].map(|key| row[key].as_u64().unwrap());
        rows.as_array().unwrap().iter().map(one).collect()
    };
    assert!(counts(&[]).is_empty());
    done(&office, &["set-status", "返却中", "number:1|2|3", "--block", "22"]);
    done(&office, &["set-status", "返却中", "number:4", "--block", "21", "--block", "22", "--until", &until]);
    assert_eq!(counts(&[]), [[22, 4, 4], [21, 1, 1]]);
    assert_eq!(counts(&["number:4"]), [[21, 1, 1], [22, 1, 1]]);
    // Sent back once more: two times, one application.
    done(&office, &["set-status", "未処理", "number:1", "--reason", "補正済"]);
    done(&office, &["set-status", "返却中", "number:1", "--block", "22"]);
    assert_eq!(counts(&[]), [[22, 5, 4], [21, 1, 1]]);
    done(&office, &["undo"]);
    assert_eq!(counts(&[]), [[22, 4, 4], [21, 1, 1]]);
    done(&office, &["redo"]);
    assert_eq!(counts(&[]), [[22, 5, 4], [21, 1, 1]]);
    // A block that is in no file any more still has its count.
    std::fs::write(
        office.folder().join("store/corrections/own.toml"),
        "[[block]]\nnumber=1\ntitle=\"a\"\ntext=\"b\"\n",
    )
    .unwrap();
    let told = office.run(&["correction", "count"]);
    assert!(told.stdout.contains("部品のファイルにありません") && told.stdout.contains("のべ 5回"), "{told:?}");
    office.check("count");
}

/// An office whose two applications were sent back in November 2020 and not answered.
fn long_ago() -> Office {
    let office = Office::vacant();
    let noon = 1_604_286_000_000;
    let mut desk = desk::found(&office.folder().join("store"), std::sync::Arc::new(move || noon));
    let rows: Vec<_> = (1..=2).map(|n| desk::row(n, "未処理", &[])).collect();
    let list = desk::file(office.folder(), "list.csv", desk::csv(&[], &rows).as_bytes());
    desk::take(&mut desk, &list, false).unwrap();
    let until = Some("2020-11-20".parse().unwrap());
    let grounds = Grounds { reason: Some("写しがない"), until, ..Grounds::default() };
    let all = Target::Query(Query::default());
    set_status(&mut desk, Request::To(Status::Returned), &all, grounds, false).unwrap();
    office
}

#[test]
fn a_reminder_is_recorded_once_shown_and_undone() {
    let office = long_ago();
    let numbers = done(&office, &["list"]);
    let number = numbers[0]["number"].as_str().unwrap().to_owned();
    assert_eq!((office.count("has:reminder"), office.count("あり:補正の催促")), (2, 2));
    assert_eq!(office.show(&number)["correction"]["waiting"], json!("overdue"));
    let line = ["correction", "remind", "has:reminder", "--by", "phone", "--on", "2020-11-24"];
    let dry = done(&office, &[&line[..], &["--dry-run"]].concat());
    assert_eq!((&dry["operation"], &dry["changed"]), (&json!(null), &json!(2)));
    let sent = done(&office, &line);
    assert_eq!(sent["changed"], json!(2));
    let shown = office.show(&number);
    let reminder = json!({ "operation": sent["operation"], "stage": "overdue", "on": "2020-11-24", "by": "phone" });
    assert_eq!(
        (&shown["correction"]["reminders"], &shown["correction"]["waiting"]),
        (&json!([reminder]), &json!(null))
    );
    let history = &shown["history"][0];
    assert_eq!(
        (&history["command"], &history["reminder"]),
        (&json!("correction.remind"), &json!({"from": null, "to": "overdue"}))
    );
    assert_eq!(office.count("has:reminder"), 0);
    office.check("reminded");
    done(&office, &["undo"]);
    assert_eq!((office.count("has:reminder"), &office.show(&number)["correction"]["reminders"]), (2, &json!([])));
    office.check("undone");
    // What isn't to be corrected is told where it was named.
    done(&office, &["set-status", "未処理", &format!("number:{number}"), "--reason", "窓口で補正済"]);
    let file = office.put("numbers.txt", number.as_bytes());
    let named = office.run(&["correction", "remind", "--numbers", file.to_str().unwrap(), "--by", "mail", "--json"]);
    assert_eq!(named.json()["failed"][0]["reason"], json!("not_to_correct"), "{named:?}");
    office.run(&["correction", "remind", "--all", "--by", "fax", "--json"]).refuses(2, "usage");
    assert_eq!(done(&office, &["correction", "remind", "--all", "--by", "mail"])["changed"], json!(1));
}
