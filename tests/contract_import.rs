//! `import` by the contract: shapes, counts and exit codes, for good files and for every kind of bad one.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use program::{HEADER, Office, cp932, list, row, utf16};
use serde_json::json;

#[test]
fn bytes_of_another_encoding_after_the_first_mebibyte_set_only_their_row_aside() {
    let office = Office::open();
    let rows: Vec<String> = (1..=9000).map(|n| row(&n.to_string(), "白鷹")).collect();
    let mut bytes = list(&rows).into_bytes();
    assert!(bytes.len() > 1 << 20);
    bytes.extend(cp932(&format!("{}\r\n{}\r\n", row("a", "山形"), row("b", "latin"))));
    let file = office.import("grown.csv", &bytes).file();
    // Both rows have Japanese in their other cells.
    assert_eq!((file["encoding"].as_str(), counts(&file)), (Some("utf-8"), [9002, 9000, 0, 0, 2]));
}

/// The counts of a file: read, added, updated, unchanged, set aside.
fn counts(file: &serde_json::Value) -> [u64; 5] {
    let count = |key: &str| file[key].as_u64().unwrap();
    [
        count("read"),
        count("added"),
        count("updated"),
        count("unchanged"),
        file["rejected"].as_array().unwrap().len() as u64,
    ]
}

#[test]
fn a_download_goes_in_whole_and_says_what_it_did() {
    let office = Office::open();
    let text = list(&[row("000000000549", "髙橋 花子"), row("000000000550", "山形 太郎")]);
    let answer = office.import("list.csv", &cp932(&text));
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let file = answer.file();
    let keys: Vec<&str> = file.as_object().unwrap().keys().map(String::as_str).collect();
    let contract = [
        "file",
        "encoding",
        "profile",
        "read",
        "added",
        "updated",
        "unchanged",
        "rejected",
        "flagged",
        "status_differs",
    ];
    assert_eq!(keys[..contract.len()], contract);
    assert_eq!((file["encoding"].as_str(), file["profile"].as_str()), (Some("cp932"), Some("etumo-list")));
    assert_eq!(counts(&file), [2, 2, 0, 0, 0]);
    assert_eq!(file["operation"], "2");
    let again = office.import("list.csv", &cp932(&text)).file();
    assert_eq!(counts(&again), [2, 0, 0, 2, 0]);
    // A new revision; going back to an earlier one is no news.
    let changed = text.replace("山形 太郎", "山形 太朗");
    assert_eq!(counts(&office.import("list.csv", &cp932(&changed)).file()), [2, 0, 1, 1, 0]);
    assert_eq!(counts(&office.import("list.csv", &cp932(&text)).file()), [2, 0, 0, 2, 0]);
    assert_eq!(office.show("000000000550")["name"], "山形 太朗");
    assert_eq!(office.show("000000000550")["earlier_revisions"], 1);
    office.check("revisions");
}

#[test]
fn every_encoding_is_found_and_can_be_named() {
    let text = list(&[row("1", "髙﨑 ㈱")]);
    let marked = format!("\u{FEFF}{text}");
    let cases: [(&str, Vec<u8>); 4] = [
        ("cp932", cp932(&text)),
        ("utf-8", text.clone().into_bytes()),
        ("utf-8", marked.into_bytes()),
        ("utf-16", utf16(&text)),
    ];
    for (encoding, bytes) in cases {
        for choice in ["auto", encoding] {
            let office = Office::open();
            let file = office.put("list.csv", &bytes);
            let answer = office.run(&["import", file.to_str().unwrap(), "--encoding", choice, "--json"]);
            assert_eq!(answer.code, Some(0), "{encoding} as {choice}: {answer:?}");
            assert_eq!(answer.file()["encoding"], encoding);
            assert_eq!(office.show("1")["name"], "髙﨑 ㈱");
        }
    }
    let office = Office::open();
    let file = office.put("list.csv", text.as_bytes());
    office
        .run(&["import", file.to_str().unwrap(), "--encoding", "utf-16", "--json"])
        .refuses(1, "import.no_utf16_mark");
    office.run(&["import", file.to_str().unwrap(), "--encoding", "latin1", "--json"]).refuses(2, "usage");
}

