//! The programs that ours stands beside. What a package manager offers is installed where we may; what is missing is
//! said to be missing, and no figure stands in its place.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::data;
use super::measure::{self, Run};
use crate::process::{self, succeeds};
use crate::tests::{apt, may_install};

/// Programs that are no part of what tests need.
const PACKAGES: &[(&str, &str)] = &[("ripgrep", "rg"), ("fzf", "fzf"), ("sqlite3", "sqlite3"), ("less", "less")];

/// What DuckDB is asked through.
const DUCKDB: &str = include_str!("duckdb.py");

/// What one search took with a peer.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    pub found: u64,
    pub wall: f64,
    /// Time of the processor, where the peer tells it.
    pub processor: Option<f64>,
}

/// Which of them are here.
#[derive(Debug, Clone)]
pub struct Peers {
    /// A Python that knows DuckDB.
    duckdb: Option<PathBuf>,
}

impl Peers {
    /// Installs what is missing, as far as it goes.
    pub fn gather() -> Self {
        let missing: Vec<&str> =
            PACKAGES.iter().filter(|(_, program)| !has(program)).map(|(package, _)| *package).collect();
        if !missing.is_empty() && may_install() {
            println!("installing {}", missing.join(", "));
            let installed = process::run(apt().args(["update", "--quiet=2"])).and_then(|()| {
                process::run(apt().args(["install", "--yes", "--no-install-recommends", "--quiet=2"]).args(&missing))
            });
            if let Err(reason) = installed {
                println!("{reason}");
            }
        }
        Self { duckdb: duckdb() }
    }

    /// Without looking for them.
    #[cfg(test)]
    pub const fn none() -> Self {
        Self { duckdb: None }
    }

    /// `rg -cF`, a process for each word.
    pub fn ripgrep(&self, text: &Path, words: &[String]) -> Result<Vec<Answer>, String> {
        present("rg")?;
        let one = |word: &String| {
            let mut rg = Command::new("rg");
            // It says 1 where nothing matches; here that is an answer like any other.
            let (run, said) = measure::answer(rg.args(["--no-config", "-cF", "-e", word]).arg(text), &[0, 1])?;
            Ok(Answer { found: said.trim().parse().unwrap_or(0), wall: run.seconds, processor: None })
        };
        words.iter().map(one).collect()
    }

    /// DuckDB in memory, `contains()` over a table of the text, all threads.
    pub fn duckdb(&self, text: &Path, words: &Path) -> Result<Vec<Answer>, String> {
        let python = self.duckdb.as_ref().ok_or("not installed")?;
        let said = process::output(Command::new(python).args(["-c", DUCKDB]).arg(text).arg(words))?;
        let said: Vec<(u64, f64, f64)> = serde_json::from_str(&said).map_err(|error| format!("DuckDB: {error}"))?;
        Ok(said.into_iter().map(|(found, wall, cpu)| Answer { found, wall, processor: Some(cpu) }).collect())
    }

    /// Puts the text into a table of SQLite, a line in each row.
    pub fn fill_sqlite(&self, text: &Path, database: &Path) -> Result<(), String> {
        present("sqlite3")?;
        let import = format!(".import '{}' t", text.display());
        let mut sqlite = Command::new("sqlite3");
        sqlite.arg(database).args([
            "CREATE TABLE t(line TEXT)",
            ".mode ascii",
            ".separator \"\\037\" \"\\n\"",
            &import,
        ]);
        process::output(&mut sqlite).map(drop)
    }

    /// SQLite's `LIKE` over that table, mapped into memory, in one process.
    pub fn like(&self, database: &Path, words: &[String]) -> Result<Vec<Answer>, String> {
        present("sqlite3")?;
        let mut script = "PRAGMA mmap_size=17179869184;\n.timer on\n".to_owned();
        for word in words {
            let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_").replace('\'', "''");
            script += &format!("SELECT 'found', count(*) FROM t WHERE line LIKE '%{escaped}%' ESCAPE '\\';\n");
        }
        let said = sqlite(database, &script)?;
        let found = said.lines().filter_map(|line| line.strip_prefix("found|")?.trim().parse().ok());
        let answers: Vec<Answer> =
            found.zip(timers(&said)).map(|(found, (wall, cpu))| Answer { found, wall, processor: Some(cpu) }).collect();
        if answers.len() == words.len() { Ok(answers) } else { Err("sqlite3 did not tell its times".into()) }
    }

