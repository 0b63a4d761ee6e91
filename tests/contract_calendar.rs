//! `calendar import|show`, the clock of 標準処理期間 and 補正, from the outside.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't set up has failed")]

mod program;

use program::{HEADER, Office};
use sekisho::domain::calendar::Day;
use sekisho::domain::office_days::{OfficeCalendar, number_of};
use serde_json::{Value, json};

const FORM: &str = "source = \"etumo\"\nid = \"01430\"\nstandard_days = 10\n";

fn office(form: &str) -> Office {
    let office = Office::open();
    let folder = office.folder().join("store/forms");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("form.toml"), form).unwrap();
    office
}

fn done(office: &Office, line: &[&str]) -> Value {
    let answer = office.run(line);
    assert_eq!(answer.code, Some(0), "{line:?}: {answer:?}");
    answer.json()
}

fn today() -> Day {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let now = sekisho::domain::application::Instant { seconds: i64::try_from(now).unwrap(), offset_minutes: 540 };
    sekisho::domain::calendar::civil(&now).date()
}

fn arrived(office: &Office, number: &str, day: Day, last: &str) {
    let text = format!("{HEADER}\r\nu,u@example.jp,{number},名,1,01430,様式,{day} 09:00,未処理,,カナ,{last}\r\n");
    let answer = office.import("list.csv", text.as_bytes());
    assert_eq!(answer.code, Some(0), "{answer:?}");
}

#[test]
fn a_calendar_is_taken_in_shown_and_taken_in_again_without_an_operation() {
    let office = Office::open();
    let text = "国民の祝日・休日月日,国民の祝日・休日名称\r\n1955/1/1,元日\r\n2026/11/23,勤労感謝の日\r\n";
    let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(text);
    let file = office.put("syukujitsu.csv", &bytes);
    let path = file.to_str().unwrap();
    let dry = done(&office, &["calendar", "import", path, "--dry-run", "--json"]);
    assert_eq!(dry, json!({"operation": null, "read": 2, "added": 1, "too_old": 1}));
    let taken = done(&office, &["calendar", "import", path, "--json"]);
    assert!(taken["operation"].is_string() && taken["added"] == 1, "{taken}");
    assert_eq!(done(&office, &["calendar", "import", path, "--json"])["operation"], Value::Null);
    let own = office.put("own.csv", "2026-10-01,開庁記念日\n".as_bytes());
    done(&office, &["calendar", "import", own.to_str().unwrap(), "--year-end", "no", "--json"]);
    let shown = done(&office, &["calendar", "show", "--json"]);
    assert_eq!((&shown["year_end"], &shown["through"]), (&json!(false), &json!("2026-11-23")));
    assert_eq!(shown["closed"].as_array().unwrap().len(), 2);
    done(&office, &["calendar", "import", own.to_str().unwrap(), "--replace", "--json"]);
    assert_eq!(
        done(&office, &["calendar", "show", "--json"])["closed"],
        json!([{"day": "2026-10-01", "name": "開庁記念日"}])
    );
    let log = done(&office, &["log", "--command", "calendar.import", "--json"]);
    assert_eq!(log.as_array().unwrap().len(), 3);
    office.check("a calendar");
    let wrong = office.put("wrong.csv", "2026-10-01,a\nいつか,b\n".as_bytes());
    let answer = office.run(&["calendar", "import", wrong.to_str().unwrap(), "--json"]);
    answer.refuses(1, "calendar.no_day");
    assert_eq!(answer.json()["error"]["place"]["line"], 2);
}

