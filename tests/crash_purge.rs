//! kill -9 at random points of a disposal: what was acknowledged is erased, and after the next opening it is erased whole or
//! not at all, to the last byte on the disk.
//!
//! `SEKISHO_CRASH_ROUNDS` and `SEKISHO_CRASH_SEED` make it longer and different (`cargo xtask nightly`).
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test that can't set up has failed; the seed is shown")]

#[path = "power/dice.rs"]
mod dice;
#[path = "faults/shim.rs"]
mod fault;
#[path = "faults/jobs.rs"]
mod jobs;
mod program;

use dice::Dice;
use fault::Kind;
use jobs::jobs;
use program::{Answer, Office};

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|word| word.parse().ok()).unwrap_or(default)
}

/// Runs a command line with the shim. `at` = 0 only counts the calls.
fn run(office: &Office, arguments: &[&str], kind: Kind, at: u64) -> (Answer, Option<fault::Seen>) {
    let report = tempfile::NamedTempFile::new().unwrap();
    let mut command = office.command(arguments);
    fault::load(&mut command, office.folder(), kind, at, report.path());
    (Answer::from(command.output().unwrap()), fault::seen(report.path()))
}

#[test]
fn forty_kills_of_a_disposal_leave_it_done_or_undone() {
    let rounds = number("SEKISHO_CRASH_ROUNDS", 40);
    let seed = number("SEKISHO_CRASH_SEED", 20_201_029);
    let mut dice = Dice(seed ^ 0xE7A5E);
    let job = jobs().find(|job| job.name == "dispose").unwrap();
    let mut calls = [0_u64; 2];
    let (mut killed, mut after) = (0, 0);
    for round in 0..rounds + 2 {
        let torn = round % 2 == 1;
        let kind = if torn { Kind::Torn } else { Kind::Kill };
        let known = &mut calls[usize::from(torn)];
        // The first round of each only counts its calls.
        let at = if *known == 0 { 0 } else { 1 + dice.below(*known) };
        let place = format!("seed {seed}, round {round}, {kind:?} at call {at}");
        let office = Office::open();
        (job.prepare)(&office);
        let line = (job.line)(&office);
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        let (answer, seen) = run(&office, &line, kind, at);
        *known = seen.map_or(*known, |seen| seen.calls.max(*known));
        killed += u64::from(answer.code.is_none());
        assert!(!answer.panicked(), "{place}: {answer:?}");
        // Looking opens the store, which ends what was cut off.
        let done = (job.is_done)(&office, &place);
        office.check(&place);
        assert!(done || !(job.acknowledged)(&answer), "{place}: acknowledged, but not erased: {answer:?}");
        after += u64::from(done && answer.code.is_none());
        let log = office.run(&["purge", "log", "--json"]).json();
        let ended = |log: &serde_json::Value| log[0]["done"]["steps"].as_array().map(Vec::len);
        assert_eq!(ended(&log), done.then_some(4), "{place}: {log}");
        let (again, _) = run(&office, &line, kind, 0);
        assert!(again.code.is_some_and(|code| job.again.contains(&code)), "{place}: the same again: {again:?}");
        assert!((job.is_done)(&office, &place), "{place}: not done by the same again");
        office.check(&format!("{place}, and the same again"));
    }
    assert!(killed * 2 > rounds, "only {killed} of {rounds} rounds ended in a kill");
    assert!(after > 0, "no kill came between the operation and its end");
    eprintln!("{killed} kills in {rounds} rounds, {after} after the operation, seed {seed}");
}
