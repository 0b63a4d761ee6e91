//! The program as a script meets it: a store of its own in a temporary folder, command lines in, exit codes and JSON
//! out; and made-up downloads to feed it with.
#![allow(dead_code, reason = "each test file uses its own part of this")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't set up has failed")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use sekisho::domain::application::Instant;
use sekisho::domain::calendar::{JAPAN, civil};

/// A folder with a store in it; both vanish with the value.
pub struct Office {
    folder: tempfile::TempDir,
}

impl Office {
    /// A fresh store, as trials have it: LGWAN, without sign-in.
    pub fn open() -> Self {
        let office = Self { folder: tempfile::tempdir().unwrap() };
        let answer = office.run(&["init", "--segment", "lgwan", "--sign-in", "none", "--json"]);
        assert_eq!(answer.code, Some(0), "init: {answer:?}");
        office
    }

    /// As if the screen had been open today already: it begins at the list then, not at 今日の仕事.
    pub fn begins_at_the_list(&self) -> &Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let now = Instant { seconds: i64::try_from(since).unwrap(), offset_minutes: JAPAN };
        let day = civil(&now).date();
        let folder = self.folder.path().join("store/session");
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        fs::write(folder.join("~unsigned.json"), format!("{{\"format\": 1, \"day\": \"{day}\"}}")).unwrap();
        self
    }

    /// The folder that holds everything: `store/`, and the files that a test puts beside it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Puts a file beside the store.
    pub fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// A command line for this store, untouched by the configuration of whoever runs the tests.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho"));
        command.arg("--store").arg(self.folder.path().join("store")).args(arguments);
        command.env_remove("SEKISHO_STORE").env("HOME", self.folder.path()).env("XDG_CONFIG_HOME", self.folder.path());
        command.env("XDG_STATE_HOME", self.folder.path().join("state"));
        command.stdin(Stdio::null());
        command
    }

    /// Runs a command line to its end.
    pub fn run(&self, arguments: &[&str]) -> Answer {
        Answer::from(self.command(arguments).output().unwrap())
    }

    /// How many applications match; with an empty query, all.
    pub fn count(&self, query: &str) -> u64 {
        let answer =
            if query.is_empty() { self.run(&["count", "--json"]) } else { self.run(&["count", query, "--json"]) };
        assert_eq!(answer.code, Some(0), "count {query}: {answer:?}");
        answer.json()["count"].as_u64().unwrap_or_else(|| panic!("count {query}: {answer:?}"))
    }

    /// Asserts that the store holds together.
    pub fn check(&self, after: &str) {
        let answer = self.run(&["check", "--json"]);
        assert_eq!(answer.code, Some(0), "check after {after}: {answer:?}");
    }
}

/// How a command line ended. `code` is `None` where a signal ended it.
#[derive(Debug)]
pub struct Answer {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Answer {
    /// The JSON document of stdout; null where there is no whole one.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_default()
    }

    /// How many new applications an import says that it stored.
    pub fn added(&self) -> u64 {
        let files = self.json()["files"].as_array().cloned().unwrap_or_default();
        files.iter().filter_map(|file| file["added"].as_u64()).sum()
    }

    /// Whether a panic shows; a person must never see one.
    pub fn panicked(&self) -> bool {
        self.stderr.contains("panicked") || self.stderr.contains("RUST_BACKTRACE")
    }
}

/// A download of `rows` unprocessed applications in CP932, numbered from `first`.
pub fn download(first: u64, rows: u64) -> Vec<u8> {
    let mut text = String::from(
        "利用者ID,連絡先メールアドレス,整理番号,氏名/法人名,様式Ver.,様式ID,様式名,申込日時,処理状況,備考,氏名フリガナ,希望日\r\n",
    );
    for n in first..first + rows {
        let (minute, hour) = (n % 60, n / 60 % 24);
        text += &format!(
            "user{n:05},user{n:05}@example.jp,{n:012},髙橋 試験{n},1,01430,Web会議ツール利用申込書,\
             2020年10月29日 {hour:02}時{minute:02}分,未処理,,タカハシ シケン,2020年11月2日\r\n"
        );
    }
    let (bytes, _, unmappable) = encoding_rs::SHIFT_JIS.encode(&text);
    assert!(!unmappable);
    bytes.into_owned()
}

/// The header of a download.
pub const HEADER: &str = "利用者ID,連絡先メールアドレス,整理番号,氏名/法人名,様式Ver.,様式ID,様式名,申込日時,処理状況,備考,氏名フリガナ,希望日";

/// One row of a download, unprocessed; `name` as it is to stand in the file.
pub fn row(number: &str, name: &str) -> String {
    format!("u1,u1@example.jp,{number},{name},1,01430,利用申込書,2020年10月29日 09時24分,未処理,,シケン,2020年11月2日")
}

/// A download with these rows.
pub fn list(rows: &[String]) -> String {
    rows.iter().fold(format!("{HEADER}\r\n"), |text, row| text + row + "\r\n")
}

/// The bytes of a text in CP932; everything in it must be there.
pub fn cp932(text: &str) -> Vec<u8> {
    let (bytes, _, unmappable) = encoding_rs::SHIFT_JIS.encode(text);
    assert!(!unmappable, "{text}");
    bytes.into_owned()
}

/// The bytes of a text in UTF-16LE with its mark.
pub fn utf16(text: &str) -> Vec<u8> {
    format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

impl Office {
    /// A fresh store with these words for `init` beside the usual ones.
    pub fn founded(segment: &str, sign_in: &str) -> Self {
        let office = Self { folder: tempfile::tempdir().unwrap() };
        let answer = office.run(&["init", "--segment", segment, "--sign-in", sign_in, "--json"]);
        assert_eq!(answer.code, Some(0), "init: {answer:?}");
        office
    }

    /// A folder without a store.
    pub fn vacant() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Imports bytes as a file; the answer.
    pub fn import(&self, name: &str, bytes: &[u8]) -> Answer {
        let file = self.put(name, bytes);
        self.run(&["import", file.to_str().unwrap(), "--json"])
    }

    /// Imports a download that must go in whole.
    pub fn take_in(&self, rows: &[String]) {
        let answer = self.import("taken.csv", list(rows).as_bytes());
        assert_eq!(answer.code, Some(0), "{answer:?}");
        assert_eq!(answer.added(), rows.len() as u64, "{answer:?}");
    }

    /// The one application of a number, as `show` prints it.
    pub fn show(&self, number: &str) -> serde_json::Value {
        let answer = self.run(&["show", number, "--json"]);
        assert_eq!(answer.code, Some(0), "show {number}: {answer:?}");
        answer.json()
    }
}

impl Answer {
    /// The object of the only file of an import.
    pub fn file(&self) -> serde_json::Value {
        self.json()["files"][0].clone()
    }

    /// Asserts that the command failed with this exit code and error code, says so in a sentence on stderr, and that
    /// stdout is one JSON document.
    pub fn refuses(&self, exit: i32, code: &str) {
        assert_eq!(self.code, Some(exit), "{self:?}");
        let error = &self.json()["error"];
        assert_eq!(error["code"], code, "{self:?}");
        let message = error["message"].as_str().unwrap();
        assert!(message.chars().count() > 8 && !message.contains(['{', '}']), "{message}");
        assert!(!message.starts_with("error."), "a sentence that is missing: {message}");
        assert!(error.as_object().unwrap().contains_key("place"), "{self:?}");
        assert!(self.stderr.contains(message), "{self:?}");
        assert!(!self.panicked(), "{self:?}");
    }
}
