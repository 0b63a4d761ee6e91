//! `import` and its neighbours in trouble: what is no file, no room, no permission, signals, others at work.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that can't set up has failed; it says what it lacks"
)]

mod program;

use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use program::{Answer, Office, download, list, row};
use rustix::process::{Pid, Signal, kill_process};

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn sends(signal: Signal, child: &std::process::Child) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

#[test]
fn what_is_no_file_is_named() {
    let office = Office::open();
    let folder = office.run(&["import", path(office.folder()), "--json"]);
    folder.refuses(1, "file.folder");
    assert!(folder.stderr.contains("[inbox]"), "{folder:?}");
    office.run(&["import", path(&office.folder().join("no.csv")), "--json"]).refuses(1, "file.absent");
}

#[test]
fn a_fifo_is_read_once() {
    let office = Office::open();
    let fifo = office.folder().join("pipe.csv");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let child = office.command(&["import", path(&fifo), "--json"]).stdout(Stdio::piped()).spawn().unwrap();
    std::fs::OpenOptions::new().write(true).open(&fifo).unwrap().write_all(&download(1, 500)).unwrap();
    let answer = Answer::from(child.wait_with_output().unwrap());
    assert_eq!((answer.code, answer.added()), (Some(0), 500), "{answer:?}");
}

