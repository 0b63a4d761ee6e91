//! Power cuts: a shim journals all that the program does to its store and what of it was made durable, and a disk that
//! forgets the rest answers what would be there had the power failed after any of these acts. Whatever was acknowledged
//! must be stored, nothing by half. SQLite alone, with `synchronous=NORMAL`, must be seen to lose: else this would prove
//! nothing.
//!
//! `SEKISHO_POWER_CUTS` and `SEKISHO_POWER_SEED` make it longer and different (`cargo xtask nightly`).
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test that can't set up has failed; figures are shown")]

#[path = "power/dice.rs"]
mod dice;
#[path = "power/disk.rs"]
mod disk;
mod program;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use dice::Dice;
use disk::{Cut, Journal};
use program::{Office, download};

/// Files whose bytes no sync concerns: SQLite's shared memory is made anew, a lock is held by processes, not by bytes, the
/// search cache is never forced to the disk (and renamed past libc): it is laid by [`lay_cache`].
fn is_passing(name: &str) -> bool {
    name.ends_with("-shm") || name.ends_with(".lock") || name.starts_with("search/")
}

/// Lays the search cache of some moment of the work, as a disk leaves what was never synced: blocks of zeros, cut ends.
fn lay_cache(cache: &BTreeMap<String, Vec<u8>>, dice: &mut Dice, store: &Path) {
    let mut left = BTreeMap::new();
    for (name, bytes) in cache {
        let mut bytes = bytes.clone();
        match dice.below(4) {
            0 => bytes.truncate(dice.below(bytes.len() as u64 + 1) as usize),
            1 => bytes.chunks_mut(4096).filter(|_| dice.below(2) == 0).for_each(|block| block.fill(0)),
            2 => continue,
            _ => {}
        }
        left.insert(format!("search/{name}"), bytes);
    }
    disk::lay(&left, store);
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|word| word.parse().ok()).unwrap_or(default)
}

fn shim() -> &'static Path {
    static SHIM: OnceLock<PathBuf> = OnceLock::new();
    SHIM.get_or_init(|| {
        let name = format!("journal-{}.so", std::process::id());
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/power/journal.c");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]).arg(&library).arg(&source);
        let output = cc.args(["-ldl", "-pthread"]).output().unwrap();
        assert!(output.status.success(), "cc: {}", String::from_utf8_lossy(&output.stderr));
        library
    })
}

fn journalled(command: &mut Command, folder: &Path, journal: &Path) {
    command.env("LD_PRELOAD", shim()).env("SEKISHO_JOURNAL_DIR", folder).env("SEKISHO_JOURNAL", journal);
}

/// A cut at a random act, of a random kind.
fn cut<'d>(dice: &'d mut Dice, len: usize) -> (usize, Cut<'d>) {
    let at = dice.below(len as u64 + 1) as usize;
    let forgets = dice.below(2) == 0;
    (at, if forgets { Cut::Forget } else { Cut::Some(dice) })
}

fn without_passing(mut files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    files.retain(|name, _| !is_passing(name));
    files
}

/// The journal must be whole: what it tells of all acts is what stands in the folder.
fn assert_whole(journal: &Journal, folder: &Path) {
    let told = without_passing(journal.disk_after(journal.len()).after(&mut Cut::Keep));
    let there = without_passing(disk::standing(folder));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&told), names(&there));
    for (name, bytes) in &there {
        assert!(told[name] == *bytes, "{name}: the journal tells of other bytes");
    }
}

/// What can be seen of a store: applications, those of a status, operations.
fn seen(office: &Office) -> (u64, u64, usize) {
    told(office, &office.run(&["log", "--json"]))
}

/// The same, where the log has been read already.
fn told(office: &Office, log: &program::Answer) -> (u64, u64, usize) {
    let log = log.json();
    // A store in another place is recognized as a copy: its new epoch is nobody's work.
    let operations = log.as_array().unwrap().iter().filter(|line| line["command"] != "store.open").count();
    (office.count(""), office.count("status:provisional"), operations)
}

