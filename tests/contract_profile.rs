//! `profile` by the contract: profiles of an office's own beside the shipped ones, broken ones, two that fit, and
//! `profile learn`, on a pipe and on a terminal.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;
mod terminal;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use program::{Office, cp932, row};
use serde_json::{Value, json};
use terminal::Terminal;

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Puts a profile into the store's folder.
fn own(office: &Office, name: &str, text: &str) -> PathBuf {
    let folder = office.folder().join("store/profiles");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{name}.toml"));
    std::fs::write(&file, text).unwrap();
    file
}

fn profile(source: &str, number: &str) -> String {
    format!("source = \"{source}\"\n[columns]\nnumber = [\"{number}\"]\n")
}

const LIST: &str = "受付No,お名前,申請日,ステータス,ご用件\r\n\
    R2-0001,山形 花子,2020-10-29,完了,相談の件\r\n\
    R2-0002,白鷹 太郎,R2.10.30,差し戻し,届出の件\r\n";

#[test]
fn own_profiles_stand_beside_the_shipped_ones() {
    let office = Office::open();
    let file = own(&office, "mado", &profile("mado", "番号"));
    assert_eq!(office.import("a.csv", "番号,用件\r\n7,相談\r\n".as_bytes()).file()["profile"], "mado");
    let generic = own(&office, "generic", &profile("ours", "受付番号"));
    assert_eq!(office.import("b.csv", "受付番号,氏名\r\n8,山形\r\n".as_bytes()).file()["profile"], "generic");
    assert_eq!(office.show("8")["source"], "ours");
    let list = office.run(&["profile", "list", "--json"]).json();
    let of = |name: &str| list.as_array().unwrap().iter().find(|one| one["name"] == name).unwrap().clone();
    assert_eq!((&of("mado")["file"], &of("mado")["replaces_shipped"]), (&json!(path(&file)), &json!(false)));
    assert_eq!((&of("generic")["file"], &of("generic")["replaces_shipped"]), (&json!(path(&generic)), &json!(true)));
    assert_eq!(of("etumo-list")["file"], Value::Null);
    let table = office.run(&["profile", "list"]).stdout;
    assert!(table.contains("組込みの同名"), "{table}");
}

#[test]
fn a_broken_profile_is_named_with_its_place_and_stops_no_other() {
    for (lang, sentence) in [("ja", "仮受付"), ("en", "Did you mean")] {
        let office = Office::open();
        let text = format!("{}[status]\n\"受付済\" = \"仮受け付け\"\n", profile("mado", "窓口番号"));
        let file = own(&office, "mado", &text);
        let place = format!("{}:5:9", path(&file));
        let good = office.put("good.csv", crate::program::list(&[row("000000000008", "山形")]).as_bytes());
        let answer = office.run(&["import", path(&good), "--json", "--lang", lang]);
        assert_eq!((answer.code, answer.file()["profile"].as_str()), (Some(0), Some("etumo-list")), "{answer:?}");
        assert!(answer.stderr.contains(&place) && answer.stderr.contains(sentence), "{answer:?}");
        let listed = office.run(&["profile", "list", "--json", "--lang", lang]);
        assert_eq!(listed.code, Some(0));
        assert!(listed.stderr.contains(&place), "{listed:?}");
        // The one that reads everything would take the broken one's files in under another source: only if asked.
        let any = office.put("any.csv", "受付番号,氏名\r\n8,山形\r\n".as_bytes());
        let guess = office.run(&["import", path(&any), "--json", "--lang", lang]);
        guess.refuses(1, "import.profile_broken");
        let asked = office.run(&["import", path(&any), "--profile", "generic", "--json", "--lang", lang]);
        assert_eq!(asked.code, Some(0), "{asked:?}");
        // Where none fits, it is the reason; where it was asked for, what is wrong in it.
        let other = office.put("other.csv", "窓口番号,用件\r\n7,相談\r\n".as_bytes());
        let none = office.run(&["import", path(&other), "--json", "--lang", lang]);
        none.refuses(1, "import.profile_broken");
        assert!(none.json()["error"]["message"].as_str().unwrap().contains(&place), "{none:?}");
        let asked = office.run(&["import", path(&other), "--profile", "mado", "--json", "--lang", lang]);
        asked.refuses(1, "profile.unknown_status");
        let checked = office.run(&["profile", "check", path(&file), "--json", "--lang", lang]);
        checked.refuses(1, "profile.unknown_status");
        let expected = json!({ "file": path(&file), "line": 5, "column": 9, "field": null });
        assert_eq!((&checked.json()["error"]["place"], &asked.json()["error"]["place"]), (&expected, &expected));
        office.run(&["profile", "show", "mado", "--json", "--lang", lang]).refuses(1, "profile.unknown_status");
        assert_eq!(office.run(&["config", "check", "--json"]).code, Some(1));
    }
}

