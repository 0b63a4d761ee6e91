//! `inbox` by the contract, and rows set aside that come back corrected: what lies in the folders, what is new, what is
//! taken in once and deleted safely, and everything that isn't a download.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use std::fs;
use std::path::{Path, PathBuf};

use program::{Answer, HEADER, Office, cp932, download, list, row, utf16};
use serde_json::{Value, json};

/// An office with an inbox folder `in` (and others that a test names), set in the store's own configuration.
fn office(folders: &[&str]) -> Office {
    let office = Office::open();
    let mut set = Vec::new();
    for folder in folders {
        let path = office.folder().join(folder);
        if !folder.starts_with("absent") {
            fs::create_dir(&path).unwrap();
        }
        set.push(format!("\"{}\"", path.display()));
    }
    let text = format!("[inbox]\nfolders = [{}]\n", set.join(", "));
    fs::write(office.folder().join("store/config.toml"), text).unwrap();
    office
}

fn put(office: &Office, name: &str, bytes: &[u8]) -> PathBuf {
    office.put(&format!("in/{name}"), bytes)
}

fn look(office: &Office) -> Value {
    let answer = office.run(&["inbox", "list", "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    answer.json()
}

/// Names and states of the files, in their order.
fn states(office: &Office) -> Vec<(String, String)> {
    let look = look(office);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let name = |file: &Value| Path::new(&text(&file["file"])).file_name().unwrap().to_str().unwrap().to_owned();
    look["files"].as_array().unwrap().iter().map(|file| (name(file), text(&file["state"]))).collect()
}

fn state_of(office: &Office, name: &str) -> String {
    states(office).into_iter().find(|(file, _)| file == name).map(|(_, state)| state).unwrap_or_default()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn import_all(office: &Office) -> Answer {
    office.run(&["inbox", "import", "--json"])
}

#[test]
fn without_folders_the_way_out_is_named() {
    let office = Office::open();
    office.run(&["inbox", "list", "--json"]).refuses(1, "inbox.no_folders");
    office.run(&["inbox", "import", "--json"]).refuses(1, "inbox.no_folders");
}

#[test]
fn what_is_new_goes_in_once_whatever_its_name() {
    let office = office(&["in"]);
    put(&office, "a.csv", &cp932(&list(&[row("1", "山形"), row("2", "白鷹")])));
    put(&office, "same.csv", &cp932(&list(&[row("1", "山形"), row("2", "白鷹")])));
    let shown = look(&office);
    assert_eq!(shown["folders"][0]["state"], "ready");
    assert_eq!(
        (&shown["files"][0]["profile"], &shown["files"][0]["encoding"]),
        (&json!("etumo-list"), &json!("cp932"))
    );
    assert_eq!((&shown["unfinished"], &shown["rejected"]), (&Value::Null, &json!(0)));
    let dry = office.run(&["inbox", "import", "--dry-run", "--json"]);
    assert_eq!((dry.code, dry.added(), office.count("")), (Some(0), 2, 0), "{dry:?}");
    let answer = import_all(&office);
    assert_eq!((answer.code, answer.added()), (Some(0), 2), "{answer:?}");
    assert_eq!(answer.json()["files"].as_array().unwrap().len(), 1, "two names, one file");
    let both = [("a.csv", "imported"), ("same.csv", "imported")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(states(&office), both);
    assert_eq!(look(&office)["files"][1]["operation"], "2");
    let again = import_all(&office);
    assert_eq!((again.code, again.json()["files"].clone()), (Some(0), json!([])), "{again:?}");
    office.check("the inbox");
}

#[test]
fn what_is_no_download_is_passed_over_or_told_and_stops_nobody() {
    let office = office(&["in"]);
    let inside = office.folder().join("in");
    put(&office, "good.csv", &cp932(&list(&[row("1", "山形")])));
    put(&office, "half.csv.part", b"x");
    put(&office, "half.csv.crdownload", b"x");
    put(&office, ".hidden.csv", b"x");
    put(&office, "empty.csv", b"");
    put(&office, "photo.jpg", b"\xFF\xD8\xFF\xE0");
    put(&office, "other.csv", "品名,数量\r\n鉛筆,3\r\n".as_bytes());
    fs::create_dir(inside.join("x.csv")).unwrap();
    let outside = office.put("outside.csv", &cp932(&list(&[row("9", "外")])));
    std::os::unix::fs::symlink(outside, inside.join("link.csv")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(inside.join("pipe.csv")).status().unwrap().success());
    let expected = [("empty.csv", "refused"), ("good.csv", "new"), ("other.csv", "refused"), ("photo.jpg", "refused")];
    assert_eq!(states(&office), expected.map(|(name, state)| (name.to_owned(), state.to_owned())));
    let shown = look(&office);
    let codes: Vec<&Value> = [0, 2].iter().map(|at| &shown["files"][*at]["error"]["code"]).collect();
    assert_eq!(codes, ["import.empty_file", "import.no_profile"]);
    let answer = import_all(&office);
    assert_eq!((answer.code, answer.added()), (Some(0), 1), "{answer:?}");
    assert_eq!(answer.json()["left"].as_array().unwrap().len(), 3, "{answer:?}");
    assert!(answer.stderr.contains("other.csv"), "{answer:?}");
}

#[test]
fn a_folder_that_is_gone_doesnt_hide_the_other_one() {
    let office = office(&["in", "absent"]);
    put(&office, "good.csv", &cp932(&list(&[row("1", "山形")])));
    let shown = look(&office);
    assert_eq!((&shown["folders"][0]["state"], &shown["folders"][1]["state"]), (&json!("ready"), &json!("refused")));
    assert!(shown["folders"][1]["message"].as_str().unwrap().contains("absent"));
    let answer = import_all(&office);
    assert_eq!((answer.code, answer.added()), (Some(3), 1), "{answer:?}");
    assert_eq!(import_all(&office).code, Some(3), "nothing new, and still one folder that nobody could look into");
}

#[test]
fn a_download_cut_in_the_middle_goes_in_as_far_as_it_goes() {
    let office = office(&["in"]);
    let whole = cp932(&list(&[row("1", "山形"), row("2", "白鷹")]));
    put(&office, "cut.csv", &whole[..whole.len() - 20]);
    let answer = import_all(&office);
    assert_eq!((answer.code, answer.added()), (Some(3), 1), "{answer:?}");
    assert_eq!(answer.file()["rejected"][0]["reason"], "ragged");
    let quoted = cp932(&list(&[row("3", "前"), row("4", "\"閉じない")]));
    let quote = put(&office, "quote.csv", &quoted[..quoted.len() - 20]);
    let answer = import_all(&office);
    assert_eq!((answer.code, answer.file()["stopped"]["code"].as_str()), (Some(3), Some("import.unclosed_quote")));
    // What stands behind the quote is in this file and nowhere else.
    office.run(&["inbox", "discard", quote.to_str().unwrap(), "--json"]).refuses(1, "inbox.not_whole");
    assert!(quote.exists());
    // The whole download after it: what was cut comes in, what was there is known.
    put(&office, "whole.csv", &whole);
    let file = import_all(&office).file();
    assert_eq!((&file["added"], &file["unchanged"]), (&json!(1), &json!(1)));
}

#[test]
fn a_file_that_takes_long_to_read_hides_none_behind_it() {
    let office = office(&["in"]);
    // Longer to read than a folder may take to answer.
    let large = put(&office, "large.csv", b"");
    fs::File::options().write(true).open(&large).unwrap().set_len(512 << 20).unwrap();
    put(&office, "list.csv", &cp932(&list(&[row("1", "山形")])));
    let answer = import_all(&office);
    assert_eq!(answer.added(), 1, "{answer:?}");
    assert!(!answer.stderr.contains("受信中"), "{answer:?}");
}

#[test]
fn our_own_export_is_named_as_such() {
    let office = office(&["in"]);
    office.take_in(&[row("1", "山形")]);
    let out = office.folder().join("in/ours.csv");
    assert_eq!(office.run(&["export", "csv", out.to_str().unwrap(), "--json"]).code, Some(0));
    let shown = look(&office);
    assert_eq!((&shown["files"][0]["state"], &shown["files"][0]["own_export"]), (&json!("new"), &json!(true)));
    assert_eq!(import_all(&office).file()["unchanged"], 1);
}

#[test]
fn an_unreadable_file_says_so_and_is_read_as_soon_as_it_may_be() {
    use std::os::unix::fs::PermissionsExt as _;
    let office = office(&["in"]);
    let file = put(&office, "locked.csv", &cp932(&list(&[row("1", "山形")])));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    // The administrator reads everything: then there is nothing to refuse.
    if fs::File::open(&file).is_err() {
        let shown = look(&office);
        assert_eq!(shown["files"][0]["error"]["code"], "file.permission", "{shown}");
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(import_all(&office).added(), 1);
}

#[test]
fn only_what_was_imported_is_deleted_and_the_log_knows() {
    let office = office(&["in"]);
    let file = put(&office, "list.csv", &cp932(&list(&[row("1", "山形")])));
    let path = file.to_str().unwrap();
    office.run(&["inbox", "discard", path, "--json"]).refuses(1, "inbox.not_imported");
    assert_eq!(import_all(&office).added(), 1);
    // Other bytes under the same name are another file.
    fs::write(&file, cp932(&list(&[row("1", "山形"), row("2", "新")]))).unwrap();
    office.run(&["inbox", "discard", path, "--json"]).refuses(1, "inbox.not_imported");
    assert_eq!(import_all(&office).added(), 1);
    let answer = office.run(&["inbox", "discard", path, "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let gone = &answer.json()["files"][0];
    assert_eq!((gone["import"].as_str(), gone["operation"].as_str()), (Some("3"), Some("4")), "{gone}");
    assert_eq!(names(&office.folder().join("in")), Vec::<String>::new());
    let log = office.run(&["log", "--json"]).json();
    assert_eq!(log[0]["command"], "inbox.discard");
    office.run(&["inbox", "discard", path, "--json"]).refuses(1, "file.absent");
    let outside = office.put("elsewhere.csv", &cp932(&list(&[row("1", "山形")])));
    office.run(&["inbox", "discard", outside.to_str().unwrap(), "--json"]).refuses(1, "inbox.outside");
    assert!(outside.exists());
    office.check("a deletion");
}

#[test]
fn leftovers_of_a_deletion_are_ended_or_put_back() {
    let office = office(&["in"]);
    let bytes = cp932(&list(&[row("1", "山形")]));
    let folder = office.folder().join("in");
    let file = put(&office, "list.csv", &bytes);
    assert_eq!(import_all(&office).added(), 1);
    // As if the power had gone before the deletion was recorded: the passing name is learned from a real deletion that
    // can't be recorded.
    let passing = passing_name(&office, &file);
    fs::rename(&file, &passing).unwrap();
    assert_eq!(state_of(&office, "list.csv"), "imported");
    assert_eq!(names(&folder), ["list.csv"]);
    // And after it was recorded.
    assert_eq!(office.run(&["inbox", "discard", file.to_str().unwrap(), "--json"]).code, Some(0));
    fs::write(&passing, &bytes).unwrap();
    look(&office);
    assert_eq!(names(&folder), Vec::<String>::new());
    // The same download again, and its deletion cut off again: the earlier record says nothing of this one.
    fs::write(&file, &bytes).unwrap();
    let second = passing_name(&office, &file);
    assert_ne!(passing, second);
    fs::rename(&file, &second).unwrap();
    // Somebody has taken the name meanwhile: nothing is overwritten.
    fs::write(&file, b"x").unwrap();
    look(&office);
    assert_eq!(names(&folder), ["list-2.csv", "list.csv"]);
    assert_eq!(fs::read(&file).unwrap(), b"x");
    // Those of another store are none of ours.
    fs::write(folder.join(".sekisho-discard-00000000-0-other.csv"), &bytes).unwrap();
    look(&office);
    assert!(names(&folder).contains(&".sekisho-discard-00000000-0-other.csv".to_owned()));
}

/// The passing name of a deletion of this file: `.sekisho-discard-STORE-DELETIONS-NAME`.
fn passing_name(office: &Office, file: &Path) -> PathBuf {
    let db = rusqlite::Connection::open(office.folder().join("store/sekisho.db")).unwrap();
    let uid: Vec<u8> = db.query_row("SELECT v FROM meta WHERE k = 'store_uid'", [], |row| row.get(0)).unwrap();
    let known: i64 = db.query_row("SELECT count(*) FROM op WHERE kind = 9", [], |row| row.get(0)).unwrap();
    let mark: String = uid.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let name = file.file_name().unwrap().to_str().unwrap();
    file.with_file_name(format!(".sekisho-discard-{mark}-{known}-{name}"))
}

#[test]
fn rows_set_aside_come_back_corrected_in_every_encoding() {
    type Encode = fn(&str) -> Vec<u8>;
    let encodings: [(&str, Encode); 3] =
        [("cp932", cp932), ("utf-8", |text| text.as_bytes().to_vec()), ("utf-16", utf16)];
    for (encoding, encode) in encodings {
        let office = office(&["in"]);
        let bad = row("2", "\"白鷹, 町\"").replace("10月29日", "13月45日");
        let text = list(&[row("1", "山形"), bad, row("3", "長井").replace("未処理", "検討中")]);
        put(&office, "list.csv", &encode(&text));
        assert_eq!(import_all(&office).added(), 1);
        let out = office.folder().join("again.csv");
        let answer = office.run(&["rejected", "export", out.to_str().unwrap(), "--for-import", "--json"]);
        assert_eq!((answer.code, answer.json()["count"].as_u64()), (Some(0), Some(2)), "{encoding}: {answer:?}");
        let rows: Vec<&str> = text.split_inclusive("\r\n").collect();
        let expected = encode(&[rows[0], rows[2], rows[3]].concat());
        let mark: &[u8] = if encoding == "utf-8" { b"\xEF\xBB\xBF" } else { b"" };
        assert_eq!(fs::read(&out).unwrap(), [mark, &expected].concat(), "{encoding}");
        // Not corrected: set aside again. Corrected: in.
        let corrected =
            [rows[0], rows[2], rows[3]].concat().replace("13月45日", "10月29日").replace("検討中", "未処理");
        put(&office, "corrected.csv", &encode(&corrected));
        let answer = import_all(&office);
        assert_eq!((answer.code, answer.added()), (Some(0), 2), "{encoding}: {answer:?}");
        assert_eq!(office.show("2")["name"], "白鷹, 町");
        let cleared = office.run(&["rejected", "clear", "--import", "2", "--json"]).json();
        assert_eq!(cleared["cleared"], 2);
        office.check(encoding);
    }
}

#[test]
fn a_file_for_each_header_and_only_one_import_cleared() {
    let office = office(&["in"]);
    let bad = |text: String| text.replace("10月", "13月");
    office.import("one.csv", bad(list(&[row("1", "山形")])).as_bytes());
    office.import("two.csv", bad(list(&[row("2", "白鷹")]).replace("希望日", "希望時刻")).as_bytes());
    office.import("three.csv", bad(list(&[row("3", "長井")])).as_bytes());
    office.put("again-2.csv", b"not ours");
    let out = office.folder().join("again.csv");
    let answer = office.run(&["rejected", "export", out.to_str().unwrap(), "--for-import", "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let files = answer.json()["files"].clone();
    assert_eq!((&files[0]["count"], &files[1]["count"]), (&json!(2), &json!(1)));
    assert_eq!(fs::read(office.folder().join("again-2.csv")).unwrap(), b"not ours", "a name that nobody gave us");
    let second = fs::read_to_string(office.folder().join("again-3.csv")).unwrap();
    assert!(second.contains("希望時刻") && second.contains("白鷹"), "{second}");
    assert!(fs::read_to_string(&out).unwrap().starts_with(&format!("\u{FEFF}{HEADER}\r\n")));
    assert_eq!(office.run(&["rejected", "clear", "--import", "3", "--json"]).json()["cleared"], 1);
    let left = office.run(&["rejected", "list", "--json"]).json();
    assert_eq!(left.as_array().unwrap().len(), 2);
    office.run(&["rejected", "clear", "--import", "x", "--json"]).refuses(2, "undo.bad_operation");
    office.check("one import's rows cleared");
    assert_eq!(office.run(&["rejected", "clear", "--json"]).json()["cleared"], 2);
    office.check("all cleared");
}

#[test]
fn an_import_that_was_cut_off_is_told_and_continued() {
    let office = office(&["in"]);
    let file = put(&office, "big.csv", &download(1, 30_000));
    let mut child = office.command(&["inbox", "import", "--json"]).spawn().unwrap();
    let db = rusqlite::Connection::open(office.folder().join("store/sekisho.db")).unwrap();
    let reached = || db.query_row("SELECT at_line FROM job", [], |row| row.get::<_, i64>(0)).unwrap_or(0);
    // Far enough for a percent of the file.
    while reached() < 1_000 && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(reached() >= 1_000, "the import was over before it could be killed");
    let shown = look(&office);
    let half = &shown["unfinished"];
    assert_eq!((half["file"].as_str(), half["holder"].is_null()), (Some("big.csv"), true), "{half}");
    assert!((1..100).contains(&half["percent"].as_u64().unwrap()), "{half}");
    assert_eq!(half["found"].as_str(), file.to_str());
    assert_eq!(shown["files"][0]["state"], "interrupted");
    let answer = import_all(&office);
    assert_eq!((answer.code, answer.added()), (Some(0), 30_000), "{answer:?}");
    assert_eq!(answer.file()["warnings"][0]["code"], "continued");
    assert_eq!(look(&office)["unfinished"], Value::Null);
    office.check("a continued import");
}

#[test]
fn a_deletion_that_runs_elsewhere_is_waited_for_and_not_undone() {
    let office = office(&["in"]);
    let file = put(&office, "list.csv", &cp932(&list(&[row("1", "山形")])));
    assert_eq!(import_all(&office).added(), 1);
    let held = fs::File::open(&file).unwrap();
    held.lock().unwrap();
    office.run(&["inbox", "discard", file.to_str().unwrap(), "--json"]).refuses(1, "inbox.in_use");
    assert!(file.exists());
    // Under its passing name it is nobody's leftover as long as it is held.
    let passing = passing_name(&office, &file);
    fs::rename(&file, &passing).unwrap();
    look(&office);
    assert!(passing.exists() && !file.exists());
    drop(held);
    look(&office);
    assert!(!passing.exists() && file.exists());
}
