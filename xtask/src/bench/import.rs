//! Importing: into a new store beside `iconv | sqlite3 .import` with the same durability, then as many other
//! applications into the store that is full already.

use std::path::Path;
use std::process::{Command, Stdio};

use super::data::{self, Data};
use super::measure::{self, Run, median};
use super::place::Place;

/// What imports took, all runs.
#[derive(Debug, Default)]
pub struct Imports {
    first: Vec<Run>,
    next: Vec<Run>,
    beside: Vec<Run>,
    /// Size of the store behind the first one.
    pub store_bytes: u64,
}

impl Imports {
    /// One run of each, in turn.
    pub fn take(&mut self, place: &Place, data: &Data) -> Result<(), String> {
        place.found("fresh")?;
        self.first.push(measure::run(place.sekisho("fresh").arg("import").arg(&data.cp932).arg("--json"))?);
        self.store_bytes = place.size("fresh");
        self.beside.push(sqlite(&data.cp932, &place.beside())?);
        self.next.push(measure::run(place.sekisho("fresh").arg("import").arg(&data.next).arg("--json"))?);
        place.clear("fresh")
    }

    /// Seconds of the first, of SQLite's, and of the next.
    pub fn seconds(&self) -> (f64, f64, f64) {
        let middle = |runs: &[Run]| median(&runs.iter().map(|run| run.seconds).collect::<Vec<_>>());
        (middle(&self.first), middle(&self.beside), middle(&self.next))
    }

    /// Memory at its peak: ours, over both imports, and SQLite's.
    pub fn peaks(&self) -> (Option<u64>, Option<u64>) {
        let ours = self.first.iter().chain(&self.next).filter_map(|run| run.peak_bytes).max();
        (ours, self.beside.iter().filter_map(|run| run.peak_bytes).max())
    }
}

/// The same file into 32 text columns, by the programs that every Debian machine can have. The memory is that of sqlite3.
pub fn sqlite(cp932: &Path, database: &Path) -> Result<Run, String> {
    for end in ["", "-wal", "-shm"] {
        let file = format!("{}{end}", database.display());
        if Path::new(&file).exists() {
            std::fs::remove_file(&file).map_err(|error| format!("{file}: {error}"))?;
        }
    }
    let mut iconv = Command::new("iconv");
    iconv.args(["-f", "CP932", "-t", "UTF-8"]).arg(cp932).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut iconv = iconv.spawn().map_err(|error| format!("iconv: {error}"))?;
    let text = iconv.stdout.take().ok_or("iconv: no output")?;
    let columns: Vec<String> = (1..=data::COLUMNS).map(|column| format!("c{column} TEXT")).collect();
    let mut sqlite = Command::new("sqlite3");
    sqlite.arg(database).args(["PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"]);
    sqlite.arg(format!("CREATE TABLE a({})", columns.join(",")));
    sqlite.arg(".import --csv --skip 1 /dev/stdin a").stdin(text).stdout(Stdio::null());
    let run = measure::run_to(&mut sqlite, &[0]).map(|(run, _)| run);
    let ended = iconv.wait().map_err(|error| error.to_string())?;
    if ended.success() { run } else { Err(format!("iconv: {ended}")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process;

    /// Without a program of ours: the one beside which it stands can be measured at all.
    #[test]
    fn sqlite_imports_every_row() {
        let data = data::make(200).unwrap();
        assert!((370..430).contains(&(data.bytes / 200)), "{} bytes", data.bytes);
        let database = data::folder().join("test-import.db");
        let run = sqlite(&data.cp932, &database).unwrap();
        assert!(run.seconds > 0.0);
        let mut count = Command::new("sqlite3");
        count.arg(&database).arg("select count(*), count(c32), sum(c4 like '%髙%') > 0 from a");
        assert_eq!(process::output(&mut count).unwrap().trim(), "200|200|1");
        assert!(sqlite(Path::new("no such file"), &database).is_err());
    }
}
