//! The kinds of work that must survive whatever goes wrong: what is there before, the command line, and how one sees
//! afterwards whether it was done. Each is done whole or not at all.
#![allow(dead_code, reason = "each test file uses its own part of this")]
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

use crate::program::{Answer, HEADER, Office, list, row};

/// Applications in each store: few, for the loops are long.
pub const ROWS: u64 = 12;

/// One kind of work.
pub struct Job {
    pub name: &'static str,
    /// What is there before.
    pub prepare: fn(&Office),
    /// The command line.
    pub line: fn(&Office) -> Vec<String>,
    /// Whether the work has been done; fails where it has been done by half.
    pub is_done: fn(&Office, &str) -> bool,
    /// Whether the answer says that it was done.
    pub acknowledged: fn(&Answer) -> bool,
    /// Exit codes of the same command again, once it is done.
    pub again: &'static [i32],
}

impl Job {
    /// Who does it, where that is somebody else than whoever founded the store: a second person.
    pub fn user(&self) -> Option<&'static str> {
        matches!(self.name, "approve" | "approve a file" | "refuse").then_some(SECOND)
    }

    /// The exit code that says that all is well.
    pub fn well(&self) -> i32 {
        if self.name == "request" { 6 } else { 0 }
    }
}

/// The second person. Builds for tests take the name of the system's user from a variable; others have but one person.
const SECOND: &str = "kacho";

/// The kinds of work that this build can do.
pub fn jobs() -> impl Iterator<Item = &'static Job> {
    JOBS.iter().filter(|job| job.user().is_none() || cfg!(debug_assertions))
}

