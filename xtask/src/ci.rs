//! `cargo xtask ci`: the steps of `.ci/run`, for those who work without bash; and the look at the fuzz crate.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::process::{self, Outcome, cargo, output, root};
use crate::{deps, tests};

/// Everything that must pass before a change lands.
pub fn run() -> Outcome {
    process::run(cargo().args(["fmt", "--all", "--check"]))?;
    process::run(cargo().args(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))?;
    let mut docs = cargo();
    docs.env("RUSTDOCFLAGS", "-D warnings");
    process::run(docs.args(["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"]))?;
    deps::run()?;
    fuzz_crate()?;
    tests::run(&[])
}

/// The fuzz crate stands outside of the workspace and needs a nightly compiler, so here it is only read: its manifest
/// parses, every target calls the body of its own name, and every target has a corpus. The bodies themselves are
/// library functions, which `tests/fuzz_corpus.rs` runs over that corpus.
pub fn fuzz_crate() -> Outcome {
    let manifest = root().join("fuzz/Cargo.toml");
    let mut metadata = Command::new(cargo().get_program());
    metadata.args(["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path"]).arg(&manifest);
    let metadata = output(&mut metadata)?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    let targets: BTreeSet<String> = metadata["packages"][0]["targets"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|target| target["name"].as_str().map(str::to_owned))
        .collect();
    for target in &targets {
        let path = root().join(format!("fuzz/fuzz_targets/{target}.rs"));
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if !text.contains(&format!("sekisho::fuzzing::{target}::run(")) {
            return Err(format!("fuzz target {target} does not call sekisho::fuzzing::{target}::run"));
        }
        let corpus = root().join(format!("fuzz/corpus/{target}"));
        if fs::read_dir(&corpus).map_or(0, Iterator::count) == 0 {
            return Err(format!("fuzz target {target} has no corpus"));
        }
    }
    if targets.is_empty() {
        return Err("the fuzz crate has no targets".into());
    }
    println!("fuzz crate: {} targets, each with a body and a corpus", targets.len());
    Ok(())
}
