//! The project's own chores: `cargo xtask test | ci | deps | nightly | bench`.
//!
//! `cargo xtask test` is the command of the README: it sees to the Debian packages that tests need, then runs every
//! test. Nothing is skipped in silence.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to the person at the terminal")]

mod bench;
mod ci;
mod deps;
mod nightly;
mod process;
mod tests;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask test [ARGS…]     all tests (ARGS go to `cargo test`)
cargo xtask ci               what .ci/run does: format, clippy, docs, dependencies, fuzz crate, tests
cargo xtask deps             licences, duplicates and advisories against deny.toml
cargo xtask fuzz-crate       whether the fuzz crate, its bodies and its corpus belong together
cargo xtask nightly [--rounds N]
                             the long loops: every I/O call fails once, many kill -9, fuzzing
cargo xtask bench [--rows N] [--runs N] [--json FILE] [--write] [--check]
                             the figures, as ratios; --write renews docs/benchmarks.md, --check fails where a goal is missed
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let outcome = match arguments.first().map(String::as_str) {
        Some("test") => tests::run(rest),
        Some("ci") => ci::run(),
        Some("deps") => deps::run(),
        Some("fuzz-crate") => ci::fuzz_crate(),
        Some("nightly") => nightly::run(rest),
        Some("bench") => bench::run(rest),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("xtask: {reason}");
            ExitCode::FAILURE
        }
    }
}
