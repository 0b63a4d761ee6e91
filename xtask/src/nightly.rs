//! `cargo xtask nightly`: the loops that are too long for every change. The tests are those of every day; environment
//! variables make them longer.

use std::process::Command;

use crate::process::{self, Outcome, cargo, number, root, succeeds};

/// Fails every I/O call of every kind of work once, kills and cuts the power many more times, lives many more weeks, presses many more
/// random keys, and fuzzes each target for a while.
pub fn run(arguments: &[String]) -> Outcome {
    let rounds = number(arguments, "--rounds", 2_000)?;
    let seconds = number(arguments, "--fuzz-seconds", 600)?;
    let mut faults = cargo();
    faults
        .args(["test", "--locked", "--test", "faults", "--test", "backup_trouble", "--", "--nocapture"])
        .env("SEKISHO_FAULT_STEP", "1");
    process::run(&mut faults)?;
    let mut crashes = cargo();
    crashes
        .args(["test", "--locked", "--test", "crash", "--test", "crash_purge", "--", "--nocapture"])
        .env("SEKISHO_CRASH_ROUNDS", rounds.to_string())
        .env("SEKISHO_CRASH_SEED", std::process::id().to_string());
    process::run(&mut crashes)?;
    let mut cuts = cargo();
    cuts.args(["test", "--locked", "--test", "power_cuts", "--", "--nocapture"])
        .env("SEKISHO_POWER_CUTS", rounds.to_string())
        .env("SEKISHO_POWER_SEED", std::process::id().to_string());
    process::run(&mut cuts)?;
    let mut tampering = cargo();
    tampering
        .args(["test", "--locked", "--test", "tampering", "--", "--nocapture"])
        .env("SEKISHO_TAMPERINGS", "10000")
        .env("SEKISHO_TAMPER_SEED", std::process::id().to_string());
    process::run(&mut tampering)?;
    let mut week = cargo();
    week.args(["test", "--locked", "--test", "week", "--test", "reflection", "--test", "since"])
        .env("PROPTEST_CASES", "2000");
    process::run(&mut week)?;
    let mut screen = cargo();
    screen.args(["test", "--locked", "--lib", "nothing_breaks_the_screen"]).env("PROPTEST_CASES", "2000");
    process::run(&mut screen)?;
    fuzz(seconds)
}

/// Runs every fuzz target. Without `cargo fuzz` on a nightly compiler this fails and says so: a nightly run that
/// didn't fuzz must not look like one that did.
fn fuzz(seconds: u64) -> Outcome {
    if !succeeds(Command::new("cargo").args(["+nightly", "fuzz", "--version"])) {
        return Err(
            "fuzzing was not done: it needs `rustup toolchain install nightly` and `cargo install cargo-fuzz`".into()
        );
    }
    let targets = std::fs::read_dir(root().join("fuzz/fuzz_targets")).map_err(|error| error.to_string())?;
    let mut names: Vec<String> = targets
        .flatten()
        .filter_map(|file| file.path().file_stem().map(|name| name.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    for name in names {
        // What fuzzing finds stays out of the committed seeds until a person looks at it.
        let work = root().join("fuzz/corpus-work").join(&name);
        std::fs::create_dir_all(&work).map_err(|error| error.to_string())?;
        let mut fuzz = Command::new("cargo");
        fuzz.current_dir(root()).args(["+nightly", "fuzz", "run", &name]).arg(&work).arg(format!("fuzz/corpus/{name}"));
        fuzz.args(["--", &format!("-max_total_time={seconds}")]);
        process::run(&mut fuzz)?;
    }
    Ok(())
}
