//! An I/O error at every call of every kind of work: whatever the program acknowledged is stored, what it didn't is there whole
//! or not at all, the store stays sound, and the same command again completes.
//!
//! Every day a spread of the calls is tried; `SEKISHO_FAULT_STEP=1` (`cargo xtask nightly`) tries each.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test that can't set up has failed; sizes are shown")]

#[path = "faults/shim.rs"]
mod fault;
#[path = "faults/jobs.rs"]
mod jobs;
mod program;

use std::process::Command;

use fault::Kind;
use jobs::{Job, jobs};
use program::{Answer, Office};

/// Runs a job with a fault at one call. Returns what the program said and what the shim saw.
fn run(job: &Job, office: &Office, kind: Kind, at: u64) -> (Answer, Option<fault::Seen>) {
    // The report lies outside of the folder: writing it must not fail.
    let report = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(report.path(), "").unwrap();
    let line = (job.line)(office);
    let mut command = office.command(&line.iter().map(String::as_str).collect::<Vec<_>>());
    command.envs(job.user().map(|user| ("SEKISHO_TEST_USER", user)));
    fault::load(&mut command, office.folder(), kind, at, report.path());
    (Answer::from(command.output().unwrap()), fault::seen(report.path()))
}

/// One fault: the promises that hold after it.
fn survives(job: &Job, kind: Kind, at: u64) -> Option<fault::Seen> {
    let place = format!("{}: {kind:?} at call {at}", job.name);
    let office = Office::open();
    (job.prepare)(&office);
    let (answer, seen) = run(job, &office, kind, at);
    let well = Some(job.well());
    assert!(answer.code == well || matches!(answer.code, Some(1 | 3 | 5)), "{place}: {answer:?}");
    assert!(!answer.panicked(), "{place}: {answer:?}");
    if answer.code != well {
        assert!(answer.json().is_object(), "{place}: a failure is one JSON document: {answer:?}");
    }
    office.check(&place);
    // An error may come after the commit itself; what must not be is a part, or a word of what isn't there.
    let done = (job.is_done)(&office, &place);
    assert!(done || !(job.acknowledged)(&answer), "{place}: acknowledged, but not stored: {answer:?}");
    let (again, _) = run(job, &office, kind, 0);
    assert!(again.code.is_some_and(|code| job.again.contains(&code)), "{place}: the same again: {again:?}");
    assert!((job.is_done)(&office, &place), "{place}: not done by the same again: {again:?}");
    office.check(&format!("{place}, and the same again"));
    seen
}

/// Tries calls 1, 2, 3 … until the job has fewer calls than that, with at most about `most` runs.
fn every_call(job: &Job, kind: Kind, most: u64) {
    let calls = survives(job, kind, 0).unwrap().calls;
    assert!(calls > 0, "{}: {kind:?}: the shim saw no call", job.name);
    let step = std::env::var("SEKISHO_FAULT_STEP").ok().and_then(|step| step.parse().ok());
    let step = step.unwrap_or(calls.div_ceil(most)).max(1);
    let mut hits = 0;
    let mut at = 1;
    // Past `calls` the loop goes on until nothing is hit: a failed call may bring others with it.
    while let Some(seen) = survives(job, kind, at) {
        if seen.hit == 0 {
            break;
        }
        hits += 1;
        at += step;
    }
    // The number of calls may differ a little from run to run, where threads share the work.
    assert!(hits * 5 >= calls / step * 4, "{}: {kind:?}: {hits} faults in {calls} calls, step {step}", job.name);
    eprintln!("{}: {kind:?}: {hits} faults, {calls} calls, step {step}", job.name);
}

fn job(name: &str) -> &'static Job {
    jobs().find(|job| job.name == name).unwrap()
}

#[test]
fn an_io_error_at_every_call_of_an_import() {
    every_call(job("import"), Kind::InputOutput, 1_000);
}

#[test]
fn a_disk_that_gets_full_at_every_call_of_an_import() {
    every_call(job("import"), Kind::NoSpace, 1_000);
}

#[test]
fn an_io_error_at_calls_of_every_other_work() {
    for job in jobs().filter(|job| job.name != "import") {
        every_call(job, Kind::InputOutput, 20);
    }
}

#[test]
fn a_disk_that_gets_full_at_calls_of_every_other_work() {
    for job in jobs().filter(|job| job.name != "import") {
        every_call(job, Kind::NoSpace, 14);
    }
}

#[test]
fn a_read_or_write_that_does_half_changes_nothing() {
    for job in jobs() {
        let calls = survives(job, Kind::Short, 0).unwrap().calls;
        let step = calls.div_ceil(6).max(1);
        for at in (1..=calls).step_by(usize::try_from(step).unwrap()) {
            let office = Office::open();
            (job.prepare)(&office);
            let (answer, _) = run(job, &office, Kind::Short, at);
            assert_eq!(answer.code, Some(job.well()), "{}: short at call {at}: {answer:?}", job.name);
            assert!((job.acknowledged)(&answer) && (job.is_done)(&office, "a short transfer"), "{}", job.name);
            office.check("a short transfer");
        }
    }
}

/// The shim can see what it is there to see: with another program whose calls are known to go through libc.
#[test]
fn the_shim_counts_fails_and_kills() {
    let folder = tempfile::tempdir().unwrap();
    let report = tempfile::NamedTempFile::new().unwrap();
    let run = |kind, at| {
        for suffix in ["", "-journal", "-wal", "-shm"] {
            let file = folder.path().join(format!("t.db{suffix}"));
            if file.exists() {
                std::fs::remove_file(file).unwrap();
            }
        }
        std::fs::write(report.path(), "").unwrap();
        let mut command = Command::new("sqlite3");
        command.arg(folder.path().join("t.db")).arg("create table t(a); insert into t values (1); select a from t;");
        fault::load(&mut command, folder.path(), kind, at, report.path());
        (command.output().unwrap().status, fault::seen(report.path()))
    };
    let (status, seen) = run(Kind::InputOutput, 0);
    let calls = seen.unwrap().calls;
    assert!(status.success() && calls > 10, "{status} {seen:?}");
    let failed = (1..=calls).filter(|at| !run(Kind::InputOutput, *at).0.success()).count() as u64;
    assert!(failed > calls / 2, "only {failed} of {calls} errors were noticed");
    let (status, seen) = run(Kind::InputOutput, calls + 1);
    assert!(status.success() && seen.unwrap().hit == 0);
    let (status, seen) = run(Kind::NoSpace, 1);
    assert!(!status.success() && seen.unwrap().hit > 0);
    for kind in [Kind::Kill, Kind::Torn] {
        let (status, seen) = run(kind, 2);
        assert!(status.code().is_none() && seen.is_none(), "{kind:?}: {status}");
    }
}
