//! An import holds one turn and one search segment of a file in memory, not the file: more rows hardly need more memory.
//!
//! Peaks are read where the system keeps them (VmHWM), so each import runs in a process of its own: this very test.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that can't set up has failed; the child answers")]

mod desk;

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use desk::{clock, csv, found, row, take};

/// Names the number of rows that a child imports.
const ROWS: &str = "SEKISHO_MEMORY_ROWS";

/// Writes a list row by row; each row has about 400 bytes.
fn write_list(path: &Path, rows: u32) {
    let items = ["項目一", "項目二", "項目三"];
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let header = csv(&items, &[]);
    file.write_all(header.as_bytes()).unwrap();
    let answer = "長い回答".repeat(8);
    for number in 1..=rows {
        let line = row(number, "未処理", &[&answer, &answer, &answer]).join(",");
        writeln!(file, "{line}\r").unwrap();
    }
    file.flush().unwrap();
}

/// The peak of this process in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// What a child does: imports a list and says what it needed.
fn import_and_tell(rows: u32) {
    let dir = tempfile::tempdir().unwrap();
    let list = dir.path().join("list.csv");
    write_list(&list, rows);
    let mut desk = found(&dir.path().join("store"), clock());
    let report = take(&mut desk, &list, false).unwrap();
    assert_eq!((report.counts.added, report.counts.rejected), (rows.into(), 0));
    println!("\npeak {} KiB", peak());
}

fn peak_of(rows: u32) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap());
    let answer = child
        .args(["--exact", "an_import_needs_no_more_memory_for_a_larger_file", "--nocapture"])
        .env(ROWS, rows.to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&answer.stdout).into_owned();
    assert!(answer.status.success(), "{said}{}", String::from_utf8_lossy(&answer.stderr));
    let line = said.lines().find_map(|line| line.strip_prefix("peak ")).unwrap();
    line.trim_end_matches(" KiB").parse().unwrap()
}

#[test]
fn an_import_needs_no_more_memory_for_a_larger_file() {
    if let Ok(rows) = std::env::var(ROWS) {
        return import_and_tell(rows.parse().unwrap());
    }
    // The small one fills a search segment, which is made in memory.
    let (small, large) = (peak_of(70_000), peak_of(200_000));
    // The file of the large one has 80 MB. A few bytes an application are allowed: the operation lists them.
    assert!(large < 300 << 10, "200,000 rows needed {large} KiB");
    assert!(large < small + (40 << 10), "70,000 rows needed {small} KiB, 200,000 needed {large} KiB");
}