/// All of them.
pub const JOBS: &[Job] = &[
    Job {
        name: "import",
        prepare: |office| drop(office.put("list.csv", list(&rows("未処理")).as_bytes())),
        line: |office| words(office, &["import", "list.csv", "--json"]),
        is_done: |office, place| all_or_none(office.count(""), place),
        acknowledged: |answer| answer.added() == ROWS,
        again: &[0],
    },
    Job {
        name: "set-status",
        prepare: |office| office.take_in(&rows("未処理")),
        line: |office| words(office, &["set-status", "provisional", "--all", "--json"]),
        is_done: |office, place| all_or_none(office.count("status:provisional"), place),
        acknowledged: |answer| answer.json()["changed"] == ROWS,
        again: &[0],
    },
    Job {
        name: "result",
        prepare: |office| office.take_in(&rows("未処理")),
        line: |office| {
            words(office, &["result", "dismissed", "--all", "--reason", "期限後", "--basis", "規則5条", "--json"])
        },
        is_done: |office, place| all_or_none(office.count("result:dismissed"), place),
        acknowledged: |answer| answer.json()["changed"] == ROWS,
        again: &[0],
    },
    Job {
        name: "receive",
        prepare: |office| office.take_in(&rows("未処理")),
        line: |office| words(office, &["receive", "--all", "--on", "2020-11-02", "--pattern", "第{seq}号", "--json"]),
        is_done: |office, place| all_or_none(office.count("has:received"), place),
        acknowledged: |answer| answer.json()["changed"] == ROWS,
        again: &[0],
    },
    Job {
        name: "dispose",
        prepare: |office| office.take_in(&named("完了", "消去対象")),
        line: |office| {
            let line = ["purge", "dispose", "--all", "--document", "第7号", "--early", "--reason", "試験", "--json"];
            words(office, &line)
        },
        is_done: |office, place| {
            let gone = !all_or_none(office.count(""), place);
            // Counting has opened the store: what was cut off is done by now.
            let left = bytes_of(&office.folder().join("store"), "消去対象");
            assert!(!gone || left == 0, "{place}: erased, but {left} times still there");
            assert!(gone || left > 0, "{place}: it must be found before");
            gone
        },
        acknowledged: |answer| answer.json()["changed"] == ROWS,
        again: &[0, 1],
    },
    Job {
        name: "ruling submit",
        prepare: |office| office.take_in(&rows("未処理")),
        line: |office| words(office, &["ruling", "submit", "--all", "--title", "交付", "--json"]),
        is_done: |office, place| {
            let done = all_or_none(office.count("ruling:pending"), place);
            let rulings = office.run(&["ruling", "list", "--json"]).json();
            assert_eq!(rulings.as_array().map(Vec::len), Some(usize::from(done)), "{place}: {rulings}");
            done
        },
        acknowledged: |answer| answer.json()["changed"] == ROWS,
        again: &[0, 1],
    },
    Job {
        name: "ruling settle",
        prepare: |office| {
            office.take_in(&rows("未処理"));
            let made = office.run(&["ruling", "submit", "--all", "--title", "交付", "--json"]);
            assert_eq!(made.code, Some(0), "{made:?}");
        },
        line: |office| {
            let rulings = office.run(&["ruling", "list", "--json"]).json();
            let id = rulings[0]["id"].as_str().unwrap().to_owned();
            let end = ["--on", "2020-11-02", "--document", "第7号", "--decider", "課長", "--json"];
            words(office, &[&["ruling", "settle", &id], &end[..]].concat())
        },
        is_done: |office, place| all_or_none(office.count("ruling:settled document-number:第7号"), place),
        acknowledged: |answer| answer.code == Some(0),
        again: &[0, 1],
    },
    Job {
        name: "number assign",
        prepare: |office| office.take_in(&rows("未処理")),
        line: |office| words(office, &["number", "assign", "R3-{seq:04}", "--all", "--json"]),
        is_done: |office, place| all_or_none(office.count("has:individual-number"), place),
        acknowledged: |answer| answer.json()["changed"] == ROWS,
        again: &[0],
    },
    Job {
        name: "adopt",
        prepare: theirs_moved_on,
        line: |office| words(office, &["adopt", "--all", "--json"]),
        is_done: |office, place| all_or_none(office.count("reflect:done"), place),
        acknowledged: |answer| answer.json()["changed"] == ROWS,
        again: &[0],
    },
    Job {
        name: "keep",
        prepare: theirs_moved_on,
        line: |office| words(office, &["keep", "--all", "--json"]),
        is_done: |office, place| all_or_none(office.count("reflect:pending"), place),
        acknowledged: |answer| answer.json()["changed"] == ROWS,
        again: &[0],
    },
    Job {
        name: "export reflect",
        prepare: |office| {
            office.take_in(&rows("未処理"));
            assert_eq!(office.run(&["set-status", "provisional", "--all", "--json"]).code, Some(0));
        },
        line: |office| words(office, &["export", "reflect", "out.csv", "--json"]),
        is_done: |office, place| {
            let Ok(text) = std::fs::read_to_string(office.folder().join("out.csv")) else { return false };
            assert_eq!(text.lines().count() as u64, ROWS + 1, "{place}: half a file");
            let log = office.run(&["log", "--command", "reflect.export", "--json"]).json();
            assert!(log.as_array().is_some_and(|lines| !lines.is_empty()), "{place}: a file without its record: {log}");
            true
        },
        acknowledged: |answer| answer.code == Some(0),
        again: &[0],
    },
    Job {
        name: "export",
        prepare: |office| office.take_in(&rows("未処理")),
        line: |office| words(office, &["export", "csv", "out.csv", "--json"]),
        is_done: |office, place| {
            let Ok(text) = std::fs::read_to_string(office.folder().join("out.csv")) else { return false };
            assert_eq!(text.lines().count() as u64, ROWS + 1, "{place}: half a file");
            let log = office.run(&["log", "--command", "application.export", "--json"]).json();
            assert!(log.as_array().is_some_and(|lines| !lines.is_empty()), "{place}: a file without its record: {log}");
            true
        },
        acknowledged: |answer| answer.code == Some(0),
        again: &[0],
    },
    Job {
        name: "request",
        prepare: |office| of_two(office, "application.set_status"),
        line: |office| words(office, &["set-status", "provisional", "--all", "--json"]),
        is_done: |office, place| {
            assert_eq!(office.count("status:provisional"), 0, "{place}: done without a second person");
            let all = requests(office);
            assert!(all.iter().all(|one| one["count"] == ROWS && one["state"] == "waiting"), "{place}: {all:?}");
            !all.is_empty()
        },
        acknowledged: |answer| answer.json()["request"].is_string(),
        again: &[6],
    },
    Job {
        name: "approve",
        prepare: |office| asked(office, "application.set_status", &["set-status", "provisional", "--all", "--json"]),
        line: |office| decides(office, "approve"),
        is_done: |office, place| {
            let done = all_or_none(office.count("status:provisional"), place);
            assert_eq!(requests(office)[0]["state"] == "approved", done, "{place}: approved, but not done");
            done
        },
        acknowledged: |answer| answer.json()["state"] == "approved",
        again: &[0, 1],
    },
    Job {
        name: "approve a file",
        prepare: |office| asked(office, "application.export", &["export", "csv", "out.csv", "--json"]),
        line: |office| decides(office, "approve"),
        is_done: |office, place| {
            let approved = requests(office)[0]["state"] == "approved";
            let log = office.run(&["log", "--command", "application.export", "--json"]).json();
            assert_eq!(
                log.as_array().is_some_and(|lines| !lines.is_empty()),
                approved,
                "{place}: a half record: {log}"
            );
            // A file gets its name after its record: what was cut off there left none, and is asked for again.
            if let Ok(text) = std::fs::read_to_string(office.folder().join("out.csv")) {
                assert_eq!(text.lines().count() as u64, ROWS + 1, "{place}: half a file");
                assert!(approved, "{place}: a file without its record: {log}");
            }
            approved
        },
        acknowledged: |answer| answer.json()["state"] == "approved",
        again: &[0, 1],
    },
    Job {
        name: "refuse",
        prepare: |office| asked(office, "application.set_status", &["set-status", "provisional", "--all", "--json"]),
        line: |office| [decides(office, "refuse"), words(office, &["--reason", "対象が違う"])].concat(),
        is_done: |office, place| {
            assert_eq!(office.count("status:provisional"), 0, "{place}: done although nobody approved");
            requests(office)[0]["state"] == "refused"
        },
        acknowledged: |answer| answer.json()["state"] == "refused",
        again: &[0, 1],
    },
];

