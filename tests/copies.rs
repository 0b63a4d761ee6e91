//! Copies and roll-backs: a database that isn't the one that was written here last goes on in a new epoch, exactly one,
//! and everybody can go on reading and working.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod desk;
mod program;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use desk::{clock, surroundings};
use program::{Answer, Office, row};
use sekisho::office::{Desk, DeskWarning, Machine, Opening, Surroundings};

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn copied(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-r").arg(from).arg(to).status().unwrap().success());
}

fn at(office: &Office, store: &Path, arguments: &[&str]) -> Answer {
    let mut command = office.command(&[]);
    let program = command.get_program().to_owned();
    let mut other = Command::new(program);
    for (name, value) in command.env("XDG_STATE_HOME", office.folder().join("state")).get_envs() {
        match value {
            Some(value) => other.env(name, value),
            None => other.env_remove(name),
        };
    }
    Answer::from(other.arg("--store").arg(store).args(arguments).output().unwrap())
}

fn epochs(office: &Office, store: &Path) -> usize {
    at(office, store, &["log", "verify", "--json"]).json()["heads"].as_array().unwrap().len()
}

#[test]
fn a_copied_folder_goes_on_in_an_epoch_of_its_own() {
    let office = Office::open();
    office.take_in(&[row("1", "名")]);
    let (original, copy) = (office.folder().join("store"), office.folder().join("copy"));
    copied(&original, &copy);
    // Reading is enough to be told, once.
    let first = at(&office, &copy, &["count", "--json"]);
    assert_eq!((first.code, first.json()["count"].as_u64()), (Some(0), Some(1)));
    assert!(first.stderr.contains("複写"), "{first:?}");
    for store in [&copy, &original, &copy] {
        let again = at(&office, store, &["count", "--json"]);
        assert_eq!(again.stderr, "", "{}", path(store));
    }
    assert_eq!((epochs(&office, &original), epochs(&office, &copy)), (1, 2));
    let changed = |store| at(&office, store, &["set-status", "仮受付", "--all", "--json"]).json()["operation"].clone();
    assert_eq!((changed(&original).as_str(), changed(&copy).as_str()), (Some("3"), Some("1-2")));
    for store in [&original, &copy] {
        assert_eq!(at(&office, store, &["check", "--json"]).code, Some(0));
    }
    // A folder that only got another name is no copy.
    let moved = office.folder().join("moved");
    std::fs::rename(&original, &moved).unwrap();
    assert_eq!((at(&office, &moved, &["count", "--json"]).stderr.as_str(), epochs(&office, &moved)), ("", 1));
}

#[test]
fn a_database_that_was_put_back_is_recognized_by_what_it_lacks() {
    let office = Office::open();
    office.take_in(&[row("1", "名")]);
    let database = office.folder().join("store/sekisho.db");
    let old = std::fs::read(&database).unwrap();
    assert_eq!(office.run(&["set-status", "仮受付", "--all", "--json"]).json()["operation"], "3");
    // Into the same file: neither its inode nor the machine tell.
    std::fs::write(&database, &old).unwrap();
    let told = office.run(&["set-status", "完了", "--all", "--json"]);
    assert!(told.stderr.contains("以前の状態"), "{told:?}");
    assert_eq!(told.json()["operation"], "1-2", "operation 3 is not given a second time");
    office.check("a roll-back");
    // Another history of the same length is one too.
    assert_eq!(office.run(&["count", "--json"]).stderr, "");
    std::fs::remove_dir_all(office.folder().join("state")).unwrap();
    assert_eq!(office.run(&["count", "--json"]).stderr, "", "without a note nobody can tell");
}

#[test]
fn many_who_open_a_copy_at_once_begin_one_epoch() {
    let office = Office::open();
    office.take_in(&[row("1", "名")]);
    let copy = office.folder().join("copy");
    copied(&office.folder().join("store"), &copy);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| assert_eq!(at(&office, &copy, &["count", "--json"]).code, Some(0)));
        }
    });
    assert_eq!(epochs(&office, &copy), 2);
}

