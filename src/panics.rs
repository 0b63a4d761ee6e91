//! What a panic leaves behind: a report for whoever mends the program, without a word of what a person typed or read. The
//! message of a panic can hold such words, so nobody ever sees it: the place in the source stands for it.

use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::domain::application::Instant;
use crate::domain::calendar::{civil, iso};

/// Forbids the system to write the program's memory to a disk when it falls: secrets and what is sealed stand in it. Where
/// the system doesn't listen, it goes on as before.
pub fn leave_no_picture() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).unwrap_or_default();
}

/// How many reports are kept.
const KEPT: usize = 10;

/// How many functions of the way to the panic are told.
const FRAMES: usize = 60;

/// Something that a report tells, by a word: facts about the program, none about people.
pub type Fact = (&'static str, String);

/// What is known of a panic.
#[derive(Debug, Clone, Default)]
struct Fall {
    place: String,
    thread: String,
    functions: Vec<String>,
    scene: Vec<Fact>,
}

thread_local! {
    static LAST: RefCell<Option<Fall>> = const { RefCell::new(None) };
}

/// From now on panics are noted and say nothing themselves: whoever catches one tells it in words that name nobody.
pub fn listen() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!("{}:{}:{}", source(at.file()), at.line(), at.column()));
        let fall = Fall {
            place: place.unwrap_or_default(),
            thread: std::thread::current().name().unwrap_or("worker").to_owned(),
            functions: functions(&Backtrace::force_capture().to_string()),
            scene: Vec::new(),
        };
        // A thread that is ending has nobody who would ask.
        LAST.try_with(|last| last.replace(Some(fall))).unwrap_or_default();
    }));
}

/// Adds what was going on to the panic that this thread caught.
pub fn add_scene(facts: Vec<Fact>) {
    LAST.with_borrow_mut(|last| {
        if let Some(fall) = last {
            fall.scene = facts;
        }
    });
}

/// Writes the report of the panic that this thread caught, with more facts; gives its path. `None` = there was none, or it
/// couldn't be written: what went wrong is told without it.
#[must_use]
pub fn report(folder: Option<&Path>, now: &Instant, more: &[Fact]) -> Option<PathBuf> {
    let fall = LAST.take()?;
    write(folder?, now, &fall, more).ok()
}

/// The reports there are, oldest first.
#[must_use]
pub fn reports(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let ours = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with("panic-") && name.ends_with(".txt")
    };
    let mut found: Vec<PathBuf> = entries.filter(ours).collect();
    found.sort();
    found
}

fn write(folder: &Path, now: &Instant, fall: &Fall, more: &[Fact]) -> io::Result<PathBuf> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let stamp = civil(now).strftime("%Y%m%d-%H%M%S");
    let mut tries = 1..=KEPT;
    let (path, mut file) = loop {
        let path = folder.join(format!("panic-{stamp}-{}-{}.txt", std::process::id(), tries.next().unwrap_or(KEPT)));
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !tries.is_empty() => {}
            opened => break (path, opened?),
        }
    };
    file.write_all(text(now, fall, more).as_bytes())?;
    file.sync_all()?;
    let all = reports(folder);
    for old in &all[..all.len().saturating_sub(KEPT)] {
        // What can't be removed now is removed with the next one.
        std::fs::remove_file(old).unwrap_or_default();
    }
    Ok(path)
}

fn text(now: &Instant, fall: &Fall, more: &[Fact]) -> String {
    let system = rustix::system::uname();
    let [name, release, machine] =
        [system.sysname(), system.release(), system.machine()].map(|part| part.to_string_lossy());
    let term = std::env::var("TERM").unwrap_or_default();
    let facts = [
        ("program", format!("sekisho {}", env!("CARGO_PKG_VERSION"))),
        ("time", iso(now)),
        ("system", format!("{name} {release} {machine}")),
        ("term", plain(&term)),
        ("place", fall.place.clone()),
        ("thread", plain(&fall.thread)),
    ];
    let mut text = String::new();
    for (word, fact) in facts.iter().chain(&fall.scene).chain(more) {
        text.push_str(&format!("{word}: {fact}\n"));
    }
    for function in &fall.functions {
        text.push_str(&format!("  {function}\n"));
    }
    text
}

/// A word of the environment: what can't be one of a program's is left out.
fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.+:".contains(*c)).take(40).collect()
}

/// A source file without the folders of the machine that it was compiled on.
fn source(file: &str) -> String {
    let file = file.replace('\\', "/");
    if !file.starts_with('/') {
        return file;
    }
    let parts: Vec<&str> = file.split('/').collect();
    let package = parts.iter().rposition(|part| *part == "src").unwrap_or(parts.len()).saturating_sub(1);
    parts[package.min(parts.len() - 1)..].join("/")
}

/// The names of the functions of a backtrace, without files.
fn functions(backtrace: &str) -> Vec<String> {
    let named = backtrace.lines().filter_map(|line| {
        let (number, function) = line.trim_start().split_once(": ")?;
        number.parse::<u32>().ok().map(|_| function.trim().to_owned())
    });
    named.take(FRAMES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant { seconds: 1_795_158_300, offset_minutes: 540 };

    #[test]
    fn no_picture_of_memory_is_left() {
        use rustix::process::{Resource, getrlimit};
        leave_no_picture();
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
    }

    #[test]
    fn a_report_names_places_and_functions_and_no_folder_of_a_machine() {
        assert_eq!(source("src/tui/update.rs"), "src/tui/update.rs");
        assert_eq!(source("/home/x/.cargo/registry/src/i-1/jiff-0.2.1/src/fmt/a.rs"), "jiff-0.2.1/src/fmt/a.rs");
        assert_eq!(source("/rustc/abc/library/core/src/option.rs"), "core/src/option.rs");
        assert_eq!(source("/odd.rs"), "odd.rs");
        let trace = "   0: std::panicking::begin\n             at /home/x/std.rs:1:2\n   1: sekisho::tui::update\n";
        assert_eq!(functions(trace), ["std::panicking::begin", "sekisho::tui::update"]);
        assert_eq!(plain("xterm-256color\u{1b}[31m 山形"), "xterm-256color31m");
    }

    #[test]
    fn only_the_newest_are_kept_and_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("reports");
        let fall = Fall { place: "src/tui/run.rs:1:2".into(), ..Fall::default() };
        let mut paths = Vec::new();
        for minute in 0..14 {
            let now = Instant { seconds: NOW.seconds + minute * 60, ..NOW };
            paths.push(write(&folder, &now, &fall, &[("context", "list".into())]).unwrap());
        }
        assert_eq!(reports(&folder), paths[4..]);
        let text = std::fs::read_to_string(&paths[13]).unwrap();
        assert!(text.contains("place: src/tui/run.rs:1:2\n") && text.contains("context: list\n"), "{text}");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&paths[13])), (0o700, 0o600));
        assert_eq!(report(Some(&folder), &NOW, &[]), None, "there was no panic");
    }
}