/// A store of two persons, founded anew, in which this act needs both.
fn of_two(office: &Office, act: &str) {
    let store = office.folder().join("store");
    std::fs::remove_dir_all(&store).unwrap();
    let done = |line: &[&str]| {
        let answer = office.run(&[line, &["--json"]].concat());
        assert_eq!(answer.code, Some(0), "{line:?}: {answer:?}");
    };
    done(&["init", "--segment", "lgwan", "--sign-in", "os"]);
    done(&["operator", "add", SECOND]);
    done(&["grant", "add", "all", "--operator", SECOND]);
    std::fs::write(store.join("config.toml"), format!("[release]\nsecond_person = [\"{act}\"]\n")).unwrap();
    office.take_in(&rows("未処理"));
}

/// The same, and something was asked for.
fn asked(office: &Office, act: &str, line: &[&str]) {
    of_two(office, act);
    let line = words(office, line);
    let answer = office.run(&line.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(answer.code, Some(6), "{answer:?}");
}

/// All requests, newest first.
fn requests(office: &Office) -> Vec<serde_json::Value> {
    office.run(&["request", "list", "--ended", "--json"]).json().as_array().cloned().unwrap_or_default()
}

/// The line by which the newest request is decided.
fn decides(office: &Office, how: &str) -> Vec<String> {
    let all = requests(office);
    words(office, &["request", how, all[0]["request"].as_str().unwrap(), "--json"])
}

/// Applications of which the source system has another status than we: all of them 要確認.
fn theirs_moved_on(office: &Office) {
    office.take_in(&rows("未処理"));
    let answer = office.import("next.csv", list(&rows("完了")).as_bytes());
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(office.count("reflect:check"), ROWS);
}

/// The rows of a download in which all have this status.
pub fn rows(status: &str) -> Vec<String> {
    debug_assert!(HEADER.contains("処理状況"));
    (1..=ROWS).map(|n| row(&format!("{n:012}"), "試験　花子").replace("未処理", status)).collect()
}

/// The same with another name.
fn named(status: &str, name: &str) -> Vec<String> {
    rows(status).into_iter().map(|row| row.replace("試験　花子", name)).collect()
}

/// How often a text stands in the files of a folder.
fn bytes_of(folder: &std::path::Path, text: &str) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    let found = entries.map(|path| match path.is_dir() {
        true => bytes_of(&path, text),
        false => std::fs::read(&path).unwrap().windows(text.len()).filter(|part| *part == text.as_bytes()).count(),
    });
    found.sum()
}

/// A command line; words that name a file beside the store become its path.
fn words(office: &Office, words: &[&str]) -> Vec<String> {
    let in_folder = |word: &&str| word.contains('.') && !word.contains(':');
    let path = |word: &str| office.folder().join(word).to_str().unwrap().to_owned();
    words.iter().map(|word| if in_folder(word) { path(word) } else { (*word).to_owned() }).collect()
}

fn all_or_none(count: u64, place: &str) -> bool {
    assert!(count == 0 || count == ROWS, "{place}: {count} of {ROWS}");
    count == ROWS
}