#[test]
fn a_broken_own_profile_does_not_give_its_name_back_to_the_shipped_one() {
    let office = Office::open();
    own(&office, "generic", "source = \n");
    office.import("b.csv", "受付番号,氏名\r\n8,山形\r\n".as_bytes()).refuses(1, "import.profile_broken");
    std::fs::write(office.folder().join("store/profiles/generic.toml"), cp932("source = \"山形\"")).unwrap();
    let answer = office.run(&["profile", "show", "generic", "--json"]);
    answer.refuses(1, "profile.not_utf8");
    assert_eq!(
        (&answer.json()["error"]["place"]["line"], &answer.json()["error"]["place"]["column"]),
        (&json!(1), &json!(11))
    );
    // What Windows' editor saves.
    let marked = format!("\u{FEFF}{}", profile("ours", "受付番号").replace('\n', "\r\n"));
    own(&office, "generic", &marked);
    assert_eq!(office.import("b.csv", "受付番号,氏名\r\n8,山形\r\n".as_bytes()).file()["profile"], "generic");
}

#[test]
fn of_two_profiles_that_fit_equally_none_is_picked() {
    let office = Office::open();
    own(&office, "mado", &profile("mado", "番号"));
    own(&office, "kado", &profile("kado", "番号"));
    let file = office.put("a.csv", "番号,用件\r\n7,相談\r\n".as_bytes());
    for lang in ["ja", "en"] {
        let answer = office.run(&["import", path(&file), "--json", "--lang", lang]);
        answer.refuses(1, "import.ambiguous_profile");
        for word in ["mado", "kado", "--profile"] {
            assert!(answer.stderr.contains(word), "{answer:?}");
        }
    }
    assert_eq!(office.count(""), 0);
    let answer = office.run(&["import", path(&file), "--profile", "kado", "--json"]);
    assert_eq!((answer.code, answer.file()["profile"].as_str()), (Some(0), Some("kado")), "{answer:?}");
    let fit = office.run(&[
        "profile",
        "check",
        path(&office.folder().join("store/profiles/mado.toml")),
        path(&file),
        "--json",
    ]);
    assert_eq!(
        (&fit.json()["csv"]["picked"], &fit.json()["csv"]["not_picked"]),
        (&Value::Null, &json!("import.ambiguous_profile"))
    );
}

