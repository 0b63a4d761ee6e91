//! `cargo xtask test`: the Debian packages that tests need, then all tests.

use std::path::Path;
use std::process::Command;

use crate::process::{self, Outcome, cargo, succeeds};

/// A program that some test needs beside Rust.
struct Need {
    /// The Debian package that brings it.
    package: &'static str,
    /// The command that shows whether it is there.
    probe: &'static [&'static str],
    /// Which tests need it.
    why: &'static str,
}

const NEEDS: &[Need] = &[
    Need { package: "gcc", probe: &["cc", "--version"], why: "the bundled SQLite, and the shim that fails I/O calls" },
    Need { package: "libc6-dev", probe: &["test", "-e", "/usr/include/dlfcn.h"], why: "the shim that fails I/O calls" },
    Need { package: "tmux", probe: &["tmux", "-V"], why: "the screen in a real terminal" },
    Need {
        package: "groff-base",
        probe: &["groff", "--version"],
        why: "the pages of the manual, as a reader sees them",
    },
    Need { package: "bsdutils", probe: &["script", "--version"], why: "the bytes that the screen sends" },
    Need { package: "sqlite3", probe: &["sqlite3", "-version"], why: "a second opinion on the store file" },
    Need { package: "less", probe: &["less", "--version"], why: "the pager that the figures stand beside" },
    Need {
        package: "python3",
        probe: &["python3", "-c", "import sqlite3, zlib"],
        why: "a foreign reader of the operation log",
    },
    Need {
        package: "python3-openpyxl",
        probe: &["/usr/bin/python3", "-c", "import openpyxl"],
        why: "a foreign reader of our XLSX files",
    },
];

/// Installs what is missing where it may, else names it; then `cargo test` over the whole workspace. Documentation
/// examples are part of it.
pub fn run(arguments: &[String]) -> Outcome {
    packages()?;
    let mut test = cargo();
    test.args(["test", "--workspace", "--locked", "--no-fail-fast"]).args(arguments);
    test.env("INSTA_UPDATE", "no").env("LC_ALL", "C.UTF-8");
    process::run(&mut test)
}

fn packages() -> Outcome {
    let missing = || NEEDS.iter().filter(|need| !present(need)).collect::<Vec<_>>();
    let wanted = missing();
    if wanted.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = wanted.iter().map(|need| need.package).collect();
    if may_install() {
        println!("tests need {}: installing", names.join(", "));
        // Where this fails, the look below says what is still missing.
        let mut update = apt();
        let mut install = apt();
        let installed = process::run(update.args(["update", "--quiet=2"])).and_then(|()| {
            process::run(install.args(["install", "--yes", "--no-install-recommends", "--quiet=2"]).args(&names))
        });
        if let Err(reason) = installed {
            println!("{reason}");
        }
    }
    let still = missing();
    if still.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = still.iter().map(|need| format!("  {}  ({})", need.package, need.why)).collect();
    Err(format!(
        "tests need programs that are not here; as root: apt-get install {}\n{}",
        still.iter().map(|need| need.package).collect::<Vec<_>>().join(" "),
        lines.join("\n")
    ))
}

fn present(need: &Need) -> bool {
    need.probe.split_first().is_some_and(|(program, rest)| succeeds(Command::new(program).args(rest)))
}

/// Packages are installed only by root and only where apt-get is.
pub fn may_install() -> bool {
    let root = std::fs::metadata("/proc/self").is_ok_and(|own| {
        use std::os::unix::fs::MetadataExt as _;
        own.uid() == 0
    });
    root && Path::new("/usr/bin/apt-get").exists()
}

/// `apt-get` that asks nothing.
pub fn apt() -> Command {
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}
