//! The shim that makes I/O calls fail (`iofault.c`): compiled by the C compiler of the machine, loaded into a program.
#![allow(dead_code, reason = "each test file uses its own part of this")]
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// How a call goes wrong; the words are those of `iofault.c`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Fails with EIO, once.
    InputOutput,
    /// From here on the disk is full.
    NoSpace,
    /// Half of the bytes are done, once; legal.
    Short,
    /// SIGKILL instead of the call.
    Kill,
    /// Half of the bytes are written, then SIGKILL.
    Torn,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::InputOutput => "eio",
            Self::NoSpace => "enospc",
            Self::Short => "short",
            Self::Kill => "kill",
            Self::Torn => "torn",
        }
    }
}

/// What the shim saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Calls that the kind concerns.
    pub calls: u64,
    /// Calls that went wrong.
    pub hit: u64,
}

/// Loads the shim into `command`: the `at`-th call on files under `folder` goes wrong; 0 = only count.
pub fn load(command: &mut Command, folder: &Path, kind: Kind, at: u64, report: &Path) {
    command
        .env("LD_PRELOAD", compiled())
        .env("SEKISHO_FAULT_DIR", folder)
        .env("SEKISHO_FAULT_KIND", kind.word())
        .env("SEKISHO_FAULT_AT", at.to_string())
        .env("SEKISHO_FAULT_COUNT", report);
}

/// What the shim reported at the end; `None` where the process was killed.
pub fn seen(report: &Path) -> Option<Seen> {
    let text = std::fs::read_to_string(report).ok()?;
    let mut numbers = text.split_whitespace().map(|word| word.parse().ok());
    Some(Seen { calls: numbers.next()??, hit: numbers.next()?? })
}

/// The compiled shim, made once by each test program.
fn compiled() -> &'static Path {
    static SHIM: OnceLock<PathBuf> = OnceLock::new();
    SHIM.get_or_init(|| {
        let name = format!("iofault-{}.so", std::process::id());
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/iofault.c");
        let output = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
            .arg(&library)
            .arg(&source)
            .arg("-ldl")
            .output()
            .unwrap();
        assert!(output.status.success(), "cc: {}", String::from_utf8_lossy(&output.stderr));
        library
    })
}
