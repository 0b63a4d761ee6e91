//! `duplicates` by the contract: what agrees is shown with how far, and nothing is changed.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use program::Office;
use serde_json::{Value, json};

const HEADER: &str = "受付番号,様式ID,様式名,申込日時,氏名,メールアドレス,生年月日,住所";

fn office(rows: &[&str]) -> Office {
    let office = Office::open();
    let text = format!("{HEADER}\r\n{}\r\n", rows.join("\r\n"));
    let answer = office.import("rows.csv", text.as_bytes());
    assert_eq!((answer.code, answer.added()), (Some(0), rows.len() as u64), "{answer:?}");
    office
}

fn clusters(office: &Office, line: &[&str]) -> Vec<(String, String, Vec<String>)> {
    let answer = office.run(&[&["duplicates", "--json"], line].concat());
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let document = answer.json();
    let clusters = document["clusters"].as_array().unwrap();
    assert_eq!(document["count"], json!(clusters.len()));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of = |cluster: &Value| {
        let numbers = cluster["applications"].as_array().unwrap().iter().map(|one| text(&one["number"])).collect();
        (text(&cluster["by"]), text(&cluster["tier"]), numbers)
    };
    clusters.iter().map(of).collect()
}

#[test]
fn what_agrees_is_found_with_its_tier_within_one_form() {
    let office = office(&[
        "1,F1,甲,2026-01-01 09:00,髙橋 一郎,a@example.jp,昭和55年4月1日,一丁目",
        "2,F1,甲,2026-01-02 09:00,高橋一郎,b@example.jp,1980-04-01,二丁目",
        "3,F1,甲,2026-01-03 09:00,別人,A@example.jp,1990-01-01,一丁目",
        "4,F2,乙,2026-01-04 09:00,高橋一郎,a@example.jp,1980-04-01,一丁目",
        "5,F1,甲,2026-01-05 09:00,,,1980-04-01,",
        "6,F1,甲,2026-01-06 09:00,,,1980-04-01,",
    ]);
    let own = |by: &str, tier: &str, numbers: [&str; 2]| {
        (by.to_owned(), tier.to_owned(), numbers.map(str::to_owned).to_vec())
    };
    let email = own("email", "reading", ["1", "3"]);
    let birth = own("name-birthdate", "glyph", ["1", "2"]);
    assert_eq!(clusters(&office, &[]), [email.clone(), birth.clone()]);
    assert_eq!(clusters(&office, &["--by", "name-birthdate"]), [birth]);
    assert_eq!(clusters(&office, &["--by", "item:住所"]), [own("item:住所", "identical", ["1", "3"])]);
    assert_eq!(clusters(&office, &["number:2|number:3"]), []);
    // What applicants wrote is there only where it is asked for.
    let plain = office.run(&["duplicates", "--json"]);
    assert!(!plain.stdout.contains("example.jp") && !plain.stdout.contains("1980"), "{plain:?}");
    let told = office.run(&["duplicates", "--json", "--with-text"]);
    assert!(told.stdout.contains("A@example.jp") && told.stdout.contains("1980-04-01"), "{told:?}");
    // A person decides; then the suspicion is over. Nothing else was changed.
    assert_eq!(office.run(&["log", "--json"]).json().as_array().unwrap().len(), 2);
    let answer = office.run(&["set-status", "取下げ", "number:3", "--reason", "1 と同じ申込", "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(clusters(&office, &["--by", "email"]), []);
    office.run(&["duplicates", "--by", "phone", "--json"]).refuses(2, "duplicates.unknown_key");
    office.run(&["duplicates", "--by", "item:", "--json"]).refuses(2, "duplicates.unknown_key");
}

#[test]
fn people_are_told_in_words() {
    let office = office(&[
        "1,F1,甲,2026-01-01 09:00,山形花子,a@example.jp,1990-01-01,x",
        "2,F1,甲,2026-01-02 09:00,山形花子,a@example.jp,1990-01-02,y",
    ]);
    let answer = office.run(&["duplicates"]);
    assert!(answer.stdout.contains("メールアドレスが同じ（一致） 2件"), "{answer:?}");
    assert!(answer.stdout.contains("重複の疑い: 1組") && !answer.stdout.contains("example"), "{answer:?}");
    let english = office.run(&["--lang", "en", "duplicates"]);
    assert!(english.stdout.contains("Same mail address (identical) 2"), "{english:?}");
}