#[test]
fn whatever_was_acknowledged_survives_power_cuts() {
    let cuts = number("SEKISHO_POWER_CUTS", 50);
    let seed = number("SEKISHO_POWER_SEED", 20_201_029);
    let mut dice = Dice(seed);
    let office = Office::vacant();
    let store = office.folder().join("store");
    let journal = office.folder().join("journal");
    let first = office.put("first.csv", &download(1, 150));
    let second = office.put("second.csv", &download(151, 150));
    let (first, second) = (first.to_str().unwrap(), second.to_str().unwrap());
    let work: [&[&str]; 9] = [
        &["init", "--segment", "lgwan", "--sign-in", "none", "--json"],
        &["import", first, "--json"],
        &["set-status", "provisional", "--all", "--json"],
        &["undo", "--json"],
        &["import", second, "--json"],
        &["redo", "--json"],
        &["set-status", "unprocessed", "status:provisional", "--json"],
        &["view", "save", "試し", "--query", "status:provisional", "--json"],
        &["set-status", "provisional", "--all", "--json"],
    ];
    // After each piece of work: how many acts there were, and what could be seen.
    let mut done = Vec::new();
    let mut caches = Vec::new();
    let on_record = |line: &[&str]| {
        let mut command = office.command(line);
        journalled(&mut command, &store, &journal);
        let answer = program::Answer::from(command.output().unwrap());
        assert_eq!(answer.code, Some(0), "{line:?}: {answer:?}");
        answer
    };
    for line in work {
        on_record(line);
        let acts = Journal::read(&journal).len();
        // Whoever looks at the log is written into it: that is work on this disk too.
        done.push((acts, told(&office, &on_record(&["log", "--json"]))));
        let cache = store.join("search");
        caches.push(if cache.exists() { disk::standing(&cache) } else { BTreeMap::new() });
    }
    let journal = Journal::read(&journal);
    let founded = done[0].0;
    let mut in_work = 0;
    for round in 0..cuts {
        let (at, mut kind) = cut(&mut dice, journal.len() - founded);
        let at = at + founded;
        let place = format!("seed {seed}, round {round}, {kind:?} after act {at} of {}", journal.len());
        let after = Office::vacant();
        let acknowledged = done.iter().filter(|(acts, _)| *acts <= at).count();
        let left = after.folder().join("store");
        disk::lay(&without_passing(journal.disk_after(at).after(&mut kind)), &left);
        let moment = acknowledged - dice.below(2) as usize;
        lay_cache(&caches[moment.min(caches.len() - 1)], &mut dice, &left);
        after.check(&place);
        let found = seen(&after);
        let next = done.get(acknowledged).map(|(_, seen)| *seen);
        let last = done[acknowledged - 1].1;
        assert!(found == last || Some(found) == next, "{place}: {found:?}, neither {last:?} nor {next:?}");
        in_work += u64::from(done.iter().all(|(acts, _)| *acts != at));
        // And work goes on.
        let answer = after.run(&["set-status", "provisional", "--all", "--allow-empty", "--json"]);
        assert_eq!(answer.code, Some(0), "{place}: {answer:?}");
        after.check(&format!("{place}, and more work"));
    }
    assert!(in_work * 2 > cuts, "only {in_work} of {cuts} cuts fell into work");
    eprintln!("{cuts} power cuts over {} acts, seed {seed}: nothing acknowledged lost, nothing by half", journal.len());
}

