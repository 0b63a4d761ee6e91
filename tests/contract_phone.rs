//! `phone`, `call` and what `show` says of them, by the contract; the list of those who wait to be called back.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use program::{HEADER, Office, row};
use serde_json::{Value, json};

/// Items that identify somebody.
const ITEMS: &str = "電話番号,生年月日,住所";

/// Three people, all of them made up.
fn office() -> Office {
    let office = Office::open();
    let people = [
        ("865392469276", "山形　花子", "０２３－６３０－２２１１,平成2年3月4日,山形市旅篭町2-3-25"),
        ("865392460001", "山形 太郎", "090-1234-5678,H2.3.5,山形市"),
        ("177687718206", "(株)紅花商会", "0236302211,,米沢市"),
    ];
    let rows = people.map(|(number, name, items)| format!("{},{items}\r\n", row(number, name)));
    let answer = office.import("list.csv", format!("{HEADER},{ITEMS}\r\n{}", rows.concat()).as_bytes());
    assert_eq!(answer.added(), 3, "{answer:?}");
    office
}

fn found(office: &Office, line: &str) -> Vec<String> {
    let answer = office.run(&["phone", line, "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let numbers =
        answer.json().as_array().unwrap().iter().map(|one| one["number"].as_str().unwrap().to_owned()).collect();
    sorted(numbers)
}

fn sorted(mut numbers: Vec<String>) -> Vec<String> {
    numbers.sort_unstable();
    numbers
}

fn written(office: &Office, line: &[&str]) -> String {
    let answer = office.run(&[&["call"], line, &["--json"]].concat());
    assert_eq!(answer.code, Some(0), "{line:?}: {answer:?}");
    answer.json()["operation"].as_str().unwrap().to_owned()
}

#[test]
fn a_caller_is_found_by_one_line() {
    let office = office();
    for (line, numbers) in [
        ("9276", vec!["865392469276"]),
        ("６３０ー２２１１", vec!["177687718206", "865392469276"]),
        ("2211 山形", vec!["865392469276"]),
        ("平成2年3月4日", vec!["865392469276"]),
        ("R2.3.4", vec![]),
        ("1990-03-05", vec!["865392460001"]),
        ("19900304", vec!["865392469276"]),
        ("山形花子", vec!["865392469276"]),
        ("山形", vec!["865392460001", "865392469276"]),
        ("紅花", vec!["177687718206"]),
        ("0000", vec![]),
    ] {
        assert_eq!(found(&office, line), numbers, "{line}");
    }
    let one = office.run(&["phone", "9276", "--json"]).json()[0].clone();
    assert_eq!((&one["name"], &one["callback"]), (&json!("山形　花子"), &json!(false)));
    // Choosing needs no more than that: where it stands is told to nobody yet.
    assert!(one.get("status").is_none() && one.get("birth_date").is_none(), "{one}");
    office.run(&["phone", "276", "--json"]).refuses(2, "phone.tail_short");
    office.run(&["phone", " ", "--json"]).refuses(2, "phone.line_empty");
    assert!(office.run(&["phone", "9276"]).stdout.contains("865392469276"));
}

#[test]
fn calls_stay_as_they_were_written_and_a_callback_is_open_until_it_is_answered() {
    let office = office();
    let number = "865392469276";
    let first = written(&office, &[number, "進み具合の問い合わせ", "--identified", "birth_date,number"]);
    let wanted = written(&office, &[number, "担当が不在", "--callback", "023-630-2211 夕方"]);
    assert_eq!((office.count("has:callback"), office.count("あり:折返し待ち")), (1, 1));
    assert_eq!(found(&office, "9276").len(), 1);
    let waiting = office.run(&["phone", "--json"]).json();
    assert_eq!((waiting[0]["number"].clone(), waiting[0]["callback"].clone()), (json!(number), json!(true)));
    office.run(&["call", number, "伝えた", "--answers", &first, "--json"]).refuses(1, "call.not_open");
    office.run(&["call", "177687718206", "伝えた", "--answers", &wanted, "--json"]).refuses(1, "call.not_open");
    let answered = written(&office, &[number, "伝えた", "--answers", &wanted]);
    office.run(&["call", number, "また", "--answers", &wanted, "--json"]).refuses(1, "call.not_open");
    assert_eq!((office.count("has:callback"), office.count("has:note")), (0, 1));
    let calls = office.show(number)["calls"].clone();
    let texts: Vec<&str> = calls.as_array().unwrap().iter().map(|call| call["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["伝えた", "担当が不在", "進み具合の問い合わせ"]);
    assert_eq!((&calls[0]["answers"], &calls[0]["callback"]), (&json!(wanted), &Value::Null));
    assert_eq!(calls[1]["callback"], json!({"wanted": "023-630-2211 夕方", "answered_by": answered}));
    assert_eq!(calls[2]["identified"], json!(["number", "birth_date"]));
    office.run(&["call", number, " ", "--json"]).refuses(2, "call.empty");
    office.run(&["call", number, "用件", "--callback", " ", "--json"]).refuses(2, "call.callback_empty");
    office.run(&["call", "9", "用件", "--json"]).refuses(1, "number.unknown");
    let log = office.run(&["log", "--command", "call", "--json"]).json();
    assert_eq!((log[0]["command"].clone(), log.as_array().unwrap().len()), (json!("call.write"), 3));
    let shown = office.run(&["show", number]);
    assert!(shown.stdout.contains("折返し済み: 023-630-2211 夕方"), "{shown:?}");
    office.check("calls");
}