#[test]
fn what_was_learned_reads_the_list_that_it_was_learned_from() {
    for (lang, bytes) in [("ja", cp932(LIST)), ("en", program::utf16(LIST))] {
        let office = Office::open();
        let list = office.put("窓口_20201030.csv", &bytes);
        let answer = office.run(&["profile", "learn", path(&list), "--lang", lang, "--source", "mado"]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        assert!(answer.stdout.contains("number = [\"受付No\"]"), "{answer:?}");
        // The doubt is told, and stands as a comment beside what it is about.
        assert!(answer.stderr.contains("4列目") || answer.stderr.contains("column 4"), "{answer:?}");
        for value in ["山形", "白鷹", "R2-0001", "R2.10.30", "相談"] {
            assert!(!answer.stdout.contains(value) && !answer.stderr.contains(value), "{value} in {answer:?}");
        }
        let file = own(&office, "mado", &answer.stdout);
        let check = office.run(&["profile", "check", path(&file), path(&list), "--json", "--lang", lang]);
        let fit = check.json()["csv"].clone();
        assert_eq!(
            (check.code, &fit["picked"], &fit["read"], &fit["rejected"]),
            (Some(0), &json!("mado"), &json!(2), &json!([]))
        );
        assert_eq!((&fit["columns"][0]["field"], &fit["columns"][4]["field"]), (&json!("number"), &Value::Null));
        let taken = office.run(&["import", path(&list), "--json"]);
        assert_eq!((taken.code, taken.added()), (Some(0), 2), "{taken:?}");
        let shown = office.show("R2-0002");
        assert_eq!(
            (&shown["status"], &shown["name"], &shown["source"]),
            (&json!("returned"), &json!("白鷹 太郎"), &json!("mado"))
        );
        office.check("an import by a learned profile");
    }
}

#[test]
fn a_list_that_a_profile_reads_already_keeps_its_source_and_its_applications() {
    let office = Office::open();
    let list =
        office.put("list.csv", program::list(&[program::row("1", "山形"), program::row("2", "白鷹")]).as_bytes());
    let import = || office.run(&["import", path(&list), "--json"]).file();
    assert_eq!((&import()["profile"], office.count("")), (&json!("etumo-list"), 2));
    let learned = office.run(&["profile", "learn", path(&list), "--name", "ours"]);
    assert!(learned.stdout.contains("source = \"etumo\"") && learned.stderr.contains("etumo-list"), "{learned:?}");
    own(&office, "ours", &learned.stdout);
    let again = import();
    assert_eq!((&again["profile"], &again["unchanged"]), (&json!("ours"), &json!(2)), "{again}");
}

#[test]
fn a_question_that_only_a_person_may_decide_stops_a_script_that_does_not_take_the_proposals() {
    let office = Office::open();
    let list = office.put("list.csv", "整理番号,受付番号,処理状況\r\n001,A1,照会中\r\n002,A2,完了\r\n".as_bytes());
    let learn = |words: &[&str]| office.run(&[&["profile", "learn", path(&list)], words].concat());
    for lang in ["ja", "en"] {
        let answer = learn(&["--json", "--lang", lang]);
        answer.refuses(1, "learn.open_question");
        assert!(answer.stderr.contains("受付番号"), "{answer:?}");
        let questions = answer.json()["questions"].clone();
        assert_eq!(
            (&questions[0]["kind"], &questions[0]["candidates"], &questions[0]["required"]),
            (&json!("column"), &json!([1, 2]), &json!(true))
        );
        assert_eq!((&questions[1]["about"], &questions[1]["proposed"]), (&json!("照会中"), &Value::Null));
    }
    let plain = learn(&[]);
    assert_eq!((plain.code, plain.stdout.as_str()), (Some(1), ""), "{plain:?}");
    let document = learn(&["--yes", "--json"]).json();
    let keys: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["name", "source", "file", "columns", "doubts", "questions", "toml", "form"]);
    assert_eq!((&document["questions"], &document["file"]), (&json!([]), &Value::Null));
    let column = &document["columns"][0];
    assert_eq!(
        (&column["column"], &column["name"], &column["field"]),
        (&json!(1), &json!("整理番号"), &json!("number"))
    );
    assert_eq!((&column["samples"], &column["doubts"][0]["code"]), (&json!([]), &json!("others")));
    let with_text = learn(&["--yes", "--json", "--with-text"]).json();
    assert_eq!(with_text["columns"][1]["samples"], json!(["A1", "A2"]));
}

