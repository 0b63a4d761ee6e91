//! kill -9 at random points of imports and status changes: whatever the program acknowledged is stored, what it didn't
//! is there whole or not at all, the store stays sound, and the same command again completes.
//!
//! A process is killed in place of one of its I/O calls, or halfway through a write: between two calls nothing on the
//! disk changes, so these are all the points there are, and a seed finds each of them again. What a kill can't show (a
//! page that the operating system still held) is the matter of `power_cuts.rs`.
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
use program::{Answer, Office, download};

/// Applications that each import brings.
const ROWS: u64 = 150;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|word| word.parse().ok()).unwrap_or(default)
}

/// Runs a command line with the shim. `at` = 0 only counts the calls.
fn run(office: &Office, arguments: &[&str], kind: Kind, at: u64) -> (Answer, Option<fault::Seen>) {
    run_as(None, office, arguments, kind, at)
}

/// The same as somebody else.
fn run_as(
    user: Option<&str>,
    office: &Office,
    arguments: &[&str],
    kind: Kind,
    at: u64,
) -> (Answer, Option<fault::Seen>) {
    let report = tempfile::NamedTempFile::new().unwrap();
    let mut command = office.command(arguments);
    command.envs(user.map(|user| ("SEKISHO_TEST_USER", user)));
    fault::load(&mut command, office.folder(), kind, at, report.path());
    (Answer::from(command.output().unwrap()), fault::seen(report.path()))
}

/// Remembers the calls of the longest run so far.
fn learn(calls: &mut u64, seen: Option<fault::Seen>) {
    *calls = seen.map_or(*calls, |seen| seen.calls.max(*calls));
}

#[test]
fn sixty_kills_lose_nothing_that_was_acknowledged() {
    let rounds = number("SEKISHO_CRASH_ROUNDS", 60);
    let seed = number("SEKISHO_CRASH_SEED", 20_201_029);
    let mut dice = Dice(seed);
    let office = Office::open();
    // How many calls a whole command makes, by kind; learned from the runs that nothing stopped. A change of all
    // applications makes more of them from round to round.
    let mut import_calls = [0_u64; 2];
    let mut change_calls = [0_u64; 2];
    let (mut stored, mut killed) = (0, 0);
    for round in 0..rounds {
        let kind = if dice.below(3) == 0 { Kind::Torn } else { Kind::Kill };
        let place = |at: u64| format!("seed {seed}, round {round}, {kind:?} at call {at}");

        if round % 2 == 0 {
            let file = office.put("list.csv", &download(1 + round / 2 * ROWS, ROWS));
            let line = ["import", file.to_str().unwrap(), "--json"];
            let calls = &mut import_calls[usize::from(kind == Kind::Torn)];
            let at = if *calls == 0 { 0 } else { 1 + dice.below(*calls) };
            let place = place(at);
            let (answer, seen) = run(&office, &line, kind, at);
            learn(calls, seen);
            killed += u64::from(answer.code.is_none());
            office.check(&place);
            let found = office.count("") - stored;
            assert!(found == 0 || found == ROWS, "{place}: {found} of {ROWS} stored");
            assert!(answer.added() == 0 || found == ROWS, "{place}: acknowledged, but not stored: {answer:?}");
            assert!(answer.code.is_none_or(|code| code == 0), "{place}: {answer:?}");
            let (again, seen) = run(&office, &line, kind, 0);
            assert_eq!(again.code, Some(0), "{place}: the same import again: {again:?}");
            learn(calls, seen);
            stored += ROWS;
            assert_eq!(office.count(""), stored, "{place}: after the same import again");
        } else {
            // The two statuses between which every move is free.
            let to = if round % 4 == 1 { "provisional" } else { "unprocessed" };
            let line = ["set-status", to, "--all", "--json"];
            let query = format!("status:{to}");
            let before = office.count(&query);
            let calls = &mut change_calls[usize::from(kind == Kind::Torn)];
            let at = if *calls == 0 { 0 } else { 1 + dice.below(*calls) };
            let place = place(at);
            let (answer, seen) = run(&office, &line, kind, at);
            learn(calls, seen);
            killed += u64::from(answer.code.is_none());
            office.check(&place);
            let found = office.count(&query);
            assert!(found == before || found == stored, "{place}: {found} of {stored} are {to}, {before} were");
            let acknowledged = answer.json()["changed"].as_u64().is_some();
            assert!(!acknowledged || found == stored, "{place}: acknowledged, but not stored: {answer:?}");
            assert!(answer.code.is_none_or(|code| code == 0), "{place}: {answer:?}");
            let (again, seen) = run(&office, &line, kind, 0);
            assert_eq!(again.code, Some(0), "{place}: the same change again: {again:?}");
            learn(calls, seen);
            assert_eq!(office.count(&query), stored, "{place}: after the same change again");
        }
    }
    office.check("all kills");
    assert!(killed * 2 > rounds, "only {killed} of {rounds} rounds ended in a kill");
    eprintln!("{killed} kills in {rounds} rounds, {stored} applications, seed {seed}");
}