#[test]
fn bytes_of_another_encoding_set_only_their_row_aside() {
    let office = Office::open();
    let mut bytes = list(&[row("1", "髙橋")]).into_bytes();
    bytes.extend(cp932(&format!("{}\r\n", row("2", "山形"))));
    bytes.extend(format!("{}\r\n", row("3", "白鷹")).into_bytes());
    // So short a file is CP932 as a whole, and its header doesn't decode.
    let found = office.import("mixed.csv", &bytes);
    found.refuses(1, "import.header_undecodable");
    assert_eq!(found.json()["error"]["place"]["line"], 1);
    let path = office.folder().join("mixed.csv");
    let answer = office.run(&["import", path.to_str().unwrap(), "--encoding", "utf-8", "--json"]);
    assert_eq!(answer.code, Some(3), "{answer:?}");
    let file = answer.file();
    assert_eq!(counts(&file), [3, 2, 0, 0, 1]);
    assert_eq!(file["rejected"][0]["line"], 3);
    assert_eq!(file["rejected"][0]["reason"], "undecodable");
    assert_eq!(office.count(""), 2);
    let aside = office.run(&["rejected", "list", "--json"]).json();
    assert_eq!(
        aside[0],
        json!({"import":"2","file":"mixed.csv","line":3,"column":file["rejected"][0]["column"],
        "field":file["rejected"][0]["field"],"reason":"undecodable"})
    );
}

#[test]
fn every_bad_row_is_set_aside_with_its_place_and_the_others_go_in() {
    let office = Office::open();
    let rows = [
        row("1", "良い行"),
        row("2", "").replace(",シケン,2020年11月2日", ""),
        row("3", "ナ\0ル"),
        row("4", "日付").replace("10月29日", "13月45日"),
        row("5", "状況").replace("未処理", "検討中"),
        row("", "番号なし"),
        row("7", "\"引用\"のあと"),
        row("8", "もう一つ"),
    ];
    let answer = office.import("bad.csv", &cp932(&list(&rows)));
    assert_eq!(answer.code, Some(3), "{answer:?}");
    let file = answer.file();
    assert_eq!(counts(&file), [8, 2, 0, 0, 6]);
    let reasons: Vec<(u64, &str)> = file["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["line"].as_u64().unwrap(), one["reason"].as_str().unwrap()))
        .collect();
    let expected =
        [(3, "ragged"), (4, "nul"), (5, "bad_date"), (6, "unknown_status"), (7, "missing_number"), (8, "stray_quote")];
    assert_eq!(reasons, expected);
    assert_eq!(file["rejected"][2]["field"], "申込日時");
    assert_eq!(file["rejected"][2]["column"], 8);
    for one in file["rejected"].as_array().unwrap() {
        assert!(!one["message"].as_str().unwrap().starts_with("rejected."), "{one}");
    }
    // What was set aside leaves with its own text, is counted, and can be erased.
    let out = office.folder().join("aside.csv");
    let exported = office.run(&["rejected", "export", out.to_str().unwrap(), "--json"]);
    assert_eq!((exported.code, exported.json()["count"].as_u64()), (Some(0), Some(6)), "{exported:?}");
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.contains("検討中") && text.contains("13月45日"), "{text}");
    let cleared = office.run(&["rejected", "clear", "--json"]).json();
    assert_eq!((cleared["operation"].is_string(), cleared["cleared"].as_u64()), (true, Some(6)));
    assert_eq!(office.run(&["rejected", "clear", "--json"]).json(), json!({"operation":null,"cleared":0}));
    assert_eq!(office.run(&["rejected", "list", "--json"]).json(), json!([]));
    office.run(&["rejected", "export", out.to_str().unwrap(), "--json"]).refuses(1, "target.nothing_matched");
    office.check("rows set aside and erased");
}

