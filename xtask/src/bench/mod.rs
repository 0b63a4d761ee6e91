//! `cargo xtask bench`: the figures of the project, as ratios against everyday programs in one run.
//!
//! Import beside `iconv | sqlite3 .import`, the first screen beside `less`, search beside `grep`. Runs are interleaved
//! (ours, theirs, ours, …), and the median counts, so that a busy moment hits both. Take figures on an idle machine.

mod data;
mod measure;
mod report;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process::{self, Outcome, cargo, number, option, root};
use data::Data;
use measure::{median, percentile};

/// What was measured. Times are seconds, the medians of all runs.
#[derive(Debug)]
pub struct Figures {
    pub rows: u64,
    pub runs: u64,
    pub file_bytes: u64,
    pub import: f64,
    pub import_beside: f64,
    pub import_peak_bytes: Option<u64>,
    pub store_bytes: u64,
    pub screen: f64,
    pub screen_beside: f64,
    /// p50 and p99 over the searches: the exact count, the first 50 rows, and `grep -acF`.
    pub count: (f64, f64),
    pub first_rows: (f64, f64),
    pub grep: (f64, f64),
    /// Each search by itself.
    pub searches: Vec<Search>,
}

/// One search.
#[derive(Debug)]
pub struct Search {
    pub words: &'static str,
    /// How many applications we found.
    pub found: u64,
    /// The times of the exact count, of the first 50 rows, and of grep.
    pub times: [f64; 3],
}

/// Takes all figures, prints them, and writes them where it is asked to.
pub fn run(arguments: &[String]) -> Outcome {
    let rows = number(arguments, "--rows", 1_000_000)?;
    let runs = number(arguments, "--runs", 5)?.max(1);
    process::run(cargo().args(["build", "--release", "--locked", "--bin", "sekisho"]))?;
    let data = data::make(rows)?;
    let bench = Bench { program: root().join("target/release/sekisho"), folder: root().join("target/bench/run"), data };
    let figures = bench.all(rows, runs)?;
    println!("\n{}", report::table(&figures));
    if let Some(file) = option(arguments, "--json")? {
        fs::write(file, report::json(&figures)).map_err(|error| format!("{file}: {error}"))?;
    }
    if arguments.iter().any(|word| word == "--write") {
        fs::write(root().join("docs/benchmarks.md"), report::page(&figures)).map_err(|error| error.to_string())?;
    }
    Ok(())
}

struct Bench {
    program: PathBuf,
    folder: PathBuf,
    data: Data,
}

impl Bench {
    fn all(&self, rows: u64, runs: u64) -> Result<Figures, String> {
        let (import, import_beside, import_peak_bytes) = self.imports(runs)?;
        println!("import: {import:.2} s beside {import_beside:.2} s");
        let (screen, screen_beside) = self.screens(runs)?;
        println!("first screen: {:.0} ms beside {:.0} ms", screen * 1e3, screen_beside * 1e3);
        let searches = self.searches(runs)?;
        let over = |which: usize| {
            let times: Vec<f64> = searches.iter().map(|search| search.times[which]).collect();
            (median(&times), percentile(&times, 99))
        };
        Ok(Figures {
            rows,
            runs,
            file_bytes: self.data.bytes,
            import,
            import_beside,
            import_peak_bytes,
            store_bytes: folder_size(&self.folder.join("store")),
            screen,
            screen_beside,
            count: over(0),
            first_rows: over(1),
            grep: over(2),
            searches,
        })
    }

    /// Imports into a fresh store and into a fresh database, in turn. The last store stays for what follows.
    fn imports(&self, runs: u64) -> Result<(f64, f64, Option<u64>), String> {
        let (mut ours, mut theirs, mut peak) = (Vec::new(), Vec::new(), None);
        for _ in 0..runs {
            clear(&self.folder)?;
            measure::run(&mut self.sekisho(&["init", "--segment", "lgwan", "--sign-in", "none"]))?;
            let mut import = Command::new(&self.program);
            import.arg("--store").arg(self.folder.join("store")).arg("import").arg(&self.data.cp932).arg("--json");
            let run = measure::run(&mut import)?;
            ours.push(run.seconds);
            peak = run.peak_bytes.max(peak);
            theirs.push(measure::run(&mut self.sqlite_import())?.seconds);
        }
        Ok((median(&ours), median(&theirs), peak))
    }

    /// A command line of ours for the store of this run.
    fn sekisho(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--store").arg(self.folder.join("store")).args(arguments);
        command
    }