/// Every kind of work, killed at a random call of its own in a store of its own.
#[test]
fn kills_over_every_kind_of_work_leave_it_done_or_undone() {
    let rounds = number("SEKISHO_CRASH_ROUNDS", 48);
    let seed = number("SEKISHO_CRASH_SEED", 20_201_029);
    let mut dice = Dice(seed ^ 0x5EED);
    let jobs: Vec<_> = jobs().collect();
    let mut calls = vec![[0_u64; 2]; jobs.len()];
    let mut killed = 0;
    for round in 0..rounds + 2 * jobs.len() as u64 {
        let which = usize::try_from(round).unwrap() % jobs.len();
        let (job, torn) = (jobs[which], (round / jobs.len() as u64).is_multiple_of(2));
        let kind = if torn { Kind::Torn } else { Kind::Kill };
        let known = &mut calls[which][usize::from(torn)];
        // The first round of each only counts its calls.
        let at = if *known == 0 { 0 } else { 1 + dice.below(*known) };
        let place = format!("{}: seed {seed}, round {round}, {kind:?} at call {at}", job.name);
        let office = Office::open();
        (job.prepare)(&office);
        let line = (job.line)(&office);
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        let (answer, seen) = run_as(job.user(), &office, &line, kind, at);
        learn(known, seen);
        killed += u64::from(answer.code.is_none());
        assert!(!answer.panicked(), "{place}: {answer:?}");
        office.check(&place);
        let done = (job.is_done)(&office, &place);
        assert!(done || !(job.acknowledged)(&answer), "{place}: acknowledged, but not stored: {answer:?}");
        let (again, _) = run_as(job.user(), &office, &line, kind, 0);
        assert!(again.code.is_some_and(|code| job.again.contains(&code)), "{place}: the same again: {again:?}");
        assert!((job.is_done)(&office, &place), "{place}: not done by the same again");
        office.check(&format!("{place}, and the same again"));
    }
    assert!(killed * 2 > rounds, "only {killed} of {rounds} rounds ended in a kill");
    eprintln!("{killed} kills in {rounds} rounds over {} kinds of work, seed {seed}", jobs.len());
}

#[test]
fn a_killed_deletion_leaves_the_file_or_its_record_and_never_both() {
    let rounds = number("SEKISHO_CRASH_ROUNDS", 60) / 3;
    let seed = number("SEKISHO_CRASH_SEED", 20_201_029);
    let mut dice = Dice(seed);
    let office = Office::open();
    let folder = office.folder().join("in");
    std::fs::create_dir(&folder).unwrap();
    let settings = format!("[inbox]\nfolders = [\"{}\"]\n", folder.display());
    std::fs::write(office.folder().join("store/config.toml"), settings).unwrap();
    let file = folder.join("list.csv");
    let path = file.to_str().unwrap();
    std::fs::write(&file, download(1, 3)).unwrap();
    assert_eq!(office.run(&["import", path, "--json"]).added(), 3);
    let line = ["inbox", "discard", path, "--json"];
    let recorded = || office.run(&["log", "--command", "inbox.discard", "--json"]).json().as_array().unwrap().len();
    let (mut calls, mut killed, mut ended) = (0, 0, 0);
    for round in 0..rounds {
        std::fs::write(&file, download(1, 3)).unwrap();
        let at = if calls == 0 { 0 } else { 1 + dice.below(calls) };
        let place = format!("seed {seed}, round {round}, call {at}");
        let (answer, seen) = run(&office, &line, Kind::Kill, at);
        learn(&mut calls, seen);
        killed += u64::from(answer.code.is_none());
        let acknowledged = answer.code == Some(0);
        // The next look ends what was recorded and puts back what was not.
        assert_eq!(office.run(&["inbox", "list", "--json"]).code, Some(0), "{place}");
        office.check(&place);
        let now = recorded();
        assert_eq!(now == ended, file.exists(), "{place}: {answer:?}");
        assert!(!acknowledged || now == ended + 1, "{place}: acknowledged, but not recorded");
        let left: Vec<_> = std::fs::read_dir(&folder).unwrap().flatten().map(|entry| entry.file_name()).collect();
        assert!(left.iter().all(|name| name == "list.csv"), "{place}: {left:?}");
        ended = now;
    }
    assert!(killed * 2 > rounds, "only {killed} of {rounds} rounds ended in a kill");
}