#[test]
fn one_number_twice_is_set_aside_when_it_differs_and_unchanged_when_equal() {
    let office = Office::open();
    let rows = [row("1", "同じ"), row("2", "違う"), row("1", "同じ"), row("2", "違います"), row("3", "別")];
    let answer = office.import("twice.csv", list(&rows).as_bytes());
    assert_eq!(answer.code, Some(3), "{answer:?}");
    let file = answer.file();
    assert_eq!(counts(&file), [5, 2, 0, 1, 2]);
    let lines: Vec<_> = file["rejected"].as_array().unwrap().iter().map(|one| one["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [3, 5]);
    assert_eq!(office.count(""), 2);
}

#[test]
fn an_unclosed_quote_stops_there_and_what_was_before_is_in() {
    let office = Office::open();
    let text = list(&[row("1", "前"), row("2", "\"閉じない"), row("3", "後")]);
    let answer = office.import("quote.csv", &cp932(&text));
    assert_eq!(answer.code, Some(3), "{answer:?}");
    let file = answer.file();
    assert_eq!(counts(&file)[..2], [1, 1]);
    assert_eq!(
        (file["stopped"]["code"].as_str(), file["stopped"]["line"].as_u64()),
        (Some("import.unclosed_quote"), Some(3))
    );
    assert_eq!(office.count(""), 1);
}

#[test]
fn a_cell_beyond_four_mebibytes_stops_the_file() {
    let office = Office::open();
    let text = list(&[row("1", "前"), row("2", &"長".repeat(1_500_000))]);
    let answer = office.import("long.csv", text.as_bytes());
    assert_eq!(answer.code, Some(3), "{:?}", answer.stderr);
    let stopped = &answer.file()["stopped"];
    assert_eq!((stopped["code"].as_str(), stopped["line"].as_u64()), (Some("import.cell_too_large"), Some(3)));
    assert_eq!(office.count(""), 1);
}

#[test]
fn a_file_without_rows_is_a_warning_and_one_without_bytes_a_failure() {
    let office = Office::open();
    let answer = office.import("header.csv", &cp932(&list(&[])));
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(counts(&answer.file()), [0; 5]);
    assert_eq!(answer.file()["warnings"][0]["code"], "header_only");
    assert!(answer.stderr.contains("header.csv"), "{answer:?}");
    for bytes in [&b""[..], b"\xEF\xBB\xBF", b"\r\n\r\n"] {
        office.import("empty.csv", bytes).refuses(1, "import.empty_file");
    }
}

#[test]
fn a_header_that_fits_no_profile_names_the_way_out() {
    let office = Office::open();
    let answer = office.import("other.csv", "品名,数量\r\n鉛筆,3\r\n".as_bytes());
    answer.refuses(1, "import.no_profile");
    assert!(answer.stderr.contains("profile learn"), "{answer:?}");
    let file = office.put("list.csv", list(&[row("1", "名")]).as_bytes());
    office
        .run(&["import", file.to_str().unwrap(), "--profile", "nobody", "--json"])
        .refuses(1, "import.unknown_profile");
    let generic = office.run(&["import", file.to_str().unwrap(), "--profile", "generic", "--json"]);
    assert_eq!((generic.code, generic.file()["profile"].as_str()), (Some(0), Some("generic")), "{generic:?}");
}

#[test]
fn a_fixed_column_twice_is_refused_and_an_item_twice_is_kept() {
    let office = Office::open();
    let twice = list(&[row("1", "名")]).replace("備考", "整理番号");
    office.import("twice.csv", twice.as_bytes()).refuses(1, "import.column_twice");
    let items = list(&[row("1", "名")]).replace("氏名フリガナ,希望日", "希望日,希望日");
    assert_eq!(office.import("items.csv", items.as_bytes()).code, Some(0));
    let names: Vec<_> = office.show("1")["items"].as_array().unwrap().iter().map(|item| item["name"].clone()).collect();
    assert_eq!(names, [json!("希望日"), json!("希望日#2")]);
}

#[test]
fn columns_of_my_number_are_refused_but_in_stores_for_trials() {
    for name in ["個人番号", "マイナンバー（本人）", "口座番号", "口座記号"] {
        let text = list(&[row("1", "名")]).replace("希望日", name);
        let office = Office::founded("lgwan", "os");
        let answer = office.import("secret.csv", text.as_bytes());
        answer.refuses(4, "import.sensitive_columns");
        assert_eq!(answer.json()["error"]["place"]["field"], name);
        assert_eq!(office.count(""), 0);
        let trial = Office::open();
        let answer = trial.import("secret.csv", text.as_bytes());
        assert_eq!(answer.code, Some(0), "{answer:?}");
        assert_eq!(answer.file()["warnings"][0]["code"], "sensitive_columns");
        assert!(answer.stderr.contains(name), "{answer:?}");
    }
}

#[test]
fn the_two_books_are_told_apart() {
    let office = Office::open();
    office.take_in(&[row("1", "名"), row("2", "名")]);
    assert_eq!(office.run(&["set-status", "仮受付", "number:1", "--json"]).code, Some(0));
    let theirs = list(&[row("1", "名"), row("2", "名")]).replace("未処理", "完了");
    let file = office.import("later.csv", theirs.as_bytes()).file();
    let differs = json!([
        {"number": "1", "ours": "provisional", "source": "completed"},
        {"number": "2", "ours": "unprocessed", "source": "completed"},
    ]);
    assert_eq!(file["status_differs"], differs);
    let shown = office.show("1");
    assert_eq!((&shown["status"], &shown["source_status"]), (&json!("provisional"), &json!("completed")));
    assert_eq!((office.count("reflect:check"), office.count("reflect:done")), (2, 0));
}

#[test]
fn gaiji_go_in_and_are_flagged() {
    let office = Office::open();
    let mut bytes = cp932(&format!("{HEADER}\r\n"));
    let line = cp932(&row("1", "?本"));
    let at = line.iter().position(|byte| *byte == b'?').unwrap();
    bytes.extend(&line[..at]);
    bytes.extend([0xF0, 0x40]);
    bytes.extend(&line[at + 1..]);
    let answer = office.import("gaiji.csv", &bytes);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(answer.file()["flagged"], json!([{"number": "1", "field": "氏名/法人名", "codes": ["F040"]}]));
    assert_eq!(office.show("1")["name"], "\u{E000}本");
    assert_eq!(office.count("has:gaiji"), 1);
    assert!(office.run(&["list"]).stdout.contains("〓本"));
}

#[test]
fn several_files_are_all_tried() {
    let office = Office::open();
    let good = office.put("good.csv", list(&[row("1", "名")]).as_bytes());
    let empty = office.put("empty.csv", b"");
    let absent = office.folder().join("absent.csv");
    let paths = [&empty, &good, &absent].map(|path| path.to_str().unwrap());
    let answer = office.run(&["import", paths[0], paths[1], paths[2], "--json"]);
    assert_eq!(answer.code, Some(3), "{answer:?}");
    let files = answer.json()["files"].clone();
    assert_eq!(files[0]["error"]["code"], "import.empty_file");
    assert_eq!(files[1]["added"], 1);
    assert_eq!(files[2]["error"]["code"], "file.absent");
    office.run(&["import", paths[0], paths[2], "--json"]).refuses(1, "import.empty_file");
    office.run(&["import", "--json"]).refuses(2, "usage");
}

#[test]
fn a_dry_run_tells_the_same_and_changes_nothing() {
    let office = Office::open();
    office.take_in(&[row("1", "前"), row("2", "前")]);
    let text = list(&[row("1", "前"), row("2", "後"), row("3", "新"), row("4", "").replace("10月", "13月")]);
    let file = office.put("next.csv", text.as_bytes());
    let dry = office.run(&["import", file.to_str().unwrap(), "--dry-run", "--json"]);
    assert_eq!(dry.code, Some(3), "{dry:?}");
    assert_eq!((office.count(""), dry.file()["operation"].is_null()), (2, true));
    assert_eq!(office.run(&["log", "--json"]).json().as_array().unwrap().len(), 2);
    let wet = office.run(&["import", file.to_str().unwrap(), "--json"]);
    assert_eq!(counts(&wet.file()), counts(&dry.file()));
    assert_eq!(wet.file()["rejected"], dry.file()["rejected"]);
}
