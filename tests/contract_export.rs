//! `export` by the contract: files for people and machines, and that what leaves comes back equal.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use std::path::Path;

use calamine::{Data, Reader as _};
use program::{Office, list, row};
use serde_json::json;

/// Names and values that spoil in careless hands.
const HARD: [&str; 9] = [
    "髙橋 花子",
    "=1+1",
    "＝ｃｍｄ",
    "@sum",
    "-3",
    "+81 3 1234 5678",
    "\"引用 \"\"と\"\" , 改行\r\nあり\"",
    "'前の印",
    "　　-全角の空白のあと",
];

fn hard() -> Office {
    let office = Office::open();
    let rows: Vec<String> =
        HARD.iter().enumerate().map(|(n, name)| row(&format!("{:012}", 54_936_663_560_u64 + n as u64), name)).collect();
    office.take_in(&rows);
    office
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_answer_has_the_shape_of_the_contract_and_the_file_its_hash() {
    use sha2::Digest as _;
    let office = hard();
    let out = office.folder().join("out.csv");
    let answer = office.run(&["export", "csv", path(&out), "name:髙橋", "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let hash = sha2::Sha256::digest(std::fs::read(&out).unwrap());
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let expected =
        json!({"file": path(&out), "format": "csv", "count": 1, "sha256": hash, "operation": "3", "replaced": null});
    assert_eq!(answer.json(), expected);
    assert_eq!(office.run(&["log", "--json"]).json()[0]["command"], "application.export");
}

#[test]
fn exports_come_back_unchanged() {
    let ways: [&[&str]; 6] = [
        &["--encoding", "utf-8-bom"],
        &["--encoding", "cp932"],
        &["--encoding", "utf-8"],
        &["--encoding", "utf-16"],
        &["--encoding", "utf-8", "--for", "people"],
        &["--encoding", "utf-8-bom", "--for", "machine"],
    ];
    for way in ways {
        let office = hard();
        let out = office.folder().join("out.csv");
        let answer = office.run(&[&["export", "csv", path(&out), "--json"], way].concat());
        assert_eq!((answer.code, answer.json()["count"].as_u64()), (Some(0), Some(9)), "{way:?}: {answer:?}");
        let back = office.run(&["import", path(&out), "--json"]);
        assert_eq!(back.code, Some(0), "{way:?}: {back:?}");
        let file = back.file();
        assert_eq!(
            (file["profile"].as_str(), file["unchanged"].as_u64()),
            (Some("sekisho"), Some(9)),
            "{way:?}: {back:?}"
        );
        // Into another store the same file brings the same applications.
        let other = Office::open();
        assert_eq!(other.import("out.csv", &std::fs::read(&out).unwrap()).added(), 9);
        for number in ["054936663561", "054936663566"] {
            assert_eq!(other.show(number)["name"], office.show(number)["name"]);
            assert_eq!(other.show(number)["items"], office.show(number)["items"]);
        }
    }
}

#[test]
fn a_file_for_people_holds_no_formula_and_one_for_machines_is_exact() {
    let office = hard();
    let (people, machine) = (office.folder().join("people.csv"), office.folder().join("machine.csv"));
    assert_eq!(office.run(&["export", "csv", path(&people)]).code, Some(0));
    assert_eq!(office.run(&["export", "csv", path(&machine), "--encoding", "utf-8"]).code, Some(0));
    let cells = |file: &Path| {
        let bytes = std::fs::read(file).unwrap();
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes).to_vec();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes.as_slice());
        let header = reader.headers().unwrap().clone();
        assert!(header[0].starts_with("取得元") && header[1].starts_with("元システムの状況"), "{header:?}");
        let at = header.iter().position(|name| name == "氏名/法人名").unwrap();
        reader.records().map(|record| record.unwrap()[at].to_owned()).collect::<Vec<_>>()
    };
    let leads = |cell: &str| cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let exact = cells(&machine);
    assert!(exact.contains(&"=1+1".to_owned()) && exact.contains(&"　　-全角の空白のあと".to_owned()), "{exact:?}");
    let risky: Vec<String> = cells(&people).into_iter().filter(|cell| leads(cell)).collect();
    // A whole number and a phone number are left alone.
    assert!(risky.iter().all(|cell| cell == "-3" || cell == "+81 3 1234 5678"), "{risky:?}");
}

#[test]
fn the_cells_of_a_sheet_are_text() {
    let office = hard();
    let out = office.folder().join("out.xlsx");
    let answer = office.run(&["export", "xlsx", path(&out), "--json"]);
    assert_eq!((answer.code, answer.json()["format"].as_str()), (Some(0), Some("xlsx")), "{answer:?}");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&out).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let rows: Vec<Vec<Data>> = sheet.rows().map(<[Data]>::to_vec).collect();
    assert_eq!(rows.len(), 10);
    assert!(rows.iter().flatten().all(|cell| matches!(cell, Data::String(_) | Data::Empty)), "{rows:?}");
    let texts: Vec<String> = rows.iter().flatten().map(ToString::to_string).collect();
    for text in ["054936663560", "01430", "=1+1", "-3", "髙橋 花子"] {
        assert!(texts.iter().any(|cell| cell == text), "{text}");
    }
    for flag in [&["--encoding", "cp932"][..], &["--excel-text"], &["--for", "people"], &["--on-unmappable", "geta"]] {
        office.run(&[&["export", "xlsx", path(&out), "--json"], flag].concat()).refuses(2, "export.csv_only");
    }
}