    /// The same file into 32 text columns, by the programs that every Debian machine can have.
    fn sqlite_import(&self) -> Command {
        let columns: Vec<String> = (1..=data::COLUMNS).map(|column| format!("c{column} TEXT")).collect();
        let line = format!(
            "set -e; iconv -f CP932 -t UTF-8 '{}' | sqlite3 '{}' 'PRAGMA journal_mode=WAL' 'PRAGMA synchronous=FULL' \
             'CREATE TABLE a({})' '.import --csv --skip 1 /dev/stdin a'",
            self.data.cp932.display(),
            self.folder.join("beside.db").display(),
            columns.join(",")
        );
        let mut shell = Command::new("sh");
        shell.args(["-c", &line]);
        shell
    }

    /// From the start of the process until the twentieth application stands on the screen; beside `less` and the
    /// twentieth line of the same file.
    fn screens(&self, runs: u64) -> Result<(f64, f64), String> {
        let list = process::output(&mut self.sekisho(&["list", "--limit", "20", "--json"]))?;
        let list: serde_json::Value = serde_json::from_str(&list).map_err(|error| format!("list: {error}"))?;
        let number = list[19]["number"].as_str().ok_or("list: fewer than 20 applications")?;
        let text = fs::read(&self.data.utf8).map_err(|error| error.to_string())?;
        let twentieth =
            text.split(|byte| *byte == b'\n').nth(19).and_then(|line| line.split(|byte| *byte == b',').nth(1));
        let mail = String::from_utf8_lossy(twentieth.ok_or("the file has fewer than 20 lines")?).into_owned();
        drop(text);

        let ours = format!("'{}' --store '{}'", self.program.display(), self.folder.join("store").display());
        let less = format!("less -S '{}'", self.data.utf8.display());
        let limit = Duration::from_secs(60);
        let (mut us, mut them) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            us.push(measure::until_shown(&ours, number, limit)?);
            them.push(measure::until_shown(&less, &mail, limit)?);
        }
        Ok((median(&us), median(&them)))
    }

    /// Every search: the exact count, the first 50 rows, and `grep` over the same text.
    fn searches(&self, runs: u64) -> Result<Vec<Search>, String> {
        let mut searches = Vec::new();
        for words in data::SEARCHES {
            // As a phrase: what stands between its words belongs to it, as it does for grep.
            let query = format!("\"{words}\"");
            let answer = process::output(&mut self.sekisho(&["count", &query, "--json"]))?;
            let answer: serde_json::Value = serde_json::from_str(&answer).map_err(|error| format!("count: {error}"))?;
            let found = answer["count"].as_u64().ok_or("count: no number")?;
            let mut times: [Vec<f64>; 3] = Default::default();
            for _ in 0..runs {
                times[0].push(measure::run(&mut self.sekisho(&["count", &query, "--json"]))?.seconds);
                let first = if found == 0 {
                    vec!["count", &query, "--json"]
                } else {
                    vec!["list", &query, "--limit", "50", "--json"]
                };
                times[1].push(measure::run(&mut self.sekisho(&first))?.seconds);
                // grep says 1 where nothing matches; here that is an answer like any other. Through a pipe, because grep
                // stops at the first match where its output is /dev/null.
                let mut grep = Command::new("sh");
                grep.args(["-c", "grep -acF -e \"$0\" \"$1\" | cat", words]).arg(&self.data.utf8).env("LC_ALL", "C");
                times[2].push(measure::run(&mut grep)?.seconds);
            }
            searches.push(Search { words, found, times: times.map(|times| median(&times)) });
        }
        Ok(searches)
    }
}

fn clear(folder: &Path) -> Outcome {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| error.to_string())?;
    }
    fs::create_dir_all(folder).map_err(|error| error.to_string())
}

fn folder_size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| {
            if entry.path().is_dir() {
                folder_size(&entry.path())
            } else {
                entry.metadata().map_or(0, |file| file.len())
            }
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without a program of ours: the programs beside which it stands can be measured at all.
    #[test]
    fn the_others_can_be_measured() {
        let data = data::make(200).unwrap();
        assert!((390..415).contains(&(data.bytes / 200)), "{} bytes", data.bytes);
        let folder = root().join("target/bench/test");
        clear(&folder).unwrap();
        let bench = Bench { program: "sekisho".into(), folder, data };
        assert!(measure::run(&mut bench.sqlite_import()).unwrap().seconds > 0.0);
        let mut count = Command::new("sqlite3");
        count.arg(bench.folder.join("beside.db")).arg("select count(*), count(c32) from a");
        assert_eq!(process::output(&mut count).unwrap().trim(), "200|200");
        let less = format!("less -S '{}'", bench.data.utf8.display());
        assert!(measure::until_shown(&less, "user0000015@example.jp", Duration::from_secs(60)).is_ok());
        assert!(measure::run(Command::new("sh").args(["-c", "exit 3"])).is_err());
        for words in ["髙橋 花子", "駐車場を使います"] {
            assert!(fs::read_to_string(&bench.data.utf8).unwrap().contains(words), "{words}");
        }
    }
}
