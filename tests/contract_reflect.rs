//! The two books by the contract: `adopt`, `keep`, `export reflect`, and what an import says of it afterwards.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use program::{Answer, Office, list, row};
use serde_json::{Value, json};

/// A row of a download whose status is `status`.
fn told(number: &str, status: &str) -> String {
    row(number, "山形　花子").replace("未処理", status)
}

fn taken(office: &Office, name: &str, rows: &[String]) -> Value {
    let answer = office.import(name, list(rows).as_bytes());
    assert_eq!(answer.code, Some(0), "{answer:?}");
    answer.file()
}

/// Five applications, all of them 完了 in our book.
fn five_completed() -> Office {
    let office = Office::open();
    taken(&office, "1.csv", &(1..=5).map(|n| told(&n.to_string(), "未処理")).collect::<Vec<_>>());
    assert_eq!(office.run(&["set-status", "完了", "--all", "--json"]).code, Some(0));
    office
}

fn listed(office: &Office, more: &[&str]) -> Answer {
    let out = office.folder().join("reflect.csv");
    let mut words = vec!["export", "reflect", out.to_str().unwrap()];
    words.extend(more);
    words.push("--json");
    office.run(&words)
}

fn list_text(office: &Office) -> String {
    std::fs::read_to_string(office.folder().join("reflect.csv")).unwrap()
}

#[test]
fn adopting_makes_the_books_equal_and_keeping_makes_theirs_the_one_to_correct() {
    let office = five_completed();
    taken(&office, "2.csv", &[told("1", "取下げ"), told("2", "返却中"), told("3", "取下げ")]);
    assert_eq!((office.count("reflect:check"), office.count("reflect:pending")), (3, 2));
    let dry = office.run(&["adopt", "--all", "--dry-run", "--json"]);
    let nothing = json!({"operation": null, "changed": 3, "unchanged": 2, "failed": []});
    assert_eq!((dry.code, dry.json()), (Some(0), nothing), "{dry:?}");
    let adopted = office.run(&["adopt", "number:1|2", "--json"]);
    assert_eq!(adopted.code, Some(0), "{adopted:?}");
    assert_eq!((&adopted.json()["changed"], &adopted.json()["unchanged"]), (&json!(2), &json!(0)));
    assert_eq!(
        (office.show("1")["status"].clone(), office.show("2")["status"].clone()),
        (json!("withdrawn"), json!("returned"))
    );
    let kept = office.run(&["keep", "--all", "--reason", "窓口で確認", "--json"]);
    assert_eq!((&kept.json()["changed"], &kept.json()["unchanged"]), (&json!(1), &json!(4)), "{kept:?}");
    assert_eq!(office.show("3")["status"], "completed");
    assert_eq!(
        (office.count("reflect:check"), office.count("reflect:pending"), office.count("reflect:done")),
        (0, 3, 2)
    );
    let commands: Vec<Value> =
        office.show("3")["history"].as_array().unwrap().iter().map(|h| h["command"].clone()).collect();
    assert_eq!(commands[0], "reflection.keep");
    let again = office.run(&["keep", "--all", "--json"]);
    assert_eq!(again.json(), json!({"operation": null, "changed": 0, "unchanged": 5, "failed": []}));
    office.check("adopt and keep");
}

#[test]
fn the_targets_are_those_of_set_status() {
    let office = five_completed();
    office.run(&["adopt", "--json"]).refuses(2, "target.missing");
    office.run(&["keep", "number:9", "--json"]).refuses(1, "target.nothing_matched");
    let empty = office.run(&["keep", "number:9", "--allow-empty", "--json"]);
    assert_eq!((empty.code, empty.json()["changed"].clone()), (Some(0), json!(0)));
    taken(&office, "2.csv", &[told("1", "取下げ")]);
    let file = office.put("numbers.txt", b"1\n2\n77\n");
    let part = office.run(&["adopt", "--numbers", file.to_str().unwrap(), "--json"]);
    assert_eq!(part.code, Some(3), "{part:?}");
    assert_eq!((&part.json()["changed"], &part.json()["unchanged"]), (&json!(1), &json!(1)));
    assert_eq!(part.json()["failed"][0]["reason"], "unknown");
}

