//! backup and restore in trouble: killed in place of any call, and with an I/O error at any call. A backup is there
//! whole or not at all; after a restore the old store or the restored one is there, whole, and the same command again
//! completes.
//!
//! Every day a spread of the calls is tried; `SEKISHO_FAULT_STEP=1` (`cargo xtask nightly`) tries each.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test that can't set up has failed; sizes are shown")]

#[path = "faults/shim.rs"]
mod fault;
mod program;

use std::path::Path;

use fault::Kind;
use program::{Answer, Office, download};

/// Applications in the backup, and in the store that it replaces.
const BACKED_UP: u64 = 12;
const STANDING: u64 = 20;

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// An office with a store that has gone on since its backup.
fn office() -> Office {
    let office = Office::open();
    assert_eq!(office.import("1.csv", &download(1, BACKED_UP)).added(), BACKED_UP);
    let file = office.folder().join("good.sekisho");
    assert_eq!(office.run(&["backup", path(&file), "--json"]).code, Some(0));
    assert_eq!(office.import("2.csv", &download(BACKED_UP + 1, STANDING - BACKED_UP)).added(), STANDING - BACKED_UP);
    office
}

fn run(office: &Office, arguments: &[&str], kind: Kind, at: u64) -> (Answer, Option<fault::Seen>) {
    let report = tempfile::NamedTempFile::new().unwrap();
    let mut command = office.command(arguments);
    fault::load(&mut command, office.folder(), kind, at, report.path());
    (Answer::from(command.output().unwrap()), fault::seen(report.path()))
}

fn in_trouble(kind: Kind) -> bool {
    matches!(kind, Kind::Kill | Kind::Torn)
}

fn ended_well(answer: &Answer, kind: Kind, place: &str) {
    assert!(!answer.panicked(), "{place}: {answer:?}");
    match answer.code {
        None => assert!(in_trouble(kind), "{place}: {answer:?}"),
        Some(code) => assert!(matches!(code, 0 | 1 | 3 | 5), "{place}: {answer:?}"),
    }
}

fn restore_survives(kind: Kind, at: u64) -> Option<fault::Seen> {
    let place = format!("restore, {kind:?} at call {at}");
    let office = office();
    let file = office.folder().join("good.sekisho");
    let line = ["restore", path(&file), "--json"];
    let (answer, seen) = run(&office, &line, kind, at);
    ended_well(&answer, kind, &place);
    let count = office.count("");
    assert!(count == BACKED_UP || count == STANDING, "{place}: {count}: {answer:?}");
    assert!(answer.code != Some(0) || count == BACKED_UP, "{place}: acknowledged, but not there: {answer:?}");
    office.check(&place);
    let left = |name: &str| office.folder().join("store").join(name).exists();
    assert!(!left("restoring") && !left("restored"), "{place}");
    let again = office.run(&line);
    assert_eq!(again.code, Some(0), "{place}: the same again: {again:?}");
    assert_eq!(office.count(""), BACKED_UP, "{place}");
    // What had stood there is kept, whatever happened.
    let kept = std::fs::read_dir(office.folder().join("store")).unwrap().flatten();
    assert!(kept.into_iter().any(|entry| entry.path().join("sekisho.db").exists()), "{place}: nothing is kept");
    office.check(&format!("{place}, and the same again"));
    seen
}

fn backup_survives(kind: Kind, at: u64) -> Option<fault::Seen> {
    let place = format!("backup, {kind:?} at call {at}");
    let office = office();
    let file = office.folder().join("new.sekisho");
    let line = ["backup", path(&file), "--json"];
    let (answer, seen) = run(&office, &line, kind, at);
    ended_well(&answer, kind, &place);
    assert!(answer.code != Some(0) || file.exists(), "{place}: acknowledged, but not there: {answer:?}");
    office.check(&place);
    if file.exists() {
        let drill = office.run(&["doctor", "--drill", path(&file), "--json"]);
        let found = drill.json()["checks"].as_array().unwrap().clone();
        assert!(found.iter().any(|check| check["id"] == "drill" && check["state"] == "ok"), "{place}: {drill:?}");
        assert!(office.run(&["log", "--command", "store.backup", "--json"]).json().as_array().unwrap().len() > 1);
    } else {
        let again = office.run(&line);
        assert_eq!(again.code, Some(0), "{place}: the same again: {again:?}");
    }
    if answer.code.is_some() {
        let parts = std::fs::read_dir(office.folder()).unwrap().flatten();
        let parts = parts.filter(|entry| entry.file_name().to_string_lossy().ends_with(".part")).count();
        // One whose removal is the call that failed.
        assert!(parts == 0 || kind != Kind::NoSpace, "{place}");
    }
    assert_eq!(office.count(""), STANDING, "{place}");
    seen
}

/// A spread of the calls, about `runs` of them.
fn spread(kind: Kind, runs: u64, survives: fn(Kind, u64) -> Option<fault::Seen>) {
    let calls = survives(kind, 0).unwrap().calls;
    assert!(calls > 10, "{kind:?}: the shim saw {calls} calls");
    let step = std::env::var("SEKISHO_FAULT_STEP").ok().and_then(|step| step.parse().ok());
    let step = step.unwrap_or(calls.div_ceil(runs)).max(1);
    for at in (1..=calls).step_by(usize::try_from(step).unwrap()) {
        survives(kind, at);
    }
    eprintln!("{kind:?}: {calls} calls, step {step}");
}

#[test]
fn a_restore_that_is_killed_leaves_one_store_or_the_other() {
    spread(Kind::Kill, 50, restore_survives);
    spread(Kind::Torn, 12, restore_survives);
}

#[test]
fn an_io_error_in_a_restore_leaves_one_store_or_the_other() {
    spread(Kind::InputOutput, 40, restore_survives);
    spread(Kind::NoSpace, 12, restore_survives);
}

#[test]
fn a_backup_that_is_killed_is_whole_or_not_there() {
    spread(Kind::Kill, 25, backup_survives);
}

#[test]
fn an_io_error_in_a_backup_leaves_none_that_is_bad() {
    spread(Kind::InputOutput, 25, backup_survives);
    spread(Kind::NoSpace, 10, backup_survives);
}