    /// `fzf -f`: what memory it needs for the same text.
    pub fn fzf(&self, text: &Path, word: &str) -> Result<Run, String> {
        present("fzf")?;
        let needs = std::fs::metadata(text).map_err(|error| error.to_string())?.len() * 7;
        if super::machine::available().is_some_and(|available| available < needs) {
            return Err("too little memory here".into());
        }
        let input = std::fs::File::open(text).map_err(|error| error.to_string())?;
        let mut fzf = Command::new("fzf");
        fzf.args(["--exact", "--filter", word]).stdin(input).stdout(Stdio::null());
        fzf.env_remove("FZF_DEFAULT_OPTS");
        measure::run_to(&mut fzf, &[0, 1]).map(|(run, _)| run)
    }
}

/// What sqlite3 prints for a script. It tells times only of what it reads from its input.
pub fn sqlite(database: &Path, script: &str) -> Result<String, String> {
    let file = database.with_extension("sql");
    std::fs::write(&file, script).map_err(|error| error.to_string())?;
    let input = std::fs::File::open(&file).map_err(|error| error.to_string())?;
    let mut sqlite = Command::new("sqlite3");
    sqlite.args(["-batch", "-bail"]).arg(database).stdin(input).stdout(Stdio::piped());
    measure::run_to(&mut sqlite, &[0]).map(|(_, said)| said)
}

/// Wall and processor time of each statement, as `.timer on` of sqlite3 prints them.
pub fn timers(said: &str) -> impl Iterator<Item = (f64, f64)> {
    said.lines().filter_map(|line| {
        let mut words = line.strip_prefix("Run Time: real ")?.split_whitespace();
        let (wall, user, sys) = (words.next()?, words.nth(1)?, words.nth(1)?);
        Some((wall.parse().ok()?, user.parse::<f64>().ok()? + sys.parse::<f64>().ok()?))
    })
}

fn present(program: &str) -> Result<(), String> {
    if has(program) { Ok(()) } else { Err("not installed".into()) }
}

fn has(program: &str) -> bool {
    let probe = if program == "sqlite3" { "-version" } else { "--version" };
    succeeds(Command::new(program).arg(probe))
}

/// A Python with DuckDB: the system's, or one of our own that pip fills.
fn duckdb() -> Option<PathBuf> {
    let knows = |python: &Path| succeeds(Command::new(python).args(["-c", "import duckdb"]));
    let (system, folder) = (PathBuf::from("python3"), data::folder().join("python"));
    let own = folder.join("bin/python");
    if let Some(python) = [&system, &own].into_iter().find(|python| knows(python)) {
        return Some(python.clone());
    }
    let made = process::run(Command::new(&system).args(["-m", "venv"]).arg(&folder))
        .and_then(|()| process::run(Command::new(&own).args(["-m", "pip", "install", "--quiet", "duckdb"])));
    if let Err(reason) = made {
        println!("{reason}");
    }
    knows(&own).then_some(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timer_of_sqlite_is_read() {
        let said = "wal\n3\nRun Time: real 0.250 user 0.125 sys 0.0625\n4\nRun Time: real 1.000 user 0.5 sys 0.25\n";
        assert_eq!(timers(said).collect::<Vec<_>>(), [(0.25, 0.1875), (1.0, 0.75)]);
    }

    #[test]
    fn like_counts_what_stands_in_the_text() {
        let folder = data::folder().join("test-like");
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(&folder).unwrap();
        let (text, database) = (folder.join("text"), folder.join("text.db"));
        std::fs::write(&text, "高橋\t50%\n山\"形\t5_0\n高見\t\u{1}\n").unwrap();
        let peers = Peers::none();
        peers.fill_sqlite(&text, &database).unwrap();
        let words = ["高", "0%", "5_", "\"形", "鬱"].map(str::to_owned);
        let found: Vec<u64> = peers.like(&database, &words).unwrap().iter().map(|answer| answer.found).collect();
        assert_eq!(found, [2, 1, 1, 1, 0]);
        assert_eq!(peers.duckdb(&text, &text).unwrap_err(), "not installed");
    }
}