#[test]
fn an_undone_adoption_is_a_change_of_ours_and_a_kept_final_status_knows_its_way_back() {
    let office = five_completed();
    taken(&office, "2.csv", &[told("1", "取下げ"), told("2", "取下げ")]);
    office.run(&["adopt", "number:1", "--json"]);
    assert_eq!(office.run(&["undo", "--json"]).code, Some(0));
    assert_eq!((office.show("1")["status"].clone(), office.count("number:1 reflect:pending")), (json!("completed"), 1));
    assert_eq!(office.run(&["redo", "--json"]).code, Some(0));
    assert_eq!(office.count("number:1 reflect:done"), 1);
    assert_eq!(office.run(&["keep", "number:2", "--json"]).code, Some(0));
    let back = office.run(&["set-status", "未処理", "number:2", "--reason", "誤り", "--json"]);
    assert_eq!((back.code, office.show("2")["status"].clone()), (Some(0), json!("unprocessed")), "{back:?}");
    office.check("undoing and going back");
}

#[test]
fn the_list_is_in_the_sources_order_by_target_status_and_a_hundred_a_block() {
    let office = Office::open();
    let at =
        |n: u32| told(&format!("{n:04}"), "未処理").replace("09時24分", &format!("{:02}時{:02}分", n / 60, n % 60));
    taken(&office, "1.csv", &(0..250).map(at).collect::<Vec<_>>());
    office.run(&["set-status", "完了", "--all", "--json"]);
    office.run(&["set-status", "未処理", "number:0007|0009", "--reason", "誤り", "--json"]);
    office.run(&["set-status", "返却中", "number:0007|0009", "--reason", "不備", "--json"]);
    let answer = listed(&office, &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let mut document = answer.json();
    assert!(document["file"].as_str().unwrap().ends_with("reflect.csv"));
    document["file"] = json!("f");
    let groups = json!([
        {"status": "returned", "status_label": "返却中", "count": 2, "blocks": 1},
        {"status": "completed", "status_label": "完了", "count": 248, "blocks": 3},
    ]);
    assert_eq!(document, json!({"file": "f", "count": 250, "groups": groups, "operation": "6"}));
    let text = list_text(&office);
    let lines: Vec<&str> = text.trim_start_matches('\u{FEFF}').lines().collect();
    assert_eq!(
        lines[0],
        "\"ブロック\",\"反映する処理状況\",\"取得元（再取込不可）\",\"整理番号\",\"氏名/法人名\",\"様式\",\"申込日時\",\"元システムの状況\",\"処理状況\",\"済\""
    );
    let cell = |line: usize, column: usize| lines[line].split(',').nth(column).unwrap().trim_matches('"');
    let numbers: Vec<&str> = (1..lines.len()).map(|line| cell(line, 3)).collect();
    assert_eq!((numbers[0], numbers[1], numbers[2]), ("0009", "0007", "0249"), "newest first in each group");
    assert_eq!((cell(1, 0), cell(3, 0), cell(102, 0), cell(103, 0), cell(250, 0)), ("1-1", "2-1", "2-1", "2-2", "2-3"));
    assert_eq!((cell(3, 1), cell(3, 7), cell(3, 8), lines[3].ends_with(',')), ("完了", "未処理", "完了", true));
    let log = office.run(&["log", "--json"]).json();
    assert_eq!((&log[0]["command"], &log[0]["count"]), (&json!("reflect.export"), &json!(250)));
    let some = listed(&office, &["number:0007"]);
    assert_eq!(some.json()["count"], 1, "{some:?}");
    office.check("export reflect");
}

#[test]
fn a_list_is_for_people_and_never_comes_back_as_a_download() {
    let office = Office::open();
    listed(&office, &[]).refuses(1, "reflect.nothing_pending");
    assert!(!office.folder().join("reflect.csv").exists());
    taken(&office, "1.csv", &[row("0012", "=HYPERLINK(1)"), row("2", "髙橋")]);
    office.run(&["set-status", "完了", "--all", "--json"]);
    for encoding in ["utf-8-bom", "cp932", "utf-8", "utf-16"] {
        let answer = listed(&office, &["--encoding", encoding]);
        assert_eq!(answer.code, Some(0), "{encoding}: {answer:?}");
        let back = office.run(&["import", office.folder().join("reflect.csv").to_str().unwrap(), "--json"]);
        assert_eq!(back.code, Some(1), "{encoding}: {back:?}");
        if encoding.starts_with("utf-8") {
            assert!(list_text(&office).contains("\"'=HYPERLINK(1)\""), "{}", list_text(&office));
        }
    }
    listed(&office, &["--for", "machine"]).refuses(2, "export.not_for_reflect");
    listed(&office, &["--columns", "number"]).refuses(2, "export.not_for_reflect");
    assert_eq!(office.count("reflect:pending"), 2, "a list changes nothing");
}

#[test]
fn the_next_download_ticks_off_and_names_what_was_forgotten_and_refused() {
    let office = five_completed();
    assert_eq!(listed(&office, &["number:1|2|3|4"]).code, Some(0));
    let next = [told("1", "完了"), told("2", "未処理"), told("3", "返却中"), told("5", "未処理"), told("6", "未処理")];
    let text = list(&next);
    let file = office.put("2.csv", text.as_bytes());
    let dry = office.run(&["import", file.to_str().unwrap(), "--dry-run", "--json"]).file();
    let real = taken(&office, "2.csv", &next);
    let reflection = json!({
        "reflected": 1,
        "forgotten": ["2"],
        "refused": [{"number": "3", "ours": "completed", "source": "returned"}],
        "not_in_file": 1,
        "too_old": 0,
    });
    assert_eq!((&real["reflection"], &dry["reflection"]), (&reflection, &reflection));
    assert_eq!(office.count("reflect:done") - 1, 1, "1; and 6, which is new");
    assert_eq!((office.count("reflect:check"), office.count("reflect:pending")), (1, 3));
    // The very same file again was made before any list from now on: it must not name what is on one as forgotten.
    assert_eq!(listed(&office, &[]).code, Some(0));
    let repeated = taken(&office, "copy.csv", &next);
    assert_eq!((&repeated["reflection"]["forgotten"], &repeated["reflection"]["too_old"]), (&json!([]), &json!(2)));
    // Another download, a day later, can tell.
    let later = taken(&office, "3.csv", &next[..4]);
    assert_eq!(later["reflection"]["forgotten"], json!(["2", "5"]));
    office.check("ticking off");
}

#[test]
fn an_older_download_names_nothing_wrongly() {
    let office = Office::open();
    let first = [told("1", "未処理"), told("2", "未処理")];
    taken(&office, "1.csv", &first);
    taken(&office, "2.csv", &[told("1", "仮受付"), told("2", "未処理")]);
    office.run(&["set-status", "完了", "--all", "--json"]);
    assert_eq!(listed(&office, &[]).code, Some(0));
    let older = taken(&office, "1.csv", &first);
    let silent = json!({"reflected": 0, "forgotten": [], "refused": [], "not_in_file": 0, "too_old": 1});
    assert_eq!(older["reflection"], silent);
    assert_eq!(
        (office.show("1")["status"].clone(), office.show("2")["status"].clone()),
        (json!("completed"), json!("completed"))
    );
}

#[test]
fn what_was_changed_after_the_list_was_made_is_not_forgotten() {
    let office = five_completed();
    assert_eq!(listed(&office, &[]).code, Some(0));
    office.run(&["set-status", "未処理", "number:1", "--reason", "誤り", "--json"]);
    office.run(&["set-status", "返却中", "number:1", "--reason", "不備", "--json"]);
    let next = taken(&office, "2.csv", &[told("1", "未処理"), told("2", "未処理")]);
    assert_eq!(next["reflection"]["forgotten"], json!(["2"]));
    assert_eq!(next["reflection"]["not_in_file"], 3);
}

#[test]
fn a_person_is_told_in_words_and_a_number_of_two_sources_with_its_source() {
    let office = five_completed();
    let other = office.put("other.csv", list(&[told("2", "未処理")]).as_bytes());
    assert_eq!(office.run(&["import", other.to_str().unwrap(), "--profile", "generic", "--json"]).code, Some(0));
    assert_eq!(listed(&office, &[]).code, Some(0));
    let file = office.put("2.csv", list(&[told("1", "完了"), told("2", "未処理"), told("3", "取下げ")]).as_bytes());
    for (language, words) in [("ja", ["入力されていない", "要確認"]), ("en", ["not entered", "another status"])]
    {
        let answer = office.run(&["--lang", language, "import", file.to_str().unwrap(), "--dry-run"]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        for word in words {
            assert!(answer.stdout.contains(word), "{language} {word}: {}", answer.stdout);
        }
        assert!(answer.stdout.contains("etumo/2"), "{}", answer.stdout);
    }
    let own = office.run(&["export", "csv", office.folder().join("own.csv").to_str().unwrap(), "--json"]);
    assert_eq!(own.code, Some(0));
    let back = office.run(&["import", office.folder().join("own.csv").to_str().unwrap(), "--json"]).file();
    assert_eq!(back["reflection"]["not_in_file"], 0, "our own export says nothing of their book: {back}");
    assert_eq!(back["reflection"]["forgotten"], json!([]));
}
