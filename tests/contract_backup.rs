//! `backup`, `restore`, `migrate`: one file of one moment, the way back in a new epoch, and everything that works on
//! across the two; files that are no backup, stores in use, other stores.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use program::{Answer, Office, download, list, row};
use serde_json::{Value, json};

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// An office with three applications, one of them changed, and a backup of that.
fn backed_up() -> (Office, PathBuf) {
    let office = Office::open();
    office.take_in(&[row("1", "名"), row("2", "名"), row("3", "名")]);
    assert_eq!(office.run(&["set-status", "仮受付", "number:1", "--json"]).json()["changed"], 1);
    let file = office.folder().join("市役所 1.sekisho");
    let answer = office.run(&["backup", path(&file), "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    (office, file)
}

/// Restores; the answer must be good.
fn restored(office: &Office, file: &Path) -> Value {
    let answer = office.run(&["restore", path(file), "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    answer.json()
}

fn operations(office: &Office) -> Vec<String> {
    let log = office.run(&["log", "--json"]).json();
    log.as_array().unwrap().iter().map(|line| line["operation"].as_str().unwrap().to_owned()).collect()
}

/// What lies in the folder of the store, sorted.
fn names(office: &Office) -> Vec<String> {
    let entries = std::fs::read_dir(office.folder().join("store")).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The same line on another store of this office.
fn at(office: &Office, store: &Path, arguments: &[&str]) -> Answer {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho"));
    command.arg("--store").arg(store).args(arguments).env_remove("SEKISHO_STORE").stdin(Stdio::null());
    command.env("HOME", office.folder()).env("XDG_CONFIG_HOME", office.folder());
    command.env("XDG_STATE_HOME", office.folder().join("state"));
    Answer::from(command.output().unwrap())
}

#[test]
fn a_backup_is_one_private_file_that_the_log_knows() {
    let office = Office::open();
    office.take_in(&[row("1", "名"), row("2", "名")]);
    let file = office.folder().join("b.sekisho");
    let answer = office.run(&["backup", path(&file), "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let told = answer.json();
    let keys: Vec<&String> = told.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["file", "sha256", "applications", "operations", "head", "operation"]);
    assert_eq!((&told["applications"], &told["operations"], &told["operation"]), (&json!(2), &json!(2), &json!("3")));
    let sum = Command::new("sha256sum").arg(&file).output().unwrap();
    assert!(String::from_utf8_lossy(&sum.stdout).starts_with(told["sha256"].as_str().unwrap()));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let log = office.run(&["log", "--json"]).json();
    assert_eq!((&log[0]["command"], &log[0]["count"]), (&json!("store.backup"), &json!(2)));
    assert_eq!(log[1]["hash"], told["head"], "the head is that of the moment of the backup");
    // Never over another file, never among the store's own, and nothing is left where it fails.
    office.run(&["backup", path(&file), "--json"]).refuses(1, "file.exists");
    office.run(&["backup", path(&office.folder().join("store/b")), "--json"]).refuses(1, "export.inside_store");
    office.run(&["backup", path(&office.folder().join("none/b")), "--json"]).refuses(1, "export.write");
    let left = std::fs::read_dir(office.folder()).unwrap();
    assert!(left.flatten().all(|entry| !entry.file_name().to_string_lossy().contains(".part")));
    // What a file of this kind would leave out is said, not left out.
    std::fs::create_dir_all(office.folder().join("store/attachments/ab")).unwrap();
    let other = office.folder().join("c.sekisho");
    office.run(&["backup", path(&other), "--json"]).refuses(1, "backup.attachments");
    assert!(!other.exists());
}

#[test]
fn a_backup_goes_into_a_folder_that_has_no_store() {
    let (office, file) = backed_up();
    let elsewhere = office.folder().join("elsewhere/store");
    let answer = at(&office, &elsewhere, &["restore", path(&file), "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let told = answer.json();
    assert_eq!((&told["applications"], &told["operations"], &told["replaced"]), (&json!(3), &json!(3), &Value::Null));
    assert_eq!(told["operation"], "1-1");
    assert_eq!(at(&office, &elsewhere, &["count", "status:provisional", "--json"]).json()["count"], 1);
    assert_eq!(at(&office, &elsewhere, &["check", "--json"]).code, Some(0));
    let entries = std::fs::read_dir(&elsewhere).unwrap().flatten().map(|entry| entry.file_name());
    assert!(entries.into_iter().all(|name| !name.to_string_lossy().contains("restor")));
    // Neither takes the other for a copy: each goes on in its own epoch.
    for store in [&elsewhere, &office.folder().join("store")] {
        let answer = at(&office, store, &["count", "--json"]);
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""), "{answer:?}");
    }
}

#[test]
fn work_goes_on_across_the_epochs() {
    let (office, file) = backed_up();
    assert_eq!(office.run(&["set-status", "取下げ", "number:2", "--reason", "本人", "--json"]).code, Some(0));
    office.take_in(&[row("4", "名")]);
    let told = restored(&office, &file);
    assert_eq!(told["operation"], "1-1");
    let replaced = &told["replaced"];
    // The record of the backup, the status and the import came after it.
    assert_eq!(replaced["operations_beyond"], 3);
    assert!(replaced["last_at"].as_str().unwrap().contains("+09:00"));
    let kept = Path::new(replaced["kept"].as_str().unwrap()).to_owned();
    assert!(kept.starts_with(office.folder().join("store")) && kept.join("sekisho.db").exists());
    assert_eq!(operations(&office), ["1-1", "3", "2", "1"]);
    assert_eq!((office.count(""), office.count("status:provisional")), (3, 1));
    office.check("a restore");

    // An operation of the old stream is undone and redone from the new one, whose second is that the log was looked at.
    assert_eq!(office.run(&["undo", "3", "--json"]).json()["operation"], "1-3");
    assert_eq!(office.count("status:unprocessed"), 3);
    assert_eq!(office.run(&["redo", "--json"]).json()["operation"], "1-4");
    let history = office.show("1")["history"].clone();
    let walked: Vec<&str> =
        history.as_array().unwrap().iter().map(|line| line["operation"].as_str().unwrap()).collect();
    assert_eq!(walked, ["1-4", "1-3", "3", "2"]);
    // The same download again changes nothing; a new one is born in the new stream, from 1.
    let again = office.import("again.csv", list(&[row("1", "名"), row("2", "別名"), row("9", "名")]).as_bytes());
    let counts = again.file();
    assert_eq!(
        (&counts["added"], &counts["updated"], &counts["unchanged"]),
        (&json!(1), &json!(1), &json!(1)),
        "{again:?}"
    );
    let source_first = office.show("1")["reflect"].clone();
    assert_ne!(source_first, "done");
    assert_eq!((office.count("reflect:pending"), office.count("")), (1, 4));
    assert_eq!(office.run(&["set-status", "仮受付", "--all", "--json"]).json()["changed"], 3);
    assert_eq!(office.run(&["undo", "--json"]).json()["changed"], 3);
    let out = office.folder().join("out.csv");
    assert_eq!(office.run(&["export", "csv", path(&out), "--json"]).json()["count"], 4);
    assert_eq!(office.run(&["log", "verify", "--json"]).json()["heads"].as_array().unwrap().len(), 2);
    office.check("work in a new epoch");

    // Once more: another backup, another epoch; what the numbers of the first one meant stays with the first.
    let second = office.folder().join("second.sekisho");
    assert_eq!(office.run(&["backup", path(&second), "--json"]).code, Some(0));
    assert_eq!(restored(&office, &second)["operation"], "2-1");
    assert_eq!(office.run(&["set-status", "仮受付", "number:9", "--json"]).json()["operation"], "2-2");
    office.check("a second restore");
    // Back to the first: its next stream has a number that neither of the others had.
    assert_eq!(restored(&office, &file)["operation"], "3-1");
    assert_eq!(office.count(""), 3);
    office.check("a third restore");
    // And forward again: what was replaced is a store too.
    let told = office.run(&["restore", path(&kept.join("sekisho.db")), "--json"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert_eq!((office.count(""), office.count("status:withdrawn")), (4, 1));
    office.check("what had been replaced");
}

#[test]
fn what_is_no_good_backup_changes_nothing() {
    let (office, file) = backed_up();
    let good = std::fs::read(&file).unwrap();
    let bad = |name: &str, bytes: &[u8]| {
        let file = office.put(name, bytes);
        office.run(&["restore", path(&file), "--json"])
    };
    bad("empty", b"").refuses(1, "backup.not_a_backup");
    bad("list.csv", &download(1, 3)).refuses(1, "backup.not_a_backup");
    office.run(&["restore", path(&office.folder().join("none")), "--json"]).refuses(1, "file.absent");
    office.run(&["restore", path(office.folder()), "--json"]).refuses(1, "backup.not_a_backup");
    for part in [5000, good.len() / 2, good.len() - 1] {
        bad("truncated", &good[..part]).refuses(5, "backup.damaged");
    }
    let spoil = |name: &str, sql: &str| {
        let copy = office.put(name, &good);
        let done = Command::new("sqlite3").arg(&copy).arg(sql).output().unwrap();
        assert!(done.status.success(), "{done:?}");
        office.run(&["restore", path(&copy), "--json"])
    };
    spoil("newer", "UPDATE meta SET v = 99 WHERE k = 'schema'").refuses(5, "backup.newer");
    spoil("chain", "UPDATE op SET hash = zeroblob(32) WHERE id = 2").refuses(5, "backup.damaged");
    spoil("content", "UPDATE app SET name = '別人' WHERE number = '1'").refuses(5, "backup.damaged");
    spoil("status", "UPDATE state SET status = 8").refuses(5, "backup.damaged");
    let acts = "CREATE TRIGGER t AFTER INSERT ON op BEGIN DELETE FROM app; END";
    spoil("acts", acts).refuses(5, "backup.damaged");
    spoil("other", "DROP TABLE op; PRAGMA application_id = 0").refuses(1, "backup.not_a_backup");
    assert_eq!((office.count(""), office.count("status:provisional")), (3, 1));
    assert!(!names(&office).iter().any(|name| name == "restoring" || name == "restored"), "{:?}", names(&office));
    office.check("bad backups");
}

#[test]
fn a_flipped_byte_is_found_or_says_nothing() {
    let office = Office::open();
    assert_eq!(office.import("list.csv", &download(1, 2000)).added(), 2000);
    let file = office.folder().join("b.sekisho");
    assert_eq!(office.run(&["backup", path(&file), "--json"]).code, Some(0));
    let good = std::fs::read(&file).unwrap();
    let mut found = 0;
    for place in (100..good.len()).step_by(good.len() / 50) {
        let mut flipped = good.clone();
        flipped[place] ^= 0x41;
        let bad = office.put("flipped", &flipped);
        let answer = office.run(&["restore", path(&bad), "--json"]);
        if answer.code == Some(0) {
            // A place that holds nothing.
            office.check(&format!("a byte flipped at {place}"));
        } else {
            assert!(matches!(answer.code, Some(1 | 5)) && !answer.panicked(), "{place}: {answer:?}");
            let code = answer.json()["error"]["code"].as_str().unwrap().to_owned();
            assert!(code.starts_with("backup."), "{place}: {answer:?}");
            found += 1;
        }
        assert_eq!(office.count(""), 2000);
    }
    // How many of the places hold nothing depends on where the tables lie: each has a page of its own.
    assert!(found > 25, "{found}");
}

#[test]
fn another_store_is_never_replaced() {
    let other = Office::founded("mynumber", "os");
    let (office, file) = backed_up();
    let answer = other.run(&["restore", path(&file), "--json"]);
    answer.refuses(1, "restore.other_store");
    assert!(answer.stderr.contains("mynumber") && answer.stderr.contains("--store"), "{answer:?}");
    other.check("a backup of another store");
    office.check("its backup was tried elsewhere");
}

#[test]
fn a_store_in_use_is_not_replaced_and_the_holder_is_named() {
    let (office, file) = backed_up();
    let fifo = office.folder().join("pipe.csv");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let mut line = office.command(&["import", path(&fifo), "--json"]);
    let child = line.stdout(Stdio::piped()).spawn().unwrap();
    // It has opened the store before it opens the pipe.
    let pipe = std::fs::OpenOptions::new().write(true).open(&fifo).unwrap();
    for line in [["restore", path(&file)], ["migrate", "--no-backup"]] {
        let answer = office.run(&[&line[..], &["--json", "--wait", "0"]].concat());
        answer.refuses(5, "store.busy");
        assert!(answer.stderr.contains(&child.id().to_string()), "{answer:?}");
    }
    // A backup needs nobody to stop.
    let second = office.folder().join("second.sekisho");
    assert_eq!(office.run(&["backup", path(&second), "--json"]).code, Some(0));
    drop(pipe);
    child.wait_with_output().unwrap();
    assert_eq!(restored(&office, &second)["replaced"]["operations_beyond"], 1);
}

#[test]
fn an_import_that_was_cut_off_is_no_part_of_what_comes_back() {
    let office = Office::open();
    let file = office.put("list.csv", &download(1, 60_000));
    let mut child = office.command(&["import", path(&file), "--json"]).stdout(Stdio::null()).spawn().unwrap();
    let wal = office.folder().join("store/sekisho.db-wal");
    while std::fs::metadata(&wal).map_or(0, |wal| wal.len()) < 1 << 20 && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success(), "the import was over before it was killed");
    let backup = office.folder().join("b.sekisho");
    assert_eq!(office.run(&["backup", path(&backup), "--json"]).json()["applications"], 0);
    restored(&office, &backup);
    let doctor = office.run(&["doctor", "--json"]).json().to_string();
    assert!(doctor.contains("\"import\",\"state\":\"ok\""), "{doctor}");
    let answer = office.run(&["import", path(&file), "--json"]);
    assert_eq!((answer.code, answer.added()), (Some(0), 60_000), "{answer:?}");
    office.check("the same file in the new epoch");
}

#[test]
fn a_damaged_store_gives_way_to_its_backup_and_is_kept() {
    let (office, file) = backed_up();
    std::fs::write(office.folder().join("store/sekisho.db"), vec![7; 100_000]).unwrap();
    office.run(&["count", "--json"]).refuses(5, "store.damaged");
    let told = restored(&office, &file);
    assert_eq!(told["replaced"]["operations_beyond"], Value::Null);
    let kept = Path::new(told["replaced"]["kept"].as_str().unwrap()).join("sekisho.db");
    assert_eq!(std::fs::read(kept).unwrap(), vec![7; 100_000]);
    assert_eq!(office.count(""), 3);
    office.check("a damaged store was replaced");
}

#[test]
fn an_older_store_is_migrated_with_a_copy_of_what_was_before() {
    let (office, file) = backed_up();
    let nothing = office.run(&["migrate", "--json"]);
    assert_eq!(nothing.code, Some(0), "{nothing:?}");
    let told = nothing.json();
    assert_eq!((&told["migrated"], &told["backup"]), (&json!(false), &Value::Null));
    assert_eq!(told["from"], told["to"]);
    // A store of schema 1, without the tables that came later, and of an older projection: its state is made anew.
    let age = |database: &Path| {
        let sql = "DROP TABLE IF EXISTS \"view\"; DROP TABLE IF EXISTS listed; DROP TABLE IF EXISTS imported;
            DROP TABLE IF EXISTS revised; DROP TABLE IF EXISTS people; DROP TABLE rejected_header; DROP TABLE identity;
            DROP TABLE born; DROP TABLE tag; DROP TABLE tag_name; DROP TABLE note; DROP TABLE rare; DROP TABLE request;
            DROP TABLE calendar; DROP TABLE ruling; DROP TABLE sealed; DROP TABLE call; DROP TABLE tomb; DROP TABLE gone;
            DROP TABLE erasure; DROP TABLE handed;
            CREATE UNIQUE INDEX app_number ON app(source, number);
            CREATE INDEX app_submitted ON app(submitted DESC, number);
            ALTER TABLE job DROP COLUMN file_name; ALTER TABLE job DROP COLUMN length;
            UPDATE meta SET v = 1 WHERE k = 'schema'; UPDATE meta SET v = 0 WHERE k = 'projection';
            UPDATE state SET status = 8";
        assert!(Command::new("sqlite3").arg(database).arg(sql).status().unwrap().success());
    };
    age(&office.folder().join("store/sekisho.db"));
    let told = office.run(&["migrate", "--json"]).json();
    assert_eq!((&told["migrated"], &told["from"]), (&json!(true), &json!(1)));
    let backup = Path::new(told["backup"].as_str().unwrap()).to_owned();
    assert!(backup.exists() && !backup.starts_with(office.folder().join("store")));
    assert_eq!(office.count("status:provisional"), 1);
    office.check("a migration");
    assert_eq!(office.run(&["log", "--json"]).json()[0]["command"], "store.migrate");
    // An older backup is brought up when it is restored.
    age(&file);
    restored(&office, &file);
    assert_eq!(office.count("status:provisional"), 1);
    office.check("an older backup");
    Office::vacant().run(&["migrate", "--json"]).refuses(1, "store.absent");
}