#[test]
fn a_store_that_was_being_founded_is_there_or_can_be_founded_again() {
    let mut dice = Dice(number("SEKISHO_POWER_SEED", 20_201_029));
    let office = Office::vacant();
    let (store, journal) = (office.folder().join("store"), office.folder().join("journal"));
    let init = ["init", "--segment", "lgwan", "--sign-in", "none", "--json"];
    let mut command = office.command(&init);
    journalled(&mut command, &store, &journal);
    assert_eq!(program::Answer::from(command.output().unwrap()).code, Some(0));
    let journal = Journal::read(&journal);
    for at in 0..=journal.len() {
        for forgets in [true, false] {
            let mut kind = if forgets { Cut::Forget } else { Cut::Some(&mut dice) };
            let place = format!("{kind:?} after act {at} of {}", journal.len());
            let after = Office::vacant();
            disk::lay(&without_passing(journal.disk_after(at).after(&mut kind)), &after.folder().join("store"));
            if after.run(&["check", "--json"]).code != Some(0) {
                assert!(at < journal.len(), "{place}: founded, but not there");
                let again = after.run(&init);
                assert_eq!(again.code, Some(0), "{place}: {again:?}");
                after.check(&place);
            }
        }
    }
}

#[test]
fn the_journal_tells_all_that_was_done() {
    let office = Office::vacant();
    let (store, journal) = (office.folder().join("store"), office.folder().join("journal"));
    let file = office.put("list.csv", &download(1, 150));
    let import = ["import", file.to_str().unwrap(), "--json"];
    for line in
        [&["init", "--segment", "lgwan", "--sign-in", "none"][..], &import, &["set-status", "provisional", "--all"]]
    {
        let mut command = office.command(line);
        journalled(&mut command, &store, &journal);
        assert_eq!(program::Answer::from(command.output().unwrap()).code, Some(0), "{line:?}");
    }
    assert_whole(&Journal::read(&journal), &store);
}

/// The commits of a plain writer, and the name of the file by which it acknowledges each.
const COMMITS: u64 = 40;

fn acknowledgement(commit: u64) -> String {
    format!("acknowledged-{commit}")
}

/// No test by itself: the writer that the next one runs as a process of its own.
#[test]
fn a_plain_writer() {
    let (Ok(folder), Ok(level)) = (std::env::var("SEKISHO_POWER_WRITER"), std::env::var("SEKISHO_POWER_LEVEL")) else {
        return;
    };
    let folder = Path::new(&folder);
    let db = rusqlite::Connection::open(folder.join("plain.db")).unwrap();
    db.execute_batch(&format!("PRAGMA journal_mode=WAL; PRAGMA synchronous={level}; CREATE TABLE t(n INTEGER)"))
        .unwrap();
    for commit in 0..COMMITS {
        db.execute("INSERT INTO t VALUES (?1)", [commit as i64]).unwrap();
        std::fs::write(folder.join(acknowledgement(commit)), "").unwrap();
    }
    // Leaving without a farewell: closing would make everything durable.
    std::process::exit(0);
}

/// How many acknowledged commits of a plain writer are gone after cuts that forget all that wasn't synced.
fn lost(level: &str) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let place = folder.path().join("place");
    std::fs::create_dir(&place).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "a_plain_writer"]);
    command.env("SEKISHO_POWER_WRITER", &place).env("SEKISHO_POWER_LEVEL", level);
    journalled(&mut command, &place, &journal);
    assert!(command.output().unwrap().status.success());
    let journal = Journal::read(&journal);
    let mut lost = 0;
    for commit in (0..COMMITS).step_by(4) {
        let at = journal.named(&acknowledgement(commit)).unwrap();
        let left = tempfile::tempdir().unwrap();
        disk::lay(&without_passing(journal.disk_after(at).after(&mut Cut::Forget)), left.path());
        let db = rusqlite::Connection::open(left.path().join("plain.db")).unwrap();
        let there: i64 = db.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap_or(0);
        lost += (commit + 1).saturating_sub(there as u64);
    }
    lost
}

#[test]
fn normal_loses_what_full_keeps() {
    let normal = lost("NORMAL");
    assert!(normal > 0, "a disk that forgets must be seen to forget");
    assert_eq!(lost("FULL"), 0);
    eprintln!("synchronous=NORMAL lost {normal} acknowledged commits, FULL none");
}