#[test]
fn a_copy_that_is_locked_is_read_and_the_next_writer_begins_the_epoch() {
    use std::io::{BufRead as _, Write as _};
    let office = Office::open();
    office.take_in(&[row("1", "名")]);
    let copy = office.folder().join("copy");
    copied(&office.folder().join("store"), &copy);
    let mut child = Command::new("sqlite3")
        .arg(copy.join("sekisho.db"))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"BEGIN IMMEDIATE;\nSELECT 'begun';\n").unwrap();
    let mut line = String::new();
    std::io::BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let reading = at(&office, &copy, &["count", "--json"]);
    assert_eq!((reading.code, reading.json()["count"].as_u64()), (Some(0), Some(1)), "{reading:?}");
    at(&office, &copy, &["set-status", "仮受付", "--all", "--json", "--wait", "0"]).refuses_busy();
    drop(input);
    child.wait().unwrap();
    assert_eq!(at(&office, &copy, &["set-status", "仮受付", "--all", "--json"]).json()["operation"], "1-2");
    assert_eq!(at(&office, &copy, &["check", "--json"]).code, Some(0));
}

trait Refuses {
    fn refuses_busy(&self);
}

impl Refuses for Answer {
    /// The warning stands on stderr too.
    fn refuses_busy(&self) {
        assert_eq!((self.code, self.json()["error"]["code"].as_str()), (Some(5), Some("store.busy")), "{self:?}");
    }
}

#[test]
fn a_state_folder_that_cant_be_written_keeps_nobody_from_working() {
    let office = Office::open();
    std::fs::remove_dir_all(office.folder().join("state")).unwrap();
    std::fs::write(office.folder().join("state"), "no folder").unwrap();
    office.take_in(&[row("1", "名")]);
    assert_eq!(office.run(&["count", "--json"]).stderr, "");
    let doctor = office.run(&["doctor", "--json"]).json();
    let checks = doctor["checks"].as_array().unwrap();
    let note = checks.iter().find(|check| check["id"] == "note").unwrap();
    assert_eq!(note["state"], "warning", "{note}");
}

/// Surroundings on a machine with this id and a folder for notes; no two have the same chance.
fn on(machine: &str, notes: &Path) -> Surroundings {
    static GIVEN: AtomicU64 = AtomicU64::new(1);
    let mut surroundings = surroundings(clock());
    surroundings.entropy = Arc::new(|bytes| {
        for part in bytes.chunks_mut(8) {
            let next = GIVEN.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            part.copy_from_slice(&next[..part.len()]);
        }
    });
    surroundings.machine = Machine { id: Some(machine.to_owned()), notes: Some(notes.to_owned()) };
    surroundings
}

#[test]
fn another_machine_is_known_by_its_id_even_without_a_note() {
    let dir = tempfile::tempdir().unwrap();
    let (store, here, there) = (dir.path().join("store"), dir.path().join("here"), dir.path().join("there"));
    drop(desk::found(&store, clock()));
    let open = |surroundings: Surroundings| {
        let opening = Opening { operator: None, wait: Duration::from_secs(10), credential: None };
        Desk::open(&store, surroundings, &opening).unwrap()
    };
    assert_eq!(open(on("a", &here)).warnings(), []);
    assert_eq!(open(on("b", &there)).warnings(), [DeskWarning::Copied]);
    assert_eq!(open(on("b", &there)).warnings(), []);
    // Back on the first machine: a copy again, as far as anybody can tell.
    assert_eq!(open(on("a", &here)).warnings(), [DeskWarning::Copied]);
    let desk = open(on("a", &here));
    assert_eq!(desk.store().check(&mut |_| {}).unwrap().heads.len(), 3);
    // No note and no database holds the machine's id itself.
    for note in std::fs::read_dir(&here).unwrap() {
        let text = std::fs::read_to_string(note.unwrap().path()).unwrap();
        assert!(!text.contains("\"a\""), "{text}");
    }
}

#[test]
fn a_clock_that_was_set_back_is_told_and_stops_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    drop(desk::found(&store, Arc::new(|| 1_790_000_000_000)));
    let open = |now: i64| {
        let opening = Opening { operator: None, wait: Duration::from_secs(10), credential: None };
        Desk::open(&store, surroundings(Arc::new(move || now)), &opening).unwrap()
    };
    assert_eq!(open(1_789_999_970_000).warnings(), [], "half a minute is nothing");
    let mut desk = open(1_790_000_000_000 - 86_400_000);
    assert_eq!(desk.warnings(), [DeskWarning::ClockBehind(1_790_000_000_000)]);
    let file = desk::file(dir.path(), "1.csv", desk::csv(&["項目"], &[desk::row(1, "未処理", &["a"])]).as_bytes());
    assert_eq!(desk::take(&mut desk, &file, false).unwrap().counts.added, 1);
    // Told once: the newest operation is of the present clock now.
    assert_eq!(open(1_790_000_000_000 - 86_300_000).warnings(), []);
    desk.store().check(&mut |_| {}).unwrap();
}