/// Root reads everything: where the tests run as root, the program is run as a user who may not.
#[test]
fn a_file_without_permission_is_named() {
    use std::os::unix::fs::{PermissionsExt as _, chown};
    use std::os::unix::process::CommandExt as _;
    const NOBODY: u32 = 65534;
    let office = Office::open();
    let file = office.put("list.csv", &download(1, 1));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o000)).unwrap();
    let mut command = office.command(&["import", path(&file), "--json"]);
    if rustix::process::getuid().is_root() {
        // The store, and a copy of the program where that user may start it.
        let program = office.folder().join("program");
        std::fs::copy(env!("CARGO_BIN_EXE_sekisho"), &program).unwrap();
        std::fs::set_permissions(office.folder(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let given = Command::new("chown").arg("-R").arg(NOBODY.to_string()).arg(office.folder().join("store")).status();
        assert!(given.unwrap().success());
        chown(office.folder(), Some(NOBODY), Some(NOBODY)).unwrap();
        let arguments: Vec<_> = command.get_args().map(std::ffi::OsStr::to_owned).collect();
        command = Command::new(program);
        command.args(arguments).env_remove("SEKISHO_STORE").env("HOME", office.folder()).stdin(Stdio::null());
        command.env("XDG_STATE_HOME", office.folder().join("state"));
        command.uid(NOBODY).gid(NOBODY);
    }
    Answer::from(command.output().unwrap()).refuses(1, "file.permission");
}

/// A real file system that is full halfway: a small one in memory, in a namespace of its own. Where the system allows
/// no namespaces, `tests/faults.rs` still makes every write fail for want of space.
#[test]
fn a_disk_that_gets_full_changes_nothing_and_the_same_file_goes_in_later() {
    let office = Office::vacant();
    let file = office.put("list.csv", &download(1, 20_000));
    let disk = office.folder().join("disk");
    std::fs::create_dir(&disk).unwrap();
    let script = r#"
        set -u
        mount -t tmpfs -o size=4m tmpfs "$2" || { echo no-namespace; exit 0; }
        export HOME="$2" SEKISHO_STORE="$2/store"
        "$1" init --segment lgwan --sign-in none >/dev/null || exit 90
        "$1" import "$3" --json; echo "exit $?"
        "$1" check >/dev/null || exit 91
        "$1" count --json
        mount -o remount,size=64m "$2" || exit 92
        "$1" import "$3" --json >/dev/null; echo "exit $?"
        "$1" check >/dev/null || exit 93
        "$1" count --json
    "#;
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", env!("CARGO_BIN_EXE_sekisho")])
        .args([path(&disk), path(&file)])
        .output()
        .unwrap();
    let said = Answer::from(output);
    if said.stdout.contains("no-namespace") || said.stderr.contains("unshare") {
        eprintln!("no user namespaces here: the full disk is left to tests/faults.rs");
        return;
    }
    assert_eq!(said.code, Some(0), "{said:?}");
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert!(lines[0].contains("\"store.full\""), "{said:?}");
    assert_eq!(lines[1..], ["exit 1", "{\"count\":0}", "exit 0", "{\"count\":20000}"], "{said:?}");
}

#[test]
fn signals_stop_an_import_without_a_trace_and_the_same_file_continues() {
    for signal in [Signal::INT, Signal::HUP, Signal::TERM] {
        let office = Office::open();
        let fifo = office.folder().join("pipe.csv");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let mut command = office.command(&["import", path(&fifo), "--json"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // The program has opened the pipe when we have; it waits for more while the signal comes.
        let mut pipe = std::fs::OpenOptions::new().write(true).open(&fifo).unwrap();
        let rows = download(1, 2000);
        pipe.write_all(&rows[..1000]).unwrap();
        sends(signal, &child);
        // Whatever of this it still takes, it has seen the signal by the end.
        pipe.write_all(&rows[1000..]).unwrap_or_default();
        drop(pipe);
        let answer = Answer::from(child.wait_with_output().unwrap());
        answer.refuses(3, "work.stopped");
        assert_eq!(office.count(""), 0, "{signal:?}");
        office.check("a signal");
        assert_eq!(office.import("list.csv", &rows).added(), 2000);
    }
}

#[test]
fn a_kill_leaves_nothing_visible_and_the_same_file_continues() {
    let office = Office::open();
    let rows = download(1, 60_000);
    let file = office.put("list.csv", &rows);
    let mut child = office.command(&["import", path(&file), "--json"]).stdout(Stdio::null()).spawn().unwrap();
    // Killed as soon as it has begun to write rows.
    let wal = office.folder().join("store/sekisho.db-wal");
    while std::fs::metadata(&wal).map_or(0, |wal| wal.len()) < 1 << 20 && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    let killed = child.wait().unwrap();
    assert!(!killed.success(), "the import was over before it was killed");
    assert_eq!(office.count(""), 0);
    office.check("a kill");
    let answer = office.run(&["import", path(&file), "--json"]);
    assert_eq!((answer.code, answer.added()), (Some(0), 60_000), "{answer:?}");
    office.check("the same file again");
}

#[test]
fn two_imports_at_once_both_go_in() {
    let office = Office::open();
    let files = [office.put("a.csv", &download(1, 3000)), office.put("b.csv", &download(3001, 3000))];
    let children = files.map(|file| {
        office.command(&["import", path(&file), "--json", "--wait", "60"]).stdout(Stdio::piped()).spawn().unwrap()
    });
    for child in children {
        let answer = Answer::from(child.wait_with_output().unwrap());
        assert_eq!((answer.code, answer.added()), (Some(0), 3000), "{answer:?}");
    }
    assert_eq!(office.count(""), 6000);
    office.check("two imports at once");
}

#[test]
fn an_import_that_waits_in_vain_names_who_is_at_work() {
    let office = Office::open();
    let held = std::fs::File::options().write(true).open(office.folder().join("store/import.lock"));
    let held = held.or_else(|_| std::fs::File::create(office.folder().join("store/import.lock"))).unwrap();
    held.lock().unwrap();
    (&held).write_all(b"sekisho import (PID 1234)\n").unwrap();
    let answer = office.run(&["import", path(&office.put("a.csv", &download(1, 1))), "--json", "--wait", "0"]);
    answer.refuses(5, "store.importing");
    assert!(answer.stderr.contains("PID 1234"), "{answer:?}");
}

/// Another process holds a write transaction: `sqlite3`, for its library would be ours within this process.
fn with_writer(office: &Office, then: impl FnOnce(u32)) {
    let mut child = Command::new("sqlite3")
        .arg(office.folder().join("store/sekisho.db"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"BEGIN IMMEDIATE;\nSELECT 'begun';\n").unwrap();
    let mut line = String::new();
    std::io::BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "begun\n");
    then(child.id());
    drop(input);
    child.wait().unwrap();
}

#[test]
fn a_locked_store_is_read_and_not_written_and_the_holder_is_named() {
    let office = Office::open();
    office.take_in(&[row("1", "名")]);
    let more = office.put("more.csv", list(&[row("2", "名")]).as_bytes());
    with_writer(&office, |holder| {
        for line in [
            &["set-status", "仮受付", "--all", "--json", "--wait", "0"][..],
            &["import", path(&more), "--json", "--wait", "0"],
            &["undo", "--json", "--wait", "0"],
            &["export", "csv", path(&office.folder().join("out.csv")), "--json", "--wait", "0"],
            &["rejected", "clear", "--json", "--wait", "0"],
        ] {
            if line[0] == "rejected" {
                // Nothing to clear is nothing to write.
                assert_eq!(office.run(line).code, Some(0));
                continue;
            }
            let answer = office.run(line);
            answer.refuses(5, "store.busy");
            assert!(answer.stderr.contains(&holder.to_string()), "{holder}: {answer:?}");
        }
        assert!(!office.folder().join("out.csv").exists());
        assert_eq!((office.count(""), office.count("status:unprocessed")), (1, 1));
        assert_eq!(office.run(&["list"]).code, Some(0));
    });
    assert_eq!(office.run(&["set-status", "仮受付", "--all", "--json"]).json()["changed"], 1);
}