#[test]
fn what_an_encoding_lacks_stops_the_export_or_is_replaced_and_listed() {
    let office = Office::open();
    office.take_in(&[row("1", "𠮷野"), row("2", "高崎")]);
    let out = office.folder().join("out.csv");
    let line = ["export", "csv", path(&out), "--encoding", "cp932", "--json"];
    let refused = office.run(&line);
    refused.refuses(1, "export.unmappable");
    let expected = json!([{"number": "1", "field": "氏名/法人名", "character": "U+20BB7"}]);
    assert_eq!(refused.json()["unmappable"], expected);
    assert!(!out.exists() && !office.folder().join("out.csv.replaced.csv").exists());
    let replaced = office.run(&[&line[..], &["--on-unmappable", "geta"]].concat());
    assert_eq!(replaced.code, Some(0), "{replaced:?}");
    let beside = office.folder().join("out.csv.replaced.csv");
    assert_eq!(replaced.json()["replaced"], path(&beside));
    let bytes = std::fs::read(&out).unwrap();
    let (text, _, broken) = encoding_rs::SHIFT_JIS.decode(&bytes);
    assert!(!broken && text.contains("〓野"), "{text}");
    assert!(std::fs::read_to_string(&beside).unwrap().contains("U+20BB7"));
    // Taken in again, it would make 〓野 of a person's name.
    office.run(&["import", path(&out), "--json"]).refuses(1, "import.not_reimportable");
}

#[test]
fn columns_are_chosen_and_a_part_does_not_come_back() {
    let office = hard();
    let out = office.folder().join("out.csv");
    let columns =
        |names: &str| office.run(&["export", "csv", path(&out), "--encoding", "utf-8", "--columns", names, "--json"]);
    assert_eq!(columns("整理番号,name,希望日").code, Some(0));
    let text = std::fs::read_to_string(&out).unwrap();
    let header: Vec<&str> = text.lines().next().unwrap().split(',').map(|name| name.trim_matches('"')).collect();
    assert_eq!(header.len(), 5, "{header:?}");
    assert_eq!(header[2..4], ["整理番号", "氏名/法人名"]);
    columns("何か").refuses(2, "export.unknown_column");
    office.run(&["import", path(&out), "--json"]).refuses(1, "import.partial_export");
}

#[test]
fn codes_for_excel_keep_their_zeros_and_do_not_come_back() {
    let office = hard();
    let out = office.folder().join("out.csv");
    assert_eq!(office.run(&["export", "csv", path(&out), "--excel-text"]).code, Some(0));
    assert!(std::fs::read_to_string(&out).unwrap().contains("=\"\"054936663560\"\""), "codes");
    office.run(&["import", path(&out), "--json"]).refuses(1, "import.not_reimportable");
}

#[test]
fn nothing_leaves_half_or_into_the_store() {
    let office = hard();
    let store = office.folder().join("store/out.csv");
    assert_eq!(office.run(&["export", "csv", path(&store), "--json"]).code, Some(1));
    let nowhere = office.folder().join("no/such/folder/out.csv");
    office.run(&["export", "csv", path(&nowhere), "--json"]).refuses(1, "export.write");
    let out = office.folder().join("out.csv");
    office.run(&["export", "csv", path(&out), "number:9999", "--json"]).refuses(1, "target.nothing_matched");
    assert!(!out.exists());
    // An earlier file stays as it is where an export fails.
    let kept = office.put("kept.csv", b"kept");
    office.run(&["export", "csv", path(&kept), "number:9999", "--json"]).refuses(1, "target.nothing_matched");
    assert_eq!(std::fs::read(&kept).unwrap(), b"kept");
    office.run(&["export", "pdf", path(&out), "--json"]).refuses(2, "usage");
}

#[test]
fn item_columns_are_the_union_over_versions_and_absent_is_not_empty() {
    let office = Office::open();
    let first = list(&[row("1", "名").replace("2020年11月2日", "")]);
    let second = list(&[row("2", "名")]).replace("希望日", "希望時刻").replace(",1,01430,", ",2,01430,");
    assert_eq!(office.import("a.csv", first.as_bytes()).code, Some(0));
    assert_eq!(office.import("b.csv", second.as_bytes()).code, Some(0));
    let out = office.folder().join("out.csv");
    assert_eq!(office.run(&["export", "csv", path(&out), "--encoding", "utf-8"]).code, Some(0));
    let text = std::fs::read_to_string(&out).unwrap();
    let header = text.lines().next().unwrap();
    assert!(header.contains("希望日") && header.contains("希望時刻"), "{header}");
    let file = office.run(&["import", path(&out), "--json"]).file();
    assert_eq!((&file["unchanged"], &file["updated"]), (&json!(2), &json!(0)), "{text}");
    let other = Office::open();
    assert_eq!(other.import("out.csv", text.as_bytes()).added(), 2);
    let item = |number: &str, name: &str| {
        let shown = other.show(number);
        let items = shown["items"].as_array().unwrap().clone();
        items.into_iter().find(|item| item["name"] == name).map(|item| item["value"].clone())
    };
    assert_eq!((item("1", "希望日"), item("1", "希望時刻").unwrap_or_default()), (Some(json!("")), json!(null)));
}
