//! `cargo xtask bench`: the figures of the project, as ratios against everyday programs and limits in one run.
//!
//! Runs are interleaved (ours, theirs, ours, …), and the median counts, so that a busy moment hits both. Take figures on
//! an idle machine.

mod batch;
mod data;
mod figures;
mod growth;
mod import;
mod line;
mod machine;
mod measure;
mod peers;
mod place;
mod report;
mod screen;
mod search;
mod table;

use std::fs;
use std::path::PathBuf;

use crate::process::{self, Outcome, cargo, number, option, root};
use batch::Batches;
use figures::Measured;
use import::Imports;
use machine::Machine;
use peers::Peers;
use place::Place;
use report::Report;
use screen::{Screens, Session};
use search::Searches;

/// The smallest store that growth begins at.
const SMALLEST: u64 = 10_000;

/// Takes all figures, prints them, and writes them where it is asked to.
pub fn run(arguments: &[String]) -> Outcome {
    let valued = ["--rows", "--runs", "--profile", "--json"];
    let mut words = arguments.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "--write" | "--check" => {}
            // Its value is read below.
            word if valued.contains(&word) => drop(words.next()),
            word => return Err(format!("{word}: no option of bench (hours may be at stake)")),
        }
    }
    let rows = number(arguments, "--rows", 1_000_000)?;
    let runs = number(arguments, "--runs", 5)?.max(1);
    let profile = option(arguments, "--profile")?.unwrap_or("release");
    let asked = |flag: &str| arguments.iter().any(|word| word == flag);
    if rows < 1_000 {
        return Err("--rows: 1000 at least; a smaller store shows nothing".into());
    }
    let (program, figures) = build(profile)?;
    let peers = Peers::gather();
    let mut machine = Machine::look();
    if machine.was_busy() {
        println!(
            "the machine is busy (load {:.2}): times are of the same moment, but not what it can do",
            machine.load.0.unwrap_or(f64::NAN)
        );
    }
    let mut measured = Vec::new();
    for size in sizes(rows) {
        let place = Place::make(size, &program, &figures)?;
        measured.push(measure_size(&place, size, runs, (size == rows).then_some(&peers))?);
        place.leave()?;
    }
    machine.look_again();
    let report = Report::new(&measured, runs, &machine);
    println!("\n{}", report.table());
    if let Some(file) = option(arguments, "--json")? {
        fs::write(file, report.json()).map_err(|error| format!("{file}: {error}"))?;
    }
    if asked("--write") {
        fs::write(root().join("docs/benchmarks.md"), report.page()).map_err(|error| error.to_string())?;
    }
    let missed = report.missed();
    if asked("--check") && !missed.is_empty() {
        return Err(format!("{} goals are missed:\n{}", missed.len(), missed.join("\n")));
    }
    Ok(())
}

/// Powers of ten below, and the size itself.
fn sizes(rows: u64) -> Vec<u64> {
    let smaller = std::iter::successors(Some(SMALLEST), |size| Some(size * 10)).take_while(|size| *size < rows);
    smaller.chain([rows]).collect()
}

/// The program as it is shipped, and what measures inside of it, which needs more crates and so is built by itself.
fn build(profile: &str) -> Result<(PathBuf, PathBuf), String> {
    process::run(cargo().args(["build", "--profile", profile, "--locked", "--bin", "sekisho"]))?;
    println!("▶ building what measures inside of the program");
    let mut build = cargo();
    build.args(["build", "--profile", profile, "--locked", "--bench", "figures", "--message-format=json"]);
    let said = process::output(&mut build)?;
    let mut built = said.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let own = message["target"]["name"] == "figures";
        own.then(|| message["executable"].as_str().map(PathBuf::from))?
    });
    let figures = built.next_back().ok_or("cargo did not say where it put the bench")?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok((root().join("target").join(folder).join("sekisho"), figures))
}

fn measure_size(place: &Place, rows: u64, runs: u64, peers: Option<&Peers>) -> Result<Measured, String> {
    let data = data::make(rows)?;
    println!("\n{rows} applications");
    // This one is kept for all that follows, and brings programs and file into memory.
    place.found("store")?;
    measure::run(place.sekisho("store").arg("import").arg(&data.cp932).arg("--json"))?;
    let (mut imports, mut batches, mut screens) = (Imports::default(), Batches::default(), Screens::default());
    let mut searches = Searches::prepare(place, rows, peers)?;
    for run in 1..=runs {
        imports.take(place, &data)?;
        searches.take(place, peers)?;
        batches.take(place, rows)?;
        screens.take(place, &data)?;
        let (first, beside, next) = imports.seconds();
        println!("run {run} of {runs}: import {first:.2} s beside {beside:.2} s, into a full store {next:.2} s");
    }
    screens.session = Some(Session::hold(place, rows)?);
    Ok(Measured { rows, file_bytes: data.bytes, imports, searches, batches, screens })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_looked_at_in_steps_of_ten() {
        assert_eq!(sizes(1_000_000), [10_000, 100_000, 1_000_000]);
        assert_eq!(sizes(3_000_000), [10_000, 100_000, 1_000_000, 3_000_000]);
        assert_eq!(sizes(10_000), [10_000]);
        assert_eq!(sizes(5_000), [5_000]);
    }
}