#[test]
fn the_clock_runs_by_office_days_stands_still_while_returned_and_ends_with_the_work() {
    let office = office(FORM);
    let days = OfficeCalendar::default().office_days();
    let (today, number) = (today(), number_of(today()).unwrap());
    arrived(&office, "1", today, "x");
    let expected = days.nth_after(number, 10);
    let deadline = office.show("1")["deadline"].clone();
    assert_eq!(deadline["kind"], "processing");
    assert_eq!(number_of(deadline["date"].as_str().unwrap().parse().unwrap()), Some(expected));
    assert_eq!(deadline["days"], 10);
    let listed = done(&office, &["list", "--columns", "number,deadline", "--format", "json"]);
    assert_eq!(listed[0]["deadline"], deadline);
    done(&office, &["set-status", "returned", "--all", "--reason", "添付がない", "--json"]);
    assert_eq!(office.show("1")["deadline"], json!({"kind": "paused", "date": null, "days": 10}));
    // 補正到着: the clock goes on, on this very day.
    arrived(&office, "1", today, "直しました");
    assert_eq!(office.show("1")["deadline"], deadline);
    // What staff have set counts where it is earlier.
    done(&office, &["due", &today.to_string(), "--all", "--json"]);
    assert_eq!(office.show("1")["deadline"], json!({"kind": "due", "date": today.to_string(), "days": 0}));
    done(&office, &["undo", "--json"]);
    done(&office, &["set-status", "rejected", "--all", "--reason", "補正されなかった", "--json"]);
    assert_eq!(office.show("1")["deadline"], Value::Null);
}

#[test]
fn a_long_past_arrival_is_late_and_an_unknown_form_has_no_deadline() {
    let office = office(&FORM.replace("01430", "99999"));
    arrived(&office, "1", "2020-10-29".parse().unwrap(), "x");
    assert_eq!(office.show("1")["deadline"], Value::Null);
    std::fs::write(office.folder().join("store/forms/form.toml"), FORM).unwrap();
    let deadline = office.show("1")["deadline"].clone();
    assert_eq!((&deadline["kind"], &deadline["date"]), (&json!("processing"), &json!("2020-11-12")));
    assert!(deadline["days"].as_i64().unwrap() < -1000, "{deadline}");
    let told = office.run(&["show", "1"]);
    assert!(told.stdout.contains("2020-11-12"), "{told:?}");
}

#[test]
fn what_is_sent_back_says_until_when_it_is_to_be_corrected_and_how_that_was_told() {
    let office = office(FORM);
    let (today, number) = (today(), number_of(today()).unwrap());
    for number in ["1", "2"] {
        arrived(&office, number, today, "x");
    }
    let until = sekisho::domain::calendar::day_of_number(u64::from(number) + 14).unwrap().to_string();
    let told = today.to_string();
    let line = [
        "set-status",
        "returned",
        "--all",
        "--reason",
        "通帳の写しがない",
        "--until",
        &until,
        "--on",
        &told,
        "--by",
        "phone",
        "--json",
    ];
    let sent = done(&office, &line);
    assert_eq!(sent["changed"], 2);
    let shown = office.show("1");
    let correction = json!({
        "operation": sent["operation"], "until": until, "on": told, "by": "phone", "what": "通帳の写しがない",
        "blocks": [], "reminders": [], "waiting": null,
    });
    assert_eq!(shown["correction"], correction);
    assert_eq!((&shown["deadline"]["kind"], &shown["deadline"]["date"]), (&json!("correction"), &json!(until)));
    assert_eq!(shown["history"][0]["correction"], json!({"from": null, "to": until}));
    office.check("返却");
    // One operation: status and last day are undone and come back together.
    done(&office, &["undo", "--json"]);
    let shown = office.show("1");
    assert_eq!((&shown["status"], &shown["correction"]), (&json!("unprocessed"), &Value::Null));
    assert_eq!(shown["deadline"]["kind"], "processing");
    done(&office, &["redo", "--json"]);
    assert_eq!(office.show("1")["correction"], correction);
    // 補正到着: what counts is our own time again.
    arrived(&office, "1", today, "直しました");
    assert_eq!(office.show("1")["deadline"]["kind"], "processing");
    assert_eq!(office.show("2")["deadline"]["kind"], "correction");
    done(&office, &["set-status", "unprocessed", "number:1", "--json"]);
    assert_eq!(office.show("1")["correction"], Value::Null);
    // Sent back again without a last day: the one of before doesn't count.
    done(&office, &["set-status", "returned", "number:1", "--reason", "もう一度", "--json"]);
    let shown = office.show("1");
    assert_eq!((&shown["correction"], &shown["deadline"]["kind"]), (&Value::Null, &json!("paused")));
    office.check("補正");
    let again = ["set-status", "returned", "--all", "--reason", "x", "--until", "2020-01-01", "--json"];
    office.run(&again).refuses(2, "correction.over");
    office
        .run(&["set-status", "provisional", "--all", "--until", &until, "--json"])
        .refuses(2, "correction.other_status");
}