#[test]
fn a_learned_profile_is_written_whole_for_its_owner_alone_and_over_nothing() {
    let office = Office::open();
    let list = office.put("list.csv", LIST.as_bytes());
    let out = office.folder().join("mado.toml");
    let learn = || office.run(&["profile", "learn", path(&list), "--out", path(&out), "--json"]);
    let document = learn().json();
    assert_eq!((&document["file"], &document["name"]), (&json!(path(&out)), &json!("mado")));
    assert_eq!(std::fs::read_to_string(&out).unwrap(), document["toml"].as_str().unwrap());
    assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    learn().refuses(1, "learn.exists");
    let nowhere = office.folder().join("absent/x.toml");
    office.run(&["profile", "learn", path(&list), "--out", path(&nowhere), "--json"]).refuses(1, "learn.write");
    let files = std::fs::read_dir(office.folder()).unwrap().flatten().filter(|entry| entry.path().is_file());
    let left: Vec<_> = files.map(|entry| entry.file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn what_can_not_be_learned_from_is_said() {
    let office = Office::open();
    let learn = |name: &str, bytes: &[u8], words: &[&str]| {
        let file = office.put(name, bytes);
        office.run(&[&["profile", "learn", path(&file), "--json"], words].concat())
    };
    learn("empty.csv", b"", &[]).refuses(1, "import.empty_file");
    learn("book.csv", b"PK\x03\x04", &[]).refuses(1, "import.spreadsheet");
    learn("own.csv", "取得元,元システムの状況,整理番号\r\n".as_bytes(), &[]).refuses(1, "learn.own_export");
    learn("bare.csv", ",\r\n1,2\r\n".as_bytes(), &[]).refuses(1, "learn.no_number");
    learn("none.csv", "用件\r\nあ\r\nあ\r\n".as_bytes(), &["--yes"]).refuses(1, "learn.open_question");
    learn("wide.csv", ",".repeat(5000).as_bytes(), &[]).refuses(1, "import.too_many_columns");
    learn("list.csv", LIST.as_bytes(), &["--name", "../x"]).refuses(2, "learn.bad_name");
    learn("list.csv", LIST.as_bytes(), &["--source", "山形"]).refuses(2, "learn.bad_source");
    office.run(&["profile", "learn", path(office.folder()), "--json"]).refuses(1, "file.folder");
    office.run(&["profile", "learn", "absent.csv", "--json"]).refuses(1, "file.absent");
    // A profile that doesn't fit the list says what is missing.
    let file = own(&office, "mado", &profile("mado", "番号"));
    let list = office.put("list.csv", LIST.as_bytes());
    office.run(&["profile", "check", path(&file), path(&list), "--json"]).refuses(1, "import.missing_columns");
    // Columns that may not lie open are named.
    let sensitive = learn("my.csv", "受付番号,個人番号\r\n1,123456789018\r\n".as_bytes(), &["--with-text"]);
    assert_eq!(sensitive.json()["columns"][1]["doubts"][0]["code"], "sensitive");
    assert!(!sensitive.stdout.contains("123456789018"));
}

#[test]
fn on_a_terminal_it_asks_and_saves_beside_the_store() {
    let office = Office::open();
    office.put("list.csv", "受付No,状況\r\nA1,照会中\r\nA2,完了\r\n".as_bytes());
    let program = env!("CARGO_BIN_EXE_sekisho");
    let folder = path(office.folder());
    let learn = |lang: &str| format!("cd '{folder}' && '{program}' --store store --lang {lang} profile learn list.csv");
    let terminal = Terminal::run(80, 24, &learn("ja"));
    terminal.wait_until("the status is asked", |screen| screen.contains("照会中」は") && screen.contains("[11]:"));
    terminal.press(&["6", "Enter"]);
    terminal.wait_until("the source is asked", |screen| screen.contains("[list]:"));
    terminal.type_text("mado");
    terminal.press(&["Enter"]);
    terminal.wait_until("saving is asked", |screen| screen.contains("store/profiles/list.toml"));
    terminal.press(&["Enter"]);
    terminal.wait_until("it is done", |screen| screen.contains("ENDED 0"));
    let file = office.folder().join("store/profiles/list.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("\"照会中\" = \"returned\"") && text.contains("source = \"mado\""), "{text}");
    // Again: the file is there, and isn't overwritten without a yes.
    let terminal = Terminal::run(80, 24, &learn("en"));
    terminal.wait_until("the status is asked", |screen| screen.contains("Number [11]:"));
    terminal.press(&["Enter"]);
    terminal.wait_until("the source is asked", |screen| screen.contains("Id [mado]:"));
    terminal.press(&["Enter"]);
    terminal
        .wait_until("replacing is asked", |screen| screen.contains("Replace it?") && screen.contains("Number [2]:"));
    terminal.press(&["Enter"]);
    terminal.wait_until("it is refused", |screen| screen.contains("ENDED 1"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}
