//! `receive` by the contract: 収受日 and 収受番号, handed out as 個別番号 are, apart from them.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use program::{Office, row};
use serde_json::{Value, json};

/// Applications 1 … n; 1 is the oldest.
fn office_of(n: u32) -> Office {
    let office = Office::open();
    let at = |n: u32| row(&n.to_string(), "名").replace("10月29日", &format!("10月{n:02}日"));
    let rows: Vec<String> = (1..=n).map(at).collect();
    office.take_in(&rows);
    office
}

fn receive(office: &Office, line: &[&str]) -> Value {
    let answer = office.run(&[&["receive"], line, &["--json"]].concat());
    assert_eq!(answer.code, Some(0), "{line:?}: {answer:?}");
    answer.json()
}

fn received(office: &Office, of: &str) -> (Value, Value) {
    let shown = office.show(of);
    (shown["received_on"].clone(), shown["received_number"].clone())
}

#[test]
fn day_and_number_are_given_in_order_and_kept() {
    let office = office_of(5);
    let line = ["number:1|number:2", "--on", "2020-11-02", "--pattern", "令2市民第{seq}号"];
    let dry = receive(&office, &[&line[..], &["--dry-run"]].concat());
    assert_eq!((&dry["operation"], &dry["last"]), (&json!(null), &json!("令2市民第2号")));
    assert_eq!(received(&office, "1"), (json!(null), json!(null)));

    assert_eq!(receive(&office, &line)["changed"], json!(2));
    assert_eq!(received(&office, "1"), (json!("2020-11-02"), json!("令2市民第1号")));
    // Another day goes on with the same series; what has been received keeps its day.
    let later = receive(&office, &["--all", "--on", "R2.11.4", "--pattern", "令2市民第{seq}号"]);
    assert_eq!(
        (&later["changed"], &later["unchanged"], &later["first"]),
        (&json!(3), &json!(2), &json!("令2市民第3号"))
    );
    assert_eq!(received(&office, "2").0, json!("2020-11-02"));
    assert_eq!(received(&office, "3"), (json!("2020-11-04"), json!("令2市民第3号")));

    // 個別番号 are a series of their own, and may look alike.
    let numbered = office.run(&["number", "assign", "令2市民第{seq}号", "--all", "--json"]);
    assert_eq!((numbered.code, &numbered.json()["changed"]), (Some(0), &json!(5)), "{numbered:?}");

    assert_eq!((office.count("received:2020-11-02"), office.count("収受日:2020-11-03..")), (2, 3));
    assert_eq!((office.count("received-number:第3号"), office.count("あり:収受")), (1, 5));
    let list = office.run(&["list", "number:3", "--columns", "収受日,received_number"]);
    assert!(list.stdout.contains("2020-11-04") && list.stdout.contains("令2市民第3号"), "{list:?}");
    let history = office.show("3")["history"].clone();
    assert_eq!(history[1]["received"], json!({"from": null, "to": {"on": "2020-11-04", "number": "令2市民第3号"}}));
    assert_eq!((&history[1]["command"], &history[1]["reason"]), (&json!("application.receive"), &json!(null)));
    office.check("received");
}

#[test]
fn a_number_is_given_once_and_what_can_not_be_is_refused() {
    let office = office_of(3);
    let by = |line: &[&str]| office.run(&[&["receive"], line, &["--pattern", "{seq:03}", "--json"]].concat());
    assert_eq!(by(&["number:1", "--on", "2020-11-02"]).code, Some(0));
    by(&["--all", "--on", "2020-11-02", "--start", "1"]).refuses(1, "numbering.taken");
    by(&["--all", "--on", "9999-01-01"]).refuses(2, "receive.to_come");
    by(&["--on", "2020-11-02"]).refuses(2, "target.missing");
    by(&["number:9", "--on", "2020-11-02"]).refuses(1, "target.nothing_matched");
    office
        .run(&["receive", "--all", "--on", "2020-11-02", "--pattern", "x", "--json"])
        .refuses(2, "numbering.bad_pattern");
    assert_eq!(office.count("has:received"), 1);
    office.check("refused");
}

#[test]
fn receiving_is_undone_until_the_numbers_went_out() {
    let office = office_of(2);
    let line = ["--all", "--on", "2020-11-02", "--pattern", "{seq}", "--sort", "number"];
    receive(&office, &line);
    assert_eq!(office.run(&["undo", "--json"]).json()["changed"], json!(2));
    assert_eq!((received(&office, "1"), office.count("has:received")), ((json!(null), json!(null)), 0));
    assert_eq!(office.run(&["redo", "--json"]).json()["changed"], json!(2));
    assert_eq!(received(&office, "2"), (json!("2020-11-02"), json!("2")));
    // 個別番号 in a file are no hindrance; 収受番号 are.
    let write = |name: &str, column: &str| {
        let out = office.folder().join(name);
        let answer = office.run(&["export", "csv", out.to_str().unwrap(), "--columns", &format!("number,{column}")]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        std::fs::read_to_string(&out).unwrap()
    };
    write("numbers.csv", "individual_number");
    assert_eq!(office.run(&["undo", "--json"]).code, Some(0));
    assert_eq!(office.run(&["redo", "--json"]).code, Some(0));
    let text = write("received.csv", "received_on,received_number");
    assert!(text.contains("収受日") && text.contains("2020-11-02"), "{text}");
    office.run(&["undo", "--json"]).refuses(1, "undo.gone_out");
    office.check("undo");
}
