//! `stats`: each field is counted by itself, all of one moment.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use program::{Office, row};
use serde_json::json;

#[test]
fn each_field_is_counted_by_itself_and_sums_to_the_total() {
    let office = Office::open();
    let mut rows: Vec<String> = (1..=5).map(|n| row(&n.to_string(), "名")).collect();
    rows[4] = rows[4].replace("2020年10月29日", "2020年11月1日");
    office.take_in(&rows);
    assert_eq!(office.run(&["assign", "s1", "number:1|number:2", "--json"]).code, Some(0));
    assert_eq!(office.run(&["set-status", "provisional", "number:1", "--json"]).code, Some(0));
    let stats = office.run(&["stats", "--json"]).json();
    assert_eq!(stats["count"], 5);
    let fields: Vec<&String> = stats["by"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["month", "status", "form", "line", "assignee"]);
    for field in fields {
        let counts = stats["by"][field].as_array().unwrap().iter();
        assert_eq!(counts.map(|one| one["count"].as_u64().unwrap()).sum::<u64>(), 5, "{field}");
    }
    let months = json!([{"value": "2020-10", "count": 4}, {"value": "2020-11", "count": 1}]);
    assert_eq!(stats["by"]["month"], months);
    assert_eq!(stats["by"]["assignee"], json!([{"value": null, "count": 3}, {"value": "s1", "count": 2}]));
    let some = office.run(&["stats", "担当:s1", "--by", "処理状況", "--json"]).json();
    let statuses = json!([{"value": "provisional", "count": 1}, {"value": "unprocessed", "count": 1}]);
    assert_eq!(some, json!({"count": 2, "by": {"status": statuses}}));
    office.run(&["stats", "--by", "nothing", "--json"]).refuses(2, "count.unknown_field");
    let shown = office.run(&["stats"]).stdout;
    for told in ["申込 5件", "2020-11", "仮受付", "01430", "s1"] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    let months = office.run(&["count", "--by", "month", "--json"]).json()["groups"].clone();
    assert_eq!(months[1], json!({"month": "2020-11", "count": 1}));
}
