//! The files that the figures are taken with: made-up applications in CP932, 32 columns, about 400 bytes a row, the same
//! on every machine. docs/benchmarks.md says what they are like.

pub mod queries;
pub mod row;
mod words;

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process::root;

pub use row::COLUMNS;

/// Counts up when the rows come out otherwise, so that files of before aren't taken for them.
const EDITION: u32 = 2;

/// The files and their size.
#[derive(Debug, Clone)]
pub struct Data {
    /// As the source system gives it: CP932.
    pub cp932: PathBuf,
    /// The same in UTF-8, for programs that know no other.
    pub utf8: PathBuf,
    /// As many other applications, in CP932: what the next download brings.
    pub next: PathBuf,
    /// Size of the CP932 file.
    pub bytes: u64,
}

/// The folder that everything lies in.
pub fn folder() -> PathBuf {
    root().join("target/bench")
}

/// Makes the files, or finds them from an earlier run.
pub fn make(rows: u64) -> Result<Data, String> {
    let folder = folder();
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let name = |of: &str| folder.join(format!("{EDITION}-{rows}-{of}.csv"));
    let (cp932, utf8, next) = (name("cp932"), name("utf8"), name("next"));
    if !cp932.exists() {
        println!("making {rows} applications");
        write(&utf8, 0, rows)?;
        recode(&utf8, &cp932)?;
    }
    if !next.exists() {
        let between = name("next-utf8");
        write(&between, rows, 2 * rows)?;
        recode(&between, &next)?;
        fs::remove_file(&between).map_err(|error| error.to_string())?;
    }
    let bytes = fs::metadata(&cp932).map_err(|error| error.to_string())?.len();
    Ok(Data { cp932, utf8, next, bytes })
}

/// A file is given its name when it is whole.
fn recode(utf8: &Path, cp932: &Path) -> Result<(), String> {
    let unfinished = cp932.with_extension("part");
    let output = File::create(&unfinished).map_err(|error| error.to_string())?;
    let mut iconv = Command::new("iconv");
    iconv.args(["-f", "UTF-8", "-t", "CP932"]).arg(utf8).stdout(Stdio::from(output));
    let status = iconv.status().map_err(|error| format!("iconv: {error}"))?;
    if !status.success() {
        return Err(format!("iconv: {status}"));
    }
    fs::rename(&unfinished, cp932).map_err(|error| error.to_string())
}

fn write(path: &Path, from: u64, to: u64) -> Result<(), String> {
    let all = || -> std::io::Result<()> {
        let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
        write!(file, "{}\r\n", row::header())?;
        for n in from..to {
            file.write_all(row::line(n).as_bytes())?;
        }
        file.flush()
    };
    all().map_err(|error| format!("{}: {error}", path.display()))
}
