//! 取下げ by the contract: one application at a time, with the day and the way of the 申出, and the 事由.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use program::{Office, row};
use serde_json::json;

fn office() -> Office {
    let office = Office::open();
    office.take_in(&[row("1", "名"), row("2", "名")]);
    office
}

#[test]
fn a_withdrawal_has_its_day_its_way_and_its_reason() {
    let office = office();
    assert_eq!(office.show("1")["withdrawal"], json!(null));
    let line = ["set-status", "取下げ", "number:1", "--reason", "転居しなくなったため", "--json"];
    let done = office.run(&[&line[..], &["--on", "R2.11.4", "--by", "phone"]].concat());
    assert_eq!((done.code, &done.json()["changed"]), (Some(0), &json!(1)), "{done:?}");
    let shown = office.show("1");
    let expected = json!({
        "operation": done.json()["operation"], "on": "2020-11-04", "by": "phone", "reason": "転居しなくなったため",
    });
    assert_eq!(shown["withdrawal"], expected);
    assert_eq!(shown["history"][0]["declared"], json!({"on": "2020-11-04", "by": "phone"}));
    assert_eq!(shown["history"][1]["declared"], json!(null));
    let told = office.run(&["show", "1"]);
    assert!(told.stdout.contains("2020-11-04 電話"), "{told:?}");
    // Undone it is none; done again it is the same.
    assert_eq!(office.run(&["undo", "--json"]).code, Some(0));
    assert_eq!(office.show("1")["withdrawal"], json!(null));
    assert_eq!(office.run(&["redo", "--json"]).code, Some(0));
    assert_eq!(office.show("1")["withdrawal"], expected);
    office.check("withdrawal");
}

#[test]
fn as_before_a_reason_is_enough_for_scripts() {
    let office = office();
    let line = ["set-status", "withdrawn", "number:2", "--reason", "申出による", "--json"];
    assert_eq!(office.run(&line).code, Some(0));
    let withdrawal = office.show("2")["withdrawal"].clone();
    assert_eq!((&withdrawal["on"], &withdrawal["by"]), (&json!(null), &json!(null)));
    assert_eq!(withdrawal["reason"], json!("申出による"));
}

#[test]
fn what_can_not_be_is_refused_before_anything_is_done() {
    let office = office();
    let refused = |line: &[&str], exit, code| office.run(&[line, &["--json"]].concat()).refuses(exit, code);
    let withdraw = ["set-status", "withdrawn", "number:1", "--reason", "x"];
    let with = |more: &[&'static str]| [&withdraw[..], more].concat();
    refused(&with(&["--on", "2099-01-01", "--by", "mail"]), 2, "withdrawal.to_come");
    refused(&with(&["--on", "1969-12-31", "--by", "mail"]), 2, "withdrawal.too_early");
    refused(&with(&["--on", "2020-11-04"]), 2, "usage");
    refused(&with(&["--by", "mail"]), 2, "usage");
    refused(&with(&["--on", "2020-11-04", "--by", "fax"]), 2, "usage");
    let other = ["set-status", "completed", "number:1", "--on", "2020-11-04", "--by", "mail"];
    refused(&other, 2, "withdrawal.other_status");
    let many = ["set-status", "withdrawn", "--all", "--reason", "x", "--on", "2020-11-04", "--by", "post"];
    refused(&many, 2, "status.one_at_a_time");
    assert_eq!(office.count("status:unprocessed"), 2);
    let dry = office.run(&[&with(&["--on", "2020-11-04", "--by", "counter"])[..], &["--dry-run", "--json"]].concat());
    assert_eq!((dry.code, office.count("status:withdrawn")), (Some(0), 0), "{dry:?}");
}
